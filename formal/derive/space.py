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
from formal.derive.polynomial import Poly, Ring, places
from formal.ladder import HIGHER, LONG, SHORT, Answer, Rung, core, run
from formal.model.parameters import Parameter
from formal.model.root import NUMPY, Root
from formal.model.threshold import Threshold

Places = frozenset[int]
SAMPLES = 12000
EDGES = 0.04
CORNERS = 0.15
MOSTLY = 0.9
TIDY = 0.2
SIMPLE = (-2.0, -1.0, 0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
NEAR = 1e-10
ROUNDING = 1e-13
CORE_WORK = 3_000


@dataclass(frozen=True, eq=False)
class Point:
    """A point that the solver found: exact values by place, the nearest floats, and rational numbers if all are.

    A point of floating point alone has no exact values, and what is nearly 0 there is 0.
    """

    exact: dict[int, Any]
    floats: list[float]
    rational: list[Any] | None = None


class Space:
    """Parameters, thresholds and earlier choices, with everything that is known of them."""

    def __init__(self, ring: Ring, scale: Iterable[sp.Symbol], context: z3.Context) -> None:
        self.ring, self.context = ring, context
        self.unit = {ring.index[s] for s in scale}
        self.facts: list[tuple[Places, z3.BoolRef]] = []
        self.given: list[Sequence[Sequence[Literal]]] = []
        self.columns: dict[int, np.ndarray] = {}
        self._terms: dict[str, z3.ArithRef] = {}
        self._formulas: dict[tuple[str, bool], z3.BoolRef] = {}
        self._places: dict[int, Places] = {}
        self._values: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._truth: dict[tuple[str, bool], np.ndarray] = {}
        self._impossible: list[frozenset[Literal]] = []
        self.found: list[Point] = []
        self.doubtful: set[Point] = (
            set()
        )  # points without exact values at which a literal is near 0, but not as near as rounding is
        self.steep = False  # whether there is an implicit root, which Z3's SMT core may not come back from
        self._closed: dict[int, tuple[Any, list[int]]] = {}  # the thresholds' closed forms, innermost first
        self.generator = np.random.default_rng(20231)
        self._small = self.generator.uniform(0.0, MOSTLY, SAMPLES)  # at each sample, how likely a parameter is to be small
        self._plain = self.generator.uniform(size=SAMPLES) < TIDY
        self._edges = np.where(self.generator.uniform(size=SAMPLES) < CORNERS, 0.5, EDGES)  # or at an end of its range

    def below(self) -> Space:
        """A copy to which facts can be added without changing this one."""
        child = Space(self.ring, (), self.context)
        child.unit, child.facts, child.columns = self.unit, list(self.facts), dict(self.columns)
        child.given, child._closed, child.steep = list(self.given), dict(self._closed), self.steep
        child._terms, child._formulas, child._places = self._terms, self._formulas, self._places
        child.generator = np.random.default_rng(20231)
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
            self._terms[key] = made = z3.Sum(parts) if parts else z3.RealVal(0, self.context)
            self._places[made.get_id()] = places(poly) - self.unit
        return self._terms[key]

    def formula(self, literal: Literal) -> z3.BoolRef:
        known = self._formulas.get(literal.key)
        if known is None:
            term = self.term(literal.poly)
            known = term > 0 if literal.strict else term >= 0
            if literal.exists:
                known = z3.And(*(self.formula(item) for item in literal.exists), known)
            self._formulas[literal.key] = known
            self._places[known.get_id()] = self._mentioned(known.children())
        return known

    def all(self, literals: Iterable[Literal]) -> z3.BoolRef:
        return z3.And([z3.BoolVal(True, self.context), *(self.formula(item) for item in literals)])

    def add(self, literals: Iterable[Literal]) -> None:
        """Conditions that make the space what it is."""
        literals = tuple(literals)
        self.given.append((literals,))
        self.follow(literals)

    def follow(self, literals: Iterable[Literal], under: Sequence[Literal] = ()) -> None:
        """What follows from the definitions of thresholds wherever the literals `under` hold."""
        for item in literals:
            fact = self.formula(item)
            self._know(z3.Implies(self.all(under), fact) if under else fact)

    def add_either(self, alternatives: Sequence[Sequence[Literal]]) -> None:
        """Note that one of the conjunctions holds, and keep the samples at which one does."""
        self.given.append(alternatives)
        self._know(z3.Or([self.all(one) for one in alternatives]))
        inside = np.any([self.all_hold(one)[:SAMPLES] for one in alternatives] or [np.zeros(SAMPLES, bool)], axis=0)
        self._keep(inside)

    def within(self, q: Parameter) -> None:
        """Note the domain of a parameter, which the ring takes for granted."""
        x = self.term(self.ring.gens[self.ring.index[q]])
        for end, is_open, sign in ((q.domain.low, q.domain.open_low, 1), (q.domain.high, q.domain.open_high, -1)):
            if end is not None:
                gap = sign * (x - z3.Q(int(end.p), int(end.q), self.context))
                self._know(gap > 0 if is_open else gap >= 0)

    def bound(self, place: int, *, strict: bool) -> None:
        """Note that a symbol is positive (strict) or not negative."""
        term = self.term(self.ring.gens[place])
        self._know(term > 0 if strict else term >= 0)

    def _know(self, fact: z3.BoolRef) -> None:
        self.facts.append((self._mentioned([fact]), fact))

    def _mentioned(self, formulas: Iterable[z3.ExprRef]) -> Places:
        """The places of the symbols in the formulas."""
        found, pending = set[int](), list(formulas)
        while pending:
            part = pending.pop()
            known = self._places.get(part.get_id())
            if known is not None:
                found |= known
            else:
                pending += part.children()
        return frozenset(found)

    # -- solving

    def _scopes(self, formulas: Sequence[z3.BoolRef]) -> list[list[z3.BoolRef]]:
        """The facts on the symbols in the formulas, and on all that these rest on."""
        named = self._mentioned(formulas)
        whole, pending = set(named), list(named)
        while pending:
            symbol = self.ring.symbols[pending.pop()]
            if isinstance(symbol, Threshold):
                rests_on = {self.ring.index[s] for s in symbol.definition.free_symbols} - whole - self.unit
                whole |= rests_on
                pending += rests_on
        true = z3.BoolVal(True, self.context)
        scopes = [[true, *(fact for used, fact in self.facts if used <= scope)] for scope in (named, whole)]
        return scopes if len(scopes[0]) < len(scopes[1]) else scopes[1:]

    def _ask(self, formulas: Sequence[z3.BoolRef], rungs: Sequence[Rung]) -> tuple[Answer, list[z3.BoolRef]]:
        """Whether the formulas can hold together, and the facts that decided it.

        Few facts often suffice for a refutation, and solvers are slow to see which. A solution is sought where the facts on all
        that the formulas rest on have one; other thresholds take their values there.
        """
        rungs = [rung for rung in rungs if not self.steep or rung.name == HIGHER[0].name]
        for scope in self._scopes(formulas):
            answer = run([*scope, *formulas], rungs)
            if answer.status == "unsat":
                return answer, scope
        everything = [z3.BoolVal(True, self.context), *(fact for _, fact in self.facts)]
        if answer.model is not None:
            pinned = run([*everything, *formulas, *self._pins(answer.model)], SHORT)
            if pinned.status == "sat":
                return pinned, everything
        return run([*everything, *formulas], rungs), everything

    def _pins(self, model: z3.ModelRef) -> list[z3.BoolRef]:
        """The model's rational values of parameters and choices."""
        free = [i for i, s in enumerate(self.ring.symbols) if not isinstance(s, Threshold) and i not in self.unit]
        values = {i: model.eval(self._variable(i), model_completion=True) for i in free}
        return [self._variable(i) == value for i, value in values.items() if z3.is_rational_value(value)]

    def find(self, *formulas: z3.BoolRef, rungs: Sequence[Rung] = LONG) -> Point | bool | None:
        """A point of the space with these properties, None when there is none, False when the solver gives up."""
        answer, _ = self._ask(formulas, rungs)
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
        answer, facts = self._ask(formulas, SHORT[:1])
        if answer.model is not None:
            return self._point(answer.model)
        if answer.status != "unsat":
            return None
        used = core(facts, formulas, CORE_WORK)
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
        scopes, rungs = self._scopes(formulas), HIGHER if self.steep else SHORT
        return any(run([*scope, *formulas], rungs).status == "unsat" for scope in scopes)

    def possible(self, literals: Sequence[Literal], *formulas: z3.BoolRef) -> bool:
        """Whether literals and formulas may hold together; without formulas a sample point may settle it."""
        if not formulas and bool(np.any(self.all_hold(literals))):
            return True
        return not self.impossible(self.all(literals), *formulas)

    def none_of(self, literals: Iterable[Literal]) -> z3.BoolRef:
        """Not all of the literals hold."""
        return z3.Not(self.all(literals))

    # -- points

    def learn(self, point: Point) -> None:
        """Keep a point that the solver found beside the samples."""
        self.found.append(point)

    def _exactly(self, literal: Literal, point: Point) -> bool:
        """The literal at a point of the solver, without rounding."""
        if not point.exact:
            return not literal.strict
        if point.rational is not None:
            exact = literal.poly(*point.rational)
            return bool(exact > 0 if literal.strict else exact >= 0)
        substitution = [(self._variable(i), point.exact[i]) for i in places(literal.poly) if i not in self.unit]
        value = z3.substitute(self.term(literal.poly), *substitution)
        return bool(z3.is_true(z3.simplify(value > 0 if literal.strict else value >= 0)))

    def _fresh(self, literal: Literal, points: list[Point]) -> np.ndarray:
        columns = np.array([point.floats for point in points]).T
        value, size = (np.broadcast_to(a, len(points)) for a in _float_value(literal.poly, columns))
        held = value > 0
        for k in np.flatnonzero(np.abs(value) <= NEAR * size):
            held[k] = self._exactly(literal, points[k])
            if not points[k].exact and abs(value[k]) > ROUNDING * size[k]:
                self.doubtful.add(points[k])
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

        At some samples nearly all parameters are small, so that sums of many of them are too; at others they are simple
        numbers, so that sums and products of some are equal to others.
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
        simple = self.generator.choice(SIMPLE, SAMPLES)
        inside = self._plain & (simple > (-np.inf if low is None else low)) & (simple < (np.inf if high is None else high))
        column = np.where(inside, simple, column)
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
        column = column if low is None else np.where(where < self._edges, low, column)
        return column if high is None else np.where(where > 1 - self._edges, high, column)

    def sample_threshold(self, threshold: Threshold) -> None:
        """Compute the threshold at every sample point from its closed form."""
        self.steep = self.steep or isinstance(threshold.definition, Root)
        known = [s for s in threshold.definition.free_symbols if s in self.ring.index]
        function = sp.lambdify(known, threshold.definition, NUMPY)
        self._closed[self.ring.index[threshold]] = function, [self.ring.index[s] for s in known]
        self.columns[self.ring.index[threshold]] = self._computed(self.ring.index[threshold], self.columns, SAMPLES)
        self.found, self._truth = [], {}  # points that were found have no value for it

    def _computed(self, place: int, columns: dict[int, np.ndarray], count: int) -> np.ndarray:
        function, known = self._closed[place]
        with np.errstate(all="ignore"):
            values = np.real_if_close(function(*(columns[i] for i in known)))
            values = np.where(np.isreal(values), np.real(values), np.nan)
        return np.broadcast_to(np.where(np.isfinite(values), values, 0.0), count)

    def complete(self, columns: dict[int, np.ndarray]) -> None:
        """Compute the thresholds at other points from the values of the other symbols."""
        for place in self._closed:
            columns[place] = self._computed(place, columns, len(next(iter(columns.values()))))

    def value(self, poly: Poly, columns: dict[int, np.ndarray]) -> np.ndarray:
        """The polynomial at other points."""
        return _float_value(poly, columns)[0]

    def about(self, literal: Literal, columns: dict[int, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Whether the literal holds at other points, and where it counts as 0 though rounding does not explain that."""
        value, size = _float_value(literal.poly, columns)
        gap, count = np.abs(value), len(next(iter(columns.values())))
        held = np.where(gap > NEAR * size, value > 0, not literal.strict)
        return np.broadcast_to(held, count), np.broadcast_to((gap > ROUNDING * size) & (gap <= NEAR * size), count)

    def contains(self, columns: dict[int, np.ndarray]) -> np.ndarray:
        """Which of other points the space contains, in floating point."""
        held = np.ones(len(next(iter(columns.values()))), dtype=bool)
        for alternatives in self.given:
            held &= np.any([self._together(one, columns) for one in alternatives], axis=0)
        return held

    def inside(self, columns: dict[int, np.ndarray]) -> list[Point]:
        """Those of other points that the space contains."""
        count, size = len(next(iter(columns.values()))), len(self.ring.symbols)
        rows = np.array([np.broadcast_to(columns.get(i, np.zeros(count)), count) for i in range(size)]).T
        return [Point({}, row.tolist()) for row in rows[self.contains(columns)]]

    def _together(self, literals: Sequence[Literal], columns: dict[int, np.ndarray]) -> np.ndarray:
        parts = [self.about(part, columns)[0] for item in literals for part in (item, *item.exists)]
        return np.logical_and.reduce(parts, axis=0) if parts else np.ones(len(next(iter(columns.values()))), dtype=bool)

    def restrict(self, literals: Iterable[Literal]) -> None:
        """Replace sample points that violate the literals by copies of those that do not."""
        self._keep(self.all_hold(literals)[:SAMPLES])

    def _keep(self, inside: np.ndarray) -> None:
        kept = np.flatnonzero(inside)
        if 0 < len(kept) < SAMPLES:
            chosen = self.generator.choice(kept, SAMPLES)
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
        space.within(q)
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
