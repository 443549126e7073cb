"""Regions of the parameter space as disjunctions of conjunctions of literals, with the Boolean operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from formal.derive.literals import Literal
from formal.derive.normal_form import minimal
from formal.derive.plans import Search

Conjunction = tuple[Literal, ...]
Region = tuple[Conjunction, ...]

NOWHERE: Region = ()
EVERYWHERE: Region = ((),)


def region(search: Search, found: Iterable[Sequence[Literal | bool] | None]) -> Region:
    """The union of conjunctions, without those that are empty or inside another."""
    kept: list[Conjunction] = []
    for literals in found:
        one = None if literals is None else search.conjunction(literals)
        if one is None or not search.space.possible(one) or any(set(other) <= set(one) for other in kept):
            continue
        kept = [other for other in kept if not set(one) <= set(other)] + [one]
    return tuple(kept)


def union(search: Search, *parts: Region) -> Region:
    return region(search, (one for part in parts for one in part))


def intersection(search: Search, *parts: Region) -> Region:
    """The part of the space that lies in all of the regions."""
    total = EVERYWHERE
    for part in parts:
        total = region(search, ([*first, *second] for first in total for second in part))
    return total


def complement(search: Search, part: Region) -> Region:
    """The rest of the space."""
    outside = [region(search, ([item] for literal in one for item in literal.complement())) for one in part]
    return intersection(search, *outside)


def simplified(search: Search, part: Region, base: Conjunction = ()) -> Region:
    """The region inside `base` with few conjunctions of few literals."""
    space, kept = search.space, list[Conjunction]()
    for one in sorted(part, key=lambda c: (len(c), [item.cost for item in c])):
        whole = search.conjunction([*base, *one])
        if whole is None or not space.possible(whole):
            continue
        if not kept or space.possible(whole, *(space.none_of(other) for other in kept)):
            kept.append(tuple(item for item in minimal(space, whole) if item not in base))
    return tuple(kept)
