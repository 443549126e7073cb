"""Validation: the closed forms against independent computations at random points of every cell, its boundaries included.

Perfect information: payoffs of the cell, of following the strategies and of numeric backward induction, the regret of every
mover at random histories, and exact enumeration where the game is finite. Games with several equilibria: at points at which an
equilibrium is said to exist, exact numbers and the definition; pure equilibria of finite games by enumeration as well. What is
found to be wrong is shrunk, and shown at the simplest point with both answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import sympy as sp

from formal.bayes_solution import BayesianSolution
from formal.comparison import Comparison, Point, shown
from formal.concept import equilibria
from formal.model.game import Game
from formal.model.static import Finite, Infinite
from formal.nash_solution import NashSolution
from formal.numeric.assessments import Instance, number
from formal.numeric.draws import game_pool, pool
from formal.numeric.edges import edge_points
from formal.numeric.enumeration import pure_equilibria
from formal.numeric.grid import holds
from formal.numeric.signals import gains
from formal.numeric.solver import evaluate
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution
from formal.strategies import allowed, smallest

DRAWS = 60_000
EACH = 40  # points of a cell
EDGES = 2  # points of a cell that are moved to each of its boundaries
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
    for points, relations, check in regions:
        met = 0
        for point in points:
            met += 1
            if _wrong(check, point):
                there = smallest(point, relations, lambda p: bool(_wrong(check, p)))
                return Validation(game.name, len(regions), compared + met, f"{shown(there)}{_wrong(check, there)}")
        compared, empty = compared + met, empty + (met == 0)
    return Validation(game.name, len(regions), compared, "", empty)


def _wrong(check: Callable[[Point], Iterable[str]], point: Point) -> str:
    """What is wrong at a point; empty where nothing is."""
    return next(iter(check(point)), "")


# -- perfect information


def _perfect(solution: Solution, seed: int) -> Validation:
    game, cells = solution.game, solution.cells
    check = Comparison(solution)
    if not game.parameters:
        return Validation(game.name, len(cells), 1, check.first([{}]))
    drawn = game_pool(game, DRAWS, seed)
    numbers = check.partition.at(drawn)["cell"]
    chosen: list[Point] = []
    empty = 0
    for number_ in range(len(cells) + 1):
        rows = np.flatnonzero(numbers == number_)[:EACH]
        found: list[Point] = [{q: sp.Rational(float(column[k])) for q, column in drawn.items()} for k in rows]
        chosen += found
        if number_:
            empty += not found
            inner = (*game.assume.values(), *cells[number_ - 1].conditions)
            edges = (p for c in inner for p in edge_points(c, found[:EDGES]))
            chosen += [p for p in edges if allowed(p, inner)]
    wrong = check.first(chosen) if chosen else ""
    return Validation(game.name, len(cells), len(chosen), wrong, empty)


# -- several equilibria, exactly


def _regions(solution: NashSolution | BayesianSolution | SignallingSolution, seed: int) -> Iterator[tuple[Any, Any, Any]]:
    """For each equilibrium points at which it is said to exist, the conditions for that, and what is wrong at a point."""
    game = solution.game
    if isinstance(solution, BayesianSolution):
        for one in solution.equilibria:
            for variant in one.found.assessments:
                yield _region(game, (), variant.conditions, seed, partial(_assessed, game, variant))
    elif isinstance(solution, SignallingSolution):
        for number_, group in enumerate(solution.equilibria):
            free = [g.signal for g in group.found.groups if g.signal == solution.form.sent(g.types)]
            inner = [c for s in free for c in solution.form.inside(s)]
            conditions = (*group.found.conditions, *inner)
            yield _region(game, free, conditions, seed + number_, partial(_signalled, solution, group.found))
    else:
        check: Any = _mixed if isinstance(solution.form, Finite) else _numbers
        for equilibrium in solution.equilibria:
            profile = equilibrium.profile
            yield _region(game, (), profile.conditions, seed, partial(check, solution.form, profile))
        if isinstance(solution.form, Finite) and solution.completeness:
            yield _region(game, (), (), seed, partial(_missing, solution))


def _region(game: Game, more: Any, conditions: Any, seed: int, check: Any) -> tuple[Any, Any, Any]:
    return _drawn(game, more, conditions, seed), (*game.assume.values(), *conditions), check


def _drawn(game: Game, more: Any, conditions: Any, seed: int) -> Iterator[Point]:
    """Exact points that satisfy conditions, the simplest first, and then some on the conditions' boundaries."""
    points = pool([*game.parameters, *more], [*game.assume.values()], DRAWS, seed)
    if not points:
        yield {}
        return
    met = np.ones(len(next(iter(points.values()))), dtype=bool)
    for condition in conditions:
        met &= holds(condition, points)
    exact = ({q: sp.Rational(float(column[k])) for q, column in points.items()} for k in np.flatnonzero(met))
    found = list(islice((p for p in exact if allowed(p, conditions)), EACH))
    yield from found
    relations = (*game.assume.values(), *conditions)
    yield from (p for c in relations for p in edge_points(c, found[:EDGES]) if allowed(p, relations))


def _missing(solution: NashSolution, point: Point) -> Iterator[str]:
    """Pure equilibria that enumeration finds and the solution does not have."""
    profiles = [e.profile for e in solution.equilibria if e.profile.pure and allowed(point, e.profile.conditions)]
    stated = {tuple(next(iter(p.strategies[q])) for q in solution.game.players) for p in profiles}
    assert isinstance(solution.form, Finite)
    for found in pure_equilibria(solution.form, point):
        if found not in stated:
            yield f"enumeration finds the equilibrium {', '.join(found)}, which is not among those stated"


def _assessed(game: Game, variant: Any, point: Point) -> list[str]:
    behaviour = {s: {a: number(w, point) for a, w in m.items()} for s, m in variant.behaviour.items()}
    beliefs = {s: tuple(number(b, point) for b in bs) for s, bs in variant.beliefs.items()}
    return Instance(game, point).wrong(behaviour, beliefs)


def _signalled(solution: SignallingSolution, found: Any, point: Point) -> Iterator[str]:
    worst = solution.worst
    return gains(solution.form, found.groups, worst.reply, worst.believed, point)


def _numbers(form: Infinite, profile: Any, point: Point) -> Iterator[str]:
    """Numbers on a grid that pay more than the profile does."""
    at = {q: np.asarray(float(v)) for q, v in point.items()}
    values = {c: evaluate(profile.strategies[q], at) for q, c in zip(form.game.players, form.choices, strict=True)}
    for player, choice, (low, high), payoff in zip(form.game.players, form.choices, form.ranges, form.payoffs, strict=True):
        kept = float(evaluate(payoff, {**at, **values}))
        tried = np.linspace(float(evaluate(low, at)), float(evaluate(high, at)), GRID)
        paid = np.broadcast_to(evaluate(payoff, {**at, **values, choice: tried}), tried.shape)
        if np.nanmax(paid) > kept + CLOSE * (1 + abs(kept)):
            yield f"{player} gains by {choice} = {tried[int(np.nanargmax(paid))]:g}"


def _mixed(form: Finite, profile: Any, point: Point) -> Iterator[str]:
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
