"""Gradings: weights of the variables under which every fact is homogeneous.

An identity of such polynomials holds in each degree by itself, so that only products of one degree have to be combined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import lcm

import flint

from formal.certify.linear import null_space
from formal.certify.reading import Poly

Degree = tuple[int, ...]


class Grading:
    """All gradings of the polynomials at once: the degree of a monomial is a tuple, and () where there is none."""

    def __init__(self, polys: Iterable[Poly], count: int) -> None:
        rows = set[tuple[int, ...]]()
        used = set[int]()
        for poly in polys:
            first, *others = [tuple(map(int, p)) for p in poly.monoms()] or [(0,) * count]
            used.update(i for p in (first, *others) for i, k in enumerate(p) if k)
            rows.update(tuple(a - b for a, b in zip(p, first, strict=True)) for p in others)
        self.weights = _kernel(sorted(rows), sorted(used), count)

    def degree(self, powers: Sequence[int]) -> Degree:
        """The degree of a monomial."""
        return tuple(sum(w * int(k) for w, k in zip(weights, powers, strict=True) if k) for weights in self.weights)

    def of(self, poly: Poly) -> Degree:
        """The degree of a homogeneous polynomial that is not zero."""
        return self.degree(poly.monoms()[0])


def plus(first: Degree, second: Degree) -> Degree:
    """The degree of a product."""
    return tuple(a + b for a, b in zip(first, second, strict=True))


def _kernel(rows: Sequence[Sequence[int]], used: Sequence[int], count: int) -> list[tuple[int, ...]]:
    """Integer vectors that span what is orthogonal to the rows, 0 at places that are not used."""
    if not used:
        return []
    flat = [flint.fmpq(row[i]) for row in rows for i in used] or [flint.fmpq(0)] * len(used)
    found = []
    for vector in null_space(flint.fmpq_mat(max(len(rows), 1), len(used), flat)):
        scale, whole = lcm(*(int(c.q) for c in vector)), [0] * count
        for place, value in zip(used, vector, strict=True):
            whole[place] = int((value * scale).p)
        found.append(tuple(whole))
    return found
