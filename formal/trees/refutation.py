"""Proofs that disjunctions of facts cannot all hold, and their checker: exact arithmetic, no solver, no search.

A proof is a tree of six rules:
- farkas: Σ λ_i f_i is a constant c for facts f_i and λ_i ≥ 0, c < 0, or c = 0 and some λ_i > 0 belongs to a strict fact;
- split: each alternative of a disjunction has its proof;
- cut: a polynomial is positive, or it is not, and both cases have their proofs;
- product, square, zero: the product of two facts, the square of a polynomial, and any multiple of what is ≥ 0 and ≤ 0, are
  facts (for constants that are multiplied).
A pair is compared lexicographically, so that p > 0 has the alternatives real > 0, and real ≥ 0 with infinitesimal > 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from formal.errors import FormalError
from formal.trees.expression import Comparison
from formal.trees.polynomial import Monomial, Number, Poly, Symbols, negative, parts, primitive, product

Fact = tuple[Poly, bool]  # a polynomial over the reals that is ≥ 0, or > 0 if strict
Disjunction = list[list[Fact]]
DEPTH = 400


class RejectedError(FormalError):
    """The certificate does not prove what it is said to prove."""

    def __init__(self, message: str) -> None:
        super().__init__(message, place=None)


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
