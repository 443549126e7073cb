"""Ledgers that somebody has tampered with: no false claim is ever certified, and what is no ledger is refused at once."""

import copy
import importlib
import json
import subprocess
import sys
import time

import pytest

from formal.certify.codec import decoded
from formal.certify.judges import CERTIFICATE, Recorder, Replayer, _symbols, identity
from formal.certify.ledger import Ledger, ledger_path, read
from formal.certify.search import NotFoundError, certificate
from formal.certify.statement import statement
from formal.check import records
from formal.decide.judge import judging
from formal.decide.verdict import Proved
from formal.errors import ClaimError, FormalError
from formal.levels import CERTIFIED
from formal.loader import load

MODEL = """
from sympy import Eq

from formal import game, iff, interval, parameters, proposition, solve

p = parameters("w >= 0", "c > 0")


@game(players=("Proposer", "Responder"), ties={"answer": "accept"}, cells={"war": {"answer": "reject"}})
def bargaining(g):
    x = g.choose("Proposer", "x", interval(0, 1))
    if g.choose("Responder", "answer", ["accept", "reject"]) == "accept":
        return {"Proposer": 1 - x, "Responder": p.c * x**2}
    return {"Proposer": 0, "Responder": p.w}


equilibrium = solve(bargaining)


@proposition("outside", "The responder gets its outside option", require="certified")
def outside():
    return Eq(equilibrium.payoff("Responder"), p.w)


@proposition("agree", "They agree exactly when that is worth less than the pie")
def agree():
    return iff(equilibrium.played("answer", "accept"), p.w < p.c)


@proposition("war", "War is where it is not")
def war():
    return iff(equilibrium.where("war"), p.w >= p.c)


@proposition("false.always", "They always agree", expect="refuted")
def always():
    return equilibrium.played("answer", "accept")


@proposition("false.nothing", "The responder gets nothing", expect="refuted")
def nothing():
    return Eq(equilibrium.payoff("Responder"), 0)


@proposition("false.peace", "War is nowhere", expect="refuted")
def peace():
    return ~equilibrium.where("war")


@proposition("false.void", "There is never an equilibrium", expect="refuted")
def void():
    return equilibrium.nonexistence()
"""
TRUE, FALSE = {"outside", "agree", "war"}, {"false.always", "false.nothing", "false.peace", "false.void"}
LITTLE = 2_000


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The model with its ledger, as an author writes them."""
    file = tmp_path_factory.mktemp("ledgers") / "tampered_bargaining.py"
    file.write_text(MODEL)
    done = formal("check", "--update", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    return file


def formal(*arguments):
    return subprocess.run([sys.executable, "-m", "formal.cli", *arguments], capture_output=True, text=True, check=False)


def declared(file):
    """The file imported again, so that nothing is remembered of its games."""
    sys.modules.pop(file.stem, None)
    importlib.invalidate_caches()
    return load([file])


def replayed(file, ledger):
    """What a replay says of each claim."""
    with judging(Replayer(ledger)):
        return {r.id: r.status for r in records(declared(file), lambda _: None, audit=False)}


def test_files_that_share_a_goal_are_replayed_alone(tmp_path):
    claim = "from formal import parameters, proposition\np = parameters('w >= 0')\n"
    claim += "@proposition('{}', 'A square')\ndef square():\n    return p.w**2 + 1 > p.w\n"
    files = [tmp_path / f"shared_{name}.py" for name in "ab"]
    for file in files:
        file.write_text(claim.format(file.stem))
    assert formal("check", "--update", *map(str, files)).returncode == 0
    for file in files:
        assert formal("replay", str(file)).returncode == 0, file


class Attacker(Recorder):
    """Proposes what it likes, and finds certificates for all that can be proved of it."""

    def decide(self, goal, *, doubtful=False):
        name = identity(goal)
        if name not in self.new.goals:
            self.new.goals[name] = {"goal": goal.name, "verdict": "proved"} | self.made(goal)
        return Proved((CERTIFICATE,))

    def made(self, goal):
        try:
            if goal.existential:
                return self.old.goals.get(identity(goal), {})
            return {CERTIFICATE: certificate(statement(goal), LITTLE)}
        except (NotFoundError, FormalError):
            return {}

    def contradictory(self, conditions, *, soon=False):
        return False

    def proposed(self, game, name, make, more=()):
        entry = self.old.proposals[f"{game.name}: {name}"]
        self.new.proposals[f"{game.name}: {name}"] = entry
        return decoded(entry, _symbols(game, more))


def attacked(file, proposals):
    """What a replay says after an attacker has made the best of tampered proposals."""
    honest = read(file)
    attacker = Attacker(Ledger(file, {}, proposals, honest.goals))
    try:
        with judging(attacker):
            for _ in records(declared(file), lambda _: None, audit=False):
                pass
    except FormalError:
        return {}
    attacker.new.proposals = proposals
    return replayed(file, Ledger(file, {}, proposals, honest.goals | attacker.new.goals))


def thresholds(proposals):
    return [t for entry in proposals.values() for t in entry.get("thresholds", ())]


def characterised(polynomial):
    def change(proposals):
        for threshold in thresholds(proposals):
            threshold[3] = [{"term": polynomial}]

    return change


def in_one_place(polynomial):
    """Only the cells have the wrong characterisation: a threshold of that name is proved elsewhere."""

    def change(proposals):
        proposals["bargaining: cells"]["thresholds"][0][3] = [{"term": polynomial}]

    return change


def defined(term):
    def change(proposals):
        for threshold in thresholds(proposals):
            threshold[1] = {"term": term}

    return change


def never_exists(proposals):
    for threshold in thresholds(proposals):
        threshold[2], threshold[3] = [{"term": ["<", "w", 0]}], [{"term": 1}]


def all_cells(change):
    def changed(proposals):
        for cell in proposals["bargaining: cells"]["value"]:
            change(cell)

    return changed


def unattained(row):
    row[3] = False


def barren(proposals):
    for branch in proposals["bargaining: node 0"]["value"]:
        branch[2], branch[3] = False, True


def accepted(cell):
    cell[1] = [[label, "accept" if label == "answer" else move] for label, move in cell[1]]


def worthless(cell):
    cell[2]["map"][1][1] = {"term": 0}


def overlapping(proposals):
    first, second = proposals["bargaining: cells"]["value"]
    proposals["bargaining: cells"]["value"] = [[[], *first[1:]], second]


def first_only(proposals):
    del proposals["bargaining: cells"]["value"][1]


def second_only(proposals):
    del proposals["bargaining: cells"]["value"][0]


def always_rejects(proposals):
    proposals["bargaining: node 1"]["value"] = [[[], "reject", True, False]]


def renamed(cell):
    cell[4] = "" if cell[4] else "war"


TAMPERED = {
    "x_hat = 0": characterised("x_hat"),
    "1 = 0": characterised(1),
    "1 = 0 in one place": in_one_place(1),
    "x_hat = 0 in one place": in_one_place("x_hat"),
    "another closed form": defined(0),
    "a closed form that is not real": defined(["sqrt", ["*", -1, "c"]]),
    "never exists": never_exists,
    "no equilibrium anywhere": all_cells(unattained),
    "nothing follows": barren,
    "other paths": all_cells(accepted),
    "other payoffs": all_cells(worthless),
    "overlapping cells": overlapping,
    "the first cell alone": first_only,
    "the second cell alone": second_only,
    "a responder that always rejects": always_rejects,
    "cells under another name": all_cells(renamed),
}


def test_what_the_author_wrote_is_certified(model):
    found = replayed(model, read(model))
    assert {name for name, status in found.items() if status == "proved"} == TRUE | {"bargaining"}
    assert {name for name, status in found.items() if status == "refuted"} == FALSE


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_proposals_never_certify_what_is_false(model, name):
    proposals = copy.deepcopy(read(model).proposals)
    TAMPERED[name](proposals)
    assert proposals != read(model).proposals
    found = attacked(model, proposals)
    assert not {claim for claim in FALSE if found.get(claim) == "proved"}
    if name != "cells under another name":  # which are named again
        assert found.get("bargaining") != "proved"


def test_the_attacker_can_certify_what_is_true(model):
    """Otherwise the tests above would test nothing."""
    found = attacked(model, read(model).proposals)
    assert {name for name in (*TRUE, *FALSE, "bargaining") if found[name] == "proved"} == TRUE | {"bargaining"}


@pytest.mark.parametrize(
    "value",
    [
        5,
        None,
        "__import__('os').system('false')",
        [["__import__('os')"]],
        [[[], "accept", True]],
        [[["accept"], {"term": 0}, True, False]],
        [[[], "__import__('os').system('false')", True, False]],
        [[[], {"term": ["^", 10, 1_000_000_000]}, True, False]],
        [[[], {"term": ["^", 10, ["^", 10, 10]]}, True, False]],
        [[[], {"term": ["/", 1, 0]}, True, False]],
        [[[], {"term": ["sqrt"]}, True, False]],
        [[[], {"term": ["f", "x"]}, True, False]],
        [[[], {"term": "nobody"}, True, False]],
        [[[{"term": "x"}], {"term": 0}, True, False]],
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["cells", "node 0", "node 1"])
def test_malformed_proposals_are_an_error_of_one_line(model, value, place):
    ledger = read(model)
    ledger.proposals[f"bargaining: {place}"] = {"value": value}
    found = replayed(model, ledger)
    assert found["bargaining"] in ("error", "unknown")
    assert "proved" not in {found[name] for name in (*TRUE, *FALSE)}


# -- files


DEEP = 100_000
REFUSED = {
    "truncated": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "deep": lambda text: "[" * DEEP,
    "deep inside": lambda text: text.replace('"goals": {', '"goals": {"0": ' + '{"certificate": ' * DEEP, 1),
    "NaN": lambda text: text.replace('"format": 2', '"format": NaN'),
    "infinite": lambda text: text.replace('"format": 2', '"format": 1e999'),
    "a long number": lambda text: text.replace('"format": 2', '"format": ' + "9" * 100_000),
    "another format": lambda text: text.replace('"format": 2', '"format": 1'),
    "twice": lambda text: text.replace('"format": 2', '"format": 2,\n"format": 2'),
    "a list": lambda text: "[]",
    "sections that are lists": lambda text: '{"format": 2, "claims": [], "proposals": [], "goals": []}',
    "entries that are lists": lambda text: '{"format": 2, "claims": {}, "proposals": {}, "goals": {"a": []}}',
    "enormous": lambda text: text + " " * 30_000_000,
    "no text": lambda text: "\udcff",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_ledger_is_refused(tmp_path, model, name):
    file = tmp_path / "refused.py"
    text = ledger_path(model).read_text()
    ledger_path(file).write_bytes(REFUSED[name](text).encode("utf-8", "surrogateescape"))
    started = time.perf_counter()
    with pytest.raises(ClaimError, match="ledger"):
        read(file)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "proof",
    [
        ["derive", ">", "c^64*w^64", [0] * 32, [["1", [0] * 32, "c^64*w^64 + 1"]] * 50, [], ["absurd", 0]],
        ["derive", ">", " + ".join(f"c^{k % 60}*w^{k // 60}" for k in range(3_600)), [0] * 32, [], [], ["absurd", 0]],
        ["derive", ">", "c", [], [["9" * 3_999, [0] * 32, None]] * 200, [], ["absurd", 0]],
        ["cases", 0, [["absurd", 0]] * 100_000],
    ],
    ids=range(4),
)
@pytest.mark.parametrize(
    "lemmas", [[], [[[], ["absurd", 0]]] * 50_000, [[[[">", "c"]] * 100_000, ["absurd", 0]]]], ids=range(3)
)
def test_enormous_certificates_are_refused_in_bounded_time(model, proof, lemmas):
    ledger = read(model)
    for entry in ledger.goals.values():
        entry[CERTIFICATE] = {"lemmas": lemmas, "proofs": [proof] * 3}
    started = time.perf_counter()
    assert "proved" not in replayed(model, ledger).values()
    assert time.perf_counter() - started < 30


def test_certificates_of_other_goals_are_rejected(model):
    """Each goal gets the certificate of the next."""
    ledger = read(model)
    names = list(ledger.goals)
    moved = [ledger.goals[name].get(CERTIFICATE) for name in names]
    for name, other in zip(names, [*moved[1:], moved[0]], strict=True):
        ledger.goals[name] = ledger.goals[name] | {CERTIFICATE: other}
    assert "proved" not in replayed(model, ledger).values()


def test_a_certificate_that_is_lost_is_an_error_and_not_unknown(model, tmp_path):
    """CI may let pass what has only a solver's word; what the ledger calls certified has to be."""
    copied = tmp_path / "lost_bargaining.py"
    copied.write_text(MODEL)
    data = json.loads(ledger_path(model).read_text())
    assert {entry["assurance"] for entry in data["claims"].values()} >= {CERTIFIED}
    for entry in data["goals"].values():
        entry.pop(CERTIFICATE, None)
    ledger_path(copied).write_text(json.dumps(data))
    done = formal("replay", str(copied))
    assert done.returncode == 2, done.stdout
    assert "is certified in lost_bargaining.ledger.json, but no certificate there holds" in " ".join(done.stdout.split())


