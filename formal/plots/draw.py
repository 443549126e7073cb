"""Figures of solved games: each function returns a matplotlib Figure, to be changed or saved with `formal.plots.save`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from formal.errors import UsageError
from formal.plots import plane
from formal.plots.boundaries import boundaries
from formal.plots.line import JUMP, Line, joined
from formal.plots.style import COLUMN, DASHES, LINES, RC, blank, fill, legend, matplotlib, plain
from formal.plots.view import Solved, Span, View
from formal.report.names import latex, latex_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

T = sp.Symbol("t", real=True)


def _styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    @wraps(draw)
    def styled(*args: Any, **kwargs: Any) -> Figure:
        with matplotlib().rc_context(RC):
            return draw(*args, **kwargs)

    return styled


@_styled
def regions(equilibrium: Solved, x: Span, y: Span, *, at: Mapping[Any, Any] | None = None) -> Figure:
    """The cells over two parameters, filled, with exact boundaries and the author's names.

    `x` and `y` are a parameter, or its name, with its lowest and highest value; `at` gives exact numbers for all other
    parameters on which the cells depend. Cells without an area over the two parameters do not appear.
    Raises UsageError for parameters that are unknown, missing or given twice, and values outside the game's assumptions.
    """
    view = View(equilibrium, at or {})
    (p, left, right), (q, bottom, top) = view.span(x), view.span(y)
    if p == q:
        raise UsageError(f"both axes are {p}", place=None)
    view.require({p, q}, view.conditions)
    box = plane.Box(left, right, bottom, top)
    cut = boundaries(view.conditions, [p, q], view.fixed)

    def answer(a: Fraction, b: Fraction) -> str:
        return view.exactly({**view.fixed, p: sp.Rational(a), q: sp.Rational(b)})

    outlines = plane.regions(cut, box, answer)
    figure, axes = blank(COLUMN * 0.8)
    handles = [_area(axes, view, name, outlines[name]) for name in view.names if name in outlines]
    axes.set(xlim=(float(left), float(right)), ylim=(float(bottom), float(top)))
    _axis(axes, f"${latex_name(p)}$", f"${latex_name(q)}$")
    legend(figure, handles, view.note({p, q}))
    return figure


@_styled
def statics(equilibrium: Solved, quantity: Any, parameter: Span, *, at: Mapping[Any, Any] | None = None) -> Figure:
    """How a quantity varies with one parameter, across cells: jumps are shown as jumps, with the value at the jump filled.

    `quantity` is the label of a continuous choice, a player, whose payoff is meant, or a formula such as the difference of two
    payoffs; `parameter` is a parameter, or its name, with its lowest and highest value; `at` as in `regions`.
    """
    view = View(equilibrium, at or {})
    p, low, high = view.span(parameter)
    label, formula = view.quantity(quantity)
    view.require({p}, [*view.conditions, formula])
    figure = _along(view, {label: formula}, {**view.fixed, p: T}, (low, high), view.note({p}))
    _axis(figure.axes[0], f"${latex_name(p)}$", label)
    return figure


@_styled
def payoff_path(
    equilibrium: Solved, start: Mapping[Any, Any], end: Mapping[Any, Any], *, players: Sequence[str] = ()
) -> Figure:
    """Payoffs along the straight path between two points of parameters; all players' payoffs by default.

    `start` and `end` give exact numbers for every parameter on which cells or payoffs depend.
    """
    view, last = View(equilibrium, start), View(equilibrium, end)
    shown = {plain(q): view.quantity(q)[1] for q in players or view.game.players}
    values = {q: v + (last.fixed.get(q, v) - v) * T for q, v in view.fixed.items()}
    varying = {q for q, v in values.items() if T in v.free_symbols}
    for one in (view, last):
        one.require(varying, [*view.conditions, *shown.values()])
    if not varying:
        raise UsageError("the path starts where it ends", place=None)
    for q in varying:
        if q.domain.whole:
            raise UsageError(f"{q} takes whole numbers only and cannot vary along a path", place=None)
    figure = _along(view, shown, values, (Fraction(0), Fraction(1)), view.note(varying))
    axes = figure.axes[0]
    _axis(axes, "", "payoff")
    if len(varying) == 1:
        (q,) = varying
        low, high = (float(one.fixed[q]) for one in (view, last))
        places = [v for v in matplotlib().ticker.MaxNLocator(5).tick_values(low, high) if min(low, high) <= v <= max(low, high)]
        axes.set_xticks([(v - low) / (high - low) for v in places], [f"{v:g}" for v in places])
        axes.set_xlabel(f"${latex_name(q)}$")
    else:
        ends = ["\n".join(f"${latex_name(q)} = {latex(one.fixed[q])}$" for q in view.order(varying)) for one in (view, last)]
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], [ends[0], "", "half-way", "", ends[1]])
    return figure


def _area(axes: Axes, view: View, name: str, outlines: list[list[plane.Point]]) -> Any:
    """Fill a region; returns its entry for the legend."""
    patches, path = matplotlib().patches, matplotlib().path.Path
    points = [p for loop in outlines for p in loop]
    codes = [c for loop in outlines for c in (path.MOVETO, *[path.LINETO] * (len(loop) - 2), path.CLOSEPOLY)]
    look = fill(view.names.index(name), name)
    axes.add_patch(patches.PathPatch(path(points, codes), linewidth=0, **look))
    axes.add_patch(patches.PathPatch(path(points, codes), fill=False, edgecolor="black", linewidth=0.6, joinstyle="round"))
    return patches.Patch(**look, linewidth=0.5, label=name)


def _axis(axes: Axes, below: str, beside: str) -> None:
    axes.set_xlabel(below)
    axes.set_ylabel(beside)
    axes.tick_params(direction="out", length=2.5)


def _along(view: View, shown: Mapping[str, sp.Expr], values: Any, ends: tuple[Fraction, Fraction], note: str) -> Figure:
    """Curves over a line through the cells, which are bands behind them."""
    line = Line(T, values, ends, boundaries([*view.conditions, *shown.values()], [T], values))
    pieces = line.pieces()
    figure, axes = blank(COLUMN * 0.62)
    bands = joined([(a, b, view.nearly(inner)) for a, b, inner in pieces])
    patches, handles = matplotlib().patches, {}
    for a, b, name in bands:
        look = fill(view.names.index(name), name) | {"alpha": 0.45, "linewidth": 0}
        axes.axvspan(float(a), float(b), zorder=0, **look)
        handles[name] = patches.Patch(**look, label=name)
        if a > ends[0]:
            axes.axvline(float(a), color="#555555", linewidth=0.5, linestyle=(0, (1, 1.5)), zorder=1)
    curves = []
    for k, (label, formula) in enumerate(shown.items()):
        curves.append(
            _curve(axes, line, pieces, formula, "black" if len(shown) == 1 else LINES[k % len(LINES)], DASHES[k % len(DASHES)])
        )
        curves[-1].set_label(label)
    axes.set_xlim(float(ends[0]), float(ends[1]))
    named = [handles[name] for name in view.names if name in handles]
    legend(figure, named + (curves if len(shown) > 1 else []), note)
    return figure


def _curve(axes: Axes, line: Line, pieces: Any, formula: sp.Expr, colour: str, dashes: Any) -> Any:
    """One quantity, piece by piece; at a jump the value there is a filled dot and a limit that is not taken an open one."""
    made = [line.curve(formula, a, b, inner) for a, b, inner in pieces]
    values = np.concatenate([c[1] for c in made if c is not None] or [np.zeros(1)])
    size = float(np.max(np.abs(values))) + float(np.ptp(values)) or 1.0
    runs: list[tuple[list[Any], list[Any]]] = []
    for place, before, after in zip(line.cuts, [None, *made], [*made, None], strict=True):
        broken = before is None or after is None or abs(before[1][-1] - after[1][0]) > JUMP * size
        limits = [c[1][end] for c, end in ((before, -1), (after, 0)) if c is not None]
        if broken and limits and place not in (line.cuts[0], line.cuts[-1]):
            _dots(axes, float(place), limits, line.value(formula, place), colour, size)
        if after is not None:
            if broken:
                runs.append(([], []))
            runs[-1][0].append(after[0])
            runs[-1][1].append(after[1])
    look = {"color": colour, "linestyle": dashes, "zorder": 3, "solid_capstyle": "butt"}
    drawn = [axes.plot(np.concatenate(x), np.concatenate(y), **look)[0] for x, y in runs or [([[]], [[]])]]
    return drawn[0]


def _dots(axes: Axes, place: float, limits: Sequence[float], value: float, colour: str, size: float) -> None:
    for limit in limits:
        if not abs(limit - value) <= JUMP * size:
            axes.plot([place], [limit], "o", markersize=3, markerfacecolor="white", markeredgecolor=colour, zorder=4, mew=0.8)
    if value == value:
        axes.plot([place], [value], "o", markersize=3, color=colour, zorder=5)
