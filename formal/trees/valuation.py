"""All utilities of a game at one exact point."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from math import lcm, prod
from typing import Any

from formal.trees.polynomial import Monomial, Pair, Point, Poly, Symbols


class Utilities:
    """The utilities of a game, prepared for many points."""

    def __init__(self, symbols: Symbols, utilities: Sequence[Poly], vectors: Sequence[tuple[int, ...]]) -> None:
        self.symbols, self.utilities, self.vectors = symbols, utilities, vectors
        self.monomials: tuple[Monomial, ...] = tuple({m for poly in utilities for m, _ in poly})
        self.scale = lcm(*{c.denominator for poly in utilities for _, c in poly})
        self.linear = all(len(m) <= 1 for m in self.monomials)
        self.real = not any(symbols.infinitesimal(m) for m in self.monomials)

    def at(self, point: Point) -> Valuation:
        return Valuation(self, point)


class Valuation:
    """The point, utilities there as pairs scaled to integers, and what properties remember of it."""

    def __init__(self, game: Utilities, point: Point) -> None:
        self.game, self.vectors, self.point = game, game.vectors, point
        self.memory: dict[Any, Any] = {}

    @cached_property
    def pairs(self) -> list[Pair]:
        """Utilities by number; all multiplied by one positive integer."""
        sizes = {m: prod((self.point[i] for i in m), start=Fraction(1)) for m in self.game.monomials}
        common = lcm(*(n.denominator for n in sizes.values()))
        whole = {m: int(n * common) for m, n in sizes.items()}
        if self.game.real:
            return list(zip(self._sums(whole), repeat(0), strict=False))
        small = self.game.symbols.infinitesimal
        real = self._sums({m: 0 if small(m) else n for m, n in whole.items()})
        return list(zip(real, self._sums({m: n if small(m) else 0 for m, n in whole.items()}), strict=True))

    def _sums(self, sizes: dict[Monomial, int]) -> list[int]:
        """Each utility where monomials have these sizes, times the common denominator of all coefficients."""
        scale = self.game.scale
        if scale == 1:
            return [sum([c * sizes[m] for m, c in poly]) for poly in self.game.utilities]  # type: ignore[misc]
        return [int(scale * sum([c * sizes[m] for m, c in poly])) for poly in self.game.utilities]

    @cached_property
    def rank(self) -> list[int]:
        """Utilities by number; equal ones have the same rank."""
        pairs: Sequence[Any] = [real for real, _ in self.pairs] if self.game.real else self.pairs
        order = {pair: place for place, pair in enumerate(sorted(set(pairs)))}
        return [order[pair] for pair in pairs]

    def ranks(self, player: int) -> list[int]:
        """By leaf, the rank of what a player gets there."""
        key = ("ranks", player)
        if key not in self.memory:
            rank = self.rank
            self.memory[key] = [rank[vector[player]] for vector in self.vectors]
        return self.memory[key]  # type: ignore[no-any-return]
