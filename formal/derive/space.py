"""The space over which a stage is solved: facts, sample points, and a solver that finds points and refutes regions.

Nothing here is evidence. Samples are floating point and steer the search; the solver's answers are conjectures that
`formal.obligations` states again, from the game, and has decided by another encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import numpy as np
import sympy as sp
import z3

from formal.derive.literals import Literal, conjunction, literals
from formal.derive.polynomial import Poly, Ring, places
from formal.derive.samples import SAMPLES, Columns, Samples, count
from formal.ladder import BARE, LONG, SHORT, Answer, Context, Rung, for_high_degrees, run, together
from formal.model.parameters import Parameter
from formal.model.threshold import Threshold

Places = frozenset[int]
Conjunction = Sequence[Literal]
Known = frozenset[tuple[str, bool]]  # keys of literals


@dataclass(frozen=True, eq=False)
class Point:
    """A point that the solver found: exact values by place, the nearest floats, and rational numbers if all are.

    A point of floating point alone has no exact values, and what is nearly 0 there is 0.
    """

    exact: dict[int, Any]
    floats: list[float]
    rational: list[Any] | None = None


@dataclass(frozen=True)
class Fact:
    """That one of the conjunctions `either` holds wherever `under` does; written for the solver when it is asked for."""

    either: tuple[Conjunction, ...]
    under: Conjunction
    places: Places
    all: Callable[[Iterable[Literal]], z3.BoolRef]

    @cached_property
    def needs(self) -> Known:
        """What has to be known for the fact to apply."""
        return frozenset(part.key for item in self.under for part in (item, *item.exists))

    @cached_property
    def formula(self) -> z3.BoolRef:
        return z3.Implies(self.all(self.under), self.applied) if self.under else self.applied

    @cached_property
    def applied(self) -> z3.BoolRef:
        """The fact where it applies."""
        return z3.Or([self.all(one) for one in self.either]) if len(self.either) != 1 else self.all(self.either[0])


class Space(Samples):
    """Parameters, thresholds and earlier choices, with everything that is known of them."""

    def __init__(self, ring: Ring, scale: Iterable[sp.Symbol], context: Context) -> None:
        super().__init__(ring, scale)
        self.context = context
        self.facts: list[Fact] = []
        self.given: list[Sequence[Sequence[Literal]]] = []
        self._terms: dict[str, z3.ArithRef] = {}
        self._formulas: dict[tuple[str, bool], z3.BoolRef] = {}
        self._places: dict[int, Places] = {}
        self._joined: dict[tuple[Places, Known | None, int], z3.BoolRef] = {}
        self._conjunctions: dict[tuple[int, ...], z3.BoolRef] = {}
        self._truth: dict[tuple[str, bool], np.ndarray] = {}
        self._impossible: list[frozenset[Literal]] = []
        self.found: list[Point] = []
        self._columns: dict[tuple[int, int], dict[int, np.ndarray]] = {}  # of points that were found
        self.doubtful: set[Point] = set()  # those without exact values at which a literal is near 0, not as rounding is

    def below(self) -> Space:
        """A copy to which facts can be added without changing this one."""
        child = Space(self.ring, (), self.context)
        child.facts, child.given = list(self.facts), list(self.given)
        child._terms, child._formulas = self._terms, self._formulas
        child._places = self._places
        self.copy_to(child)
        return child

    # -- encoding

    def _variable(self, place: int) -> z3.ArithRef:
        return z3.RealVal(1, self.context) if place in self.unit else z3.Real(f"v{place}", self.context)

    def term(self, poly: Poly) -> z3.ArithRef:
        """The polynomial for the solver, which reads text faster than it can be told by its Python interface."""
        key = str(poly)
        if key not in self._terms:
            used = places(poly) - self.unit
            declared = "".join(f"(declare-const v{i} Real)" for i in used)
            script = f"{declared}(assert (= {self._written(poly)} 0.0))"
            self._terms[key] = made = z3.parse_smt2_string(script, ctx=self.context)[0].arg(0)
            self._places[made.get_id()] = used
        return self._terms[key]

    def _written(self, poly: Poly) -> str:
        parts = []
        for term in self.ring.terms(poly):
            factors = [f"v{i}" for i in term.factors if i not in self.unit]
            size = f"(/ {abs(term.exact.p)}.0 {term.exact.q}.0)" if term.exact.q != 1 else f"{abs(term.exact.p)}.0"
            coefficient = size if term.exact > 0 else f"(- {size})"
            parts.append(f"(* {coefficient} {' '.join(factors)})" if factors else coefficient)
        return f"(+ {' '.join(parts)})" if len(parts) > 1 else parts[0] if parts else "0.0"

    def formula(self, literal: Literal) -> z3.BoolRef:
        known = self._formulas.get(literal.key)
        if known is None:
            term = self.term(literal.poly)
            known = term > 0 if literal.strict else term >= 0
            if literal.exists:
                known = together(self.context, [*map(self.formula, literal.exists), known])
            self._formulas[literal.key] = known
            existing = (self._places[self.formula(item).get_id()] for item in literal.exists)
            self._places[known.get_id()] = (literal.places - self.unit).union(*existing)
        return known

    def all(self, literals: Iterable[Literal]) -> z3.BoolRef:
        return together(self.context, [self.formula(item) for item in literals])

    def add(self, literals: Iterable[Literal]) -> None:
        """Conditions that make the space what it is."""
        literals = tuple(literals)
        self.given.append((literals,))
        self.follow(literals)

    def follow(self, literals: Iterable[Literal], under: Conjunction = ()) -> None:
        """What follows from the definitions of thresholds wherever the literals `under` hold."""
        for item in literals:
            self._know(((item,),), under)

    def add_either(self, alternatives: Sequence[Conjunction]) -> None:
        """Note that one of the conjunctions holds, and keep the samples at which one does."""
        self.given.append(alternatives)
        self._know(tuple(alternatives))
        inside = np.any([self.all_hold(one)[:SAMPLES] for one in alternatives] or [np.zeros(SAMPLES, bool)], axis=0)
        self.keep(inside)

    def within(self, q: Parameter) -> None:
        """Note the domain of a parameter, which the ring takes for granted."""
        x = self.ring.gens[self.ring.index[q]]
        for end, is_open, sign in ((q.domain.low, q.domain.open_low, 1), (q.domain.high, q.domain.open_high, -1)):
            if end is not None:
                gap = sign * (x - self.ring.constant(end))
                self._know(((Literal(self.ring, gap, is_open),),))

    def bound(self, place: int, *, strict: bool) -> None:
        """Note that a symbol is positive (strict) or not negative."""
        self._know(((Literal(self.ring, self.ring.gens[place], strict),),))

    def _know(self, alternatives: tuple[Conjunction, ...], under: Conjunction = ()) -> None:
        """Note that one of the conjunctions holds wherever `under` does."""
        stated = (item for one in (*alternatives, under) for item in one)
        used = frozenset[int]().union(*(part.places for item in stated for part in (item, *item.exists))) - self.unit
        self.facts.append(Fact(alternatives, under, used, self.all))

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

    def _scopes(self, formulas: Sequence[z3.BoolRef], known: Known | None = None) -> Iterator[z3.BoolRef]:
        """The facts on the symbols in the formulas, and on all that these rest on; if given, only what applies by `known`."""
        named = self._mentioned(formulas)
        few = self._facts_on(named, known)
        yield few
        whole, pending = set(named), list(named)
        while pending:
            symbol = self.ring.symbols[pending.pop()]
            if isinstance(symbol, Threshold):
                rests_on = {self.ring.index[s] for s in symbol.definition.free_symbols} - whole - self.unit
                whole |= rests_on
                pending += rests_on
        all_of_them = self._facts_on(frozenset(whole), known)
        if all_of_them is not few:
            yield all_of_them

    def _facts_on(self, scope: Places, known: Known | None = None) -> z3.BoolRef:
        """All facts that name no other symbols, as one formula; if it is given, those that apply by what is `known`."""
        key = scope, known, len(self.facts)  # there are only ever more
        if key not in self._joined:
            some = (k for k, fact in enumerate(self.facts) if fact.places <= scope and (known is None or fact.needs <= known))
            chosen = known is None, *some
            if chosen not in self._conjunctions:
                written = (self.facts[k].formula if known is None else self.facts[k].applied for k in chosen[1:])
                self._conjunctions[chosen] = together(self.context, list(written))
            self._joined[key] = self._conjunctions[chosen]
        return self._joined[key]

    def _ask(self, formulas: Sequence[z3.BoolRef], rungs: Sequence[Rung], known: Known | None = None) -> Answer:
        """Whether the formulas can hold together; `known` are literals of which they are the conjunction.

        Few facts often suffice for a refutation, and solvers are slow to see which: where a conjunction is asked, those whose
        conditions it states. A solution is sought where the facts on all that the formulas rest on have one; other thresholds
        take their values there.
        """
        rungs = for_high_degrees(rungs) if self.steep else rungs
        for scope in self._scopes(formulas, known):
            answer = run([scope, *formulas], rungs)
            if answer.status == "unsat":
                return answer
        if answer.model is None:
            return answer
        everything = self._facts_on(frozenset(range(len(self.ring.symbols))))
        pinned = run([everything, *formulas, *self._pins(answer.model)], SHORT)
        if pinned.status == "sat":
            return pinned
        return run([everything, *formulas], rungs)

    def _pins(self, model: z3.ModelRef) -> list[z3.BoolRef]:
        """The model's rational values of parameters and choices."""
        free = [i for i, s in enumerate(self.ring.symbols) if not isinstance(s, Threshold) and i not in self.unit]
        values = {i: model.eval(self._variable(i), model_completion=True) for i in free}
        return [self._variable(i) == value for i, value in values.items() if z3.is_rational_value(value)]

    def find(self, *formulas: z3.BoolRef, rungs: Sequence[Rung] = LONG) -> Point | bool | None:
        """A point of the space with these properties, None when there is none, False when the solver gives up."""
        answer = self._ask(formulas, rungs)
        if answer.model is None:
            return None if answer.status == "unsat" else False
        return self._point(answer.model)

    def meet(self, where: Conjunction, rivals: Iterable[Conjunction]) -> Point | tuple[int, ...]:
        """A point at which all of `where` and all of one of the rivals hold, or the places of those that may be met.

        What was once found to be impossible is not asked again.
        """
        left: list[int] = []
        for place, rival in enumerate(rivals):
            found = None if self._known_apart(where, rival) else self._meeting(frozenset((*where, *rival)))
            if isinstance(found, Point):
                return found
            left += [] if found is None else [place]
        return tuple(left)

    def _known_apart(self, where: Conjunction, rival: Conjunction) -> bool:
        if any(item.contradicts(other) for item in where for other in rival):
            return True
        wanted = frozenset((*where, *rival))
        return any(known <= wanted for known in self._impossible)

    def _meeting(self, wanted: frozenset[Literal]) -> Point | bool | None:
        items = sorted(wanted, key=lambda item: item.cost)
        formulas = [self.formula(item) for item in items]
        answer = self._ask(formulas, BARE, _stated(items))
        if answer.status == "unsat":
            self._impossible.append(wanted)
            return None
        return False if answer.model is None else self._point(answer.model)

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
        scopes, rungs = self._scopes(formulas), for_high_degrees(SHORT) if self.steep else SHORT
        return any(run([scope, *formulas], rungs).status == "unsat" for scope in scopes)

    def possible(self, literals: Sequence[Literal], *formulas: z3.BoolRef) -> bool:
        """Whether literals and formulas may hold together; without formulas a sample point may settle it."""
        if not formulas and bool(np.any(self.all_hold(literals))):
            return True
        return not self.impossible(self.all(literals), *formulas)

    def consistent(self, items: Iterable[Literal | bool]) -> bool:
        """Whether literals, of which some may be settled, may hold together."""
        joined = conjunction(items)
        return joined is not None and self.possible(joined)

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

    def _learnt(self, first: int) -> dict[int, np.ndarray]:
        """The columns of the points that were learnt since."""
        key = first, len(self.found)
        if key not in self._columns:
            self._columns[key] = dict(enumerate(np.array([point.floats for point in self.found[first:]]).T))
        return self._columns[key]

    def _fresh(self, literal: Literal, first: int) -> np.ndarray:
        points = self.found[first:]
        signs, explained = self.signs(literal, self._learnt(first))
        held = signs > 0
        for k in np.flatnonzero(signs == 0):
            held[k] = self._exactly(literal, points[k])
            if not points[k].exact and not explained[k]:
                self.doubtful.add(points[k])
        return held

    def truth(self, literal: Literal) -> np.ndarray:
        """Whether the literal holds at each sample and at each point that was learnt; rounding errors count as zero."""
        key = literal.key
        known = self._truth.get(key)
        if known is None:
            known = self.sampled_truth(literal)
        if len(known) < SAMPLES + len(self.found):
            known = np.concatenate([known, self._fresh(literal, len(known) - SAMPLES)])
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

    def contains(self, columns: Columns) -> np.ndarray:
        """Which of other points the space contains, in floating point."""
        held = np.ones(count(columns), dtype=bool)
        for alternatives in self.given:
            held &= np.any([self._together(one, columns) for one in alternatives], axis=0)
        return held

    def inside(self, columns: Columns) -> list[Point]:
        """Those of other points that the space contains."""
        points, size = count(columns), len(self.ring.symbols)
        rows = np.array([np.broadcast_to(columns.get(i, np.zeros(points)), points) for i in range(size)]).T
        return [Point({}, row.tolist()) for row in rows[self.contains(columns)]]

    def _together(self, literals: Sequence[Literal], columns: Columns) -> np.ndarray:
        parts = [self.about(part, columns)[0] for item in literals for part in (item, *item.exists)]
        return np.logical_and.reduce(parts, axis=0) if parts else np.ones(count(columns), dtype=bool)

    def sample_threshold(self, threshold: Threshold) -> None:
        """Compute the threshold at every sample point; points that were found have no value for it, and are forgotten."""
        super().sample_threshold(threshold)
        self.found, self._truth, self._columns = [], {}, {}

    def restrict(self, literals: Iterable[Literal]) -> None:
        """Replace sample points that violate the literals by copies of those that do not."""
        self.keep(self.all_hold(literals)[:SAMPLES])

    def keep(self, inside: np.ndarray) -> None:
        """Replace sample points by copies of those inside, if there are any."""
        super().keep(inside)
        self._truth = {}


def over_parameters(
    ring: Ring, parameters: Iterable[Parameter], assumed: Iterable[sp.Basic], scale: Iterable[sp.Symbol], context: Context
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


def _stated(literals: Iterable[Literal]) -> Known:
    """What the literals say in so many words: themselves, where they exist, and p ≥ 0 for p > 0."""
    parts = {part.key for item in literals for part in (item, *item.exists)}
    return frozenset(parts | {(poly, False) for poly, _ in parts})


def _decimal(value: z3.ExprRef) -> float:
    if z3.is_rational_value(value):
        return float(value.as_fraction())
    text = value.as_decimal(17)
    return float(text.rstrip("?"))
