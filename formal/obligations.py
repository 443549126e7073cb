"""Obligations: what has to be proved of a proposed equilibrium before anything that rests on it may be called proved.

Statement
---------
Strategies given by branches form a subgame perfect equilibrium under the game's tie rules when, over all parameters that
the assumptions admit and all histories,

- assumptions: the assumptions have a witness, and ranges of choices and probabilities are what they should be;
- thresholds: each threshold's closed form is real and satisfies its characterisation;
- scope: strategies rest on parameters and earlier choices alone, cells on parameters;
- coverage: at every node some branch applies;
- feasibility: each decision lies in the mover's range;
- levels: thresholds of later stages that depend on a decision have the values there that the branch says;
- no profitable deviation: no decision at one node, followed by the strategies, pays the mover more than the strategy
  does (the one-shot deviation principle for finite games; Osborne and Rubinstein 1994, Lemma 98.2);
- ties: a deviation that the tie rule prefers pays strictly less, so that there is no other equilibrium in which indifferent
  movers follow the tie rules; at a continuous choice higher and lower numbers are goals of their own;
- outcome: cells cover the parameters, each is somewhere, and its path and payoffs are those of playing the strategies. What the
  goals of the first mover's branches say of that already is not said again.

That branches which overlap decide alike follows: of two decisions that differ, each would pay at least what the other does,
and the tie rule, which orders all decisions of a node, would prefer neither. No decision is both best and only approached.

Where a branch is only approached no decision is best under the tie rule: the payoff tends, from one side, to a limit that every
decision falls short of, so that some decision close enough to the limit point pays more; or it is equal to the limit close to
that point, and every decision that gets as much lies beyond one that the tie rule prefers.

Everything is stated again from the game's own tree: this module shares no encoder with `formal.derive`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import sympy as sp

from formal.decide.goal import Goal, foreign, resting, somewhere
from formal.decide.judge import contradictory, decide
from formal.decide.verdict import Proved, Unknown
from formal.derive.partition import Branch, Cell, Equilibrium
from formal.errors import ClaimError, Place, UndecidedError
from formal.model.game import Game
from formal.model.rewriting import conjunction, disjunction
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, depends, expand, thresholds, total_derivative
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.orders import with_orders
from formal.play import expected, followed, plays_after

Conditions = tuple[sp.Basic, ...]


def check_assumptions(game: Game) -> dict[sp.Symbol, sp.Expr]:
    """A point that satisfies everything the game assumes of its parameters.

    Raises ClaimError naming a minimal contradictory subset when there is none.
    """
    return consistent(game.assumptions(), f"the assumptions of {game.name}", game.place)


def consistent(assumptions: Mapping[Any, sp.Basic], what: str, place: Place | None = None) -> dict[sp.Symbol, sp.Expr]:
    """An exact point at which all assumptions hold, which are named by words or by themselves.

    Raises ClaimError naming a minimal contradictory subset when there is none, UndecidedError when none was found.
    """
    verdict = decide(Goal("assumptions", sp.true, tuple(assumptions.values()), existential=True))
    if isinstance(verdict, Proved):
        return dict(verdict.witness)
    if isinstance(verdict, Unknown):
        raise UndecidedError(f"whether {what} can hold together is unknown: {verdict.reason}", place=place)
    core = list(assumptions)
    for name in list(core):
        rest = [assumptions[k] for k in core if k != name]
        if _contradictory_without_domains(rest):
            core.remove(name)
    shown = ", ".join(f'"{k}"' if str(assumptions[k]) == str(k) else f'"{k}" ({assumptions[k]})' for k in core)
    raise ClaimError(f"{what} contradict one another: {shown}", place=place)


def _contradictory_without_domains(conditions: list[sp.Basic]) -> bool:
    """Whether the conditions cannot hold together when symbols are any real numbers."""
    free = {s: sp.Symbol(s.name, real=True) for c in conditions for s in c.free_symbols}
    return contradictory([substitute(c, free) for c in conditions])


def foundations(equilibrium: Equilibrium) -> Iterator[Goal]:
    """What every part of the equilibrium rests on: thresholds, ranges, probabilities, payoffs."""
    game = equilibrium.game
    assumed = tuple(game.assume.values())
    yield from resting(f"{game.name}: the thresholds", mentioned(equilibrium), _known(game, game.numbers), assumed)
    for node in game.nodes:
        yield from well_formed(node, assumed)


def mentioned(equilibrium: Equilibrium) -> tuple[Threshold, ...]:
    """The thresholds, and all that strategies and cells mention: one that is not proved could be said to be anything."""
    branches = [b for strategy in equilibrium.strategies.values() for b in strategy.branches]
    said = [e for b in branches for e in (*b.conditions, b.decision, *(e for pair in b.levels for e in pair), *_moves(b.path))]
    for cell in equilibrium.cells:
        said += [*cell.conditions, *cell.payoffs.values(), *_moves(cell.path)]
    return thresholds(*equilibrium.thresholds, *(e for e in said if isinstance(e, sp.Basic)))


def _moves(path: Any) -> Iterator[Any]:
    for part in path:
        yield from _moves(part) if isinstance(part, tuple) else (part,)


def _known(game: Game, chosen: Iterable[Continuous]) -> list[sp.Symbol]:
    """The parameters, and the numbers chosen at these nodes."""
    return [*game.parameters, *(node.symbol for node in chosen)]


def stage_parts(equilibrium: Equilibrium, node: Node) -> list[Iterator[Goal]]:
    """That the strategy at one node is right, given those below it: that some branch applies, then branch by branch."""
    if not isinstance(node, Decision | Continuous):
        return []
    assumed = tuple(equilibrium.game.assume.values())
    given, branches = (*assumed, *node.facts()), equilibrium.strategies[node].branches
    name = f"{node.head()} after {node.moves()}" if node.moves() else node.head()
    covered = Goal(f"{name}: some branch applies", disjunction(*(conjunction(*b.conditions) for b in branches)), given)
    stated = [e for b in branches for e in (*b.conditions, b.decision, *(level for _, level in b.levels), *_moves(b.path))]
    parts = [
        chain(foreign(name, stated, _known(equilibrium.game, equilibrium.game.numbers_before(node))), [covered]),
        *(_branch_goals(equilibrium, node, branch, given, name) for branch in branches),
    ]
    return [(with_orders(goal, assumed) for goal in part) for part in parts]


def outcome_parts(equilibrium: Equilibrium) -> list[Iterator[Goal]]:
    """That the cells cover the parameters, then that each cell's path and payoffs are those of playing the strategies.

    What is claimed of the first mover's branches, which are often the cells, is not claimed again.
    """
    game, cells = equilibrium.game, equilibrium.cells
    assumed, first = tuple(game.assume.values()), _first_branches(equilibrium)
    covered = Goal(
        f"{game.name}: the cells cover the parameters", disjunction(*(conjunction(*c.conditions) for c in cells)), assumed
    )
    same = first and {frozenset(c.conditions) for c in cells} == {frozenset(b.conditions) for b in first}
    each = (_cell_goals(equilibrium, f"{game.name}, cell {k}", cell, assumed) for k, cell in enumerate(cells, start=1))
    return [iter([] if same else [covered]), *each]


def obligations(equilibrium: Equilibrium) -> Iterator[Goal]:
    """All goals whose proof makes the proposed strategies a subgame perfect equilibrium with the stated outcome."""
    yield from foundations(equilibrium)
    for node in reversed(equilibrium.game.nodes):
        yield from chain(*stage_parts(equilibrium, node))
    yield from chain(*outcome_parts(equilibrium))


def well_formed(node: Node, assumed: Conditions) -> Iterator[Goal]:
    """That ranges are not empty, probabilities not negative, and payoffs defined."""
    facts = node.facts()
    if isinstance(node, Continuous):
        yield Goal(f"{node.head()}: the range is not empty", sp.Le(node.low, node.high, evaluate=False), assumed, facts)
    if isinstance(node, Chance):
        for outcome, weight in zip(node.outcomes, node.probabilities, strict=True):
            claim = sp.Ge(weight, 0, evaluate=False)
            yield Goal(f"{node.head()}: the probability of {outcome} is not negative", claim, assumed, facts)
    if isinstance(node, Leaf):
        for player, payoff in node.payoffs.items():
            yield Goal(f"the payoff of {player} is defined", sp.Eq(payoff, payoff, evaluate=False), assumed, facts)


def _branch_goals(
    equilibrium: Equilibrium, node: Decision | Continuous, branch: Branch, given: Conditions, name: str
) -> Iterator[Goal]:
    here = (*given, *branch.conditions)
    if isinstance(node, Continuous):
        yield Goal(f"{name}: {branch.decision} is not too low", sp.Ge(branch.decision, node.low, evaluate=False), here)
        yield Goal(f"{name}: {branch.decision} is not too high", sp.Le(branch.decision, node.high, evaluate=False), here)
        there = (*here, sp.Eq(node.symbol, branch.decision, evaluate=False))
        for threshold, level in branch.levels:
            yield Goal(f"{name}: {threshold} is {level}", sp.Eq(threshold, level, evaluate=False), there)
    if not branch.attained:
        yield from _unattained(equilibrium, node, branch, given, name)
        return
    barren = disjunction(*(_barren(equilibrium, child) for child in node.children))
    if barren != sp.false:
        yield Goal(f"{name}: an equilibrium follows", sp.Not(barren), here)
    yield from _deviations(equilibrium, node, branch, given, name)


def _deviations(
    equilibrium: Equilibrium, node: Decision | Continuous, branch: Branch, given: Conditions, name: str
) -> Iterator[Goal]:
    """The branch's decision against every other decision at this node."""
    here = (*given, *branch.conditions)
    claims, own_plays = expected(equilibrium, node, branch, here)
    yield from (Goal(f"{name}: {branch.decision}, {what}", claim, where) for what, claim, where in claims)
    for shown, other, favoured, inside in _alternatives(equilibrium.game, node, branch.decision):
        ranged = (*here, *inside)
        for play in plays_after(equilibrium, node, other, ranged):
            for own in own_plays:
                mine, theirs = own.payoffs[node.player], play.payoffs[node.player]
                claim = sp.Gt(mine, theirs, evaluate=False) if favoured else sp.Ge(mine, theirs, evaluate=False)
                yield Goal(f"{name}: {branch.decision} against {shown}", claim, (*ranged, *own.where, *play.where))


