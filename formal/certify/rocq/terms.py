"""The author's terms and formulas in Rocq: `/`, `^`, `sqrt`, `Rmax`, `Rmin`, `Rabs`, and a variable for what is piecewise.

The text of a formula depends on where it is read: each place of a piecewise term has its variable. In the statements
roots and extrema are written out; in the proofs they are constants that are defined to be them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from formal.certify.reading import Formula, Rejected, Term, negate
from formal.certify.rocq.events import Overheard
from formal.certify.rocq.text import atomic, joined

Guards = tuple[Formula, ...]
RELATIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "!=": "<>"}
FUNCTIONS = {"sqrt": "sqrt", "abs": "Rabs", "max": "Rmax", "min": "Rmin"}
SPECIAL = (*FUNCTIONS, "piecewise")
ONE = ("num", 1)


def tree(term: Term) -> tuple[Any, ...]:
    """A term with the operations of Rocq, of two operands: num, var, special, add, sub, mul, div, opp, pow."""
    if isinstance(term, int):
        return ("num", term)
    if isinstance(term, str):
        return ("var", term)
    match term:
        case ("-", inner):
            return ("opp", tree(inner))
        case ("+", *parts):
            return _sum(parts)
        case ("*", *parts):
            return _product(parts)
        case ("/", first, second):
            return ("div", tree(first), (tree(second), second, 1))
        case ("^", _, int(exponent)) if exponent < 0:
            return _product([term])
        case ("^", base, int(exponent)):
            return ("pow", tree(base), exponent)
    return ("special", term)


def _sum(parts: Sequence[Term]) -> tuple[Any, ...]:
    made: tuple[Any, ...] = ()
    for part in parts:
        sign, rest = _signed(part)
        first = _opposite(rest) if sign < 0 else rest
        made = ("sub" if sign < 0 else "add", made, rest) if made else first
    return made or ("num", 0)


def _signed(part: Term) -> tuple[int, tuple[Any, ...]]:
    """The sign that is written before a term, and what follows it."""
    if isinstance(part, int) and part < 0:
        return -1, ("num", -part)
    if isinstance(part, tuple) and part[0] == "*" and isinstance(part[1], int) and part[1] < 0:
        rest = part[2:] if part[1] == -1 and len(part) > 2 else (-part[1], *part[2:])
        return -1, _product(rest)
    if isinstance(part, tuple) and part[0] == "/" and isinstance(part[1], int) and part[1] < 0:
        return -1, tree(("/", -part[1], part[2]))
    return 1, tree(part)


def _product(parts: Sequence[Term]) -> tuple[Any, ...]:
    """Factors, then divisors."""
    if len(parts) > 1 and parts[0] == -1:
        return _opposite(_product(parts[1:]))
    over = [p for p in parts if not _divides(p)]
    made = tree(over[0]) if over else ONE
    for part in over[1:]:
        made = ("mul", made, tree(part))
    for _, base, exponent in filter(_divides, parts):
        made = ("div", made, (tree(base), base, -exponent))
    return made


def _opposite(node: tuple[Any, ...]) -> tuple[Any, ...]:
    """With the sign at the first factor, as Rocq reads - a * b."""
    return (node[0], _opposite(node[1]), node[2]) if node[0] in ("mul", "div") else ("opp", node)


def _divides(part: Term) -> bool:
    return isinstance(part, tuple) and part[0] == "^" and isinstance(part[2], int) and part[2] < 0


class Words:
    """The author's formulas as text. With `plain`, roots and extrema are written out."""

    def __init__(self, heard: Overheard, variables: Sequence[str], *, plain: bool) -> None:
        self.heard, self.variables, self.plain = heard, variables, plain

    def variable(self, name: str) -> str:
        return self.variables[self.heard.names[name]]

    def standing(self, term: Term, guards: Guards) -> str:
        """The name that stands for a root, an extremum or a piecewise term where it is read under guards."""
        return self.variables[self.heard.place(term, guards)]

    def term(self, term: Term, guards: Guards) -> str:
        return self.node(tree(term), guards)[0]

    def node(self, node: tuple[Any, ...], guards: Guards) -> tuple[str, int]:
        """The text and how tightly it binds: 0 for an atom, up to 4 for a sum."""

        def inner(part: tuple[Any, ...], most: int) -> str:
            shown, binds = self.node(part, guards)
            return shown if binds <= most else f"({shown})"

        match node:
            case ("num", value):
                return str(value), 0 if value >= 0 else 3
            case ("var", name):
                return self.variable(name), 0
            case ("special", term):
                return self._special(term, guards)
            case ("add", a, b):
                return f"{inner(a, 4)} + {inner(b, 3)}", 4
            case ("sub", a, b):
                return f"{inner(a, 4)} - {inner(b, 3)}", 4
            case ("mul", a, b):
                return f"{inner(a, 3)} * {inner(b, 2)}", 3
            case ("div", a, divisor):
                return f"{inner(a, 3)} / {inner(_divisor(divisor), 2)}", 3
            case ("opp", a):
                return f"- {inner(a, 2)}", 3
            case ("pow", a, exponent):
                return f"{inner(a, 0)} ^ {exponent}", 2
        raise Rejected(f"{node[0]} is not an operation")

    def _special(self, term: Term, guards: Guards) -> tuple[str, int]:
        if not self.plain or term[0] == "piecewise":
            return self.standing(term, guards), 0
        return self.written_out(term, guards), 1

    def written_out(self, term: Term, guards: Guards) -> str:
        """A root, an absolute value or an extremum as an application."""
        parts = [self.node(tree(part), guards) for part in term[1:]]
        *first, last = [text if binds == 0 else f"({text})" for text, binds in parts]
        if term[0] in ("sqrt", "abs"):
            return f"{FUNCTIONS[term[0]]} {last}"
        for part in reversed(first):
            last = f"({FUNCTIONS[term[0]]} {part} {last})"
        return last[1:-1] if first else last

    def formula(self, said: Term, guards: Guards, read: Formula) -> str:
        """A formula and how the kernel reads it there."""
        parts = [self.formula(part, at, k) for part, k, at in children(said, guards, read)]
        shown = [part if atomic(part) else f"({part})" for part in parts]
        match said[0]:
            case "true" | "false":
                return str(said[0]).capitalize()
            case "and" | "or":
                return joined(said[0], parts)
            case "&" | "|":
                return joined("and" if said[0] == "&" else "or", parts)
            case "not":
                return f"~ ({parts[0]})"
            case "=>":
                return f"{shown[0]} -> {shown[1]}"
            case "ite":
                return rf"({shown[0]} -> {shown[1]}) /\ (~ ({parts[0]}) -> {shown[2]})"
            case "iff" if len(parts) == 2:
                return f"{shown[0]} <-> {shown[1]}"
            case "iff":
                return joined("or", [joined("and", parts), joined("and", [f"~ ({part})" for part in parts])])
        left, right = self.term(said[1], guards), self.term(said[2], guards)
        return f"{left} {RELATIONS[said[0]]} {right}"


