"""Why something holds at a point: the few comparisons that decide it.

Each property is a monotone formula of comparisons "polynomial ≥ 0" over keys (a node, and what is asked about it). A key has
*alternatives*; it holds if in one of them all comparisons and all further keys hold. That it fails is again such a formula,
of strict comparisons "polynomial > 0". So the comparisons found for a point are a region on which the answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from formal.trees.polynomial import Poly

Key = Any
MOST = 1e12  # costs are not added up beyond this
ENOUGH, SMALL = 1.2, 20


@dataclass(frozen=True)
class Alternative:
    """Comparisons and keys that suffice together; `tag` says what it means (the action chosen, for instance)."""

    comparisons: tuple[Poly, ...] = ()
    keys: tuple[Key, ...] = ()
    tag: object = None


@dataclass
class Reason:
    """Comparisons that suffice, and for each key on the way the alternative taken."""

    comparisons: tuple[Poly, ...]
    taken: dict[Key, Alternative]


def reason(goal: Key, alternatives: Callable[[Key], Iterable[Alternative]], cost: Callable[[Poly], float]) -> Reason:
    """The cheapest reason for a key that holds; the cost of a reason is about the sum of its comparisons'.

    `alternatives` gives only those that hold at the point. Keys are met from the leaves up, without recursion.
    """
    best: dict[Key, tuple[float, Alternative]] = {}
    open_: dict[Key, list[Alternative]] = {}
    stack = [goal]
    while stack:
        key = stack[-1]
        if key in best:
            stack.pop()
            continue
        listed = open_.get(key)
        if listed is None:
            listed = open_[key] = _listed(alternatives(key), cost)
            missing = [k for a in listed for k in a.keys if k not in best]
            if missing:
                stack += missing
                continue
        stack.pop()
        best[key] = _cheapest(listed, best, cost)
        del open_[key]
    return _collected(goal, lambda key: best[key][1], cost)


def first_reason(goal: Key, alternatives: Callable[[Key], Iterable[Alternative]], cost: Callable[[Poly], float]) -> Reason:
    """A reason that takes at each key the alternative that is cheapest there, without a look at what it leads to."""
    return _collected(goal, lambda key: min(alternatives(key), key=lambda a: _price(a, cost)), cost)


def _price(one: Alternative, cost: Callable[[Poly], float]) -> float:
    return sum([cost(c) for c in one.comparisons]) + len(one.keys)


def _listed(alternatives: Iterable[Alternative], cost: Callable[[Poly], float]) -> list[Alternative]:
    """The alternatives; or only the first that takes about one comparison and no further keys, which is good enough."""
    listed = []
    for one in alternatives:
        if not one.keys and len(one.comparisons) <= SMALL and sum([cost(c) for c in one.comparisons]) <= ENOUGH:
            return [one]
        listed.append(one)
    return listed


def _cheapest(
    listed: list[Alternative], best: dict[Key, tuple[float, Alternative]], cost: Callable[[Poly], float]
) -> tuple[float, Alternative]:
    found: tuple[float, Alternative] | None = None
    for one in listed:
        total = sum([best[k][0] for k in one.keys]) + sum([cost(c) for c in one.comparisons])
        if found is None or total < found[0]:
            found = (min(total, MOST), one)
    if found is None:
        raise AssertionError("a key that holds has an alternative that does")
    return found


def _collected(goal: Key, chosen: Callable[[Key], Alternative], cost: Callable[[Poly], float]) -> Reason:
    """The reason that takes the chosen alternative at each key that it leads to."""
    comparisons: dict[Poly, None] = {}
    taken: dict[Key, Alternative] = {}
    stack = [goal]
    while stack:
        key = stack.pop()
        if key in taken:
            continue
        one = taken[key] = chosen(key)
        comparisons.update((c, None) for c in one.comparisons if cost(c))
        stack += one.keys
    return Reason(tuple(comparisons), taken)
