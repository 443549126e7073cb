"""Roots of a literal in the mover's own variable: splitting quadratics, naming thresholds.

Statement
---------
For p(v) = a v² + b v + c with a ≠ 0 and discriminant b² - 4ac ≥ 0, the larger root of p is the only t with p(t) = 0 and
sign(a) p'(t) ≥ 0, the smaller the only one with p(t) = 0 and sign(a) p'(t) ≤ 0. For a > 0, p > 0 holds exactly outside
[smaller, larger], p ≥ 0 exactly outside the open interval; for a < 0 the other way round. With a negative discriminant p has
the sign of a everywhere.

Of higher degree, the root between two points is named where the polynomial is ≤ 0 at the first, ≥ 0 at the last, and does not
fall in between (`formal.model.root`).

A threshold that exists for some parameters only carries the conditions, and its facts are used under them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import sympy as sp

from formal.derive.literals import Literal, conjunction, literal, literals
from formal.derive.polynomial import Poly, Quotient, Ring, places
from formal.derive.space import Point, Space
from formal.errors import DerivationError
from formal.model.parameters import Parameter
from formal.model.root import Root
from formal.model.threshold import Threshold, thresholds

Conjunction = tuple[Literal, ...]
Request = Callable[[], Quotient]  # for a root, which is named when it is asked for


@dataclass(frozen=True)
class Known:
    """What is known of a threshold t: c + b t + a t² = 0, on which side of the vertex, wherever `exists` holds.

    With a = 0 the side is 1 and b is positive. An implicit root has more parts, or fewer, and the side 0.
    """

    parts: tuple[Poly, ...]
    side: int
    facts: Conjunction
    exists: Conjunction

    def quadratic(self) -> tuple[Poly, ...]:
        """The three parts. Raises DerivationError for an implicit root."""
        if self.side == 0:
            raise DerivationError("a later choice is the root of a polynomial of higher degree, and depends on this one")
        return self.parts

    def polynomial(self, at: Poly) -> Poly:
        *lower, total = self.parts
        for part in reversed(lower):
            total = total * at + part
        return total


@dataclass
class Thresholds:
    """The thresholds named so far in a game, by the polynomial and the side they come from."""

    names: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, int], Threshold] = field(default_factory=dict)
    facts: dict[Threshold, Known] = field(default_factory=dict)

    def name(self, base: str, ring: Ring) -> str:
        """The base with a number, different from the parameters' names; that of a threshold named here counts on from it."""
        taken = {t.name for t in self.known.values()} | {s.name for s in ring.symbols if isinstance(s, Parameter)}
        stem = self.stems.get(base, base)
        made = next(n for n in (stem, *(f"{stem}{k}" for k in range(2, 99))) if n not in taken)
        self.stems[made] = stem
        return made

    def adopt(self, space: Space, threshold: Threshold) -> None:
        """Take over a threshold that was named elsewhere, after those that it rests on."""
        ring = space.ring
        if threshold in self.facts:
            return
        for inner in thresholds(threshold.definition):
            self.adopt(space, inner)
        equation, *isolating = threshold.characterisation
        nonnegative = any(r.lhs == threshold for r in isolating)
        ring.adopt(threshold, nonnegative=nonnegative and not threshold.exists)
        parts = tuple(ring.coefficients(ring.quotient(equation.lhs).numerator, threshold))
        side = 0
        if not isinstance(threshold.definition, Root):
            parts = (*parts, *[ring.constant(0)] * (3 - len(parts)))
            side = _side(ring, threshold, parts[2])
        exists = ring.exists[ring.index[threshold]] = literals(ring, threshold.exists)
        self.known[_key(*parts, *(threshold.definition.args[:2] if side == 0 else ())), side] = threshold
        self.facts[threshold] = Known(parts, side, literals(ring, threshold.characterisation), exists)
        self.admit(space, threshold)

    def admit(self, space: Space, threshold: Threshold) -> None:
        """Make a threshold known to a space, after those that it rests on: its facts and its sample values."""
        ring = space.ring
        place = ring.index[threshold]
        if place not in space.columns:
            for inner in thresholds(threshold.definition):
                self.admit(space, inner)
            known = self.facts[threshold]
            space.follow(known.facts, known.exists)
            if place in ring.nonnegative:
                space.bound(place, strict=False)
            space.sample_threshold(threshold)
            for other in [t for t in self.facts if t != threshold and ring.index[t] in space.columns]:
                self._order(space, threshold, other)
                self._order(space, other, threshold)

    def _order(self, space: Space, t: Threshold, e: Threshold) -> None:
        """Where the larger root t of p lies beside e, by the sign of p(e); for p with the leading term of e's polynomial.

        p(e) ≤ 0 puts e below t; p(e) ≥ 0 puts it above, unless e is where p falls.
        """
        own, other, ring = self.facts[t], self.facts[e], space.ring
        if own.side <= 0 or other.side == 0 or own.parts[2] != other.parts[2]:
            return
        above = ring.gens[ring.index[e]]
        gap = ring.gens[ring.index[t]] - above
        (c, b, a), (other_c, other_b, _) = own.parts, other.parts
        value, slope = (b - other_b) * above + c - other_c, 2 * a * above + b
        for strict in (False, True):
            for signs, order in (([-value], gap), ([value, slope], -gap)):
                known = (literal(ring, q, strict=strict and q is not slope) for q in signs)
                under = conjunction([*own.exists, *other.exists, *known])
                fact = literal(ring, order, strict=strict)
                if under is not None and isinstance(fact, Literal):
                    space.follow([fact], under)

    def admit_all(self, space: Space) -> None:
        """Admit every threshold that rests on what this space knows."""
        for threshold in self.facts:
            if all(space.ring.index[s] in space.columns for s in threshold.definition.free_symbols):
                self.admit(space, threshold)

    def reduced(self, quotient: Quotient) -> Quotient:
        """The quotient with its numerator reduced by the thresholds' own polynomials, where that is simpler."""
        ring = quotient.ring
        for t, known in self.facts.items():
            leading, higher = known.parts[-1], len(ring.coefficients(quotient.numerator, t)) + 1 - len(known.parts)
            if higher > 0 and not leading.is_zero():
                scale = leading**higher
                _, rest = divmod(quotient.numerator * scale, known.polynomial(ring.gens[ring.index[t]]))
                whole = Quotient(ring, quotient.denominator * scale, ring.constant(1))
                quotient = min(quotient, Quotient(ring, rest, ring.constant(1)) / whole, key=Quotient.size)
        return quotient

    def vanishes(self, ring: Ring, poly: Poly) -> bool:
        """Whether the polynomial is zero because a threshold's own polynomial divides it."""
        used = places(poly)
        own = (self.facts[t].polynomial(ring.gens[ring.index[t]]) for t in self.facts if ring.index[t] in used)
        return poly.is_zero() or any(divmod(poly, p)[1].is_zero() for p in own)


