"""Which option is best where: the parameter space cut into regions, each with the option that wins there.

Definitions
-----------
An option is something that the mover can do, or can approach: literals that say where it is available, a payoff for
each player, a decision. Option i wins at a point when it is available and no available j is better; j is better when
its payoff to the mover is higher, or equal and the tie rule prefers j. An option that is only approached (a supremum
that is not attained) wins when it beats all others, and the mover then has no best decision. Where it is flat, with an equal
payoff for every decision near it, and on the side that the tie rule prefers, it counts under a tie like a decision there: the
tie rule then takes none of the decisions that are best. Options with equal
decisions, payoffs and paths form a group, and are one option that is available where any of them is.

Method
------
Guess from points, then ask the solver for a point that proves the guess wrong, until it finds none:
1. At each point that is known, samples first, decide every literal and so which groups win.
2. From a point where group g wins, start with all literals that hold there and drop them, costly ones first, as long as
   no known point at which g does not win comes in. Repeat from points that are not covered yet.
3. Ask the solver for a point of a region at which its group does not win, and for a point in no region. Every point that
   is found is added to those that are known, and the guess is made again. Trials come first; where the solver gives up there
   are more.
Groups that are best at no sample are left out at first; each comes back when the solver finds a point at which it beats
the winner.
References: counterexample-guided synthesis (Solar-Lezama 2008); irredundant covers (McCluskey 1956).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import sympy as sp

from formal.derive.boundary import ties
from formal.derive.evidence import Evidence
from formal.derive.literals import Literal, conjunction, literal
from formal.derive.polynomial import Quotient
from formal.derive.probe import BATCHES, Trial, Trials
from formal.derive.samples import SAMPLES
from formal.derive.space import Point, Space
from formal.errors import DerivationError
from formal.ladder import SHORT
from formal.model.threshold import Threshold
from formal.processes import several, side_by_side

Conjunction = tuple[Literal, ...]
Cell = tuple[int, Conjunction]  # a region, and the group that wins there
Open = tuple[int, ...]  # the places of a region's rivals on which the solver gave up, -1 for whether its group is available
Levels = tuple[tuple[Threshold, sp.Expr], ...]
MANY = 8  # regions that are worth further processes
ROUNDS = 500
CLOSE = 1e-9


@dataclass(frozen=True)
class Option:
    """One thing that the mover can do where `where` holds; `rank` orders options under ties of discrete actions.

    `levels` are the values that thresholds of later stages take where they depend on the choice. What is not attained is `flat`
    where decisions near it pay the same, and the tie rule prefers them to those farther away.
    """

    where: Conjunction
    decision: Any
    payoffs: tuple[Quotient, ...]
    path: tuple[Any, ...]
    attained: bool = True
    rank: int = 0
    at: Quotient | None = None
    barren: bool = False
    levels: Levels = ()
    flat: bool = False

    def alike(self) -> tuple[Any, ...]:
        """Equal for options that differ in their availability alone."""
        payoffs = tuple(q.key() for q in self.payoffs)
        return payoffs, str(self.decision), str(self.path), self.attained, self.rank, self.barren, self.flat


def _together(alike: Sequence[Option]) -> Option:
    """One option for all of them, with the values of thresholds that they agree on."""
    return replace(alike[0], levels=tuple(pair for pair in alike[0].levels if all(pair in other.levels for other in alike)))


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
    active: list[int] = field(init=False)
    _better: dict[tuple[int, int], list[Conjunction]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        gathered: dict[tuple[Any, ...], list[Option]] = {}
        for option in sorted(self.options, key=lambda option: len(str(option.decision))):
            gathered.setdefault(option.alike(), []).append(option)
        self.groups = [_together(alike) for alike in gathered.values()]
        self.available = [[option.where for option in alike] for alike in gathered.values()]
        values = self._values()
        self.active = self._contenders(values)
        payoffs = [self.groups[i].payoffs[self.mover] for i in self.active]
        for point in ties(self.space, payoffs, values[self.active]):
            self.space.learn(point)

    def _values(self) -> np.ndarray:
        """What each group pays the mover at each sample, -∞ where it is not available."""
        space, values = self.space, list[np.ndarray]()
        for option, wheres in zip(self.groups, self.available, strict=True):
            payoff = option.payoffs[self.mover]
            with np.errstate(all="ignore"):
                value = space.evaluate(payoff.numerator) / space.evaluate(payoff.denominator)
            inside = np.any([space.all_hold(where)[:SAMPLES] for where in wheres], axis=0)
            values.append(np.where(inside & np.isfinite(value), np.inf if option.barren else value, -np.inf))
        return np.array(values).reshape(-1, SAMPLES)

    @staticmethod
    def _contenders(values: np.ndarray) -> list[int]:
        """The groups that are best, or as good as the best, at some sample."""
        best = values.max(axis=0, initial=-np.inf)
        slack = np.where(np.isfinite(best), CLOSE * (1 + np.abs(best)), 0.0)  # what is barren counts as ∞
        near = (values > -np.inf) & (values >= best - slack)
        return [int(i) for i in np.flatnonzero(near.any(axis=1))]

    def revive(self, points: Sequence[int]) -> list[int]:
        """Count the groups that are available at one of the points among the active ones; returns those that were not."""
        gone = [i for i in range(len(self.groups)) if i not in self.active]
        new = [i for i in gone if any(self.space.all_hold(where)[points].any() for where in self.available[i])]
        self.active = sorted({*self.active, *new})
        return new

    def _ahead(self, i: int, j: int, *, strict: bool) -> Literal | bool:
        """Group i pays the mover more than j (strict), or at least as much."""
        gap = self.groups[i].payoffs[self.mover] - self.groups[j].payoffs[self.mover]
        return literal(self.space.ring, gap.oriented(), strict=strict)

    def _preferred(self, i: int, j: int, *, strict: bool = True) -> Literal | bool:
        """Under a tie, i goes before j; or, if not strict, j does not go before i."""
        first, second = self.groups[i], self.groups[j]
        if first.at is None or second.at is None:
            return first.rank < second.rank
        gap = first.at - second.at if self.highest else second.at - first.at
        return literal(self.space.ring, gap.oriented(), strict=strict)

    def better(self, j: int, i: int) -> list[Conjunction]:
        """Alternatives, each of which makes j better than i where both are available."""
        if (j, i) not in self._better:
            first, second = self.groups[j], self.groups[i]
            if first.barren or second.barren:
                rules: list[list[Literal | bool]] = [[first.barren and not second.barren]]
            elif first.attained and not second.attained and not second.flat:
                rules = [[self._ahead(j, i, strict=False)]]
            elif not first.attained and not (first.flat and second.attained):
                rules = [[self._ahead(j, i, strict=True)]]
            else:
                tied: list[Literal | bool] = [self._ahead(j, i, strict=False), self._preferred(j, i, strict=second.attained)]
                rules = [[self._ahead(j, i, strict=True)], tied]
            self._better[j, i] = [made for made in map(conjunction, rules) if made is not None]
        return self._better[j, i]

    def rivals(self, i: int) -> Iterator[Conjunction]:
        """Where another active group is available and better than i."""
        for j in self.active:
            ways = self.better(j, i) if j != i else []
            yield from ((*where, *how) for how in ways for where in self.available[j])

    def reasons(self, i: int) -> list[Literal]:
        """The literals that a region of i may use, simplest first."""
        found: dict[Literal, None] = {item: None for where in self.available[i] for item in where}
        for rival in self.rivals(i):
            for part in (part for item in rival for part in item.complement()):
                found[part.weakened()] = found[part] = None
        for order in self._orders(found):
            found[order.weakened()] = found[order] = None
        return sorted(found, key=lambda item: item.cost)

    def _orders(self, literals: Iterable[Literal]) -> list[Literal]:
        """The order of the thresholds that the literals mention: the plainest way to say much of what separates options."""
        ring, named = self.space.ring, frozenset[int]().union(*(item.places for item in literals))
        used = [i for i in sorted(named) if isinstance(ring.symbols[i], Threshold)]
        made = (literal(ring, ring.gens[i] - ring.gens[j], strict=True) for i in used for j in used if i != j)
        return [item for item in made if isinstance(item, Literal)]


def partition(contest: Contest, stage: str) -> list[Region]:
    """Regions that cover the space, each with its winner, as far as the solver can tell.

    Raises DerivationError, naming the stage, when no option is available somewhere or literals cannot separate the options.
    """
    while True:
        regions = _regions(contest, stage)
        idle = (i for i in range(len(contest.groups)) if i not in contest.active)
        forgotten = [i for i in idle if any(_overtakes(contest, i, region) for region in regions)]
        if not forgotten:
            return regions
        contest.active = sorted({*contest.active, *forgotten})


def _overtakes(contest: Contest, i: int, region: Region) -> bool:
    """Whether the solver finds a point of the region at which group i is available and better than the region's."""
    ways = contest.better(i, contest.groups.index(region.option))
    rivals = ((*where, *how) for how in ways for where in contest.available[i])
    return isinstance(contest.space.meet(region.where, rivals), Point)


