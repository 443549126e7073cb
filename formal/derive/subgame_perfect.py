"""Subgame perfect equilibria in pure strategies of finite games with information sets, each with its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from formal.derive.literals import conjunction, literal
from formal.derive.normal_form import minimal
from formal.derive.partition import Profile
from formal.derive.polynomial import Ring
from formal.derive.space import over_parameters
from formal.ladder import Context
from formal.model.information import Information
from formal.model.strategic import outcome, strategies, subgames


def equilibria(info: Information) -> Iterator[Profile]:
    """Profiles of actions, by the name of the information set, that are Nash equilibria of every subgame somewhere."""
    game = info.game
    ring = Ring(game.parameters)
    space = over_parameters(ring, game.parameters, game.assume.values(), (), Context())
    roots = list(subgames(info))
    deviations = [(root, q, s) for root in roots for q in game.players for s in strategies(info, q, root) if s]
    for actions in product(*(s.actions for s in info.sets)):
        played = dict(zip(info.sets, actions, strict=True))
        kept = {(root, q): ring.quotient(outcome(info, root, played, q)) for root in roots for q in game.players}
        gaps = []
        for root, player, other in deviations:
            if any(played[s] != a for s, a in other.items()):
                gap = kept[root, player] - ring.quotient(outcome(info, root, {**played, **other}, player))
                gaps.append(literal(ring, gap.oriented(), strict=False))
        where = conjunction(gaps)
        if where is not None and space.possible(where):
            paid = {q: outcome(info, game.tree, played, q) for q in game.players}
            conditions = tuple(item.sympy() for item in minimal(space, where))
            yield Profile(conditions, {s.name: a for s, a in played.items()}, paid)
