"""Games of simultaneous moves: each player chooses once, knowing nothing of what the others choose.

References: Osborne and Rubinstein (1994), A Course in Game Theory, chapter 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy as sp

from formal.errors import ModelError
from formal.model.exact import exact
from formal.model.game import Game
from formal.model.game import game as declared
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node

Profile = tuple[str, ...]


@dataclass(frozen=True)
class Finite:
    """Each player's actions, and everybody's payoffs by the profile of actions."""

    game: Game
    actions: tuple[tuple[str, ...], ...]
    payoffs: Mapping[Profile, tuple[sp.Expr, ...]]

    def profiles(self) -> Iterator[Profile]:
        return product(*self.actions)


@dataclass(frozen=True)
class Infinite:
    """Each player's choice and its range, and everybody's payoffs as functions of all choices."""

    game: Game
    choices: tuple[sp.Symbol, ...]
    ranges: tuple[tuple[sp.Expr, sp.Expr], ...]
    payoffs: tuple[sp.Expr, ...]


def static_form(game: Game) -> Finite | Infinite:
    """The game as one simultaneous choice of each player.

    Raises ModelError when some player moves twice, sees another's choice, or has other options on another path.
    """
    movers = [n for n in game.nodes if isinstance(n, Decision | Continuous)]
    draws = {n.label for n in game.nodes if isinstance(n, Chance)}
    ways: dict[str, dict[Any, str]] = {player: {} for player in game.players}
    for node in movers:
        before = {label for label, _ in node.history if any(m.label == label for m in movers)}
        if before and (node.sees is None or before & set(node.sees)):
            raise ModelError(f'{node.player} sees other choices before "{node.label}"; say sees=[]', place=game.place)
        for label, _ in node.history:
            if label in draws and (node.sees is None or label in node.sees):
                shown = f'{node.player} sees "{label}" before "{node.label}", which is private information'
                raise ModelError(f"{shown}; use perfect_bayesian({game.name})", place=game.place)
        ways[node.player][_options(node)] = node.label
    for player, found in ways.items():
        if len(found) != 1:
            shown = ", ".join(f'"{k}"' for k in found.values()) or "nothing"
            raise ModelError(
                f"{player} chooses {shown}; in a game of simultaneous moves each player chooses once", place=game.place
            )
    if any(isinstance(n, Fork) for n in game.nodes):
        raise ModelError(
            f"{game.name} forks with g.when; use Piecewise payoffs in a game of simultaneous moves", place=game.place
        )
    options = [next(iter(found)) for found in ways.values()]
    if all(kind == "finite" for kind, *_ in options):
        actions = tuple(tuple(menu) for _, _, menu in options)
        labels = [label for _, label, _ in options]
        table = {p: _payoffs(game.tree, dict(zip(labels, p, strict=True)), game.players) for p in product(*actions)}
        return Finite(game, actions, table)
    if all(kind == "infinite" for kind, *_ in options):
        ranges = tuple((low, high) for _, _, low, high in options)
        chosen = {symbol for _, symbol, *_ in options}
        for _, symbol, low, high in options:
            if chosen & (low.free_symbols | high.free_symbols):
                raise ModelError(f'the range of "{symbol}" depends on a choice that is made at the same time', place=game.place)
        return Infinite(game, tuple(symbol for _, symbol, *_ in options), ranges, _payoffs(game.tree, {}, game.players))
    raise ModelError(f"{game.name} mixes actions and numbers in one simultaneous choice", place=game.place)


def _options(node: Decision | Continuous) -> tuple[Any, ...]:
    if isinstance(node, Decision):
        return "finite", node.label, node.actions
    return "infinite", node.symbol, node.low, node.high


def _payoffs(node: Node, taken: Mapping[str, str], players: Sequence[str]) -> tuple[sp.Expr, ...]:
    """Expected payoffs when everybody does as `taken` says."""
    if isinstance(node, Leaf):
        return tuple(node.payoffs[player] for player in players)
    if isinstance(node, Decision):
        return _payoffs(node.children[node.actions.index(taken[node.label])], taken, players)
    if isinstance(node, Chance):
        parts = [_payoffs(child, taken, players) for child in node.children]
        return tuple(sp.Add(*(w * p[i] for w, p in zip(node.probabilities, parts, strict=True))) for i in range(len(players)))
    return _payoffs(node.children[0], taken, players)


def matrix_game(
    name: str,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    payoffs: Sequence[Sequence[tuple[Any, Any]]],
    players: tuple[str, str] = ("Row", "Column"),
    assume: Mapping[str, Any] | None = None,
) -> Game:
    """A game of two players in strategic form: `payoffs[i][j]` is what the two get when `rows[i]` meets `columns[j]`.

    Raises ModelError when the table does not have a pair of payoffs for each pair of actions.
    """
    if len(payoffs) != len(rows) or any(len(line) != len(columns) for line in payoffs):
        raise ModelError(f"{name} needs {len(rows)} rows of {len(columns)} pairs of payoffs")
    for line in payoffs:
        for pair in line:
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise ModelError(f"{name}: {pair!r} is not a pair of payoffs")
            for number in pair:
                exact(number, f"a payoff of {name}")

    def play(g: Any) -> Mapping[str, Any]:
        row = g.choose(players[0], players[0].lower(), rows)
        column = g.choose(players[1], players[1].lower(), columns, sees=[])
        pair = payoffs[list(rows).index(str(row))][list(columns).index(str(column))]
        return dict(zip(players, pair, strict=True))

    return declared(players=players, assume=assume)(play).named(name)
