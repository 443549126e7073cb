"""Literals: polynomial inequalities p ≥ 0 and p > 0 in a normal form.

Normal form: squarefree up to even powers that cannot be dropped, no factor of known strict sign, integer coefficients
with content 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from formal.derive.polynomial import Poly, Ring, Term, places
from formal.errors import DerivationError


@dataclass(frozen=True, eq=False)
class Literal:
    """poly > 0 when strict, else poly ≥ 0; false where a threshold in it does not exist."""

    ring: Ring
    poly: Poly
    strict: bool

    @cached_property
    def key(self) -> tuple[str, bool]:
        return str(self.poly), self.strict

    @cached_property
    def _hash(self) -> int:
        return hash(self.key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and self.key == other.key

    @cached_property
    def cost(self) -> tuple[int, int, bool, str]:
        """Simple literals first: low degree, few terms, not strict."""
        return int(self.poly.total_degree()), len(self.poly), self.strict, str(self.poly)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The polynomial's terms."""
        return self.ring.terms(self.poly)

    @cached_property
    def places(self) -> frozenset[int]:
        """The places of the symbols in it."""
        return places(self.poly)

    def negated(self) -> Literal:
        return self._negation

    @cached_property
    def _negation(self) -> Literal:
        return Literal(self.ring, -self.poly, not self.strict)

    @cached_property
    def exists(self) -> tuple[Literal, ...]:
        """Where the thresholds in the literal exist."""
        return self.ring.existence(self.poly)

    def complement(self) -> tuple[Literal, ...]:
        """Literals one of which holds wherever this one does not."""
        return (self.negated(), *(item.negated() for item in self.exists))

    def contradicts(self, other: Literal) -> bool:
        """Whether the two cannot hold together because one bounds a polynomial from above and one from below."""
        return (self.strict or other.strict) and self.opposite == other.key[0]

    @cached_property
    def opposite(self) -> str:
        """The opposite of the polynomial, as it is written in keys."""
        return str(-self.poly)

    def weakened(self) -> Literal:
        return self._weakened

    @cached_property
    def _weakened(self) -> Literal:
        return Literal(self.ring, self.poly, False)

    def sympy(self) -> sp.Basic:
        """The literal as an unevaluated SymPy relation, with the negative terms moved to the right."""
        left, right = list[sp.Expr](), list[sp.Expr]()
        for term in self.terms:
            written = self.ring.written(term)
            (left if term.exact > 0 else right).append(written if term.exact > 0 else -written)
        over, under = sp.Add(*left), sp.Add(*right)
        # the larger side on the right reads as an upper bound when it is the shorter one
        if len(right) > len(left):
            return (sp.Gt if self.strict else sp.Ge)(over, under, evaluate=False)
        return (sp.Lt if self.strict else sp.Le)(under, over, evaluate=False)


def literal(ring: Ring, poly: Poly, *, strict: bool) -> Literal | bool:
    """Normalise poly > 0 (strict) or poly ≥ 0; True or False when coefficients settle it."""
    key = str(poly), strict, len(ring.nonnegative)  # what is known of signs only grows
    known: Literal | bool | None = ring.literals.get(key)
    if known is None:
        known = ring.literals[key] = _normalised(ring, poly, strict=strict)
    return known


def _normalised(ring: Ring, poly: Poly, *, strict: bool) -> Literal | bool:
    if poly.is_zero():
        return not strict
    constant, factors = ring.factor(poly)
    sign = 1 if constant > 0 else -1
    kept = ring.constant(1)
    for factor, power in factors:
        known = ring.sign(factor)
        if known is not None:
            sign *= known ** int(power)
        elif power % 2 or (strict and ring.weak_sign(factor)):
            kept = kept * factor * (1 if power % 2 else ring.weak_sign(factor))
        else:
            kept = kept * factor**2
    kept = kept if sign > 0 else -kept
    strict_sign, weak_sign = ring.sign(kept), ring.weak_sign(kept)
    if strict_sign is not None:
        return strict_sign > 0
    if weak_sign == 1 and not strict:
        return True
    if weak_sign == -1 and strict:
        return False
    return Literal(ring, kept, strict)


def conjunction(literals: Iterable[Literal | bool]) -> tuple[Literal, ...] | None:
    """The literals that are not settled, without repetition; None when one of them is false.

    Factors that one of the literals says are positive are left out of the others.
    """
    found: dict[Literal, None] = {}
    for item in literals:
        if item is False:
            return None
        if isinstance(item, Literal):
            found[item] = None
    for positive in [item for item in found if item.strict and item.poly.total_degree() == 1]:
        reduced = [item if item == positive else _without(item, positive.poly) for item in found]
        if False in reduced:
            return None
        found = dict.fromkeys(item for item in reduced if isinstance(item, Literal))
    return tuple(found)


def _without(item: Literal, factor: Poly) -> Literal | bool:
    """The literal where the factor is positive."""
    rest, remainder = divmod(item.poly, factor)
    if not remainder.is_zero():
        return item
    reduced = literal(item.ring, rest, strict=item.strict)
    return _without(reduced, factor) if isinstance(reduced, Literal) else reduced


def literals(ring: Ring, relations: Iterable[sp.Basic]) -> tuple[Literal, ...]:
    """Relations as literals. Raises DerivationError for anything else, and where they contradict one another outright."""
    given = tuple(relations)
    kept = conjunction(inequalities(ring, given))
    if kept is None:
        raise DerivationError(f"the conditions {', '.join(map(str, given))} cannot hold together")
    return kept


def inequalities(ring: Ring, relations: Iterable[sp.Basic]) -> list[Literal | bool]:
    """Relations as literals, some of them settled; an equation becomes two."""
    found: list[Literal | bool] = []
    for relation in relations:
        if isinstance(relation, sp.And):
            found += inequalities(ring, relation.args)
        elif relation in (sp.true, sp.false):
            found.append(bool(relation))
        elif isinstance(relation, sp.Eq | sp.Ge | sp.Gt | sp.Le | sp.Lt):
            gap = ring.quotient(relation.lhs) - ring.quotient(relation.rhs)
            if isinstance(relation, sp.Eq | sp.Ge | sp.Gt):
                found.append(literal(ring, gap.oriented(), strict=isinstance(relation, sp.Gt)))
            if isinstance(relation, sp.Eq | sp.Le | sp.Lt):
                found.append(literal(ring, -gap.oriented(), strict=isinstance(relation, sp.Lt)))
        else:
            raise DerivationError(f"the engine cannot use the condition {relation}")
    return found
