"""Weak and weaker immunity.

Statement: a player who follows the strategy gets at least 0 whatever the others do; for weaker immunity, in the real part.
What player p can secure at a node: at a leaf, u_p ≥ 0; at p's own node, one child will do; at another's, all children must.

Reference: Rain, Avarikioti, Kovács and Maffei, "Towards a game-theoretic security analysis of off-chain protocols" (CSF 2023).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formal.trees.polynomial import Poly, Symbols, negative, parts
from formal.trees.reasons import Alternative
from formal.trees.reduction import Reduction
from formal.trees.valuation import Valuation


@dataclass(frozen=True)
class Immunity:
    """Player `player` can secure 0 at `node` of the reduction, in the real part only if `real`."""

    node: int
    player: int
    real: bool = False

    def key(self) -> int:
        return self.node


class ImmunityFormula:
    """The formula of what one player can secure, at all nodes."""

    def __init__(self, symbols: Symbols, dag: Reduction, player: int, real: bool) -> None:
        self.symbols, self.dag, self.player, self.real = symbols, dag, player, real

    def comparison(self, leaf: int) -> Poly:
        poly = self.dag.tree.utilities[self.dag.vectors[leaf][self.player]]
        return parts(self.symbols, poly)[0] if self.real else poly

    def truth(self, at: Valuation, upto: int) -> list[bool]:
        """By node, whether it can be secured at a point."""
        key = ("immunity", self.player, self.real)
        found: list[bool] | None = at.memory.get(key)
        if found is None:
            least = -at.slack if self.real else 0
            found = at.memory[key] = [gain >= least for gain in at.gains(self.player)]
        owner, children, player, get = self.dag.owner, self.dag.children, self.player, found.__getitem__
        for node in range(len(found), upto + 1):
            values = map(get, children[node])
            found.append(any(values) if owner[node] == player else all(values))
        return found

    def holds(self, at: Valuation, node: int) -> bool:
        return self.truth(at, node)[node]

    def alternatives(self, at: Valuation, node: int, wanted: bool) -> Iterator[Alternative]:
        truth, dag = self.truth(at, node), self.dag
        if node < dag.leaves:
            poly = self.comparison(node)
            yield Alternative((poly if wanted else negative(poly),))
        elif (dag.owner[node] == self.player) == wanted:
            yield from (Alternative(keys=(c,), tag=c) for c in dag.children[node] if truth[c] == wanted)
        else:
            yield Alternative(keys=dag.children[node])
