"""Points at which guessed regions are wrong, sought by trial before a solver is asked, and where it gives up.

Each trial mixes two sample points: it is one of them, with some of its symbols moved to the other's values. As samples lie at
the edges of the parameters' domains and at simple numbers too, so do trials, in combinations that no sample has. Like samples,
trials steer the search and prove nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from formal.derive.literals import Literal
from formal.derive.samples import SAMPLES
from formal.derive.space import Point, Space

TRIALS = 20_000
BATCHES = 4
SHARES = (0.15, 0.5)
SHOWN = 6
UNKNOWN = 2

Conjunction = tuple[Literal, ...]


Batch = dict[int, np.ndarray]  # a column for each symbol
Trial = tuple[Conjunction, Sequence[Conjunction], Sequence[Conjunction]]  # a region; what makes its option available; or beaten
_drawn: WeakKeyDictionary[Space, dict[int, Batch]] = WeakKeyDictionary()


class Trials:
    """Trials in one space, in batches that its stages share; the sign of a polynomial at a trial is found once a stage."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._batches = _drawn.setdefault(space, {})
        if any(batch.keys() != space.columns.keys() for batch in self._batches.values()):
            self._batches.clear()  # a threshold was named since
        self._known: list[dict[str, np.ndarray]] = [{} for _ in range(BATCHES)]
        self._unclear = [np.zeros(TRIALS, dtype=bool) for _ in range(BATCHES)]  # rounding may have decided a literal there

    def mistakes(self, number: int, regions: Sequence[Trial]) -> list[Point]:
        """Points of this batch that lie in no region, or in one whose option is not available or beaten there."""
        if not self.space.columns:
            return []
        batch, everywhere = self._batch(number), np.arange(TRIALS)
        missed, wrong = np.ones(TRIALS, dtype=bool), list[np.ndarray]()
        for where, available, rivals in regions:
            inside = self._where(number, where, everywhere)
            missed[inside] = False
            wrong.append(self._lost(number, inside, available, rivals))
        clear = (part[~self._unclear[number][part]] for part in (np.flatnonzero(missed), *wrong))
        shown = list(dict.fromkeys(int(k) for part in clear for k in part[:SHOWN]))
        return self.space.inside({i: column[shown] for i, column in batch.items()}) if shown else []

    def _lost(
        self, number: int, inside: np.ndarray, available: Sequence[Conjunction], rivals: Sequence[Conjunction]
    ) -> np.ndarray:
        """The trials at which a region's option is not available, or beaten."""
        wins = np.zeros(TRIALS, dtype=bool)
        for where in available:
            wins[self._where(number, where, inside[~wins[inside]])] = True
        left = inside[wins[inside]]
        for rival in rivals:
            if not len(left):
                break
            wins[self._where(number, rival, left)] = False
            left = left[wins[left]]
        return np.asarray(inside[~wins[inside]])

    def _where(self, number: int, literals: Conjunction, trials: np.ndarray) -> np.ndarray:
        """Those of the trials at which all literals hold; where one does not, the others are not looked at."""
        for item in (part for literal in literals for part in (literal, *literal.exists)):
            if not len(trials):
                break
            signs = self._signs(number, item, trials)
            trials = trials[signs > 0 if item.strict else signs >= 0]
        return trials

    def _signs(self, number: int, item: Literal, trials: np.ndarray) -> np.ndarray:
        """The signs of the literal's polynomial; of one that differs in its sign alone they are known with it."""
        known = self._known[number]
        if item.opposite in known:
            return np.asarray(-self._signs(number, item.negated(), trials))
        if item.key[0] not in known:
            known[item.key[0]] = np.full(TRIALS, UNKNOWN, dtype=np.int8)
        signs = known[item.key[0]]
        new = trials[signs[trials] == UNKNOWN]
        if len(new):
            columns = {i: self._batches[number][i][new] for i in item.places}
            signs[new], explained = self.space.signs(item, columns)
            self._unclear[number][new] |= (signs[new] == 0) & ~explained
        return np.asarray(signs[trials])

    def _batch(self, number: int) -> Batch:
        """The columns of a batch; trials outside the space are replaced by ones inside it."""
        if number not in self._batches:
            space, draw = self.space, np.random.default_rng(11 + number)
            one, other = draw.integers(SAMPLES, size=TRIALS), draw.integers(SAMPLES, size=TRIALS)
            share = draw.choice(SHARES, TRIALS)
            columns = {}
            for i, column in space.columns.items():
                moved = draw.uniform(size=TRIALS) < share
                columns[i] = np.where(moved, column[other], column[one])
            space.complete(columns)
            inside = np.flatnonzero(space.contains(columns))
            chosen = np.resize(inside, TRIALS) if len(inside) else np.arange(TRIALS)
            self._batches[number] = {i: column[chosen] for i, column in columns.items()}
        return self._batches[number]
