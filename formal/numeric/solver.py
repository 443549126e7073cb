"""Numeric backward induction: an independent floating-point solution of the same tree, at many parameter points at once.

Trees of actions and draws are solved by NumPy, one operation for all points. With continuous choices each point is solved on
its own by compiled code, on all processors: every later mover's answer to a deviation is computed, not assumed. Method and
error are those of `formal.numeric.maximum`. No symbolic result is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np
import sympy as sp

from formal.errors import UsageError
from formal.model.game import Game
from formal.model.root import NUMPY
from formal.model.threshold import expand
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node

Array = np.ndarray[Any, np.dtype[np.float64]]
Values = Mapping[sp.Symbol, Array]
Result = dict[str, Array]
TIE = 1e-12
GRID = 16
SHARE = 1 << 12  # points that a thread solves at a time
FEW = 100  # points that are sooner solved by Python than compiled


@dataclass(frozen=True)
class Numeric:
    """Each player's equilibrium payoff, and the root's decision, at every parameter point.

    A decision is the place of an action, or a number; there is none where chance or a condition comes first.
    """

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
    return symbols, sp.lambdify(symbols, written, NUMPY)


def solve_numeric(game: Game, points: Mapping[sp.Symbol, Array], grid: int = GRID) -> Numeric:
    """Solve the game at each parameter point; `points` maps every parameter to an array of the same length.

    `grid` is in how many intervals a continuous choice's range is first cut; `formal.numeric.maximum` says what it can miss.
    Raises ValueError for a parameter without values and arrays of different lengths, and UsageError for a game in which a mover
    does not see what was chosen before, and for payoffs that are not finite numbers, with the first such point.
    """
    if game.hidden:
        hint = "compare its equilibria with the definition: formal validate"
        raise UsageError(f"{game.name} has choices that are not seen; backward induction does not solve it; {hint}", place=None)
    missing = [q.name for q in game.parameters if q not in points]
    if missing:
        raise ValueError(f"no values for {', '.join(missing)}")
    if points and len({len(a) for a in points.values()}) != 1:
        raise ValueError("all parameters need the same number of values")
    values = {s: np.asarray(a, dtype=float) for s, a in points.items()}
    size = len(next(iter(values.values()))) if values else 1
    if any(isinstance(node, Continuous) for node in game.nodes):
        return _each(game, values, size, grid)
    with np.errstate(all="ignore"):
        payoffs, decision = _solve(game, game.tree, values)
    wrong = reduce(np.logical_or, [np.isnan(u) for u in payoffs.values()])  # of a number, or of one for each point
    require_numbers(wrong, values, f"some payoff of {game.name} is not a number")
    return Numeric({q: np.broadcast_to(u, (size,)) for q, u in payoffs.items()}, decision)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def require_numbers(wrong: Array, points: Values, what: str) -> None:
    """Raise UsageError with the first point at which something is wrong."""
    if np.any(wrong):
        k = int(np.argmax(np.broadcast_to(wrong, np.shape(next(iter(points.values()), wrong)))))
        shown = ", ".join(f"{q} = {column[k]:g}" for q, column in points.items())
        raise UsageError(f"{what} at {shown}" if points else what, place=None)


def _each(game: Game, values: Values, size: int, grid: int) -> Numeric:
    """Point by point, in threads."""
    from formal.numeric.compiled import compiled

    fill = compiled(game, grid, plain=size < FEW)
    rows = np.array([values[q] for q in game.parameters]).reshape(len(game.parameters), size)
    payoffs, decision, wrong = np.empty((len(game.players), size)), np.empty(size), np.empty(size, dtype=bool)

    def part(start: int) -> None:
        here = slice(start, start + SHARE)
        fill(rows[:, here], payoffs[:, here], decision[here], wrong[here])

    with ThreadPoolExecutor(processors()) as threads:
        list(threads.map(part, range(0, size, SHARE)))
    require_numbers(wrong, values, f"some payoff or range of {game.name} is not a number")
    chosen = decision if isinstance(game.tree, Decision | Continuous) else None
    return Numeric(dict(zip(game.players, payoffs, strict=True)), chosen)


def _solve(game: Game, node: Node, values: Values) -> tuple[Result, Array | None]:
    """Payoffs at a node as arrays over the points."""
    if isinstance(node, Leaf):
        paid = {q: evaluate(u, values) for q, u in node.payoffs.items()}
        return {q: np.where(np.isfinite(u), u, np.nan) for q, u in paid.items()}, None
    children = [_solve(game, child, values)[0] for child in node.children]
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
    """The best action; the tie rule's action wherever it is as good. Where a payoff is no number, the best is none."""
    favoured = game.ties.get(node.label, node.actions[0])
    order = sorted(range(len(node.actions)), key=lambda k: node.actions[k] != favoured)
    payoffs, chosen = dict(children[order[0]]), np.asarray(order[0])
    for k in order[1:]:
        mine, rival = payoffs[node.player], children[k][node.player]
        ahead = ~(rival <= mine + TIE)  # also where one of them is not a number
        payoffs = {q: np.where(ahead, children[k][q], payoffs[q]) for q in game.players}
        payoffs[node.player] = np.where(np.isnan(mine), np.nan, payoffs[node.player])
        chosen = np.where(ahead, k, chosen)
    return payoffs, chosen
