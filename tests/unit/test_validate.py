"""Validation finds planted errors, at simple points, and says what it could not compare."""

import re
from dataclasses import replace

import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given, settings

import formal.comparison
import formal.validate
from formal import game, nash, parameters, perfect_bayesian, signalling, solve
from formal.bayes_solution import BayesianSolution
from formal.cli import main
from formal.decide.evaluate import inside, sign, value
from formal.derive.partition import Equilibrium, Strategy
from formal.errors import ModelError
from formal.nash_solution import NashSolution
from formal.numeric.draws import game_pool
from formal.numeric.grid import holds
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution
from formal.strategies import anchored, parameters_inside, payoffs, trees
from formal.validate import validate
from proofs.gallery.agenda_setter import linear
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.contest import contest
from proofs.gallery.coordination import chicken
from proofs.gallery.ultimatum import generous, spiteful
from proofs.private_intent.model import private_intent
from proofs.ratification.model import equilibrium as ratification


@pytest.mark.parametrize("game", [ratification.game, linear, spiteful, beer_quiche, chicken, contest], ids=lambda g: g.name)
def test_what_is_right_agrees(game):
    found = validate(game)
    assert found.wrong == ""
    assert found.points >= 40
    assert found.empty == 0


def planted(monkeypatch, solution):
    monkeypatch.setattr(formal.validate, "equilibria", lambda game: solution)
    return validate(solution.game)


def solved(change):
    """The ratification game's solution with other cells or strategies."""
    solution = Solution(ratification.game)
    found = ratification.equilibrium
    solution.__dict__["_proposed"] = change(found)
    return solution


def test_a_wrong_payoff_is_found(monkeypatch):
    def change(found):
        first, *rest = found.cells
        payoffs = {q: u + sp.Rational(1, 100) for q, u in first.payoffs.items()}
        return Equilibrium(found.game, (replace(first, payoffs=payoffs), *rest), found.strategies, found.thresholds)

    said = planted(monkeypatch, solved(change)).wrong
    assert "the cell pays Government" in said
    assert said.startswith("at alphab = ")


def test_a_dropped_cell_is_found(monkeypatch):
    def change(found):
        return Equilibrium(found.game, found.cells[1:], found.strategies, found.thresholds)

    assert "no cell holds here" in planted(monkeypatch, solved(change)).wrong


def test_a_wrong_strategy_is_found(monkeypatch):
    """The last mover accepts everything; the payoffs of the cells no longer follow, or it gains by rejecting."""

    def change(found):
        last = next(n for n, s in found.strategies.items() if getattr(n, "label", "") == "vote")
        branch = replace(found.strategies[last].branches[0], conditions=(), decision="accept")
        strategies = {**found.strategies, last: Strategy(last, (branch,))}
        return Equilibrium(found.game, found.cells, strategies, found.thresholds)

    assert planted(monkeypatch, solved(change)).wrong


def test_a_wrong_closed_form_is_shown_at_a_small_point(monkeypatch):
    """The threshold of parliament is off by a factor in one cell; the counterexample has small numbers, and both answers."""

    def change(found):
        cells = [replace(c, payoffs={q: u * sp.Rational(9, 10) for q, u in c.payoffs.items()}) for c in found.cells]
        return Equilibrium(found.game, tuple(cells), found.strategies, found.thresholds)

    said = planted(monkeypatch, solved(change)).wrong
    numbers = dict(re.findall(r"(\w+) = ([\d/]+)", said.partition(": ")[0]))
    assert set(numbers) == {q.name for q in ratification.game.parameters}
    assert all(sp.Rational(v) in (0, 1, 2, 3) for v in numbers.values()), said
    assert re.search(r"the cell pays \w+ [-\d.]+, the strategies [-\d.]+$", said)


p = parameters("a b > 0", "c in [0, 1]")


@game(players=("One", "Two"))
def discrete(g):
    first = g.choose("One", "first", ["in", "out"])
    if first == "out":
        return {"One": p.a, "Two": 0}
    lucky = g.chance("luck", {"good": p.c, "bad": 1 - p.c}) == "good"
    if g.choose("Two", "second", ["fight", "share"]) == "fight":
        return {"One": -1, "Two": p.b if lucky else -1}
    return {"One": 2, "Two": 1}


def test_enumeration_is_a_leg_of_its_own(monkeypatch):
    """Cells and strategies that are wrong together agree with each other, and not with exact enumeration."""
    assert validate(discrete).wrong == ""
    found = solve(discrete).equilibrium
    wrong = {n: Strategy(n, tuple(replace(b, decision="share") for b in s.branches)) if n.label == "second" else s
             for n, s in found.strategies.items()}  # fmt: skip
    cells = [
        replace(c, payoffs={"One": sp.Integer(2), "Two": sp.Integer(1)}) for c in found.cells if c.decisions["first"] == "in"
    ]
    solution = Solution(discrete)
    others = [c for c in found.cells if c.decisions["first"] == "out"]
    solution.__dict__["_proposed"] = Equilibrium(discrete, (*cells, *others), wrong, ())
    said = planted(monkeypatch, solution).wrong
    assert re.search(r"^at a = [\d/]+, b = [\d/]+, c = [\d/]+: the cell pays (One|Two) \S+, exact enumeration \S+$", said)


