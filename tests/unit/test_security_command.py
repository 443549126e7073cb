"""`formal checkmate` and `security`: documented answers, options, JSON, exit codes, errors."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from formal import game, parameters, security
from formal.cli import main
from formal.errors import ModelError, UsageError
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data"
p = parameters("a > 0", "p > 0", "small real", "k integer >= 1")


def run(*arguments):
    return CliRunner().invoke(main, ["checkmate", *map(str, arguments)])


def leaf(*values):
    return {"utility": [{"player": q, "value": v} for q, v in zip(("N", "E"), values, strict=True)]}


def market(path, **changed):
    """Market entry, as CheckMate's own example has it."""
    share = {"action": "i", "child": leaf("p", "p")}
    war = {"action": "s", "child": leaf("-a", "-a")}
    answer = {"player": "E", "children": [share, war]}
    tree = {"player": "N", "children": [{"action": "o", "child": leaf(0, "p * p")}, {"action": "e", "child": answer}]}
    data = {
        "players": ["N", "E"],
        "actions": list("oeis"),
        "infinitesimals": [],
        "constants": ["a", "p"],
        "initial_constraints": ["a > 0", "p > 0"],
        "property_constraints": {"practicality": []},
        "honest_histories": [["o"], ["e", "i"], ["e", "s"]],
        "tree": tree,
    }
    path.write_text(json.dumps(data | changed))
    return path


@game(players=("N", "E"))
def entry(g):
    if g.choose("N", "entry", ["o", "e"]) == "o":
        return {"N": 0, "E": p.p**2}
    if g.choose("E", "answer", ["i", "s"]) == "i":
        return {"N": p.p, "E": p.p}
    return {"N": -p.a, "E": -p.a}


def verdicts(done):
    return {(a["property"], *a["history"]): a["verdict"] for a in json.loads(done.output)}


def test_market_entry_is_practical_by_entering_and_sharing_only(tmp_path):
    done = run(market(tmp_path / "game.json"), "--property", "practicality", "--format", "json")
    assert verdicts(done) == {("practicality", "o"): "no", ("practicality", "e", "i"): "yes", ("practicality", "e", "s"): "no"}
    assert done.exit_code == 1
    answers = json.loads(done.output)
    assert all(a["certificate"] == "certified" for a in answers if a["verdict"] == "yes")
    assert all(set(a["point"]) == {"a", "p"} and a["deviation"]["moves"] for a in answers if a["verdict"] == "no")


def test_a_declared_game_gets_the_same_answers(tmp_path):
    told = verdicts(run(market(tmp_path / "game.json"), "--format", "json"))
    found = security(entry, [["o"], ["e", "i"], ["e", "s"]])
    assert {(a.property.replace(" ", "-"), *a.history): a.verdict for a in found} == told
    assert any(a.point for a in found)
    assert "certified" in str(next(a for a in found if a.verdict == "yes"))


def test_products_of_constants_are_certified(tmp_path):
    """E gets p², which is not negative as p is positive."""
    done = run(market(tmp_path / "game.json", honest_histories=[["o"]]), "--property", "weak-immunity", "--format", "json")
    (answer,) = json.loads(done.output)
    assert (answer["verdict"], answer["certificate"]) == ("yes", "certified")
    assert done.exit_code == 0


def test_irrational_points_are_unknown(tmp_path):
    """a² = 2 leaves only irrational values, at which nothing is decided."""
    path = market(tmp_path / "game.json", initial_constraints=["a * a = 2", "a > 0", "p > 0"], honest_histories=[["e", "s"]])
    done = run(path, "--property", "weak-immunity", "--format", "json")
    (answer,) = json.loads(done.output)
    assert answer["verdict"] == "unknown"
    assert "irrational" in answer["reason"]
    assert done.exit_code == 3


def test_no_values_make_it_vacuous(tmp_path):
    path = market(tmp_path / "game.json", initial_constraints=["a > 0", "a < 0"])
    answers = json.loads(run(path, "--format", "json").output)
    assert all((a["verdict"], a["vacuous"], a["certificate"]) == ("yes", True, "certified") for a in answers)


