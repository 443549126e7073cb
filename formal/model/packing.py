"""Formulas in pieces for another process: SymPy evaluates a comparison that it unpickles, and these stay as written."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from formal.model.rewriting import as_written

Pieces = Any  # an expression, or a kind of formula with its parts


def packed(formula: sp.Basic) -> Pieces:
    """The formula in pieces that can be pickled."""
    if isinstance(formula, Relational):
        return type(formula), *formula.args
    if isinstance(formula, sp.logic.boolalg.BooleanFunction):
        return type(formula), *map(packed, formula.args)
    return formula


def unpacked(pieces: Pieces) -> sp.Basic:
    """The formula that was packed."""
    if not isinstance(pieces, tuple):
        return pieces
    kind, *parts = pieces
    return kind(*parts, evaluate=False) if issubclass(kind, Relational) else as_written(kind, [unpacked(p) for p in parts])
