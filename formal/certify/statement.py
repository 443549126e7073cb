"""Goals as statements that the kernel reads: the author's expressions, node by node, with nothing simplified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from formal.certify.kernel import Statement, Term
from formal.decide.goal import Goal
from formal.errors import ClaimError
from formal.model.threshold import Threshold

_RELATIONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CONNECTIVES = {sp.And: "and", sp.Or: "or", sp.Not: "not", sp.Implies: "=>", sp.Equivalent: "iff", sp.ITE: "ite"}
_FUNCTIONS = {sp.Add: "+", sp.Mul: "*", sp.Min: "min", sp.Max: "max", sp.Abs: "abs"}


def statement(goal: Goal) -> Statement:
    """What a universal goal says. Raises ClaimError for what the kernel does not read."""
    given = (*goal.all_facts(), *goal.hypotheses)
    symbols = sorted({*goal.variables, *goal.named}, key=lambda s: (isinstance(s, Threshold), s.name, s.sort_key()))
    names = _names(symbols)
    return Statement(tuple(names.values()), tuple(_term(g, names) for g in given), _term(goal.conclusion, names))


def _names(symbols: Iterable[sp.Symbol]) -> dict[sp.Symbol, str]:
    """A name for each symbol: its own where that is an identifier and not taken."""
    names: dict[sp.Symbol, str] = {}
    for symbol in symbols:
        plain = re.sub(r"[^\w']", "_", symbol.name).strip("_") or "v"
        plain = plain if plain.strip("'").isidentifier() else f"v{plain}"
        taken = set(names.values())
        names[symbol] = next(n for n in (plain, *(f"{plain}_{k}" for k in range(2, len(taken) + 3))) if n not in taken)
    return names


def _term(part: sp.Basic, names: Mapping[sp.Symbol, str]) -> Term:
    if isinstance(part, BooleanAtom):
        return ("true",) if part == sp.true else ("false",)
    if part.is_Symbol:
        return names[part]
    if isinstance(part, sp.Rational):
        return int(part.p) if part.q == 1 else ("/", int(part.p), int(part.q))
    if isinstance(part, sp.Pow):
        base, exponent = part.args
        if exponent.is_Rational and exponent.q in (1, 2):
            inner = _term(base, names)
            inner = ("sqrt", inner) if exponent.q == 2 else inner
            return inner if exponent.p == 1 else ("^", inner, int(exponent.p))
    if isinstance(part, sp.Piecewise):
        return ("piecewise", *((_term(value, names), _term(test, names)) for value, test in part.args))
    head = _RELATIONS.get(part.rel_op) if isinstance(part, Relational) else None
    head = head or next((h for kind, h in (_CONNECTIVES | _FUNCTIONS).items() if isinstance(part, kind)), None)
    if head is None:
        raise ClaimError(f"{part} cannot be certified")
    return (head, *(_term(a, names) for a in part.args))