def _alternatives(game: Game, node: Decision | Continuous, chosen: Any) -> Iterator[tuple[str, Any, bool, Conditions]]:
    """The other decisions of a node, in words and as they are: whether the tie rule favours them, and where they are."""
    if isinstance(node, Decision):
        first = game.ties.get(node.label, node.actions[0])
        order = sorted(node.actions, key=lambda action: action != first)  # then as listed
        for action in node.actions:
            if action != chosen:
                yield action, action, order.index(action) < order.index(chosen), ()
        return
    other, highest, inside = node.deviation, game.ties.get(node.label) == "highest", node.inside(node.deviation)
    above, below = (sp.Gt, sp.Le) if highest else (sp.Ge, sp.Lt)  # one that is equal is not favoured
    yield f"a higher {node.label}", other, highest, (*inside, above(other, chosen, evaluate=False))
    yield f"a lower {node.label}", other, not highest, (*inside, below(other, chosen, evaluate=False))


def _unattained(
    equilibrium: Equilibrium, node: Decision | Continuous, branch: Branch, given: Conditions, name: str
) -> Iterator[Goal]:
    """There is no best decision, or no equilibrium follows one that has to be considered."""
    here = (*given, *branch.conditions)
    if branch.barren:
        claim = disjunction(*(_barren(equilibrium, child) for child in node.children))
        yield Goal(f"{name}: no equilibrium follows", claim, here)
        return
    if not isinstance(node, Continuous):
        yield Goal(f"{name}: one of finitely many decisions is best", sp.false, here)
        return
    tried = node.deviation
    ranged = (*here, *node.inside(tried))
    near_it = list(limits(equilibrium, node, branch.decision, here))
    for play in plays_after(equilibrium, node, tried, ranged):
        payoff = play.payoffs[node.player]
        better = [sp.Not(sp.Implies(near, sp.Ge(payoff, limit, evaluate=False), evaluate=False)) for near, limit, _ in near_it]
        for near, limit, beyond in near_it:
            if beyond is not None:
                preferred = (near, sp.Le(payoff, limit, evaluate=False), beyond(tried, branch.decision, evaluate=False))
                better.append(conjunction(*preferred))
        claim = disjunction(*better)
        yield Goal(f"{name}: no decision is best", claim, (*ranged, *play.where), sufficient=True)


