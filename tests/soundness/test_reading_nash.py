"""A claim rests on the equilibria that it reads, wherever they were looked up, and only where they are equilibria."""

import pytest
from sympy import Eq

from formal import implies, matrix_game, nash, parameters
from formal.claims import Proposition
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.errors import ModelError, Place

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
