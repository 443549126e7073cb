"""Where a project keeps its proof files: the paths that its pyproject.toml names, else its folder `proofs`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from formal.errors import Place, UsageError

DEFAULT = "proofs"
HINT = f'name files or folders, run where there is a folder "{DEFAULT}", or write [tool.formal] paths in pyproject.toml'
_IMPORTS = re.compile(rb"^[ \t]*(?:from|import)[ \t]+formal\b", re.MULTILINE)


def proof_paths(given: Sequence[Path], root: Path | None = None) -> list[Path]:
    """The paths that were given, else those of the project in `root`, by default the current folder.

    Raises UsageError where a project names none and has no folder `proofs`, or names what is not a list of paths.
    """
    if given:
        return list(given)
    here = Path() if root is None else root
    named = configured(here)
    if named is None and (here / DEFAULT).is_dir():
        return [here / DEFAULT]
    if not named:
        raise UsageError(f"no proof files are named; {HINT}", place=None)
    return named


def configured(root: Path) -> list[Path] | None:
    """What `[tool.formal] paths` of the pyproject.toml in `root` names, or None where it says nothing."""
    file = root / "pyproject.toml"
    if not file.is_file():
        return None
    try:
        found: Any = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("formal", {}).get("paths")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"pyproject.toml cannot be read: {error}", place=Place(file, 1)) from None
    if found is not None and not (isinstance(found, list) and all(isinstance(path, str) for path in found)):
        raise UsageError('[tool.formal] paths is a list such as ["proofs"]', place=Place(file, 1))
    return None if found is None else [root / path for path in found]


def imports_formal(file: Path) -> bool:
    """Whether a Python file's text imports this package; nothing is executed."""
    return _IMPORTS.search(file.read_bytes()) is not None
