"""Roots of a literal in the mover's own variable: splitting quadratics, naming thresholds.

Statement
---------
For p(v) = a v² + b v + c with a ≠ 0 and discriminant b² - 4ac ≥ 0 everywhere, the larger root of p is the only t with
p(t) = 0 and sign(a) p'(t) ≥ 0, the smaller the only one with p(t) = 0 and sign(a) p'(t) ≤ 0. For a > 0, p > 0 holds
exactly outside [smaller, larger], p ≥ 0 exactly outside the open interval; for a < 0 the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import sympy as sp

from formal.derive.literals import Literal, conjunction, literal
from formal.derive.polynomial import Poly, Quotient, Ring
from formal.derive.space import Space
from formal.errors import DerivationError
from formal.model.threshold import Threshold

Conjunction = tuple[Literal, ...]
Root = Callable[[], Quotient]


@dataclass
class Thresholds:
    """The thresholds named so far in a game, by the polynomial and the side they come from."""

    names: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, int], Threshold] = field(default_factory=dict)
    facts: dict[Threshold, Conjunction] = field(default_factory=dict)

    def name(self, symbol: sp.Symbol) -> str:
        taken = {t.name for t in self.known.values()}
        base = self.names.get(symbol.name, f"{symbol.name}_hat")
        return next(n for n in (base, *(f"{base}{k}" for k in range(2, 99))) if n not in taken)

    def admit(self, space: Space, threshold: Threshold) -> None:
        """Make a threshold known to a space: its facts and its sample values."""
        ring = space.ring
        place = ring.index[threshold]
        if place not in space.columns:
            space.add(self.facts[threshold])
            if place in ring.nonnegative:
                space.facts.append(space.term(ring.gens[place]) >= 0)
            space.sample_threshold(threshold)

    def admit_all(self, space: Space) -> None:
        """Admit every threshold that rests on what this space knows."""
        for threshold in self.facts:
            if all(space.ring.index[s] in space.columns for s in threshold.definition.free_symbols):
                self.admit(space, threshold)


def roots(space: Space, found: Thresholds, poly: Poly, v: sp.Symbol, stage: str) -> tuple[int, Root, Root]:
    """The sign of the leading coefficient of a quadratic in v, and its smaller and its larger root, each on request.

    Roots that are rational in the other symbols are written out, others are named as thresholds when they are asked for.
    Raises DerivationError when the degree is not 2, or when the leading coefficient, the discriminant or, for rational
    roots, their order changes sign.
    """
    ring = space.ring
    parts = ring.coefficients(poly, v)
    if len(parts) != 3:
        raise DerivationError(f"{stage}: the degree of {ring.sympy(poly)} in {v} is {len(parts) - 1}; at most 2 can be solved")
    sign = next((s for s in (1, -1) if _always(space, s * parts[2], strict=True)), None)
    if sign is None:
        raise DerivationError(f"{stage}: the sign of {ring.sympy(parts[2])}, which leads {ring.sympy(poly)}, is not settled")
    linear = [linear_root(ring, factor, v) for factor, power in poly.factor()[1] for _ in range(int(power))]
    rational = [r for r in linear if r is not None]
    if len(rational) == 2:
        for lower, upper in (rational, rational[::-1]):
            if _always(space, (upper - lower).oriented(), strict=False):
                return sign, partial(_given, lower), partial(_given, upper)
    c, b, a = parts
    discriminant = b * b - 4 * a * c
    if not _always(space, discriminant, strict=False):
        raise DerivationError(f"{stage}: the discriminant {ring.sympy(discriminant)} of {ring.sympy(poly)} in {v} changes sign")
    oriented = [sign * part for part in parts]
    return sign, partial(_named, space, found, oriented, v, -1), partial(_named, space, found, oriented, v, 1)


def _given(root: Quotient) -> Quotient:
    return root


def linear_root(ring: Ring, poly: Poly, v: sp.Symbol) -> Quotient | None:
    """The root of a polynomial that is linear in v, else None."""
    parts = ring.coefficients(poly, v)
    if len(parts) != 2:
        return None
    return Quotient(ring, -parts[0], ring.constant(1)) / Quotient(ring, parts[1], ring.constant(1))


def _always(space: Space, poly: Poly, *, strict: bool) -> bool:
    item = literal(space.ring, poly, strict=strict)
    return item if isinstance(item, bool) else space.impossible(space.formula(item.negated()))


def _named(space: Space, found: Thresholds, parts: list[Poly], v: sp.Symbol, side: int) -> Quotient:
    """The larger (side 1) or smaller (side -1) root of a v² + b v + c with a > 0, as a threshold."""
    ring = space.ring
    c, b, a = parts
    key = (f"{a}, {b}, {c}", side)
    if key not in found.known:
        name = found.name(v)
        plain = sp.Symbol(name)
        top, middle, bottom = (ring.sympy(part) for part in (a, b, c))
        half = middle / 2
        closed = (-half + side * sp.sqrt(sp.expand(half**2 - top * bottom))) / top
        isolating = [sp.expand(side * (top * plain + half))]
        if side == 1 and _root_is_nonnegative(space, c, b):
            isolating.append(plain)
        threshold = Threshold(name, closed, sp.expand(top * plain**2 + middle * plain + bottom), tuple(isolating))
        found.known[key] = threshold
        place = ring.adopt(threshold, nonnegative=len(isolating) == 2)
        value = (a * place + b) * place + c
        relations = (side * (2 * a * place + b), value, -value)
        found.facts[threshold] = conjunction(literal(ring, r, strict=False) for r in relations) or ()
    threshold = found.known[key]
    found.admit(space, threshold)
    return Quotient(ring, ring.gens[ring.index[threshold]], ring.constant(1))


def _root_is_nonnegative(space: Space, constant: Poly, middle: Poly) -> bool:
    """The larger root is ≥ 0 when the product or the sum of the roots says so."""
    return _always(space, -constant, strict=False) or _always(space, -middle, strict=False)


def split(space: Space, found: Thresholds, item: Literal, v: sp.Symbol, low: Quotient, stage: str) -> list[Conjunction]:
    """The literal as alternatives of conjunctions that are linear in v, on v ≥ low.

    Raises DerivationError when the degree is above 2, or a discriminant or a leading coefficient changes sign.
    """
    ring = space.ring
    if len(ring.coefficients(item.poly, v)) <= 2:
        return [(item,)]
    sign, lower, upper = roots(space, found, item.poly, v, stage)
    x = Quotient(ring, ring.gens[ring.index[v]], ring.constant(1))
    at_low = literal(ring, sign * ring.substitute(item.poly, v, low).oriented(), strict=True)
    below_is_empty = at_low is False or (isinstance(at_low, Literal) and space.impossible(space.formula(at_low)))

    def compare(above: Quotient, below: Quotient) -> Literal | bool:
        return literal(ring, (above - below).oriented(), strict=item.strict)

    def alternatives(*parts: Callable[[], list[Literal | bool]]) -> list[Conjunction]:
        made = (conjunction(p()) for p in parts)
        return [m for m in made if m is not None]

    if below_is_empty and sign < 0 and not item.strict:
        return alternatives(lambda: [compare(upper(), x)])
    if below_is_empty and sign > 0 and item.strict:
        return alternatives(lambda: [compare(x, upper())])
    if sign < 0:
        return alternatives(lambda: [compare(upper(), x), compare(x, lower())])
    return alternatives(lambda: [compare(x, upper())], lambda: [compare(lower(), x)])
