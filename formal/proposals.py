"""What is proposed of a game, read with distrust: it may come from a ledger that anybody has written.

Here only the form is looked at: that conditions are formulas, decisions possible ones, and payoffs expressions, one for each
player. Whether they are right is what the obligations are for. A name of a cell is not read but given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from formal.derive.assessment import Assessment, Class, Failure, Refined, Reply
from formal.derive.naming import named
from formal.derive.partition import Branch, Cell, Profile
from formal.derive.separation import Criterion, Extreme, Group, Separation
from formal.errors import ClaimError
from formal.model.game import Game
from formal.model.information import Information, InformationSet, node_names
from formal.model.signalling import Numbers, SignallingGame
from formal.model.threshold import Threshold
from formal.model.tree import Continuous, Decision


def cells(game: Game, data: Any) -> tuple[Cell, ...]:
    """The cells of an equilibrium. Raises ClaimError for anything else."""
    found = []
    for conditions, path, payoffs, attained, _ in _rows(game, data, 5):
        found.append(Cell(_conditions(game, conditions), _path(game, path), _payoffs(game, payoffs), _truth(game, attained)))
    return named(game, found)


def branches(game: Game, node: Decision | Continuous, data: Any) -> tuple[Branch, ...]:
    """The branches of a strategy. Raises ClaimError for anything else."""
    found = []
    for conditions, decision, attained, barren, levels, path in _rows(game, data, 6):
        if decision not in node.actions if isinstance(node, Decision) else not isinstance(decision, sp.Expr):
            raise _wrong(game, f"a decision at {node.label}")
        said = _conditions(game, conditions), decision, _truth(game, attained), _truth(game, barren)
        found.append(Branch(*said, _levels(game, levels), _path(game, path)))
    return tuple(found)


def profile(game: Game, data: Any, menus: Mapping[str, Sequence[str]] | None) -> Profile:
    """A profile of mixtures of the actions in the menus, or of numbers. Raises ClaimError for anything else."""
    ((conditions, strategies, payoffs),) = _rows(game, (data,), 3)
    if not isinstance(strategies, Mapping) or set(strategies) != set(game.players):
        raise _wrong(game, "strategies, one for each player")
    for player, strategy in strategies.items():
        if menus is None:
            right = isinstance(strategy, sp.Expr)
        else:
            weights = strategy if isinstance(strategy, Mapping) else {}
            right = bool(weights) and all(a in menus[player] and isinstance(w, sp.Expr) for a, w in weights.items())
        if not right:
            raise _wrong(game, "a strategy")
    return Profile(_conditions(game, conditions), strategies, _payoffs(game, payoffs))


def values_and_conditions(game: Game, data: Any) -> tuple[dict[str, tuple[sp.Expr, ...]], tuple[sp.Basic, ...] | None]:
    """The values of states to the players, and conditions or None. Raises ClaimError for anything else."""
    ((values, conditions),) = _rows(game, (data,), 2)
    if not isinstance(values, Mapping) or not all(
        isinstance(state, str)
        and isinstance(listed, tuple)
        and len(listed) == len(game.players)
        and all(isinstance(v, sp.Expr) for v in listed)
        for state, listed in values.items()
    ):
        raise _wrong(game, "values of states")
    return dict(values), None if conditions is None else _conditions(game, conditions)


def plan(info: Information, data: Any) -> Profile:
    """A profile of actions, one for each information set. Raises ClaimError for anything else."""
    game = info.game
    ((conditions, played, payoffs),) = _rows(game, (data,), 3)
    menus = {s.name: s.actions for s in info.sets}
    if not isinstance(played, Mapping) or set(played) != set(menus) or not all(a in menus[s] for s, a in played.items()):
        raise _wrong(game, "an action at every information set")
    return Profile(_conditions(game, conditions), dict(played), _payoffs(game, payoffs))


def bayesian(info: Information, data: Any) -> tuple[tuple[Class, ...], tuple[sp.Expr, ...], tuple[frozenset[Any], ...]]:
    """Classes of assessments, exceptions and unsolved supports. Raises ClaimError for anything else."""
    game, sets = info.game, {s.name: s for s in info.sets}
    ((rows, exceptions, unsolved),) = _rows(game, (data,), 3)
    found = []
    for behaviour, payoffs, assessments, replies in _rows(game, rows, 4):
        variants = []
        for conditions, whole, beliefs in _rows(game, assessments, 3):
            if not isinstance(whole, Mapping) or set(whole) != set(sets):
                raise _wrong(game, "behaviour at every information set")
            several = {name for name, s in sets.items() if len(s.nodes) > 1}
            if (
                not isinstance(beliefs, Mapping)
                or set(beliefs) != several
                or not all(_expressions(beliefs[name]) and len(beliefs[name]) == len(sets[name].nodes) for name in several)
            ):
                raise _wrong(game, "beliefs at every information set")
            variants.append(Assessment(_conditions(game, conditions), _behaviour(game, sets, whole), dict(beliefs)))
        made = _behaviour(game, sets, behaviour), _payoffs(game, payoffs), tuple(variants)
        found.append(Class(*made, _replies(game, sets, replies)))
        supports = [{k: set(s) for k, s in c.supports.items()} for c in found]
        if not variants or supports.count(supports[-1]) > 1:
            raise _wrong(game, "classes with different supports, each with an assessment")
    if not _expressions(exceptions) or not isinstance(unsolved, tuple):
        raise _wrong(game, "exceptions")
    return tuple(found), exceptions, tuple(_supports(game, sets, part) for part in unsolved)


def refined(info: Information, data: Any) -> Refined:
    """Where a class passes a refinement and where it fails. Raises ClaimError for anything else."""
    game, sets = info.game, {s.name: s for s in info.sets}
    ((passes, fails, beliefs, mixtures),) = _rows(game, (data,), 4)
    if not isinstance(passes, tuple):
        raise _wrong(game, "cases of a refinement")
    failures = []
    for where, struck, conditions in _rows(game, fails, 3):
        names = node_names(sets[where]) if isinstance(where, str) and where in sets else []
        if not isinstance(struck, Mapping) or not {*struck, *struck.values()} <= set(names):
            raise _wrong(game, "types that are struck")
        failures.append(Failure(where, dict(struck), _conditions(game, conditions)))
    return Refined(
        tuple(_conditions(game, c) for c in passes),
        tuple(failures),
        {name: _beliefs(game, sets, name, rows) for name, rows in _mapped(game, beliefs)},
        {name: _mixtures(game, sets, name, rows) for name, rows in _mapped(game, mixtures)},
    )


def _mapped(game: Game, data: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(data, Mapping):
        raise _wrong(game, "a table of information sets")
    return data.items()


def _beliefs(game: Game, sets: Mapping[str, InformationSet], name: str, rows: Any) -> tuple[tuple[sp.Expr, ...], ...]:
    if name not in sets or not isinstance(rows, tuple):
        raise _wrong(game, "beliefs at an information set")
    if not all(_expressions(row) and len(row) == len(sets[name].nodes) for row in rows):
        raise _wrong(game, "beliefs at an information set")
    return rows


def _mixtures(game: Game, sets: Mapping[str, InformationSet], name: str, rows: Any) -> tuple[dict[str, sp.Expr], ...]:
    if not isinstance(rows, tuple):
        raise _wrong(game, "mixtures at an information set")
    return tuple(_behaviour(game, sets, {name: row})[name] for row in rows)


def _replies(game: Game, sets: Mapping[str, InformationSet], data: Any) -> dict[str, tuple[Reply, ...]]:
    if not isinstance(data, Mapping) or not set(data) <= set(sets):
        raise _wrong(game, "replies at information sets")
    found = {}
    for name, rows in data.items():
        listed = [(_behaviour(game, sets, {name: m})[name], c, b) for m, c, b in _rows(game, rows, 3)]
        found[name] = tuple(Reply(m, _conditions(game, c), _conditions(game, b)) for m, c, b in listed)
    return found


def _behaviour(game: Game, sets: Mapping[str, InformationSet], data: Any) -> dict[str, dict[str, sp.Expr]]:
    found: dict[str, dict[str, sp.Expr]] = {}
    for name, mixture in data.items() if isinstance(data, Mapping) else [("", None)]:
        if name not in sets or not isinstance(mixture, Mapping) or not mixture:
            raise _wrong(game, "behaviour at information sets")
        if not all(a in sets[name].actions and isinstance(w, sp.Expr) for a, w in mixture.items()):
            raise _wrong(game, "probabilities of actions")
        found[name] = dict(mixture)
    return found


def _supports(game: Game, sets: Mapping[str, InformationSet], data: Any) -> frozenset[tuple[str, tuple[str, ...]]]:
    pairs = tuple(_rows(game, data, 2))
    if not all(name in sets and isinstance(s, tuple) and s and set(s) <= set(sets[name].actions) for name, s in pairs):
        raise _wrong(game, "supports")
    if all(len(support) == 1 for _, support in pairs):
        raise _wrong(game, "supports in which somebody mixes")
    return frozenset(pairs)


def _expressions(data: Any) -> bool:
    return isinstance(data, tuple) and all(isinstance(e, sp.Expr) for e in data)


def extreme(form: SignallingGame, data: Any) -> Extreme:
    """A reply to the belief in a type. Raises ClaimError for anything else."""
    ((believed, reply),) = _rows(form.game, (data,), 2)
    if not _is_type(form, believed) or not _is_reply(form, reply):
        raise _wrong(form.game, "a reply to the belief in a type")
    return Extreme(int(believed), reply)


def separations(form: SignallingGame, data: Any) -> tuple[Separation, ...]:
    """Classes of equilibria of a signalling game. Raises ClaimError for anything else."""
    game, found = form.game, []
    for groups, conditions, exists, payoffs in _rows(game, data, 4):
        made = []
        for types, signal, reply, span in _rows(game, groups, 4):
            if not isinstance(types, tuple) or not types or not all(_is_type(form, t) for t in types):
                raise _wrong(game, "a group of types")
            if signal not in (form.sent(tuple(map(int, types))), form.low, form.high) or not _is_reply(form, reply):
                raise _wrong(game, "a signal and its reply")
            if not isinstance(span, tuple) or len(span) != 2 or not all(_expressions(side) for side in span):
                raise _wrong(game, "a range of signals")
            made.append(Group(tuple(map(int, types)), signal, reply, span))
        stated = _conditions(game, conditions), _conditions(game, exists), _payoffs(game, payoffs)
        if any(form.sent(g.types) in c.free_symbols for g in made for c in stated[1]):
            raise _wrong(game, "conditions on the parameters alone")
        found.append(Separation(tuple(made), *stated))
    return tuple(found)


def criterion(form: SignallingGame, data: Any) -> Criterion:
    """Where a class fails the Intuitive Criterion. Raises ClaimError for anything else."""
    game, failing = form.game, []
    for struck, eager, conditions, witnesses in _rows(game, data, 4):
        if not _is_type(form, struck) or not _is_type(form, eager) or struck == eager or not _expressions(witnesses):
            raise _wrong(game, "failures of the Intuitive Criterion")
        failing.append((int(struck), int(eager), _conditions(game, conditions), witnesses))
    return Criterion(tuple(failing))


def _is_type(form: SignallingGame, t: Any) -> bool:
    return t in range(len(form.types)) and not isinstance(t, bool)


def _is_reply(form: SignallingGame, reply: Any) -> bool:
    return isinstance(reply, sp.Expr) if isinstance(form.replies, Numbers) else reply in form.replies


def _rows(game: Game, data: Any, length: int) -> Iterable[tuple[Any, ...]]:
    if not isinstance(data, tuple) or not all(isinstance(row, tuple) and len(row) == length for row in data):
        raise _wrong(game, f"a list of {length} parts each")
    return data


def _conditions(game: Game, data: Any) -> tuple[sp.Basic, ...]:
    if not isinstance(data, tuple) or not all(isinstance(c, Boolean) and not c.is_Symbol for c in data):
        raise _wrong(game, "a list of conditions")
    return data


def _payoffs(game: Game, data: Any) -> dict[str, sp.Expr]:
    if not isinstance(data, Mapping) or set(data) != set(game.players):
        raise _wrong(game, "payoffs, one for each player")
    if not all(isinstance(value, sp.Expr) for value in data.values()):
        raise _wrong(game, "payoffs")
    return dict(data)


def _path(game: Game, data: Any) -> tuple[Any, ...]:
    steps: tuple[Any, ...] = data if isinstance(data, tuple) else (None,)
    for step in steps:
        if not isinstance(step, tuple) or len(step) != 2 or not isinstance(step[0], str):
            raise _wrong(game, "a path of play")
        if isinstance(step[1], tuple):
            for outcome in step[1]:  # each with the path that follows it
                _path(game, (outcome,))
        elif not isinstance(step[1], str | sp.Expr):
            raise _wrong(game, "a path of play")
    return steps


def _levels(game: Game, data: Any) -> tuple[tuple[Threshold, sp.Expr], ...]:
    pairs = tuple(_rows(game, data, 2))
    if not all(isinstance(t, Threshold) and isinstance(level, sp.Expr) for t, level in pairs):
        raise _wrong(game, "values of thresholds")
    return pairs


def _truth(game: Game, data: Any) -> bool:
    if not isinstance(data, bool):
        raise _wrong(game, "true or false")
    return data


def _wrong(game: Game, wanted: str) -> ClaimError:
    return ClaimError(f"what the ledger proposes of {game.name} is not {wanted}; formal check --update derives it again")
