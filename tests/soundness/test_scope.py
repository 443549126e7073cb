"""What is proposed rests on what is known where it applies, and on thresholds that are proved to be what is said of them."""

from dataclasses import replace

import pytest
import sympy as sp

from formal import game, interval, nash, parameters
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved
from formal.derive.partition import Branch, Cell, Strategy
from formal.model.parameters import Domain, Parameter
from formal.model.threshold import Threshold, rests_on, thresholds
from formal.nash_obligations import soundness
from formal.obligations import obligations
from formal.solution import solve
from tests.conftest import p, ultimatum

e = parameters("e in (1, 2)").e


def passes(equilibrium):
    return all(isinstance(decide(goal), Proved) for goal in obligations(equilibrium))


def given_all(equilibrium, *conditions):
    """The strategies and cells, each under further conditions."""
    strategies = {
        node: replace(s, branches=tuple(replace(b, conditions=(*b.conditions, *conditions)) for b in s.branches))
        for node, s in equilibrium.strategies.items()
    }
    cells = tuple(replace(cell, conditions=(*cell.conditions, *conditions)) for cell in equilibrium.cells)
    return replace(equilibrium, strategies=strategies, cells=cells)


def anything(equilibrium, *conditions):
    """That the proposer offers 3/4, which is rejected, and that both get what they like."""
    decided = {"x": (sp.Rational(3, 4), (("x", sp.Rational(3, 4)), ("answer", "reject"))), "answer": ("reject", ())}
    strategies = {
        node: Strategy(node, (Branch(conditions, decided[node.label][0], path=decided[node.label][1]),))
        for node in equilibrium.strategies
    }
    paid = dict(zip(equilibrium.game.players, (sp.Integer(7), sp.Integer(9)), strict=True))
    return replace(equilibrium, strategies=strategies, cells=(Cell(conditions, decided["x"][1], paid),))


def test_a_threshold_is_proved_wherever_it_is_hidden():
    equilibrium = solve(ultimatum("accept")).equilibrium
    impossible = Threshold("t2", sp.Integer(0), sp.Integer(1), ())  # of which 1 = 0 is said
    hidden = sp.Ge(impossible**2, 0, evaluate=False)
    where = Threshold("t1", sp.Integer(0), sp.Symbol("t1"), (), (hidden,))
    what = Threshold("t1", sp.Integer(0), sp.Symbol("t1") * (1 + impossible), ())
    for threshold in (impossible, where, what):
        assert impossible in thresholds(threshold)
        always = sp.Ge(threshold**2, 0, evaluate=False)
        assert not passes(anything(equilibrium, always))
        assert not passes(given_all(equilibrium, always))
    sound = Threshold("t1", p.a, sp.Symbol("t1") - p.a, ())
    assert passes(given_all(equilibrium, sp.Ge(sound**2, 0, evaluate=False)))


def test_a_symbol_of_nobody_is_not_rested_on():
    nowhere = Parameter("k", Domain(sp.Integer(1), sp.Integer(0)))
    true = sp.Eq(nowhere, nowhere, evaluate=False)
    equilibrium = solve(ultimatum("accept")).equilibrium
    assert rests_on(true, Threshold("t", p.a, sp.Symbol("t") - p.b, ())) == {nowhere, p.a, p.b}
    assert not passes(anything(equilibrium, true))
    assert not passes(given_all(equilibrium, true))


@game(players=("Leader", "Follower"))
def request(g):
    """The follower's best reply is √(e + m); the leader wants it high and pays for m, so that m = 0 is best."""
    m = g.choose("Leader", "m", interval(0, 1))
    y = g.choose("Follower", "y", interval(0, 2))
    return {"Leader": y - m, "Follower": y * (e + m) - y**3 / 3}