def test_a_precondition_can_be_pasted_back(tmp_path):
    """Under it the property holds; and what violates it is a counterexample."""
    free = {"initial_constraints": [], "honest_histories": [["e", "i"]]}
    path = market(tmp_path / "game.json", **free)
    (answer,) = json.loads(run(path, "--property", "practicality", "--preconditions", "--format", "json").output)
    assert answer["verdict"] == "no"
    constraints = answer["precondition"]["constraints"]
    path = market(tmp_path / "game.json", **free | {"initial_constraints": constraints})
    assert run(path, "--property", "practicality").exit_code == 0


def test_text_shows_what_was_asked_for(tmp_path):
    done = run(market(tmp_path / "game.json"), "--strategies", "--counterexamples", "--preconditions")
    for words in ("weak immunity\n", "✓ [o]", "certified", "strategy after [e], E plays", "counterexample 1", "after [e]: s"):
        assert words in done.output


def test_mistakes_are_one_line_with_the_place(tmp_path):
    path = market(tmp_path / "game.json", players=["N"])
    done = run(path)
    assert done.exit_code == 2
    assert "game.json:1: " in done.output
    assert len(done.output.splitlines()) == 1
    assert run(tmp_path / "missing.json").exit_code == 2
    assert run(market(path), "--honest", "o").exit_code == 2


def test_seven_hundred_moves_need_no_more_than_the_tree(tmp_path):
    """A centipede: as many regions as ways to leave the path, each trivial."""
    tree = leaf("700 * p", "700 * p")
    for move in reversed(range(700)):
        heaps = (f"{move + 1} * p", f"{move} * p - a")
        stop = leaf(*heaps) if move % 2 == 0 else leaf(*heaps[::-1])
        tree = {"player": "NE"[move % 2], "children": [{"action": "o", "child": stop}, {"action": "e", "child": tree}]}
    text = market(tmp_path / "game.json").read_text()
    data = json.loads(text) | {"honest_histories": [["e"] * 700]}
    flat = json.dumps(data | {"tree": None}).replace("null", _nested(tree))
    (tmp_path / "deep.json").write_text(flat)
    started = time.monotonic()
    done = run(tmp_path / "deep.json", "--property", "collusion-resilience", "--no-certify", "--format", "json")
    assert verdicts(done) == {("collusion-resilience", *["e"] * 700): "yes"}
    assert time.monotonic() - started < 60


def _nested(tree):
    """JSON of a deep tree, without recursion."""
    before, after = [], []
    while "children" in tree:
        stop, tree = tree["children"][0], {"player": tree["player"], "rest": tree["children"][1]["child"]}
        before.append(f'{{"player": "{tree["player"]}", "children": [{json.dumps(stop)}, {{"action": "e", "child": ')
        after.append("}]}")
        tree = tree["rest"]
    return "".join([*before, json.dumps(tree), *after])


def test_infinitesimals_of_a_declared_game():
    """What is infinitesimal counts where all else is equal."""

    @game(players=("A", "B"))
    def hair(g):
        return {"A": 1 + (p.small if g.choose("A", "x", ["l", "r"]) == "l" else 0), "B": p.a * p.small}

    found = security(hair, ["l"], "practicality", infinitesimals=[p.small], preconditions=True)
    assert [a.verdict for a in found] == ["no"]
    assert found[0].data()["precondition"] == {"constraints": ["small >= 0"]}


def test_what_a_declared_game_may_not_have():
    @game(players=("A",))
    def draw(g):
        return {"A": 1 if g.chance("c", {"h": "1/2", "t": "1/2"}) == "h" else 0}

    @game(players=("A", "B"))
    def hidden(g):
        x = g.choose("A", "x", ["l", "r"])
        return {"A": int(g.choose("B", "y", ["l", "r"], sees=[]) == x), "B": 0}

    @game(players=("A",))
    def quotient(g):
        g.choose("A", "x", ["l", "r"])
        return {"A": 1 / p.a}

    @game(players=("A",))
    def whole(g):
        return {"A": p.k}

    for model, words in ((draw, "chance"), (hidden, "do not see"), (quotient, "not a polynomial"), (whole, "integer")):
        with pytest.raises(ModelError, match=words):
            security(model, ["l"])
    with pytest.raises(ModelError, match=r"did you mean|known"):
        security(entry, ["x"])
    with pytest.raises(UsageError, match="practicality"):
        security(entry, ["o"], "practical")
