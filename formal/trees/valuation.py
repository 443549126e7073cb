"""All utilities of a game at one exact point, each as one integer.

A utility is a pair (real, infinitesimal) that is compared lexicographically. With both parts whole numbers and the second
at most s in absolute value, the integer real · (2ns + 1) + infinitesimal is in the same order, for sums over n players as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Any

from formal.trees.polynomial import Monomial, Point, Poly, Symbols


class Utilities:
    """The utilities of a game, prepared for many points."""

    def __init__(self, symbols: Symbols, utilities: Sequence[Poly], vectors: Sequence[tuple[int, ...]]) -> None:
        self.symbols, self.vectors = symbols, vectors
        self.monomials: tuple[Monomial, ...] = tuple({m for poly in utilities for m, _ in poly})
        self.linear = all(len(m) <= 1 for m in self.monomials)
        self.used: dict[int, set[int]] = {}  # by player, the utilities
        scale = lcm(*{c.denominator for poly in utilities for _, c in poly})
        self.whole: Sequence[Any] = utilities  # with whole coefficients: all multiplied by one positive integer
        if scale != 1:
            self.whole = [tuple((m, int(c * scale)) for m, c in poly) for poly in utilities]
        small = {m for m in self.monomials if symbols.infinitesimal(m)}
        self.small = {tuple((m, abs(c)) for m, c in poly if m in small) for poly in self.whole} if small else set()

    def of(self, player: int) -> set[int]:
        """The utilities that a player can get, by number."""
        if player not in self.used:
            self.used[player] = {vector[player] for vector in self.vectors}
        return self.used[player]

    def at(self, point: Point) -> Valuation:
        return Valuation(self, point)


class Valuation:
    """The point, utilities there, and what properties remember of it."""

    def __init__(self, game: Utilities, point: Point) -> None:
        self.game, self.vectors, self.point = game, game.vectors, point
        self.memory: dict[Any, Any] = {}
        self._known: dict[int, int] = {}
        self.slack = 0  # a utility's real part is at least 0 if its number is at least -slack
        sizes = {m: prod((point[i] for i in m), start=Fraction(1)) for m in game.monomials}
        common = lcm(*(n.denominator for n in sizes.values()))
        self.sizes = {m: int(n * common) for m, n in sizes.items()}
        if game.small:
            self.slack = max(sum(c * abs(self.sizes[m]) for m, c in poly) for poly in game.small)
            unit = 2 * len(self.vectors[0]) * self.slack + 1
            self.sizes = {m: n if game.symbols.infinitesimal(m) else n * unit for m, n in self.sizes.items()}

    @cached_property
    def numbers(self) -> list[int]:
        """Utilities by number."""
        sizes = self.sizes
        return [sum([c * sizes[m] for m, c in poly]) for poly in self.game.whole]

    def number(self, utility: int) -> int:
        """One utility, where few are wanted."""
        found = self._known.get(utility)
        if found is None:
            sizes = self.sizes
            found = self._known[utility] = sum([c * sizes[m] for m, c in self.game.whole[utility]])
        return found

    def gains(self, player: int) -> list[int]:
        """By leaf, what a player gets there."""
        key = ("gains", player)
        found: list[int] | None = self.memory.get(key)
        if found is None:
            mine = self.game.of(player)
            many = 4 * len(mine) > len(self.game.whole)
            numbers: Any = self.numbers if many else {u: self.number(u) for u in mine}
            found = self.memory[key] = [numbers[vector[player]] for vector in self.vectors]
        return found
