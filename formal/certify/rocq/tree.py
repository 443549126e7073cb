"""A proof of the kernel as a lemma about polynomials, and as the certificate that Rocq's checker of them reads.

The facts keep the numbers that they have in the kernel: F3 is its fact 3, D0 its disjunction 0. Lemmas of the certificate keep
theirs too; those that a proof applies stand before it, each with the facts that its own proof uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

from formal.certify.kernel import Question
from formal.certify.reading import Formula, Poly, Reading, Rejected
from formal.certify.rocq.text import atomic, formula, grouped, wrapped

SPLITS = {
    frozenset(order): (rule, order)
    for rule, order in {
        "Order": (">", "=", "<"),
        "Weak": (">=", "<"),
        "Strict": (">", "<="),
        "Zero": ("=", "!="),
    }.items()
}
RELATIONS = {">": "Gt", ">=": "Ge", "=": "Eq", "!=": "Ne"}
Names = Any  # the name of a fact, or a list of what a conjunction consists of


@dataclass
class Facts:
    """What is known, in the kernel's order, by name: F and D with numbers, of which so many are taken."""

    known: list[tuple[str, tuple[str, Poly]]] = field(default_factory=list)
    open: list[tuple[str, tuple[Formula, ...]]] = field(default_factory=list)
    taken: tuple[int, int] = (0, 0)

    def copy(self) -> Facts:
        return Facts(list(self.known), list(self.open), self.taken)

    def add(self, read: Formula) -> Names:
        """Take a formula apart as the kernel does; returns the names of its parts."""
        head, body = read
        if head == "and" or (head == "or" and len(body) == 1):
            return [self.add(part) for part in body]
        facts, choices = self.taken
        if head == "or":
            self.open.append((f"D{choices}", body))
            self.taken = facts, choices + 1
            return self.open[-1][0]
        self.known.append((f"F{facts}", read))
        self.taken = facts + 1, choices
        return self.known[-1][0]

    def name(self, place: int) -> str:
        return self.known[place][0]

    def listed(self, places: Sequence[int]) -> str:
        return f"[{'; '.join(self.name(place)[1:] for place in places)}]"

    def formula(self, name: str) -> Formula:
        return dict(self.known)[name] if name[0] == "F" else ("or", dict(self.open)[name])


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


def core(name: str, reading: Reading, variables: Sequence[str], question: Question, proof: Any, lemmas: Sequence[Any]) -> Core:
    """The lemma for a proof that the kernel accepts, in a certificate with these lemmas."""
    facts = Facts()
    names = tuple(facts.add(constraint) for constraint in question.constraints)
    writer = Writer(reading, variables, lemmas)
    try:
        for number in _applied(proof, lemmas):
            writer.lemma(number)
        lines, used = writer.refutation(facts, proof)
    except RecursionError:
        raise Rejected("its proof is nested too deeply") from None
    uses = sorted(used, key=lambda n: (n[0] == "D", int(n[1:])))
    needed = tuple(facts.formula(n) for n in uses)
    premises = [writer.premise(n, read) for n, read in zip(uses, needed, strict=True)]
    about = tuple(sorted(writer.about))
    listed = f"[{'; '.join(premises)}]"
    said = [*(["Certificate [", *writer.shown, f"] {listed}"] if writer.shown else [f"Certificate [] {listed}"]), *lines]
    text = [*_certificate(name, [variables[k] for k in about], said), *_lemma(name, about, needed, variables)]
    return Core(name, about, tuple(uses), names, "\n".join(text), needed)


