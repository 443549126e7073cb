"""The points at which a continuous choice can be best: ends of the range, switches of the continuation, zeros of a slope.

Statement
---------
Let the continuation be cut into pieces by literals p(v, t) ≥ 0 and p(v, t) > 0, with payoffs rational in the choice v and
in thresholds t that may depend on v. On each piece the payoff is differentiable in v, so that its supremum over the
piece is reached or approached at an end of [low, high], where some literal vanishes, or where the derivative does. With
t given by G(v, t) = 0 the derivative of u(v, t) is (u_v G_t - u_t G_v) / G_t.

A candidate is a value of v together with the value that each threshold takes there. More candidates than needed do no harm:
each is an option with conditions of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import sympy as sp

from formal.derive.literals import Literal, conjunction, literal
from formal.derive.polynomial import Poly, Quotient, Ring, places
from formal.derive.regions import Option
from formal.derive.roots import Thresholds, always, cases, implicit, linear_cases, linear_root, split
from formal.derive.space import Space
from formal.errors import DerivationError
from formal.model.threshold import Threshold
from formal.model.tree import Continuous

Conjunction = tuple[Literal, ...]
ADVICE = "choose a variable in which conditions are at most quadratic, or finitely many actions"


@dataclass(frozen=True)
class Piece:
    """A cell of a solved continuation."""

    where: Conjunction
    payoffs: tuple[Quotient, ...]
    path: tuple[Any, ...]
    attained: bool = True


@dataclass(frozen=True)
class Candidate:
    """A value of the choice, the values of thresholds that depend on it, and where these are what they should be."""

    value: Quotient
    thresholds: tuple[tuple[Threshold, Quotient], ...] = ()
    where: Conjunction = ()

    def key(self) -> tuple[Any, ...]:
        return self.value.key(), tuple((t.name, q.key()) for t, q in self.thresholds), self.where


@dataclass
class Choice:
    """One continuous choice: its node, the space before it and the space that includes it."""

    node: Continuous
    mover: int
    preferred: int  # 1 where the tie rule takes the lowest decision, -1 for the highest, 0 where there is no rule
    thresholds: Thresholds
    before: Space
    inner: Space

    @property
    def ring(self) -> Ring:
        return self.before.ring

    def options(self, pieces: list[Piece]) -> list[Option]:
        """Every piece at each of its own candidates."""
        low, high = self.ring.quotient(self.node.low), self.ring.quotient(self.node.high)
        made = []
        parts = [part for whole in pieces for part in self._split(whole, low)]
        self.thresholds.admit_all(self.before)
        for piece in parts:
            moving = self._moving(piece)
            points = {c.key(): c for c in (Candidate(low), Candidate(high))}
            try:
                for poly in (*(item.poly for item in piece.where), *self._slopes(piece, moving)):
                    points |= {c.key(): c for c in self._zeros(poly, moving)}
            except DerivationError as error:
                paid = piece.payoffs[self.mover].sympy()
                raise DerivationError(f"{error.message}; the mover's payoff is {paid}; {ADVICE}") from None
            full = (candidate for point in points.values() for candidate in self._completed(point, moving))
            made += [self._option(piece, candidate, low, high) for candidate in full]
        self.thresholds.admit_all(self.before)
        return [option for option in made if option is not None]

    def _split(self, piece: Piece, low: Quotient) -> list[Piece]:
        """The piece with literals that are linear in the choice, as far as its own quadratics go."""
        v, base = self.node.symbol, self._base()
        alternatives = [
            [(item,)] if self._moving_in([item.poly]) else split(self.inner, self.thresholds, item, v, low, base)
            for item in piece.where
        ]
        made = []
        for combination in product(*alternatives):
            where = tuple(dict.fromkeys(item for part in combination for item in part))
            if self.inner.possible(where):
                made.append(replace(piece, where=where))
        return made

    def _base(self) -> str:
        return self.thresholds.names.get(self.node.label, f"{self.node.label}_hat")

    def _moving(self, piece: Piece) -> list[Threshold]:
        """The thresholds in the piece that depend on the choice."""
        polys = [item.poly for item in piece.where]
        return self._moving_in([*polys, *(part for q in piece.payoffs for part in (q.numerator, q.denominator))])

    def _moving_in(self, polys: list[Poly]) -> list[Threshold]:
        used = places(*polys)
        v = self.node.symbol
        return [t for t in self.thresholds.facts if self.ring.index[t] in used and v in t.definition.free_symbols]

    # -- candidates

    def _completed(self, point: Candidate, moving: list[Threshold]) -> Iterator[Candidate]:
        """The candidate with values of all moving thresholds, in each way in which they can be written."""
        known = dict(point.thresholds)
        missing = [t for t in moving if t not in known]
        for combination in product(*(list(self._threshold_at(t, point.value)) for t in missing)):
            where = tuple(dict.fromkeys((*point.where, *(item for _, needs in combination for item in needs))))
            levels = tuple((t, level) for t, (level, _) in zip(missing, combination, strict=True))
            yield Candidate(point.value, (*point.thresholds, *levels), where)

    def _threshold_at(self, t: Threshold, value: Quotient) -> Iterator[tuple[Quotient, Conjunction]]:
        ring, v, known = self.ring, self.node.symbol, self.thresholds.facts[t]
        c, b, a = (ring.substitute(part, v, value) for part in known.quadratic())
        place = Quotient(ring, ring.gens[ring.index[t]], ring.constant(1))
        exists = conjunction(literal(ring, self._at(item.poly, value), strict=item.strict) for item in known.exists)
        if exists is None:
            return
        two = Quotient(ring, ring.constant(2), ring.constant(1))
        slope = literal(ring, known.side * (two * a * value + b).oriented(), strict=False)
        fixed = self.thresholds.vanishes(ring, ((a * value + b) * value + c).numerator)
        if (
            fixed
            and slope is not False
            and self._certain(slope, (*exists, *ring.existence(value.numerator, value.denominator)))
        ):
            yield value, ()
            return
        poly = ((a * place + b) * place + c).oriented()
        if len(ring.coefficients(poly, t)) == 2:
            yield from self._roots(poly, t, t.name, exists)
            return
        for case in cases(self.before, self.thresholds, poly, t, t.name):
            if case.lower is not None and case.upper is not None and self.before.possible([*exists, *case.where]):
                yield (case.upper if known.side > 0 else case.lower)(), case.where

    def _at(self, poly: Poly, value: Quotient) -> Poly:
        """A polynomial with the sign that the given one has where the choice is `value`."""
        return self.ring.substitute(poly, self.node.symbol, value).oriented()

    def _certain(self, item: Literal | bool, under: Conjunction) -> bool:
        return item if isinstance(item, bool) else not self.before.possible([*under, item.negated()])

    def _slopes(self, piece: Piece, moving: list[Threshold]) -> Iterator[Poly]:
        """A polynomial that vanishes where the derivative of the mover's payoff along the choice does."""
        ring, payoff = self.ring, piece.payoffs[self.mover]
        along = self._partial(payoff, ring.index[self.node.symbol])
        moving = [t for t in moving if not self._partial(payoff, ring.index[t]).is_zero()]
        if not moving:
            yield along
            return
        if len(moving) > 1:
            raise DerivationError(f"two thresholds move with {self.node.symbol} in one payoff: {', '.join(map(str, moving))}")
        place = ring.index[moving[0]]
        own = self.thresholds.facts[moving[0]].polynomial(ring.gens[place])
        yield along * own.derivative(place) - self._partial(payoff, place) * own.derivative(ring.index[self.node.symbol])

    def _partial(self, payoff: Quotient, place: int) -> Poly:
        """The numerator of the partial derivative, over the square of the payoff's denominator."""
        top, bottom = payoff.numerator, payoff.denominator
        return top.derivative(place) * bottom - top * bottom.derivative(place)

    def _zeros(self, poly: Poly, moving: list[Threshold]) -> Iterator[Candidate]:
        """Where the polynomial vanishes, factor by factor."""
        for factor, _ in self.ring.factor(poly)[1] if not poly.is_zero() else []:
            inside = [t for t in moving if len(self.ring.coefficients(factor, t)) > 1]
            if not inside:
                for value, where in self._roots(factor, self.node.symbol, self._base()):
                    yield Candidate(value, (), where)
            elif len(inside) == 1:
                yield from self._joint(factor, inside[0])
            else:
                shown = ", ".join(map(str, inside))
                raise DerivationError(f"{self.ring.sympy(factor)} = 0 cannot be solved: {shown} move with {self.node.symbol}")

    def _joint(self, factor: Poly, t: Threshold) -> Iterator[Candidate]:
        """Where a factor in the choice and one threshold vanishes together with the threshold's own polynomial."""
        ring, v = self.ring, self.node.symbol
        own = self.thresholds.facts[t].polynomial(ring.gens[ring.index[t]])
        for solved, other in ((factor, own), (own, factor)):
            choice = linear_root(ring, solved, v)
            parts = [] if choice is None else [part for part, _ in ring.factor(ring.substitute(other, v, choice).numerator)[1]]
            if choice is not None and all(len(ring.coefficients(part, t)) <= 3 for part in parts):
                for part in parts:
                    for root, where in self._roots(part, t, t.name):
                        yield from self._checked(choice.substitute(t, root), t, root, where)
                return
        if choice is not None:
            yield from self._far(parts, own, t)
            return
        level = linear_root(ring, factor, t)
        if level is None:
            raise DerivationError(f"{ring.sympy(factor)} = 0 cannot be solved for {v}, on which {t} depends")
        for part, _ in ring.factor(ring.substitute(own, t, level).numerator)[1]:
            for root, where in self._roots(part, v, self._base()):
                yield from self._checked(root, t, level.substitute(v, root), where)

    def _far(self, parts: Sequence[Poly], own: Poly, t: Threshold) -> Iterator[Candidate]:
        """Where t is an implicit root of one of the parts, and the choice, named too, the one that its own polynomial says."""
        ring, v = self.ring, self.node.symbol
        for part in parts:
            for root, where in self._roots(part, t, t.name):
                there = ring.substitute(own, t, root).numerator
                for given, _, choice in linear_cases(self.before, self.thresholds, there, v, self._base()):
                    if choice is not None and self.before.possible([*where, *given]):
                        yield from self._checked(choice(), t, root, (*where, *given))

    def _checked(self, value: Quotient, t: Threshold, level: Quotient, given: Conjunction) -> Iterator[Candidate]:
        """The candidate where t takes the value `level`, under the condition that it is the right root."""
        ring, v, known = self.ring, self.node.symbol, self.thresholds.facts[t]
        _, b, a = (ring.substitute(part, v, value) for part in known.quadratic())
        two = Quotient(ring, ring.constant(2), ring.constant(1))
        slope = two * a * level + b
        needs = [literal(ring, known.side * slope.oriented(), strict=False)]
        needs += [literal(ring, q.denominator**2, strict=True) for q in (value, level)]
        where = conjunction([*given, *needs])
        if where is not None:
            yield Candidate(self.thresholds.reduced(value), ((t, level),), where)

    def _roots(
        self, factor: Poly, symbol: sp.Symbol, base: str, under: Conjunction = ()
    ) -> Iterator[tuple[Quotient, Conjunction]]:
        """The real roots of a factor in one symbol, with the conditions under which they are that.

        Those that cannot be roots where `under` holds, or lie at or beyond an end of the range of the choice, are left out.
        """
        ring, space = self.ring, self.before
        degree = len(ring.coefficients(factor, symbol)) - 1
        if degree > 2:
            yield from self._implicit(factor, symbol, base, under)
        elif degree == 1:
            for where, sign, root in linear_cases(space, self.thresholds, factor, symbol, base):
                if root is not None and self._within(factor, symbol, sign, (*under, *where), 1, -1):
                    yield root(), where
        elif degree > 1:
            for case in cases(space, self.thresholds, factor, symbol, base):
                if case.lower is not None and case.upper is not None:
                    for root, side in ((case.lower, -1), (case.upper, 1)):
                        if self._within(factor, symbol, case.sign, (*under, *case.where), side):
                            yield root(), case.where
                elif case.sign == 0:
                    c, b, _ = ring.coefficients(factor, symbol)
                    yield from self._roots(b * ring.gens[ring.index[symbol]] + c, symbol, base, under)

    def _implicit(
        self, factor: Poly, symbol: sp.Symbol, base: str, under: Conjunction
    ) -> Iterator[tuple[Quotient, Conjunction]]:
        """The root in the range of the choice, or among the values that a threshold takes on it, of a monotone polynomial."""
        ring, steepness = self.ring, factor.derivative(self.ring.index[symbol])
        rising = [sign for sign in (1, -1) if always(self.inner, sign * steepness, strict=False)]
        if not rising:
            degree = len(ring.coefficients(factor, symbol)) - 1
            told = f"the degree of {ring.sympy(factor)} in {symbol} is {degree}, and it is not known to rise or to fall"
            raise DerivationError(f"{told}; at most 2 can be solved then")
        parts = [rising[0] * part for part in ring.coefficients(factor, symbol)]
        for low, high, given in self._ends(symbol):
            below, above = (self.thresholds.reduced(ring.substitute(factor, symbol, end)) for end in (low, high))
            signs = (-rising[0] * below.oriented(), rising[0] * above.oriented())
            where = conjunction([*given, *(literal(ring, sign, strict=False) for sign in signs)])
            if where is not None and self.before.possible([*under, *where]):
                yield implicit(self.before, self.thresholds, parts, (low, high), where, base), where

    def _ends(self, symbol: sp.Symbol) -> Iterator[tuple[Quotient, Quotient, Conjunction]]:
        """The least and the largest value of the choice, or of a threshold that is monotone in it."""
        low, high = self.ring.quotient(self.node.low), self.ring.quotient(self.node.high)
        if symbol == self.node.symbol:
            yield low, high, ()
            return
        pairs = product(self._threshold_at(symbol, low), self._threshold_at(symbol, high))
        for (first, needs), (last, more) in pairs:
            given = tuple(dict.fromkeys((*needs, *more)))
            ascends = always(self.before, (last - first).oriented(), strict=False, under=given)
            yield (first, last, given) if ascends else (last, first, given)

    def _within(self, factor: Poly, symbol: sp.Symbol, sign: int, where: Conjunction, *sides: int) -> bool:
        """Whether a root of the choice may lie strictly inside the range; other symbols' roots always may.

        The larger root (side 1) lies below the high end only if the factor, times its sign, is positive there and rises;
        the smaller one (side -1) lies above the low end only if it is positive there and falls. A linear factor has one
        root, at which it rises with this sign.
        """
        if symbol != self.node.symbol:
            return self.before.possible(where)
        ring = self.ring
        falls = factor.derivative(ring.index[symbol])
        needs = list[Literal | bool]()
        for side in sides:
            end = ring.quotient(self.node.high if side > 0 else self.node.low)
            there = sign * self._at(factor, end)
            needs.append(literal(ring, side * there if len(sides) == 2 else there, strict=True))
            if len(sides) == 1:
                needs.append(literal(ring, side * sign * self._at(falls, end), strict=True))
        full = conjunction([*where, *needs])
        return full is not None and self.before.possible(full)

    # -- options

    def _option(self, piece: Piece, point: Candidate, low: Quotient, high: Quotient) -> Option | None:
        """The piece at a candidate, or None where the coefficients already rule it out."""
        ring, v, value = self.ring, self.node.symbol, point.value
        inside: list[Literal | bool] = [literal(ring, gap.oriented(), strict=False) for gap in (value - low, high - value)]
        inside += [*point.where, literal(ring, value.denominator**2, strict=True)]
        attained, directions, around = True, set[int | None](), list[tuple[Literal | bool, Poly]]()
        for item in piece.where:
            at = self._put(Quotient(ring, item.poly, ring.constant(1)), point)
            if self.thresholds.vanishes(ring, at.numerator):
                directions.add(self._direction(item.poly))
                attained = attained and not item.strict
            else:
                around.append((literal(ring, at.oriented(), strict=item.strict), item.poly))
        flat = False
        if not attained:
            if len(directions) > 1 or not piece.attained:
                return None
            # near the limit a literal may be 0 at it if it rises on the side from which the limit is approached
            (side,) = directions
            paid = piece.payoffs[self.mover]
            flat = side in (1, -1) and side == self.preferred and not any(map(self._moves, (paid.numerator, paid.denominator)))
            room = [(low if side < 0 else high)] if side else [low, high]
            inside += [literal(ring, ((value - e) if e is low else (e - value)).oriented(), strict=True) for e in room]
            around = [
                (
                    Literal(ring, i.poly, self._direction(poly) != side) if isinstance(i, Literal) and self._moves(poly) else i,
                    poly,
                )
                for i, poly in around
            ]
        where = conjunction([*inside, *(item for item, _ in around)])
        if where is None:
            return None
        if not piece.attained and any(len(ring.coefficients(item.poly, v)) > 1 for item in piece.where):
            raise DerivationError(f"whether the continuation has an equilibrium depends on {v}")
        payoffs = tuple(self._put(q, point) for q in piece.payoffs)
        decision = value.sympy()
        path = ((self.node.label, decision), *self._path(piece.path, point))
        levels = tuple((t, level.sympy()) for t, level in point.thresholds)
        attained, barren = attained and piece.attained, not piece.attained
        return Option(where, decision, payoffs, path, attained, at=value, barren=barren, levels=levels, flat=flat)

    def _moves(self, poly: Poly) -> bool:
        """Whether a polynomial depends on the choice, itself or through a threshold."""
        return self.ring.index[self.node.symbol] in places(poly) or bool(self._moving_in([poly]))

    def _direction(self, poly: Poly) -> int | None:
        """The sign of the slope of a literal that is linear in the choice."""
        parts = self.ring.coefficients(poly, self.node.symbol)
        return self.ring.sign(parts[1]) if len(parts) == 2 else None

    def _put(self, quotient: Quotient, point: Candidate) -> Quotient:
        for t, level in point.thresholds:
            quotient = quotient.substitute(t, level)
        return quotient.substitute(self.node.symbol, point.value)

    def _path(self, path: tuple[Any, ...], point: Candidate) -> tuple[Any, ...]:
        """A path of play at the candidate."""
        values = {self.node.symbol: point.value.sympy(), **{t: q.sympy() for t, q in point.thresholds}}

        def at(step: Any) -> Any:
            if isinstance(step, tuple):
                return tuple(at(part) for part in step)
            return step.xreplace(values) if isinstance(step, sp.Basic) else step

        return tuple(at(step) for step in path)
