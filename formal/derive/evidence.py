"""What the known points of a space say of the options in a contest: which wins where, and regions that agree with that.

Sets of points are integers with a bit for each point, so that what a literal keeps out of a set is one operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import accumulate
from operator import and_, or_
from typing import TYPE_CHECKING

import numpy as np

from formal.derive.literals import Literal
from formal.derive.samples import SAMPLES
from formal.errors import DerivationError

if TYPE_CHECKING:
    from formal.derive.regions import Contest

Conjunction = tuple[Literal, ...]
Rows = tuple[int, ...]
Points = int
SEEDS = 6
LARGE = 0.95
PLAIN = (2, 3)


class Evidence:
    """Which of a contest's groups win at each of the known points. A conjunction is a list of places of `literals`."""

    def __init__(self, contest: Contest) -> None:
        self.space = contest.space
        self.literals: list[Literal] = []
        self._rows: dict[Literal, int] = {}
        self.groups = contest.active
        self.available = [[self._indices(where) for where in contest.available[i]] for i in self.groups]
        self.rivals = [[self._indices(rival) for rival in contest.rivals(i)] for i in self.groups]
        self.reasons = [self._indices(contest.reasons(i)) for i in self.groups]

    def _indices(self, literals: Iterable[Literal]) -> list[int]:
        found = []
        for item in literals:
            if item not in self._rows:
                self._rows[item] = len(self.literals)
                self.literals.append(item)
            found.append(self._rows[item])
        return found

    def weigh(self) -> None:
        """Decide at every known point which groups win there, and the first of them."""
        size = SAMPLES + len(self.space.found)
        self.held = truth = np.array([self.space.truth(item) for item in self.literals], dtype=bool).reshape(-1, size)
        doubtful = [SAMPLES + k for k, point in enumerate(self.space.found) if point in self.space.doubtful]
        truth[:, doubtful] = truth[:, :1]  # they say nothing that the first sample does not
        self.everywhere = (1 << size) - 1
        self.truth = [int.from_bytes(row.tobytes(), "little") for row in np.packbits(truth, axis=1, bitorder="little")]
        patterns = [column.tobytes() for column in np.ascontiguousarray(np.packbits(truth, axis=0).T)]
        first = {pattern: size - 1 - k for k, pattern in enumerate(reversed(patterns))}
        self.distinct = np.array([first[pattern] for pattern in sorted(first)])  # a point for each way in which literals hold
        self.wins = [self._wins(i) for i in range(len(self.groups))]
        self.won = reduce(or_, self.wins, 0)
        before = accumulate(self.wins[:-1], or_, initial=0)
        self.first = [wins & ~others for wins, others in zip(self.wins, before, strict=False)]

    def hold(self, rows: Iterable[int]) -> Points:
        """The points at which all of these literals hold."""
        return reduce(and_, (self.truth[row] for row in rows), self.everywhere)

    def _wins(self, i: int) -> Points:
        inside = reduce(or_, (self.hold(where) for where in self.available[i]), 0)
        for rival in self.rivals[i]:
            inside &= ~self.hold(rival)
        return inside

    def stranded(self) -> list[int]:
        """The points of the solver at which none of the groups wins."""
        found = self.space.found
        return [SAMPLES + k for k, point in enumerate(found) if point.exact and not self.won >> (SAMPLES + k) & 1]

    def reluctant(self, i: int, wanted: Points) -> list[int]:
        """The literals that regions of i may use; those of high degree, and those that keep out most wanted points, last."""
        lost = {row: (wanted & ~self.truth[row]).bit_count() for row in self.reasons[i]}
        return sorted(lost, key=lambda row: (self.literals[row].cost[:2] > PLAIN, lost[row]))  # stable: simple ones stay first

    def kept_out(self, i: int) -> dict[int, Points]:
        """The points where i does not win that each literal keeps out of its regions."""
        bad = self.won & ~self.wins[i]
        return {row: bad & ~self.truth[row] for row in self.reasons[i]}

    def implicant(self, i: int, seed: int, order: Sequence[int], kept_out: Mapping[int, Points]) -> Rows | None:
        """Few literals that hold at the seed and at no known point where i does not win; the last in the order go first."""
        out, added = 0, list[tuple[int, Points]]()  # what the literals before keep out, and what each adds to that
        for row, held in zip(order, self.held[order, seed].tolist(), strict=True):
            if held:
                more = out | kept_out[row]
                if more != out:
                    added.append((row, more ^ out))
                    out = more
        if out != self.won & ~self.wins[i]:
            return None
        kept, shut = [], 0
        for row, points in reversed(added):
            if points & ~shut:
                kept.append(row)
                shut |= kept_out[row]
        return tuple(sorted(kept))

    def cover(self) -> list[tuple[int, Conjunction]]:
        """Regions that contain every known point, in each of which one group wins at every known point."""
        left, cells = self.won, list[tuple[int, Rows]]()
        for i in sorted(range(len(self.wins)), key=lambda i: -self.first[i].bit_count()):
            while uncovered := left & self.first[i]:
                best = self._best(i, self._seeds(uncovered), left)
                cells.append((i, best))
                left &= ~self.hold(best)
        return [(self.groups[i], self._conjunction(rows)) for i, rows in self._irredundant(cells)]

    def _seeds(self, points: Points) -> list[int]:
        """Those of the points that are distinct."""
        size = self.everywhere.bit_length()
        held = np.frombuffer(points.to_bytes(size // 8 + 1, "little"), dtype=np.uint8)
        seeds: list[int] = self.distinct[np.unpackbits(held, bitorder="little")[self.distinct] > 0].tolist()
        return seeds

    def _conjunction(self, rows: Rows) -> Conjunction:
        return tuple(sorted((self.literals[row] for row in rows), key=lambda item: item.cost))

    def _best(self, i: int, seeds: Sequence[int], left: Points) -> Rows:
        """Of some regions around the seeds, the simplest of those that cover nearly as many points as the largest."""
        here = self.wins[i]
        some = seeds[:: max(1, len(seeds) // SEEDS)]
        orders = [self.reasons[i], self.reluctant(i, left & here), self.reluctant(i, here)]
        kept_out = self.kept_out(i)
        tries = {self.implicant(i, seed, order, kept_out): None for seed in some for order in orders}
        found = [rows for rows in tries if rows is not None]
        if not found:
            raise DerivationError("the comparison of payoffs could not be closed")
        sizes = [(left & self.hold(rows)).bit_count() for rows in found]
        large = [rows for rows, size in zip(found, sizes, strict=True) if size >= LARGE * max(sizes)]
        costs = {rows: [self.literals[row].cost for row in rows] for rows in large}
        return min(large, key=lambda rows: (sum(cost[0] * cost[1] for cost in costs[rows]), len(rows)))

    def _irredundant(self, cells: list[tuple[int, Rows]]) -> list[tuple[int, Rows]]:
        """The cells without those, small ones first, that others cover."""
        inside = [self.hold(rows) for _, rows in cells]
        left = set(range(len(cells)))
        for k in sorted(left, key=lambda k: inside[k].bit_count()):
            others = reduce(or_, (inside[n] for n in left if n != k), 0)
            if not inside[k] & self.won & ~others:
                left.remove(k)
        return [cells[k] for k in sorted(left)]
