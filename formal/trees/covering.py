"""Search for certificates: what decides the goals of a yes, with proofs that the regions cover the constraints."""

from __future__ import annotations

from typing import Any

from formal.trees.certificate import Certificate, GoalProof, RegionProof, check
from formal.trees.decide import Engine, Finding
from formal.trees.polynomial import Poly, Symbols
from formal.trees.prover import NotFoundError, Prover
from formal.trees.refutation import Disjunction, RejectedError, denial, disjunction, positive
from formal.trees.search import Region

WORK, REGIONS = 1_500, 60  # linear programs and regions of a certificate that is found by the way; with --certify, any number


def certified(engine: Engine, found: Finding, work: int | None = WORK) -> str:
    """ "certified" when a certificate was found and the checker accepts it, else why not."""
    try:
        certificate = find(engine, found, work)
        check(engine.game, certificate)
    except NotFoundError as error:
        return f"not certified: {error}"
    except RejectedError as error:
        return f"NOT certified: the checker rejects: {error}"
    return "certified"


def find(engine: Engine, found: Finding, work: int | None = WORK) -> Certificate:
    """A certificate of a yes. Raises NotFoundError."""
    symbols, search = engine.game.symbols, engine.search(found.asked)
    constraints = [disjunction(symbols, c) for c in engine.game.constraints(found.asked)]
    if work is not None and any(len(cover.regions) > REGIONS for cover in found.covers.values()):
        raise NotFoundError(f"more than {REGIONS} regions; --certify takes the time")
    prover = Prover(work)
    always: dict[Poly, Any] = {}
    numbers: dict[Any, int] = {}
    proofs: list[GoalProof] = []
    for placed in found.goals:
        if placed.goal in numbers:
            continue
        regions = found.covers[placed.goal].regions
        for region in regions:
            used = {c for a in region.taken.values() for c in a.comparisons if search.domain.always.get(c)}
            for poly in sorted(used):
                if poly not in always:
                    always[poly] = prover.refute([*constraints, denial(symbols, [poly])])
        denials = [denial(symbols, region.comparisons) for region in regions]
        cover = prover.refute([*constraints, *denials])
        numbers[placed.goal] = len(proofs)
        proofs.append(GoalProof([_region(symbols, prover, constraints, region) for region in regions], cover))
    return Certificate(found.asked, found.history, list(always.items()), proofs, [numbers[p.goal] for p in found.goals])


def _region(symbols: Symbols, prover: Prover, constraints: list[Disjunction], region: Region) -> RegionProof:
    given = [positive(symbols, poly, False) for poly in region.comparisons]
    proofs = [(poly, prover.refute([*constraints, *given, denial(symbols, [poly])])) for poly in region.implied]
    return RegionProof(region.comparisons, proofs)
