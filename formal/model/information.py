"""Information sets: what a mover knows, and which nodes it cannot tell apart.

Definitions
-----------
An information set of a player is the set of all nodes at which the player makes one choice and sees the same moves. Two nodes
*share* a move when both are reached through the same action at the same information set, or the same outcome of one draw.

A game has perfect recall when a player at an information set knows which of its own information sets it came through and what
it did there.

References: Osborne and Rubinstein (1994), A Course in Game Theory, chapter 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from formal.errors import ModelError
from formal.model.game import Game
from formal.model.tree import Chance, Continuous, Decision, Fork, Node

Seen = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class InformationSet:
    """Nodes at which `player` chooses `label` after seeing the same moves."""

    player: str
    label: str
    seen: Seen
    nodes: tuple[Decision, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        return self.nodes[0].actions

    def unseen(self, node: Decision) -> dict[str, str]:
        """The moves on the way to a node by which it differs from others of the set."""
        shared = set.intersection(*(set(n.moves().items()) for n in self.nodes))
        return {k: v for k, v in node.moves().items() if (k, v) not in shared}

    @property
    def name(self) -> str:
        """Who chooses what, and what it sees."""
        after = ", ".join(f"{k} = {v}" for k, v in self.seen)
        return f"{self.label}({after})" if after else self.label

    def __repr__(self) -> str:
        return f"{self.player} chooses {self.name}"


@dataclass(frozen=True)
class Way:
    """How a node is reached: the probability of the draws, and the actions taken, each at its information set."""

    probability: sp.Expr
    actions: tuple[tuple[InformationSet, str], ...]


@dataclass(frozen=True, eq=False)
class Information:
    """A game's information sets, in the order in which play meets them."""

    game: Game
    sets: tuple[InformationSet, ...]
    of: dict[Node, InformationSet]

    def find(self, label: str, seen: dict[str, str]) -> InformationSet:
        """The information set where `label` is chosen after seeing these moves.

        Raises ModelError when there is no such set or more than one.
        """
        found = [s for s in self.sets if s.label == label and seen.items() <= dict(s.seen).items()]
        if len(found) == 1:
            return found[0]
        known = ", ".join(s.name for s in self.sets)
        raise ModelError(f"{self.game.name} has {len(found)} information sets {label} after {seen}; it has {known}")

    def way(self, node: Node) -> Way:
        """How a node is reached."""
        return _ways(self)[node]

    def below(self, node: Node) -> tuple[InformationSet, ...]:
        """The information sets that may be met from a node on."""
        return tuple(dict.fromkeys(self.of[n] for n in node.walk() if n in self.of))

    def apart(self, where: InformationSet) -> tuple[Way, ...]:
        """How each node of the set is reached, without the moves that all of them share."""
        return _apart(self, where)

    def through(self, where: InformationSet) -> tuple[tuple[InformationSet, tuple[Decision, ...]], ...]:
        """The earlier sets through which every node of the set is reached, and through which of their nodes; the last first."""
        return _through(self, where)

    def between(self, first: Decision, last: Decision) -> Way:
        """How the last node is reached from the first, which lies on the way to it."""
        before, whole = self.way(first), self.way(last)
        return Way(sp.cancel(whole.probability / before.probability), whole.actions[len(before.actions) :])


def node_names(where: InformationSet) -> list[str]:
    """A name for each node of a set: the moves by which it differs from the others."""
    return [", ".join(where.unseen(node).values()) for node in where.nodes]


def belief_symbols(where: InformationSet) -> tuple[sp.Symbol, ...]:
    """A symbol for the probability that the mover gives each node of a set."""
    return tuple(sp.Symbol(f"Pr({name} | {where.name})", nonnegative=True) for name in node_names(where))


