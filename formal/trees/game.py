"""A game with symbolic payoffs, the constraints on its symbols, and the histories that are called honest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formal.errors import ModelError, Place, suggestion
from formal.trees.expression import Clause
from formal.trees.polynomial import Poly, Symbols
from formal.trees.tree import LEAF, Tree

PROPERTIES = ("weak immunity", "weaker immunity", "collusion resilience", "practicality")
History = tuple[str, ...]


@dataclass
class SecurityGame:
    """What is asked about: `initial` constrains the symbols for all properties, `further` for one.

    `tree` has the players by number. Every honest history ends in a leaf.
    """

    players: tuple[str, ...]
    symbols: Symbols
    tree: Tree
    honest: tuple[History, ...]
    initial: tuple[Clause, ...] = ()
    further: Mapping[str, tuple[Clause, ...]] = field(default_factory=dict)
    name: str = "the game"

    def constraints(self, of: str) -> tuple[Clause, ...]:
        """What is assumed for a property: a conjunction of clauses."""
        return self.initial + tuple(self.further.get(of, ()))

    def utility(self, vector: tuple[int, ...], player: int) -> Poly:
        return self.tree.utilities[vector[player]]


def check_history(tree: Tree, history: History, players: tuple[str, ...], place: Place | None = None) -> None:
    """Raise ModelError unless the history is a path from the root to a leaf."""
    shown = "[" + ", ".join(history) + "]"
    try:
        path = tree.follow(history)
    except KeyError as error:
        depth = error.args[0]
        here = tree.follow(history[:depth])[-1]
        before = f"after [{', '.join(history[:depth])}]" if depth else "at the start"
        if tree.owner[here] == LEAF:
            raise ModelError(f"the honest history {shown} goes on where the game has ended, {before}", place=place) from None
        known = suggestion(history[depth], (tree.actions[a] for a, _ in tree.edges(here)))
        missing = f'{before} {players[tree.owner[here]]} has no action "{history[depth]}"; {known}'
        raise ModelError(f"the honest history {shown} is not in the tree: {missing}", place=place) from None
    if tree.owner[path[-1]] != LEAF:
        raise ModelError(
            f"the honest history {shown} ends before the game does: {players[tree.owner[path[-1]]]} has still to move",
            place=place,
        )
