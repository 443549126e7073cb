"""A claim rests on the equilibria that it reads, wherever they were looked up, and only where they are equilibria."""

import pytest
from sympy import Eq

from formal import game, implies, matrix_game, nash, parameters, perfect_bayesian
from formal.claims import Proposition
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.errors import ModelError, Place
from proofs.gallery.beer_quiche import beer_quiche

p = parameters("a > 0", "r real")
undefined = matrix_game("undefined", rows=["u"], columns=["l", "r"], payoffs=[[(1 / p.r, 1), (1, 2)]])
sexes = matrix_game("sexes", rows=["l", "r"], columns=["l", "r"], payoffs=[[(p.r, 1), (0, 0)], [(0, 0), (1, p.a)]])


def checked(claim, tmp_path):
    return Proposition("R", "", claim, (), "proved", Place(tmp_path / "r.py", 1)).check().verdict


def test_an_equilibrium_that_was_looked_up_before_is_rested_on(tmp_path):
    before = nash(undefined).pure("u", "r")
    assert isinstance(checked(lambda: Eq(before.payoff("Row"), 1, evaluate=False), tmp_path), Unknown)


def test_nothing_is_said_where_a_profile_is_no_equilibrium(tmp_path):
    left = nash(sexes).pure("l", "l")
    assert isinstance(checked(lambda: Eq(left.payoff("Row"), p.r), tmp_path), Refuted)
    assert isinstance(checked(lambda: implies(left.where, Eq(left.payoff("Row"), p.r)), tmp_path), Proved)
    (mixed,) = nash(sexes).mixed()
    assert isinstance(checked(lambda: Eq(mixed.probability("Row", "l"), p.a / (1 + p.a)), tmp_path), Refuted)


def test_an_action_that_nobody_has_is_not_played_with_probability_0():
    with pytest.raises(ModelError, match='"left" is not an action of Row'):
        nash(sexes).pure("l", "l").probability("Row", "left")


@game(players=("A", "B", "C"))
def cycle(g):
    """Only mixed: each wants to do as another does, but for the last, who wants to differ."""
    a = g.choose("A", "a", ["0", "1"])
    b = g.choose("B", "b", ["0", "1"], sees=[])
    c = g.choose("C", "c", ["0", "1"], sees=[])
    return {"A": p.a if a == b else 0, "B": p.a if b == c else 0, "C": p.a if c != a else 0}


payoffs = [[(1, 1), (1, 1)], [(0, 0), (2, 0)]]
degenerate = matrix_game("degenerate", rows=["t", "b"], columns=["l", "r"], payoffs=payoffs)


@pytest.mark.parametrize(
    "claim",
    [
        lambda: Eq(len(nash(cycle).equilibria), 0),
        lambda: Eq(len(list(nash(cycle))), 0),
        lambda: Eq(len(nash(cycle).mixed()), 0),
        lambda: Eq(len(nash(degenerate).mixed()), 0),
        lambda: Eq(len(perfect_bayesian(beer_quiche, limit=20).of_kind("semi-separating")), 0),
    ],
    ids=range(5),
)
def test_what_is_not_looked_for_is_not_said_to_be_missing(claim, tmp_path):
    assert isinstance(checked(claim, tmp_path), Unknown)


def test_a_profile_is_read_without_the_others(tmp_path):
    top = nash(degenerate).pure("t", "l")
    assert isinstance(checked(lambda: Eq(top.payoff("Row"), 1), tmp_path), Proved)
    both = nash(sexes).supported(("l", "r"), ("l", "r"))
    claim = implies(both.where, Eq(both.probability("Row", "l"), p.a / (1 + p.a)))
    assert isinstance(checked(lambda: claim, tmp_path), Proved)
    with pytest.raises(ModelError, match="at no parameters"):
        nash(degenerate).supported(("t", "b"), ("l", "r"))
