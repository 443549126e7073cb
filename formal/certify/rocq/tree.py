"""A proof of the kernel as a lemma about polynomials and its proof in Rocq, step by step.

The facts keep the numbers that they have in the kernel: F3 is its fact 3, D0 its disjunction 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

from formal.certify.kernel import Question
from formal.certify.reading import Formula, Poly, Reading
from formal.certify.rocq.text import atomic, comparison, formula, grouped, wrapped

SPLITS = {
    frozenset(order): (f"split_{lemma}", order)
    for lemma, order in {
        "order": (">", "=", "<"),
        "weak": (">=", "<"),
        "strict": (">", "<="),
        "zero": ("=", "!="),
    }.items()
}
Names = Any  # the name of a fact, or a list of what a conjunction consists of


@dataclass
class Facts:
    """What is known, in the kernel's order."""

    known: list[tuple[str, Poly]] = field(default_factory=list)
    open: list[tuple[Formula, ...]] = field(default_factory=list)

    def copy(self) -> Facts:
        return Facts(list(self.known), list(self.open))

    def add(self, read: Formula) -> Names:
        """Take a formula apart as the kernel does; returns the names of its parts."""
        head, body = read
        if head == "and" or (head == "or" and len(body) == 1):
            return [self.add(part) for part in body]
        if head == "or":
            self.open.append(body)
            return f"D{len(self.open) - 1}"
        self.known.append(read)
        return f"F{len(self.known) - 1}"

    def formula(self, name: str) -> Formula:
        return ("or", self.open[int(name[1:])]) if name[0] == "D" else self.known[int(name[1:])]


def pattern(names: Names, used: set[str]) -> str:
    """The pattern that names what is used of a formula."""
    if isinstance(names, str):
        return names if names in used else "_"
    parts = [pattern(part, used) for part in names]
    if set(parts) <= {"_"}:
        return "_"
    return reduce(lambda rest, part: f"[{part} {rest}]", reversed(parts[:-1]), parts[-1])


@dataclass(frozen=True)
class Core:
    """The lemma that a question's constraints contradict one another: what it is about, what it uses, its text."""

    name: str
    variables: tuple[int, ...]
    uses: tuple[str, ...]
    names: tuple[Names, ...]  # of each constraint
    text: str
    premises: tuple[Formula, ...] = ()

    def call(self, variables: Sequence[str]) -> str:
        return " ".join([self.name, *(variables[k] for k in self.variables), *self.uses])


def core(name: str, reading: Reading, variables: Sequence[str], question: Question, proof: Any) -> Core:
    """The lemma for a proof that the kernel accepts."""
    facts = Facts()
    names = tuple(facts.add(constraint) for constraint in question.constraints)
    writer = Writer(reading, variables)
    lines, used = writer.refutation(facts, proof)
    uses = sorted(used, key=lambda n: (n[0] == "D", int(n[1:])))
    said = [formula(facts.formula(n), variables) for n in uses]
    for n in uses:
        writer.seen(*_polynomials(facts.formula(n)))
    about = tuple(sorted(writer.about))
    bound = f"forall {' '.join(variables[k] for k in about)} : R, " if about else ""
    premises = "".join(f"{s if atomic(s) else f'({s})'} -> " for s in said)
    text = [
        wrapped(f"Lemma {name} : {bound}{premises}False."),
        "Proof.",
        wrapped(f"intros {' '.join([*(variables[k] for k in about), *uses])}.", "  ") if about or uses else "",
        *(wrapped(line, "  ") for line in lines),
        "Qed.",
    ]
    needed = tuple(facts.formula(n) for n in uses)
    return Core(name, about, tuple(uses), names, "\n".join(filter(None, text)), needed)


def _polynomials(read: Formula) -> Iterable[Poly]:
    head, body = read
    if head in ("and", "or"):
        return [p for part in body for p in _polynomials(part)]
    return [body]


