"""No claim of a proof file goes unread, and none hides the others."""

import os
import subprocess
import sys

import pytest

from formal.check import exit_code, export, records
from formal.claims import Proposition
from formal.errors import ClaimError, UsageError
from formal.loader import load

HEAD = 'from formal import parameters, proposition\np = parameters("a in [0, 1]")\n'
FALSE = '@proposition("{0}", "false")\ndef {1}():\n    return p.a > 2\n'
TRUE = '@proposition("{0}", "true")\ndef {1}():\n    return p.a < 2\n'

UNREAD = {
    "two functions of one name": {"f.py": HEAD + FALSE.format("F", "claim") + TRUE.format("T", "claim")},
    "a claim without a name": {"f.py": HEAD + "def made():\n" + "".join(
        f"    {line}\n" for line in (FALSE.format("F", "claim") + "return claim").splitlines()
    ) + "kept = [made()]\n" + TRUE.format("T", "true")},
    "a claim in a package's own file": {
        "pack/__init__.py": HEAD + FALSE.format("F", "claim"),
        "pack/more.py": HEAD + TRUE.format("T", "claim"),
    },
    "a claim in a package inside a package": {
        "pack/__init__.py": "",
        "pack/inner/__init__.py": HEAD + FALSE.format("F", "claim"),
        "pack/inner/more.py": HEAD + TRUE.format("T", "claim"),
    },
    "steps that raise": {
        "f.py": HEAD
        + '@proposition("R", "raises", steps=lambda: [1 / 0])\ndef raising():\n    return p.a < 2\n'
        + FALSE.format("F", "claim")
        + TRUE.format("T", "true")
    },
}  # fmt: skip


def run(folder):
    environment = {**os.environ, "COLUMNS": "150"}
    command = [sys.executable, "-m", "formal.cli", "check", "--no-audit", "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize("name", UNREAD)
def test_every_claim_is_read(name, tmp_path):
    write(tmp_path, UNREAD[name])
    done = run(tmp_path)
    assert "✗ F " in done.stdout
    assert "✓ T " in done.stdout
    assert done.returncode == (2 if "raise" in name else 1)
    assert not done.stderr


def test_a_game_that_ends_python_hides_no_claim(tmp_path):
    ending = "\n@game(players=('A',))\ndef ending(g):\n    raise SystemExit(0)\n"
    write(tmp_path, {"f.py": HEAD + GAMES + ending + FALSE.format("F", "claim")})
    done = run(tmp_path)
    assert "✗ F " in done.stdout
    assert done.returncode == 2


def test_an_error_of_the_toolkit_hides_no_other_claim(tmp_path, monkeypatch):
    write(tmp_path, {"broken.py": HEAD + TRUE.format("B", "broken") + FALSE.format("F", "claim")})
    (file,) = load([tmp_path / "broken.py"])
    broken = file.propositions[0]
    decided = Proposition.check

    def check(item):
        return 1 / 0 if item is broken else decided(item)

    monkeypatch.setattr(Proposition, "check", check)
    found = list(records([file], lambda _: None, audit=False))
    assert [r.status for r in found] == ["error", "refuted"]
    assert "an error of the toolkit itself: ZeroDivisionError" in found[0].reason
    assert exit_code(found) == 2


GAMES = """
from formal import game, interval, nash, matrix_game, solve
@game(players=("A",))
def small(g):
    return {"A": g.choose("A", "x", interval(0, p.a))}
pair = matrix_game("pair", rows=["l", "r"], columns=["l", "r"], payoffs=[[(1, 1), (0, 0)], [(0, 0), (p.a, 1)]])
"""


def test_an_equilibrium_is_not_read_outside_propositions(tmp_path):
    reading = 'paid = solve(small).payoff("A")\n'
    write(tmp_path, {"f.py": HEAD + GAMES + reading + TRUE.format("T", "claim")})
    done = run(tmp_path)
    assert done.returncode == 2
    shown = "the subgame perfect equilibrium of small is read where no proposition can rest on it"
    assert done.stderr == f"error: f.py:9: {shown}; read it inside the proposition\n"


def test_nash_equilibria_may_be_looked_up_outside(tmp_path):
    looked = 'both = nash(pair).pure("l", "l")\n@proposition("N", "l")\ndef paid():\n    return both.payoff("Row") >= p.a\n'
    write(tmp_path, {"f.py": HEAD + GAMES + looked + FALSE.format("F", "claim") + TRUE.format("T", "true")})
    done = run(tmp_path)
    assert "✓ N " in done.stdout


def test_a_file_that_ends_python_is_an_error(tmp_path):
    write(tmp_path, {"f.py": HEAD + TRUE.format("T", "claim") + "raise SystemExit(0)\n"})
    done = run(tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: f.py:6: f.py does not import: SystemExit: 0\n"


def test_no_question_is_written_over_another(tmp_path):
    write(tmp_path, {"f.py": HEAD + TRUE.format("A/1", "one") + TRUE.format("A-1", "two")})
    (file,) = load([tmp_path / "f.py"])
    with pytest.raises(UsageError, match='"A/1" and "A-1" would be written to the same file'):
        export([file], tmp_path / "out")


def test_each_path_that_is_named_holds_claims(tmp_path):
    write(tmp_path, {"f.py": HEAD + TRUE.format("T", "claim"), "none.py": HEAD})
    command = [sys.executable, "-m", "formal.cli", "check", "f.py", "none.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "error: no games or propositions in none.py\n")


def test_a_game_and_a_proposition_do_not_share_a_name(tmp_path):
    """Ledgers and reports would give one the verdict of the other."""
    game = '\n@game(players=("A",))\ndef T(g):\n    return {"A": g.choose("A", "x", interval(0, 1))}\n'
    (tmp_path / "shared.py").write_text(HEAD.replace("import ", "import game, interval, ") + game + TRUE.format("T", "claim"))
    with pytest.raises(ClaimError, match=r'the id "T" is used twice, first at .*shared.py:4'):
        load([tmp_path])
