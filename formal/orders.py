"""What is certain of the thresholds that a goal names, said beside it: solvers are slow to see it.

Statement
---------
Where t is the root in [low, high] of a polynomial p that does not fall there, t ≤ e ≤ high gives p(e) ≥ 0, and low ≤ e ≤ t
gives p(e) ≤ 0. That p does not fall is an obligation of t (`formal.model.root`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import permutations

import sympy as sp
from sympy.core.relational import Relational

from formal.decide.goal import Goal
from formal.decide.judge import contradictory, remembered
from formal.model.parameters import Parameter
from formal.model.rewriting import as_written, conjunction
from formal.model.root import Root
from formal.model.threshold import Threshold, free_symbols

Conditions = tuple[sp.Basic, ...]


def with_orders(goal: Goal, assumed: Conditions) -> Goal:
    """The goal with the order of the thresholds that it names, and the signs that follow for implicit roots.

    The order of a threshold at a deviation and another one is sought in the range of the deviation.
    """
    deviations = {v for v in goal.variables if isinstance(v, sp.Dummy)}
    ranges = tuple(c for c in goal.hypotheses if isinstance(c, sp.Ge | sp.Le) and c.lhs in deviations and c.rhs.is_number)
    rests = {t: free_symbols(t.definition) for t in goal.named}
    named = [t for t in goal.named if all(isinstance(s, Parameter | Threshold | sp.Dummy) for s in rests[t])]
    moving = {t for t in named if not deviations.isdisjoint(rests[t])}
    orders = []
    for low, high in permutations(named, 2):
        under = (*assumed, *ranges) if low in moving or high in moving else assumed
        order = remembered(("order", low, high, under), partial(_order, low, high, under))
        orders += [] if order is None else [order]
    fixed = [t for t in named if t not in moving]
    return replace(goal, hypotheses=(*orders, *_signs(fixed, goal), *goal.hypotheses))


def _order(low: Threshold, high: Threshold, assumed: Conditions) -> sp.Basic | None:
    """That one threshold is at most the other wherever both exist, or None when that is not certain."""
    both = tuple(dict.fromkeys((*low.exists, *high.exists)))
    if not contradictory((*assumed, *both, sp.Gt(low, high, evaluate=False))):
        return None
    order = sp.Le(low, high, evaluate=False)
    return as_written(sp.Or, [sp.Not(conjunction(*both)), order]) if both else order


def _signs(named: list[Threshold], goal: Goal) -> Iterator[sp.Basic]:
    """The sign of an implicit root's polynomial at the other thresholds, by their order.

    It is sought where a hypothesis is about both, or the claim is their order, by what is said of the two and of the root's
    ends alone: of more, a solver is slower to see what matters.
    """
    relations = [(c, free_symbols(c)) for c in goal.hypotheses if isinstance(c, Relational)]
    claimed = set(goal.conclusion.args)
    for root, other in permutations(named, 2):
        if not isinstance(root.definition, Root) or other in root.definition.ends:
            continue
        if claimed == {root, other} or any(root in symbols and other in symbols for _, symbols in relations):
            near = {root, other}.union(*map(free_symbols, root.definition.ends))
            given = tuple(c for c, symbols in relations if near.issuperset(symbols))
            yield from remembered(("sides", root, other, given), partial(_sides, root, other, given))


def _sides(root: Threshold, other: Threshold, given: Conditions) -> Conditions:
    value, (low, high) = root.definition.polynomial(other), root.definition.ends
    absent = [sp.Not(condition, evaluate=False) for condition in root.exists]
    above = [*absent, sp.Lt(other, root, evaluate=False), sp.Ge(value, 0, evaluate=False)]
    below = [*absent, sp.Gt(other, root, evaluate=False), sp.Le(value, 0, evaluate=False)]
    beyond = (sp.Gt(other, high, evaluate=False), above), (sp.Lt(other, low, evaluate=False), below)
    impossible = (parts for outside, parts in beyond if contradictory((*given, *root.exists, outside), soon=True))
    return tuple(as_written(sp.Or, parts) for parts in impossible)
