"""The space over which a stage is solved: facts, sample points, and a solver that finds points and refutes regions.

Nothing here is evidence. Samples are floating point and steer the search; the solver's answers are conjectures that
`formal.obligations` states again, from the game, and has decided by another encoder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
import sympy as sp
import z3

from formal.derive.literals import Literal, literals
from formal.derive.polynomial import Poly, Ring
from formal.ladder import LONG, SHORT, Rung, core, run
from formal.model.parameters import Parameter
from formal.model.threshold import Threshold

SAMPLES = 3000
EDGES = 0.04
MOSTLY = 0.9
NEAR = 1e-10
CORE_WORK = 3_000


@dataclass(frozen=True)
class Point:
    """A point that the solver found: exact values by place, the nearest floats, and rational numbers if all are."""

    exact: dict[int, Any]
    floats: list[float]
    rational: list[Any] | None


class Space:
    """Parameters, thresholds and earlier choices, with everything that is known of them."""

    def __init__(self, ring: Ring, scale: Iterable[sp.Symbol], context: z3.Context) -> None:
        self.ring, self.context = ring, context
        self.unit = {ring.index[s] for s in scale}
        self.facts: list[z3.BoolRef] = [z3.BoolVal(True, context)]
        self.columns: dict[int, np.ndarray] = {}
        self._terms: dict[str, z3.ArithRef] = {}
        self._values: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._truth: dict[tuple[str, bool], np.ndarray] = {}
        self._impossible: list[frozenset[Literal]] = []
        self.found: list[Point] = []
        self.generator = np.random.default_rng(20231)
        self._small = self.generator.uniform(0.0, MOSTLY, SAMPLES)  # at each sample, how likely a parameter is to be small

    def below(self) -> Space:
        """A copy to which facts can be added without changing this one."""
        child = Space(self.ring, (), self.context)
        child.unit, child.facts, child.columns = self.unit, list(self.facts), dict(self.columns)
        child._terms, child.generator = self._terms, np.random.default_rng(20231)
        return child

    # -- encoding

    def _variable(self, place: int) -> z3.ArithRef:
        return z3.RealVal(1, self.context) if place in self.unit else z3.Real(f"v{place}", self.context)

    def term(self, poly: Poly) -> z3.ArithRef:
        """The polynomial for the solver."""
        key = str(poly)
        if key not in self._terms:
            parts = []
            for powers, coefficient in poly.to_dict().items():
                factors = [self._variable(i) for i, k in enumerate(powers) for _ in range(int(k))]
                number = z3.Q(int(coefficient.p), int(coefficient.q), self.context)
                parts.append(z3.Product([number, *factors]) if factors else number)
            self._terms[key] = z3.Sum(parts) if parts else z3.RealVal(0, self.context)
        return self._terms[key]

    def formula(self, literal: Literal) -> z3.BoolRef:
        term = self.term(literal.poly)
        relation = term > 0 if literal.strict else term >= 0
        return z3.And(*(self.formula(item) for item in literal.exists), relation) if literal.exists else relation

    def all(self, literals: Iterable[Literal]) -> z3.BoolRef:
        return z3.And([z3.BoolVal(True, self.context), *(self.formula(item) for item in literals)])

    def add(self, literals: Iterable[Literal], under: Sequence[Literal] = ()) -> None:
        """Facts that hold wherever the literals `under` do."""
        facts = [self.formula(item) for item in literals]
        self.facts += [z3.Implies(self.all(under), fact) for fact in facts] if under else facts

    # -- solving

    def find(self, *formulas: z3.BoolRef, rungs: Sequence[Rung] = LONG) -> Point | bool | None:
        """A point of the space with these properties, None when there is none, False when the solver gives up."""
        answer = run([*self.facts, *formulas], rungs)
        if answer.model is None:
            return None if answer.status == "unsat" else False
        return self._point(answer.model)

    def refute(self, literals: Sequence[Literal], rival: Sequence[Literal]) -> Point | frozenset[Literal] | None:
        """A point at which all literals hold, else some of them that cannot hold together; None when undecided.

        What was once found to be impossible is not asked again.
        """
        together = frozenset((*literals, *rival))
        if any(item.contradicts(other) for item in literals for other in rival):
            return together
        for core_found in self._impossible:
            if core_found <= together:
                return core_found
        items = sorted(together, key=lambda item: item.cost)
        formulas = [self.formula(item) for item in items]
        answer = run([*self.facts, *formulas], SHORT)
        if answer.model is not None:
            return self._point(answer.model)
        if answer.status != "unsat":
            return None
        used = core(self.facts, formulas, CORE_WORK)
        self._impossible.append(together if used is None else frozenset(items[k] for k in used))
        return self._impossible[-1]

    def _point(self, model: z3.ModelRef) -> Point:
        exact = {i: model.eval(self._variable(i), model_completion=True) for i in range(len(self.ring.symbols))}
        values = list(exact.values())
        rational = None
        if all(z3.is_rational_value(v) for v in values):
            spare = [flint.fmpq(0)] * (len(self.ring.gens) - len(values))
            rational = [flint.fmpq(v.numerator_as_long(), v.denominator_as_long()) for v in values] + spare
        return Point(exact, [_decimal(v) for v in values], rational)

    def shown(self, point: Point) -> str:
        """The parameters and choices at a point, for a message."""
        named = ((symbol, point.exact.get(i)) for i, symbol in enumerate(self.ring.symbols) if i in self.columns)
        return ", ".join(f"{symbol} = {1 if self.ring.index[symbol] in self.unit else value}" for symbol, value in named)

    def impossible(self, *formulas: z3.BoolRef) -> bool:
        """Whether the solver soon refutes the formulas over the whole space."""
        return run([*self.facts, *formulas], rungs=SHORT).status == "unsat"

    def possible(self, literals: Sequence[Literal], *formulas: z3.BoolRef) -> bool:
        """Whether literals and formulas may hold together; without formulas a sample point may settle it."""
        if not formulas and bool(np.any(self.all_hold(literals))):
            return True
        return not self.impossible(self.all(literals), *formulas)

    def feasible(self, literals: Sequence[Literal], *formulas: z3.BoolRef) -> bool:
        """Whether the solver soon finds a point at which literals and formulas hold."""
        return run([*self.facts, self.all(literals), *formulas], rungs=SHORT).status == "sat"

    def none_of(self, literals: Iterable[Literal]) -> z3.BoolRef:
        """Not all of the literals hold."""
        return z3.Not(self.all(literals))

    # -- points

    def learn(self, point: Point) -> None:
        """Keep a point that the solver found beside the samples."""
        self.found.append(point)

    def _exactly(self, literal: Literal, point: Point) -> bool:
        """The literal at a point of the solver, without rounding."""
        if point.rational is not None:
            exact = literal.poly(*point.rational)
            return bool(exact > 0 if literal.strict else exact >= 0)
        places = {i for powers in literal.poly.monoms() for i, k in enumerate(powers) if k}
        substitution = [(self._variable(i), point.exact[i]) for i in places if i not in self.unit]
        value = z3.substitute(self.term(literal.poly), *substitution)
        return bool(z3.is_true(z3.simplify(value > 0 if literal.strict else value >= 0)))

    def _fresh(self, literal: Literal, points: list[Point]) -> np.ndarray:
        columns = np.array([point.floats for point in points]).T
        value, size = (np.broadcast_to(a, len(points)) for a in _float_value(literal.poly, columns))
        held = value > 0
        for k in np.flatnonzero(np.abs(value) <= NEAR * size):
            held[k] = self._exactly(literal, points[k])
        return held

    def truth(self, literal: Literal) -> np.ndarray:
        """Whether the literal holds at each sample and at each point that was learnt; rounding errors count as zero."""
        key = literal.key
        known = self._truth.get(key)
        if known is None:
            value, size = self._sampled(literal.poly)
            known = np.where(np.abs(value) > NEAR * size, value > 0, not literal.strict)
        if len(known) < SAMPLES + len(self.found):
            known = np.concatenate([known, self._fresh(literal, self.found[len(known) - SAMPLES :])])
        for item in literal.exists:
            known = known & self.truth(item)
        self._truth[key] = known
        return known

    def all_hold(self, literals: Iterable[Literal]) -> np.ndarray:
        """The points at which all literals hold."""
        inside = np.ones(SAMPLES + len(self.found), dtype=bool)
        for item in literals:
            inside &= self.truth(item)
        return inside

    # -- samples

    def _sampled(self, poly: Poly) -> tuple[np.ndarray, np.ndarray]:
        key = str(poly)
        if key not in self._values:
            value, size = _float_value(poly, self.columns)
            self._values[key] = np.broadcast_to(value, SAMPLES), np.broadcast_to(size, SAMPLES)
        return self._values[key]

    def evaluate(self, poly: Poly) -> np.ndarray:
        """The polynomial at every sample point."""
        return self._sampled(poly)[0]

    def sample_parameter(self, symbol: sp.Symbol, low: float | None, high: float | None, *, ends: bool) -> None:
        """Draw the symbol at random inside its range, small and large values alike, and some at its `ends`.

        At some samples nearly all parameters are small, so that sums of many of them are too.
        """
        draw = self.generator
        small = draw.uniform(size=SAMPLES) < self._small
        spread = np.exp(draw.uniform(-3.0, 3.0, SAMPLES) - 3.0 * small)
        if low is not None and high is not None:
            column = draw.uniform(low, high, SAMPLES)
        elif low is not None:
            column = low + spread
        elif high is not None:
            column = high - spread
        else:
            column = spread * draw.choice([-1.0, 1.0], SAMPLES)
        if ends:
            column = self._at_ends(column, low, high)
        place = self.ring.index[symbol]
        self.columns[place] = np.ones(SAMPLES) if place in self.unit else column

    def sample_choice(self, symbol: sp.Symbol, low: np.ndarray, high: np.ndarray) -> None:
        """Draw an earlier choice uniformly from its range, and sometimes at an end."""
        column = low + (high - low) * self.generator.uniform(size=SAMPLES)
        self.columns[self.ring.index[symbol]] = self._at_ends(column, low, high)

    def _at_ends(self, column: np.ndarray, low: Any, high: Any) -> np.ndarray:
        where = self.generator.uniform(size=SAMPLES)
        column = column if low is None else np.where(where < EDGES, low, column)
        return column if high is None else np.where(where > 1 - EDGES, high, column)

    def sample_threshold(self, threshold: Threshold) -> None:
        """Compute the threshold at every sample point from its closed form."""
        known = [s for s in threshold.definition.free_symbols if s in self.ring.index]
        function = sp.lambdify(known, threshold.definition, "numpy")
        with np.errstate(all="ignore"):
            values = np.asarray(function(*(self.columns[self.ring.index[s]] for s in known)), dtype=float)
        self.columns[self.ring.index[threshold]] = np.broadcast_to(np.where(np.isfinite(values), values, 0.0), SAMPLES)
        self.found, self._truth = [], {}  # points that were found have no value for it

    def restrict(self, literals: Iterable[Literal]) -> None:
        """Replace sample points that violate the literals by copies of those that do not."""
        inside = np.flatnonzero(self.all_hold(literals))
        if 0 < len(inside) < SAMPLES:
            chosen = self.generator.choice(inside, SAMPLES)
            self.columns = {i: column[chosen] for i, column in self.columns.items()}
            self._values, self._truth = {}, {}


def over_parameters(
    ring: Ring, parameters: Iterable[Parameter], assumed: Iterable[sp.Basic], scale: Iterable[sp.Symbol], context: z3.Context
) -> Space:
    """The space of the parameters, in their domains and under the assumptions; those in `scale` are 1."""
    space = Space(ring, scale, context)
    for q in parameters:
        low, high = q.domain.low, q.domain.high
        ends = None if low is None else float(low), None if high is None else float(high)
        space.sample_parameter(q, *ends, ends=not (q.domain.open_low or q.domain.open_high))
        space.add(literals(ring, q.facts()))
        if ring.index[q] in ring.nonnegative:
            bound = ring.gens[ring.index[q]]
            space.facts.append(space.term(bound) > 0 if q.is_positive else space.term(bound) >= 0)
    given = literals(ring, assumed)
    space.add(given)
    space.restrict(given)
    return space


def _float_value(poly: Poly, columns: Any) -> tuple[np.ndarray, np.ndarray]:
    """The polynomial in floating point, and the sum of the sizes of its terms."""
    total, size = np.zeros(()), np.zeros(())
    for powers, coefficient in poly.to_dict().items():
        term = np.float64(int(coefficient.p) / int(coefficient.q))
        for i, k in enumerate(powers):
            if k:
                term = term * columns[i] ** int(k)
        total, size = total + term, size + np.abs(term)
    return total, size


def _decimal(value: z3.ExprRef) -> float:
    if z3.is_rational_value(value):
        return float(value.as_fraction())
    text = value.as_decimal(17)
    return float(text.rstrip("?"))
