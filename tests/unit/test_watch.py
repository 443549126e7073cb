"""formal check --watch: what is read and decided again after a change, and how it ends."""

import signal
import subprocess
import sys

import pytest

from formal.check import check
from formal.errors import ClaimError
from formal.watch import Watch

PARAMETERS = 'from formal import parameters\np = parameters("a b in [0, 1]")\n'
MODEL = """from formal import game, interval, solve
from .terms import p

@game(players=("A",))
def small(g):
    x = g.choose("A", "x", interval(0, 1))
    return {{"A": x * p.a - {cost} * x**2}}

equilibrium = solve(small)
"""
CLAIMS = """from formal import proposition
from {package} import model, terms

equilibrium, p = model.equilibrium, terms.p

@proposition("P", "what is chosen")
def chosen():
    return equilibrium.outcome("x") <= 1

@proposition("Q", "of parameters alone")
def alone():
    return {alone}
"""
FREE = PARAMETERS + 'from formal import proposition\n@proposition("R", "free")\ndef free():\n    return p.a <= 1 + p.b\n'


@pytest.fixture
def project(tmp_path, monkeypatch, request):
    """A package of its own name, since modules of other tests stay imported."""
    package = f"watched_{abs(hash(request.node.name))}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    folder = tmp_path / package
    folder.mkdir()
    texts = {
        "__init__": "", "terms": PARAMETERS, "free": FREE,
        "model": MODEL.format(cost=1), "claims": CLAIMS.format(package=package, alone="p.a * p.b <= p.a"),
    }  # fmt: skip
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    yield folder
    for name in [n for n in sys.modules if n.startswith(package)]:
        del sys.modules[name]


def round_of(state):
    """What is decided anew, and the status of everything."""
    state.read()
    found = list(state.decide(lambda one: next(check([one], audit=False))))
    return {r.id for r, again in found if again}, {r.id: r.status for r, _ in found}


def test_only_what_says_something_else_is_decided_again(project):
    state = Watch([project])
    assert round_of(state)[0] == {"small", "P", "Q", "R"}
    assert not state.changed()
    claims, model, terms = (project / f"{name}.py" for name in ("claims", "model", "terms"))

    claims.write_text("# a comment\n" + claims.read_text())
    assert state.changed() == {claims}
    assert round_of(state)[0] == set()
    assert state.known[claims, "proposition", "P"][1].line == 7

    claims.write_text(claims.read_text().replace("p.a * p.b <= p.a", "p.a * p.b <= p.b * p.b"))
    again, found = round_of(state)
    assert again == {"Q"}
    assert found["Q"] == "refuted"

    model.write_text(MODEL.format(cost=2))
    assert round_of(state)[0] == {"small", "P"}

    terms.write_text(PARAMETERS.replace("[0, 1]", "[0, 2]"))
    again, found = round_of(state)
    assert again == {"small", "P", "Q"}
    assert found["R"] == "proved"


def test_whole_numbers_are_part_of_what_a_claim_says(project):
    state, terms = Watch([project]), project / "terms.py"
    terms.write_text(PARAMETERS.replace("a b in [0, 1]", 'a integer >= 1", "b in [0, 1]'))
    claims = project / "claims.py"
    claims.write_text(claims.read_text().replace("p.a * p.b <= p.a", "(p.a - 1) * (p.a - 2) >= 0"))
    assert round_of(state)[1]["Q"] == "proved"
    terms.write_text(terms.read_text().replace("integer", ""))
    again, verdicts = round_of(state)
    assert {"small", "P", "Q"} <= again
    assert verdicts["Q"] == "refuted"


def test_what_cannot_be_read_is_read_when_it_can(project):
    state = Watch([project])
    round_of(state)
    claims = project / "claims.py"
    text = claims.read_text()
    claims.write_text(text.replace("return p.a", "return ("))
    with pytest.raises(ClaimError, match="does not import"):
        state.read()
    assert not state.changed()
    claims.write_text(text.replace("p.a * p.b <= p.a", "p.a * p.b <= 1"))
    assert round_of(state)[0] == {"Q"}
    (project / "more.py").write_text(FREE.replace('"R"', '"S"'))
    assert round_of(state)[0] == {"S"}
    (project / "more.py").unlink()
    again, found = round_of(state)
    assert again == set()
    assert set(found) == {"small", "P", "Q", "R"}


def test_the_command_goes_on_until_an_interrupt(tmp_path):
    file = tmp_path / "free.py"
    file.write_text(FREE)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "formal.cli", "check", "--watch", "free.py"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip

    def until(word):
        seen = ""
        while word not in seen:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            seen += line
        return seen

    try:
        assert "✓ R" in until("1 claims: 1 proved")
        file.write_text(FREE.replace("p.a <= 1", "p.a <= p.b * 1"))
        assert "✗ R" in until("1 claims: 0 proved")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert err.splitlines()[-1] == "no longer watching"
    assert "Traceback" not in out + err


def test_watching_writes_no_documents(run, tmp_path):
    (tmp_path / "free.py").write_text(FREE)
    code, _, err = run("check", "--watch", "free.py", "--format", "json")
    assert code == 2
    assert "--watch goes with" in err