def _regions(contest: Contest, stage: str) -> list[Region]:
    evidence, asked, space = Evidence(contest), dict[Cell, Open](), contest.space
    trials = Trials(space)
    for _ in range(ROUNDS):
        evidence.weigh()
        lost = evidence.stranded()
        if lost:
            if not contest.revive(lost):
                where = space.shown(space.found[lost[0] - SAMPLES])
                raise DerivationError(f"{stage}: no option is available at {where}")
            evidence, asked = Evidence(contest), {}
            continue
        cells = evidence.cover()
        found = _mistakes(contest, trials, cells, asked)
        if not found:
            return [Region(_defined(space, where), contest.groups[i]) for i, where in cells]
        for point in found:
            space.learn(point)
    raise DerivationError(f"{stage}: the regions did not settle after {ROUNDS} corrections")


def _defined(space: Space, where: Conjunction) -> Conjunction:
    """The conjunction with the conditions under which its thresholds exist, as far as the other literals leave them open."""
    needed = dict.fromkeys(item for one in where for item in one.exists)
    full = dict.fromkeys((*where, *needed))
    for item in needed:
        rest = [other for other in full if other != item]
        if not space.possible([*(other for other in rest if set(rest).issuperset(other.exists)), item.negated()]):
            del full[item]
    return tuple(sorted(full, key=lambda item: item.cost))


