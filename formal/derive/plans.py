"""What a plan, a choice of the actions that are taken at each information set, implies: values, beliefs, comparisons.

Probabilities of actions that are mixed, and beliefs that Bayes' rule leaves open, are unknowns; values and comparisons are
polynomials in them and the parameters. `formal.bayes_obligations` has the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations
from math import prod
from typing import Any

import sympy as sp

from formal.derive.literals import Literal, conjunction, literal, literals
from formal.derive.polynomial import Poly, Quotient, Ring, places
from formal.derive.space import Space, over_parameters
from formal.ladder import Context
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
        self.space: Space = over_parameters(self.ring, game.parameters, game.assume.values(), (), Context())
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
        key = node, tuple(plan.get(s, ()) for s in self.below[node])
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
        if self.reasoned(where, plan):
            return found
        handed_on = self.handed_on(where, plan)
        return self.belief(where) if handed_on is None else handed_on

    def handed_on(self, where: InformationSet, plan: Plan) -> list[Quotient] | None:
        """Chances that follow from an earlier belief, when every node of that set goes on to this one; else None."""
        for earlier, through in self.info.through(where):
            ways = [self.info.between(first, last) for first, last in zip(through, where.nodes, strict=True)]
            shared = set.intersection(*(set(way.actions) for way in ways))
            apart = [[pair for pair in way.actions if pair not in shared] for way in ways]
            taken = all(action in plan.get(there, ()) for pairs in apart for there, action in pairs)
            if len(earlier.nodes) > 1 and set(through) == set(earlier.nodes) and taken:
                known = self.chances(earlier, plan)
                return [
                    prod((self.weight(s, a, plan) for s, a in pairs), start=known[earlier.nodes.index(n)])
                    * self.ring.quotient(way.probability)
                    for n, way, pairs in zip(through, ways, apart, strict=True)
                ]
        return None

    def doubtful(self, where: InformationSet, plan: Plan) -> bool:
        """Whether the belief at the set is left open."""
        several = len(where.nodes) > 1 and not self.reasoned(where, plan)
        return several and self.handed_on(where, plan) is None

    def proportions(self, where: InformationSet, plan: Plan) -> Iterator[Poly]:
        """What Bayes' rule says of pairs of nodes where it does not give the belief: polynomials that vanish."""
        belief, ways = self.belief(where), [self.info.way(node) for node in where.nodes]
        for i, j in combinations(range(len(ways)), 2):
            shared = set(ways[i].actions) & set(ways[j].actions)
            weights = [
                prod(
                    (self.weight(s, a, plan) for s, a in ways[k].actions if (s, a) not in shared),
                    start=self.ring.quotient(ways[k].probability),
                )
                for k in (i, j)
            ]
            gap = belief[i] * weights[1] - belief[j] * weights[0]
            if not gap.numerator.is_zero():
                yield gap.numerator

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
        if not self.space.consistent([*equations, *given]):
            return
        factors = [f for f, _ in self.ring.factor(vanishing[0])[1]]
        zeros = [f for f in factors if self.space.consistent([literal(self.ring, side, strict=False) for side in (f, -f)])]
        shown = self.ring.sympy(prod(zeros, start=self.ring.constant(1)))
        self.exceptions.setdefault(str(shown), shown)

    def conjunction(self, items: Iterable[Literal | bool]) -> tuple[Literal, ...] | None:
        """The literals without what the assumptions imply factor by factor; None when they contradict one another outright."""
        found = conjunction([*self.assumed, *items])
        return None if found is None else tuple(item for item in found if item not in self.assumed)


def readable(search: Search, value: Quotient, where: Sequence[Literal]) -> sp.Expr:
    """The quotient in factors, each turned so that it is positive where its sign is certain under the literals."""
    number, turned = sp.Integer(1), list[sp.Expr]()
    for poly, power in ((value.numerator, 1), (value.denominator, -1)):
        constant, factors = search.ring.factor(poly)
        number *= sp.Rational(int(constant.p), int(constant.q)) ** power
        for factor, count in factors:
            positive = search.conjunction([literal(search.ring, factor, strict=True), *where])
            sign = -1 if positive is None or not search.space.possible(positive) else 1
            number *= sign ** int(count)
            turned.append(search.ring.sympy(sign * factor) ** (power * int(count)))
    return sp.Mul(number, *turned)


def named(plan: Plan) -> tuple[tuple[str, Support], ...]:
    return tuple((s.name, support) for s, support in plan.items())


def belief(search: Search, where: InformationSet, plan: Plan, values: Mapping[int, Quotient]) -> tuple[Quotient, ...] | None:
    """The belief at values of unknowns; None where they leave it open."""
    chances = [search.at(c, values) for c in search.chances(where, plan)]
    total = chances[0]
    for chance in chances[1:]:
        total = total + chance
    return None if total.numerator.is_zero() else tuple(c / total for c in chances)


def anything(search: Search, plan: Plan) -> Plan:
    return {s: s.actions[:1] for s in search.info.sets if s not in plan}
