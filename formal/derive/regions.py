"""Which option is best where: the parameter space cut into regions, each with the option that wins there.

Definitions
-----------
An option is something that the mover can do, or can approach: literals that say where it is available, a payoff for
each player, a decision. Option i wins at a point when it is available and no available j is better; j is better when
its payoff to the mover is higher, or equal and the tie rule prefers j. An option that is only approached (a supremum
that is not attained) wins when it beats all others, and the mover then has no best decision. Options with equal
decisions, payoffs and paths form a group, and are one option that is available where any of them is.

Method
------
Guess from points, then ask the solver for a point that proves the guess wrong, until it finds none:
1. At each point that is known, samples first, decide every literal and so which groups win.
2. From a point where group g wins, start with all literals that hold there and drop them, costly ones first, as long as
   no known point at which g does not win comes in. Repeat from points that are not covered yet.
3. Ask the solver for a point of a region at which its group does not win, and for a point in no region. Every point that
   is found is added to those that are known, and the guess is made again.
References: counterexample-guided synthesis (Solar-Lezama 2008); irredundant covers (McCluskey 1956).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from formal.derive.literals import Literal, conjunction, literal
from formal.derive.polynomial import Quotient
from formal.derive.space import SAMPLES, Point, Space
from formal.errors import DerivationError

Conjunction = tuple[Literal, ...]
ROUNDS = 60
SEEDS = 12
LARGE = 0.95
PLAIN = (2, 3)


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

    def alike(self) -> tuple[Any, ...]:
        """Equal for options that differ in their availability alone."""
        payoffs = tuple(q.key() for q in self.payoffs)
        return payoffs, str(self.decision), str(self.path), self.attained, self.rank, self.barren


@dataclass(frozen=True)
class Region:
    """A region of the space with the option that wins there."""

    where: Conjunction
    option: Option


@dataclass
class Contest:
    """The options of one mover over one space, in groups, with every comparison made once."""

    space: Space
    options: Sequence[Option]
    mover: int
    highest: bool = False
    groups: list[Option] = field(init=False)
    available: list[list[Conjunction]] = field(init=False)
    _better: dict[tuple[int, int], list[Conjunction]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        gathered: dict[tuple[Any, ...], list[Option]] = {}
        for option in sorted(self.options, key=lambda option: len(str(option.decision))):
            gathered.setdefault(option.alike(), []).append(option)
        self.groups = [alike[0] for alike in gathered.values()]
        self.available = [[option.where for option in alike] for alike in gathered.values()]

    def _ahead(self, i: int, j: int, *, strict: bool) -> Literal | bool:
        """Group i pays the mover more than j (strict), or at least as much."""
        gap = self.groups[i].payoffs[self.mover] - self.groups[j].payoffs[self.mover]
        return literal(self.space.ring, gap.oriented(), strict=strict)

    def _preferred(self, i: int, j: int) -> Literal | bool:
        """Under a tie, i goes before j."""
        first, second = self.groups[i], self.groups[j]
        if first.at is None or second.at is None:
            return first.rank < second.rank
        gap = first.at - second.at if self.highest else second.at - first.at
        return literal(self.space.ring, gap.oriented(), strict=True)

    def better(self, j: int, i: int) -> list[Conjunction]:
        """Alternatives, each of which makes j better than i where both are available."""
        if (j, i) not in self._better:
            first, second = self.groups[j], self.groups[i]
            if first.barren or second.barren:
                rules: list[list[Literal | bool]] = [[first.barren and not second.barren]]
            elif first.attained and not second.attained:
                rules = [[self._ahead(j, i, strict=False)]]
            elif not first.attained:
                rules = [[self._ahead(j, i, strict=True)]]
            else:
                tied: list[Literal | bool] = [self._ahead(j, i, strict=False), self._preferred(j, i)]
                rules = [[self._ahead(j, i, strict=True)], tied]
            self._better[j, i] = [made for made in map(conjunction, rules) if made is not None]
        return self._better[j, i]

    def rivals(self, i: int) -> Iterator[Conjunction]:
        """Where another group is available and better than i."""
        for j in range(len(self.groups)):
            ways = self.better(j, i) if j != i else []
            yield from ((*where, *how) for how in ways for where in self.available[j])

    def reasons(self, i: int) -> list[Literal]:
        """The literals that a region of i may use, simplest first."""
        found: dict[Literal, None] = {item: None for where in self.available[i] for item in where}
        for rival in self.rivals(i):
            for item in rival:
                found[item.negated().weakened()] = found[item.negated()] = None
        return sorted(found, key=lambda item: item.cost)


class Evidence:
    """What the known points say: which groups win at each of them."""

    def __init__(self, contest: Contest) -> None:
        self.contest, self.space = contest, contest.space
        self.reasons = [contest.reasons(i) for i in range(len(contest.groups))]
        self._alternatives = [list(contest.rivals(i)) for i in range(len(contest.groups))]

    def weigh(self) -> None:
        """Decide at every known point which groups win there, and the first of them."""
        self.wins = np.array([self._wins(i) for i in range(len(self.contest.groups))])
        self.winner = np.where(self.wins.any(axis=0), self.wins.argmax(axis=0), -1)

    def _wins(self, i: int) -> np.ndarray:
        truth = self.space.all_hold
        inside = np.any([truth(where) for where in self.contest.available[i]], axis=0)
        for rival in self._alternatives[i]:
            inside = inside & ~truth(rival)
        return inside

    def implicant(self, i: int, seed: int, wanted: np.ndarray | None = None) -> Conjunction | None:
        """Few literals that hold at the seed and at no known point where i does not win.

        Literals of high degree, and those that keep out most of the `wanted` points, are dropped first.
        """
        pool = [item for item in self.reasons[i] if self.space.truth(item)[seed]]
        if wanted is not None:
            pool.sort(key=lambda item: (item.cost[:2] > PLAIN, int(np.sum(wanted & ~self.space.truth(item))), item.cost))
        bad = ~self.wins[i] & (self.winner >= 0)
        violated = np.array([~self.space.truth(item)[bad] for item in pool]).reshape(len(pool), int(bad.sum()))
        count = violated.sum(axis=0)
        if not np.all(count):
            return None
        kept = []
        for place in reversed(range(len(pool))):
            if np.any(violated[place] & (count == 1)):
                kept.append(pool[place])
            else:
                count = count - violated[place]
        return tuple(sorted(kept, key=lambda item: item.cost))

    def cover(self) -> list[tuple[int, Conjunction]]:
        """Regions that contain every known point, in each of which one group wins at every known point."""
        left, cells = self.winner >= 0, list[tuple[int, Conjunction]]()
        for i in sorted(range(len(self.wins)), key=lambda i: -int(np.sum(self.winner == i))):
            while len(seeds := np.flatnonzero(left & (self.winner == i))):
                some = [int(seed) for seed in seeds[:: max(1, len(seeds) // SEEDS)]]
                here = self.wins[i] & (self.winner >= 0)
                tries = {self.implicant(i, seed, wanted): None for seed in some for wanted in (None, left & here, here)}
                found = [t for t in tries if t is not None]
                if not found:
                    raise DerivationError("the comparison of payoffs could not be closed")
                best = self._best(found, left)
                cells.append((i, best))
                left = left & ~self.space.all_hold(best)
        return self._irredundant(cells)

    def _best(self, found: list[Conjunction], left: np.ndarray) -> Conjunction:
        """The simplest of those that cover nearly as many points as the largest."""
        sizes = [int(np.sum(left & self.space.all_hold(where))) for where in found]
        large = [where for where, size in zip(found, sizes, strict=True) if size >= LARGE * max(sizes)]
        return min(large, key=lambda where: (sum(item.cost[0] * item.cost[1] for item in where), len(where)))

    def _irredundant(self, cells: list[tuple[int, Conjunction]]) -> list[tuple[int, Conjunction]]:
        inside = [self.space.all_hold(where) for _, where in cells]
        depth = np.sum(inside, axis=0)
        kept = []
        for cell, mask in sorted(zip(cells, inside, strict=True), key=lambda pair: int(pair[1].sum())):
            if np.any(mask & (depth == 1) & (self.winner >= 0)):
                kept.append(cell)
            else:
                depth = depth - mask
        return [cell for cell in cells if cell in kept]


def partition(contest: Contest, stage: str) -> list[Region]:
    """Regions that cover the space, each with its winner, as far as the solver can tell.

    Raises DerivationError, naming the stage, when no option is available somewhere or literals cannot separate the options.
    """
    evidence, asked, space = Evidence(contest), set[tuple[int, Conjunction]](), contest.space
    for _ in range(ROUNDS):
        evidence.weigh()
        if np.any(evidence.winner[SAMPLES:] < 0):
            raise DerivationError(f"{stage}: no option is available at some parameter values")
        cells = evidence.cover()
        fresh = [cell for cell in cells if cell not in asked]
        asked.update(fresh)
        found = [point for cell in fresh if isinstance(point := _mistake(contest, *cell), Point)]
        if not found:
            gap = space.find(*(space.none_of(where) for _, where in cells))
            found = [gap] if isinstance(gap, Point) else []
        if not found:
            return [Region(where, contest.groups[i]) for i, where in cells]
        for point in found:
            space.learn(point)
    raise DerivationError(f"{stage}: the regions did not settle after {ROUNDS} corrections")


def _mistake(contest: Contest, i: int, where: Conjunction) -> Point | None:
    """A point of the region at which group i does not win, if the solver finds one."""
    space, available = contest.space, contest.available[i]
    if len(available) == 1:
        outside: Iterator[Conjunction] = ((item.negated(),) for item in available[0] if item not in where)
    else:
        outside = iter(())
        point = space.find(space.all(where), *(space.none_of(one) for one in available))
        if isinstance(point, Point):
            return point
    for rival in (*outside, *contest.rivals(i)):
        point = space.refute(where, rival)
        if isinstance(point, Point):
            return point
    return None