def limits(
    equilibrium: Equilibrium, node: Continuous, at: sp.Expr, given: Conditions
) -> Iterator[tuple[sp.Basic, sp.Expr, type[sp.Rel] | None]]:
    """What the mover's payoff tends to as the decision tends to `at` from one side, and a condition under which it does.

    Where it is equal to the limit close to `at`, and the tie rule prefers what is closer, also how decisions farther away
    compare with `at`.
    """
    v, preferred = node.symbol, -1 if equilibrium.game.ties.get(node.label) == "highest" else 1
    inside = node.inside(v)
    for play in plays_after(equilibrium, node, v, (*given, *inside)):
        for conditions, payoff in branches_of(play.payoffs[node.player]):
            flat, steady = not depends(payoff, v), continuous(payoff, v, at)
            for side in (1, -1):
                beyond = (sp.Gt if side > 0 else sp.Lt) if flat and side == preferred else None
                near = [_near(c, v, at, side) for c in (*inside, *play.where, *conditions)]
                if steady != sp.false and sp.false not in near:
                    yield conjunction(*near, steady), substitute(payoff, {v: at}), beyond


def branches_of(payoff: sp.Expr) -> Iterator[tuple[Conditions, sp.Expr]]:
    """The payoff without its Piecewise parts, which may jump, and where it has that form."""
    inner = next((a for a in sp.postorder_traversal(payoff) if isinstance(a, sp.Piecewise)), None)
    if inner is None:
        yield (), payoff
        return
    missed: list[sp.Basic] = []
    for result, condition in inner.args:
        for conditions, rest in branches_of(payoff.xreplace({inner: result})):
            yield (condition, *missed, *conditions), rest
        missed.append(sp.Not(condition))


