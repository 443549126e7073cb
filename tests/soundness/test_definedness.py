"""A claim that has no value somewhere in its hypotheses is never proved."""

import pytest
import sympy as sp

from formal import parameters
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted

p = parameters("x y real", "c > 0")
x, y, c = p.x, p.y, p.c


def piecewise(*branches):
    return sp.Piecewise(*branches, evaluate=False)


# each pair of Piecewise functions shares its conditions, so that both take the same branch
UNDEFINED = {
    "quotients in the second function": (
        (sp.Ne(x * piecewise((y + 1, c - y <= 2), (2 * x, True)), -1), sp.Ne(x, 0)),
        sp.Ge(piecewise((1 / (4 * x**2), c - y <= 2), ((x - y) ** (-2), True)), 0, evaluate=False),
    ),
    "a root in the second function": (
        (piecewise((c, x > 2), (2 * c, True)) > 0,),
        piecewise((x, x > 2), (sp.sqrt(x), True)) >= 0,
    ),
    "a quotient in the first function": (
        (sp.Gt(piecewise((1 / y**2, x > 2), (1, True)), 0, evaluate=False),),
        sp.Gt(piecewise((c, x > 2), (2 * c, True)), 0, evaluate=False),
    ),
    "both in the conclusion": (
        (),
        piecewise((c, x > 2), (2 * c, True)) + piecewise((1, x > 2), (1 / (y - 1) ** 2, True)) > 0,
    ),
    "under an implication": (
        (),
        sp.Implies(piecewise((c, x > 2), (2 * c, True)) > 0, piecewise((1, x > 2), (1 / (y - 1) ** 2, True)) > 0),
    ),
}


@pytest.mark.parametrize("name", UNDEFINED)
@pytest.mark.parametrize("doubtful", [False, True])
def test_undefined_claims_are_not_proved(name, doubtful):
    hypotheses, conclusion = UNDEFINED[name]
    assert isinstance(decide(Goal(name, conclusion, hypotheses), doubtful=doubtful), Refuted)


def test_defined_ones_are():
    safe = piecewise((1, x > 2), (1 / ((y - 1) ** 2 + 1), True))
    assert isinstance(decide(Goal("safe", piecewise((c, x > 2), (2 * c, True)) + safe > 0)), Proved)
    inside = piecewise((1 / x, x > 2), (1, True))
    assert isinstance(decide(Goal("inside", inside > 0, (piecewise((c, x > 2), (2 * c, True)) > 0,))), Proved)
