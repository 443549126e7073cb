"""What may be done and believed off the path of play, so that no deviation pays.

The information sets that are not reached fall into components that no comparison and no belief links; each component needs
some behaviour and some beliefs. An action may be mixed with probability 0 there, so that the unknowns range over closed sets,
and are eliminated by basic solutions (`formal.derive.feasible`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product

from formal.derive.feasible import basic_solutions, solve_equations
from formal.derive.literals import Literal, literal
from formal.derive.normal_form import minimal
from formal.derive.plans import Gap, Plan, Search, anything, belief, named
from formal.derive.polynomial import Quotient, places
from formal.derive.space import Space
from formal.model.information import InformationSet


@dataclass(frozen=True)
class Alternative:
    """One way to satisfy the conditions of a component: literals, behaviour and beliefs."""

    literals: tuple[Literal, ...]
    behaviour: Mapping[InformationSet, Mapping[str, Quotient]]
    beliefs: Mapping[InformationSet, tuple[Quotient, ...]]


def components(search: Search, plan: Plan, compared: Sequence[frozenset[InformationSet]]) -> list[frozenset[InformationSet]]:
    """The information sets that are not reached, those that some condition or belief links together."""
    off = [s for s in search.info.sets if s not in plan]
    links = [about - set(plan) for about in compared]
    for where in off:
        children = [child for node in where.nodes for child in node.children]
        later = chain.from_iterable(search.met(child, plan) for child in children)
        earlier = (s for s, _ in search.info.through(where))
        links.append(frozenset((where, *search.before(where, plan), *earlier, *later)) - set(plan))
    for first, second in combinations(off, 2):
        if search.doubts.get(first, ()) == search.doubts.get(second):
            links.append(frozenset((first, second)))
    parts = [frozenset([s]) for s in off]
    for link in links:
        touched = [part for part in parts if part & link]
        if len(touched) > 1:
            parts = [part for part in parts if part not in touched] + [frozenset().union(*touched)]
    return parts


def alternatives(
    search: Search,
    plan: Plan,
    component: frozenset[InformationSet],
    touched: Sequence[tuple[InformationSet, str]],
    values: Mapping[int, Quotient],
) -> Iterator[Alternative]:
    """Ways in which the sets of a component may act and believe so that no deviation pays, pure ones first."""
    ordered = [s for s in search.info.sets if s in component]
    plans = [{**plan, **dict(zip(ordered, s, strict=True))} for s in product(*map(search.supports, ordered))]
    others = anything(search, plan)
    for whole in sorted(plans, key=lambda p: sum(len(p[s]) for s in ordered)):
        full = {**others, **whole}
        pairs = [*touched, *((s, a) for s in ordered for a in s.actions if a != whole[s][0])]
        gaps = [search.gap(s, a, full) for s, a in pairs]
        if None not in gaps:
            yield from _ways(search, full, ordered, [g for g in gaps if g is not None], values)


def _ways(
    search: Search, plan: Plan, ordered: Sequence[InformationSet], gaps: Sequence[Gap], values: Mapping[int, Quotient]
) -> Iterator[Alternative]:
    ring = search.ring
    probabilities = [search.weight(s, a, plan) for s in ordered if len(plan[s]) > 1 for a in plan[s]]
    doubtful = [s for s in ordered if search.doubtful(s, plan)]
    probabilities += [b for s in doubtful for b in search.belief(s)]
    unknowns = frozenset(chain.from_iterable(places(p.numerator) for p in probabilities)) & search.unknowns
    equations = [search.polynomial_at(g.poly, values) for g in gaps if g.equation]
    equations += [search.polynomial_at(p, values) for s in doubtful for p in search.proportions(s, plan)]
    solved = solve_equations(ring, equations, unknowns)
    if solved is None:
        search.unsolved.append(named(plan))
        return
    if solved.left:
        search.except_where(*solved.left)
        return
    known = {**values, **solved.values}
    inequalities = [search.polynomial_at(p.numerator, known) for p in probabilities]
    inequalities += [search.polynomial_at(g.poly, known) for g in gaps if not g.equation]
    nonzero = [literal(ring, v.denominator**2, strict=True) for v in solved.values.values()]
    free = sorted(unknowns - set(solved.values))
    found = basic_solutions(ring, inequalities, free)
    if found is None:
        search.unsolved.append(named(plan))
        return
    for basic in found:
        holds = search.conjunction([*basic.literals, *nonzero])
        if holds is not None:
            whole = {**{k: search.at(v, basic.values) for k, v in known.items()}, **basic.values}
            behaviour = {s: {a: search.at(search.weight(s, a, plan), whole) for a in plan[s]} for s in ordered}
            beliefs = {s: belief(search, s, plan, whole) for s in ordered}
            certain = {s: b for s, b in beliefs.items() if b is not None}
            if len(certain) == len(beliefs):
                yield Alternative(holds, behaviour, certain)


def joined(first: Alternative, second: Alternative) -> Alternative:
    literals = tuple(dict.fromkeys((*first.literals, *second.literals)))
    return Alternative(literals, {**first.behaviour, **second.behaviour}, {**first.beliefs, **second.beliefs})


def distinct(search: Search, base: Sequence[Literal], found: Iterable[Alternative]) -> list[Alternative]:
    """The alternatives without those that cannot be, or that others cover; each with as few literals as say it."""
    space, kept = search.space, list[Alternative]()
    for one in found:
        where = search.conjunction([*base, *one.literals])
        if where is None or not space.possible(where):
            continue
        if kept and not space.possible(where, *(space.none_of(other.literals) for other in kept)):
            continue
        kept.append(replace(one, literals=tuple(item for item in minimal(space, where) if item not in base)))
    return kept if len(kept) < 2 else _needed(space, base, kept)


def _needed(space: Space, base: Sequence[Literal], found: list[Alternative]) -> list[Alternative]:
    """Without alternatives that those that come later cover."""
    kept = list(found)
    for one in found:
        others = [other for other in kept if other is not one]
        if others and not space.possible([*base, *one.literals], *(space.none_of(o.literals) for o in others)):
            kept = others
    return kept