def test_a_game_of_which_less_is_certified_is_not_called_certified(tmp_path):
    """That none is missing is no longer certified; that those which are listed are equilibria still is."""
    file = tmp_path / "lost_sexes.py"
    file.write_text(
        "from formal import matrix_game, parameters\np = parameters('a b > 1')\nsexes = matrix_game('sexes', rows=['l', 'r'], "
        "columns=['l', 'r'], payoffs=[[(p.a, 1), (0, 0)], [(0, 0), (1, p.b)]])\n"
    )
    assert formal("check", "--update", str(file)).returncode == 0
    data = json.loads(ledger_path(file).read_text())
    for entry in data["goals"].values():
        if entry["goal"].startswith("supports"):
            entry.pop(CERTIFICATE)
    ledger_path(file).write_text(json.dumps(data))
    done = formal("replay", str(file))
    assert done.returncode == 2, done.stdout
    assert "that all of them are found is certified of sexes" in " ".join(done.stdout.split())
    (record,) = json.loads(formal("check", "--format", "json", str(file)).stdout)["claims"]
    assert (record["verdict"], record["complete"], record["assurance"]) == ("proved", "all of them", "proved by one")
    data["claims"]["sexes"]["complete"] = "all pure ones"
    ledger_path(file).write_text(json.dumps(data))
    assert "proved that all of them are found, but all pure ones in" in " ".join(formal("check", str(file)).stdout.split())