@dataclass(frozen=True)
class Case:
    """Where the literals hold, the polynomial has its two roots, or none and the sign everywhere."""

    where: Conjunction
    sign: int
    lower: Request | None = None
    upper: Request | None = None


def cases(space: Space, found: Thresholds, poly: Poly, v: sp.Symbol, base: str) -> Iterator[Case]:
    """The cases of a quadratic in v by the signs of its leading coefficient and its discriminant.

    Where the leading coefficient vanishes the sign is 0. Roots that are rational in the other symbols are written out,
    others are named, after `base`, when they are asked for. Raises DerivationError when the degree is not 2.
    """
    ring = space.ring
    parts = ring.coefficients(poly, v)
    if len(parts) != 3:
        raise DerivationError(f"the degree of {ring.sympy(poly)} in {v} is {len(parts) - 1}; at most 2 can be solved")
    c, b, a = parts
    linear = [linear_root(ring, factor, v) for factor, power in ring.factor(poly)[1] for _ in range(int(power))]
    rational = [r for r in linear if r is not None]
    for leading, sign in _signs(space, a):
        if sign == 0:
            yield Case(leading, 0)
        elif len(rational) == 2:
            gap = (rational[1] - rational[0]).oriented()
            for order, (low, high) in _orders(space, gap, rational):
                yield Case((*leading, *order), sign, partial(_given, low), partial(_given, high))
        else:
            oriented = (sign * c, sign * b, sign * a)
            for real, roots_exist in _weak_signs(space, b * b - 4 * a * c):
                where = tuple(dict.fromkeys((*leading, *real)))
                lower, upper = (partial(_named, space, found, oriented, where, v, side, base) for side in (-1, 1))
                yield Case(where, sign, lower, upper) if roots_exist else Case(where, sign)


