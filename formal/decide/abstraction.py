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

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

import sympy as sp

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Some, Sum, Term, Var

Monomial = frozenset[tuple[Term, int]]
Linear = dict[Monomial, Fraction]


def abstracted(formulas: Sequence[Formula]) -> list[Formula] | None:
    """The formulas with sums inside products replaced; None when there are none."""
    work = Abstraction()
    read = [work.read(f) for f in formulas]
    return [work.written(f) for f in read] if work.unknowns else None


class Abstraction:
    def __init__(self) -> None:
        self.unknowns: dict[frozenset[tuple[Monomial, Fraction]], Var] = {}

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
        found: Linear = {}
        for coefficient, factors in self._monomials(term):
            key = frozenset(factors.items())
            found[key] = found.get(key, Fraction(0)) + coefficient
        return {m: c for m, c in found.items() if c}

    def _monomials(self, term: Term) -> Iterator[tuple[Fraction, Counter[Term]]]:
        """The summands of a term; a constant times a sum is a sum."""
        if isinstance(term, Sum):
            for part in term.parts:
                yield from self._monomials(part)
            return
        if isinstance(term, Product):
            sums = [p for p in term.parts if isinstance(p, Sum)]
            rest = [p for p in term.parts if not isinstance(p, Sum)]
            if len(sums) == 1 and all(isinstance(p, Const) for p in rest):
                constant = Fraction(1)
                for p in rest:
                    constant *= p.value  # type: ignore[union-attr]
                for coefficient, factors in self._monomials(sums[0]):
                    yield constant * coefficient, factors
                return
        yield self._monomial(term)

    def _monomial(self, term: Term) -> tuple[Fraction, Counter[Term]]:
        match term:
            case Const(value):
                return value, Counter()
            case Var():
                return Fraction(1), Counter({term: 1})
            case Power(base, exponent):
                coefficient, factors = self._monomial(base)
                return coefficient**exponent, Counter({f: k * exponent for f, k in factors.items()})
            case Product(parts):
                total, all_factors = Fraction(1), Counter[Term]()
                for part in parts:
                    coefficient, factors = self._monomial(part)
                    total, all_factors = total * coefficient, all_factors + factors
                return total, all_factors
            case Sum():
                linear = self.linear(term)
                if len(linear) < 2:
                    return next(((c, Counter(dict(m))) for m, c in linear.items()), (Fraction(0), Counter()))
                scale = _scale(linear)
                name = sp.Dummy(f"a{len(self.unknowns)}", real=True)
                return scale, Counter({self.unknowns.setdefault(_key(linear, scale), Var(name)): 1})
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
