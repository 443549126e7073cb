"""The project's own prover: a search for a certificate that polynomial constraints have no solution.

It proves and never refutes; what it finds is checked exactly before it is believed (see `certificate_worker`).
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import flint
import sympy as sp

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Sum, Term, Var, degree, symbols
from formal.decide.solvers.program import Answer, Program, Question

DEGREE, VARIABLES = 16, 24


def _command() -> list[str] | None:
    found = importlib.util.find_spec("highspy") is not None
    return [sys.executable, "-m", "formal.decide.solvers.certificate_worker"] if found else None


def _written(question: Question) -> str | None:
    """One constraint a line: its relation to 0 and its polynomial; alternatives are left out, which only weakens the rest.

    Units are written out as the variables that they are, since certificates of homogeneous polynomials are easier to find.
    """
    comparisons = [c for f in question.formulas for c in _comparisons(f)]
    used = sorted({s for c in comparisons for s in symbols(c)}, key=lambda s: s.sort_key())
    if question.universal or not 1 <= len(used) <= VARIABLES or max(map(degree, comparisons), default=0) > DEGREE:
        return None
    context = flint.fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(used))], "degrevlex")
    values = dict(zip(used, context.gens(), strict=True))
    one = context.from_dict({(0,) * len(used): 1})
    lines = [f"{c.operator} {_terms(_polynomial(c.term, values, one))}" for c in comparisons]
    return "\n".join([str(len(used)), *lines]) + "\n"


def _terms(poly: Any) -> dict[tuple[int, ...], tuple[int, int]]:
    return {tuple(map(int, powers)): (int(c.p), int(c.q)) for powers, c in poly.to_dict().items()}


def _comparisons(formula: Formula) -> Iterator[Compare]:
    if isinstance(formula, All):
        for part in formula.parts:
            yield from _comparisons(part)
    elif isinstance(formula, Compare) and formula.operator != "!=":
        yield formula


def _polynomial(term: Term, values: Mapping[sp.Symbol, Any], one: Any) -> Any:
    match term:
        case Const(value):
            return one * flint.fmpq(value.numerator, value.denominator)
        case Var(symbol):
            return values[symbol]
        case Sum(parts):
            return sum((_polynomial(p, values, one) for p in parts), one * 0)
        case Product(parts):
            product = one
            for part in parts:
                product = product * _polynomial(part, values, one)
            return product
        case Power(base, exponent):
            return _polynomial(base, values, one) ** exponent
    raise TypeError(f"{term!r} is not a term")


def _read(output: str) -> Answer:
    *_, last = ["", *output.split()]  # HiGHS introduces itself before
    return Answer("unsat" if last == "unsat" else "unknown")


CERTIFICATES = Program("certificates", _command, _written, _read, counts=True, nice=5)
