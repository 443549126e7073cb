"""Signs of derivatives are not those of an interior that a cell does not have."""

import pytest
from sympy import Piecewise

from formal import game, interval, parameters, solve
from formal.decide.judge import SOLVERS

p = parameters("a b in [0, 1]", "d in {0, 1}")


@pytest.mark.parametrize("seen", [True, False])
def test_a_cell_without_an_interior_has_the_signs_of_its_points(seen, monkeypatch):
    """Whether or not a solver sees that it has none."""
    if not seen:
        monkeypatch.setattr(SOLVERS, "contradictory", lambda conditions, *, soon=False: False)

    @game(players=("A",))
    def edge(g):
        x = g.choose("A", "x", interval(0, 1))
        return {"A": Piecewise((-((x - p.b) ** 2), p.a < 1), (-((x - 1 + p.b) ** 2), True))}

    found = {(e.derivative, e.sign) for e in solve(edge).comparative_statics() if e.parameter == p.b}
    assert found == {(1, "positive"), (-1, "negative")}


def test_whole_numbers_have_no_interior():
    @game(players=("A",))
    def whole(g):
        x = g.choose("A", "x", interval(0, 2))
        return {"A": -((x - p.b - p.d) ** 2)}

    assert {e.sign for e in solve(whole).comparative_statics() if e.parameter == p.b} == {"positive"}
