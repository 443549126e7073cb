"""Points of constraints. What is proposed is a point that is checked exactly; what is refused is certified elsewhere.

Few questions are answered by linear programs and cases (formal.trees.prover), without Z3, which takes long to load.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from formal.trees.expression import Clause, Comparison
from formal.trees.farkas import Fact
from formal.trees.polynomial import Point, Symbols, negative

if TYPE_CHECKING:
    from formal.trees.smt import Smt

PROGRAMS, CLAUSES = 1_000, 80  # linear programs before Z3 is loaded, times symbols; clauses of one question


class Unsure(Exception):
    """The solver has no answer, or none that can be written as rational numbers; the reason in words."""


class Solver:
    """Clauses on the symbols of a game: assumed for good, or under a guard, that is, where the guard is assumed."""

    def __init__(self, symbols: Symbols, linear: bool) -> None:
        self.symbols, self.linear = symbols, linear
        self.clauses: list[Clause] = []
        self.guards: list[list[Clause]] = []
        self.left = PROGRAMS // (1 + len(symbols.names))
        self._smt: Smt | None = None

    @property
    def smt(self) -> Smt:
        """Z3 with all that was assumed, made when first asked for."""
        if self._smt is None:
            from formal.trees.smt import Smt

            self._smt = Smt(self.symbols, self.linear)
            for clause in self.clauses:
                self._smt.assume(clause)
            for guard, clauses in enumerate(self.guards):
                for clause in clauses:
                    self._smt.under(guard, clause)
        return self._smt

    def assume(self, clause: Clause) -> None:
        self.clauses.append(clause)
        if self._smt is not None:
            self._smt.assume(clause)

    def guard(self, *clauses: Clause) -> int:
        """A fresh guard, with clauses under it."""
        self.guards.append([])
        for clause in clauses:
            self.under(len(self.guards) - 1, clause)
        return len(self.guards) - 1

    def under(self, guard: int, clause: Clause) -> None:
        self.guards[guard].append(clause)
        if self._smt is not None:
            self._smt.under(guard, clause)

    def find(self, *guards: int) -> Point | None:
        """A point of what is assumed, for good and under these guards, or None where there is none. Raises Unsure."""
        if self.left > 0 and len(self.clauses) + sum(len(self.guards[g]) for g in guards) <= CLAUSES:
            from formal.trees.prover import NotFoundError, Prover, SatisfiedError
            from formal.trees.refutation import disjunction, refute

            prover = Prover(self.left)
            clauses = [*self.clauses, *(c for g in guards for c in self.guards[g])]
            asked = [disjunction(self.symbols, clause) for clause in clauses]
            try:
                refute(asked, prover.refute(asked))
                self.left = prover.left or 0
                return None
            except SatisfiedError as found:
                self.left = prover.left or 0
                return tuple(Fraction(found.values.get((i,), 0)) for i in range(len(self.symbols.names)))
            except NotFoundError:
                self.left = 0
        return self.smt.find(*guards)


def not_all(facts: Iterable[Fact]) -> Clause:
    """That not all facts, polynomials that are ≥ 0 or, if strict, > 0, hold."""
    return tuple(Comparison(negative(poly), ">=" if strict else ">") for poly, strict in facts)
