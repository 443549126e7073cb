"""Abstraction: sums inside products as unknowns of their own, so that factors stay factors.

Statement
---------
Replace every sum that stands inside a product or a power by a fresh variable, the same for equal sums, and by a multiple of
it every sum that is compared with 0 and is a multiple of one of them. A solution of the constraints is one of the new
constraints, with the values of the sums. So if the new ones have no solution, neither have the constraints; nothing
follows if they have one.

Solvers that multiply out lose the structure that a proof by factors rests on: from A > 0 and A·B ≤ 0 follows B ≤ 0, whatever
polynomials A and B are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod

import sympy as sp

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Some, Sum, Term, Var

Monomial = frozenset[tuple[Term, int]]
Linear = dict[Monomial, Fraction]
Factors = dict[Term, int]
ONE = Fraction(1)


def abstracted(formulas: Sequence[Formula]) -> list[Formula] | None:
    """The formulas with sums inside products replaced; None when there are none."""
    work = Abstraction()
    read = [work.read(f) for f in formulas]
    return [work.written(f) for f in read] if work.unknowns else None


class Abstraction:
    def __init__(self) -> None:
        self.unknowns: dict[frozenset[tuple[Monomial, Fraction]], Var] = {}
        self._met = 0  # how often a sum was replaced

    def read(self, formula: Formula) -> tuple[str, object]:
        """The formula with terms as linear combinations of monomials, in which inner sums are unknowns."""
        match formula:
            case Compare(operator, term):
                return operator, self.linear(term)
            case All(parts):
                return "all", [self.read(p) for p in parts]
            case Some(parts):
                return "some", [self.read(p) for p in parts]
        raise TypeError(f"{formula!r} is not a formula")

    def written(self, read: tuple[str, object]) -> Formula:
        """The formula again, once all inner sums are known."""
        kind, content = read
        if kind == "all" or kind == "some":
            parts = tuple(self.written(p) for p in content)  # type: ignore[attr-defined]
            return All(parts) if kind == "all" else Some(parts)
        linear: Linear = content  # type: ignore[assignment]
        scale = _scale(linear)
        known = self.unknowns.get(_key(linear, scale)) if len(linear) > 1 else None
        if known is not None:
            return Compare(kind, Product((Const(scale), known)))
        return Compare(kind, Sum(tuple(_product(m, c) for m, c in linear.items())) if linear else Const(Fraction(0)))

    def linear(self, term: Term) -> Linear:
        """The term as a combination of monomials; kept with the term where no sum in it is replaced."""
        known: Linear | None = term.__dict__.get("linear")
        if known is not None:
            return known
        found, met = Linear(), self._met
        for coefficient, factors in self._monomials(term):
            key = frozenset(factors.items())
            found[key] = found[key] + coefficient if key in found else coefficient
        found = {m: c for m, c in found.items() if c}
        if met == self._met:
            term.__dict__["linear"] = found
        return found

    def _monomials(self, term: Term) -> Iterator[tuple[Fraction, Factors]]:
        """The summands of a term; a constant times a sum is a sum."""
        if isinstance(term, Sum):
            for part in term.parts:
                yield from self._monomials(part)
            return
        if isinstance(term, Product):
            sums = [p for p in term.parts if isinstance(p, Sum)]
            if len(sums) == 1 and all(isinstance(p, Const | Sum) for p in term.parts):
                constant = prod((p.value for p in term.parts if isinstance(p, Const)), start=ONE)
                for coefficient, factors in self._monomials(sums[0]):
                    yield constant * coefficient, factors
                return
        factors = Factors()
        yield self._gathered(term, 1, factors), factors

    def _gathered(self, term: Term, exponent: int, factors: Factors) -> Fraction:
        """Note the factors of a power of the term; returns its coefficient."""
        match term:
            case Const(value):
                return value**exponent
            case Var():
                factors[term] = factors.get(term, 0) + exponent
                return ONE
            case Power(base, power):
                return self._gathered(base, power * exponent, factors)
            case Product(parts):
                return prod((self._gathered(part, exponent, factors) for part in parts), start=ONE)
            case Sum():
                linear = self.linear(term)
                if not linear:
                    return Fraction(0)
                scale, own = _scale(linear), next(iter(linear))
                if len(linear) > 1:
                    self._met += 1
                    name = sp.Dummy(f"a{len(self.unknowns)}", real=True)
                    own = frozenset([(self.unknowns.setdefault(_key(linear, scale), Var(name)), 1)])
                for factor, power in own:
                    factors[factor] = factors.get(factor, 0) + power * exponent
                return scale**exponent
        raise TypeError(f"{term!r} is not a term")


def _scale(linear: Linear) -> Fraction:
    """A number that is the same for all multiples of a sum, up to the multiple: the coefficient of its first monomial."""
    return linear[min(linear, key=_order)] if linear else Fraction(1)


def _order(monomial: Monomial) -> list[tuple[str, int, int]]:
    return sorted((f.symbol.name, getattr(f.symbol, "dummy_index", 0), k) for f, k in monomial)  # type: ignore[union-attr]


def _key(linear: Linear, scale: Fraction) -> frozenset[tuple[Monomial, Fraction]]:
    return frozenset((m, c / scale) for m, c in linear.items())


def _product(monomial: Monomial, coefficient: Fraction) -> Term:
    ordered = sorted(monomial, key=lambda pair: _order(frozenset([pair])))
    return Product((Const(coefficient), *(f if k == 1 else Power(f, k) for f, k in ordered)))
