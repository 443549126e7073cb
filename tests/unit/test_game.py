import itertools

import pytest
import sympy as sp

from formal import game, interval, parameters
from formal.errors import ModelError
from formal.model.tree import Continuous, Decision, Fork, Leaf

p = parameters("a b >= 0", "q in (0, 1)")


def declare(play, **options):
    options.setdefault("players", ("A", "B"))
    return game(**options)(play)


def test_paths_are_all_products_of_choices():
    def play(g):
        x = [g.choose("A", f"c{k}", ["l", "m", "r"]) for k in range(4)]
        return {"A": sum(("lmr".index(c)) * 3**k for k, c in enumerate(x)), "B": 0}

    leaves = [n for n in declare(play).nodes if isinstance(n, Leaf)]
    assert len(leaves) == 3**4
    assert {int(n.payoffs["A"]) for n in leaves} == set(range(3**4))


def test_tree_carries_ranges_chance_and_forks():
    def play(g):
        x = g.choose("A", "x", interval(0, 1))
        y = g.choose("B", "y", interval(0, x))
        w = g.chance("w", {"hi": p.q, "lo": 1 - p.q})
        if g.when((p.a > x) & (p.b > y)):
            return {"A": 1, "B": 1}
        return {"A": 0 if w == "hi" else x, "B": y}

    tree = declare(play)
    y = tree.node("y")
    assert isinstance(y, Continuous)
    assert y.high == tree.symbol("x")
    assert len([n for n in tree.nodes if isinstance(n, Fork)]) == 4
    assert [q.name for q in tree.parameters] == ["a", "b", "q"]
    text = repr(tree)
    for piece in ("A chooses x in [0, 1]", "hi (probability q)", "when a > x", "payoffs A 1, B 1"):
        assert piece in text


def test_nodes_are_found_by_label_and_moves():
    def play(g):
        first = g.choose("A", "first", ["l", "r"])
        second = g.choose("B", "second", ["u", "d"])
        return {"A": first == "l", "B": second == "u"}

    def pays(g):
        outcome = play(g)
        return {k: int(v) for k, v in outcome.items()}

    tree = declare(pays)
    assert isinstance(tree.node("second", {"first": "l"}), Decision)
    with pytest.raises(ModelError, match="say which"):
        tree.node("second")
    with pytest.raises(ModelError, match='did you mean "second"'):
        tree.node("secnd")


def test_a_misspelt_action_is_an_error_not_the_else_branch():
    def play(g):
        if g.choose("A", "vote", ["accept", "reject"]) == "acept":
            return {"A": 1, "B": 1}
        return {"A": 0, "B": 0}

    with pytest.raises(ModelError, match='"acept" is not an action of "vote"; did you mean "accept"'):
        _ = declare(play).tree


def bad_player(g):
    g.choose("Al", "c", ["l"])


def missing_payoff(g):
    return {"A": 1}


def extra_payoff(g):
    return {"A": 1, "B": 0, "C": 2}


def float_payoff(g):
    return {"A": 0.5, "B": 0}


def float_inside(g):
    return {"A": 0.5 * p.a, "B": 0}


def symbolic_if(g):
    x = g.choose("A", "x", interval(0, 1))
    return {"A": 1, "B": 1} if x > p.a else {"A": 0, "B": 0}


def undeclared(g):
    return {"A": sp.Symbol("k"), "B": 0}


def bad_lottery(g):
    g.chance("w", {"hi": p.q, "lo": p.q})


def negative_lottery(g):
    g.chance("w", {"hi": 2, "lo": -1})


def no_actions(g):
    g.choose("A", "c", [])


def repeated_label(g):
    g.choose("A", "c", ["l", "r"])
    g.choose("B", "c", ["l", "r"])


def raises(g):
    return {"A": undefined_name, "B": 0}  # noqa: F821


def not_a_mapping(g):
    return 3


def shadowing(g):
    a = g.choose("A", "a", interval(0, 1))
    return {"A": a * p.a, "B": 0}


@pytest.mark.parametrize(
    ("play", "complaint"),
    [
        (bad_player, '"Al" is not a player'),
        (missing_payoff, 'no payoff for "B"'),
        (extra_payoff, '"C"'),
        (float_payoff, r"Rational\(1, 2\)"),
        (float_inside, r"Rational\(1, 2\)"),
        (symbolic_if, "g.when"),
        (undeclared, '"k", which is neither a declared parameter'),
        (bad_lottery, "sum to 2\\*q, not to 1"),
        (negative_lottery, "negative"),
        (no_actions, "no actions"),
        (repeated_label, "used twice"),
        (raises, "NameError"),
        (not_a_mapping, "returns 3"),
        (shadowing, "both a parameter and a choice"),
    ],
)
def test_bad_games_are_refused_at_a_line_of_this_file(play, complaint):
    with pytest.raises(ModelError, match=complaint) as caught:
        _ = declare(play).tree
    assert caught.value.place.file.name == "test_game.py"
    first = play.__code__.co_firstlineno
    assert first <= caught.value.place.line <= first + 4


def test_a_game_that_differs_between_runs_is_refused():
    counter = itertools.count()

    def play(g):
        g.choose("A", "c", ["l", "r"] if next(counter) % 2 else ["l", "m"])
        return {"A": 0, "B": 0}

    with pytest.raises(ModelError, match="not deterministic"):
        _ = declare(play).tree


def fine(g):
    c = g.choose("A", "c", ["l", "r"])
    x = g.choose("B", "x", interval(0, 1))
    return {"A": x, "B": int(c == "l")}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"ties": {"d": "l"}}, "nobody chooses"),
        ({"ties": {"c": "left"}}, "not among its actions"),
        ({"ties": {"x": "l"}}, "lowest"),
        ({"thresholds": {"y": "t"}}, "nobody chooses"),
    ],
)
def test_tie_rules_and_names_must_fit_the_game(options, complaint):
    with pytest.raises(ModelError, match=complaint):
        _ = declare(fine, **options).tree
    assert declare(fine, ties={"c": "r", "x": "highest"}).tree is not None


def test_floats_and_disorder_in_ranges_are_refused():
    with pytest.raises(ModelError, match="float"):
        interval(0, 0.5)
    with pytest.raises(ModelError, match="empty"):
        interval(1, 0)
