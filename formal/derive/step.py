"""Steps of a derivation: what was done, why, and the claims that make it right.

A step is displayed only when its claims are proved; `formal.report.latex` has them decided. Steps explain an equilibrium, its
proof is in its obligations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from formal.derive.partition import Branch, Equilibrium
from formal.model.root import closed_form_claims
from formal.model.substitution import substitute
from formal.model.threshold import Threshold
from formal.model.tree import Continuous, Decision, Leaf, Node


@dataclass(frozen=True)
class Step:
    """`before` becomes `after` by `rule`; `claims` hold wherever `given` does, and `conditions` is part of what is shown.

    The step is about what `player` does: an action's name or an equation, and what is not done `instead` of it.
    """

    rule: str
    player: str
    move: str | sp.Basic
    before: sp.Basic
    after: sp.Basic
    claims: tuple[sp.Basic, ...]
    given: tuple[sp.Basic, ...] = ()
    conditions: tuple[sp.Basic, ...] = ()
    instead: str | sp.Basic = ""


def steps(equilibrium: Equilibrium) -> Iterator[Step]:
    """The steps of the derivation, last movers first."""
    for threshold in equilibrium.thresholds:
        yield threshold_step(threshold, tuple(equilibrium.game.assume.values()))
    for node in reversed(equilibrium.game.nodes):
        given = (*equilibrium.game.assume.values(), *node.facts())
        if isinstance(node, Decision):
            yield from _comparison(equilibrium, node, given)
        elif isinstance(node, Continuous):
            seen: set[sp.Basic] = set()
            for branch in equilibrium.strategies[node].branches:
                if branch.attained and branch.decision not in seen:
                    seen.add(branch.decision)
                    yield from _first_order(equilibrium, node, branch, given)


def threshold_step(threshold: Threshold, given: tuple[sp.Basic, ...]) -> Step:
    """The root of its polynomial that a threshold is."""
    equation, *isolating = threshold.characterisation
    claims = tuple(claim for _, claim in closed_form_claims(threshold))
    solved = sp.Eq(threshold, threshold.definition, evaluate=False)
    return Step("threshold", "", threshold, equation, solved, claims, (*given, *threshold.exists), tuple(isolating))


def _comparison(equilibrium: Equilibrium, node: Decision, given: tuple[sp.Basic, ...]) -> Iterator[Step]:
    """The last mover's choice between two ends of the game."""
    if len(node.children) != 2 or not all(isinstance(child, Leaf) for child in node.children):
        return
    favoured = equilibrium.game.ties.get(node.label, node.actions[0])
    other = next(a for a in node.actions if a != favoured)
    kept, left = (_leaf(node, action).payoffs[node.player] for action in (favoured, other))
    prefers = sp.Ge(kept, left, evaluate=False)
    where = equilibrium.strategies[node].where(favoured)
    yield Step("comparison", node.player, favoured, prefers, where, (sp.Equivalent(prefers, where),), given)


def _leaf(node: Decision, action: str) -> Leaf:
    child = node.children[node.actions.index(action)]
    assert isinstance(child, Leaf)
    return child


def _first_order(equilibrium: Equilibrium, node: Continuous, branch: Branch, given: tuple[sp.Basic, ...]) -> Iterator[Step]:
    """The payoff whose derivative vanishes at an interior decision."""
    if branch.decision in (node.low, node.high) or isinstance(branch.decision, Threshold):
        return
    v = node.symbol
    for objective in objectives(equilibrium, node):
        slope = sp.diff(objective, v)
        if slope != 0 and sp.simplify(substitute(slope, {v: branch.decision})) == 0:
            vanishes = sp.Eq(substitute(slope, {v: branch.decision}), 0, evaluate=False)
            concave = sp.Le(sp.diff(slope, v), 0, evaluate=False)
            chosen = sp.Eq(v, branch.decision, evaluate=False)
            before = sp.Eq(slope, 0, evaluate=False)
            yield Step("first-order condition", node.player, chosen, before, chosen, (vanishes, concave), given, (concave,))
            return


def objectives(equilibrium: Equilibrium, node: Continuous) -> Iterator[sp.Expr]:
    """The mover's payoffs at the ends below, with later continuous choices replaced by the strategies' decisions."""

    def below(current: Node, values: dict[sp.Symbol, sp.Expr]) -> Iterator[sp.Expr]:
        if isinstance(current, Leaf):
            yield substitute(current.payoffs[node.player], values)
        elif isinstance(current, Continuous) and current is not node:
            for decision, _ in equilibrium.strategies[current].rules:
                yield from below(current.following, {**values, current.symbol: substitute(decision, values)})
        else:
            for child in current.children:
                yield from below(child, values)

    yield from dict.fromkeys(below(node.following, {}))
