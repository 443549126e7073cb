import pickle

import pytest
import sympy as sp

from formal import parameters
from formal.errors import ModelError
from formal.model.exact import exact


def test_declaration_gives_sign_range_and_meaning():
    p = parameters("phi > 0: fear", "alpha0 alpha1 >= 0", "q in (0, 1): prior", "w in [0, 1/2]", "z real", "n < 0")
    assert p.phi.is_positive
    assert p.phi.meaning == "fear"
    assert p.alpha1.is_nonnegative
    assert not p.alpha1.is_positive
    assert str(p.w.domain) == "in [0, 1/2]"
    assert p.z.is_real
    assert p.z.is_positive is None
    assert p.n.is_negative
    assert [q.name for q in p] == ["phi", "alpha0", "alpha1", "q", "w", "z", "n"]


def test_equal_names_with_other_domains_are_other_symbols():
    assert parameters("q in (0, 1)").q != parameters("q in (0, 2)").q
    assert parameters("q in (0, 1)").q == parameters("q in (0, 1)").q


def test_parameters_survive_pickling():
    q = parameters("q in (0, 1): prior").q
    assert pickle.loads(pickle.dumps(q)) == q
    assert pickle.loads(pickle.dumps(q)).domain == q.domain


@pytest.mark.parametrize(
    ("declaration", "complaint"),
    [
        ("phi >> 0", "cannot read"),
        ("phi", "cannot read"),
        ("q in (1, 0)", "empty"),
        ("q in (1, 1]", "empty"),
        ("a > b", "not an exact number"),
    ],
)
def test_a_declaration_that_does_not_read_is_refused(declaration, complaint):
    with pytest.raises(ModelError, match=complaint):
        parameters(declaration)


def test_a_name_declared_twice_and_an_unknown_name_are_refused():
    with pytest.raises(ModelError, match="twice"):
        parameters("a > 0", "a >= 0")
    with pytest.raises(ModelError, match='did you mean "sigma"'):
        _ = parameters("sigma > 0").sigm


@pytest.mark.parametrize("value", [0.1, sp.Float("0.5") * sp.Symbol("x"), float("nan"), float("inf")])
def test_floats_are_refused_with_advice(value):
    with pytest.raises(ModelError, match=r"float|not a real"):
        exact(value, "the payoff")


def test_the_advice_for_a_float_is_the_number_that_was_meant():
    with pytest.raises(ModelError, match=r'Rational\(1, 10\) or "0.1"'):
        exact(0.1, "the payoff")
    assert exact("0.1", "x") == sp.Rational(1, 10)


@pytest.mark.parametrize("value", [True, None, "one", sp.I, sp.oo, sp.zoo, [1]])
def test_what_is_not_a_real_number_is_refused(value):
    with pytest.raises(ModelError):
        exact(value, "the payoff")
