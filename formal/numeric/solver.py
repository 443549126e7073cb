"""Numeric backward induction: an independent floating-point solution of the same tree, at many parameter points at once.

Method
------
Arrays have one axis for the parameter points and one for each continuous choice made so far. A continuous choice is put
on a grid of `grid` points over its range, then on a second grid over the two grid cells around the best point. Later
movers are solved at every grid point, so their answer to a deviation is computed, not assumed. No symbolic result is used.

Error: with L the largest slope of the mover's payoff along the choice, and h the width of the range, the value found at a
continuous choice is below the true supremum by at most L·h·2/(grid - 1)² when the second grid contains the best point, and
by L·h/(grid - 1) in any case, plus what later choices contribute in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from formal.model.game import Game
from formal.model.threshold import expand
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node

Array = np.ndarray[Any, np.dtype[np.float64]]
Values = Mapping[sp.Symbol, Array]
Result = dict[str, Array]
TIE = 1e-12


@dataclass(frozen=True)
class Numeric:
    """Each player's equilibrium payoff, and the root's decision, at every parameter point."""

    payoffs: Result
    decision: Array | None


def evaluate(expression: sp.Expr, values: Values) -> Array:
    """The expression at all points of the broadcast arrays."""
    symbols, function = _compiled(expression)
    return np.asarray(function(*(values[s] for s in symbols)), dtype=float)


@lru_cache(maxsize=4096)
def _compiled(expression: sp.Basic) -> tuple[list[sp.Symbol], Callable[..., Any]]:
    """A NumPy function of the expression, thresholds written out."""
    written = expand(expression)
    symbols = sorted(written.free_symbols, key=str)
    return symbols, sp.lambdify(symbols, written, "numpy")


def solve_numeric(game: Game, points: Mapping[sp.Symbol, Array], grid: int = 33) -> Numeric:
    """Solve the game at each parameter point; `points` maps every parameter to an array of the same length.

    Raises ValueError for a parameter without values, for arrays of different lengths, and for a game in which a mover does not
    see what was chosen before.
    """
    if game.hidden:
        raise ValueError(f"{game.name} has choices that are not seen; backward induction does not solve it")
    missing = [q.name for q in game.parameters if q not in points]
    if missing:
        raise ValueError(f"no values for {', '.join(missing)}")
    if len({len(a) for a in points.values()}) != 1:
        raise ValueError("all parameters need the same number of values")
    values = {s: np.asarray(a, dtype=float) for s, a in points.items()}
    size = len(next(iter(values.values())))
    payoffs, decision = _solve(game, game.tree, values, 0, grid)
    return Numeric({q: np.broadcast_to(u, (size,)) for q, u in payoffs.items()}, decision)


def _solve(game: Game, node: Node, values: Values, depth: int, grid: int) -> tuple[Result, Array | None]:
    """Payoffs at a node as arrays with axis 0 for the points and one axis for each of the `depth` earlier choices."""
    if isinstance(node, Leaf):
        return {q: evaluate(u, values) for q, u in node.payoffs.items()}, None
    if isinstance(node, Continuous):
        return _continuous(game, node, values, depth, grid)
    children = [_solve(game, child, values, depth, grid)[0] for child in node.children]
    if isinstance(node, Fork):
        symbols, test = _compiled(node.condition)
        holds = test(*(values[s] for s in symbols))
        return {q: np.where(holds, children[0][q], children[1][q]) for q in game.players}, None
    if isinstance(node, Chance):
        weights = [evaluate(p, values) for p in node.probabilities]
        return {q: _total(weights, [c[q] for c in children]) for q in game.players}, None
    assert isinstance(node, Decision)
    return _discrete(game, node, children)


def _total(weights: list[Array], parts: list[Array]) -> Array:
    total = np.asarray(0.0)
    for weight, part in zip(weights, parts, strict=True):
        total = total + weight * part
    return total


def _discrete(game: Game, node: Decision, children: list[Result]) -> tuple[Result, Array]:
    """The best action; the tie rule's action wherever it is as good."""
    favoured = game.ties.get(node.label, node.actions[0])
    order = sorted(range(len(node.actions)), key=lambda k: node.actions[k] != favoured)
    payoffs, chosen = dict(children[order[0]]), np.asarray(order[0])
    for k in order[1:]:
        ahead = children[k][node.player] > payoffs[node.player] + TIE
        payoffs = {q: np.where(ahead, children[k][q], payoffs[q]) for q in game.players}
        chosen = np.where(ahead, k, chosen)
    return payoffs, chosen


def _continuous(game: Game, node: Continuous, values: Values, depth: int, grid: int) -> tuple[Result, Array]:
    """The best grid point, then the best point of a finer grid around it."""
    widened = {s: a[..., None] for s, a in values.items()}
    low, high = (evaluate(end, widened) for end in (node.low, node.high))
    low, high = (end.reshape((1,) * (2 + depth - end.ndim) + end.shape) for end in (low, high))
    steps = np.linspace(0.0, 1.0, grid)
    first = low + (high - low) * steps
    best, payoffs = _best(game, node, widened, first, depth, grid)
    width = (high - low) / (grid - 1)
    around = np.clip(best[..., None] + width * np.linspace(-1.0, 1.0, grid), low, high)
    finer, improved = _best(game, node, widened, around, depth, grid)
    ahead = improved[node.player] > payoffs[node.player] + TIE
    return {q: np.where(ahead, improved[q], payoffs[q]) for q in game.players}, np.where(ahead, finer, best)


def _best(game: Game, node: Continuous, values: Values, tried: Array, depth: int, grid: int) -> tuple[Array, Result]:
    payoffs, _ = _solve(game, node.following, {**values, node.symbol: tried}, depth + 1, grid)
    shape = np.broadcast_shapes(*(u.shape for u in payoffs.values()), tried.shape)
    own = np.broadcast_to(payoffs[node.player], shape)
    peak = own.max(axis=-1, keepdims=True)
    near = own >= peak - TIE
    highest = game.ties.get(node.label) == "highest"
    place = shape[-1] - 1 - near[..., ::-1].argmax(axis=-1) if highest else near.argmax(axis=-1)

    def pick(array: Array) -> Array:
        return np.take_along_axis(np.broadcast_to(array, shape), place[..., None], axis=-1)[..., 0]

    return pick(tried), {q: pick(u) for q, u in payoffs.items()}
