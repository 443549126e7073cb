"""Equilibria that are counted: each is listed once and mixes what it is said to mix, and none is missing."""

import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import (
    exists,
    forall,
    game,
    iff,
    implies,
    increasing,
    interval,
    larger,
    nash,
    parameters,
    perfect_bayesian,
    signalling,
    subgame_perfect,
)
from formal.claims import Proposition
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.derive import best_response
from formal.errors import ClaimError, ModelError, Place
from formal.model.static import static_form
from formal.nash_obligations import ALL, NONDEGENERATE
from formal.solution import importing
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.beer_quiche import p as tastes
from proofs.gallery.coordination import sexes
from proofs.gallery.schooling import schooling
from tests.soundness.forger import forged, forget

p = parameters("a real", "c real", "q in (0, 1)", "x >= 0", "y >= 0")
ONE, NONE = sp.Integer(1), sp.Integer(0)


@pytest.fixture(autouse=True)
def afresh():
    yield
    forget()


def claimed(claim, *hypotheses):
    return Proposition("C", "", claim, hypotheses, "proved", Place(Path(__file__), 1)).check().verdict


@game(players=("A", "B"))
def corners(g):
    """Sales that cannot be negative, nor above 10: nine regions."""
    x = g.choose("A", "x", interval(0, 10))
    y = g.choose("B", "y", interval(0, 10), sees=[])
    return {"A": x * (p.a - x - y), "B": y * (p.c - x - y)}


@game(players=("Sender", "Receiver"))
def talk(g):
    strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
    s = g.choose("Sender", "s", interval(0, 1))
    yes = g.choose("Receiver", "reply", ["yes", "no"], sees=["s"]) == "yes"
    return {"Sender": (1 if yes else 0) - (s if strong else 2 * s), "Receiver": (1 if strong else -1) if yes else 0}


@game(players=("Row", "Column"))
def pennies(g):
    heads = g.choose("Row", "row", ["H", "T"]) == "H"
    same = heads == (g.choose("Column", "column", ["h", "t"], sees=[]) == "h")
    return {"Row": (p.x if heads else p.y) if same else 0, "Column": 0 if same else 1}


@game(players=("A", "B"))
def bent(g):
    x = g.choose("A", "x", interval(-1, 1))
    y = g.choose("B", "y", interval(0, 1), sees=[])
    return {"A": x * (1 - y) - x**3 / 3, "B": y * (p.a + x) - y**2}


# -- simultaneous moves


def listed(*rows):
    """Nash equilibria proposed in the place of those that are derived."""
    left = list(rows)
    return forged("equilibrium", lambda _: left.pop(0) if left else ())


def profile(row, column, where=()):
    return where, {"Row": row, "Column": column}, {"Row": p.a, "Column": p.a}


def test_a_profile_is_not_listed_twice():
    pure = {"ballet": ONE}
    with listed(profile(pure, pure), profile(pure, pure, (p.a > 1,))), pytest.raises(ClaimError, match="different supports"):
        nash(sexes).equilibria  # noqa: B018


@pytest.mark.parametrize("weight", [NONE, p.a - p.a])
def test_an_action_with_weight_0_is_not_mixed(weight):
    honest = nash(sexes).pure("ballet", "ballet").profile

    def change(made):
        if not made or made[1] != honest.strategies:
            return made
        return made[0], {**made[1], "Row": {"ballet": ONE, "boxing": weight}}, made[2]

    count = len(nash(sexes).mixed())
    with forged("equilibrium", change):
        assert len(nash(sexes).mixed()) == count
        with pytest.raises(ModelError, match="at no parameters"):
            nash(sexes).supported(("ballet", "boxing"), ("ballet",))
        assert isinstance(claimed(lambda: sp.Ge(len(nash(sexes).mixed()), 2, evaluate=False)), Refuted | Unknown)


@pytest.mark.parametrize("written", [lambda x: x, lambda x: x + p.q - p.q * 1, lambda x: sp.Mul(2, x / 2, evaluate=False)])
def test_a_choice_is_not_listed_twice(written):
    (first, *_) = [e.profile for e in nash(corners).equilibria]
    rows = [(e.profile.conditions, e.profile.strategies, e.profile.payoffs) for e in nash(corners).equilibria]
    again = first.conditions, {q: written(x) for q, x in first.strategies.items()}, first.payoffs
    with listed(*rows):
        assert nash(corners).completeness == ALL
    with listed(*rows, again):
        assert nash(corners).completeness == ""
        assert isinstance(claimed(lambda: sp.Ge(len(nash(corners).equilibria), 10, evaluate=False)), Unknown)


