"""Signalling games with a signal from an interval: nature draws a type, the sender, who knows it, chooses a number, and the
receiver, who sees the number alone, replies.

References: Spence (1973), Quarterly Journal of Economics 87, 355-374; Fudenberg and Tirole (1991), Game Theory, section 8.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from formal.errors import ModelError
from formal.model.game import Game
from formal.model.parameters import Domain, Parameter
from formal.model.substitution import substitute
from formal.model.tree import Chance, Continuous, Decision, Leaf

Belief = tuple[sp.Expr, ...]


@dataclass(frozen=True, eq=False)
class Numbers:
    """A receiver that replies with a number from [low, high]."""

    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr


@dataclass(frozen=True, eq=False)
class SignallingGame:
    """Types with their prior, the signal and its range, and payoffs by type, as formulas in the signal (and the reply)."""

    game: Game
    types: tuple[str, ...]
    prior: Belief
    sender: str
    receiver: str
    signal: sp.Symbol
    low: sp.Expr
    high: sp.Expr
    replies: tuple[str, ...] | Numbers
    payoffs: Mapping[tuple[int, str], Mapping[str, sp.Expr]]  # the reply "" stands for a number

    def paid(self, player: str, t: int, signal: sp.Expr, reply: Any) -> sp.Expr:
        """What a player gets when the type sends a signal and the reply is an action or a number."""
        if isinstance(self.replies, Numbers):
            return substitute(self.payoffs[t, ""][player], {self.signal: signal, self.replies.symbol: reply})
        return substitute(self.payoffs[t, str(reply)][player], {self.signal: signal})

    def expects(self, belief: Belief, signal: sp.Expr, reply: Any) -> sp.Expr:
        """What the receiver expects of a reply."""
        return sp.Add(*(w * self.paid(self.receiver, t, signal, reply) for t, w in enumerate(belief) if w != 0))

    def inside(self, signal: sp.Expr) -> tuple[sp.Basic, ...]:
        """That a signal lies in its range."""
        return sp.Ge(signal, self.low, evaluate=False), sp.Le(signal, self.high, evaluate=False)

    def sent(self, group: tuple[int, ...]) -> Parameter:
        """A symbol for the signal that the types in a group send."""
        names = "_".join(self.types[t].replace(" ", "") for t in group)
        name = f"{self.signal}_{names}" if len(group) < len(self.types) else f"{self.signal}_pooled"
        low, high = (end if end.is_Rational else None for end in (self.low, self.high))
        return Parameter(name, Domain(low, high), f"the signal of {', '.join(self.types[t] for t in group)}")

    def posterior(self, group: tuple[int, ...]) -> Belief:
        """What Bayes' rule makes of the signal of a group."""
        total = sp.Add(*(self.prior[t] for t in group))
        return tuple(sp.cancel(w / total) if t in group else sp.Integer(0) for t, w in enumerate(self.prior))

    def certain(self, t: int) -> Belief:
        """The belief that the type is t."""
        return tuple(sp.Integer(int(k == t)) for k in range(len(self.types)))


def partitions(items: Sequence[int]) -> Iterator[list[tuple[int, ...]]]:
    """All ways to part the types in groups."""
    if not items:
        yield []
        return
    first, *rest = items
    for parts in partitions(rest):
        yield [(first,), *parts]
        for k, part in enumerate(parts):
            yield [*parts[:k], (first, *part), *parts[k + 1 :]]


def signalling_game(game: Game) -> SignallingGame:
    """Read a game as a signalling game with a continuous signal. Raises ModelError where it is none."""
    root = game.tree
    if not isinstance(root, Chance):
        raise _none(game, "it does not begin with a draw of the type")
    senders = [child for child in root.children if isinstance(child, Continuous)]
    if len(senders) < len(root.children) or len({(s.player, s.symbol, s.low, s.high) for s in senders}) > 1:
        raise _none(game, "after the draw, the same sender has to choose the same signal from one range, whatever its type")
    sender = senders[0]
    receivers = [s.following for s in senders]
    if any(s.sees is not None and root.label not in s.sees for s in senders):
        raise _none(game, f"{sender.player} does not see its type")
    movers = [r for r in receivers if isinstance(r, Decision | Continuous) and set(r.sees or ()) == {sender.label}]
    if len(movers) < len(receivers):
        raise _none(game, f'the signal is followed by one reply; say sees=["{sender.label}"]')
    receiver = movers[0]
    if isinstance(receiver, Continuous) and sender.symbol in receiver.low.free_symbols | receiver.high.free_symbols:
        raise _none(game, f"the range of {receiver.symbol} depends on the signal")
    if len({(r.player, r.label, _menu(r)) for r in movers}) > 1:
        raise _none(game, "the reply has different options after different types")
    payoffs: dict[tuple[int, str], Mapping[str, sp.Expr]] = {}
    for t, node in enumerate(movers):
        for action, end in zip(getattr(node, "actions", ("",)), node.children, strict=True):
            if not isinstance(end, Leaf):
                raise _none(game, "the game goes on after the reply")
            payoffs[t, action] = end.payoffs
    replies = receiver.actions if isinstance(receiver, Decision) else Numbers(receiver.symbol, receiver.low, receiver.high)
    if receiver.player == sender.player:
        raise _none(game, f"{sender.player} replies to itself")
    low, high, who = sender.low, sender.high, (sender.player, receiver.player)
    made = SignallingGame(game, root.outcomes, root.probabilities, *who, sender.symbol, low, high, replies, payoffs)
    groups = {group for parts in partitions(range(len(root.outcomes))) for group in parts}
    names = [made.sent(group).name for group in groups]
    for name in names:
        if names.count(name) > 1 or name in [q.name for q in game.parameters]:
            raise _none(game, f'"{name}" would name a signal and something else; rename a type or the parameter')
    return made


def _menu(node: Decision | Continuous) -> Any:
    return node.actions if isinstance(node, Decision) else (node.symbol, node.low, node.high)


def _none(game: Game, why: str) -> ModelError:
    return ModelError(f"{game.name} is no signalling game with a continuous signal: {why}", place=game.place)
