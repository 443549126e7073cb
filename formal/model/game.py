"""Games as functions: the author writes the timeline once, and the tree is enumerated by running it, one run a path.

References: Osborne and Rubinstein (1994), A Course in Game Theory, chapters 6 and 11, for extensive games.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sympy as sp

from formal.errors import FormalError, ModelError, Place, caller, raised_at, suggestion
from formal.model.exact import exact
from formal.model.parameters import Parameter
from formal.model.run import Point, Run, playing
from formal.model.threshold import Threshold
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node, Taken

MAX_PATHS = 100_000
ORDERS = ("lowest", "highest")


class Game:
    """An extensive game, its tie rules and its assumptions.

    `tree` is enumerated when it is first asked for; declaring a game runs nothing.
    """

    def __init__(
        self,
        play: Callable[[Run], Mapping[str, Any]],
        players: Sequence[str],
        ties: Mapping[str, str],
        assume: Mapping[str, Any],
        thresholds: Mapping[str, str],
        cells: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.play, self.players, self.ties = play, tuple(players), dict(ties)
        self.assume, self.thresholds = dict(assume), dict(thresholds)
        self.cells = {name: dict(moves) for name, moves in cells.items()}
        self.name = play.__name__
        self.doc = inspect.getdoc(play) or getattr(inspect.getmodule(play), "__doc__", None) or ""
        self.place = Place(Path(play.__code__.co_filename), play.__code__.co_firstlineno)

    def named(self, name: str) -> Game:
        """The same game under another name, for games that a function declares."""
        made = copy(self)
        made.name, made.place = name, caller() or self.place
        return made

    @cached_property
    def tree(self) -> Node:
        """The root of the explicit tree."""
        runs = _enumerate(self)
        root = _grow(self, runs, 0, ())
        _check_ties(self, root)
        _check_cells(self, root)
        return root

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, parents before children."""
        return tuple(self.tree.walk())

    @cached_property
    def numbers(self) -> tuple[Continuous, ...]:
        """The nodes where a number is chosen."""
        return tuple(node for node in self.nodes if isinstance(node, Continuous))

    def numbers_before(self, node: Node) -> list[Continuous]:
        """Those on the way to a node."""
        way = node.history
        return [n for n in self.numbers if len(n.history) < len(way) and n.history == way[: len(n.history)]]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that occur in the game, by name."""
        found: set[sp.Symbol] = set()
        for node in self.nodes:
            for expression in _expressions(node):
                found |= expression.free_symbols
        for relation in self.assume.values():
            found |= relation.free_symbols
        return tuple(sorted((s for s in found if isinstance(s, Parameter)), key=lambda s: s.name))

    @cached_property
    def hidden(self) -> dict[Node, tuple[str, ...]]:
        """The earlier choices of others that a mover does not see, by node; empty with perfect information."""
        found: dict[Node, tuple[str, ...]] = {}

        def below(node: Node, before: tuple[tuple[str, str], ...]) -> None:
            made: tuple[tuple[str, str], ...] = ()
            if isinstance(node, Decision | Continuous):
                made = ((node.label, node.player),)
                seen = node.sees
                unseen = () if seen is None else tuple(k for k, player in before if k not in seen and player != node.player)
                if unseen:
                    found[node] = unseen
            elif isinstance(node, Chance):
                made = ((node.label, ""),)
            for child in node.children:
                below(child, (*before, *made))

        below(self.tree, ())
        return found

    def assumptions(self) -> dict[str, sp.Basic]:
        """Everything assumed of the parameters, by name: their domains, then the author's own assumptions."""
        domains = {str(f): f for q in self.parameters for f in q.facts()}
        return {**domains, **self.assume}

    def symbol(self, label: str) -> sp.Symbol:
        """The symbol of the continuous choice `label`. Raises ModelError when there is none."""
        found = {n.label: n.symbol for n in self.numbers}
        if label not in found:
            raise ModelError(f'"{label}" is not a continuous choice of {self.name}; {suggestion(label, found)}')
        return found[label]

    def node(self, label: str, moves: Mapping[str, str] | None = None) -> Decision | Continuous:
        """The node where `label` is chosen, after the given discrete `moves`.

        Raises ModelError when there is no such node or more than one.
        """
        wanted = dict(moves or {})
        movers = [n for n in self.nodes if isinstance(n, Decision | Continuous)]
        found = [n for n in movers if n.label == label and wanted.items() <= n.moves().items()]
        if not found:
            known = {n.label for n in movers} | {k for n in movers for k in n.moves()}
            wrong = next((k for k in (label, *wanted) if k not in known), None)
            if wrong is not None:
                raise ModelError(f'"{wrong}" is not a choice of {self.name}; {suggestion(wrong, known)}')
            raise ModelError(f'{self.name} has no choice "{label}" after {wanted}')
        if len(found) > 1:
            open_moves = sorted({k for n in found for k in n.moves().items()} - set(wanted.items()))
            shown = ", ".join(f'{k}="{v}"' for k, v in open_moves)
            raise ModelError(f'{self.name} has {len(found)} choices "{label}"; say which by moves such as {shown}')
        return found[0]

    def __repr__(self) -> str:
        return f"{self.name}, a game of {', '.join(self.players)}\n{self.tree!r}"


