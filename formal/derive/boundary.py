"""Points at which two options pay the same: what a solver is slow to find and random samples never hit.

At a sample where one option is best and another second best, one symbol is moved to the value that it has at another sample;
where the order of the two payoffs turns on the way, bisection finds the place. Everything else stays as it is, so that ties are
found at the edges of the parameters' domains too. Like samples, these points steer the search and prove nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formal.derive.polynomial import Quotient
from formal.derive.space import SAMPLES, Point, Space
from formal.model.threshold import Threshold

TRIES = 60
HALVINGS = 60

Columns = dict[int, np.ndarray]


def ties(space: Space, payoffs: Sequence[Quotient], values: np.ndarray) -> list[Point]:
    """Points of the space at which the best two of the options, whose payoffs have these values at the samples, are equal.

    `values` has a row for each option, -∞ where it is not available.
    """
    if len(payoffs) < 2:
        return []
    order = np.argsort(-values, axis=0, kind="stable")[:2]
    real = np.flatnonzero(np.isfinite(np.take_along_axis(values, order, axis=0)).all(axis=0))
    pairs: dict[tuple[int, int], list[int]] = {}
    for k in real:
        pairs.setdefault((int(order[0, k]), int(order[1, k])), []).append(int(k))
    draw, found = np.random.default_rng(7), list[Point]()
    for (i, j), places in sorted(pairs.items()):
        found += _between(space, payoffs[i] - payoffs[j], draw.choice(places, TRIES), draw)
    return found


def _between(space: Space, gap: Quotient, starts: np.ndarray, draw: np.random.Generator) -> list[Point]:
    """Places where the gap vanishes between each start and the same point with one symbol's value from another sample."""
    free = [i for i in space.columns if not isinstance(space.ring.symbols[i], Threshold) and i not in space.unit]
    if not free:
        return []
    columns = {i: space.columns[i][starts].copy() for i in space.columns}
    axis, other = draw.choice(free, len(starts)), draw.integers(SAMPLES, size=len(starts))
    low = np.array([space.columns[i][k] for i, k in zip(axis, starts, strict=True)])
    high = np.array([space.columns[i][k] for i, k in zip(axis, other, strict=True)])
    before, after = (_gap(space, gap, columns, axis, at) for at in (low, high))
    turning = np.isfinite(before) & np.isfinite(after) & (before * after < 0)
    if not turning.any():
        return []
    columns = {i: column[turning] for i, column in columns.items()}
    axis, low, high, rising = axis[turning], low[turning], high[turning], before[turning] < 0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = (_gap(space, gap, columns, axis, middle) < 0) == rising
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    _gap(space, gap, columns, axis, (low + high) / 2)
    return space.inside(columns)


def _gap(space: Space, gap: Quotient, columns: Columns, axis: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The gap with the symbols in `axis` at these values; the columns are changed to them."""
    for i in set(axis.tolist()):
        columns[i] = np.where(axis == i, at, columns[i])
    space.complete(columns)
    with np.errstate(all="ignore"):
        return np.asarray(space.value(gap.numerator, columns) / space.value(gap.denominator, columns) + np.zeros(len(at)))