def _near(condition: sp.Basic, v: sp.Symbol, at: sp.Expr, side: int) -> sp.Basic:
    """A condition under which `condition` holds for all v close enough to `at` on one side of it.

    A continuous gap that is positive at `at` stays positive near it; one that is 0 there becomes positive on the side on
    which it rises.
    """
    if not depends(condition, v):
        return condition
    if isinstance(condition, sp.Not):
        return _near(sp.to_nnf(condition, simplify=False), v, at, side)
    if isinstance(condition, sp.And | sp.Or):
        return condition.func(*(_near(part, v, at, side) for part in condition.args))
    if not isinstance(condition, sp.Gt | sp.Ge | sp.Lt | sp.Le) or condition.has(sp.Piecewise, sp.Min, sp.Max, sp.Abs):
        return sp.false
    gap = condition.lhs - condition.rhs if isinstance(condition, sp.Gt | sp.Ge) else condition.rhs - condition.lhs
    steady = continuous(gap, v, at)
    if steady == sp.false:
        return sp.false
    here, slope = substitute(gap, {v: at}), substitute(total_derivative(gap, v), {v: at})
    rises = conjunction(_compared(sp.Eq, here), _compared(sp.Gt, side * slope))
    return conjunction(steady, disjunction(_compared(sp.Gt, here), rises))


