"""Claims about larger values of several parameters assume of each what the games assume, and no more."""

import pytest
import sympy as sp

from formal import decreasing, game, increasing, interval, parameters, solve
from formal.claims import Proposition
from formal.decide.verdict import Proved, Refuted
from formal.errors import Place

p = parameters("a b in [0, 1]", "c real")


@game(players=("A", "B"), assume={"order": p.a <= p.b})
def ordered(g):
    x = g.choose("A", "x", interval(p.a, p.b))
    return {"A": x, "B": p.a}


def width():
    return solve(ordered).payoff("A") - solve(ordered).payoff("B")


def gap():
    return 1 / (1 + width())


def checked(claim, tmp_path, given=()):
    return Proposition("L", "", claim, given, "proved", Place(tmp_path / "l.py", 1)).check().verdict


@pytest.mark.parametrize(
    "claim",
    [
        lambda: increasing(gap(), p.a),
        lambda: decreasing(gap(), p.b),
        lambda: increasing(gap(), p.a) & decreasing(gap(), p.b),
        lambda: sp.And(increasing(gap(), p.a), decreasing(gap(), p.b), gap() > 0),
    ],
)
def test_each_part_assumes_its_own(claim, tmp_path):
    assert isinstance(checked(claim, tmp_path), Proved)


def test_false_parts_are_refuted_where_the_game_is_assumed(tmp_path):
    verdict = checked(lambda: increasing(gap(), p.a) & increasing(gap(), p.b), tmp_path)
    assert isinstance(verdict, Refuted)
    values = {v.name: n for v, n in verdict.witness.items()}
    assert values["b'"] >= values["a"]


@game(players=("A", "B"), assume={"real": p.c >= p.b**2})
def rooted(g):
    x = g.choose("A", "x", interval(0, 1))
    if g.choose("B", "vote", ["yes", "no"]) == "yes":
        return {"A": -x, "B": x**2 + 2 * p.b * x - p.c}
    return {"A": -2, "B": 0}


def test_closed_forms_at_larger_values_rest_on_what_is_assumed_there(tmp_path):
    def claim():
        chosen = solve(rooted).payoff("B")
        return increasing(chosen, p.b, given=p.c > 0) & increasing(chosen, p.c, given=p.c > 0) & (p.b <= 1)

    assert isinstance(checked(claim, tmp_path), Proved)