def game(
    *,
    players: Sequence[str],
    ties: Mapping[str, str] | None = None,
    assume: Mapping[str, Any] | None = None,
    thresholds: Mapping[str, str] | None = None,
    cells: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[[Callable[[Any], Mapping[str, Any]]], Game]:
    """Declare a game: decorates a function of `g` that plays once and returns each player's payoff.

    `ties` says what an indifferent mover does: an action by the label of a discrete choice (without an entry: the one
    listed first), `"lowest"` or `"highest"` by the label of a continuous one (without an entry: lowest).
    `assume` maps names to relations on parameters. `thresholds` maps the label of a continuous choice to the name under
    which the acceptance threshold in it is shown. `cells` names the cells of the equilibrium, in the order in which they are
    to be shown, by moves on the path of play: `{"no signal": {"s": 0}, "invited": {"invite": "invite"}}`. A cell has the first
    name that fits; a move is an action, a number, a formula or the name of a threshold.
    Raises ModelError for repeated players or an assumption that is not a relation.
    """
    if isinstance(players, str) or len(set(players)) < len(tuple(players)):
        raise ModelError("players is a sequence of different names")
    for name, relation in (assume or {}).items():
        if relation in (True, sp.true):
            raise ModelError(f'the assumption "{name}" is always true; leave it out')
        if relation not in (False, sp.false) and not isinstance(relation, sp.logic.boolalg.Boolean):
            raise ModelError(f'the assumption "{name}" is {relation!r}, not a condition on parameters')
        free = sorted(str(s) for s in sp.sympify(relation).free_symbols if not isinstance(s, Parameter | Threshold))
        if free:
            raise ModelError(f'the assumption "{name}" speaks of {free[0]}, which is not a declared parameter')

    def declare(play: Callable[[Any], Mapping[str, Any]]) -> Game:
        conditions = {name: sp.sympify(relation) for name, relation in (assume or {}).items()}
        return Game(play, players, ties or {}, conditions, thresholds or {}, cells or {})

    return declare


def _expressions(node: Node) -> tuple[sp.Basic, ...]:
    if isinstance(node, Leaf):
        return tuple(node.payoffs.values())
    if isinstance(node, Continuous):
        return (node.low, node.high)
    if isinstance(node, Chance):
        return node.probabilities
    if isinstance(node, Fork):
        return (node.condition,)
    return ()


@dataclass(frozen=True)
class _Path:
    points: tuple[Point, ...]
    taken: tuple[int, ...]
    payoffs: Mapping[str, sp.Expr]


def _enumerate(game: Game) -> list[_Path]:
    """All paths of play, in lexicographic order of the moves."""
    paths: list[_Path] = []
    prefix: list[int] | None = []
    while prefix is not None:
        run = Run(game.players, prefix)
        payoffs = _payoffs(game, run, _played(game, run))
        paths.append(_Path(tuple(run.points), tuple(run.taken), payoffs))
        if len(paths) > MAX_PATHS:
            raise ModelError(f"{game.name} has more than {MAX_PATHS} paths of play", place=game.place)
        prefix = _next(run)
    return paths


def _next(run: Run) -> list[int] | None:
    taken = list(run.taken)
    while taken:
        last = taken.pop()
        if last + 1 < len(run.points[len(taken)].menu):
            return [*taken, last + 1]
    return None


def _played(game: Game, run: Run) -> Any:
    token = playing.set(game.name)
    try:
        return game.play(run)
    except FormalError:
        raise
    except TypeError as error:
        if "truth value of Relational" not in str(error):
            raise ModelError(f"{game.name} cannot be played: {error}", place=raised_at(error.__traceback__)) from error
        hint = "a comparison of symbols is neither true nor false; write `if g.when(...)`, or Min, Max for min, max"
        raise ModelError(hint, place=raised_at(error.__traceback__)) from error
    except Exception as error:
        shown = f"{game.name} cannot be played: {type(error).__name__}: {error}"
        raise ModelError(shown, place=raised_at(error.__traceback__)) from error
    finally:
        playing.reset(token)


def _payoffs(game: Game, run: Run, returned: Any) -> Mapping[str, sp.Expr]:
    after = "after " + ", ".join(_shown(p, i) for p, i in zip(run.points, run.taken, strict=True)) if run.points else "at once"
    if not isinstance(returned, Mapping):
        raise ModelError(f"{game.name} returns {returned!r} {after}, not a payoff for each player", place=game.place)
    for player in returned:
        if player not in game.players:
            raise ModelError(
                f'{game.name} pays "{player}" {after}, who is not a player; {suggestion(str(player), game.players)}',
                place=game.place,
            )
    for player in game.players:
        if player not in returned:
            raise ModelError(f'{game.name} has no payoff for "{player}" {after}', place=game.place)
    try:
        payoffs = {q: exact(returned[q], f"the payoff of {q} {after}") for q in game.players}
    except ModelError as error:
        raise ModelError(error.message, place=game.place) from None
    chosen = {p.menu[0] for p in run.points if p.kind == "continuous"}
    for player, payoff in payoffs.items():
        _declared(payoff, chosen, f"the payoff of {player} {after}", game.place)
    return payoffs


def _declared(expression: sp.Basic, chosen: set[sp.Symbol], what: str, place: Place | None) -> None:
    for symbol in sorted(expression.free_symbols, key=str):
        if not isinstance(symbol, Parameter) and symbol not in chosen:
            raise ModelError(f'{what} uses "{symbol}", which is neither a declared parameter nor chosen before', place=place)
        if isinstance(symbol, Parameter) and any(symbol.name == c.name for c in chosen):
            raise ModelError(f'"{symbol}" names both a parameter and a choice', place=place)


def _shown(point: Point, index: int) -> str:
    if point.kind == "continuous":
        return str(point.menu[0])
    if point.kind == "when":
        return f"{point.data[0]} is {bool(point.menu[index])}"
    return f'{point.label}="{point.menu[index]}"'


def _grow(game: Game, paths: list[_Path], depth: int, history: tuple[Any, ...]) -> Node:
    """The subtree of the paths that agree on their first `depth` moves."""
    first = paths[0]
    if depth == len(first.points):
        return Leaf(history, first.payoffs)
    point = first.points[depth]
    for path in paths:
        other = path.points[depth] if depth < len(path.points) else None
        if other is None or (other.kind, other.label, other.menu, other.data) != (
            point.kind,
            point.label,
            point.menu,
            point.data,
        ):
            raise ModelError(f'the game function is not deterministic: "{point.label}" differs between runs', place=point.place)
    chosen = {p.menu[0] for p in first.points[:depth] if p.kind == "continuous"}
    groups: dict[int, list[_Path]] = {}
    for path in paths:
        groups.setdefault(path.taken[depth], []).append(path)

    def follow(index: int, move: Any) -> Node:
        return _grow(game, groups[index], depth + 1, (*history, (point.label, move)))

    if point.kind == "continuous":
        player, sees, bounds = point.data
        symbol = point.menu[0]
        for end in (bounds.low, bounds.high):
            _declared(end, chosen, f'the range of "{point.label}"', point.place)
        inside = (sp.Ge(symbol, bounds.low, evaluate=False), sp.Le(symbol, bounds.high, evaluate=False))
        child = follow(0, Taken(str(symbol), inside))
        return Continuous(history, player, point.label, symbol, bounds.low, bounds.high, child, sees)
    if point.kind == "when":
        condition = point.data[0]
        _declared(condition, chosen, f"the condition {condition}", point.place)
        yes, no = Taken(str(condition), (condition,)), Taken(f"not {condition}", (sp.Not(condition),))
        return Fork(history, condition, follow(0, yes), follow(1, no))
    children = tuple(follow(i, str(name)) for i, name in enumerate(point.menu))
    if point.kind == "chance":
        for probability in point.data[0]:
            _declared(probability, chosen, f'a probability of "{point.label}"', point.place)
        return Chance(history, point.label, point.menu, point.data[0], children)
    player, sees = point.data
    return Decision(history, player, point.label, point.menu, children, sees)


def _check_ties(game: Game, root: Node) -> None:
    menus: dict[str, tuple[str, ...]] = {}
    for node in root.walk():
        if isinstance(node, Decision):
            menus[node.label] = tuple(dict.fromkeys((*menus.get(node.label, ()), *node.actions)))
        elif isinstance(node, Continuous):
            menus[node.label] = ORDERS
    for label, action in game.ties.items():
        if label not in menus:
            raise ModelError(f'ties names "{label}", which nobody chooses; {suggestion(label, menus)}', place=game.place)
        if action not in menus[label]:
            raise ModelError(
                f'ties sends "{label}" to "{action}", which is not among its actions; {suggestion(action, menus[label])}',
                place=game.place,
            )
    for label in game.thresholds:
        if label not in menus:
            raise ModelError(f'thresholds names "{label}", which nobody chooses; {suggestion(label, menus)}', place=game.place)


def _check_cells(game: Game, root: Node) -> None:
    if not game.cells:
        return
    movers = [n for n in root.walk() if isinstance(n, Decision | Continuous)]
    labels = dict.fromkeys(n.label for n in movers)
    for name, moves in game.cells.items():
        for label, move in moves.items():
            if label not in labels:
                shown = f'the cell "{name}" names "{label}", which nobody chooses'
                raise ModelError(f"{shown}; {suggestion(label, labels)}", place=game.place)
            menu = {a for n in movers if isinstance(n, Decision) and n.label == label for a in n.actions}
            if menu and move not in menu:
                shown = f'the cell "{name}" sends "{label}" to "{move}", which is not among its actions'
                raise ModelError(f"{shown}; {suggestion(str(move), sorted(menu))}", place=game.place)
