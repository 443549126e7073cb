"""Validation: the closed forms against independent computations at random points of every cell, its boundaries included.

Perfect information: payoffs of the cell, of following the strategies and of numeric backward induction, the regret of every
mover at random histories, and exact enumeration where the game is finite. Games with several equilibria: at points at which an
equilibrium is said to exist, exact numbers and the definition; pure equilibria of finite games by enumeration as well. What is
found to be wrong is shrunk, and shown at the simplest point with both answers.
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
from formal.decide.evaluate import sign, value
from formal.derive.partition import Strategy
from formal.model.game import Game
from formal.model.static import Finite, Infinite
from formal.model.tree import Continuous, Decision, Node
from formal.nash_solution import NashSolution
from formal.numeric.assessments import Instance, number
from formal.numeric.cells import Partition
from formal.numeric.draws import Points, game_pool, pool
from formal.numeric.edges import edge_points
from formal.numeric.enumeration import backward, finite, pure_equilibria
from formal.numeric.grid import holds
from formal.numeric.regret import applies_at, compile_policy, follow, regret
from formal.numeric.signals import gains
from formal.numeric.solver import evaluate, solve_numeric
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution
from formal.strategies import allowed, smallest

DRAWS = 60_000
EACH = 40  # points of a cell
EDGES = 2  # points of a cell that are moved to each of its boundaries
SOLVED = 4  # points of a cell that are solved numerically, too
CLOSE = 1e-7
NEAR = 1e-4  # how far numeric solutions may be off: ties are blurred, so that thresholds are by a root of that
FINE = 256  # intervals of the grid on which a numeric solution that differs is tried again
HISTORIES = 16  # for each point that is tried on its own
GRID = 801

Point = Mapping[sp.Symbol, sp.Expr]


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
            if next(iter(check(point)), ""):
                there = smallest(point, relations, lambda p: bool(next(iter(check(p)), "")))
                wrong = f"{_at(there)}{next(iter(check(there)))}"
                return Validation(game.name, len(regions), compared + met, wrong)
        compared, empty = compared + met, empty + (met == 0)
    return Validation(game.name, len(regions), compared, "", empty)


def _at(point: Point) -> str:
    return f"at {', '.join(f'{q} = {v}' for q, v in point.items())}: " if point else ""


# -- perfect information


def _perfect(solution: Solution, seed: int) -> Validation:
    game, cells = solution.game, solution.cells
    check = _Check(solution)
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
    wrong = check.first(chosen)
    return Validation(game.name, len(cells), len(chosen), wrong, empty)


class _Check:
    """Comparisons at many points at a time; each says what is wrong at the first point where something is."""

    def __init__(self, solution: Solution) -> None:
        self.solution, self.game, self.cells = solution, solution.game, solution.cells
        self.partition = Partition(self.game.parameters, self.cells)
        self.policy = compile_policy(solution.equilibrium.strategies)
        self.legs = [self.covered, self.played, self.regretted, self.solved]
        if finite(self.game):
            self.legs.insert(0, self.enumerated)

    def first(self, points: list[Point]) -> str:
        """The first discrepancy, at the simplest point near it; empty where there is none."""
        for leg in self.legs:
            found = leg(points)
            if found is not None:
                relations = tuple(self.game.assume.values())
                there = smallest(points[found[0]], relations, lambda p: leg([p] * HISTORIES) is not None)
                again = leg([there] * HISTORIES)
                return f"{_at(there)}{(again or found)[1]}" if again else f"{_at(points[found[0]])}{found[1]}"
        return ""

    def arrays(self, points: list[Point]) -> Points:
        names = self.game.parameters or (sp.Symbol("nothing"),)
        return {q: np.array([float(p.get(q, 0)) for p in points]) for q in names}

    def table(self, points: list[Point]) -> Any:
        table = self.partition.at(self.arrays(points))
        attained = np.array([False, *(c.attained for c in self.cells)])[table["cell"]]
        return table, attained

    def covered(self, points: list[Point]) -> Any:
        return _found(self.partition.at(self.arrays(points))["cell"] == 0, "no cell holds here")

    def played(self, points: list[Point]) -> Any:
        """Payoffs of the cells against those of the strategies."""
        table, attained = self.table(points)
        with np.errstate(all="ignore"):
            paid = follow(self.game, self.game.tree, self.arrays(points), self.policy)
            for player in self.game.players:
                stated = table[f"payoff {player}"]
                gap = ~(np.abs(stated - paid[player]) <= CLOSE * (1 + np.abs(stated)))
                said = f"the cell pays {player} {{}}, the strategies {{}}"
                found = _found(gap & attained, said, stated, paid[player])
                if found is not None:
                    return found
        return None

    def regretted(self, points: list[Point]) -> Any:
        """What each mover gains at random histories by another decision."""
        random = np.random.default_rng(7)
        for node, strategy in self.solution.equilibrium.strategies.items():
            assert isinstance(node, Decision | Continuous)
            with np.errstate(all="ignore"):
                values = _history(self.game, node, self.arrays(points), random)
                best = _attained(strategy, values)
                gain = np.broadcast_to(regret(self.game, node, values, self.policy), best.shape)
            earlier = [q for q in values if q not in self.game.parameters and q.name != "nothing"]
            after = "".join(f" after {q} = {{}}" for q in earlier)
            shown = [values[q] for q in earlier]
            found = _found((gain > CLOSE) & best, f"{node.player} gains {{}} by another {node.label}{after}", gain, *shown)
            if found is not None:
                return found
        return None

    def solved(self, points: list[Point]) -> Any:
        """What the first mover gets against numeric backward induction, at some points of each cell."""
        table, attained = self.table(points)
        rows = [k for n in range(1, len(self.cells) + 1) for k in np.flatnonzero((table["cell"] == n) & attained)[:SOLVED]]
        some = self.arrays([points[k] for k in rows])
        mover = getattr(self.game.tree, "player", None)
        if mover is None or not rows:
            return None
        stated = table[f"payoff {mover}"][rows]
        for grid in (16, FINE):
            with np.errstate(all="ignore"):
                paid = solve_numeric(self.game, some, grid=grid).payoffs[mover]
            found = _found(~(np.abs(stated - paid) <= NEAR * (1 + np.abs(stated))), "", stated, paid)
            if found is None:
                return None
            some, stated = {q: c[found[0] :][:1] for q, c in some.items()}, stated[found[0] :][:1]
            rows = rows[found[0] :][:1]
        return rows[0], f"the cell pays {mover} {stated[0]:g}, numeric backward induction {paid[0]:g}"

    def enumerated(self, points: list[Point]) -> Any:
        """Everybody's payoffs against exact enumeration."""
        for k, point in enumerate(points[:1] if points.count(points[0]) == len(points) else points):
            cell = next((c for c in self.cells if allowed(point, c.conditions)), None)
            if cell is None or not cell.attained:
                continue
            try:
                paid = backward(self.game, point)
            except ValueError:  # roots in the payoffs
                continue
            for player, u in paid.items():
                stated = value(sp.sympify(cell.payoffs[player]), point)
                if sign(stated - sp.Rational(u)):
                    return k, f"the cell pays {player} {stated}, exact enumeration {u}"
        return None


def _found(wrong: Any, said: str, *numbers: Any) -> tuple[int, str] | None:
    """The first place at which something is wrong, and what, with the numbers there."""
    if not np.any(wrong):
        return None
    k = int(np.argmax(wrong))
    return k, said.format(*(f"{np.broadcast_to(n, np.shape(wrong))[k]:g}" for n in numbers))


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
