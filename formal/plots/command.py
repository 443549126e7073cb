"""What `formal plot` draws: how its options are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from formal.errors import UsageError
from formal.model.exact import exact
from formal.plots.draw import payoff_path, regions, statics
from formal.plots.view import Span
from formal.solution import Solution

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def drawn(solution: Solution, axes: Sequence[str], at: Mapping[str, str], quantity: str | None) -> Figure:
    """Cells over two axes; a quantity over one, or everybody's payoffs. Raises UsageError for options that do not fit."""
    spans = [_span(text) for text in axes]
    if len(spans) == 2 and quantity is None:
        return regions(solution, *spans, at=at)
    if len(spans) != 1:
        shown = "give --over once for a curve" if quantity is not None else "give --over twice for cells, or once for curves"
        raise UsageError(shown, place=None)
    if quantity is not None:
        return statics(solution, quantity, spans[0], at=at)
    name, low, high = spans[0]
    if name in at:
        raise UsageError(f'"{name}" is both an axis and fixed', place=None)
    return payoff_path(solution, {**at, name: low}, {**at, name: high})


def _span(text: str) -> Span:
    name, _, written = text.partition("=")
    parts = written.split(":")
    if not name or len(parts) != 2 or not all(parts):
        raise UsageError(f'cannot read "{text}"; write alpha0=0:2, a parameter from 0 to 2', place=None)
    return name.strip(), exact(parts[0], f"an end of {name}"), exact(parts[1], f"an end of {name}")
