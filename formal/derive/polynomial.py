"""The polynomial layer: exact multivariate polynomials and quotients over the rationals, through python-flint.

Definitions
-----------
A `Ring` fixes an order of generators, one a symbol, with spare places for thresholds that are named on the way.
A `Quotient` is a reduced pair (numerator, denominator) of polynomials.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import flint
import sympy as sp

from formal.errors import DerivationError
from formal.model.parameters import Parameter

Poly = Any  # flint.fmpq_mpoly, which has no type stubs


SPARE = 40


class Term(NamedTuple):
    """One term of a polynomial: its coefficient, exact and rounded, and its symbols' places, each as often as its power."""

    exact: Any
    rounded: float
    factors: tuple[int, ...]


class Ring:
    """Polynomials in the given symbols, with what is known of each symbol's sign."""

    def __init__(self, symbols: Iterable[sp.Symbol]) -> None:
        self.symbols = list(symbols)
        names = [f"v{i}" for i in range(len(self.symbols) + SPARE)]
        self.context = flint.fmpq_mpoly_ctx.get(names, "degrevlex")
        self.gens = self.context.gens()
        self.index = {s: i for i, s in enumerate(self.symbols)}
        self.positive = {i for s, i in self.index.items() if s.is_positive}
        self.nonnegative = {i for s, i in self.index.items() if s.is_nonnegative}
        self.exists: dict[int, Any] = {}  # conditions of a threshold that does not exist everywhere, by place
        self.literals: dict[tuple[str, bool, int], Any] = {}  # those that were asked for
        self._constants: dict[int | sp.Rational, Poly] = {}
        self._terms: dict[str, tuple[Term, ...]] = {}
        self._signs: dict[tuple[str, int], int | None] = {}
        self._factors: dict[str, tuple[Any, list[tuple[Poly, int]]]] = {}

    def adopt(self, symbol: sp.Symbol, *, nonnegative: bool) -> Poly:
        """Give a new symbol one of the spare places."""
        if symbol not in self.index:
            if len(self.symbols) == len(self.gens):
                raise DerivationError(f"the game needs more than {SPARE} thresholds")
            self.index[symbol] = len(self.symbols)
            self.symbols.append(symbol)
            if nonnegative:
                self.nonnegative.add(self.index[symbol])
        return self.gens[self.index[symbol]]

    def existence(self, *polys: Poly) -> tuple[Any, ...]:
        """The conditions under which the thresholds in the polynomials exist."""
        return tuple(dict.fromkeys(item for i in sorted(places(*polys)) for item in self.exists.get(i, ())))

    def constant(self, number: int | sp.Rational) -> Poly:
        if number not in self._constants:
            exact = sp.Rational(number)
            self._constants[number] = self.context.constant(flint.fmpq(int(exact.p), int(exact.q)))
        return self._constants[number]

    def quotient(self, expression: sp.Expr) -> Quotient:
        """The expression as a reduced quotient. Raises DerivationError on anything but + - * / and integer powers."""
        if expression.is_Rational:
            return Quotient(self, self.constant(expression), self.constant(1))
        if expression.is_Symbol:
            if expression not in self.index:
                raise DerivationError(f"{expression} is neither a parameter nor a choice of this game")
            return Quotient(self, self.gens[self.index[expression]], self.constant(1))
        if expression.is_Add or expression.is_Mul:
            result, *rest = [self.quotient(a) for a in expression.args]
            for term in rest:
                result = result + term if expression.is_Add else result * term
            return result
        if expression.is_Pow and expression.exp.is_Integer:
            return self.quotient(expression.base).power(int(expression.exp))
        raise DerivationError(f"the engine derives polynomial and rational payoffs; it cannot use {expression}")

    def sympy(self, poly: Poly) -> sp.Expr:
        return sp.Add(*map(self.written, self.terms(poly)))

    def written(self, term: Term) -> sp.Expr:
        """The term in SymPy."""
        return sp.Mul(sp.Rational(int(term.exact.p), int(term.exact.q)), *(self.symbols[i] for i in term.factors))

    def terms(self, poly: Poly) -> tuple[Term, ...]:
        """The polynomial's terms, in the ring's order."""
        key = str(poly)
        if key not in self._terms:
            used, small = self._compact(poly)
            made = []
            for powers, c in small.to_dict().items():
                factors = tuple(i for i, k in zip(used, powers, strict=True) for _ in range(int(k)))
                made.append(Term(c, int(c.p) / int(c.q), factors))
            self._terms[key] = tuple(made)
        return self._terms[key]

    def factor(self, poly: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
        """The constant and the irreducible factors with their powers; those of the opposite are the same."""
        key = str(poly)
        if key not in self._factors:
            constant, factors = self._compact(poly)[1].factor()
            made = [(part.project_to_context(self.context), int(power)) for part, power in factors]
            self._factors |= {key: (constant, made), str(-poly): (-constant, made)}
        return self._factors[key]

    def _compact(self, poly: Poly) -> tuple[list[int], Poly]:
        """The polynomial in its own symbols alone, and their places: most of what FLINT does takes longer with more symbols."""
        used = sorted(places(poly))
        context = flint.fmpq_mpoly_ctx.get([f"v{i}" for i in used] or ["v0"], "degrevlex")
        return used or [0], poly.project_to_context(context)

    def sign(self, poly: Poly) -> int | None:
        """1 or -1 when the coefficients and the signs of the symbols settle a strict sign, else None."""
        key = str(poly), len(self.nonnegative)  # which only grows
        if key not in self._signs:
            self._signs[key] = self._strict_sign(poly)
        return self._signs[key]

    def _strict_sign(self, poly: Poly) -> int | None:
        weak = self.weak_sign(poly)
        if weak is None:
            return self._sign_in_domain(poly)
        if weak == 0:
            return weak
        strict = any(all(i in self.positive for i in term.factors) for term in self.terms(poly))
        return weak if strict else None

    def _sign_in_domain(self, poly: Poly) -> int | None:
        """The strict sign of a x + b for a parameter x, when its domain settles it."""
        terms = {tuple(dict.fromkeys(term.factors)): term.exact for term in self.terms(poly)}
        places = max(terms)
        if poly.total_degree() != 1 or len(terms) > 2 or len(places) != 1 or not set(terms) <= {places, ()}:
            return None
        symbol = self.symbols[places[0]]
        if not isinstance(symbol, Parameter):
            return None
        slope, constant, domain = terms[places], terms.get((), flint.fmpq(0)), symbol.domain
        rising = 1 if slope > 0 else -1
        signs = set()
        for end, is_open, toward in ((domain.low, domain.open_low, -rising), (domain.high, domain.open_high, rising)):
            value = None if end is None else slope * flint.fmpq(int(end.p), int(end.q)) + constant
            if value is None or (value == 0 and is_open):
                signs.add(toward if value is None else -toward)
            else:
                signs.add(0 if value == 0 else 1 if value > 0 else -1)
        return signs.pop() if len(signs) == 1 and 0 not in signs else None

    def weak_sign(self, poly: Poly) -> int | None:
        """1 when the polynomial is ≥ 0 by its coefficients, -1 when ≤ 0, 0 when it is zero, else None."""
        if poly.is_zero():
            return 0
        terms = self.terms(poly)
        signs = {term.exact > 0 for term in terms}
        odd = {i for term in terms for i in term.factors if term.factors.count(i) % 2}
        if len(signs) == 2 or not odd <= self.nonnegative:
            return None
        return 1 if signs.pop() else -1

    def coefficients(self, poly: Poly, symbol: sp.Symbol) -> list[Poly]:
        """The coefficients of the polynomial in `symbol`, constant term first."""
        place, found = self.index[symbol], list[Poly]()
        for power in range(int(poly.degrees()[place])):  # by Taylor's theorem at 0
            found.append(poly.subs({self.context.name(place): 0}))
            poly = poly.derivative(place) / (power + 1)
        return [*found, poly]

    def substitute(self, poly: Poly, symbol: sp.Symbol, value: Quotient) -> Quotient:
        """The polynomial at symbol = value."""
        result = Quotient(self, self.constant(0), self.constant(1))
        for coefficient in reversed(self.coefficients(poly, symbol)):
            result = result * value + Quotient(self, coefficient, self.constant(1))
        return result


def places(*polys: Poly) -> frozenset[int]:
    """The places of the symbols in polynomials."""
    return frozenset([i for poly in polys for i, k in enumerate(poly.degrees()) if k > 0])


@dataclass(frozen=True)
class Quotient:
    """numerator / denominator in lowest terms."""

    ring: Ring
    numerator: Poly
    denominator: Poly

    def _reduced(self, numerator: Poly, denominator: Poly) -> Quotient:
        if denominator.is_zero():
            raise DerivationError("a payoff divides by zero")
        if denominator.is_one():
            return Quotient(self.ring, numerator, denominator)
        common = numerator.gcd(denominator)
        numerator, denominator = numerator / common, denominator / common
        scale = denominator.leading_coefficient()
        return Quotient(self.ring, numerator / scale, denominator / scale)

    def __add__(self, other: Quotient) -> Quotient:
        top = self.numerator * other.denominator + other.numerator * self.denominator
        return self._reduced(top, self.denominator * other.denominator)

    def __sub__(self, other: Quotient) -> Quotient:
        top = self.numerator * other.denominator - other.numerator * self.denominator
        return self._reduced(top, self.denominator * other.denominator)

    def __mul__(self, other: Quotient) -> Quotient:
        return self._reduced(self.numerator * other.numerator, self.denominator * other.denominator)

    def __truediv__(self, other: Quotient) -> Quotient:
        return self._reduced(self.numerator * other.denominator, self.denominator * other.numerator)

    def power(self, exponent: int) -> Quotient:
        if exponent < 0:
            return self._reduced(self.denominator ** (-exponent), self.numerator ** (-exponent))
        return Quotient(self.ring, self.numerator**exponent, self.denominator**exponent)

    def substitute(self, symbol: sp.Symbol, value: Quotient) -> Quotient:
        return self.ring.substitute(self.numerator, symbol, value) / self.ring.substitute(self.denominator, symbol, value)

    def oriented(self) -> Poly:
        """A polynomial with the sign of the quotient wherever the quotient is defined."""
        return self.numerator if self.ring.sign(self.denominator) == 1 else self.numerator * self.denominator

    def size(self) -> int:
        """How many terms are written."""
        return len(self.numerator) + len(self.denominator)

    def key(self) -> tuple[str, str]:
        return str(self.numerator), str(self.denominator)

    def sympy(self) -> sp.Expr:
        return self.ring.sympy(self.numerator) / self.ring.sympy(self.denominator)
