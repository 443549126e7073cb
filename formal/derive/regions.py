"""Which option is best where: the parameter space cut into regions, each with the option that wins there.

Definitions
-----------
An option is something that the mover can do, or can approach: literals that say where it is available, a payoff for
each player, a decision. Option i wins at a point when it is available and no available j is better; j is better when
its payoff to the mover is higher, or equal and the tie rule prefers j. An option that is only approached (a supremum
that is not attained) wins when it beats all others, and the mover then has no best decision.

Method
------
1. Take a point that no region covers, and find its winner i.
2. Start from the empty region. While the solver finds a point of the region at which i does not win, add the simplest
   literal that is true at the first point and false at the second.
3. Drop each literal that the others make superfluous; the region is where i wins, as far as these literals can say.
Sample points go first, so that regions of full dimension are found before edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from formal.derive.literals import Literal, conjunction, literal
from formal.derive.polynomial import Quotient
from formal.derive.space import SAMPLES, Point, Space
from formal.errors import DerivationError

Conjunction = tuple[Literal, ...]


@dataclass(frozen=True)
class Option:
    """One thing that the mover can do where `where` holds; `rank` orders options under ties of discrete actions."""

    where: Conjunction
    decision: Any
    payoffs: tuple[Quotient, ...]
    path: tuple[Any, ...]
    attained: bool = True
    rank: int = 0
    at: Quotient | None = None
    barren: bool = False


@dataclass(frozen=True)
class Region:
    """A region of the space with the option that wins there."""

    where: Conjunction
    option: Option


@dataclass
class Contest:
    """The options of one mover over one space, with every comparison made once."""

    space: Space
    options: Sequence[Option]
    mover: int
    highest: bool = False
    _compared: dict[tuple[int, int, bool], Literal | bool] = field(default_factory=dict)

    def payoff_gap(self, i: int, j: int, *, strict: bool) -> Literal | bool:
        """Option i pays the mover more than j (strict), or at least as much."""
        key = (i, j, strict)
        if key not in self._compared:
            gap = self.options[i].payoffs[self.mover] - self.options[j].payoffs[self.mover]
            self._compared[key] = literal(self.space.ring, gap.oriented(), strict=strict)
        return self._compared[key]

    def preferred(self, i: int, j: int) -> Literal | bool:
        """Under a tie, i goes before j."""
        first, second = self.options[i], self.options[j]
        if first.at is None or second.at is None:
            return first.rank < second.rank
        gap = first.at - second.at if self.highest else second.at - first.at
        return literal(self.space.ring, gap.oriented(), strict=True)

    def better(self, j: int, i: int) -> list[Conjunction]:
        """Alternatives, each of which makes j better than i where both are available."""
        first, second = self.options[j], self.options[i]
        more, same = self.payoff_gap(j, i, strict=True), self.payoff_gap(j, i, strict=False)
        if first.barren or second.barren:
            rules: list[list[Literal | bool]] = [[first.barren and not second.barren]]
        elif first.attained and not second.attained:
            rules = [[same]]
        elif not first.attained:
            rules = [[more]]
        else:
            rules = [[more], [same, self.preferred(j, i)]]
        return [made for made in map(conjunction, rules) if made is not None]

    def rivals(self, i: int) -> list[Conjunction]:
        """Where option i does not win: where it is unavailable, and where another is available and better."""
        missing = [(item.negated(),) for item in self.options[i].where]
        others = (j for j in range(len(self.options)) if j != i)
        return missing + [(*self.options[j].where, *how) for j in others for how in self.better(j, i)]

    def dominated(self, i: int, j: int) -> bool:
        """Wherever i is available, j is available and better."""
        if not self.better(j, i):
            return False
        here = self.options[i].where
        gaps = [item.negated() for item in self.options[j].where]
        if any(self.space.possible((*here, gap)) for gap in gaps):
            return False
        return not self.space.possible(here, *(self.space.none_of(how) for how in self.better(j, i)))

    def reasons(self, i: int) -> list[Literal]:
        """The literals that a region of i may use, simplest first."""
        found: dict[Literal, None] = dict.fromkeys(self.options[i].where)
        for j, option in enumerate(self.options):
            if j == i:
                continue
            rules: list[Literal | bool] = [self.payoff_gap(i, j, strict=False), self.payoff_gap(i, j, strict=True)]
            rules += [self.preferred(i, j)]
            for item in rules:
                if isinstance(item, Literal):
                    found[item.weakened()] = found[item] = None
            for item in option.where:
                found[item.negated().weakened()] = found[item.negated()] = None
        return sorted(found, key=lambda item: item.cost)


def undominated(contest: Contest) -> Contest:
    """The contest without the options that some other option makes useless."""
    kept = list(range(len(contest.options)))
    for i in reversed(range(len(contest.options))):
        if any(contest.dominated(i, j) for j in kept if j != i):
            kept.remove(i)
    return Contest(contest.space, [contest.options[i] for i in kept], contest.mover, contest.highest)


def partition(contest: Contest, stage: str) -> list[Region]:
    """Regions that cover the space, each with its winner.

    Raises DerivationError, naming the stage, when the solver gives up before the space is covered.
    """
    contest = undominated(contest)
    cells: list[Region] = []
    for winner, true in _seeds(contest, cells, stage):
        cells.append(Region(_generalise(contest, winner, true, stage), contest.options[winner]))
    return _merge(contest, cells)


Truth = Any  # a function from a literal to whether it holds at the seed


def _seeds(contest: Contest, cells: list[Region], stage: str) -> Iterator[tuple[int, Truth]]:
    """Points that no cell covers yet with their winners: samples first, then what the solver finds."""
    space = contest.space
    winners = _sample_winners(contest)
    while True:
        for cell in cells:
            winners[space.mask(cell.where)] = -1
        left = np.flatnonzero(winners >= 0)
        if not len(left):
            break
        k = int(left[0])
        yield int(winners[k]), lambda item, k=k: bool(space.evaluate(item.poly)[k] > 0)
        winners[k] = -1
    while True:
        point = space.find(*(space.none_of(cell.where) for cell in cells))
        if point is None:
            return
        if point is False:
            raise DerivationError(f"{stage}: the solver gave up before the cases covered all parameters")
        assert isinstance(point, Point)
        yield _winner(contest, point, stage), lambda item, point=point: space.holds(item, point)


def _sample_winners(contest: Contest) -> np.ndarray:
    """The winner at each sample point where it is clear, else -1."""
    space = contest.space
    best = np.full(SAMPLES, -np.inf)
    winners = np.full(SAMPLES, -1)
    for i, option in enumerate(contest.options):
        quotient = option.payoffs[contest.mover]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = space.evaluate(quotient.numerator) / space.evaluate(quotient.denominator)
        value = np.where(np.isfinite(value), value, -np.inf)
        value = np.full(SAMPLES, np.inf) if option.barren else value
        inside = space.mask(option.where)
        ahead = inside & (value > best + 1e-9)
        tied = inside & ~ahead & (value > best - 1e-9)
        winners[ahead] = i
        for k in np.flatnonzero(tied & (winners >= 0)):
            winners[k] = _tie(contest, int(winners[k]), i, int(k))
        best = np.where(inside, np.maximum(best, value), best)
    return winners


def _tie(contest: Contest, i: int, j: int, k: int) -> int:
    """Which of two options that pay the same at sample point k goes first, or -1 when it cannot be told."""
    if contest.options[i].attained != contest.options[j].attained:
        return i if contest.options[i].attained else j
    order = contest.preferred(j, i)
    if isinstance(order, bool):
        return j if order else i
    gap = float(contest.space.evaluate(order.poly)[k])
    return -1 if abs(gap) < 1e-9 else (j if gap > 0 else i)


def _winner(contest: Contest, point: Point, stage: str) -> int:
    """The winner at a point of the solver, decided by it at that very point."""
    space = contest.space
    available = [i for i, o in enumerate(contest.options) if all(space.holds(item, point) for item in o.where)]
    for i in available:
        if not any(_is_better(contest, j, i, point) for j in available if j != i):
            return i
    raise DerivationError(f"{stage}: no option is available at some parameter values")


def _is_better(contest: Contest, j: int, i: int, point: Point) -> bool:
    return any(all(contest.space.holds(item, point) for item in how) for how in contest.better(j, i))


def _generalise(contest: Contest, winner: int, true: Truth, stage: str) -> Conjunction:
    """A small set of literals, true at the seed, under which the option wins everywhere."""
    space = contest.space
    rivals = contest.rivals(winner)
    pool = [item for item in contest.reasons(winner) if true(item)]
    region: list[Literal] = []
    shown: dict[Literal, Point] = {}
    cores: dict[Conjunction, frozenset[Literal]] = {}
    for rival in rivals:
        while not isinstance(found := space.refute(region, rival), frozenset):
            unused = (item for item in pool if item not in region)
            extra = next((item for item in unused if found is None or not space.holds(item, found)), None)
            if extra is None:
                raise DerivationError(f"{stage}: the comparison of payoffs could not be closed")
            region.append(extra)
            if found is not None:
                shown[extra] = found
        cores[rival] = found

    def suffices(literals: Sequence[Literal]) -> bool:
        """No rival wins; the points that made each literal necessary are asked before the solver."""
        dropped = [shown[item] for item in region if item in shown and item not in literals]
        if any(all(space.holds(item, point) for item in literals) for point in dropped):
            return False
        fresh = {}
        for rival in (r for r in rivals if not cores[r] <= set(literals)):
            found = space.refute(literals, rival)
            if not isinstance(found, frozenset):
                return False
            fresh[rival] = found
        cores.update(fresh)
        return True

    return _minimal(space, region, suffices)


def _minimal(space: Space, region: Sequence[Literal], suffices: Callable[[Sequence[Literal]], bool]) -> Conjunction:
    """Drop literals, costly ones first, and close strict ones, as long as the rest implies them or suffices."""

    def implied(item: Literal, rest: Sequence[Literal]) -> bool:
        return not space.possible((*rest, item.negated()))

    kept = list(region)
    for item in sorted(region, key=lambda item: item.cost, reverse=True):
        rest = [other for other in kept if other != item]
        if implied(item, rest) or suffices(rest):
            kept = rest
        elif item.strict and suffices([*rest, item.weakened()]):
            trivial = literal(item.ring, item.poly, strict=False) is True
            kept = rest if trivial else [*rest, item.weakened()]
    return tuple(sorted(kept, key=lambda item: item.cost))


def _same(first: Option, second: Option) -> bool:
    same_payoffs = [q.key() for q in first.payoffs] == [q.key() for q in second.payoffs]
    return same_payoffs and str(first.decision) == str(second.decision) and str(first.path) == str(second.path)


def _merge(contest: Contest, cells: list[Region]) -> list[Region]:
    """Drop cells that the others cover; join cells of one option whose common literals suffice."""
    space = contest.space
    kept = list(cells)
    for cell in sorted(cells, key=lambda c: int(space.mask(c.where).sum())):
        others = [c for c in kept if c is not cell]
        if others and not space.possible(cell.where, *(space.none_of(c.where) for c in others)):
            kept.remove(cell)
    joined = True
    while joined:
        joined = False
        for a in range(len(kept)):
            for b in range(a + 1, len(kept)):
                union = _union(contest, kept[a], kept[b])
                if union is not None:
                    kept[a] = replace(kept[a], where=union)
                    del kept[b]
                    joined = True
                    break
            if joined:
                break
    return kept


def _union(contest: Contest, first: Region, second: Region) -> Conjunction | None:
    if not _same(first.option, second.option):
        return None
    space = contest.space
    common = [
        item
        for item in dict.fromkeys((*first.where, *second.where))
        if all(item in c.where or not space.possible((*c.where, item.negated())) for c in (first, second))
    ]
    outside = [space.none_of(cell.where) for cell in (first, second)]

    def suffices(literals: Sequence[Literal]) -> bool:
        return not space.possible(literals, *outside)

    return _minimal(space, common, suffices) if suffices(common) else None
