"""What claims read from an equilibrium is what is played, or an error."""

import pytest
from sympy import false

from formal import game, interval, parameters, solve
from formal.errors import ModelError

p = parameters("a in [0, 1]")


@game(players=("Mover", "Answerer"))
def drawn(g):
    if g.chance("state", {"high": "1/2", "low": "1/2"}) == "low":
        return {"Mover": 0, "Answerer": 0}
    x = g.choose("Mover", "x", interval(1, 2))
    answered = g.choose("Answerer", "answer", ["yes", "no"]) == "yes"
    return {"Mover": x, "Answerer": int(answered)}


@game(players=("Proposer", "Responder"), ties={"answer": "reject"})
def unattained(g):
    x = g.choose("Proposer", "x", interval(0, 1))
    if g.choose("Responder", "answer", ["accept", "reject"]) == "accept":
        return {"Proposer": 1 - x, "Responder": x}
    return {"Proposer": 0, "Responder": p.a / 2}


def test_what_depends_on_chance_is_not_read_as_a_default():
    with pytest.raises(ModelError, match=r'"x" depends on chance'):
        solve(drawn).outcome("x")
    with pytest.raises(ModelError, match=r'"answer" depends on chance'):
        solve(drawn).played("answer", "yes")


def test_what_the_game_does_not_have_is_not_read_as_never_played():
    with pytest.raises(ModelError, match=r'did you mean "answer"\?'):
        solve(unattained).played("anwser", "accept")
    with pytest.raises(ModelError, match=r'did you mean "accept"\?'):
        solve(unattained).played("answer", "acept")


def test_nothing_is_played_where_there_is_no_equilibrium():
    assert all(not cell.attained for cell in solve(unattained).cells)
    assert solve(unattained).played("answer", "accept") == false
