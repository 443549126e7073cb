"""Profiles of signals at one point in exact numbers: who gains by another signal or another reply, on a grid of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

import sympy as sp

from formal.model.signalling import Numbers, SignallingGame
from formal.numeric.assessments import number

GRID = 24

Point = Mapping[sp.Symbol, sp.Expr]


class Sent(Protocol):
    """A signal that some types send, and the reply to it."""

    types: tuple[int, ...]
    signal: sp.Expr
    reply: Any


def gains(form: SignallingGame, sent: Sequence[Sent], elsewhere: Any, believed: int, point: Point) -> Iterator[str]:
    """Everybody's gains, in words: by other replies to a signal, by signals that others send, and by any other signal.

    `elsewhere` is the reply to signals that are not sent, as a formula in the signal or an action, and `believed` the type that
    they are taken to come from.
    """
    signals = _grid(form.low, form.high, point)
    for one in sent:
        yield from _better_replies(form, form.posterior(one.types), one.signal, one.reply, point)
        for t in one.types:
            kept = number(form.paid(form.sender, t, one.signal, one.reply), point)
            for other in sent:
                if number(form.paid(form.sender, t, other.signal, other.reply), point) > kept:
                    yield f"{form.types[t]} gains by the signal of {', '.join(form.types[k] for k in other.types)}"
            for signal in signals:
                if number(form.paid(form.sender, t, signal, _at(form, elsewhere, signal)), point) > kept:
                    yield f"{form.types[t]} gains by the signal {signal}"
    for signal in signals:
        yield from _better_replies(form, form.certain(believed), signal, _at(form, elsewhere, signal), point)


def _better_replies(form: SignallingGame, belief: Any, signal: sp.Expr, reply: Any, point: Point) -> Iterator[str]:
    weights = [number(b, point) for b in belief]

    def expects(answer: Any) -> Fraction:
        parts = (w * number(form.paid(form.receiver, t, signal, answer), point) for t, w in enumerate(weights) if w)
        return sum(parts, Fraction(0))

    mine = expects(reply)
    rivals = _grid(form.replies.low, form.replies.high, point) if isinstance(form.replies, Numbers) else form.replies
    yield from (f"{form.receiver} gains by {r} after {signal}" for r in rivals if expects(r) > mine)


def _at(form: SignallingGame, reply: Any, signal: sp.Expr) -> Any:
    return reply.xreplace({form.signal: signal}) if isinstance(reply, sp.Expr) else reply


def _grid(low: sp.Expr, high: sp.Expr, point: Point) -> list[sp.Rational]:
    start, end = number(low, point), number(high, point)
    return [sp.Rational(start + (end - start) * Fraction(k, GRID)) for k in range(GRID + 1)]
