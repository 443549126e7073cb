"""What authors read from equilibria, by the names under which a paper would show it.

A statement holds the formulas that were read; whoever shows it listens while it is made, and puts the names back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import sympy as sp

Kind = Literal["payoff", "choice", "played", "where", "probability", "belief"]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Reading:
    """What was asked of which game: a player's payoff, a choice, that an action is played, a cell or class, a probability."""

    game: str
    kind: Kind
    of: tuple[str, ...]
    at: str = ""  # where it is read at another value of a parameter

    which: str = ""  # of several equilibria, or what stands where there is nothing to read


Heard = dict[sp.Basic, dict[Reading, None]]  # one formula may be read as several things
_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


def read(value: Value, game: Any, kind: Kind, *of: str, which: str = "") -> Value:
    """The value itself, after those who listen were told what it is."""
    heard = _heard.get()
    if heard is not None and isinstance(value, sp.Basic):
        heard.setdefault(value, {})[Reading(game.name, kind, of, which=which)] = None
    return value


def again(copied: Callable[[sp.Basic], sp.Basic], at: str) -> None:
    """What was heard is also read at another value of a parameter."""
    heard = _heard.get()
    for value, readings in list((heard or {}).items()):
        for reading in [r for r in readings if not r.at]:
            if heard is not None and (there := copied(value)) != value:
                heard.setdefault(there, {})[replace(reading, at=at)] = None


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear what is read inside the block."""
    heard: Heard = {}
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