def linear_cases(
    space: Space, found: Thresholds, poly: Poly, v: sp.Symbol, base: str
) -> Iterator[tuple[Conjunction, int, Request | None]]:
    """The cases of b v + c by the sign of b, with the root on request; it is named when the sign of b is not settled."""
    ring = space.ring
    c, b = ring.coefficients(poly, v)
    signs = list(_signs(space, b))
    for where, sign in signs:
        if sign == 0:
            yield where, 0, None
        elif len(signs) == 1:
            root = linear_root(ring, poly, v)
            assert root is not None
            yield where, sign, partial(_given, root)
        else:
            parts = (sign * c, sign * b, ring.constant(0))
            yield where, sign, partial(_named, space, found, parts, where, v, 1, base)


def _signs(space: Space, poly: Poly) -> Iterator[tuple[Conjunction, int]]:
    for sign in (1, -1):
        if always(space, sign * poly, strict=True):
            yield (), sign
            return
    for parts, sign in (([poly], 1), ([-poly], -1)):
        item = literal(space.ring, parts[0], strict=True)
        if isinstance(item, Literal) and space.possible([item]):
            yield (item,), sign
    zero = conjunction([literal(space.ring, poly, strict=False), literal(space.ring, -poly, strict=False)])
    if zero is not None and space.possible(zero):
        yield zero, 0


def _weak_signs(space: Space, poly: Poly) -> Iterator[tuple[Conjunction, bool]]:
    """Where the polynomial is ≥ 0 and where it is negative."""
    if always(space, poly, strict=False):
        yield (), True
        return
    item = literal(space.ring, poly, strict=False)
    if isinstance(item, Literal):
        if space.possible([item]):
            yield (item,), True
        yield (item.negated(),), False
    else:
        yield (), bool(item)


def _orders(space: Space, gap: Poly, pair: list[Quotient]) -> Iterator[tuple[Conjunction, list[Quotient]]]:
    """Which of two rational roots is the larger."""
    for where, first_is_lower in _weak_signs(space, gap):
        yield where, pair if first_is_lower else pair[::-1]


def _given(root: Quotient) -> Quotient:
    return root


def linear_root(ring: Ring, poly: Poly, v: sp.Symbol) -> Quotient | None:
    """The root of a polynomial that is linear in v, else None."""
    parts = ring.coefficients(poly, v)
    if len(parts) != 2:
        return None
    return Quotient(ring, -parts[0], ring.constant(1)) / Quotient(ring, parts[1], ring.constant(1))


def always(space: Space, poly: Poly, *, strict: bool, under: Conjunction = ()) -> bool:
    """Whether the polynomial is certainly positive (strict), or not negative, where the literals hold."""
    item = literal(space.ring, poly, strict=strict)
    return item if isinstance(item, bool) else not space.possible([*under, item.negated()])


