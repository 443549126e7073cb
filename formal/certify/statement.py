"""Goals as statements that the kernel reads: the author's expressions, node by node, with nothing simplified."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, count

import sympy as sp
from sympy.logic.boolalg import BooleanAtom

from formal.certify.reading import Statement, Term
from formal.decide.goal import Goal
from formal.errors import ClaimError
from formal.model.parameters import Domain
from formal.model.rewriting import as_written
from formal.model.threshold import Threshold, free_symbols

FEW = 4
_RELATIONS = {sp.Eq: "=", sp.Ne: "!=", sp.Lt: "<", sp.Le: "<=", sp.Gt: ">", sp.Ge: ">="}
_CONNECTIVES = {sp.And: "and", sp.Or: "or", sp.Not: "not", sp.Implies: "=>", sp.Equivalent: "iff", sp.ITE: "ite"}
_FUNCTIONS = {sp.Add: "+", sp.Mul: "*", sp.Min: "min", sp.Max: "max", sp.Abs: "abs"}
_HEADS: dict[type[sp.Basic], str] = {**_RELATIONS, **_CONNECTIVES, **_FUNCTIONS}


@lru_cache(maxsize=16)
def statement(goal: Goal) -> Statement:
    """What a universal goal says. Raises ClaimError for what the kernel does not read."""
    parts = (*goal.all_facts(), *_enumerated(goal), *goal.hypotheses, goal.conclusion)
    names = _names(frozenset((*goal.variables, *goal.named)))
    strange = set[sp.Symbol]().union(*map(free_symbols, parts)) - names.keys()
    if strange:
        raise ClaimError(f"{goal.name} mentions {min(map(str, strange))}, which is none of its variables")
    plain = all(name == _plain(symbol) for symbol, name in names.items())
    read = [_read(part) if plain else term(part, names.__getitem__) for part in parts]
    return Statement(tuple(names.values()), tuple(read[:-1]), read[-1])


@lru_cache(maxsize=100_000)
def _read(part: sp.Basic) -> Term:
    """The expression with every symbol under its plain name, read once: goals share most of what they say."""
    return _headed(part, _plain, _read)


def at_point(goal: Goal, point: Mapping[sp.Symbol, sp.Expr], *, false: bool) -> Statement:
    """That at the point facts and hypotheses hold, and the conclusion does, or has a value and is false.

    Thresholds have the values of their closed forms there. Raises ClaimError for what the kernel does not read.
    """
    whole = statement(goal)
    values = {**{v: point[v] for v in goal.variables}, **{t: t.definition for t in goal.named}}
    names = _names(frozenset(values))
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


@lru_cache(maxsize=10_000)
def _names(symbols: frozenset[sp.Symbol]) -> dict[sp.Symbol, str]:
    """A name for each symbol, thresholds last: its own where that is an identifier and not taken."""
    names: dict[sp.Symbol, str] = {}
    for symbol in sorted(symbols, key=lambda s: (isinstance(s, Threshold), s.name, s.sort_key())):
        plain, taken = _plain(symbol), names.values()
        names[symbol] = next(n for n in chain([plain], (f"{plain}_{k}" for k in count(2))) if n not in taken)
    return names


@lru_cache(maxsize=10_000)
def _plain(symbol: sp.Symbol) -> str:
    """The symbol's name as an identifier."""
    plain = re.sub(r"[^\w']", "_", symbol.name).strip("_") or "v"
    return plain if plain.strip("'").isidentifier() else f"v{plain}"


def term(part: sp.Basic, name: Callable[[sp.Symbol], str]) -> Term:
    """An expression in the kernel's syntax. Raises ClaimError for what the kernel does not read."""
    return _headed(part, name, lambda inner: term(inner, name))


def _headed(part: sp.Basic, name: Callable[[sp.Symbol], str], inner: Callable[[sp.Basic], Term]) -> Term:
    """An expression in the kernel's syntax, with what is inside it as `inner` reads it."""
    if isinstance(part, BooleanAtom):
        return ("true",) if part == sp.true else ("false",)
    if part.is_Symbol:
        return name(part)
    if isinstance(part, sp.Rational):
        return int(part.p) if part.q == 1 else ("/", int(part.p), int(part.q))
    if isinstance(part, sp.Pow):
        base, exponent = part.args
        if exponent.is_Rational and exponent.q in (1, 2):
            root = inner(base)
            root = ("sqrt", root) if exponent.q == 2 else root
            return root if exponent.p == 1 else ("^", root, int(exponent.p))
    if isinstance(part, sp.Piecewise):
        return ("piecewise", *((inner(value), inner(test)) for value, test in part.args))
    head = _HEADS.get(type(part)) or next((h for kind, h in _HEADS.items() if isinstance(part, kind)), None)
    if head is None:
        raise ClaimError(f"{part} cannot be certified")
    return (head, *map(inner, part.args))
