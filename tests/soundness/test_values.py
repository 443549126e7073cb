"""Equilibria are read where they are known, at values that their games assume; each time anew, and inside propositions."""

import functools
from pathlib import Path
from typing import ClassVar

import pytest
import sympy as sp

from formal import (
    decreasing,
    exists,
    forall,
    game,
    iff,
    implies,
    interval,
    larger,
    nash,
    parameters,
    perfect_bayesian,
    repeated,
    signalling,
    solve,
    when,
)
from formal.claims import Proposition, proposition
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.errors import ClaimError, Place
from formal.solution import importing
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.coordination import chicken, dilemma
from proofs.gallery.coordination import p as fight
from proofs.gallery.schooling import schooling
from tests.soundness.test_counting import claimed, parting

p = parameters("a b in [0, 1]", "m integer in [0, 4]", "delta in (0, 1)", "x y >= 0", "c r real")
HALF = sp.Rational(1, 2)


@game(players=("A",), assume={"sum": p.a + p.b <= 1})
def shared(g):
    return {"A": sp.Rational(11, 10) - p.a - p.b if g.choose("A", "u", ["in", "out"]) == "in" else 0}


@game(players=("A",))
def whole(g):
    return {"A": -(p.m - 1) * (p.m - 2) if g.choose("A", "u", ["in", "out"]) == "in" else 0}


@game(players=("L", "F"))
def leading(g):
    q1 = g.choose("L", "q1", interval(0, 1))
    q2 = g.choose("F", "q2", interval(0, 1))
    return {"L": q1 * (1 - q1 - q2), "F": q2 * (1 - q1 - q2)}


def payoff():
    return solve(shared).payoff("A")


def follows():
    return solve(leading).strategy("q2").branches[0].decision


def trigger():
    return repeated(dilemma, p.delta).grim_trigger(("cooperate", "cooperate"), ("defect", "defect")).where


@game(players=("A",))
def dependent(g):
    """y is at most x, and z what is left of it."""
    x = g.choose("A", "x", interval(0, 1))
    y = g.choose("A", "y", interval(0, x))
    z = g.choose("A", "z", interval(0, 1))
    return {"A": -((z - x + y) ** 2)}


@game(players=("A",))
def forked(g):
    """x goes farther on one way than on the other."""
    left = g.choose("A", "way", ["l", "r"]) == "l"
    x = g.choose("A", "x", interval(0, 10 if left else 1))
    y = g.choose("A", "y", interval(0, x))
    z = g.choose("A", "z", interval(-20, 20))
    return {"A": -((z - 1 + y) ** 2)}


def rest():
    return solve(dependent).strategy("z").branches[0].decision


x, y = dependent.symbol("x"), dependent.symbol("y")
q1 = leading.symbol("q1")
FALSE = {
    "outside what is assumed": lambda: exists(payoff() < 0, over={p.a: interval(0, 1)}),
    "outside what is assumed, by a witness": lambda: exists(payoff() < 0, at={p.a: (1, interval(0, 1))}),
    "one in the other": lambda: exists(
        exists(payoff() < 0, at={p.a: (HALF, interval(0, 1))}), at={p.b: (1 - p.a, interval(0, 1))}
    ),
    "one over the other": lambda: exists(
        exists(payoff() < 0, at={p.a: (1 - p.b / 2, interval(0, 1))}), over={p.b: interval(HALF, 1)}
    ),
    "of two larger values, one": lambda: exists((larger(payoff(), p.a) < 0) & sp.Eq(larger(p.b, p.b), 0)),
    "a larger value, bound": lambda: exists(larger(payoff(), p.a) < 0, at={larger(p.a, p.a): (1, interval(0, 1))}),
    "a larger value, bound, under hypotheses": lambda: exists(
        larger(payoff(), p.a) < 0, over={larger(p.a, p.a): interval(0, 1)}
    ),
    "of what a formula of an equilibrium says": lambda: forall({p.a: interval(0, 1)}, implies(payoff() >= 0, p.a + p.b <= 1)),
    "a choice beside another one": lambda: forall({x: interval(0, HALF)}, exists(rest() < 0, over={y: interval(0, 1)})),
    "a choice after another one": lambda: exists(exists(rest() < 0, at={y: (1, interval(0, 1))}), at={x: (0, interval(0, 1))}),
    "a choice where it has another range": lambda: exists(
        solve(forked).strategy("z", way="r").branches[0].decision < -5, over={y: interval(0, 10)}
    ),
    "a larger value in a range": lambda: forall({p.b: interval(0, 1)}, larger(payoff(), p.a) > 2),
    "a choice outside its range": lambda: exists(follows() < -1, over={q1: interval(0, 10)}),
    "a discount factor above 1": lambda: exists(trigger() & (p.delta > 1), over={p.delta: interval(0, 2)}),
    "outside the domain": lambda: exists(sp.Eq(p.a, 6), over={p.a: interval(0, 10)}),
}


