"""The weakest condition under which a property holds, in the input format.

Where the property fails, one of the strict regions holds: so the property holds exactly where of each such region at least one
comparison is false, which is a clause of weak comparisons. Clauses that the others imply, and comparisons that no point of the
others satisfies, are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from formal.trees.decide import Engine, Finding
from formal.trees.domain import Domain
from formal.trees.expression import Clause, Comparison
from formal.trees.polynomial import Poly, Symbols, negative, primitive, shown


@dataclass
class Precondition:
    """A conjunction of clauses, equivalent to the property under the constraints; `never`: no point satisfies it."""

    clauses: list[Clause] = field(default_factory=list)
    never: bool = False
    unsure: str = ""


def precondition(engine: Engine, found: Finding) -> Precondition:
    """The weakest precondition of a property for a history. Its `unsure` says why it was not found."""
    from formal.trees.solver import Unsure

    clauses: dict[frozenset[Poly], None] = {}
    for goal in dict.fromkeys(p.goal for p in found.goals):
        cover = engine.whole_cover(found.asked, goal)
        if not cover.complete:
            return Precondition(unsure=cover.unsure)
        for region in cover.parts(False):
            clauses[frozenset(primitive(negative(c)) for c in region.comparisons)] = None
    domain = engine.search(found.asked).domain
    try:
        return _simplified(domain, [sorted(c) for c in clauses])
    except Unsure as error:
        return Precondition([_clause(c) for c in map(sorted, clauses)], unsure=str(error))


def _clause(polys: list[Poly]) -> Clause:
    return tuple(Comparison(p, ">=") for p in polys)


def _simplified(domain: Domain, clauses: list[list[Poly]]) -> Precondition:
    solver = domain.solver
    guards = [solver.guard(_clause(clause)) for clause in clauses]
    if domain.find(*guards) is None:
        return Precondition(never=True)
    kept = list(range(len(clauses)))
    for number in sorted(kept, key=lambda k: -len(clauses[k])):
        others = [guards[k] for k in kept if k != number]
        if solver.find(*others, solver.guard(*_none_of(clauses[number]))) is None:
            kept.remove(number)
    for number in kept:
        others = [guards[k] for k in kept if k != number]
        for poly in list(clauses[number]):
            rest = [p for p in clauses[number] if p != poly]
            if rest and solver.find(*others, solver.guard(_clause([poly]), *_none_of(rest))) is None:
                clauses[number] = rest
        solver.under(guards[number], _clause(clauses[number]))
    return Precondition([_clause(clauses[k]) for k in kept])


def _none_of(polys: list[Poly]) -> list[Clause]:
    return [(Comparison(negative(p), ">"),) for p in polys]


def constraint_text(symbols: Symbols, clause: Clause) -> str:
    """A clause in the input format."""
    return " | ".join(comparison_text(symbols, c.poly, c.relation) for c in clause) or "0 > 0"


def comparison_text(symbols: Symbols, poly: Poly, relation: str) -> str:
    """A comparison with what is added on either side."""
    poly = primitive(poly)
    left = tuple((m, c) for m, c in poly if c > 0)
    right = tuple((m, -c) for m, c in poly if c < 0)
    return f"{shown(symbols, left)} {relation} {shown(symbols, right)}"


def point_text(symbols: Symbols, point: tuple[Fraction, ...]) -> dict[str, str]:
    return {name: str(x) for name, x in zip(symbols.names, point, strict=True)}
