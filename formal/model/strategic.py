"""Strategies and subgames of finite games with information sets, and the game in strategic form.

Definitions
-----------
A reduced strategy of a player says what it does at each of its information sets that its own earlier moves do not rule out. A
subgame begins at a node that is alone in its information set, and holds every information set that it meets as a whole.

References: Osborne and Rubinstein (1994), A Course in Game Theory, sections 6.2 and 11.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sympy as sp

from formal.model.game import Game
from formal.model.game import game as declared
from formal.model.information import Information, InformationSet, information
from formal.model.tree import Chance, Decision, Leaf, Node

Strategy = Mapping[InformationSet, str]


def strategies(info: Information, player: str, root: Node | None = None) -> Iterator[Strategy]:
    """The reduced strategies of a player in the game, or in the subgame at a node."""
    start = info.game.tree if root is None else root
    mine = [s for s in info.below(start) if s.player == player]
    yield from _completed(info, mine, {}, len(info.way(start).actions))


def _completed(info: Information, mine: list[InformationSet], made: Strategy, begun: int) -> Iterator[Strategy]:
    following = next((s for s in mine if s not in made and _open(info, s, made, begun)), None)
    if following is None:
        yield made
        return
    for action in following.actions:
        yield from _completed(info, mine, {**made, following: action}, begun)


def _open(info: Information, where: InformationSet, made: Strategy, begun: int) -> bool:
    """Whether the player's own earlier moves lead to the set; with perfect recall they do so to all of its nodes alike."""
    own = [(s, a) for s, a in info.way(where.nodes[0]).actions[begun:] if s.player == where.player]
    return all(made.get(s) == a for s, a in own)


def outcome(info: Information, node: Node, played: Strategy, player: str) -> sp.Expr:
    """What a player expects from a node on when everybody does as `played` says."""
    if isinstance(node, Leaf):
        return node.payoffs[player]
    if isinstance(node, Chance):
        parts = zip(node.probabilities, node.children, strict=True)
        return sp.Add(*(w * outcome(info, child, played, player) for w, child in parts))
    assert isinstance(node, Decision)
    return outcome(info, node.children[node.actions.index(played[info.of[node]])], played, player)


def subgames(info: Information) -> Iterator[Node]:
    """The nodes at which subgames begin, the whole game first."""
    for node in info.game.nodes:
        if isinstance(node, Leaf):
            continue
        inside = set(node.walk())
        alone = node not in info.of or len(info.of[node].nodes) == 1
        if alone and all(set(s.nodes) <= inside for s in info.below(node)):
            yield node


def strategic_form(game: Game) -> Game:
    """The finite game in which each player chooses a reduced strategy at once; for `nash`.

    Raises ModelError for a game that is not finite or in which somebody forgets.
    """
    info = information(game)
    menus = {q: {_named(s): s for s in strategies(info, q)} for q in game.players}

    def play(g: Any) -> Mapping[str, sp.Expr]:
        chosen: dict[InformationSet, str] = {}
        for player in game.players:
            chosen |= menus[player][str(g.choose(player, f"{player}'s strategy", list(menus[player]), sees=[]))]
        return {q: outcome(info, game.tree, chosen, q) for q in game.players}

    return declared(players=game.players, assume=game.assume)(play).named(f"{game.name}_strategic")


def _named(strategy: Strategy) -> str:
    return ", ".join(f"{s.name}: {a}" for s, a in strategy.items()) or "nothing"
