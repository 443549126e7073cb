"""Quantities along a line of parameters: closed forms between critical points, and what holds at these.

Between the real roots of the boundary polynomials every quantity is one analytic formula. Critical points are isolated to
DIGITS digits; a comparison is taken to be an equality where the two sides agree to half of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.relational import Relational

from formal.model.root import NUMPY
from formal.model.threshold import expand
from formal.plots.boundaries import Polynomial
from formal.plots.plane import DIGITS, real_roots, simplest, univariate

NODES = 120
JUMP = 1e-6

Values = Mapping[sp.Symbol, sp.Expr]
Curve = tuple[Any, Any]  # arrays of abscissas and of values


@dataclass(frozen=True)
class Point:
    """A place on the line, with the values of all parameters there."""

    place: Fraction
    values: Values


class Line:
    """The parameters as formulas in one symbol t from `low` to `high`, cut where conditions or formulas can change."""

    def __init__(
        self, t: sp.Symbol, values: Values, ends: tuple[Fraction, Fraction], polynomials: Iterable[Polynomial]
    ) -> None:
        self.t, self.values = t, dict(values)
        self.cuts = [ends[0], *_cuts(polynomials, *ends), ends[1]]

    def at(self, place: Fraction) -> Point:
        """The point at a value of t."""
        t = sp.Rational(place.numerator, place.denominator)
        return Point(place, {q: sp.sympify(e).xreplace({self.t: t}) for q, e in self.values.items()} | {self.t: t})

    def pieces(self) -> list[tuple[Fraction, Fraction, Point]]:
        """The intervals between cuts, each with a simple point inside."""
        return [(a, b, self.at(simplest(a + (b - a) / 3, b - (b - a) / 3))) for a, b in pairwise(self.cuts)]

    def curve(self, formula: sp.Expr, a: Fraction, b: Fraction, inside: Point) -> Curve | None:
        """The formula over an interval in which it is the one that it is at `inside`; None where it has no value there."""
        one = expand(resolved(formula, inside.values)).xreplace(self.values)
        if one.has(sp.nan, sp.zoo):
            return None
        shares = (1 - np.cos(np.linspace(0, np.pi, NODES))) / 2
        places = float(a) + float(b - a) * np.clip(shares, 1e-12, 1 - 1e-12)
        found = np.broadcast_to(sp.lambdify(self.t, one, NUMPY)(places), places.shape)
        return places, np.asarray(found, dtype=float)

    def value(self, formula: sp.Expr, place: Fraction) -> float:
        """The formula at one place; NaN where it has no value there."""
        point = self.at(place)
        found = expand(resolved(formula, point.values)).xreplace(dict(point.values))
        return float(sp.N(found, DIGITS // 2)) if not found.has(sp.nan, sp.zoo) else float("nan")


def resolved(formula: sp.Expr, values: Values) -> sp.Expr:
    """The formula with each Piecewise replaced by the branch that holds at a point, NaN where none does."""
    if isinstance(formula, sp.Piecewise):
        return next((resolved(value, values) for value, where in formula.args if true(where, values)), sp.nan)
    return formula.func(*(resolved(a, values) for a in formula.args)) if formula.has(sp.Piecewise) else formula


def true(condition: sp.Basic, values: Values) -> bool:
    """Whether a condition holds at a point that may be known to DIGITS digits only; false where it has no value."""
    if isinstance(condition, Relational):
        gap = _gap(condition, values)
        if gap is None:
            return False
        tests = {"==": gap == 0, "!=": gap != 0, ">": gap > 0, ">=": gap >= 0, "<": gap < 0, "<=": gap <= 0}
        return bool(tests[condition.rel_op])
    if isinstance(condition, sp.And | sp.Or):
        parts = (true(part, values) for part in condition.args)
        return all(parts) if isinstance(condition, sp.And) else any(parts)
    if isinstance(condition, sp.Not):
        return not true(condition.args[0], values)
    return bool(condition == sp.true)


def _gap(condition: Any, values: Values) -> sp.Expr | None:
    """The difference of the two sides, 0 where it is smaller than can be told."""
    gap = expand(resolved(condition.lhs - condition.rhs, values)).xreplace(dict(values))
    number = sp.N(gap, DIGITS // 2, maxn=4 * DIGITS) if not gap.has(sp.nan, sp.zoo) else sp.nan
    if not number.is_real:
        parts = (
            number.as_real_imag() if number.is_number and number is not sp.nan and number is not sp.zoo else (sp.nan, sp.nan)
        )
        if parts[1] is sp.nan or abs(parts[1]) > sp.Float(10) ** (-DIGITS // 2):
            return None
        number = parts[0]
    return sp.Integer(0) if abs(number) < sp.Float(10) ** (-DIGITS // 2) else number


def _cuts(polynomials: Iterable[Polynomial], low: Fraction, high: Fraction) -> list[Fraction]:
    """Where some polynomial vanishes in (low, high), in order; what is closer than can be seen is one place."""
    kept: list[Fraction] = []
    for root in sorted({root for f in polynomials for root in real_roots(univariate(f, 0), low, high)}):
        if not kept or root - kept[-1] > Fraction(1, 10**9) * (high - low):
            kept.append(root)
    return kept


def joined(parts: Sequence[tuple[Fraction, Fraction, Any]]) -> list[tuple[Fraction, Fraction, Any]]:
    """Intervals with neighbours of the same answer put together."""
    made: list[tuple[Fraction, Fraction, Any]] = []
    for a, b, answer in parts:
        if made and made[-1][2] == answer:
            made[-1] = (made[-1][0], b, answer)
        else:
            made.append((a, b, answer))
    return made
