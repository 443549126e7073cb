"""Values that exist only where a condition holds."""

from __future__ import annotations

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
