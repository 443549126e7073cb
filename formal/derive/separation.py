"""What a derivation proposes for a signalling game with a continuous signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from formal.derive.partition import Conditions
from formal.model.signalling import SignallingGame

Range = tuple[tuple[sp.Expr, ...], tuple[sp.Expr, ...]]


@dataclass(frozen=True)
class Extreme:
    """A reply, an action or a number that may depend on the signal, that is best to the belief in one type."""

    believed: int
    reply: Any

    def at(self, form: SignallingGame, signal: sp.Expr) -> Any:
        """The reply to a signal."""
        return self.reply.xreplace({form.signal: signal}) if isinstance(self.reply, sp.Expr) else self.reply


@dataclass(frozen=True)
class Group:
    """Types that send one signal: the signal, a symbol or the end of the range that it can only be, and the reply to it.

    The range is that of the signal where no other signal is free: it lies above all of the first and below all of the second.
    """

    types: tuple[int, ...]
    signal: sp.Expr
    reply: Any
    range: Range = ((), ())


@dataclass(frozen=True)
class Separation:
    """A class of pure equilibria: groups, conditions on parameters and signals, and those under which some signals do."""

    groups: tuple[Group, ...]
    conditions: Conditions
    exists: Conditions
    payoffs: Mapping[str, sp.Expr]


@dataclass(frozen=True)
class Criterion:
    """Where a class fails the Intuitive Criterion: the type that is ruled out, the one that gains, where, and by which signals.

    One of the signals will do, at any parameters and signals of the class that satisfy the conditions.
    """

    failing: tuple[tuple[int, int, Conditions, tuple[sp.Expr, ...]], ...]
