"""CheckMate's input format: what is read, and what is refused with its place, in bounded time."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formal.errors import ModelError
from formal.trees.expression import Expressions
from formal.trees.polynomial import Symbols, shown, value
from formal.trees.reader import read_game
from formal.trees.tree import LEAF

NONE = {"weak_immunity": [], "weaker_immunity": [], "collusion_resilience": [], "practicality": []}


def leaf(a="1", b="2"):
    return {"utility": [{"player": "A", "value": a}, {"player": "B", "value": b}]}


def branch(action, child):
    return {"action": action, "child": child}


def game(**changed):
    tree = {
        "player": "A",
        "children": [branch("l", leaf("x")), branch("r", {"player": "B", "children": [branch("l", leaf())]})],
    }
    return {
        "players": ["A", "B"],
        "actions": ["l", "r"],
        "infinitesimals": ["e"],
        "constants": ["x", "y"],
        "initial_constraints": ["x > 0"],
        "property_constraints": NONE,
        "honest_histories": [["l"]],
        "tree": tree,
    } | changed


def read(tmp_path, data, **options):
    path = tmp_path / "game.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data, **options), encoding="utf-8")
    return read_game(path)


def shape(tree, node):
    """The tree as nested tuples, with names."""
    if tree.owner[node] == LEAF:
        return tuple(tree.utilities[u] for u in tree.vector(node))
    return tree.owner[node], tuple((tree.actions[a], shape(tree, c)) for a, c in tree.edges(node))


def reordered(data):
    """The same JSON with the keys of every object the other way round."""
    if isinstance(data, dict):
        return {key: reordered(data[key]) for key in reversed(data)}
    return [reordered(item) for item in data] if isinstance(data, list) else data


@st.composite
def trees(draw, depth=4):
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return leaf(draw(st.sampled_from(["x", "-x + 1", "2 * y", 3, -0.5, "e"])), draw(st.sampled_from(["0", "x * y", 1e2])))
    names = draw(st.lists(st.sampled_from("lr"), min_size=1, max_size=2, unique=True))
    return {"player": draw(st.sampled_from("AB")), "children": [branch(n, draw(trees(depth - 1))) for n in names]}


@given(tree=trees(), tabs=st.booleans())
def test_every_layout_reads_the_same(tree, tabs, tmp_path_factory):
    """Indented, compact, spaced by tabs, keys in any order: one tree, and equal subtrees are one node."""
    folder, data = tmp_path_factory.getbasetemp(), game(tree=tree)
    data["honest_histories"] = [[]]
    here = tree
    while "children" in here:
        data["honest_histories"][0].append(here["children"][0]["action"])
        here = here["children"][0]["child"]
    indent = "\t" if tabs else 2
    made = [
        read(folder, data),
        read(folder, data, indent=indent),
        read(folder, data, separators=(",", ":")),
        read(folder, reordered(data)),
        read(folder, json.dumps(data, indent=3).replace("\n", "\r\n")),
    ]
    shapes = [shape(g.tree, g.tree.root) for g in made]
    assert all(s == shapes[0] for s in shapes)
    for g in made:
        keys = [shape(g.tree, n) for n in range(len(g.tree))]
        assert len(set(keys)) == len(keys)


def test_repeated_subtrees_are_read_once(tmp_path):
    """A tree of 2^16 leaves that are all alike, indented, is a chain of nodes."""
    node = leaf()
    for depth in range(12):
        node = {"player": "AB"[depth % 2], "children": [branch("l", node), branch("r", node)]}
    made = read(tmp_path, game(tree=node, honest_histories=[["l"] * 12]), indent=2)
    assert len(made.tree) == 13


WRONG = [
    (lambda g: g["tree"]["children"][0]["child"]["utility"].pop(), 'no utility for "B"'),
    (lambda g: g["tree"]["children"][0]["child"]["utility"].append({"player": "A", "value": 1}), 'two utilities for "A"'),
    (lambda g: g["tree"].update(player="C"), '"C" is not among the players'),
    (lambda g: g["tree"]["children"][0]["child"]["utility"][0].update(player="Z"), '"Z" is not among the players'),
    (lambda g: g["tree"]["children"][0].update(action="left"), '"left" is not among the actions'),
    (lambda g: g["tree"]["children"][1].update(action="l"), 'the action "l" twice'),
    (lambda g: g["tree"].update(children=[]), "no children"),
    (lambda g: g["tree"].pop("player"), 'no "player"'),
    (lambda g: g["tree"].update(utility=[]), "either a utility or a player"),
    (lambda g: g["tree"]["children"][0].pop("child"), 'no "child"'),
    (lambda g: g["tree"].update(condition="x > 0"), 'no key "condition"'),
    (lambda g: g.pop("constants"), 'no "constants"'),
    (lambda g: g.update(constant=["x"]), 'no key "constant"; did you mean "constants"?'),
    (lambda g: g.update(players=["A", "A"]), '"A" twice'),
    (lambda g: g.update(constants=["x", "e"]), '"e" is both'),
    (lambda g: g.update(constants=["x y"]), '"x y" cannot be a name'),
    (lambda g: g.update(honest_histories=[]), "at least one"),
    (lambda g: g.update(honest_histories=[["r", "r"]]), "not in the tree"),
    (lambda g: g.update(honest_histories=[["r"]]), "ends before the game does"),
    (lambda g: g.update(honest_histories=[["l", "l"]]), "goes on where the game has ended"),
    (lambda g: g.update(initial_constraints=["x >"]), "needs a number or a name"),
    (lambda g: g.update(initial_constraints=["x + 1"]), "needs a relation"),
    (lambda g: g.update(initial_constraints=["x == 1"]), 'write "="'),
    (lambda g: g.update(initial_constraints=["z > 1"]), '"z" is neither a constant nor an infinitesimal'),
    (lambda g: g.update(initial_constraints=["x > 0 & y > 0"]), "list conjuncts"),
    (lambda g: g["tree"]["children"][0].update(child=leaf("e * e")), "an infinitesimal by an infinitesimal"),
    (lambda g: g["tree"]["children"][0].update(child=leaf("x +")), "needs a number or a name"),
    (lambda g: g["tree"]["children"][0].update(child=leaf("x y")), "needs an operator"),
    (lambda g: g["tree"]["children"][0].update(child=leaf("x / 2")), "no division"),
    (lambda g: g["tree"]["children"][0].update(child=leaf("(" * 5000 + "x")), "parentheses more than"),
    (lambda g: g["tree"]["children"][0].update(child=leaf(" + ".join(["x"] * 60_000))), "characters"),
    (lambda g: g["tree"]["children"][0].update(child=leaf("*".join(["(x + y + 1)"] * 60))), "degree"),
    (lambda g: g["tree"]["children"][0].update(child=leaf("1e99999999")), "digits"),
    (lambda g: g["tree"]["children"][0].update(child=leaf(None)), "a number, or an expression"),
    (lambda g: g["tree"]["children"][0].update(child=leaf(True)), "a number, or an expression"),
]


@pytest.mark.parametrize(("change", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_departs_from_the_format_is_refused_with_its_line(change, words, tmp_path):
    data = json.loads(json.dumps(game()))
    change(data)
    started = time.monotonic()
    for indent in (2, None):
        with pytest.raises(ModelError) as raised:
            read(tmp_path, data, indent=indent)
        assert words in raised.value.message
        assert raised.value.place.file == tmp_path / "game.json"
    assert time.monotonic() - started < 20


def test_the_line_is_that_of_the_mistake(tmp_path):
    text = json.dumps(game(), indent=2).replace('"2"', '"2 +"', 1)
    line = next(k for k, row in enumerate(text.splitlines(), start=1) if '"2 +"' in row)
    with pytest.raises(ModelError, match=r"after l\)") as raised:
        read(tmp_path, text)
    assert raised.value.place.line == line


@pytest.mark.parametrize("number", ["1-2", "01", "1.", ".5", "+1", "1e", "0x1", "Infinity"])
def test_numbers_are_those_of_json(number, tmp_path):
    text = json.dumps(game()).replace('"value": "2"', f'"value": {number}')
    with pytest.raises(ModelError):
        read(tmp_path, text)


def test_keys_that_come_twice(tmp_path):
    for key in ('"player": "A", ', '"players": ["A", "B"], ', '"action": "l", ', '"value": "x", '):
        text = json.dumps(game())
        assert key.strip(", ") in text
        text = text.replace(key.strip(", "), key + key.strip(", "), 1)
        with pytest.raises(ModelError, match=r"twice|nothing but"):
            read(tmp_path, text)


@given(cut=st.floats(0, 1), indent=st.sampled_from([None, 1]))
def test_a_truncated_file_is_an_error(cut, indent, tmp_path_factory):
    text = json.dumps(game(), indent=indent)
    with pytest.raises(ModelError):
        read(tmp_path_factory.getbasetemp(), text[: int(cut * (len(text) - 1))])


@given(place=st.floats(0, 1), sign=st.sampled_from('{}[],:"x0 '))
def test_a_changed_character_never_crashes(place, sign, tmp_path_factory):
    """What is read is JSON, and whatever is refused is refused with a place."""
    text = json.dumps(game())
    at = int(place * (len(text) - 1))
    text = text[:at] + sign + text[at + 1 :]
    try:
        json.loads(text)
    except ValueError:
        with pytest.raises(ModelError, match=r"game\.json:1: "):
            read(tmp_path_factory.getbasetemp(), text)
        return
    with suppress(ModelError):
        read(tmp_path_factory.getbasetemp(), text)


def test_ten_thousand_moves_deep(tmp_path):
    """No recursion; nothing but the depth makes it slow."""
    depth = 10_000
    opening = '{"player": "A", "children": [{"action": "l", "child": ' * depth
    text = json.dumps(game(honest_histories=[["l"] * depth])).replace(
        json.dumps(game()["tree"]), opening + json.dumps(leaf()) + "}]}" * depth
    )
    made = read(tmp_path, text)
    assert len(made.tree) == depth + 1
    with pytest.raises(ModelError, match="truncated"):
        read(tmp_path, text[: len(text) // 2])


@given(
    st.recursive(
        st.sampled_from(["x", "y", "1", "2.5", "e", "0"]),
        lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        max_leaves=6,
    )
)
def test_expressions_are_what_python_makes_of_them(text):
    """And what is shown is read as the same."""
    symbols = Symbols(("x", "y"), ("e",))
    read = Expressions(symbols)
    if text.count("e") > 1 and "*" in text:
        with suppress(ModelError):
            read.utility(text)
        return
    poly = read.utility(text)
    x, y, e = Fraction(3, 7), Fraction(-2), Fraction(5)
    plain = text.replace("2.5", "(Fraction(5) / 2)")
    names = {"x": x, "y": y, "Fraction": Fraction}
    real, both = eval(plain, {}, names | {"e": 0}), eval(plain, {}, names | {"e": e})
    assert value(symbols, poly, (x, y, e)) == (real, both - real)
    assert read.utility(shown(symbols, poly)) == poly
