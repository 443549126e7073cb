"""Implicit roots: what they are, exactly and in floating point, how they are written, and what is claimed of them."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import game, interval, parameters, solve
from formal.certify.codec import decoded, encoded
from formal.decide.evaluate import UndefinedError, holds, sign, value
from formal.decide.goal import Goal, closed_form_goals
from formal.decide.judge import Solvers, judging
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted
from formal.model.root import NUMPY, Root, bisected
from formal.model.threshold import Threshold, copy
from formal.numeric.cells import Partition
from formal.orders import with_orders
from formal.report.explorer import explorer
from formal.report.names import latex, text

p = parameters("a b > 0", "c real")
small = st.fractions(-4, 4, max_denominator=4)
positive = st.fractions(0, 4, max_denominator=4)


def named(definition, exists=()):
    plain = sp.Symbol("t")
    low, high = definition.ends
    return Threshold("t", definition, definition.polynomial(plain), (plain - low, high - plain), exists)


INSIDE = (sp.Le(p.a, 1 + p.b, evaluate=False),)
T = named(Root(0, 1, -p.a, p.b, 0, 1), INSIDE)  # b t + t³ = a


@settings(max_examples=60, deadline=None)
@given(st.lists(positive, min_size=1, max_size=4), small)
def test_exactly_and_in_floating_point(slopes, at):
    """The root of c₀ + c₁ t + c₃ t³ + ..., which rises, where it passes through 0 at a point that is known."""
    coefficients = [sp.Integer(0)] * (2 * len(slopes))
    for k, slope in enumerate(slopes):
        coefficients[2 * k + 1] = sp.Rational(str(slope + Fraction(1, 4)))
    where = sp.Rational(str(at))
    coefficients[0] = -sum(c * where**k for k, c in enumerate(coefficients))
    root = Root(-5, 5, *coefficients)
    assert value(root, {}) == where
    assert float(root) == pytest.approx(float(where), abs=1e-12)
    lists = np.full(3, -5.0), np.full(3, 5.0), *(np.full(3, float(c)) for c in coefficients)
    assert np.allclose(bisected(*lists), float(where))
    assert np.allclose(sp.lambdify([], root, NUMPY)(), float(where))


def test_algebraic_roots_are_exact():
    x = value(Root(0, 2, -2, 0, 0, 1), {})
    assert sign(x**3 - 2) == 0
    assert holds(sp.Gt(T, sp.Rational(1, 2)), {p.a: sp.Integer(1), p.b: sp.Rational(1, 2)})


@pytest.mark.parametrize("root", [Root(1, 0, 0, 0), Root(0, 1, 3, 1), Root(-1, 1, 0, -1, 0, 4), Root(0, 1, 1)])
def test_what_is_no_one_number_has_no_value(root):
    with pytest.raises(UndefinedError, match="solutions from"):
        value(root, {})


def test_where_every_number_is_a_root_it_is_the_high_end():
    nothing = Root(0, 3, 0, 0)
    assert float(value(nothing, {})) == bisected(0.0, 3.0, 0.0, 0.0) == float(nothing) == 3


def test_it_is_not_called_like_a_parameter():
    q = parameters("x_hat real")

    @game(players=("A",))
    def misnamed(g):
        x = g.choose("A", "x", interval(0, 1))
        return {"A": q.x_hat * x - x**4 / 4 - x**2}

    assert [t.name for t in solve(misnamed).equilibrium.thresholds] == ["x_hat2"]


def test_what_makes_it_defined_is_proved():
    goals = closed_form_goals(T)
    assert len(goals) == 7  # that there is one root, in the interval, and what it is said to satisfy
    assert all(isinstance(decide(goal), Proved) for goal in goals)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (named(Root(0, 1, -p.a, p.b, 0, 1)), "not above its interval"),  # where a > 1 + b
        (named(Root(0, 1, p.a, p.b, 0, 1), INSIDE), "not below its interval"),
        (named(Root(1, 0, -p.a, p.b, 0, 1), INSIDE), "has a point"),
        (named(Root(0, 1, -p.a, p.c, 0, 1 + p.a - p.c)), "there is no other"),  # c may be negative
    ],
)
def test_what_is_not_defined_everywhere_is_refuted(wrong, said):
    refuted = [goal.name for goal in closed_form_goals(wrong) if isinstance(decide(goal), Refuted)]
    assert any(said in name for name in refuted)


def test_it_comes_back_from_the_ledger():
    (back,) = decoded(encoded([sp.Gt(T, 0, evaluate=False)]), [p.a, p.b])
    (again,) = (s for s in back.free_symbols if isinstance(s, Threshold))
    assert again == T
    assert again.definition == T.definition


def test_it_is_said_in_words():
    assert text(T.definition) == "the r in [0, 1] with -a + b*r + r**3 = 0"
    assert r"\text{the } r \in \left[0,\; 1\right]" in latex(T.definition)
    r = sp.Symbol("r")
    assert text(Root(0, r, -1, 1)) == "the t in [0, r] with t - 1 = 0"


def test_it_moves_with_its_parameters():
    moved = copy(T, {p.a: 2 * p.a})
    (other,) = (s for s in moved.free_symbols if isinstance(s, Threshold))
    assert other.definition == Root(0, 1, -2 * p.a, p.b, 0, 1)


class TestOrders:
    """The signs of its polynomial that follow from the order of thresholds."""

    E = Threshold("e", p.a / (1 + p.b), (1 + p.b) * sp.Symbol("e") - p.a, ())

    def test_they_are_true_at_points(self):
        goal = with_orders(Goal("g", sp.Ge(T, self.E, evaluate=False), INSIDE), ())
        added = [h for h in goal.hypotheses if h not in INSIDE]
        assert any(sp.Poly(T.definition.polynomial(self.E), self.E).degree() == 3 and h.has(self.E**3) for h in added)
        for a in (1, 2, 3):
            for b in (1, 2, 5):
                point = {p.a: sp.Integer(a), p.b: sp.Integer(b)}
                if a <= 1 + b:
                    assert all(holds(h, point) for h in added)

    def test_each_judge_is_asked(self):
        """What one judge found certain is nothing that another believes."""

        class Doubter(Solvers):
            def contradictory(self, conditions, *, soon=False):
                return False

        far = Threshold("e", 2 + p.b, sp.Symbol("e") - 2 - p.b, ())
        goal = Goal("g", sp.Ge(far, self.E, evaluate=False), ())
        order = sp.Le(self.E, far, evaluate=False)
        for judge, known in ((Solvers(), True), (Doubter(), False), (Solvers(), True)):
            with judging(judge):
                assert (order in with_orders(goal, (sp.Le(p.a, 1, evaluate=False),)).hypotheses) == known

    def test_nothing_is_said_beyond_the_interval(self):
        """Without the condition e may be above 1, where the polynomial need not rise."""
        far = Threshold("e", 2 + p.b, sp.Symbol("e") - 2 - p.b, ())
        falls = named(Root(0, 1, -p.a, 3, 0, -1), (sp.Le(p.a, 2, evaluate=False),))  # 3t - t³ falls beyond 1
        goal = with_orders(Goal("g", sp.Ge(far, falls, evaluate=False), falls.exists), ())
        point = {p.a: sp.Integer(2), p.b: sp.Integer(1)}
        assert all(holds(h, point) for h in goal.hypotheses)


@pytest.fixture(scope="module")
def effort():
    @game(players=("Government",))
    def effort(g):
        x = g.choose("Government", "x", interval(0, 1))
        return {"Government": p.a * x - x**4 / 4 - p.b * x**2 / 2}

    return effort


def test_tables_and_pages_compute_it(effort):
    rng = np.random.default_rng(3)
    points = {q: rng.uniform(0.1, 2, 50) for q in (p.a, p.b)}
    solution = solve(effort)
    table = Partition([p.a, p.b], solution.cells).at(points)
    inside = table["x"] < 1
    assert inside.any()
    assert np.allclose((points[p.a] - table["x"] ** 3 - points[p.b] * table["x"])[inside], 0)
    assert "zero(" in explorer(effort)["code"]
