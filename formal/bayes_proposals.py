"""What is proposed of a game with information sets, read with distrust: see `formal.proposals`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy as sp

from formal.derive.assessment import Assessment, Class, Failure, Refined, Reply
from formal.derive.partition import Profile
from formal.derive.separation import Criterion, Extreme, Group, Separation
from formal.model.game import Game
from formal.model.information import Information, InformationSet, belief_symbols, node_names
from formal.model.signalling import Numbers, SignallingGame
from formal.proposals import conditions_of, payoffs_of, rows, within, wrong


def plans(info: Information, data: Any) -> tuple[Profile, ...]:
    """Different profiles of actions, one action for each information set. Raises ClaimError for anything else."""
    game, found = info.game, list[Profile]()
    menus = {s.name: s.actions for s in info.sets}
    for conditions, played, payoffs in rows(game, within(game, data, game.parameters), 3):
        if not isinstance(played, Mapping) or set(played) != set(menus) or not all(a in menus[s] for s, a in played.items()):
            raise wrong(game, "an action at every information set")
        if any(other.strategies == dict(played) for other in found):
            raise wrong(game, "different profiles")
        found.append(Profile(conditions_of(game, conditions), dict(played), payoffs_of(game, payoffs)))
    return tuple(found)


def bayesian(info: Information, data: Any) -> tuple[tuple[Class, ...], tuple[sp.Expr, ...], tuple[frozenset[Any], ...]]:
    """Classes of assessments, exceptions and unsolved supports. Raises ClaimError for anything else."""
    game, sets = info.game, {s.name: s for s in info.sets}
    ((listed, exceptions, unsolved),) = rows(game, (data,), 3)
    found = []
    for behaviour, payoffs, assessments, replies in rows(game, listed, 4):
        variants = []
        within(game, (behaviour, payoffs, assessments), game.parameters)
        for conditions, whole, beliefs in rows(game, assessments, 3):
            if not isinstance(whole, Mapping) or set(whole) != set(sets):
                raise wrong(game, "behaviour at every information set")
            several = {name for name, s in sets.items() if len(s.nodes) > 1}
            if (
                not isinstance(beliefs, Mapping)
                or set(beliefs) != several
                or not all(_expressions(beliefs[name]) and len(beliefs[name]) == len(sets[name].nodes) for name in several)
            ):
                raise wrong(game, "beliefs at every information set")
            variants.append(Assessment(conditions_of(game, conditions), _behaviour(game, sets, whole), dict(beliefs)))
        made = _behaviour(game, sets, behaviour), payoffs_of(game, payoffs), tuple(variants)
        found.append(Class(*made, _replies(game, sets, replies)))
        supports = [{k: set(s) for k, s in c.supports.items()} for c in found]
        if not variants or supports.count(supports[-1]) > 1:
            raise wrong(game, "classes with different supports, each with an assessment")
    if not isinstance(unsolved, tuple) or not all(_is_exception(game, e) for e in within(game, exceptions, game.parameters)):
        raise wrong(game, "exceptions")
    return tuple(found), exceptions, tuple(_supports(game, sets, part) for part in unsolved)


def refined(info: Information, found: Class, data: Any) -> Refined:
    """Where a class passes a refinement and fails it, at sets that it does not reach. Raises ClaimError for anything else."""
    game, sets = info.game, {s.name: s for s in info.sets if s.name not in found.behaviour}
    ((passes, fails, beliefs, mixtures),) = rows(game, (within(game, data, game.parameters),), 4)
    if not isinstance(passes, tuple):
        raise wrong(game, "cases of a refinement")
    failures = []
    for where, struck, conditions in rows(game, fails, 3):
        if not isinstance(where, str) or where not in sets:
            raise wrong(game, "information sets that are not reached")
        if not isinstance(struck, Mapping) or not {*struck, *struck.values()} <= set(node_names(sets[where])):
            raise wrong(game, "types that are struck")
        failures.append(Failure(where, dict(struck), conditions_of(game, conditions)))
    return Refined(
        tuple(conditions_of(game, c) for c in passes),
        tuple(failures),
        {name: _beliefs(game, sets, name, said) for name, said in _mapped(game, beliefs)},
        {name: _mixtures(game, sets, name, said) for name, said in _mapped(game, mixtures)},
    )


def _mapped(game: Game, data: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(data, Mapping):
        raise wrong(game, "a table of information sets")
    return data.items()


def _beliefs(game: Game, sets: Mapping[str, InformationSet], name: str, said: Any) -> tuple[tuple[sp.Expr, ...], ...]:
    if name not in sets or not isinstance(said, tuple):
        raise wrong(game, "beliefs at an information set")
    if not all(_expressions(row) and len(row) == len(sets[name].nodes) for row in said):
        raise wrong(game, "beliefs at an information set")
    return said


def _mixtures(game: Game, sets: Mapping[str, InformationSet], name: str, said: Any) -> tuple[dict[str, sp.Expr], ...]:
    if not isinstance(said, tuple):
        raise wrong(game, "mixtures at an information set")
    return tuple(_behaviour(game, sets, {name: row})[name] for row in said)


def _replies(game: Game, sets: Mapping[str, InformationSet], data: Any) -> dict[str, tuple[Reply, ...]]:
    if not isinstance(data, Mapping) or not set(data) <= set(sets):
        raise wrong(game, "replies at information sets")
    found = {}
    for name, said in data.items():
        within(game, said, (*game.parameters, *belief_symbols(sets[name])))
        listed = [(_behaviour(game, sets, {name: m})[name], c, b) for m, c, b in rows(game, said, 3)]
        found[name] = tuple(Reply(m, conditions_of(game, c), conditions_of(game, b)) for m, c, b in listed)
    return found


def _behaviour(game: Game, sets: Mapping[str, InformationSet], data: Any) -> dict[str, dict[str, sp.Expr]]:
    found: dict[str, dict[str, sp.Expr]] = {}
    for name, mixture in data.items() if isinstance(data, Mapping) else [("", None)]:
        if name not in sets or not isinstance(mixture, Mapping) or not mixture:
            raise wrong(game, "behaviour at information sets")
        if not all(a in sets[name].actions and isinstance(w, sp.Expr) for a, w in mixture.items()):
            raise wrong(game, "probabilities of actions")
        found[name] = dict(mixture)
    return found


def _supports(game: Game, sets: Mapping[str, InformationSet], data: Any) -> frozenset[tuple[str, tuple[str, ...]]]:
    pairs = tuple(rows(game, data, 2))
    if not all(name in sets and isinstance(s, tuple) and s and set(s) <= set(sets[name].actions) for name, s in pairs):
        raise wrong(game, "supports")
    if all(len(support) == 1 for _, support in pairs):
        raise wrong(game, "supports in which somebody mixes")
    return frozenset(pairs)


def _is_exception(game: Game, e: Any) -> bool:
    """Whether it is a polynomial in the parameters that vanishes at few of them."""
    return isinstance(e, sp.Expr) and e.is_polynomial(*game.parameters) and sp.expand(e) != 0


def _expressions(data: Any) -> bool:
    return isinstance(data, tuple) and all(isinstance(e, sp.Expr) for e in data)


def extreme(form: SignallingGame, data: Any) -> Extreme:
    """A reply to the belief in a type. Raises ClaimError for anything else."""
    ((believed, reply),) = rows(form.game, (data,), 2)
    if not _is_type(form, believed) or not _is_reply(form, reply):
        raise wrong(form.game, "a reply to the belief in a type")
    within(form.game, (reply,), (*form.game.parameters, form.signal))
    return Extreme(int(believed), reply)


def separations(form: SignallingGame, data: Any) -> tuple[Separation, ...]:
    """Classes of equilibria of a signalling game. Raises ClaimError for anything else."""
    game, found = form.game, []
    for groups, conditions, exists, payoffs in rows(game, data, 4):
        made = []
        for types, signal, reply, span in rows(game, groups, 4):
            if not isinstance(types, tuple) or not types or not all(_is_type(form, t) for t in types):
                raise wrong(game, "a group of types")
            if list(types) != sorted(set(types)):
                raise wrong(game, "a group of types in their order")
            if signal not in (form.sent(tuple(map(int, types))), form.low, form.high) or not _is_reply(form, reply):
                raise wrong(game, "a signal and its reply")
            if not isinstance(span, tuple) or len(span) != 2 or not all(_expressions(side) for side in span):
                raise wrong(game, "a range of signals")
            made.append(Group(tuple(map(int, types)), signal, reply, within(game, span, game.parameters)))
        sent = [form.sent(g.types) for g in made]
        within(game, (conditions, payoffs, *(g.reply for g in made)), (*game.parameters, *sent))
        stated = (
            conditions_of(game, conditions),
            conditions_of(game, within(game, exists, game.parameters)),
            payoffs_of(game, payoffs),
        )
        found.append(Separation(tuple(made), *stated))
    return tuple(found)


def criterion(form: SignallingGame, found: Separation, data: Any) -> Criterion:
    """Where a class fails the Intuitive Criterion. Raises ClaimError for anything else."""
    game, failing = form.game, []
    within(game, data, (*game.parameters, *(form.sent(g.types) for g in found.groups)))
    for struck, eager, conditions, witnesses in rows(game, data, 4):
        if not _is_type(form, struck) or not _is_type(form, eager) or struck == eager or not _expressions(witnesses):
            raise wrong(game, "failures of the Intuitive Criterion")
        failing.append((int(struck), int(eager), conditions_of(game, conditions), witnesses))
    return Criterion(tuple(failing))


def _is_type(form: SignallingGame, t: Any) -> bool:
    return t in range(len(form.types)) and not isinstance(t, bool)


def _is_reply(form: SignallingGame, reply: Any) -> bool:
    return isinstance(reply, sp.Expr) if isinstance(form.replies, Numbers) else reply in form.replies
