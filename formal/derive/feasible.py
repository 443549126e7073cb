"""Linear systems with symbolic coefficients: solved, and their feasibility as conditions on the coefficients.

Statement. A system of inequalities a·y + b ≥ 0 whose solutions are bounded has a solution exactly when one of its basic
solutions, at which as many independent inequalities as there are unknowns hold with equality, satisfies all of them
(Schrijver 1986, Theory of Linear and Integer Programming, section 8.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from formal.derive.literals import Literal, conjunction, literal
from formal.derive.normal_form import solve_linear
from formal.derive.polynomial import Poly, Quotient, Ring, places

Values = Mapping[int, Quotient]  # by the place of the unknown


@dataclass
class Solved:
    """Values of unknowns that solve equations; equations between parameters that are left, and pivots that must not vanish."""

    values: dict[int, Quotient] = field(default_factory=dict)
    left: list[Poly] = field(default_factory=list)
    pivots: list[tuple[Poly, Poly]] = field(default_factory=list)  # with what must vanish beside one that vanishes


def solve_equations(ring: Ring, equations: Iterable[Poly], unknowns: frozenset[int]) -> Solved | None:
    """Eliminate unknowns one by one, each where it occurs linearly; None where that does not go on."""
    done, open_ones = Solved(), [e for e in equations if not e.is_zero()]
    while open_ones:
        free = [e for e in open_ones if not places(e) & unknowns]
        done.left += free
        open_ones = [e for e in open_ones if places(e) & unknowns]
        if not open_ones:
            break
        found = min(_pivots(ring, open_ones, unknowns), key=lambda p: p[0], default=None)
        if found is None:
            return None
        _, place, pivot, rest = found
        value = Quotient(ring, -rest, ring.constant(1)) / Quotient(ring, pivot, ring.constant(1))
        done.pivots.append((pivot, rest))
        symbol = ring.symbols[place]
        done.values = {k: v.substitute(symbol, value) for k, v in done.values.items()} | {place: value}
        open_ones = [e for e in (ring.substitute(e, symbol, value).numerator for e in open_ones) if not e.is_zero()]
    return done


def _pivots(
    ring: Ring, equations: Sequence[Poly], unknowns: frozenset[int]
) -> Iterator[tuple[tuple[int, int, int], int, Poly, Poly]]:
    """Ways to solve an equation for an unknown, with how involved they are."""
    for equation in equations:
        for place in sorted(places(equation) & unknowns):
            coefficients = ring.coefficients(equation, ring.symbols[place])
            if len(coefficients) == 2:
                rest, pivot = coefficients
                involved = len(places(pivot) & unknowns), len(places(rest) & unknowns), len(pivot) + len(rest)
                yield involved, place, pivot, rest


@dataclass(frozen=True)
class Basic:
    """A basic solution, and the literals under which it satisfies the system."""

    values: Values
    literals: tuple[Literal, ...]


def basic_solutions(ring: Ring, inequalities: Sequence[Poly], unknowns: Sequence[int]) -> Iterator[Basic] | None:
    """The basic solutions of the system p ≥ 0, simple ones first; None for a system that is not linear in the unknowns.

    Unknowns that no inequality links are treated apart.
    """
    blocks = _blocks(inequalities, frozenset(unknowns))
    if any(_degree(p, frozenset(block)) > 1 for p in inequalities for block in blocks):
        return None
    free = [literal(ring, p, strict=False) for p in inequalities if not places(p) & frozenset(unknowns)]
    return _combined(ring, free, [list(_of_block(ring, inequalities, block)) for block in blocks])


def _combined(ring: Ring, free: Sequence[Literal | bool], blocks: Sequence[Sequence[Basic]]) -> Iterator[Basic]:
    for chosen in product(*blocks):
        literals = conjunction([*free, *(item for basic in chosen for item in basic.literals)])
        if literals is not None:
            yield Basic({k: v for basic in chosen for k, v in basic.values.items()}, literals)


def _of_block(ring: Ring, inequalities: Sequence[Poly], block: Sequence[int]) -> Iterator[Basic]:
    mine = sorted((p for p in inequalities if places(p) & frozenset(block)), key=lambda p: (len(places(p)), len(p)))
    rows = [_row(ring, p, block) for p in mine]
    for tight in combinations(range(len(rows)), len(block)):
        solution = solve_linear([list(rows[k]) for k in tight])
        if solution is None:
            continue
        conditions = [literal(ring, q.denominator**2, strict=True) for q in solution]
        for k, row in enumerate(rows):
            if k not in tight:
                conditions.append(literal(ring, _at(row, solution).oriented(), strict=False))
        found = conjunction(conditions)
        if found is not None:
            yield Basic(dict(zip(block, solution, strict=True)), found)


def _row(ring: Ring, poly: Poly, block: Sequence[int]) -> list[Quotient]:
    """The coefficients of the unknowns, and the right-hand side that makes the inequality tight."""
    one, row = ring.constant(1), list[Quotient]()
    for place in block:
        parts = ring.coefficients(poly, ring.symbols[place])
        row.append(Quotient(ring, parts[1] if len(parts) > 1 else ring.constant(0), one))
        poly = parts[0]
    return [*row, Quotient(ring, -poly, one)]


def _at(row: Sequence[Quotient], solution: Sequence[Quotient]) -> Quotient:
    *coefficients, right = row
    total = Quotient(right.ring, -right.numerator, right.denominator)
    for coefficient, value in zip(coefficients, solution, strict=True):
        total = total + coefficient * value
    return total


def _degree(poly: Poly, block: frozenset[int]) -> int:
    return max((sum(int(powers[i]) for i in block) for powers in poly.monoms()), default=0)


def _blocks(inequalities: Sequence[Poly], unknowns: frozenset[int]) -> list[list[int]]:
    """The unknowns, those that some inequality links together."""
    blocks = [{place} for place in sorted(unknowns)]
    for poly in inequalities:
        touched = [b for b in blocks if b & places(poly)]
        if len(touched) > 1:
            blocks = [b for b in blocks if b not in touched] + [set().union(*touched)]
    return [sorted(b) for b in blocks]
