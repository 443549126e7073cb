"""Independent computations beside the closed form of a game of perfect information, at many points at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp

from formal.decide.evaluate import sign, value
from formal.derive.partition import Strategy
from formal.model.game import Game
from formal.model.tree import Continuous, Decision, Node
from formal.numeric.cells import Partition
from formal.numeric.draws import Points
from formal.numeric.enumeration import backward, finite
from formal.numeric.regret import applies_at, compile_policy, follow, regret
from formal.numeric.solver import GRID, evaluate, solve_numeric
from formal.solution import Solution
from formal.strategies import allowed, smallest

SOLVED = 4  # points of a cell that are solved numerically, too
CLOSE = 1e-7
NEAR = 1e-4  # how far numeric solutions may be off: ties are blurred, so that thresholds are by a root of that
FINE = 256  # intervals of the grid on which a numeric solution that differs is tried again
HISTORIES = 16  # for each point that is tried on its own

Point = Mapping[sp.Symbol, sp.Expr]


def shown(point: Point) -> str:
    """Where it is, in words, before what is said of it."""
    return f"at {', '.join(f'{q} = {v}' for q, v in point.items())}: " if point else ""


class Comparison:
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
                return f"{shown(there)}{(again or found)[1]}" if again else f"{shown(points[found[0]])}{found[1]}"
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
            said = f"{node.player} gains {{}} by another {node.label}{after}"
            found = _found((gain > CLOSE) & best, said, gain, *(values[q] for q in earlier))
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
        for grid in (GRID, FINE):
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
