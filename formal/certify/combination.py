"""Linear combinations of polynomials that vanish: a linear program finds the support, exact arithmetic the weights."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import Any

import flint
import numpy as np

from formal.certify.reading import Poly

TINY = 1e-9
ONE = flint.fmpq(1)


def combination(columns: list[Poly], signed: int, strict: list[bool]) -> dict[int, Any] | None:
    """Weights with Σ weight column = 0 exactly, those of `signed` columns not negative and some strict one positive."""
    rows = {p: k for k, p in enumerate(dict.fromkeys(tuple(map(int, p)) for q in columns for p in q.monoms()))}
    try:
        support = _support(columns, signed, rows, strict)
    except OverflowError:  # numbers that are no floating-point numbers
        return None
    if not support:
        return None
    entries = [{tuple(map(int, p)): c for p, c in columns[k].to_dict().items()} for k in support]
    zero = flint.fmpq(0)
    flat = [value for p in rows for value in (*(e.get(p, zero) for e in entries), zero)]
    flat += [flint.fmpq(int(k < signed and strict[k])) for k in support] + [ONE]  # the strict weights sum to 1
    reduced, rank = flint.fmpq_mat(len(rows) + 1, len(support) + 1, flat).rref()
    weights = dict[int, Any]()
    for row in range(rank):
        pivot = next(k for k in range(len(support) + 1) if reduced[row, k] != 0)
        if pivot == len(support):
            return None
        weights[support[pivot]] = reduced[row, len(support)]
    weights = {k: w for k, w in weights.items() if w != 0}
    return weights if all(w > 0 for k, w in weights.items() if k < signed) else None


@lru_cache(maxsize=1)
def _linear_programs() -> tuple[Any, Any]:
    """HiGHS, which introduces itself on standard output when it is first made."""
    import highspy

    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        program = highspy.Highs()
        program.setOptionValue("output_flag", False)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    return highspy, program


def _support(columns: list[Poly], signed: int, rows: dict[tuple[int, ...], int], strict: list[bool]) -> list[int]:
    """The columns that a vertex of the linear program uses, as floating point sees it."""
    highspy, program = _linear_programs()
    starts, index, value, cost = [0], list[int](), list[float](), list[float]()
    for k, poly in enumerate(columns):
        entries = poly.to_dict().items()
        size = max((abs(float(c.p) / float(c.q)) for _, c in entries), default=1.0)
        cost.append((1.0 + float(poly.total_degree())) * size if k < signed else 0.0)
        for powers, coefficient in entries:
            index.append(rows[tuple(map(int, powers))])
            value.append(float(coefficient.p) / float(coefficient.q))
        if k < signed and strict[k]:
            index.append(len(rows))
            value.append(1.0)
        starts.append(len(index))
    right = np.zeros(len(rows) + 1)
    right[-1] = 1.0
    program.clearModel()
    program.setOptionValue("threads", 1)
    program.setOptionValue("simplex_iteration_limit", 20_000)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), len(rows) + 1
    model.col_cost_ = np.array(cost)
    model.col_lower_ = np.array([0.0] * signed + [-highspy.kHighsInf] * (len(columns) - signed))
    model.col_upper_ = np.full(len(columns), highspy.kHighsInf)
    model.row_lower_ = model.row_upper_ = right
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = np.array(starts), np.array(index), np.array(value)
    program.passModel(model)
    program.run()
    if program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return []
    return [k for k, x in enumerate(program.getSolution().col_value) if abs(x) > TINY]
