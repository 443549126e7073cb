"""A search for a certificate that constraints have no solution, as a program: constraints in, "unsat" or "unknown" out.

Statement (after Handelman 1988 and Schmüdgen 1991)
---------
Let N ≥ 0 or N > 0 be one of the constraints and F = -N. If F = Σ λ_i T_i + Σ h_k e_k with numbers λ_i > 0, products T_i of
other constraints, of squares and of variables that may not be negative, and equations e_k = 0, then F ≥ 0 where the constraints
hold. That contradicts N > 0; and N ≥ 0 if some T_i is positive there.

Equations that are linear in a variable, with a coefficient of known sign, are solved for it beforehand, which clears quotients;
those with a constant coefficient are first kept. A linear program (HiGHS, in floating point) finds which T_i to use; their
numbers are then computed exactly, and the identity holds exactly, or nothing is said.
"""

from __future__ import annotations

import sys
from ast import literal_eval
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, islice, product
from typing import Any

import flint
import numpy as np

Poly = Any  # flint.fmpq_mpoly, which has no type stubs
Fact = tuple[str, Poly]
ROUNDS = range(4)  # squares of two monomials, of more, products with one constraint, with two
COLUMNS, MULTIPLIERS, TERMS, FEW, TINY = 12_000, 2_000, 4_000, 10, 1e-9


