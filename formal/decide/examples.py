"""Counterexamples by trial: simple rational points at which floating point sees the goal fail, simplest first.

What is found here is only a suggestion: the caller evaluates it exactly. Finding nothing says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from formal.decide.goal import Goal
from formal.model.root import Root, bisected
from formal.model.threshold import Threshold, free_symbols

TRIALS = 20_000
FEW = 4_000
SHOWN = 12
MOST = 20_000
NEAR = 1e-9
ZERO = 6
POOL = [sp.Rational(p, q) for q in (1, 2, 3, 4, 8) for p in range(1, 4 * q + 1) if sp.igcd(p, q) == 1]

Array = Any
_seen: dict[sp.Basic, Array] = {}  # values at the points of `plausible`


def suggestions(goal: Goal) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Points at which the goal seems to fail, the simplest numbers first."""
    generator = np.random.default_rng(20231)
    chosen = {v: _drawn(v, generator) for v in goal.variables}
    numbers = {v: np.array([float(r) for r in pool])[places] for v, (pool, places) in chosen.items()}
    table = Table(numbers)
    with np.errstate(all="ignore"):
        admitted = reduce(
            np.logical_and, (table.truth(f) for f in (*goal.all_facts(), *goal.hypotheses)), np.ones(TRIALS, bool)
        )
        fails = np.flatnonzero(admitted & ~table.truth(goal.conclusion))
    size = {v: np.array([int(abs(r.p) + 2 * r.q) if r else ZERO for r in pool]) for v, (pool, _) in chosen.items()}
    effort = sum((size[v][places] for v, (_, places) in chosen.items()), np.zeros(TRIALS))
    for place in sorted(fails, key=lambda i: (effort[i], i))[:SHOWN]:
        yield {v: pool[places[place]] for v, (pool, places) in chosen.items()}


def _drawn(variable: sp.Symbol, generator: np.random.Generator, size: int = TRIALS) -> tuple[list[sp.Rational], Array]:
    """Simple numbers of the variable's sign, and which of them each trial takes."""
    numbers = [r for r in POOL if r.is_Integer] * 10 if variable.is_integer else POOL
    pool = [] if variable.is_negative or variable.is_nonpositive else list(numbers)
    if not (variable.is_positive or variable.is_nonnegative):
        pool += [-r for r in numbers]
    if not variable.is_nonzero:
        pool = [sp.Integer(0)] * (len(numbers) // 8) + pool
    return pool, generator.integers(0, len(pool), size)


def plausible(conditions: Sequence[sp.Basic]) -> bool:
    """Whether all conditions hold at one of some points, as far as floating point can tell."""
    if len(_seen) > MOST:
        _seen.clear()
    table = Table(_seen, FEW)
    admitted = np.ones(FEW, bool)
    with np.errstate(all="ignore"):
        for condition in conditions:
            for symbol in free_symbols(condition):
                if symbol not in _seen and not isinstance(symbol, Threshold):
                    pool, places = _drawn(symbol, np.random.default_rng(sum(map(ord, symbol.name))), FEW)
                    _seen[symbol] = np.array([float(r) for r in pool])[places]
            admitted &= table.truth(condition)
            if not admitted.any():
                return False
    return True


class Table:
    """Values of expressions at all trials at once, each expression evaluated once."""

    def __init__(self, values: dict[sp.Basic, Array], size: int = TRIALS) -> None:
        self._values, self._size = values, size

    def value(self, expression: sp.Expr) -> Array:
        """An array of floats, not a number where there is no value."""
        if expression not in self._values:
            self._values[expression] = np.broadcast_to(self._value(expression), (self._size,))
        return self._values[expression]

    def _value(self, expression: sp.Expr) -> Array:
        if isinstance(expression, Threshold):
            return self.value(expression.definition)
        if expression.is_Number or expression.is_NumberSymbol:
            return float(expression)
        if isinstance(expression, sp.Piecewise):
            conditions = [self.truth(c) for _, c in expression.args]
            return np.select(conditions, [self.value(e) for e, _ in expression.args], np.nan)
        if isinstance(expression, sp.Pow) and expression.args[1] == sp.Rational(1, 2):
            return np.sqrt(self.value(expression.args[0]))
        parts = [self.value(a) for a in expression.args]
        if isinstance(expression, Root):
            return bisected(*parts)
        if isinstance(expression, sp.Pow):
            return np.power(*parts)
        kinds = {sp.Add: np.add, sp.Mul: np.multiply, sp.Min: np.minimum, sp.Max: np.maximum}
        if type(expression) in kinds:
            return reduce(kinds[type(expression)], parts)
        return np.abs(parts[0]) if isinstance(expression, sp.Abs) else np.nan

    def truth(self, formula: sp.Basic) -> Array:
        """An array of truth values; comparisons are strict only as far as floating point can tell."""
        if formula not in self._values:
            self._values[formula] = np.broadcast_to(self._truth(formula), (self._size,))
        return self._values[formula]

    def _truth(self, formula: sp.Basic) -> Array:
        if isinstance(formula, BooleanAtom):
            return np.bool_(bool(formula))
        if isinstance(formula, Relational):
            left, right = self.value(formula.lhs), self.value(formula.rhs)
            gap = left - right
            gap = np.where(np.abs(gap) <= NEAR * (1 + np.abs(left)), 0.0, gap)
            tests = {"==": np.equal, "!=": np.not_equal, ">": np.greater, ">=": np.greater_equal}
            tests |= {"<": np.less, "<=": np.less_equal}
            return tests[formula.rel_op](gap, 0) & ~np.isnan(gap)
        parts = [self.truth(a) for a in formula.args]
        if isinstance(formula, sp.And | sp.Or):
            return reduce(np.logical_and if isinstance(formula, sp.And) else np.logical_or, parts)
        if isinstance(formula, sp.Not):
            return ~parts[0]
        if isinstance(formula, sp.Implies):
            return ~parts[0] | parts[1]
        if isinstance(formula, sp.Equivalent):
            return reduce(np.logical_and, (p == parts[0] for p in parts))
        if isinstance(formula, sp.ITE):
            return np.where(parts[0], parts[1], parts[2])
        return np.bool_(True)
