"""Errors that a user can act on: one line with the place, the offending thing and what to do about it."""

from __future__ import annotations

import difflib
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

PACKAGE = Path(__file__).parent
SHOWN = 20  # names that an error lists


@dataclass(frozen=True)
class Place:
    """A line of a user's file."""

    file: Path
    line: int

    def __str__(self) -> str:
        try:
            shown = self.file.relative_to(Path.cwd())
        except ValueError:
            shown = self.file
        return f"{shown}:{self.line}"


class FormalError(Exception):
    """Something that the user wrote cannot be used as it stands.

    `place` is the user's line; it is found on the call stack unless it is given. None is no place at all.
    """

    def __init__(self, message: str, *, place: Place | Literal["caller"] | None = "caller") -> None:
        super().__init__(message)
        self.message = message
        self.place = caller() if place == "caller" else place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class ModelError(FormalError):
    """A parameter, a game or a payoff is declared wrongly."""


class ClaimError(FormalError):
    """A proposition is stated in a way that cannot be decided, or rests on contradictory assumptions."""


class UndecidedError(ClaimError):
    """Whether a claim says anything at all was not decided."""


class DerivationError(FormalError):
    """A stage of a game that the engine cannot solve in closed form."""


class UsageError(FormalError):
    """A command was called with something that does not exist."""


NOT_USERS = (PACKAGE, *(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib", "scripts")))


def is_users(filename: str) -> bool:
    """Whether a file is the user's own: neither this package's, nor Python's, nor an installed one."""
    return not filename.startswith("<") and not any(folder in Path(filename).parents for folder in NOT_USERS)


def caller() -> Place | None:
    """The innermost line of user code on the call stack, or None when there is none."""
    frame = sys._getframe(1)
    while frame is not None:
        if is_users(frame.f_code.co_filename):
            return Place(Path(frame.f_code.co_filename), frame.f_lineno)
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


def raised_at(traceback: TracebackType | None) -> Place | None:
    """The innermost line of user code through which an exception passed."""
    place = None
    while traceback is not None:
        if is_users(traceback.tb_frame.f_code.co_filename):
            place = Place(Path(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def suggestion(name: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` when a known name is near, else the list of known names."""
    names = [str(k) for k in known]
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return "known: " + (", ".join(f'"{n}"' for n in names[:SHOWN]) or "none") + more
