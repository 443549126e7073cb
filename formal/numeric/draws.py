"""Random parameter points that are simple numbers, the simplest first, inside a game's domains and assumptions."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from formal.model.game import Game
from formal.model.parameters import Parameter
from formal.numeric.grid import holds
from formal.numeric.solver import Array

Points = dict[sp.Symbol, Array]
TINY = 2.0 ** -np.arange(7, 13)
STEPS = np.array([*(np.array([16, 8, 32, 4, 12, 24, 48, 2, 6, 3, 1, 96]) / 16), *TINY])  # exact in binary
SHARES = np.array(sorted([*np.arange(1, 64) / 64, *TINY, *(1 - TINY)], key=lambda share: float(share).as_integer_ratio()[1]))
RARE = 0.25


def pool(parameters: Iterable[Parameter], assumed: Iterable[sp.Basic], count: int, seed: int) -> Points:
    """At most `count` different points, simple numbers first.

    Ends of the domains are drawn often, as equilibria change there.
    """
    random = np.random.default_rng(seed)
    drawn = {q: _column(q, count, random) for q in parameters}
    if not drawn:
        return {}
    points = {q: values for q, (values, _) in drawn.items()}
    effort = np.sum([ranks for _, ranks in drawn.values()], axis=0)
    inside = np.ones(count, dtype=bool)
    for relation in assumed:
        inside &= holds(relation, points)
    order = np.flatnonzero(inside)[np.argsort(effort[inside], kind="stable")]
    _, firsts = np.unique(np.stack([values[order] for values in points.values()]), axis=1, return_index=True)
    order = order[np.sort(firsts)]  # each point once
    return {q: values[order] for q, values in points.items()}


def _column(q: Parameter, count: int, random: Any) -> tuple[Array, Array]:
    """Values of a parameter in its domain, and how far down the list of steps they are."""
    low, high = q.domain.low, q.domain.high
    if q.domain.whole:
        start = int(np.ceil(float(low))) if low is not None else -3
        choices = np.array([v for v in range(start, start + 8) if high is None or v <= high], dtype=float)
    elif low is not None and high is not None:
        choices = float(low) + float(high - low) * SHARES
    else:
        steps = STEPS if low is not None or high is not None else np.concatenate([STEPS, -STEPS])
        choices = float(low) + steps if low is not None else float(high) - steps if high is not None else steps
    ends = [float(e) for e, is_open in ((low, q.domain.open_low), (high, q.domain.open_high)) if e is not None and not is_open]
    choices = np.concatenate([choices, ends])
    weights = np.ones(len(choices)) * (1 - RARE * bool(ends)) / (len(choices) - len(ends))
    weights[len(choices) - len(ends) :] = RARE / max(len(ends), 1)
    ranks = random.choice(len(choices), count, p=weights / weights.sum())
    return choices[ranks], ranks


def game_pool(game: Game, count: int, seed: int = 1) -> Points:
    """Points of a game's parameters that satisfy what it assumes."""
    return pool(game.parameters, game.assume.values(), count, seed)


def span(q: Parameter, reach: Fraction) -> tuple[Fraction, Fraction]:
    """The ends of a range that shows a parameter: its domain where that is bounded, else so far from its end, or from 0."""
    low, high = (None if end is None else Fraction(int(end.p), int(end.q)) for end in (q.domain.low, q.domain.high))
    if low is None:
        return (-reach, reach) if high is None else (high - reach, high)
    return low, low + reach if high is None else high
