"""One run of a game function: the `g` that it receives, what it may ask of it, and the moves that were taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import sympy as sp

from formal.errors import ModelError, Place, caller, suggestion
from formal.model.exact import exact

playing: ContextVar[str] = ContextVar("playing", default="")  # the game whose function runs


@dataclass(frozen=True)
class Interval:
    """A closed range of real numbers for a continuous choice."""

    low: sp.Expr
    high: sp.Expr


def interval(low: Any, high: Any) -> Interval:
    """The closed interval [low, high]; its ends are exact numbers or formulas in parameters and earlier choices.

    Raises ModelError for floats and for numeric ends in the wrong order.
    """
    lower, upper = exact(low, "the lower end of the interval"), exact(high, "the upper end of the interval")
    if lower.is_number and upper.is_number and lower > upper:
        raise ModelError(f"the interval [{lower}, {upper}] is empty")
    return Interval(lower, upper)


class Action(str):
    """An action that was taken: a string that refuses to be compared with an action that is not on the menu."""

    menu: tuple[str, ...]
    label: str

    def __new__(cls, name: str, menu: tuple[str, ...], label: str) -> Action:
        action = super().__new__(cls, name)
        action.menu, action.label = menu, label
        return action

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str) and str(other) not in self.menu:
            raise ModelError(f'"{other}" is not an action of "{self.label}"; {suggestion(other, self.menu)}')
        return str.__eq__(self, other) if isinstance(other, str) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


@dataclass(frozen=True)
class Point:
    """One branching point met on a run: what it is, how many ways lead on, and what was taken."""

    kind: str
    label: str
    menu: tuple[Any, ...]
    data: tuple[Any, ...]
    place: Place | None


class Run:
    """The `g` that a game function receives: it replays a prefix of moves, then takes the first way on."""

    def __init__(self, players: Sequence[str], prefix: Sequence[int]) -> None:
        self._players, self._prefix = players, prefix
        self.points: list[Point] = []
        self.taken: list[int] = []

    def _branch(self, kind: str, label: str, menu: tuple[Any, ...], *data: Any) -> int:
        if not isinstance(label, str) or not label:
            raise ModelError(f"a label is a non-empty text, not {label!r}")
        if kind != "when" and any(p.label == label and p.kind != "when" for p in self.points):
            raise ModelError(f'the label "{label}" is used twice on one path of play')
        index = self._prefix[len(self.taken)] if len(self.taken) < len(self._prefix) else 0
        self.points.append(Point(kind, label, menu, data, caller()))
        if index >= len(menu):
            raise ModelError(f'the game function is not deterministic: "{label}" has other actions when it is run again')
        self.taken.append(index)
        return index

    def choose(self, player: str, label: str, options: Iterable[str] | Interval, *, sees: Iterable[str] | None = None) -> Any:
        """`player` moves: returns the action taken, or the symbol of a continuous choice.

        `sees` lists the labels of the earlier choices that the player knows; without it, all of them. With `sees=[]` players
        choose simultaneously. Raises ModelError for an unknown player, an empty or repeated menu, a label used twice on a
        path, or `sees` naming a choice that was not made before.
        """
        if player not in self._players:
            raise ModelError(f'"{player}" is not a player; {suggestion(str(player), self._players)}')
        if isinstance(options, Interval):
            if not str(label).isidentifier():
                raise ModelError(f'a continuous choice needs a name that can be a symbol, not "{label}"')
            signed = {"nonnegative": True} if options.low.is_nonnegative else {}
            symbol = sp.Symbol(label, real=True, **signed)
            self._branch("continuous", label, (symbol,), player, self._seen(label, sees), options)
            return symbol
        menu = _menu(label, options)
        return Action(menu[self._branch("decision", label, menu, player, self._seen(label, sees))], menu, label)

    def _seen(self, label: str, sees: Iterable[str] | None) -> tuple[str, ...] | None:
        """The choices that a mover knows, its own among them; None where that is all that was chosen."""
        if sees is None:
            return None
        names = (sees,) if isinstance(sees, str) else tuple(sees)
        before = [p.label for p in self.points if p.kind != "when"]
        for name in names:
            if name not in before:
                raise ModelError(f'"{label}" sees "{name}", which was not chosen before; {suggestion(str(name), before)}')
        return names

    def chance(self, label: str, lottery: Mapping[str, Any]) -> Any:
        """Nature draws: returns the outcome.

        Raises ModelError when the probabilities do not sum to 1 or one of them is negative.
        """
        if not isinstance(lottery, Mapping):
            raise ModelError(f'"{label}" needs a mapping from outcomes to probabilities')
        menu = _menu(label, lottery)
        weights = tuple(exact(w, f'the probability of "{o}" in "{label}"') for o, w in lottery.items())
        total = sp.cancel(sp.together(sum(weights)))
        if total != 1:
            raise ModelError(f'the probabilities of "{label}" sum to {total}, not to 1')
        for outcome, weight in zip(menu, weights, strict=True):
            if weight.is_number and weight < 0:
                raise ModelError(f'the probability of "{outcome}" in "{label}" is {weight}, which is negative')
        return Action(menu[self._branch("chance", label, menu, weights)], menu, label)

    def when(self, condition: Any) -> bool:
        """Fork on a condition over parameters and earlier choices: True on one branch, False on the other.

        Raises ModelError for anything but a relation or a Boolean combination of relations.
        """
        if condition in (True, False, sp.true, sp.false):
            return bool(condition)
        if isinstance(condition, sp.And):
            return all(self.when(part) for part in condition.args)
        if isinstance(condition, sp.Or):
            return any(self.when(part) for part in condition.args)
        if isinstance(condition, sp.Not):
            return not self.when(condition.args[0])
        if not isinstance(condition, sp.core.relational.Relational):
            raise ModelError(f"g.when needs a condition such as x > p.sigma, not {condition!r}")
        for side in condition.args:
            exact(side, f"the condition {condition}")
        return self._branch("when", f"when {condition}", (True, False), condition) == 0


def _menu(label: str, options: Iterable[str]) -> tuple[str, ...]:
    menu = tuple(options) if not isinstance(options, str) else (options,)
    for name in menu:
        if not isinstance(name, str) or not name:
            raise ModelError(f'the actions of "{label}" are texts, not {name!r}')
    if not menu:
        raise ModelError(f'"{label}" has no actions')
    if len(set(menu)) < len(menu):
        raise ModelError(f'"{label}" lists an action twice')
    return tuple(str(name) for name in menu)
