"""Validation: the closed forms against independent computations at random points of every cell.

Perfect information: payoffs of the cell, of following the strategies, and the regret of every mover at random histories, in
floating point. Games with several equilibria: at points at which an equilibrium is said to exist, exact numbers and the
definition. Points are simple numbers, the simplest first, so that a discrepancy is shown at a simple one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import sympy as sp

from formal.bayes_solution import BayesianSolution
from formal.concept import equilibria
from formal.derive.partition import Strategy
from formal.model.game import Game
from formal.model.static import Finite, Infinite
from formal.model.tree import Continuous, Decision, Node
from formal.nash_solution import NashSolution
from formal.numeric.assessments import Instance, number
from formal.numeric.cells import Partition
from formal.numeric.draws import Points, game_pool, pool
from formal.numeric.grid import holds
from formal.numeric.regret import applies_at, compile_policy, follow, regret
from formal.numeric.signals import gains
from formal.numeric.solver import evaluate
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution

DRAWS = 60_000
EACH = 40
CLOSE = 1e-7
GRID = 801


@dataclass(frozen=True)
class Validation:
    """What was compared, and the first discrepancy in words; empty when there is none."""

    game: str
    regions: int
    points: int
    wrong: str = ""
    empty: int = 0  # regions in which no point was drawn


def validate(game: Game, seed: int = 1) -> Validation:
    """Compare a game's equilibria with independent computations; see the module's docstring."""
    solution = equilibria(game)
    if isinstance(solution, Solution):
        return _perfect(solution, seed)
    regions = list(_regions(solution, seed))
    compared, empty = 0, 0
    for points, check in regions:
        met = 0
        for point in points:
            met += 1
            wrong = next(iter(check(point)), "")
            if wrong:
                shown = ", ".join(f"{q} = {v}" for q, v in point.items())
                return Validation(game.name, len(regions), compared + met, f"at {shown}: {wrong}")
        compared, empty = compared + met, empty + (met == 0)
    return Validation(game.name, len(regions), compared, "", empty)


# -- perfect information


def _perfect(solution: Solution, seed: int) -> Validation:
    game, cells = solution.game, solution.cells
    points = game_pool(game, DRAWS, seed)
    if not points:
        points = {sp.Symbol("nothing"): np.zeros(1)}
    partition = Partition(game.parameters, cells)
    table = partition.at(points) if game.parameters else None
    numbers = table["cell"] if table is not None else np.ones(1, dtype=int)
    rows = np.concatenate([np.flatnonzero(numbers == k)[:EACH] for k in range(len(cells) + 1)])
    empty = sum(not np.any(numbers == k) for k in range(1, len(cells) + 1))
    chosen: Points = {q: column[rows] for q, column in points.items()}
    wrong = _shown(chosen, numbers[rows] == 0, "no cell holds here") or _played(solution, chosen, table, rows)
    return Validation(game.name, len(cells), len(rows), wrong, empty)


def _played(solution: Solution, points: Points, table: Any, rows: Any) -> str:
    """Payoffs of the cells against those of the strategies, and the regret of the strategies."""
    game = solution.game
    attained = np.array([solution.cells[k - 1].attained for k in (table["cell"][rows] if table is not None else [1])])
    policy = compile_policy(solution.equilibrium.strategies)
    random = np.random.default_rng(7)
    with np.errstate(all="ignore"):
        paid = follow(game, game.tree, points, policy)
        for player in game.players if table is not None else ():
            stated = table[f"payoff {player}"][rows]
            gap = np.abs(stated - paid[player]) > CLOSE * (1 + np.abs(stated))
            wrong = _shown(points, gap & attained, f"the cell pays {player} {{}}, the strategies {{}}", stated, paid[player])
            if wrong:
                return wrong
        for node, strategy in solution.equilibrium.strategies.items():
            assert isinstance(node, Decision | Continuous)
            values = _history(game, node, points, random)
            best = _attained(strategy, values)
            gain = np.broadcast_to(regret(game, node, values, policy), best.shape)
            wrong = _shown(values, (gain > CLOSE) & best, f"{node.player} gains {{}} by another {node.label}", gain)
            if wrong:
                return wrong
    return ""


def _attained(strategy: Strategy, values: Points) -> Any:
    """Where the branch that applies is a best decision, and not one that is only approached."""
    found = np.zeros(len(next(iter(values.values()))), dtype=bool)
    for branch in reversed(strategy.branches):
        applies = np.ones_like(found)
        for condition in branch.conditions:
            applies &= applies_at(condition, values)
        found = np.where(applies, branch.attained, found)
    return found


def _history(game: Game, node: Node, points: Points, random: Any) -> Points:
    """The points with random earlier choices inside their ranges."""
    values = dict(points)
    for earlier in game.nodes:
        if isinstance(earlier, Continuous) and earlier.history == node.history[: len(earlier.history)] and earlier is not node:
            low, high = evaluate(earlier.low, values), evaluate(earlier.high, values)
            values[earlier.symbol] = low + (high - low) * random.choice([0.0, 0.25, 0.5, 1.0], len(next(iter(points.values()))))
    return values


def _shown(points: Points, wrong: Any, what: str, *numbers: Any) -> str:
    """The first point at which something is wrong, with the numbers there; empty when nothing is."""
    if not np.any(wrong):
        return ""
    k = int(np.argmax(wrong))
    at = ", ".join(f"{q} = {np.broadcast_to(column, np.shape(wrong))[k]:g}" for q, column in points.items())
    return f"at {at}: {what.format(*(f'{np.broadcast_to(n, np.shape(wrong))[k]:g}' for n in numbers))}"


# -- several equilibria, exactly


def _regions(solution: NashSolution | BayesianSolution | SignallingSolution, seed: int) -> Iterator[tuple[Any, Any]]:
    """For each equilibrium points at which it is said to exist, and what is wrong at a point."""
    game = solution.game
    if isinstance(solution, BayesianSolution):
        for one in solution.equilibria:
            for variant in one.found.assessments:
                yield _drawn(game, (), variant.conditions, seed), partial(_assessed, game, variant)
    elif isinstance(solution, SignallingSolution):
        for number_, group in enumerate(solution.equilibria):
            free = [g.signal for g in group.found.groups if g.signal == solution.form.sent(g.types)]
            inside = [c for s in free for c in solution.form.inside(s)]
            points = _drawn(game, free, (*group.found.conditions, *inside), seed + number_)
            yield points, partial(_signalled, solution, group.found)
    else:
        check: Any = _mixed if isinstance(solution.form, Finite) else _numbers
        for equilibrium in solution.equilibria:
            yield _drawn(game, (), equilibrium.profile.conditions, seed), partial(check, solution.form, equilibrium.profile)


def _drawn(game: Game, more: Any, conditions: Any, seed: int) -> Iterator[Mapping[sp.Symbol, sp.Expr]]:
    """Exact points that satisfy conditions, the simplest first."""
    points = pool([*game.parameters, *more], [*game.assume.values()], DRAWS, seed)
    if not points:
        yield {}
        return
    inside = np.ones(len(next(iter(points.values()))), dtype=bool)
    for condition in conditions:
        inside &= holds(condition, points)
    for k in islice(np.flatnonzero(inside), EACH):
        point = {q: sp.Rational(float(column[k])) for q, column in points.items()}
        if all(bool(c.subs(point)) for c in conditions):
            yield point


def _assessed(game: Game, variant: Any, point: Mapping[sp.Symbol, sp.Expr]) -> list[str]:
    behaviour = {s: {a: number(w, point) for a, w in m.items()} for s, m in variant.behaviour.items()}
    beliefs = {s: tuple(number(b, point) for b in bs) for s, bs in variant.beliefs.items()}
    return Instance(game, point).wrong(behaviour, beliefs)


def _signalled(solution: SignallingSolution, found: Any, point: Mapping[sp.Symbol, sp.Expr]) -> Iterator[str]:
    worst = solution.worst
    return gains(solution.form, found.groups, worst.reply, worst.believed, point)


def _numbers(form: Infinite, profile: Any, point: Mapping[sp.Symbol, sp.Expr]) -> Iterator[str]:
    """Numbers on a grid that pay more than the profile does."""
    at = {q: np.asarray(float(v)) for q, v in point.items()}
    values = {c: evaluate(profile.strategies[q], at) for q, c in zip(form.game.players, form.choices, strict=True)}
    for player, choice, (low, high), payoff in zip(form.game.players, form.choices, form.ranges, form.payoffs, strict=True):
        kept = float(evaluate(payoff, {**at, **values}))
        tried = np.linspace(float(evaluate(low, at)), float(evaluate(high, at)), GRID)
        paid = np.broadcast_to(evaluate(payoff, {**at, **values, choice: tried}), tried.shape)
        if np.nanmax(paid) > kept + CLOSE * (1 + abs(kept)):
            yield f"{player} gains by {choice} = {tried[int(np.nanargmax(paid))]:g}"


def _mixed(form: Finite, profile: Any, point: Mapping[sp.Symbol, sp.Expr]) -> Iterator[str]:
    """Actions that pay more than the profile does."""
    players = form.game.players
    weights = [{a: number(w, point) for a, w in profile.strategies[q].items()} for q in players]

    def paid(i: int, strategies: Any) -> Any:
        total = number(0, point)
        for actions in form.profiles():
            share = number(1, point)
            for mixture, action in zip(strategies, actions, strict=True):
                share *= mixture.get(action, 0)
            total += share * number(form.payoffs[actions][i], point) if share else 0
        return total

    for i, player in enumerate(players):
        kept = paid(i, weights)
        for action in form.actions[i]:
            if paid(i, [*weights[:i], {action: number(1, point)}, *weights[i + 1 :]]) > kept:
                yield f"{player} gains by {action}"
