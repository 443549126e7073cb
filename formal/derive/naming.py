"""Cells in the author's order, under the author's names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sympy as sp

from formal.derive.partition import Cell
from formal.errors import ModelError
from formal.model.game import Game


def named(game: Game, cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells, each with the first of the game's names that fits, in the order of the names; those without come last.

    Raises ModelError for a name that fits no cell.
    """
    made = [replace(cell, name=_name(game.cells, cell)) for cell in cells]
    order = [*game.cells, ""]
    for name in game.cells:
        if not any(_fits(game.cells[name], cell) for cell in made):
            raise ModelError(f'no cell of {game.name} is one in which "{name}" ({_shown(game.cells[name])})', place=game.place)
    return tuple(sorted(made, key=lambda cell: order.index(cell.name)))


def _name(names: Mapping[str, Mapping[str, Any]], cell: Cell) -> str:
    return next((name for name, moves in names.items() if _fits(moves, cell)), "")


def _fits(moves: Mapping[str, Any], cell: Cell) -> bool:
    decisions = cell.decisions
    return cell.attained and all(label in decisions and _same(decisions[label], move) for label, move in moves.items())


def _same(decision: Any, move: Any) -> bool:
    if isinstance(move, str):
        return str(decision) == move
    return isinstance(decision, sp.Expr) and sp.cancel(decision - sp.sympify(move)) == 0


def _shown(moves: Mapping[str, Any]) -> str:
    return ", ".join(f"{label} = {move}" for label, move in moves.items())
