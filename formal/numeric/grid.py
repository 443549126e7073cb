"""Grids of parameter points, made chunk by chunk: a grid of 10⁸ points never exists as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
import sympy as sp

from formal.errors import UsageError, suggestion
from formal.model.parameters import Parameter
from formal.numeric.solver import Array, evaluate


@dataclass(frozen=True)
class Axis:
    """`count` equally spaced values of a parameter from `low` to `high`; one value where the count is 1."""

    name: str
    low: float
    high: float
    count: int

    @property
    def values(self) -> Array:
        """The values in order."""
        return self.at(np.arange(self.count))

    def at(self, places: Any) -> Array:
        """The values at these places, counted from 0; all of a long axis need never be made."""
        step = (self.high - self.low) / max(self.count - 1, 1)
        found: Array = np.where(places == self.count - 1, self.high, self.low + places * step)
        return found

    def __str__(self) -> str:
        return f"{self.name}={self.low:g}" if self.count == 1 else f"{self.name}={self.low:g}:{self.high:g}:{self.count}"


def axis(text: str) -> Axis:
    """Read `name=low:high:count`, or `name=value`. Raises UsageError for anything else."""
    name, _, written = text.partition("=")
    parts = written.split(":")
    try:
        if name and len(parts) == 1:
            low = float(sp.Rational(parts[0]))
            if np.isfinite(low):
                return Axis(name, low, low, 1)
        low, high, count = float(sp.Rational(parts[0])), float(sp.Rational(parts[1])), int(parts[2])
        if name and len(parts) == 3 and -np.inf < low < high < np.inf and count > 1:
            return Axis(name, low, high, count)
    except (ValueError, TypeError, IndexError):
        pass
    raise UsageError(f'cannot read "{text}"; write alpha0=0:2:200, from 0 to 2 in 200 steps, or phi=1/2', place=None)


class Declared(Protocol):
    """What a grid has to know of a game."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters."""

    def assumptions(self) -> dict[str, sp.Basic]:
        """What is assumed of them, by name."""


@dataclass(frozen=True)
class Grid:
    """All combinations of the axes' values, the last axis fastest."""

    game: Declared
    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        known = {q.name: q for q in self.game.parameters}
        names = [a.name for a in self.axes]
        for name in names:
            if name not in known:
                shown = f'"{name}" is not a parameter of {self.game.name}; {suggestion(name, known)}'
                raise UsageError(shown, place=None)
            if names.count(name) > 1:
                raise UsageError(f'"{name}" is given twice', place=None)
        missing = [name for name in known if name not in names]
        if missing:
            raise UsageError(f"{self.game.name} needs values for {', '.join(missing)}", place=None)

    @property
    def size(self) -> int:
        """How many points there are."""
        return prod(a.count for a in self.axes)

    def points(self, start: int, stop: int) -> dict[sp.Symbol, Array]:
        """The points with numbers from `start` to `stop`, an array for every parameter."""
        known = {q.name: q for q in self.game.parameters}
        places = np.unravel_index(np.arange(start, min(stop, self.size)), [a.count for a in self.axes])
        return {known[a.name]: a.at(k) for a, k in zip(self.axes, places, strict=True)}

    def chunks(self, length: int) -> Iterator[tuple[int, int]]:
        """Ranges of numbers of points that together are all."""
        for start in range(0, self.size, length):
            yield start, min(start + length, self.size)


def require_axes_inside(game: Declared, axes: Iterable[Axis]) -> None:
    """Raise UsageError naming an axis that leaves what is assumed of its parameter alone, before anything is evaluated."""
    known = {q.name: q for q in game.parameters}
    for one in axes:
        q = known[one.name]
        ends = {q: np.array([one.low, one.high])}
        for name, relation in game.assumptions().items():
            if relation.free_symbols == {q} and not np.all(holds(relation, ends)):
                what = name if name == str(relation) else f'"{name}" ({relation})'
                raise UsageError(f"the grid leaves {what}: {one}", place=None)
        if q.domain.whole and np.any(one.values != np.round(one.values)):
            raise UsageError(f"{q} takes whole numbers only: {one}", place=None)


def require_inside(game: Declared, points: Mapping[sp.Symbol, Array]) -> None:
    """Raise UsageError naming a point outside the parameters' domains or the game's assumptions."""
    for name, relation in game.assumptions().items():
        outside = np.logical_not(holds(relation, points))
        if np.any(outside):
            k = int(np.argmax(outside))
            shown = ", ".join(f"{q} = {column[k]:g}" for q, column in points.items())
            what = name if name == str(relation) else f'"{name}" ({relation})'
            raise UsageError(f"the grid leaves {what}, at {shown}", place=None)


def holds(relation: Any, points: Mapping[sp.Symbol, Array]) -> Array:
    """Whether a condition holds at each point, in floating point."""
    if isinstance(relation, sp.And | sp.Or):
        parts: Sequence[Array] = [holds(part, points) for part in relation.args]
        joined: Array = (np.logical_and if isinstance(relation, sp.And) else np.logical_or).reduce(parts)
        return joined
    if isinstance(relation, sp.Not):
        return np.logical_not(holds(relation.args[0], points))
    left, right = (evaluate(side, points) for side in relation.args)
    compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal}
    return np.broadcast_to(compare[relation.rel_op](left, right), np.shape(next(iter(points.values()))))
