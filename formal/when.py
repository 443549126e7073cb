"""When a claim holds: the exact set of parameters, proposed by the engine and proved in both directions.

Statement
---------
`when(claim)` is a condition F on the parameters such that, wherever the claim's hypotheses hold,

- F is sufficient: the claim follows from it;
- F is necessary: the claim fails where F does. A claim about all values of a variable fails where a value of it, given as a
  formula, makes the claim false.

Each direction has a verdict of its own. The condition that repairs a refuted claim is the same F: the weakest hypothesis on
the parameters under which it becomes true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from formal.claims import Proposition, Variable, proposition
from formal.decide.goal import Goal
from formal.decide.portfolio import closed_form_goals, decide
from formal.decide.verdict import Proved, Unknown, Verdict
from formal.derive.truth import Bound, Part, parts
from formal.errors import ClaimError, DerivationError
from formal.model.parameters import Parameter
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, thresholds


@dataclass(frozen=True)
class When:
    """The condition, its cases, and whether it is proved to be sufficient and necessary."""

    claim: Proposition
    given: tuple[sp.Basic, ...]
    cases: tuple[tuple[sp.Basic, ...], ...]
    sufficient: Verdict
    necessary: Verdict

    @property
    def condition(self) -> sp.Basic:
        """The cases as one formula; each of its literals is a comparison of polynomials in parameters and thresholds."""
        return _either(self.cases)

    @property
    def exact(self) -> bool:
        """Whether both directions are proved."""
        return isinstance(self.sufficient, Proved) and isinstance(self.necessary, Proved)

    @property
    def thresholds(self) -> tuple[Threshold, ...]:
        """The named roots that the condition mentions."""
        return thresholds(self.condition, *self.given)


def when(claim: Any, *, given: Sequence[Any] = ()) -> When:
    """The condition under which a proposition, or a condition on parameters, holds; hypotheses stay hypotheses.

    Raises ClaimError for a claim that some values exist, and for one that the engine cannot read, with the reason.
    """
    item = claim if isinstance(claim, Proposition) else proposition("when", str(claim), given=given)(lambda: claim)
    goal, notes = item.statement()
    if goal.existential:
        raise ClaimError(f"{item.id}: that some values exist holds or does not; there is no condition to find", place=item.place)
    bound = [_bound(item, goal, v) for v in goal.variables if isinstance(v, Variable)]
    hypotheses = tuple(h for h in goal.hypotheses if not any(b.symbol in h.free_symbols for b in bound))
    goal = _about(goal, bound, hypotheses)
    parameters = [v for v in goal.variables if isinstance(v, Parameter)]
    try:
        found, named = parts(goal.conclusion, parameters, hypotheses, bound)
    except DerivationError as error:
        raise ClaimError(f"{item.id}: when it holds cannot be found: {error.message}", place=item.place) from None
    cases = tuple(part.conditions for part in found if part.holds)
    ranges = tuple(r for b in bound for r in b.range())
    sufficient = decide(Goal("sufficient", goal.conclusion, (*hypotheses, *ranges, _either(cases))))
    necessary = _necessary(goal, hypotheses, bound, found) if bound else _fails_elsewhere(goal, hypotheses, cases)
    missing = _unproved(named, hypotheses, notes)
    if missing is not None:
        sufficient = necessary = missing
    return When(item, hypotheses, cases, sufficient, necessary)


def _about(goal: Goal, bound: Sequence[Bound], hypotheses: tuple[sp.Basic, ...]) -> Goal:
    """The goal with hypotheses on the parameters alone; what else is said of bound variables is part of the conclusion."""
    ranges = {r for b in bound for r in b.range()}
    others = [h for h in goal.hypotheses if h not in hypotheses and h not in ranges]
    conclusion = sp.Implies(sp.And(*others, evaluate=False), goal.conclusion, evaluate=False) if others else goal.conclusion
    return Goal(goal.name, conclusion, hypotheses)


def _either(cases: Sequence[Sequence[sp.Basic]]) -> sp.Basic:
    return sp.Or(*(sp.And(*case) for case in cases))


def _bound(item: Proposition, goal: Goal, variable: sp.Symbol) -> Bound:
    """The variable with the ends of its range, as the hypotheses state them."""
    low = [h.lhs for h in goal.hypotheses if isinstance(h, sp.Le) and h.rhs == variable]
    high = [h.rhs for h in goal.hypotheses if isinstance(h, sp.Le) and h.lhs == variable]
    if len(low) != 1 or len(high) != 1:
        raise ClaimError(f"{item.id}: the range of {variable} is not one interval", place=item.place)
    return Bound(variable, low[0], high[0])


def _fails_elsewhere(goal: Goal, hypotheses: tuple[sp.Basic, ...], cases: Sequence[Sequence[sp.Basic]]) -> Verdict:
    return decide(Goal("necessary", _either(cases), (*hypotheses, goal.conclusion)))


def _necessary(goal: Goal, hypotheses: tuple[sp.Basic, ...], bound: Sequence[Bound], found: Sequence[Part]) -> Verdict:
    """The parts cover the parameters, and each part on which the claim fails has values at which it does."""
    covered = decide(Goal("the cases cover", _either([part.conditions for part in found]), hypotheses))
    if not isinstance(covered, Proved):
        return covered
    for part in found:
        if not part.holds and not any(_violated(goal, hypotheses, bound, part, w) for w in _witnesses(bound, part)):
            return Unknown(f"no value was found at which it fails where {', '.join(map(str, part.conditions)) or 'always'}")
    return covered


def _witnesses(bound: Sequence[Bound], part: Part) -> list[dict[sp.Symbol, sp.Expr]]:
    """Values of the variables at, or between an end of the range and, those near which the claim fails."""
    near = {b.symbol: next((v for s, v in part.near if s.name == b.symbol.name), b.low) for b in bound}
    halfway = [
        {**near, b.symbol: (near[b.symbol] + substitute(end, near)) / 2} for b in bound for end in (b.high, b.low)
    ]
    return [near, *halfway]


def _violated(
    goal: Goal, hypotheses: tuple[sp.Basic, ...], bound: Sequence[Bound], part: Part, values: dict[sp.Symbol, sp.Expr]
) -> bool:
    given = (*hypotheses, *part.conditions)
    claims = [sp.Not(substitute(goal.conclusion, values))]
    claims += [substitute(r, values) for b in bound for r in b.range()]
    return all(isinstance(decide(Goal("violated", claim, given), doubtful=True), Proved) for claim in claims)


def _unproved(named: Sequence[Threshold], hypotheses: tuple[sp.Basic, ...], notes: Any) -> Unknown | None:
    """What the condition rests on and is not proved: closed forms, and the equilibria that the claim reads."""
    plain = [h for h in hypotheses if not thresholds(h)]
    for threshold in named:
        for defining in closed_form_goals(threshold, plain):
            if not isinstance(decide(defining), Proved):
                return Unknown(f"this is not proved: {defining.name}")
    for solution, node in notes:
        assurance = solution.assure(node)
        if not isinstance(assurance.verdict, Proved):
            return Unknown(f"it rests on {solution}, of which this is not proved: {assurance.failed}")
    return None
