"""Small games with symbolic payoffs, and their properties straight from the definitions: all strategies are tried."""

from __future__ import annotations

import functools
import itertools
import json
import re
from fractions import Fraction

from hypothesis import strategies as st

from formal.trees.decide import decide
from formal.trees.game import PROPERTIES
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
        self.nodes, self.asked = {}, {}
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

    def demands(self, property, strategy, honest):
        """What a definition asks of a strategy: that a group's total at one leaf is at least its total at another (None: 0)."""
        if property.endswith("immunity"):
            everybody = set(self.players)
            return {(leaf, None, (p,)) for p in self.players for leaf in self.reached(strategy, everybody - {p})}
        if property == "collusion resilience":
            groups = [g for size in range(1, len(self.players)) for g in itertools.combinations(self.players, size)]
            return {(honest, leaf, g) for g in groups for leaf in self.reached(strategy, set(g)) if leaf != honest}
        end = {h: next(self.reached(strategy, (), h)) for h in self.nodes}
        inner = ((h, n) for h, n in self.nodes.items() if "children" in n)
        pairs = {(end[h], end[*h, e["action"]], (n["player"],)) for h, n in inner for e in n["children"]}
        return {(leaf, other, g) for leaf, other, g in pairs if leaf != other}

    def holds(self, property, honest, point):
        """Whether some strategy that follows the history has the property at a point."""
        if (property, honest) not in self.asked:
            self.asked[property, honest] = {frozenset(self.demands(property, s, honest)) for s in self.strategies(honest)}
        utilities = self.at(point)
        return any(self.met(property, demands, utilities) for demands in self.asked[property, honest])

    def met(self, property, demands, utilities):
        parts = 1 if property == "weaker immunity" else 2

        def total(leaf, group):
            return [sum(utilities[leaf][p][k] if leaf is not None else 0 for p in group) for k in range(parts)]

        return all(total(leaf, group) >= total(other, group) for leaf, other, group in demands)


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


def findings(data, folder, properties):
    path = folder / "game.json"
    path.write_text(json.dumps(data))
    game = read_game(path)
    return game, list(decide(game, properties))
