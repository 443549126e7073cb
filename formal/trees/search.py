"""The region search: a point that is not covered yet, why the answer there is what it is, the region of that reason;
until all is covered.

A *region* is a set of comparisons, all weak where the property holds and all strict where it fails. There are finitely many
comparisons, and each region covers a point that those before it do not, so that the search ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any, Protocol

from formal.trees.domain import Domain, Values
from formal.trees.farkas import Fact
from formal.trees.polynomial import Point, Poly, Scaled
from formal.trees.reasons import Alternative, Reason, first_reason, reason
from formal.trees.valuation import Valuation

REMEMBERED, FIRST = 4_000_000, 40  # nodes of valuations kept; points that are tried before the solver
LARGE = 30_000  # nodes of a game in which reasons are not compared
INDEPENDENT = 60  # comparisons of a region, for which those that are implied are sought


class Formula(Protocol):
    """What a property module provides: truth at a point, and the alternatives of a key there."""

    def holds(self, at: Valuation, key: Any) -> bool: ...

    def alternatives(self, at: Valuation, key: Any, wanted: bool) -> Any: ...


@dataclass
class Region:
    """The comparisons, whether the answer there is yes, the point that it was found at, and the reason there.

    `implied` are comparisons of the reason that follow from the others and the constraints; `above` are further ones
    that are strict in any case.
    """

    comparisons: tuple[Poly, ...]
    holds: bool
    point: Point
    taken: dict[Any, Alternative] = field(repr=False, default_factory=dict)
    implied: tuple[Poly, ...] = ()
    above: tuple[Poly, ...] = ()

    @property
    def facts(self) -> list[Fact]:
        """The comparisons, each with whether it is strict."""
        return [(c, not self.holds) for c in self.comparisons] + [(c, True) for c in self.above]


@dataclass
class Cover:
    """What was found of one goal. `complete`: nothing of the domain is left; `unsure`: why not; `failing`: a point
    where it fails."""

    regions: list[Region] = field(default_factory=list)
    failing: Point | None = None
    complete: bool = False
    unsure: str = ""

    def parts(self, holds: bool) -> list[Region]:
        return [region for region in self.regions if region.holds == holds]


class Index:
    """Regions as sets of bits, a bit for each comparison, to know quickly whether a point is in one."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.bits: dict[tuple[Poly, bool], int] = {}
        self.regions: list[int] = []

    def add(self, region: Region) -> None:
        code = 0
        for fact in region.facts:
            code |= self.bits.setdefault(fact, 1 << len(self.bits))
        self.regions.append(code)

    def covers(self, point: Point) -> bool:
        sign = Scaled(self.domain.symbols, point).sign
        false = sum([bit for (poly, strict), bit in self.bits.items() if sign(poly) < strict])
        return any(not code & false for code in self.regions)


def _first_met(here: Values, there: Values, polys: list[Poly], wanted: Poly) -> Poly:
    """The first polynomial that is 0 on the way from here, where all are ≥ 0, to where the one that is wanted is not."""
    best, first = wanted, Fraction(2)
    for poly in (wanted, *polys):
        start, end = (Fraction(sum([c * (at.get(m, 0) if m else 1) for m, c in poly])) for at in (here, there))
        if end <= 0 and start > end and start / (start - end) < first:
            best, first = poly, start / (start - end)
    return best


def _emptied(queue: list[Point]) -> Iterator[Point]:
    while queue:
        yield queue.pop()


