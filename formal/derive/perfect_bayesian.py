"""Perfect Bayesian equilibria of finite games with private information, in closed form, by the support of every strategy.

Method
------
1. Supports. For each choice of the actions that are taken with positive probability at the information sets that are reached,
   the sets that are not reached are gathered in components that no condition links.
2. Conditions. Actions in the support pay alike, others do not pay more, given Bayes' rule (`formal.bayes_obligations` has the
   definitions). Both are polynomials in the unknown probabilities and beliefs.
3. On the path, equations are solved for the unknowns, each where it is linear; probabilities lie strictly between 0 and 1.
4. Off the path, a component needs some behaviour and some beliefs. An action may be mixed with probability 0 there, so the
   unknowns range over closed sets, and are eliminated by basic solutions (`formal.derive.feasible`).
5. Alternatives that others cover are dropped, and assessments with one path of play are gathered in a class.

An equation that is left between parameters alone holds at exceptional parameters only; such supports are passed over, and the
equation is reported. So are supports in which some probability on the path stays free.

Everything found here is a conjecture. References: Fudenberg and Tirole (1991), Journal of Economic Theory 53, 236-260, for
the solution concept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import sympy as sp

from formal.derive.assessment import Assessment, Class, Refined, Reply
from formal.derive.feasible import solve_equations
from formal.derive.literals import Literal, literal
from formal.derive.off_path import Alternative, alternatives, components, distinct, joined
from formal.derive.plans import Gap, Plan, Progress, Search, anything, belief, named, readable
from formal.derive.polynomial import Quotient, places
from formal.derive.refinement import divine, intuitive, signal
from formal.derive.replies import replies
from formal.model.information import InformationSet

Part = tuple[frozenset[InformationSet], list[tuple[InformationSet, str]]]


def classes(search: Search, progress: Progress = lambda _: None) -> Iterator[Class]:
    """All classes with a place in the parameter space, pure ones first."""
    plans = sorted(on_path(search, {}), key=lambda plan: sum(len(s) for s in plan.values()))
    for number, plan in enumerate(plans, start=1):
        progress(f"{search.info.game.name}: support {number} of {len(plans)}")
        found = _class(search, plan)
        if found is not None:
            yield found


def on_path(search: Search, plan: Plan) -> Iterator[Plan]:
    """All choices of supports at the information sets that are reached."""
    following = next((s for s in _reached(search, plan) if s not in plan), None)
    if following is None:
        yield plan
        return
    for support in search.supports(following):
        yield from on_path(search, {**plan, following: support})


def _reached(search: Search, plan: Plan) -> Iterator[InformationSet]:
    for where in search.info.sets:
        if any(all(a in plan.get(s, ()) for s, a in search.info.way(node).actions) for node in where.nodes):
            yield where


@dataclass(frozen=True)
class Found:
    """The equilibria with one plan on the path: what is done there, where, and in which ways off the path."""

    base: tuple[Literal, ...]
    values: Mapping[int, Quotient]
    behaviour: Mapping[InformationSet, Mapping[str, Quotient]]
    parts: Sequence[Part]
    kept: Sequence[Alternative]


def _find(search: Search, plan: Plan) -> Found | None:
    """The equilibria with these supports on the path; None where there are none or their probabilities are not determined."""
    compared = [(s, a, search.involved(s, a, plan)) for s in plan for a in s.actions if a != plan[s][0]]
    own = [search.gap(s, a, plan) for s, a, about in compared if about <= set(plan)]
    solved = None if None in own else _solve_path(search, plan, [g for g in own if g is not None])
    if solved is None:
        return None
    base, values = solved
    behaviour = {s: {a: search.at(search.weight(s, a, plan), values) for a in support} for s, support in plan.items()}
    beliefs = {s: b for s in plan if (b := belief(search, s, plan, values)) is not None}
    found = [Alternative(base, behaviour, beliefs)]
    parts = [
        (component, [(s, a) for s, a, about in compared if about & component])
        for component in components(search, plan, [about for _, _, about in compared])
    ]
    for component, touched in parts:
        ways = distinct(search, base, alternatives(search, plan, component, touched, values))
        found = [joined(one, way) for one in found for way in ways]
    kept = distinct(search, (), found)
    return Found(base, values, behaviour, parts, kept) if kept else None


def _class(search: Search, plan: Plan) -> Class | None:
    found = _find(search, plan)
    if found is None:
        return None
    settled = found.kept[0].literals if len(found.kept) == 1 else found.base
    shown = partial(readable, search, where=settled)
    values = search.value(search.info.game.tree, {**plan, **anything(search, plan)})
    payoffs = [shown(search.at(v, found.values)) for v in values]
    listed: dict[str, tuple[Reply, ...]] = {}
    for (where, *more), touched in found.parts:
        if not more and where in search.doubts and search.doubtful(where, plan):
            possible = replies(search, plan, where, touched, settled, found.values)
            listed |= {} if possible is None else {where.name: possible}
    paid = dict(zip(search.info.game.players, payoffs, strict=True))
    assessments = tuple(_assessment(search, one) for one in found.kept)
    return Class(_written(found.behaviour, shown), paid, assessments, listed)


def refine(search: Search, supports: Mapping[str, tuple[str, ...]], criterion: str) -> Refined:
    """Where the class with these supports on the path passes the criterion, "intuitive" or "divine".

    Raises DerivationError for a game in which it is not defined.
    """
    plan = {s: supports[s.name] for s in search.info.sets if s.name in supports}
    found = _find(search, plan)
    assert found is not None, "the class was found before"
    signals = [signal(search, plan, found.values, s) for s in search.doubts if s not in plan]
    exists = tuple(one.literals for one in found.kept)
    if not signals:
        return Refined(tuple(tuple(item.sympy() for item in one) for one in exists), (), {}, {})
    return intuitive(signals, exists) if criterion == "intuitive" else divine(signals, exists)


def _solve_path(search: Search, plan: Plan, own: Sequence[Gap]) -> tuple[tuple[Literal, ...], dict[int, Quotient]] | None:
    """Probabilities on the path that make the movers indifferent where they mix, and literals under which they are right."""
    ring, mixing = search.ring, [(s, a) for s, support in plan.items() if len(support) > 1 for a in support]
    unknowns = frozenset(ring.index[search.weights[s, a]] for s, a in mixing if a != plan[s][-1])
    solved = solve_equations(ring, [g.poly for g in own if g.equation], unknowns)
    if solved is None:
        search.unsolved.append(named(plan))
        return None
    values = solved.values
    weights = [search.at(search.weight(s, a, plan), values) for s, a in mixing]
    signs = [literal(ring, w.oriented(), strict=True) for w in weights]
    signs += [literal(ring, w.denominator**2, strict=True) for w in weights]
    signs += [literal(ring, search.polynomial_at(g.poly, values), strict=False) for g in own if not g.equation]
    open_ones = [i for i in signs if isinstance(i, Literal) and places(i.poly) & search.unknowns]
    known = search.conjunction(i for i in signs if i not in open_ones)
    if known is None or not search.space.possible(known):
        return None
    if solved.left:
        search.except_where(*solved.left, given=known)
        return None
    if unknowns - set(values):
        search.unsolved.append(named(plan))
        return None
    for pivot, rest in solved.pivots:
        if not places(pivot, rest) & search.unknowns and ring.sign(pivot) is None:
            search.except_where(pivot, rest)
    return known, values


def _assessment(search: Search, one: Alternative) -> Assessment:
    shown = partial(readable, search, where=one.literals)
    beliefs = {s.name: tuple(map(shown, one.beliefs[s])) for s in search.info.sets if len(s.nodes) > 1}
    return Assessment(tuple(item.sympy() for item in one.literals), _written(one.behaviour, shown), beliefs)


def _written(
    behaviour: Mapping[InformationSet, Mapping[str, Quotient]], shown: Callable[[Quotient], sp.Expr]
) -> dict[str, dict[str, sp.Expr]]:
    return {s.name: {a: shown(w) for a, w in mixture.items()} for s, mixture in behaviour.items()}
