"""Collusion resilience.

Statement: there is one strategy that follows the history such that no group short of all players, whatever its
members do while the rest follow the strategy, has a total above its total at the honest leaf.

Let R(n, D) say that below node n there is such a strategy when the players in D have deviated on the way to n: then
only groups that contain D reach n. At a leaf, R demands of each such group that its total is at most the honest one. At a
node of p the strategy picks one child, and p can deviate to the others:
R(n, D) = ∨_c R(c, D) ∧ ∧_c R(c, D ∪ {p}), as R(c, D) implies R(c, D ∪ {p}).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formal.trees.polynomial import Poly, combination, negative
from formal.trees.reasons import Alternative
from formal.trees.reduction import Reduction
from formal.trees.valuation import Valuation

State = tuple[int, int]


@dataclass(frozen=True)
class Collusion:
    """R(node, deviated) against the honest leaf; players are bits of `deviated`."""

    node: int
    deviated: int
    honest: int

    def key(self) -> State:
        return self.node, self.deviated


class CollusionFormula:
    """The formula R for one honest leaf."""

    def __init__(self, dag: Reduction, players: int, honest: int) -> None:
        self.dag, self.players, self.honest = dag, players, honest
        self.all = (1 << players) - 1
        self.polys: dict[tuple[int, int], Poly] = {}

    def comparison(self, group: int, leaf: int) -> Poly:
        """What the group loses at a leaf: its honest total less its total there."""
        key = group, leaf
        if key not in self.polys:
            utilities, honest, here = self.dag.tree.utilities, self.dag.vectors[self.honest], self.dag.vectors[leaf]
            members = [i for i in range(self.players) if group >> i & 1 and honest[i] != here[i]]
            terms = [(1, utilities[honest[i]]) for i in members] + [(-1, utilities[here[i]]) for i in members]
            self.polys[key] = combination(terms)
        return self.polys[key]

    def groups(self, deviated: int) -> Iterator[int]:
        """Non-empty groups short of all that contain `deviated`."""
        rest = self.all & ~deviated
        more = rest
        while True:
            group = deviated | (rest & ~more)
            if group and group != self.all:
                yield group
            if not more:
                return
            more = (more - 1) & rest

    def loses(self, at: Valuation, group: int) -> list[bool]:
        """By leaf, whether the group's total is at most the honest one."""
        key = ("loses", self.honest, group)
        found: list[bool] | None = at.memory.get(key)
        if found is None:
            numbers, members = at.numbers, [i for i in range(self.players) if group >> i & 1]
            most = sum([numbers[self.dag.vectors[self.honest][i]] for i in members])
            if len(members) == 1:
                only = members[0]
                found = [numbers[v[only]] <= most for v in self.dag.vectors]
            elif len(members) == 2:
                one, two = members
                found = [numbers[v[one]] + numbers[v[two]] <= most for v in self.dag.vectors]
            else:
                found = [sum([numbers[v[i]] for i in members]) <= most for v in self.dag.vectors]
            at.memory[key] = found
        return found

    def truth(self, at: Valuation, deviated: int, upto: int) -> list[bool]:
        """By node, R(node, deviated) at a point."""
        if deviated == self.all:
            return [True] * (upto + 1)
        key = ("resilient", self.honest, deviated)
        found: list[bool] | None = at.memory.get(key)
        if found is None:
            columns = [self.loses(at, group) for group in self.groups(deviated)]
            found = at.memory[key] = list(columns[0]) if len(columns) == 1 else [all(row) for row in zip(*columns, strict=True)]
        if len(found) > upto:
            return found
        owner, children, get = self.dag.owner, self.dag.children, found.__getitem__
        joined = {p: self.truth(at, deviated | 1 << p, upto).__getitem__ for p in range(self.players) if not deviated >> p & 1}
        for node in range(len(found), upto + 1):
            below = children[node]
            after = joined.get(owner[node])
            found.append(all(map(get, below)) if after is None else any(map(get, below)) and all(map(after, below)))
        return found

    def holds(self, at: Valuation, state: State) -> bool:
        return self.truth(at, state[1], state[0])[state[0]]

    def alternatives(self, at: Valuation, state: State, wanted: bool) -> Iterator[Alternative]:
        node, deviated = state
        if deviated == self.all:
            yield Alternative()
        elif node < self.dag.leaves:
            if wanted:
                yield Alternative(tuple(self.comparison(g, node) for g in self.groups(deviated)))
                return
            for group in self.groups(deviated):
                if not self.loses(at, group)[node]:
                    yield Alternative((negative(self.comparison(group, node)),), tag=group)
        elif wanted:
            yield from self._holding(at, node, deviated)
        else:
            yield from self._failing(at, node, deviated)

    def _holding(self, at: Valuation, node: int, deviated: int) -> Iterator[Alternative]:
        below, after = self.dag.children[node], deviated | 1 << self.dag.owner[node]
        if after == deviated:
            yield Alternative(keys=tuple((c, deviated) for c in below))
            return
        truth = self.truth(at, deviated, node)
        for chosen in below:
            if truth[chosen]:
                others = tuple((c, after) for c in below if c != chosen and after != self.all)
                yield Alternative(keys=((chosen, deviated), *others), tag=chosen)

    def _failing(self, at: Valuation, node: int, deviated: int) -> Iterator[Alternative]:
        below, after = self.dag.children[node], deviated | 1 << self.dag.owner[node]
        truth = self.truth(at, deviated, node)
        if after == deviated:
            yield from (Alternative(keys=((c, deviated),), tag=c) for c in below if not truth[c])
            return
        if after != self.all:
            later = self.truth(at, after, node)
            yield from (Alternative(keys=((c, after),), tag=c) for c in below if not later[c])
        if not any(truth[c] for c in below):
            yield Alternative(keys=tuple((c, deviated) for c in below))