class Search:
    """Searches for goals over one domain; points that one goal needed are tried first for the next."""

    def __init__(
        self, domain: Domain, valuation: Callable[[Point], Valuation], size: int, progress: Callable[[str], None]
    ) -> None:
        self.domain, self.progress = domain, progress
        self._size = size
        self._valuation, self._room = valuation, max(3, min(500, REMEMBERED // size))
        self._valuations: dict[Point, Valuation] = {}
        self._simple: set[Point] = set()
        self._kept: set[Poly] = set()  # comparisons that were once not implied by others; they are not tried again

    def at(self, point: Point) -> Valuation:
        """What is known at a point; only as many are kept in mind as there is room for."""
        found = self._valuations.get(point)
        if found is None:
            if len(self._valuations) >= self._room:
                del self._valuations[next(iter(self._valuations))]
            found = self._valuations[point] = self._valuation(point)
        return found

    def failing(self, formula: Formula, key: Any) -> Point | None:
        """A point seen before at which the goal fails."""
        return next((p for p in self.tried() if not formula.holds(self.at(p), key)), None)

    def simple(self, formula: Formula, key: Any, point: Point) -> Point:
        """A point with simpler numbers at which the goal fails as well; in a large game the same, as looking takes long.

        It is the first to be tried for what is asked next.
        """
        if self._room < 500 or point in self._simple:
            return point
        point = self._simpler(formula, key, point)
        self._simple.add(point)
        self.domain.points = [point, *(p for p in self.domain.points if p != point)]
        return point

    def _simpler(self, formula: Formula, key: Any, point: Point) -> Point:
        def wanted(near: Point) -> bool:
            return self.domain.has(near) and not formula.holds(self._valuation(near), key)

        for size in (s for s in (1, 2, 3, 8) if any(number.denominator > s for number in point)):
            near = tuple(number.limit_denominator(size) for number in point)
            if wanted(near):
                return near
        for place, number in enumerate(point):
            simpler = (number.limit_denominator(d) for d in (1, 2, 3, 8) if d < number.denominator)
            nearer = ((*point[:place], x, *point[place + 1 :]) for x in simpler)
            point = next(filter(wanted, nearer), point)
        return point

    def tried(self) -> list[Point]:
        """Points of the domain that are worth trying first."""
        return self.domain.points[: min(self._room, FIRST)]

    def cover(self, formula: Formula, key: Any, *, all_of_it: bool = False) -> Cover:
        """Regions of a goal: up to the first at which it fails, or, if `all_of_it`, until they cover the domain."""
        found = Cover()
        from formal.trees.solver import Unsure

        try:
            self._cover(found, formula, key, all_of_it)
        except Unsure as error:
            found.unsure = str(error)
        return found

    def _cover(self, found: Cover, formula: Formula, key: Any, all_of_it: bool) -> None:
        from formal.trees.solver import not_all

        solver, index = self.domain.solver, Index(self.domain)
        guard = solver.guard()
        tried = self.tried()
        while True:
            point = next((p for p in _emptied(tried) if not index.covers(p)), None)
            if point is None:
                point = self.domain.find(guard)
                if point is None:
                    found.complete = True
                    return
                point = self.domain.inside(point, lambda near: not index.covers(near))
                self.domain.remember(point)
            if not formula.holds(self.at(point), key):
                found.failing = found.failing or point
                if not all_of_it:
                    return
            region = self.region(formula, key, point)
            found.regions.append(region)
            if not region.facts:  # it is the whole domain
                found.complete = True
                return
            index.add(region)
            solver.under(guard, not_all(region.facts))
            if len(tried) < FIRST:
                tried += self.domain.beyond([poly for poly, _ in region.facts], point)
            if len(found.regions) % 20 == 0:
                self.progress(f"{len(found.regions)} regions")

    def region(self, formula: Formula, key: Any, point: Point) -> Region:
        """The region of the cheapest reason at a point; comparisons that always hold cost nothing."""
        at = self.at(point)
        holds = formula.holds(at, key)
        why = self._reason(formula, key, at, holds)
        if holds and self._learn(why):
            why = self._reason(formula, key, at, holds)
            self._learn(why)
        needed = [c for c in why.comparisons if not holds or not self.domain.always.get(c)]
        kept = self._independent(needed, holds, point)
        return Region(kept, holds, point, why.taken, tuple(c for c in needed if c not in kept))

    def _independent(self, comparisons: list[Poly], holds: bool, point: Point) -> tuple[Poly, ...]:
        """The comparisons without those that the others and the constraints imply, long ones first (Clarkson 1994).

        What does not follow from those that are kept fails at some point; on the way there, the first boundary of all
        that is met is one to keep.
        """
        few = len(comparisons) <= INDEPENDENT
        kept = [c for c in comparisons if few and c in self._kept]
        here = {m: prod((point[i] for i in m), start=Fraction(1)) for poly in comparisons for m, _ in poly}
        for poly in sorted(comparisons, key=len):
            while poly not in kept:
                there = self.domain.outside(poly, not holds, [(c, not holds) for c in kept]) if self.domain.pure(poly) else {}
                if there is None:
                    break
                kept.append(_first_met(here, there, [c for c in comparisons if c not in kept], poly))
                self._kept.add(kept[-1])
        return tuple(c for c in comparisons if c in kept)

    def _reason(self, formula: Formula, key: Any, at: Valuation, holds: bool) -> Reason:
        always, sign = self.domain.always, Scaled(self.domain.symbols, at.point).sign
        costs: dict[Poly, float] = {(): 0.0}

        def cost(poly: Poly) -> float:
            found = costs.get(poly)
            if found is None:
                known = not any(m for m, _ in poly) or (always.get(poly) if holds else False)
                found = costs[poly] = 0.5 if known is None else 0.0 if known else 1.0 if sign(poly) else 1.2
            return found

        find = reason if self._size < LARGE else first_reason
        return find(key, lambda k: formula.alternatives(at, k, holds), cost)

    def _learn(self, why: Reason) -> bool:
        """Find out which comparisons of a reason always hold; whether something was learnt."""
        unknown = [c for c in why.comparisons if c not in self.domain.always]
        if len(unknown) > 500:
            return False
        for poly in unknown:
            self.domain.always_holds(poly)
        return bool(unknown)
