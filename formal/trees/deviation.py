"""How a property is broken at a point: the moves that break it, and what comes of them.

The moves are those of players who deviate; where the others' answers matter, all answers are followed. `outcomes`
are the leaves that can come of it, each with who gains or is harmed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from formal.trees.collusion import Collusion, CollusionFormula
from formal.trees.decide import Engine, Finding, Placed
from formal.trees.game import History
from formal.trees.immunity import Immunity, ImmunityFormula
from formal.trees.polynomial import Point, combination, shown, value
from formal.trees.practicality import PracticalityFormula
from formal.trees.tree import LEAF
from formal.trees.valuation import Valuation

LISTED = 200  # moves and outcomes that are listed of one deviation
Move = tuple[History, str]


@dataclass
class Outcome:
    """A leaf, the players concerned, what they get there and what they would get honestly; in symbols."""

    history: History
    players: tuple[str, ...]
    gets: str
    honestly: str


@dataclass
class Deviation:
    """`moves` break the property at `point`; `words` say how. `all_listed`: no move or outcome was left out."""

    words: str
    point: Point
    moves: list[Move] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    all_listed: bool = True


def deviation(engine: Engine, found: Finding, placed: Placed, point: Point) -> Deviation:
    """How the goal fails at a point where it does."""
    at = engine.search(found.asked).at(point)
    return _Walk(engine, found.history, placed, at).result()


class _Walk:
    def __init__(self, engine: Engine, history: History, placed: Placed, at: Valuation) -> None:
        self.engine, self.game, self.dag, self.at = engine, engine.game, engine.dag, at
        self.tree = engine.game.tree
        self.path, self.history, self.placed = self.tree.follow(history), history, placed
        self.found = Deviation("", at.point)
        self.count = 0

    def result(self) -> Deviation:
        goal, formula = self.placed.goal, self.engine.formula(self.placed.goal)
        start, node = self._start()
        if isinstance(goal, Immunity):
            assert isinstance(formula, ImmunityFormula)
            self.immunity(formula, start, node)
        elif isinstance(goal, Collusion):
            assert isinstance(formula, CollusionFormula)
            self.collusion(formula, goal, start, node)
        else:
            assert isinstance(formula, PracticalityFormula)
            self.practicality(formula, start, node)
        self.found.all_listed = self.count <= LISTED
        return self.found

    def _start(self) -> tuple[History, int]:
        """Where the branch leads; it is the first move of the deviation, unless the goal is the honest leaf itself."""
        placed = self.placed
        before = self.history[: placed.depth]
        if placed.branch < 0:
            return before, self.path[-1]
        action, child = list(self.tree.edges(self.path[placed.depth]))[placed.branch]
        self.found.moves.append((before, self.tree.actions[action]))
        return (*before, self.tree.actions[action]), child

    def _listed(self) -> bool:
        self.count += 1
        return self.count <= LISTED

    def _edges(self, history: History, node: int) -> Iterator[tuple[str, History, int]]:
        for action, child in self.tree.edges(node):
            name = self.tree.actions[action]
            yield name, (*history, name), child

    def outcome(self, history: History, node: int, members: tuple[int, ...]) -> None:
        vector, honest = self.tree.vector(node), self.tree.vector(self.path[-1])
        utilities, symbols = self.tree.utilities, self.game.symbols
        gets, instead = (shown(symbols, combination([(1, utilities[v[i]]) for i in members])) for v in (vector, honest))
        self.found.outcomes.append(Outcome(history, tuple(self.game.players[i] for i in members), gets, instead))

    def immunity(self, formula: ImmunityFormula, start: History, node: int) -> None:
        """The harmed player tries everything; the others answer so that it does not help."""
        player = formula.player
        truth = formula.truth(self.at, self.dag.of[node])
        name = self.game.players[player]
        real = " in the real part" if formula.real else ""
        self.found.words = f"{name} gets less than 0{real}" + (" whatever it does" if self.placed.branch >= 0 else "")
        stack = [(start, node)]
        while stack and self._listed():
            history, here = stack.pop()
            owner = self.tree.owner[here]
            if owner == LEAF:
                self.outcome(history, here, (player,))
            elif owner == player:
                stack += [(after, child) for _, after, child in self._edges(history, here)]
            else:
                action, after, child = next(e for e in self._edges(history, here) if not truth[self.dag.of[e[2]]])
                self.found.moves.append((history, action))
                stack.append((after, child))

    def collusion(self, formula: CollusionFormula, goal: Collusion, start: History, node: int) -> None:
        """Whatever the rest answer, some group that has deviated together gains."""
        stack = [(start, node, goal.deviated)]
        groups: set[tuple[int, ...]] = set()
        while stack and self._listed():
            history, here, joined = stack.pop()
            owner, inner = self.tree.owner[here], self.dag.of[here]
            if owner == LEAF:
                failing = [g for g in formula.groups(joined) if not formula.loses(self.at, g)[inner]]
                group = min(failing, key=lambda g: (g.bit_count(), g))
                members = tuple(i for i in range(len(self.game.players)) if group >> i & 1)
                groups.add(members)
                self.outcome(history, here, members)
                continue
            later = joined | 1 << owner
            truth = formula.truth(self.at, later, inner)
            edges = list(self._edges(history, here))
            move = next((e for e in edges if not truth[self.dag.of[e[2]]]), None)
            if move is not None:
                self.found.moves.append((history, move[0]))
                stack.append((move[1], move[2], later))
            else:
                stack += [(after, child, joined) for _, after, child in edges]
        shown_groups = " or ".join(" and ".join(self.game.players[i] for i in g) for g in sorted(groups))
        self.found.words = f"{shown_groups} gain{'s' if all(len(g) == 1 for g in groups) else ''} whatever the others do"

    def practicality(self, formula: PracticalityFormula, start: History, node: int) -> None:
        """The owner of the last honest node deviates; an equilibrium of what follows that is worst for that player."""
        player = self.tree.owner[self.path[self.placed.depth]]
        values, gains = formula.values(self.at, self.dag.of[node]), self.at.gains(player)
        leaf = min(values[self.dag.of[node]], key=lambda v: gains[v])
        history, here = start, node
        while self.tree.owner[here] != LEAF:
            chosen = self._equilibrium_move(formula, history, here, leaf)
            self.found.moves.append((history, chosen[0]))
            history, here = chosen[1], chosen[2]
        self.outcome(history, here, (player,))
        self.found.words = f"{self.game.players[player]} gets more in every subgame perfect equilibrium after the deviation"

    def _equilibrium_move(
        self, formula: PracticalityFormula, history: History, here: int, leaf: int
    ) -> tuple[str, History, int]:
        """A move after which the leaf is still an equilibrium's outcome, and no other move promises its owner more."""
        node, edges = self.dag.of[here], list(self._edges(history, here))
        if len({self.dag.of[c] for _, _, c in edges}) == 1:
            return edges[0]
        chosen = next(iter(formula.alternatives(self.at, ("M", node, leaf), True))).tag
        return next(e for e in edges if self.dag.of[e[2]] == chosen)


def gain(engine: Engine, text_of: Outcome, point: Point) -> tuple[str, str]:
    """The numbers behind an outcome at a point: what is got, and what would be got honestly."""
    from formal.trees.expression import Expressions

    read = Expressions(engine.game.symbols).utility
    first, second = (pair_text(value(engine.game.symbols, read(t), point)) for t in (text_of.gets, text_of.honestly))
    return first, second


def pair_text(pair: tuple[object, object]) -> str:
    """A pair as a number and a multiple of the infinitesimal unit."""
    real, small = pair
    return f"{real}" if not small else f"{real} and infinitesimally {small}" if real else f"infinitesimally {small}"
