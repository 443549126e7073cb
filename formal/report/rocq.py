"""What became of each goal in Rocq, for the terminal and as JSON-ready data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from formal.report.text import shown_path
from formal.rocq import Entry

_MARKS = {"written": ("✓", ""), "checked": ("✓", "green"), "left out": ("?", "yellow"), "failed": ("!", "red")}


def entry_lines(entries: Sequence[Entry]) -> RenderableType:
    """A line for each goal under the name of its Rocq file, with the reason where there is no theorem."""
    lines: list[RenderableType] = []
    for number, entry in enumerate(entries):
        if number == 0 or entries[number - 1].file != entry.file:
            lines.append(Text(shown_path(entry.file), style="bold"))
        mark, colour = _MARKS[entry.status]
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(width=3, min_width=3, justify="right")
        row.add_column(width=28, min_width=15)
        row.add_column(ratio=1, min_width=20)
        row.add_column(width=20, min_width=10)
        row.add_row(Text(mark, style=colour), Text(entry.theorem), Text(entry.goal), Text(entry.status, style=colour))
        lines += [row, Text(f"      {entry.reason}")] if entry.reason else [row]
    return Group(*lines)


def axioms(entries: Sequence[Entry]) -> str:
    """What the theorems rest on, all together."""
    found = sorted({a for entry in entries for a in entry.axioms})
    return f"axioms: {', '.join(found)}" if found else "axioms: none"


def totals(entries: Sequence[Entry], seconds: float) -> str:
    """One line that adds up."""
    count = {status: sum(e.status == status for e in entries) for status in _MARKS}
    shown = ", ".join(f"{n} {status}" for status, n in count.items() if n)
    return f"{len(entries)} theorems: {shown}.   {seconds:.1f} s"


def entry_data(entry: Entry) -> dict[str, Any]:
    """An entry as JSON-ready data."""
    return {
        "file": shown_path(entry.file),
        "claim": entry.claim,
        "theorem": entry.theorem,
        "goal": entry.goal,
        "status": entry.status,
        "reason": entry.reason,
        "needs": list(entry.needs),
        "axioms": list(entry.axioms),
    }
