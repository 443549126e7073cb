"""Semidefinite programs whose solution is wanted exactly: positive semidefinite matrices with polynomials in a linear equation.

See `formal.certify.squares` for the equation and for the sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np

from formal.certify.linear import null_space
from formal.certify.reading import Poly

Floats = Any  # an array of NumPy
Powers = tuple[int, ...]
ROUNDS, CUTS = 6, (1e-3, 1e-4, 1e-5)
DENOMINATORS = (1, 2, 12, 60, 5_040, 2**20, 2**32)
SMALL, NEAR, LARGEST = 60, 1e-3, 10**60


@dataclass(frozen=True)
class Block:
    """factor · vᵀ G v, with v a vector of polynomials."""

    factor: Poly
    vector: tuple[Poly, ...]


@dataclass(frozen=True)
class Numbers:
    """An exact solution; the vectors may be others than were given."""

    positive: tuple[Any, ...]
    blocks: tuple[tuple[tuple[Poly, ...], list[list[Any]]], ...]
    free: tuple[Any, ...]


@dataclass
class Gram:
    """Σ positive λ + Σ factor vᵀ G v + Σ free μ = 0, with Σ λ = 1, λ ≥ 0 and each G positive semidefinite."""

    positive: Sequence[Poly]
    blocks: list[Block]
    free: Sequence[Poly]

    def solved(self) -> Numbers | None:
        """An exact solution, or None when none is found."""
        first = System(self.positive, self.blocks, self.free)
        found = first.proposal()
        if found is None:
            return None
        return next((n for cut in CUTS if (n := self._reduced(cut, first, found)) is not None), None)

    def _reduced(self, cut: float, system: System, found: Floats | None) -> Numbers | None:
        """The vectors are restricted as long as eigenvalues below the cut are found."""
        for _ in range(ROUNDS):
            if found is None:
                return None
            matrices = system.matrices(found)
            largest = max((float(np.max(np.abs(m))) for m in matrices if m.size), default=1.0)
            kept = [_restricted(b, m, cut * largest) for b, m in zip(system.blocks, matrices, strict=True)]
            if all(len(k.vector) == len(b.vector) for k, b in zip(kept, system.blocks, strict=True)):
                return system.exact(found)
            system = System(self.positive, kept, self.free)
            found = system.proposal()
        return None


class System:
    """The coefficients of the identity, one a row, and the weights' sum; one column for each unknown."""

    def __init__(self, positive: Sequence[Poly], blocks: Sequence[Block], free: Sequence[Poly]) -> None:
        self.positive, self.blocks, self.free = positive, blocks, free
        self.columns: list[dict[Powers | None, Any]] = [{**_terms(p), None: flint.fmpq(1)} for p in positive]
        self.places: list[dict[tuple[int, int], int]] = []
        for block in blocks:
            places = {}
            for j, second in enumerate(block.vector):
                for i, first in enumerate(block.vector[: j + 1]):
                    places[i, j] = len(self.columns)
                    self.columns.append(_terms(block.factor * first * second * (1 if i == j else 2)))
            self.places.append(places)
        self.columns += [_terms(p) for p in free]
        self.rows = {p: k for k, p in enumerate(dict.fromkeys(p for c in self.columns for p in c))}

    def proposal(self) -> Floats | None:
        """The unknowns in floating point, somewhere in the middle of what is possible."""
        import clarabel
        from scipy import sparse

        entries = [(self.rows[p], k, float(v.p) / float(v.q)) for k, c in enumerate(self.columns) for p, v in c.items()]
        scale = np.ones(len(self.columns))
        order: list[int] = list(range(len(self.positive)))
        cones: list[Any] = [clarabel.ZeroConeT(len(self.rows)), clarabel.NonnegativeConeT(len(self.positive))]
        for places, block in zip(self.places, self.blocks, strict=True):
            if block.vector:
                cones.append(clarabel.PSDTriangleConeT(len(block.vector)))
                order += places.values()
                for (i, j), place in places.items():
                    scale[place] = 1.0 if i == j else 2.0**-0.5
        above = len(self.rows)
        rows = [r for r, *_ in entries] + [above + k for k in range(len(order))]
        cols = [c for _, c, _ in entries] + order
        data = [v * scale[c] for _, c, v in entries] + [-1.0] * len(order)
        shape = (above + len(order), len(self.columns))
        matrix = sparse.csc_matrix((data, (rows, cols)), shape=shape)
        right = np.zeros(shape[0])
        right[self.rows[None]] = 1.0
        settings = clarabel.DefaultSettings()
        settings.verbose, settings.max_iter, settings.max_threads = False, 100, 1
        nothing = sparse.csc_matrix((shape[1], shape[1]))
        solution = clarabel.DefaultSolver(nothing, np.zeros(shape[1]), matrix, right, cones, settings).solve()
        if str(solution.status) not in ("Solved", "AlmostSolved", "InsufficientProgress"):
            return None
        return np.array(solution.x) * scale

    def matrices(self, found: Floats) -> list[Floats]:
        """The proposed matrices."""
        return [
            np.array([[found[places[min(i, j), max(i, j)]] for j in range(n)] for i in range(n)]).reshape(n, n)
            for places, n in zip(self.places, (len(b.vector) for b in self.blocks), strict=True)
        ]

    def exact(self, found: Floats) -> Numbers | None:
        """The identity holds exactly, with numbers near those that were found, or None when no rounding is good enough."""
        from scipy.linalg import qr

        dense = np.zeros((len(self.rows), len(self.columns)))
        for k, column in enumerate(self.columns):
            for p, value in column.items():
                dense[self.rows[p], k] = float(value.p) / float(value.q)
        weight = np.ones(len(self.columns))
        weight[: len(self.positive)] = np.maximum(found[: len(self.positive)], 1e-9)
        weight[len(self.columns) - len(self.free) :] = 1e3
        triangle, pivots = qr(dense * weight, mode="r", pivoting=True)
        diagonal = np.abs(np.diag(triangle))
        rank = int(np.sum(diagonal > 1e-9 * max(float(diagonal[0]), 1.0))) if diagonal.size else 0
        solved, rounded = [int(k) for k in pivots[:rank]], [int(k) for k in pivots[rank:]]
        for denominator in DENOMINATORS:
            values = self._completed(found, solved, rounded, denominator)
            if values is not None:
                numbers = self._numbers(values)
                if numbers is not None:
                    return numbers
        return None

    def _completed(self, found: Floats, solved: list[int], rounded: list[int], denominator: int) -> list[Any] | None:
        """All unknowns: these are rounded, those are what the equations say."""
        values: list[Any] = [flint.fmpq(0)] * len(self.columns)
        right = [flint.fmpq(0)] * len(self.rows)
        right[self.rows[None]] = flint.fmpq(1)
        for k in rounded:
            values[k] = flint.fmpq(round(float(found[k]) * denominator), denominator)
            if values[k] != 0:
                for p, value in self.columns[k].items():
                    right[self.rows[p]] -= value * values[k]
        width = len(solved) + 1
        flat = [flint.fmpq(0)] * (len(self.rows) * width)
        for place, k in enumerate(solved):
            for p, value in self.columns[k].items():
                flat[self.rows[p] * width + place] = value
        for row, value in enumerate(right):
            flat[row * width + width - 1] = value
        reduced, rank = flint.fmpq_mat(len(self.rows), width, flat).rref()
        if rank != len(solved) or any(reduced[k, k] != 1 for k in range(rank)):
            return None
        for place, k in enumerate(solved):
            values[k] = reduced[place, width - 1]
        return values

    def _numbers(self, values: list[Any]) -> Numbers | None:
        """The solution, if weights are not negative and matrices positive semidefinite, in numbers of some length."""
        positive, free = values[: len(self.positive)], values[len(values) - len(self.free) :] if self.free else []
        if any(v < 0 for v in positive) or any(abs(int(v.p)) > LARGEST or int(v.q) > LARGEST for v in values):
            return None
        blocks = []
        for block, places in zip(self.blocks, self.places, strict=True):
            n = len(block.vector)
            matrix = [[values[places[min(i, j), max(i, j)]] for j in range(n)] for i in range(n)]
            if factored(matrix) is None:
                return None
            blocks.append((block.vector, matrix))
        return Numbers(tuple(positive), tuple(blocks), tuple(free))


