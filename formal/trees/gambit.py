"""Games in Gambit's `.efg` format for the same engine: finite, perfect information, no chance. Payoffs are numbers.

Needs pygambit. Reference: Savani and Turocy, Gambit: The package for computation in game theory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from formal.errors import ModelError, Place
from formal.trees.game import SecurityGame, check_history
from formal.trees.polynomial import Symbols, frozen
from formal.trees.tree import Tree


def read_efg(path: Path, honest: Iterable[Sequence[str]]) -> SecurityGame:
    """The game in an `.efg` file, with honest histories by the labels of actions. Raises ModelError."""
    try:
        import pygambit
    except ImportError:
        raise ModelError("reading .efg files needs pygambit; install formal-games[gambit]", place=None) from None
    place = Place(path, 1)
    with open(path, "rb"):  # a missing file is the system's error
        pass
    try:
        game = pygambit.read_efg(path)
    except Exception as error:
        raise ModelError(f"Gambit cannot read this file: {error}", place=place) from None
    players = tuple(p.label for p in game.players)
    tree = Tree()
    tree.finish(_number(tree, game, place))
    histories = tuple(tuple(h) for h in honest)
    for history in histories:
        check_history(tree, history, players, place)
    return SecurityGame(players, Symbols(()), tree, histories, name=path.name)


def _number(tree: Tree, game: Any, place: Place) -> int:
    """The number of the root, children before parents."""
    players = list(game.players)
    numbers: dict[Any, int] = {}
    stack = [game.root]
    while stack:
        node = stack[-1]
        if node.is_terminal:
            payoffs = [Fraction(str(node.outcome[p])) if node.outcome is not None else Fraction(0) for p in players]
            numbers[node] = tree.leaf(tuple(tree.utility(frozen({(): x})) for x in payoffs))
            stack.pop()
            continue
        if node.player.is_chance:
            raise ModelError("security properties are for games without chance; this one has a draw of chance", place=place)
        if len(node.infoset.members) > 1:
            raise ModelError("security properties need perfect information; this game has hidden moves", place=place)
        if node.outcome is not None:
            raise ModelError("this game has payoffs before its end, which are not read", place=place)
        children = list(node.children)
        missing = [c for c in children if c not in numbers]
        if missing:
            stack += missing
            continue
        labels = [a.label or str(i + 1) for i, a in enumerate(node.infoset.actions)]
        if len(set(labels)) < len(labels):
            raise ModelError(f"a node of {node.player.label} has two actions of the same label", place=place)
        key = [players.index(node.player)]
        for label, child in zip(labels, children, strict=True):
            key += (tree.action_number(label), numbers[child])
        numbers[node] = tree.node(tuple(key))
        stack.pop()
    return numbers[game.root]
