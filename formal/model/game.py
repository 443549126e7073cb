"""Games as functions: the author writes the timeline once, and the tree is enumerated by running it, one run a path.

References: Osborne and Rubinstein (1994), A Course in Game Theory, chapters 6 and 11, for extensive games.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sympy as sp

from formal.errors import FormalError, ModelError, Place, caller, raised_at, suggestion
from formal.model.exact import exact
from formal.model.parameters import Parameter
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node, Taken

MAX_PATHS = 100_000
ORDERS = ("lowest", "highest")


@dataclass(frozen=True)
class Interval:
    """A closed range of real numbers for a continuous choice."""

    low: sp.Expr
    high: sp.Expr


def interval(low: Any, high: Any) -> Interval:
    """The closed interval [low, high]; its ends are exact numbers or formulas in parameters and earlier choices.

    Raises ModelError for floats and for numeric ends in the wrong order.
    """
    lower, upper = exact(low, "the lower end of the interval"), exact(high, "the upper end of the interval")
    if lower.is_number and upper.is_number and lower > upper:
        raise ModelError(f"the interval [{lower}, {upper}] is empty")
    return Interval(lower, upper)


class Action(str):
    """An action that was taken: a string that refuses to be compared with an action that is not on the menu."""

    menu: tuple[str, ...]
    label: str

    def __new__(cls, name: str, menu: tuple[str, ...], label: str) -> Action:
        action = super().__new__(cls, name)
        action.menu, action.label = menu, label
        return action

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str) and str(other) not in self.menu:
            raise ModelError(f'"{other}" is not an action of "{self.label}"; {suggestion(other, self.menu)}')
        return str.__eq__(self, other) if isinstance(other, str) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


@dataclass(frozen=True)
class _Point:
    """One branching point met on a run: what it is, how many ways lead on, and what was taken."""

    kind: str
    label: str
    menu: tuple[Any, ...]
    data: tuple[Any, ...]
    place: Place | None


class Run:
    """The `g` that a game function receives: it replays a prefix of moves, then takes the first way on."""

    def __init__(self, players: Sequence[str], prefix: Sequence[int]) -> None:
        self._players, self._prefix = players, prefix
        self.points: list[_Point] = []
        self.taken: list[int] = []

    def _branch(self, kind: str, label: str, menu: tuple[Any, ...], *data: Any) -> int:
        if not isinstance(label, str) or not label:
            raise ModelError(f"a label is a non-empty text, not {label!r}")
        if kind != "when" and any(p.label == label and p.kind != "when" for p in self.points):
            raise ModelError(f'the label "{label}" is used twice on one path of play')
        index = self._prefix[len(self.taken)] if len(self.taken) < len(self._prefix) else 0
        self.points.append(_Point(kind, label, menu, data, caller()))
        if index >= len(menu):
            raise ModelError(f'the game function is not deterministic: "{label}" has other actions when it is run again')
        self.taken.append(index)
        return index

    def choose(self, player: str, label: str, options: Iterable[str] | Interval) -> Any:
        """`player` moves: returns the action taken, or the symbol of a continuous choice.

        Raises ModelError for an unknown player, an empty or repeated menu, or a label used twice on a path.
        """
        if player not in self._players:
            raise ModelError(f'"{player}" is not a player; {suggestion(str(player), self._players)}')
        if isinstance(options, Interval):
            if not str(label).isidentifier():
                raise ModelError(f'a continuous choice needs a name that can be a symbol, not "{label}"')
            signed = {"nonnegative": True} if options.low.is_nonnegative else {}
            symbol = sp.Symbol(label, real=True, **signed)
            self._branch("continuous", label, (symbol,), player, options)
            return symbol
        menu = _menu(label, options)
        return Action(menu[self._branch("decision", label, menu, player)], menu, label)

    def chance(self, label: str, lottery: Mapping[str, Any]) -> Any:
        """Nature draws: returns the outcome.

        Raises ModelError when the probabilities do not sum to 1 or one of them is negative.
        """
        if not isinstance(lottery, Mapping):
            raise ModelError(f'"{label}" needs a mapping from outcomes to probabilities')
        menu = _menu(label, lottery)
        weights = tuple(exact(w, f'the probability of "{o}" in "{label}"') for o, w in lottery.items())
        total = sp.cancel(sp.together(sum(weights)))
        if total != 1:
            raise ModelError(f'the probabilities of "{label}" sum to {total}, not to 1')
        for outcome, weight in zip(menu, weights, strict=True):
            if weight.is_number and weight < 0:
                raise ModelError(f'the probability of "{outcome}" in "{label}" is {weight}, which is negative')
        return Action(menu[self._branch("chance", label, menu, weights)], menu, label)

    def when(self, condition: Any) -> bool:
        """Fork on a condition over parameters and earlier choices: True on one branch, False on the other.

        Raises ModelError for anything but a relation or a Boolean combination of relations.
        """
        if condition in (True, False, sp.true, sp.false):
            return bool(condition)
        if isinstance(condition, sp.And):
            return all(self.when(part) for part in condition.args)
        if isinstance(condition, sp.Or):
            return any(self.when(part) for part in condition.args)
        if isinstance(condition, sp.Not):
            return not self.when(condition.args[0])
        if not isinstance(condition, sp.core.relational.Relational):
            raise ModelError(f"g.when needs a condition such as x > p.sigma, not {condition!r}")
        for side in condition.args:
            exact(side, f"the condition {condition}")
        return self._branch("when", f"when {condition}", (True, False), condition) == 0


def _menu(label: str, options: Iterable[str]) -> tuple[str, ...]:
    menu = tuple(options) if not isinstance(options, str) else (options,)
    for name in menu:
        if not isinstance(name, str) or not name:
            raise ModelError(f'the actions of "{label}" are texts, not {name!r}')
    if not menu:
        raise ModelError(f'"{label}" has no actions')
    if len(set(menu)) < len(menu):
        raise ModelError(f'"{label}" lists an action twice')
    return tuple(str(name) for name in menu)


class Game:
    """An extensive game with perfect information, its tie rules and its assumptions.

    `tree` is enumerated when it is first asked for; declaring a game runs nothing.
    """

    def __init__(
        self,
        play: Callable[[Run], Mapping[str, Any]],
        players: Sequence[str],
        ties: Mapping[str, str],
        assume: Mapping[str, Any],
        thresholds: Mapping[str, str],
    ) -> None:
        self.play, self.players, self.ties = play, tuple(players), dict(ties)
        self.assume, self.thresholds = dict(assume), dict(thresholds)
        self.name = play.__name__
        self.doc = inspect.getdoc(play) or getattr(inspect.getmodule(play), "__doc__", None) or ""
        self.place = Place(Path(play.__code__.co_filename), play.__code__.co_firstlineno)

    @cached_property
    def tree(self) -> Node:
        """The root of the explicit tree."""
        runs = _enumerate(self)
        root = _grow(self, runs, 0, ())
        _check_ties(self, root)
        return root

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, parents before children."""
        return tuple(self.tree.walk())

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

    def assumptions(self) -> dict[str, sp.Basic]:
        """Everything assumed of the parameters, by name: their domains, then the author's own assumptions."""
        domains = {str(f): f for q in self.parameters for f in q.facts()}
        return {**domains, **self.assume}

    def symbol(self, label: str) -> sp.Symbol:
        """The symbol of the continuous choice `label`. Raises ModelError when there is none."""
        found = {n.label: n.symbol for n in self.nodes if isinstance(n, Continuous)}
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
) -> Callable[[Callable[[Any], Mapping[str, Any]]], Game]:
    """Declare a game: decorates a function of `g` that plays once and returns each player's payoff.

    `ties` says what an indifferent mover does: an action by the label of a discrete choice (without an entry: the one
    listed first), `"lowest"` or `"highest"` by the label of a continuous one (without an entry: lowest).
    `assume` maps names to relations on parameters. `thresholds` maps the label of a continuous choice to the name under
    which the acceptance threshold in it is shown.
    Raises ModelError for repeated players or an assumption that is not a relation.
    """
    if isinstance(players, str) or len(set(players)) < len(tuple(players)):
        raise ModelError("players is a sequence of different names")
    for name, relation in (assume or {}).items():
        if relation in (True, sp.true):
            raise ModelError(f'the assumption "{name}" is always true; leave it out')
        if relation not in (False, sp.false) and not isinstance(relation, sp.logic.boolalg.Boolean):
            raise ModelError(f'the assumption "{name}" is {relation!r}, not a condition on parameters')

    def declare(play: Callable[[Any], Mapping[str, Any]]) -> Game:
        conditions = {name: sp.sympify(relation) for name, relation in (assume or {}).items()}
        return Game(play, players, ties or {}, conditions, thresholds or {})

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
    points: tuple[_Point, ...]
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


def _shown(point: _Point, index: int) -> str:
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
        player, bounds = point.data
        symbol = point.menu[0]
        for end in (bounds.low, bounds.high):
            _declared(end, chosen, f'the range of "{point.label}"', point.place)
        inside = (sp.Ge(symbol, bounds.low, evaluate=False), sp.Le(symbol, bounds.high, evaluate=False))
        child = follow(0, Taken(str(symbol), inside))
        return Continuous(history, player, point.label, symbol, bounds.low, bounds.high, child)
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
    return Decision(history, point.data[0], point.label, point.menu, children)


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