def factored(matrix: list[list[Any]]) -> list[tuple[Any, list[Any]]] | None:
    """Positive weights d and rows l with matrix = Σ d lᵀ l; None when it is not positive semidefinite."""
    rest, count = [list(row) for row in matrix], len(matrix)
    found: list[tuple[Any, list[Any]]] = []
    for k in range(count):
        pivot = rest[k][k]
        if pivot < 0 or (pivot == 0 and any(v != 0 for v in rest[k])):
            return None
        if pivot == 0:
            continue
        row = [v / pivot for v in rest[k]]
        found.append((pivot, row))
        for i in range(k, count):
            if rest[i][k] != 0:
                factor = rest[i][k]
                rest[i] = [v - factor * r for v, r in zip(rest[i], row, strict=True)]
    return found


def _terms(poly: Poly) -> dict[Powers | None, Any]:
    return {tuple(map(int, p)): c for p, c in poly.to_dict().items()}


def _restricted(block: Block, matrix: Floats, cut: float) -> Block:
    """The block on what is orthogonal to its kernel, which is guessed from eigenvalues below the cut."""
    if not block.vector:
        return block
    values, vectors = np.linalg.eigh(matrix)
    singular = vectors[:, values < cut]
    if singular.shape[1] == 0:
        return block
    if singular.shape[1] == len(block.vector):
        return Block(block.factor, ())
    kernel = _rational(singular.T)
    if kernel is None:
        return block
    kept = [
        sum((c * poly for c, poly in zip(row, block.vector, strict=True) if c != 0), start=0 * block.factor)
        for row in null_space(kernel)
    ]
    return Block(block.factor, tuple(kept))


def _rational(rows: Floats) -> Any:
    """The rational matrix in reduced echelon form that spans nearly the same; None when its numbers are not simple."""
    work, pivots, count = np.array(rows, dtype=float), list[int](), rows.shape[0]
    for k in range(count):
        rest = np.abs(work[k:, :])
        i, j = np.unravel_index(int(np.argmax(rest)), rest.shape)
        work[[k, k + int(i)]] = work[[k + int(i), k]]
        work[k] /= work[k, j]
        pivots.append(int(j))
        for other in range(count):
            if other != k:
                work[other] -= work[other, j] * work[k]
    flat = []
    for value in work.flatten():
        near = _simple(float(value))
        if near is None:
            return None
        flat.append(near)
    return flint.fmpq_mat(count, rows.shape[1], flat)


def _simple(value: float) -> Any:
    for bottom in range(1, SMALL):
        top = round(value * bottom)
        if abs(value - top / bottom) < NEAR / bottom:
            return flint.fmpq(top, bottom)
    return None
