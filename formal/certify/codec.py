"""What a derivation proposes, as JSON and back: SymPy expressions in the kernel's syntax, in lists and mappings.

What comes back equals what was written, node by node; that is tested when it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy as sp

from formal.certify.statement import term
from formal.errors import ClaimError
from formal.model.rewriting import as_written
from formal.model.root import Root
from formal.model.threshold import Threshold, thresholds

DEPTH, LARGEST, POWER = 100, 10**1_000, 64
_RELATIONS = {"=": sp.Eq, "!=": sp.Ne, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}
_CONNECTIVES = {"and": sp.And, "or": sp.Or, "not": sp.Not, "=>": sp.Implies, "iff": sp.Equivalent, "ite": sp.ITE}
_FUNCTIONS = {"+": sp.Add, "*": sp.Mul, "min": sp.Min, "max": sp.Max, "abs": sp.Abs}


def encoded(value: Any) -> dict[str, Any]:
    """JSON for expressions in tuples and mappings, with the thresholds that they mention."""
    found = {t.name: t for t in thresholds(*_expressions(value))}
    if len(found) < len(set(thresholds(*_expressions(value)))):
        raise ClaimError("two thresholds have the same name")
    described = [[name, *(_data(part) for part in (t.definition, t.exists, t.plain))] for name, t in found.items()]
    return {"thresholds": described, "value": _data(value)} if described else {"value": _data(value)}


def decoded(data: Any, symbols: Iterable[sp.Symbol]) -> Any:
    """The expressions again, over the given symbols. Raises ClaimError for what `encoded` does not write."""
    known: dict[str, sp.Symbol] = {s.name: s for s in symbols}
    try:
        for name, definition, exists, characterisation in data.get("thresholds", ()):
            plain = {**known, name: sp.Symbol(name)}
            polynomial, *isolating = (_value(part, plain) for part in characterisation)
            made = Threshold(name, _value(definition, known), polynomial, tuple(isolating), _value(exists, known))
            known[name] = made
        return _value(data["value"], known)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ClaimError(f"what the ledger proposes cannot be read: {type(error).__name__}: {error}") from None


def _expressions(value: Any) -> list[sp.Basic]:
    if isinstance(value, sp.Basic):
        return [value]
    if isinstance(value, Mapping):
        return [e for pair in value.items() for part in pair for e in _expressions(part)]
    return [e for part in value for e in _expressions(part)] if isinstance(value, list | tuple) else []


def _data(value: Any) -> Any:
    if isinstance(value, Root):
        return {"root": [_data(a) for a in value.args]}
    if isinstance(value, sp.Basic):
        return {"term": term(value, lambda symbol: str(symbol.name))}
    if isinstance(value, Mapping):
        return {"map": [[_data(k), _data(v)] for k, v in value.items()]}
    if isinstance(value, list | tuple):
        return [_data(part) for part in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    raise ClaimError(f"{value!r} cannot be written to the ledger")


def _value(data: Any, known: Mapping[str, sp.Symbol]) -> Any:
    if isinstance(data, list):
        return tuple(_value(part, known) for part in data)
    if isinstance(data, dict) and "map" in data:
        return {_value(k, known): _value(v, known) for k, v in data["map"]}
    if isinstance(data, dict) and "root" in data:
        return Root(*(_value(a, known) for a in data["root"]))
    if isinstance(data, dict):
        return _expression(data["term"], known)
    return data


def _expression(part: Any, known: Mapping[str, sp.Symbol], depth: int = 0) -> sp.Basic:
    if depth > DEPTH:
        raise ValueError("an expression is too deep")
    if isinstance(part, int) and not isinstance(part, bool):
        if abs(part) > LARGEST:
            raise ValueError("a number is too large")
        return sp.Integer(part)
    if isinstance(part, str):
        return known[part]
    head, *rest = part
    if head in ("true", "false"):
        return sp.true if head == "true" else sp.false

    def inner(argument: Any) -> sp.Basic:
        return _expression(argument, known, depth + 1)

    if head == "/":
        top, bottom = map(inner, rest)
        if not (isinstance(top, sp.Integer) and isinstance(bottom, sp.Integer)) or bottom == 0:
            raise ValueError("a quotient of something else than integers")
        return sp.Rational(top, bottom)
    if head == "piecewise":
        return sp.Piecewise(*((inner(v), inner(c)) for v, c in rest), evaluate=False)
    if head == "^":
        base, exponent = rest
        if type(exponent) is not int or abs(exponent) > POWER:
            raise ValueError("an exponent is no small integer")
        if base[:1] in (["sqrt"], ("sqrt",)):
            return sp.Pow(inner(base[1]), sp.Rational(exponent, 2), evaluate=False)
        return sp.Pow(inner(base), exponent, evaluate=False)
    arguments = [inner(a) for a in rest]
    if head == "sqrt":
        return sp.Pow(*arguments, sp.Rational(1, 2), evaluate=False)
    if head in _CONNECTIVES:
        return as_written(_CONNECTIVES[head], arguments)
    return {**_RELATIONS, **_FUNCTIONS}[head](*arguments, evaluate=False)
