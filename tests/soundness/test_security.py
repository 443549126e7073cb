"""The region search against definitions: all strategies of small games tried, at points that meet every sign of
every comparison."""

from __future__ import annotations

import collections
import functools
import itertools
import json
import re
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formal.trees.decide import decide
from formal.trees.game import PROPERTIES
from formal.trees.naive import holds, satisfies
from formal.trees.reader import read_game

VALUES = ["0", "a", "-a", "a - 1", "1", "2 * a", "-1", "a + e", "-e", "e", "a - a", "2 - a", "a * e", "1 + e", "0.5"]
PLAIN = ["0", "a", "b", "-a", "a - b", "1", "b - 1", "-b", "a + b", "-1"]
CONSTRAINTS = ["a > 0", "a >= 0", "a != 1", "a < 1 | a > 2", "e > 0", "e >= 0", "a = 1", "a < 0", "e != 0 | a > 1", "a > e"]
PLAIN_CONSTRAINTS = ["a > 0", "b > 0", "a > b", "a != b", "a = b", "a > b | b > 1", "a < 0", "a + b > 1", "b <= 1"]


@functools.cache
def evaluated(text, a, e):
    """What Python makes of an expression, with exact numbers."""
    text = re.sub(r"(\d+\.\d+|\d+)", r'Fraction("\1")', text)
    return Fraction(eval(text, {"Fraction": Fraction, "a": Fraction(a), "e": Fraction(e)}))


@functools.cache
def affine(text):
    """Real part and infinitesimal part of an expression in a and e, each as (slope, constant) in a."""
    real = [evaluated(text, a, 0) for a in (0, 1)]
    small = [evaluated(text, a, 1) - real[a] for a in (0, 1)]
    return tuple((part[1] - part[0], part[0]) for part in (real, small))


@functools.cache
def plainly(text, point):
    text = re.sub(r"(\d+\.\d+|\d+)", r'Fraction("\1")', text)
    return eval(text, {"Fraction": Fraction, "a": point[0], "b": point[1]})


class Oracle:
    """A game as JSON, its values by Python's own evaluation, its strategies one by one."""

    def __init__(self, data):
        self.data, self.players = data, data["players"]
        self.nodes = {}
        self._walk(data["tree"], ())

    def _walk(self, node, history):
        self.nodes[history] = node
        for edge in node.get("children", []):
            self._walk(edge["child"], (*history, edge["action"]))

    def value(self, text, point):
        """The pair that an expression is, all of which are affine in each symbol."""
        if len(self.data["infinitesimals"]):
            (slope, constant), (small_slope, small_constant) = affine(str(text))
            a, e = point
            return slope * a + constant, (small_slope * a + small_constant) * e
        return plainly(str(text), point), 0

    def assumed(self, property, point):
        texts = self.data["initial_constraints"] + self.data["property_constraints"][property.replace(" ", "_")]
        return all(any(self._true(part, point) for part in text.split("|")) for text in texts)

    def _true(self, text, point):
        left, relation, right = re.split(r"(<=|>=|!=|<|>|=)", text)
        x, y = self.value(left.strip(), point), self.value(right.strip(), point)
        return {"<=": x <= y, ">=": x >= y, "<": x < y, ">": x > y, "=": x == y, "!=": x != y}[relation]

    def at(self, point):
        return {
            h: {entry["player"]: self.value(entry["value"], point) for entry in n["utility"]}
            for h, n in self.nodes.items()
            if "utility" in n
        }

    def strategies(self, honest):
        inner = [h for h, n in self.nodes.items() if "children" in n]
        menus = [[honest[len(h)]] if h == honest[: len(h)] else [e["action"] for e in self.nodes[h]["children"]] for h in inner]
        for choice in itertools.product(*menus):
            yield dict(zip(inner, choice, strict=True))

    def reached(self, strategy, free, start=()):
        """Leaves that can be reached when all but the players in `free` follow the strategy."""
        node = self.nodes[start]
        if "utility" in node:
            yield start
            return
        for edge in node["children"]:
            if node["player"] in free or strategy[start] == edge["action"]:
                yield from self.reached(strategy, free, (*start, edge["action"]))

    def holds(self, property, honest, point):
        utilities = self.at(point)
        test = {
            "weak immunity": self._immune,
            "weaker immunity": lambda s, u, h: self._immune(
                s, {k: {p: (v[0], 0) for p, v in x.items()} for k, x in u.items()}, h
            ),
            "collusion resilience": self._resilient,
            "practicality": self._perfect,
        }[property]
        return any(test(strategy, utilities, honest) for strategy in self.strategies(honest))

    def _immune(self, strategy, utilities, honest):
        return all(
            utilities[leaf][p] >= (0, 0) for p in self.players for leaf in self.reached(strategy, set(self.players) - {p})
        )

    def _resilient(self, strategy, utilities, honest):
        def total(leaf, group):
            return tuple(sum(utilities[leaf][p][k] for p in group) for k in (0, 1))

        groups = [g for size in range(1, len(self.players)) for g in itertools.combinations(self.players, size)]
        return all(total(leaf, g) <= total(honest, g) for g in groups for leaf in self.reached(strategy, set(g)))

    def _perfect(self, strategy, utilities, honest):
        def outcome(history):
            return utilities[next(self.reached(strategy, (), history))]

        return all(
            outcome(h)[node["player"]] >= outcome((*h, edge["action"]))[node["player"]]
            for h, node in self.nodes.items()
            if "children" in node
            for edge in node["children"]
        )


