"""SMT-LIB 2: formulas as text, in the logic QF_NRA. Variables are named v0, v1, ... in order of appearance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import sympy as sp

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Some, Sum, Term, Var


class Writer:
    """Writes formulas as SMT-LIB, each once; the variables in `units` are read as 1."""

    def __init__(self, units: Iterable[sp.Symbol] = ()) -> None:
        self.units = set(units)
        self.names: dict[sp.Symbol, str] = {}
        self._written: dict[int, tuple[Formula, str]] = {}

    def script(self, formulas: Sequence[Formula]) -> str:
        """Declarations and one assertion a formula, without a command to check."""
        assertions = [f"(assert {self._once(f)})" for f in formulas]
        declared = [f"(declare-const {name} Real)" for name in self.names.values()]
        return "\n".join([*declared, *assertions])

    def _once(self, formula: Formula) -> str:
        kept, written = self._written.get(id(formula), (None, ""))
        if kept is not formula:
            written = self.formula(formula)
            self._written[id(formula)] = (formula, written)
        return written

    def term(self, term: Term) -> str:
        match term:
            case Const(value):
                return _number(value)
            case Var(symbol) if symbol in self.units:
                return "1.0"
            case Var(symbol):
                return self.names.setdefault(symbol, f"v{len(self.names)}")
            case Sum(parts):
                return f"(+ {' '.join(map(self.term, parts))})"
            case Product(parts):
                return f"(* {' '.join(map(self.term, parts))})"
            case Power(base, exponent):
                return f"(* {' '.join([self.term(base)] * exponent)})"
        raise TypeError(f"{term!r} is not a term")

    def formula(self, formula: Formula) -> str:
        match formula:
            case Compare("==", term):
                return f"(= {self.term(term)} 0.0)"
            case Compare("!=", term):
                return f"(not (= {self.term(term)} 0.0))"
            case Compare((">" | ">=") as operator, term):
                return f"({operator} {self.term(term)} 0.0)"
            case All(parts):
                return f"(and {' '.join(map(self.formula, parts))})" if parts else "true"
            case Some(parts):
                return f"(or {' '.join(map(self.formula, parts))})" if parts else "false"
        raise TypeError(f"{formula!r} is not a formula")


def _number(value: Fraction) -> str:
    written = f"{abs(value.numerator)}.0"
    if value.denominator != 1:
        written = f"(/ {written} {value.denominator}.0)"
    return f"(- {written})" if value < 0 else written
