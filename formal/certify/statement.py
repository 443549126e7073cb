"""Goals as statements that the kernel reads: the author's expressions, node by node, with nothing simplified."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from formal.certify.reading import Statement, Term
from formal.decide.goal import Goal
from formal.errors import ClaimError
from formal.model.parameters import Domain
from formal.model.substitution import as_written
from formal.model.threshold import Threshold

FEW = 4
_RELATIONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CONNECTIVES = {sp.And: "and", sp.Or: "or", sp.Not: "not", sp.Implies: "=>", sp.Equivalent: "iff", sp.ITE: "ite"}
_FUNCTIONS = {sp.Add: "+", sp.Mul: "*", sp.Min: "min", sp.Max: "max", sp.Abs: "abs"}


def statement(goal: Goal) -> Statement:
    """What a universal goal says. Raises ClaimError for what the kernel does not read."""
    given = (*goal.all_facts(), *_enumerated(goal), *goal.hypotheses)
    symbols = _ordered({*goal.variables, *goal.named})
    names = _names(symbols)
    read = [term(part, names.__getitem__) for part in (*given, goal.conclusion)]
    return Statement(tuple(names.values()), tuple(read[:-1]), read[-1])


def at_point(goal: Goal, point: Mapping[sp.Symbol, sp.Expr], *, false: bool) -> Statement:
    """That at the point facts and hypotheses hold, and the conclusion does, or has a value and is false.

    Thresholds have the values of their closed forms there. Raises ClaimError for what the kernel does not read.
    """
    whole = statement(goal)
    values = {**{v: point[v] for v in goal.variables}, **{t: t.definition for t in goal.named}}
    names = _names(_ordered(values))
    given = tuple(("=", names[symbol], term(value, names.__getitem__)) for symbol, value in values.items())
    conclusion = ("not", whole.claim) if false else whole.claim
    return Statement(whole.variables, given, ("and", *whole.given, conclusion))


def key(read: Statement) -> str:
    """What identifies a statement: a digest of all that it says."""
    said = repr((read.variables, read.given, read.claim))
    return str(hashlib.sha256(said.encode()).hexdigest()[:20])


def _enumerated(goal: Goal) -> Iterator[sp.Basic]:
    """The values of integers that have few: all that the kernel is told of integers."""
    for variable in goal.variables:
        domain = getattr(variable, "domain", Domain())
        if variable.is_integer and domain.low is not None and domain.high is not None:
            values = range(int(domain.low), int(domain.high) + 1)
            if len(values) <= FEW:
                yield as_written(sp.Or, [sp.Eq(variable, value, evaluate=False) for value in values])


def _ordered(symbols: Iterable[sp.Symbol]) -> list[sp.Symbol]:
    return sorted(symbols, key=lambda s: (isinstance(s, Threshold), s.name, s.sort_key()))


def _names(symbols: Iterable[sp.Symbol]) -> dict[sp.Symbol, str]:
    """A name for each symbol: its own where that is an identifier and not taken."""
    names: dict[sp.Symbol, str] = {}
    for symbol in symbols:
        plain = re.sub(r"[^\w']", "_", symbol.name).strip("_") or "v"
        plain = plain if plain.strip("'").isidentifier() else f"v{plain}"
        taken = set(names.values())
        names[symbol] = next(n for n in (plain, *(f"{plain}_{k}" for k in range(2, len(taken) + 3))) if n not in taken)
    return names


def term(part: sp.Basic, name: Callable[[sp.Symbol], str]) -> Term:
    """An expression in the kernel's syntax. Raises ClaimError for what the kernel does not read."""
    if isinstance(part, BooleanAtom):
        return ("true",) if part == sp.true else ("false",)
    if part.is_Symbol:
        return name(part)
    if isinstance(part, sp.Rational):
        return int(part.p) if part.q == 1 else ("/", int(part.p), int(part.q))
    if isinstance(part, sp.Pow):
        base, exponent = part.args
        if exponent.is_Rational and exponent.q in (1, 2):
            inner = term(base, name)
            inner = ("sqrt", inner) if exponent.q == 2 else inner
            return inner if exponent.p == 1 else ("^", inner, int(exponent.p))
    if isinstance(part, sp.Piecewise):
        return ("piecewise", *((term(value, name), term(test, name)) for value, test in part.args))
    head = _RELATIONS.get(part.rel_op) if isinstance(part, Relational) else None
    head = head or next((h for kind, h in (_CONNECTIVES | _FUNCTIONS).items() if isinstance(part, kind)), None)
    if head is None:
        raise ClaimError(f"{part} cannot be certified")
    return (head, *(term(a, name) for a in part.args))
