"""Certificates of a yes, and their checker: exact arithmetic, no solver, no search.

What acceptance means
---------------------
`check(game, certificate)` returns normally only if, for all values of the symbols that satisfy the constraints, the
history has the
property. It takes the definitions from here, and shares with the engine the tree and the arithmetic of polynomials only.

1. *Goals.* A property is a conjunction over ways to leave the honest path (formal.trees.immunity, collusion,
practicality say why).
2. *Regions.* For each goal, sets of comparisons p ≥ 0. The formula of the goal, monotone in comparisons, is
evaluated on the tree as
   it was given; a comparison counts as true if it is in the region, is proved to hold always, or compares numbers.
3. *Cover.* The constraints, and for each region that one of its comparisons is false, have no solution: a tree of six rules.
   - farkas: Σ λ_i f_i is a constant c for facts f_i and λ_i ≥ 0, c < 0, or c = 0 and some λ_i > 0 belongs to a strict fact;
   - split: each alternative of a disjunction has its proof;
   - cut: a polynomial is positive, or it is not, and both cases have their proofs;
   - product, square, zero: the product of two facts, the square of a polynomial, and any multiple of what is ≥ 0 and ≤ 0, are
     facts (for constants that are multiplied).
   A pair is compared lexicographically, so that p > 0 has the alternatives real > 0, and real ≥ 0 with infinitesimal > 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from formal.errors import FormalError
from formal.trees.expression import Comparison
from formal.trees.game import History, SecurityGame
from formal.trees.polynomial import Monomial, Number, Poly, Symbols, combination, negative, parts, primitive, product
from formal.trees.tree import LEAF

Fact = tuple[Poly, bool]  # a polynomial over the reals that is ≥ 0, or > 0 if strict
Disjunction = list[list[Fact]]
DEPTH = 400


class RejectedError(FormalError):
    """The certificate does not prove what it is said to prove."""

    def __init__(self, message: str) -> None:
        super().__init__(message, place=None)


@dataclass
class RegionProof:
    """Comparisons p ≥ 0, and further ones with proofs that they follow from these and the constraints."""

    comparisons: tuple[Poly, ...]
    implied: list[tuple[Poly, Any]] = field(default_factory=list)


@dataclass
class GoalProof:
    """Regions, and a proof that they leave nothing of the constraints uncovered."""

    regions: list[RegionProof]
    cover: Any


@dataclass
class Certificate:
    """For each goal of the property, in the order of `goals`, the number of its proof. `always`: comparisons with
    their proofs."""

    property: str
    history: History
    always: list[tuple[Poly, Any]]
    proofs: list[GoalProof]
    goals: list[int] = field(default_factory=list)


def check(game: SecurityGame, certificate: Certificate) -> None:
    """Raise RejectedError unless the certificate proves the property for its history."""
    constraints = [disjunction(game.symbols, clause) for clause in game.constraints(certificate.property)]
    always = set()
    for poly, proof in certificate.always:
        refute([*constraints, denial(game.symbols, [poly])], proof)
        always.add(primitive(poly))
    for part in certificate.proofs:
        refute([*constraints, *(denial(game.symbols, region.comparisons) for region in part.regions)], part.cover)
        for region in part.regions:
            given = [positive(game.symbols, poly, False) for poly in region.comparisons]
            for poly, proof in region.implied:
                refute([*constraints, *given, denial(game.symbols, [poly])], proof)
    listed = goals(game, certificate.property, certificate.history)
    if len(listed) != len(certificate.goals):
        raise RejectedError(f"the property has {len(listed)} goals, the certificate {len(certificate.goals)}")
    memory: dict[Any, Any] = {}
    for goal, number in zip(listed, certificate.goals, strict=True):
        if not 0 <= number < len(certificate.proofs):
            raise RejectedError(f"there is no proof {number}")
        for region in certificate.proofs[number].regions:
            implied = {primitive(poly) for poly, _ in region.implied}
            known = frozenset(always | implied | {primitive(poly) for poly in region.comparisons})
            if not entailed(game, goal, known, memory):
                raise RejectedError(f"the comparisons of a region do not decide a goal of {certificate.property}")


# Goals, and what comparisons decide.


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


# Covers.


def positive(symbols: Symbols, poly: Poly, strict: bool) -> Disjunction:
    """The alternatives of poly ≥ 0, or > 0, as a pair; all with integer coefficients."""
    real, small = map(primitive, parts(symbols, poly))
    if not small:
        return [[(real, strict)]]
    if not real:
        return [[(small, strict)]]
    return [[(real, True)], [(real, False), (small, strict)]]


def disjunction(symbols: Symbols, clause: Iterable[Comparison]) -> Disjunction:
    """The alternatives of a clause."""
    found: Disjunction = []
    for comparison in clause:
        poly, relation = comparison.poly, comparison.relation
        if relation in (">=", ">"):
            found += positive(symbols, poly, relation == ">")
            continue
        both = tuple(map(primitive, parts(symbols, poly)))
        if relation == "=":
            found.append([(side, False) for part in both for side in (part, negative(part))])
        else:
            found += [[(side, True)] for part in both for side in (part, negative(part)) if part]
    return found


def denial(symbols: Symbols, region: Sequence[Poly]) -> Disjunction:
    """The alternatives of: some comparison of the region is false."""
    return [alternative for poly in region for alternative in positive(symbols, negative(poly), True)]


def refute(disjunctions: Sequence[Disjunction], proof: Any) -> None:
    """Raise RejectedError unless the proof shows that not all of the disjunctions can hold."""
    stack: list[tuple[list[Fact], Any]] = [([], proof)]
    while stack:
        facts, proof = stack.pop()
        if len(facts) > 100 * DEPTH:
            raise RejectedError("a proof is too deep")
        match proof:
            case ["farkas", dict(multipliers)]:
                if not contradictory(facts, multipliers):
                    raise RejectedError("multipliers do not add up to a contradiction")
            case ["split", int(number), [*branches]] if 0 <= number < len(disjunctions):
                alternatives = disjunctions[number]
                if len(branches) != len(alternatives):
                    raise RejectedError("a split does not have a proof for each alternative")
                stack += [([*facts, *a], b) for a, b in zip(alternatives, branches, strict=True)]
            case ["cut", tuple(poly), then, otherwise]:
                stack += [([*facts, (poly, True)], then), ([*facts, (negative(poly), False)], otherwise)]
            case ["product", int(first), int(second), then] if 0 <= first < len(facts) and 0 <= second < len(facts):
                (f, f_strict), (g, g_strict) = facts[first], facts[second]
                stack.append(([*facts, (product(f, g), f_strict and g_strict)], then))
            case ["zero", int(first), int(second), tuple(poly), then] if 0 <= first < len(facts) and 0 <= second < len(facts):
                (f, _), (g, _) = facts[first], facts[second]
                if g != negative(f):
                    raise RejectedError("what is multiplied is not said to be zero")
                stack.append(([*facts, (product(f, poly), False)], then))
            case ["square", tuple(poly), then]:
                stack.append(([*facts, (product(poly, poly), False)], then))
            case _:
                raise RejectedError("there is no such rule of proof")


def contradictory(facts: Sequence[Fact], multipliers: dict[Any, Any]) -> bool:
    """Whether the multiples of facts add up to a constant that cannot be as positive as they are."""
    total: dict[Monomial, Number] = {}
    strict = False
    for number, weight in multipliers.items():
        if type(number) is not int or type(weight) is not int or not 0 <= number < len(facts) or weight < 0:
            return False
        poly, above = facts[number]
        strict = strict or (above and weight > 0)
        for monomial, coefficient in poly:
            total[monomial] = total.get(monomial, 0) + weight * coefficient
    constant = total.pop((), 0)
    return not any(total.values()) and (constant < 0 or (constant == 0 and strict))
