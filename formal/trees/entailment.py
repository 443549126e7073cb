"""What comparisons decide: the goals of a property, evaluated on the tree as it was given.

The formula of each goal is monotone in comparisons p ≥ 0; one counts as true if it is known, or compares numbers. The modules
formal.trees.immunity, collusion and practicality say why these are the goals; nothing is shared with them.
"""

from __future__ import annotations

from typing import Any

from formal.trees.game import History, SecurityGame
from formal.trees.polynomial import Poly, combination, parts, primitive
from formal.trees.tree import LEAF


def goals(game: SecurityGame, property: str, history: History) -> list[tuple[Any, ...]]:
    """Each goal as its kind, a node of the tree, and what is asked there."""
    tree, found = game.tree, list[tuple[Any, ...]]()
    path = tree.follow(history)
    end = path[-1]
    if property.endswith("immunity"):
        found += [(property, end, p) for p in range(len(game.players))]
    for depth, here in enumerate(path[:-1]):
        owner = tree.owner[here]
        for action, child in tree.edges(here):
            if tree.actions[action] == history[depth]:
                continue
            if property.endswith("immunity"):
                found += [(property, child, p) for p in range(len(game.players)) if p != owner]
            elif property == "collusion resilience":
                found.append((property, child, 1 << owner, end))
            else:
                found.append((property, child, owner, tree.vector(end)[owner]))
    return found


def true(poly: Poly, known: frozenset[Poly]) -> bool:
    """Whether poly ≥ 0 is among the known, or a number's comparison with 0."""
    poly = primitive(poly)
    return poly in known or not poly or (len(poly) == 1 and not poly[0][0] and poly[0][1] > 0)


def entailed(game: SecurityGame, goal: tuple[Any, ...], known: frozenset[Poly], memory: dict[Any, Any]) -> bool:
    """Whether the goal holds wherever the known comparisons do."""
    kind, node, *rest = goal
    if kind == "practicality":
        return _Outcomes.of(game, known, memory).at_most(node, *rest)
    if kind == "collusion resilience":
        key = (kind, rest[1], known)
        if key not in memory:
            memory[key] = _resilient(game, rest[1], known)
        return bool(memory[key][node] >> rest[0] & 1)
    key = (kind, rest[0], known)
    if key not in memory:
        memory[key] = _safe(game, rest[0], kind == "weaker immunity", known)
    return bool(memory[key][node])


def _safe(game: SecurityGame, player: int, real: bool, known: frozenset[Poly]) -> list[bool]:
    """By node, whether the player can secure 0."""
    tree, symbols = game.tree, game.symbols
    good = [true(parts(symbols, u)[0] if real else u, known) for u in tree.utilities]
    found: list[bool] = []
    for node in range(len(tree)):
        if tree.owner[node] == LEAF:
            found.append(good[tree.vector(node)[player]])
        else:
            options = [found[c] for c in tree.children(node)]
            found.append(any(options) if tree.owner[node] == player else all(options))
    return found


def _resilient(game: SecurityGame, end: int, known: frozenset[Poly]) -> list[int]:
    """By node, the sets D for which R(node, D) holds, as bits of one number: bit D, where D has a bit for each player."""
    tree, count, utilities = game.tree, len(game.players), game.tree.utilities
    everybody = (1 << count) - 1
    honest = tree.vector(end)
    with_player = [sum(1 << d for d in range(everybody + 1) if d >> p & 1) for p in range(count)]
    found: list[int] = []
    for node in range(len(tree)):
        if tree.owner[node] == LEAF:
            here, good = tree.vector(node), (1 << everybody + 1) - 1
            for group in range(1, everybody):
                members = [i for i in range(count) if group >> i & 1]
                terms = [(s, utilities[v[i]]) for s, v in ((1, honest), (-1, here)) for i in members]
                if not true(combination(terms), known):
                    good &= ~sum(1 << d for d in range(everybody + 1) if d & group == d)
            found.append(good)
            continue
        some, every = 0, -1
        for child in tree.children(node):
            some, every = some | found[child], every & found[child]
        owner = tree.owner[node]
        joined = every & with_player[owner]
        found.append(some & (joined | joined >> (1 << owner)))
    return found


class _Outcomes:
    """Vectors that are certain to be equilibrium payoffs, by node, and what follows for the worst of a player."""

    def __init__(self, game: SecurityGame, known: frozenset[Poly]) -> None:
        self.game, self.tree, self.known = game, game.tree, known
        self.compared: dict[tuple[int, int], bool] = {}
        self.answers: dict[tuple[int, int, int], bool] = {}
        self.below: dict[int, list[frozenset[int] | None]] = {}
        self.certain: list[frozenset[tuple[int, ...]]] = []
        for node in range(len(self.tree)):
            self.certain.append(self._certain(node))

    @classmethod
    def of(cls, game: SecurityGame, known: frozenset[Poly], memory: dict[Any, Any]) -> _Outcomes:
        if ("outcomes", known) not in memory:
            memory["outcomes", known] = cls(game, known)
        return memory["outcomes", known]  # type: ignore[no-any-return]

    def _certain(self, node: int) -> frozenset[tuple[int, ...]]:
        tree = self.tree
        owner = tree.owner[node]
        if owner == LEAF:
            return frozenset({tree.vector(node)})
        below = tree.children(node)
        return frozenset(
            v
            for i, child in enumerate(below)
            for v in self.certain[child]
            if all(self.at_most(other, owner, v[owner]) for j, other in enumerate(below) if j != i)
        )

    def less(self, low: int, high: int) -> bool:
        """Whether utility number `low` is known to be at most number `high`."""
        key = low, high
        if key not in self.compared:
            utilities = self.tree.utilities
            self.compared[key] = low == high or true(combination([(1, utilities[high]), (-1, utilities[low])]), self.known)
        return self.compared[key]

    def at_most(self, node: int, player: int, bound: int) -> bool:
        """Whether the worst equilibrium payoff of the player is known to be at most the bound; children before parents."""
        stack = [(node, player, bound)]
        while stack:
            key = stack[-1]
            here = key[0]
            if key in self.answers:
                stack.pop()
                continue
            if self.tree.owner[here] != player or self._all_less(*key):
                self.answers[key] = self._all_less(*key) or any(self.less(v[player], bound) for v in self.certain[here])
                continue
            missing = [(c, player, bound) for c in self.tree.children(here) if (c, player, bound) not in self.answers]
            if missing:
                stack += missing
                continue
            self.answers[key] = all(self.answers[c, player, bound] for c in self.tree.children(here))
        return self.answers[node, player, bound]

    def _all_less(self, node: int, player: int, bound: int) -> bool:
        """Whether all leaves below are known to give the player at most the bound, where they are few."""
        found = self.below.setdefault(player, [])
        for n in range(len(found), node + 1):
            if self.tree.owner[n] == LEAF:
                found.append(frozenset({self.tree.vector(n)[player]}))
                continue
            sets = [found[c] for c in self.tree.children(n)]
            union = None if None in sets else frozenset[int]().union(*(s for s in sets if s is not None))
            found.append(union if union is not None and len(union) <= 16 else None)
        few = found[node]
        return few is not None and all(self.less(u, bound) for u in few)
