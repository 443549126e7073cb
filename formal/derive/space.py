"""The space over which a stage is solved: facts, sample points, and a solver that finds points and refutes regions.

Nothing here is evidence. Samples are floating point and steer the search; the solver's answers are conjectures that
`formal.obligations` states again, from the game, and has decided by another encoder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
import z3

from formal.derive.literals import Literal
from formal.derive.polynomial import Poly, Ring
from formal.ladder import SHORT, core, run
from formal.model.threshold import Threshold

SAMPLES = 3000
NEAR = 1e-7
CORE_WORK = 20_000


@dataclass(frozen=True)
class Point:
    """A point that the solver found: exact values by place, and the nearest floats; a sample has floats only."""

    exact: dict[int, Any]
    floats: list[float]


class Space:
    """Parameters, thresholds and earlier choices, with everything that is known of them."""

    def __init__(self, ring: Ring, scale: Iterable[sp.Symbol], context: z3.Context) -> None:
        self.ring, self.context = ring, context
        self.unit = {ring.index[s] for s in scale}
        self.facts: list[z3.BoolRef] = [z3.BoolVal(True, context)]
        self.columns: dict[int, np.ndarray] = {}
        self._terms: dict[str, z3.ArithRef] = {}
        self._values: dict[str, np.ndarray] = {}
        self.generator = np.random.default_rng(20231)

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
        return term > 0 if literal.strict else term >= 0

    def all(self, literals: Iterable[Literal]) -> z3.BoolRef:
        return z3.And([z3.BoolVal(True, self.context), *(self.formula(item) for item in literals)])

    def add(self, literals: Iterable[Literal]) -> None:
        self.facts += [self.formula(item) for item in literals]

    # -- solving

    def find(self, *formulas: z3.BoolRef) -> Point | bool | None:
        """A point of the space with these properties, None when there is none, False when the solver gives up."""
        answer = run([*self.facts, *formulas])
        if answer.model is None:
            return None if answer.status == "unsat" else False
        return self._point(answer.model)

    def refute(self, literals: Sequence[Literal], rival: Sequence[Literal]) -> Point | frozenset[Literal] | None:
        """A point of the region on the rival's side, else the literals that keep it out; None when undecided.

        Literals that contradict one another at sight and sample points are tried before the solver.
        """
        for item in literals:
            if any(item.contradicts(other) for other in rival):
                return frozenset({item})
        sampled = np.flatnonzero(self.mask((*literals, *rival)))
        if len(sampled):
            return self.sample(int(sampled[0]))
        given = [*self.facts, *(self.formula(item) for item in rival)]
        region = [self.formula(item) for item in literals]
        used = core(given, region, CORE_WORK)
        if used is not None:
            return frozenset(literals[k] for k in used)
        answer = run([*given, *region], SHORT)
        if answer.model is not None:
            return self._point(answer.model)
        return frozenset(literals) if answer.status == "unsat" else None

    def sample(self, place: int) -> Point:
        """A sample point; where its floating-point values do not tell a sign, it takes no side."""
        floats = [float(self.columns[i][place]) if i in self.columns else 0.0 for i in range(len(self.ring.symbols))]
        return Point({}, floats)

    def _point(self, model: z3.ModelRef) -> Point:
        exact = {i: model.eval(self._variable(i), model_completion=True) for i in range(len(self.ring.symbols))}
        return Point(exact, [_decimal(v) for v in exact.values()])

    def impossible(self, *formulas: z3.BoolRef) -> bool:
        """Whether the solver soon refutes the formulas over the whole space."""
        return run([*self.facts, *formulas], rungs=SHORT).status == "unsat"

    def possible(self, literals: Sequence[Literal], *formulas: z3.BoolRef) -> bool:
        """Whether literals and formulas may hold together; without formulas a sample point may settle it."""
        if not formulas and bool(np.any(self.mask(literals))):
            return True
        return not self.impossible(self.all(literals), *formulas)

    def none_of(self, literals: Iterable[Literal]) -> z3.BoolRef:
        """Not all of the literals hold."""
        return z3.Not(self.all(literals))

    # -- points

    def value(self, poly: Poly, point: Point) -> float:
        """The polynomial at a solver's point, exact in sign: 0.0 only when it vanishes."""
        floats = point.floats
        total = 0.0
        for powers, coefficient in poly.to_dict().items():
            term = int(coefficient.p) / int(coefficient.q)
            for i, k in enumerate(powers):
                if k:
                    term *= floats[i] ** int(k)
            total += term
        if abs(total) > NEAR * (1 + max(abs(f) for f in floats)) or not point.exact:
            return total
        substitution = [(z3.Real(f"v{i}", self.context), v) for i, v in point.exact.items()]
        exact = z3.simplify(z3.substitute(self.term(poly), *substitution))
        return _decimal(exact) if not z3.is_true(z3.simplify(exact == 0)) else 0.0

    def holds(self, literal: Literal, point: Point) -> bool:
        value = self.value(literal.poly, point)
        return value > 0 if literal.strict else value >= 0

    # -- samples

    def evaluate(self, poly: Poly) -> np.ndarray:
        """The polynomial at every sample point."""
        key = str(poly)
        if key not in self._values:
            total = np.zeros(SAMPLES)
            for powers, coefficient in poly.to_dict().items():
                term = np.full(SAMPLES, int(coefficient.p) / int(coefficient.q))
                for i, k in enumerate(powers):
                    if k:
                        term = term * self.columns[i] ** int(k)
                total += term
            self._values[key] = total
        return self._values[key]

    def mask(self, literals: Iterable[Literal]) -> np.ndarray:
        """The sample points at which all literals hold with room to spare."""
        inside = np.ones(SAMPLES, dtype=bool)
        for item in literals:
            inside &= self.evaluate(item.poly) > NEAR
        return inside

    def sample_parameter(self, symbol: sp.Symbol, low: float | None, high: float | None) -> None:
        """Draw the symbol at random inside its range, small and large values alike."""
        draw = self.generator
        spread = np.exp(draw.uniform(-3.0, 3.0, SAMPLES))
        if low is not None and high is not None:
            column = draw.uniform(low, high, SAMPLES)
        elif low is not None:
            column = low + spread
        elif high is not None:
            column = high - spread
        else:
            column = spread * draw.choice([-1.0, 1.0], SAMPLES)
        place = self.ring.index[symbol]
        self.columns[place] = np.ones(SAMPLES) if place in self.unit else column

    def sample_choice(self, symbol: sp.Symbol, low: np.ndarray, high: np.ndarray) -> None:
        """Draw an earlier choice uniformly from its range."""
        self.columns[self.ring.index[symbol]] = low + (high - low) * self.generator.uniform(size=SAMPLES)

    def sample_threshold(self, threshold: Threshold) -> None:
        """Compute the threshold at every sample point from its closed form."""
        known = [s for s in threshold.definition.free_symbols if s in self.ring.index]
        function = sp.lambdify(known, threshold.definition, "numpy")
        values = function(*(self.columns[self.ring.index[s]] for s in known))
        self.columns[self.ring.index[threshold]] = np.broadcast_to(values, SAMPLES).astype(float)

    def restrict(self, literals: Iterable[Literal]) -> None:
        """Replace sample points that violate the literals by copies of those that do not."""
        inside = np.flatnonzero(self.mask(literals))
        if 0 < len(inside) < SAMPLES:
            chosen = self.generator.choice(inside, SAMPLES)
            self.columns = {i: column[chosen] for i, column in self.columns.items()}
            self._values = {}


def _decimal(value: z3.ExprRef) -> float:
    if z3.is_rational_value(value):
        return float(value.as_fraction())
    text = value.as_decimal(17)
    return float(text.rstrip("?"))
