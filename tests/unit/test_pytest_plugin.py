"""Proof files as tests, in runs of pytest of their own."""

import subprocess
import sys

import pytest

import formal.decide.portfolio
import formal.replay
import formal.rocq
import formal.validate  # noqa: F401  what is imported here stays imported between runs
from tests.conftest import ROOT

HEAD = 'from formal import game, parameters, proposition\np = parameters("a b >= 0")\n'
GAME = """
@game(players=("A",))
def small(g):
    return {"A": int(g.choose("A", "c", ["left", "right"]) == "left")}
"""
pytest_plugins = "pytester"

TRUE, FALSE = "2 * p.a * p.b <= p.a**2 + p.b**2", "p.a <= p.b"


def claim(name, body, title="a claim", **options):
    more = "".join(f", {key}={value!r}" for key, value in options.items())
    return f'\n@proposition("{name}", "{title}"{more})\ndef {name.replace(".", "_")}():\n    return {body}\n'


@pytest.fixture
def tests(pytester):
    """Run pytest on files, text by name; returns its exit code and what it prints."""

    def call(files, *arguments):
        for name, text in files.items():
            (pytester.path / name).parent.mkdir(parents=True, exist_ok=True)
            (pytester.path / name).write_text(text)
        done = pytester.runpytest_inprocess("--color=no", "-p", "no:hypothesispytest", *arguments)
        return done.ret, done.stdout.str() + done.stderr.str()

    return call


def test_games_and_claims_are_items_with_id_and_title(tests):
    files = {"proofs/plugged.py": HEAD + GAME + claim("T.1", TRUE, "true ::\\n[at \\x1ball]")}
    code, out = tests(files, "--collect-only", "-q")
    assert code == 0
    assert out.splitlines()[:2] == ["proofs/plugged.py::small[equilibrium]", "proofs/plugged.py::T.1[true :: [at all]]"]


def test_verdicts(tests):
    claims = [
        claim("true", TRUE),
        claim("false", FALSE),
        claim("known", FALSE, expect="refuted"),
        claim("surprising", TRUE, expect="refuted"),
        claim("two", TRUE, require="two"),
        claim("certified", TRUE, require="certified"),
        claim("unreadable", "3"),
    ]
    code, out = tests({"proofs/plugged.py": HEAD + GAME + "".join(claims)}, "-rA", "-n", "2")
    ended = {line.split("::")[1].partition("[")[0]: line.split()[0] for line in out.splitlines() if "plugged.py::" in line}
    assert code == 1
    assert {name for name, how in ended.items() if how == "PASSED"} == {"small", "true", "known", "two"}
    assert {name for name, how in ended.items() if how == "FAILED"} == {"false", "surprising", "certified", "unreadable"}
    assert "1 ≤ 0 is false" in out or "2 ≤ 1 is false" in out
    assert "refuted: at a = " in out
    assert "but expected to be refuted" in out
    assert "but not certified, as is required" in out
    assert "3 is not a condition" in out
    assert "Traceback" not in out
    assert "pytest_plugin.py" not in out


def test_unknown_fails_with_its_reason(tests):
    hard = 'from formal import interval\n@game(players=("A",))\ndef hard(g):\n'
    hard += '    x = g.choose("A", "x", interval(0, 1))\n    return {"A": p.a * x - x**5 + p.b * x**3}\n'
    code, out = tests({"proofs/plugged.py": HEAD + hard}, "proofs")
    assert code == 1
    assert "unknown: " in out
    assert "degree" in out


def test_selection_and_the_last_failures(tests):
    files = {"proofs/plugged.py": HEAD + claim("T1", TRUE) + claim("F1", FALSE, "unlikely") + claim("F2", FALSE)}
    code, out = tests(files, "-k", "unlikely or T1")
    assert (code, "1 failed, 1 passed, 1 deselected" in out) == (1, True)
    code, out = tests(files, "-x")
    assert "1 failed, 1 passed" in out
    code, out = tests(files, "--lf", "-x", "-v")
    assert "F1[unlikely] FAILED" in out
    assert "T1" not in out
    assert tests(files, "proofs/plugged.py::T1")[0] == 0


def test_a_ledger_is_compared_and_replayed_where_a_claim_requires_it(tests, run, pytester):
    text = HEAD + claim("K", TRUE, require="certified") + claim("R", TRUE, require="rocq")
    tests({"proofs/plugged.py": text}, "--collect-only")
    assert run("check", "--update", "proofs", cwd=pytester.path)[0] == 1  # R is certified, and not checked by Rocq
    code, out = tests({}, "proofs")
    assert code == 0, out
    code, out = tests({"proofs/plugged.py": text.replace(TRUE, "p.a * p.b <= p.a**2 + p.b**2")}, "proofs")
    assert code == 1
    assert "K is obsolete in plugged.ledger.json" in out


@pytest.mark.parametrize(
    ("files", "arguments", "collected"),
    [
        ({"proofs/plugged_other.py": "raise SystemExit('not yours')"}, (), 0),
        ({"elsewhere/plugged.py": HEAD + claim("T", TRUE)}, (), 0),
        ({"elsewhere/plugged.py": HEAD + claim("T", TRUE)}, ("elsewhere/plugged.py",), 1),
        (
            {
                "pyproject.toml": '[tool.formal]\npaths = ["a"]',
                "a/plugged.py": HEAD + claim("T", TRUE),
                "proofs/plugged_too.py": HEAD,
            },
            (),
            1,
        ),
        (
            {
                "proofs/plugged.py": HEAD + claim("T", TRUE),
                "proofs/plugged_mine.py": "from plugged import *",
                "proofs/conftest.py": "",
            },
            (),
            1,
        ),
    ],
)
def test_only_files_of_a_project_that_uses_this_package_are_collected(tests, files, arguments, collected):
    code, out = tests(files, "--collect-only", "-q", *arguments)
    assert code == (0 if collected else 5)
    assert out.count("::") == collected


def test_a_file_that_does_not_import_is_one_line(tests):
    code, out = tests({"proofs/plugged.py": HEAD + "import no_such_module\n"}, "proofs/plugged.py")
    assert code == 2
    assert "1 error in" in out
    assert "plugged.py:3: " in out
    assert "ModuleNotFoundError" in out
    assert "Traceback" not in out


def test_a_file_of_tests_may_declare_claims(tests):
    files = {"proofs/test_plugged.py": HEAD + claim("T", TRUE) + "\ndef test_two():\n    assert p.a != p.b\n"}
    for arguments in ((), ("proofs/test_plugged.py",)):
        code, out = tests(files, "-q", *arguments)
        assert code == 0
        assert "2 passed" in out


def test_an_id_that_is_used_twice(tests):
    files = {"proofs/plugged.py": HEAD + claim("T", TRUE), "proofs/plugged_too.py": HEAD + claim("T", TRUE)}
    code, out = tests(files)
    assert code == 2
    assert 'the id "T" is used twice' in out


def test_a_start_of_pytest_imports_neither_sympy_nor_a_solver():
    script = "import sys, formal.pytest_plugin; sys.exit(bool({'sympy', 'z3', 'flint', 'numpy', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
