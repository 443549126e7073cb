"""Exact evaluation of expressions at a point, without a solver: the judge of every counterexample.

A point gives each variable a rational or algebraic number. Comparisons of algebraic numbers are settled by the sign of
a difference: by digits when it is not 0, by its minimal polynomial when it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from formal.model.root import Root
from formal.model.threshold import Threshold

Point = Mapping[sp.Symbol, sp.Expr]
DIGITS = (30, 80, 200)


class UndefinedError(ValueError):
    """The expression has no real value at the point."""


class AbsentError(UndefinedError):
    """A threshold does not exist at the point: whatever is said of it counts only where nothing else settles the formula."""


def sign(number: sp.Expr) -> int:
    """The sign of an exact real algebraic number."""
    if number.is_Rational:
        return int(sp.sign(number))
    for digits in DIGITS:
        approximate = number.evalf(digits)
        if abs(approximate) > sp.Float(10) ** (-digits // 2):
            return 1 if approximate > 0 else -1
        if digits == DIGITS[0] and sp.minimal_polynomial(number, sp.Symbol("z")) == sp.Symbol("z"):
            return 0
    raise ArithmeticError(f"the sign of {number} was not found")


def value(expression: sp.Expr, point: Point) -> sp.Expr:
    """The exact value. Raises UndefinedError for a division by zero, a root of a negative number or no branch."""
    if isinstance(expression, Threshold) and expression not in point:
        if not all(holds(condition, point) for condition in expression.exists):
            raise AbsentError(f"{expression} does not exist there")
        return value(expression.definition, point)
    if expression.is_Symbol:
        return sp.sympify(point[expression])
    if expression.is_Number or (expression.is_number and not expression.has(Root)):
        return expression
    if isinstance(expression, sp.Piecewise):
        for result, condition in expression.args:
            if holds(condition, point):
                return value(result, point)
        raise UndefinedError(f"no branch of {expression} applies")
    parts = [value(a, point) for a in expression.args]
    if isinstance(expression, sp.Min | sp.Max):
        best = parts[0]
        for part in parts[1:]:
            ahead = sign(part - best)
            best = part if ahead * (1 if isinstance(expression, sp.Max) else -1) > 0 else best
        return best
    if isinstance(expression, sp.Abs):
        return parts[0] * sign(parts[0])
    if isinstance(expression, Root):
        return _root(*parts)
    if expression.is_Pow:
        base, exponent = parts
        if exponent.is_negative and sign(base) == 0:
            raise UndefinedError(f"{expression} divides by zero")
        if not exponent.is_Integer and sign(base) < 0:
            raise UndefinedError(f"{expression} is the root of a negative number")
    return sp.nsimplify(expression.func(*parts)) if not parts else expression.func(*parts)


def _root(low: sp.Expr, high: sp.Expr, *coefficients: sp.Expr) -> sp.Expr:
    """The zero in the interval, its high end for the polynomial 0. Raises UndefinedError where there is none or another."""
    polynomial = sp.Poly(coefficients[::-1], sp.Symbol("t"), extension=True)
    if polynomial.is_zero and sign(high - low) >= 0:
        return high
    zeros = [] if polynomial.is_ground else sp.real_roots(polynomial, multiple=False)
    within = [zero for zero, _ in zeros if sign(zero - low) >= 0 and sign(high - zero) >= 0]
    if len(within) != 1:
        raise UndefinedError(f"{polynomial.as_expr()} = 0 has {len(within)} solutions from {low} to {high}")
    return within[0]


def holds(formula: sp.Basic, point: Point) -> bool:
    """Whether a Boolean expression is true at the point, exactly. Raises UndefinedError where it has no value."""
    if isinstance(formula, BooleanAtom):
        return bool(formula)
    if isinstance(formula, Relational):
        gap = sign(value(formula.lhs, point) - value(formula.rhs, point))
        tests = {"==": gap == 0, "!=": gap != 0, ">": gap > 0, ">=": gap >= 0, "<": gap < 0, "<=": gap <= 0}
        return tests[formula.rel_op]
    if isinstance(formula, sp.And | sp.Or):
        return _settled(formula, point)
    if isinstance(formula, sp.Not):
        return not holds(formula.args[0], point)
    if isinstance(formula, sp.Implies):
        return not holds(formula.args[0], point) or holds(formula.args[1], point)
    if isinstance(formula, sp.Equivalent):
        return len({holds(a, point) for a in formula.args}) == 1
    if isinstance(formula, sp.ITE):
        return holds(formula.args[1] if holds(formula.args[0], point) else formula.args[2], point)
    raise TypeError(f"{formula} is not a formula")


def _settled(formula: sp.Basic, point: Point) -> bool:
    """A conjunction or disjunction; one of its parts may settle it where a threshold in the others does not exist."""
    settling, absent = isinstance(formula, sp.Or), None
    parts = []
    for part in formula.args:
        try:
            parts.append(holds(part, point))
        except AbsentError as error:
            absent = error
    if absent is not None and settling not in parts:
        raise absent
    return settling if settling in parts else not settling


def inside(conditions: Iterable[sp.Basic], point: Point) -> bool:
    """Whether all conditions hold; one that is false settles it, even where others have no value.

    Raises UndefinedError where none is false and some have no value.
    """
    undefined: UndefinedError | None = None
    for condition in conditions:
        try:
            if not holds(condition, point):
                return False
        except UndefinedError as error:
            undefined = error
    if undefined is not None:
        raise undefined
    return True


def failing(formula: sp.Basic, point: Point) -> sp.Basic | None:
    """A part of a false formula that is a false comparison, when one alone shows why it is false."""
    if isinstance(formula, Relational):
        return formula
    if isinstance(formula, sp.And):
        return next((failing(a, point) for a in formula.args if not holds(a, point)), None)
    if isinstance(formula, sp.Implies):
        return failing(formula.args[1], point)
    if isinstance(formula, sp.Or) and len(formula.args) > 0:
        parts = [a for a in formula.args if isinstance(a, Relational)]
        return parts[0] if len(parts) == len(formula.args) == 1 else None
    return None
