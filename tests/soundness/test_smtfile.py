"""SMT-LIB files get the answers of the standard; what is out of scope is an error of one line."""

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from formal.cli import main
from formal.decide import smtfile
from formal.decide.formula import Encoder
from formal.decide.smtfile import decide_file
from formal.decide.smtlib import Writer
from formal.decide.z3_adapter import Session
from formal.ladder import Answer
from tests.properties.test_decide import comparisons

HEAD = "(set-logic QF_NRA)\n(declare-const x Real)\n(declare-const y Real)\n"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("(assert (< (+ (* x x) (* y y)) (* 2 x y)))", "unsat"),
        ("(assert (> (* x y) 1)) ; (push 1) in a comment", "sat"),
        ("(assert (= (* x x) 2))", "sat"),
        ("(assert (and (= x 0) (= (/ y x) 1)))", "sat"),
        ('(set-info :source "a ; (pop 1)")\n(assert (< (* x x) 0))', "unsat"),
    ],
)
def test_answers_are_those_of_the_standard(tmp_path, body, answer):
    path = tmp_path / "question.smt2"
    path.write_text(f"{HEAD}{body}\n(check-sat)\n")
    done = CliRunner().invoke(main, ["check", str(path)])
    assert (done.exit_code, done.output) == (0, f"{answer}\n")


def test_quantifiers(tmp_path):
    path = tmp_path / "question.smt2"
    path.write_text("(set-logic LRA)\n(assert (forall ((x Real)) (exists ((y Real)) (> y x))))\n(check-sat)\n")
    assert decide_file(path) == "sat"
    path.write_text("(set-logic LRA)\n(assert (exists ((y Real)) (forall ((x Real)) (> y x))))\n(check-sat)\n")
    assert decide_file(path) == "unsat"


@settings(max_examples=40, deadline=None)
@given(comparisons)
def test_what_is_written_is_read_back(tmp_path_factory, relation):
    formula = Encoder().formula(relation)
    path = tmp_path_factory.mktemp("smt") / "question.smt2"
    path.write_text(f"(set-logic QF_NRA)\n{Writer().script([formula])}\n(check-sat)\n")
    assert decide_file(path) == Session().solve([formula]).status


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(set-logic QF_NRA)\n(assert (> x 0))\n(check-sat)\n", "unknown constant x"),
        ("(set-logic QF_NRA)\n(assert (> 1 0)\n(check-sat)\n", "cannot be read"),
        ("(set-logic QF_BV)\n(check-sat)\n", "asks for QF_BV; supported are QF_NRA"),
        ("(assert true)\n(check-sat)\n", "sets no logic"),
        (f"{HEAD}(push 1)\n(check-sat)\n", "uses push"),
        (f"{HEAD}(assert true)\n", "exactly once"),
        (f"{HEAD}(check-sat)\n(check-sat)\n", "exactly once"),
        (f"{HEAD}(check-sat)\n(assert false)\n", "line 5 column 1: assert after (check-sat) is not supported"),
        (f"{HEAD}(exit)\n(check-sat)\n", "line 4 column 1: exit before (check-sat) is not supported"),
        (f"{HEAD}(asert false)\n(check-sat)\n", "uses asert, line 4 column 1"),
        (f"{HEAD}(maximize x)\n(check-sat)\n", "uses maximize, line 4 column 1"),
        (f"{HEAD}(assert (> x 0)\n(check-sat)\n", "line 4 column 1: this command is not closed"),
        (f"{HEAD}(check-sat))\n", "line 4 column 12: a command begins with (, not )"),
        (f"{HEAD}()\n(check-sat)\n", "uses (), line 4 column 1"),
        ("", "sets no logic"),
    ],
)
def test_what_is_out_of_scope_is_an_error(tmp_path, text, message):
    path = tmp_path / "question.smt2"
    path.write_text(text)
    done = CliRunner().invoke(main, ["check", str(path)])
    assert done.exit_code == 2
    assert message in done.output
    assert len(done.output.splitlines()) == 1


def test_a_file_that_is_not_text_is_an_error(tmp_path):
    path = tmp_path / "question.smt2"
    path.write_bytes(b"(set-logic QF_NRA)\xff")
    done = CliRunner().invoke(main, ["check", str(path)])
    assert (done.exit_code, done.output) == (2, f"error: {path} cannot be read: byte 18 is not UTF-8\n")


def test_proof_files_and_scripts_are_checked_apart(tmp_path):
    path = tmp_path / "question.smt2"
    path.write_text(f"{HEAD}(check-sat)\n")
    done = CliRunner().invoke(main, ["check", "proofs/ratification", str(path)])
    assert done.exit_code == 2
    assert "apart" in done.output


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("(assert (< (+ (* x x) (* y y)) (* 2 x y)))", "unsat"),
        ("(define-fun square ((a Real)) Real (* a a))\n(assert (= (square x) (/ 1 2.0)))", "sat"),
        ("(assert (= (/ 1 x) y))", "unknown"),  # 1/0 may be anything, which a solver may not know
        ("(assert (= (/ 1 0) y))", "unknown"),
        ("(assert (= (/ 1 (- 2)) y))", "unknown"),
    ],
)
@pytest.mark.parametrize("solver", ["yices", "cvc5"])
def test_where_z3_does_not_know_others_are_asked(tmp_path, monkeypatch, body, answer, solver):
    monkeypatch.setattr(smtfile, "run_script", lambda *_: Answer("unknown", "nothing"))
    path = tmp_path / "question.smt2"
    path.write_text(f"{HEAD}{body}\n(check-sat)\n(get-model)\n")
    done = CliRunner().invoke(main, ["check", str(path), "--solvers", solver])
    assert done.output == f"{answer}\n"
    assert done.exit_code == (3 if answer == "unknown" else 0)


def test_options_that_say_nothing_here_are_an_error(tmp_path):
    path = tmp_path / "question.smt2"
    path.write_text(f"{HEAD}(check-sat)\n")
    done = CliRunner().invoke(main, ["check", str(path), "--confirm"])
    assert done.exit_code == 2
    assert "--solvers alone goes with SMT-LIB files" in done.output


@pytest.mark.parametrize("division", ["(/ x y)", "(|/| x y)", "(div (to_int x) (to_int y))", "(mod 5 (to_int y))", "(/ x 0)"])
def test_other_solvers_are_not_asked_what_the_standard_leaves_open(division):
    assert smtfile._divides(f"(assert (> {division} 1))")
    assert not smtfile._divides("(assert (> (/ x 2) (mod (to_int y) 3))) ; (/ x y)")
