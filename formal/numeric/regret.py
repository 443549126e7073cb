"""Regret: what a mover could gain, at given parameter points and histories, by one deviation from given strategies.

The strategies come as plain functions of arrays; where they were found does not matter here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from formal.model.game import Game
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.numeric.solver import Array, Values, evaluate

Policy = Callable[[Node, Values], Array]
"""Gives the decision at a node: indices of actions, or numbers for a continuous choice."""

EDGE = 1e-11


def compile_policy(strategies: Mapping[Node, Any]) -> Policy:
    """A policy from strategies whose branches have `conditions` and a `decision`; the first branch that applies decides.

    Conditions are read with a margin, so that points on a boundary belong to the branch that is closed there. Where no branch
    applies the decision is NaN (or -1), which has infinite regret.
    """

    def decide(node: Node, values: Values) -> Array:
        shape = np.broadcast_shapes(*(a.shape for a in values.values()))
        decision = np.full(shape, np.nan)
        for branch in reversed(strategies[node].branches):
            applies = np.ones(shape, dtype=bool)
            for condition in branch.conditions:
                applies &= applies_at(condition, values)
            chosen = _index(node, branch.decision) if isinstance(branch.decision, str) else evaluate(branch.decision, values)
            decision = np.where(applies, chosen, decision)
        return decision

    return decide


def applies_at(condition: sp.Basic, values: Values) -> Any:
    """Whether a comparison holds at each point, where what is nearly equal is equal."""
    gap = margin(condition, values)
    return gap > EDGE if condition.rel_op in ("<", ">") else gap >= -EDGE


def margin(condition: sp.Basic, values: Values) -> Array:
    """By how much an inequality holds at each point; negative where it fails."""
    larger, smaller = (condition.lhs, condition.rhs) if condition.rel_op in (">", ">=") else (condition.rhs, condition.lhs)
    return evaluate(larger - smaller, values)


def _index(node: Node, action: str) -> float:
    assert isinstance(node, Decision)
    return float(node.actions.index(action))


def follow(game: Game, node: Node, values: Values, policy: Policy) -> dict[str, Array]:
    """Everybody's payoffs from a node on when the policy is followed."""
    if isinstance(node, Leaf):
        return {q: evaluate(u, values) for q, u in node.payoffs.items()}
    if isinstance(node, Continuous):
        return follow(game, node.following, {**values, node.symbol: policy(node, values)}, policy)
    children = [follow(game, child, values, policy) for child in node.children]
    if isinstance(node, Chance):
        weights = [evaluate(p, values) for p in node.probabilities]
        return {q: sum(w * c[q] for w, c in zip(weights, children, strict=True)) for q in game.players}  # type: ignore[misc]
    if isinstance(node, Fork):
        strict = node.condition.rel_op in (">", "<")
        gap = margin(node.condition, values)
        holds = gap > 0 if strict else gap >= 0
        return {q: np.where(holds, children[0][q], children[1][q]) for q in game.players}
    chosen = policy(node, values)
    result = {q: np.full(np.shape(chosen), -np.inf) for q in game.players}
    for k, child in enumerate(children):
        result = {q: np.where(chosen == k, child[q], result[q]) for q in game.players}
    return result


def regret(game: Game, node: Decision | Continuous, values: Values, policy: Policy, grid: int = 401) -> Array:
    """The gain from the best deviation at this node alone, at every point; at least 0 up to rounding.

    `values` gives arrays for the parameters and for the earlier continuous choices. A decision outside the range of a
    continuous choice has infinite regret.
    """
    own = follow(game, node, values, policy)[node.player]
    if isinstance(node, Decision):
        others = [follow(game, child, values, policy)[node.player] for child in node.children]
        best = np.max(np.broadcast_arrays(*others), axis=0)
        return np.where(np.isfinite(own), best - own, np.inf)
    low, high = evaluate(node.low, values), evaluate(node.high, values)
    chosen = policy(node, values)
    inside = (chosen >= low - EDGE) & (chosen <= high + EDGE)
    best = np.full(np.shape(chosen), -np.inf)
    for share in np.linspace(0.0, 1.0, grid):
        tried = {**values, node.symbol: low + (high - low) * share}
        best = np.maximum(best, follow(game, node.following, tried, policy)[node.player])
    return np.where(inside & np.isfinite(own), best - own, np.inf)
