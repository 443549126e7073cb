"""Output folders: what is written goes to a folder that is new or that this package wrote before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from formal.errors import UsageError

MARK = ".formal-output"


def claim(folder: Path, kind: str) -> None:
    """Make the folder and mark it as written by a command.

    Raises UsageError for a folder with other people's files, or of another command, and one that cannot be written to.
    """
    mark = folder / MARK
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file; name a folder", place=None)
        ours = mark.is_file() and mark.read_text(encoding="utf-8").strip() == kind
        if folder.is_dir() and any(folder.iterdir()) and not ours:
            raise UsageError(f"{folder} is not empty and was not written by formal {kind}; name another folder", place=None)
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(kind + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}", place=None) from None


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files to a folder; others that are there stay as they are. Raises UsageError where that fails."""
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}", place=None) from None
