"""Facts that are to contradict one another, and what follows from them at once.

What is known of signs is written down as facts first: x > 0 from a x + b > 0 with a > 0 ≥ b, sums of terms that are positive,
factors that come off, equations solved for a variable and put into the others. `formal.certify.products` and
`formal.certify.squares` then look for the combination that says 0 > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import flint

from formal.certify.combination import ONE
from formal.certify.reading import Poly, Reading
from formal.certify.tree import Absurd, Derived, Fact, Tree, chained, same

Signs = dict[int, tuple[int, bool, Fact]]
TERMS, SHORTEST, LONG, MANY = 3_000, 40, 60, 12


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
        self.plain = self.facts
        self.columns = 0

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
        """A proof from a fact that compares numbers and is false, or that signs deny."""
        return next((tree for fact in (*self.facts, *self.given) if (tree := self._denied(fact)) is not None), None)

    def _denied(self, fact: Fact) -> Tree | None:
        if fact.false:
            return chained(self.steps, Absurd(fact))
        for side in {"=": (1, -1), "!=": ()}.get(fact.relation, (1,)):
            known = self.positive(-fact.poly * side)
            if known is not None and (known.strict or fact.relation == ">"):
                terms, equation = ((ONE, (fact,), None),), ((self._c(side), fact),)
                here = ((), equation) if fact.relation == "=" else (terms, ())
                end = Derived(Fact(">", self.reading.zero), (), (*known.terms, *here[0]), here[1])
                return chained([*self.steps, end], Absurd(end.fact))
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
        self.plain = list(self.facts)
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

    def sums(self) -> None:
        """Two facts whose sum has factors, as a² > b and b + c d ≥ (a + d)² say that c > 2 a + d where d > 0."""
        long = [f for f in self.facts if f.relation != "!=" and 1 < len(f.poly) <= LONG and f.poly.total_degree() > 1]
        for first, second in combinations(long[:MANY], 2):
            if first.relation == "=":
                first, second = second, first
            scale = -first.poly.leading_coefficient() / second.poly.leading_coefficient()
            scale = scale if scale > 0 or second.relation == "=" else ONE
            value = first.poly + second.poly * scale
            if value.is_zero() or len(value) >= len(first.poly) + len(second.poly) - 1:
                continue
            equal = second.relation == "="
            relation = first.relation if equal or first.relation == ">" else second.relation
            beside, terms = ((self._c(scale), second),), ((ONE, (first,), None),)
            if first.relation == "=":
                step = Derived(Fact("=", value), (), (), ((self.one, first), *beside))
            elif equal:
                step = Derived(Fact(relation, value), (), terms, beside)
            else:
                step = Derived(Fact(relation, value), (), (*terms, (scale, (second,), None)))
            if len(value.factor()[1]) > 1:
                self._keep(step)

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
