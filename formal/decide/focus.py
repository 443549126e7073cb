"""Focus: weaker questions, which leave out what a refutation may not need, so that a solver sees the rest.

Statement
---------
Everything below follows from the constraints:

- the parts of a conjunction;
- a disjunction without alternatives that a comparison among them denies;
- u ≤ w where u ≤ v and v ≤ w are among them, and u < w where one of the two is strict;
- the constraints without some of them.

So if what is left has no solution, the constraints have none; nothing follows if it has one. If it has one, its solutions may
all be degenerate: the constraints have no solution if the part has none where a parameter is not 0, and the constraints
have none where it is. Left out are disjunctions of
conjunctions, and thresholds that the last constraint, the denial of a claim, does not mention: each brings an unknown and an
equation with it, and often matters only for an order that it puts between others. A threshold without which the rest has a
solution is needed, which solvers are quick to see (as in the search for minimal unsatisfiable subsets; Marques-Silva 2010).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any, TypeAlias

import sympy as sp

from formal.decide.abstraction import Abstraction, Linear
from formal.decide.formula import OPPOSITE, All, Compare, Const, Formula, Product, Some, Sum, Term, Var, symbols
from formal.model.parameters import Parameter
from formal.model.threshold import Threshold

End: TypeAlias = sp.Symbol | Fraction
Form: TypeAlias = tuple[str, frozenset[tuple[Any, Fraction]]]
Order = dict[tuple[End, End], bool]  # u ≤ w, and whether u < w


@dataclass(frozen=True)
class Opinion:
    """What is said of constraints: "sat", "unsat" or "unknown", and of a solution, which symbols are not 0 there."""

    status: str
    nonzero: Callable[[sp.Symbol], bool] = lambda _: False


Ask: TypeAlias = Callable[[Sequence[Formula]], Opinion]


class Focus:
    """Constraints of which some may be left out, but never the last."""

    def __init__(self, formulas: Sequence[Formula]) -> None:
        self._formulas = formulas
        self._plain, self._omits = _without_cases(formulas[:-1])
        self._known: dict[tuple[sp.Symbol, ...], str] = {}  # what was said of the rest without these
        self._possible = set[sp.Symbol]()  # where there are solutions that are not 0

    @cached_property
    def _facts(self) -> _Facts:
        return _Facts(self._plain)

    @cached_property
    def spare(self) -> list[sp.Symbol]:
        """The thresholds that the last constraint does not name."""
        named = frozenset[sp.Symbol]().union(*map(symbols, self._plain)) - symbols(self._formulas[-1])
        return sorted((s for s in named if isinstance(s, Threshold)), key=lambda s: s.name)

    @cached_property
    def _left_out(self) -> list[sp.Symbol]:
        """Those of the spare thresholds that matter to what is plain."""
        named = self._facts.symbols() if self.spare else frozenset()
        return [s for s in self.spare if s in named]

    @cached_property
    def _far(self) -> list[sp.Symbol]:
        """Those of them that nothing in the last constraint rests on."""
        near = self._facts.defining(symbols(self._formulas[-1])) if self._left_out else frozenset()
        return [s for s in self._left_out if s not in near]

    def soon_refuted(self, ask: Ask) -> bool:
        """Whether few of the constraints have no solution."""
        if not self._left_out:
            return False
        far = self._far
        found = [self._without(ask, *gone) for gone in dict.fromkeys([tuple(self._left_out), tuple(far)])]
        return "unsat" in found or (found[-1] == "sat" and any(self._split(ask, one) for one in self._at_zero))

    def refuted(self, ask: Ask) -> bool:
        """Whether most or few of the constraints have no solution; what was not known is asked again."""
        self._known = {gone: status for gone, status in self._known.items() if status != "unknown"}
        if self.refuted_without_cases(ask):
            return True
        if not self._left_out:
            return False
        return self._without(ask) == "unsat" or self.soon_refuted(ask) or self._all_but(ask, self._left_out, 1)

    def refuted_without_cases(self, ask: Ask) -> bool:
        """Whether the constraints but for disjunctions of conjunctions have no solution."""
        return self._omits and ask([*self._plain, self._formulas[-1]]).status == "unsat"

    def refuted_by_some(self, ask: Ask) -> bool:
        """Whether the constraints without one of the thresholds, or without many, have no solution."""
        if any(self._without(ask, one) == "unsat" for one in self._left_out):
            return True
        beside = [one for one in self._left_out if self._without(ask, one) == "unknown"]
        return bool(beside) and (self._all_but(ask, beside, 0) or self._all_but(ask, beside, 1))

    def _without(self, ask: Ask, *gone: sp.Symbol) -> str:
        if gone not in self._known:
            said = ask([*self._facts.without(set(gone)), self._formulas[-1]])
            self._known[gone] = said.status
            if gone == tuple(self._far):
                self._note(said)
        return self._known[gone]

    def _note(self, said: Opinion) -> None:
        """Symbols that are not 0 in a solution without the far thresholds."""
        if said.status == "sat":
            self._possible.update(filter(said.nonzero, self._at_zero))

    def _all_but(self, ask: Ask, few: Sequence[sp.Symbol], left: int) -> bool:
        """Whether there is no solution without these symbols but for so many of them."""
        return any(self._without(ask, *gone) == "unsat" for gone in combinations(few, max(len(few) - left, 0)))

    @cached_property
    def _at_zero(self) -> list[sp.Symbol]:
        return self._facts.at_zero(symbols(self._formulas[-1]))

    def _split(self, ask: Ask, one: sp.Symbol) -> bool:
        """Whether there is no solution where the symbol is not 0, whatever the far thresholds are, and none where it is."""
        if one in self._possible:
            return False
        said = ask([Compare("!=", Var(one)), *self._facts.without(set(self._far)), self._formulas[-1]])
        self._note(said)
        return said.status == "unsat" and ask([Compare("==", Var(one)), *self._formulas]).status == "unsat"


def _without_cases(formulas: Iterable[Formula]) -> tuple[list[Formula], bool]:
    """The parts of the formulas but for disjunctions of conjunctions, and whether there are such."""
    parts = [part for formula in formulas for part in _conjuncts(formula)]
    kept = [part for part in parts if isinstance(part, Compare) or all(isinstance(p, Compare) for p in part.parts)]
    return kept, len(kept) < len(parts)


def _conjuncts(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, All):
        for part in formula.parts:
            yield from _conjuncts(part)
    else:
        yield Some(tuple(_disjuncts(formula))) if isinstance(formula, Some) else formula


def _disjuncts(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, Some):
        for part in formula.parts:
            yield from _disjuncts(part)
    else:
        yield formula


class _Facts:
    """Constraints taken apart: comparisons, and clauses of comparisons."""

    def __init__(self, formulas: Sequence[Formula]) -> None:
        self._reader = Abstraction()
        self.units: dict[Compare, None] = {}
        self._denied = set[Form]()
        clauses = list(self._units(formulas))
        self.clauses = list(self._units(self._resolved(clauses)))
        self._found = {id(unit): list(self._orders(unit)) for unit in self.units}
        self.order = closed(o for orders in self._found.values() for o in orders)

    def symbols(self) -> frozenset[sp.Symbol]:
        facts: list[Formula] = [*self.units, *self.clauses]
        return frozenset().union(*map(symbols, facts))

    def defining(self, used: frozenset[sp.Symbol]) -> frozenset[sp.Symbol]:
        """With these symbols, all that choices and unknowns among them are equated to."""
        free = {s for s in used if not isinstance(s, Parameter | Threshold)}
        return used.union(*(symbols(unit) for unit in self.units if unit.operator == "==" and symbols(unit) & free))

    def at_zero(self, used: frozenset[sp.Symbol]) -> list[sp.Symbol]:
        """The parameters that may be 0 at an end of their domain, where quantities often coincide."""
        ends = {s for s in used | self.symbols() if isinstance(s, Parameter) and s.is_nonnegative and not s.is_positive}
        return sorted(ends, key=lambda s: s.name)

    def without(self, gone: set[sp.Symbol]) -> list[Formula]:
        """The facts that do not mention these symbols, and the orders that they put between others."""
        units = [unit for unit in self.units if not symbols(unit) & gone]
        clauses = [clause for clause in self.clauses if not symbols(clause) & gone]
        known = closed(o for unit in units for o in self._found[id(unit)])
        orders = [
            _ordered(low, high, strict)
            for (low, high), strict in self.order.items()
            if not {low, high} & gone and known.get((low, high), -1) < strict
        ]
        return [*units, *orders, *clauses]

    def _units(self, formulas: Iterable[Formula]) -> Iterator[Some]:
        """Note the comparisons, and yield the disjunctions."""
        for formula in formulas:
            if isinstance(formula, Compare):
                self.units[formula] = None
                self._denied.add(self._form(formula, denied=True))
            elif isinstance(formula, Some):
                yield formula

    def _resolved(self, clauses: Iterable[Some]) -> Iterator[Formula]:
        """The clauses without alternatives that a comparison denies."""
        for clause in clauses:
            left = tuple(p for p in clause.parts if not (isinstance(p, Compare) and self._form(p) in self._denied))
            yield left[0] if len(left) == 1 else Some(left)

    def _form(self, comparison: Formula, *, denied: bool = False) -> Form:
        """Of the comparison, or its denial: equal for those that differ in how their term is written."""
        assert isinstance(comparison, Compare)
        operator, linear = comparison.operator, self._reader.linear(comparison.term)
        if not denied:
            return operator, frozenset(linear.items())
        turned = operator in (">", ">=")
        return OPPOSITE[operator], frozenset((m, -c) for m, c in linear.items()) if turned else frozenset(linear.items())

    def _orders(self, comparison: Compare) -> Iterator[tuple[End, End, bool]]:
        """The comparison as an order between two symbols, or a symbol and a number, if it is one."""
        ends = _ends(self._reader.linear(comparison.term))
        if ends is None or comparison.operator == "!=":
            return
        low, high = ends
        yield low, high, comparison.operator == ">"
        if comparison.operator == "==":
            yield high, low, False


def _ends(linear: Linear) -> tuple[End, End] | None:
    """The two ends of w - u, in this order: u, w."""
    parts = dict(linear)
    constant = parts.pop(frozenset(), Fraction(0))
    named = [(f.symbol, c) for m, c in parts.items() for f, power in m if len(m) == power == 1 and isinstance(f, Var)]
    if len(named) != len(parts):
        return None
    if len(named) == 1:
        ((symbol, c),) = named
        number = -constant / c
        return (number, symbol) if c > 0 else (symbol, number)
    if len(named) == 2 and not constant and named[0][1] == -named[1][1]:
        (first, c), (second, _) = named
        return (second, first) if c > 0 else (first, second)
    return None


def closed(orders: Iterable[tuple[End, End, bool]]) -> Order:
    """The orders and all that follow from them by transitivity."""
    places: dict[End, int] = {}
    above: list[dict[int, bool]] = []  # for each end, by place, those that it is at most, and whether it is less
    below: list[dict[int, bool]] = []

    def place(end: End) -> int:
        if end not in places:
            places[end] = len(places)
            above.append({})
            below.append({})
        return places[end]

    def note(low: int, high: int, strict: bool) -> None:
        above[low][high] = below[high][low] = strict or above[low].get(high, False)

    for low, high, strict in orders:
        note(place(low), place(high), strict)
    numbers = sorted(end for end in places if isinstance(end, Fraction))
    for low, high in pairwise(numbers):
        note(places[low], places[high], True)
    for middle in range(len(places)):
        for one, first in list(below[middle].items()):
            for other, second in list(above[middle].items()):
                if one != other and middle not in (one, other):
                    note(one, other, first or second)
    ends = list(places)
    return {(ends[low], ends[high]): strict for low, known in enumerate(above) for high, strict in known.items()}


def _ordered(low: End, high: End, strict: bool) -> Compare:
    return Compare(">" if strict else ">=", Sum((_term(high), Product((Const(Fraction(-1)), _term(low))))))


def _term(end: End) -> Term:
    return Const(end) if isinstance(end, Fraction) else Var(end)
