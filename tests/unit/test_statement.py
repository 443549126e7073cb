"""A statement for readers says what is decided: no more, and nothing else."""

from pathlib import Path

import pytest
import sympy as sp
from sympy import And, Not

from formal import exists, game, iff, increasing, interval, nash, parameters, solve
from formal.claims import Proposition
from formal.errors import Place
from formal.report.statement import statement

p = parameters("a >= 0", "b > 0", "n integer >= 1", "x1 x_1 >= 0")


@game(players=("A", "B"), ties={"answer": "accept"})
def bar(g):
    x = g.choose("A", "x", interval(0, 1))
    if g.choose("B", "answer", ["accept", "reject"]) == "accept":
        return {"A": 1 - x, "B": x}
    return {"A": 0, "B": p.b}


@game(players=("A", "B"), ties={"go": "yes"})
def common(g):
    if g.choose("A", "go", ["yes", "no"]) == "yes":
        return {"A": p.a, "B": p.a}
    return {"A": p.b, "B": p.b}


@game(players=("R", "C"))
def chicken(g):
    moves = g.choose("R", "r", ["left", "right"]), g.choose("C", "c", ["left", "right"], sees=[])
    paid = {("left", "left"): (p.a, p.a), ("left", "right"): (0, p.b), ("right", "left"): (p.b, 0)}
    return dict(zip("RC", paid.get(moves, (-1, -1)), strict=True))


def stated(claim, given=()):
    return statement(Proposition("T", "title", claim, given, "proved", Place(Path(__file__), 1)))


@pytest.mark.parametrize("claim", [iff(p.a < 1, p.b < 1), And(p.a < 1, p.b < 1), sp.Lt(p.a, 1)])
def test_what_is_denied_is_not_shown_as_claimed(claim):
    inside = stated(lambda: claim).conclusion
    assert stated(lambda: Not(claim, evaluate=False)).conclusion == rf"\neg \left({inside}\right)"


def test_domains_are_hypotheses_unless_a_game_tells_them():
    assert stated(lambda: (p.n - 1) * (p.n - 2) >= 0).hypotheses == (r"n \in\mathbb{Z}, \ge  1",)
    assert stated(lambda: solve(bar).payoff("A") <= p.a + 1).hypotheses == (r"a \ge  0",)
    assert stated(lambda: increasing(solve(bar).payoff("B"), p.b)).hypotheses == (r"b < b'",)
    assert stated(lambda: increasing(p.b**2, p.b)).hypotheses[:2] == ("b > 0", "b' > 0")


def test_hypotheses_of_an_example_hold_at_it():
    shown = stated(lambda: exists(p.a > p.b), [p.b > 3])
    assert shown.hypotheses == (r"a \ge  0", "b > 0")
    assert shown.conclusion == r"\text{for some values: }b > 3,\ a > b"


def test_symbols_that_look_alike_are_not_shown():
    assert stated(lambda: p.x1 < p.x_1).conclusion == ""
    assert stated(lambda: p.x1 < p.a).conclusion != ""


def test_equilibria_of_one_game_have_names_of_their_own():
    first, second, *_ = nash(chicken).equilibria
    shown = stated(lambda: first.payoff("R") <= second.payoff("R"))
    (one, words), (other, more) = shown.names
    assert one != other
    assert words != more
    assert shown.conclusion == rf"{one} \leq {other}"


def test_one_formula_that_is_read_as_two_things_is_said_to_be_both():
    equilibrium = solve(common)
    shown = stated(lambda: And(equilibrium.payoff("A") >= p.a, equilibrium.payoff("B") >= p.b))
    ((name, words),) = shown.names
    assert shown.conclusion.count(name) == 2
    assert "what A gets" in words
    assert "what B gets" in words


def test_larger_values_of_different_parameters_have_names_of_their_own():
    equilibrium = solve(common)
    claim = And(increasing(equilibrium.payoff("A"), p.a), increasing(equilibrium.payoff("A"), p.b))
    shown = stated(lambda: And(increasing(equilibrium.payoff("A"), p.a), increasing(equilibrium.payoff("A"), p.b)))
    assert len(claim.atoms(sp.Piecewise)) == len(shown.names) == 3
    assert len({words for _, words in shown.names}) == 3


def test_what_stands_where_nothing_is_chosen_is_said():
    @game(players=("A",), ties={"go": "yes"})
    def option(g):
        return {"A": p.b - g.choose("A", "x", interval(0, 1)) if g.choose("A", "go", ["yes", "no"]) == "yes" else p.a}

    equilibrium = solve(option)
    shown = stated(lambda: equilibrium.outcome("x", default=p.a) >= equilibrium.outcome("x", default=p.b))
    assert len({words for _, words in shown.names}) == len(shown.names) == 2
    assert all(f"{default} where nothing is" in str(shown.names) for default in "ab")