@dataclass
class Constraints:
    """Comparisons of polynomials with 0; the last inequality is the one to be contradicted."""

    facts: list[Fact]
    gens: tuple[Poly, ...]

    def __post_init__(self) -> None:
        self.strict, self.weak = set[int](), set[int]()
        for relation, poly in self.facts:
            self._note(relation, poly)

    def _note(self, relation: str, poly: Poly) -> None:
        """Read off the sign of a variable x from a x + b, a > 0 ≥ b."""
        terms = {tuple(p): c for p, c in poly.to_dict().items()}
        constant = terms.pop((0,) * len(self.gens), flint.fmpq(0))
        if relation != "==" and len(terms) == 1 and constant <= 0:
            ((powers, slope),) = terms.items()
            if sum(powers) == 1 and slope > 0:
                place = powers.index(1)
                self.weak.add(place)
                if relation == ">" or constant < 0:
                    self.strict.add(place)

    def positive(self, poly: Poly) -> bool:
        """Whether the coefficients and the signs of the variables say that the polynomial is positive."""
        terms = poly.to_dict().items()
        kept = all(c > 0 and all(k % 2 == 0 or i in self.weak for i, k in enumerate(p)) for p, c in terms)
        return kept and any(all(i in self.strict for i, k in enumerate(p) if k) for p, _ in terms)

    def solved(self, *, constant: bool) -> Constraints:
        """Equations solved for variables and put into the others, as long as one can be; those with a `constant` slope too."""
        places = range(len(self.gens))
        found = next(((e, v) for e in self.facts if e[0] == "==" for v in places if self._linear(e[1], v, constant)), None)
        if found is None:
            return self
        equation, place = found
        rest, slope = self._parts(equation[1], place)[:2]
        if not self.positive(slope):
            rest, slope = -rest, -slope
        others = [(relation, self._put(poly, place, rest, slope)) for relation, poly in self.facts if poly is not equation[1]]
        if sum(len(poly) for _, poly in others) > TERMS:
            return self
        return Constraints([fact for fact in others if not fact[1].is_constant() or self._false(fact)], self.gens).solved(
            constant=constant
        )

    def _false(self, fact: Fact) -> bool:
        value = fact[1].leading_coefficient() if not fact[1].is_zero() else 0
        return not {"==": value == 0, ">": value > 0, ">=": value >= 0}[fact[0]]

    def _linear(self, poly: Poly, place: int, constant: bool) -> bool:
        parts = self._parts(poly, place)
        if len(parts) != 2 or (parts[1].is_constant() and not constant):
            return False
        return self.positive(parts[1]) or self.positive(-parts[1])

    def _parts(self, poly: Poly, place: int) -> list[Poly]:
        """Coefficients in one variable, constant first."""
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for powers, coefficient in poly.to_dict().items():
            parts.setdefault(int(powers[place]), {})[(*powers[:place], 0, *powers[place + 1 :])] = coefficient
        context = poly.context()
        return [context.from_dict(parts.get(k, {})) for k in range(max(parts, default=0) + 1)]

    def _put(self, poly: Poly, place: int, rest: Poly, slope: Poly) -> Poly:
        """The polynomial at x = -rest/slope, times a power of slope > 0, without factors that are positive."""
        parts = self._parts(poly, place)
        degree = len(parts) - 1
        whole = sum((part * (-rest) ** k * slope ** (degree - k) for k, part in enumerate(parts)), poly * 0)
        return self.lean(whole)

    def lean(self, poly: Poly) -> Poly:
        """The polynomial without its positive factors; what says the sign of a variable stays."""
        if poly.is_zero() or poly.total_degree() <= 1:
            return poly
        constant, factors = poly.factor()
        kept = poly.context().from_dict({(0,) * len(self.gens): 1 if constant > 0 else -1})
        for factor, power in factors:
            if self.positive(-factor):
                kept = kept * (-1) ** int(power)
            elif not self.positive(factor):
                kept = kept * factor ** int(power)
        return kept

    def refuted(self) -> bool:
        """Whether a certificate is found; each round of terms includes the one before."""
        if any(poly.is_constant() and self._false((relation, poly)) for relation, poly in self.facts):
            return True
        goals = [fact for fact in self.facts if fact[0] != "=="]
        return bool(goals) and any(self._certified(goals[-1], size) for size in ROUNDS)

    def _certified(self, goal: Fact, size: int) -> bool:
        target = -goal[1]
        terms = dict[str, tuple[Poly, bool]]()
        for poly, strict in self._terms(goal, size):
            terms.setdefault(str(poly), (poly, strict))
            if len(terms) > COLUMNS:
                break
        free = [gen * e for r, e in self.facts if r == "==" for gen in self._multipliers(target, e)]
        columns = [poly for poly, _ in terms.values()]
        positive = [strict for _, strict in terms.values()]
        return bool(columns) and _combined(target, columns, free, positive if goal[0] == ">=" else None)

    # -- terms

    def _terms(self, goal: Fact, size: int) -> Iterator[tuple[Poly, bool]]:
        """Products that are not negative where the constraints hold, and whether they are positive there."""
        target = goal[1]
        degree = int(target.total_degree())
        highest = [max((int(p[i]) for p in target.monoms()), default=0) for i in range(len(self.gens))]
        even = len({sum(p) for p in target.monoms()}) == 1
        one = target * 0 + 1
        facts = [f for f in self.facts if f is not goal and f[0] != "==" and f[1].total_degree() <= degree]
        products = [(one, True)]
        if size > 1:
            products += [(poly, relation == ">") for relation, poly in facts]
        if size > 2:
            products += [(f[1] * g[1], f[0] == g[0] == ">") for f, g in combinations_with_replacement(facts, 2)]
        for factor, strict in products:
            left = degree - int(factor.total_degree())
            for square, depth in self._squares(left // 2, highest, even, size > 0):
                for monomial, positive in self._signed(left - depth, highest, even):
                    term = factor * square * monomial
                    if all(int(p[i]) <= highest[i] for p in term.monoms() for i in range(len(highest))):
                        yield term, strict and positive and depth == 0

    def _squares(self, most: int, highest: list[int], even: bool, forms: bool) -> Iterator[tuple[Poly, int]]:
        """1, and squares of differences and sums of monomials, with their degrees."""
        one = self.gens[0] * 0 + 1
        yield one, 0
        for half in range(1, min(most, 3) + 1):
            bounds = [h // 2 for h in highest]
            exact = list(self._powers(half, bounds))
            lower = [] if even else [p for k in range(half) for p in self._powers(k, bounds)]
            for first, second in [*combinations(exact, 2), *((p, q) for p in exact for q in lower)]:
                u, v = self._monomial(first), self._monomial(second)
                yield (u - v) ** 2, 2 * half
                if not self._nonnegative(first) or not self._nonnegative(second):
                    yield (u + v) ** 2, 2 * half
            if forms:
                yield from ((form**2, 2 * half) for form in self._forms(exact))
            yield from ((self._monomial(p) ** 2, 2 * half) for p in exact if not self._nonnegative(p))

    def _forms(self, monomials: list[tuple[int, ...]]) -> Iterator[Poly]:
        """Sums and differences of three or four monomials, where these are few."""
        named = [self._monomial(p) for p in monomials] if len(monomials) <= FEW else []
        for chosen in (c for size in (3, 4) for c in combinations(named, size)):
            for signs in product((1, -1), repeat=len(chosen) - 1):
                yield sum((s * v for s, v in zip(signs, chosen[1:], strict=True)), chosen[0])

    def _signed(self, most: int, highest: list[int], even: bool) -> Iterator[tuple[Poly, bool]]:
        """Monomials in variables that may not be negative, and whether they are positive."""
        bounds = [h if i in self.weak else 0 for i, h in enumerate(highest)]
        for degree in (most,) if even else range(most + 1):
            for powers in self._powers(degree, bounds):
                yield self._monomial(powers), all(i in self.strict for i, k in enumerate(powers) if k)

    def _multipliers(self, target: Poly, equation: Poly) -> Iterator[Poly]:
        """Monomials by which an equation may be multiplied."""
        bounds = [max((int(p[i]) for p in target.monoms()), default=0) for i in range(len(self.gens))]
        degrees = range(int(target.total_degree()) - int(equation.total_degree()) + 1)
        yield from islice((self._monomial(p) for k in degrees for p in self._powers(k, bounds)), MULTIPLIERS)

    def _powers(self, degree: int, bounds: list[int], start: int = 0) -> Iterator[tuple[int, ...]]:
        """Exponents of this degree within the bounds."""
        if start == len(bounds):
            if degree == 0:
                yield ()
            return
        for k in range(min(degree, bounds[start]) + 1):
            yield from ((k, *rest) for rest in self._powers(degree - k, bounds, start + 1))

    def _nonnegative(self, powers: tuple[int, ...]) -> bool:
        return all(i in self.weak for i, k in enumerate(powers) if k)

    def _monomial(self, powers: tuple[int, ...]) -> Poly:
        return self.gens[0].context().from_dict({powers: 1})


def _combined(target: Poly, terms: list[Poly], free: list[Poly], strict: list[bool] | None) -> bool:
    """Whether target = Σ λ_i terms_i + Σ μ_k free_k with λ ≥ 0, exactly; with `strict`, some strict term must count."""
    rows = {tuple(p): k for k, p in enumerate(dict.fromkeys(tuple(p) for q in (target, *terms, *free) for p in q.monoms()))}
    columns = [*terms, *free]
    support = _support(target, columns, len(terms), rows, strict)
    if not support:
        return False
    entries = [{tuple(p): c for p, c in columns[k].to_dict().items()} for k in support]
    wanted = {tuple(p): c for p, c in target.to_dict().items()}
    zero = flint.fmpq(0)
    flat = [value for p in rows for value in (*(e.get(p, zero) for e in entries), wanted.get(p, zero))]
    reduced, rank = flint.fmpq_mat(len(rows), len(support) + 1, flat).rref()
    weights = dict.fromkeys(support, zero)
    for row in range(rank):
        pivot = next(k for k in range(len(support) + 1) if reduced[row, k] != 0)
        if pivot == len(support):
            return False
        weights[support[pivot]] = reduced[row, len(support)]
    exact = sum((columns[k] * weight for k, weight in weights.items()), target * 0)
    counts = strict is None or any(k < len(terms) and strict[k] and weight > 0 for k, weight in weights.items())
    return counts and bool(exact == target) and all(weight >= 0 for k, weight in weights.items() if k < len(terms))


def _support(target: Poly, columns: list[Poly], signed: int, rows: dict[Any, int], strict: list[bool] | None) -> list[int]:
    """The columns that a vertex of the linear program uses, as floating point sees it."""
    import highspy

    starts, index, value = [0], list[int](), list[float]()
    for poly in columns:
        for powers, coefficient in poly.to_dict().items():
            index.append(rows[tuple(powers)])
            value.append(float(coefficient.p) / float(coefficient.q))
        starts.append(len(index))
    right = np.zeros(len(rows))
    for powers, coefficient in target.to_dict().items():
        right[rows[tuple(powers)]] = float(coefficient.p) / float(coefficient.q)
    program: Any = highspy.Highs()
    program.setOptionValue("output_flag", False)
    program.setOptionValue("threads", 1)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), len(rows)
    model.col_cost_ = np.array(
        [-1.0 if strict and k < signed and strict[k] else 1e-3 for k in range(signed)] + [0.0] * (len(columns) - signed)
    )
    model.col_lower_ = np.array([0.0] * signed + [-highspy.kHighsInf] * (len(columns) - signed))
    model.col_upper_ = np.full(len(columns), 1e4 if strict else highspy.kHighsInf)
    model.row_lower_ = model.row_upper_ = right
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = np.array(starts), np.array(index), np.array(value)
    program.passModel(model)
    program.run()
    if program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return []
    return [k for k, x in enumerate(program.getSolution().col_value) if abs(x) > TINY]


def main() -> None:
    """Read constraints from standard input and say what is found."""
    count, *lines = sys.stdin.read().splitlines()
    context = flint.fmpq_mpoly_ctx.get([f"x{k}" for k in range(int(count))], "degrevlex")
    facts = [_fact(line, context) for line in lines]
    given = Constraints(facts, context.gens())
    found = any(given.solved(constant=constant).refuted() for constant in (False, True))
    sys.stdout.write("unsat\n" if found else "unknown\n")


def _fact(line: str, context: Any) -> Fact:
    relation, _, terms = line.partition(" ")
    return relation, context.from_dict({p: flint.fmpq(*c) for p, c in literal_eval(terms).items()})


if __name__ == "__main__":
    main()
