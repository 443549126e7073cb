"""A condition is called exact only where the claim fails at values that its parameters can take."""

import pytest
from sympy import And, Rational, Symbol, sqrt

from formal import forall, interval, parameters, when
from formal.decide.verdict import Proved
from formal.model.threshold import expand

p = parameters("d in {0, 1}", "n integer >= 1", "a in [0, 1]", "b real", "c > 0")


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        (p.d * (1 - p.d) <= p.a, p.a),  # always, as d is 0 or 1
        ((2 * p.n - 3) ** 2 >= p.b, p.b),  # exactly where b <= 1
    ],
)
def test_a_claim_about_integers_does_not_fail_between_them(claim, kept):
    found = when(claim, over=[kept])
    assert isinstance(found.sufficient, Proved)
    assert not isinstance(found.necessary, Proved)


def test_a_claim_may_fail_at_an_integer():
    assert when(p.n >= p.b, over=[p.b]).exact


UNDEFINED = {  # claims without a value somewhere, and whether they hold with one at some points
    "inverse": (1 / p.b > 0, {0: False, 1: True, -1: False}),
    "root": (sqrt(p.b) >= 0, {0: True, 2: True, -1: False}),
    "quotient": (p.b / (p.b - 1) >= 0, {0: True, 1: False, 2: True, Rational(1, 2): False}),
    "itself": (1 / p.b >= 1 / p.b, {0: False, 1: True, -1: True}),
    "nested": (1 / (1 + 1 / p.b) >= 0, {0: False, -1: False, -2: True, Rational(-1, 2): False, 3: True}),
    "both": (And(1 / p.b > 0, sqrt(p.b - 1) < 2, evaluate=False), {0: False, Rational(1, 2): False, 1: True, 5: False}),
}


def holds_at(cases, point):
    """Whether one of the cases holds, its conditions read in order up to the first that does not."""
    return any(all(expand(c).subs(point) == True for c in case) for case in cases)  # noqa: E712 - SymPy's own truth


@pytest.mark.parametrize("name", UNDEFINED)
def test_a_claim_without_a_value_does_not_hold(name):
    claim, points = UNDEFINED[name]
    found = when(claim)
    assert found.exact
    for value, holds in points.items():
        assert holds_at(found.cases, {p.b: value}) == holds


x = Symbol("x")
EVERYWHERE = forall({x: interval(0, 1)}, And(1 / (x - p.b + 1) > 0, sqrt(x - p.b) >= 0, evaluate=False))
FOR_ALL = {  # claims in which a variable that takes all values decides whether there is a value
    "inverse": (1 / (p.a - p.b) > 0, {-1: True, 0: False, Rational(1, 2): False, 1: False, 2: False}),
    "root": (sqrt(p.a - p.b) >= 0, {-1: True, 0: True, Rational(1, 2): False, 1: False}),
    "scaled": (p.c / (p.a - p.b) > 0, {-1: True, 0: False, 1: False}),
    "never": (p.c / (p.a + p.b) > p.c, {0: False, Rational(1, 2): False, -1: False, 1: False}),
    "both": (EVERYWHERE, {-1: True, 0: True, Rational(1, 2): False, 1: False, 2: False}),
}


@pytest.mark.parametrize("by", ["", "qepcad"])
@pytest.mark.parametrize("name", FOR_ALL)
def test_a_claim_does_not_hold_for_all_values_where_it_has_none_at_one(name, by):
    claim, points = FOR_ALL[name]
    found = when(claim, over=[p.b], by=by)
    assert found.exact
    for value, holds in points.items():
        assert holds_at(found.cases, {p.b: value}) == holds


def test_what_is_found_where_a_denominator_changes_its_sign_is_sufficient():
    found = when(forall({x: interval(0, 1)}, 1 / (p.b + x) >= p.a))
    assert isinstance(found.sufficient, Proved)
    for value in (0, Rational(-1, 2), -1):
        assert not bool(found.condition.subs({p.a: 0, p.b: value}))
