"""Contradictions among comparisons of polynomials, by linear combination of their products (Krivine 1964, Handelman 1988).

What is known of signs is written down as facts first: x > 0 from a x + b > 0 with a > 0 ≥ b, sums of terms that are positive,
factors that come off, equations solved for a variable and put into the others. A linear program (HiGHS, in floating point)
then finds which products of facts to combine; their weights are computed exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product
from math import comb
from typing import Any

import flint

from formal.certify.combination import ONE, combination
from formal.certify.reading import Poly, Reading
from formal.certify.tree import Absurd, Derived, Fact, Tree, chained, same

Signs = dict[int, tuple[int, bool, Fact]]
HIGHER, TRIPLED = 3, 6
COLUMNS, MULTIPLIERS, TERMS, SHORTEST, LONG = 4_000, 1_500, 3_000, 40, 60
UNEVEN = ((1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2))


@dataclass(frozen=True)
class Positive:
    """A polynomial as a sum of terms that are not negative where the facts hold."""

    terms: tuple[tuple[Any, tuple[Fact, ...], Poly | None], ...]
    strict: bool


class Leaf:
    """Facts that are to contradict one another, and what is derived from them on the way."""

    def __init__(self, reading: Reading, facts: Sequence[Fact]) -> None:
        self.reading, self.gens, self.one = reading, reading.gens, reading.one
        self.steps: list[Derived] = []
        self.signs: Signs = {}
        self.table: dict[tuple[str, tuple[Any, ...]], Fact] = {}
        self.given, self.facts = facts, list(facts)
        self.columns = 0
        self._within: dict[tuple[int, tuple[int, ...]], list[tuple[int, ...]]] = {}

    # -- facts

    def derive(self, step: Derived) -> Fact:
        """Write a step down; what is known already is not written again."""
        known = self.table.get(self._key(step.fact.relation, step.fact.poly))
        if known is not None:
            return known
        self.steps.append(step)
        self._note(step.fact)
        return step.fact

    def _key(self, relation: str, poly: Poly) -> tuple[str, tuple[Any, ...]]:
        return relation, same(poly)

    def _note(self, fact: Fact) -> None:
        self.table.setdefault(self._key(fact.relation, fact.poly), fact)

    def absurd(self) -> Tree | None:
        """A proof from a fact that compares numbers and is false."""
        for fact in self.facts:
            if fact.poly.is_constant():
                value = fact.poly.leading_coefficient() if not fact.poly.is_zero() else flint.fmpq(0)
                if not {">": value > 0, ">=": value >= 0, "=": value == 0, "!=": value != 0}[fact.relation]:
                    return chained(self.steps, Absurd(fact))
        return None

    def learn_signs(self) -> None:
        """Signs of variables from facts that are linear in one of them."""
        for fact in self.facts:
            self._note(fact)
        for fact in list(self.facts):
            self._learn(fact)

    def _learn(self, fact: Fact) -> None:
        """Signs of variables in which the fact is linear, from the signs of slope and rest."""
        if fact.relation == "!=" or fact.poly.is_constant() or len(fact.poly) > SHORTEST:
            return
        for place, degree in enumerate(fact.poly.degrees()):
            if degree == 1 and not (place in self.signs and self.signs[place][1]):
                self._learn_sign(fact, place)

    def _learn_sign(self, fact: Fact, place: int) -> None:
        """slope · x = fact - rest, where slope has a sign and -rest, or for an equation rest, is not negative."""
        rest, slope = self.parts(fact.poly, place)
        up = self.strictly(slope)
        size = up or self.strictly(-slope)
        if size is None:
            return
        for side in (1, -1) if fact.relation == "=" else (1,):
            known = self.positive(-rest * side)
            strict = known is not None and (known.strict or fact.relation == ">")
            if known is None or (not strict and (place in self.signs or (rest.is_zero() and fact.relation == "="))):
                continue
            sign = side if up is not None else -side
            new = Fact(">" if strict else ">=", self.gens[place] * sign)
            if fact.relation == "=":
                held = Derived(new, (size,), known.terms, ((self._c(side), fact),))
            else:
                held = Derived(new, (size,), ((ONE, (fact,), None), *known.terms))
            self.signs[place] = (sign, strict, fact if self._same(fact, new) else self.derive(held))
            return

    def _same(self, first: Fact, second: Fact) -> bool:
        return first.relation == second.relation and bool(first.poly == second.poly)

    def _c(self, value: Any) -> Poly:
        return self.reading.number(flint.fmpq(value))

    # -- signs

    def monomial(self, powers: Sequence[int]) -> tuple[int, bool, tuple[Fact, ...], Poly | None] | None:
        """Sign of a monomial, whether it is not zero, and factors and square whose product is its absolute value."""
        side, strict, factors, square = 1, True, list[Fact](), dict[int, int]()
        for place, power in enumerate(map(int, powers)):
            if not power:
                continue
            known = self.signs.get(place)
            if known is not None and (known[1] or power % 2):
                side *= known[0] ** power
                factors += [known[2]] * (power if known[1] else power % 2)
                strict = strict and known[1]
                if not known[1] and power > 1:
                    square[place] = power // 2
            elif power % 2 == 0:
                square[place], strict = power // 2, False
            else:
                return None
        root = None
        if square:
            root = self.one
            for place, half in square.items():
                root = root * self.gens[place] ** half
        return side, strict, tuple(factors), root

    def positive(self, poly: Poly) -> Positive | None:
        """Why the polynomial is not negative, if the signs of its terms or a fact say so."""
        for relation in (">", ">="):
            fact = self.table.get(self._key(relation, poly))
            if fact is not None:
                return Positive(((ONE, (fact,), None),), relation == ">")
        terms, strict = [], False
        for powers, coefficient in poly.to_dict().items():
            known = self.monomial(powers)
            if known is None or known[0] * coefficient < 0:
                return self._scaled(poly)
            terms.append((abs(coefficient), known[2], known[3]))
            strict = strict or known[1]
        return Positive(tuple(terms), strict)

    def _scaled(self, poly: Poly) -> Positive | None:
        """As a multiple of a fact."""
        lead = poly.leading_coefficient()
        for fact in self.facts:
            if fact.relation in (">", ">=") and len(fact.poly) == len(poly) and not poly.is_constant():
                ratio = lead / fact.poly.leading_coefficient()
                if ratio > 0 and fact.poly * ratio == poly:
                    return Positive(((ratio, (fact,), None),), fact.relation == ">")
        return None

    def strictly(self, poly: Poly) -> Fact | None:
        """The fact that the polynomial is positive, derived if need be."""
        found = self.positive(poly)
        return self.derive(Derived(Fact(">", poly), (), found.terms)) if found is not None and found.strict else None

    # -- simplification

    def strip(self, fact: Fact) -> Fact:
        """The fact without factors that are known not to be zero."""
        if fact.relation == "!=" or fact.poly.is_zero() or fact.poly.total_degree() <= 1:
            return fact
        constant, factors = fact.poly.factor()
        if sum(power for _, power in factors) == 1:
            return fact
        rest, off = self._c(1 if constant > 0 else -1), list[Fact]()
        for factor, power in factors:
            up = self.strictly(factor)
            down = self.strictly(-factor) if up is None else None
            if up is None and down is None:
                rest = rest * factor ** int(power)
            else:
                off += [up or down] * int(power)  # type: ignore[list-item]
                rest = rest * (-1) ** (int(power) if up is None else 0)
        if not off:
            return fact
        weight = ONE / abs(constant)
        if fact.relation == "=":
            return self.derive(Derived(Fact("=", rest), tuple(off), (), ((self._c(weight), fact),)))
        return self.derive(Derived(Fact(fact.relation, rest), tuple(off), ((weight, (fact,), None),)))

    def simplify(self, *, constant: bool) -> None:
        """Strip all facts, and solve equations for variables as long as one can be put into the others."""
        self.learn_signs()
        self.facts = self._distinct([self.strip(f) for f in self.facts])
        while (found := self._solvable(constant)) is not None:
            equation, place, slope = found
            others = [f for f in self.facts if f is not equation]
            put = [self._put(f, equation, place, slope) for f in others]
            if sum(len(f.poly) for f in put) > TERMS:
                return
            self.facts = self._distinct(put)
            for fact in self.facts:
                self._note(fact)
                self._learn(fact)
            self.facts = self._distinct([self.strip(f) for f in self.facts])

    def _distinct(self, facts: Sequence[Fact]) -> list[Fact]:
        """Without what is said twice, or says nothing."""
        telling = [f for f in facts if not (f.poly.is_zero() and f.relation in ("=", ">=")) and not self._positive(f)]
        found = {self._key(f.relation, f.poly): f for f in telling}
        return [f for f in found.values() if not (f.relation == ">=" and self._key(">", f.poly) in found)]

    def _positive(self, fact: Fact) -> bool:
        return bool(fact.relation in (">", ">=") and fact.poly.is_constant() and fact.poly.coeffs()[:1] > [0])

    def _solvable(self, constant: bool) -> tuple[Fact, int, Fact | None] | None:
        """An equation that is linear in a variable whose coefficient has a known sign."""
        for fact in (f for f in self.facts if f.relation == "="):
            for place in range(len(self.gens)):
                parts = self.parts(fact.poly, place)
                if len(parts) == 2 and parts[1].is_constant() and constant:
                    return fact, place, None
                if len(parts) == 2 and not parts[1].is_constant():
                    slope = self.strictly(parts[1]) or self.strictly(-parts[1])
                    if slope is not None:
                        return fact, place, slope
        return None

    def eliminate(self) -> bool:
        """Variables that are only bounded, by what their bounds say of one another (Fourier and Motzkin); whether there are."""
        before = len(self.steps)
        for place in range(len(self.gens)):
            about = [f for f in self.facts if f.poly.degrees()[place] > 0]
            sides = [self._bound(f, place) for f in about]
            lower = [(f, size) for f, side, size in filter(None, sides) if side > 0]
            upper = [(f, size) for f, side, size in filter(None, sides) if side < 0]
            if not about or None in sides or len(lower) * len(upper) > len(about):
                continue
            self.facts = [f for f in self.facts if f not in about]
            for (low, slope), (high, fall) in product(lower, upper):
                up, down = self.parts(low.poly, place)[1], -self.parts(high.poly, place)[1]
                terms = [(c, (*fs, low), root) for c, fs, root in fall.terms] + [
                    (c, (*fs, high), root) for c, fs, root in slope.terms
                ]
                strict = (low.relation == ">" and fall.strict) or (high.relation == ">" and slope.strict)
                value = down * low.poly + up * high.poly
                self._keep(Derived(Fact(">" if strict else ">=", value), (), tuple(terms)))
        return len(self.steps) > before

    def _bound(self, fact: Fact, place: int) -> tuple[Fact, int, Positive] | None:
        """Whether the fact bounds the variable from below or from above, and why its slope has that sign."""
        if fact.relation not in (">", ">=") or fact.poly.degrees()[place] > 1:
            return None
        slope = self.parts(fact.poly, place)[1]
        for side in (1, -1):
            known = self.positive(slope * side)
            if known is not None:
                return fact, side, known
        return None

    def discriminants(self) -> None:
        """A x² + B x + C > 0 with A < 0 says that B² - 4 A C > 0; an equation, that it is not negative."""
        for fact in [f for f in self.facts if f.relation != "!="]:
            for place in range(len(self.gens)):
                parts = self.parts(fact.poly, place)
                if len(parts) != 3 or max(map(len, parts)) > LONG:
                    continue
                a, b, c = parts[2], parts[1], parts[0]
                value, root = b**2 - 4 * a * c, 2 * a * self.gens[place] + b
                down = self.strictly(-a) if fact.relation != "=" else None
                if down is not None:
                    terms = ((ONE, (), root), (flint.fmpq(4), (down, fact), None))
                    self._keep(Derived(Fact(fact.relation, value), (), terms))
                elif fact.relation == "=":
                    self._keep(Derived(Fact(">=", value), (), ((ONE, (), root),), ((-4 * a, fact),)))

    def _keep(self, step: Derived) -> None:
        fact = self.strip(self.derive(step))
        self._note(fact)
        self.facts = self._distinct([*self.facts, fact])
        self._learn(fact)

    def parts(self, poly: Poly, place: int) -> list[Poly]:
        """Coefficients in one variable, constant first."""
        found: dict[int, dict[tuple[int, ...], Any]] = {}
        for powers, coefficient in poly.to_dict().items():
            found.setdefault(int(powers[place]), {})[(*powers[:place], 0, *powers[place + 1 :])] = coefficient
        return [self.reading.context.from_dict(found.get(k, {})) for k in range(max(found, default=0) + 1)]

    def _put(self, fact: Fact, equation: Fact, place: int, slope: Fact | None) -> Fact:
        """The fact with the variable replaced by what the equation says, times a power of the slope."""
        parts = self.parts(fact.poly, place)
        degree = len(parts) - 1
        if degree == 0 or fact.relation == "!=":
            return fact
        rest, factor = self.parts(equation.poly, place)[:2]
        if slope is None:
            factor, rest = self.one, rest / factor.leading_coefficient()
        elif slope.poly != factor:
            factor, rest = -factor, -rest
        value = self.reading.zero
        for k, part in enumerate(parts):
            value = value + part * (-rest) ** k * factor ** (degree - k)
        whole = factor**degree * fact.poly
        quotient = (whole - value) / equation.poly
        scale = () if slope is None else (slope,) * degree
        if fact.relation == "=":
            return self.derive(Derived(Fact("=", value), (), (), ((factor**degree, fact), (-quotient, equation))))
        return self.derive(Derived(Fact(fact.relation, value), (), ((ONE, (*scale, fact), None),), ((-quotient, equation),)))

    # -- linear programs

    def combined(self, size: int) -> Tree | None:
        """A combination of products that says 0 > 0, if one is found among the products of this size."""
        terms = self._terms(size)
        self.columns += len(terms)
        if not terms:
            return None
        equations = [f for f in self.facts if f.relation == "="]
        free = [(m, e) for e in equations for m in self._multipliers(e, size == HIGHER)]
        columns = [poly for poly, *_ in terms]
        weights = combination([*columns, *(m * e.poly for m, e in free)], len(columns), [strict for _, strict, *_ in terms])
        if weights is None:
            return None
        chosen = tuple((w, terms[k][2], terms[k][3]) for k, w in weights.items() if k < len(columns))
        mixed = dict[int, tuple[Poly, Fact]]()
        for k, weight in weights.items():
            if k >= len(columns):
                multiplier, equation = free[k - len(columns)]
                before = mixed.get(id(equation), (self.reading.zero, equation))[0]
                mixed[id(equation)] = (before + multiplier * weight, equation)
        end = Derived(Fact(">", self.reading.zero), (), chosen, tuple(mixed.values()))
        return chained([*self.steps, end], Absurd(end.fact))

    def _terms(self, size: int) -> list[tuple[Poly, bool, tuple[Fact, ...], Poly | None]]:
        """Products that are not negative where the facts hold: whether they are positive, their factors, their square."""
        inequalities = [f for f in self.facts if f.relation in (">", ">=")]
        if not self.facts:
            return []
        degree = max(int(f.poly.total_degree()) for f in self.facts) + (size == HIGHER)
        tops = [max(int(p[i]) for f in self.facts for p in f.poly.monoms()) for i in range(len(self.gens))]
        if size > 0:
            tops = [max(t, min(2, degree)) if t else 0 for t in tops]
        products: list[tuple[Fact, ...]] = [(), *((f,) for f in inequalities)]
        if size > 0:
            products += combinations_with_replacement(inequalities, 2)
        if size > HIGHER:
            products += combinations(inequalities, 3)
            products += self._long(inequalities, degree)
        squares = [None, *(self._squares(degree // 2, tops) if size in (2, 4) else [])]
        found: dict[tuple[Any, ...], tuple[Poly, bool, tuple[Fact, ...], Poly | None]] = {}
        for factors in products:
            poly, strict = self.one, True
            for fact in factors:
                poly, strict = poly * fact.poly, strict and fact.relation == ">"
            for square in self._beside(factors, squares):
                whole = poly if square is None else poly * square**2
                left = degree - int(whole.total_degree())
                room = [t - int(d) for t, d in zip(tops, whole.degrees(), strict=True)]
                if left < 0 or min(room) < 0:
                    continue
                for powers in self._powers(left, tuple(r if i in self.signs else 0 for i, r in enumerate(room))):
                    known = self.monomial(powers)
                    assert known is not None
                    term = whole * self.reading.context.from_dict({powers: known[0]})
                    root = square if known[3] is None else known[3] if square is None else square * known[3]
                    entry = (term, strict and known[1] and root is None, (*factors, *known[2]), root)
                    key = same(term)
                    if key not in found or (entry[1] and not found[key][1]):
                        found[key] = entry
                    if len(found) > COLUMNS:
                        return list(found.values())
        return list(found.values())

    def _squares(self, most: int, tops: list[int]) -> Iterator[Poly]:
        """Monomials of unknown sign, differences and sums of monomials."""
        for fact in self.facts:
            factors = fact.poly.factor()[1] if not fact.poly.is_constant() else []
            yield from (factor for factor, power in factors if power > 1)
        halves = tuple((t + 1) // 2 for t in tops)
        monomials = [p for p in self._powers(min(most, 3), halves) if any(p)]
        named = [self.reading.context.from_dict({p: 1}) for p in monomials]
        unsigned = [any(k and i not in self.signs for i, k in enumerate(p)) for p in monomials]
        yield from (v for v, open_ in zip(named, unsigned, strict=True) if open_)
        everything = list(zip([self.one, *named], [False, *unsigned], strict=True))
        for (u, one), (v, other) in combinations(everything[:SHORTEST], 2):
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

    def _long(self, facts: Sequence[Fact], degree: int) -> Iterator[tuple[Fact, ...]]:
        """Products of four and more linear facts, where there are not too many (Handelman 1988)."""
        linear = [f for f in facts if f.poly.total_degree() == 1]
        if comb(len(linear) + degree, degree) <= COLUMNS:
            for count in range(4, degree + 1):
                yield from combinations_with_replacement(linear, count)

    def _lines(self) -> Iterator[Poly]:
        """Sums and differences of three variables."""
        used = [i for i in range(len(self.gens)) if any(f.poly.degrees()[i] > 0 for f in self.facts)]
        for u, v, w in combinations([self.gens[i] for i in used[:TRIPLED]], 3):
            yield from (u + v - w, u - v + w, v + w - u, u + v + w)

    def _powers(self, degree: int, bounds: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Exponents of at most this degree within the bounds."""
        key = degree, bounds
        if key not in self._within:
            found: list[tuple[int, ...]] = [()]
            for bound in bounds:
                found = (
                    [(*p, k) for p in found for k in range(min(bound, degree - sum(p)) + 1)]
                    if bound
                    else [(*p, 0) for p in found]
                )
            self._within[key] = found
        return self._within[key]

    def _multipliers(self, equation: Fact, higher: bool) -> list[Poly]:
        degree = max(int(f.poly.total_degree()) for f in self.facts) - int(equation.poly.total_degree()) + higher
        tops = [max(int(p[i]) for f in self.facts for p in f.poly.monoms()) for i in range(len(self.gens))]
        found = []
        for powers in self._powers(degree, tuple(tops)):
            found.append(self.reading.context.from_dict({powers: 1}))
            if len(found) >= MULTIPLIERS:
                break
        return found
