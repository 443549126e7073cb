"""Exact numbers only: what may enter a model, and how to write what may not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp

from formal.errors import ModelError


def exact(value: Any, what: str) -> sp.Expr:
    """`value` as a SymPy expression over exact numbers; a float is an error that says how to write it.

    Strings are read as exact decimals or fractions: `"0.1"` is 1/10.
    Raises ModelError naming `what`.
    """
    if isinstance(value, bool):
        raise ModelError(f"{what} is {value}, not a number")
    if isinstance(value, float):
        raise ModelError(f"{what} is the float {value!r}; {_advice(value)}")
    if isinstance(value, str):
        try:
            return sp.Rational(value)
        except (TypeError, ValueError):
            raise ModelError(f'{what} is the text "{value}", not an exact number') from None
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    try:
        expression = sp.sympify(value, strict=True)
    except sp.SympifyError:
        raise ModelError(f"{what} is {value!r}, not a number or a formula") from None
    if not isinstance(expression, sp.Expr):
        raise ModelError(f"{what} is {value!r}, not a number or a formula")
    for number in expression.atoms(sp.Float):
        raise ModelError(f"{what} contains the float {float(number)!r}; {_advice(float(number))}")
    if expression.has(sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo):
        raise ModelError(f"{what} is {expression}, which is not a real number")
    return expression


def _advice(number: float) -> str:
    written = Fraction(repr(number)) if number == number and abs(number) != float("inf") else None
    if written is None:
        return "it is not a finite number"
    return f'write Rational({written.numerator}, {written.denominator}) or "{number!r}"'
