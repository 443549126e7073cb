"""SMT-LIB 2: formulas as text, in the logic QF_NRA. Variables are named v0, v1, ... in order of appearance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

import sympy as sp

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Some, Sum, Term, Var


class Writer:
    """Writes formulas as SMT-LIB; the variables in `units` are read as 1."""

    def __init__(self, units: Iterable[sp.Symbol] = ()) -> None:
        self.units = set(units)
        self.names: dict[sp.Symbol, str] = {}

    def script(self, formulas: Sequence[Formula], universal: Collection[sp.Symbol] = ()) -> str:
        """Declarations and one assertion a formula, without a command to check.

        The last formula is asserted for all values of the `universal` variables.
        """
        written = [self.formula(f) for f in formulas]
        bound = " ".join(f"({name} Real)" for symbol, name in self.names.items() if symbol in universal)
        if bound:
            written[-1] = f"(forall ({bound}) {written[-1]})"
        declared = [f"(declare-const {name} Real)" for symbol, name in self.names.items() if symbol not in universal]
        return "\n".join([*declared, *(f"(assert {text})" for text in written)])

    def formula(self, formula: Formula) -> str:
        pattern, symbols = _pattern(formula)
        return pattern.format(*map(self._name, symbols))

    def term(self, term: Term) -> str:
        symbols: list[sp.Symbol] = []
        return _term(term, symbols).format(*map(self._name, symbols))

    def _name(self, symbol: sp.Symbol) -> str:
        return "1.0" if symbol in self.units else self.names.setdefault(symbol, f"v{len(self.names)}")


def _pattern(formula: Formula) -> tuple[str, list[sp.Symbol]]:
    """The formula with {} for each occurrence of a variable, and the variables in this order; made once a formula."""
    known: tuple[str, list[sp.Symbol]] | None = formula.__dict__.get("pattern")
    if known is None:
        symbols: list[sp.Symbol] = []
        known = formula.__dict__["pattern"] = _formula(formula, symbols), symbols
    return known


def _formula(formula: Formula, symbols: list[sp.Symbol]) -> str:
    match formula:
        case Compare("==", term):
            return f"(= {_term(term, symbols)} 0.0)"
        case Compare("!=", term):
            return f"(not (= {_term(term, symbols)} 0.0))"
        case Compare((">" | ">=") as operator, term):
            return f"({operator} {_term(term, symbols)} 0.0)"
        case All(parts):
            return f"(and {_formulas(parts, symbols)})" if parts else "true"
        case Some(parts):
            return f"(or {_formulas(parts, symbols)})" if parts else "false"
    raise TypeError(f"{formula!r} is not a formula")


def _formulas(parts: Iterable[Formula], symbols: list[sp.Symbol]) -> str:
    written = []
    for pattern, used in map(_pattern, parts):
        written.append(pattern)
        symbols += used
    return " ".join(written)


def _term(term: Term, symbols: list[sp.Symbol]) -> str:
    match term:
        case Const(value):
            return _number(value)
        case Var(symbol):
            symbols.append(symbol)
            return "{}"
        case Sum(parts):
            return f"(+ {' '.join([_term(p, symbols) for p in parts])})"
        case Product(parts):
            return f"(* {' '.join([_term(p, symbols) for p in parts])})"
        case Power(base, exponent):
            return f"(* {' '.join([_term(base, symbols) for _ in range(exponent)])})"
    raise TypeError(f"{term!r} is not a term")


def _number(value: Fraction) -> str:
    written = f"{abs(value.numerator)}.0"
    if value.denominator != 1:
        written = f"(/ {written} {value.denominator}.0)"
    return f"(- {written})" if value < 0 else written
