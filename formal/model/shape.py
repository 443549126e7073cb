"""Which subtrees are equal: hash-consing of a declared game's nodes.

Two nodes have the same shape if the same holds on the way to them, and the same can follow: players, labels, actions, ranges,
draws, conditions and payoffs.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node


@dataclass
class Shapes:
    """Numbers of shapes that were met."""

    numbers: dict[Hashable, int] = field(default_factory=dict)
    of: dict[Node, int] = field(default_factory=dict)


def shape(known: Shapes, node: Node) -> int:
    """The number of a node's shape."""
    if node not in known.of:
        key = (type(node), node.facts(), *_own(node), *(shape(known, child) for child in node.children))
        known.of[node] = known.numbers.setdefault(key, len(known.numbers))
    return known.of[node]


def _own(node: Node) -> tuple[Any, ...]:
    match node:
        case Leaf():
            return tuple(node.payoffs.items())
        case Decision():
            return node.player, node.label, node.actions, node.sees
        case Continuous():
            return node.player, node.label, node.symbol, node.low, node.high, node.sees
        case Chance():
            return node.label, node.outcomes, node.probabilities
        case Fork():
            return (node.condition,)
    return (id(node),)
