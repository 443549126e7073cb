"""What QEPCAD proposes is the condition of exact evaluation, proved in both directions; a wrong proposal is not proved."""

import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formal import condition as module
from formal import exists, forall, interval, parameters, when
from formal.cli import main
from formal.decide.evaluate import inside
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.solvers import qepcad
from formal.decide.verdict import Proved
from formal.errors import ClaimError, UsageError

p = parameters("a b real", "x > 0", "z in [0, 1]", "n integer >= 1")
m = sp.Symbol("m", real=True)
numbers = st.integers(-2, 2)
rationals = st.fractions(-3, 3, max_denominator=4).map(lambda r: sp.Rational(r.numerator, r.denominator))
polynomials = st.tuples(numbers, numbers, numbers, numbers).map(lambda k: k[0] * p.a**2 + k[1] * p.a * p.b + k[2] * p.b + k[3])
atoms = st.builds(
    lambda r, t: r(t, 0, evaluate=False), st.sampled_from([sp.Ge, sp.Gt, sp.Le, sp.Lt, sp.Eq, sp.Ne]), polynomials
)
claims = st.recursive(
    atoms, lambda inner: st.one_of(st.tuples(inner, inner).map(lambda f: sp.And(*f)), inner.map(sp.Not)), max_leaves=3
)
CUBIC = forall({m: interval(0, 1)}, m**3 - p.a * m + p.b >= 0)


def same(found, expected):
    return isinstance(decide(Goal("the same", sp.Equivalent(found.condition, expected), found.given)), Proved)


@settings(max_examples=25, deadline=None)
@given(claims, st.lists(st.tuples(rationals, rationals), min_size=8, max_size=8))
def test_the_condition_is_that_of_evaluation(claim, drawn):
    assume({p.a, p.b} & claim.free_symbols)
    found = when(claim, by="qepcad")
    assert found.exact
    for a, b in drawn:
        point = {p.a: a, p.b: b}
        assert any(inside(case, point) for case in found.cases) == inside([claim], point)


def test_degrees_that_the_engine_does_not_solve():
    with pytest.raises(ClaimError, match="cannot be found"):
        when(CUBIC)
    found = when(CUBIC, by="qepcad")
    assert found.exact
    for a, b, holds in ((0, 0, True), (1, 0, False), (3, 2, True), (3, sp.Rational(19, 10), False), (-1, -1, False)):
        assert any(inside(case, {p.a: sp.sympify(a), p.b: sp.sympify(b)}) for case in found.cases) == holds


@pytest.mark.parametrize(
    ("claim", "over", "expected"),
    [
        (p.a + p.x >= p.b, "ab", p.a >= p.b),
        (p.a**2 * p.x >= p.b, "ab", p.b <= 0),
        (exists(m**4 + p.a * m + 1 <= 0, over={m: interval(-1, 1)}), "", 27 * p.a**4 >= 256),
        (exists(p.a * m > p.b, over={m: interval(0, 1)}), "", sp.Max(p.a, 0) > p.b),
        (p.a > p.a, "a", sp.false),
    ],
    ids=["open range", "unbounded", "exists, degree 4", "exists", "never"],
)
def test_what_is_left_out_and_what_exists(claim, over, expected):
    if claim == sp.false:
        claim = sp.Gt(p.a, p.a + p.x**2, evaluate=False)
    found = when(claim, over=[getattr(p, name) for name in over], by="qepcad")
    assert found.exact
    assert same(found, expected)


@pytest.mark.parametrize(
    "wrong", [((),), (), ((p.b >= 0,),), ((p.b >= 0, p.a <= 0),)], ids=["everywhere", "nowhere", "enlarged", "smaller"]
)
def test_a_wrong_proposal_is_not_proved(monkeypatch, wrong):
    monkeypatch.setattr(module, "eliminated", lambda *_: wrong)
    assert not when(CUBIC, by="qepcad").exact
    assert not when(p.a * p.x >= p.b, over=[p.a, p.b], by="qepcad").exact


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: when(p.a > p.b, by="mathematica"), UsageError, "is not known"),
        (lambda: when(p.n > p.b, by="qepcad"), ClaimError, "has integers"),
        (lambda: when(sum(parameters("c1 c2 c3 c4 c5 c6 c7 real")) > 0, by="qepcad"), ClaimError, "at most 6 variables"),
        (lambda: when(sp.Gt(p.x + 1, 0, evaluate=False), over=[p.a], by="qepcad"), ClaimError, "no parameter that is kept"),
    ],
)
def test_what_cannot_be_asked_is_an_error(ask, error, message):
    with pytest.raises(error, match=message):
        ask()


def test_where_it_is_missing_or_finds_nothing(monkeypatch):
    monkeypatch.setattr(qepcad, "printed", lambda *_: "Failure occurred in:  GCSI (final)")
    with pytest.raises(ClaimError, match="no formula within its limits"):
        when(CUBIC, by="qepcad")
    monkeypatch.setattr(qepcad.shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="not installed"):
        when(CUBIC, by="qepcad")


def test_the_command():
    done = CliRunner().invoke(main, ["when", "proofs/invitation/acceptance.py:C3.unit", "--by", "qepcad"])
    assert done.exit_code == 0
    assert "exactly where" in done.output


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(atoms, lambda inner: st.tuples(st.sampled_from([sp.And, sp.Or]), inner, inner).map(lambda t: t[0](t[1], t[2])))
)
def test_formulas_are_read_as_they_are_written(formula):
    """What QEPCAD would print of a formula in its own syntax comes back as alternatives that say the same."""

    def shown(part):
        if part in (sp.true, sp.false):
            return "TRUE" if part == sp.true else "FALSE"
        if isinstance(part, sp.And | sp.Or):
            sign = " /\\ " if isinstance(part, sp.And) else " \\/ "
            return sign.join(f"[ {shown(p)} ]" for p in part.args)
        operator = {"!=": "/=", "==": "="}.get(part.rel_op, part.rel_op)
        polynomial = sp.Poly(part.lhs - part.rhs, p.a, p.b).as_expr()
        return f"{polynomial} {operator} 0".replace("**", "^").replace("*", " ").replace("a", "x0").replace("b", "x1")

    read = qepcad._Reader(shown(formula), {"x0": p.a, "x1": p.b}).alternatives()
    for a in range(-2, 3):
        for b in range(-2, 3):
            point = {p.a: sp.Integer(a), p.b: sp.Integer(b)}
            assert any(inside(case, point) for case in read) == inside([formula], point)