def test_a_claim_that_has_changed_is_obsolete(model, tmp_path):
    changed = tmp_path / model.name
    changed.write_text(MODEL.replace("p.w < p.c)", "p.w <= p.c)").replace("1 - x,", "2 - x,"))
    ledger_path(changed).write_text(ledger_path(model).read_text())
    done = formal("check", "--no-audit", str(changed))
    assert done.returncode == 2
    assert "agree is obsolete" in " ".join(done.stdout.split())
    assert "bargaining is obsolete" in " ".join(done.stdout.split())
    assert '"verdict": "proved"' not in formal("replay", "--format", "json", str(changed)).stdout


WHOLE = """
from formal import game, implies, parameters, proposition, solve

p = parameters("n integer in [0, 9]: members", "w >= 0")


@game(players=("Chair",), ties={"act": "yes"})
def alone(g):
    if g.choose("Chair", "act", ["yes", "no"]) == "yes":
        return {"Chair": p.n - p.w}
    return {"Chair": 0}


equilibrium = solve(alone)


@proposition("square", "A square plus one exceeds what is squared")
def square():
    return p.n**2 + 1 > p.n


@proposition("worth", "It acts where there are enough")
def worth():
    return implies(equilibrium.played("act", "yes"), p.n >= p.w)
"""


