"""The properties at one point, straight from their definitions, on the tree as it was given.

Nothing is shared with the region search but the tree and the value of a polynomial: no reduction, no goals, no comparisons, no
solver. This is what counterexamples are checked with.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import lcm, prod

from formal.trees.expression import Comparison
from formal.trees.game import History, SecurityGame
from formal.trees.polynomial import Monomial, Number, Pair, Point, Poly, value
from formal.trees.tree import LEAF


def satisfies(game: SecurityGame, property: str, point: Point) -> bool:
    """Whether the point satisfies all that is assumed for the property."""
    return all(any(_true(game, c, point) for c in clause) for clause in game.constraints(property))


def _true(game: SecurityGame, comparison: Comparison, point: Point) -> bool:
    pair, zero = value(game.symbols, comparison.poly, point), (0, 0)
    return {">=": pair >= zero, ">": pair > zero, "=": pair == zero, "!=": pair != zero}[comparison.relation]


def holds(game: SecurityGame, property: str, history: History, point: Point) -> bool:
    """Whether a history has a property at a point; the constraints are not looked at."""
    values = _values(game, point)
    path = game.tree.follow(history)
    if property == "practicality":
        return _practical(game, path, values)
    if property == "collusion resilience":
        return _resilient(game, path, values)
    return all(_immune(game, path, values, p, property == "weaker immunity") for p in range(len(game.players)))


def _values(game: SecurityGame, point: Point) -> list[Pair]:
    """All utilities at the point, times one positive number that makes the values of monomials whole."""
    monomials = {m for poly in game.tree.utilities for m, _ in poly}
    sizes = {m: prod((point[i] for i in m), start=Fraction(1)) for m in monomials}
    scale = lcm(*(x.denominator for x in sizes.values()))
    small = {m for m in sizes if game.symbols.infinitesimal(m)}
    whole = {m: int(x * scale) for m, x in sizes.items()}
    if not small:
        return [(sum([c * whole[m] for m, c in poly]), 0) for poly in game.tree.utilities]
    real, tiny = ({m: x for m, x in whole.items() if (m in small) == which} for which in (False, True))
    return [(_sum(poly, real), _sum(poly, tiny)) for poly in game.tree.utilities]


def _sum(poly: Poly, sizes: dict[Monomial, int]) -> Number:
    return sum([c * sizes.get(m, 0) for m, c in poly])


def _immune(game: SecurityGame, path: list[int], values: list[Pair], player: int, real: bool) -> bool:
    """Whether the player, who plays honestly on the path, can get at least 0 whatever the others do."""
    tree = game.tree
    safe: list[bool] = []
    for node in range(len(tree)):
        if tree.owner[node] == LEAF:
            pair = values[tree.vector(node)[player]]
            safe.append(pair[0] >= 0 if real else pair >= (0, 0))
        else:
            options = [safe[c] for c in tree.children(node)]
            safe.append(any(options) if tree.owner[node] == player else all(options))
    along = safe[path[-1]]
    for here, honest in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        if tree.owner[here] != player:
            along = along and all(safe[c] for c in _others(game, here, honest))
    return along


def _others(game: SecurityGame, here: int, honest: int) -> list[int]:
    """Children of a node but for one branch into `honest`."""
    left = list(game.tree.children(here))
    left.remove(honest)
    return left


def _resilient(game: SecurityGame, path: list[int], values: list[Pair]) -> bool:
    """By node, the sets of players D such that the rest can still answer if those in D have deviated before.

    A set of players is a number with a bit for each, a family of such sets a number with a bit for each set.
    """
    tree, count = game.tree, len(game.players)
    everybody = (1 << count) - 1
    every = (1 << everybody + 1) - 1
    within = {g: sum(1 << d for d in range(everybody + 1) if d & ~g == 0) for g in range(1, everybody)}
    having = [sum(1 << d for d in range(everybody + 1) if d >> p & 1) for p in range(count)]
    members = {g: [i for i in range(count) if g >> i & 1] for g in within}
    ends = [every] * len(tree.vectors)
    honest = tree.child[tree.start[path[-1]]]
    columns = [[[values[v[i]][k] for v in tree.vectors] for i in range(count)] for k in (0, 1)]
    for group, m in members.items():
        real, small = ([*map(sum, zip(*[column[i] for i in m], strict=True))] for column in columns)
        most, pairs = (real[honest], small[honest]), any(small)
        over = [pair > most for pair in zip(real, small, strict=True)] if pairs else [total > most[0] for total in real]
        ends = [family & ~within[group] if bad else family for family, bad in zip(ends, over, strict=True)]
    fine: list[int] = []
    for node in range(len(tree)):
        if tree.owner[node] == LEAF:
            fine.append(ends[tree.child[tree.start[node]]])
            continue
        some, all_ = 0, every
        for child in tree.children(node):
            some |= fine[child]
            all_ &= fine[child]
        owner = tree.owner[node]
        joined = all_ & having[owner]  # sets with the owner that are fine at all children; without the owner they are as well
        fine.append(some & (joined | joined >> (1 << owner)))
    return all(fine[c] >> (1 << tree.owner[here]) & 1 for here, chosen in pairwise(path) for c in _others(game, here, chosen))


def _practical(game: SecurityGame, path: list[int], values: list[Pair]) -> bool:
    """Whether the end of the path is an outcome of backward induction, the sets of all outcomes being kept."""
    tree = game.tree
    gains = [[values[v[p]] for v in tree.vectors] for p in range(len(game.players))]
    outcomes: list[tuple[int, ...]] = []  # by node, numbers of vectors
    for node in range(len(tree)):
        if tree.owner[node] == LEAF:
            outcomes.append((tree.child[tree.start[node]],))
            continue
        gain = gains[tree.owner[node]]
        below = [outcomes[c] for c in tree.children(node)]
        least = max([min([gain[v] for v in b]) for b in below])  # what the owner gets for sure by some move
        outcomes.append(tuple({v for b in below for v in b if gain[v] >= least}))
    end = tree.vector(path[-1])
    for here, chosen in pairwise(path):
        owner = tree.owner[here]
        for child in _others(game, here, chosen):
            if min(gains[owner][v] for v in outcomes[child]) > values[end[owner]]:
                return False
    return True
