"""Obligations of signalling games with a signal from an interval.

Definitions
-----------
A profile of signals, one for each type, is a pure perfect Bayesian equilibrium when the receiver's replies on the path are best
to the posterior, there are beliefs and best replies to them for all other signals, and no type gains by another signal.

Statement
---------
Worst. A reply that is best to the belief in one type, at every signal, and that no type likes better than any other best reply,
deters whenever something does: if replies to other signals deter a type, so does the worst. It is enough to look at the end of
the range at which the type would rather be answered by the worst: payoffs are continuous in the signal, so that what holds at
all signals that are not sent holds at their limits.

Soundness and completeness are those of the finite case (`formal.bayes_obligations`). The Intuitive Criterion for two types is
that of `formal.refinement_obligations`, with the best reply in the place of the worst.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, permutations, product
from typing import Any

import sympy as sp

from formal.decide.goal import Goal, somewhere
from formal.derive.separation import Criterion, Extreme, Group, Separation
from formal.model.partial import denominators
from formal.model.quantifier import ForSome
from formal.model.rewriting import conjunction, disjunction
from formal.model.signalling import Belief, Numbers, SignallingGame
from formal.model.substitution import substitute

Conditions = tuple[sp.Basic, ...]


def _assumed(form: SignallingGame) -> Conditions:
    return tuple(form.game.assume.values())


def _any_signal(form: SignallingGame) -> tuple[sp.Expr, Conditions]:
    signal = sp.Dummy(f"{form.signal}'", real=True)
    return signal, form.inside(signal)


def _any_belief(form: SignallingGame) -> tuple[Belief, Conditions]:
    *named, _ = (sp.Dummy(f"Pr({t})", nonnegative=True) for t in form.types)
    belief = (*named, 1 - sp.Add(*named))
    return belief, tuple(sp.Ge(b, 0, evaluate=False) for b in belief)


def _best_replies(form: SignallingGame, belief: Belief, signal: sp.Expr) -> Iterator[tuple[Any, Conditions]]:
    """Every reply that may be best, with conditions that hold where it is."""
    if not isinstance(form.replies, Numbers):
        for action in form.replies:
            yield action, tuple(_best(form, belief, signal, action))
        return
    reply = sp.Dummy(f"{form.replies.symbol}'", real=True)
    slope = substitute(
        sp.diff(form.expects(belief, signal, form.replies.symbol), form.replies.symbol), {form.replies.symbol: reply}
    )
    low, high = form.replies.low, form.replies.high
    yield (
        reply,
        (
            sp.Ge(reply, low, evaluate=False),
            sp.Le(reply, high, evaluate=False),
            disjunction(sp.Eq(reply, low, evaluate=False), sp.Ge(slope, 0, evaluate=False)),
            disjunction(sp.Eq(reply, high, evaluate=False), sp.Le(slope, 0, evaluate=False)),
        ),
    )


def _best(form: SignallingGame, belief: Belief, signal: sp.Expr, reply: Any) -> Iterator[sp.Basic]:
    """That a reply is best to a belief; a rival number is an unknown in its range."""
    mine = form.expects(belief, signal, reply)
    if not isinstance(form.replies, Numbers):
        yield from (
            sp.Ge(mine, form.expects(belief, signal, other), evaluate=False) for other in form.replies if other != reply
        )
        return
    low, high, other = form.replies.low, form.replies.high, sp.Dummy(f"{form.replies.symbol}'", real=True)
    yield sp.Ge(reply, low, evaluate=False)
    yield sp.Le(reply, high, evaluate=False)
    inside = conjunction(sp.Ge(other, low, evaluate=False), sp.Le(other, high, evaluate=False))
    better = sp.Ge(mine, form.expects(belief, signal, other), evaluate=False)
    yield sp.Implies(inside, better, evaluate=False)


def extreme_goals(form: SignallingGame, extreme: Extreme, sign: int) -> Iterator[Goal]:
    """That a reply is best to the belief in one type at every signal, and the worst (sign -1) or best (1) for every type."""
    signal, inside = _any_signal(form)
    reply = extreme.at(form, signal)
    what = "the worst" if sign < 0 else "the best"
    for claim in _best(form, form.certain(extreme.believed), signal, reply):
        yield Goal(f"{extreme.reply} answers the belief in {form.types[extreme.believed]}", claim, (*_assumed(form), *inside))
    belief, facts = _any_belief(form)
    for other, conditions in _best_replies(form, belief, signal):
        for t, name in enumerate(form.types):
            mine, theirs = (form.paid(form.sender, t, signal, r) for r in (reply, other))
            claim = (sp.Ge if sign > 0 else sp.Le)(mine, theirs, evaluate=False)
            given = (*_assumed(form), *inside, *facts, *conditions)
            yield Goal(f"{extreme.reply} is {what} reply for {name}", claim, given)


def end_goal(form: SignallingGame, worst: Extreme, t: int, end: sp.Expr) -> Goal:
    """That the type would rather be answered by the worst at this end of the range than at any other signal."""
    signal, inside = _any_signal(form)
    here, there = (form.paid(form.sender, t, s, worst.at(form, s)) for s in (end, signal))
    return Goal(
        f"{form.types[t]} would rather deviate to {end}", sp.Ge(here, there, evaluate=False), (*_assumed(form), *inside)
    )


def soundness(form: SignallingGame, found: Separation, worst: Extreme, name: str) -> Iterator[Goal]:
    """That the class consists of equilibria with the stated payoffs, and exists where it is said to."""
    given = (*_assumed(form), *found.conditions)
    types = [t for g in found.groups for t in g.types]
    yield Goal(
        f"{name}: every type sends a signal", sp.true if sorted(types) == list(range(len(form.types))) else sp.false, given
    )
    for claim in _distinct(found.groups):
        yield Goal(f"{name}: groups send different signals", claim, given)
    for group in found.groups:
        for claim in (*form.inside(group.signal), *_best(form, form.posterior(group.types), group.signal, group.reply)):
            yield Goal(f"{name}: the signal {group.signal} and its reply", claim, given)
    for t, kept in _kept(form, found.groups).items():
        others = [form.paid(form.sender, t, g.signal, g.reply) for g in found.groups if t not in g.types]
        for paid in others:
            yield Goal(f"{name}: {form.types[t]} against another signal sent", sp.Ge(kept, paid, evaluate=False), given)
        signal, inside = _any_signal(form)
        paid = form.paid(form.sender, t, signal, worst.at(form, signal))
        yield Goal(f"{name}: {form.types[t]} against any other signal", sp.Ge(kept, paid, evaluate=False), (*given, *inside))
    for player, stated in found.payoffs.items():
        expected = [form.prior[t] * form.paid(player, t, g.signal, g.reply) for g in found.groups for t in g.types]
        yield Goal(f"{name}: the payoff of {player}", sp.Eq(sp.Add(*expected), stated, evaluate=False), given)
    yield from somewhere(name, found.exists, _assumed(form))
    yield from _existence(form, found, name)


def _distinct(groups: Sequence[Group]) -> Iterator[sp.Basic]:
    for k, first in enumerate(groups):
        for second in groups[:k]:
            yield sp.Ne(first.signal, second.signal, evaluate=False)


def _kept(form: SignallingGame, groups: Sequence[Group]) -> dict[int, sp.Expr]:
    """What each type gets."""
    return {t: form.paid(form.sender, t, g.signal, g.reply) for g in groups for t in g.types}


def _existence(form: SignallingGame, found: Separation, name: str) -> Iterator[Goal]:
    """Signals of the class exist exactly where it is said: they need it, and there some signals will do."""
    for claim in found.exists:
        yield Goal(f"{name}: it exists only where it is said to", claim, (*_assumed(form), *found.conditions))
    free = [g for g in found.groups if g.signal == form.sent(g.types)]
    given = (*_assumed(form), *found.exists)
    needed = conjunction(*found.conditions, *(c for g in free for c in form.inside(g.signal)))
    if len(free) == 1:
        yield from _ranged(form, found, free[0], needed, name)
    elif free:
        bound = {g.signal: sp.Dummy(str(g.signal), real=True) for g in free}
        yield Goal(f"{name}: some signals will do where it exists", ForSome(substitute(needed, bound), *bound.values()), given)
    else:
        yield Goal(f"{name}: it exists where it is said to", needed, given)
    for group in found.groups:
        if len(free) != 1 or group is not free[0]:
            yield Goal(f"{name}: the range of {group.signal}", sp.false if group.range != ((), ()) else sp.true, given)


def _ranged(form: SignallingGame, found: Separation, group: Group, needed: sp.Basic, name: str) -> Iterator[Goal]:
    """The signals that will do are those in the range: all of them inside it, and all between its ends; and there are some."""
    (lows, highs), signal = group.range, group.signal
    for low in lows:
        claim = sp.Ge(signal, low, evaluate=False)
        yield Goal(f"{name}: {signal} is above {low}", claim, (*_assumed(form), *found.conditions))
    for high in highs:
        claim = sp.Le(signal, high, evaluate=False)
        yield Goal(f"{name}: {signal} is below {high}", claim, (*_assumed(form), *found.conditions))
    given = (*_assumed(form), *found.exists)
    between = [sp.Lt(low, signal, evaluate=False) for low in lows] + [sp.Lt(signal, high, evaluate=False) for high in highs]
    yield Goal(f"{name}: any {signal} between will do", needed, (*given, *between))
    middles = [(low + high) / 2 for low in lows for high in highs]
    cases = [conjunction(*denominators([m]), substitute(needed, {signal: m})) for m in middles]
    yield Goal(f"{name}: some signal will do where it exists", disjunction(*cases), given)


# -- completeness


def complete(
    form: SignallingGame,
    found: Sequence[Separation],
    partitions: Sequence[Sequence[tuple[int, ...]]],
    worst: Extreme,
    ends: Mapping[int, sp.Expr],
) -> Iterator[Goal]:
    """That every pure equilibrium with these groups is in one of the classes, and in no other."""
    for groups in partitions:
        alike = [c for c in found if {g.types for g in c.groups} == set(groups)]
        yield from _different(form, alike)
        signals = {g: sp.Dummy(f"{form.signal}{k}", real=True) for k, g in enumerate(groups)}
        options = [list(_best_replies(form, form.posterior(g), s)) for g, s in signals.items()]
        for chosen in product(*options):
            sent = [Group(g, s, reply) for (g, s), (reply, _) in zip(signals.items(), chosen, strict=True)]
            given = [*_assumed(form), *(c for s in signals.values() for c in form.inside(s))]
            given += [c for _, conditions in chosen for c in conditions]
            given += _no_gain(form, sent, worst, ends)
            for order in permutations(signals.values()):
                ordered = [sp.Lt(a, b, evaluate=False) for a, b in pairwise(order)]
                cases = [_same(form, c, sent) for c in alike]
                shown = " and ".join("{" + ", ".join(form.types[t] for t in g) + "}" for g in groups)
                yield Goal(f"all equilibria that part the types in {shown} are found", disjunction(*cases), (*given, *ordered))


def _different(form: SignallingGame, found: Sequence[Separation]) -> Iterator[Goal]:
    """That no equilibrium is in two classes with the same groups: where signals are the same, replies that are numbers are."""
    for first, second in combinations(found, 2):
        replies = {g.types: g.reply for g in second.groups}
        if all(_may_be_same(g.reply, replies[g.types]) for g in first.groups):
            sent = [(form.sent(g.types), g.signal) for g in (*first.groups, *second.groups)]
            given = [*_assumed(form), *first.conditions, *second.conditions]
            given += [sp.Eq(symbol, signal, evaluate=False) for symbol, signal in sent if symbol != signal]
            yield Goal("no equilibrium is in two classes", sp.false, tuple(given))


def _may_be_same(reply: Any, other: Any) -> bool:
    return reply == other or (isinstance(reply, sp.Expr) and isinstance(other, sp.Expr))


def _no_gain(form: SignallingGame, sent: Sequence[Group], worst: Extreme, ends: Mapping[int, sp.Expr]) -> Iterator[sp.Basic]:
    for t, kept in _kept(form, sent).items():
        for group in (g for g in sent if t not in g.types):
            yield sp.Ge(kept, form.paid(form.sender, t, group.signal, group.reply), evaluate=False)
        yield sp.Ge(kept, form.paid(form.sender, t, ends[t], worst.at(form, ends[t])), evaluate=False)


def _same(form: SignallingGame, found: Separation, sent: Sequence[Group]) -> sp.Basic:
    """That signals and replies are those of the class."""
    by = {g.types: g for g in sent}
    values = {form.sent(g.types): by[g.types].signal for g in found.groups if g.signal == form.sent(g.types)}
    claims = [substitute(c, values) for c in found.conditions]
    for group in found.groups:
        mine = by[group.types]
        if group.signal != form.sent(group.types):
            claims.append(sp.Eq(mine.signal, group.signal, evaluate=False))
        if isinstance(group.reply, sp.Expr):
            claims.append(sp.Eq(mine.reply, substitute(group.reply, values), evaluate=False))
        elif mine.reply != group.reply:
            return sp.false
    return conjunction(*claims)


# -- the Intuitive Criterion, for two types


def sure_goals(form: SignallingGame, t: int, reply: Any) -> Iterator[Goal]:
    """That a reply is the only best one to the belief in a type, at every signal."""
    signal, inside = _any_signal(form)
    answer = substitute(reply, {form.signal: signal}) if isinstance(reply, sp.Expr) else reply
    yield from (
        Goal(f"{reply} answers {form.types[t]}", c, (*_assumed(form), *inside))
        for c in _best(form, form.certain(t), signal, answer)
    )
    for other, conditions in _best_replies(form, form.certain(t), signal):
        same = sp.true if other == answer else sp.false
        only = sp.Eq(other, answer, evaluate=False) if isinstance(answer, sp.Expr) else same
        yield Goal(f"only {reply} answers {form.types[t]}", only, (*_assumed(form), *inside, *conditions))


def intuitive_goals(
    form: SignallingGame, found: Separation, criterion: Criterion, best: Extreme, sure: Mapping[int, Any], name: str
) -> Iterator[Goal]:
    """That the class fails the Intuitive Criterion where it is said to, and passes it elsewhere."""
    given = (*_assumed(form), *found.conditions)
    for struck, eager, conditions, witnesses in criterion.failing:
        tried = [
            conjunction(*denominators([w]), *form.inside(w), *_gains(form, found, best, sure, struck, eager, w))
            for w in witnesses
        ]
        yield Goal(
            f"{name}: {form.types[eager]} gains and {form.types[struck]} does not", disjunction(*tried), (*given, *conditions)
        )
    signal, inside = _any_signal(form)
    outside = [sp.Not(conjunction(*conditions)) for _, _, conditions, _ in criterion.failing]
    for struck, eager in ((0, 1), (1, 0)):
        fails = conjunction(*_gains(form, found, best, sure, struck, eager, signal))
        yield Goal(f"{name}: passes for any signal", sp.Not(fails), (*given, *inside, *outside))


def _gains(
    form: SignallingGame,
    found: Separation,
    best: Extreme,
    sure: Mapping[int, Any],
    struck: int,
    eager: int,
    signal: sp.Expr,
) -> list[sp.Basic]:
    """That the signal does not pay one type even with the best reply, and pays the other with the reply to its own type."""
    kept, answer = _kept(form, found.groups), sure[eager]
    reply = substitute(answer, {form.signal: signal}) if isinstance(answer, sp.Expr) else answer
    return [
        sp.Gt(kept[struck], form.paid(form.sender, struck, signal, best.at(form, signal)), evaluate=False),
        sp.Gt(form.paid(form.sender, eager, signal, reply), kept[eager], evaluate=False),
    ]
