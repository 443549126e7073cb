"""A game tree, hash-consed: equal subtrees are one node.

Nodes are numbered children first. The tree keeps the names of actions; what a property needs is the *reduction* of it
(formal.trees.reduction), in which names, repetitions and nodes with one child are gone.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from formal.trees.polynomial import Poly

LEAF = -1


class Tree:
    """Nodes by number; `owner` is a player's number, or LEAF. A leaf's vector is one utility number a player."""

    def __init__(self) -> None:
        self.owner = array("i")
        self.start = array("q", [0])
        self.action = array("i")
        self.child = array("q")
        self.vectors: list[tuple[int, ...]] = []
        self.utilities: list[Poly] = []
        self.actions: list[str] = []
        self.size = 0
        self.root = -1
        self._utility: dict[Poly, int] = {}
        self._vector: dict[tuple[int, ...], int] = {}
        self._node: dict[tuple[int, ...], int] = {}
        self._action: dict[str, int] = {}

    def utility(self, poly: Poly) -> int:
        """The number of a utility."""
        found = self._utility.get(poly)
        if found is None:
            found = self._utility[poly] = len(self.utilities)
            self.utilities.append(poly)
        return found

    def action_number(self, name: str) -> int:
        found = self._action.get(name)
        if found is None:
            found = self._action[name] = len(self.actions)
            self.actions.append(name)
        return found

    def leaf(self, vector: tuple[int, ...]) -> int:
        """The leaf at which player i gets utility number vector[i]."""
        found = self._vector.get(vector)
        if found is None:
            found = self._vector[vector] = len(self.owner)
            self.owner.append(LEAF)
            self.action.append(-1)
            self.child.append(len(self.vectors))
            self.start.append(len(self.child))
            self.vectors.append(vector)
        return found

    def node(self, key: tuple[int, ...]) -> int:
        """The node with key (owner, action, child, action, child, ...)."""
        found = self._node.get(key)
        if found is None:
            found = self._node[key] = len(self.owner)
            self.owner.append(key[0])
            self.action.extend(key[1::2])
            self.child.extend(key[2::2])
            self.start.append(len(self.child))
        return found

    def finish(self, root: int) -> None:
        """Forget what only building needs."""
        self.root = root
        self._utility, self._vector, self._node = {}, {}, {}

    def __len__(self) -> int:
        return len(self.owner)

    def vector(self, node: int) -> tuple[int, ...]:
        """A leaf's utility numbers."""
        return self.vectors[self.child[self.start[node]]]

    def edges(self, node: int) -> Iterator[tuple[int, int]]:
        """The actions of an inner node, with where they lead."""
        for place in range(self.start[node], self.start[node + 1]):
            yield self.action[place], self.child[place]

    def children(self, node: int) -> Sequence[int]:
        return self.child[self.start[node] : self.start[node + 1]]

    def follow(self, history: Iterable[str]) -> list[int]:
        """The nodes on a path, from the root. Raises KeyError with the number of moves that could be followed."""
        path = [self.root]
        for depth, name in enumerate(history):
            number = self._action.get(name, -1)
            here = path[-1]
            step = None if self.owner[here] == LEAF else next((c for a, c in self.edges(here) if a == number), None)
            if step is None:
                raise KeyError(depth)
            path.append(step)
        return path
