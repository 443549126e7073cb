"""Symbols that share a name and are not the same symbol."""

import pytest
from sympy import Or, Symbol

from formal import exists, forall, interval, parameters
from formal.claims import Proposition
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted
from formal.errors import ClaimError, Place

p = parameters("x > 0: one", "y > 0")
q = parameters("x > 0: another")


def test_units_tell_parameters_of_one_name_apart():
    claim = Or(1000 * p.x >= p.y, 100 * p.y - q.x >= 0)
    assert isinstance(decide(Goal("apart", claim), doubtful=True), Refuted)


def test_units_tell_a_bound_variable_from_a_parameter(tmp_path):
    x = Symbol("x", real=True)

    def claim():
        return forall({x: interval(-p.y, 1000 * p.y)}, Or(1000 * p.x >= p.y, 100 * p.y - x >= 0))

    assert isinstance(Proposition("N", "", claim, (), "refuted", Place(tmp_path / "n.py", 1)).check().verdict, Refuted)


def test_a_variable_is_not_bound_twice():
    x, m, other = Symbol("x", real=True), Symbol("m", real=True), Symbol("x", nonnegative=True)
    inner = forall({x: interval(0, 2)}, x <= 1)
    with pytest.raises(ClaimError, match="two variables x"):
        forall({x: interval(0, 1)}, inner)
    with pytest.raises(ClaimError, match="two variables x"):
        forall({x: interval(0, 1)}, exists(forall({x: interval(0, 2)}, m >= x), at={m: (x, interval(0, 1))}))
    with pytest.raises(ClaimError, match="two variables x"):
        forall({x: interval(0, 1), other: interval(0, 2)}, x <= other)


def test_conjuncts_may_use_the_same_variable(tmp_path):
    x, y = Symbol("x", real=True), Symbol("y", real=True)

    def claim():
        parts = forall({x: interval(0, 1)}, x <= 1) & forall({x: interval(0, 2)}, x <= 2)
        return forall({y: interval(0, 1)}, parts)

    assert isinstance(Proposition("N", "", claim, (), "proved", Place(tmp_path / "n.py", 1)).check().verdict, Proved)
