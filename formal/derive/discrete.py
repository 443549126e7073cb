"""Large games of discrete choices with linear payoffs: solved by the region search of game trees (formal.trees).

The tree is hash-consed with the tie rule's action first, and each different node has its outcomes by regions, each found from a
point and the few comparisons that decide what is played there; see formal.trees.outcome. Like all that is derived it is a
conjecture, which formal.obligations states what to prove of.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

from formal.derive.literals import conjunction, literal
from formal.derive.polynomial import Ring
from formal.derive.regions import Option, Region
from formal.errors import DerivationError, ModelError
from formal.model.game import Game
from formal.model.tree import Decision, Leaf, Node
from formal.trees.declared import Reader
from formal.trees.domain import Domain
from formal.trees.farkas import Fact
from formal.trees.outcome import Ordered, Outcomes
from formal.trees.polynomial import Symbols
from formal.trees.solver import Unsure
from formal.trees.tree import Tree
from formal.trees.valuation import Utilities

LARGE = 150  # nodes from which on a game is large


class Discrete:
    """The outcomes of a game's nodes. Raises ModelError for a game with payoffs or assumptions that it cannot read."""

    def __init__(self, game: Game, ring: Ring) -> None:
        self.game, self.ring = game, ring
        symbols = Symbols(tuple(p.name for p in game.parameters))
        reader, tree = Reader(game, game.parameters, symbols), Tree()
        self.leaves: dict[Node, int] = {}
        for node in game.nodes:
            if isinstance(node, Leaf):
                self.leaves[node] = tree.leaf(tuple(tree.utility(reader.poly(node.payoffs[p])) for p in game.players))
        self.ordered = Ordered(tree.vectors)
        self.number: dict[Node, int] = {}
        for node in reversed(game.nodes):
            self.number[node] = self._numbered(node)
        facts = [f for p in game.parameters for f in p.facts()]
        clauses = [c for f in (*facts, *game.assume.values()) for c in reader.clauses(f)]
        utilities = Utilities(symbols, tree.utilities, tree.vectors)
        domain = Domain(symbols, clauses, utilities.linear)
        if not domain.linear or any(len(clause) != 1 or clause[0].relation == "!=" for clause in clauses):
            raise ModelError("payoffs and assumptions have to be linear, and no assumption a disjunction")
        self.outcomes = Outcomes(self.ordered, tree.utilities, domain, utilities.at)

    def _numbered(self, node: Node) -> int:
        if isinstance(node, Leaf):
            return self.leaves[node]
        assert isinstance(node, Decision)
        return self.ordered.node(self.game.players.index(node.player), (self.number[c] for _, c in self._ranked(node)))

    def _ranked(self, node: Decision) -> list[tuple[str, Node]]:
        """Actions with the nodes that they lead to, the one that the tie rule prefers first."""
        favoured = self.game.ties.get(node.label, node.actions[0])
        return sorted(zip(node.actions, node.following, strict=True), key=lambda edge: edge[0] != favoured)

    def regions(self, node: Decision) -> list[Region]:
        """The node's regions, each with what is done there. Raises DerivationError where the solver gives up."""
        try:
            found = self.outcomes.regions(self.number[node])
        except Unsure as error:
            raise DerivationError(str(error), place=self.game.place) from None
        return [Region(self._where(r.facts), self._option(node, r.path)) for r in found]

    def _option(self, node: Decision, numbers: Sequence[int]) -> Option:
        """What is done at a node whose outcome is reached through nodes of these numbers."""
        path: list[tuple[str, str]] = []
        here: Node = node
        wanted = iter(numbers[1:])
        while isinstance(here, Decision):
            edges = self._ranked(here)
            if any(self.number[child] != self.number[here] for _, child in edges):
                chosen = next(wanted)
                edges = [edge for edge in edges if self.number[edge[1]] == chosen]
            path.append((here.label, edges[0][0]))
            here = edges[0][1]
        assert isinstance(here, Leaf)
        payoffs = tuple(self.ring.quotient(here.payoffs[p]) for p in self.game.players)
        return Option((), path[0][1], payoffs, tuple(path))

    def _where(self, facts: Sequence[Fact]) -> tuple[Any, ...]:
        where = conjunction(literal(self.ring, self._poly(poly), strict=strict) for poly, strict in facts)
        assert where is not None, "a region has a point"
        return tuple(sorted(where, key=lambda item: item.cost))

    def _poly(self, poly: Any) -> Any:
        places, width = [self.ring.index[p] for p in self.game.parameters], len(self.ring.gens)
        terms = {}
        for monomial, coefficient in poly:
            number = Fraction(coefficient)
            powers = tuple(sum(places[i] == k for i in monomial) for k in range(width))
            terms[powers] = flint.fmpq(number.numerator, number.denominator)
        return self.ring.context.from_dict(terms)


def discrete(game: Game, ring: Ring) -> Discrete | None:
    """The solver of a large game of discrete choices with linear payoffs; None for other games."""
    if len(game.nodes) < LARGE or not all(isinstance(n, Leaf | Decision) for n in game.nodes):
        return None
    if any(p.domain.whole for p in game.parameters):
        return None
    try:
        found = Discrete(game, ring)
        return found if found.outcomes.domain.find() is not None else None
    except (ModelError, Unsure):
        return None
