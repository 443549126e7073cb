"""What may be done at one information set off the path of play, and the set of beliefs that supports it.

A reply deters where no deviation that leads to it pays; the beliefs that support it are those at which its actions are best
replies. Both are conditions: of the first the unknown probabilities are eliminated, the second are linear in the beliefs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sympy as sp

from formal.derive.assessment import Reply
from formal.derive.feasible import Basic, basic_solutions
from formal.derive.literals import Literal, literal
from formal.derive.normal_form import minimal
from formal.derive.plans import Gap, Plan, Search, Support, anything
from formal.derive.polynomial import Poly, Quotient, places
from formal.model.information import InformationSet, belief_symbols


def replies(
    search: Search,
    plan: Plan,
    where: InformationSet,
    touched: Sequence[tuple[InformationSet, str]],
    base: Sequence[Literal],
    values: Mapping[int, Quotient],
) -> tuple[Reply, ...] | None:
    """All replies at the set that deter somewhere, with their beliefs; None where the unknowns cannot be eliminated."""
    found: list[tuple[Support, tuple[Literal, ...], Reply]] = []
    for support in search.supports(where):
        full = {**anything(search, plan), **plan, where: support}
        pairs = [*touched, *((where, a) for a in where.actions if a != support[0])]
        gaps = [search.gap(s, a, full) for s, a in pairs]
        if None in gaps:
            continue
        known = [g for g in gaps if g is not None]
        own = [*known[len(touched) :], *(Gap(poly, equation=True) for poly in search.proportions(where, full))]
        believed = list(_believed(search, where, own, base))
        basics = _deterring(search, full, where, known[: len(touched)], values)
        if basics is None or None in believed:
            return None
        for basic in () if sp.false in believed else basics:
            made = _reply(search, full, where, basic, base, tuple(b for b in believed if b not in (None, sp.true)))
            covering = [lits for other, lits, _ in found if set(other) < set(support)]
            if made is not None and _uncovered(search, [*base, *made[0]], covering):
                found.append((support, *made))
    return tuple(reply for _, _, reply in found)


def _uncovered(search: Search, where: Sequence[Literal], covering: Sequence[Sequence[Literal]]) -> bool:
    """Whether something is left of a region when those of smaller supports are taken away."""
    space = search.space
    return not covering or space.possible(where, *(space.none_of(lits) for lits in covering))


def _deterring(
    search: Search, plan: Plan, where: InformationSet, gaps: Sequence[Gap], values: Mapping[int, Quotient]
) -> Iterator[Basic] | None:
    """Probabilities of the actions in the support at which no deviation pays."""
    weights = [search.weight(where, a, plan) for a in plan[where]] if len(plan[where]) > 1 else []
    unknowns = sorted({i for w in weights for i in places(w.numerator)})
    inequalities = [*(w.numerator for w in weights), *(search.polynomial_at(g.poly, values) for g in gaps)]
    if any(places(p) & search.unknowns - set(unknowns) for p in inequalities):
        return None
    return basic_solutions(search.ring, inequalities, unknowns)


def _reply(
    search: Search,
    plan: Plan,
    where: InformationSet,
    basic: Basic,
    base: Sequence[Literal],
    believed: tuple[sp.Basic, ...],
) -> tuple[tuple[Literal, ...], Reply] | None:
    together = search.conjunction([*base, *basic.literals])
    if together is None or not search.space.possible(together):
        return None
    literals = tuple(item for item in minimal(search.space, together) if item not in base)
    mixture = {a: search.at(search.weight(where, a, plan), basic.values).sympy() for a in plan[where]}
    return literals, Reply(mixture, tuple(item.sympy() for item in literals), believed)


def _believed(search: Search, where: InformationSet, gaps: Sequence[Gap], base: Sequence[Literal]) -> Iterator[sp.Basic | None]:
    """The comparisons at the set as conditions on beliefs; None for one that is not about beliefs alone."""
    named = search.doubts[where]
    written = dict(zip(named, belief_symbols(where), strict=True))
    own = {search.ring.index[u] for u in named}
    for gap in gaps:
        if places(gap.poly) & search.unknowns - own:
            yield None
        elif gap.equation:
            yield _solved(search, gap.poly, own, base, sp.Eq).xreplace(written)
        else:
            settled = literal(search.ring, gap.poly, strict=False)
            yield (
                _solved(search, gap.poly, own, base, sp.Ge).xreplace(written)
                if isinstance(settled, Literal)
                else (sp.true if settled else sp.false)
            )


def _solved(search: Search, poly: Poly, own: set[int], base: Sequence[Literal], relation: type) -> sp.Basic:
    """The condition solved for the belief where there is one and its coefficient has a sign, else as it is."""
    ring, mentioned = search.ring, sorted(places(poly) & own)
    if len(mentioned) == 1:
        symbol = ring.symbols[mentioned[0]]
        rest, slope = ring.coefficients(poly, symbol)
        bound = (Quotient(ring, -rest, ring.constant(1)) / Quotient(ring, slope, ring.constant(1))).sympy()
        for sign, solved in ((1, relation), (-1, sp.Le if relation is sp.Ge else relation)):
            against = search.conjunction([*base, literal(ring, -sign * slope, strict=False)])
            if against is None or not search.space.possible(against):
                return solved(symbol, bound, evaluate=False)
    return relation(ring.sympy(poly), 0, evaluate=False)
