"""The example notebook runs, and what it makes shows itself."""

import nbformat
import pytest
from nbclient import NotebookClient

import formal.notebook
from formal import parameters, proposition
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The HTML that each cell of the example shows, by its number; None where it shows none."""
    notebook = nbformat.read(ROOT / "docs/tutorial/bargaining.ipynb", as_version=4)
    nbformat.validate(notebook)
    folder = tmp_path_factory.mktemp("notebook")
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [next((o.data.get("text/html") for o in cell.outputs if "data" in o), None) for cell in cells]


def test_parameters_are_a_table_with_meanings(shown):
    assert "<table>" in shown[0]
    assert "the responder&#39;s outside option" in shown[0]


def test_a_game_is_a_tree(shown):
    assert "<svg" in shown[1]
    assert shown[1].count("Responder: ") == 2  # payoffs at both ends


def test_an_equilibrium_is_a_table_that_says_whether_it_is_proved(shown):
    assert "proved, " in shown[2]
    assert "NOT PROVED" not in shown[2]
    assert shown[2].count("<tr>") >= 3


def test_propositions_have_their_verdict_and_a_counterexample(shown):
    assert ">refuted</span>" in shown[3]
    assert "$d$ = " in shown[3]
    assert ">proved</span>" in shown[4]


def test_a_claim_without_a_formula_shows_its_source_and_what_was_expected():
    p = parameters("a >= 0")

    @proposition("T", "<b>says nothing</b>", expect="refuted")
    def sure():
        return p.a + 1 > 0

    html = formal.notebook.proposition(sure)
    assert "return p.a + 1 &gt; 0" in html
    assert "proved, but expected to be refuted" in html
    assert "<b>says" not in html