@pytest.mark.parametrize("what", FALSE)
def test_nothing_is_proved_at_values_that_are_not_assumed(what):
    for given in ((p.a <= sp.Rational(1, 4), p.b <= HALF), (p.b >= sp.Rational(1, 4),), ()):
        assert isinstance(claimed(FALSE[what], *given), Unknown | Refuted)


@pytest.mark.parametrize(
    "claim",
    [
        lambda: forall({q1: interval(-1, 1)}, q1 >= 0),
        lambda: forall({q1: interval(-1, 1)}, sp.Abs(q1) <= q1),
        lambda: forall({q1: interval(-1, 1)}, (q1 >= 0) & (payoff() >= q1 - 1)),
        lambda: exists(sp.Abs(q1) <= q1, at={q1: (p.c, interval(-1, 1))}),
        lambda: exists(sp.Eq(sp.Abs(q1), q1) & (q1 <= p.c), over={q1: interval(-1, 1)}),
        lambda: exists(q1 < 0, over={q1: interval(-1, 1)}),
    ],
    ids=range(6),
)
def test_a_choice_is_not_taken_to_be_positive_where_it_is_bound_to_less(claim):
    """SymPy finds that it is not negative, as its range in the game is, before it is bound."""
    assert isinstance(claimed(claim, p.c < 0), Unknown)


@pytest.mark.parametrize("relation", [sp.Gt, sp.Le])
def test_one_range_in_the_other_is_no_other_claim(relation):
    """c/r has no value at r = 0, also where SymPy would find that both sides are the same."""
    near, far, positive = {p.r: interval(-1, 1)}, {p.c: interval(-1, 1)}, relation(p.c / p.r, 0)
    for claim in (
        lambda: forall(far, forall(near, iff(positive, positive))),
        lambda: forall(far | near, iff(positive, positive)),
        lambda: larger(forall(near, iff(positive, positive)), p.c),
    ):
        assert isinstance(claimed(claim), Refuted)


def test_some_value_that_moves_a_threshold_is_to_be_named():
    with pytest.raises(ClaimError, match="name it with at="):
        claimed(lambda: exists(trial() > HALF, over={p.b: interval(0, 1)}))
    named = {p.b: (0, interval(0, 1))}
    assert isinstance(claimed(lambda: exists(trial() > HALF, at=named)), Proved)


def test_ranges_are_read_from_left_to_right():
    ranges = {p.a: interval(0, 1), p.b: interval(0, 1 - p.a)}
    assert isinstance(claimed(lambda: forall(ranges, p.a + p.b <= 1)), Proved)
    assert isinstance(claimed(lambda: forall(ranges, payoff() > 0)), Proved)
    assert isinstance(claimed(lambda: exists(p.a + p.b > sp.Rational(3, 2), over=ranges), p.a <= HALF), Refuted)
    witness = {p.a: (HALF, interval(0, 1)), p.b: (HALF, interval(0, 1 - p.a))}
    assert isinstance(claimed(lambda: exists(payoff() > 0, at=witness), p.a >= sp.Rational(3, 4)), Proved)
    with pytest.raises(ClaimError, match="is to be named before"):
        claimed(lambda: forall({p.b: interval(0, 1 - p.a), p.a: interval(0, 1)}, p.a + p.b <= 1))


def trial():
    return solve(tested).threshold("x_hat")


