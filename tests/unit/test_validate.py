"""Validation finds planted errors, at simple points, and says what it could not compare."""

from dataclasses import replace

import pytest
import sympy as sp
from click.testing import CliRunner

import formal.validate
from formal import nash, perfect_bayesian, signalling
from formal.bayes_solution import BayesianSolution
from formal.cli import main
from formal.derive.partition import Equilibrium, Strategy
from formal.nash_solution import NashSolution
from formal.numeric.draws import game_pool
from formal.numeric.grid import holds
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution
from formal.validate import validate
from proofs.gallery.agenda_setter import linear
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.contest import contest
from proofs.gallery.coordination import chicken
from proofs.gallery.ultimatum import spiteful
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
