"""Propositions: what they say, what they rest on, and what is refused."""

from contextlib import nullcontext

import pytest
import sympy as sp

from formal import decreasing, exists, forall, game, iff, implies, increasing, interval, proposition, solve
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.derive.backward_induction import Derivation
from formal.errors import ClaimError, FormalError
from formal.model.threshold import Threshold
from tests.conftest import p, ultimatum


def verdict(claim, **options):
    return proposition("T", "a claim", **options)(lambda: claim).check().verdict


def test_monotone_claims_compare_two_values():
    assert isinstance(verdict(increasing(p.c**2, p.c)), Proved)
    assert isinstance(verdict(increasing(p.c**2, p.c, strictly=True)), Proved)
    assert isinstance(verdict(decreasing(1 / p.c, p.c, strictly=True)), Proved)
    assert isinstance(verdict(increasing(p.a * p.c, p.c, strictly=True)), Refuted)
    assert isinstance(verdict(increasing(p.a * p.c, p.c, strictly=True, given=p.a > 0)), Proved)
    assert isinstance(verdict(increasing(p.q * (1 - p.q), p.q)), Refuted)
    assert isinstance(verdict(increasing(p.z**2, p.z)), Refuted)
    jump = sp.Piecewise((0, p.c < 1), (1, p.c < 2), (sp.Rational(1, 2), True))
    assert isinstance(verdict(increasing(jump, p.c)), Refuted)


def test_quantifiers_and_connectives():
    x = sp.Symbol("x", real=True)
    assert isinstance(verdict(forall({x: interval(0, 1)}, x**2 <= x)), Proved)
    assert isinstance(verdict(forall({x: interval(0, 2)}, x**2 <= x)), Refuted)
    assert isinstance(verdict(implies(p.a > p.b, p.a**2 > p.b**2)), Proved)
    assert isinstance(verdict(iff(p.a > p.b, p.a**2 > p.b**2)), Proved)
    assert isinstance(verdict(exists(p.a * p.b > 7)), Proved)
    assert isinstance(verdict(exists(p.a**2 < 0)), Refuted) or isinstance(verdict(exists(p.q**2 > 1)), Refuted)
    assert isinstance(verdict(exists(x > p.a, at={x: (p.a + 1, interval(0, p.a + 2))})), Proved)
    assert isinstance(verdict(exists(x > p.a, at={x: (p.a + 3, interval(0, p.a + 2))})), Refuted)


def test_hypotheses_are_used():
    assert isinstance(verdict(p.a > 1), Refuted)
    assert isinstance(verdict(p.a > 1, given=[p.a > 2]), Proved)


def test_contradictory_hypotheses_are_an_error_not_a_proof():
    with pytest.raises(ClaimError, match="contradict one another") as caught:
        verdict(p.b > 1, given=[p.a > 2, p.a < 1, p.b > 0])
    assert "b > 0" not in str(caught.value)
    with pytest.raises(ClaimError, match="never true"):
        verdict(implies(p.a < 0, p.b > 1))
    with pytest.raises(ClaimError, match="contradict"):
        verdict(implies(p.a**2 + 1 < p.a, p.b > 1))


@pytest.mark.parametrize(
    ("claim", "complaint"),
    [
        (sp.Symbol("k", real=True) > 0, "is free"),
        (3, "not a condition"),
        (p.a, "not a condition"),
        (sp.exp(p.a) >= 1, "cannot be decided"),
        (0.5 * p.a >= p.b, "float"),
    ],
)
def test_what_cannot_be_stated_is_refused(claim, complaint):
    with pytest.raises(FormalError, match=complaint):
        verdict(claim)


def test_a_false_step_is_reported_and_a_true_one_is_used():
    assert isinstance(verdict(p.a + p.c > 0, steps=lambda: [p.a >= 0, p.c > 0]), Proved)
    with pytest.raises(ClaimError, match="step 1 is false"):
        verdict(p.a + p.c > 0, steps=lambda: [p.a > 5])


def test_an_error_inside_a_proposition_names_its_line():
    @proposition("T", "divides by nothing")
    def wrong():
        return p.a < 1 / 0

    with pytest.raises(ClaimError, match="ZeroDivisionError") as caught:
        wrong.check()
    assert caught.value.place.file.name == "test_claims.py"


def test_a_threshold_that_does_not_exist_proves_nothing():
    """Facts about a root that is not real would prove anything; hypotheses about it must not help."""
    plain = sp.Symbol("t")
    nonsense = Threshold("t", sp.sqrt(-1 - p.a), plain**2 + 1 + p.a, ())
    for given in ([], [sp.Ge(nonsense, 0, evaluate=False)]):
        with pytest.raises(ClaimError, match="contradict") if given else nullcontext():
            assert isinstance(verdict(sp.Gt(nonsense, p.b, evaluate=False), given=given), Unknown)


def test_nothing_is_derived_before_it_is_asked_for(monkeypatch):
    def refuse(*_):
        raise AssertionError("derived too early")

    monkeypatch.setattr("formal.derive.backward_induction.solve_node", refuse)

    @game(players=("A",))
    def lazy(g):
        raise AssertionError("played too early")

    solution = solve(lazy)
    assert solve(lazy) is solution


def test_a_claim_that_rests_on_a_wrong_equilibrium_is_not_proved(monkeypatch):
    """Were the engine wrong about the offer, nothing that reads the offer may be called proved or refuted."""
    solution = solve(ultimatum("accept"))

    def wrong(work: Derivation):
        right = finish(work)
        cells = tuple(type(c)(c.conditions, c.path, {k: v + 1 for k, v in c.payoffs.items()}, c.attained) for c in right.cells)
        return type(right)(right.game, cells, right.strategies, right.thresholds)

    from formal.derive.backward_induction import finish

    monkeypatch.setattr("formal.derive.backward_induction.finish", wrong)
    found = proposition("T", "the proposer gains")(lambda: solution.payoff("Proposer") >= 1).check().verdict
    assert isinstance(found, Unknown)
    assert "not proved" in found.reason


x = sp.Symbol("x", real=True)
MISTAKES = {
    "Python's !=": (lambda: p.a != p.b, [], "write Eq"),
    "Python's ==": (lambda: p.a == p.b, [], "write Eq"),
    "Python's != in a hypothesis": (lambda: p.a**2 >= 0, [p.a != p.b], "write Eq"),
    "Python's != inside": (lambda: implies(p.a != p.b, p.a > 0), [], "write Eq"),
    "no claim": (lambda: None, [], "return the claim"),
    "no list": (lambda: p.a**2 >= 0, p.a > p.b, r"write given=\["),
    "no interval": (lambda: forall({x: (0, 1)}, x >= 0), [], "write interval"),
    "exists inside": (lambda: forall({x: interval(0, 1)}, exists(p.a > x)), [], "use over= or at="),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_with_advice(mistake):
    claim, given, advice = MISTAKES[mistake]
    with pytest.raises(ClaimError, match=advice) as caught:
        proposition("M", "a title", given=given)(claim).check()
    assert caught.value.place is not None
    assert "\n" not in caught.value.message
