"""Units: setting positive variables to 1 where a problem does not depend on the units of measurement.

Statement
---------
Give each variable v a real weight w(v). If every term that is compared with 0 is homogeneous, its sign at (c^w(v)·v) is
its sign at (v) for every c > 0. If, in the linear system that says so, the weights of positive variables u₁, …, u_k can
be chosen freely, each solution of the constraints can be rescaled to one with u₁ = … = u_k = 1. So the constraints have a
solution exactly when they have one with these variables at 1 (dimensional analysis; Buckingham 1914).
"""

from __future__ import annotations

from collections.abc import Iterable

import flint
import sympy as sp

from formal.decide.formula import Compare, Const, Formula, Power, Product, Sum, Term, Var, symbols

Degree = dict[sp.Symbol, int]
Equation = frozenset[tuple[sp.Symbol, int]]


def units(formulas: Iterable[Formula], positive: Iterable[sp.Symbol]) -> set[sp.Symbol]:
    """A set of the `positive` variables that may be set to 1 together without changing satisfiability.

    The formulas must themselves contain the constraints that make these variables positive.
    """
    formulas = list(formulas)
    equations = list(frozenset[Equation]().union(*map(_equations, formulas)))
    candidates = sorted(positive, key=lambda s: s.name)
    occurring = sorted(set().union(*(symbols(f) for f in formulas)) - set(candidates), key=_order) if formulas else []
    columns = [*occurring, *candidates]
    if not columns or not equations:
        return set()
    places = {symbol: place for place, symbol in enumerate(columns)}
    entries = [0] * (len(equations) * len(columns))
    for row, equation in enumerate(equations):
        for symbol, weight in equation:
            entries[row * len(columns) + places[symbol]] = weight
    reduced, rank = flint.fmpz_mat(len(equations), len(columns), entries).rref()[0::2]
    pivots, place = set[int](), 0
    for row in range(rank):
        place = next(k for k in range(place, len(columns)) if reduced[row, k] != 0)
        pivots.add(place)
        place += 1
    return {columns[k] for k in range(len(occurring), len(columns)) if k not in pivots}


def _equations(formula: Formula) -> frozenset[Equation]:
    """What has to be 0, as weights of symbols, for the terms of the formula to be homogeneous; found once a formula."""
    known: frozenset[Equation] | None = formula.__dict__.get("equations")
    if known is None:
        if isinstance(formula, Compare):
            found: list[Degree] = []
            _degree(formula.term, found)
            known = frozenset(frozenset((s, k) for s, k in e.items() if k) for e in found) - {frozenset()}
        else:
            known = frozenset().union(*map(_equations, formula.parts))
        formula.__dict__["equations"] = known
    return known


def _order(symbol: sp.Symbol) -> tuple[str, int]:
    return symbol.name, getattr(symbol, "dummy_index", 0)


def _degree(term: Term, equations: list[Degree]) -> Degree | None:
    """The degree as a combination of the weights; None for 0, which has every degree."""
    if isinstance(term, Const):
        return None if term.value == 0 else {}
    if isinstance(term, Var):
        return {term.symbol: 1}
    if isinstance(term, Power):
        base = _degree(term.base, equations)
        return None if base is None else {s: k * term.exponent for s, k in base.items()}
    degrees = [_degree(p, equations) for p in term.parts]
    if isinstance(term, Product):
        total: Degree = {}
        for degree in degrees:
            if degree is None:
                return None
            for symbol, k in degree.items():
                total[symbol] = total.get(symbol, 0) + k
        return total
    assert isinstance(term, Sum)
    known = [d for d in degrees if d is not None]
    for other in known[1:]:
        equations.append({s: known[0].get(s, 0) - other.get(s, 0) for s in {*known[0], *other}})
    return known[0] if known else None
