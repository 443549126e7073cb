"""Regions of a rectangle on which an answer is constant, with outlines that follow exact curves.

Method
------
Cylindrical decomposition in two dimensions (Collins 1975). Where discriminants and pairwise resultants in y of the curves have
no root in x, the curves have a constant number of real roots in y that keep their order, so that the answer is constant
between two neighbours. Each such sector is asked once, at a rational point inside. Neighbouring sectors with equal answers are
joined, and only curves between different answers are traced: real roots are isolated with certified error at every abscissa,
to DIGITS digits. Regions without an interior are not seen.

Reference: Collins, Quantifier elimination for real closed fields by cylindrical algebraic decomposition (1975).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint
import numpy as np

from formal.plots.boundaries import Polynomial

Answer = Callable[[Fraction, Fraction], Hashable]
Point = tuple[float, float]
DIGITS = 60
NODES = 48
NEAR = Fraction(1, 10**12)  # of a slice's width: how far from its ends curves are traced
SAME = 1e-5  # of the height: ends of curves that meet there
NARROW = 1e-9  # of the width: critical abscissas that are drawn as one


@dataclass(frozen=True)
class Box:
    """The rectangle [left, right] × [bottom, top]."""

    left: Fraction
    right: Fraction
    bottom: Fraction
    top: Fraction


@dataclass(frozen=True)
class Slice:
    """The answers over an interval of x, from the bottom up, and the curves between them."""

    answers: list[Hashable]
    curves: list[list[Point]]  # one more than answers, the first at the bottom and the last at the top


def regions(curves: Sequence[Polynomial], box: Box, answer: Answer) -> dict[Hashable, list[list[Point]]]:
    """For each answer in the box the outlines of where it is given: closed loops, anticlockwise, holes clockwise."""
    ends = _critical(curves, box)
    cut = [_slice(curves, box, a, b, answer) for a, b in pairwise(ends)]
    return _outlines([float(x) for x in ends], _joined_ends(cut, _levels(curves, ends, box)))


def real_roots(polynomial: Any, low: Fraction, high: Fraction) -> list[Fraction]:
    """The real roots in (low, high) of a polynomial in one variable, in order, to DIGITS digits; rational ones exactly."""
    if polynomial.degree() < 1:
        return []
    if polynomial.degree() == 1:
        found = {Fraction(-int(polynomial[0]), int(polynomial[1]))}
    else:
        precision = flint.ctx.dps
        flint.ctx.dps = 2 * DIGITS
        try:
            roots = [root.real.mid() for root, _ in polynomial.complex_roots() if root.imag.is_zero()]
        finally:
            flint.ctx.dps = precision
        found = {_fraction(*root.man_exp()) for root in roots}
    return sorted(root for root in found if low < root < high)


def _fraction(mantissa: Any, exponent: Any) -> Fraction:
    """The number; a simple fraction where it is one to DIGITS digits."""
    found = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    simple = found.limit_denominator(10**8)
    return simple if abs(found - simple) < Fraction(1, 10**DIGITS) else found


def univariate(polynomial: Polynomial, place: int, value: Fraction | None = None) -> Any:
    """A polynomial as one in its variable number `place`, up to a factor; the other has the value, if it occurs."""
    terms: dict[int, flint.fmpz] = {}
    highest = max((m[1 - place] for m in polynomial.monoms() if len(m) > 1), default=0)
    for exponents, coefficient in polynomial.to_dict().items():
        power = exponents[1 - place] if len(exponents) > 1 else 0
        scale = value.numerator**power * value.denominator ** (highest - power) if value is not None else 1
        terms[exponents[place]] = terms.get(exponents[place], flint.fmpz(0)) + coefficient * scale
    return flint.fmpz_poly([terms.get(k, flint.fmpz(0)) for k in range(max(terms, default=-1) + 1)])


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator strictly between two."""
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    if low == whole:
        return whole + Fraction(1, int(1 / (high - whole)) + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))


# -- slices


def _critical(curves: Sequence[Polynomial], box: Box) -> list[Fraction]:
    """Abscissas between which the curves inside the box neither begin, end, turn nor meet; the ends of the box included."""
    if not curves:
        return [box.left, box.right]
    y = curves[0].context().gen(1)
    walls = [level.denominator * y - level.numerator for level in (box.bottom, box.top)]
    across = [f for f in curves if f.degrees()[1] > 0]
    events = [f for f in curves if f.degrees()[1] == 0] + [f.discriminant("v1") for f in across if f.degrees()[1] > 1]
    for k, f in enumerate(across):
        events += [f.resultant(g, "v1") for g in (*across[k + 1 :], *walls) if str(f) != str(g)]
    found = {x for event in events if not event.is_zero() for x in real_roots(univariate(event, 0), box.left, box.right)}
    kept, apart = [box.left], (box.right - box.left) * Fraction(NARROW)
    for x in sorted(found):
        if x - kept[-1] > apart and box.right - x > apart:
            kept.append(x)
    return [*kept, box.right]


