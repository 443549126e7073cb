"""Values that exist only where a condition holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sympy as sp


class Piecewise(sp.Piecewise):  # type: ignore[misc]
    """A piecewise function that may be without a value somewhere; it is printed as any other.

    SymPy finds that such a function is not negative where none of its values is, and so that a claim about it is true, which it
    is not where there is no value. Of this one it concludes nothing.
    """

    def _eval_template_is_attr(self, is_attr: str) -> None:
        return None


def defined(value: sp.Expr, where: sp.Basic) -> sp.Expr:
    """The value, where the condition holds."""
    return sp.sympify(value) if where == sp.true else Piecewise((value, where), evaluate=False)


def denominators(values: Iterable[sp.Expr]) -> list[sp.Basic]:
    """That no denominator of the values is 0, each once, in the order in which they are met."""
    quotients = dict.fromkeys(sp.fraction(sp.together(v))[1] for v in values)
    return [sp.Ne(q, 0, evaluate=False) for q in quotients if not q.is_number]


def equation(variable: sp.Expr, value: sp.Expr) -> Iterator[sp.Basic]:
    """variable = value, without a quotient that would have to be defined elsewhere too."""
    numerator, denominator = sp.fraction(sp.together(value))
    yield sp.Eq(variable * denominator, numerator, evaluate=False)
    if not denominator.is_number:
        yield sp.Ne(denominator, 0, evaluate=False)
