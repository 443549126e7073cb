"""Contradictions by sums of squares (Putinar 1993, Schmüdgen 1991; Peyrl and Parrilo 2008 for the rounding).

0 = Σ λ_i T_i + Σ g_k v_kᵀ G_k v_k + Σ m_j e_j, with T_i positive, g_k products of facts, v_k monomials and G_k positive
semidefinite. A semidefinite program (Clarabel, in floating point) proposes the numbers. Where it finds that G_k has to be
singular, v_k is restricted to what is orthogonal to its kernel, until the rest may be rounded: some numbers are rounded, the
others solve the identity exactly, and G_k = L D Lᵀ is computed exactly, or nothing is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations, combinations_with_replacement, islice

from formal.certify.grading import Degree, Grading, plus
from formal.certify.gram import Block, Gram, Numbers, factored
from formal.certify.leaf import Leaf
from formal.certify.products import exponents
from formal.certify.reading import Poly
from formal.certify.tree import Absurd, Derived, Fact, Tree, chained, same

FACTORS, BLOCK, SIZE, COLUMNS, POSITIVE, TRIES = 3, 45, 4_000, 3_000, 200, 6
POWERS, MANY, CHEAP = 4, 12, 4
Product = tuple[Poly, bool, tuple[Fact, ...]]


def squared(leaf: Leaf) -> Tree | None:
    """A combination with sums of squares that says 0 > 0, if one is found."""
    facts = [f for f in leaf.plain if f.relation != "!="]
    if not facts or find_spec("clarabel") is None:
        return None
    highest = max(int(f.poly.total_degree()) for f in facts)
    for problem in _problems(leaf, facts, highest):
        leaf.columns += problem.size // CHEAP
        found = _solved(leaf, problem)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class Problem:
    """The products to be combined: positive ones, those beside squares with their monomials, equations with theirs."""

    positive: tuple[Product, ...]
    blocks: tuple[tuple[Product, tuple[Poly, ...]], ...]
    free: tuple[tuple[Poly, Fact], ...]

    @property
    def size(self) -> int:
        """The number of unknowns."""
        return len(self.positive) + len(self.free) + sum(len(v) * (len(v) + 1) // 2 for _, v in self.blocks)


def _problems(leaf: Leaf, facts: list[Fact], highest: int) -> list[Problem]:
    """Problems worth a try, the smallest first: by the degree of the identity."""
    grading = Grading([f.poly for f in facts], len(leaf.gens))
    used = sorted({i for f in facts for i, d in enumerate(f.poly.degrees()) if d > 0})
    long = sorted({grading.of(f.poly) for f in facts if len(f.poly) > 1})
    targets: list[tuple[Degree, int]] = [((), highest + more) for more in range(3)]
    if grading.weights:
        pairs = {plus(u, v) for u, v in combinations_with_replacement(long, 2)}
        targets = [(t, highest) for t in long] + [(t, 2 * highest) for t in sorted(pairs - set(long))]
    made = (_problem(leaf, facts, grading, target, degree, used) for target, degree in targets)
    kept = [p for p in made if p is not None]
    return sorted(kept, key=lambda p: p.size)[:TRIES]


def _problem(leaf: Leaf, facts: list[Fact], grading: Grading, target: Degree, degree: int, used: list[int]) -> Problem | None:
    """All products whose degree is the target and at most the degree; None when there are too many, or none positive."""
    context, count = leaf.reading.context, len(leaf.gens)
    bounds = tuple(degree if i in used else 0 for i in range(count))
    if degree > 12 or len(exponents(degree // 2, bounds)) > 2_000:
        return None
    halves = [(p, grading.degree(p), sum(p)) for p in exponents(degree // 2, bounds)]
    signs = [fact for place, (_, _, fact) in leaf.signs.items() if place in used]
    inequalities = list({(f.relation, same(f.poly)): f for f in [*facts, *signs] if f.relation != "="}.values())
    blocks = list[tuple[Product, tuple[Poly, ...]]]()
    for factors in _chosen(inequalities, degree):
        product = _product(leaf, factors)
        here, whole = grading.of(product[0]), int(product[0].total_degree())
        basis = [p for p, d, t in halves if plus(here, plus(d, d)) == target and whole + 2 * t <= degree]
        if len(basis) > BLOCK:
            return None
        if basis:
            blocks.append((product, tuple(context.from_dict({p: 1}) for p in basis)))
    strict = [f for f in inequalities if f.relation == ">"]
    powers = (fs for size in range(POWERS + 1) for fs in combinations_with_replacement(strict, size))
    products = (_product(leaf, fs) for fs in powers if _total(fs) <= degree)
    positive = list(islice((p for p in products if grading.of(p[0]) == target), POSITIVE))
    free = []
    for equation in (f for f in facts if f.relation == "="):
        here, whole = grading.of(equation.poly), int(equation.poly.total_degree())
        for p in exponents(degree - whole, bounds):
            if plus(here, grading.degree(p)) == target:
                free.append((context.from_dict({p: 1}), equation))
    problem = Problem(tuple(positive), tuple(blocks), tuple(free))
    return problem if positive and problem.size <= SIZE and len(free) <= COLUMNS else None


def _chosen(facts: list[Fact], degree: int) -> Iterator[tuple[Fact, ...]]:
    """Products of different facts: of three of them where there are not too many."""
    for size in range(FACTORS + 1 if len(facts) <= MANY else FACTORS):
        yield from (factors for factors in combinations(facts, size) if _total(factors) <= degree)


def _total(factors: tuple[Fact, ...]) -> int:
    return sum(int(f.poly.total_degree()) for f in factors)


def _product(leaf: Leaf, factors: tuple[Fact, ...]) -> Product:
    poly, strict = leaf.one, True
    for fact in factors:
        poly, strict = poly * fact.poly, strict and fact.relation == ">"
    return poly, strict, factors


def _solved(leaf: Leaf, problem: Problem) -> Tree | None:
    gram = Gram(
        [poly for poly, *_ in problem.positive],
        [Block(product[0], vector) for product, vector in problem.blocks],
        [m * e.poly for m, e in problem.free],
    )
    numbers = gram.solved()
    return None if numbers is None else _tree(leaf, problem, numbers)


def _tree(leaf: Leaf, problem: Problem, numbers: Numbers) -> Tree | None:
    terms = [(w, product[2], None) for w, product in zip(numbers.positive, problem.positive, strict=True) if w != 0]
    for (product, _), (vector, matrix) in zip(problem.blocks, numbers.blocks, strict=True):
        rows = factored(matrix)
        if rows is None:
            return None
        for weight, row in rows:
            root = sum((c * v for c, v in zip(row, vector, strict=True)), leaf.reading.zero)
            terms.append((weight, product[2], root))
    mixed = dict[int, tuple[Poly, Fact]]()
    for weight, (multiplier, equation) in zip(numbers.free, problem.free, strict=True):
        if weight != 0:
            before = mixed.get(id(equation), (leaf.reading.zero, equation))[0]
            mixed[id(equation)] = (before + multiplier * weight, equation)
    end = Derived(Fact(">", leaf.reading.zero), (), tuple(terms), tuple(mixed.values()))
    return chained([*leaf.steps, end], Absurd(end.fact))
