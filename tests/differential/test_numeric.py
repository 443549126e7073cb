"""The symbolic equilibrium against the numeric solver, on parameters drawn cell by cell."""

import sys
from functools import cache

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import game, interval, parameters
from formal.errors import UsageError
from formal.numeric.cells import Partition
from formal.numeric.compiled import compiled
from formal.numeric.maximum import maximum
from formal.numeric.regret import EDGE, compile_policy, follow, margin, regret
from formal.numeric.solver import evaluate, solve_numeric
from proofs.invitation.model import equilibrium as invitation
from proofs.ratification.model import equilibrium as ratification
from tests.conftest import ultimatum

SOLUTIONS = {"ratification": ratification, "invitation": invitation}
DRAWS = 60_000
ERROR = 1e-4  # ties are blurred by 1e-12, so a threshold that is a double root is by its root


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
        assert np.max(np.abs(played[mover] - numeric.payoffs[mover])) <= ERROR

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


def test_nested_choices_are_solved_to_many_digits():
    """Two nested continuous choices, whose inner answers jump, far below what a grid of the same size could do."""
    for name, solution in SOLUTIONS.items():
        random = np.random.default_rng(3)
        points = {q: random.uniform(0.05, 3.0, 3000) for q in solution.game.parameters}
        exact = Partition(solution.game.parameters, solution.cells).at(points)
        numeric = solve_numeric(solution.game, points)
        for player in solution.game.players:
            assert np.max(np.abs(exact[f"payoff {player}"] - numeric.payoffs[player])) < 1e-5, name


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-8, 8), st.integers(-8, 8), st.integers(-8, 8)), min_size=1, max_size=5),
    st.integers(0, 2**20),
)
def test_the_maximum_of_pieces_with_jumps(pieces, seed):
    """Quadratic pieces, each wide enough to hold a grid point: no point of a dense grid is better by more than rounding."""
    random = np.random.default_rng(seed)
    ends = np.cumsum(random.uniform(0.3, 1.0, len(pieces)))
    ends /= ends[-1]

    def payoff(v):
        k = min(int(np.searchsorted(ends, v)), len(pieces) - 1)
        a, b, c = pieces[k]
        return k, a * v * v / 8 + b * v / 8 + c / 64

    def follow(args):
        k, u = payoff(args[0])
        return k, (u,), 0.0, False

    solve = maximum(follow, lambda args: (0.0, 1.0), 0, False, 16, lambda function: function)
    _, (found,), where, wrong = solve(())
    assert not wrong
    assert payoff(where)[1] == found
    assert found >= max(payoff(v)[1] for v in np.linspace(0, 1, 2001)) - 1e-6


p = parameters("a in [0, 1]", "q in [0, 1]", "c > 0")


@game(players=("A", "B"), ties={"x": "highest", "y": "highest"})
def gamble(g):
    """A stake, a draw, an answer that depends on a condition, and an indifferent mover who takes the highest."""
    x = g.choose("A", "x", interval(0, 2))
    lucky = g.chance("luck", {"good": p.q, "bad": 1 - p.q}) == "good"
    if g.when(x > p.a):
        y = g.choose("B", "y", interval(0, 1))
        return {"A": x * (2 - x) + (y if lucky else 0), "B": p.c if lucky else -((y - p.a) ** 2)}
    return {"A": 0, "B": 0}


def test_draws_conditions_and_ties():
    """A wants x = 1, B takes y = 1 where it is indifferent; below a nothing is won."""
    points = {
        q: np.array(v) for q, v in zip(gamble.parameters, ([0.0, 0.5, 0.25], [1.0, 2.0, 3.0], [0.5, 0.25, 1.0]), strict=True)
    }
    assert [q.name for q in gamble.parameters] == ["a", "c", "q"]
    solved = solve_numeric(gamble, points)
    assert np.allclose(solved.payoffs["A"], [1.5, 1.25, 2.0])
    assert np.allclose(solved.payoffs["B"], [0.5, 0.5, 3.0])
    assert np.allclose(solved.decision, 1, atol=1e-6)


def test_without_numba_the_results_are_the_same(monkeypatch):
    random, model = np.random.default_rng(5), ratification.game
    rows = random.uniform(0.05, 3.0, (len(model.parameters), 8))

    def found(plain):
        payoffs, decisions, wrong = np.empty((2, 8)), np.empty(8), np.empty(8, dtype=bool)
        compiled(model, 16, plain)(rows, payoffs, decisions, wrong)
        return payoffs

    fast = found(False)
    assert np.allclose(fast, found(True), atol=1e-9)
    monkeypatch.setitem(sys.modules, "numba", None)
    compiled.cache_clear()
    assert np.allclose(fast, found(False), atol=1e-9)
    compiled.cache_clear()


def test_payoffs_that_are_not_numbers_are_named_with_their_point():
    @game(players=("A",))
    def quotient(g):
        way = g.choose("A", "way", ["one", "other"])
        return {"A": 1 if way == "one" else p.c / p.a}

    @game(players=("A",))
    def root(g):
        x = g.choose("A", "x", interval(0, 1))
        return {"A": sp.sqrt(x - p.a)}

    points = {p.a: np.array([0.5, 0.0]), p.c: np.array([1.0, 2.0])}
    with pytest.raises(UsageError, match="some payoff of quotient is not a number at a = 0, c = 2"):
        solve_numeric(quotient, points)
    with pytest.raises(UsageError, match=r"some payoff or range of root is not a number at a = 0\.5"):
        solve_numeric(root, points)


def test_games_without_parameters():
    @game(players=("A",))
    def fixed(g):
        x = g.choose("A", "x", interval(0, 2))
        return {"A": x * (1 - x)}

    @game(players=("A",))
    def coin(g):
        return {"A": 1 if g.choose("A", "way", ["left", "right"]) == "right" else 0}

    assert solve_numeric(fixed, {}).payoffs["A"] == pytest.approx([0.25])
    assert list(solve_numeric(coin, {}).payoffs["A"]) == [1]


def test_branches_that_are_not_taken_need_no_number():
    @game(players=("A",))
    def careful(g):
        if g.when(p.a > 0):
            way = g.choose("A", "way", ["one", "other"])
            return {"A": 1 if way == "one" else p.c / p.a}
        return {"A": 0}

    found = solve_numeric(careful, {p.a: np.array([0.5, 0.0]), p.c: np.array([1.0, 2.0])})
    assert list(found.payoffs["A"]) == [2, 0]


def test_numeric_solver_refuses_incomplete_points():
    with pytest.raises(ValueError, match="no values for a"):
        solve_numeric(ultimatum("accept"), {})


def test_numeric_ultimatum():
    game = ultimatum("accept")
    (a,) = game.parameters
    solved = solve_numeric(game, {a: np.array([0.0, 0.25, 0.5])})
    assert np.allclose(solved.payoffs["Proposer"], [1.0, 0.75, 0.5], atol=1e-7)
