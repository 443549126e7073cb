"""The condition under which a claim holds is that of exact evaluation; a wrong one is not proved."""

from dataclasses import replace

import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import condition as module
from formal import exists, forall, implies, interval, parameters, when
from formal.cli import main
from formal.decide.evaluate import inside
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved
from formal.derive.truth import Part
from formal.errors import ClaimError
from proofs.invitation import acceptance, value
from proofs.private_resolve import conditions as resolve

p = parameters("a b c real", "x > 0", "z in [0, 1]", "y in (0, 2)")
m = sp.Symbol("m", real=True)
numbers = st.integers(-2, 2)
linear = st.tuples(numbers, numbers, numbers, numbers).map(lambda k: k[0] * p.a + k[1] * p.b + k[2] * p.x + k[3])
terms = st.one_of(
    linear, st.tuples(linear, linear).map(lambda t: sp.Max(*t)), linear.map(sp.Abs), linear.map(lambda u: u**2 - 1)
)
atoms = st.tuples(st.sampled_from([sp.Ge, sp.Gt, sp.Le, sp.Lt]), terms, terms).map(lambda t: t[0](t[1], t[2], evaluate=False))
claims = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=2).map(lambda f: sp.And(*f)),
        st.lists(inner, min_size=2, max_size=2).map(lambda f: sp.Or(*f)),
        inner.map(sp.Not),
    ),
    max_leaves=3,
)
rationals = st.fractions(-3, 3, max_denominator=4)
points = st.lists(st.tuples(rationals, rationals, rationals.map(lambda r: abs(r) + 1)), min_size=6, max_size=6)


def rational(number):
    return sp.Rational(number.numerator, number.denominator)


@settings(max_examples=60, deadline=None)
@given(claims, points)
def test_the_condition_is_that_of_evaluation(claim, drawn):
    if claim in (sp.true, sp.false):
        return
    found = when(claim)
    assert found.exact
    for a, b, x in drawn:
        point = {p.a: rational(a), p.b: rational(b), p.x: rational(x)}
        assert any(inside(case, point) for case in found.cases) == inside([claim], point)


@settings(max_examples=25, deadline=None)
@given(st.tuples(numbers, numbers, numbers), st.sampled_from([sp.Ge, sp.Gt]), points)
def test_for_all_values_of_a_variable(k, relation, drawn):
    """Linear in m, so that both ends of the range decide."""
    gap = p.a * m * k[0] + p.b * k[1] + m * k[2]
    claim = forall({m: interval(0, 1)}, relation(gap, 0, evaluate=False))
    if not {p.a, p.b} & claim.free_symbols:
        return
    found = when(claim)
    assert found.exact
    for a, b, _ in drawn:
        point = {p.a: rational(a), p.b: rational(b)}
        ends = all(relation(gap.xreplace({m: sp.Integer(e), **point}), 0) == sp.true for e in (0, 1))
        assert any(inside(case, point) for case in found.cases) == ends


def test_a_quadratic_for_all_values():
    found = when(forall({m: interval(0, 1)}, p.a * m**2 + p.b * m + p.c > 0))
    assert found.exact
    for a, b, c, holds in (
        (1, 0, 1, True),
        (1, -2, 1, False),
        (1, -2, sp.Rational(3, 2), True),
        (-1, 0, 1, False),
        (-1, 0, 2, True),
    ):
        point = {p.a: sp.Integer(a), p.b: sp.Integer(b), p.c: sp.sympify(c)}
        assert any(inside(case, point) for case in found.cases) == holds


def test_parameters_can_be_left_out():
    found = when(p.a * p.z + p.b >= 0, over=[p.a, p.b])
    assert found.exact
    assert p.z not in found.condition.free_symbols
    open_range = when(p.b > p.y, over=[p.b])
    for b, holds in ((1, False), (2, True), (3, True)):
        assert any(inside(case, {p.b: sp.Integer(b)}) for case in open_range.cases) == holds


def test_hypotheses_of_bound_variables_count():
    found = when(forall({m: interval(0, 1)}, implies(m >= p.b, m >= p.a)))
    assert found.exact
    for a, b, holds in ((1, 0, False), (0, 1, True), (2, 3, True), (-1, -2, True)):
        point = {p.a: sp.Integer(a), p.b: sp.Integer(b)}
        assert any(inside(case, point) for case in found.cases) == holds


@pytest.mark.parametrize(
    "mutate",
    [
        lambda parts: [replace(k, holds=True) for k in parts],
        lambda parts: [replace(k, holds=False) for k in parts],
        lambda parts: [k for k in parts if not k.holds],
        lambda parts: [*parts, Part((p.a >= p.b - 1,), True)],
    ],
    ids=["everywhere", "nowhere", "dropped", "enlarged"],
)
@pytest.mark.parametrize("claim", [p.a > p.b, forall({m: interval(0, 1)}, p.a * m > p.b)], ids=["plain", "for all"])
def test_a_wrong_condition_is_not_proved(monkeypatch, mutate, claim):
    right = module.parts
    monkeypatch.setattr(module, "parts", lambda *a: (mutate(right(*a)[0]), right(*a)[1]))
    found = when(claim)
    assert not (isinstance(found.sufficient, Proved) and isinstance(found.necessary, Proved))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: when(exists(p.a > p.b)), "cannot be found"),
        (lambda: when(exists(m > p.a, over={m: interval(0, 1)})), "cannot be found"),
        (lambda: when(sp.exp(p.a) > p.b), "cannot use exp(a)"),
        (lambda: when(p.a + 1), "is not a condition"),
        (lambda: when(p.a > p.b, given=[p.a > 1, p.a < 0]), "contradict one another"),
    ],
)
def test_what_cannot_be_asked_is_an_error(ask, message):
    with pytest.raises(ClaimError) as caught:
        ask()
    assert message in str(caught.value)


def test_the_repair_of_a_refuted_claim_is_the_one_that_is_proved_beside_it():
    """C3.unit is false; C3.repair says when it is true. C6.always and C7 likewise, in cases."""
    found = when(acceptance.within_unit)
    assert found.exact
    assert len(found.cases) == 1
    assert when(value.held_back_gains).exact
    assert when(value.always).exact
    assert when(resolve.bluffs).cases == ((sp.Le(resolve.p.lambda_I, resolve.p.lambda_R, evaluate=False),),)
    assert when(value.never_hurts).cases == ((),)


def test_the_command_prints_and_returns_what_was_proved():
    done = CliRunner().invoke(main, ["when", "proofs/invitation/acceptance.py:C3.unit"])
    assert done.exit_code == 0
    assert "exactly where" in done.output
    done = CliRunner().invoke(main, ["when", "proofs/invitation/acceptance.py:C3.unti"])
    assert done.exit_code == 2
    assert 'did you mean "C3.unit"' in done.output
    done = CliRunner().invoke(main, ["when", "proofs/invitation/acceptance.py:C3.unit", "--over", "alhpa0"])
    assert done.exit_code == 2
    assert 'did you mean "alpha0"' in done.output


def test_parameters_without_a_bound_can_be_left_out():
    q = parameters("a b real", "k >= 0", "m <= 2")
    for claim, expected in (
        (q.a + q.b * q.k >= 0, (q.a >= 0) & (q.b >= 0)),
        (q.m * q.a <= q.b, (q.a >= 0) & (2 * q.a <= q.b)),
    ):
        found = when(claim, over=[q.a, q.b])
        assert found.exact
        assert isinstance(decide(Goal("the same", sp.Equivalent(found.condition, expected))), Proved)