def test_numbers_are_a_leg_of_their_own(monkeypatch):
    """The proposer asks for too little, and cells and strategies agree on it; a regret that sees nothing would pass it."""
    monkeypatch.setattr(formal.comparison.Comparison, "regretted", lambda self, points: None)
    found, (w,) = solve(generous).equilibrium, generous.parameters
    offer = (1 + w) / 2
    tame = {
        n: Strategy(n, tuple(replace(b, decision=offer) for b in s.branches)) if n.label == "x" else s
        for n, s in found.strategies.items()
    }
    cells = tuple(replace(c, payoffs={"Proposer": 1 - offer, "Responder": offer}) for c in found.cells)
    solution = Solution(generous)
    solution.__dict__["_proposed"] = Equilibrium(generous, cells, tame, ())
    said = planted(monkeypatch, solution).wrong
    assert said == "at w = 0: the cell pays Proposer 0.5, numeric backward induction 1"


def test_a_pure_equilibrium_that_is_left_out_is_found(monkeypatch):
    solution = NashSolution(chicken)
    solution.__dict__["_found"] = tuple(pair for pair in nash(chicken)._found if not pair[0].pure)
    solution.__dict__["completeness"] = "all of them"
    assert "enumeration finds the equilibrium" in planted(monkeypatch, solution).wrong


def test_boundaries_are_drawn():
    """Points of ratification's cells on which some condition is an equality, thresholds included."""
    cells, met = ratification.cells, 0
    for cell in cells:
        inner = [c for c in cell.conditions if c.free_symbols]
        points = anchored(ratification.game.parameters, inner, 1, most=5)
        for c in inner:
            on = [q for q in points if sign(value(c.lhs, q) - value(c.rhs, q)) == 0]
            met += bool(on)
            assert all(inside(cell.conditions, q) for q in on)
    assert met == sum(len(c.conditions) for c in cells)


def test_points_of_authors():
    inner = ratification.cells[0].conditions

    @settings(max_examples=25, deadline=None)
    @given(parameters_inside(ratification.game, *inner), parameters_inside([p.a < p.b, p.a > 1]))
    def inside_always(point, other):
        assert ratification.at(point).cell == 1
        assert set(point) == set(ratification.game.parameters)
        assert all(v.is_Rational for v in point.values())
        assert 1 < other[p.a] < other[p.b]

    inside_always()


def test_where_there_is_no_point():
    with pytest.raises(ModelError, match="no point was found at which"):
        parameters_inside([p.a < p.b, p.b < p.a])


@given(trees(payoffs([p.a, p.b], kinks=False), players=("A", "B"), leaves=4, chance=False))
def test_games_of_authors(tree):
    assert set(tree.players) == {"A", "B"}
    assert {q.name for q in tree.parameters} <= {"a", "b"}
    assert len(tree.nodes) <= 13


def test_wrong_mixing_is_found(monkeypatch):
    solution = NashSolution(chicken)
    judged = []
    for profile, assurance in nash(chicken)._found:
        turned = {q: dict(zip(m, reversed(list(m.values())), strict=True)) for q, m in profile.strategies.items()}
        judged.append((profile if profile.pure else replace(profile, strategies=turned), assurance))
    solution.__dict__["_found"] = tuple(judged)
    assert "gains by" in planted(monkeypatch, solution).wrong


def test_a_wrong_belief_is_found(monkeypatch):
    solution = BayesianSolution(beer_quiche, None, 4096)
    judged = []
    for found, assurance in perfect_bayesian(beer_quiche)._found:
        first, *rest = found.assessments
        beliefs = {name: tuple(reversed(b)) for name, b in first.beliefs.items()}
        judged.append((replace(found, assessments=(replace(first, beliefs=beliefs), *rest)), assurance))
    solution.__dict__["_found"] = tuple(judged)
    said = planted(monkeypatch, solution).wrong
    assert "Bayes' rule" in said or "gains" in said


def test_a_signal_that_does_not_part_the_types_is_found(monkeypatch):
    solution = SignallingSolution(private_intent)
    judged = [(replace(f, conditions=f.conditions[:1]), a) for f, a in signalling(private_intent)._found]
    solution.__dict__["_found"] = tuple(judged)
    assert "gains by" in planted(monkeypatch, solution).wrong


def test_points_come_from_inside_and_simple_ones_first():
    points = game_pool(linear, 2000)
    for relation in linear.assumptions().values():
        assert holds(relation, points).all()
    first = {q: float(column[0]) for q, column in points.items()}
    assert all(value.as_integer_ratio()[1] <= 16 for value in first.values())


def test_the_command():
    result = CliRunner().invoke(main, ["validate", "proofs/gallery/ultimatum.py", "proofs/gallery/contest.py"])
    assert result.exit_code == 0, result.output
    assert "✓ spiteful: 40 points in 1 regions agree" in result.output
