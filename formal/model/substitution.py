"""Substitution that keeps formulas as they are written: SymPy does not get to simplify what is to be proved."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from formal.model.quantifier import ForSome
from formal.model.rewriting import as_written, rewritten
from formal.model.threshold import following


def substitute(formula: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Basic:
    """The formula or expression with symbols replaced; comparisons stay unevaluated.

    A threshold that depends on a replaced symbol becomes the threshold at the new value.
    """
    if not values:
        return formula
    return _replaced(formula, following(formula, values))


def _replaced(formula: sp.Basic, values: Mapping[sp.Basic, sp.Basic]) -> sp.Basic:
    if isinstance(formula, ForSome):
        return as_written(ForSome, [_replaced(formula.body, values), *formula.bound])
    return rewritten(formula, values)