@game(players=("A", "B"))
def tested(g):
    x = g.choose("A", "x", interval(0, 2))
    if g.choose("B", "vote", ["yes", "no"]) == "yes":
        return {"A": -x, "B": x**2 + 2 * p.b * x - 1}
    return {"A": -5, "B": 0}


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (lambda: exists(p.x > p.y, at={p.x: (2, interval(0, 9))}, over={p.y: interval(5, 6)}), "says two things"),
        (lambda: exists(trial() > 50, over={trial(): interval(0, 200)}), "neither a parameter nor a choice"),
        (lambda: forall({trial(): interval(0, 200)}, trial() > 50), "neither a parameter nor a choice"),
        (lambda: exists(payoff() < 0, at={payoff(): (-1, interval(-5, 0))}), "neither a parameter nor a choice"),
        (lambda: forall([p.x], p.x >= 0), "no table of ranges"),
        (lambda: exists(p.x >= 0, at={p.x: 7}), "the witness for x is 7"),
        (lambda: larger(p.x, x) >= 0, "not a declared parameter"),
    ],
    ids=range(7),
)
def test_what_is_bound_is_a_symbol_with_a_range(claim, said):
    with pytest.raises(ClaimError, match=said):
        claimed(claim)


def test_values_that_are_assumed_are_read():
    assert isinstance(claimed(lambda: forall({p.a: interval(0, 1 - p.b)}, payoff() > 0)), Proved)
    assert isinstance(claimed(lambda: forall({p.a: interval(0, HALF), p.b: interval(0, HALF)}, payoff() > 0)), Proved)
    assert isinstance(claimed(lambda: exists(payoff() > 1, at={p.a: (0, interval(0, 1))}), p.b <= sp.Rational(1, 20)), Proved)
    assert isinstance(claimed(lambda: forall({q1: interval(0, 1)}, follows() >= 0)), Proved)
    assert isinstance(claimed(lambda: decreasing(payoff(), p.a) & decreasing(payoff(), p.b)), Proved)


def test_the_audit_keeps_what_says_that_values_are_assumed():
    claim = lambda: forall({p.a: interval(0, HALF)}, payoff() < 2)  # noqa: E731
    assert isinstance(claimed(claim), Unknown)
    item = Proposition("C", "", claim, (p.b <= HALF, p.x >= 1), "proved", Place(Path(__file__), 1))
    assert isinstance(item.check().verdict, Proved)
    audit = item.audit()
    assert (p.b <= HALF) in audit.needed
    assert (p.x >= 1) in audit.spare


def test_whole_numbers_stay_whole():
    def paid():
        return solve(whole).payoff("A")

    assert isinstance(claimed(lambda: paid() <= 0), Proved)
    assert isinstance(claimed(lambda: forall({p.m: interval(0, 4)}, p.m * (p.m - 1) >= 0)), Proved)
    with pytest.raises(ClaimError, match="cannot be decided"):
        claimed(lambda: exists(paid() > 0, over={p.m: interval(1, 2)}))
    with pytest.raises(ClaimError, match="whole number"):
        claimed(lambda: exists(paid() > 0, at={p.m: (sp.Rational(3, 2), interval(1, 2))}))
    assert isinstance(claimed(lambda: exists(paid() >= 0, at={p.m: (2, interval(1, 2))})), Proved)


def test_what_parts_assume_of_larger_values_is_consistent():
    @game(players=("A",), assume={"same": sp.Eq(p.x, p.y)})
    def tied(g):
        return {"A": p.x + p.y + 1 if g.choose("A", "u", ["in", "out"]) == "in" else 0}

    falls = lambda x: decreasing(solve(tied).payoff("A"), x, strictly=True)  # noqa: E731
    for claim in (lambda: falls(p.x), lambda: falls(p.x) & falls(p.y)):
        with pytest.raises(ClaimError, match="contradict one another"):
            claimed(claim)


def test_a_game_rests_on_no_equilibrium():
    @game(players=("A",))
    def outer(g):
        return {"A": payoff() if g.choose("A", "w", ["go", "stay"]) == "go" else 0}

    with pytest.raises(ClaimError, match="is read by outer"):
        solve(outer).payoff("A")
    with pytest.raises(ClaimError, match="is read by outer"):
        claimed(lambda: solve(outer).payoff("A") > 0)
    assert isinstance(claimed(lambda: payoff() > 0), Proved)


