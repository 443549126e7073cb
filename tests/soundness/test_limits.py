"""Limits of payoffs are proved, not assumed: named roots that jump or run away near a limit prove nothing, and ties say all."""

import pytest
import sympy as sp

from formal import game, interval, parameters, solve
from formal.decide.evaluate import holds
from formal.decide.goal import closed_form_goals
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved
from formal.derive.partition import Branch, Cell, Equilibrium, Strategy
from formal.errors import FormalError
from formal.model.root import Root
from formal.model.threshold import Threshold
from formal.obligations import continuous, obligations

p = parameters("c in (0, 1/4)", "w in (0, 1)")
HALF = sp.Rational(1, 2)
T = sp.Symbol("T")


def proved(equilibrium):
    try:
        return all(isinstance(decide(goal), Proved) for goal in obligations(equilibrium))
    except FormalError:
        return False


def none_at_half(declared, threshold, *replies):
    """The claim that the leader only approaches 1/2, and the follower replies by the threshold."""
    leader, follower = declared.tree, declared.tree.following
    strategies = {leader: Strategy(leader, (Branch((), HALF, attained=False),)), follower: Strategy(follower, replies)}
    return Equilibrium(declared, (Cell((), (), {}, attained=False),), strategies, (threshold,))


def test_a_root_that_runs_away_has_no_limit():
    """What the leader gets tends to 0, which is what 1/2 pays; T = 1/(x - 1/2) is no number there, and not just any."""

    @game(players=("L", "F"))
    def away(g):
        x = g.choose("L", "x", interval(0, 1))
        y = g.choose("F", "y", interval(0, 1))
        if g.when(x > HALF):
            gap = (x - HALF) ** 2
            return {"L": y - x + HALF, "F": -((y - gap / (1 + gap)) ** 2)}
        return {"L": y - HALF + x, "F": -(y**2)}

    x = away.tree.symbol
    root = Threshold("T", 1 / (x - HALF), T * (x - HALF) - 1, (), (sp.Gt(x, HALF, evaluate=False),))
    replies = Branch((sp.Le(x, HALF),), sp.Integer(0)), Branch((sp.Gt(x, HALF),), 1 / (1 + root**2))
    assert not proved(none_at_half(away, root, *replies))


def test_a_root_that_jumps_has_no_limit():
    """The follower answers 1 above 1/2 and 0 below, so that the leader gets 0 everywhere."""

    @game(players=("L", "F"))
    def jump(g):
        x = g.choose("L", "x", interval(0, 1))
        y = g.choose("F", "y", interval(0, 1))
        return {"L": 1 - y, "F": y} if g.when(x > HALF) else {"L": 0, "F": -y}

    x = jump.tree.symbol
    root = Threshold("T", sp.Piecewise((0, x <= HALF), (1, True)), sp.Piecewise((T, x <= HALF), (T - 1, True)), ())
    assert not proved(none_at_half(jump, root, Branch((), root)))
    (goal,) = closed_form_goals(root)
    assert not isinstance(decide(goal), Proved)  # nor may it be differentiated


x = sp.Symbol("x", real=True)
TAME = Threshold("T", sp.sqrt(x), T**2 - x, (T,), (sp.Ge(x, 0, evaluate=False),))
WILD = Threshold("T", 1 / x, T * x - 1, ())
FORMS = {
    "x**2 + sqrt(x)": (x**2 + sp.sqrt(x), True),
    "a root": (1 - TAME, True),
    "1/(1 + x)": (1 / (1 + x), True),
    "1/x": (1 / x, False),
    "a root behind which a quotient is": (1 - WILD, False),
    "x**(1/3)": (sp.cbrt(x), False),  # not seen
    "Min, Max, Abs": (sp.Max(x, 0) + abs(x - 1) * sp.Min(x**2, 1 - x), True),
    "sign": (sp.sign(x), False),
    "implicit": (Threshold("T", Root(0, 1, -x, 1), T - x, (T, 1 - T)), False),  # not seen
}


@pytest.mark.parametrize("name", FORMS)
def test_what_is_seen_to_be_continuous_at_0(name):
    expression, expected = FORMS[name]
    assert (continuous(expression, x, sp.Integer(0)) == sp.true) == expected


IMPLICIT = Root(0, 1, -p.c, 1, 0, 1)
WRONG = {
    "another polynomial": (T - HALF, (T, 1 - T)),
    "the wrong side": (IMPLICIT.polynomial(T), (T - HALF,)),
    "a sign that it need not have": (IMPLICIT.polynomial(T), (-T,)),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_implicit_root_is_characterised_by_its_own_polynomial(name):
    polynomial, isolating = WRONG[name]
    goals = closed_form_goals(Threshold("T", IMPLICIT, polynomial, isolating))
    assert not all(isinstance(decide(goal), Proved) for goal in goals)
    right = closed_form_goals(Threshold("T", IMPLICIT, IMPLICIT.polynomial(T), (T, 1 - T)))
    assert all(isinstance(decide(goal), Proved) for goal in right)


def reported(solution, point):
    """Which of some choices at the point are said to be as good as the one that is taken."""
    values = {q: sp.Rational(point[q.name]) for q in solution.game.parameters}
    found = set()
    for tie in (t for t in solution.ties() if t.node is solution.game.tree):
        if all(holds(c, values) for c in tie.branch.conditions):
            grid = {k: sp.Rational(k, 24) for k in range(25)}
            found |= {k for k, x in grid.items() if all(holds(c, {**values, tie.node.symbol: x}) for c in tie.among)}
    return found


def test_a_tie_says_what_it_asks_of_parameters():
    @game(players=("L",))
    def windows(g):
        x = g.choose("L", "x", interval(0, 1))
        wide = g.when(p.w > HALF)
        good = g.when(x > p.c) if wide else g.when(sp.And(x > p.c, x < HALF))
        return {"L": 1 if good else 0}

    for w, top in (("1/4", 12), ("3/4", 25)):
        assert reported(solve(windows), {"c": "1/8", "w": w}) == set(range(4, top))


def test_a_tie_says_what_it_asks_of_roots_that_move_with_the_choice():
    """The follower takes the T with T² + T = x, and the leader gains from one of at least c."""

    @game(players=("L", "F", "V"), ties={"x": "highest", "y": "highest"}, thresholds={"y": "T"})
    def moved(g):
        x = g.choose("L", "x", interval(0, 1))
        y = g.choose("F", "y", interval(0, 1))
        if g.choose("V", "vote", ["yes", "no"]) == "yes":
            return {"L": 1 if g.when(y >= p.c) else 0, "F": y, "V": x - y**2 - y}
        return {"L": 0, "F": -1, "V": 0}

    solution = solve(moved)
    assert isinstance(solution.assure().verdict, Proved)
    found = reported(solution, {"c": "1/8", "w": "1/2"})
    assert found == {k for k in range(25) if k >= 24 * (sp.Rational(1, 64) + sp.Rational(1, 8))}
