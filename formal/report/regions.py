"""Equilibria of any kind as regions of the parameter space: where each exists, who does what in it, and what everybody gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import sympy as sp

from formal.bayes_classes import BayesianEquilibrium
from formal.bayes_solution import BayesianSolution
from formal.concept import equilibria
from formal.derive.partition import Cell, Conditions
from formal.model.game import Game
from formal.model.information import InformationSet
from formal.model.tree import Continuous, Decision
from formal.nash_solution import NashSolution
from formal.signalling_solution import SignallingEquilibrium, SignallingSolution
from formal.solution import Solution

Any_solution = Solution | NashSolution | BayesianSolution | SignallingSolution


@dataclass(frozen=True)
class Move:
    """What `player` does at `choice`: an action, a formula, or actions with probabilities.

    A formula that is a free symbol may be any number of the `span`, between all of its first and all of its last formulas.
    """

    player: str
    choice: str
    decision: Any
    span: tuple[tuple[sp.Expr, ...], tuple[sp.Expr, ...]] = ((), ())


@dataclass(frozen=True)
class Region:
    """Equilibria of one kind; they exist where the conditions of one of the `cases` hold. Not `attained`: there is none."""

    name: str
    cases: tuple[Conditions, ...]
    moves: tuple[Move, ...]
    payoffs: Mapping[str, sp.Expr]
    attained: bool = True


def regions(game: Game) -> tuple[Region, ...]:
    """The regions of the game's solution; those of a subgame perfect equilibrium do not overlap, others may."""
    return tuple(_regions(equilibria(game)))


def exclusive(game: Game) -> bool:
    """Whether each parameter point lies in one region."""
    return isinstance(equilibria(game), Solution)


def concept(game: Game) -> str:
    """What is claimed of the equilibria, in words."""
    found = equilibria(game)
    if isinstance(found, Solution):
        return "subgame perfect equilibrium"
    return "Nash equilibria" if isinstance(found, NashSolution) else "perfect Bayesian equilibria"


@singledispatch
def _regions(solution: Any) -> Iterator[Region]:
    raise NotImplementedError


@_regions.register
def _(solution: Solution) -> Iterator[Region]:
    players = {n.label: n.player for n in solution.game.nodes if isinstance(n, Decision | Continuous)}
    for number, cell in enumerate(solution.cells, start=1):
        moves = tuple(_path(cell.path, players)) if cell.attained else ()
        yield Region(cell.name or f"case {number}", (cell.conditions,), moves, _paid(cell), cell.attained)


def _paid(cell: Cell) -> Mapping[str, sp.Expr]:
    return cell.payoffs if cell.attained else {}


def _path(path: Sequence[Any], players: Mapping[str, str], after: str = "") -> Iterator[Move]:
    for label, move in path:
        if isinstance(move, tuple):
            for outcome, rest in move:
                yield from _path(rest, players, f"{after}{label} = {outcome}, ")
        else:
            yield Move(players[label], f"{label} after {after[:-2]}" if after else label, move)


@_regions.register
def _(solution: NashSolution) -> Iterator[Region]:
    for number, one in enumerate(solution.equilibria, start=1):
        profile = one.profile
        moves = tuple(Move(q, "", _mixture(s)) for q, s in profile.strategies.items())
        yield Region(f"equilibrium {number}", (profile.conditions,), moves, profile.payoffs)


def _mixture(strategy: Any) -> Any:
    """A strategy, with an action for the action that is certain."""
    if isinstance(strategy, Mapping):
        sure = [a for a, w in strategy.items() if w == 1]
        return sure[0] if sure else {a: w for a, w in strategy.items() if w != 0}
    return strategy


@_regions.register
def _(solution: BayesianSolution) -> Iterator[Region]:
    for number, one in enumerate(solution.equilibria, start=1):
        cases = tuple(a.conditions for a in one.found.assessments)
        yield Region(f"{one.kind} {number}", cases, tuple(_behaviour(solution, one)), one.found.payoffs)


def _behaviour(solution: BayesianSolution, one: BayesianEquilibrium) -> Iterator[Move]:
    for where in solution.info.sets:
        if where.name in one.found.behaviour:
            yield Move(where.player, _at(where), _mixture(one.found.behaviour[where.name]))


def _at(where: InformationSet) -> str:
    after = ", ".join(f"{k} = {v}" for k, v in where.seen)
    return f"{where.label} after {after}" if after else where.label


@_regions.register
def _(solution: SignallingSolution) -> Iterator[Region]:
    for number, one in enumerate(solution.equilibria, start=1):
        yield Region(f"{one.kind} {number}", (one.found.exists,), tuple(_signals(solution, one)), one.found.payoffs)


def _signals(solution: SignallingSolution, one: SignallingEquilibrium) -> Iterator[Move]:
    form = solution.form
    for group in one.found.groups:
        types = ", ".join(form.types[t] for t in group.types)
        yield Move(form.sender, f"{form.signal} of {types}", group.signal, group.range)
        yield Move(form.receiver, f"reply to {types}", group.reply)
