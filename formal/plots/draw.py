"""Figures of solved games: each function returns a matplotlib Figure, to be changed or saved with `formal.plots.save`."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from formal.decide.evaluate import UndefinedError, inside
from formal.derive.partition import Cell, Equilibrium
from formal.errors import ModelError, UsageError, suggestion
from formal.model.exact import exact
from formal.model.parameters import Parameter
from formal.model.threshold import expand, thresholds
from formal.plots import plane
from formal.plots.boundaries import boundaries
from formal.plots.line import JUMP, Line, Point, joined, true
from formal.plots.style import COLUMN, DASHES, LINES, NONE, OUTSIDE, RC, blank, fill, legend, matplotlib, plain
from formal.report.names import latex, latex_name, text
from formal.solution import Solution

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Solved = Solution | Equilibrium
Span = tuple[Any, Any, Any]
T = sp.Symbol("t", real=True)
WIDE = 54  # characters in a line of what is fixed


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
    view = _View(equilibrium, at or {})
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
    view = _View(equilibrium, at or {})
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
    view, last = _View(equilibrium, start), _View(equilibrium, end)
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


class _View:
    """A solved game beside fixed parameters, and the names of its cells in their order."""

    def __init__(self, equilibrium: Solved, at: Mapping[Any, Any]) -> None:
        if not isinstance(equilibrium, Solution | Equilibrium):
            raise UsageError(f"{equilibrium!r} has no cells to draw; give solve(game)", place=None)
        self.game, self.cells = equilibrium.game, equilibrium.cells
        self.equilibrium = equilibrium.equilibrium if isinstance(equilibrium, Solution) else equilibrium
        self.assumed = tuple(self.game.assumptions().values())
        self.conditions: list[sp.Basic] = [c for cell in self.cells for c in cell.conditions] + list(self.assumed)
        self.titles = _titles(self.cells)
        self.names = list(dict.fromkeys([*self.titles, NONE, OUTSIDE]))
        self.fixed = {self.parameter(k): exact(v, f"the value of {k}") for k, v in at.items()}
        for q, v in self.fixed.items():
            if q.domain.whole and not v.is_Integer:
                raise UsageError(f"{q} takes whole numbers only, not {v}", place=None)

    def parameter(self, key: Any) -> Parameter:
        known = {q.name: q for q in self.game.parameters}
        if str(key) not in known:
            raise UsageError(f'"{key}" is not a parameter of {self.game.name}; {suggestion(str(key), known)}', place=None)
        return known[str(key)]

    def span(self, written: Span) -> tuple[Parameter, Fraction, Fraction]:
        """A parameter with its lowest and highest value."""
        if not isinstance(written, Sequence) or isinstance(written, str) or len(written) != 3:
            raise UsageError(f'cannot read {written!r}; write ("phi", 0, 2), a parameter from a value to a value', place=None)
        q = self.parameter(written[0])
        ends = [exact(v, f"an end of {q}") for v in written[1:]]
        if not all(e.is_Rational for e in ends) or not ends[0] < ends[1]:
            raise UsageError(f"{q} has no values from {ends[0]} to {ends[1]}", place=None)
        if q.domain.whole:
            raise UsageError(f"{q} takes whole numbers only and cannot be an axis; fix it", place=None)
        if q in self.fixed:
            raise UsageError(f'"{q}" is both an axis and fixed', place=None)
        return q, Fraction(ends[0].p, ends[0].q), Fraction(ends[1].p, ends[1].q)

    def quantity(self, written: Any) -> tuple[str, sp.Expr]:
        """A quantity as it is shown, and as a formula in the parameters."""
        if isinstance(written, sp.Expr):
            return f"${latex(written)}$" if len(latex(written)) < 40 else "", written
        if not any(cell.attained for cell in self.cells):
            raise UsageError(f"{self.game.name} has no equilibrium at any parameters", place=None)
        if written in self.game.players:
            return f"payoff of {plain(written)}", self.equilibrium.payoff(written)
        try:
            symbol = self.game.symbol(written)
        except ModelError as error:
            raise UsageError(f"{error.message}; players: {', '.join(self.game.players)}", place=None) from None
        return f"${latex_name(symbol)}$", self.equilibrium.outcome(written, default=sp.nan)

    def require(self, axes: set[Any], formulas: Sequence[sp.Basic]) -> None:
        """Raise UsageError where a parameter that matters has no value, or values break an assumption."""
        domains = {f for q in self.game.parameters for f in q.facts()}
        used = {s for f in formulas if f not in domains for s in _parameters(f)} - axes
        missing = [q.name for q in self.order(used) if q not in self.fixed]
        if missing:
            raise UsageError(f"give values for {', '.join(missing)}", place=None)
        for relation in self.assumed:
            if relation.free_symbols <= self.fixed.keys() - axes and not inside([relation], self.fixed):
                shown = ", ".join(f"{q} = {self.fixed[q]}" for q in self.order(relation.free_symbols))
                raise UsageError(f"{shown} is outside what is assumed: {relation}", place=None)
        unused = {q for q in self.game.parameters if q not in self.fixed and q not in axes}
        self.conditions = [c for c in self.conditions if not c.free_symbols & unused]

    def order(self, some: Container[Any]) -> list[Parameter]:
        return [q for q in self.game.parameters if q in some]

    def note(self, axes: set[Any]) -> str:
        """What is held fixed, in lines as wide as the axes."""
        lines, width = [""], 0
        for q in (q for q in self.order(self.fixed) if q not in axes):
            shown = f"${latex_name(q)} = {text(self.fixed[q])}$"
            width += len(f"{text(q)} = {text(self.fixed[q])}   ")
            if width > WIDE:
                lines, width = [*lines, ""], 0
            lines[-1] += f"{shown}   "
        return "\n".join(line.rstrip() for line in lines)

    def exactly(self, point: Mapping[sp.Symbol, sp.Expr]) -> str:
        """The name of the cell at a point, by exact evaluation."""
        known = [r for r in self.assumed if r.free_symbols <= point.keys()]
        return self._name(lambda conditions: _inside(conditions, point), known)

    def nearly(self, point: Point) -> str:
        """The name of the cell at a point that may be known to many digits only."""
        known = [r for r in self.assumed if r.free_symbols <= point.values.keys()]
        return self._name(lambda conditions: all(true(c, point.values) for c in conditions), known)

    def _name(self, holds: Callable[[Sequence[sp.Basic]], bool], assumed: Sequence[sp.Basic]) -> str:
        if not holds(assumed):
            return OUTSIDE
        found = next((k for k, cell in enumerate(self.cells) if holds(cell.conditions)), None)
        if found is None:
            raise ModelError(f"no cell of {self.game.name} contains a point of the picture; is the partition proved?")
        return self.titles[found]


def _parameters(formula: sp.Basic) -> set[Parameter]:
    """The parameters of a formula, those of its thresholds included."""
    free = formula.free_symbols.union(*(expand(t.definition).free_symbols for t in thresholds(formula)))
    return {s for s in free if isinstance(s, Parameter)}


def _inside(conditions: Sequence[sp.Basic], point: Mapping[sp.Symbol, sp.Expr]) -> bool:
    try:
        return inside(conditions, point)
    except UndefinedError:
        return False


def _titles(cells: Sequence[Cell]) -> list[str]:
    """The author's names; else what is chosen in a cell, where cells differ in it."""
    unnamed = [c for c in cells if not c.name and c.attained]
    alike = {k for c in unnamed for k in c.decisions if len({str(o.decisions.get(k)) for o in cells}) == 1}

    def told(cell: Cell) -> str:
        moves = {k: m for k, m in cell.decisions.items() if k not in alike} or cell.decisions
        return ", ".join(
            plain(m) if isinstance(m, str) else f"${latex_name(sp.Symbol(k))} = {latex(m)}$" for k, m in moves.items()
        )

    return [plain(cell.name) or (told(cell) or "one outcome") if cell.attained else NONE for cell in cells]


# -- drawing


def _area(axes: Axes, view: _View, name: str, outlines: list[list[plane.Point]]) -> Any:
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


def _along(view: _View, shown: Mapping[str, sp.Expr], values: Any, ends: tuple[Fraction, Fraction], note: str) -> Figure:
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
