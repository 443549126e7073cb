"""Questions to a solved game: what happens at a point, and how outcomes vary with parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from formal.decide.evaluate import holds, inside, value
from formal.decide.goal import Goal
from formal.decide.judge import contradictory, decide
from formal.decide.verdict import Proved
from formal.derive.partition import Branch, Cell, Equilibrium
from formal.errors import ModelError, suggestion
from formal.model.exact import exact
from formal.model.game import Game
from formal.model.parameters import Parameter
from formal.model.threshold import depends, total_derivative
from formal.model.tree import Continuous
from formal.obligations import limits
from formal.play import plays_after

SIGNS = {"zero": sp.Eq, "positive": sp.Gt, "negative": sp.Lt, "not negative": sp.Ge, "not positive": sp.Le}


@dataclass(frozen=True)
class Answer:
    """What happens at one point, exactly: the cell's number, the path of play and the payoffs.

    There is no path where there is no equilibrium.
    """

    cell: int
    path: tuple[tuple[str, Any], ...] | None
    payoffs: Mapping[str, sp.Expr]


@dataclass(frozen=True)
class Effect:
    """The derivative of a choice in one parameter inside one cell; the sign is proved, or "varies"."""

    cell: int
    choice: str
    parameter: Parameter
    derivative: sp.Expr
    sign: str


def answer(equilibrium: Equilibrium, point: Mapping[Any, Any]) -> Answer:
    """What is played and what everybody gets at a point, a number for each parameter or its name.

    Raises ModelError for a parameter that is missing or unknown, a number that is not exact, and a point that the domains and
    assumptions of the game exclude.
    """
    values = _values(equilibrium.game, point)
    for name, assumed in equilibrium.game.assumptions().items():
        if not holds(assumed, values):
            raise ModelError(f"the point violates {name}" + (f" ({assumed})" if name != str(assumed) else ""))
    for number, cell in enumerate(equilibrium.cells, start=1):
        if inside(cell.conditions, values):
            if not cell.attained:
                return Answer(number, None, {})
            return Answer(number, _path(cell.path, values), {q: value(u, values) for q, u in cell.payoffs.items()})
    raise ModelError("no cell contains the point; the partition is not proved to cover it")


def _values(game: Game, point: Mapping[Any, Any]) -> dict[sp.Symbol, sp.Expr]:
    by_name = {q.name: q for q in game.parameters}
    found: dict[sp.Symbol, sp.Expr] = {}
    for key, number in point.items():
        name = str(key)
        if name not in by_name:
            raise ModelError(f'"{name}" is not a parameter of {game.name}; {suggestion(name, by_name)}')
        found[by_name[name]] = exact(number, name)
    missing = [name for name, q in by_name.items() if q not in found]
    if missing:
        raise ModelError(f"the point has no value for {', '.join(missing)}")
    return found


def _path(path: tuple[Any, ...], values: Mapping[sp.Symbol, sp.Expr]) -> tuple[tuple[str, Any], ...]:
    def at(move: Any) -> Any:
        if isinstance(move, tuple):
            return tuple((outcome, _path(rest, values)) for outcome, rest in move)
        return value(move, values) if isinstance(move, sp.Expr) else move

    return tuple((label, at(move)) for label, move in path)


# -- ties


@dataclass(frozen=True)
class Tie:
    """Where the strategy's branch applies, every choice that satisfies `among` is as good for the mover as the one it takes.

    Where it takes none, these choices are the best, and the tie rule prefers none of them to all others.
    """

    node: Continuous
    branch: Branch
    among: tuple[sp.Basic, ...]


def ties(equilibrium: Equilibrium) -> Iterator[Tie]:
    """The continua of choices between which a mover is indifferent, each proved.

    The tie rule takes one end of them, or none where the end that it prefers is not among them.
    """
    assumed = tuple(equilibrium.game.assume.values())
    for node, strategy in equilibrium.strategies.items():
        if not isinstance(node, Continuous):
            continue
        here = (*assumed, *node.facts())
        for branch in strategy.branches:
            if not branch.barren:
                yield from _continua(equilibrium, node, branch, (*here, *branch.conditions))


def _continua(equilibrium: Equilibrium, node: Continuous, branch: Branch, given: tuple[sp.Basic, ...]) -> Iterator[Tie]:
    v = node.symbol
    inside = node.inside(v)
    apart = sp.Ne(v, branch.decision, evaluate=False)
    best = _best(equilibrium, node, branch, given)
    if not branch.attained:  # that it is best is no obligation then
        everywhere = list(plays_after(equilibrium, node, v, (*given, *inside)))
        if not best or not all(_proved(sp.Le, p.payoffs[node.player], best, (*given, *inside, *p.where)) for p in everywhere):
            return
    for play in plays_after(equilibrium, node, v, (*given, *inside, apart)):
        payoff, where = play.payoffs[node.player], (*inside, *play.where)
        if not depends(payoff, v) and _proved(sp.Eq, payoff, best, (*given, *where)):
            said = [c for c in where if depends(c, v) or not contradictory((*given, sp.Not(c, evaluate=False)))]
            yield Tie(node, branch, tuple(said))


def _best(equilibrium: Equilibrium, node: Continuous, branch: Branch, given: tuple[sp.Basic, ...]) -> list[sp.Expr]:
    """What the branch's decision pays; where the tie rule takes none, what those pay that are close to it."""
    if branch.attained:
        return [play.payoffs[node.player] for play in plays_after(equilibrium, node, branch.decision, given)]
    close = limits(equilibrium, node, branch.decision, given)
    return [limit for near, limit, beyond in close if beyond is not None and not contradictory((*given, near))]


def _proved(relation: type[sp.Rel], payoff: sp.Expr, best: list[sp.Expr], where: tuple[sp.Basic, ...]) -> bool:
    goals = (Goal("tie", relation(payoff, u, evaluate=False), where) for u in best)
    return all(isinstance(decide(goal), Proved) for goal in goals)


# -- comparative statics


def comparative_statics(equilibrium: Equilibrium, *labels: str) -> Iterator[Effect]:
    """How each number chosen on the path of play varies with each parameter, in the interior of each cell.

    In a cell that has none, as far as can be told, signs are those of the derivatives everywhere in the cell.
    """
    assumed = tuple(equilibrium.game.assume.values())
    domains = tuple(f for q in equilibrium.game.parameters for f in q.facts())
    for number, cell in enumerate(equilibrium.cells, start=1):
        inside = (*assumed, *map(_interior, (*domains, *cell.conditions)))
        if not isinstance(decide(Goal("interior", sp.true, inside, existential=True, silent=True)), Proved):
            inside = (*assumed, *cell.conditions)
        for label, decision in _numbers(cell):
            if labels and label not in labels:
                continue
            for parameter in equilibrium.game.parameters:
                derivative = total_derivative(decision, parameter)
                yield Effect(number, label, parameter, derivative, _sign(derivative, inside))


def _numbers(cell: Cell) -> Iterator[tuple[str, sp.Expr]]:
    return ((k, d) for k, d in cell.decisions.items() if isinstance(d, sp.Expr)) if cell.attained else iter(())


def _interior(condition: sp.Basic) -> sp.Basic:
    strict = {sp.Ge: sp.Gt, sp.Le: sp.Lt}.get(type(condition))
    return strict(*condition.args, evaluate=False) if strict else condition


def _sign(derivative: sp.Expr, given: tuple[sp.Basic, ...]) -> str:
    for word, relation in SIGNS.items():
        claim = relation(derivative, 0, evaluate=False)
        if isinstance(decide(Goal("sign", claim, given), doubtful=True), Proved):
            return word
    return "varies"
