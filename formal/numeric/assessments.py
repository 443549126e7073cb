"""Assessments at one parameter point: what each mover could gain, and how far beliefs are from Bayes' rule, in exact numbers.

Behaviour and beliefs come as plain numbers by the name of the information set; where they were found does not matter here.
The definitions are those of a perfect Bayesian equilibrium: the weight of a node leaves out moves that all nodes of its set
share, and beliefs are proportional to weights where these are not all 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from formal.model.game import Game
from formal.model.information import Information, InformationSet, Way, information
from formal.model.tree import Chance, Decision, Leaf, Node

Behaviour = Mapping[str, Mapping[str, Fraction]]
Beliefs = Mapping[str, Sequence[Fraction]]


def number(expression: Any, point: Mapping[sp.Symbol, sp.Expr]) -> Fraction:
    """The value of a formula at a point of rational numbers. Raises ValueError when it is not rational."""
    value = sp.sympify(expression).subs(point)
    if not value.is_Rational:
        raise ValueError(f"{expression} is {value} there, not a rational number")
    return Fraction(int(value.p), int(value.q))


class Instance:
    """A finite game with numbers for its parameters."""

    def __init__(self, game: Game, point: Mapping[sp.Symbol, sp.Expr]) -> None:
        self.info: Information = information(game)
        self.payoffs = {n: {q: number(u, point) for q, u in n.payoffs.items()} for n in game.nodes if isinstance(n, Leaf)}
        self.draws = {n: [number(w, point) for w in n.probabilities] for n in game.nodes if isinstance(n, Chance)}
        self.chances = {s: [(number(way.probability, point), way) for way in self.info.apart(s)] for s in self.info.sets}

    def value(self, node: Node, behaviour: Behaviour, player: str) -> Fraction:
        """What a player expects from a node on."""
        if isinstance(node, Leaf):
            return self.payoffs[node][player]
        if isinstance(node, Chance):
            weights = self.draws[node]
        else:
            assert isinstance(node, Decision)
            mixture = behaviour[self.info.of[node].name]
            weights = [mixture.get(a, Fraction(0)) for a in node.actions]
        following = zip(weights, node.children, strict=True)
        return sum((w * self.value(c, behaviour, player) for w, c in following if w), Fraction(0))

    def regret(self, where: InformationSet, behaviour: Behaviour, beliefs: Beliefs) -> Fraction:
        """What the mover could gain at an information set by another action, given what it believes."""
        likely = beliefs.get(where.name, (Fraction(1),))
        after = {
            a: sum(
                (b * self.value(n.children[k], behaviour, where.player) for b, n in zip(likely, where.nodes, strict=True)),
                Fraction(0),
            )
            for k, a in enumerate(where.actions)
        }
        return max(after.values()) - sum((w * after[a] for a, w in behaviour[where.name].items()), Fraction(0))

    def weights(self, where: InformationSet, behaviour: Behaviour) -> list[Fraction]:
        """How likely each node of a set is, up to a common factor."""
        return [chance * _taken(way, behaviour) for chance, way in self.chances[where]]

    def bayes(self, where: InformationSet, behaviour: Behaviour, beliefs: Beliefs) -> Fraction:
        """How far the beliefs at a set are from Bayes' rule; 0 where it says nothing."""
        weights = self.weights(where, behaviour)
        pairs = zip(beliefs.get(where.name, (Fraction(1),)), weights, strict=True)
        return max(abs(b * sum(weights) - w) for b, w in pairs)

    def wrong(self, behaviour: Behaviour, beliefs: Beliefs) -> list[str]:
        """What keeps the assessment from being a perfect Bayesian equilibrium, in words."""
        found = []
        for where in self.info.sets:
            for what, numbers in (
                ("probabilities", behaviour[where.name].values()),
                ("beliefs", beliefs.get(where.name, (1,))),
            ):
                if sum(numbers) != 1 or min(numbers) < 0:
                    found.append(f"{what} at {where.name} are not a distribution")
            regret = self.regret(where, behaviour, beliefs)
            if regret:
                found.append(f"{where.player} gains {regret} by another action at {where.name}")
            if self.bayes(where, behaviour, beliefs):
                found.append(f"beliefs at {where.name} break Bayes' rule")
        return found


def _taken(way: Way, behaviour: Behaviour) -> Fraction:
    total = Fraction(1)
    for there, action in way.actions:
        total *= behaviour[there.name].get(action, Fraction(0))
    return total
