"""QEPCAD B: cylindrical algebraic decomposition (Collins 1975; Brown 2003), for questions in few variables."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from fractions import Fraction

import sympy as sp

from formal.decide.formula import All, Compare, Const, Formula, Power, Product, Some, Sum, Term, Var, symbols
from formal.decide.solvers.program import Answer, Program, Question, printed
from formal.errors import ClaimError, UsageError

MOST = 4  # variables
CELLS = 4_000_000
_READ = {"<=": sp.Le, ">=": sp.Ge, "<": sp.Lt, ">": sp.Gt, "=": sp.Eq, "/=": sp.Ne}
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


QEPCAD = Program("QEPCAD", _command, _written, _read, nice=10)


def eliminated(
    free: Sequence[sp.Symbol], prefix: Sequence[tuple[str, sp.Symbol]], matrix: Formula, assumed: Sequence[Formula]
) -> tuple[tuple[sp.Basic, ...], ...]:
    """Alternatives in the free symbols that together say the same as a prenex formula, wherever the assumptions hold.

    `prefix` has the quantifiers, "A" or "E", with their symbols. Raises UsageError where QEPCAD is not installed, and
    ClaimError when it finds no formula within its limits.
    """
    if _command() is None:
        raise UsageError("QEPCAD is not installed; on Debian: apt-get install qepcad", place=None)
    names = {s: f"x{k}" for k, s in enumerate([*free, *(s for _, s in prefix)])}
    quantified = "".join(f"({quantifier} {names[s]})" for quantifier, s in prefix)
    lines = ["[ question ]", f"({','.join(names.values())})", f"{len(free)}", f"{quantified}[ {formula(matrix, names)} ]."]
    if assumed:
        lines.append(f"assume [ {formula(All(tuple(assumed)), names)} ]")
    output = printed(QEPCAD, "\n".join([*lines, "finish", ""]))
    found = re.search(r"An equivalent quantifier-free formula:\s*(.*?)\s*\n=====", output, re.DOTALL)
    if found is None:
        raise ClaimError("QEPCAD finds no formula within its limits; keep fewer parameters, or leave by= out")
    return _Reader(found[1], {name: symbol for symbol, name in names.items()}).alternatives()


class _Reader:
    """Reads a formula without quantifiers as alternatives of comparisons: \\/ and /\\ of comparisons with 0, in brackets."""

    def __init__(self, text: str, symbols: Mapping[str, sp.Symbol]) -> None:
        self._tokens = re.findall(r"\\/|/\\|[\[\]]|[^\\/\[\]]+(?:/=[^\\/\[\]]+)?", text)
        self._tokens = [token.strip() for token in self._tokens if token.strip()]
        self._symbols = symbols

    def alternatives(self) -> tuple[tuple[sp.Basic, ...], ...]:
        found = self._either()
        if self._tokens:
            raise ClaimError(f"QEPCAD's formula cannot be read at {self._tokens[0]!r}")
        return tuple(found)

    def _either(self) -> list[tuple[sp.Basic, ...]]:
        found = self._both()
        while self._next("\\/"):
            found += self._both()
        return found

    def _both(self) -> list[tuple[sp.Basic, ...]]:
        found = self._part()
        while self._next("/\\"):
            found = [(*one, *other) for other in self._part() for one in found]
        return found

    def _part(self) -> list[tuple[sp.Basic, ...]]:
        if self._next("["):
            found = self._either()
            if not self._next("]"):
                raise ClaimError("QEPCAD's formula has a bracket that is not closed")
            return found
        token = self._tokens.pop(0) if self._tokens else ""
        if token in ("TRUE", "FALSE"):
            return [()] if token == "TRUE" else []
        match = re.fullmatch(r"([^<>=/]+)(<=|>=|/=|<|>|=) 0", token)
        if match is None:
            raise ClaimError(f"QEPCAD's formula cannot be read at {token!r}")
        condition = self._comparison(match[1], match[2])
        return [] if condition == sp.false else [()] if condition == sp.true else [(condition,)]

    def _comparison(self, polynomial: str, operator: str) -> sp.Basic:
        """A sum of products such as 2 x0^2 x1, compared with 0, as a comparison of sums that have no minus."""
        sides: dict[str, list[sp.Expr]] = {"": [], "+": [], "-": []}
        for sign, product in re.findall(r"([+-]?)\s*((?:\w+(?:\^\d+)?\s*)+)", polynomial):
            sides[sign].append(sp.Mul(*map(self._power, product.split())))
        left, right = sp.Add(*sides[""], *sides["+"]), sp.Add(*sides["-"])
        relation = _READ[operator](left, right)
        return relation.reversed if left.is_number and isinstance(relation, sp.Rel) else relation

    def _power(self, factor: str) -> sp.Expr:
        base, _, exponent = factor.partition("^")
        return (self._symbols[base] if base in self._symbols else sp.Integer(base)) ** int(exponent or 1)

    def _next(self, token: str) -> bool:
        found = self._tokens[:1] == [token]
        del self._tokens[: int(found)]
        return found


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
