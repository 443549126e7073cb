"""A replay needs no solver: it runs in a new environment in which none is installed."""

import json
import os
import subprocess
import sys
import venv

import pytest

from tests.conftest import ROOT

NEEDED = ["sympy", "mpmath", "python-flint", "click", "rich", "markdown-it-py", "mdurl", "pygments"]
ABSENT = ["z3", "numpy", "scipy", "cvc5", "highspy", "clarabel"]
LEDGERS = ["proofs/ratification", "proofs/gallery/coordination.py", "proofs/gallery/repeated_dilemma.py"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A virtual environment with this package and the few that a replay imports."""
    folder = tmp_path_factory.mktemp("fresh") / "environment"
    venv.create(folder, with_pip=True, system_site_packages=False)
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *NEEDED], check=True, capture_output=True, text=True)
    (folder / "source").mkdir()
    for name in ("formal", "pyproject.toml", "README.md", "LICENSE"):
        os.symlink(ROOT / name, folder / "source" / name)
    subprocess.run([*install, "--no-deps", str(folder / "source")], check=True, capture_output=True, text=True)
    return python


def test_no_solver_is_there(fresh):
    script = f"import importlib.util as u; print([m for m in {ABSENT} if u.find_spec(m)])"
    assert subprocess.run([fresh, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_replay_certifies_there_what_it_certifies_here(fresh, tmp_path):
    command = ["-m", "formal.cli", "replay", "--format", "json", *(str(ROOT / path) for path in LEDGERS)]
    verdicts = []
    for python in (str(fresh), sys.executable):
        done = subprocess.run([python, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        claims = json.loads(done.stdout)["claims"]
        verdicts.append({c["id"]: (c["verdict"], c["assurance"], c["reason"]) for c in claims})
    assert verdicts[0] == verdicts[1]
    assert {"certified"} == {assurance for verdict, assurance, _ in verdicts[0].values() if verdict == "proved"}
    assert len(verdicts[0]) > 10
