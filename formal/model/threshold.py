"""Thresholds: named algebraic quantities, kept exact under a name instead of written out in radicals.

Definitions
-----------
A threshold t over parameters p is a closed form t = f(p) together with a characterisation: polynomial relations on
(p, t) that t = f(p) satisfies. Proofs use the characterisation and never the radical; that the closed form satisfies
its characterisation is an obligation of its own (`formal.obligations`), so the name adds nothing to what is trusted.
"""

from __future__ import annotations

from typing import Any

import sympy as sp


class Threshold(sp.Symbol):  # type: ignore[misc]
    """A real symbol with a closed form and the polynomial relations that characterise it."""

    __slots__ = ("characterisation", "definition")
    definition: sp.Expr
    characterisation: tuple[sp.Basic, ...]

    def __new__(cls, name: str, definition: sp.Expr, polynomial: sp.Expr, isolating: tuple[sp.Expr, ...]) -> Threshold:
        """`polynomial` is a SymPy expression in Symbol(name) that vanishes; each of `isolating` is non-negative."""
        symbol: Threshold = sp.Symbol.__xnew__(cls, name, real=True)
        plain = sp.Symbol(name)
        symbol.definition = definition
        symbol.characterisation = ()
        relations = [sp.Eq(polynomial, 0, evaluate=False), *(sp.Ge(e, 0, evaluate=False) for e in isolating)]
        symbol.characterisation = tuple(r.xreplace({plain: symbol}) for r in relations)
        return symbol

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.definition)

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        plain = sp.Symbol(self.name)
        polynomial, *isolating = [r.lhs.xreplace({self: plain}) for r in self.characterisation]
        return (self.name, self.definition, polynomial, tuple(isolating)), {}

    def at(self, replacement: dict[sp.Symbol, sp.Expr], mark: str) -> Threshold:
        """The same quantity at other parameter values, under the name with `mark` added."""
        plain = sp.Symbol(self.name + mark)
        polynomial, *isolating = [r.lhs.xreplace({self: plain}).xreplace(replacement) for r in self.characterisation]
        return Threshold(plain.name, self.definition.xreplace(replacement), polynomial, tuple(isolating))


def thresholds(*expressions: sp.Basic) -> tuple[Threshold, ...]:
    """All thresholds in the expressions and in one another's definitions, innermost first."""
    found: dict[Threshold, None] = {}
    for expression in expressions:
        for symbol in sorted(expression.free_symbols, key=str):
            if isinstance(symbol, Threshold) and symbol not in found:
                found.update(dict.fromkeys(thresholds(symbol.definition)))
                found[symbol] = None
    return tuple(found)


def expand(expression: sp.Basic) -> sp.Basic:
    """The expression with every threshold written out in closed form."""
    for threshold in reversed(thresholds(expression)):
        expression = expression.xreplace({threshold: threshold.definition})
    return expression


def copy(expression: sp.Basic, replacement: dict[sp.Symbol, sp.Expr], mark: str = "'") -> sp.Basic:
    """The expression at other parameter values: thresholds that depend on a replaced symbol become copies."""
    full: dict[sp.Basic, sp.Basic] = dict(replacement)
    for threshold in thresholds(expression):
        if threshold.definition.free_symbols & full.keys():
            full[threshold] = threshold.at(full, mark)
    return expression.xreplace(full)
