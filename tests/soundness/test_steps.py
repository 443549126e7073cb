"""What the steps of a proof rest on is proved like what the claim rests on."""

import sympy as sp

from formal import matrix_game, nash, parameters
from formal.claims import Proposition
from formal.decide.verdict import Refuted, Unknown
from formal.errors import Place
from formal.model.threshold import Threshold

p = parameters("a in [0, 1]", "r real")


def checked(claim, steps, tmp_path):
    return Proposition("S", "", claim, (), "proved", Place(tmp_path / "s.py", 1), steps).check().verdict


def test_a_step_may_not_rest_on_a_wrong_closed_form(tmp_path):
    wrong = Threshold("t", sp.Integer(1), sp.Symbol("t") ** 2 + 1, ())

    def steps():
        return [sp.And(sp.Ge(wrong, wrong - 1, evaluate=False), p.a <= 0)]

    assert isinstance(checked(lambda: p.a <= 0, steps, tmp_path), Unknown)


def test_a_step_may_not_rest_on_an_unproved_equilibrium(tmp_path):
    undefined = matrix_game("undefined", rows=["u"], columns=["l", "r"], payoffs=[[(1 / p.r, 1), (1, 2)]])

    def steps():
        return [sp.Ge(nash(undefined).pure("u", "r").payoff("Row"), p.a, evaluate=False)]

    assert isinstance(nash(undefined).assure().verdict, Refuted)
    assert isinstance(checked(lambda: sp.Ge(1, p.a, evaluate=False), steps, tmp_path), Unknown)
