"""How pictures look: a journal column wide, fills that the colour-blind tell apart and hatches for print in grey.

Colours: Paul Tol, Colour schemes (2021), "light" for areas and "bright" for curves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formal.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN = 3.4  # inches, 86 mm
FILLS = ("#77AADD", "#EEDD88", "#EE8866", "#44BB99", "#FFAABB", "#99DDFF", "#BBCC33", "#AAAA00", "#DDDDDD")
HATCHES = ("", "////", "..", "\\\\\\\\", "xxxx", "----", "||||", "o", "++++")
LINES = ("#4477AA", "#EE6677", "#228833", "#AA3377", "#66CCEE", "#CCBB44")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
NONE, OUTSIDE = "no equilibrium", "outside the assumptions"
RC = {
    "font.family": "STIXGeneral", "mathtext.fontset": "stix", "font.size": 8, "legend.fontsize": 7, "axes.labelsize": 9,
    "xtick.labelsize": 7, "ytick.labelsize": 7, "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
    "hatch.linewidth": 0.3, "lines.linewidth": 1.3, "svg.hashsalt": "formal", "svg.fonttype": "path", "pdf.fonttype": 42,
}  # fmt: skip
UNDATED: dict[str, dict[str, Any]] = {
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    ".png": {"Software": None},
    ".eps": {"Creator": None},
}


def matplotlib() -> Any:
    """The package. Raises UsageError where it is not installed."""
    try:
        import matplotlib.figure
    except ImportError:
        raise UsageError("pictures are drawn with matplotlib: pip install 'formal-games[plots]'", place=None) from None
    return matplotlib


def blank(height: float) -> tuple[Figure, Axes]:
    """A figure as wide as a column, with axes."""
    figure = matplotlib().figure.Figure(figsize=(COLUMN, height), layout="constrained")
    return figure, figure.subplots()


def plain(words: str) -> str:
    """Words of an author that are no mathematics, and that are shown whatever they begin with."""
    return words.replace("$", r"\$").lstrip("_")


def fill(place: int, name: str) -> dict[str, Any]:
    """How the area of a cell is filled: its colour and hatch."""
    if name == OUTSIDE:
        return {"facecolor": "#F4F4F4", "hatch": "", "edgecolor": "#999999"}
    if name == NONE:
        return {"facecolor": "white", "hatch": "xx", "edgecolor": "#999999"}
    return {"facecolor": FILLS[place % len(FILLS)], "hatch": HATCHES[(place + place // len(FILLS)) % len(HATCHES)],
            "edgecolor": "#555555"}  # fmt: skip


def legend(figure: Figure, handles: Sequence[Any], note: str) -> None:
    """Names below the picture, and above it what was held fixed."""
    longest = max((len(h.get_label()) for h in handles), default=0)
    columns = 1 if longest > 26 else 2 if longest > 14 else 3
    rows = math.ceil(len(handles) / columns)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + 0.15 * rows + 0.13 * bool(note) * (note.count("\n") + 1))
    if note:
        figure.axes[0].set_title(note, fontsize=6.5, color="#333333", loc="left")
    if handles:
        figure.legend(
            handles=handles, loc="outside lower center", ncols=columns, frameon=False, handlelength=1.8, columnspacing=1.0
        )


def save(figure: Figure, path: Path | str) -> None:
    """Write a picture; the ending says in which format. Equal pictures are equal files: no date, no random names.

    Raises UsageError for a format that matplotlib does not write, and a path that cannot be written to.
    """
    target = Path(path)
    known = sorted(f".{k}" for k in figure.canvas.get_supported_filetypes())
    if target.suffix.lower() not in known:
        raise UsageError(f'"{path}" does not say a format by its ending; write {", ".join(known)}', place=None)
    with matplotlib().rc_context(RC):
        try:
            figure.savefig(target, metadata=UNDATED.get(target.suffix.lower()), dpi=300)
        except OSError as error:
            raise UsageError(f"{target} cannot be written: {error.strerror or error}", place=None) from None
