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


_heard: ContextVar[dict[sp.Basic, Reading] | None] = ContextVar("heard", default=None)


def read(value: Value, game: Any, kind: Kind, *of: str) -> Value:
    """The value itself, after those who listen were told what it is."""
    heard = _heard.get()
    if heard is not None and isinstance(value, sp.Basic):
        heard.setdefault(value, Reading(game.name, kind, of))
    return value


def again(copied: Callable[[sp.Basic], sp.Basic], at: str) -> None:
    """What was heard is also read at another value of a parameter."""
    heard = _heard.get()
    for value, reading in dict(heard or {}).items():
        if heard is not None and not reading.at:
            heard.setdefault(copied(value), replace(reading, at=at))


@contextmanager
def listening() -> Iterator[dict[sp.Basic, Reading]]:
    """Hear what is read inside the block."""
    heard: dict[sp.Basic, Reading] = {}
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
