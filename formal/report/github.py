"""Annotations of GitHub Actions: workflow commands that show what failed at its file and line.

Source: GitHub Docs, "Workflow commands for GitHub Actions", which also says what is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from formal.check import Record
from formal.errors import FormalError, Place
from formal.report.text import explained

_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_MESSAGE, ":": "%3A", ",": "%2C"}


def github(records: Sequence[Record], root: Path) -> str:
    """A line for each claim whose verdict is not as expected; what is unknown is a warning. Paths are relative to `root`."""
    return "".join(
        _command("warning" if r.status == "unknown" else "error", r.file, r.line, f"{r.id}: {r.title}", explained(r), root)
        for r in records
        if not r.as_expected
    )


def of_error(error: FormalError, root: Path) -> str:
    """A line for what kept anything from being checked; empty where it has no place."""
    place = error.place
    return _command("error", place.file, place.line, "formal", error.message, root) if isinstance(place, Place) else ""


def relative(file: Path, root: Path) -> Path:
    """The path of a file from `root`, or its absolute path where it is elsewhere."""
    found = file.resolve()
    return found.relative_to(root.resolve()) if found.is_relative_to(root.resolve()) else found


def _command(level: str, file: Path, line: int, title: str, message: str, root: Path) -> str:
    named = {"file": relative(file, root).as_posix(), "line": str(line), "title": title}
    properties = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in named.items())
    return f"::{level} {properties}::{_escaped(message, _MESSAGE)}\n"


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text)
