"""Games from Gambit: `.efg` and `.nfg` files, and the games of its catalog, read by pygambit, as games of this package.

Each information set becomes a choice with a label of its own, "Alice 2" for the second of Alice, which sees everything where
the set has one node, and nothing of others where it has more: that the nodes bear one label is what makes them one set.
Payoffs on the way are added up. Numbers stay exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import sympy as sp

from formal.errors import ModelError, Place, UsageError, suggestion
from formal.model.game import Game
from formal.model.game import game as declared


def read(path: Path | str) -> Game:
    """The game in an `.efg` or `.nfg` file.

    Raises UsageError where pygambit is not installed or cannot read the file, and for a game that cannot be declared here.
    """
    gambit, source = _pygambit(), Path(path)
    readers = {".efg": gambit.read_efg, ".nfg": gambit.read_nfg}
    if source.suffix not in readers:
        raise UsageError(f"{source} is not a file of Gambit; write {' or '.join(readers)}", place=None)
    if not source.is_file():
        raise UsageError(f'there is no file "{source}"', place=None)
    try:
        found = readers[source.suffix](source)
    except (ValueError, RuntimeError, UnicodeError) as error:
        raise UsageError(f"Gambit cannot read {source}: {str(error).splitlines()[0]}", place=None) from None
    made = converted(found, source.stem)
    made.place = Place(source, 1)
    return made


def catalog() -> list[str]:
    """The names of the games in the catalog that comes with pygambit."""
    return [str(name) for name in _pygambit().catalog.games()["Game"]]


def load(name: str) -> Game:
    """A game of Gambit's catalog, such as "journals/ijgt/selten1975/fig1". Raises UsageError where there is none."""
    known = catalog()
    if name not in known:
        raise UsageError(f'Gambit\'s catalog has no "{name}"; {suggestion(name, known)}', place=None)
    return converted(_pygambit().catalog.load(name), name)


def converted(game: Any, name: str) -> Game:
    """A game of pygambit as one of this package, under a name. Raises UsageError for one that cannot be declared here."""
    try:
        made = (_extensive if isinstance(game, _pygambit().ExtensiveGame) else _strategic)(game, name)
        made.tree  # noqa: B018 what cannot be declared is told now
    except ModelError as error:
        raise UsageError(f"{name} cannot be declared here: {error.message}", place=None) from None
    return made


def _pygambit() -> Any:
    try:
        import pygambit
    except ImportError:
        raise UsageError("games of Gambit are read by pygambit: pip install 'formal-games[gambit]'", place=None) from None
    return pygambit


def _strategic(game: Any, name: str) -> Game:
    """All players choose at once."""
    players = [str(q) for q in game.players]
    menus = {q: [str(s) for s in game.get_strategies(q)] for q in players}
    paid = {}
    for profile in product(*menus.values()):
        found = game.get_payoffs(dict(zip(players, profile, strict=True)))
        paid[profile] = {q: _exact(found[q]) for q in players}

    def play(g: Any) -> Mapping[str, sp.Expr]:
        return paid[tuple(str(g.choose(q, f"{q}'s strategy", menus[q], sees=[])) for q in players)]

    return declared(players=players)(play).named(name)


@dataclass(frozen=True)
class _Place:
    """A node of Gambit's tree: who moves, under which label, with which actions, and what is paid there."""

    player: str | None
    label: str
    alone: bool
    weights: Mapping[str, sp.Expr]
    following: Mapping[str, _Place]
    paid: Mapping[str, sp.Expr]


def _extensive(game: Any, name: str) -> Game:
    players = [str(q) for q in game.players]
    labels: dict[tuple[str, ...], tuple[str, bool]] = {}
    for player in players:
        for number, one in enumerate(game.get_infosets(player), start=1):
            members = game.get_members(_selector(one.actions))
            labels |= {tuple(m.actions): (f"{player} {number}", len(members) == 1) for m in members}
    root = _place(game, players, labels, ())

    def play(g: Any) -> Mapping[str, sp.Expr]:
        place, total = root, dict(root.paid)
        while place.following:
            if place.player is None:
                move = g.chance(place.label, place.weights)
            else:
                move = g.choose(place.player, place.label, list(place.following), sees=None if place.alone else [])
            place = place.following[str(move)]
            total = {q: total[q] + place.paid[q] for q in players}
        return total

    return declared(players=players)(play).named(name)


def _selector(actions: tuple[str, ...]) -> Any:
    return _pygambit().H.path(*actions)


def _place(game: Any, players: list[str], labels: Mapping[Any, tuple[str, bool]], actions: tuple[str, ...]) -> _Place:
    here = _selector(actions)
    label, alone = labels.get(actions, (f"Chance after {', '.join(actions) or 'nothing'}", True))
    if any(labels.get(actions[:k], ("",))[0] == label for k in range(len(actions))):
        raise ModelError(f"one path passes twice through the information set {label}: its player is absent-minded")
    outcome = game.get_outcome(here)
    paid = dict.fromkeys(players, sp.Integer(0))
    if outcome is not None:
        found = game.get_outcome_payoffs(outcome)
        paid = {q: _exact(found[q]) for q in players}
    following = {str(a): _place(game, players, labels, (*actions, a)) for a in game.get_actions(here)}
    weights = {str(a): _exact(w) for a, w in game.get_action_probs(here).items()}
    player = None if weights or not following else str(game.get_player(here))
    return _Place(player, label, alone, weights, following, paid)


def _exact(number: Any) -> sp.Rational:
    return sp.Rational(str(number))
