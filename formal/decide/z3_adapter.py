"""Z3: formulas in, an answer and a model out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp
import z3

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Some, Sum, Term, Var
from formal.ladder import LONG, SHORT, run


@dataclass(frozen=True)
class Reply:
    """`status` is "sat", "unsat" or "unknown"; `by` says which strategy answered, or why none did."""

    status: str
    by: str
    model: Mapping[sp.Symbol, sp.Expr]


class Session:
    """Puts related questions to Z3, writing each formula once; the variables in `units` are read as 1."""

    def __init__(self, units: Iterable[sp.Symbol] = ()) -> None:
        self.units = set(units)
        self.variables: dict[sp.Symbol, z3.ArithRef] = {}
        self._written: dict[int, tuple[Formula, z3.BoolRef]] = {}

    def solve(self, formulas: Sequence[Formula], *, short: bool = False) -> Reply:
        """Ask whether the formulas can hold together."""
        answer = run([self._once(f) for f in formulas], SHORT if short else LONG)
        if answer.model is None:
            return Reply(answer.status, f"Z3 {answer.by}" if answer.status == "unsat" else answer.by, {})
        found = {s: _exact(answer.model.eval(v, model_completion=True)) for s, v in self.variables.items()}
        return Reply("sat", f"Z3 {answer.by}", found | {s: sp.Integer(1) for s in self.units})

    def _once(self, formula: Formula) -> z3.BoolRef:
        kept, written = self._written.get(id(formula), (None, None))
        if kept is not formula:
            written = self.formula(formula)
            self._written[id(formula)] = (formula, written)
        return written

    def term(self, term: Term) -> z3.ArithRef:
        match term:
            case Const(value):
                return z3.Q(value.numerator, value.denominator)
            case Var(symbol) if symbol in self.units:
                return z3.RealVal(1)
            case Var(symbol):
                return self.variables.setdefault(symbol, z3.Real(f"{symbol.name}!{len(self.variables)}"))
            case Sum(parts):
                return z3.Sum([self.term(p) for p in parts])
            case Product(parts):
                return z3.Product([self.term(p) for p in parts])
            case Power(base, exponent):
                return z3.Product([self.term(base)] * exponent)
        raise TypeError(f"{term!r} is not a term")

    def formula(self, formula: Formula) -> z3.BoolRef:
        match formula:
            case Compare(">", term):
                return self.term(term) > 0
            case Compare(">=", term):
                return self.term(term) >= 0
            case Compare("==", term):
                return self.term(term) == 0
            case Compare("!=", term):
                return self.term(term) != 0
            case All(parts):
                return z3.And([self.formula(p) for p in parts])
            case Some(parts):
                return z3.Or([self.formula(p) for p in parts])
        raise TypeError(f"{formula!r} is not a formula")


def _exact(number: z3.ExprRef) -> sp.Expr:
    """A value of Z3's model as an exact SymPy number."""
    if z3.is_rational_value(number):
        return sp.Rational(number.numerator_as_long(), number.denominator_as_long())
    x = sp.Symbol("x")
    coefficients = [sp.Rational(str(c.as_fraction())) for c in number.poly()]
    polynomial = sp.Poly(list(reversed(coefficients)), x)
    return sp.CRootOf(polynomial.as_expr(), x, number.index() - 1)
