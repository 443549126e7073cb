"""Cells under the author's names, and explanations whose every step is proved, or said not to be."""

from dataclasses import replace

import pytest
import sympy as sp
from click.testing import CliRunner

from formal import game, interval, parameters, solve
from formal.cli import main
from formal.decide.evaluate import holds
from formal.derive.partition import Equilibrium
from formal.errors import ModelError
from formal.explain import explain, proved
from proofs.gallery.agenda_setter import quadratic
from proofs.invitation.model import invitation
from proofs.tying_hands.model import bound_at_home

p = parameters("w >= 0", "c in (0, 1)")


def bargain(**options):
    @game(players=("A", "B"), ties={"answer": "accept"}, **options)
    def bargaining(g):
        x = g.choose("A", "x", interval(0, 1))
        agreed = g.choose("B", "answer", ["accept", "reject"]) == "accept"
        return {"A": 1 - x if agreed else 0, "B": x if agreed else p.w}

    return bargaining


def test_cells_come_in_the_order_and_under_the_names_of_the_author():
    equilibrium = solve(bargain(cells={"breakdown": {"answer": "reject"}, "agreement": {"x": p.w}})).equilibrium
    names = [cell.name for cell in equilibrium.cells]
    assert names == sorted(names, key=["breakdown", "agreement", ""].index)
    assert {"breakdown", "agreement"} <= set(names)
    for w in (0, sp.Rational(1, 2), 1, 2):
        assert holds(equilibrium.where("agreement"), {p.w: w}) == (w < 1)  # at 1 the lowest of equally good offers is 0


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"deal": {"anwser": "accept"}}, '"anwser", which nobody chooses; did you mean "answer"'),
        ({"deal": {"answer": "acept"}}, '"acept", which is not among its actions; did you mean "accept"'),
        ({"deal": {"x": 7}}, 'no cell of bargaining is one in which "deal" (x = 7)'),
    ],
)
def test_names_that_fit_nothing_are_errors(cells, message):
    with pytest.raises(ModelError) as caught:
        solve(bargain(cells=cells)).cells  # noqa: B018
    assert message in str(caught.value)


def test_an_unknown_name_is_an_error():
    with pytest.raises(ModelError, match='has no cell "agrement"; did you mean "agreement"'):
        solve(bargain(cells={"agreement": {"x": p.w}})).where("agrement")


@pytest.mark.parametrize("declared", [quadratic, bound_at_home, invitation], ids=lambda g: g.name)
def test_every_cell_explains_itself_with_proved_steps(declared):
    solution = solve(declared)
    for number, cell in enumerate(solution.cells, start=1):
        steps = list(explain(solution.equilibrium, number))
        assert all(map(proved, steps))
        moved = [str(s.move.lhs if isinstance(s.move, sp.Eq) else s.move) for s in steps]
        chosen = [label for label, move in cell.path if isinstance(move, sp.Expr)]
        assert set(chosen) <= set(moved)


def test_the_comparison_that_decides_a_cell_is_named():
    solution = solve(invitation)
    for number, cell in enumerate(solution.cells, start=1):
        decided = {step.after for step in explain(solution.equilibrium, number) if step.rule == "selection"}
        assert decided & set(cell.conditions)


@pytest.mark.parametrize("path", [(("x", p.w / 2), ("answer", "accept")), (("x", p.w), ("answer", "reject"))])
def test_a_wrong_cell_cannot_be_explained(path):
    right = solve(bargain()).equilibrium
    number, cell = next((k, c) for k, c in enumerate(right.cells, start=1) if c.decisions["answer"] == "accept")
    payoffs = {"A": 1 - path[0][1], "B": path[0][1]} if path[1][1] == "accept" else {"A": sp.Integer(0), "B": p.w}
    wrong = replace(cell, path=path, payoffs=payoffs)
    cells = tuple(wrong if c is cell else c for c in right.cells)
    equilibrium = Equilibrium(right.game, cells, right.strategies, right.thresholds)
    steps = list(explain(equilibrium, number))
    assert not steps or not all(map(proved, steps))


def test_explanations_reach_the_terminal_json_and_latex():
    target = "proofs/ratification/model.py:ratification"
    text = CliRunner().invoke(main, ["derive", target, "--explain", "--no-proof"]).output
    assert "first-order condition" in text
    assert "rather than" in text
    assert "NOT PROVED" not in text
    data = CliRunner().invoke(main, ["derive", target, "--explain", "--no-proof", "--format", "json"]).output
    assert '"rule": "first-order condition"' in data
    assert '"proved": false' not in data
    latex = CliRunner().invoke(main, ["derive", target, "--explain", "--no-proof", "--latex"]).output
    assert r"\paragraph{Case 1" in latex
    assert "By the first-order condition" in latex
