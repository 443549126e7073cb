"""Quantifiers in claims, as they are written; what they mean to a proof depends on where they stand."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.logic.boolalg import BooleanFunction


class Quantifier(BooleanFunction):  # type: ignore[misc]
    """A condition and the symbols that it binds."""

    sign = ""
    latex = ""

    @property
    def body(self) -> sp.Basic:
        """The condition."""
        return self.args[0]

    @property
    def bound(self) -> tuple[sp.Symbol, ...]:
        """The symbols that are no longer free."""
        return tuple(self.args[1:])

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """The symbols that the claim is about."""
        return set(self.body.free_symbols) - set(self.bound)

    def _sympystr(self, printer: Any) -> str:
        return f"{self.sign} {', '.join(s.name for s in self.bound)}: {printer.doprint(self.body)}"

    def _latex(self, printer: Any) -> str:
        return rf"{self.latex} {', '.join(s.name for s in self.bound)}\colon {printer.doprint(self.body)}"


class ForAll(Quantifier):
    """ForAll(body, x, ...): for all real x, ... the body has a value and is true."""

    sign = "∀"
    latex = r"\forall\,"


class ForSome(Quantifier):
    """ForSome(body, m, ...): for some real m, ... the body has a value and is true."""

    sign = "∃"
    latex = r"\exists\,"
