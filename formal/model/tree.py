"""Extensive-form trees with perfect information: frozen nodes that can be inspected and printed.

A history is the sequence of moves that leads to a node: pairs of a label and the action, outcome, branch or symbol.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

History = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False)
class Node:
    """What all nodes share: the history that leads here."""

    history: History

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes that can follow."""
        return ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def walk_up(self) -> Iterator[Node]:
        """This node and all below it, children first."""
        for child in self.children:
            yield from child.walk_up()
        yield self

    def facts(self) -> tuple[sp.Basic, ...]:
        """Everything that holds on the way here: ranges of earlier choices and branch conditions."""
        return tuple(f for _, move in self.history if isinstance(move, Taken) for f in move.facts)

    def moves(self) -> dict[str, str]:
        """The discrete moves of the history, by label."""
        return {label: str(move) for label, move in self.history if isinstance(move, str)}

    def head(self) -> str:
        """One line that says who does what here."""
        raise NotImplementedError

    def branches(self) -> tuple[str, ...]:
        """A name for each child."""
        return ()

    def __repr__(self) -> str:
        return "\n".join(_lines(self))


@dataclass(frozen=True)
class Taken:
    """A move that leaves facts behind: a continuous choice in its range, or a branch condition."""

    shown: str
    facts: tuple[sp.Basic, ...]

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, eq=False, repr=False)
class Leaf(Node):
    """An end of the game with each player's payoff."""

    payoffs: Mapping[str, sp.Expr]

    def head(self) -> str:
        return "payoffs " + ", ".join(f"{player} {payoff}" for player, payoff in self.payoffs.items())


@dataclass(frozen=True, eq=False, repr=False)
class Decision(Node):
    """`player` picks one of finitely many actions, knowing the choices in `sees`; None is all earlier ones."""

    player: str
    label: str
    actions: tuple[str, ...]
    following: tuple[Node, ...]
    sees: tuple[str, ...] | None = None

    @property
    def children(self) -> tuple[Node, ...]:
        return self.following

    def head(self) -> str:
        return f"{self.player} chooses {self.label}"

    def branches(self) -> tuple[str, ...]:
        return self.actions


@dataclass(frozen=True, eq=False, repr=False)
class Continuous(Node):
    """`player` picks a number `symbol` from the closed interval [low, high]; the ends may depend on the history.

    `sees` names the choices that the player knows; None is all earlier ones.
    """

    player: str
    label: str
    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr
    following: Node
    sees: tuple[str, ...] | None = None

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.following,)

    @cached_property
    def deviation(self) -> sp.Dummy:
        """Any number that could be chosen here instead."""
        return sp.Dummy(f"{self.label}'", real=True)

    def inside(self, number: sp.Expr) -> tuple[sp.Basic, sp.Basic]:
        """That a number is in the range."""
        return sp.Ge(number, self.low, evaluate=False), sp.Le(number, self.high, evaluate=False)

    def head(self) -> str:
        return f"{self.player} chooses {self.symbol} in [{self.low}, {self.high}]"

    def branches(self) -> tuple[str, ...]:
        return ("",)


@dataclass(frozen=True, eq=False, repr=False)
class Chance(Node):
    """Nature picks an outcome with the stated probabilities."""

    label: str
    outcomes: tuple[str, ...]
    probabilities: tuple[sp.Expr, ...]
    following: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.following

    def head(self) -> str:
        return f"Chance draws {self.label}"

    def branches(self) -> tuple[str, ...]:
        return tuple(f"{o} (probability {p})" for o, p in zip(self.outcomes, self.probabilities, strict=True))


@dataclass(frozen=True, eq=False, repr=False)
class Fork(Node):
    """The game differs with the truth of a condition on parameters and earlier choices."""

    condition: sp.Basic
    yes: Node
    no: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.yes, self.no)

    def head(self) -> str:
        return f"when {self.condition}"

    def branches(self) -> tuple[str, ...]:
        return ("yes", "no")


def _lines(node: Node) -> Iterator[str]:
    yield node.head()
    named = list(zip(node.branches(), node.children, strict=True))
    for index, (name, child) in enumerate(named):
        last = index == len(named) - 1
        first, *rest = _lines(child)
        yield ("└─ " if last else "├─ ") + (f"{name}: " if name else "") + first
        for line in rest:
            yield ("   " if last else "│  ") + line
