"""For all parameters some value: proved, refuted with exact parameters at which none will do, or said to be unknown."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import exists, forall, iff, implies, interval, parameters, proposition
from formal.decide.evaluate import UndefinedError, holds
from formal.decide.export import scripts
from formal.decide.panel import asking
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.errors import ClaimError

p = parameters("a b real", "c d > 0", "q in (0, 1)")
m, x = sp.symbols("m x", real=True)
UNIT = interval(0, 1)

TRUE = {
    "a fixed point": lambda: exists(sp.Eq(m * (1 + p.c), p.c), over={m: UNIT}),
    "a root between signs": lambda: implies(sp.And(p.b < 0, p.a + p.b > 0), exists(sp.Eq(p.a * m + p.b, 0), over={m: UNIT})),
    "a quotient inside": lambda: exists(sp.Eq(p.c / (p.c + m), p.c / (p.c + p.q)), over={m: UNIT}),
    "a root inside": lambda: exists(sp.Eq(sp.sqrt(m), p.q), over={m: UNIT}),
    "cases inside": lambda: exists(sp.Eq(sp.Max(m, p.q), p.q), over={m: UNIT}),
    "a best reply": lambda: exists(sp.Eq(p.c - 2 * p.d * m, 0), over={m: interval(0, p.c / p.d)}),
    "two choices": lambda: exists(sp.And(m > p.q, x < m, x > 0), over={m: UNIT, x: UNIT}),
}
FALSE = {
    "out of reach": lambda: exists(p.c * m >= 2, over={m: UNIT}),
    "an open end": lambda: exists(sp.And(m > p.a, m < p.b), over={m: UNIT}),
    "never defined": lambda: exists(sp.Ge(1 / (m - m * sp.Integer(1) + p.a), 0), over={m: UNIT}),
    "one side only": lambda: exists(sp.Eq(m**2, p.a), over={m: interval(-1, 1)}),
    "strict": lambda: exists(m > p.q + sp.Rational(1, 2), over={m: UNIT}),
}


def checked(body, **options):
    return proposition("E", "a title", **options)(body).check().verdict


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_proved(name):
    assert isinstance(checked(TRUE[name]), Proved)


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_refuted_at_exact_parameters(name):
    verdict = checked(FALSE[name])
    assert isinstance(verdict, Refuted)
    assert all(v.is_Rational for v in verdict.witness.values())
    body = FALSE[name]()
    for value in (sp.Rational(k, 20) for k in range(-20, 21)):
        point = verdict.witness | dict.fromkeys(body.bound, value)
        try:
            assert not holds(body.body, point)
        except UndefinedError:
            continue


def test_parameters_that_are_integers_are_not_refuted_between_them():
    n = parameters("n integer in [0, 5]").n
    verdict = checked(lambda: exists(sp.Or(n <= 0, n >= 1) & (m >= p.q), over={m: UNIT}))
    assert not isinstance(verdict, Refuted)


def test_the_named_value_and_the_search_agree():
    at = checked(lambda: exists(sp.Eq(m**2, p.q**2), at={m: (p.q, UNIT)}))
    over = checked(lambda: exists(sp.Eq(m**2, p.q**2), over={m: UNIT}))
    assert isinstance(at, Proved)
    assert isinstance(over, Proved)


def test_no_choice_can_depend_on_what_comes_after_it():
    """For all x some m is another claim than some m for all x, which is not stated."""
    assert isinstance(checked(lambda: forall({x: UNIT}, exists(m > x, over={m: interval(0, 2)}))), Proved)
    everywhere = forall({x: UNIT}, sp.Ge(m, x))
    for claim in (lambda: exists(everywhere, over={m: UNIT}), lambda: exists(forall({x: UNIT}, p.a >= x))):
        with pytest.raises(ClaimError, match="a quantifier inside exists"):
            checked(claim)


SIGNS = [forall({x: interval(-1, 1)}, x >= 0), forall({x: interval(-1, 1)}, x <= 0)]


@pytest.mark.parametrize(
    "claim",
    [
        sp.Or(*SIGNS),
        sp.Not(SIGNS[0]),
        iff(SIGNS[0], SIGNS[1]),
        implies(SIGNS[0], SIGNS[1]),
        sp.Or(p.a > 0, exists(m > 0, over={m: UNIT})),
    ],
)
def test_a_quantifier_elsewhere_is_refused(claim):
    """All x ≥ 0 or all x ≤ 0 is another claim than x ≥ 0 or x ≤ 0 for all x."""
    with pytest.raises(ClaimError, match="in claims of its own"):
        checked(lambda: claim)
    with pytest.raises(ClaimError, match="hypothesis with a quantifier"):
        checked(lambda: p.a**2 >= 0, given=[claim])


def test_quantifiers_may_be_joined_by_and():
    assert isinstance(checked(lambda: sp.And(forall({x: UNIT}, x >= 0), forall({x: UNIT}, x <= 1))), Proved)
    assert isinstance(checked(lambda: sp.And(*SIGNS)), Refuted)


def test_what_stays_open_says_what_to_do(monkeypatch):
    from formal.decide import z3_adapter
    from formal.ladder import Answer

    monkeypatch.setattr(z3_adapter, "run_script", lambda *_, **__: Answer("unknown", ""))
    with asking(["yices"]):
        verdict = checked(TRUE["a root inside"])
    assert isinstance(verdict, Unknown)
    assert "name the value" in verdict.reason


def test_hypotheses_must_be_polynomial():
    with pytest.raises(ClaimError, match="multiply denominators out"):
        checked(lambda: exists(sp.Eq(m, p.q), over={m: UNIT}), given=[sp.Ge(1 / p.c, p.d, evaluate=False)])


def test_two_solvers_may_have_to_agree():
    with asking(agreeing=True):
        assert isinstance(checked(TRUE["a root between signs"]), Proved)


def test_as_a_file_it_has_a_quantifier():
    goal, _ = proposition("E", "a title")(TRUE["a root inside"]).statement()
    (script,) = scripts(goal)
    assert "(set-logic NRA)" in script
    assert "(forall (" in script


@settings(max_examples=40, deadline=None)
@given(st.tuples(*(st.integers(-2, 2),) * 4), st.sampled_from([sp.Eq, sp.Gt, sp.Ge]))
def test_verdicts_agree_with_a_search(coefficients, relation):
    """Random quadratics in m with one parameter: where a grid finds a value the claim is not refuted there."""
    i, j, k, n = coefficients
    body = relation(i * m**2 + j * p.q * m + k * m + n, p.q - 1, evaluate=False)
    verdict = checked(lambda: exists(body, over={m: UNIT}))
    assert not isinstance(verdict, Unknown)
    if isinstance(verdict, Refuted):
        assert not any(holds(body, {**verdict.witness, m: sp.Rational(t, 12)}) for t in range(13))
