"""Linear facts: a point that satisfies all of them, or multipliers that show there is none.

Facts are polynomials that are ≥ 0 or > 0; each monomial is taken as a variable of its own. By Motzkin's theorem
either there is a point, or λ ≥ 0 with Σ λ_i f_i equal to a constant c, where c < 0, or c = 0 and some strict fact has λ_i > 0.

Method: min Σ λ_i b_i + μ where Σ λ_i a_i = 0 and Σ_strict λ_i + μ = 1, by the simplex method with integer pivots (Edmonds);
its dual is to find x with a_i x + b_i ≥ ε for strict facts and ≥ 0 for the others, ε ≤ 1 as large as possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from formal.trees.polynomial import Monomial, Poly, primitive

Fact = tuple[Poly, bool]  # whether it is strict
Multipliers = dict[int, int]


def decide(facts: Sequence[Fact]) -> Multipliers | dict[Monomial, Fraction]:
    """Multipliers by the number of the fact (integers as keys), or values of the monomials (tuples as keys)."""
    rows = {m: i for i, m in enumerate(dict.fromkeys(m for poly, _ in facts for m, _ in poly if m))}
    return _Simplex(facts, rows).run()


def refuted(answer: Multipliers | dict[Monomial, Fraction]) -> bool:
    """Whether `decide` found multipliers; without any fact or variable there is a point."""
    return bool(answer) and isinstance(next(iter(answer)), int)


class _Simplex:
    """Columns 0 … n-1 are facts, n is μ; basis entries below 0 are artificial and stay at value 0."""

    def __init__(self, facts: Sequence[Fact], rows: dict[Monomial, int]) -> None:
        self.rows, self.count = rows, len(facts)
        self.columns: list[list[tuple[int, int]]] = []
        self.costs: list[int] = []
        last = self.last = len(rows)
        for poly, strict in facts:
            whole = primitive(poly)
            column = [(rows[m], int(c)) for m, c in whole if m]
            self.columns.append([*column, (last, 1)] if strict else column)
            self.costs.append(int(whole[0][1]) if whole and not whole[0][0] else 0)
        self.columns.append([(last, 1)])
        self.costs.append(1)
        size = last + 1
        self.inverse = [[int(i == j) for j in range(size)] for i in range(size)]
        self.scale = 1
        self.basis = [-1 - i for i in range(last)] + [self.count]
        self.start()

    def start(self) -> None:
        """Facts about one variable, x ≥ b or x ≤ b, enter the basis at once, at value 0."""
        for number, column in enumerate(self.columns[:-1]):
            if column and column[0][0] < self.last and all(row == self.last for row, _ in column[1:]):
                row, size = column[0]
                if self.basis[row] < 0 and abs(size) == 1:
                    self.basis[row] = number
                    self.inverse[row][row] = size
                    if len(column) == 2:
                        self.inverse[self.last][row] = -size

    def run(self) -> Multipliers | dict[Monomial, Fraction]:
        steps = 0
        while True:
            steps += 1
            prices = self.prices()
            entering = self.entering(prices, bland=steps > 50)
            if entering is None:
                return self.answer(prices)
            column = self.column(entering)
            leaving = self.leaving(column)
            if leaving is None:
                ray = {self.basis[i]: -u for i, u in enumerate(column) if u and 0 <= self.basis[i] < self.count}
                return ray | {entering: self.scale}
            self.pivot(leaving, entering, column)

    def prices(self) -> list[int]:
        """The dual solution, times the scale."""
        total = [0] * (self.last + 1)
        for place, number in enumerate(self.basis):
            cost = self.costs[number] if number >= 0 else 0
            if cost:
                total = [t + cost * x for t, x in zip(total, self.inverse[place], strict=True)]
        return total

    def entering(self, prices: list[int], bland: bool) -> int | None:
        best, least = None, 0
        scale = self.scale
        for number, column in enumerate(self.columns):
            reduced = self.costs[number] * scale - sum([prices[r] * c for r, c in column])
            if reduced < least:
                if bland:
                    return number
                best, least = number, reduced
        return best

    def column(self, number: int) -> list[int]:
        entries = self.columns[number]
        return [sum([row[r] * c for r, c in entries]) for row in self.inverse]

    def leaving(self, column: list[int]) -> int | None:
        best: int | None = None
        for place, size in enumerate(column):
            if self.basis[place] < 0:
                if size:
                    return place
            elif size > 0:
                if best is not None:
                    mine, other = self.inverse[place][-1] * column[best], self.inverse[best][-1] * size
                    if mine > other or (mine == other and self.basis[place] > self.basis[best]):
                        continue
                best = place
        return best

    def pivot(self, leaving: int, entering: int, column: list[int]) -> None:
        size, lead, scale = column[leaving], self.inverse[leaving], self.scale
        if size < 0:
            size = -size
            lead = self.inverse[leaving] = [-y for y in lead]
        for place, row in enumerate(self.inverse):
            weight = column[place]
            if place != leaving and (weight or size != scale):
                self.inverse[place] = [(x * size - weight * y) // scale for x, y in zip(row, lead, strict=True)]
        self.scale = size
        self.basis[leaving] = entering

    def answer(self, prices: list[int]) -> Multipliers | dict[Monomial, Fraction]:
        if prices[-1] > 0:
            return {m: Fraction(-prices[r], self.scale) for m, r in self.rows.items()}
        found = {n: self.inverse[i][-1] for i, n in enumerate(self.basis) if 0 <= n < self.count and self.inverse[i][-1]}
        divisor = gcd(*found.values()) if found else 1
        return {n: x // divisor for n, x in found.items()}