def tree(draw, players, values, budget):
    """A random tree with at most `budget` decisions."""
    if budget[0] == 0 or (budget[0] < 4 and draw(st.booleans())):
        return {"utility": [{"player": p, "value": draw(st.sampled_from(values))} for p in players]}
    budget[0] -= 1
    mover = draw(st.sampled_from(players))
    count = draw(st.integers(1, 3)) if budget[0] else 2
    return {
        "player": mover,
        "children": [{"action": f"m{i}", "child": tree(draw, players, values, budget)} for i in range(count)],
    }


def leaves(node, history=()):
    if "utility" in node:
        return [history]
    return [leaf for e in node["children"] for leaf in leaves(e["child"], (*history, e["action"]))]


@st.composite
def games(draw, players, values, constraints, names):
    root = tree(draw, players, values, [4])
    few = st.lists(st.sampled_from(constraints), max_size=2, unique=True)
    return {
        "players": players,
        "actions": ["m0", "m1", "m2"],
        "infinitesimals": [n for n in names if n == "e"],
        "constants": [n for n in names if n != "e"],
        "initial_constraints": draw(few),
        "property_constraints": {p.replace(" ", "_"): draw(few) if draw(st.integers(0, 3)) == 0 else [] for p in PROPERTIES},
        "honest_histories": [list(draw(st.sampled_from(leaves(root))))],
        "tree": root,
    }


def findings(data, folder):
    path = folder / "game.json"
    path.write_text(json.dumps(data))
    game = read_game(path)
    return game, list(decide(game))


def samples(roots):
    between = [(x + y) / 2 for x, y in itertools.pairwise(roots)]
    return sorted([roots[0] - 1, *roots, *between, roots[-1] + 1])


def roots_of(oracle, property, honest):
    """All roots in a of what is compared with 0 in the property's definition and in its constraints."""
    texts = oracle.data["initial_constraints"] + oracle.data["property_constraints"][property.replace(" ", "_")]
    sides = [re.split(r"<=|>=|!=|<|>|=", part) for text in texts for part in text.split("|")]

    def minus(x, y):
        return tuple((x[k][0] - y[k][0], x[k][1] - y[k][1]) for k in (0, 1))

    def total(vector, group):
        return tuple((sum(vector[i][k][0] for i in group), sum(vector[i][k][1] for i in group)) for k in (0, 1))

    found = {minus(affine(left.strip()), affine(right.strip())) for left, right in sides}
    vectors = {h: [affine(str(e["value"])) for e in n["utility"]] for h, n in oracle.nodes.items() if "utility" in n}
    count = len(oracle.players)
    if property == "practicality":
        found |= {minus(v[i], w[i]) for v, w in itertools.combinations(vectors.values(), 2) for i in range(count)}
    elif property == "collusion resilience":
        groups = [g for size in range(1, count) for g in itertools.combinations(range(count), size)]
        found |= {minus(total(v, g), total(vectors[honest], g)) for v in vectors.values() for g in groups}
    else:
        found |= {line for v in vectors.values() for line in v}
    return sorted({Fraction(-c, m) for one in found for m, c in one if m} | {Fraction(0)})


EXAMPLES = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
ANSWERS = collections.Counter()


@settings(max_examples=400, **EXAMPLES)
@given(data=st.integers(2, 3).flatmap(lambda n: games(["A", "B", "C"][:n], VALUES, CONSTRAINTS, ["a", "e"])))
def test_one_constant_and_one_infinitesimal_are_decided_exactly(data, tmp_path_factory):
    """The comparison is complete: signs of all comparisons are met at the samples."""
    oracle = Oracle(data)
    _, found = findings(data, tmp_path_factory.getbasetemp())
    for finding in found:
        honest = tuple(finding.history)
        points = [(a, Fraction(e)) for a in samples(roots_of(oracle, finding.property, honest)) for e in (-1, 0, 1)]
        points = [p for p in points if oracle.assumed(finding.property, p)]
        assert finding.verdict == ("yes" if all(oracle.holds(finding.property, honest, p) for p in points) else "no")
        assert finding.vacuous == (not points)
        ANSWERS[finding.property, finding.verdict] += 1


GRID = [(Fraction(a, 2), Fraction(b, 3)) for a in range(-5, 6) for b in range(-6, 7)]


@settings(max_examples=400, **EXAMPLES)
@given(data=st.integers(2, 4).flatmap(lambda n: games(["A", "B", "C", "D"][:n], PLAIN, PLAIN_CONSTRAINTS, ["a", "b"])))
def test_two_constants_and_more_players(data, tmp_path_factory):
    """A no is confirmed at its point; a yes holds wherever it is tried; the plain evaluator agrees with the definitions."""
    oracle = Oracle(data)
    game, found = findings(data, tmp_path_factory.getbasetemp())
    for number, finding in enumerate(found):
        honest = tuple(finding.history)
        if finding.verdict == "no":
            assert oracle.assumed(finding.property, finding.point)
            assert not oracle.holds(finding.property, honest, finding.point)
            tried = [finding.point]
        else:
            tried = [p for p in GRID[number::7] if oracle.assumed(finding.property, p)]
            assert finding.verdict == "yes"
            assert all(oracle.holds(finding.property, honest, p) for p in tried)
        for point in tried[:3]:
            assert satisfies(game, finding.property, point)
            assert holds(game, finding.property, honest, point) == (finding.verdict == "yes")
        ANSWERS[finding.property, finding.verdict] += 1


def test_both_answers_were_met():
    """For every property, a hundred times and more, in the tests above."""
    assert all(ANSWERS[p, v] > 100 for p in PROPERTIES for v in ("yes", "no")), ANSWERS
