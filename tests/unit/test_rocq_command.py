"""`formal rocq`: what is written, what is left out and said to be, what Rocq makes of it."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

CLAIMS = """
from sympy import Max, Piecewise, Symbol, sqrt
from formal import exists, game, implies, interval, parameters, proposition, solve
p = parameters("a b > 0", "q in [0, 1]")
m = Symbol("m", real=True)

@game(players=("A", "B"))
def small(g):
    x = g.choose("A", "x", interval(0, 1))
    return {"A": p.a * x - x**2, "B": Max(x, p.q)}

@proposition("R.steps", "A step (* in \\"quotes\\" *)", steps=lambda: [p.a / p.b + p.b / p.a >= 2, p.a + p.b > 0])
def with_steps():
    return p.a**2 + p.b**2 >= 2 * p.a * p.b

@proposition("R.false", "Not always", expect="refuted")
def false():
    return sqrt(p.a) <= p.a / p.b

@proposition("R.some", "Sometimes")
def some():
    return exists((p.a / p.b > 3) & (p.q < 1))

@proposition("R.payoff", "A gets no more than a")
def payoff():
    return solve(small).payoff("A") <= p.a

@proposition("R.over", "Some choice will do")
def over():
    return exists(m >= p.q, over={m: interval(0, 1)})
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A proof file with its ledger."""
    made = tmp_path_factory.mktemp("claims")
    (made / "claims.py").write_text(CLAIMS)
    command = [sys.executable, "-m", "formal.cli", "check", "--update", "--no-audit", "claims.py"]
    done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def theorem(folder, name):
    text = (folder / "out" / "claims.v").read_text()
    return " ".join(text.split(f"Theorem {name} :")[1].split("Proof.")[0].split())


def test_claims_obligations_and_points_are_checked_and_the_rest_is_named(run, folder):
    code, out, err = run("rocq", "claims.py", "-o", "out", "--check", "--obligations", "--format", "json", cwd=folder)
    found = {t["theorem"]: t for t in json.loads(out)["theorems"]}
    assert (code, err) == (3, "")
    assert found.pop("R_over")["status"] == "left out"
    assert {t["status"] for t in found.values()} == {"checked"}
    assert {"R_steps", "R_steps_step_1", "R_steps_step_2", "R_false", "R_some", "R_payoff", "small_1"} <= set(found)
    assert len(found) > 10
    assert set(found["R_false"]["axioms"]) == {
        "ClassicalDedekindReals.sig_forall_dec",
        "ClassicalDedekindReals.sig_not_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
    }
    assert theorem(folder, "R_steps") == "forall a b : R, a > 0 -> b > 0 -> a ^ 2 + b ^ 2 >= 2 * a * b."
    assert theorem(folder, "R_false") == r"exists a b : R, a > 0 /\ b > 0 /\ ~ (sqrt a <= a / b)."
    assert theorem(folder, "R_some").startswith(r"exists a b q : R, a > 0 /\ b > 0 /\ ")
    assert "v1" in theorem(folder, "R_payoff")


def test_a_claim_that_has_changed_is_left_out(run, folder):
    changed = folder / "changed"
    changed.mkdir()
    (changed / "claims.py").write_text(CLAIMS.replace("p.a**2 + p.b**2 >=", "p.a**2 + 2*p.b**2 >="))
    (changed / "claims.ledger.json").write_text((folder / "claims.ledger.json").read_text())
    code, out, _ = run("rocq", "claims.py", "-o", "out", cwd=changed)
    assert code == 3
    assert "R.steps is not in the ledger" in out or "it is not in the ledger: it has changed" in out
    assert "Theorem R_steps :" not in (changed / "out" / "claims.v").read_text()


def test_obligations_that_are_not_reached_are_said_to_be(run, folder):
    less = folder / "less"
    less.mkdir()
    (less / "claims.py").write_text(CLAIMS)
    ledger = json.loads((folder / "claims.ledger.json").read_text())
    ledger["goals"] = {k: v for k, v in ledger["goals"].items() if v["goal"].startswith("R.")}
    (less / "claims.ledger.json").write_text(json.dumps(ledger))
    code, out, _ = run("rocq", "claims.py", "-o", "out", "--obligations", cwd=less)
    assert code == 3
    assert "small: its other obligations" in out
    assert "not reached: " in out


def test_a_claim_is_checked_by_rocq_when_all_that_it_rests_on_is(run, folder, tmp_path):
    code, out, _ = run("replay", "--rocq", "--format", "json", "claims.py", cwd=folder)
    levels = {c["id"]: c["assurance"] for c in json.loads(out)["claims"]}
    assert code == 3
    assert levels == {
        "small": "checked by Rocq",
        "R.steps": "checked by Rocq",
        "R.false": "refuted with exact witness",
        "R.some": "checked by Rocq",
        "R.payoff": "checked by Rocq",
        "R.over": "unknown",
    }
    ledger = json.loads((folder / "claims.ledger.json").read_text())
    lost = next(k for k, goal in ledger["goals"].items() if goal["goal"].startswith("A chooses x"))
    del ledger["goals"][lost]
    (tmp_path / "claims.py").write_text(CLAIMS)
    (tmp_path / "claims.ledger.json").write_text(json.dumps(ledger))
    code, out, _ = run("replay", "--rocq", "--format", "json", "claims.py")
    claims = {c["id"]: c for c in json.loads(out)["claims"]}
    assert (claims["small"]["verdict"], claims["R.payoff"]["verdict"]) == ("error", "error")  # their certificates are lost
    assert claims["R.steps"]["assurance"] == "checked by Rocq"


def test_the_ratification_game_is_checked_by_rocq(run):
    code, out, _ = run("replay", "--rocq", "--format", "json", str(ROOT / "proofs/ratification"))
    assert code == 0
    assert {c["assurance"] for c in json.loads(out)["claims"]} == {"checked by Rocq"}


def test_without_a_ledger_or_coqc_there_is_one_clear_line(run, folder, tmp_path):
    (tmp_path / "claims.py").write_text(CLAIMS)
    code, out, err = run("rocq", "claims.py", "-o", "out")
    assert (code, out) == (2, "")
    assert err == "error: there is no ledger beside these files; formal check --update writes one\n"
    command = [sys.executable, "-m", "formal.cli", "rocq", "claims.py", "-o", "elsewhere", "--check"]
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: coqc is not installed; apt-get install coq, or leave out --check\n"
