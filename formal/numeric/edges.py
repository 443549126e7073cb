"""Points on the boundaries of conditions: where two sides are equal, found by moving one parameter of a point, exactly.

Method
------
The difference of the two sides, with a threshold that it is linear in replaced by means of the polynomial that characterises
it, is a polynomial in the parameters. Where it has degree 1 in one of them, it vanishes at a rational value of that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import sympy as sp
from sympy.core.relational import Relational

from formal.model.parameters import Parameter
from formal.model.threshold import Threshold

Point = Mapping[sp.Symbol, sp.Expr]


def edge_points(condition: sp.Basic, points: Iterable[Point]) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Points at which both sides of the condition may be equal, one parameter away from the given ones; to be checked."""
    if not isinstance(condition, Relational):
        return
    for point in points:
        for q, root in _roots(condition):
            moved = root.subs(point)
            if moved.is_Rational:
                yield {**point, q: moved}


@lru_cache(maxsize=1024)
def _roots(condition: Relational) -> tuple[tuple[Parameter, sp.Expr], ...]:
    """Parameters with the formula of the value at which both sides are equal."""
    gap = _polynomial(sp.numer(sp.together(condition.lhs - condition.rhs)))
    found = []
    for q in sorted((s for s in gap.free_symbols if isinstance(s, Parameter) and not s.domain.whole), key=str):
        if not gap.is_polynomial(*gap.free_symbols):
            break
        parts = sp.Poly(gap, q).all_coeffs()
        if len(parts) == 2:
            found.append((q, -parts[1] / parts[0]))
    return tuple(found)


def _polynomial(gap: sp.Expr) -> sp.Expr:
    """The same zeros without a threshold, where there is only one and the difference is linear in it."""
    inner = [s for s in gap.free_symbols if isinstance(s, Threshold)]
    if len(inner) != 1 or sp.degree(gap, inner[0]) != 1:
        return gap
    (t,) = inner
    slope, rest = sp.Poly(gap, t).all_coeffs()
    return sp.numer(sp.together(t.plain[0].xreplace({sp.Symbol(t.name): -rest / slope})))
