"""Polynomials over constants and infinitesimals, at most linear in the infinitesimals.

A utility is a pair: its real part (the monomials without an infinitesimal) and its infinitesimal part (those with one).
Pairs are compared lexicographically. A polynomial is a tuple of (monomial, coefficient), sorted; a monomial is a sorted tuple
of indices of symbols; coefficients are exact and not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

Number = int | Fraction
Monomial = tuple[int, ...]
Poly = tuple[tuple[Monomial, Number], ...]
Point = tuple[Fraction, ...]
Pair = tuple[Number, Number]

ZERO: Poly = ()


@dataclass(frozen=True)
class Symbols:
    """The constants, followed by the infinitesimals; a symbol is known by its index."""

    constants: tuple[str, ...]
    infinitesimals: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.constants + self.infinitesimals

    def infinitesimal(self, monomial: Monomial) -> bool:
        """Whether the monomial contains an infinitesimal; those have the highest indices."""
        return bool(monomial) and monomial[-1] >= len(self.constants)


def frozen(terms: Mapping[Monomial, Number]) -> Poly:
    return tuple(sorted((m, _plain(c)) for m, c in terms.items() if c))


def _plain(number: Number) -> Number:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def combination(parts: Iterable[tuple[Number, Poly]]) -> Poly:
    """Σ coefficient · polynomial."""
    terms: dict[Monomial, Number] = {}
    for weight, poly in parts:
        for monomial, coefficient in poly:
            terms[monomial] = terms.get(monomial, 0) + weight * coefficient
    return frozen(terms)


def difference(left: Poly, right: Poly) -> Poly:
    return combination(((1, left), (-1, right))) if right else left


def negative(poly: Poly) -> Poly:
    return tuple((m, -c) for m, c in poly)


def product(left: Poly, right: Poly) -> Poly:
    terms: dict[Monomial, Number] = {}
    for first, one in left:
        for second, other in right:
            monomial = tuple(sorted(first + second))
            terms[monomial] = terms.get(monomial, 0) + one * other
    return frozen(terms)


def primitive(poly: Poly) -> Poly:
    """The positive multiple with coprime integer coefficients."""
    if not poly:
        return poly
    scale = lcm(*[c.denominator for _, c in poly])
    whole = [int(c * scale) for _, c in poly] if scale != 1 else [int(c) for _, c in poly]
    divisor = gcd(*whole)
    return poly if scale == divisor == 1 else tuple((m, c // divisor) for (m, _), c in zip(poly, whole, strict=True))


def parts(symbols: Symbols, poly: Poly) -> tuple[Poly, Poly]:
    """The real and the infinitesimal part."""
    real = tuple(t for t in poly if not symbols.infinitesimal(t[0]))
    return (poly, ZERO) if len(real) == len(poly) else (real, tuple(t for t in poly if symbols.infinitesimal(t[0])))


def value(symbols: Symbols, poly: Poly, point: Sequence[Number]) -> Pair:
    """The pair that the polynomial is at a point: a number for every symbol."""
    real: Number = 0
    small: Number = 0
    for monomial, coefficient in poly:
        term = coefficient
        for index in monomial:
            term = term * point[index]
        if symbols.infinitesimal(monomial):
            small += term
        else:
            real += term
    return real, small


class Scaled:
    """A point over a common denominator, for signs of many polynomials there in integers."""

    def __init__(self, symbols: Symbols, point: Point) -> None:
        self.small = len(symbols.constants)
        self.scale = lcm(*(x.denominator for x in point)) if point else 1
        self.numbers = [x.numerator * (self.scale // x.denominator) for x in point]

    def sign(self, poly: Poly) -> int:
        """Of the pair that the polynomial is: 1, 0 or -1."""
        real: Number = 0
        small: Number = 0
        degree = max([len(m) for m, _ in poly], default=0)
        numbers, scale, first = self.numbers, self.scale, self.small
        for monomial, coefficient in poly:
            if degree == 1 and monomial:
                index = monomial[0]
                term = coefficient * numbers[index]
            else:
                term = coefficient * scale ** (degree - len(monomial))
                for index in monomial:
                    term *= numbers[index]
            if monomial and monomial[-1] >= first:
                small += term
            else:
                real += term
        number = real or small
        return (number > 0) - (number < 0)


def shown(symbols: Symbols, poly: Poly) -> str:
    """The polynomial in the input format."""
    text = ""
    for monomial, coefficient in sorted(poly, key=_constant_last):
        names = " * ".join(symbols.names[i] for i in monomial)
        size = -coefficient if coefficient < 0 else coefficient
        factor = decimal(size) if not names or size != 1 else ""
        term = f"{factor} * {names}" if factor and names else factor or names
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {term}" if text else (f"-{term}" if coefficient < 0 else term)
    return text or "0"


def _constant_last(term: tuple[Monomial, Number]) -> tuple[bool, Monomial]:
    return not term[0], term[0]


def decimal(number: Number) -> str:
    """A number as a decimal where it is one, else as a quotient."""
    if isinstance(number, int) or number.denominator == 1:
        return str(int(number))
    rest = number.denominator
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(number)
    places = max(twos, fives)
    digits = str(int(abs(number) * 10**places)).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
