"""Abstraction only ever forgets; identities of rational functions are those that exact evaluation finds; and coefficients."""

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import parameters
from formal.decide.abstraction import abstracted
from formal.decide.formula import Encoder
from formal.decide.goal import Goal
from formal.decide.identity import identical
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted
from formal.decide.z3_adapter import Session
from formal.derive.polynomial import Ring
from formal.ladder import SHORT

p = parameters("a b c real", "x y > 0", "A B > 0")
SYMBOLS = (p.a, p.b, p.c)
numbers = st.integers(-3, 3)
sums = st.tuples(numbers, numbers, numbers, numbers).map(lambda k: k[0] * p.a + k[1] * p.b + k[2] * p.c + k[3])
products = st.lists(st.one_of(sums, st.sampled_from(SYMBOLS)), min_size=1, max_size=3).map(lambda f: sp.Mul(*f))
polynomials = st.lists(products, min_size=1, max_size=3).map(lambda f: sp.Add(*f))
relations = st.tuples(st.sampled_from([sp.Ge, sp.Gt, sp.Le, sp.Lt, sp.Eq, sp.Ne]), polynomials, polynomials).map(
    lambda t: t[0](t[1], t[2], evaluate=False)
)
points = st.tuples(*[st.fractions(-3, 3, max_denominator=4)] * 3)


@settings(max_examples=150, deadline=None)
@given(st.lists(relations, min_size=1, max_size=4), points)
def test_what_holds_still_holds_when_sums_are_unknowns(stated, point):
    values = dict(zip(SYMBOLS, (sp.Rational(f.numerator, f.denominator) for f in point), strict=True))
    true = [r for r in stated if r.func(*(sp.expand(side.xreplace(values)) for side in r.args)) == sp.true]
    encoder = Encoder()
    forgotten = abstracted([encoder.formula(r) for r in true])
    if forgotten is not None:
        pinned = [encoder.formula(sp.Eq(s, v, evaluate=False)) for s, v in values.items()]
        assert Session().solve([*forgotten, *pinned], only=SHORT).status != "unsat"


def test_signs_of_factors_are_enough():
    """Multiplied out, this is of degree 9 in five variables."""
    first = p.a**3 * p.b - p.c**2 * p.x + p.y
    second = p.b**3 * p.x - p.a * p.c**2 + p.x * p.y
    claim = Goal("", second < 0, (first > 0, first * second * (p.x + p.y) < 0))
    verdict = decide(claim)
    assert isinstance(verdict, Proved)
    assert isinstance(decide(Goal("", second < 0, (first > 0, first * second * (p.x - p.y) < 0)), doubtful=True), Refuted)


@settings(max_examples=100, deadline=None)
@given(polynomials, polynomials, polynomials, points)
def test_identities_are_those_of_evaluation(first, second, third, point):
    bottom = third**2 + 1
    left, right = first / bottom + second, (first + second * bottom) / bottom
    assert identical(left, right)
    assert identical(left, right + 1 / bottom) is False
    values = {s: sp.Rational(f.numerator, f.denominator) for s, f in zip(SYMBOLS, point, strict=True)}
    if identical(first, second):
        assert sp.expand((first - second).xreplace(values)) == 0
    else:
        assert sp.expand(first - second) != 0


def test_an_identity_still_needs_its_denominators():
    inside = sp.Eq((p.a**2 - 1) / (p.a - 1), p.a + 1, evaluate=False)
    verdict = decide(Goal("", inside))
    assert isinstance(verdict, Refuted)
    assert verdict.witness == {p.a: 1}
    assert isinstance(decide(Goal("", inside, (p.a > 1,))), Proved)


def test_roots_and_cases_are_no_rational_functions():
    assert not identical(sp.sqrt(p.x), sp.sqrt(p.x))
    assert not identical(sp.Max(p.a, p.b), sp.Max(p.a, p.b))


@settings(max_examples=100, deadline=None)
@given(polynomials, st.sampled_from(SYMBOLS))
def test_a_polynomial_is_the_sum_of_its_terms_in_one_symbol(written, symbol):
    ring = Ring(SYMBOLS)
    found = ring.coefficients(ring.quotient(written).numerator, symbol)
    assert all(int(part.degrees()[ring.index[symbol]]) <= 0 for part in found)
    assert sp.expand(written - sum(ring.sympy(part) * symbol**power for power, part in enumerate(found))) == 0
    assert len(found) == max(sp.degree(written, symbol), 0) + 1
