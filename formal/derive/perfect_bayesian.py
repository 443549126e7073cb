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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, combinations, product
from math import prod
from typing import Any

import sympy as sp
import z3

from formal.derive.assessment import Assessment, Class
from formal.derive.feasible import basic_solutions, solve_equations
from formal.derive.literals import Literal, conjunction, literal, literals
from formal.derive.normal_form import minimal
from formal.derive.polynomial import Poly, Quotient, Ring, places
from formal.derive.space import Space, over_parameters
from formal.model.information import Information, InformationSet
from formal.model.tree import Chance, Decision, Leaf, Node

Support = tuple[str, ...]
Plan = dict[InformationSet, Support]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Gap:
    """What an action pays less than one in the support: not less than 0, or 0 where it is in the support too."""

    poly: Poly
    equation: bool


@dataclass(frozen=True)
class Alternative:
    """One way to satisfy the conditions of a component: literals, behaviour and beliefs."""

    literals: tuple[Literal, ...]
    behaviour: Mapping[InformationSet, Mapping[str, Quotient]]
    beliefs: Mapping[InformationSet, tuple[Quotient, ...]]


@dataclass
class Search:
    """What is known while the supports of one game are gone through."""

    info: Information
    mixed: bool
    exceptions: dict[str, sp.Basic] = field(default_factory=dict)
    unsolved: list[tuple[tuple[str, Support], ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        game = self.info.game
        self.weights = {(s, a): sp.Dummy(f"{s.name}:{a}", positive=True) for s in self.info.sets for a in s.actions}
        self.doubts = self._doubts()
        unknowns = [*self.weights.values(), *chain.from_iterable(dict.fromkeys(self.doubts.values()))]
        self.ring = Ring([*game.parameters, *unknowns])
        self.unknowns = frozenset(self.ring.index[u] for u in unknowns)
        self.space: Space = over_parameters(self.ring, game.parameters, game.assume.values(), (), z3.Context())
        self.assumed = literals(self.ring, game.assume.values())
        self.one, self.zero = (Quotient(self.ring, self.ring.constant(k), self.ring.constant(1)) for k in (1, 0))
        self._payoffs = {n: tuple(map(self.ring.quotient, n.payoffs.values())) for n in game.nodes if isinstance(n, Leaf)}
        self._values: dict[tuple[Node, tuple[Support, ...]], tuple[Quotient, ...]] = {}
        self._gaps: dict[tuple[Any, ...], Gap | None] = {}

    def _doubts(self) -> dict[InformationSet, tuple[sp.Symbol, ...]]:
        """The unknowns of the belief at each set of several nodes; sets that the same moves tell apart hold the same belief."""
        known: dict[tuple[Any, ...], tuple[sp.Symbol, ...]] = {}
        found = {}
        for where in (s for s in self.info.sets if len(s.nodes) > 1):
            made = tuple(sp.Dummy(f"{where.name}#{k}", nonnegative=True) for k in range(len(where.nodes)))
            found[where] = known.setdefault(tuple(self._trembles(where)), made)
        return found

    def _trembles(self, where: InformationSet) -> Iterator[tuple[Any, ...]]:
        """The moves that tell each node of the set from the others, in the order of the nodes."""
        ways = self.info.apart(where)
        for way in ways:
            yield (str(sp.cancel(way.probability / ways[0].probability)), *way.actions)

    # -- values and beliefs under a plan

    @cached_property
    def below(self) -> dict[Node, tuple[InformationSet, ...]]:
        """The information sets met from a node on."""
        found: dict[Node, tuple[InformationSet, ...]] = {}
        for node in reversed(self.info.game.nodes):
            own = [self.info.of[node]] if node in self.info.of else []
            found[node] = tuple(dict.fromkeys((*own, *chain.from_iterable(found[child] for child in node.children))))
        return found

    def weight(self, where: InformationSet, action: str, plan: Plan) -> Quotient:
        """The probability of an action under the plan; the last action of a support takes what the others leave."""
        support = plan[where]
        if action not in support:
            return self.zero
        named = {a: self.ring.quotient(self.weights[where, a]) for a in support[:-1]}
        return named.get(action) or self._rest(named.values())

    def _rest(self, parts: Iterable[Quotient]) -> Quotient:
        left = self.one
        for part in parts:
            left = left - part
        return left

    def value(self, node: Node, plan: Plan) -> tuple[Quotient, ...]:
        """What each player expects from a node on."""
        if isinstance(node, Leaf):
            return self._payoffs[node]
        key = node, tuple(plan[s] for s in self.below[node])
        if key not in self._values:
            if isinstance(node, Chance):
                weighted = [(self.ring.quotient(w), c) for w, c in zip(node.probabilities, node.children, strict=True)]
            else:
                assert isinstance(node, Decision)
                where = self.info.of[node]
                taken = [(self.weight(where, a, plan), c) for a, c in zip(node.actions, node.children, strict=True)]
                weighted = [(w, c) for w, c in taken if not w.numerator.is_zero()]
            totals = [self.zero] * len(self.info.game.players)
            for weight, child in weighted:
                totals = [t + weight * v for t, v in zip(totals, self.value(child, plan), strict=True)]
            self._values[key] = tuple(totals)
        return self._values[key]

    def chances(self, where: InformationSet, plan: Plan) -> list[Quotient]:
        """How likely each node of the set is, up to a common factor: by Bayes' rule, else unknown."""
        found = []
        for way in self.info.apart(where):
            possible = all(a in plan.get(s, s.actions) for s, a in way.actions)
            weights = [self.weight(s, a, plan) for s, a in way.actions] if possible else [self.zero]
            found.append(prod(weights, start=self.ring.quotient(way.probability)))
        return found if self.reasoned(where, plan) else self.belief(where)

    def reasoned(self, where: InformationSet, plan: Plan) -> bool:
        """Whether Bayes' rule gives the belief: whether some node is reached by moves in the support, shared ones aside."""
        return any(all(action in plan[there] for there, action in way.actions) for way in self.info.apart(where))

    def belief(self, where: InformationSet) -> list[Quotient]:
        """The belief at a set of several nodes as unknowns that sum to 1."""
        *named, _ = (self.ring.quotient(u) for u in self.doubts[where])
        return [*named, self._rest(named)]

    # -- conditions

    def met(self, node: Node, plan: Plan) -> Iterator[InformationSet]:
        """The information sets that play may go through from a node on; where the plan is silent every action is taken."""
        if isinstance(node, Decision):
            where = self.info.of[node]
            yield where
            for action in plan.get(where, where.actions):
                yield from self.met(node.children[node.actions.index(action)], plan)
        else:
            for child in node.children:
                yield from self.met(child, plan)

    def involved(self, where: InformationSet, action: str, plan: Plan) -> frozenset[InformationSet]:
        """The information sets that the comparison of an action with the support depends on."""
        return self._involved(where, action, plan) | self._involved(where, plan[where][0], plan)

    def _involved(self, where: InformationSet, action: str, plan: Plan) -> frozenset[InformationSet]:
        k = where.actions.index(action)
        after = chain.from_iterable(self.met(node.children[k], plan) for node in where.nodes)
        return frozenset((where, *self.before(where, plan), *after))

    def before(self, where: InformationSet, plan: Plan) -> Iterator[InformationSet]:
        """The information sets on whose moves the belief depends, as far as the plan leaves it open."""
        for way in self.info.apart(where):
            if all(a in plan.get(s, s.actions) for s, a in way.actions):
                yield from (s for s, _ in way.actions)

    def gap(self, where: InformationSet, action: str, plan: Plan) -> Gap | None:
        """The comparison of an action with the support under a complete plan; None where it fails at all parameters."""
        needed = sorted(self.involved(where, action, plan), key=lambda s: s.name)
        key = where, action, tuple((s, plan[s]) for s in needed)
        if key not in self._gaps:
            self._gaps[key] = self._gap(where, action, plan)
        return self._gaps[key]

    def _gap(self, where: InformationSet, action: str, plan: Plan) -> Gap | None:
        best, player = plan[where][0], self.info.game.players.index(where.player)
        total = self.zero
        for chance, node in zip(self.chances(where, plan), where.nodes, strict=True):
            if not chance.numerator.is_zero():
                kept, left = (self.value(node.children[node.actions.index(a)], plan)[player] for a in (best, action))
                total = total + chance * (kept - left)
        found = Gap(total.oriented(), action in plan[where])
        if not places(found.poly) & self.unknowns:
            sides = (found.poly, -found.poly) if found.equation else (found.poly,)
            if any(literal(self.ring, side, strict=False) is False for side in sides):
                return None
        return found

    def supports(self, where: InformationSet) -> Iterator[Support]:
        """The pure ones first."""
        for size in range(1, len(where.actions) + 1 if self.mixed else 2):
            yield from combinations(where.actions, size)

    # -- unknowns

    def unknown(self, symbol: sp.Symbol) -> Poly:
        return self.ring.gens[self.ring.index[symbol]]

    def at(self, quotient: Quotient, values: Mapping[int, Quotient]) -> Quotient:
        """The quotient at values of unknowns."""
        for place, value in values.items():
            if place in places(quotient.numerator, quotient.denominator):
                quotient = quotient.substitute(self.ring.symbols[place], value)
        return quotient

    def polynomial_at(self, poly: Poly, values: Mapping[int, Quotient]) -> Poly:
        """A polynomial with the sign that the given one has at values of unknowns."""
        return self.at(Quotient(self.ring, poly, self.ring.constant(1)), values).oriented()

    def except_where(self, *vanishing: Poly, given: Sequence[Literal] = ()) -> None:
        """Note that parameters at which the polynomials vanish are passed over, if there are any."""
        equations = [literal(self.ring, side, strict=False) for p in vanishing for side in (p, -p)]
        if not self._possible([*equations, *given]):
            return
        factors = [f for f, _ in vanishing[0].factor()[1]]
        zeros = [f for f in factors if self._possible([literal(self.ring, side, strict=False) for side in (f, -f)])]
        shown = self.ring.sympy(prod(zeros, start=self.ring.constant(1)))
        self.exceptions.setdefault(str(shown), shown)

    def _possible(self, items: Iterable[Literal | bool]) -> bool:
        found = conjunction(items)
        return found is not None and self.space.possible(found)

    def conjunction(self, items: Iterable[Literal | bool]) -> tuple[Literal, ...] | None:
        """The literals without what the assumptions imply factor by factor; None when they contradict one another outright."""
        found = conjunction([*self.assumed, *items])
        return None if found is None else tuple(item for item in found if item not in self.assumed)


# -- supports on the path


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
    found = [Alternative(base, behaviour, {s: _belief(search, s, plan, values) for s in plan})]
    for component in _components(search, plan, [about for _, _, about in compared]):
        touched = [(s, a) for s, a, about in compared if about & component]
        ways = _distinct(search, base, _alternatives(search, plan, component, touched, values))
        found = [_joined(one, way) for one in found for way in ways]
    kept = _distinct(search, (), found)
    if not kept:
        return None
    payoffs = [search.at(v, values) for v in search.value(search.info.game.tree, {**plan, **_anything(search, plan)})]
    named = {q: v.sympy() for q, v in zip(search.info.game.players, payoffs, strict=True)}
    return Class(_written(behaviour), named, tuple(_assessment(search, one) for one in kept))


def _anything(search: Search, plan: Plan) -> Plan:
    return {s: s.actions[:1] for s in search.info.sets if s not in plan}


def _solve_path(search: Search, plan: Plan, own: Sequence[Gap]) -> tuple[tuple[Literal, ...], dict[int, Quotient]] | None:
    """Probabilities on the path that make the movers indifferent where they mix, and literals under which they are right."""
    ring, mixing = search.ring, [(s, a) for s, support in plan.items() if len(support) > 1 for a in support]
    unknowns = frozenset(ring.index[search.weights[s, a]] for s, a in mixing if a != plan[s][-1])
    solved = solve_equations(ring, [g.poly for g in own if g.equation], unknowns)
    if solved is None:
        search.unsolved.append(_named(plan))
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
        search.unsolved.append(_named(plan))
        return None
    for pivot, rest in solved.pivots:
        if not places(pivot, rest) & search.unknowns and ring.sign(pivot) is None:
            search.except_where(pivot, rest)
    return known, values


def _named(plan: Plan) -> tuple[tuple[str, Support], ...]:
    return tuple((s.name, support) for s, support in plan.items())


def _belief(search: Search, where: InformationSet, plan: Plan, values: Mapping[int, Quotient]) -> tuple[Quotient, ...]:
    chances = [search.at(c, values) for c in search.chances(where, plan)]
    total = chances[0]
    for chance in chances[1:]:
        total = total + chance
    return tuple(c / total for c in chances)


# -- off the path


def _components(search: Search, plan: Plan, compared: Sequence[frozenset[InformationSet]]) -> list[frozenset[InformationSet]]:
    """The information sets that are not reached, those that some condition or belief links together."""
    off = [s for s in search.info.sets if s not in plan]
    links = [about - set(plan) for about in compared]
    for where in off:
        children = [child for node in where.nodes for child in node.children]
        later = chain.from_iterable(search.met(child, plan) for child in children)
        links.append(frozenset((where, *search.before(where, plan), *later)) - set(plan))
    for first, second in combinations(off, 2):
        if search.doubts.get(first, ()) == search.doubts.get(second):
            links.append(frozenset((first, second)))
    parts = [frozenset([s]) for s in off]
    for link in links:
        touched = [part for part in parts if part & link]
        if len(touched) > 1:
            parts = [part for part in parts if part not in touched] + [frozenset().union(*touched)]
    return parts


def _alternatives(
    search: Search,
    plan: Plan,
    component: frozenset[InformationSet],
    touched: Sequence[tuple[InformationSet, str]],
    values: Mapping[int, Quotient],
) -> Iterator[Alternative]:
    """Ways in which the sets of a component may act and believe so that no deviation pays, pure ones first."""
    ordered = [s for s in search.info.sets if s in component]
    plans = [{**plan, **dict(zip(ordered, s, strict=True))} for s in product(*map(search.supports, ordered))]
    others = _anything(search, plan)
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
    for where in ordered:
        if len(where.nodes) > 1 and not search.reasoned(where, plan):
            probabilities += search.belief(where)
    unknowns = frozenset(chain.from_iterable(places(p.numerator) for p in probabilities)) & search.unknowns
    equations = [search.polynomial_at(g.poly, values) for g in gaps if g.equation]
    solved = solve_equations(ring, equations, unknowns)
    if solved is None:
        search.unsolved.append(_named(plan))
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
        search.unsolved.append(_named(plan))
        return
    for basic in found:
        holds = search.conjunction([*basic.literals, *nonzero])
        if holds is not None:
            whole = {**{k: search.at(v, basic.values) for k, v in known.items()}, **basic.values}
            behaviour = {s: {a: search.at(search.weight(s, a, plan), whole) for a in plan[s]} for s in ordered}
            yield Alternative(holds, behaviour, {s: _belief(search, s, plan, whole) for s in ordered})


def _joined(first: Alternative, second: Alternative) -> Alternative:
    literals = tuple(dict.fromkeys((*first.literals, *second.literals)))
    return Alternative(literals, {**first.behaviour, **second.behaviour}, {**first.beliefs, **second.beliefs})


def _distinct(search: Search, base: Sequence[Literal], found: Iterable[Alternative]) -> list[Alternative]:
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


def _assessment(search: Search, one: Alternative) -> Assessment:
    beliefs = {s.name: tuple(q.sympy() for q in one.beliefs[s]) for s in search.info.sets if len(s.nodes) > 1}
    return Assessment(tuple(item.sympy() for item in one.literals), _written(one.behaviour), beliefs)


def _written(behaviour: Mapping[InformationSet, Mapping[str, Quotient]]) -> dict[str, dict[str, sp.Expr]]:
    return {s.name: {a: w.sympy() for a, w in mixture.items()} for s, mixture in behaviour.items()}
