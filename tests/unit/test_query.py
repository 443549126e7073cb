"""Queries agree with the Piecewise results, with finite differences, and refuse points outside the model."""

import json

import pytest
import sympy as sp
from click.testing import CliRunner

from formal import game, interval, parameters, solve
from formal.cli import main
from formal.decide.evaluate import holds, value
from formal.errors import ModelError
from formal.model.threshold import expand, total_derivative
from proofs.ratification.model import equilibrium

POINT = {"beta": 1, "phi": 4, "sigma": "1/2", "chi": 1, "alphab": 0}


def test_the_answer_at_a_point_is_that_of_the_formulas():
    found = equilibrium.at(POINT)
    values = {q: sp.Rational(POINT[q.name]) for q in equilibrium.game.parameters}
    assert dict(found.path)["x"] == value(equilibrium.outcome("x"), values)
    for player, payoff in found.payoffs.items():
        assert payoff == value(equilibrium.payoff(player), values)


def test_no_equilibrium_is_said_at_a_point():
    @game(players=("A", "B"), ties={"answer": "reject"})
    def spiteful(g):
        x = g.choose("A", "x", interval(0, 1))
        agreed = g.choose("B", "answer", ["accept", "reject"]) == "accept"
        return {"A": 1 - x if agreed else 0, "B": x if agreed else 0}

    found = solve(spiteful).at({})
    assert found.path is None
    assert solve(spiteful).nonexistence() == sp.true


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"beta": -1}, "the point violates beta >= 0"),
        ({"beta": 0.5}, "float"),
        ({"betta": 1}, 'did you mean "beta"'),
    ],
)
def test_points_outside_the_model_are_errors(change, message):
    with pytest.raises(ModelError, match=message):
        equilibrium.at(POINT | change)
    with pytest.raises(ModelError, match="no value for phi"):
        equilibrium.at({k: v for k, v in POINT.items() if k != "phi"})


def test_comparative_statics_agree_with_differences():
    effects = equilibrium.comparative_statics("x")
    assert {e.sign for e in effects} == {"zero", "positive", "negative"}
    inside = {1: {}, 2: {"sigma": 3, "phi": 1}, 3: {"sigma": 3, "alphab": 1}}
    for effect in effects:
        base = {q: float(sp.Rational((POINT | inside[effect.cell])[q.name])) for q in equilibrium.game.parameters}
        decision = expand(equilibrium.cells[effect.cell - 1].decisions["x"])
        step = {**base, effect.parameter: base[effect.parameter] + 1e-6}
        difference = (decision.subs(step) - decision.subs(base)) / 1e-6
        assert abs(difference - expand(effect.derivative).subs(base)) < 1e-4
        expected = {"zero": 0, "positive": 1, "negative": -1}[effect.sign]
        assert sp.sign(round(float(difference), 4)) == expected


def test_a_derivative_of_either_sign_is_said_to_vary():
    p = parameters("q in (0, 1)")

    @game(players=("A",))
    def hump(g):
        x = g.choose("A", "x", interval(0, 1))
        return {"A": -((x - 4 * p.q * (1 - p.q)) ** 2)}

    (effect,) = solve(hump).comparative_statics("x")
    assert effect.sign == "varies"


def test_derivatives_pass_through_thresholds_of_thresholds():
    x_u = equilibrium.threshold("x_u")
    for parameter in equilibrium.game.parameters:
        direct = sp.diff(expand(x_u), parameter)
        through = expand(total_derivative(x_u, parameter))
        at = {q: sp.Rational(k + 2, 3) for k, q in enumerate(equilibrium.game.parameters)}
        assert abs(float((direct - through).subs(at))) < 1e-12


def test_the_command_line_prints_data_that_sympy_reads_back():
    done = CliRunner().invoke(main, ["derive", "proofs/ratification/model.py:ratification", "--statics", "--format", "json"])
    data = json.loads(done.output)
    assert data["status"].startswith("the subgame perfect equilibrium under the tie rules")
    assert len(data["cells"]) == len(equilibrium.cells)
    names = {q.name: q for q in equilibrium.game.parameters} | {t.name: t for t in equilibrium.equilibrium.thresholds}
    for cell, stated in zip(equilibrium.cells, data["cells"], strict=True):
        for player, payoff in cell.payoffs.items():
            assert sp.simplify(sp.sympify(stated["payoffs"][player], locals=names) - payoff) == 0
    assert any(e["sign"] == "positive" for e in data["statics"])


def test_ties_over_a_continuum_are_reported_as_the_set_that_they_are():
    """A setter whose every acceptable proposal is worse than the reversion may make any proposal that is rejected."""
    from proofs.gallery.agenda_setter import quadratic

    found = solve(quadratic).ties()
    assert found
    for tie in found:
        point = {"s": "9/10", "v": "2/10", "q": "3/10"} if tie.branch.decision == 0 else {"s": "9/10", "v": "1/10", "q": "3/10"}
        values = {q: sp.Rational(point[q.name]) for q in quadratic.parameters}
        assert all(holds(c, values) for c in tie.branch.conditions)
        grid = [sp.Rational(k, 20) for k in range(21)]
        among = [x for x in grid if all(holds(c, values | {tie.node.symbol: x}) for c in tie.among)]
        best = solve(quadratic).at(point).payoffs["Setter"]
        for x in among:
            s, v, q = (values_of(values, k) for k in "svq")
            outcome = x if abs(x - v) <= abs(q - v) else q
            assert -((outcome - s) ** 2) == best
        assert among


def values_of(values, name):
    return next(v for q, v in values.items() if q.name == name)


def test_a_unique_best_choice_has_no_ties():
    assert not equilibrium.ties()
