"""Finite games for Gambit: a game at given parameter values as an `.efg` or `.nfg` file, with exact numbers.

Reference: Savani and Turocy, Gambit: The package for computation in game theory, "Representation of games".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import sympy as sp

from formal.errors import ModelError, suggestion
from formal.model.exact import exact
from formal.model.game import Game
from formal.model.information import Information, information
from formal.model.static import Finite, static_form
from formal.model.strategic import strategic_form
from formal.model.tree import Chance, Decision, Leaf, Node


def efg(game: Game, point: Mapping[Any, Any]) -> str:
    """The game at a point, in Gambit's format 2; information sets are labelled as in `formal.model.information`.

    `point` gives an exact number for every parameter. Raises ModelError for a game that is not finite, or a parameter without
    a number.
    """
    writer = _Writer(information(game), _values(game, point))
    players = " ".join(map(_quoted, game.players))
    return "\n".join([f"EFG 2 R {_quoted(game.name)} {{ {players} }}", '""', "", *writer.lines(game.tree), ""])


def nfg(game: Game, point: Mapping[Any, Any]) -> str:
    """The strategic form of the game at a point, in Gambit's format 1.

    The strategies are the actions of a game of simultaneous moves, else the reduced strategies. Raises ModelError as `efg`.
    """
    values = _values(game, point)
    form = _strategic(game)
    lines = [f"NFG 1 R {_quoted(game.name)} {{ {' '.join(map(_quoted, game.players))} }}", "", "{"]
    lines += [f"{{ {' '.join(map(_quoted, menu))} }}" for menu in form.actions]
    lines += ["}", '""', ""]
    for profile in product(*reversed(form.actions)):  # the first player's strategy varies fastest
        lines.append(" ".join(_number(u, values) for u in form.payoffs[profile[::-1]]))
    return "\n".join([*lines, ""])


def _strategic(game: Game) -> Finite:
    try:
        form = static_form(game)
    except ModelError:
        form = static_form(strategic_form(game))
    if not isinstance(form, Finite):
        raise ModelError(f"{game.name} is not finite: numbers are chosen in it", place=game.place)
    return form


def _values(game: Game, point: Mapping[Any, Any]) -> dict[sp.Symbol, sp.Expr]:
    known = {q.name: q for q in game.parameters}
    for q in point:
        if str(q) not in known:
            raise ModelError(f'"{q}" is not a parameter of {game.name}; {suggestion(str(q), known)}')
    values = {known[str(q)]: exact(v, f"the value of {q}") for q, v in point.items()}
    missing = [name for name, q in known.items() if q not in values]
    if missing:
        raise ModelError(f"{game.name} needs a number for {', '.join(missing)}")
    return values


def _number(expression: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> str:
    value = expression.subs(values)
    if not value.is_Rational:
        raise ModelError(f"{expression} is {value} there, which Gambit cannot read; give rational numbers")
    return str(value)


class _Writer:
    """Numbers information sets by player, and draws and ends in the order in which they are met."""

    def __init__(self, info: Information, values: Mapping[sp.Symbol, sp.Expr]) -> None:
        self.info, self.values = info, values
        self.draws = self.ends = 0
        self.numbers: dict[Any, int] = {}
        for player in info.game.players:
            mine = [s for s in info.sets if s.player == player]
            self.numbers |= {s: number for number, s in enumerate(mine, start=1)}

    def lines(self, node: Node) -> Iterator[str]:
        """The node and those below it, parents first."""
        if isinstance(node, Leaf):
            self.ends += 1
            payoffs = " ".join(_number(u, self.values) for u in node.payoffs.values())
            yield f't "" {self.ends} "" {{ {payoffs} }}'
        elif isinstance(node, Chance):
            self.draws += 1
            outcomes = " ".join(
                f"{_quoted(o)} {_number(w, self.values)}" for o, w in zip(node.outcomes, node.probabilities, strict=True)
            )
            yield f'c "" {self.draws} {_quoted(node.label)} {{ {outcomes} }} 0'
        elif isinstance(node, Decision):
            where = self.info.of[node]
            player = self.info.game.players.index(node.player) + 1
            actions = " ".join(map(_quoted, node.actions))
            yield f'p "" {player} {self.numbers[where]} {_quoted(where.name)} {{ {actions} }} 0'
        for child in node.children:
            yield from self.lines(child)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
