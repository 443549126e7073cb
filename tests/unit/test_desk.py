"""A paper's repository from nothing, explanations of claims, and completion."""

import importlib.metadata
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from formal.cli import main
from formal.commands.completion import TARGET
from formal.errors import UsageError
from formal.new import TEMPLATES, create
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A new repository, with ledgers."""
    folder = tmp_path_factory.mktemp("papers")
    create("demo", folder)
    done = command(folder / "demo", "check", "--update")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "demo"


def command(folder, *arguments, module="formal.cli", **environment):
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_a_new_repository_is_green(run, tmp_path):
    code, out, _ = run("new", "demo")
    assert code == 0
    assert out.endswith("Next: cd demo && formal check\n")
    code, out, _ = run("check", cwd=tmp_path / "demo")
    assert code == 0
    assert "1 refuted as expected, 0 unknown" in out


def test_its_certificates_and_tests_pass(demo):
    assert command(demo, "replay").returncode == 0
    done = command(demo, "-q", "-p", "no:hypothesispytest", module="pytest")
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout


def test_its_workflow_and_hooks_are_valid(demo):
    checker = ["--builtin-schema", "vendor.github-workflows"]
    workflow = demo / ".github/workflows/proofs.yml"
    assert command(demo, *checker, str(workflow), module="check_jsonschema").returncode == 0
    broken = demo.parent / "broken.yml"
    broken.write_text(workflow.read_text().replace("runs-on", "runs-in"))
    assert command(demo, *checker, str(broken), module="check_jsonschema").returncode != 0
    assert command(demo, "validate-config", ".pre-commit-config.yaml", module="pre_commit").returncode == 0
    assert command(ROOT, "validate-manifest", ".pre-commit-hooks.yaml", module="pre_commit").returncode == 0
    assert command(ROOT, "validate-manifest", ".pre-commit-config.yaml", module="pre_commit").returncode != 0


def test_the_documented_workflow_is_the_one_that_is_written(demo):
    page = (ROOT / "docs/how-to/ci.md").read_text()
    assert (demo / ".github/workflows/proofs.yml").read_text() in page
    assert (demo / ".pre-commit-config.yaml").read_text() in page


def test_it_asks_for_the_version_that_wrote_it(demo):
    version = importlib.metadata.version("formal-games")
    assert f"formal-games[solvers,watch]=={version}\n" in (demo / "requirements.txt").read_text()
    extras = importlib.metadata.metadata("formal-games").get_all("Provides-Extra")
    assert {"solvers", "watch"} <= set(extras)


UNUSABLE = [
    "class",
    "match",
    "json",
    "Formal",
    "",
    "a b",
    "a;rm -rf b",
    "../up",
    "/tmp/x",
    "-x",
    "1st",
    "ü",
    "{{ x }}",
    "a" * 65,
]


@pytest.mark.parametrize("name", UNUSABLE)
def test_names_that_cannot_be_used(name, tmp_path):
    with pytest.raises(UsageError, match=r"no name for a repository|means something else to Python"):
        create(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over(run, tmp_path):
    (tmp_path / "demo").mkdir()
    code, _, err = run("new", "demo")
    assert (code, err) == (2, 'error: "demo" exists already; choose another name, or remove it\n')
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert run("new", "dangling")[0] == 2


def test_what_cannot_be_finished_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("formal.new._write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        create("demo", tmp_path)
    assert not list(tmp_path.iterdir())
    assert list(TEMPLATES.rglob("*.j2"))


def test_a_claim_is_explained(demo):
    done = command(demo, "explain", "P2.repair")
    assert done.returncode == 0
    for part in (
        "P2.repair: They agree exactly when",
        'return iff(equilibrium.played("answer", "accept"), p.w < 1)',
        "It rests on the subgame perfect equilibrium of bargaining (proofs/model.py:",
        "Responder, accept: comparison, x ≥ w, so w ≤ x",
        "w  if w < 1",
        "proved by Z3, certified",
    ):
        assert part in done.stdout
    done = command(demo, "explain", "proofs/propositions.py:P2")
    assert done.returncode == 0
    assert "refuted, as expected\n  at w = 1: 1 < 1 is false" in done.stdout


def test_hypotheses_steps_and_what_is_not_used_are_explained(run, tmp_path):
    (tmp_path / "m.py").write_text(
        "from formal import parameters, proposition\n"
        'p = parameters("a b c >= 0")\n'
        "def steps():\n    return [(p.a - p.b)**2 >= 0, p.a**2 + p.b**2 >= 2*p.a*p.b]\n"
        '@proposition("S", "in steps", given=[p.a <= 1, p.c <= 7], steps=steps)\n'
        "def stepwise():\n    return 2 * p.a * p.b <= p.a**2 + p.b**2\n"
        '@proposition("X", "free")\ndef free():\n    return 3\n'
        '@proposition("E", "not always", given=[p.a <= 1])\ndef wrong():\n    return p.b <= p.a\n'
    )
    code, out, _ = run("explain", "m.py:S")
    assert code == 0
    assert "Parameters\n  a ≥ 0\n  b ≥ 0\n  c ≥ 0\n" in out
    assert "Given\n  a ≤ 1\n  c ≤ 7\n" in out
    assert "Steps of the proof\n  1. " in out
    assert "2. a² + b² ≥ 2*a*b  proved" in out
    assert "not needed: a ≤ 1, c ≤ 7" in out
    code, out, _ = run("explain", "m.py:X")
    assert code == 2
    assert "3 is not a condition" in out
    code, out, _ = run("explain", "m.py:E")
    assert code == 1
    assert "Then\n  b ≤ a\n" in out
    assert "refuted\n  at a = " in out


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        (
            "proofs/gallery/coordination.py:HD.mixed",
            ["the Nash equilibrium of chicken in which (hawk or dove, hawk or dove)", "Row: hawk with probability v/c"],
        ),
        ("proofs/gallery/beer_quiche.py:beer.pooling", ["class 1 of the perfect Bayesian", "believing Pr(strong) ≤ 1/2"]),
        (
            "proofs/gallery/schooling.py:schooling.least",
            ["class 2 of the pure perfect Bayesian", "other: e = 0, answered"],
        ),
    ],
)
def test_what_claims_on_other_games_rest_on(monkeypatch, claim, shown):
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, ["explain", claim])
    assert done.exit_code == 0
    for part in shown:
        assert part in done.output


def test_a_claim_on_a_game_that_is_not_solved_is_unknown(run, tmp_path):
    (tmp_path / "m.py").write_text(
        'from formal import game, interval, parameters, proposition, solve\np = parameters("a b >= 0")\n'
        '@game(players=("A",))\ndef hard(g):\n    x = g.choose("A", "x", interval(0, 1))\n'
        '    return {"A": p.a * x - x**5 + p.b * x**3}\n'
        '@proposition("H", "hard")\ndef claim():\n    return solve(hard).payoff("A") >= 0\n'
    )
    code, out, err = run("explain", "m.py:H")
    assert code == 3
    assert "As written" in out
    assert "Verdict\n  unknown\n" in out
    assert "degree" in out
    assert not err
    (tmp_path / "n.py").write_text((tmp_path / "m.py").read_text().replace('"H"', '"I"'))
    (tmp_path / "pyproject.toml").write_text('[tool.formal]\npaths = ["m.py", "n.py"]')
    code, _, err = run("explain", "hard")
    assert code == 2
    assert '"hard" is in m.py and in n.py; write n.py:hard' in err


def test_a_game_is_explained(demo):
    done = command(demo, "explain", "bargaining")
    assert done.returncode == 0
    assert "Path of play" in done.stdout
    assert "Responder, reject rather than accept: selection, w ≥ 0" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("explain", "P2.repaired"), 'did you mean "P2.repair"?'),
        (("explain", "nowhere.py:P2"), 'no file or folder "nowhere.py"'),
        (("explane", "P2"), "explain"),
        (("check", "--formt", "json"), "--format"),
        (("completion", "tcsh"), "'bash', 'zsh', 'fish'"),
    ],
)
def test_errors_suggest_what_was_meant(demo, arguments, hint):
    done = command(demo, *arguments)
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_code(shell):
    done = CliRunner().invoke(main, ["completion", shell])
    assert done.exit_code == 0
    assert "_FORMAL_COMPLETE" in done.output


def test_ids_are_completed_without_importing_anything(demo):
    line = {"_FORMAL_COMPLETE": "zsh_complete", "COMP_WORDS": "formal explain P2", "COMP_CWORD": "2"}
    script = (
        "import sys, formal.cli\ntry:\n    formal.cli.main(prog_name='formal')\nfinally:\n    assert 'sympy' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=demo, env={**os.environ, **line}, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    kinds, values = done.stdout.splitlines()[::3], done.stdout.splitlines()[1::3]
    assert list(zip(kinds, values, strict=True)) == [("file", "P2"), ("plain", "P2"), ("plain", "P2.repair")]


def test_names_in_a_file_are_completed(demo, monkeypatch):
    monkeypatch.chdir(demo)
    found = TARGET.shell_complete(None, None, "proofs/propositions.py:P2")
    assert [item.value for item in found] == ["proofs/propositions.py:P2", "proofs/propositions.py:P2.repair"]
    assert [item.value for item in TARGET.shell_complete(None, None, "proofs/model.py:")] == ["proofs/model.py:bargaining"]
    assert TARGET.shell_complete(None, None, "nowhere.py:") == []
    (demo.parent / "bad.py").write_text("def (")
    assert TARGET.shell_complete(None, None, "../bad.py:") == []