class Kept:
    table: ClassVar[dict[str, sp.Basic]] = {}

    @functools.cached_property
    def where(self):
        return parting()

    @functools.cache  # noqa: B019
    def asked(self):
        return parting()

    def tabled(self):
        if "where" not in self.table:
            self.table["where"] = parting()
        return self.table["where"]


def test_what_is_kept_beside_what_is_read_is_an_error():
    kept = {}

    def listed():
        kept.setdefault("all", None)
        kept["all"] = kept["all"] or nash(chicken).equilibria
        return sp.Eq(len(kept["all"]), 3) | nash(chicken).pure("hawk", "dove").where

    def quantified():
        if "some" not in kept:
            kept["some"] = exists(payoff() < 0, at={p.a: (1, interval(0, 1))})
        return kept["some"] & (payoff() > -1)

    for claim in (listed, quantified):
        item = Proposition("C", "", claim, (), "proved", Place(Path(__file__), 1))
        with pytest.raises(ClaimError, match="is kept, and would not be read"):
            item.check()


@pytest.mark.parametrize(
    "read", [lambda k: k.where, lambda k: k.asked(), lambda k: k.tabled()], ids=["property", "method", "table"]
)
def test_what_is_kept_between_readings_is_an_error(read):
    kept = Kept()
    Kept.table.clear()
    with pytest.raises(ClaimError, match="is kept, and would not be read"):
        claimed(lambda: read(kept) | ~read(kept))


def test_steps_that_are_kept_are_an_error():
    kept = Kept()
    item = Proposition("C", "", lambda: p.x >= 0, (), "proved", Place(Path(__file__), 1), lambda: [kept.where | ~kept.where])
    with pytest.raises(ClaimError, match="is kept, and would not be read"):
        item.check()


def test_hypotheses_from_a_generator_hold_each_time():
    item = proposition("C", "", given=(h for h in [p.x > 0, p.y > 0]))(lambda: p.x * p.y > 0)
    for _ in range(2):
        assert {p.x > 0, p.y > 0} <= set(item.statement()[0].hypotheses)
    assert isinstance(item.check().verdict, Proved)


def test_a_question_is_not_asked_inside_a_claim():
    inner = Proposition("I", "", parting, (), "proved", Place(Path(__file__), 1))
    with pytest.raises(ClaimError, match="inside another one"):
        claimed(lambda: when(inner).condition)


def test_what_was_derived_is_read_inside_propositions():
    one = perfect_bayesian(beer_quiche).find(breakfast={"strong": "beer", "weak": "quiche"})
    with importing(), pytest.raises(ClaimError, match="read it inside the proposition"):
        one.found  # noqa: B018
    assert isinstance(claimed(lambda: one.found.where | ~one.found.where), Proved)


def test_an_example_is_looked_for_where_there_is_a_value():
    def hawk():
        return nash(chicken).pure("hawk", "dove")

    for claim in (
        lambda: exists(hawk().payoff("Row") >= 0),
        lambda: exists(hawk().where & (hawk().payoff("Row") > fight.c / 2)),
        lambda: exists(implies(hawk().where, hawk().payoff("Row") < 0)),  # where it is none
    ):
        assert isinstance(claimed(claim), Proved)
    assert not isinstance(claimed(lambda: exists(hawk().payoff("Row") < 0)), Proved)


def test_a_payoff_from_signals_is_one_of_an_equilibrium():
    def separating():
        return signalling(schooling).find("able", "other")

    e = separating().signal("able")
    wide = {e: interval(0, 10**7)}
    assert not isinstance(claimed(lambda: exists(separating().payoff("Worker") < -100, over=wide)), Proved)


@pytest.mark.parametrize(
    "claim", [lambda: [p.x >= 0, p.y >= 0], lambda: (p.x >= 0, p.y >= 0), lambda: {"a": p.x >= 0}], ids=range(3)
)
def test_a_claim_is_one_condition(claim):
    with pytest.raises(ClaimError, match="is not a condition"):
        claimed(claim)
