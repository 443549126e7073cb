"""Finite games at one parameter point by enumeration, in exact numbers: what backward induction leads to, and pure equilibria.

Nothing is shared with the derivation. Reference: Osborne and Rubinstein (1994), A Course in Game Theory, sections 2.2 and 6.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import sympy as sp

from formal.model.game import Game
from formal.model.static import Finite, Profile
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.numeric.assessments import number

Point = Mapping[sp.Symbol, sp.Expr]


def finite(game: Game) -> bool:
    """Whether the game is one of perfect information without a choice of numbers."""
    return not game.hidden and not any(isinstance(node, Continuous) for node in game.nodes)


def backward(game: Game, point: Point) -> dict[str, Fraction]:
    """What everybody gets under the tie rules. Raises ValueError where a number that is met is not rational."""
    return _value(game, game.tree, point)


def _value(game: Game, node: Node, point: Point) -> dict[str, Fraction]:
    if isinstance(node, Leaf):
        return {q: number(u, point) for q, u in node.payoffs.items()}
    if isinstance(node, Fork):
        holds = node.condition.subs(point)
        return _value(game, node.yes if bool(holds) else node.no, point)
    after = [_value(game, child, point) for child in node.children]
    if isinstance(node, Chance):
        weights = [number(w, point) for w in node.probabilities]
        return {q: sum((w * a[q] for w, a in zip(weights, after, strict=True)), Fraction(0)) for q in game.players}
    assert isinstance(node, Decision)
    best = max(a[node.player] for a in after)
    favoured = node.actions.index(game.ties.get(node.label, node.actions[0]))
    order = [favoured, *(k for k in range(len(after)) if k != favoured)]
    return next(after[k] for k in order if after[k][node.player] == best)


def pure_equilibria(form: Finite, point: Point) -> Iterator[Profile]:
    """The profiles of actions from which nobody gains by another action."""
    paid = {profile: [number(u, point) for u in form.payoffs[profile]] for profile in form.profiles()}
    for profile, mine in paid.items():
        others = (
            (i, paid[(*profile[:i], action, *profile[i + 1 :])][i]) for i, menu in enumerate(form.actions) for action in menu
        )
        if all(theirs <= mine[i] for i, theirs in others):
            yield profile
