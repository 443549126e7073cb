"""Sample points of a space in floating point, and the value of polynomials there. They steer the search and prove nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from formal.derive.literals import Literal
from formal.derive.polynomial import Poly, Ring, Term
from formal.model.root import Root
from formal.model.table import Table
from formal.model.threshold import Threshold

Columns = Mapping[int, np.ndarray]  # values of symbols, by place
SAMPLES = 12000
EDGES = 0.04
CORNERS = 0.15
MOSTLY = 0.9
TIDY = 0.2
SIMPLE = (-2.0, -1.0, 0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
NEAR = 1e-10
ROUNDING = 1e-13


class Samples:
    """Points with a value of each symbol: those that were drawn, in `columns`, or others that are handed over."""

    def __init__(self, ring: Ring, scale: Iterable[sp.Symbol]) -> None:
        self.ring = ring
        self.unit = {ring.index[s] for s in scale}
        self.columns: dict[int, np.ndarray] = {}
        self.steep = False  # whether there is an implicit root, which Z3's SMT core may not come back from
        self._closed: dict[int, sp.Expr] = {}  # the thresholds' closed forms, innermost first
        self._values: dict[str, np.ndarray] = {}  # of polynomials at the samples
        self._signs: dict[str, np.ndarray] = {}
        self.generator = np.random.default_rng(20231)
        self._small = self.generator.uniform(0.0, MOSTLY, SAMPLES)  # at each sample, how likely a parameter is to be small
        self._plain = self.generator.uniform(size=SAMPLES) < TIDY
        self._edges = np.where(self.generator.uniform(size=SAMPLES) < CORNERS, 0.5, EDGES)  # or at an end of its range

    def copy_to(self, other: Samples) -> None:
        """Give another the same points; what is drawn there does not change these."""
        other.unit, other.columns = self.unit, dict(self.columns)
        other.steep, other._closed = self.steep, dict(self._closed)
        other.generator = np.random.default_rng(20231)

    # -- drawing

    def sample_parameter(self, symbol: sp.Symbol, low: float | None, high: float | None, *, ends: bool) -> None:
        """Draw the symbol at random inside its range, small and large values alike, and some at its `ends`.

        At some samples nearly all parameters are small, so that sums of many of them are too; at others they are simple
        numbers, so that sums and products of some are equal to others.
        """
        draw = self.generator
        small = draw.uniform(size=SAMPLES) < self._small
        spread = np.exp(draw.uniform(-3.0, 3.0, SAMPLES) - 3.0 * small)
        if low is not None and high is not None:
            column = draw.uniform(low, high, SAMPLES)
        elif low is not None:
            column = low + spread
        elif high is not None:
            column = high - spread
        else:
            column = spread * draw.choice([-1.0, 1.0], SAMPLES)
        simple = self.generator.choice(SIMPLE, SAMPLES)
        inside = self._plain & (simple > (-np.inf if low is None else low)) & (simple < (np.inf if high is None else high))
        column = np.where(inside, simple, column)
        if ends:
            column = self._at_ends(column, low, high)
        place = self.ring.index[symbol]
        self.columns[place] = np.ones(SAMPLES) if place in self.unit else column

    def sample_choice(self, symbol: sp.Symbol, low: np.ndarray, high: np.ndarray) -> None:
        """Draw an earlier choice uniformly from its range, and sometimes at an end."""
        column = low + (high - low) * self.generator.uniform(size=SAMPLES)
        self.columns[self.ring.index[symbol]] = self._at_ends(column, low, high)

    def _at_ends(self, column: np.ndarray, low: Any, high: Any) -> np.ndarray:
        where = self.generator.uniform(size=SAMPLES)
        column = column if low is None else np.where(where < self._edges, low, column)
        return column if high is None else np.where(where > 1 - self._edges, high, column)

    def sample_threshold(self, threshold: Threshold) -> None:
        """Compute the threshold at every sample point from its closed form."""
        self.steep = self.steep or isinstance(threshold.definition, Root)
        place = self.ring.index[threshold]
        self._closed[place] = threshold.definition
        self._compute([place], self.columns, SAMPLES)

    def complete(self, columns: dict[int, np.ndarray]) -> None:
        """Compute the thresholds at other points from the values of the other symbols."""
        self._compute(self._closed, columns, count(columns))

    def _compute(self, wanted: Iterable[int], columns: dict[int, np.ndarray], size: int) -> None:
        symbols = self.ring.symbols
        table = Table({symbols[i]: column for i, column in columns.items()}, size)
        with np.errstate(all="ignore"):
            for place in wanted:
                values = table.value(self._closed[place])
                columns[place] = table.values[symbols[place]] = np.where(np.isfinite(values), values, 0.0)

    def keep(self, inside: np.ndarray) -> None:
        """Replace sample points by copies of those inside, if there are any."""
        kept = np.flatnonzero(inside)
        if 0 < len(kept) < SAMPLES:
            chosen = self.generator.choice(kept, SAMPLES)
            self.columns = {i: column[chosen] for i, column in self.columns.items()}
            self._values, self._signs = {}, {}

    # -- evaluating

    def evaluate(self, poly: Poly) -> np.ndarray:
        """The polynomial at every sample point."""
        key = str(poly)
        if key not in self._values:
            self._values[key] = np.broadcast_to(self.value(poly, self.columns), SAMPLES)
        return self._values[key]

    def sampled_truth(self, literal: Literal) -> np.ndarray:
        """Whether the literal holds at each sample, without where it exists; rounding errors count as zero."""
        key = literal.key[0]
        if key not in self._signs:
            turned = self._signs.get(literal.opposite)
            signs = _signs(*self._float_value(literal.terms, self.columns)) if turned is None else -turned
            self._signs[key] = np.broadcast_to(signs, SAMPLES)
        return self._signs[key] > 0 if literal.strict else self._signs[key] >= 0

    def value(self, poly: Poly, columns: Columns) -> np.ndarray:
        """The polynomial at other points."""
        return self._float_value(self.ring.terms(poly), columns)[0]

    def about(self, literal: Literal, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """Whether the literal holds at other points, and where it counts as 0 though rounding does not explain that."""
        signs, explained = self.signs(literal, columns)
        return signs > 0 if literal.strict else signs >= 0, (signs == 0) & ~explained

    def signs(self, literal: Literal, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """The signs of its polynomial at other points, 0 where it is nearly that, and where rounding would explain a 0."""
        value, size = self._float_value(literal.terms, columns)
        points = count(columns)
        return np.broadcast_to(_signs(value, size), points), np.broadcast_to(np.abs(value) <= ROUNDING * size, points)

    @staticmethod
    def _float_value(terms: Iterable[Term], columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """The polynomial with these terms in floating point, and the sum of their sizes."""
        shape = np.shape(next(iter(columns.values()), 0.0))
        total, size, value = np.zeros(shape), np.zeros(shape), np.empty(shape)
        for term in terms:
            value.fill(term.rounded)
            for i in term.factors:
                np.multiply(value, columns[i], out=value)
            total += value
            size += np.abs(value, out=value)
        return total, size


def _signs(value: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The signs of sums with terms of this size, 0 where they are nearly that."""
    return np.where(np.abs(value) <= NEAR * size, np.int8(0), np.where(value > 0, np.int8(1), np.int8(-1)))


def count(columns: Columns) -> int:
    """How many points there are."""
    return len(next(iter(columns.values())))
