"""Linear algebra in exact rationals."""

from __future__ import annotations

from typing import Any

import flint


def null_space(matrix: Any) -> list[list[Any]]:
    """A basis of the vectors that a rational matrix maps to 0: in each, one of the free places is 1, the others are 0."""
    reduced, rank = matrix.rref()
    count = matrix.ncols()
    pivots = [next(k for k in range(count) if reduced[row, k] != 0) for row in range(rank)]
    found = []
    for free in (k for k in range(count) if k not in pivots):
        vector = [flint.fmpq(int(k == free)) for k in range(count)]
        for row, pivot in enumerate(pivots):
            vector[pivot] = -reduced[row, free]
        found.append(vector)
    return found
