"""What a derivation proposes: strategies, and a partition of the parameter space into cells.

Definitions
-----------
A branch of a strategy says what its node's mover does where the branch's conditions on parameters and earlier choices
hold. A cell of an equilibrium says which path is played, and what everybody gets, where its conditions on the
parameters hold. Where the best decision is only approached, there is no equilibrium, and branch and cell say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from formal.errors import ModelError, suggestion
from formal.model.game import Game
from formal.model.partial import Piecewise
from formal.model.threshold import Threshold, thresholds
from formal.model.tree import Continuous, Decision, Node

Conditions = tuple[sp.Basic, ...]


@dataclass(frozen=True)
class Branch:
    """`decision` is an action's name or, at a continuous choice, a formula.

    It is not `attained` where it is a limit that the mover only approaches, and where the branch is `barren`: where no
    equilibrium follows some decision that has to be considered. `levels` are the values that thresholds of later stages take
    where they depend on the decision; `path` is how play goes on, beginning with the decision, where that is stated.
    """

    conditions: Conditions
    decision: Any
    attained: bool = True
    barren: bool = False
    levels: tuple[tuple[Threshold, sp.Expr], ...] = ()
    path: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Strategy:
    """What the mover at `node` does, as a function of parameters and earlier choices."""

    node: Decision | Continuous
    branches: tuple[Branch, ...]

    def where(self, action: Any) -> sp.Basic:
        """The condition under which a decision is taken."""
        return sp.Or(*(sp.And(*b.conditions) for b in self.branches if b.decision == action))

    @cached_property
    def rules(self) -> list[tuple[Any, sp.Basic]]:
        """Each different decision with the condition under which it is taken."""
        return [(d, self.where(d)) for d in dict.fromkeys(b.decision for b in self.branches)]

    def levels(self, decision: Any) -> dict[Threshold, sp.Expr]:
        """The values of later thresholds on which all branches with this decision agree."""
        alike = [b for b in self.branches if b.decision == decision]
        return {t: level for t, level in alike[0].levels if all((t, level) in b.levels for b in alike)} if alike else {}


def used_thresholds(strategies: Iterable[Strategy]) -> tuple[Threshold, ...]:
    """The thresholds that the strategies mention."""
    branches = [b for s in strategies for b in s.branches]
    shown = [sp.sympify(b.decision) for b in branches if not isinstance(b.decision, str)]
    shown += [level for b in branches for _, level in b.levels]
    return thresholds(*shown, *(c for b in branches for c in b.conditions))


@dataclass(frozen=True)
class Profile:
    """What each player does where the conditions hold: a number, or a probability for each action; and what each gets."""

    conditions: Conditions
    strategies: Mapping[str, Any]
    payoffs: Mapping[str, sp.Expr]

    @property
    def pure(self) -> bool:
        """Whether nobody mixes."""
        return not any(isinstance(s, Mapping) and len(s) > 1 for s in self.strategies.values())


def _drawn(path: tuple[Any, ...], after_chance: bool = False) -> Iterator[str]:
    """The choices on a path that are met after a draw."""
    for label, move in path:
        if after_chance:
            yield label
        if isinstance(move, tuple):
            for _, rest in move:
                yield from _drawn(rest, after_chance=True)


@dataclass(frozen=True)
class Cell:
    """A region of the parameter space with one path of play, and the author's name for it."""

    conditions: Conditions
    path: tuple[Any, ...]
    payoffs: Mapping[str, sp.Expr]
    attained: bool = True
    name: str = ""

    @property
    def decisions(self) -> dict[str, Any]:
        """What is chosen on the path of play, by label."""
        return {label: move for label, move in self.path if not isinstance(move, tuple)}


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A proposed subgame perfect equilibrium under the game's tie rules, over the whole parameter space."""

    game: Game
    cells: tuple[Cell, ...]
    strategies: Mapping[Node, Strategy]
    thresholds: tuple[Threshold, ...]

    def payoff(self, player: str) -> sp.Expr:
        """The player's equilibrium payoff as a function of the parameters."""
        if player not in self.game.players:
            raise ModelError(f'"{player}" is not a player of {self.game.name}')
        return self._piecewise(lambda cell: cell.payoffs[player])

    def outcome(self, *labels: str, default: Any = 0) -> sp.Expr:
        """What is chosen at the first of `labels` that the path of play meets, as a function of the parameters.

        `default` stands where the path meets none of them.
        """
        for label in labels:
            self.game.symbol(label)

        def chosen(cell: Cell) -> sp.Expr:
            self._certain(cell, labels)
            return next((cell.decisions[k] for k in labels if k in cell.decisions), sp.sympify(default))

        return self._piecewise(chosen)

    def played(self, label: str, action: str) -> sp.Basic:
        """The condition on the parameters under which the path of play takes `action` at `label`.

        Raises ModelError for a choice or an action that the game does not have, and where chance decides what is played.
        """
        menus: dict[str, dict[str, None]] = {}
        for node in self.game.nodes:
            if isinstance(node, Decision):
                menus.setdefault(node.label, {}).update(dict.fromkeys(node.actions))
        if label not in menus:
            raise ModelError(f'"{label}" is not a choice of actions in {self.game.name}; {suggestion(label, menus)}')
        if action not in menus[label]:
            raise ModelError(f'"{action}" is not an action of "{label}"; {suggestion(action, menus[label])}')
        for cell in self.cells:
            self._certain(cell, [label])
        return sp.Or(*(sp.And(*c.conditions) for c in self.cells if c.attained and c.decisions.get(label) == action))

    def _certain(self, cell: Cell, labels: Sequence[str]) -> None:
        """Raise ModelError where it depends on chance which of the choices is met on the cell's path, and what is chosen."""
        for label in labels:
            if label in cell.decisions:
                return
            if cell.attained and label in _drawn(cell.path):
                shown = f'what is chosen at "{label}" depends on chance in {self.game.name}'
                raise ModelError(f"{shown}; ask strategy(...) or when(...) after the outcome")

    def where(self, name: str) -> sp.Basic:
        """The condition on the parameters under which the equilibrium is in a cell of this name."""
        known = [cell.name for cell in self.cells if cell.name]
        if name not in known:
            raise ModelError(f'{self.game.name} has no cell "{name}"; {suggestion(name, known)}')
        return sp.Or(*(sp.And(*c.conditions) for c in self.cells if c.name == name))

    def nonexistence(self) -> sp.Basic:
        """The condition on the parameters under which there is no equilibrium."""
        return sp.Or(*(sp.And(*c.conditions) for c in self.cells if not c.attained))

    def _piecewise(self, value: Any) -> sp.Expr:
        branches = [(value(cell), sp.And(*cell.conditions)) for cell in self.cells if cell.attained]
        if not branches:
            raise ModelError(f"{self.game.name} has no equilibrium at any parameters; ask nonexistence()")
        everywhere = len(branches) == len(self.cells)
        return (sp.Piecewise if everywhere else Piecewise)(*branches, evaluate=False)
