"""Obligations of perfect Bayesian equilibria: that each assessment is one, and that there are no others.

Statement
---------
Soundness. Where the conditions of an assessment hold it satisfies the definition (`formal.bayes_definition`), and what is
taken on the path is taken with positive probability; every class is somewhere. Completeness. Behaviour and beliefs with given
supports that satisfy the definition have the stated probabilities on the path, at parameters that satisfy the conditions of an
assessment of the class.

Everything is stated from the game's own tree; `formal.derive` proposes, and nothing of it is used here but its assessments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, product
from typing import Any

import sympy as sp

from formal.bayes_definition import Behaviour, alike, bayes, expected, handed_on, rational, unknown_mixture, weight
from formal.decide.goal import Goal, somewhere
from formal.derive.assessment import Assessment, Class, Mixture
from formal.model.information import Information, InformationSet
from formal.model.partial import equation
from formal.model.rewriting import conjunction, disjunction
from formal.model.tree import Chance
from formal.off_path_obligations import replying

Supports = Mapping[InformationSet, tuple[str, ...]]


def positive_draws(info: Information) -> Iterator[Goal]:
    """That every outcome of every draw is possible, so that supports say what is reached."""
    assumed = tuple(info.game.assume.values())
    for node in info.game.nodes:
        if isinstance(node, Chance):
            for outcome, weight in zip(node.outcomes, node.probabilities, strict=True):
                yield Goal(f"{node.head()}: {outcome} is possible", sp.Gt(weight, 0, evaluate=False), assumed)


def soundness(info: Information, found: Class, name: str) -> Iterator[Goal]:
    """That a class is somewhere, and all its assessments perfect Bayesian equilibria with its path of play and payoffs."""
    yield from somewhere(name, (found.where,), tuple(info.game.assume.values()))
    for number, one in enumerate(found.assessments, start=1):
        given = (*info.game.assume.values(), *one.conditions)
        label = name if len(found.assessments) == 1 else f"{name}, variant {number}"
        for claim, statement in _assessed(info, found, one):
            yield Goal(f"{label}: {claim}", statement, given)
    for where, listed in found.replies.items():
        yield from replying(info, found, where, listed, f"{name}, {where}")


def _assessed(info: Information, found: Class, one: Assessment) -> Iterator[tuple[str, sp.Basic]]:
    for where in info.sets:
        mixture = one.behaviour[where.name]
        on_path = where.name in found.behaviour
        for action, probability in mixture.items():
            positive = (sp.Gt if on_path else sp.Ge)(probability, 0, evaluate=False)
            yield f"{where.player} takes {action} at {where.name} with a probability", positive
        yield f"probabilities at {where.name} sum to 1", sp.Eq(sp.Add(*mixture.values()), 1, evaluate=False)
        if len(where.nodes) > 1:
            yield from _believed(info, where, one)
            for earlier, claim in handed_on(info, where, one.behaviour, one.beliefs):
                yield f"beliefs at {where.name} follow from those at {earlier.name}", claim
        yield from rational(info, where, one.behaviour, one.beliefs)
    yield from _alike(info, one)
    yield "what is not reached", _boolean(_reached(info, found.behaviour) == set(found.behaviour))
    for name, stated in found.behaviour.items():
        done = one.behaviour[name]
        same = [sp.Eq(done[a], w, evaluate=False) for a, w in stated.items() if a in done]
        yield f"what is done at {name}", conjunction(_boolean(set(done) == set(stated)), *same)
    for player, payoff in found.payoffs.items():
        value = expected(info, info.game.tree, one.behaviour, player)
        yield f"the payoff of {player}", sp.Eq(value, payoff, evaluate=False)


def _boolean(truth: bool) -> sp.Basic:
    return sp.true if truth else sp.false


def _reached(info: Information, played: Mapping[str, Collection[str]]) -> set[str]:
    """The names of the sets that are reached when these actions are played at the sets of these names."""
    return {
        where.name
        for where in info.sets
        if any(all(a in played.get(s.name, ()) for s, a in info.way(n).actions) for n in where.nodes)
    }


def _believed(info: Information, where: InformationSet, one: Assessment) -> Iterator[tuple[str, sp.Basic]]:
    beliefs = one.beliefs[where.name]
    for belief in beliefs:
        yield f"a belief at {where.name} is not negative", sp.Ge(belief, 0, evaluate=False)
    yield f"beliefs at {where.name} sum to 1", sp.Eq(sp.Add(*beliefs), 1, evaluate=False)
    for statement in bayes(info, where, one.behaviour, beliefs):
        yield f"Bayes' rule at {where.name}", statement


def _alike(info: Information, one: Assessment) -> Iterator[tuple[str, sp.Basic]]:
    for first, second in alike(info):
        for mine, theirs in zip(one.beliefs[first.name], one.beliefs[second.name], strict=True):
            yield f"beliefs at {first.name} and {second.name} are the same", sp.Eq(mine, theirs, evaluate=False)


def complete(
    info: Information, found: Sequence[Class], *, mixed: bool, nonzero: Sequence[sp.Expr] = (), skipped: Sequence[Any] = ()
) -> Iterator[Goal]:
    """That every equilibrium in pure strategies is listed, and with `mixed` every other where none of `nonzero` vanishes.

    Supports that are in `skipped` and in which somebody mixes are not spoken of.
    """
    unknowns = Unknowns()
    for supports in all_supports(info, mixed):
        pure = all(len(support) == 1 for support in supports.values())
        if pure or not any(named <= {(s.name, support) for s, support in supports.items()} for named in skipped):
            yield _listed_goal(info, supports, found, () if pure else nonzero, unknowns)


def class_complete(
    info: Information,
    found: Class,
    asked: Iterable[tuple[str, Collection[str]]] | None,
    *,
    mixed: bool,
    nonzero: Sequence[sp.Expr] = (),
) -> Iterator[Goal]:
    """That every equilibrium with the supports of a class on its path is in the class, where none of `nonzero` vanishes.

    And that there is one of the class wherever there is one with the supports that are `asked`, if any are, on its path.
    """
    unknowns = Unknowns()
    for supports in all_supports(info, mixed):
        path = _path(info, supports)
        if path == {name: set(support) for name, support in found.supports.items()}:
            yield _listed_goal(info, supports, [found], nonzero, unknowns)
        elif asked is not None and all(path.get(name) == set(support) for name, support in asked):
            yield _listed_goal(info, supports, [], nonzero, unknowns, found.where)


def _path(info: Information, supports: Supports) -> dict[str, set[str]]:
    """The supports of the sets that are reached."""
    played = {where.name: set(support) for where, support in supports.items()}
    return {name: played[name] for name in _reached(info, played)}


def all_supports(info: Information, mixed: bool) -> Iterator[Supports]:
    """The supports of every information set, in all combinations."""
    menus = []
    for where in info.sets:
        sizes = range(1, len(where.actions) + 1 if mixed else 2)
        menus.append([support for size in sizes for support in combinations(where.actions, size)])
    for chosen in product(*menus):
        yield dict(zip(info.sets, chosen, strict=True))


class Unknowns:
    """The unknowns of goals about one game, where each set has one mixture and one belief a goal: goals share their terms."""

    def __init__(self) -> None:
        self.mixture = cache(unknown_mixture)
        self.belief = cache(unknown_belief)


def unknown_belief(where: InformationSet, count: int) -> list[sp.Expr]:
    """Unknown probabilities of the nodes of a set."""
    *named, _ = (sp.Dummy(f"{where.name}#{k}", nonnegative=True) for k in range(count))
    return [*named, 1 - sp.Add(*named)]


def _listed_goal(
    info: Information,
    supports: Supports,
    found: Sequence[Class],
    nonzero: Sequence[sp.Expr],
    unknowns: Unknowns,
    otherwise: sp.Basic = sp.false,
) -> Goal:
    """That an equilibrium with these supports is one of those found that have them on their path, or else something holds."""
    behaviour, facts = dict[str, Mixture](), list[sp.Basic]()
    for where, support in supports.items():
        behaviour[where.name], more = unknowns.mixture(where, support)
        facts += more
    beliefs, given = _free_beliefs(info, behaviour, facts, unknowns)
    for where in info.sets:
        given += [claim for _, claim in rational(info, where, behaviour, beliefs)]
    path = _path(info, supports)
    same = [c for c in found if {k: set(v) for k, v in c.supports.items()} == path]
    shown = ", ".join(f"{s.name}: {' or '.join(support)}" for s, support in supports.items())
    assumed = (*info.game.assume.values(), *(sp.Ne(e, 0, evaluate=False) for e in nonzero))
    return Goal(
        f"supports {shown} are found",
        disjunction(*(_is_class(c, behaviour) for c in same)) if same else otherwise,
        (*assumed, *facts, *given),
    )


def _is_class(found: Class, behaviour: Behaviour) -> sp.Basic:
    equal = [
        part
        for name, mixture in found.behaviour.items()
        if len(mixture) > 1
        for action, stated in list(mixture.items())[:-1]
        for part in equation(behaviour[name][action], stated)
    ]
    return conjunction(found.where, *equal)


def _free_beliefs(
    info: Information, behaviour: Behaviour, facts: list[sp.Basic], unknowns: Unknowns
) -> tuple[dict[str, Sequence[sp.Expr]], list[sp.Basic]]:
    """Beliefs as unknowns, and what the definition says of them; those that one node has for certain are written as such."""
    beliefs, given = dict[str, Sequence[sp.Expr]](), list[sp.Basic]()
    several = [s for s in info.sets if len(s.nodes) > 1]
    for where in several:
        chances = [weight(way, behaviour) for way in info.apart(where)]
        if sum(w != 0 for w in chances) == 1:
            beliefs[where.name] = [sp.Integer(int(w != 0)) for w in chances]
            continue
        beliefs[where.name] = unknowns.belief(where, len(chances))
        facts += [sp.Ge(b, 0, evaluate=False) for b in beliefs[where.name]]
        given += bayes(info, where, behaviour, beliefs[where.name])
    for where in several:
        given += [claim for _, claim in handed_on(info, where, behaviour, beliefs)]
    for first, second in alike(info):
        pairs = zip(beliefs[first.name], beliefs[second.name], strict=True)
        given += [sp.Eq(a, b, evaluate=False) for a, b in pairs if a != b]
    return beliefs, given
