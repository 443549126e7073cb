"""Formulas with symbols replaced and nothing else changed: SymPy does not get to simplify what is to be proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp
from sympy.core.operations import LatticeOp
from sympy.core.relational import Relational
from sympy.core.sorting import ordered

from formal.model.quantifier import Quantifier

_CONNECTIVES = sp.And | sp.Or | sp.Not | sp.Implies | sp.Equivalent | sp.ITE


def rewritten(formula: sp.Basic, values: Mapping[sp.Basic, sp.Basic]) -> sp.Basic:
    """The formula or expression with symbols replaced: what it consists of stays as it is written, down to comparisons."""
    if isinstance(formula, Relational):
        left, right = (rewritten(side, values) for side in formula.args)
        return formula.func(left, right, evaluate=False)
    if isinstance(formula, _CONNECTIVES):
        return as_written(formula.func, [rewritten(a, values) for a in formula.args])
    if isinstance(formula, Quantifier):
        return as_written(formula.func, [rewritten(formula.body, values), *formula.bound])
    if isinstance(formula, sp.Piecewise):
        branches = [(rewritten(value, values), rewritten(test, values)) for value, test in formula.args]
        if any(value.has(sp.nan, sp.zoo) for value, _ in branches):  # in a branch that is not reached, as SymPy finds out
            return formula.xreplace(values)
        return formula.func(*branches, evaluate=False)
    if formula.args and formula.has(sp.Piecewise):
        return formula.func(*(rewritten(a, values) for a in formula.args))
    return formula.xreplace(values)


def as_written(connective: type[sp.Basic], parts: list[sp.Basic]) -> sp.Basic:
    """The connective of the parts, whatever they are.

    SymPy's own constructors find that y > 0 or y ≤ 0 is true, and drop with it what stands beside it and may have no value.
    """
    made = sp.Basic.__new__(connective, *parts)
    if issubclass(connective, LatticeOp | sp.Equivalent):
        made._argset = frozenset(parts)
    return made


def conjunction(*parts: sp.Basic) -> sp.Basic:
    """The parts, joined by and, in their order: what is there twice or is `true` is left out, all else is as it is written."""
    return _joined(sp.And, sp.true, sp.false, parts)


def disjunction(*parts: sp.Basic) -> sp.Basic:
    """The parts, joined by or, in an order that does not depend on how they were found; otherwise as `conjunction`."""
    return _joined(sp.Or, sp.false, sp.true, parts)


def _joined(connective: type[sp.Basic], neutral: sp.Basic, absorbing: sp.Basic, parts: Sequence[sp.Basic]) -> sp.Basic:
    flat = dict.fromkeys(inner for part in parts for inner in (part.args if isinstance(part, connective) else (part,)))
    flat.pop(neutral, None)
    if absorbing in flat:
        return absorbing
    if len(flat) < 2:
        return next(iter(flat), neutral)
    return as_written(connective, list(ordered(flat) if connective is sp.Or else flat))
