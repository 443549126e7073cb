"""Proofs that disjunctions of facts cannot all hold, by linear programming and cases; or a point at which they do.

At each step one linear program refutes the facts taken so far, or has a point that satisfies them. Where the point violates a
disjunction, its alternatives are the cases; those that turn out not to be needed are left out of the proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from formal.trees.farkas import decide, refuted
from formal.trees.polynomial import Monomial, Number, Poly, negative, product
from formal.trees.refutation import Disjunction, Fact, contradictory

LEVELS = 300  # nested cases


class NotFoundError(Exception):
    """No proof was found; why."""


class SatisfiedError(Exception):
    """All disjunctions hold where the symbols have these values; one that is not named may be 0."""

    def __init__(self, values: Mapping[Monomial, Fraction]) -> None:
        super().__init__("a point of the constraints is in no region")
        self.values = values


class Prover:
    """Finds proofs that disjunctions cannot all hold, within a number of linear programs; None: any number."""

    def __init__(self, work: int | None) -> None:
        self.left = work

    def refute(self, disjunctions: Sequence[Disjunction]) -> Any:
        """The proof. Raises SatisfiedError with a point where they hold, NotFoundError where the search ends."""
        for number, alternatives in enumerate(disjunctions):
            if not alternatives:
                return ["split", number, []]
        try:
            return self._refute(disjunctions, [], frozenset(), 0)[0]
        except RecursionError:
            raise NotFoundError("it has too many nested cases") from None

    def _refute(self, disjunctions: Sequence[Disjunction], facts: list[Fact], taken: frozenset[int], level: int) -> Any:
        """A proof, and the numbers of the facts that it rests on."""
        units = [k for k, d in enumerate(disjunctions) if len(d) == 1 and k not in taken]
        if units:
            more = [fact for k in units for fact in disjunctions[k][0]]
            proof, used = self._refute(disjunctions, [*facts, *more], taken.union(units), level)
            for unit in reversed(units):
                proof = ["split", unit, [proof]]
            return proof, used
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise NotFoundError("it would take long; --certify takes the time")
        answer = _inside(facts)
        if refuted(answer):
            return ["farkas", answer], frozenset(answer)
        if level > LEVELS:
            raise NotFoundError("it has too many nested cases")
        violated = [k for k, d in enumerate(disjunctions) if k not in taken and not any(_all_true(a, answer) for a in d)]
        if not violated:
            point = _point(answer, facts)
            if all(any(_all_true(a, point) for a in d) for d in disjunctions):
                raise SatisfiedError(point)
            return self._products(facts)
        chosen = min(violated, key=lambda k: len(disjunctions[k]))
        if all(len(alternative) == 1 and alternative[0][1] for alternative in disjunctions[chosen]):
            return self._cuts(disjunctions, facts, taken | {chosen}, chosen, 0, level)
        branches: list[Any] = []
        rests: set[int] = set()
        for alternative in disjunctions[chosen]:
            proof, used = self._refute(disjunctions, [*facts, *alternative], taken | {chosen}, level + 1)
            if all(n < len(facts) for n in used):  # the case was not needed
                return _without(proof, len(facts), len(alternative)), used
            branches.append(proof)
            rests |= {n for n in used if n < len(facts)}
        return ["split", chosen, branches], frozenset(rests)

    def _cuts(
        self, disjunctions: Sequence[Disjunction], facts: list[Fact], taken: frozenset[int], chosen: int, place: int, level: int
    ) -> Any:
        """The alternatives p > 0 one after the other, each where those before it are false, so that no case is met twice."""
        listed = disjunctions[chosen]
        if place == len(listed):
            start = len(facts) - len(listed)
            return ["split", chosen, [["farkas", {start + k: 1, len(facts): 1}] for k in range(len(listed))]], frozenset(
                range(start, len(facts))
            )
        poly = listed[place][0][0]
        first, used = self._refute(disjunctions, [*facts, (poly, True)], taken, level + 1)
        if len(facts) not in used and place == 0:
            return _without(first, len(facts), 1), used
        rest, more = self._cuts(disjunctions, [*facts, (negative(poly), False)], taken, chosen, place + 1, level)
        return ["cut", poly, first, rest], frozenset(n for n in used | more if n < len(facts))

    def _products(self, facts: list[Fact]) -> Any:
        """A proof by products of facts and squares of constants, where facts are not linear."""
        more, wrap = list(facts), list[list[Any]]()
        for i, (first, one) in enumerate(facts[:14]):
            for j, (second, other) in enumerate(facts[: i + 1]):
                more.append((product(first, second), one and other))
                wrap.append(["product", i, j])
        polys = [poly for poly, _ in facts]
        zeros = [(i, polys.index(negative(poly))) for i, poly in enumerate(polys) if negative(poly) in polys]
        for index in sorted({n for poly, _ in facts for m, _ in poly for n in m}):
            variable: Poly = (((index,), 1),)
            more.append((product(variable, variable), False))
            wrap.append(["square", variable])
            for i, j in zeros[:14]:  # each with its negative, so in both signs
                more.append((product(polys[i], variable), False))
                wrap.append(["zero", i, j, variable])
        answer = decide(more)
        if not refuted(answer):
            raise NotFoundError("the constants are not linear, and products of two facts do not suffice")
        proof: Any = ["farkas", answer]
        for step in reversed(wrap):
            proof = [*step, proof]
        return proof, frozenset(range(len(facts)))


def _without(proof: Any, start: int, count: int) -> Any:
    """The proof where `count` facts from `start` on, which it does not rest on, are not there."""

    def moved(number: int) -> int:
        return number if number < start else number - count

    match proof:
        case ["farkas", multipliers]:
            return ["farkas", {moved(n): w for n, w in multipliers.items()}]
        case ["split", number, branches]:
            return ["split", number, [_without(b, start, count) for b in branches]]
        case ["cut", poly, then, otherwise]:
            return ["cut", poly, _without(then, start, count), _without(otherwise, start, count)]
        case ["product", first, second, then]:
            return ["product", moved(first), moved(second), _without(then, start, count)]
        case ["zero", first, second, poly, then]:
            return ["zero", moved(first), moved(second), poly, _without(then, start, count)]
        case _:
            return [*proof[:-1], _without(proof[-1], start, count)]


def _inside(facts: list[Fact]) -> Any:
    """Multipliers that refute the facts, or a point, off the boundaries of as many regions as possible."""
    equations = {poly for poly, _ in facts} & {negative(poly) for poly, _ in facts}
    answer = decide([(poly, strict or poly not in equations) for poly, strict in facts])
    if not refuted(answer) or contradictory(facts, answer):
        return answer
    return decide(facts)


def _point(answer: Mapping[Monomial, Fraction], facts: list[Fact]) -> dict[Monomial, Fraction]:
    """The values of symbols, with those of products that they imply."""
    monomials = {m for poly, _ in facts for m, _ in poly}
    return {m: prod((answer.get((i,), Fraction(0)) for i in m), start=Fraction(1)) for m in monomials}


def _all_true(alternative: list[Fact], values: Mapping[Any, Any]) -> bool:
    for poly, strict in alternative:
        number: Number = sum(c * (values.get(m, 0) if m else 1) for m, c in poly)
        if number < 0 or (strict and number == 0):
            return False
    return True
