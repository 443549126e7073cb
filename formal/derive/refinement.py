"""Where a class of equilibria of a signalling game passes the Intuitive Criterion or D1.

The definitions are in `formal.refinement_obligations`. Beliefs and mixed replies are eliminated by basic solutions; an action
that is best for some belief stands for all mixtures that contain it wherever only the largest or smallest gain counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from typing import Any

import sympy as sp

from formal.derive.assessment import Failure, Refined, Witness
from formal.derive.feasible import Basic, basic_solutions
from formal.derive.literals import literal
from formal.derive.plans import Plan, Search, anything
from formal.derive.polynomial import Poly, Quotient, places
from formal.derive.region import Region, complement, intersection, region, simplified, union
from formal.errors import DerivationError
from formal.model.information import InformationSet, node_names
from formal.model.signals import reached_by_signal

Types = frozenset[int]


@dataclass
class Signal:
    """A set off the path that one signal leads to: what each type gets there and in the equilibrium, and what replies lose."""

    search: Search
    where: InformationSet
    kept: Sequence[Quotient]  # U(t)
    paid: Mapping[tuple[int, str], Quotient]  # V(t, a)
    answered: Mapping[tuple[int, str], Quotient]  # what the receiver gets

    def __post_init__(self) -> None:
        self._best: dict[tuple[tuple[str, ...], Types], list[Basic]] = {}

    @cached_property
    def types(self) -> Types:
        return frozenset(range(len(self.where.nodes)))

    @property
    def replies(self) -> Iterator[tuple[str, ...]]:
        """The supports of replies."""
        for size in range(1, len(self.where.actions) + 1):
            yield from combinations(self.where.actions, size)

    # -- best replies

    def belief(self, among: Types) -> list[Quotient]:
        """A belief concentrated on the types."""
        places_, (*named, last) = self.search.doubts[self.where], sorted(among)
        found = [self.search.zero] * len(self.types)
        found[last] = self.search.one
        for t in named:
            found[t] = self.search.ring.quotient(places_[t])
            found[last] = found[last] - found[t]
        return found

    def beliefs(self, actions: tuple[str, ...], among: Types) -> list[Basic]:
        """The extreme beliefs, concentrated on the types, to which all the actions are best replies."""
        if (actions, among) not in self._best:
            belief = self.belief(among)
            inequalities = [belief[t].numerator for t in among if not places(belief[t].numerator) <= frozenset()]
            for other in (a for a in self.where.actions if a != actions[0]):
                gain = self._gain(belief, actions[0], other)
                inequalities += [gain, -gain] if other in actions else [gain]
            self._best[actions, among] = list(self._solutions(inequalities))
        return self._best[actions, among]

    def _gain(self, belief: Sequence[Quotient], action: str, other: str) -> Poly:
        total = self.search.zero
        for t, weight in enumerate(belief):
            total = total + weight * (self.answered[t, action] - self.answered[t, other])
        return total.oriented()

    def _solutions(self, inequalities: Sequence[Poly]) -> Iterable[Basic]:
        unknowns = sorted(frozenset(chain.from_iterable(places(p) for p in inequalities)) & self.search.unknowns)
        found = basic_solutions(self.search.ring, inequalities, unknowns)
        assert found is not None, "beliefs and mixtures enter linearly"
        return found

    def best(self, actions: tuple[str, ...], among: Types) -> Region:
        """Where all the actions are best replies to one belief concentrated on the types."""
        return region(self.search, (b.literals for b in self.beliefs(actions, among)))

    # -- what types gain

    def sign(self, quotient: Quotient, *, strict: bool) -> Region:
        """Where the quotient is positive (strict) or not negative."""
        return region(self.search, [[literal(self.search.ring, quotient.oriented(), strict=strict)]])

    def gain(self, t: int, action: str) -> Quotient:
        return self.paid[t, action] - self.kept[t]

    def mixtures(self, actions: tuple[str, ...], signs: Mapping[int, int]) -> list[Basic]:
        """Extreme mixtures of the actions from which the types gain (sign 1) or lose (-1), weakly."""
        weights = self._weights(actions)
        inequalities = [w.numerator for w in weights.values() if places(w.numerator)]
        for t, sign in signs.items():
            total = self.search.zero
            for action, weight in weights.items():
                total = total + weight * self.gain(t, action)
            inequalities.append(sign * total.oriented())
        return list(self._solutions(inequalities))

    def _weights(self, actions: tuple[str, ...]) -> dict[str, Quotient]:
        *named, last = actions
        found = {a: self.search.ring.quotient(self.search.weights[self.where, a]) for a in named}
        rest = self.search.one
        for weight in found.values():
            rest = rest - weight
        return {**found, last: rest}

    # -- as proposals

    def witness(self, basic: Basic, among: Types) -> Witness:
        """A belief for every type, as expressions."""
        return tuple(self.search.at(b, basic.values).sympy() for b in self.belief(among))

    def mixture(self, basic: Basic, actions: tuple[str, ...]) -> dict[str, sp.Expr]:
        return {a: self.search.at(w, basic.values).sympy() for a, w in self._weights(actions).items()}


def signal(search: Search, plan: Plan, values: Mapping[int, Quotient], where: InformationSet) -> Signal:
    """The signal that leads to a set off the path. Raises DerivationError where more than one signal of one sender does."""
    senders = reached_by_signal(search.info, where)
    if any(s not in plan for s in senders):
        raise DerivationError(f"{where.name} is off the path, and so is the signal that leads to it")
    whole = {**anything(search, plan), **plan}
    sender, receiver = (search.info.game.players.index(q) for q in (senders[0].player, where.player))
    kept = [search.at(search.value(s.nodes[0], whole)[sender], values) for s in senders]
    ends = {(t, a): c for t, node in enumerate(where.nodes) for a, c in zip(node.actions, node.children, strict=True)}
    paid = {key: search.value(child, whole)[sender] for key, child in ends.items()}
    answered = {key: search.value(child, whole)[receiver] for key, child in ends.items()}
    return Signal(search, where, kept, paid, answered)


# -- the Intuitive Criterion


def intuitive(signals: Sequence[Signal], exists: Region) -> Refined:
    """Where the class passes the Intuitive Criterion, and where it fails by which types."""
    search, base = signals[0].search, exists[0] if len(exists) == 1 else ()
    failing: list[tuple[Signal, Types, int, Region]] = []
    for one in signals:
        for struck in _proper_subsets(one.types):
            ruled_out = intersection(search, exists, *(_dominated(one, t) for t in sorted(struck)))
            for eager in sorted(one.types - struck):
                found = simplified(search, intersection(search, ruled_out, _eager(one, eager, one.types - struck)), base)
                if found:
                    failing.append((one, struck, eager, found))
    passing = intersection(search, exists, *(complement(search, found) for *_, found in failing))
    failures = [
        Failure(one.where.name, {_name(one, t): _name(one, eager) for t in sorted(struck)}, _written(conjunction))
        for one, struck, eager, found in failing
        for conjunction in found
    ]
    witnesses = {one.where.name: _beliefs(one) for one in signals}
    return Refined(tuple(map(_written, simplified(search, passing, base))), tuple(failures), witnesses, {})


def _dominated(one: Signal, t: int) -> Region:
    """Where the type loses by the signal whatever the receiver may believe."""
    return _for_every_best(one, one.types, lambda a: one.sign(one.gain(t, a) * _minus(one), strict=True))


def _eager(one: Signal, t: int, among: Types) -> Region:
    """Where the type gains by the signal whatever is believed of the types that are left."""
    return _for_every_best(one, among, lambda a: one.sign(one.gain(t, a), strict=True))


def _minus(one: Signal) -> Quotient:
    return one.search.zero - one.search.one


def _for_every_best(one: Signal, among: Types, holds: Callable[[str], Region]) -> Region:
    search = one.search
    return intersection(
        search, *(union(search, complement(search, one.best((a,), among)), holds(a)) for a in one.where.actions)
    )


def _proper_subsets(types: Types) -> Iterator[Types]:
    for size in range(1, len(types)):
        yield from map(frozenset, combinations(sorted(types), size))


def _name(one: Signal, t: int) -> str:
    return node_names(one.where)[t]


def _written(conjunction: Iterable[Any]) -> tuple[sp.Basic, ...]:
    return tuple(item.sympy() for item in conjunction)


def _beliefs(one: Signal) -> tuple[Witness, ...]:
    """Beliefs to which some action is a best reply somewhere, one for each extreme point."""
    groups = [one.types, *_proper_subsets(one.types)]
    found = [one.witness(b, among) for among in groups for a in one.where.actions for b in one.beliefs((a,), among)]
    return tuple(dict.fromkeys(found))


# -- D1


def divine(signals: Sequence[Signal], exists: Region) -> Refined:
    """Where the class passes D1, and where it fails by which types."""
    search, base = signals[0].search, exists[0] if len(exists) == 1 else ()
    failures, passing = list[Failure](), exists
    mixtures: dict[str, tuple[Any, ...]] = {}
    for one in signals:
        by = {(t, s): _struck(one, t, s) for t in sorted(one.types) for s in sorted(one.types) if s != t}
        left = exists
        for struck in _proper_subsets(one.types):
            for striking in _assignments(one, struck):
                region_ = intersection(search, exists, *(by[pair] for pair in striking.items()))
                unsupported = complement(search, _supported(one, one.types - struck))
                found = simplified(search, intersection(search, region_, unsupported), base)
                left = intersection(search, left, complement(search, found))
                named = {_name(one, t): _name(one, s) for t, s in striking.items()}
                failures += [Failure(one.where.name, named, _written(c)) for c in found]
        passing = intersection(search, passing, left)
        mixtures[one.where.name] = tuple(_mixtures(one))
    witnesses = {one.where.name: _beliefs(one) for one in signals}
    return Refined(tuple(map(_written, simplified(search, passing, base))), tuple(failures), witnesses, mixtures)


def _assignments(one: Signal, struck: Types) -> Iterator[dict[int, int]]:
    """Each type that is struck, with one that strikes it."""
    ordered = sorted(struck)
    for strikers in product(sorted(one.types), repeat=len(ordered)):
        if all(s != t for s, t in zip(strikers, ordered, strict=True)):
            yield dict(zip(ordered, strikers, strict=True))


def _struck(one: Signal, t: int, by: int) -> Region:
    """Where `by` gains strictly from every mixed best reply from which t does not lose, and from some."""
    search = one.search
    both = [
        intersection(search, one.best(s, one.types), region(search, (b.literals for b in one.mixtures(s, {t: 1, by: -1}))))
        for s in one.replies
    ]
    gains = [intersection(search, one.best((a,), one.types), one.sign(one.gain(by, a), strict=True)) for a in one.where.actions]
    return intersection(search, complement(search, union(search, *both)), union(search, *gains))


def _supported(one: Signal, among: Types) -> Region:
    """Where some reply deters every type and is best for a belief concentrated on the types."""
    search, losing = one.search, dict.fromkeys(sorted(one.types), -1)
    return union(
        search,
        *(
            intersection(search, one.best(s, among), region(search, (b.literals for b in one.mixtures(s, losing))))
            for s in one.replies
        ),
    )


def _mixtures(one: Signal) -> Iterator[Mapping[str, sp.Expr]]:
    """Mixed replies that matter: those at which two types are indifferent or lose, and that deter all."""
    wanted = [{t: 1, s: -1} for t in one.types for s in one.types if s != t] + [dict.fromkeys(sorted(one.types), -1)]
    seen = dict[str, Mapping[str, sp.Expr]]()
    for actions in one.replies:
        for signs in wanted:
            for basic in one.mixtures(actions, signs):
                mixture = one.mixture(basic, actions)
                seen.setdefault(str(mixture), mixture)
    yield from seen.values()
