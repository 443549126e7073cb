"""What is assumed of the symbols: exact membership, points, which comparisons always hold, and directions to move in."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from formal.trees.expression import Clause, Comparison
from formal.trees.farkas import Fact, decide, refuted
from formal.trees.polynomial import Monomial, Point, Poly, Scaled, Symbols, negative, parts, primitive

if TYPE_CHECKING:
    from formal.trees.solver import Solver

Values = Mapping[Monomial, Fraction]
MIRRORS = 40
STEPS = (Fraction(1, 7), Fraction(1, 130), Fraction(1, 5000))


def holds_at(comparison: Comparison, at: Scaled) -> bool:
    """Whether a comparison holds at a point, exactly."""
    sign = at.sign(comparison.poly)
    return {">=": sign >= 0, ">": sign > 0, "=": sign == 0, "!=": sign != 0}[comparison.relation]


class Domain:
    """The points that satisfy clauses; all that is asked of the solver about them goes through here."""

    def __init__(self, symbols: Symbols, clauses: Sequence[Clause], linear: bool) -> None:
        self.symbols, self.clauses = symbols, tuple(clauses)
        self.linear = linear and all(len(m) <= 1 for clause in clauses for c in clause for m, _ in c.poly)
        self.points: list[Point] = []
        self.always: dict[Poly, bool] = {}
        self._solver: Solver | None = None
        self._directions: list[tuple[Fraction, ...]] | None = None
        self.random = random.Random(0)

    @property
    def solver(self) -> Solver:
        """The solver with the clauses, made when first asked for."""
        if self._solver is None:
            from formal.trees.solver import Solver

            self._solver = Solver(self.symbols, self.linear)
            for clause in self.clauses:
                self._solver.assume(clause)
        return self._solver

    def has(self, point: Point) -> bool:
        at = Scaled(self.symbols, point)
        return all(any(holds_at(c, at) for c in clause) for clause in self.clauses)

    def find(self, *guards: int) -> Point | None:
        """A point of the domain under guards; None where there is none. Raises solver.Unsure."""
        point = self.solver.find(*guards)
        if point is not None and not self.has(point):
            from formal.trees.solver import Unsure

            raise Unsure("the only points found have irrational numbers: the constants are not linear")
        return point

    def remember(self, point: Point) -> None:
        if point not in self.points:
            self.points.append(point)

    def always_holds(self, poly: Poly) -> bool:
        """Whether poly ≥ 0 on the whole domain; where the solver is unsure, no."""
        found = self.always.get(poly)
        if found is None:
            found = self.always[poly] = self._always(poly)
        return found

    def _always(self, poly: Poly) -> bool:
        from formal.trees.solver import Unsure

        if any(Scaled(self.symbols, point).sign(poly) < 0 for point in self.points[-50:]):
            return False
        point: Point | None = None
        if self.pure(poly):
            values = self.outside(poly, False)
            if values is None:
                return True
            point = tuple(Fraction(values.get((i,), 0)) for i in range(len(self.symbols.names)))
        if point is None or Scaled(self.symbols, point).sign(poly) >= 0 or not self.has(point):
            try:
                point = self.solver.find(self.solver.guard((Comparison(negative(poly), ">"),)))
            except Unsure:
                return False
        if point is not None and self.has(point):
            self.remember(point)
        return point is None

    def implied(self, poly: Poly, strict: bool, others: Iterable[Fact] = ()) -> bool:
        """Whether poly ≥ 0 (> 0 if strict) follows from other facts and from single constraints by linear arithmetic.

        Only comparisons of one kind are looked at: without infinitesimals, or of infinitesimals alone.
        """
        return self.pure(poly) and self.outside(poly, strict, others) is None

    def outside(self, poly: Poly, strict: bool, others: Iterable[Fact] = ()) -> Values | None:
        """Values of monomials at which other facts and single constraints hold, and this one does not; None: there are none."""
        from formal.trees.refutation import contradictory

        known = [(primitive(p), above) for p, above in others if self.pure(p)]
        facts = [*self.units, *known, (primitive(negative(poly)), not strict)]
        answer: Any = decide(facts)
        if not refuted(answer):
            return answer  # type: ignore[no-any-return]
        if not contradictory(facts, answer):
            raise AssertionError("multipliers do not refute what they are said to")
        return None

    def pure(self, poly: Poly) -> bool:
        real, small = parts(self.symbols, poly)
        return not real or not small

    @cached_property
    def units(self) -> list[Fact]:
        """Constraints that are one comparison of one kind."""
        single = [clause[0] for clause in self.clauses if len(clause) == 1 and self.pure(clause[0].poly)]
        found = [(primitive(c.poly), c.relation == ">") for c in single if c.relation in (">", ">=")]
        for comparison in single:
            if comparison.relation == "=":
                found += [(primitive(comparison.poly), False), (primitive(negative(comparison.poly)), False)]
        return found

    def inside(self, point: Point, wanted: Callable[[Point], bool]) -> Point:
        """A point near by with fewer ties, if one is found that is in the domain and wanted; else the same."""
        for step in STEPS:
            near = self.near(point, step)
            if self.has(near) and wanted(near):
                return near
        return point

    def near(self, point: Point, step: Fraction) -> Point:
        """A random point at most so far away in each direction; it satisfies the equations among the constraints."""
        return tuple(x + d for x, d in zip(point, self._move(step), strict=True))

    def _move(self, step: Fraction) -> list[Fraction]:
        basis = self.directions()
        sizes = [step * Fraction(self.random.randint(-50, 50), 50) for _ in basis]
        if len(basis) == len(self.symbols.names):  # the unit vectors
            return sizes
        return [sum((s * d[i] for s, d in zip(sizes, basis, strict=True)), Fraction(0)) for i in range(len(self.symbols.names))]

    def beyond(self, comparisons: Sequence[Poly], point: Point) -> list[Point]:
        """Points of the domain near the mirror images of a point in the boundaries of a region; rounded, as any
        point will do."""
        if len(self.directions()) < len(point):
            return []
        try:
            here = [float(x) for x in point]
            images = [self._image(here, poly) for poly in comparisons[:MIRRORS]]
        except OverflowError:
            return []
        near = (tuple(Fraction(round(1000 * x), 1000) for x in image) for image in images if image)
        return [image for image in near if self.has(image)]

    def _image(self, here: list[float], poly: Poly) -> list[float]:
        """A point a little beyond the mirror image; none where the boundary is not linear."""
        real, small = parts(self.symbols, poly)
        side = real if any(m for m, _ in real) else small
        norm = float(sum(c * c for m, c in side if m))
        if not norm or any(len(m) > 1 for m, _ in side):
            return []
        far = sum(float(c) * (here[m[0]] if m else 1) for m, c in side) * 2 / norm + 0.02
        image = list(here)
        for monomial, coefficient in side:
            if monomial:
                image[monomial[0]] -= far * float(coefficient)
        return image

    def directions(self) -> list[tuple[Fraction, ...]]:
        """A basis of the directions in which the linear equations among the clauses do not change."""
        if self._directions is None:
            rows = [r for clause in self.clauses if len(clause) == 1 for r in _equations(self.symbols, clause[0])]
            self._directions = null_space(rows, len(self.symbols.names))
        return self._directions


def _equations(symbols: Symbols, comparison: Comparison) -> list[list[Fraction]]:
    """The coefficients of a linear equation, its real and its infinitesimal part apart."""
    if comparison.relation != "=" or any(len(m) > 1 for m, _ in comparison.poly):
        return []
    rows = [[Fraction(0)] * len(symbols.names) for _ in range(2)]
    for monomial, coefficient in comparison.poly:
        if monomial:
            rows[symbols.infinitesimal(monomial)][monomial[0]] = Fraction(coefficient)
    return [row for row in rows if any(row)]


def null_space(rows: list[list[Fraction]], width: int) -> list[tuple[Fraction, ...]]:
    """A basis of the vectors that all rows map to 0."""
    rows = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(width):
        lead = next((i for i in range(len(pivots), len(rows)) if rows[i][column]), None)
        if lead is None:
            continue
        place = len(pivots)
        rows[place], rows[lead] = rows[lead], rows[place]
        rows[place] = [x / rows[place][column] for x in rows[place]]
        for i, row in enumerate(rows):
            if i != place and row[column]:
                rows[i] = [x - row[column] * y for x, y in zip(row, rows[place], strict=True)]
        pivots.append(column)
    basis = []
    for free in (k for k in range(width) if k not in pivots):
        vector = [Fraction(int(k == free)) for k in range(width)]
        for place, pivot in enumerate(pivots):
            vector[pivot] = -rows[place][free]
        basis.append(tuple(vector))
    return basis
