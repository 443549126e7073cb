"""Values of expressions and formulas at many points at once, in floating point."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from formal.model.root import Root, bisected
from formal.model.threshold import Threshold

NEAR = 1e-9

Array = Any


class Table:
    """Values of expressions at all trials at once, each expression evaluated once."""

    def __init__(self, values: MutableMapping[sp.Basic, Array], size: int) -> None:
        self.values, self._size = values, size

    def value(self, expression: sp.Expr) -> Array:
        """An array of floats, not a number where there is no value."""
        if expression not in self.values:
            found = self._value(expression)
            self.values[expression] = found if np.ndim(found) else np.broadcast_to(found, (self._size,))
        return self.values[expression]

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
        if formula not in self.values:
            self.values[formula] = np.broadcast_to(self._truth(formula), (self._size,))
        return self.values[formula]

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