@lru_cache(maxsize=256)
def information(game: Game) -> Information:
    """The information sets of a finite game.

    Raises ModelError for a choice of numbers, a fork, an information set with different actions, and imperfect recall.
    """
    grouped: dict[tuple[str, Seen], list[Decision]] = {}
    for node in game.nodes:
        if isinstance(node, Continuous | Fork):
            what = f'the choice of a number "{node.label}"' if isinstance(node, Continuous) else f"the fork {node.condition}"
            raise ModelError(f"{game.name} is not finite: {what} is among its moves", place=game.place)
        if isinstance(node, Decision):
            grouped.setdefault((node.label, _seen(node)), []).append(node)
    sets = tuple(_one_set(game, label, seen, nodes) for (label, seen), nodes in grouped.items())
    for name in (s.name for s in sets):
        if [s.name for s in sets].count(name) > 1:
            raise ModelError(f'two information sets of {game.name} are called "{name}"; rename a choice', place=game.place)
    made = Information(game, sets, {node: s for s in sets for node in s.nodes})
    for found in sets:
        _check_recall(made, found)
    return made


def _seen(node: Decision) -> Seen:
    return tuple((k, str(v)) for k, v in node.history if node.sees is None or k in node.sees)


def _one_set(game: Game, label: str, seen: Seen, nodes: list[Decision]) -> InformationSet:
    found = InformationSet(nodes[0].player, label, seen, tuple(nodes))
    for node in nodes[1:]:
        if node.player != found.player:
            raise ModelError(f'"{found.name}" is chosen by {found.player} and by {node.player}', place=game.place)
        if node.actions != found.actions:
            first, second = (", ".join(n.actions) for n in (nodes[0], node))
            shown = f"{found.player} cannot tell apart nodes at which the actions are {first} and {second}"
            raise ModelError(f'{shown} in "{found.name}"; let it see what makes the difference', place=game.place)
    return found


def _check_recall(made: Information, found: InformationSet) -> None:
    """Raise ModelError where the player has forgotten what it did or knew."""
    experiences = [[(s, a) for s, a in made.way(node).actions if s.player == found.player] for node in found.nodes]
    for other in experiences[1:]:
        if other != experiences[0]:
            differing = [pair for pair in (*experiences[0], *other) if pair not in experiences[0] or pair not in other]
            where, _ = differing[0]
            forgotten = ", ".join(dict.fromkeys([where.label, *(k for k, _ in where.seen)]))
            raise ModelError(
                f'{found.player} has forgotten, at "{found.label}", what it did or knew at "{where.label}"; '
                f"let it see {forgotten}",
                place=made.game.place,
            )


@lru_cache(maxsize=4096)
def _apart(made: Information, where: InformationSet) -> tuple[Way, ...]:
    ways = [made.way(node) for node in where.nodes]
    shared = set.intersection(*(set(way.actions) for way in ways))
    return tuple(Way(way.probability, tuple(a for a in way.actions if a not in shared)) for way in ways)


@lru_cache(maxsize=4096)
def _through(made: Information, where: InformationSet) -> tuple[tuple[InformationSet, tuple[Decision, ...]], ...]:
    found = []
    lines = [[n for n in made.of if node.history[: len(n.history)] == n.history and n is not node] for node in where.nodes]
    for earlier in reversed(made.sets):
        met = [next((n for n in line if made.of[n] is earlier), None) for line in lines]
        through = tuple(n for n in met if isinstance(n, Decision))
        if earlier is not where and len(through) == len(met):
            found.append((earlier, through))
    return tuple(found)


@lru_cache(maxsize=256)
def _ways(made: Information) -> dict[Node, Way]:
    found: dict[Node, Way] = {}

    def below(node: Node, way: Way) -> None:
        found[node] = way
        if isinstance(node, Chance):
            for weight, child in zip(node.probabilities, node.children, strict=True):
                below(child, Way(way.probability * weight, way.actions))
        elif isinstance(node, Decision):
            for action, child in zip(node.actions, node.children, strict=True):
                below(child, Way(way.probability, (*way.actions, (made.of[node], action))))

    below(made.game.tree, Way(sp.Integer(1), ()))
    return found
