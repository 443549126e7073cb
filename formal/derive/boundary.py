"""Points at which two options pay the same: what a solver is slow to find and random samples never hit.

At a sample where one option is best and another second best, one symbol is moved to the value that it has at another sample;
where the order of the two payoffs turns on the way, the place is found. Everything else stays as it is, so that ties are found
at the edges of the parameters' domains too. Like samples, these points steer the search and prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from formal.derive.polynomial import Quotient, places
from formal.derive.samples import SAMPLES
from formal.derive.space import Point, Space
from formal.model.threshold import Threshold

TRIES = 60
STEPS = 60
EXACT = 1e-15

Gap = Callable[[np.ndarray, np.ndarray], np.ndarray]


def ties(space: Space, payoffs: Sequence[Quotient], values: np.ndarray) -> list[Point]:
    """Points of the space at which the best two of the options, whose payoffs have these values at the samples, are equal.

    `values` has a row for each option, -∞ where it is not available.
    """
    free = [i for i in space.columns if not isinstance(space.ring.symbols[i], Threshold) and i not in space.unit]
    if len(payoffs) < 2 or not free:
        return []
    best, rest, everywhere = values.argmax(axis=0), values.copy(), np.arange(values.shape[1])
    rest[best, everywhere] = -np.inf
    order = np.array([best, rest.argmax(axis=0)])
    real = np.flatnonzero(np.isfinite(values[order, everywhere]).all(axis=0))
    pairs, which = np.unique(order[:, real], axis=1, return_inverse=True)
    draw, paths = np.random.default_rng(7), Paths(space)
    for k, (i, j) in enumerate(pairs.T):
        starts = draw.choice(real[which == k], TRIES)
        paths.add(payoffs[i] - payoffs[j], starts, draw.choice(free, TRIES), draw.integers(SAMPLES, size=TRIES))
    return space.inside(paths.turns()) if len(real) else []


@dataclass
class Paths:
    """Paths from one sample to another sample's value of one symbol, each with the gap that should vanish on the way."""

    space: Space
    gaps: list[Quotient] = field(default_factory=list)
    parts: list[tuple[np.ndarray, ...]] = field(default_factory=list)  # starts, the symbols that move, ends, gaps
    _named: list[frozenset[int]] = field(default_factory=list)  # the symbols in each gap

    def add(self, gap: Quotient, starts: np.ndarray, axis: np.ndarray, ends: np.ndarray) -> None:
        self.parts.append((starts, axis, ends, np.full(len(starts), len(self.gaps))))
        self.gaps.append(gap)
        self._named.append(places(gap.numerator, gap.denominator))

    def turns(self) -> dict[int, np.ndarray]:
        """Where the gaps vanish, of the paths at whose ends their signs differ."""
        starts, axis, ends, which = map(np.concatenate, zip(*self.parts, strict=True))
        space = self.space
        columns = {i: column[starts] for i, column in space.columns.items()}
        low, high = (np.array([space.columns[i][k] for i, k in zip(axis, at, strict=True)]) for at in (starts, ends))
        before, after = (self._gap(columns, axis, which, at) for at in (low, high))
        turning = np.isfinite(before) & np.isfinite(after) & (before * after < 0)
        columns = {i: column[turning] for i, column in columns.items()}
        axis, which = axis[turning], which[turning]

        def gap(some: np.ndarray, at: np.ndarray) -> np.ndarray:
            return self._gap({i: column[some] for i, column in columns.items()}, axis[some], which[some], at)

        self._gap(columns, axis, which, zeros(gap, low[turning], high[turning], before[turning], after[turning]))
        return columns

    def _gap(self, columns: dict[int, np.ndarray], axis: np.ndarray, which: np.ndarray, at: np.ndarray) -> np.ndarray:
        """The gaps with the symbols in `axis` at these values; the columns are changed to them."""
        for i in set(axis.tolist()):
            columns[i] = np.where(axis == i, at, columns[i])
        self.space.complete(columns)
        made = np.zeros(len(at))
        with np.errstate(all="ignore"):
            for k in set(which.tolist()):
                here = np.flatnonzero(which == k)
                there = {i: columns[i][here] for i in self._named[k] or columns}
                top, bottom = (self.space.value(part, there) for part in (self.gaps[k].numerator, self.gaps[k].denominator))
                made[here] = top / bottom
        return made


def zeros(gap: Gap, a: np.ndarray, b: np.ndarray, at_a: np.ndarray, at_b: np.ndarray) -> np.ndarray:
    """Where functions vanish whose signs at a and b differ: by bisection, or faster where three values say how they bend.

    `gap` has the values of some of the functions, by place. Source: Chandrupatla (1997), Advances in Engineering Software 28.
    """
    found: np.ndarray = (a + b) / 2
    left = np.arange(len(a))
    c, at_c, share = a, at_a, np.full(len(a), 0.5)
    for _ in range(STEPS):
        if not len(left):
            break
        x = a + share * (b - a)
        at_x = gap(left, x)
        same = np.sign(at_x) == np.sign(at_a)
        (b, c), (at_b, at_c) = (np.where(same, [q, p], [p, q]) for p, q in ((a, b), (at_a, at_b)))
        a, at_a = x, at_x
        found[left] = np.where(np.abs(at_a) < np.abs(at_b), a, b)
        with np.errstate(all="ignore"):
            room = EXACT * np.abs(found[left]) / np.abs(b - a)
            along, up = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
            bent = at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
            share = np.clip(np.where((up**2 < along) & ((1 - up) ** 2 < 1 - along), bent, 0.5), room, 1 - room)
        open_ones = (room < 0.5) & (at_a != 0)
        left, a, b, c, at_a, at_b, at_c, share = (part[open_ones] for part in (left, a, b, c, at_a, at_b, at_c, share))
    return found
