"""Substitution that keeps formulas as they are written: SymPy does not get to simplify what is to be proved."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from formal.model.rewriting import rewritten
from formal.model.threshold import following


def substitute(formula: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Basic:
    """The formula or expression with symbols replaced; comparisons stay unevaluated.

    A threshold that depends on a replaced symbol becomes the threshold at the new value.
    """
    if not values:
        return formula
    return rewritten(formula, following(formula, values))
