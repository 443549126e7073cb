"""The symbolic equilibrium against the numeric solver, on parameters drawn cell by cell."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formal.numeric.regret import EDGE, compile_policy, follow, margin, regret
from formal.numeric.solver import evaluate, solve_numeric
from proofs.invitation.model import equilibrium as invitation
from proofs.ratification.model import equilibrium as ratification
from tests.conftest import ultimatum

SOLUTIONS = {"ratification": ratification, "invitation": invitation}
DRAWS = 60_000
GRID_ERROR = 0.05


@cache
def pools(name):
    """Parameter points by cell: small rational numbers, zeros included where the domain has them."""
    solution = SOLUTIONS[name]
    random = np.random.default_rng(11)
    steps = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48]) / 16
    points = {}
    for q in solution.game.parameters:
        zero = (random.uniform(size=DRAWS) < 0.3) & (not q.is_positive)
        points[q] = np.where(zero, 0.0, random.choice(steps, DRAWS))
    found = []
    for cell in solution.cells:
        inside = np.ones(DRAWS, dtype=bool)
        for condition in cell.conditions:
            inside &= margin(condition, points) >= (EDGE if condition.rel_op in ("<", ">") else -EDGE)
        found.append(np.flatnonzero(inside))
    return points, found


def test_every_cell_is_drawn_from():
    for name in SOLUTIONS:
        assert all(len(inside) >= 3 for inside in pools(name)[1])


@st.composite
def stratified(draw, name):
    """Parameter points, some from each cell."""
    points, cells = pools(name)
    rows = np.array([inside[draw(st.integers(0, len(inside) - 1))] for inside in cells])
    return {q: column[rows] for q, column in points.items()}


def histories(game, node, points, random):
    """The points with random earlier choices inside their ranges."""
    values = dict(points)
    for earlier in game.nodes:
        before = len(earlier.history) < len(node.history) and earlier.history == node.history[: len(earlier.history)]
        if before and hasattr(earlier, "symbol"):
            low, high = evaluate(earlier.low, values), evaluate(earlier.high, values)
            values[earlier.symbol] = low + (high - low) * random.uniform(size=len(next(iter(points.values()))))
    return values


@pytest.mark.parametrize("name", SOLUTIONS)
def test_no_deviation_pays_and_payoffs_agree(name):
    solution = SOLUTIONS[name]
    game, policy = solution.game, compile_policy(solution.equilibrium.strategies)

    @settings(max_examples=25, deadline=None)
    @given(stratified(name), st.integers(0, 2**20))
    def agrees(points, seed):
        random = np.random.default_rng(seed)
        for node in solution.equilibrium.strategies:
            values = histories(game, node, points, random)
            # conditions are blurred by EDGE, so a quadratic one is by its root
            assert np.max(regret(game, node, values, policy, grid=101)) <= 20 * np.sqrt(EDGE)
        played = follow(game, game.tree, points, policy)
        numeric = solve_numeric(game, points)
        mover = game.tree.player
        assert np.max(np.abs(played[mover] - numeric.payoffs[mover])) <= GRID_ERROR

    agrees()


def test_stated_payoffs_are_those_of_the_strategies():
    for name, solution in SOLUTIONS.items():
        points, cells = pools(name)
        played = follow(solution.game, solution.game.tree, points, compile_policy(solution.equilibrium.strategies))
        for cell, inside in zip(solution.cells, cells, strict=True):
            here = {q: column[inside] for q, column in points.items()}
            for player, payoff in cell.payoffs.items():
                assert np.allclose(evaluate(payoff, here), played[player][inside], atol=1e-7)


class Shifted:
    """A wrong strategy: the decisions of one continuous choice are moved, within the range."""

    def __init__(self, strategy):
        self.branches = [self.Branch(b.conditions, b.decision * 9 / 10) for b in strategy.branches]

    class Branch:
        def __init__(self, conditions, decision):
            self.conditions, self.decision = conditions, decision


@pytest.mark.parametrize("label", ["x", "m", "s"])
def test_a_wrong_equilibrium_has_regret(label):
    """The numeric leg must not agree with anything that it is told."""
    game, strategies = invitation.game, dict(invitation.equilibrium.strategies)
    node = next(n for n in strategies if n.label == label)
    strategies[node] = Shifted(strategies[node])
    points, _ = pools("invitation")
    some = {q: column[:400] for q, column in points.items()}
    values = histories(game, node, some, np.random.default_rng(1))
    assert np.max(regret(game, node, values, compile_policy(strategies), grid=101)) > 0.01


def test_numeric_solver_refuses_incomplete_points():
    with pytest.raises(ValueError, match="no values for a"):
        solve_numeric(ultimatum("accept"), {})


def test_numeric_ultimatum():
    game = ultimatum("accept")
    (a,) = game.parameters
    solved = solve_numeric(game, {a: np.array([0.0, 0.25, 0.5])}, grid=65)
    assert np.allclose(solved.payoffs["Proposer"], [1.0, 0.75, 0.5], atol=0.02)
