"""A partition of the parameter space evaluated in floating point: the cell, the choices and the payoffs at many points.

Cells come as plain objects with `conditions`, `decisions`, `payoffs` and `attained`; where they were found does not matter.
Common subexpressions of all conditions and values are computed once a block, and blocks are small enough for the cache;
threads share them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from formal.model.root import NUMPY
from formal.model.threshold import expand
from formal.numeric.solver import Array, processors

BLOCK = 1 << 15  # points that are evaluated at a time
SHARE = 1 << 17  # points that a thread is given at a time
EDGE = 1e-11
NOWHERE = 0

Table = dict[str, Any]


class Partition:
    """Cells compiled for evaluation; `columns` are the labels of choices and players that it gives values for."""

    def __init__(self, parameters: Sequence[sp.Symbol], cells: Sequence[Any]) -> None:
        self.parameters, self.cells = list(parameters), list(cells)
        labels = dict.fromkeys(k for c in self.cells for k, d in c.decisions.items())
        self.choices, self.players = list(labels), list(self.cells[0].payoffs)
        self.names = [*self.choices, *(f"payoff {q}" for q in self.players)]
        self.words = {k: self._words(k) for k in self.choices}
        conditions = list(dict.fromkeys(c for cell in self.cells for c in cell.conditions))
        gaps = [_gap(c) for c in conditions]
        self.least = [0.0 if strict else -EDGE for _, strict in gaps]
        self.layout = [[conditions.index(c) for c in cell.conditions] for cell in self.cells]
        self.margins = self._compiled([gap for gap, _ in gaps])
        self.values = [self._compiled([self._number(c, k) for k in (*self.choices, *self.players)]) for c in self.cells]

    def _words(self, label: str) -> list[str]:
        """The actions of a choice; none where it is a number."""
        found = [c.decisions[label] for c in self.cells if label in c.decisions]
        return list(dict.fromkeys(d for d in found if isinstance(d, str)))

    def _number(self, cell: Any, label: str) -> sp.Expr:
        """What a column holds in a cell: the place of an action, a formula, or nothing."""
        if label in self.players and label not in self.choices:
            return sp.sympify(cell.payoffs[label]) if cell.attained else sp.nan
        decision = cell.decisions.get(label)
        if decision is None or not cell.attained:
            return sp.nan
        return sp.Integer(self.words[label].index(decision)) if isinstance(decision, str) else sp.sympify(decision)

    def _compiled(self, formulas: Sequence[sp.Expr]) -> Callable[..., list[Any]]:
        written = [expand(f) for f in formulas]
        printer = _Reciprocal({"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True})
        function: Callable[..., list[Any]] = sp.lambdify(self.parameters, written, NUMPY, printer=printer, cse=True)
        return function

    def at(self, points: Mapping[sp.Symbol, Array]) -> Table:
        """The number of the cell (from 1, 0 where none is met), its choices and payoffs, at every point.

        Choices of actions are places in `words`; there is no number (NaN) where a choice is not met or nothing is best.
        """
        size = len(next(iter(points.values())))
        table: Table = {"cell": np.zeros(size, dtype=np.int16)} | {k: np.full(size, np.nan) for k in self.names}
        columns = [np.asarray(points[q], dtype=float) for q in self.parameters]

        def part(first: int) -> None:
            with np.errstate(all="ignore"):
                for start in range(first, min(first + SHARE, size), BLOCK):
                    self._block([c[start : start + BLOCK] for c in columns], table, start)

        with ThreadPoolExecutor(processors() if size > SHARE else 1) as threads:
            list(threads.map(part, range(0, size, SHARE)))
        return table

    def _block(self, columns: list[Array], table: Table, start: int) -> None:
        size = len(columns[0])
        true = [gap > least for gap, least in zip(self.margins(*columns), self.least, strict=True)]
        cell = table["cell"][start : start + size]
        for number, places in enumerate(self.layout, start=1):
            inside = cell == NOWHERE
            for place in places:
                inside &= true[place]
            met = np.flatnonzero(inside)
            if len(met):
                self._put(table, [c[met] for c in columns], start + met, number)

    def put(self, table: Table, points: Mapping[sp.Symbol, Array], rows: Any, number: int) -> None:
        """Fill in that the points in these rows are in a cell, whatever its conditions say."""
        columns = [np.asarray(points[q], dtype=float)[rows] for q in self.parameters]
        self._put(table, columns, rows, number)

    def _put(self, table: Table, columns: list[Array], rows: Any, number: int) -> None:
        table["cell"][rows] = number
        for name, value in zip(self.names, self.values[number - 1](*columns), strict=True):
            if np.ndim(value) or value == value:  # else it is NaN, and has been
                table[name][rows] = value


class _Reciprocal(NumPyPrinter):  # type: ignore[misc]
    """Writes x⁻² as 1/x²: NumPy squares much faster than it takes powers."""

    def _print_Pow(self, expr: sp.Expr, rational: bool = False) -> str:
        if expr.exp.is_Integer and expr.exp < -1:
            return f"(1.0/{self._print(expr.base**-expr.exp)})"
        return str(super()._print_Pow(expr, rational=rational))


def _gap(condition: sp.Basic) -> tuple[sp.Expr, bool]:
    """By how much an inequality holds, and whether it is strict."""
    over, under = condition.args if condition.rel_op in (">", ">=") else reversed(condition.args)
    return over - under, condition.rel_op in ("<", ">")
