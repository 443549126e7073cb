"""Clauses for Z3."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

import z3

from formal.trees.expression import Clause
from formal.trees.polynomial import Number, Point, Poly, Symbols, parts
from formal.trees.solver import Unsure

EFFORT = 400_000_000  # Z3's own count of steps, for one question; more is "unknown"


class Smt:
    """Z3 with clauses on the symbols of a game, some of them under guards."""

    def __init__(self, symbols: Symbols, linear: bool) -> None:
        self.symbols = symbols
        self.solver = z3.SimpleSolver()
        self.solver.set("rlimit", EFFORT)
        self.solver.set("random_seed", 0)
        if linear:  # both halve the time of many small questions
            self.solver.set("smt.arith.solver", 2)
            self.solver.set("smt.relevancy", 0)
        self.variables = [z3.Real(f"x{i}") for i in range(len(symbols.names))]
        self.terms: dict[Poly, Any] = {}
        self.atoms: dict[tuple[Poly, str], Any] = {}
        self.guards: dict[int, Any] = {}

    def term(self, poly: Poly) -> Any:
        found = self.terms.get(poly)
        if found is None:
            found = self.terms[poly] = z3.Sum([self._monomial(m, c) for m, c in poly]) if poly else self._number(0)
        return found

    def _monomial(self, monomial: tuple[int, ...], coefficient: Number) -> Any:
        factors = [self.variables[i] for i in monomial]
        if coefficient != 1 or not factors:
            factors.insert(0, self._number(coefficient))
        return reduce(lambda a, b: a * b, factors)

    def _number(self, number: Number) -> Any:
        return z3.RealVal(str(number))

    def atom(self, poly: Poly, relation: str) -> Any:
        """A pair compared with 0, lexicographically."""
        key = poly, relation
        if key not in self.atoms:
            real, small = parts(self.symbols, poly)
            self.atoms[key] = self._atom(real, small, relation)
        return self.atoms[key]

    def _atom(self, real: Poly, small: Poly, relation: str) -> Any:
        zero = self._number(0)
        first, second = self.term(real), self.term(small)
        if relation == "=":
            return z3.And(first == zero, second == zero) if small else first == zero
        if relation == "!=":
            return z3.Or(first != zero, second != zero) if small else first != zero
        last = second >= zero if relation == ">=" else second > zero
        if not small:
            return first >= zero if relation == ">=" else first > zero
        if not real:
            return last
        return z3.Or(first > zero, z3.And(first >= zero, last))

    def clause(self, clause: Clause) -> Any:
        atoms = [self.atom(c.poly, c.relation) for c in clause]
        return atoms[0] if len(atoms) == 1 else z3.Or(*atoms) if atoms else z3.BoolVal(False)

    def assume(self, clause: Clause) -> None:
        self.solver.add(self.clause(clause))

    def literal(self, guard: int) -> Any:
        if guard not in self.guards:
            self.guards[guard] = z3.Bool(f"g{guard}")
        return self.guards[guard]

    def under(self, guard: int, clause: Clause) -> None:
        self.solver.add(z3.Implies(self.literal(guard), self.clause(clause)))

    def find(self, *guards: int) -> Point | None:
        """A point, or None where there is none. Raises Unsure."""
        answer = self.solver.check(*map(self.literal, guards))
        if answer == z3.unsat:
            return None
        if answer != z3.sat:
            raise Unsure(f"the solver gave up: {self.solver.reason_unknown()}")
        model = self.solver.model()
        return tuple(self._exact(model.eval(v, model_completion=True)) for v in self.variables)

    def _exact(self, number: Any) -> Fraction:
        if z3.is_algebraic_value(number):
            number = number.approx(30)
        return Fraction(number.numerator_as_long(), number.denominator_as_long())
