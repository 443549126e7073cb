"""Thresholds: named algebraic quantities, kept exact under a name instead of written out in radicals.

Definitions
-----------
A threshold t over parameters p is a closed form t = f(p) together with a characterisation: polynomial relations on
(p, t) that t = f(p) satisfies. Proofs use the characterisation and never the radical; that the closed form satisfies
its characterisation is an obligation of its own (`formal.obligations`), so the name adds nothing to what is trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

import sympy as sp

from formal.model.rewriting import conjunction, disjunction, rewritten


class Threshold(sp.Symbol):  # type: ignore[misc]
    """A real symbol with a closed form and the polynomial relations that characterise it wherever it `exists`."""

    __slots__ = ("characterisation", "definition", "exists", "plain")
    definition: sp.Expr
    characterisation: tuple[sp.Basic, ...]
    exists: tuple[sp.Basic, ...]
    plain: tuple[sp.Expr, ...]

    def __new__(
        cls,
        name: str,
        definition: sp.Expr,
        polynomial: sp.Expr,
        isolating: tuple[sp.Expr, ...],
        exists: tuple[sp.Basic, ...] = (),
    ) -> Threshold:
        """`polynomial` is a SymPy expression in Symbol(name) that vanishes; each of `isolating` is non-negative.

        `exists` are the conditions on the other symbols under which this is so; everywhere without conditions.
        """
        symbol: Threshold = sp.Symbol.__xnew__(cls, name, real=True)
        plain = sp.Symbol(name)
        symbol.definition, symbol.exists = definition, tuple(exists)
        symbol.characterisation, symbol.plain = (), (polynomial, *isolating)
        vanishes, *least = [e.xreplace({plain: symbol}) for e in symbol.plain]
        symbol.characterisation = (sp.Eq(vanishes, 0, evaluate=False), *(sp.Ge(e, 0, evaluate=False) for e in least))
        return symbol

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.definition, self.exists, self.plain)

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        polynomial, *isolating = self.plain
        return (self.name, self.definition, polynomial, tuple(isolating), self.exists), {}

    @property
    def parts(self) -> tuple[sp.Basic, ...]:
        """All that says what it is: the closed form, where it exists, and what characterises it, itself included."""
        return (self.definition, *self.exists, *self.characterisation)

    @property
    def facts(self) -> tuple[sp.Basic, ...]:
        """The characterisation, wherever the threshold exists."""
        return _facts(self)

    def at(self, replacement: Mapping[sp.Basic, sp.Basic], mark: str) -> Threshold:
        """The same quantity at other values of parameters and choices, under the name with `mark` added."""
        plain = sp.Symbol(self.name + mark)
        values = {**replacement, sp.Symbol(self.name): plain}
        polynomial, *isolating = [e.xreplace(values) for e in self.plain]
        exists = tuple(r.func(*(side.xreplace(values) for side in r.args), evaluate=False) for r in self.exists)
        return Threshold(plain.name, self.definition.xreplace(values), polynomial, tuple(isolating), exists)


@lru_cache(maxsize=4096)
def _facts(threshold: Threshold) -> tuple[sp.Basic, ...]:
    if not threshold.exists:
        return threshold.characterisation
    missing = sp.Not(conjunction(*threshold.exists))
    return tuple(disjunction(missing, relation) for relation in threshold.characterisation)


@lru_cache(maxsize=100_000)
def free_symbols(expression: sp.Basic) -> tuple[sp.Symbol, ...]:
    """The free symbols of an expression in the order of their names, found once."""
    return tuple(sorted(expression.free_symbols, key=lambda s: s.name))


def thresholds(*expressions: sp.Basic) -> tuple[Threshold, ...]:
    """All thresholds in the expressions and in what says what others are, innermost first."""
    return tuple(dict.fromkeys(chain.from_iterable(map(_within, expressions))))


@lru_cache(maxsize=100_000)
def _within(expression: sp.Basic) -> tuple[Threshold, ...]:
    """The thresholds in one expression, found once."""
    found: dict[Threshold, None] = {}
    for symbol in free_symbols(expression):
        if isinstance(symbol, Threshold) and symbol not in found:
            found.update(dict.fromkeys(thresholds(symbol.definition, *symbol.exists, *symbol.plain)))
            found[symbol] = None
    return tuple(found)


def rests_on(*expressions: sp.Basic) -> frozenset[sp.Symbol]:
    """The symbols, no thresholds, in the expressions and in all that says what the thresholds in them are."""
    return frozenset().union(*map(_rests_on, expressions))


@lru_cache(maxsize=100_000)
def _rests_on(expression: sp.Basic) -> frozenset[sp.Symbol]:
    """What one expression rests on, found once."""
    parts = (part for t in _within(expression) for part in t.parts)
    return frozenset(s for e in (expression, *parts) for s in free_symbols(e) if not isinstance(s, Threshold))


def depends(expression: sp.Basic, symbol: sp.Symbol) -> bool:
    """Whether the symbol is in the expression, or in the closed form of a threshold in it."""
    return symbol in expression.free_symbols or any(symbol in t.definition.free_symbols for t in thresholds(expression))


def expand(expression: sp.Basic) -> sp.Basic:
    """The expression with every threshold written out in closed form."""
    for threshold in reversed(thresholds(expression)):
        expression = expression.xreplace({threshold: threshold.definition})
    return expression


def following(expression: sp.Basic, values: Mapping[sp.Symbol, sp.Expr], mark: str = "") -> dict[sp.Basic, sp.Basic]:
    """The replacement `values`, and with it that of each threshold in the expression that depends on a replaced symbol.

    The names of these have the mark added, or what is replaced by what.
    """
    full: dict[sp.Basic, sp.Basic] = dict(values)
    for threshold in thresholds(expression):
        rests = chain(*map(free_symbols, (threshold.definition, *threshold.exists)))
        if threshold not in full and not full.keys().isdisjoint(rests):
            mark = mark or "[" + ", ".join(f"{s}={e}" for s, e in sorted(values.items(), key=lambda pair: pair[0].name)) + "]"
            full[threshold] = threshold.at(full, mark)
    return full


def copy(expression: sp.Basic, replacement: Mapping[sp.Symbol, sp.Expr], mark: str = "'") -> sp.Basic:
    """The expression at other parameter values: thresholds that depend on a replaced symbol become copies."""
    return rewritten(expression, following(expression, replacement, mark))


@lru_cache(maxsize=1024)
def total_derivative(expression: sp.Expr, parameter: sp.Symbol) -> sp.Expr:
    """The derivative in a parameter, through the thresholds: G(p, t) = 0 gives dt/dp = -G_p / G_t."""
    total = sp.diff(expression, parameter)
    for threshold in expression.free_symbols:
        if isinstance(threshold, Threshold):
            total += sp.diff(expression, threshold) * _threshold_derivative(threshold, parameter)
    return sp.cancel(sp.together(total))


def _threshold_derivative(threshold: Threshold, parameter: sp.Symbol) -> sp.Expr:
    polynomial = threshold.characterisation[0].lhs
    inner = [s for s in polynomial.free_symbols if isinstance(s, Threshold) and s != threshold]
    along = sp.diff(polynomial, parameter)
    along += sp.Add(*(sp.diff(polynomial, t) * _threshold_derivative(t, parameter) for t in inner))
    return -along / sp.diff(polynomial, threshold)
