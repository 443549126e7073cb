"""What the kernel asks of a statement, next to the author's words for it: the kernel's own reading, overheard.

The questions are those of `kernel.questions`, in the same order; nothing is read a second time, so that what is printed for
Rocq cannot ask for less than the kernel does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from formal.certify import kernel
from formal.certify.reading import Formula, Poly, Reading, Rejected, Statement, Term, negate


@dataclass(frozen=True)
class Need:
    """Something that has to hold for a term to have a value: what the author's words for it are, and the kernel's."""

    author: Term
    formula: Formula
    guards: tuple[Formula, ...]


@dataclass(frozen=True)
class Special:
    """A root, extremum, absolute value or piecewise term, and the variable of the kernel that stands for it."""

    term: Term
    variable: int
    guards: tuple[Formula, ...]
    definitions: tuple[Formula, ...]


@dataclass(frozen=True)
class Part:
    """A given formula, or the claim at last."""

    author: Term
    formula: Formula


Event = Need | Special | Part


@dataclass
class _Reached:
    """A term that is being read."""

    term: Term
    variable: int = -1
    definitions: list[Formula] = field(default_factory=list)


class Overheard(Reading):
    """The kernel's reading of a statement, with a list of what happens in it."""

    def __init__(self, statement: Statement) -> None:
        super().__init__(statement)
        self.events: list[Event] = []
        self.special: dict[Term, list[tuple[list[Formula], int]]] = {}
        self._said: list[tuple[Formula, Term]] = []
        self._path: list[_Reached] = []
        self._deep = 0
        self.questions = kernel.questions(self, statement)

    def place(self, term: Term, guards: Sequence[Formula]) -> int:
        """The variable of a root, an extremum or a piecewise term that is read under guards. Raises Rejected if it is not."""
        for known, variable in self.special.get(term, ()):  # as the kernel finds what it has read
            if known == list(guards[: len(known)]):
                return variable
        raise Rejected(f"{term[0]} is not read where it is spoken of, as in a test behind other tests")

    def author(self, formula: Formula) -> Term:
        """The author's words for a guard. Raises Rejected when it has none."""
        for read, said in reversed(self._said):
            if read is formula:
                return said
        for read, said in reversed(self._said):
            if read == formula:
                return said
            if negate(read) == formula:
                return ("not", said)
        raise Rejected("a guard without words")

    def part(self, formula: Term) -> Formula:
        return self.formula(formula)  # all that is inside is to be heard

    def formula(self, formula: Term) -> Formula:
        self._deep += 1
        read = super().formula(formula)
        self._deep -= 1
        self._said.append((read, formula))
        if self._deep == 0:
            self.events.append(Part(formula, read))
        return read

    def term(self, term: Term) -> tuple[Poly, Poly]:
        self._deep += 1
        self._path.append(_Reached(term))
        read = super().term(term)
        reached = self._path.pop()
        self._deep -= 1
        if reached.definitions:
            event = Special(term, reached.variable, tuple(self._guards), tuple(reached.definitions))
            self.special.setdefault(term, []).append((list(self._guards), reached.variable))
            self.events.append(event)
        return read

    def _fresh(self) -> Poly:
        fresh = super()._fresh()
        self._path[-1].variable = self.declared + self.used - 1
        return fresh

    def _define(self, *formulas: Formula) -> None:
        self._path[-1].definitions += formulas
        super()._define(*formulas)

    def _need(self, formula: Formula, shown: str) -> None:
        before = len(self.needs)
        super()._need(formula, shown)
        if len(self.needs) > before:
            self.events.append(Need(_needed(self._path[-1].term), formula, tuple(self._guards)))


def _needed(term: Sequence[Term]) -> Term:
    """What a term needs beyond its parts."""
    match term:
        case ("/", _, second):
            return ("!=", second, 0)
        case ("^", base, _):
            return ("!=", base, 0)
        case ("sqrt", inner):
            return (">=", inner, 0)
        case ("piecewise", *branches):
            return ("|", *(test for _, test in branches))
    raise Rejected(f"{term[0]} needs nothing")
