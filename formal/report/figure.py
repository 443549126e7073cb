"""The figure of a game in a paper: its cells over two parameters, around a simple point, such that most of them are seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import sympy as sp

from formal.model.game import Game
from formal.model.parameters import Parameter
from formal.numeric.cells import Partition
from formal.numeric.draws import game_pool, span
from formal.numeric.grid import holds
from formal.solution import solve

STARTS, SIDE, DRAWS = 12, 8, 4000
ENOUGH = SIDE * SIDE // 10  # points of a cell beyond which it is no better seen
Span = tuple[Parameter, Fraction, Fraction]


def cells_figure(game: Game) -> bytes | None:
    """The figure as a PDF; None where no two parameters show more than one cell. Needs matplotlib."""
    from formal.plots import regions, save

    view = best_view(game)
    if view is None:
        return None
    x, y, at = view
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cells.pdf"
        save(regions(solve(game), x, y, at=at), path)
        return path.read_bytes()


def best_view(game: Game) -> tuple[Span, Span, dict[Parameter, Fraction]] | None:
    """Two parameters with their ranges, and values for the others, such that many cells are seen; None where one cell is.

    Whole numbers are no axes.
    """
    cells, points = solve(game).cells, game_pool(game, DRAWS)
    if len(cells) < 2 or not points:
        return None
    starts = [dict(zip(points, row, strict=True)) for row in zip(*(points[q][:STARTS] for q in points), strict=True)]
    spans = {q: _span(q, [float(start[q]) for start in starts]) for q in game.parameters}
    partition = Partition(game.parameters, cells)
    views = list(_views(game, starts, spans))
    scores = [_seen(game, partition, grid) for _, grid in views]
    if max(scores, default=(0, 0))[0] < 2:
        return None
    (x, y, start), _ = views[scores.index(max(scores))]
    return spans[x], spans[y], {q: Fraction(float(v)) for q, v in start.items() if q not in (x, y)}


def _views(game: Game, starts: list[dict[Any, Any]], spans: dict[Any, Span]) -> Iterator[tuple[Any, dict[Any, Any]]]:
    across, up = (m.ravel() for m in np.meshgrid((np.arange(SIDE) + 0.5) / SIDE, (np.arange(SIDE) + 0.5) / SIDE))
    for start in starts:
        for x, y in combinations([q for q in game.parameters if not q.domain.whole], 2):
            grid = {q: np.full(SIDE * SIDE, float(v)) for q, v in start.items()}
            for q, shares in ((x, across), (y, up)):
                _, low, high = spans[q]
                grid[q] = float(low) + float(high - low) * shares
            yield (x, y, start), grid


def _seen(game: Game, partition: Partition, grid: dict[sp.Symbol, Any]) -> tuple[int, int]:
    """How many cells, under the author's names, are seen, and how well."""
    inside = np.ones(SIDE * SIDE, dtype=bool)
    for relation in game.assume.values():
        inside &= holds(relation, grid)
    names = [partition.cells[k - 1].name or str(k) for k in partition.at(grid)["cell"][inside] if k]
    counts = Counter(names).values()
    return sum(1 for n in counts if n >= ENOUGH // 2), sum(min(n, ENOUGH) for n in counts)


def _span(q: Parameter, values: list[float]) -> Span:
    """The range of an axis, beyond the values, without the ends that the domain leaves out."""
    low, high = span(q, Fraction(max(2, 2 * round(max(map(abs, values))))))
    edge = (high - low) / 50
    return q, low + edge * q.domain.open_low, high - edge * q.domain.open_high
