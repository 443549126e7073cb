"""Pure perfect Bayesian equilibria of signalling games with a signal from an interval.

Method
------
The types that send one signal form a group. Given the worst that the receiver can do to every type, a reply that is best to
the belief in one type, a profile of signals is an equilibrium exactly when no type gains by the signal of another group, or by
any other signal that is answered by the worst. These are inequalities in the parameters and the signals sent; the signals are
then eliminated for the condition under which the class exists.

What is worst, and at which end of the range a type would rather deviate to it, is proposed here and proved elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations, product
from typing import Any

import sympy as sp

from formal.derive.elimination import Bounds, bounds
from formal.derive.literals import Literal, conjunction, inequalities
from formal.derive.normal_form import minimal
from formal.derive.polynomial import Ring
from formal.derive.separation import Criterion, Extreme, Group, Range, Separation
from formal.derive.space import Space, over_parameters
from formal.errors import DerivationError
from formal.ladder import Context
from formal.model.signalling import Belief, Numbers, SignallingGame, partitions


def best_number(form: SignallingGame, belief: Belief, signal: sp.Expr) -> sp.Expr:
    """The number that is the receiver's best reply to a belief, by the first-order condition.

    Raises DerivationError when the receiver's payoff is not quadratic in the reply.
    """
    assert isinstance(form.replies, Numbers)
    reply = form.replies.symbol
    slope = sp.expand(sp.diff(form.expects(belief, signal, reply), reply))
    constant, linear = slope.coeff(reply, 0), slope.coeff(reply, 1)
    if linear == 0 or not sp.expand(slope - constant - linear * reply) == 0:
        raise DerivationError(f"{form.game.name}: {form.receiver}'s payoff is not quadratic in {reply}")
    return sp.cancel(-constant / linear)


def extremes(form: SignallingGame) -> Iterator[Extreme]:
    """Replies that are best to the belief in one type, at any signal: candidates for the worst and for the best of all."""
    for t in range(len(form.types)):
        if isinstance(form.replies, Numbers):
            yield Extreme(t, best_number(form, form.certain(t), form.signal))
        else:
            yield from (Extreme(t, action) for action in form.replies)


@dataclass
class _Work:
    form: SignallingGame
    groups: list[tuple[int, ...]]
    worst: Extreme
    ends: Mapping[int, sp.Expr]

    def __post_init__(self) -> None:
        form = self.form
        self.sent = {group: form.sent(group) for group in self.groups}
        self.ring = Ring([*form.game.parameters, *self.sent.values()])
        symbols = [*form.game.parameters, *self.sent.values()]
        self.space: Space = over_parameters(self.ring, symbols, form.game.assume.values(), (), Context())

    def replies(self) -> Iterator[dict[tuple[int, ...], Any]]:
        """The replies that the groups may get."""
        if isinstance(self.form.replies, Numbers):
            yield {g: best_number(self.form, self.form.posterior(g), s) for g, s in self.sent.items()}
        else:
            for chosen in product(self.form.replies, repeat=len(self.groups)):
                yield dict(zip(self.groups, chosen, strict=True))

    def conditions(self, replies: Mapping[tuple[int, ...], Any], order: Sequence[tuple[int, ...]]) -> list[sp.Basic]:
        """That the profile is an equilibrium with signals in this order."""
        form = self.form
        found = [sp.Lt(self.sent[a], self.sent[b], evaluate=False) for a, b in pairwise(order)]
        for group, signal in self.sent.items():
            found += form.inside(signal)
            if not isinstance(form.replies, Numbers):
                mine = form.expects(form.posterior(group), signal, replies[group])
                others = [form.expects(form.posterior(group), signal, a) for a in form.replies if a != replies[group]]
                found += [sp.Ge(mine, other, evaluate=False) for other in others]
            for t in group:
                kept = form.paid(form.sender, t, signal, replies[group])
                paid = [form.paid(form.sender, t, self.sent[g], replies[g]) for g in self.groups if g != group]
                paid.append(form.paid(form.sender, t, self.ends[t], self.worst.at(form, self.ends[t])))
                found += [sp.Ge(kept, other, evaluate=False) for other in paid]
        return found


def classes(form: SignallingGame, worst: Extreme, ends: Mapping[int, sp.Expr]) -> Iterator[Separation]:
    """All pure classes, given what is worst for every type and where each would rather deviate to it."""
    for groups in sorted(partitions(range(len(form.types))), key=len):
        work = _Work(form, sorted(groups), worst, ends)
        for replies in work.replies():
            for order in permutations(work.groups):
                found = _class(work, replies, order)
                if found is not None:
                    yield found


def _class(work: _Work, replies: Mapping[tuple[int, ...], Any], order: Sequence[tuple[int, ...]]) -> Separation | None:
    literals = conjunction(inequalities(work.ring, work.conditions(replies, order)))
    if literals is None or work.space.impossible(work.space.all(literals)):
        return None
    fixed = _fixed(work, literals)
    literals = _at(work, literals, fixed)
    free = [s for g, s in work.sent.items() if g not in fixed]
    kept = minimal(work.space, literals)
    exists, ranges = _eliminated(work, kept, free)
    groups = [
        Group(g, fixed.get(g, work.sent[g]), _written(reply, work.sent[g], fixed.get(g)), ranges.get(work.sent[g], ((), ())))
        for g, reply in replies.items()
    ]
    payoffs = _payoffs(work.form, groups)
    return Separation(tuple(groups), tuple(i.sympy() for i in kept), tuple(i.sympy() for i in exists), payoffs)


def _written(reply: Any, signal: sp.Symbol, at: sp.Expr | None) -> Any:
    return reply.xreplace({signal: at}) if isinstance(reply, sp.Expr) and at is not None else reply


def _payoffs(form: SignallingGame, groups: Sequence[Group]) -> dict[str, sp.Expr]:
    return {
        player: sp.factor(sp.Add(*(form.prior[t] * form.paid(player, t, g.signal, g.reply) for g in groups for t in g.types)))
        for player in form.game.players
    }


def _fixed(work: _Work, literals: Sequence[Literal]) -> dict[tuple[int, ...], sp.Expr]:
    """The groups whose signal can only be at an end of its range."""
    found = {}
    for group, signal in work.sent.items():
        for end, away in ((work.form.low, sp.Gt), (work.form.high, sp.Lt)):
            beyond = conjunction(inequalities(work.ring, [away(signal, end, evaluate=False)]))
            if beyond is None or work.space.impossible(work.space.all([*literals, *beyond])):
                found[group] = end
                break
    return found


def _at(work: _Work, literals: Sequence[Literal], fixed: Mapping[tuple[int, ...], sp.Expr]) -> tuple[Literal, ...]:
    """The literals with the signals that are fixed at their values."""
    values = {work.sent[g]: end for g, end in fixed.items()}
    ranges = [c for s in work.sent.values() if s not in values for c in work.form.inside(s)]
    relations = [item.sympy().func(*(a.xreplace(values) for a in item.sympy().args), evaluate=False) for item in literals]
    found = conjunction(inequalities(work.ring, [*relations, *ranges]))
    assert found is not None, "the literals hold somewhere"
    return found


def _eliminated(
    work: _Work, literals: Sequence[Literal], signals: Sequence[sp.Symbol]
) -> tuple[list[Literal], dict[sp.Symbol, Range]]:
    """The condition without the signals, and the range of each signal when there is one only.

    Raises DerivationError where a signal does not enter linearly.
    """
    left, ranges = list(literals), dict[sp.Symbol, Range]()
    for signal in signals:
        inside = conjunction(inequalities(work.ring, work.form.inside(signal))) or ()
        found = bounds(work.space, [*left, *inside], work.ring.index[signal], literals)
        if found is None:
            raise DerivationError(f"{work.form.game.name}: the conditions on {signal} are not linear in it: {_shown(left)}")
        if len(signals) == 1:
            ranges[signal] = _range(work, found)
        left = list(conjunction(found.left(work.ring)) or ())
    return minimal(work.space, left), ranges


def _range(work: _Work, found: Bounds) -> Range:
    """The bounds on a signal, among them the ends of its range where no other bound is certain to be tighter."""
    sides = []
    for end, quotients, looser in (
        (work.form.low, found.lows(work.ring), sp.Lt),
        (work.form.high, found.highs(work.ring), sp.Gt),
    ):
        listed = dict.fromkeys(q.sympy() for q in quotients)
        others = [bound for bound in listed if bound != end]
        beyond = [conjunction(inequalities(work.ring, [looser(bound, end, evaluate=False)])) for bound in others]
        tighter = any(b is None or work.space.impossible(work.space.all(b)) for b in beyond)
        sides.append(tuple(others if tighter else dict.fromkeys([end, *others])))
    return sides[0], sides[1]


def _shown(literals: Sequence[Literal]) -> str:
    return ", ".join(str(item.sympy()) for item in literals)


# -- the Intuitive Criterion, for two types


def intuitive(form: SignallingGame, found: Separation, best: Extreme, sure: Mapping[int, Any]) -> Criterion:
    """Where a class of a game of two types fails: by a signal that never pays one type, and pays the other when it is known.

    `best` is the best of all replies for both types; `sure` is the reply to the belief in each type.
    """
    groups = [g.types for g in found.groups]
    work = _Work(form, groups, best, dict.fromkeys(range(2), form.low))
    extra = sp.Symbol(f"{form.signal}'", real=True)
    ring = Ring([*form.game.parameters, *work.sent.values(), extra])
    space = over_parameters(
        ring,
        [*form.game.parameters, *work.sent.values()],
        [g for g in form.game.assume.values() if g != sp.true],
        (),
        Context(),
    )
    base = conjunction(inequalities(ring, found.conditions)) or ()
    failing = []
    for struck, eager in ((0, 1), (1, 0)):
        kept = {t: form.paid(form.sender, t, g.signal, g.reply) for g in found.groups for t in g.types}
        relations = [
            sp.Gt(kept[struck], form.paid(form.sender, struck, extra, best.at(form, extra)), evaluate=False),
            sp.Gt(form.paid(form.sender, eager, extra, _at_signal(form, sure[eager], extra)), kept[eager], evaluate=False),
            *form.inside(extra),
        ]
        literals = conjunction([*base, *inequalities(ring, relations)])
        if literals is None or space.impossible(space.all(literals)):
            continue
        where = bounds(space, [i for i in literals if i not in base], ring.index[extra], base)
        if where is None:
            raise DerivationError(f"{form.game.name}: the deviations of the Intuitive Criterion are not linear in the signal")
        left = conjunction(where.left(ring))
        if left is not None and not space.impossible(space.all([*base, *left])):
            lows, highs = [q.sympy() for q in where.lows(ring)], [q.sympy() for q in where.highs(ring)]
            witnesses = tuple(dict.fromkeys((low + high) / 2 for low in lows for high in highs))
            short = tuple(i.sympy() for i in minimal(space, [*base, *left]) if i not in base)
            failing.append((struck, eager, short, witnesses))
    return Criterion(tuple(failing))


def _at_signal(form: SignallingGame, reply: Any, signal: sp.Expr) -> Any:
    return reply.xreplace({form.signal: signal}) if isinstance(reply, sp.Expr) else reply
