"""The region search against definitions: all strategies of small games tried, at points that meet every sign of every comparison."""

from __future__ import annotations

import itertools
import json
import re
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formal.security.decide import decide
from formal.security.domain import true_at
from formal.security.game import PROPERTIES
from formal.security.naive import holds, satisfies
from formal.security.reader import read_game

VALUES = ["0", "a", "-a", "a - 1", "1", "2 * a", "-1", "a + e", "-e", "e", "a - a", "2 - a", "a * e", "1 + e", "0.5"]
PLAIN = ["0", "a", "b", "-a", "a - b", "1", "b - 1", "-b", "a + b", "-1"]
CONSTRAINTS = ["a > 0", "a >= 0", "a != 1", "a < 1 | a > 2", "e > 0", "e >= 0", "a = 1", "a < 0", "e != 0 | a > 1", "a > e"]
PLAIN_CONSTRAINTS = ["a > 0", "b > 0", "a > b", "a != b", "a = b", "a > b | b > 1", "a < 0", "a + b > 1", "b <= 1"]


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
        """The pair: what is left where the infinitesimal is 0, and what it adds for 1."""
        names = dict(zip(self.data["constants"], point, strict=False))
        small = point[len(names) :]
        text = re.sub(r"(\d+\.\d+|\d+)", r'Fraction("\1")', str(text))
        at = lambda e: Fraction(eval(text, {"Fraction": Fraction}, names | ({"e": e} if small else {})))  # noqa: E731
        return (at(0), at(1) * small[0] - at(0) * small[0]) if small else (at(0), Fraction(0))

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
        menus = [
            [honest[len(h)]] if h == honest[: len(h)] else [e["action"] for e in self.nodes[h]["children"]] for h in inner
        ]
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
            "weaker immunity": lambda s, u, h: self._immune(s, {k: {p: (v[0], 0) for p, v in x.items()} for k, x in u.items()}, h),
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


SEEN = {"yes": 0, "no": 0, "games": 0}
# Every comparison is linear in a with coefficients of at most 6 (3 players) and constants in halves of at most 6, so that its root is
# a fraction of at most 6; between and beyond the roots no sign changes. In e, signs change at 0 only.
ROOTS = sorted({Fraction(k, 2 * d) for d in range(1, 7) for k in range(-24, 25)})
"""Roots that a comparison can have."""


def samples(roots):
    between = [(x + y) / 2 for x, y in itertools.pairwise(roots)]
    return sorted([roots[0] - 1, *roots, *between, roots[-1] + 1])


def roots_of(oracle, property):
    """All roots in a of differences of sums of utilities of groups and of constraints: enough to know each sign."""
    lines = set()
    texts = oracle.data["initial_constraints"] + oracle.data["property_constraints"][property.replace(" ", "_")]
    sides = [re.split(r"<=|>=|!=|<|>|=", part) for text in texts for part in text.split("|")]

    def line(text):
        """Real part and infinitesimal part, each as (slope, constant)."""
        zero, one = oracle.value(text, (Fraction(0), Fraction(1))), oracle.value(text, (Fraction(1), Fraction(1)))
        return tuple((one[k] - zero[k], zero[k]) for k in (0, 1))

    def minus(x, y):
        return tuple((x[k][0] - y[k][0], x[k][1] - y[k][1]) for k in (0, 1))

    for left, right in sides:
        lines.add(minus(line(left.strip()), line(right.strip())))
    vectors = [[line(e["value"]) for e in n["utility"]] for n in oracle.nodes.values() if "utility" in n]
    zero = ((0, 0), (0, 0))
    count = len(oracle.players)
    for size in range(1, max(2, count)):
        for group in itertools.combinations(range(count), size):
            totals = {tuple((sum(v[i][k][0] for i in group), sum(v[i][k][1] for i in group)) for k in (0, 1)) for v in vectors}
            lines |= {minus(x, y) for x, y in itertools.product(totals | {zero}, totals)}
    found = {Fraction(-c, m) for one in lines for m, c in one if m}
    return sorted(found | {Fraction(0)})


@settings(max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.integers(2, 3).flatmap(lambda n: games(["A", "B", "C"][:n], VALUES, CONSTRAINTS, ["a", "e"])))
def test_one_constant_and_one_infinitesimal_are_decided_exactly(data, tmp_path_factory):
    """The comparison is complete: signs of all comparisons are met at the samples."""
    oracle = Oracle(data)
    game, found = findings(data, tmp_path_factory.getbasetemp())
    for finding in found:
        honest = tuple(finding.history)
        points = [(a, Fraction(e)) for a in samples(roots_of(oracle, finding.property)) for e in (-1, 0, 1)]
        points = [p for p in points if oracle.assumed(finding.property, p)]
        assert finding.verdict in ("yes", "no")
        assert finding.verdict == ("yes" if all(oracle.holds(finding.property, honest, p) for p in points) else "no")
        assert finding.vacuous == (not points)