def forged(*branches, payoff):
    equilibrium = solve(request).equilibrium
    (node,) = [n for n in equilibrium.strategies if n.label == "m"]
    strategies = {**equilibrium.strategies, node: Strategy(node, branches)}
    cells = [Cell(b.conditions, b.path, payoff(b)) for b in branches]
    return replace(equilibrium, strategies=strategies, cells=tuple(cells))


@pytest.fixture(scope="module")
def reply():
    equilibrium = solve(request).equilibrium
    (node,) = [n for n in equilibrium.strategies if n.label == "m"]
    assert passes(equilibrium)
    return next(t for t in equilibrium.thresholds if node.symbol in t.definition.free_symbols)


def test_a_decision_does_not_rest_on_itself(reply):
    (m,) = [n.symbol for n in solve(request).equilibrium.strategies if n.label == "m"]
    halves = [(sp.Lt(m, sp.Rational(1, 2)), sp.Rational(1, 2)), (sp.Ge(m, sp.Rational(1, 2)), sp.Rational(1, 4))]
    branches = [
        Branch((where,), taken, levels=((reply, sp.Integer(2)),), path=(("m", taken), ("y", sp.Integer(2))))
        for where, taken in halves
    ]
    equilibrium = forged(
        *branches, payoff=lambda b: {"Leader": 2 - b.decision, "Follower": 2 * (e + b.decision) - sp.Rational(8, 3)}
    )
    assert not passes(equilibrium)


def test_the_value_of_a_threshold_does_not_rest_on_the_choice(reply):
    (there,) = [
        level for s in solve(request).equilibrium.strategies.values() for b in s.branches for t, level in b.levels if t == reply
    ]
    (m,) = [n.symbol for n in solve(request).equilibrium.strategies if n.label == "m"]
    level = there + m**2  # which is right at m = 0
    branch = Branch((), sp.Integer(0), levels=((reply, level),), path=(("m", sp.Integer(0)), ("y", level)))
    equilibrium = forged(branch, payoff=lambda _: {"Leader": level, "Follower": level * e - level**3 / 3})
    assert not passes(equilibrium)


@pytest.mark.parametrize("nature", [True, False])
def test_where_nobody_moves_first_no_strategy_says_what_happens(nature):
    @game(players=("A",))
    def drawn(g):
        fine = (
            g.chance("weather", {"fine": sp.Rational(1, 2), "wet": sp.Rational(1, 2)}) == "fine" if nature else g.when(p.a >= 1)
        )
        return {"A": p.a if fine else 0}

    equilibrium, never = solve(drawn).equilibrium, (sp.false,)
    assert passes(equilibrium)
    said = Strategy(equilibrium.game.tree, (Branch(never, "fine"),))
    cells = (Cell(never, (), {"A": sp.Integer(7)}),)
    assert not passes(replace(equilibrium, strategies={**equilibrium.strategies, equilibrium.game.tree: said}, cells=cells))


def test_a_cell_without_an_equilibrium_has_no_name():
    equilibrium = solve(ultimatum("reject")).equilibrium
    assert passes(equilibrium)
    named = tuple(cell if cell.attained else replace(cell, name="war") for cell in equilibrium.cells)
    assert not passes(replace(equilibrium, cells=named))


def test_nash_equilibria_rest_on_parameters_alone():
    @game(players=("A", "B"))
    def duel(g):
        x = g.choose("A", "x", interval(0, 1))
        y = g.choose("B", "y", interval(0, 1), sees=())
        return {"A": x * (p.c - x - y), "B": y * (p.c - x - y)}

    solution = nash(duel)
    (choice, *_) = solution.form.choices
    for equilibrium in solution.equilibria:
        profile = equilibrium.profile
        assert all(isinstance(decide(goal), Proved) for goal in soundness(solution.form, profile, "it"))
        wrong = replace(profile, conditions=(*profile.conditions, sp.Ge(choice, 0, evaluate=False)))
        assert not all(isinstance(decide(goal), Proved) for goal in soundness(solution.form, wrong, "it"))