class Writer:
    """Writes a proof tree; notes the variables that occur."""

    def __init__(self, reading: Reading, variables: Sequence[str]) -> None:
        self.reading, self.variables = reading, variables
        self.about: set[int] = set()

    def seen(self, *polynomials: Poly) -> None:
        for poly in polynomials:
            self.about |= {k for k, n in enumerate(poly.degrees()) if n > 0}

    def poly(self, poly: Poly) -> str:
        self.seen(poly)
        return grouped(poly, self.variables)

    def refutation(self, facts: Facts, proof: Any) -> tuple[list[str], set[str]]:
        """The lines that prove False, and the facts that they use."""
        match proof:
            case ["derive", *_, then]:
                return self._derive(facts, proof[1:], then)
            case ["absurd", place]:
                name = f"F{place}"
                false = f"exact ({name} eq_refl)." if facts.known[place][0] == "!=" else f"clear - {name}; lra."
                return [false], {name}
            case ["split", poly, branches]:
                return self._split(facts, self.reading.polynomial(poly), dict(reversed(branches)))
            case ["cases", place, branches]:
                parts = facts.open[place]
                ways = [self._branch(facts, part, then) for part, then in zip(parts, branches, strict=True)]
                lines, used = _branches(f"D{place}", ways)
                return lines, used | {f"D{place}"}
        raise AssertionError("the kernel accepts no other step")

    def _branch(self, facts: Facts, part: Formula, then: Any) -> tuple[str, list[str], set[str]]:
        below = facts.copy()
        names = below.add(part)
        lines, used = self.refutation(below, then)
        return pattern(names, used), lines, used - _all(names)

    def _split(self, facts: Facts, poly: Poly, branches: dict[str, Any]) -> tuple[list[str], set[str]]:
        lemma, order = SPLITS[frozenset(branches)]
        signed = [(r.replace("<", ">"), -poly if r[0] == "<" else poly) for r in order]
        ways = [self._branch(facts, part, branches[r]) for r, part in zip(order, signed, strict=True)]
        shown = self.poly(poly)
        if lemma != "split_zero":
            shown += f" {self.poly(-poly)} ltac:(identity)"
        return _branches(f"({lemma} {shown})", ways)

    def _derive(self, facts: Facts, step: Sequence[Any], then: Any) -> tuple[list[str], set[str]]:
        relation, written, positive, terms, multipliers, _ = step
        poly, name = self.reading.polynomial(written), f"F{len(facts.known)}"
        below = facts.copy()
        below.known.append((relation, poly))
        lines, used = self.refutation(below, then)
        if name not in used:
            return lines, used
        self.seen(poly)
        identity = Identity(self, facts)
        proof = identity.proof(relation, positive, terms, multipliers)
        made = [f"assert ({name} : {comparison(relation, poly, self.variables)}).", f"{{ refine ({proof} _). identity. }}"]
        return [*made, *lines], (used - {name}) | identity.used


def _all(names: Names) -> set[str]:
    return {names} if isinstance(names, str) else set[str]().union(*map(_all, names))


def _branches(of: str, ways: Sequence[tuple[str, list[str], set[str]]]) -> tuple[list[str], set[str]]:
    """A case distinction: each branch in braces."""
    if not ways:
        return [f"destruct {of}."], set()
    shape = reduce(lambda rest, way: f"[{way} | {rest}]", [w for w, *_ in reversed(ways[:-1])], ways[-1][0])
    lines = [f"destruct {of} as {shape}."]
    for _, inner, _ in ways:
        lines += braced(inner)
    return lines, set[str]().union(*(used for *_, used in ways))


def braced(lines: Sequence[str]) -> list[str]:
    """The proof of one goal among several."""
    first, *rest = lines
    inner = [f"{{ {first}", *rest]
    inner[-1] += " }"
    return inner


class Identity:
    """The proof of a derived fact from an identity c h = s + e."""

    def __init__(self, writer: Writer, facts: Facts) -> None:
        self.writer, self.facts = writer, facts
        self.used: set[str] = set()

    def proof(self, relation: str, positive: Any, terms: Any, multipliers: Any) -> str:
        whole = math.lcm(1, *(Fraction(c).denominator for c, *_ in terms))
        scale = [(f"(pos_int {whole})", True)] if whole > 1 else []
        left, _ = _product([*scale, *map(self._fact, positive)] or [("Rlt_0_1", True)])
        zero = self._zero(whole, multipliers)
        if relation == "=":
            return f"derive_eq {left} {zero}"
        sum_, strict = reduce(_plus, (self._term(whole, *term) for term in terms)) if terms else ("(Rle_refl 0)", False)
        if relation == ">":
            return f"derive_gt {left} {sum_} {zero}"
        return f"derive_ge {left} {f'(weak {sum_})' if strict else sum_} {zero}"

    def _fact(self, place: int) -> tuple[str, bool]:
        relation, _ = self.facts.known[place]
        self.used.add(f"F{place}")
        return (f"(square_gt F{place})", True) if relation == "!=" else (f"F{place}", relation == ">")

    def _term(self, whole: int, coefficient: str, places: Sequence[int], square: str | None) -> tuple[str, bool]:
        times = int(Fraction(coefficient) * whole)
        factors = [self._fact(place) for place in places]
        if square is not None:
            root = self.writer.reading.polynomial(square)
            factors.append((f"(square_ge {self.writer.poly(root)})", False))
        if times != 1 or not factors:
            factors.insert(0, (f"(pos_int {times})", True))
        return _product(factors)

    def _zero(self, whole: int, multipliers: Any) -> str:
        parts = []
        for multiplier, place in multipliers:
            factor = self.writer.reading.polynomial(multiplier) * whole
            self.used.add(f"F{place}")
            parts.append(f"(mul_eq {self.writer.poly(factor)} F{place})")
        return reduce(lambda a, b: f"(add_eq {a} {b})", parts) if parts else "(eq_refl 0)"


def _product(factors: Sequence[tuple[str, bool]]) -> tuple[str, bool]:
    strict = all(above for _, above in factors)
    shown = [proof if strict or not above else f"(weak {proof})" for proof, above in factors]
    return reduce(lambda a, b: f"({'mul_lt' if strict else 'mul_le'} {a} {b})", shown), strict


def _plus(first: tuple[str, bool], second: tuple[str, bool]) -> tuple[str, bool]:
    (a, above), (b, over) = first, second
    if above:
        return f"(add_lt {a} {f'(weak {b})' if over else b})", True
    return f"({'add_tl' if over else 'add_le'} {a} {b})", over
