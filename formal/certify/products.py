"""Contradictions by linear combination of products of facts (Krivine 1964, Handelman 1988).

A linear program (HiGHS, in floating point) finds which products of facts, of signed monomials and of squares to combine; their
weights are computed exactly. Where the facts are homogeneous, only products of few degrees are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, combinations_with_replacement
from math import comb
from typing import Any

from formal.certify.combination import combination
from formal.certify.grading import Degree, Grading, plus
from formal.certify.leaf import Leaf
from formal.certify.reading import Poly
from formal.certify.tree import Absurd, Derived, Fact, Tree, chained, same

HIGHER, TRIPLED = 3, 6
COLUMNS, MULTIPLIERS, SHORTEST = 4_000, 1_500, 40
UNEVEN = ((1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2))
Term = tuple[Poly, bool, tuple[Fact, ...], Poly | None]


def combined(leaf: Leaf, size: int) -> Tree | None:
    """A combination of products that says 0 > 0, if one is found among the products of this size."""
    products = Products(leaf, size)
    terms = products.terms()
    leaf.columns += len(terms)
    if not terms:
        return None
    free = [(m, e) for e in products.equations for m in products.multipliers(e)]
    columns = [poly for poly, *_ in terms]
    weights = combination([*columns, *(m * e.poly for m, e in free)], len(columns), [strict for _, strict, *_ in terms])
    if weights is None:
        return None
    chosen = tuple((w, terms[k][2], terms[k][3]) for k, w in weights.items() if k < len(columns))
    mixed = dict[int, tuple[Poly, Fact]]()
    for k, weight in weights.items():
        if k >= len(columns):
            multiplier, equation = free[k - len(columns)]
            before = mixed.get(id(equation), (leaf.reading.zero, equation))[0]
            mixed[id(equation)] = (before + multiplier * weight, equation)
    end = Derived(Fact(">", leaf.reading.zero), (), chosen, tuple(mixed.values()))
    return chained([*leaf.steps, end], Absurd(end.fact))


class Products:
    """The products of one size that may be combined."""

    def __init__(self, leaf: Leaf, size: int) -> None:
        self.leaf, self.size, self.gens, self.one = leaf, size, leaf.gens, leaf.one
        self.context = leaf.reading.context
        self.facts = [f for f in leaf.facts if f.relation != "!="]
        self.equations = [f for f in self.facts if f.relation == "="]
        self.inequalities = [f for f in self.facts if f.relation in (">", ">=")]
        self.degree = max((int(f.poly.total_degree()) for f in self.facts), default=0) + (size == HIGHER)
        monoms = [tuple(map(int, p)) for f in self.facts for p in f.poly.monoms()]
        self.tops = [max((p[i] for p in monoms), default=0) for i in range(len(self.gens))]
        self.grading = Grading([f.poly for f in self.facts], len(self.gens))
        self.targets = self._targets()
        self._within: dict[tuple[int, tuple[int, ...]], list[tuple[int, ...]]] = {}

    def _targets(self) -> set[Degree]:
        """The degrees of facts that are no monomials, and of products of two of them."""
        long = {self.grading.of(f.poly) for f in self.facts if len(f.poly) > 1}
        if not self.grading.weights or not long:
            return {self.grading.degree((0,) * len(self.gens)), *long} if self.grading.weights else {()}
        return long | {plus(u, v) for u, v in combinations_with_replacement(sorted(long), 2)}

    def terms(self) -> list[Term]:
        """Products that are not negative where the facts hold: whether they are positive, their factors, their square."""
        if not self.facts:
            return []
        tops, degree = list(self.tops), self.degree
        if self.size > 0:
            tops = [max(t, min(2, degree)) if t else 0 for t in tops]
        if self.size >= HIGHER:
            tops = [min(t + 1, degree) if t else 0 for t in tops]
        squares = [None, *(self._squares(degree // 2, tops) if self.size in (2, 4) else [])]
        found: dict[tuple[Any, ...], Term] = {}
        for factors in self._factors():
            poly, strict = self.one, True
            for fact in factors:
                poly, strict = poly * fact.poly, strict and fact.relation == ">"
            for square in self._beside(factors, squares):
                whole = poly if square is None else poly * square**2
                left = degree - int(whole.total_degree())
                room = [t - int(d) for t, d in zip(tops, whole.degrees(), strict=True)]
                if left < 0 or min(room) < 0:
                    continue
                for term in self._signed(whole, strict, factors, square, left, room):
                    key = same(term[0])
                    if key not in found or (term[1] and not found[key][1]):
                        found[key] = term
                    if len(found) > COLUMNS:
                        return list(found.values())
        return list(found.values())

    def _signed(
        self, whole: Poly, strict: bool, factors: tuple[Fact, ...], square: Poly | None, left: int, room: list[int]
    ) -> Iterator[Term]:
        """The product times each monomial of known sign."""
        base = self.grading.of(whole)
        for powers in self._powers(left, tuple(r if i in self.leaf.signs else 0 for i, r in enumerate(room))):
            if plus(base, self.grading.degree(powers)) not in self.targets:
                continue
            known = self.leaf.monomial(powers)
            assert known is not None
            term = whole * self.context.from_dict({powers: known[0]})
            root = square if known[3] is None else known[3] if square is None else square * known[3]
            yield term, strict and known[1] and root is None, (*factors, *known[2]), root

    def _factors(self) -> Iterator[tuple[Fact, ...]]:
        yield ()
        yield from ((f,) for f in self.inequalities)
        if self.size > 0:
            yield from combinations_with_replacement(self.inequalities, 2)
        if self.size > HIGHER:
            yield from combinations(self.inequalities, 3)
            yield from self._long()

    def _squares(self, most: int, tops: list[int]) -> Iterator[Poly]:
        """Monomials of unknown sign, differences and sums of monomials of the same degree."""
        for fact in self.facts:
            factors = fact.poly.factor()[1] if not fact.poly.is_constant() else []
            yield from (factor for factor, power in factors if power > 1)
        halves = tuple((t + 1) // 2 for t in tops)
        monomials = [p for p in self._powers(min(most, 3), halves) if any(p)]
        named = [self.context.from_dict({p: 1}) for p in monomials]
        unsigned = [any(k and i not in self.leaf.signs for i, k in enumerate(p)) for p in monomials]
        yield from (v for v, open_ in zip(named, unsigned, strict=True) if open_)
        alike: dict[Degree, list[tuple[Poly, bool]]] = {}
        for poly, open_ in zip([self.one, *named], [False, *unsigned], strict=True):
            alike.setdefault(self.grading.of(poly), []).append((poly, open_))
        for group in alike.values():
            for (u, one), (v, other) in combinations(group[:SHORTEST], 2):
                yield u - v
                if one or other:
                    yield u + v
                if u.total_degree() <= 1 and v.total_degree() <= 1:
                    yield from (a * u - b * v for a, b in UNEVEN)

    def _beside(self, factors: tuple[Fact, ...], squares: Sequence[Poly | None]) -> Iterator[Poly | None]:
        """What a product is multiplied by the square of: long ones by none, the empty one also by those of three variables."""
        yield from squares if len(factors) < 4 else (None,)
        if not factors and len(squares) > 1:
            yield from self._lines()

    def _long(self) -> Iterator[tuple[Fact, ...]]:
        """Products of four and more linear facts, where there are not too many (Handelman 1988)."""
        linear = [f for f in self.inequalities if f.poly.total_degree() == 1]
        if comb(len(linear) + self.degree, self.degree) <= COLUMNS:
            for count in range(4, self.degree + 1):
                yield from combinations_with_replacement(linear, count)

    def _lines(self) -> Iterator[Poly]:
        """Sums and differences of three variables of the same degree."""
        used = [i for i in range(len(self.gens)) if any(f.poly.degrees()[i] > 0 for f in self.facts)]
        for u, v, w in combinations([self.gens[i] for i in used[:TRIPLED]], 3):
            if self.grading.of(u) == self.grading.of(v) == self.grading.of(w):
                yield from (u + v - w, u - v + w, v + w - u, u + v + w)

    def _powers(self, degree: int, bounds: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Exponents of at most this degree within the bounds."""
        key = degree, bounds
        if key not in self._within:
            self._within[key] = exponents(degree, bounds)
        return self._within[key]

    def multipliers(self, equation: Fact) -> list[Poly]:
        """Monomials by which an equation may be multiplied."""
        degree = self.degree - int(equation.poly.total_degree())
        base, found = self.grading.of(equation.poly), list[Poly]()
        for powers in self._powers(degree, tuple(self.tops)):
            if plus(base, self.grading.degree(powers)) in self.targets:
                found.append(self.context.from_dict({powers: 1}))
                if len(found) >= MULTIPLIERS:
                    break
        return found


def exponents(degree: int, bounds: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Exponents of at most this degree within the bounds; none for a negative degree."""
    found: list[tuple[int, ...]] = [()] if degree >= 0 else []
    for bound in bounds:
        found = [(*p, k) for p in found for k in range(min(bound, degree - sum(p)) + 1)] if bound else [(*p, 0) for p in found]
    return found
