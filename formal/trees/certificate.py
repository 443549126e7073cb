"""Certificates of a yes, and their checker: exact arithmetic, no solver, no search.

What acceptance means
---------------------
`check(game, certificate)` returns normally only if, for all values of the symbols that satisfy the constraints, the history
has the property. It shares with the engine the tree and the arithmetic of polynomials only.

1. *Goals.* A property is a conjunction over ways to leave the honest path; formal.trees.entailment.
2. *Regions.* For each goal, sets of comparisons p ≥ 0 that decide it on the tree as it was given.
3. *Cover.* The constraints, and for each region that one of its comparisons is false, cannot all hold; formal.trees.refutation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from formal.trees.entailment import entailed, goals
from formal.trees.game import History, SecurityGame
from formal.trees.polynomial import Poly, primitive
from formal.trees.refutation import RejectedError, denial, disjunction, positive, refute


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
