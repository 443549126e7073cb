"""A solved game beside parameters that are held fixed: what is to be drawn, where, and under which names."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from formal.decide.evaluate import UndefinedError, inside
from formal.derive.partition import Cell, Equilibrium
from formal.errors import ModelError, UsageError, suggestion
from formal.model.exact import exact
from formal.model.parameters import Parameter
from formal.model.threshold import expand, thresholds
from formal.plots.line import Point, true
from formal.plots.style import NONE, OUTSIDE, plain
from formal.report.names import latex, latex_name, text
from formal.solution import Solution

Solved = Solution | Equilibrium
Span = tuple[Any, Any, Any]
WIDE = 54  # characters in a line of what is fixed


class View:
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