def _slice(curves: Sequence[Polynomial], box: Box, a: Fraction, b: Fraction, answer: Answer) -> Slice:
    third = (b - a) / 3
    middle = simplest(a + third, b - third)
    met = [
        (y, f, k)
        for f in curves
        if f.degrees()[1] > 0
        for k, y in enumerate(real_roots(univariate(f, 1, middle), box.bottom, box.top))
    ]
    met.sort(key=lambda one: one[0])
    levels = [box.bottom, *(y for y, _, _ in met), box.top]
    answers = [answer(middle, _between(low, high)) for low, high in pairwise(levels)]
    changes = [k for k in range(1, len(answers)) if answers[k] != answers[k - 1]]
    traced = [_traced(*met[k - 1][1:], box, a, b) for k in changes]
    flat = [[(float(a), float(y)), (float(b), float(y))] for y in (box.bottom, box.top)]
    return Slice([answers[0], *(answers[k] for k in changes)], [flat[0], *traced, flat[1]])


def _between(low: Fraction, high: Fraction) -> Fraction:
    third = (high - low) / 3
    return simplest(low + third, high - third)


def _traced(curve: Polynomial, place: int, box: Box, a: Fraction, b: Fraction) -> list[Point]:
    """Root number `place` in y of a curve over the slice, closer points towards the ends."""
    count = 2 if sum(curve.degrees()) == 1 or curve.degrees()[0] == 0 else NODES
    shares = [(1 - np.cos(np.pi * k / (count - 1))) / 2 for k in range(count)]
    points = []
    for share in shares:
        x = a + (b - a) * min(max(Fraction(share), NEAR), 1 - NEAR)
        roots = real_roots(univariate(curve, 1, x), box.bottom, box.top)
        if place < len(roots):
            points.append((float(x), float(roots[place])))
    return [(float(a), points[0][1]), *points[1:-1], (float(b), points[-1][1])]


# -- outlines


def _levels(curves: Sequence[Polynomial], ends: Sequence[Fraction], box: Box) -> list[list[float]]:
    """At each critical abscissa the heights at which curves cross it."""
    across = [f for f in curves if f.degrees()[1] > 0]
    found = [[y for f in across for y in real_roots(univariate(f, 1, x), box.bottom, box.top)] for x in ends]
    return [sorted({float(y) for y in (box.bottom, *heights, box.top)}) for heights in found]


def _joined_ends(cut: list[Slice], levels: list[list[float]]) -> list[Slice]:
    """The slices with ends of curves moved to where curves cross the abscissa, and those that meet to the same point."""
    made = [Slice(s.answers, [list(c) for c in s.curves]) for s in cut]
    for k, crossings in enumerate(levels):
        near = SAME * (crossings[-1] - crossings[0])
        known = list(crossings)
        ends = [(c, -1) for c in made[k - 1].curves] if k else []
        ends += [(c, 0) for c in made[k].curves] if k < len(made) else []
        for c, end in ends:
            x, y = c[end]
            closest = min(known, key=lambda level: abs(level - y))
            if abs(closest - y) > near:
                known.append(closest := y)
            c[end] = (x, closest)
    return made


def _outlines(xs: list[float], cut: list[Slice]) -> dict[Hashable, list[list[Point]]]:
    """Boundaries of all slices of an answer, without the parts that two of them share."""
    edges: dict[Hashable, list[list[Point]]] = {}
    for s in cut:
        for k, answer in enumerate(s.answers):
            edges.setdefault(answer, []).extend([s.curves[k], s.curves[k + 1][::-1]])
    for k, x in enumerate(xs):
        sides = (cut[k - 1] if k else None, -1), (cut[k] if k < len(cut) else None, 0)
        levels = sorted({c[end][1] for s, end in sides if s is not None for c in s.curves})
        left, right = (_stack(s, end, levels) for s, end in sides)
        for (low, high), here, there in zip(pairwise(levels), left, right, strict=True):
            if here != there:
                edges.setdefault(here, []).append([(x, low), (x, high)])
                edges.setdefault(there, []).append([(x, high), (x, low)])
    edges.pop(None, None)
    return {answer: _loops(made) for answer, made in edges.items()}


def _stack(s: Slice | None, end: int, levels: list[float]) -> list[Hashable]:
    """The answer between each two neighbouring levels at one end of a slice."""
    if s is None:
        return [None] * (len(levels) - 1)
    tops = [c[end][1] for c in s.curves[1:]]
    return [s.answers[bisect_left(tops, high)] for high in levels[1:]]


def _loops(edges: list[list[Point]]) -> list[list[Point]]:
    """Edges put together to closed loops, each edge used once."""
    leaving: dict[Point, list[list[Point]]] = {}
    for edge in edges:
        leaving.setdefault(edge[0], []).append(edge)
    loops = []
    while leaving:
        start = next(iter(leaving))
        loop, place = [start], start
        while True:
            edge = leaving[place].pop()
            if not leaving[place]:
                del leaving[place]
            loop += edge[1:]
            place = edge[-1]
            if place == start:
                break
        loops.append(loop)
    return loops
