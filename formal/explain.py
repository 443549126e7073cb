"""Why a cell's path of play is what it is: a step for each move on it, with the claims that make the step right.

A step is shown as checked only when its claims are proved. Explanations are for readers; that the strategies are an
equilibrium is proved from `formal.obligations` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from formal.decide.goal import Goal
from formal.decide.judge import decide
from formal.decide.verdict import Proved
from formal.derive.partition import Cell, Equilibrium
from formal.derive.step import Step, objectives, threshold_step
from formal.errors import ClaimError, ModelError
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, thresholds
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.play import Play, plays_after

Values = Mapping[sp.Symbol, sp.Expr]


@dataclass(frozen=True)
class Move:
    """A move on a cell's path: the node, the choices before it, what is chosen, under which conditions.

    `worth` is what the mover gets in the end; None where chance comes first, so that this differs from the cell's payoff.
    """

    node: Decision | Continuous
    values: Values
    decision: Any
    given: tuple[sp.Basic, ...]
    worth: sp.Expr | None


def proved(step: Step) -> bool:
    """Whether all claims of the step are proved; one that cannot be decided, as at a kink, is not."""
    try:
        return all(isinstance(decide(Goal(step.rule, claim, step.given)), Proved) for claim in step.claims)
    except ClaimError:
        return False


def explain(equilibrium: Equilibrium, number: int) -> Iterator[Step]:
    """The steps that lead to the path of cell `number`, counted from 1, in the order of play.

    For each move its origin (a threshold, a first-order condition, an end of the range, a switch of the continuation) and the
    comparisons with everything that the mover does elsewhere and could do here. Raises ModelError when there is no such cell.
    """
    if not 1 <= number <= len(equilibrium.cells):
        raise ModelError(f"{equilibrium.game.name} has cells 1 to {len(equilibrium.cells)}, not {number}")
    cell = equilibrium.cells[number - 1]
    if cell.attained:
        for move in _moves(equilibrium, cell):
            if isinstance(move.node, Continuous):
                yield _origin(equilibrium, move)
            yield from _comparisons(equilibrium, move)


def _moves(equilibrium: Equilibrium, cell: Cell) -> Iterator[Move]:
    given = (*equilibrium.game.assume.values(), *cell.conditions)

    def walk(node: Node, path: tuple[Any, ...], values: Values, sure: bool = True) -> Iterator[Move]:
        if isinstance(node, Leaf):
            return
        if isinstance(node, Fork):
            holds = isinstance(decide(Goal("fork", substitute(node.condition, values), given)), Proved)
            yield from walk(node.yes if holds else node.no, path, values, sure)
            return
        (_, taken), *rest = path
        if isinstance(node, Chance):
            for child, (_, following) in zip(node.children, taken, strict=True):
                yield from walk(child, following, values, sure=False)
            return
        assert isinstance(node, Decision | Continuous)
        yield Move(node, values, taken, given, cell.payoffs[node.player] if sure else None)
        if isinstance(node, Decision):
            yield from walk(node.children[node.actions.index(taken)], tuple(rest), values, sure)
        else:
            yield from walk(node.following, tuple(rest), {**values, node.symbol: taken}, sure)

    yield from walk(equilibrium.game.tree, cell.path, {})


# -- where a number comes from


def _origin(equilibrium: Equilibrium, move: Move) -> Step:
    """What singles the chosen number out among all others."""
    node = move.node
    assert isinstance(node, Continuous)
    chosen = sp.Eq(node.symbol, move.decision, evaluate=False)
    for objective in _objectives_here(equilibrium, move):
        slope = sp.diff(objective, node.symbol)
        at, second = substitute(slope, {node.symbol: move.decision}), sp.diff(slope, node.symbol)
        if slope != 0 and sp.simplify(at) == 0:
            claims = (sp.Eq(at, 0, evaluate=False), sp.Le(second, 0, evaluate=False))
            before = sp.Eq(slope, 0, evaluate=False)
            return Step("first-order condition", node.player, chosen, before, chosen, claims, move.given, claims[1:])
    low, high = (substitute(end, move.values) for end in (node.low, node.high))
    ends = sp.And(sp.Ge(node.symbol, low, evaluate=False), sp.Le(node.symbol, high, evaluate=False), evaluate=False)
    for end, falls in ((low, True), (high, False)):
        if _equal(move.decision, end):
            return _at_end(equilibrium, move, sp.Le if falls else sp.Ge) or Step(
                "end of the range", node.player, chosen, ends, chosen, (sp.Eq(move.decision, end, evaluate=False),), move.given
            )
    if isinstance(move.decision, Threshold):
        return replace(threshold_step(move.decision, move.given), player=node.player, move=chosen)
    for switch in _switches(equilibrium, move):
        claim = substitute(switch, {node.symbol: move.decision})
        if _equal(claim.lhs, claim.rhs):
            return Step("switch", node.player, chosen, switch, chosen, (claim,), move.given)
    return Step("choice", node.player, chosen, ends, chosen, (substitute(ends, {node.symbol: move.decision}),), move.given)


def _at_end(equilibrium: Equilibrium, move: Move, relation: Any) -> Step | None:
    """The payoff along the path falls from the lower end, or rises up to the upper one."""
    assert isinstance(move.node, Continuous)
    at = {move.node.symbol: move.decision}
    for objective in _objectives_here(equilibrium, move):
        if move.worth is None or not _equal(substitute(objective, at), move.worth):
            continue
        slope = sp.cancel(sp.diff(objective, move.node.symbol))
        claim = relation(substitute(slope, at), 0, evaluate=False)
        if slope != 0 and isinstance(decide(Goal("slope", claim, move.given)), Proved):
            before, chosen = relation(slope, 0, evaluate=False), sp.Eq(move.node.symbol, move.decision, evaluate=False)
            return Step("end of the range", move.node.player, chosen, before, chosen, (claim,), move.given)
    return None


def _equal(first: sp.Expr, second: sp.Expr) -> bool:
    return bool(sp.cancel(sp.together(first - second)) == 0)


def _objectives_here(equilibrium: Equilibrium, move: Move) -> Iterator[sp.Expr]:
    """The mover's payoffs as functions of the number, where no threshold moves with it."""
    assert isinstance(move.node, Continuous)
    for objective in objectives(equilibrium, move.node):
        if not any(move.node.symbol in t.definition.free_symbols for t in thresholds(objective)):
            yield substitute(objective, move.values)


