"""What is proposed of a game, read with distrust: it may come from a ledger that anybody has written.

Here only the form is looked at: that conditions are formulas, decisions possible ones, payoffs expressions, one for each
player, and which symbols they name. Whether they are right is what the obligations are for. A name of a cell is not read but
given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from formal.derive.naming import named
from formal.derive.partition import Branch, Cell, Profile
from formal.errors import ClaimError
from formal.model.game import Game
from formal.model.threshold import Threshold
from formal.model.tree import Continuous, Decision


def cells(game: Game, data: Any) -> tuple[Cell, ...]:
    """The cells of an equilibrium. Raises ClaimError for anything else."""
    found = []
    for conditions, path, payoffs, attained, _ in rows(game, data, 5):
        found.append(
            Cell(conditions_of(game, conditions), _path(game, path), payoffs_of(game, payoffs), _truth(game, attained))
        )
    return named(game, found)


def branches(game: Game, node: Decision | Continuous, data: Any) -> tuple[Branch, ...]:
    """The branches of a strategy. Raises ClaimError for anything else."""
    found = []
    for conditions, decision, attained, barren, levels, path in rows(game, data, 6):
        if decision not in node.actions if isinstance(node, Decision) else not isinstance(decision, sp.Expr):
            raise wrong(game, f"a decision at {node.label}")
        said = conditions_of(game, conditions), decision, _truth(game, attained), _truth(game, barren)
        found.append(Branch(*said, _levels(game, levels), _path(game, path)))
    return tuple(found)


def profile(game: Game, data: Any, menus: Mapping[str, Sequence[str]] | None) -> Profile:
    """A profile of mixtures of the actions in the menus, or of numbers. Raises ClaimError for anything else."""
    ((conditions, strategies, payoffs),) = rows(game, (data,), 3)
    if not isinstance(strategies, Mapping) or set(strategies) != set(game.players):
        raise wrong(game, "strategies, one for each player")
    for player, strategy in strategies.items():
        if menus is None:
            right = isinstance(strategy, sp.Expr)
        else:
            weights = strategy if isinstance(strategy, Mapping) else {}
            right = bool(weights) and all(a in menus[player] and isinstance(w, sp.Expr) for a, w in weights.items())
        if not right:
            raise wrong(game, "a strategy")
    return Profile(conditions_of(game, conditions), strategies, payoffs_of(game, payoffs))


def values_and_conditions(game: Game, data: Any) -> tuple[dict[str, tuple[sp.Expr, ...]], tuple[sp.Basic, ...] | None]:
    """The values of states to the players, and conditions or None. Raises ClaimError for anything else."""
    ((values, conditions),) = rows(game, (data,), 2)
    if not isinstance(values, Mapping) or not all(
        isinstance(state, str)
        and isinstance(listed, tuple)
        and len(listed) == len(game.players)
        and all(isinstance(v, sp.Expr) for v in listed)
        for state, listed in values.items()
    ):
        raise wrong(game, "values of states")
    return dict(values), None if conditions is None else conditions_of(game, conditions)


def rows(game: Game, data: Any, length: int) -> Iterable[tuple[Any, ...]]:
    """Rows of so many parts. Raises ClaimError for anything else."""
    if not isinstance(data, tuple) or not all(isinstance(row, tuple) and len(row) == length for row in data):
        raise wrong(game, f"a list of {length} parts each")
    return data


def within(game: Game, data: Any, known: Iterable[sp.Symbol]) -> Any:
    """The data, in whose expressions there is no other symbol than these. Raises ClaimError for anything else.

    What is proved under conditions on another one may be proved of no value of it; one that has a closed form of its own would
    have to be proved to be what is said of it.
    """
    strange = {s for e in _expressions_in(data) for s in e.free_symbols} - set(known)
    if strange:
        raise wrong(game, f"about what is known where it applies, as {', '.join(sorted(map(str, strange)))} is not")
    return data


def _expressions_in(data: Any) -> Iterator[sp.Basic]:
    if isinstance(data, sp.Basic):
        yield data
    elif isinstance(data, Mapping):
        for pair in data.items():
            yield from _expressions_in(pair)
    elif isinstance(data, tuple):
        for part in data:
            yield from _expressions_in(part)


def conditions_of(game: Game, data: Any) -> tuple[sp.Basic, ...]:
    """Formulas. Raises ClaimError for anything else."""
    if not isinstance(data, tuple) or not all(isinstance(c, Boolean) and not c.is_Symbol for c in data):
        raise wrong(game, "a list of conditions")
    return data


def payoffs_of(game: Game, data: Any) -> dict[str, sp.Expr]:
    """An expression for each player. Raises ClaimError for anything else."""
    if not isinstance(data, Mapping) or set(data) != set(game.players):
        raise wrong(game, "payoffs, one for each player")
    if not all(isinstance(value, sp.Expr) for value in data.values()):
        raise wrong(game, "payoffs")
    return dict(data)


def _path(game: Game, data: Any) -> tuple[Any, ...]:
    steps: tuple[Any, ...] = data if isinstance(data, tuple) else (None,)
    for step in steps:
        if not isinstance(step, tuple) or len(step) != 2 or not isinstance(step[0], str):
            raise wrong(game, "a path of play")
        if isinstance(step[1], tuple):
            for outcome in step[1]:  # each with the path that follows it
                _path(game, (outcome,))
        elif not isinstance(step[1], str | sp.Expr):
            raise wrong(game, "a path of play")
    return steps


def _levels(game: Game, data: Any) -> tuple[tuple[Threshold, sp.Expr], ...]:
    pairs = tuple(rows(game, data, 2))
    if not all(isinstance(t, Threshold) and isinstance(level, sp.Expr) for t, level in pairs):
        raise wrong(game, "values of thresholds")
    return pairs


def _truth(game: Game, data: Any) -> bool:
    if not isinstance(data, bool):
        raise wrong(game, "true or false")
    return data


def wrong(game: Game, wanted: str) -> ClaimError:
    """The error that says what the ledger should have proposed."""
    return ClaimError(f"what the ledger proposes of {game.name} is not {wanted}; formal check --update derives it again")