def _named(
    space: Space, found: Thresholds, parts: tuple[Poly, Poly, Poly], exists: Conjunction, v: sp.Symbol, side: int, base: str
) -> Quotient:
    """The larger (side 1) or smaller (side -1) root of a v² + b v + c with a > 0, as a threshold."""
    ring = space.ring
    c, b, a = parts
    key = (_key(*parts), side)
    exists = tuple(dict.fromkeys((*exists, *ring.existence(*parts))))
    if key not in found.known:
        name = found.name(base, ring)
        plain = sp.Symbol(name)
        top, middle, bottom = (ring.sympy(part) for part in (a, b, c))
        half = middle / 2
        if a.is_zero():
            closed, isolating = -bottom / middle, list[sp.Expr]()
        else:
            closed = (-half + side * sp.sqrt(sp.expand(half**2 - top * bottom))) / top
            isolating = [sp.expand(side * (top * plain + half))]
        nonnegative = side == 1 and _root_is_nonnegative(space, c, b, exists)
        if nonnegative:
            isolating.append(plain)
        polynomial = sp.expand(top * plain**2 + middle * plain + bottom)
        stated = dict.fromkeys((*exists, *_choices_in_range(ring, parts)))
        threshold = Threshold(name, closed, polynomial, tuple(isolating), tuple(item.sympy() for item in stated))
        found.known[key] = threshold
        place = ring.adopt(threshold, nonnegative=nonnegative and not exists)
        ring.exists[ring.index[threshold]] = exists
        value = (a * place + b) * place + c
        relations = [side * (2 * a * place + b), value, -value] + [place] * nonnegative
        facts = conjunction(literal(ring, r, strict=False) for r in relations) or ()
        found.facts[threshold] = Known(parts, side, facts, exists)
    threshold = found.known[key]
    found.admit(space, threshold)
    return Quotient(ring, ring.gens[ring.index[threshold]], ring.constant(1))


def implicit(
    space: Space, found: Thresholds, parts: Sequence[Poly], ends: tuple[Quotient, Quotient], exists: Conjunction, base: str
) -> Quotient:
    """The root between the ends of a polynomial that does not fall from one to the other, as a threshold.

    `exists` says among others that it is ≤ 0 at the first and ≥ 0 at the last.
    """
    ring = space.ring
    low, high = (end.sympy() for end in ends)
    key = (_key(*parts, low, high), 0)
    exists = tuple(dict.fromkeys((*exists, *ring.existence(*parts, *(q for e in ends for q in (e.numerator, e.denominator))))))
    if key not in found.known:
        plain = sp.Symbol(found.name(base, ring))
        definition = Root(low, high, *map(ring.sympy, parts))
        isolating = [plain - low, high - plain]
        if always(space, ends[0].oriented(), strict=False, under=exists):
            isolating.append(plain)
        stated = tuple(item.sympy() for item in exists)
        threshold = Threshold(plain.name, definition, sp.expand(definition.polynomial(plain)), tuple(isolating), stated)
        found.adopt(space, threshold)
    threshold = found.known[key]
    found.admit(space, threshold)
    return Quotient(ring, ring.gens[ring.index[threshold]], ring.constant(1))


def _key(*parts: object) -> str:
    return ", ".join(map(str, parts))


def _side(ring: Ring, threshold: Threshold, leading: Poly) -> int:
    """Whether an adopted threshold is the larger root, by how it is isolated."""
    if leading.is_zero():
        return 1
    equation, isolating, *_ = threshold.characterisation
    slope = ring.quotient(isolating.lhs).numerator
    return 1 if (2 * slope - ring.quotient(sp.diff(equation.lhs, threshold)).numerator).is_zero() else -1


def _choices_in_range(ring: Ring, parts: tuple[Poly, Poly, Poly]) -> Conjunction:
    """That the choices in the coefficients are not negative, where their ranges say so and signs were read off that."""
    choices = (i for i in sorted(places(*parts) & ring.nonnegative) if not isinstance(ring.symbols[i], Parameter | Threshold))
    return tuple(Literal(ring, ring.gens[i], False) for i in choices)