@pytest.fixture(scope="module")
def derived():
    return list(best_response.equilibria(static_form(corners)))


@settings(max_examples=60)
@given(*[st.sampled_from([Fraction(k, 2) for k in range(-10, 90)]) | st.sampled_from([0, 10, 20, 30])] * 2)
def test_at_a_boundary_an_equilibrium_is_listed_once(derived, a, c):
    point = {p.a: sp.Rational(a), p.c: sp.Rational(c)}
    here = [e for e in derived if all(bool(where.subs(point)) for where in e.conditions)]
    played = [tuple(x.subs(point) for x in e.strategies.values()) for e in here]
    assert len(set(played)) == len(played) == 1  # each is a best response, so there is one
    x, y = played[0]
    for own, other, value in ((x, y, point[p.a]), (y, x, point[p.c])):
        assert own == min(max((value - other) / 2, 0), 10)


# -- signals


def copied(change):
    """The classes, and another one that is made of one of them."""

    def changed(rows):
        return (*rows, change(*rows[-1]))

    return forged("classes", changed)


def test_a_class_is_not_listed_twice():
    with copied(lambda *row: row):
        assert not isinstance(signalling(schooling).assure().verdict, Proved)
        assert not signalling(schooling).completeness


def test_a_class_inside_another_is_not_counted():
    """No signal, answered by yes, is among the signals that pool and are answered so."""
    pools = signalling(talk).find(["strong", "weak"], replies=["yes"]).found
    assert pools.groups[0].signal == signalling(talk).form.sent((0, 1))
    count = len(signalling(talk).equilibria)
    where = (sp.Ge(2 * p.q, 1, evaluate=False),)
    silent = (((0, 1), sp.Integer(0), "yes", ((), ())),), where, where, {"Sender": ONE, "Receiver": 2 * p.q - 1}
    with forged("classes", lambda rows: (*rows, silent)):
        solution = signalling(talk)
        assert len(solution.equilibria) == count + 1
        assert isinstance(solution.sound.verdict, Proved)  # it is a class of equilibria
        assert isinstance(claimed(lambda: sp.Eq(len(solution.equilibria), count + 1, evaluate=False)), Unknown)


def test_replies_that_are_written_in_another_way_make_no_other_class():
    def written(groups, conditions, exists, payoffs):
        e = next(iter(signalling(schooling).form.game.parameters))
        changed = tuple((types, signal, sp.Add(reply, e, -e, evaluate=False), span) for types, signal, reply, span in groups)
        return changed, conditions, exists, payoffs

    with copied(written):
        assert not signalling(schooling).completeness
    with pytest.raises(ModelError, match="leave out replies"):
        signalling(schooling).find(["able", "other"], replies=[p.q])


def test_types_of_a_group_are_in_their_order():
    low = signalling(schooling).form.low

    def change(rows):
        (((_, _, reply, _),), *rest) = next(row for row in rows if len(row[0]) == 1)
        return (*rows, ((((1, 0), low, reply, ((), ())),), *rest))

    with forged("classes", change), pytest.raises(ClaimError, match="in their order"):
        signalling(schooling).equilibria  # noqa: B018


# -- where something is missing


def excepting(*more):
    return forged("assessments", lambda value: (value[0], (*value[1], *more), value[2]))


def parting():
    return perfect_bayesian(beer_quiche).find(breakfast={"strong": "beer", "weak": "quiche"}).where


def always():
    return perfect_bayesian(beer_quiche).coverage()


GENERIC = sp.Ne(2 * tastes.q, 1), sp.Ne(tastes.b, tastes.d)


def test_what_may_be_missing_somewhere_has_to_be_said():
    assert isinstance(claimed(always, *GENERIC), Proved)
    for some in ((), GENERIC[:1], GENERIC[1:]):
        verdict = claimed(always, *some)
        assert isinstance(verdict, Unknown)
        assert "say so in given" in verdict.reason


def test_exceptions_are_no_hypotheses():
    """A ledger may except parameters at which nothing is missing; that makes no claim true."""
    false = lambda: sp.Implies(parting(), tastes.d < tastes.b, evaluate=False)  # noqa: E731
    third = lambda: sp.Implies(parting(), sp.Ne(3 * tastes.q, 1), evaluate=False)  # noqa: E731
    assert isinstance(claimed(false), Refuted)
    with excepting(tastes.b - tastes.d, 3 * tastes.q - 1):
        assert isinstance(claimed(false), Refuted)
        assert isinstance(claimed(third), Refuted)
        assert isinstance(claimed(always, *GENERIC), Unknown)
        assert isinstance(claimed(lambda: ~always(), *GENERIC), Unknown)


