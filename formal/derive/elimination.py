"""Fourier-Motzkin elimination of one unknown from polynomial inequalities in which it is linear.

Statement. For coefficients of certain sign, lower bounds l ≤ x (or l < x) and upper bounds x ≤ u (or x < u) can be satisfied
together exactly when each l ≤ u, strictly where one of the two is strict (Schrijver 1986, section 12.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formal.derive.literals import Literal, literal
from formal.derive.polynomial import Poly, Quotient, Ring
from formal.derive.space import Space


@dataclass(frozen=True)
class Bounds:
    """Literals without the unknown, and its bounds from below and from above, each with whether it is strict."""

    free: tuple[Literal, ...]
    lower: tuple[tuple[Poly, Poly, bool], ...]  # coefficient > 0, rest: coefficient·x + rest ≥ 0
    upper: tuple[tuple[Poly, Poly, bool], ...]  # coefficient > 0, rest: rest - coefficient·x ≥ 0

    def left(self, ring: Ring) -> list[Literal | bool]:
        """What is left when the unknown is eliminated."""
        combined: list[Literal | bool] = list(self.free)
        for slope, rest, strict in self.lower:
            for other, top, also in self.upper:
                combined.append(literal(ring, slope * top + other * rest, strict=strict or also))
        return combined

    def lows(self, ring: Ring) -> list[Quotient]:
        """The bounds from below."""
        return [_quotient(ring, -rest, slope) for slope, rest, _ in self.lower]

    def highs(self, ring: Ring) -> list[Quotient]:
        """The bounds from above."""
        return [_quotient(ring, rest, slope) for slope, rest, _ in self.upper]


def _quotient(ring: Ring, over: Poly, under: Poly) -> Quotient:
    return Quotient(ring, over, ring.constant(1)) / Quotient(ring, under, ring.constant(1))


def bounds(space: Space, literals: Iterable[Literal], place: int, given: Sequence[Literal]) -> Bounds | None:
    """The bounds that literals set for an unknown; None where it is not linear or a coefficient has no certain sign."""
    ring, free = space.ring, list[Literal]()
    lower, upper = list[tuple[Poly, Poly, bool]](), list[tuple[Poly, Poly, bool]]()
    for item in literals:
        if place not in item.places:
            free.append(item)
            continue
        rest, *slopes = ring.coefficients(item.poly, ring.symbols[place])
        sign = _sign(space, slopes[0], given) if len(slopes) == 1 else None
        if sign is None:
            return None
        (lower if sign > 0 else upper).append((sign * slopes[0], rest, item.strict))
    return Bounds(tuple(free), tuple(lower), tuple(upper))


def _sign(space: Space, poly: Poly, given: Sequence[Literal]) -> int | None:
    """The strict sign of a polynomial where the literals hold, factor by factor; None where it has none for certain."""
    constant, factors = space.ring.factor(poly)
    sign = 1 if constant > 0 else -1
    for factor, power in factors:
        found = next((s for s in (1, -1) if _never(space, -s * factor, given)), None)
        if found is None:
            return None
        sign *= found ** int(power)
    return sign


def _never(space: Space, poly: Poly, given: Sequence[Literal]) -> bool:
    """Whether the polynomial is negative wherever the literals hold."""
    opposite = literal(space.ring, poly, strict=False)
    return opposite is False or (isinstance(opposite, Literal) and not space.possible([*given, opposite]))
