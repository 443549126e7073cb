"""QEPCAD B: cylindrical algebraic decomposition (Collins 1975; Brown 2003), for questions in few variables."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from fractions import Fraction

import sympy as sp

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Some, Sum, Term, Var, symbols
from formal.decide.solvers.program import Answer, Program, Question

MOST = 4  # variables
CELLS = 4_000_000
_RELATION = {"==": "=", "!=": "/=", ">": ">", ">=": ">="}


def _command() -> list[str] | None:
    path = shutil.which("qepcad")
    return None if path is None else [path, f"+N{CELLS}"]


def _written(question: Question) -> str | None:
    used = sorted(set[sp.Symbol]().union(*map(symbols, question.formulas)) - question.writer.units, key=lambda s: s.sort_key())
    if question.integers or not 1 <= len(used) <= MOST:
        return None
    names = {s: f"x{k}" for k, s in enumerate(used)}
    matrix = formula(All(tuple(question.formulas)), names | dict.fromkeys(question.writer.units, "1"))
    ordered = sorted(used, key=lambda s: s in question.universal)
    prefix = "".join(f"({'A' if s in question.universal else 'E'} {names[s]})" for s in ordered)
    return f"[ question ]\n({','.join(names[s] for s in ordered)})\n0\n{prefix}[ {matrix} ].\nfinish\n"


def _read(output: str) -> Answer:
    found = re.search(r"An equivalent quantifier-free formula:\s*(TRUE|FALSE)\b", output)
    return Answer({"FALSE": "unsat", "TRUE": "sat"}[found[1]] if found else "unknown")


QEPCAD = Program("QEPCAD", _command, _written, _read)


def formula(part: Formula, names: Mapping[sp.Symbol, str]) -> str:
    """A formula as QEPCAD reads it; variables are named by `names`."""
    match part:
        case Compare(operator, side):
            return f"{term(side, names)} {_RELATION[operator]} 0"
        case All(parts):
            return " /\\ ".join(f"[ {formula(p, names)} ]" for p in parts) if parts else "0 = 0"
        case Some(parts):
            return " \\/ ".join(f"[ {formula(p, names)} ]" for p in parts) if parts else "0 = 1"
    raise TypeError(f"{part!r} is not a formula")


def term(part: Term, names: Mapping[sp.Symbol, str]) -> str:
    """A term as QEPCAD reads it, where a product is juxtaposition."""
    match part:
        case Const(value):
            return _number(value)
        case Var(symbol):
            return names[symbol]
        case Sum(parts):
            return f"({' + '.join(term(p, names) for p in parts)})"
        case Product(parts):
            return " ".join(term(p, names) for p in parts)
        case Power(base, exponent):
            return f"{term(base, names)}^{exponent}"
    raise TypeError(f"{part!r} is not a term")


def _number(value: Fraction) -> str:
    written = f"{abs(value.numerator)}" if value.denominator == 1 else f"{abs(value.numerator)}/{value.denominator}"
    return f"(-{written})" if value < 0 else f"({written})"
