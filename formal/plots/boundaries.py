"""The curves on which the truth of conditions can change, as irreducible polynomials with exact coefficients.

Method
------
Let a condition compare two formulas in one or two parameters. Each root, absolute value, minimum, maximum and branch in them is
a new variable w with a polynomial that it satisfies: w² = A for √A. The difference of the two sides is then a quotient of
polynomials, and resultants remove the new variables one by one, the outermost first. What is left vanishes wherever the
difference does; it may vanish elsewhere too, which costs time and draws nothing, as only changes of the answer are drawn.
References: Cox, Little and O'Shea, Using Algebraic Geometry, chapter 3, for resultants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import flint
import sympy as sp
from sympy.core.relational import Relational

from formal.errors import UsageError
from formal.model.rewriting import rewritten
from formal.model.threshold import expand, thresholds

Polynomial = Any  # flint.fmpz_mpoly, which has no type stubs


def boundaries(formulas: Iterable[sp.Basic], axes: Sequence[sp.Symbol], fixed: Mapping[sp.Symbol, sp.Expr]) -> list[Polynomial]:
    """Irreducible polynomials in `axes` whose zeros hold all places where a formula's truth or analytic form can change.

    `fixed` gives exact numbers for all other parameters. Raises UsageError for formulas that are not algebraic.
    """
    work = _Elimination(axes, fixed)
    for formula in formulas:
        work.read(formula)
    return list(work.found.values())


class _Elimination:
    """Polynomials found so far, by how they are written."""

    def __init__(self, axes: Sequence[sp.Symbol], fixed: Mapping[sp.Symbol, sp.Expr]) -> None:
        self.axes, self.fixed = [sp.Symbol(f"v{k}") for k in range(len(axes))], dict(fixed)
        self.plain = dict(zip(axes, self.axes, strict=True))
        self.found: dict[str, Polynomial] = {}
        self.context = flint.fmpz_mpoly_ctx.get([s.name for s in self.axes], "lex")
        self.seen: set[sp.Basic] = set()

    def read(self, formula: sp.Basic) -> None:
        """Add the curves of a condition or, where it is none, those on which a formula changes its form."""
        if formula in self.seen:
            return
        self.seen.add(formula)
        for threshold in thresholds(formula):
            for condition in threshold.exists:
                self.read(condition)
        if isinstance(formula, Relational):
            self._curve(expand(formula.lhs) - expand(formula.rhs))
        elif isinstance(formula, sp.Expr) and not _pieced(formula):
            self._eliminated(*self._polynomial(expand(formula))[1:])
        else:
            for part in formula.args:
                self.read(part)

    def _curve(self, difference: sp.Expr) -> None:
        """Add where a formula is zero, and where it has no value."""
        over, under, relations = self._polynomial(difference)
        for side in (over, under):
            self._eliminated(side, relations)

    def _polynomial(self, formula: sp.Expr) -> tuple[sp.Expr, sp.Expr, dict[sp.Symbol, sp.Expr]]:
        """Numerator and denominator with new variables, and the polynomial of each of these, innermost first."""
        relations: dict[sp.Symbol, sp.Expr] = {}
        known: dict[sp.Expr, sp.Symbol] = {}
        written = self._plain(rewritten(formula, self.fixed), relations, known)
        over, under = sp.fraction(sp.together(written))
        return over, under, relations

    def _plain(self, e: sp.Expr, relations: dict[sp.Symbol, sp.Expr], known: dict[sp.Expr, sp.Symbol]) -> sp.Expr:
        """The formula as a rational one in the axes and in new variables."""
        if e in self.plain:
            return self.plain[e]
        if e.is_Rational:
            return e
        if isinstance(e, sp.Add | sp.Mul) or (e.is_Pow and e.exp.is_Integer):
            return e.func(*(self._plain(a, relations, known) for a in e.args))
        if e in known:
            return known[e]
        inner = [self._plain(a, relations, known) for a in _parts(e)]
        w = sp.Symbol(f"w{len(relations)}")
        if e.is_Pow and e.exp.is_Rational:
            polynomial = w**e.exp.q - inner[0] ** e.exp.p
            self._eliminated(sp.fraction(sp.together(inner[0]))[0], relations)
        elif isinstance(e, sp.Abs):
            polynomial = w**2 - inner[0] ** 2
        elif isinstance(e, sp.Min | sp.Max | sp.Piecewise):
            polynomial = sp.Mul(*(w - a for a in inner))
        else:
            raise UsageError(f"no exact boundaries can be drawn with {e}", place=None)
        for k, one in enumerate(inner if isinstance(e, sp.Min | sp.Max | sp.Abs) else ()):
            for other in inner[k + 1 :] or (sp.Integer(0),):
                self._eliminated(sp.fraction(sp.together(one - other))[0], relations)
        for _, condition in e.args if isinstance(e, sp.Piecewise) else ():
            self.read(condition)
        known[e], relations[w] = w, sp.fraction(sp.together(polynomial))[0]
        return w

    def _eliminated(self, polynomial: sp.Expr, relations: Mapping[sp.Symbol, sp.Expr]) -> None:
        """Add the factors of a polynomial after the new variables are removed from it."""
        names = [s.name for s in (*self.axes, *relations)]
        context = flint.fmpz_mpoly_ctx.get(names, "lex")
        rest = _factors(_converted(polynomial, names, context))
        for w in reversed(relations):
            minimal = _factors(_converted(relations[w], names, context))
            removed = []
            for one in rest:
                free = w.name in one.unused_gens()
                removed += [one] if free else [one.resultant(g, w.name) for g in minimal if w.name not in g.unused_gens()]
            rest = [f for one in removed if not one.is_zero() for f in _factors(one)]
        for one in rest:
            exponents = {m[: len(self.axes)]: c for m, c in one.to_dict().items()}
            made = self.context.from_dict(exponents)
            self.found.setdefault(str(made), made)


def _pieced(e: sp.Expr) -> bool:
    """Whether the parts of a formula can be read one by one."""
    return isinstance(e, sp.Piecewise) or (isinstance(e, sp.Add | sp.Mul) and e.has(sp.Piecewise))


def _parts(e: sp.Expr) -> Sequence[sp.Expr]:
    if isinstance(e, sp.Piecewise):
        return [value for value, _ in e.args]
    return list(e.args[:1] if e.is_Pow else e.args)


def _converted(polynomial: sp.Expr, names: list[str], context: Any) -> Polynomial:
    terms = sp.Poly(polynomial, *map(sp.Symbol, names)).clear_denoms(convert=True)[1].as_dict()
    return context.from_dict({m: int(c) for m, c in terms.items()})


def _factors(polynomial: Polynomial) -> list[Polynomial]:
    """The irreducible factors that are not constant, each once."""
    return [f for f, _ in polynomial.factor()[1] if not f.is_constant()] if not polynomial.is_zero() else []
