"""What the properties need of a tree: nodes without names, repetitions and single choices.

A node is its owner and the set of its children; a node with one child is that child. Neither changes what a player
can secure, what a group can reach, nor the payoffs of subgame perfect equilibria, as a child that is there twice gives its
owner nothing new.
"""

from __future__ import annotations

from formal.trees.tree import LEAF, Tree


class Reduction:
    """Nodes by number, children first; the first `leaves` of them are the leaves, numbered like the tree's vectors."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.vectors = tree.vectors
        self.leaves = len(tree.vectors)
        self.owner: list[int] = [LEAF] * self.leaves
        self.children: list[tuple[int, ...]] = [()] * self.leaves
        self.of: list[int] = []
        known: dict[tuple[int, ...], int] = {}
        start, child = tree.start, tree.child
        for node, owner in enumerate(tree.owner):
            if owner == LEAF:
                self.of.append(child[start[node]])
                continue
            below = sorted({self.of[c] for c in child[start[node] : start[node + 1]]})
            if len(below) == 1:
                self.of.append(below[0])
                continue
            key = (owner, *below)
            found = known.get(key)
            if found is None:
                found = known[key] = len(self.owner)
                self.owner.append(owner)
                self.children.append(tuple(below))
            self.of.append(found)

    def __len__(self) -> int:
        return len(self.owner)
