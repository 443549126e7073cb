"""Substitution that keeps formulas as they are written: SymPy does not get to simplify what is to be proved."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from formal.model.quantifier import ForSome
from formal.model.rewriting import as_written, rewritten
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
    if isinstance(formula, ForSome):
        return as_written(ForSome, [_replaced(formula.body, values), *formula.bound])
    return rewritten(formula, values)