def narrowed(*more):
    """Classes in which the types part are only found where more holds."""

    def change(rows):
        listed, *rest = rows
        apart = {"breakfast(type = strong)": {"beer"}, "breakfast(type = weak)": {"quiche"}}
        made = []
        for behaviour, payoffs, assessments, replies in listed:
            if all(set(behaviour[name]) == taken for name, taken in apart.items()):
                assessments = tuple(((*conditions, *more), *others) for conditions, *others in assessments)
            made.append((behaviour, payoffs, assessments, replies))
        return (tuple(made), *rest)

    return forged("assessments", change)


def test_the_condition_of_a_class_does_not_say_where_it_is_known():
    with narrowed(tastes.b > tastes.d, GENERIC[0]):
        for claim in (
            lambda: implies(parting(), tastes.d < tastes.b),
            lambda: implies(parting(), GENERIC[0]),
            lambda: sp.Implies(parting(), tastes.d < tastes.b, evaluate=False),
        ):
            assert isinstance(claimed(claim), Unknown)
        read = Proposition("C", "", lambda: tastes.d < tastes.b, lambda: [parting()], "proved", Place(Path(__file__), 1))
        assert isinstance(read.check().verdict, Unknown)
        assert isinstance(claimed(lambda: implies(parting(), tastes.d < tastes.b), *GENERIC), Proved)  # which is true there


def test_a_list_of_classes_does_not_say_where_it_is_known():
    """At b = d there is one more in which the weak mix."""
    claim = lambda: implies(  # noqa: E731
        sp.Or(*(e.where for e in perfect_bayesian(beer_quiche).of_kind("semi-separating"))), tastes.b < tastes.d
    )
    assert isinstance(claimed(claim), Unknown)
    assert isinstance(claimed(claim, *GENERIC), Proved)


@pytest.mark.parametrize(
    "claim",
    [
        lambda: forall({tastes.b: interval(1, 3)}, iff(parting(), tastes.d < tastes.b)),
        lambda: forall({tastes.b: interval(0, 5)}, implies(parting(), tastes.d < tastes.b)),
        lambda: exists(~parting(), at={tastes.b: (tastes.d, interval(tastes.d, tastes.d))}),
        lambda: exists(~parting(), over={tastes.b: interval(tastes.d, tastes.d)}),
        lambda: exists(sp.Eq(tastes.b, tastes.d) & ~parting()),
        lambda: increasing(sp.Piecewise((1, parting()), (0, True), evaluate=False), tastes.b),
        lambda: larger(parting(), tastes.b) | (larger(tastes.d, tastes.d) < 0),
    ],
    ids=["for all", "for all as hypothesis", "at", "over", "somewhere", "larger", "larger, and another larger"],
)
def test_what_is_read_at_other_values_has_to_be_known_there(claim):
    with narrowed(tastes.b > tastes.d):
        assert not isinstance(claimed(claim, *GENERIC), Proved)


def test_what_may_be_missing_at_a_larger_value_has_to_be_said():
    def rises():
        return increasing(len(perfect_bayesian(beer_quiche).equilibria) * tastes.b, tastes.b)

    def both():
        return rises() & increasing(len(perfect_bayesian(beer_quiche).equilibria) * tastes.d, tastes.d)

    verdict = claimed(rises, *GENERIC)
    assert isinstance(verdict, Unknown)
    assert "complete only where b' ≠ d" in verdict.reason
    assert isinstance(claimed(rises, *GENERIC, larger(GENERIC[1], tastes.b)), Proved)
    assert isinstance(claimed(both, *GENERIC, *(larger(GENERIC[1], x) for x in (tastes.b, tastes.d))), Proved)


def test_a_point_that_decides_has_to_be_one_at_which_all_are_found():
    missing = lambda: implies(parting(), tastes.b > 2 * tastes.d)  # noqa: E731
    assert isinstance(claimed(missing), Refuted)  # of the class, which is exact everywhere
    counted = lambda: implies(sp.Or(*(e.where for e in perfect_bayesian(beer_quiche).equilibria)), tastes.b > tastes.d)  # noqa: E731
    assert isinstance(claimed(counted, tastes.b < tastes.d, tastes.q < sp.Rational(1, 3)), Refuted)
    assert isinstance(claimed(counted, sp.Eq(tastes.b, tastes.d)), Unknown)
    assert isinstance(claimed(lambda: exists(always() & GENERIC[0] & GENERIC[1])), Proved)


