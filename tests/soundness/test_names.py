"""Symbols that share a name and are not the same symbol."""

from sympy import Or, Symbol

from formal import forall, interval, parameters
from formal.claims import Proposition
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Refuted
from formal.errors import Place

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
