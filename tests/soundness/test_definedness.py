"""A claim that has no value somewhere in its hypotheses is never proved."""

import pytest
import sympy as sp

from formal import parameters, proposition
from formal.decide.goal import Goal, closed_form_goals
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted
from formal.errors import ClaimError
from formal.model.threshold import Threshold

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


T = sp.Symbol("t")
q = parameters("a b >= 0")
# closed forms that have no real value somewhere, with a polynomial in which SymPy sees nothing but 0 when they are put in
UNREAL = {
    "a root": (sp.sqrt(q.a - q.b), T**2 - q.a + q.b, q.a >= q.b),
    "a root of what is negative": (sp.sqrt(-1 - q.a), T**2 + 1 + q.a, sp.false),
    "an imaginary one": (sp.sqrt(-q.a), T**2 + q.a, q.a <= 0),
    "a quotient": (q.a / q.b, T * q.b - q.a, sp.Or(q.b > 0, sp.Eq(q.a, 0))),
    "another": (1 / (q.a - q.b), T * (q.a - q.b) - 1, sp.Ne(q.a, q.b)),
    "a number": (sp.Integer(-1) ** sp.Rational(1, 4), T**4 + 1, sp.false),
}


@pytest.mark.parametrize("name", UNREAL)
def test_a_closed_form_without_a_value_proves_nothing(name):
    definition, polynomial, follows = UNREAL[name]
    t = Threshold("t", definition, polynomial, ())
    false = sp.Or(follows, sp.Gt(t, t + 1, evaluate=False), evaluate=False)

    def proved(goal):
        try:
            return isinstance(decide(goal), Proved)
        except ClaimError:
            return False

    assert not all(proved(goal) for goal in closed_form_goals(t))
    try:
        verdict = proposition("T", "what is false somewhere")(lambda: false).check().verdict
    except ClaimError:
        return
    assert not isinstance(verdict, Proved)


@pytest.mark.parametrize(
    ("definition", "polynomial"),
    [(sp.sqrt(2) * q.a, T**2 - 2 * q.a**2), (sp.sqrt(q.a), T**2 - q.a), (q.a / (q.b + 1), T * (q.b + 1) - q.a)],
)
def test_a_closed_form_with_a_value_is_proved(definition, polynomial):
    assert all(isinstance(decide(goal), Proved) for goal in closed_form_goals(Threshold("t", definition, polynomial, ())))
