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
from functools import partial

import sympy as sp

from formal.derive.assessment import Assessment, Class
from formal.derive.feasible import solve_equations
from formal.derive.literals import Literal, literal
from formal.derive.off_path import Alternative, alternatives, components, distinct, joined
from formal.derive.plans import Gap, Plan, Progress, Search, anything, belief, named, readable
from formal.derive.polynomial import Quotient, places
from formal.derive.replies import replies
from formal.model.information import InformationSet


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


def _class(search: Search, plan: Plan) -> Class | None:
    """The equilibria with these supports on the path; None where there are none or their probabilities are not determined."""
    compared = [(s, a, search.involved(s, a, plan)) for s in plan for a in s.actions if a != plan[s][0]]
    own = [search.gap(s, a, plan) for s, a, about in compared if about <= set(plan)]
    if None in own:
        return None
    solved = _solve_path(search, plan, [g for g in own if g is not None])
    if solved is None:
        return None
    base, values = solved
    behaviour = {s: {a: search.at(search.weight(s, a, plan), values) for a in support} for s, support in plan.items()}
    found = [Alternative(base, behaviour, {s: belief(search, s, plan, values) for s in plan})]
    parts = [
        (component, [(s, a) for s, a, about in compared if about & component])
        for component in components(search, plan, [about for _, _, about in compared])
    ]
    for component, touched in parts:
        ways = distinct(search, base, alternatives(search, plan, component, touched, values))
        found = [joined(one, way) for one in found for way in ways]
    kept = distinct(search, (), found)
    if not kept:
        return None
    settled = kept[0].literals if len(kept) == 1 else base
    payoffs = [search.at(v, values) for v in search.value(search.info.game.tree, {**plan, **anything(search, plan)})]
    paid = {q: readable(search, v, settled) for q, v in zip(search.info.game.players, payoffs, strict=True)}
    believed = {
        s.name: replies(search, plan, s, touched, settled, values)
        for (s, *more), touched in parts
        if not more and s in search.doubts
    }
    listed = {name: found for name, found in believed.items() if found is not None}
    done = _written(behaviour, partial(readable, search, where=settled))
    return Class(done, paid, tuple(_assessment(search, one) for one in kept), listed)


def _solve_path(search: Search, plan: Plan, own: Sequence[Gap]) -> tuple[tuple[Literal, ...], dict[int, Quotient]] | None:
    """Probabilities on the path that make the movers indifferent where they mix, and literals under which they are right."""
    ring, mixing = search.ring, [(s, a) for s, support in plan.items() if len(support) > 1 for a in support]
    unknowns = frozenset(ring.index[search.weights[s, a]] for s, a in mixing if a != plan[s][-1])
    solved = solve_equations(ring, [g.poly for g in own if g.equation], unknowns)
    if solved is None:
        search.unsolved.append(named(plan))
        return None
    values = solved.values
    signs: list[Literal | bool] = []
    for where, action in mixing:
        weight = search.at(search.weight(where, action, plan), values)
        if not places(weight.numerator) & search.unknowns:
            signs += [literal(ring, weight.oriented(), strict=True), literal(ring, weight.denominator**2, strict=True)]
    polys = [search.polynomial_at(g.poly, values) for g in own if not g.equation]
    signs += [literal(ring, p, strict=False) for p in polys if not places(p) & search.unknowns]
    known = search.conjunction(signs)
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
