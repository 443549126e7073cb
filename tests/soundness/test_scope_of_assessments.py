"""Proposals for games with information sets and for signals from an interval name only what is known where they apply."""

import pytest
import sympy as sp

from formal import perfect_bayesian, signalling, subgame_perfect
from formal.decide.verdict import Proved
from formal.errors import ClaimError
from formal.model.threshold import Threshold
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.coordination import sexes
from proofs.gallery.schooling import p, schooling
from tests.soundness.forger import forged, forget

impossible = Threshold("t", sp.Integer(0), sp.Integer(1), ())  # of which 1 = 0 is said
GE, LT = sp.Ge(impossible, 0, evaluate=False), sp.Lt(impossible, 0, evaluate=False)


@pytest.fixture(autouse=True)
def afresh():
    yield
    forget()


def each(change):
    """Every class changed by `change`, which takes its parts."""

    def changed(value):
        listed, *rest = value
        return (tuple(change(*row) for row in listed), *rest)

    return changed


ASSESSMENTS = {
    "conditions that cover everything": lambda b, pay, ass, rep: (
        b,
        pay,
        tuple((c, *ass[0][1:]) for c in ((GE,), (LT,))),
        {},
    ),
    "a payoff": lambda b, pay, ass, rep: (b, dict.fromkeys(pay, impossible), ass, rep),
    "a belief": lambda b, pay, ass, rep: (
        b,
        pay,
        tuple((c, w, {k: (impossible, *v[1:]) for k, v in be.items()}) for c, w, be in ass),
        rep,
    ),
    "replies": lambda b, pay, ass, rep: (b, pay, ass, {k: tuple((m, (GE,), ()) for m, _, _ in v) for k, v in rep.items()}),
}


@pytest.mark.parametrize("what", ASSESSMENTS)
def test_assessments_rest_on_no_threshold(what):
    with forged("assessments", each(ASSESSMENTS[what])), pytest.raises(ClaimError, match="known where it applies"):
        perfect_bayesian(beer_quiche).assure()


@pytest.mark.parametrize("exception", [sp.Max(0, p.theta_H), impossible, sp.Integer(0), sp.Abs(p.theta_H)])
def test_exceptions_are_few(exception):
    with forged("assessments", lambda value: (value[0], (exception,), value[2])), pytest.raises(ClaimError):
        perfect_bayesian(beer_quiche).assure()


def test_a_belief_is_that_of_the_conditions_that_hold():
    """An assessment that never applies may say anything, and is not asked."""

    def change(b, pay, ass, rep):
        wrong = {k: tuple(sp.Integer(7) for _ in v) for k, v in ass[0][2].items()}
        return b, pay, (((sp.false,), ass[0][1], wrong), *ass), rep

    def beer():
        return perfect_bayesian(beer_quiche).find(breakfast={"strong": "beer", "weak": "beer"})

    honest = beer().belief("reply", "strong", breakfast="beer")
    with forged("assessments", each(change)):
        solution = perfect_bayesian(beer_quiche)
        assert isinstance(solution.class_assured(beer().number).verdict, Proved)
        told = beer().belief("reply", "strong", breakfast="beer")
    assert not told.has(7)
    assert told.args[-1] == honest.args[-1]


def test_refinements_rest_on_parameters():
    mixtures = {"reply(breakfast = beer)": ((impossible, 1 - impossible),)}
    with forged("intuitive", lambda _: ((), (), mixtures, {})), pytest.raises(ClaimError, match="known where it applies"):
        perfect_bayesian(beer_quiche).find(breakfast={"strong": "quiche", "weak": "quiche"}).intuitive()


def test_subgame_perfect_profiles_rest_on_parameters():
    with forged("subgame perfect", lambda rows: tuple(((*c, GE), *rest) for c, *rest in rows)), pytest.raises(ClaimError):
        subgame_perfect(sexes).assure()


def groups_with(change):
    return lambda value: tuple((tuple(change(*g) for g in groups), *rest) for groups, *rest in value)


CLASSES = {
    "conditions": lambda value: tuple((g, (*c, GE), *rest) for g, c, *rest in value),
    "a reply": groups_with(lambda types, signal, _, span: (types, signal, impossible, span)),
    "a range": groups_with(lambda types, signal, reply, span: (types, signal, reply, ((*span[0], signal), (*span[1], signal)))),
    "where a class exists": lambda value: tuple((g, c, (*e, GE), pay) for g, c, e, pay in value),
    "the signal where it exists": lambda value: tuple(
        (g, c, (*e, sp.Ge(g[0][1], 0, evaluate=False)), pay) for g, c, e, pay in value
    ),
}


@pytest.mark.parametrize("what", CLASSES)
def test_classes_of_signals_rest_on_parameters_and_their_own_signals(what):
    with forged("classes", CLASSES[what]), pytest.raises(ClaimError, match="known where it applies"):
        signalling(schooling).assure()


def test_the_worst_reply_rests_on_parameters_and_the_signal():
    with forged("the worst", lambda value: (value[0], impossible)), pytest.raises(ClaimError, match="known where it applies"):
        signalling(schooling).assure()


def test_witnesses_against_the_criterion_rest_on_parameters_and_signals():
    with forged("intuitive", lambda _: ((0, 1, (), (impossible,)),)), pytest.raises(ClaimError, match="known where it applies"):
        signalling(schooling).find("able", "other").intuitive()
