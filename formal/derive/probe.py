"""Points at which guessed regions are wrong, sought by trial before a solver is asked.

Each trial mixes two sample points: it is one of them, with some of its symbols moved to the other's values. As samples lie at
the edges of the parameters' domains and at simple numbers too, so do trials, in combinations that no sample has. Like samples,
trials steer the search and prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

import numpy as np

from formal.derive.literals import Literal
from formal.derive.samples import SAMPLES
from formal.derive.space import Point, Space

TRIALS = 30_000
BATCHES = 4
SHARES = (0.15, 0.5)
SHOWN = 6

Conjunction = tuple[Literal, ...]


Batch = dict[int, np.ndarray]  # a column for each symbol
_drawn: WeakKeyDictionary[Space, list[Batch]] = WeakKeyDictionary()


class Trials:
    """Trials in one space, in batches that its stages share; the truth of a literal at a batch is found once a stage."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._batches = _drawn.setdefault(space, [])
        if self._batches and self._batches[0].keys() != space.columns.keys():
            self._batches.clear()  # a threshold was named since
        self._known: list[dict[Literal, np.ndarray]] = [{} for _ in range(BATCHES)]
        self._unclear = [np.zeros(TRIALS, dtype=bool) for _ in range(BATCHES)]  # rounding may have decided a literal there

    def mistakes(self, regions: Sequence[tuple[Conjunction, Sequence[Conjunction], Sequence[Conjunction]]]) -> list[Point]:
        """Points that lie in no region, or in one whose option is not available or beaten there.

        A region comes with the conjunctions that make its option available, and those that make another one better.
        """
        if not self.space.columns:
            return []
        for number in range(BATCHES):
            batch = self._batch(number)
            missed, wrong = np.ones(TRIALS, dtype=bool), list[np.ndarray]()
            for where, available, rivals in regions:
                inside = self._all(number, where)
                missed &= ~inside
                wrong.append(inside & ~self._wins(number, inside, available, rivals))
            clear = ~self._unclear[number]
            places = dict.fromkeys(int(k) for mask in (missed, *wrong) for k in np.flatnonzero(mask & clear)[:SHOWN])
            found = self.space.inside({i: column[list(places)] for i, column in batch.items()}) if places else []
            if found:
                return found
        return []

    def _wins(
        self, number: int, inside: np.ndarray, available: Sequence[Conjunction], rivals: Sequence[Conjunction]
    ) -> np.ndarray:
        held = np.any([self._all(number, where) for where in available], axis=0) & inside
        for rival in rivals:
            if not held.any():
                break
            held &= ~self._all(number, rival)
        return np.asarray(held)

    def _all(self, number: int, literals: Conjunction) -> np.ndarray:
        held = np.ones(TRIALS, dtype=bool)
        for item in self._with_existence(literals):
            held &= self._truth(number, item)
        return held

    def _with_existence(self, literals: Conjunction) -> Iterator[Literal]:
        for item in literals:
            yield item
            yield from item.exists

    def _truth(self, number: int, item: Literal) -> np.ndarray:
        known = self._known[number]
        if item not in known:
            known[item], unclear = self.space.about(item, self._batches[number])
            self._unclear[number] |= unclear
        return known[item]

    def _batch(self, number: int) -> Batch:
        """The columns of a batch; trials outside the space are replaced by ones inside it."""
        if number == len(self._batches):
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
            self._batches.append({i: column[chosen] for i, column in columns.items()})
        return self._batches[number]