def _certificate(name: str, variables: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The certificate, in which variables are the places of an environment."""
    return [
        f"Definition {name}_certificate := (",
        *(f"  let {v} := Var {k} in" for k, v in enumerate(variables, start=1)),
        *(wrapped(line, "  ") for line in lines),
        ")%N.",
        "",
    ]


def _lemma(name: str, about: Sequence[int], needed: Sequence[Formula], variables: Sequence[str]) -> list[str]:
    shown = [variables[k] for k in about]
    bound = f"forall {' '.join(shown)} : R, " if about else ""
    said = [formula(read, variables) for read in needed]
    premises = "".join(f"{s if atomic(s) else f'({s})'} -> " for s in said)
    environment = f"[{'; '.join(shown)}]" if about else "(@nil R)"
    introduced = f"intros {' '.join(shown)}. " if about else ""
    return [
        wrapped(f"Lemma {name} : {bound}{premises}False."),
        f"Proof. {introduced}certified {environment} {name}_certificate. Qed.",
    ]


class Writer:
    """Writes a proof tree, in lines; notes the variables that occur."""

    def __init__(self, reading: Reading, variables: Sequence[str], lemmas: Sequence[Any]) -> None:
        self.reading, self.variables, self.lemmas = reading, variables, lemmas
        self.about: set[int] = set()
        self.shown: list[str] = []  # lemmas, in lines
        self._uses: dict[int, tuple[int, ...]] = {}  # by lemma: the places of those of its facts that its proof uses

    def lemma(self, number: int) -> None:
        """Write a lemma after those that it applies, with the facts that its proof uses."""
        said, proof = self.lemmas[number]
        facts = Facts()
        names = [facts.add((relation, self.reading.polynomial(poly))) for relation, poly in said]
        lines, used = self.refutation(facts, proof)
        self._uses[number] = tuple(k for k, name in enumerate(names) if name in used)
        premises = "; ".join(self.premise(names[k], facts.known[k][1]) for k in self._uses[number])
        self.shown += [f"{'; ' if self.shown else ''}Shown {number} [{premises}]", *lines]

    def poly(self, poly: Poly) -> str:
        self.about |= {k for k, n in enumerate(poly.degrees()) if n > 0}
        return grouped(poly, self.variables)

    def written(self, text: str) -> str:
        return self.poly(self.reading.polynomial(text))

    def premise(self, name: str, read: Formula) -> str:
        if name[0] == "D":
            return f"Either {name[1:]} {self.fact(read)}"
        return f"Fact {name[1:]} {RELATIONS[read[0]]} {self.poly(read[1])}"

    def fact(self, read: Formula) -> str:
        """A formula of the kernel, as it is shown: conjunctions and disjunctions of one part are that part."""
        head, body = read
        if head not in ("and", "or"):
            return f"(At {RELATIONS[head]} {self.poly(body)})"
        if not body:
            return {"and": "Yes", "or": "No"}[head]
        *parts, last = map(self.fact, body)
        return reduce(lambda rest, part: f"({head.capitalize()} {part} {rest})", reversed(parts), last)

    def refutation(self, facts: Facts, proof: Any) -> tuple[list[str], set[str]]:
        """The lines of the proof, in brackets, and the facts that it uses."""
        match proof:
            case ["derive", *_, then]:
                return self._derive(facts, proof[1:], then)
            case ["absurd", place]:
                return [f"(Absurd {facts.name(place)[1:]})"], {facts.name(place)}
            case ["split", poly, branches]:
                return self._split(facts, poly, dict(branches))
            case ["cases", place, branches]:
                name, parts = facts.open[place]
                ways = [self._branch(facts, part, then) for part, then in zip(parts, branches, strict=True)]
                opening = [f"(Cases {name[1:]} {facts.taken[0]} {facts.taken[1]}"]
                lines = [line for way, _ in ways for line in ("(Cons", *way)]
                return [*opening, *lines, f"Nil{')' * len(ways)})"], {name}.union(*(used for _, used in ways))
            case ["apply", number, places]:
                uses = [places[k] for k in self._uses[number]]
                return [f"(Apply {number} {facts.listed(uses)})"], {*map(facts.name, uses)}
        raise AssertionError("the kernel accepts no other step")

    def _branch(self, facts: Facts, part: Formula, then: Any) -> tuple[list[str], set[str]]:
        below = facts.copy()
        names = below.add(part)
        lines, used = self.refutation(below, then)
        return lines, used - _all(names)

    def _split(self, facts: Facts, poly: str, branches: dict[str, Any]) -> tuple[list[str], set[str]]:
        rule, order = SPLITS[frozenset(branches)]
        value = self.reading.polynomial(poly)
        signed = [(r.replace("<", ">"), -value if r[0] == "<" else value) for r in order]
        ways = [self._branch(facts, part, branches[r]) for r, part in zip(order, signed, strict=True)]
        lines = [line for way, _ in ways for line in way]
        return [f"({rule} {self.poly(value)} {facts.taken[0]}", *lines, ")"], set[str]().union(*(used for _, used in ways))

    def _derive(self, facts: Facts, step: Sequence[Any], then: Any) -> tuple[list[str], set[str]]:
        relation, poly, positive, terms, multipliers, _ = step
        below = facts.copy()
        name = below.add((relation, self.reading.polynomial(poly)))
        lines, used = self.refutation(below, then)
        if name not in used:
            return lines, used
        rests = [*positive, *(place for _, places, _ in terms for place in places), *(place for _, place in multipliers)]
        summands = "; ".join(self._summand(facts, *term) for term in terms if Fraction(term[0]))
        zeros = "; ".join(f"Multiple {self.written(multiplier)} {facts.name(place)[1:]}" for multiplier, place in multipliers)
        said = f"(Derive {name[1:]} {RELATIONS[relation]} {self.written(poly)} {facts.listed(positive)} [{summands}] [{zeros}]"
        return [said, *lines, ")"], (used - {name}) | {*map(facts.name, rests)}

    def _summand(self, facts: Facts, coefficient: str, places: Sequence[int], square: str | None) -> str:
        top, bottom = Fraction(coefficient).as_integer_ratio()
        kind = "Times" if square is None else f"Square {self.written(square)}"
        return f"{kind} {top} {bottom} {facts.listed(places)}"


def _applied(proof: Any, lemmas: Sequence[Any]) -> list[int]:
    """The lemmas that a proof rests on, in their order."""
    found, open_ones = set[int](), [proof]
    while open_ones:
        match open_ones.pop():
            case ["derive", *_, then]:
                open_ones.append(then)
            case ["split", _, branches]:
                open_ones += [then for _, then in branches]
            case ["cases", _, branches]:
                open_ones += branches
            case ["apply", number, _] if number not in found:
                found.add(number)
                open_ones.append(lemmas[number][1])
    return sorted(found)


def _all(names: Names) -> set[str]:
    return {names} if isinstance(names, str) else set[str]().union(*map(_all, names))


def braced(lines: Sequence[str]) -> list[str]:
    """The proof of one goal among several."""
    first, *rest = lines
    inner = [f"{{ {first}", *rest]
    inner[-1] += " }"
    return inner
