"""Certificates: known inequalities have one, constraints with a solution have none; floating point is not believed."""

import flint
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import parameters
from formal.decide.export import whole
from formal.decide.formula import Encoder
from formal.decide.goal import Goal
from formal.decide.portfolio import doubts
from formal.decide.smtlib import Writer
from formal.decide.solvers import certificate_worker
from formal.decide.solvers.certificate_worker import Constraints
from formal.decide.solvers.certificates import CERTIFICATES
from formal.decide.solvers.program import Question, race

p = parameters("a b c d > 0", "u v w s t x y z real")


def proved(claim, *hypotheses):
    """Whether the search refutes the claim's denial."""
    *_, last = doubts(Goal("", claim, hypotheses))
    return [a.status for _, a in race([CERTIFICATES], Question(whole(last), Writer()))] == ["unsat"]


def shapiro(bound):
    a, b, c, d = p.a, p.b, p.c, p.d
    return sp.Ge(a / (b + c) + b / (c + d) + c / (d + a) + d / (a + b), bound, evaluate=False)


SQUARES = (p.u**2 + p.v**2 + p.w**2) * (p.x**2 + p.y**2 + p.z**2)
SCHUR = p.a**2 * (p.a - p.b) * (p.a - p.c) + p.b**2 * (p.b - p.a) * (p.b - p.c) + p.c**2 * (p.c - p.a) * (p.c - p.b)
TRUE = {
    "Shapiro": [shapiro(2)],
    "Cauchy": [(p.u * p.x + p.v * p.y + p.w * p.z) ** 2 <= SQUARES],
    "Schur": [SCHUR >= 0],
    "with an equation": [p.x**2 / p.a + p.y**2 / p.b >= 1 / (p.a + p.b), sp.Eq(p.x + p.y, 1)],
    "by a hypothesis": [p.x**3 >= p.x**2, p.x >= 1],
    "strictly": [p.a**2 + p.b**2 + p.c > 2 * p.a * p.b],
    "Nesbitt": [p.a / (p.b + p.c) + p.b / (p.c + p.a) + p.c / (p.a + p.b) >= sp.Rational(3, 2)],
}
FALSE = {
    "Shapiro": [shapiro(2 + sp.Rational(1, 10**9))],
    "Cauchy": [(p.u * p.x + p.v * p.y + p.w * p.z) ** 2 + sp.Rational(1, 10**12) <= SQUARES],
    "Schur": [SCHUR > 0],
    "with an equation": [p.x**2 / p.a + p.y**2 / p.b > 1 / (p.a + p.b), sp.Eq(p.x + p.y, 1)],
    "without its hypothesis": [p.x**3 >= p.x**2],
    "strictly": [p.a**2 + p.b**2 > 2 * p.a * p.b],
    "another sign": [p.u / (p.v + p.w) + p.v / (p.w + p.u) >= 0],
}


@pytest.mark.parametrize("name", TRUE)
def test_known_inequalities_have_a_certificate(name):
    assert proved(*TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_neighbouring_falsehoods_have_none(name):
    assert not proved(*FALSE[name])


numbers = st.integers(-3, 3)
CONTEXT = flint.fmpq_mpoly_ctx.get(["x0", "x1", "x2"], "degrevlex")
polynomials = st.dictionaries(st.tuples(*(st.integers(0, 2),) * 3), numbers, min_size=1, max_size=5)
points = st.tuples(*(st.fractions(-2, 2, max_denominator=3),) * 3)


@settings(max_examples=300, deadline=None)
@given(points, st.lists(st.tuples(polynomials, st.sampled_from([">", ">=", "=="])), min_size=1, max_size=5))
def test_constraints_with_a_solution_have_no_certificate(point, drawn):
    """Each constraint is made to hold at the point by its constant; signs of variables are told where they are right."""
    at = [flint.fmpq(c.numerator, c.denominator) for c in point]
    facts = [(">" if c > 0 else ">=", g) for c, g in zip(at, CONTEXT.gens(), strict=True) if c >= 0]
    for terms, relation in drawn:
        poly = CONTEXT.from_dict(terms)
        value = poly(*at)
        sign = -1 if relation != "==" and value < 0 else 1
        facts.append((relation, sign * poly if relation != "==" and value else poly - value + (relation == ">")))
    assert all({">": q(*at) > 0, ">=": q(*at) >= 0, "==": q(*at) == 0}[r] for r, q in facts)
    given_ = Constraints(facts, CONTEXT.gens())
    for constant in (False, True):
        assert not given_.solved(constant=constant).refuted()


def test_a_wrong_support_is_not_believed(monkeypatch):
    """The linear program may say what it likes: the identity is checked exactly."""
    *_, last = doubts(Goal("", p.x**2 + 1 >= p.y))
    text = CERTIFICATES.written(Question(whole(last), Writer()))
    count, *lines = text.splitlines()
    context = flint.fmpq_mpoly_ctx.get([f"x{k}" for k in range(int(count))], "degrevlex")
    constraints = Constraints([certificate_worker._fact(line, context) for line in lines], context.gens())
    for size in range(4):
        monkeypatch.setattr(certificate_worker, "_support", lambda *a, n=size: list(range(n)))
        assert not constraints.refuted()


def test_alternatives_are_left_out():
    """They only weaken what is left: x > 0 or y > 0 does not make x > 0."""
    question = Question([Encoder().formula((p.x > 0) | (p.y > 0)), Encoder().formula(p.x <= 0)], Writer())
    assert [a.status for _, a in race([CERTIFICATES], question)] == ["unknown"]
