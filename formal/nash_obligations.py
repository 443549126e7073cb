"""Obligations of Nash equilibria: that each profile is one, and that there are no others.

Statement
---------
Soundness. Where a profile's conditions hold, the actions of its supports have positive probabilities that sum to 1, numbers
lie in their ranges, the stated payoffs are those of the profile, and no action or number pays a player more against the
others' strategies. They hold somewhere.

Completeness. Any profile that satisfies the definition is one of those found, at parameters that satisfy its conditions.
For finite games of two players this is asked support by support, with the probabilities as unknowns; for more players it
is asked of pure profiles. For games of numbers it is asked of necessary conditions: where a payoff is smooth around a point
its derivative does not point into the range, and else nobody gains by moving to an end, half-way to an end, or to its part in
an equilibrium; and of those found no two are the same anywhere.

Everything is stated from the game's strategic form; `formal.derive` proposes, and nothing of it is used here but its profiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from formal.decide.goal import Goal, resting, somewhere
from formal.derive.leaves import KINKED
from formal.derive.partition import Profile
from formal.model.partial import equation
from formal.model.rewriting import conjunction, disjunction
from formal.model.static import Finite, Infinite
from formal.model.substitution import substitute
from formal.obligations import branches_of

ALL = "all of them"
NONDEGENERATE = "all of them in nondegenerate games"
PURE = "all pure ones"

Weights = Mapping[str, sp.Expr]
Supports = Sequence[tuple[str, ...]]  # the actions that each player mixes


@dataclass(frozen=True)
class Completeness:
    """A claim that nothing is missing, in words, and the goals that prove it."""

    claim: str
    goals: tuple[Goal, ...]


def supported(form: Finite, profiles: Sequence[Profile], supports: Supports, *, degenerate: bool) -> Goal:
    """That no equilibrium with these supports, pure or of two players, is missing; not `degenerate`, where they are regular."""
    if all(len(support) == 1 for support in supports):
        return _pure_goal(form, profiles, tuple(action for (action,) in supports))
    first, second = supports
    return _support_goal(form, profiles, first, second, degenerate)


def regular(form: Finite, supports: Supports) -> list[sp.Basic]:
    """That one mixture alone makes each of two players indifferent over its support; the supports have one size."""
    first, second = supports
    return [sp.Ne(_determinant(form, i, first, second), 0, evaluate=False) for i in range(2)]


def soundness(form: Finite | Infinite, profile: Profile, name: str) -> Iterator[Goal]:
    """That the profile is a Nash equilibrium wherever its conditions hold, and its thresholds are what they are said to be."""
    mixtures = [s.values() if isinstance(s, Mapping) else (s,) for s in profile.strategies.values()]
    said = (*profile.conditions, *profile.payoffs.values(), *(w for m in mixtures for w in m))
    assumed = tuple(form.game.assume.values())
    yield from resting(name, said, form.game.parameters, assumed)
    yield from somewhere(name, profile.conditions, assumed)
    given = (*assumed, *profile.conditions)
    yield from _finite(form, profile, name, given) if isinstance(form, Finite) else _numbers(form, profile, name, given)


def completeness(form: Finite | Infinite, profiles: Sequence[Profile]) -> list[Completeness]:
    """Claims that no equilibrium is missing, the strongest first."""
    if isinstance(form, Infinite):
        return [Completeness(ALL, (*_all_numbers(form, profiles), *_different(form, profiles)))]
    pure = Completeness(PURE, tuple(_pure_goal(form, profiles, taken) for taken in form.profiles()))
    if len(form.actions) > 2:
        return [pure]
    equal = tuple(g for same, g in _all_mixed(form, profiles) if same)
    everything = Completeness(ALL, (*pure.goals, *(g for _, g in _all_mixed(form, profiles, degenerate=True))))
    return [everything, Completeness(NONDEGENERATE, (*pure.goals, *equal)), pure]


# -- finite games


def _expected(form: Finite, player: int, strategies: Sequence[Weights]) -> sp.Expr:
    total: list[sp.Expr] = []
    for profile in form.profiles():
        weights = [s.get(a, sp.Integer(0)) for s, a in zip(strategies, profile, strict=True)]
        if 0 not in weights:
            total.append(sp.Mul(*weights, form.payoffs[profile][player]))
    return sp.Add(*total)


def _finite(form: Finite, profile: Profile, name: str, given: tuple[sp.Basic, ...]) -> Iterator[Goal]:
    players = form.game.players
    strategies = [profile.strategies[q] for q in players]
    for player, mixture in zip(players, strategies, strict=True):
        weights = list(mixture.values())
        yield Goal(f"{name}: probabilities of {player} sum to 1", sp.Eq(sp.Add(*weights), 1, evaluate=False), given)
        for action, weight in mixture.items():
            yield Goal(f"{name}: {player} plays {action} with a probability", sp.Gt(weight, 0, evaluate=False), given)
    for i, player in enumerate(players):
        stated = profile.payoffs[player]
        value = sp.Eq(_expected(form, i, strategies), stated, evaluate=False)
        yield Goal(f"{name}: the payoff of {player}", value, given)
        for action in form.actions[i]:
            if set(strategies[i]) != {action}:
                other = _expected(form, i, [*strategies[:i], {action: sp.Integer(1)}, *strategies[i + 1 :]])
                yield Goal(f"{name}: {player} against {action}", sp.Ge(stated, other, evaluate=False), given)


def _listed(profiles: Sequence[Profile], equalities: Any) -> sp.Basic:
    """One of the profiles, at parameters that satisfy its conditions."""
    return disjunction(*(conjunction(*p.conditions, *equalities(p)) for p in profiles))


def _pure_goal(form: Finite, profiles: Sequence[Profile], taken: tuple[str, ...]) -> Goal:
    players, assumed = form.game.players, tuple(form.game.assume.values())
    definition = [
        sp.Ge(form.payoffs[taken][i], form.payoffs[(*taken[:i], a, *taken[i + 1 :])][i], evaluate=False)
        for i, menu in enumerate(form.actions)
        for a in menu
        if a != taken[i]
    ]
    same = [p for p in profiles if all(set(p.strategies[q]) == {a} for q, a in zip(players, taken, strict=True))]
    shown = ", ".join(taken)
    return Goal(f"({shown}) is found where it is an equilibrium", _listed(same, lambda p: ()), (*assumed, *definition))


def _all_mixed(form: Finite, profiles: Sequence[Profile], *, degenerate: bool = False) -> Iterator[tuple[bool, Goal]]:
    """For each pair of supports with some mixing: whether they have one size, and the goal."""
    rows, columns = form.actions
    for first in _supports(rows):
        for second in _supports(columns):
            if len(first) + len(second) > 2 and (degenerate or len(first) == len(second)):
                yield len(first) == len(second), _support_goal(form, profiles, first, second, degenerate)


def _supports(menu: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(menu) + 1):
        yield from combinations(menu, size)


def _support_goal(
    form: Finite, profiles: Sequence[Profile], first: tuple[str, ...], second: tuple[str, ...], degenerate: bool
) -> Goal:
    players = form.game.players
    mixtures = [{a: sp.Dummy(f"{q}:{a}", positive=True) for a in s} for q, s in zip(players, (first, second), strict=True)]
    values = [sp.Dummy(f"u:{q}", real=True) for q in players]
    given: list[sp.Basic] = list(form.game.assume.values())
    for i, own in enumerate((first, second)):
        given += [sp.Gt(w, 0, evaluate=False) for w in mixtures[i].values()]
        given.append(sp.Eq(sp.Add(*mixtures[i].values()), 1, evaluate=False))
        for action in form.actions[i]:
            played = _expected(form, i, [{action: sp.Integer(1)} if k == i else mixtures[k] for k in range(2)])
            relation = sp.Eq if action in own else sp.Le
            given.append(relation(played, values[i], evaluate=False))
    given += [] if degenerate else regular(form, (first, second))
    same = [p for p in profiles if [tuple(p.strategies[q]) for q in players] == [first, second]]

    def equal(p: Profile) -> Iterator[sp.Basic]:
        for player, mixture in zip(players, mixtures, strict=True):
            for action, weight in mixture.items():
                yield from equation(weight, p.strategies[player][action])

    return Goal(f"supports {first} and {second} are found", _listed(same, equal), tuple(given))


def _determinant(form: Finite, player: int, first: tuple[str, ...], second: tuple[str, ...]) -> sp.Expr:
    """Of the system that makes the player indifferent over its support."""
    own, other = (first, second) if player == 0 else (second, first)
    entry = [[form.payoffs[(a, b) if player == 0 else (b, a)][player] for b in other] for a in own]
    bordered = [[*row, -1] for row in entry] + [[1] * len(other) + [0]]
    return sp.expand(sp.Matrix(bordered).det(method="berkowitz"))


# -- games of numbers


def _numbers(form: Infinite, profile: Profile, name: str, given: tuple[sp.Basic, ...]) -> Iterator[Goal]:
    players = form.game.players
    values = {v: profile.strategies[q] for q, v in zip(players, form.choices, strict=True)}
    for i, (player, choice) in enumerate(zip(players, form.choices, strict=True)):
        low, high = form.ranges[i]
        here = values[choice]
        yield Goal(f"{name}: {choice} is not too low", sp.Ge(here, low, evaluate=False), given)
        yield Goal(f"{name}: {choice} is not too high", sp.Le(here, high, evaluate=False), given)
        stated, payoff = profile.payoffs[player], form.payoffs[i]
        yield Goal(f"{name}: the payoff of {player}", sp.Eq(substitute(payoff, values), stated, evaluate=False), given)
        other = sp.Dummy(f"{choice}'", real=True)
        inside = (sp.Ge(other, low, evaluate=False), sp.Le(other, high, evaluate=False))
        deviation = sp.Ge(stated, substitute(payoff, {**values, choice: other}), evaluate=False)
        yield Goal(f"{name}: {player} against any other {choice}", deviation, (*given, *inside))


def _all_numbers(form: Infinite, profiles: Sequence[Profile]) -> Iterator[Goal]:
    players = form.game.players
    given: list[sp.Basic] = list(form.game.assume.values())
    for choice, (low, high) in zip(form.choices, form.ranges, strict=True):
        given += [sp.Ge(choice, low, evaluate=False), sp.Le(choice, high, evaluate=False)]
    for i, (choice, player) in enumerate(zip(form.choices, players, strict=True)):
        low, high = form.ranges[i]
        payoff = form.payoffs[i]
        smooth = [(where, branch) for where, branch in _smooth_near(payoff) if not branch.has(*KINKED)]
        for where, branch in smooth:
            slope = sp.diff(branch, choice)
            given += [
                _wherever(where, disjunction(sp.Eq(choice, low, evaluate=False), sp.Ge(slope, 0, evaluate=False))),
                _wherever(where, disjunction(sp.Eq(choice, high, evaluate=False), sp.Le(slope, 0, evaluate=False))),
            ]
        if any(where == sp.true for where, _ in smooth):
            continue
        elsewhere = sp.Not(disjunction(*(where for where, _ in smooth)))
        own = [p.strategies[player] for p in profiles if not p.conditions]
        for tried in dict.fromkeys((low, high, (choice + low) / 2, (choice + high) / 2, *own)):
            better = sp.Ge(payoff, substitute(payoff, {choice: tried}), evaluate=False)
            given.append(_wherever(elsewhere, better))

    def equal(p: Profile) -> Iterator[sp.Basic]:
        return (e for q, v in zip(players, form.choices, strict=True) for e in equation(v, p.strategies[q]))

    yield Goal(f"{form.game.name}: every equilibrium is found", _listed(profiles, equal), tuple(given))


def _different(form: Infinite, profiles: Sequence[Profile]) -> Iterator[Goal]:
    """That no equilibrium is listed twice."""
    for (k, first), (n, second) in combinations(enumerate(profiles, start=1), 2):
        given = (*form.game.assume.values(), *first.conditions, *second.conditions)
        pairs = [(first.strategies[q], second.strategies[q]) for q in form.game.players]
        differ = disjunction(*(sp.Ne(a, b, evaluate=False) for a, b in pairs if a != b))
        yield Goal(f"{form.game.name}: equilibria {k} and {n} differ", differ, given)


def _smooth_near(payoff: sp.Expr) -> Iterator[tuple[sp.Basic, sp.Expr]]:
    """The forms that the payoff takes at a point and all around it: those of branches with open conditions."""
    for conditions, branch in branches_of(payoff):
        plain = [sp.to_nnf(c, simplify=False) for c in conditions]
        if all(_is_open(c) for c in plain):
            yield conjunction(*plain), branch


def _is_open(condition: sp.Basic) -> bool:
    """Whether the condition holds around every point at which it holds: strict comparisons of continuous expressions."""
    if isinstance(condition, sp.And | sp.Or):
        return all(_is_open(part) for part in condition.args)
    return condition == sp.true or (isinstance(condition, sp.Gt | sp.Lt | sp.Ne) and not condition.has(sp.Piecewise))


def _wherever(condition: sp.Basic, claim: sp.Basic) -> sp.Basic:
    return claim if condition == sp.true else sp.Implies(condition, claim, evaluate=False)