@pytest.mark.parametrize(
    "asked", [{"breakfast": {"strong": "beer", "weak": ["beer", "quiche"]}}, {"breakfast": {"strong": "beer"}}, {}], ids=str
)
def test_what_is_asked_for_and_missing_is_not_ruled_out_by_the_class_that_is_found(asked):
    """Of all that is asked for, one class alone is proposed."""
    mixes = len(asked.get("breakfast", ())) == 2

    def change(rows):
        listed, *rest = rows
        kept = [row for row in listed if (len(row[0]["breakfast(type = weak)"]) == 2) == mixes]
        return ((kept[-1],), *rest)

    with forged("assessments", change):
        where = lambda: perfect_bayesian(beer_quiche).find(**asked).where  # noqa: E731
        found = where()
        assert isinstance(claimed(lambda: iff(where(), found)), Unknown)


def test_what_authors_memoise_is_read_again(monkeypatch):
    @cache
    def memoised():
        return sp.Or(*(e.where for e in perfect_bayesian(beer_quiche).equilibria))

    monkeypatch.setattr(sys.modules[__name__], "memoised", memoised, raising=False)
    for _ in range(2):
        assert isinstance(claimed(lambda: memoised() | ~memoised()), Unknown)
        assert isinstance(claimed(lambda: memoised() | ~memoised(), *GENERIC), Proved)


def test_lists_are_read_inside_propositions():
    for solution in (perfect_bayesian(beer_quiche), nash(sexes), signalling(schooling), subgame_perfect(sexes)):
        with importing(), pytest.raises(ClaimError, match="read it inside the proposition"):
            solution.equilibria  # noqa: B018
        assert solution.equilibria


def test_of_equilibria_with_given_supports_none_is_missing():
    """Where a = c = 0, one half each against anything is an equilibrium."""

    def mixing():
        return nash(pennies).supported(("H", "T"), ("h", "t")).where

    both = (p.x > 0) & (p.y > 0)
    assert nash(pennies).completeness == NONDEGENERATE
    assert isinstance(claimed(lambda: iff(mixing(), both)), Unknown)
    assert isinstance(claimed(lambda: iff(mixing(), both), p.x + p.y > 0), Proved)

    def narrow(made):
        return ((*made[0], sp.Ne(p.x, 1)), *made[1:]) if made and len(made[1]["Row"]) == 2 else made

    with forged("equilibrium", narrow):
        assert isinstance(claimed(lambda: iff(mixing(), both & sp.Ne(p.x, 1)), p.x + p.y > 0), Unknown)


def test_a_boundary_is_not_left_to_what_is_no_equilibrium():
    """At a = 3 the solution inside the range is a minimum, and the end is an equilibrium."""
    (edge,) = [e.profile for e in nash(bent).equilibria if e.profile.strategies == {"A": -ONE, "B": ONE}]
    assert all(bool(where.subs(p.a, 3)) for where in edge.conditions)


def test_the_audit_keeps_what_is_needed_to_know_what_is_read():
    item = Proposition("C", "", always, (*GENERIC, tastes.q < sp.Rational(1, 3)), "proved", Place(Path(__file__), 1))
    assert isinstance(item.check().verdict, Proved)
    audit = item.audit()
    assert sp.Ne(tastes.b, tastes.d) in audit.needed
    assert len({sp.Ne(2 * tastes.q, 1), tastes.q < sp.Rational(1, 3)} & {*audit.needed}) == 1


# -- where there is none


@pytest.mark.parametrize(
    "claim",
    [
        lambda e: sp.Ge(e.payoff("Row"), 0),
        lambda e: e.payoff("Row") >= 0,
        lambda e: sp.Eq(e.payoff("Row"), 0),
        lambda e: sp.Ge(e.payoff("Row") ** 2, 0),
        lambda e: e.payoff("Row") + p.y >= 0,
        lambda e: sp.Eq(e.probability("Row", "T"), 0),
        lambda e: sp.Le(e.probability("Row", "H"), 1),
    ],
    ids=range(7),
)
def test_nothing_is_true_of_what_has_no_value(claim):
    """(H, t) is an equilibrium where y = 0 alone; there the row player gets nothing."""
    assert isinstance(claimed(lambda: implies(nash(pennies).pure("H", "t").where, claim(nash(pennies).pure("H", "t")))), Proved)
    assert isinstance(claimed(lambda: claim(nash(pennies).pure("H", "t"))), Refuted)
