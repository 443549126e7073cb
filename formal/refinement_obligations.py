"""Obligations of refinements: where a class passes the Intuitive Criterion or D1, and where it fails.

Definitions (Cho and Kreps 1987, Quarterly Journal of Economics 102, 179-221, sections IV and V). A signal off the path of play
leads to an information set whose nodes are the sender's types T. U(t) is what type t gets in the equilibrium, V(t, r) what it
gets from the signal when the reply is r; BR(K) are the replies that are best for some belief concentrated on K.

- Intuitive Criterion: the class fails when for some set of types J, each t in J has U(t) > V(t, r) for all r in BR(T), and some
  type t' outside J has U(t') < V(t', r) for all r in BR(T - J).
- D1: type t is struck when for some other type t', V(t, r) ≥ U(t) implies V(t', r) > U(t') for all mixed best replies r, and
  V(t', r) > U(t') for one of them. The class passes when some reply deters every type and is best for a belief that gives no
  weight to the types that are struck. Where the class exists not all types are struck: the mixed best replies are a connected
  set, so that striking in a circle would make every one of them pay every type in the circle.

In both, an action that is best for some belief stands for all mixtures that contain it where only the largest or the smallest
gain counts, as V is linear in the reply.

Statement
---------
Where a class exists, one of the cases applies; in a case of failure the definition says that the class fails, and in a case of
passing that it passes. That some belief or mixture exists is shown by the ones that are proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from formal.bayes_definition import expected, unknown_mixture
from formal.decide.goal import Goal
from formal.derive.assessment import Class, Failure, Mixture, Refined
from formal.errors import DerivationError
from formal.model.information import Information, InformationSet, node_names
from formal.model.partial import denominators
from formal.model.rewriting import conjunction, disjunction
from formal.model.signals import reached_by_signal

Types = tuple[int, ...]


@dataclass(frozen=True)
class Signal:
    """What each type gets in the equilibrium and by the signal, and what the receiver gets, by type and reply."""

    where: InformationSet
    kept: tuple[sp.Expr, ...]
    paid: Mapping[tuple[int, str], sp.Expr]
    answered: Mapping[tuple[int, str], sp.Expr]
    proposed: Sequence[Sequence[sp.Expr]]
    mixtures: Sequence[Mixture]

    @property
    def types(self) -> Types:
        return tuple(range(len(self.kept)))

    def gains(self, t: int, mixture: Mixture) -> sp.Expr:
        """What the signal brings to the type when the reply is a mixture."""
        return sp.Add(*(w * self.paid[t, a] for a, w in mixture.items())) - self.kept[t]

    def best(self, actions: Sequence[str], belief: Sequence[sp.Expr]) -> list[sp.Basic]:
        """That the actions are best replies to a belief."""
        values = {a: sp.Add(*(b * self.answered[t, a] for t, b in enumerate(belief))) for a in self.where.actions}
        return [sp.Ge(values[a], values[b], evaluate=False) for a in actions for b in self.where.actions if b != a]

    def best_somewhere(self, actions: Sequence[str], among: Types) -> Iterator[tuple[sp.Basic, Sequence[sp.Expr]]]:
        """For each proposed belief, the claim that it is one, concentrated on the types, to which the actions are best."""
        for belief in self.proposed:
            inside = [sp.Ge(b, 0, evaluate=False) for b in belief if b not in (0, 1)]
            outside = [sp.Eq(b, 0, evaluate=False) for t, b in enumerate(belief) if t not in among and b != 0]
            total = sp.Eq(sp.Add(*belief), 1, evaluate=False)
            yield conjunction(*denominators(belief), *inside, *outside, total, *self.best(actions, belief)), belief


def signals(info: Information, found: Class, refined: Refined) -> list[Signal]:
    """The signals that the class does not send. Raises DerivationError for a game that is no signalling game."""
    return [
        _signal(info, found, where, refined)
        for where in info.sets
        if where.name not in found.behaviour and len(where.nodes) > 1
    ]


def _signal(info: Information, found: Class, where: InformationSet, refined: Refined) -> Signal:
    senders = reached_by_signal(info, where)
    if any(s.name not in found.behaviour for s in senders):
        raise DerivationError(f"{where.name} is off the path, and so is the signal that leads to it")
    kept = tuple(expected(info, s.nodes[0], found.behaviour, s.player) for s in senders)
    ends = {(t, a): c for t, node in enumerate(where.nodes) for a, c in zip(node.actions, node.children, strict=True)}
    paid = {key: expected(info, end, {}, senders[0].player) for key, end in ends.items()}
    answered = {key: expected(info, end, {}, where.player) for key, end in ends.items()}
    proposed = refined.beliefs.get(where.name, ())
    return Signal(where, kept, paid, answered, proposed, refined.mixtures.get(where.name, ()))


def intuitive_goals(info: Information, found: Class, refined: Refined, name: str) -> Iterator[Goal]:
    """That the class passes and fails the Intuitive Criterion where it is said to."""
    given = (*info.game.assume.values(), found.where)
    by_set = {s.where.name: s for s in signals(info, found, refined)}
    yield _covered(refined, given, name)
    for failure in refined.fails:
        one = by_set[failure.where]
        struck, eager = _named_types(one, failure)
        here = (*given, *failure.conditions)
        if len(set(eager)) != 1 or set(eager) & set(struck):
            yield Goal(f"{name}: one type outside those struck gains", sp.false, here)
            continue
        for t in struck:
            yield from _for_best(one, one.types, here, f"{name}: {_name(one, t)} loses", t, -1)
        rest = tuple(t for t in one.types if t not in struck)
        yield from _for_best(one, rest, here, f"{name}: {_name(one, eager[0])} gains", eager[0], 1)
    for conditions in refined.passes:
        for one in by_set.values():
            for struck in _proper_subsets(one.types):
                for t in (t for t in one.types if t not in struck):
                    yield Goal(f"{name}: passes", _not_failing(one, struck, t), (*given, *conditions))


def _covered(refined: Refined, given: tuple[sp.Basic, ...], name: str) -> Goal:
    cases = [conjunction(*c) for c in (*refined.passes, *(f.conditions for f in refined.fails))]
    return Goal(f"{name}: some case applies", disjunction(*cases), given)


def _named_types(one: Signal, failure: Failure) -> tuple[Types, Types]:
    names = node_names(one.where)
    pairs = [(names.index(t), names.index(by)) for t, by in failure.struck.items()]
    return tuple(t for t, _ in pairs), tuple(by for _, by in pairs)


def _name(one: Signal, t: int) -> str:
    return node_names(one.where)[t]


def _proper_subsets(types: Types) -> Iterator[Types]:
    for size in range(1, len(types)):
        yield from combinations(types, size)


def _any_belief(one: Signal, among: Types) -> tuple[list[sp.Expr], list[sp.Basic]]:
    """Unknown probabilities of the types, and that they are a belief."""
    *named, last = among
    unknown = {t: sp.Dummy(f"Pr({_name(one, t)})", nonnegative=True) for t in named}
    unknown[last] = 1 - sp.Add(*unknown.values())
    belief = [unknown.get(t, sp.Integer(0)) for t in one.types]
    return belief, [sp.Ge(b, 0, evaluate=False) for b in belief if not b.is_number]


def _for_best(one: Signal, among: Types, given: tuple[sp.Basic, ...], name: str, t: int, sign: int) -> Iterator[Goal]:
    """That the type gains (sign 1) or loses (-1) by the signal whatever reply is best for a belief about the types."""
    belief, facts = _any_belief(one, among)
    for action in one.where.actions:
        gain = sign * one.gains(t, {action: sp.Integer(1)})
        claim = sp.Gt(gain, 0, evaluate=False)
        yield Goal(f"{name} if the reply is {action}", claim, (*given, *facts, *one.best([action], belief)))


def _not_failing(one: Signal, struck: Types, t: int) -> sp.Basic:
    """Some type that is to be struck does not lose by some reply, or the type that is to gain does not gain by some."""
    rest = tuple(k for k in one.types if k not in struck)
    cases = []
    for action in one.where.actions:
        sure = {action: sp.Integer(1)}
        for claim, _ in one.best_somewhere([action], one.types):
            cases += [conjunction(claim, sp.Ge(one.gains(k, sure), 0, evaluate=False)) for k in struck]
        for claim, _ in one.best_somewhere([action], rest):
            cases.append(conjunction(claim, sp.Le(one.gains(t, sure), 0, evaluate=False)))
    return disjunction(*cases)


# -- D1


def divine_goals(info: Information, found: Class, refined: Refined, name: str) -> Iterator[Goal]:
    """That the class passes and fails D1 where it is said to."""
    given = (*info.game.assume.values(), found.where)
    by_set = {s.where.name: s for s in signals(info, found, refined)}
    yield _covered(refined, given, name)
    for failure in refined.fails:
        yield from _failing(by_set[failure.where], failure, (*given, *failure.conditions), name)
    for conditions in refined.passes:
        for one in by_set.values():
            claim, facts = _supported(one)
            yield Goal(f"{name}: passes", claim, (*given, *conditions, *facts))


def _failing(one: Signal, failure: Failure, given: tuple[sp.Basic, ...], name: str) -> Iterator[Goal]:
    struck, strikers = _named_types(one, failure)
    if not struck or len(struck) == len(one.types) or any(t == by for t, by in zip(struck, strikers, strict=True)):
        yield Goal(f"{name}: some types, not all, are struck", sp.false, given)
        return
    for support in _supports(one):
        mixture, positive = unknown_mixture(one.where, support)
        belief, facts = _any_belief(one, one.types)
        here = (*given, *positive, *facts, *one.best(support, belief))
        for t, by in zip(struck, strikers, strict=True):
            not_losing = sp.Ge(one.gains(t, mixture), 0, evaluate=False)
            claim = sp.Gt(one.gains(by, mixture), 0, evaluate=False)
            yield Goal(f"{name}: {_name(one, by)} is the more eager", claim, (*here, not_losing))
        left = tuple(t for t in one.types if t not in struck)
        belief, facts = _any_belief(one, left)
        deterred = [sp.Le(one.gains(t, mixture), 0, evaluate=False) for t in one.types]
        here = (*given, *positive, *facts, *one.best(support, belief), *deterred)
        yield Goal(f"{name}: nothing deters", sp.false, here)
    for by in strikers:
        yield Goal(f"{name}: {_name(one, by)} gains by some reply", _gains_somewhere(one, by), given)


def _supports(one: Signal) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(one.where.actions) + 1):
        yield from combinations(one.where.actions, size)


def _gains_somewhere(one: Signal, t: int) -> sp.Basic:
    cases = []
    for action in one.where.actions:
        gain = sp.Gt(one.gains(t, {action: sp.Integer(1)}), 0, evaluate=False)
        cases += [conjunction(claim, gain) for claim, _ in one.best_somewhere([action], one.types)]
    return disjunction(*cases)


def _supported(one: Signal) -> tuple[sp.Basic, list[sp.Basic]]:
    """Some proposed reply deters every type and is best for a belief about types that are not struck; unknowns in the claim."""
    unstruck, facts = {}, list[sp.Basic]()
    for t in one.types:
        unstruck[t], more = _unstruck(one, t)
        facts += more
    cases = []
    for mixture, proper in _proposed_mixtures(one):
        deterred = [sp.Le(one.gains(t, mixture), 0, evaluate=False) for t in one.types]
        for claim, belief in one.best_somewhere(list(mixture), one.types):
            weighty = [disjunction(sp.Le(b, 0, evaluate=False), unstruck[t]) for t, b in enumerate(belief) if b != 0]
            cases.append(conjunction(*proper, claim, *deterred, *weighty))
    return disjunction(*cases), facts


def _unstruck(one: Signal, t: int) -> tuple[sp.Basic, list[sp.Basic]]:
    """No other type strikes this one: from some reply it does not lose and the other does not gain, or from none does it gain.

    The last holds for all beliefs, which are unknowns of their own.
    """
    claims, facts = [], list[sp.Basic]()
    for by in (k for k in one.types if k != t):
        cases: list[Any] = []
        for mixture, proper in _proposed_mixtures(one):
            signs = [sp.Ge(one.gains(t, mixture), 0, evaluate=False), sp.Le(one.gains(by, mixture), 0, evaluate=False)]
            cases += [conjunction(*proper, claim, *signs) for claim, _ in one.best_somewhere(list(mixture), one.types)]
        never = []
        for action in one.where.actions:
            belief, more = _any_belief(one, one.types)
            facts += more
            gain = sp.Le(one.gains(by, {action: sp.Integer(1)}), 0, evaluate=False)
            never.append(disjunction(*(sp.Not(c) for c in one.best([action], belief)), gain))
        claims.append(disjunction(*cases, conjunction(*never)))
    return conjunction(*claims), facts


def _proposed_mixtures(one: Signal) -> Iterator[tuple[Mixture, list[sp.Basic]]]:
    """The mixtures that are proposed, and that they are mixtures."""
    for mixture in one.mixtures:
        inside = [sp.Ge(w, 0, evaluate=False) for w in mixture.values() if w != 1]
        yield mixture, [*denominators(mixture.values()), *inside, sp.Eq(sp.Add(*mixture.values()), 1, evaluate=False)]
