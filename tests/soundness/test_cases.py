"""Each claim of the shared table gets its verdict, and refutations hold up without a solver."""

import pytest
import sympy as sp

from formal import parameters
from formal.decide.evaluate import UndefinedError, holds
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.errors import ClaimError
from formal.model.parameters import Parameter
from tests.soundness.cases import FALSE, TRUE, UNDEFINED


def split(claim):
    """Hypotheses and conclusion, as `@proposition` reads them."""
    if isinstance(claim, sp.Implies):
        return Goal("claim", claim.args[1], sp.And.make_args(claim.args[0]))
    return Goal("claim", claim)


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_proved(name):
    assert isinstance(decide(split(TRUE[name])), Proved)


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_refuted_by_an_exact_point(name):
    verdict = decide(split(FALSE[name]))
    assert isinstance(verdict, Refuted)
    assert not holds(FALSE[name], verdict.witness)
    for symbol in verdict.witness:
        if isinstance(symbol, Parameter):
            assert all(holds(f, verdict.witness) for f in symbol.facts())


@pytest.mark.parametrize("name", UNDEFINED)
def test_undefined_claims_are_never_proved(name):
    verdict = decide(split(UNDEFINED[name]))
    assert isinstance(verdict, Refuted)
    assert "undefined" in verdict.detail
    with pytest.raises(UndefinedError):
        holds(UNDEFINED[name], verdict.witness)


def test_negations_of_true_claims_are_not_proved():
    for claim in TRUE.values():
        assert isinstance(decide(Goal("negation", sp.Not(claim))), Refuted)


@pytest.mark.parametrize("function", [sp.exp, sp.log, sp.sin, sp.gamma])
def test_functions_outside_the_language_are_an_error(function):
    with pytest.raises(ClaimError, match="cannot be decided"):
        decide(Goal("claim", function(sp.Symbol("x", real=True)) > 2))


@pytest.mark.parametrize("verdict", [Proved(), Refuted({}, ""), Unknown("why")])
def test_a_verdict_is_not_a_boolean(verdict):
    with pytest.raises(TypeError, match="not true or false"):
        bool(verdict)


def test_symbols_of_the_same_name_are_told_apart():
    """Quotients and roots of two different symbols that are both called x are two different numbers."""
    first, second = sp.Symbol("x", positive=True), sp.Dummy("x", positive=True)
    given = (sp.Gt(first, 0, evaluate=False), sp.Gt(second, 0, evaluate=False))
    for function in (lambda s: 1 / s, sp.sqrt, lambda s: sp.Max(s, 1), lambda s: 1 / (s + 1)):
        claim = sp.Eq(function(first), function(second), evaluate=False)
        assert isinstance(decide(Goal("claim", claim, given)), Refuted)


def test_existential_claims_need_a_witness():
    x = sp.Symbol("x", real=True)
    found = decide(Goal("root of two", sp.Eq(x**2, 2), existential=True))
    assert isinstance(found, Proved)
    assert holds(sp.Eq(x**2, 2), found.witness)
    assert isinstance(decide(Goal("no root", sp.Eq(x**2, -1, evaluate=False), existential=True)), Refuted)


def test_a_counterexample_to_a_sufficient_condition_settles_nothing():
    x = sp.Symbol("x", real=True)
    assert isinstance(decide(Goal("claim", x > 0, sufficient=True)), Unknown)


def test_a_rational_counterexample_is_found_where_there_is_one():
    """(n + 1)² = (k + 1)³ has few rational solutions, and the solver's own are not among them."""
    q = parameters("k n > 0")
    verdict = decide(Goal("claim", q.k >= q.n / 2, (sp.Eq((q.n + 1) ** 2, (q.k + 1) ** 3),)))
    assert isinstance(verdict, Refuted)
    assert all(number.is_Rational for number in verdict.witness.values())
