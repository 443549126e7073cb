"""The region search: a point that is not covered yet, why the answer there is what it is, the region of that reason; until all is covered.

A *region* is a set of comparisons, all weak where the property holds and all strict where it fails. There are finitely many
comparisons, and each region covers a point that those before it do not, so that the search ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from formal.security.domain import Domain
from formal.security.polynomial import Point, Poly, sign, value
from formal.security.reasons import Alternative, Reason, reason
from formal.security.valuation import Valuation


REMEMBERED, FIRST = 4_000_000, 40  # nodes of valuations kept; points that are tried before the solver


class Formula(Protocol):
    """What a property module provides: truth at a point, and the alternatives of a key there."""

    def holds(self, at: Valuation, key: Any) -> bool: ...

    def alternatives(self, at: Valuation, key: Any, wanted: bool) -> Any: ...


@dataclass
class Region:
    """The comparisons, whether the answer there is yes, the point that it was found at, and the reason there."""

    comparisons: tuple[Poly, ...]
    holds: bool
    point: Point
    taken: dict[Any, Alternative] = field(repr=False, default_factory=dict)

    @property
    def relation(self) -> str:
        return ">=" if self.holds else ">"


@dataclass
class Cover:
    """What was found of one goal. `complete`: nothing of the domain is left; `unsure`: why not; `failing`: a point where it fails."""

    regions: list[Region] = field(default_factory=list)
    failing: Point | None = None
    complete: bool = False
    unsure: str = ""

    def parts(self, holds: bool) -> list[Region]:
        return [region for region in self.regions if region.holds == holds]


class Search:
    """Searches for goals over one domain; points that one goal needed are tried first for the next."""

    def __init__(self, domain: Domain, valuation: Callable[[Point], Valuation], size: int, progress: Callable[[str], None]) -> None:
        self.domain, self.progress = domain, progress
        self._valuation, self._room = valuation, max(3, min(500, REMEMBERED // size))
        self._valuations: dict[Point, Valuation] = {}

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

    def tried(self) -> list[Point]:
        """Points of the domain that are worth trying first."""
        return self.domain.points[: min(self._room, FIRST)]

    def cover(self, formula: Formula, key: Any, *, all_of_it: bool = False) -> Cover:
        """Regions of a goal: up to the first at which it fails, or, if `all_of_it`, until they cover the domain."""
        found = Cover()
        from formal.security.solver import Unsure

        try:
            self._cover(found, formula, key, all_of_it)
        except Unsure as error:
            found.unsure = str(error)
        return found

    def _cover(self, found: Cover, formula: Formula, key: Any, all_of_it: bool) -> None:
        solver = self.domain.solver
        guard = solver.guard()
        tried = iter(self.tried())
        while True:
            point = next((p for p in tried if not any(self.covers(r, p) for r in found.regions)), None)
            if point is None:
                point = self.domain.find(guard)
                if point is None:
                    found.complete = True
                    return
                point = self.domain.inside(point, lambda near: not any(self.covers(r, near) for r in found.regions))
                self.domain.remember(point)
            if not formula.holds(self.at(point), key):
                found.failing = found.failing or point
                if not all_of_it:
                    return
            region = self.region(formula, key, point)
            found.regions.append(region)
            solver.under(guard, solver.not_all(region.comparisons, region.relation))
            if len(found.regions) % 20 == 0:
                self.progress(f"{len(found.regions)} regions")

    def covers(self, region: Region, point: Point) -> bool:
        least, symbols = 0 if region.holds else 1, self.domain.symbols
        return all(sign(value(symbols, c, point)) >= least for c in region.comparisons)

    def region(self, formula: Formula, key: Any, point: Point) -> Region:
        """The region of the cheapest reason at a point; comparisons that always hold cost nothing."""
        at = self.at(point)
        holds = formula.holds(at, key)
        why = self._reason(formula, key, at, holds)
        if holds and self._learn(why):
            why = self._reason(formula, key, at, holds)
            self._learn(why)
        needed = tuple(c for c in why.comparisons if not holds or not self.domain.always.get(c))
        return Region(needed, holds, point, why.taken)

    def _reason(self, formula: Formula, key: Any, at: Valuation, holds: bool) -> Reason:
        always, symbols = self.domain.always, self.domain.symbols

        def cost(poly: Poly) -> float:
            if not holds:
                return 1.0
            if not poly:
                return 0.0
            known = always.get(poly)
            return 0.5 if known is None else 0.0 if known else 1.0 if sign(value(symbols, poly, at.point)) else 1.2

        return reason(key, lambda k: formula.alternatives(at, k, holds), cost)

    def _learn(self, why: Reason) -> bool:
        """Find out which comparisons of a reason always hold; whether something was learnt."""
        unknown = [c for c in why.comparisons if c not in self.domain.always]
        if len(unknown) > 500:
            return False
        for poly in unknown:
            self.domain.always_holds(poly)
        return bool(unknown)
