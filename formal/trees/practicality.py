"""Practicality: the honest leaf is the outcome of a pure subgame perfect equilibrium.

With ties a node has a *set* of equilibrium payoffs: V(leaf) = {its vector}, and at a node of q
V(n) = ∪_c {v in V(c): v_q ≥ min V_q(c') for each other child c'}.
So the honest leaf h is an outcome iff at each node of p on the path and each child c' off it, min V_p(c') ≤ h_p. Formulas:
- E(n, q, t), min V_q(n) ≤ t: at a node of q, for all children (as q's worst equilibrium is the best of their worst);
  elsewhere, some v in V(n) with v_q ≤ t; anywhere, it is enough that all leaves below give q at most t.
- M(n, v), v in V(n): some child c has M(c, v), and each other child c' has E(c', q, v_q).
- U(n), V(n) is a subset of what it is at the point: U of all children, and each v that is left out is left out for a
  child c' with min V_q(c') > v_q, that is, not E(c', q, v_q).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formal.trees.polynomial import Poly, difference
from formal.trees.reasons import Alternative, Key
from formal.trees.reduction import Reduction
from formal.trees.valuation import Valuation

FEW = 12  # utilities below a node that are compared with a bound one by one


@dataclass(frozen=True)
class Worst:
    """E(node, player, bound): the least that `player` gets in an equilibrium at `node` is at most utility number `bound`."""

    node: int
    player: int
    bound: int

    def key(self) -> Key:
        return ("E", self.node, self.player, self.bound)


class PracticalityFormula:
    """The formulas E, M and U.

    `explicit` leaves out the two short cuts of E, so that a reason is one equilibrium with the move of every player
    at every node.
    """

    def __init__(self, dag: Reduction, players: int, explicit: bool = False) -> None:
        self.dag, self.players, self.explicit = dag, players, explicit
        self.single = [(leaf,) for leaf in range(dag.leaves)]
        self.few: dict[int, list[frozenset[int] | None]] = {}
        self.polys: dict[tuple[int, int], Poly] = {}

    def values(self, at: Valuation, upto: int) -> list[tuple[int, ...]]:
        """By node, the leaves whose vectors are V(n) at a point."""
        found: list[tuple[int, ...]] | None = at.memory.get("equilibria")
        if found is None:
            found = at.memory["equilibria"] = [*self.single]
        if len(found) > upto:
            return found
        owner, children = self.dag.owner, self.dag.children
        gains = {p: at.gains(p) for p in set(owner[len(found) : upto + 1])}
        for node in range(len(found), upto + 1):
            found.append(_outcomes(gains[owner[node]], [found[c] for c in children[node]]))
        return found

    def below(self, player: int, node: int) -> frozenset[int] | None:
        """What a player can get below a node, as numbers of utilities, unless these are many."""
        found = self.few.setdefault(player, [])
        if not found:
            found += [frozenset((v[player],)) for v in self.dag.vectors]
        for n in range(len(found), node + 1):
            union: frozenset[int] | None = frozenset()
            for child in self.dag.children[n]:
                more = found[child]
                union = None if union is None or more is None else union | more
            found.append(union if union is not None and len(union) <= FEW else None)
        return found[node]

    def at_most(self, low: int, high: int) -> Poly:
        """The comparison of two utilities by number: low ≤ high."""
        found = self.polys.get((low, high))
        if found is None:
            utilities = self.dag.tree.utilities
            found = self.polys[low, high] = difference(utilities[high], utilities[low])
        return found

    def holds(self, at: Valuation, key: Key) -> bool:
        _, node, player, bound = key
        return any(self._gain(at, player, leaf) <= at.number(bound) for leaf in self.values(at, node)[node])

    def _gain(self, at: Valuation, player: int, leaf: int) -> int:
        return at.number(self.dag.vectors[leaf][player])

    def alternatives(self, at: Valuation, key: Key, wanted: bool) -> Iterator[Alternative]:
        kind = key[0]
        if kind == "E":
            _, node, player, bound = key
            yield from (self._low if wanted else self._high)(at, node, player, bound)
        elif kind == "M":
            _, node, leaf = key
            yield from self._member(at, node, leaf)
        else:
            yield self._upper(at, key[1])

    def _low(self, at: Valuation, node: int, player: int, bound: int) -> Iterator[Alternative]:
        dag, most = self.dag, at.number(bound)
        if node < dag.leaves:
            yield Alternative(self._compared(dag.vectors[node][player], bound))
            return
        if not self.explicit:
            few = self.below(player, node)
            if few is not None and all(at.number(u) <= most for u in few):
                yield Alternative(tuple(self.at_most(u, bound) for u in sorted(few) if u != bound))
            if dag.owner[node] == player:
                yield Alternative(keys=tuple(("E", c, player, bound) for c in dag.children[node]))
                return
        for leaf in self.values(at, node)[node]:
            if self._gain(at, player, leaf) <= most:
                yield Alternative(self._compared(dag.vectors[leaf][player], bound), (("M", node, leaf),), tag=leaf)

    def _compared(self, low: int, high: int) -> tuple[Poly, ...]:
        return () if low == high else (self.at_most(low, high),)

    def _member(self, at: Valuation, node: int, leaf: int) -> Iterator[Alternative]:
        if node < self.dag.leaves:
            yield Alternative()
            return
        owner, below, values = self.dag.owner[node], self.dag.children[node], self.values(at, node)
        gains, mine = at.gains(owner), self.dag.vectors[leaf][owner]
        lows = [min([gains[w] for w in values[c]]) for c in below]
        for place, chosen in enumerate(below):
            others = [k for k in range(len(below)) if k != place]
            if leaf in values[chosen] and all(lows[k] <= gains[leaf] for k in others):
                keys = tuple(("E", below[k], owner, mine) for k in others)
                yield Alternative(keys=(("M", chosen, leaf), *keys), tag=chosen)

    def _high(self, at: Valuation, node: int, player: int, bound: int) -> Iterator[Alternative]:
        dag, most, values = self.dag, at.number(bound), self.values(at, node)
        if node < dag.leaves:
            yield Alternative((self.at_most(bound, dag.vectors[node][player]),))
            return
        few = self.below(player, node)
        if few is not None and all(at.number(u) > most for u in few):
            yield Alternative(tuple(self.at_most(bound, u) for u in sorted(few)))
        if dag.owner[node] == player:
            for child in dag.children[node]:
                if all(self._gain(at, player, leaf) > most for leaf in values[child]):
                    yield Alternative(keys=(("E", child, player, bound),), tag=child)
            return
        payoffs = {dag.vectors[leaf][player] for leaf in values[node]}
        yield Alternative(tuple(self.at_most(bound, u) for u in sorted(payoffs)), (("U", node),))

    def _upper(self, at: Valuation, node: int) -> Alternative:
        dag, values = self.dag, self.values(at, node)
        if node < dag.leaves:
            return Alternative()
        owner, below = dag.owner[node], dag.children[node]
        gains, kept = at.gains(owner), set(values[node])
        lows = {c: min([gains[w] for w in values[c]]) for c in below}
        best = max(below, key=lambda c: lows[c])
        keys: dict[Key, None] = {("U", c): None for c in below}
        for child in below:
            for leaf in values[child]:
                if leaf not in kept:
                    keys["E", best, owner, dag.vectors[leaf][owner]] = None
        return Alternative(keys=tuple(keys))


def _outcomes(gains: list[int], options: list[tuple[int, ...]]) -> tuple[int, ...]:
    """V of a node whose owner gets `gains` by leaf, from V of its children."""
    if sum(map(len, options)) == len(options):
        values = [gains[option[0]] for option in options]
        best = max(values)
        if values.count(best) == 1:
            return options[values.index(best)]
        return tuple(sorted({option[0] for option, value in zip(options, values, strict=True) if value == best}))
    lows = [min([gains[leaf] for leaf in option]) for option in options]
    best = max(lows)  # for the option itself it is no condition, as all its leaves give at least its low
    return tuple(sorted({leaf for option in options for leaf in option if gains[leaf] >= best}))
