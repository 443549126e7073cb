"""Obligations of what is done and believed off the path of play: that the replies listed at a set are all that deter.

Statement. Where a class exists, beliefs at the set and a reply to them support it exactly when one of the cases listed applies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import sympy as sp

from formal.bayes_definition import after, alike, bayes, rational, unknown_mixture, weights
from formal.decide.goal import Goal
from formal.derive.assessment import Class, Mixture, Reply
from formal.model.information import Information, InformationSet, belief_symbols
from formal.model.rewriting import conjunction, disjunction
from formal.model.substitution import substitute
from formal.model.tree import Decision, Node


def replying(info: Information, found: Class, where_name: str, listed: Sequence[Reply], name: str) -> Iterator[Goal]:
    """That the replies listed at a set are all that deter, each with the beliefs that support it and no others."""
    where = next(s for s in info.sets if s.name == where_name)
    touched, alone = _touched(info, found, where)
    if not alone or where_name in found.behaviour or len(where.nodes) < 2:
        yield Goal(f"{name} stands alone off the path", sp.false)
        return
    last = belief_symbols(where)[-1]
    beliefs = [*belief_symbols(where)[:-1], 1 - sp.Add(*belief_symbols(where)[:-1])]
    facts = tuple(sp.Ge(b, 0, evaluate=False) for b in beliefs)
    given = (*info.game.assume.values(), found.where, *facts)
    cases = []
    for reply in listed:
        said = [substitute(c, {last: beliefs[-1]}) for c in (*reply.conditions, *reply.believed)]
        cases.append(conjunction(*said))
        weights = [sp.Ge(w, 0, evaluate=False) for w in reply.mixture.values()]
        total = sp.Eq(sp.Add(*reply.mixture.values()), 1, evaluate=False)
        for claim in (*weights, total, *_deters(info, found, where, reply.mixture, beliefs, touched)):
            yield Goal(f"{name}: {' or '.join(reply.mixture)} deters", claim, (*given, *said))
    for size in range(1, len(where.actions) + 1):
        for support in combinations(where.actions, size):
            mixture, more = unknown_mixture(where, support)
            right = _deters(info, found, where, mixture, beliefs, touched)
            yield Goal(f"{name}: {' or '.join(support)} is listed", disjunction(*cases), (*given, *more, *right))


def _deters(
    info: Information,
    found: Class,
    where: InformationSet,
    mixture: Mixture,
    beliefs: Sequence[sp.Expr],
    touched: Sequence[tuple[InformationSet, str]],
) -> list[sp.Basic]:
    """That a mixture at the set is a best reply to the beliefs there, and no deviation to the set pays."""
    behaviour = {s.name: {s.actions[0]: sp.Integer(1)} for s in info.sets} | {**found.behaviour, where.name: mixture}
    certain = {s.name: weights(info, s, behaviour) for s, _ in touched if len(s.nodes) > 1}
    claims = [claim for _, claim in rational(info, where, behaviour, {where.name: beliefs})]
    claims += bayes(info, where, behaviour, beliefs)
    for there, action in touched:
        taken = next(iter(found.behaviour[there.name]))
        mine, theirs = (after(info, there, a, behaviour, certain) for a in (taken, action))
        claims.append(sp.Ge(mine, theirs, evaluate=False))
    return claims


def _touched(info: Information, found: Class, where: InformationSet) -> tuple[list[tuple[InformationSet, str]], bool]:
    """Deviations that lead to a set off the path, and whether the set stands alone: nothing else off the path matters there."""
    touched, alone = list[tuple[InformationSet, str]](), not any(where in pair for pair in alike(info))
    reached = [s for s in info.sets if s.name in found.behaviour]
    for there in reached:
        for action in there.actions:
            met = {s for node in there.nodes for s in _met(info, found, node.children[there.actions.index(action)])}
            if where in met:
                touched.append((there, action))
                alone = alone and met - {where} <= set(reached)
    below = {s for node in where.nodes for child in node.children for s in _met(info, found, child)}
    before = {s for way in info.apart(where) for s, _ in way.actions}
    through = {earlier for earlier, _ in info.through(where)}
    return touched, alone and not below and before | through <= set(reached)


def _met(info: Information, found: Class, node: Node) -> Iterator[InformationSet]:
    """The sets that play may go through from a node on; where the class is silent, every action is taken."""
    taken = found.behaviour.get(info.of[node].name) if isinstance(node, Decision) else None
    if isinstance(node, Decision):
        yield info.of[node]
    for k, child in enumerate(node.children):
        if taken is None or node.actions[k] in taken:  # type: ignore[attr-defined]
            yield from _met(info, found, child)