def continuous(expression: sp.Expr, v: sp.Symbol, at: sp.Expr) -> sp.Basic:
    """A condition under which an expression, where it has values, is continuous in v at `at`, as far as its form shows that.

    Sums, products, extrema, powers and square roots are, where no denominator vanishes there; named roots are written out.
    """
    nonzero = []
    for part in sp.postorder_traversal(expand(expression)):
        if v not in part.free_symbols or part == v or isinstance(part, sp.Add | sp.Mul | sp.Min | sp.Max | sp.Abs):
            continue
        if not isinstance(part, sp.Pow) or not part.exp.is_Rational or part.exp.q > 2:
            return sp.false
        if part.exp.is_negative:
            nonzero.append(_compared(sp.Ne, substitute(part.base, {v: at})))
    return conjunction(*nonzero)


def _compared(relation: type[sp.Rel], gap: sp.Expr) -> sp.Basic:
    """How the gap compares with 0, which is known where it is a number."""
    return relation(gap, 0, evaluate=gap.is_Rational)


def _barren(equilibrium: Equilibrium, node: Node) -> sp.Basic:
    """The condition under which the subgame at this node has no equilibrium, as the strategies record it."""
    if isinstance(node, Leaf):
        return sp.false
    if isinstance(node, Fork):
        yes, no = (_barren(equilibrium, child) for child in node.children)
        return disjunction(conjunction(node.condition, yes), conjunction(sp.Not(node.condition), no))
    if isinstance(node, Chance):
        return disjunction(*(_barren(equilibrium, child) for child in node.children))
    return disjunction(*(conjunction(*b.conditions) for b in equilibrium.strategies[node].branches if not b.attained))


def _cell_goals(equilibrium: Equilibrium, name: str, cell: Cell, assumed: Conditions) -> Iterator[Goal]:
    game, barren = equilibrium.game, _barren(equilibrium, equilibrium.game.tree)
    here = (*assumed, *cell.conditions)
    yield from foreign(name, (*cell.conditions, *cell.payoffs.values(), *_moves(cell.path)), game.parameters)
    yield from somewhere(name, cell.conditions, assumed)
    if not cell.attained:
        yield Goal(f"{name}: no equilibrium", barren if not cell.name else sp.false, here)
        return
    if barren != sp.false:
        yield Goal(f"{name}: an equilibrium", sp.Not(barren), here)
    yield from (Goal(f'{name}: the name "{cell.name}"', c, here) for c in _misnamed(game, cell))
    claims, plays = followed(equilibrium, game.tree, cell.path, {}, here)
    said = set(_said_of_first(equilibrium, here))
    yield from (Goal(f"{name}: {what}", claim, where) for what, claim, where in claims if (claim, frozenset(where)) not in said)
    for play in plays:
        for player in game.players:
            claim = sp.Eq(cell.payoffs[player], play.payoffs[player], evaluate=False)
            yield Goal(f"{name}: the payoff of {player}", claim, (*here, *play.where))


def _first_branches(equilibrium: Equilibrium) -> tuple[Branch, ...]:
    """The branches of the player who moves first, if one does."""
    first = equilibrium.game.tree
    return equilibrium.strategies[first].branches if isinstance(first, Decision | Continuous) else ()


def _said_of_first(equilibrium: Equilibrium, here: Conditions) -> Iterator[tuple[sp.Basic, frozenset[sp.Basic]]]:
    """What the first mover's obligations claim of how play goes on where just these conditions hold, and under which."""
    first, assumed = equilibrium.game.tree, tuple(equilibrium.game.assume.values())
    for branch in _first_branches(equilibrium):
        there = (*assumed, *branch.conditions)
        if branch.attained and branch.path and set(there) == set(here):
            assert isinstance(first, Decision | Continuous)
            claims, _ = expected(equilibrium, first, branch, there)
            yield from ((claim, frozenset(where)) for _, claim, where in claims)


def _misnamed(game: Game, cell: Cell) -> Iterator[sp.Basic]:
    """Claims that the moves by which the author named the cell are those of its path."""
    for label, move in game.cells[cell.name].items() if cell.name else ():
        decision = cell.decisions.get(label)
        if isinstance(decision, sp.Expr) and not isinstance(move, str):
            if decision != sp.sympify(move):
                yield sp.Eq(decision, sp.sympify(move), evaluate=False)
        elif str(decision) != str(move):
            yield sp.false
