"""The ledger of a proof file: what was decided and proposed, with certificates, in a file beside it.

Lines are entries, sorted, without times, so that versions can be compared: one for each claim, proposal and goal. A goal is
found by the digest of what it says, so that the record of a claim whose text or game has changed is not found any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formal.errors import ClaimError, Place
from formal.memory import kept

FORMAT = 2
LARGEST = 20_000_000
SECTIONS = ("claims", "proposals", "goals")


@dataclass
class Ledger:
    """The entries of one file, by section."""

    path: Path
    claims: dict[str, Any] = field(default_factory=dict)
    proposals: dict[str, Any] = field(default_factory=dict)
    goals: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The file: an entry a line."""
        sections = ",\n".join(f'"{name}": {_lines(getattr(self, name), name != "claims")}' for name in SECTIONS)
        return f'{{\n"format": {FORMAT},\n{sections}\n}}\n'


def ledger_path(file: Path) -> Path:
    """Where the ledger of a proof file is."""
    return file.with_suffix(".ledger.json")


def size(file: Path) -> int:
    """The bytes of a proof file's ledger, 0 where there is none: how long what is done with it takes."""
    path = ledger_path(file)
    return path.stat().st_size if path.exists() else 0


def read(file: Path) -> Ledger | None:
    """The ledger of a proof file, or None where there is none. Raises ClaimError when it is not one."""
    path = ledger_path(file)
    if not path.exists():
        return None
    try:
        if path.stat().st_size > LARGEST:
            raise ClaimError(f"the ledger is larger than {LARGEST:,} bytes", place=Place(path, 1))
        text = path.read_text(encoding="utf-8")
        with kept():
            data = json.loads(text, parse_constant=_no_number, parse_float=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ClaimError(
            f"the ledger cannot be read: {error}; formal check --update writes it again", place=Place(path, 1)
        ) from None
    known = isinstance(data, dict) and data.get("format") == FORMAT and set(data) == {"format", *SECTIONS}
    if not known or not all(isinstance(data[name], dict) for name in SECTIONS):
        raise ClaimError("this is not a ledger that this version writes; formal check --update does", place=Place(path, 1))
    if not all(isinstance(entry, dict) for name in SECTIONS for entry in data[name].values()):
        raise ClaimError("an entry of the ledger is not a record; formal check --update writes it again", place=Place(path, 1))
    return Ledger(path, **{name: data[name] for name in SECTIONS})


def _lines(entries: Mapping[str, Any], ordered: bool) -> str:
    names = sorted(entries) if ordered else list(entries)
    lines = (f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(entries[name], ensure_ascii=False)}" for name in names)
    return "{\n" + ",\n".join(lines) + "\n}" if entries else "{}"


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number of a ledger")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found
