"""What is played where ties are broken by a rule: the outcomes of backward induction, by regions.

Definitions
-----------
The *ordered reduction* of a tree: a node is its owner and its children, those that the tie rule prefers first; a child that is
there already is left out, and a node with one child is that child. At each point a node has one outcome, as the owner takes
the first of the children whose outcomes are best. The *path* of a region is what is played there: the nodes from its
node on, down to a leaf.

Method
------
Children first. At a point, the regions of the children that contain it, and what their owner prefers among their leaves, are
facts that decide the path. Facts are dropped as long as no known point with another path comes in. Then linear
programs look for such a point: where one child is better than the one that is taken, in each of its regions. What they find is
a known point more, and facts are dropped anew; when they find none, the region is right.
Facts are linear, and so are the constraints, each one comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from formal.trees.domain import Domain
from formal.trees.farkas import Fact, decide, refuted
from formal.trees.polynomial import Point, Poly, Scaled, combination, negative, primitive
from formal.trees.prover import NotFoundError, Prover, SatisfiedError
from formal.trees.refutation import contradictory, refute
from formal.trees.search import Region, Search
from formal.trees.tree import LEAF
from formal.trees.valuation import Valuation

PROGRAMS, ROUNDS = 2_000, 50  # linear programs for one cover before Z3 is asked; corrections of one region
KNOWN, SCALES = 60, (Fraction(1, 3), Fraction(1, 10), Fraction(1), Fraction(4))  # points to begin with, and how far apart
FEW, PLAIN = 50, 2  # linear programs to find a region covered; terms of a fact that is not long


class Ordered:
    """Nodes by number, children first; the first are the leaves, numbered like the vectors."""

    def __init__(self, vectors: Sequence[tuple[int, ...]]) -> None:
        self.vectors = vectors
        self.owner: list[int] = [LEAF] * len(vectors)
        self.children: list[tuple[int, ...]] = [()] * len(vectors)
        self._known: dict[tuple[int, ...], int] = {}

    def node(self, owner: int, children: Iterable[int]) -> int:
        """The number of a node whose children are given in the order of the tie rule."""
        below = tuple(dict.fromkeys(children))
        if len(below) == 1:
            return below[0]
        key = (owner, *below)
        if key not in self._known:
            self._known[key] = len(self.owner)
            self.owner.append(owner)
            self.children.append(below)
        return self._known[key]


@dataclass
class Played(Region):
    """A region with the path that is played in it."""

    path: tuple[int, ...] = ()


class Outcomes(Search):
    """The regions of the nodes of one reduction."""

    def __init__(
        self, tree: Ordered, utilities: Sequence[Poly], domain: Domain, valuation: Callable[[Point], Valuation]
    ) -> None:
        super().__init__(domain, valuation, len(tree.owner), lambda _: None)
        self.tree, self.utilities = tree, utilities
        self._spread()
        self._regions: dict[int, list[Played]] = {}
        self._found: dict[int, list[Point]] = {}  # by node, points that corrected a region
        self._facts: dict[tuple[int, int, bool], Fact] = {}
        self._sure: dict[Fact, bool] = {}

    def regions(self, node: int) -> list[Played]:
        """Regions that cover the domain, in each of which one path is played from the node. Raises Unsure."""
        from formal.trees.solver import Unsure

        if self.tree.owner[node] == LEAF:
            return [Played((), True, (), path=(node,))]
        if node not in self._regions:
            for child in self.tree.children[node]:
                self.regions(child)
            self.domain.solver.left = PROGRAMS
            cover = self.cover(self, node)
            if not cover.complete:
                raise Unsure(cover.unsure)
            self._regions[node] = self._irredundant(cover.regions)  # type: ignore[arg-type]
        return self._regions[node]

    def _spread(self) -> None:
        """Points here and there in the domain."""
        first = self.domain.find()
        points = self.domain.points = [first] if first is not None else []
        for number in range(4 * KNOWN):
            if first is None or len(points) >= KNOWN:
                return
            near = self.domain.near(points[number % len(points)], SCALES[number % len(SCALES)])
            if self.domain.has(near):
                points.append(near)

    def holds(self, at: Valuation, key: int) -> bool:
        """Every point has an outcome."""
        return True

    def alternatives(self, at: Valuation, key: int, wanted: bool) -> Any:
        """Nothing asks for them, since regions are not found from reasons here."""
        raise NotImplementedError

    def path(self, at: Valuation, node: int) -> tuple[int, ...]:
        """What is played from the node at a point."""
        known: dict[int, tuple[int, ...]] = at.memory.setdefault("paths", {})
        found = known.get(node)
        if found is None:
            owner = self.tree.owner[node]
            if owner == LEAF:
                return (node,)
            paths = [self.path(at, child) for child in self.tree.children[node]]
            gains = [at.number(self.tree.vectors[path[-1]][owner]) for path in paths]
            found = known[node] = (node, *paths[gains.index(max(gains))])
        return found

    def region(self, formula: Any, node: int, point: Point) -> Played:
        """The region of the path at a point."""
        path = self.path(self.at(point), node)
        facts = self._deciding(node, path, point)
        for _ in range(ROUNDS):
            kept = self._dropped(facts, node, path)
            wrong = self._mistake(kept, node, path)
            if wrong is None:
                return _played(self._needed(kept), point, path)
            self._found.setdefault(node, []).append(wrong)
        return _played(self._needed(facts), point, path)

    def _deciding(self, node: int, path: tuple[int, ...], point: Point) -> list[Fact]:
        """Facts that hold at the point and decide the path."""
        at, found = Scaled(self.domain.symbols, point), dict[Fact, None]()
        for child in self.tree.children[node]:
            here = next(r for r in self.regions(child) if all(_holds(fact, at) for fact in r.facts))
            found |= dict.fromkeys(here.facts)
            found |= dict.fromkeys(self._better(node, path, child, here, False))
        return [fact for fact in found if not self._always(fact)]

    def _better(self, node: int, path: tuple[int, ...], child: int, there: Played, wanted: bool) -> list[Fact]:
        """That the node's owner does better at another child, in a region of it, than along the path; or that it does not."""
        owner, order = self.tree.owner[node], self.tree.children[node]
        if child == path[1]:
            return []
        low, high = (self.tree.vectors[end][owner] for end in (path[-1], there.path[-1]))
        first = order.index(child) < order.index(path[1])
        return [self._fact(low, high, not first) if wanted else self._fact(high, low, first)]

    def _fact(self, low: int, high: int, strict: bool) -> Fact:
        """Utility number `low` is at most, or below, number `high`."""
        key = low, high, strict
        if key not in self._facts:
            gap = primitive(combination([(1, self.utilities[high]), (-1, self.utilities[low])]))
            self._facts[key] = gap, strict
        return self._facts[key]

    def _dropped(self, facts: list[Fact], node: int, path: tuple[int, ...]) -> list[Fact]:
        """Few of the facts that keep out all known points with another path.

        Long facts are dropped first, and those that keep out most points with the same path.
        """
        wanted, unwanted = 0, 0
        known = (*self.domain.points[:KNOWN], *self._found.get(node, ()))
        for place, point in enumerate(known):
            if self.path(self.at(point), node) == path:
                wanted |= 1 << place
            else:
                unwanted |= 1 << place
        places = [Scaled(self.domain.symbols, point) for point in known]
        out = {fact: sum(1 << i for i, at in enumerate(places) if not _holds(fact, at)) for fact in facts}
        for fact in sorted(facts, key=lambda f: (len(f[0]) > PLAIN, (out[f] & wanted).bit_count()), reverse=True):
            rest = 0
            for other, mask in out.items():
                rest |= mask if other != fact else 0
            if not unwanted & ~rest:
                del out[fact]
        return list(out)

    def _mistake(self, facts: list[Fact], node: int, path: tuple[int, ...]) -> Point | None:
        """A point at which the facts hold and another path is played."""
        for child in self.tree.children[node]:
            for there in self.regions(child):
                if there.path == path[1:]:
                    continue
                found = self._point([*facts, *there.facts, *self._better(node, path, child, there, True)])
                if found is not None:
                    return found
        return None

    def _point(self, facts: Iterable[Fact]) -> Point | None:
        """A point of the domain at which all the facts hold."""
        asked = [*self.domain.units, *facts]
        answer: Any = decide(asked)
        if refuted(answer):
            if not contradictory(asked, answer):
                raise AssertionError("multipliers do not refute what they are said to")
            return None
        return tuple(Fraction(answer.get((i,), 0)) for i in range(len(self.domain.symbols.names)))

    def _irredundant(self, regions: list[Played]) -> list[Played]:
        """Without regions that others with the same path cover, as far as that is quickly seen."""
        kept = list(regions)
        for region in sorted(regions, key=lambda r: -len(r.facts)):
            alike = [one for one in kept if one.path == region.path and one is not region]
            if alike and self._covered(region, alike):
                kept = [one for one in kept if one is not region]
        return kept

    def _covered(self, region: Played, others: list[Played]) -> bool:
        prover = Prover(FEW)
        units = [[[fact]] for fact in (*self.domain.units, *region.facts)]
        asked = [*units, *([[(primitive(negative(p)), not strict)] for p, strict in one.facts] for one in others)]
        try:
            refute(asked, prover.refute(asked))
        except (SatisfiedError, NotFoundError):
            return False
        return True

    def _always(self, fact: Fact) -> bool:
        if fact not in self._sure:
            self._sure[fact] = self.domain.implied(*fact)
        return self._sure[fact]

    def _needed(self, facts: Iterable[Fact]) -> list[Fact]:
        """The facts that do not follow from the others: of parallel ones the tightest, then by linear programs."""
        tightest: dict[Poly, tuple[tuple[Fraction, bool], Fact]] = {}
        for poly, strict in facts:
            lead = next(c for m, c in poly if m)
            size = Fraction(lead if lead > 0 else -lead)
            slope = tuple((m, c / size) for m, c in poly if m)
            bound = -poly[0][1] / size if not poly[0][0] else Fraction(0), strict
            if slope not in tightest or bound > tightest[slope][0]:
                tightest[slope] = bound, (poly, strict)
        kept = [fact for _, fact in tightest.values()]
        for fact in sorted(kept, key=lambda f: len(f[0]), reverse=True):
            others = [f for f in kept if f != fact]
            if others and self.domain.implied(*fact, others):
                kept = others
        return kept


def _played(facts: Iterable[Fact], point: Point, path: tuple[int, ...]) -> Played:
    listed = list(facts)
    weak, above = (tuple(p for p, strict in listed if strict == which) for which in (False, True))
    return Played(weak, True, point, above=above, path=path)


def _holds(fact: Fact, at: Scaled) -> bool:
    return at.sign(fact[0]) >= fact[1]
