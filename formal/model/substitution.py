"""Substitution that keeps formulas as they are written: SymPy does not get to simplify what is to be proved."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from sympy.core.relational import Relational


def substitute(formula: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Basic:
    """The formula or expression with symbols replaced; comparisons stay unevaluated."""
    if not values:
        return formula
    if isinstance(formula, Relational):
        left, right = (side.xreplace(dict(values)) for side in formula.args)
        return formula.func(left, right, evaluate=False)
    if isinstance(formula, sp.And | sp.Or | sp.Not | sp.Implies | sp.Equivalent | sp.ITE):
        return formula.func(*(substitute(a, values) for a in formula.args))
    return formula.xreplace(dict(values))
