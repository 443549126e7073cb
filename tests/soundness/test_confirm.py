"""A second solver has to agree, may stay silent, and must not be talked over."""

import stat

import pytest
import sympy as sp
from click.testing import CliRunner

from formal import parameters
from formal.cli import main
from formal.decide import confirm
from formal.decide.confirm import Disagreement, confirming
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.errors import FormalError
from tests.soundness.cases import FALSE, TRUE, UNDEFINED
from tests.soundness.test_cases import split

p = parameters("a b real")
SQUARE = Goal("", sp.Ge(p.a**2 + p.b**2, 2 * p.a * p.b, evaluate=False))


@pytest.fixture
def solver(tmp_path, monkeypatch):
    """Put a program in the place of Yices that does what it is told."""
    monkeypatch.chdir(tmp_path)

    def install(body):
        path = tmp_path / "yices-smt2"
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(confirm, "program", lambda: str(path))
        return tmp_path

    return install


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        *((claim, Proved) for claim in TRUE.values()),
        *((claim, Refuted) for table in (FALSE, UNDEFINED) for claim in table.values()),
    ],
    ids=str,
)
def test_two_solvers_give_the_verdicts_of_the_table(claim, expected):
    with confirming():
        verdict = decide(split(claim))
    assert isinstance(verdict, expected)


def test_what_is_confirmed_says_so():
    with confirming():
        verdict = decide(SQUARE)
    assert isinstance(verdict, Proved)
    assert any("Yices" in by for by in verdict.by)


def test_a_contradiction_is_an_error_that_keeps_the_script(solver):
    folder = solver("echo sat")
    with confirming(), pytest.raises(Disagreement, match="nothing can be believed"):
        decide(SQUARE)
    (kept,) = folder.glob("disagreement-*.smt2")
    assert "(check-sat)" in kept.read_text()


@pytest.mark.parametrize("body", ["echo unknown", "exit 134", "kill -SEGV $$", "echo unsat maybe", "exec sleep 60"])
def test_a_solver_that_fails_or_hangs_confirms_nothing(solver, monkeypatch, body):
    solver(body)
    monkeypatch.setattr(confirm, "PATIENCE", 1)
    with confirming():
        verdict = decide(SQUARE)
        false = decide(Goal("", p.a > p.b))
    assert isinstance(verdict, Unknown)
    assert "did not answer" in verdict.reason
    assert isinstance(false, Refuted)


def test_without_the_solver_confirming_is_an_error(monkeypatch):
    monkeypatch.setattr(confirm, "program", lambda: None)
    with pytest.raises(FormalError, match="not installed; pip install"), confirming():
        pass
    done = CliRunner().invoke(main, ["check", "proofs/ratification", "--confirm"])
    assert done.exit_code == 2
    assert "needs Yices" in done.output