def _switches(equilibrium: Equilibrium, move: Move) -> Iterator[sp.Basic]:
    """Conditions of later strategies, as equations in the number that is chosen."""
    assert isinstance(move.node, Continuous)
    for later in move.node.following.walk():
        if isinstance(later, Decision | Continuous):
            for branch in equilibrium.strategies[later].branches:
                for condition in branch.conditions:
                    equation = sp.Eq(*condition.args, evaluate=False)
                    if move.node.symbol in condition.free_symbols:
                        yield substitute(equation, move.values)


# -- why nothing else is chosen


def _comparisons(equilibrium: Equilibrium, move: Move) -> Iterator[Step]:
    """The move against what the mover does elsewhere: the comparisons that end in a condition of the cell.

    At a discrete choice, all comparisons where none of them does.
    """
    found = list(dict.fromkeys(_against_others(equilibrium, move)))
    decisive = [step for step in found if step.after != sp.true]
    yield from decisive if decisive or isinstance(move.node, Continuous) else found


def _against_others(equilibrium: Equilibrium, move: Move) -> Iterator[Step]:
    node = move.node
    if isinstance(node, Decision):
        others: list[Any] = [a for a in node.actions if a != move.decision]
    else:
        elsewhere = [substitute(b.decision, move.values) for b in equilibrium.strategies[node].branches if b.attained]
        others = [d for d in dict.fromkeys(elsewhere) if not _equal(d, move.decision)]
    own = [
        play
        for play in _plays(equilibrium, move, move.decision)
        if move.worth is None or _equal(play.payoffs[node.player], move.worth)
    ]
    if not own:  # the stated payoff is not what the move leads to
        yield Step("selection", node.player, _named(node, move.decision), sp.false, sp.false, (sp.false,), move.given)
    for other in others:
        feasible = _feasible(move, other)
        for play in _plays(equilibrium, move, other, feasible):
            for mine in own:
                worth = mine.payoffs[node.player] if move.worth is None else move.worth
                ahead = sp.Ge(worth, play.payoffs[node.player], evaluate=False)
                if not _equal(*ahead.args):
                    given, after = (*move.given, *feasible, *play.where), _decided_by(ahead, move.given)
                    done, instead = _named(node, move.decision), _named(node, other)
                    yield Step("selection", node.player, done, ahead, after, (ahead,), given, feasible, instead)


def _feasible(move: Move, other: Any) -> tuple[sp.Basic, ...]:
    """That another number is in the range, as far as that is not plain."""
    node = move.node
    if isinstance(node, Decision):
        return ()
    low, high = (substitute(end, move.values) for end in (node.low, node.high))
    inside = (sp.Ge(other, low, evaluate=False), sp.Le(other, high, evaluate=False))
    return tuple(c for c in inside if c.free_symbols and not isinstance(decide(Goal("range", c, move.given)), Proved))


def _decided_by(ahead: sp.Basic, conditions: tuple[sp.Basic, ...]) -> sp.Basic:
    """The condition with the same boundary as the comparison, or true."""
    gap = sp.fraction(sp.cancel(sp.together(ahead.lhs - ahead.rhs)))[0]
    factors = [factor for factor, _ in sp.factor_list(gap)[1]]
    for condition in conditions:
        if isinstance(condition, sp.Ge | sp.Gt | sp.Le | sp.Lt):
            boundary = condition.lhs - condition.rhs
            if any(sp.cancel(factor / boundary).is_number for factor in factors):
                return condition
    return sp.true


def _named(node: Decision | Continuous, decision: Any) -> str | sp.Basic:
    return str(decision) if isinstance(node, Decision) else sp.Eq(node.symbol, decision, evaluate=False)


def _plays(equilibrium: Equilibrium, move: Move, decision: Any, more: tuple[sp.Basic, ...] = ()) -> list[Play]:
    """How play can go on after a decision at the move's node, with the earlier choices put in."""
    earlier = tuple(sp.Eq(s, v, evaluate=False) for s, v in move.values.items())
    found = []
    for play in plays_after(equilibrium, move.node, decision, (*move.given, *earlier, *more)):
        where = tuple(substitute(c, move.values) for c in play.where)
        payoffs = {q: substitute(u, move.values) for q, u in play.payoffs.items()}
        never = Goal("never", sp.false, (*move.given, *more, *where))
        if not isinstance(decide(never), Proved):
            found.append(Play(where, play.path, payoffs))
    return found
