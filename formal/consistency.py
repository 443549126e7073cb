"""Consistency of beliefs by an explicit sequence: when a perfect Bayesian equilibrium is a sequential equilibrium.

Definition. An assessment is consistent when it is the limit of assessments in which every action has a positive probability and
beliefs follow from Bayes' rule (Kreps and Wilson 1982, Econometrica 50, 863-894).

Method. At a set off the path each of whose nodes is reached by one action that is not taken, the mover trembles to the action
that leads to node n with probability (μ_n / w_n) ε, where w_n is the probability of everything else on the way; ε² is added to
the probability of every action. As ε → 0 the weights are μ_n ε at first order, so that beliefs tend to μ. Sets that are reached
by two such actions are not decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from formal.bayes_definition import weight
from formal.decide.goal import Goal
from formal.derive.assessment import Assessment
from formal.model.information import Information, InformationSet, Way

Action = tuple[InformationSet, str]
EPSILON = sp.Symbol("epsilon", positive=True)


def trembles(info: Information, one: Assessment) -> dict[Action, sp.Expr] | None:
    """The probability, up to order 1 in ε, with which each action that is not taken is taken; None where it is not decided."""
    found = {(s, a): sp.Integer(0) for s in info.sets for a in s.actions if not _taken(one, (s, a))}
    for where in (s for s in info.sets if len(s.nodes) > 1):
        ways = info.apart(where)
        if any(weight(way, one.behaviour) != 0 for way in ways):
            continue
        for way, belief in zip(ways, one.beliefs[where.name], strict=True):
            missing = [pair for pair in way.actions if pair in found]
            if len(missing) != 1:
                return None
            needed = belief / _rest(way, one, missing[0])
            if found[missing[0]] not in (0, needed):
                return None
            found[missing[0]] = needed
    return found


def _taken(one: Assessment, action: Action) -> bool:
    where, name = action
    return bool(one.behaviour[where.name].get(name, sp.Integer(0)) != 0)


def _rest(way: Way, one: Assessment, missing: Action) -> sp.Expr:
    """The probability of everything else on the way."""
    return weight(Way(way.probability, tuple(pair for pair in way.actions if pair != missing)), one.behaviour)


def consistency_goals(info: Information, one: Assessment, name: str) -> Iterator[Goal]:
    """That beliefs are the limits of Bayes' rule along the sequence, and that it is a sequence of positive probabilities."""
    made = trembles(info, one)
    given = (*info.game.assume.values(), *one.conditions)
    if made is None:
        yield Goal(f"{name}: some sequence supports the beliefs", sp.false, given)
        return
    for (where, action), slope in made.items():
        yield Goal(f"{name}: a tremble to {action} at {where.name}", sp.Ge(slope, 0, evaluate=False), given)
    shaken = _shaken(info, one, made)
    for where in (s for s in info.sets if len(s.nodes) > 1):
        weights = [sp.Poly(sp.expand(weight(way, shaken)), EPSILON).all_coeffs()[::-1] for way in info.apart(where)]
        orders = range(max(len(w) for w in weights))
        order = next(k for k in orders if any(len(w) > k and w[k] != 0 for w in weights))
        leading = [w[order] if len(w) > order else sp.Integer(0) for w in weights]
        yield Goal(f"{name}: {where.name} is reached along the sequence", sp.Gt(sp.Add(*leading), 0, evaluate=False), given)
        for belief, mine in zip(one.beliefs[where.name], leading, strict=True):
            claim = sp.Eq(belief * sp.Add(*leading), mine, evaluate=False)
            yield Goal(f"{name}: beliefs at {where.name} are limits", claim, given)


def _shaken(info: Information, one: Assessment, made: Mapping[Action, sp.Expr]) -> dict[str, dict[str, sp.Expr]]:
    """The behaviour along the sequence, up to the common factor that makes room for trembles."""
    return {
        s.name: {a: made[s, a] * EPSILON + EPSILON**2 if (s, a) in made else one.behaviour[s.name][a] for a in s.actions}
        for s in info.sets
    }