def children(said: Term, guards: Guards, read: Formula) -> list[tuple[Term, Formula, Guards]]:
    """The parts of a formula, how the kernel reads each, and under which guards."""
    _, body = read
    match said:
        case ("and" | "or", *parts):
            return [(part, k, guards) for part, k in zip(parts, body, strict=True)]
        case ("&", *parts):  # each is read where those before it hold
            return [(part, k, (*guards, *body[:i])) for i, (part, k) in enumerate(zip(parts, body, strict=True))]
        case ("|", *parts):  # each is read where those before it do not
            missed = tuple(map(negate, body))
            return [(part, k, (*guards, *missed[:i])) for i, (part, k) in enumerate(zip(parts, body, strict=True))]
        case ("not", part):
            return [(part, negate(read), guards)]
        case ("=>", first, second):
            test = negate(body[0])
            return [(first, test, guards), (second, body[1], (*guards, test))]
        case ("ite", first, second, third):
            test = body[1][1][0]
            return [
                (first, test, guards),
                (second, body[0][1][1], (*guards, test)),
                (third, body[1][1][1], (*guards, negate(test))),
            ]
        case ("iff", *parts):
            return [(part, k, guards) for part, k in zip(parts, body[0][1], strict=True)]
    return []


def _divisor(divisor: tuple[Any, ...]) -> tuple[Any, ...]:
    node, _, exponent = divisor
    return node if exponent == 1 else ("pow", node, exponent)