def _mistakes(contest: Contest, trials: Trials, cells: Sequence[Cell], asked: dict[Cell, Open]) -> list[Point]:
    """Points at which cells are wrong, or that none contains: found by trial, else by the solver, asked of each cell once.

    Where it gives up, which `asked` says of a cell, there are further trials.
    """
    regions: list[Trial] = [(where, contest.available[i], [*contest.rivals(i)]) for i, where in cells]
    if found := trials.mistakes(0, regions):
        return found
    fresh = [k for k, cell in enumerate(cells) if cell not in asked]
    *said, gap = _answers(contest.space, [regions[k] for k in fresh], [where for _, where in cells])
    asked |= {cells[k]: () if isinstance(answer, Point) else answer for k, answer in zip(fresh, said, strict=True)}
    found = [answer for answer in (*said, gap) if isinstance(answer, Point)]
    if found or not (gap or any(asked[cell] for cell in cells)):
        return found
    doubtful = [_doubtful(region, asked[cell]) for cell, region in zip(cells, regions, strict=True)]
    return next(filter(None, (trials.mistakes(number, doubtful) for number in range(1, BATCHES))), [])


def _doubtful(region: Trial, left: Open) -> Trial:
    """What is to be tried of a region of which the solver left so much open."""
    where, available, rivals = region
    return where, available if -1 in left else [()], [rivals[k] for k in left if k >= 0]


def _answers(space: Space, fresh: Sequence[Trial], cells: Sequence[Conjunction]) -> list[Point | Open]:
    """What the solver says of the fresh regions, and at last of a gap between all cells; many are shared by processes."""

    def asked(region: Trial | None) -> Point | Open:
        if region is not None:
            return _mistake(space, *region)
        gap = space.find(*map(space.none_of, cells), rungs=SHORT)
        return gap if isinstance(gap, Point) else (-1,) * (gap is False)

    def briefly(region: Trial | None) -> Open | None:
        answer = asked(region)
        return None if isinstance(answer, Point) else answer  # a point cannot be handed over, and is sought again

    questions = [*fresh, None]
    if len(fresh) < MANY or several(len(questions)) == 1:
        return [asked(region) for region in questions]
    with closing(side_by_side(briefly, questions, lambda region: len(region[0] if region else cells))) as made:
        said = list(made)
    return [asked(region) if answer is None else answer for region, answer in zip(questions, said, strict=True)]


def _mistake(space: Space, where: Conjunction, available: Sequence[Conjunction], rivals: Sequence[Conjunction]) -> Point | Open:
    """A point of the region at which its group is not available or beaten, or what the solver gives up on."""
    if len(available) == 1:
        outside = [(part,) for item in available[0] if item not in where for part in item.complement()]
        stray = space.meet(where, outside)
    else:
        found = space.find(space.all(where), *(space.none_of(one) for one in available))
        stray = found if isinstance(found, Point) else (-1,) * (found is False)
    if isinstance(stray, Point):
        return stray
    beaten = space.meet(where, rivals)
    return beaten if isinstance(beaten, Point) else (*beaten, *(-1 for _ in stray[:1]))
