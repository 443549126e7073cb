"""All utilities of a game at one exact point."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from formal.security.polynomial import Monomial, Pair, Point, Poly, Symbols


class Valuation:
    """The point, utilities there as pairs scaled to integers, and what properties remember of it."""

    def __init__(self, symbols: Symbols, utilities: Sequence[Poly], vectors: Sequence[tuple[int, ...]], point: Point) -> None:
        self.symbols, self.utilities, self.vectors, self.point = symbols, utilities, vectors, point
        self.memory: dict[Any, Any] = {}

    @cached_property
    def pairs(self) -> list[Pair]:
        """Utilities by number; all multiplied by one positive integer."""
        sizes: dict[Monomial, tuple[bool, Fraction]] = {}
        scale = 1
        for poly in self.utilities:
            for monomial, coefficient in poly:
                if type(coefficient) is not int:
                    scale = lcm(scale, coefficient.denominator)
                if monomial not in sizes:
                    number = Fraction(1)
                    for index in monomial:
                        number *= self.point[index]
                    sizes[monomial] = self.symbols.infinitesimal(monomial), number
        scale *= lcm(*(n.denominator for _, n in sizes.values())) if sizes else 1
        real = {m: int(n * scale) if not small else 0 for m, (small, n) in sizes.items()}
        tiny = {m: int(n * scale) if small else 0 for m, (small, n) in sizes.items()}
        whole = not any(type(c) is not int for poly in self.utilities for _, c in poly)
        if whole and not any(tiny.values()):
            return [(sum([c * real[m] for m, c in poly]), 0) for poly in self.utilities]
        return [(sum([c * real[m] for m, c in poly]), sum([c * tiny[m] for m, c in poly])) for poly in self.utilities]

    @cached_property
    def rank(self) -> list[int]:
        """Utilities by number; equal ones have the same rank."""
        order = {pair: place for place, pair in enumerate(sorted(set(self.pairs)))}
        return [order[pair] for pair in self.pairs]

    def ranks(self, player: int) -> list[int]:
        """By leaf, the rank of what a player gets there."""
        key = ("ranks", player)
        if key not in self.memory:
            rank = self.rank
            self.memory[key] = [rank[vector[player]] for vector in self.vectors]
        return self.memory[key]  # type: ignore[no-any-return]
