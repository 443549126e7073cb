"""What a mover knows is never taken for something else."""

import pytest
from sympy import Rational, Symbol

from formal import game, interval, nash, parameters
from formal.errors import ModelError

p = parameters("a in [0, 1]")


@pytest.mark.parametrize("sees", [None, ["state"]])
def test_a_draw_that_a_player_sees_is_private_information(sees):
    @game(players=("One", "Two"))
    def private(g):
        state = g.chance("state", {"high": "1/2", "low": "1/2"})
        first = g.choose("One", "first", ["high", "low"], sees=sees)
        second = g.choose("Two", "second", ["high", "low"], sees=[])
        return {"One": int(str(first) == str(state)), "Two": int(str(first) == str(second))}

    with pytest.raises(ModelError, match='One sees "state" before "first", which is private information; use perfect_bayesian'):
        _ = nash(private).equilibria


def test_a_draw_that_nobody_sees_is_an_expectation():
    @game(players=("One", "Two"))
    def public(g):
        state = g.chance("state", {"high": "2/3", "low": "1/3"})
        first = g.choose("One", "first", ["high", "low"], sees=[])
        second = g.choose("Two", "second", ["high", "low"], sees=[])
        return {"One": int(str(first) == str(state)), "Two": int(str(second) == str(state))}

    (found,) = nash(public)
    assert found.payoff("One") == Rational(2, 3)


def test_a_label_may_belong_to_one_player_here_and_to_another_there():
    @game(players=("One", "Two"))
    def shared(g):
        if g.chance("state", {"high": "1/2", "low": "1/2"}) == "low":
            g.choose("Two", "move", ["up", "down"])
            return {"One": 0, "Two": 0}
        first = g.choose("One", "move", ["up", "down"])
        second = g.choose("Two", "reply", ["up", "down"], sees=["state"])
        return {"One": int(str(first) != str(second)), "Two": int(str(first) == str(second))}

    assert list(shared.hidden.values()) == [("move",), ("move",)]


def test_assumptions_speak_of_parameters_alone():
    x = Symbol("x", real=True, nonnegative=True)
    with pytest.raises(ModelError, match='the assumption "small" speaks of x, which is not a declared parameter'):

        @game(players=("One",), assume={"small": x <= p.a})
        def smuggled(g):
            return {"One": g.choose("One", "x", interval(0, 1))}
