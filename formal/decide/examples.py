"""Counterexamples by trial: simple rational points at which floating point sees the goal fail, simplest first.

What is found here is only a suggestion: the caller evaluates it exactly. Finding nothing says nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce

import numpy as np
import sympy as sp
from sympy.core.relational import Relational

from formal.decide.goal import Goal
from formal.model.table import Array, Table
from formal.model.threshold import rests_on

TRIALS = 20_000
FEW = 6_000
SHOWN = 12
MOST = 20_000
LATEST = 30
PLAIN = (1e-3, 1e3)  # sizes of numbers at points that are remembered
ZERO = 6
SIZES = (-4.0, 3.0)  # logarithms of numbers that are not simple
ENDS = 0.3  # how many, of those between two bounds, lie at either of them
POOL = [sp.Rational(p, q) for q in (1, 2, 3, 4, 8) for p in range(1, 4 * q + 1) if sp.igcd(p, q) == 1]

_seen: dict[sp.Basic, Array] = {}  # values at the points of `plausible` and `simple_points`
_met: ContextVar[deque[Table] | None] = ContextVar("met", default=None)  # values at solutions of other questions


def suggestions(goal: Goal) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Points at which the goal seems to fail, the simplest numbers first."""
    generator = np.random.default_rng(20231)
    chosen = {v: _drawn(v, generator) for v in goal.variables}
    numbers = {v: np.array([float(r) for r in pool])[places] for v, (pool, places) in chosen.items()}
    table = Table(numbers, TRIALS)
    with np.errstate(all="ignore"):
        admitted = reduce(
            np.logical_and, (table.truth(f) for f in (*goal.all_facts(), *goal.hypotheses)), np.ones(TRIALS, bool)
        )
        fails = np.flatnonzero(admitted & ~table.truth(goal.conclusion))
    yield from _simplest(chosen, fails)


def _simplest(chosen: Mapping[sp.Symbol, tuple[list[sp.Rational], Array]], some: Array) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Those of some points with the simplest numbers."""
    size = {v: np.array([int(abs(r.p) + 2 * r.q) if r else ZERO for r in pool]) for v, (pool, _) in chosen.items()}
    effort = sum((size[v][places[some]] for v, (_, places) in chosen.items()), np.zeros(len(some)))
    for place in some[np.lexsort((some, effort))][:SHOWN]:
        yield {v: pool[places[place]] for v, (pool, places) in chosen.items()}


def _drawn(variable: sp.Symbol, generator: np.random.Generator, size: int = TRIALS) -> tuple[list[sp.Rational], Array]:
    """Simple numbers of the variable's sign, and which of them each trial takes."""
    numbers = [r for r in POOL if r.is_Integer] * 10 if variable.is_integer else POOL
    pool = [] if variable.is_negative or variable.is_nonpositive else list(numbers)
    if not (variable.is_positive or variable.is_nonnegative):
        pool += [-r for r in numbers]
    if not variable.is_nonzero:
        pool = [sp.Integer(0)] * (len(numbers) // 8) + pool
    return pool, generator.integers(0, len(pool), size)


def plausible(goal: Goal) -> bool:
    """Whether what the goal assumes seems to hold, in floating point, at a point that was met or at one of some points."""
    conditions, variables = (*goal.all_facts(), *goal.hypotheses), set(goal.variables)
    there = (table for table in reversed(_met.get() or ()) if variables <= table.values.keys())
    with np.errstate(all="ignore"):
        if any(all(map(table.truth, conditions)) for table in there):
            return True
    return bool(_admitted(goal.variables, conditions).any())


@contextmanager
def apart() -> Iterator[None]:
    """Inside the block points that are met are remembered, and none that were met outside of it."""
    token = _met.set(deque(maxlen=LATEST))
    try:
        yield
    finally:
        _met.reset(token)


def meet(point: Mapping[sp.Symbol, float]) -> None:
    """Remember where something was found to hold, unless rounding may matter there: what is asked next often holds too."""
    met = _met.get()
    if met is not None and all(number == 0 or PLAIN[0] <= abs(number) <= PLAIN[1] for number in point.values()):
        met.append(Table({symbol: np.array([number]) for symbol, number in point.items()}, 1))


def simple_points(goal: Goal) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Some of these points at which all that the goal assumes and concludes seems to hold, the simplest numbers first."""
    holds = _admitted(goal.variables, (*goal.all_facts(), *goal.hypotheses, goal.conclusion))[: FEW // 2]
    if holds.any() and not any(isinstance(v, sp.Dummy) for v in goal.variables):
        yield from _simplest({v: _drawn(v, _generator(v), FEW) for v in goal.variables}, np.flatnonzero(holds))


def _admitted(variables: Iterable[sp.Symbol], conditions: Sequence[sp.Basic]) -> Array:
    table, admitted = Table(_seen, FEW), np.ones(FEW, bool)
    with np.errstate(all="ignore"):
        for symbol in sorted(variables, key=lambda v: isinstance(v, sp.Dummy)):
            if symbol not in _seen:
                _seen[symbol] = _spread(symbol, conditions, table)
        for condition in conditions:
            admitted &= table.truth(condition)
            if not admitted.any():
                break
    return admitted


def forget() -> None:
    """Give back memory, where there is much that `plausible` has seen."""
    if len(_seen) > MOST:
        _seen.clear()


def _generator(symbol: sp.Symbol) -> np.random.Generator:
    return np.random.default_rng(sum(map(ord, symbol.name)))


def _spread(symbol: sp.Symbol, conditions: Sequence[sp.Basic], table: Table) -> Array:
    """Simple numbers at half of the points, numbers of all sizes at the others.

    An unknown that the conditions bound lies between its bounds, or at one of them.
    """
    generator = _generator(symbol)
    pool, places = _drawn(symbol, generator, FEW)
    simple = np.array([float(r) for r in pool])[places]
    sizes = np.copysign(np.exp(generator.uniform(*SIZES, FEW)), simple)
    drawn = simple if symbol.is_integer else np.where(np.arange(FEW) < FEW // 2, simple, sizes)
    if not isinstance(symbol, sp.Dummy):
        return drawn
    bounds = [c for c in conditions if isinstance(c, Relational) and c.lhs == symbol and rests_on(c.rhs) <= _seen.keys()]
    low = reduce(np.maximum, (table.value(c.rhs) for c in bounds if c.rel_op in (">", ">=")), np.full(FEW, -np.inf))
    high = reduce(np.minimum, (table.value(c.rhs) for c in bounds if c.rel_op in ("<", "<=")), np.full(FEW, np.inf))
    share = np.clip(generator.uniform(-ENDS, 1 + ENDS, FEW), 0, 1)
    return np.where(np.isfinite(low) & np.isfinite(high), low + share * (high - low), drawn)
