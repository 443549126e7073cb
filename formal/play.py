"""Playing strategies: what follows a decision at a node, and whether a path that was stated is the one that is followed.

Statement
---------
Where branches that apply at a node decide alike, a path is followed exactly when at each of its nodes some branch that applies
takes the move that the path states. So a stated path is checked move by move; other ways to go on need not be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy as sp

from formal.decide.judge import afresh, contradictory, remembered
from formal.derive.partition import Branch, Equilibrium, Strategy
from formal.model.rewriting import conjunction, disjunction
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, free_symbols
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node

Conditions = tuple[sp.Basic, ...]
Values = Mapping[sp.Symbol, sp.Expr]
Claims = list[tuple[str, sp.Basic, Conditions]]  # what is claimed in words, the claim, and where


@dataclass(frozen=True)
class Play:
    """One way that play can go on from a node: where it does, what is chosen, and what everybody gets."""

    where: Conditions
    path: tuple[Any, ...]
    payoffs: Mapping[str, sp.Expr]


def plays_after(equilibrium: Equilibrium, node: Decision | Continuous, decision: Any, given: Conditions) -> Iterator[Play]:
    """Ways that play can go on from a node at which `decision` is taken, whatever the strategy says there.

    Those after an action, or after any number, are found once for all that may be given besides what always holds at the node.
    """
    if isinstance(node, Continuous) and not isinstance(decision, sp.Dummy) and decision != node.symbol:
        yield from _plays_after(equilibrium, node, decision, given)
        return
    inside = node.inside(decision) if isinstance(node, Continuous) else ()
    always = {*equilibrium.game.assume.values(), *node.facts(), *inside}
    base = tuple(c for c in given if c in always)
    key = ("plays after", equilibrium, node, decision, base)
    yield from _possible(remembered(key, lambda: _separately(equilibrium, node, decision, base)), given)


def _separately(equilibrium: Equilibrium, node: Decision | Continuous, decision: Any, given: Conditions) -> list[Play]:
    with afresh():  # so that it does not matter who asks first
        return list(_plays_after(equilibrium, node, decision, given))


def _possible(plays: Sequence[Play], given: Conditions, depth: int = 0) -> Iterator[Play]:
    """Those of the plays that seem possible where `given` holds; where there is one way to go on, it is not asked about."""
    ways: dict[sp.Basic | None, list[Play]] = {}
    for play in plays:
        ways.setdefault(play.where[depth] if depth < len(play.where) else None, []).append(play)
    for condition, some in ways.items():
        if condition is None:
            yield from some
        elif len(ways) == 1 or not contradictory((*given, condition), soon=True):
            yield from _possible(some, (*given, condition), depth + 1)


def _plays_after(equilibrium: Equilibrium, node: Decision | Continuous, decision: Any, given: Conditions) -> Iterator[Play]:
    if isinstance(node, Decision):
        child: Node = node.children[node.actions.index(decision)]
        yield from _play(equilibrium, child, {}, given)
    else:
        levels = equilibrium.strategies[node].levels(decision)
        yield from _play(equilibrium, node.following, _moved(equilibrium, {}, node.symbol, decision, levels), given)


def _play(equilibrium: Equilibrium, node: Node, values: Values, given: Conditions) -> Iterator[Play]:
    """All ways that play by the strategies can go on from here, where `given` holds; impossible ones are left out."""
    if isinstance(node, Leaf):
        yield Play((), (), {q: substitute(u, values) for q, u in node.payoffs.items()})
    elif isinstance(node, Fork):
        for condition, child in ((node.condition, node.yes), (sp.Not(node.condition), node.no)):
            yield from _extended(equilibrium, child, values, given, (substitute(condition, values),), None)
    elif isinstance(node, Chance):
        yield from _lottery(equilibrium, node, values, given)
    else:
        assert isinstance(node, Decision | Continuous)
        for decision, condition in equilibrium.strategies[node].rules:
            where = (substitute(condition, values),)
            if isinstance(node, Decision):
                child, move, later = node.children[node.actions.index(decision)], decision, values
            else:
                move = substitute(decision, values)
                levels = {t: substitute(e, values) for t, e in equilibrium.strategies[node].levels(decision).items()}
                child, later = node.following, _moved(equilibrium, values, node.symbol, move, levels)
            yield from _extended(equilibrium, child, later, given, where, (node.label, move))


def _moved(equilibrium: Equilibrium, values: Values, symbol: sp.Symbol, move: sp.Expr, levels: Values) -> Values:
    """The values after a move, with those of the thresholds that depend on it.

    A threshold whose closed form is now that of a known one is that one.
    """
    later: dict[sp.Symbol, sp.Expr] = {**values, symbol: move}
    known = {t.definition: t for t in equilibrium.thresholds}
    replaced = ((t, level) for t, level in (*values.items(), *levels.items()) if isinstance(t, Threshold))
    known |= {t.definition.xreplace(later): level for t, level in replaced}
    for threshold in equilibrium.thresholds:
        rests_on = free_symbols(threshold.definition)
        if symbol in rests_on or any(t in rests_on for t in levels):
            there = threshold.definition.xreplace(later)
            same = levels.get(threshold, known.get(there))
            known[there] = later[threshold] = threshold.at(later, f"[{symbol}={move}]") if same is None else same
    return later


def _extended(
    equilibrium: Equilibrium, child: Node, values: Values, given: Conditions, where: Conditions, step: Any
) -> Iterator[Play]:
    if contradictory((*given, *where), soon=True):
        return
    for play in _play(equilibrium, child, values, (*given, *where)):
        yield Play((*where, *play.where), play.path if step is None else (step, *play.path), play.payoffs)


def _lottery(equilibrium: Equilibrium, node: Chance, values: Values, given: Conditions) -> Iterator[Play]:
    plays = [Play((), (), dict.fromkeys(equilibrium.game.players, sp.Integer(0)))]
    for outcome, weight, child in zip(node.outcomes, node.probabilities, node.children, strict=True):
        extended = []
        for so_far in plays:
            for play in _play(equilibrium, child, values, (*given, *so_far.where)):
                payoffs = {q: so_far.payoffs[q] + substitute(weight, values) * u for q, u in play.payoffs.items()}
                extended.append(Play((*so_far.where, *play.where), (*so_far.path, (outcome, play.path)), payoffs))
        plays = extended
    for play in plays:
        yield Play(play.where, ((node.label, play.path),), play.payoffs)


# -- following a stated path


def expected(
    equilibrium: Equilibrium, node: Decision | Continuous, branch: Branch, given: Conditions
) -> tuple[Claims, list[Play]]:
    """How play goes on after a branch's decision where `given` holds: by its stated path under the claims returned.

    Without a stated path, all ways in which it can go on.
    """
    if not branch.path:
        return [], list(plays_after(equilibrium, node, branch.decision, given))
    if isinstance(node, Decision):
        return followed(equilibrium, node.children[node.actions.index(branch.decision)], branch.path[1:], {}, given)
    values = _moved(equilibrium, {}, node.symbol, branch.decision, dict(branch.levels))
    return followed(equilibrium, node.following, branch.path[1:], values, given)


def followed(
    equilibrium: Equilibrium, node: Node, path: tuple[Any, ...], values: Values, given: Conditions
) -> tuple[Claims, list[Play]]:
    """The play from a node along a path where `given` holds, one for each way in which forks can fall.

    It is the play of the strategies if the claims are true.
    """
    if isinstance(node, Leaf):
        wrong = [("the path ends", sp.false, given)] if path else []
        return wrong, [Play((), (), {q: substitute(u, values) for q, u in node.payoffs.items()})]
    if isinstance(node, Fork):
        return _fork(equilibrium, node, path, values, given)
    assert isinstance(node, Chance | Decision | Continuous)
    label, move = path[0] if path and isinstance(path[0], tuple) and len(path[0]) == 2 else ("", None)
    if label != node.label:
        return [(f"the path goes on with {node.label}", sp.false, given)], []
    if isinstance(node, Chance):
        return _expectation(equilibrium, node, move, path[1:], values, given)
    strategy, what = equilibrium.strategies[node], f"{label} is {move}"
    if isinstance(node, Decision):
        if move not in node.actions:
            return [(what, sp.false, given)], []
        claim = disjunction(*(substitute(where, values) for decision, where in strategy.rules if decision == move))
        claims, plays = followed(equilibrium, node.children[node.actions.index(move)], path[1:], values, given)
        return [(what, claim, given), *claims], plays
    claim, levels = _taken(strategy, move, values)
    later = _moved(equilibrium, values, node.symbol, move, levels)
    claims, plays = followed(equilibrium, node.following, path[1:], later, given)
    return [(what, claim, given), *claims], plays


def _taken(strategy: Strategy, move: Any, values: Values) -> tuple[sp.Basic, Values]:
    """That the strategy chooses this number, and the values of later thresholds where it does.

    Those are proved of the decision that is the number as it is written, and of no other.
    """
    rules = [(decision, substitute(decision, values), substitute(where, values)) for decision, where in strategy.rules]
    for decision, here, applies in rules:
        levels = {t: substitute(e, values) for t, e in strategy.levels(decision).items()}
        if here == move and levels:
            return applies, levels
    same = [applies for _, here, applies in rules if here == move]
    # another decision may be the same number, but what may divide by zero is not asked about without need
    plain = [rule for rule in rules if rule[1] != move and (not same or _divides_safely(rule[1]))]
    return disjunction(*same, *(conjunction(applies, sp.Eq(here, move, evaluate=False)) for _, here, applies in plain)), {}


def _divides_safely(expression: sp.Expr) -> bool:
    return all(power.base.is_positive for power in expression.atoms(sp.Pow) if power.exp.is_negative)


def _fork(
    equilibrium: Equilibrium, node: Fork, path: tuple[Any, ...], values: Values, given: Conditions
) -> tuple[Claims, list[Play]]:
    claims, plays = Claims(), list[Play]()
    for condition, child in ((node.condition, node.yes), (sp.Not(node.condition), node.no)):
        here = substitute(condition, values)
        if not contradictory((*given, here), soon=True):
            more, found = followed(equilibrium, child, path, values, (*given, here))
            claims += more
            plays += [Play((here, *play.where), play.path, play.payoffs) for play in found]
    return claims, plays


def _expectation(
    equilibrium: Equilibrium, node: Chance, stated: Any, rest: tuple[Any, ...], values: Values, given: Conditions
) -> tuple[Claims, list[Play]]:
    paths = dict(stated) if isinstance(stated, tuple) else {}
    if list(paths) != list(node.outcomes) or rest:
        return [(f"the outcomes of {node.label}", sp.false, given)], []
    claims, ways = Claims(), list[list[Play]]()
    for outcome, child in zip(node.outcomes, node.children, strict=True):
        more, plays = followed(equilibrium, child, paths[outcome], values, given)
        claims += more
        ways.append(plays)
    weights, found = [substitute(w, values) for w in node.probabilities], list[Play]()
    for way in product(*ways):
        payoffs = {
            q: sp.Add(*(w * play.payoffs[q] for w, play in zip(weights, way, strict=True))) for q in equilibrium.game.players
        }
        found.append(Play(tuple(c for play in way for c in play.where), (), payoffs))
    return claims, found
