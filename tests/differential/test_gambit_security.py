"""Security properties of games from Gambit's files: the answers are those for the same tree in the JSON format."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from formal import security
from formal.cli import main
from formal.interop.from_gambit import read
from formal.trees.game import PROPERTIES
from tests.soundness.security import findings, games

NUMBERS = ["0", "1", "-1", "2", "0.5"]
HEAD = 'EFG 2 R "{}" {{ "A" "B" }}\n""\n\n'
CHANCE = 'c "" 1 "" { "l" 1/2 "r" 1/2 } 0\nt "" 1 "" { 0, 2 }\nt "" 2 "" { 1, 1 }\n'
ANSWER = 'p "" 2 1 "" { "u" "v" } 0\nt "" 1 "" { 0, 2 }\nt "" 2 "" { 1, 1 }\n'
UNSEEN = 'p "" 1 1 "" { "x" "y" } 0\n' + ANSWER + ANSWER.replace('t "" 2', 't "" 4').replace('t "" 1', 't "" 3')


def lines(node, number):
    """The lines of a tree, each node in an information set of its own and each leaf an outcome of its own."""
    number[0] += 1
    if "utility" in node:
        yield f't "" {number[0]} "" {{ {", ".join(str(e["value"]) for e in node["utility"])} }}'
        return
    actions = " ".join(f'"{edge["action"]}"' for edge in node["children"])
    yield f'p "" {"AB".index(node["player"]) + 1} {number[0]} "" {{ {actions} }} 0'
    for edge in node["children"]:
        yield from lines(edge["child"], number)


@settings(max_examples=60, deadline=None)
@given(data=games(["A", "B"], NUMBERS, ["1 > 0"], []))
def test_both_files_of_one_tree_have_the_same_answers(data, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    path = folder / "tree.efg"
    path.write_text(HEAD.format("tree") + "\n".join(lines(data["tree"], [0])) + "\n")
    game, found = findings(data, folder, PROPERTIES)
    if not game.honest[0]:  # a leaf alone
        return
    answers = security(read(path), honest=list(game.honest[0]))
    assert [(a.property, a.verdict) for a in answers] == [(f.asked, f.verdict) for f in found]


@pytest.mark.parametrize(
    ("tree", "honest", "said"),
    [
        (CHANCE, "l", "a draw of chance"),
        (UNSEEN, "x, u", "moves that others do not see"),
        ('p "" 1 1 "" { "x" "y" } 0\nt "" 1 "" { 0, 2 }\nt "" 2 "" { 1, 1 }\n', "z", 'A has no action "z"; known: "x", "y"'),
        ('p "" 1 1 "" { "x" "y" } 0\nt "" 1 "" { 0, 2 }\n', "x", "Gambit cannot read"),
    ],
)
def test_errors_name_the_file(tree, honest, said, tmp_path):
    path = tmp_path / "game.efg"
    path.write_text(HEAD.format("game") + tree)
    result = CliRunner().invoke(main, ["checkmate", str(path), "--honest", honest])
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert "game.efg" in result.output


def test_the_command_reads_gambit_files(tmp_path):
    path = tmp_path / "choice.efg"
    path.write_text(HEAD.format("choice") + 'p "" 1 1 "" { "x" "y" } 0\nt "" 1 "" { 0, 2 }\nt "" 2 "" { 1/2, 1 }\n')
    arguments = ["checkmate", str(path), "--property", "practicality", "--honest"]
    assert CliRunner().invoke(main, [*arguments, "y"]).exit_code == 0
    refused = CliRunner().invoke(main, [*arguments, "x"])
    assert refused.exit_code == 1
    assert "[y]: A gets 0.5, honestly 0" in refused.output
    assert CliRunner().invoke(main, arguments[:-1]).exit_code == 2