def test_whole_numbers_that_become_real_make_what_rests_on_them_obsolete(tmp_path):
    """Nothing else of the claims or of the game changes: the bounds stay the same."""
    file = tmp_path / "whole_numbers.py"
    file.write_text(WHOLE)
    assert formal("check", "--update", str(file)).returncode == 0
    assert formal("replay", str(file)).returncode == 0
    file.write_text(file.read_text().replace("n integer in", "n in"))
    said = " ".join(formal("check", "--no-audit", str(file)).stdout.split())
    assert {name for name in ("square", "worth", "alone") if f"{name} is obsolete" in said} == {"square", "worth", "alone"}
    assert '"verdict": "proved"' not in formal("replay", "--format", "json", str(file)).stdout


def test_a_second_update_changes_nothing(model):
    before = ledger_path(model).read_text()
    assert formal("check", "--update", str(model)).returncode == 0
    assert ledger_path(model).read_text() == before


def test_the_ledgers_word_is_not_taken_for_it(model, tmp_path):
    """ "certified" is written there; without certificates the claim that requires it fails."""
    copied = tmp_path / "uncertified_bargaining.py"
    copied.write_text(MODEL)
    data = json.loads(ledger_path(model).read_text())
    for entry in data["goals"].values():
        entry.pop(CERTIFICATE, None)
    ledger_path(copied).write_text(json.dumps(data))
    done = formal("check", "--no-audit", "--format", "json", str(copied))
    claims = {c["id"]: c for c in json.loads(done.stdout)["claims"]}
    assert (claims["outside"]["verdict"], claims["outside"]["assurance"]) == ("proved", "proved by one")
    assert not claims["outside"]["as_expected"]
    assert claims["agree"]["as_expected"]
    assert done.returncode == 1


def test_without_a_ledger_what_requires_one_fails(tmp_path):
    file = tmp_path / "without_ledger.py"
    file.write_text(MODEL)
    done = formal("check", "--no-audit", str(file))
    assert done.returncode == 1
    assert "not certified, as is required" in " ".join(done.stdout.split())


def test_require_is_one_of_three(tmp_path):
    file = tmp_path / "requires.py"
    file.write_text(MODEL.replace('require="certified"', 'require="surely"'))
    done = formal("check", str(file))
    assert done.returncode == 2
    assert "require is" in done.stderr
    assert "Traceback" not in done.stderr
