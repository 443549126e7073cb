"""Substitution that keeps formulas as they are written: SymPy does not get to simplify what is to be proved."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from sympy.core.operations import LatticeOp
from sympy.core.relational import Relational

from formal.model.quantifier import ForSome
from formal.model.threshold import Threshold, following, free_symbols


def substitute(formula: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Basic:
    """The formula or expression with symbols replaced; comparisons stay unevaluated.

    A threshold that depends on a replaced symbol becomes the threshold at the new value.
    """
    if not values:
        return formula
    if not any(isinstance(s, Threshold) for s in free_symbols(formula)):
        return _replaced(formula, values)
    mark = "[" + ", ".join(f"{s}={e}" for s, e in sorted(values.items(), key=lambda pair: pair[0].name)) + "]"
    return _replaced(formula, following(formula, values, mark))


def _replaced(formula: sp.Basic, values: Mapping[sp.Basic, sp.Basic]) -> sp.Basic:
    if isinstance(formula, Relational):
        left, right = (side.xreplace(values) for side in formula.args)
        return formula.func(left, right, evaluate=False)
    if isinstance(formula, sp.And | sp.Or | sp.Not | sp.Implies | sp.Equivalent | sp.ITE):
        return as_written(formula.func, [_replaced(a, values) for a in formula.args])
    if isinstance(formula, ForSome):
        return as_written(ForSome, [_replaced(formula.body, values), *formula.bound])
    return formula.xreplace(values)


def as_written(connective: type[sp.Basic], parts: list[sp.Basic]) -> sp.Basic:
    """The connective of the parts, whatever they are.

    SymPy's own constructors find that y > 0 or y ≤ 0 is true, and drop with it what stands beside it and may have no value.
    """
    made = sp.Basic.__new__(connective, *parts)
    if issubclass(connective, LatticeOp | sp.Equivalent):
        made._argset = frozenset(parts)
    return made
