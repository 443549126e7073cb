"""Implicit roots: the zero of a polynomial that does not fall on an interval, without radicals.

Definition
----------
Root(low, high, c₀, ..., cₙ) is the t in [low, high] with p(t) = c₀ + c₁ t + ... + cₙ tⁿ = 0, and high where p is 0 everywhere.

Statement
---------
If low ≤ high and p(low) ≤ 0 ≤ p(high), there is such a t, by the intermediate value theorem. If besides p' ≥ 0 on [low, high],
it is the only one unless p vanishes on an interval, and so everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from formal.model.substitution import substitute
from formal.model.threshold import Threshold

HALVINGS = 64
SPARE = 30  # halvings, more than there are bits


class Root(sp.Function):  # type: ignore[misc]
    """The zero of a polynomial in an interval, both with expressions as coefficients and ends."""

    is_real = True

    @classmethod
    def eval(cls, *_: sp.Expr) -> None:
        """Nothing is evaluated by itself."""

    @property
    def ends(self) -> tuple[sp.Expr, sp.Expr]:
        """The interval."""
        return self.args[0], self.args[1]

    def polynomial(self, at: sp.Expr) -> sp.Expr:
        """The polynomial at a point, as a sum of powers."""
        return sp.Add(*(c * at**k for k, c in enumerate(self.args[2:])))

    def claims(self, name: str) -> dict[str, sp.Basic]:
        """What makes it defined, under words for each; `name` is for the point of the interval at which the slope is."""
        low, high = self.ends
        t = sp.Dummy(name, real=True)
        inside = [sp.Ge(t, low, evaluate=False), sp.Le(t, high, evaluate=False)]
        rises = sp.Ge(sp.diff(self.polynomial(t), t), 0, evaluate=False)
        return {
            "its interval has a point": sp.Le(low, high, evaluate=False),
            "it is not below its interval": sp.Le(self.polynomial(low), 0, evaluate=False),
            "it is not above its interval": sp.Ge(self.polynomial(high), 0, evaluate=False),
            "there is no other unless all are": sp.Or(*(sp.Not(c, evaluate=False) for c in inside), rises, evaluate=False),
        }

    def _eval_evalf(self, prec: int) -> sp.Expr | None:
        if not all(a.is_number for a in self.args):
            return None
        digits = (prec + SPARE) // 3
        numbers = [Fraction(str(sp.Rational(a.evalf(digits)))) for a in self.args]
        return sp.Float(sp.Rational(str(bisected(*numbers, halvings=prec + SPARE))), precision=prec)


@lru_cache(maxsize=1024)
def closed_form_claims(threshold: Threshold) -> tuple[tuple[str, sp.Basic], ...]:
    """What makes a threshold real and satisfy its characterisation wherever it exists, with words for each."""
    if not all(part.is_rational_function(*part.free_symbols) for part in threshold.plain):
        return (("what characterises it are polynomials", sp.false),)  # it is differentiated as if they were
    if isinstance(threshold.definition, Root):
        return (*threshold.definition.claims(threshold.name).items(), *_of_every_root(threshold))
    closed = {threshold: threshold.definition}
    claims = [(str(relation), substitute(relation, closed)) for relation in threshold.characterisation]
    return (*_defined(threshold.definition, [claim for _, claim in claims]), *claims)


def _defined(definition: sp.Expr, claims: Sequence[sp.Basic]) -> Iterator[tuple[str, sp.Basic]]:
    """That the closed form has a real value, where the claims do not say all of it: for SymPy (√a)² is a, whatever a is."""
    if definition.has(sp.I, sp.oo, -sp.oo, sp.zoo, sp.nan):
        yield "it is a real number", sp.false
    powers = {power for power in definition.atoms(sp.Pow) if not (power.exp.is_Integer and power.exp.is_positive)}
    partial = powers | definition.atoms(sp.Function) - definition.atoms(sp.Min, sp.Max, sp.Abs)
    if not all(any(claim.has(part) for claim in claims) for part in partial):
        yield "it is defined", sp.Eq(definition, definition, evaluate=False)


def _of_every_root(threshold: Threshold) -> Iterator[tuple[str, sp.Basic]]:
    """That whatever is a zero in the interval satisfies the characterisation."""
    t = sp.Dummy(threshold.name, real=True)
    (low, high), polynomial = threshold.definition.ends, threshold.definition.polynomial(t)
    inside = (sp.Ge(t, low, evaluate=False), sp.Le(t, high, evaluate=False), sp.Eq(polynomial, 0, evaluate=False))
    absent = [sp.Not(condition, evaluate=False) for condition in inside]
    for relation in threshold.characterisation:
        yield str(relation), sp.Or(*absent, substitute(relation, {threshold: t}), evaluate=False)


def bisected(low: Any, high: Any, *coefficients: Any, halvings: int = HALVINGS) -> Any:
    """Root(low, high, *coefficients) by bisection, for numbers and for arrays; the nearer end where it does not exist."""
    for _ in range(halvings):
        middle = (low + high) / 2
        value = 0 * middle
        for k in range(len(coefficients) - 1, -1, -1):
            value = value * middle + coefficients[k]
        below = value <= 0
        low = low + (middle - low) * below
        high = high - (high - middle) * (1 - below)
    return (low + high) / 2


NUMPY = [{"Root": bisected}, "numpy"]  # the modules in which `lambdify` finds what formulas with roots call