def square_root(space: Space, found: Thresholds, radicand: Quotient, under: Conjunction = ()) -> Threshold:
    """√(n/d) as a threshold w with d w² = n. Raises DerivationError where the radicand can be negative while `under` holds."""
    ring = space.ring
    n, d = radicand.numerator, radicand.denominator
    if ring.sign(d) is None:
        n, d = n * d, d * d
    if ring.sign(d) == -1:
        n, d = -n, -d
    item = literal(ring, -n, strict=True)
    point = item if isinstance(item, bool) else space.find(space.all(under), space.formula(item))
    if point is True or isinstance(point, Point):
        where = f" at {space.shown(point)}" if isinstance(point, Point) else ""
        raise DerivationError(f"the root of {radicand.sympy()} is not real{where}")
    used = {ring.symbols[i] for i in places(n)}
    real = () if not under and all(isinstance(s, Parameter) for s in used) else (Literal(ring, n, False),)
    named = _named(space, found, (-n, ring.constant(0), d), real, sp.Symbol("w"), 1, "r")
    threshold: Threshold = ring.symbols[next(i for i, k in enumerate(named.numerator.monoms()[0]) if k)]
    return threshold


def _root_is_nonnegative(space: Space, constant: Poly, middle: Poly, exists: Conjunction) -> bool:
    """The larger root is ≥ 0 when the product or the sum of the roots says so."""
    return any(always(space, -part, strict=False, under=exists) for part in (constant, middle))


def split(space: Space, found: Thresholds, item: Literal, v: sp.Symbol, low: Quotient, base: str) -> list[Conjunction]:
    """The literal as alternatives of conjunctions that bound v, on v ≥ low; of degree above 2, the literal itself."""
    ring = space.ring
    alternatives: list[list[Literal | bool]] = []
    degree = len(ring.coefficients(item.poly, v)) - 1
    if degree == 2:
        for case in cases(space, found, item.poly, v, base):
            alternatives += [[*case.where, *part] for part in _parts(space, case, item, v, low)]
    elif degree == 1 and len(list(_signs(space, ring.coefficients(item.poly, v)[1]))) > 1:
        alternatives = list(_linear_parts(space, found, item, v, low, base))
    else:
        return [(item,)]
    return [made for made in map(conjunction, alternatives) if made is not None]


def _linear_parts(
    space: Space, found: Thresholds, item: Literal, v: sp.Symbol, low: Quotient, base: str
) -> Iterator[list[Literal | bool]]:
    """b v + c ≥ 0 by the sign of b; where it holds at `low` it holds above for b ≥ 0."""
    ring = space.ring
    c, b = ring.coefficients(item.poly, v)
    at_low = literal(ring, ring.substitute(item.poly, v, low).oriented(), strict=item.strict)
    holds_at_low = at_low is True or (isinstance(at_low, Literal) and not space.possible([at_low.negated()]))
    x = Quotient(ring, ring.gens[ring.index[v]], ring.constant(1))
    if holds_at_low:
        yield [literal(ring, b, strict=False)]
    for where, sign, root in linear_cases(space, found, item.poly, v, base):
        if root is None:
            yield [*where, literal(ring, c, strict=item.strict), not holds_at_low]
        elif sign < 0 or not holds_at_low:
            gap = x - root() if sign > 0 else root() - x
            yield [*where, literal(ring, gap.oriented(), strict=item.strict)]


def _parts(space: Space, case: Case, item: Literal, v: sp.Symbol, low: Quotient) -> Iterator[list[Literal | bool]]:
    """The literal in one case, as alternatives."""
    ring = space.ring
    x = Quotient(ring, ring.gens[ring.index[v]], ring.constant(1))
    if case.sign == 0:
        c, b, _ = ring.coefficients(item.poly, v)
        yield [literal(ring, b * ring.gens[ring.index[v]] + c, strict=item.strict)]
        return
    if case.lower is None or case.upper is None:
        yield [case.sign > 0]
        return
    at_low = literal(ring, case.sign * ring.substitute(item.poly, v, low).oriented(), strict=True)
    never = at_low is False or (isinstance(at_low, Literal) and not space.possible([*case.where, at_low]))
    below_is_empty = never and item.strict == (case.sign > 0)

    def compare(above: Quotient, below: Quotient) -> Literal | bool:
        return literal(ring, (above - below).oriented(), strict=item.strict)

    if case.sign > 0:
        yield [compare(x, case.upper())]
        if not below_is_empty:
            yield [compare(case.lower(), x)]
    else:
        yield [compare(case.upper(), x)] if below_is_empty else [compare(case.upper(), x), compare(x, case.lower())]
