"""The command line in processes of its own: exit codes, formats, one-line errors, interrupts."""

import json
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from tests.conftest import ROOT

GAME = """
from formal import game, interval, parameters, proposition, implies
p = parameters("a b >= 0")

@game(players=("A", "B"){options})
def small(g):
    {body}

@proposition("T1", "a claim"{given})
def claim():
    return {claim}
"""
BODY = 'return {"A": int(g.choose("A", "c", ["left", "right"]) == "left"), "B": 0}'


def write(folder, body=BODY, options="", claim="p.a + p.b >= p.a", given="", extra=""):
    text = GAME.format(body=textwrap.indent(body, "    ").strip(), options=options, claim=claim, given=given)
    (folder / "model.py").write_text(text + extra)


def test_help_and_doctor(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(command in out for command in ("check", "derive", "doctor"))
    code, out, _ = run("doctor")
    assert code == 0
    assert "z3-solver" in out


def test_help_imports_neither_sympy_nor_a_solver():
    script = "import sys, formal.cli; sys.exit(bool({'sympy', 'z3', 'flint', 'numpy', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_a_true_and_a_false_claim(run, tmp_path):
    write(tmp_path)
    code, out, _ = run("check", ".")
    assert code == 0
    assert "2 claims: 2 proved" in out
    write(tmp_path, claim="p.a <= p.b")
    code, out, _ = run("check", "model.py")
    assert code == 1
    assert "at a = " in out
    assert "is false" in out


def test_a_refutation_that_is_expected_passes_and_a_proof_instead_fails(run, tmp_path):
    write(tmp_path, claim="p.a <= p.b", given=', expect="refuted"')
    assert run("check", ".")[0] == 0
    write(tmp_path, given=', expect="refuted"')
    code, out, _ = run("check", ".")
    assert code == 1
    assert "expected to be refuted" in out


def test_unknown_has_a_code_of_its_own(run, tmp_path):
    write(tmp_path, body='x = g.choose("A", "x", interval(0, 1))\nreturn {"A": p.a * x - x**5 + p.b * x**3, "B": 0}')
    code, out, _ = run("check", ".")
    assert code == 3
    assert "degree" in out


def test_json_has_the_same_content(run, tmp_path):
    write(tmp_path, claim="p.a <= p.b")
    code, out, _ = run("check", ".", "--format", "json")
    data = json.loads(out)
    assert code == 1
    by_id = {c["id"]: c for c in data["claims"]}
    assert by_id["small"]["verdict"] == "proved"
    assert by_id["T1"]["verdict"] == "refuted"
    assert set(by_id["T1"]["witness"]) == {"a", "b"}


BAD = {
    "action": ({"body": 'if g.choose("A", "c", ["left"]) == "lft":\n    pass\nreturn {"A": 0, "B": 0}'}, 'did you mean "left"'),
    "player": ({"body": 'g.choose("Al", "c", ["left"])'}, '"Al" is not a player'),
    "payoff": ({"body": 'return {"A": 1}'}, 'no payoff for "B"'),
    "probability": ({"body": 'g.chance("w", {"hi": p.a, "lo": p.a})'}, "sum to 2*a"),
    "float": ({"body": 'return {"A": 0.1, "B": 0}'}, "Rational(1, 10)"),
    "symbolic if": ({"body": 'x = g.choose("A", "x", interval(0, 1))\nif x > p.a:\n    pass'}, "g.when"),
    "undeclared": ({"body": 'return {"A": p.gamma, "B": 0}'}, 'undeclared parameter "gamma"'),
    "assumptions": ({"options": ', assume={"high": p.a > 2, "low": p.a < 1}'}, '"high" (a > 2), "low" (a < 1)'),
    "hypotheses": ({"given": ", given=[p.a > 2, p.a < 1]"}, "contradict one another"),
    "import": ({"extra": "\nimport no_such_module\n"}, "ModuleNotFoundError"),
    "syntax": ({"extra": "\ndef broken(:\n"}, "does not import"),
    "twice": ({"extra": '\n@proposition("T1", "again")\ndef again():\n    return p.a >= 0\n'}, "used twice"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_with_file_and_line(run, tmp_path, name):
    changes, complaint = BAD[name]
    write(tmp_path, **changes)
    code, out, err = run("check", "model.py")
    printed = out + err
    assert code == 2
    assert complaint in printed
    assert "Traceback" not in printed
    (line,) = [text for text in printed.splitlines() if complaint in text]
    assert "model.py:" in line


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("check", "nowhere"), 'no file or folder "nowhere"'),
        (("derive", "nowhere.py:game"), 'no file or folder "nowhere.py"'),
        (("derive", "model.py:smal"), 'did you mean "small"'),
        (("check", "empty"), "no games or propositions"),
        (("report", "model.py", "-o", "model.py"), "model.py is a file; name a folder"),
        (("paper", "model.py", "-o", "."), "is not empty and was not written by formal paper"),
    ],
)
def test_paths_and_names_that_do_not_exist(run, tmp_path, arguments, complaint):
    write(tmp_path)
    (tmp_path / "empty").mkdir()
    code, out, err = run(*arguments)
    assert code == 2
    assert complaint in err
    assert "Traceback" not in out + err


def test_other_claims_go_on_after_a_bad_one(run, tmp_path):
    bad = '\n@proposition("T2", "bad")\ndef bad():\n    return 3\n'
    good = '\n@proposition("T3", "good")\ndef good():\n    return p.a + p.b >= p.b\n'
    write(tmp_path, extra=bad + good)
    code, out, _ = run("check", ".")
    assert code == 2
    assert "3 proved" in out
    assert "1 with errors" in out


def test_interrupt_prints_what_was_decided(tmp_path):
    slow = '\nimport time\n@proposition("T2", "slow")\ndef slow():\n    time.sleep(60)\n    return p.a >= 0\n'
    write(tmp_path, extra=slow)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "formal.cli", "check", "."],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )  # fmt: skip
    seen = ""
    while "T1" not in seen and process.poll() is None:
        seen += process.stdout.readline()
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "1 not reached" in seen + out
    assert "interrupted" in err
    assert "Traceback" not in out + err


def test_derive_prints_cells_and_latex(run):
    target = str(ROOT / "proofs/ratification/model.py") + ":ratification"
    code, out, _ = run("derive", target)
    assert code == 0
    assert "obligations proved" in out
    assert "x = σ/χ" in out
    code, out, _ = run("derive", target, "--latex")
    assert code == 0
    assert r"\begin{proposition}[Equilibrium of ratification]" in out
    assert r"\frac{\sigma}{\chi}" in out


def test_one_changed_sign_in_the_payoffs_makes_a_proposition_fail(run, tmp_path):
    """The invitation's abandonment cost with the wrong sign: refuted with a counterexample, not overlooked."""
    shutil.copytree(ROOT / "proofs", tmp_path / "proofs", ignore=shutil.ignore_patterns("__pycache__", "*.ledger.json"))
    model = tmp_path / "proofs/invitation/model.py"
    right = "-(p.alphab + p.alpha0 + p.alpha1 * m)"
    text = model.read_text()
    assert right in text
    model.write_text(text.replace(right, "-(p.alphab + p.alpha0 - p.alpha1 * m)"))
    code, out, _ = run("check", "proofs/invitation/acceptance.py", "--format", "json")
    claims = {c["id"]: c for c in json.loads(out)["claims"]}
    assert code == 1
    assert claims["C2"]["verdict"] == "refuted"
    assert claims["C2"]["witness"]
    assert claims["C2.uninvited"]["verdict"] == "proved"
