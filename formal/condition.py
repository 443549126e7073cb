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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sympy as sp

from formal.claims import Proposition
from formal.decide.goal import Goal
from formal.decide.judge import afresh, decide
from formal.decide.verdict import Proved, Unknown, Verdict
from formal.derive.truth import Bound, Part, parts
from formal.elimination import eliminated
from formal.errors import ClaimError, DerivationError, Place, UsageError, caller, suggestion
from formal.model.parameters import Parameter
from formal.model.quantifier import ForSome
from formal.model.rewriting import as_written
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, thresholds
from formal.resting import unproved
from formal.solution import Notes
from formal.words import Quantified


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


def when(claim: Any, *, over: Sequence[Parameter] = (), given: Sequence[Any] = (), by: str = "") -> When:
    """The condition under which a proposition, or a condition on parameters, holds; hypotheses stay hypotheses.

    With `over`, the condition on these parameters alone under which it holds for all values of the others. With `by="qepcad"`,
    QEPCAD proposes it, by quantifier elimination. Raises ClaimError for a claim that some values exist, unless QEPCAD reads it,
    and for one that cannot be read, with the reason; UsageError for another name, or where QEPCAD is not installed.
    """
    place = caller() or Place(Path("claim"), 1)
    item = claim if isinstance(claim, Proposition) else Proposition("when", str(claim), lambda: claim, given, "proved", place)
    goal, notes = item.statement()
    if by not in ("", "qepcad"):
        raise UsageError(f'by="{by}" is not known; by="qepcad" is', place=place)
    if goal.existential or (isinstance(goal.conclusion, ForSome) and not by):
        raise ClaimError(f"{item.id}: when some values exist cannot be found; name them with at=", place=item.place)
    item.require_consistent(goal)
    kept = [v for v in goal.variables if isinstance(v, Parameter) and (not over or v in over)]
    if by:
        return _by_elimination(item, goal, kept, notes)
    every = _needs(goal.conclusion) if not goal.conclusion.has(ForSome) else ()
    needs = tuple(need for need in every if _rests_on(need) <= {*kept})
    problem = _problem(item, goal, over, [need for need in every if need not in needs])
    try:
        found, named = parts(problem.holds, problem.fails, kept, (*problem.hypotheses, *needs), problem.bound)
    except DerivationError as error:
        raise ClaimError(f"{item.id}: when it holds cannot be found: {error.message}", place=item.place) from None
    cases = tuple((*needs, *(c for c in part.conditions if c not in needs)) for part in found if part.holds)
    with afresh():
        sufficient = _sufficient(goal, cases)
        necessary = _necessary(problem, found, needs) if problem.bound else _fails_elsewhere(goal, cases, needs)
    mentioned = dict.fromkeys((*named, *goal.named))
    missing = unproved(goal, (*problem.hypotheses, *needs), mentioned, notes, said=item.said())
    return When(item, problem.hypotheses, cases, *((sufficient, necessary) if missing is None else (missing, missing)))


def _needs(claim: sp.Basic) -> tuple[sp.Basic, ...]:
    """What a claim needs to have a value, without which it does not hold: no denominator vanishes, no radicand is negative.

    Inner ones come first. In a comparison, and where comparisons are joined by and; elsewhere a part may be without a value and
    the whole have one.
    """
    if isinstance(claim, sp.And):
        return tuple(dict.fromkeys(need for part in claim.args for need in _needs(part)))
    if not isinstance(claim, sp.core.relational.Relational) or claim.has(sp.Piecewise):
        return ()
    found: dict[sp.Basic, None] = {}
    for power in (e for e in sp.postorder_traversal(claim) if isinstance(e, sp.Pow) and e.base.free_symbols):
        over, under = sp.fraction(sp.together(power.base))  # which does not vanish, by what it needs itself
        if power.exp.is_Rational and not power.exp.is_Integer:
            found.setdefault(sp.Ge(over if under == 1 else over * under, 0, evaluate=False))
        if power.exp.is_negative:
            found.setdefault(sp.Ne(over, 0, evaluate=False))
    trivial = {need for need in found if sp.simplify(need) == sp.true}
    return tuple(need for need in found if need not in trivial)


def _by_elimination(item: Proposition, goal: Goal, kept: Sequence[Parameter], notes: Notes) -> When:
    away = [v for v in goal.variables if v not in kept]
    try:
        cases = eliminated(goal, {*kept, *goal.named})
    except ClaimError as error:
        raise ClaimError(f"{item.id}: {error.message}", place=item.place) from None
    hypotheses = tuple(h for h in goal.hypotheses if not _rests_on(h) & {*away})
    with afresh():
        sufficient = _sufficient(goal, cases)
        necessary = _fails_for_some(goal, away, hypotheses, cases) if away else _fails_elsewhere(goal, cases)
    missing = unproved(goal, hypotheses, goal.named, notes, said=item.said())
    return When(item, hypotheses, cases, *((sufficient, necessary) if missing is None else (missing, missing)))


def named(claim: Proposition, names: Sequence[str]) -> list[Parameter]:
    """The parameters of a claim by name. Raises ClaimError for a name that is not one of them."""
    known = {v.name: v for v in claim.statement()[0].variables if isinstance(v, Parameter)}
    for name in names:
        if name not in known:
            raise ClaimError(f'"{name}" is not a parameter of {claim.id}; {suggestion(name, known)}', place=claim.place)
    return [known[name] for name in names]


@dataclass(frozen=True)
class Problem:
    """A claim for all values of the bound variables at which the conditions hold, given hypotheses on what is kept.

    It holds where it has a value, by its `needs`, each of which may rest on those before, and is true. Only values at which the
    expressions in `whole` are integers count.
    """

    claim: sp.Basic
    needs: tuple[sp.Basic, ...]
    conditions: tuple[sp.Basic, ...]
    hypotheses: tuple[sp.Basic, ...]
    bound: tuple[Bound, ...]
    whole: tuple[sp.Expr, ...] = ()

    @property
    def holds(self) -> list[list[sp.Basic]]:
        """Alternatives of formulas, each read where those before it hold."""
        return [*([sp.Not(c)] for c in self.conditions), [*self.needs, self.claim]]

    @property
    def fails(self) -> list[list[sp.Basic]]:
        """Alternatives as above, in which the claim has no value or is false."""
        stated = [*self.needs, self.claim]
        return [[*self.conditions, *stated[:k], sp.Not(part)] for k, part in enumerate(stated)]


def _problem(item: Proposition, goal: Goal, over: Sequence[Parameter], needs: Sequence[sp.Basic]) -> Problem:
    variables = [_bound(item, goal, v) for v in goal.variables if isinstance(v, Quantified)]
    ranges = {r for b in variables for r in b.range()}
    away = [v for v in goal.variables if isinstance(v, Parameter) and over and v not in over]
    ranged = [_free_range(v) for v in away]
    eliminated = [one for one, _, _ in ranged]
    moved = {parameter: value for parameter, (_, _, value) in zip(away, ranged, strict=True)}
    ends = [end for _, ends, _ in ranged for end in ends]
    inside = {*away, *(b.symbol for b in variables)}
    hypotheses = tuple(h for h in goal.hypotheses if not inside & _rests_on(h))
    others = [h for h in goal.hypotheses if h not in hypotheses and h not in ranges]
    claim, *stated = (substitute(c, moved) for c in (goal.conclusion, *needs, *ends, *others))
    variables = [Bound(b.symbol, substitute(b.low, moved), substitute(b.high, moved)) for b in variables]
    whole = tuple(e for v, e in moved.items() if v.is_integer)
    split = len(needs)
    return Problem(claim, tuple(stated[:split]), tuple(stated[split:]), hypotheses, (*eliminated, *variables), whole)


def _failing(needs: Sequence[sp.Basic], claim: sp.Basic) -> sp.Basic:
    """That the claim has no value or is false, in which each part is read where those before it hold."""
    formula = sp.Not(claim, evaluate=False)
    for need in reversed(needs):
        formula = as_written(sp.Implies, [need, formula])
    return formula


def _rests_on(formula: sp.Basic) -> set[sp.Basic]:
    return set(formula.free_symbols).union(*(t.definition.free_symbols for t in thresholds(formula)))


def _free_range(parameter: Parameter) -> tuple[Bound, list[sp.Basic], sp.Expr]:
    """A variable with a bounded range, which ends of it are excluded, and the parameter as a function of the variable.

    A half line is u/(1 - u) from its end, for u in [0, 1), and the line is u/(1 - u²), for u in (-1, 1).
    """
    domain, u = parameter.domain, Quantified(parameter.name, real=True)
    low, high = domain.low, domain.high
    if low is not None and high is not None:
        bounds, excluded, value = (low, high), (domain.open_low, domain.open_high), u
    elif low is not None:
        bounds, excluded, value = (0, 1), (domain.open_low, True), low + u / (1 - u)
    elif high is not None:
        bounds, excluded, value = (0, 1), (domain.open_high, True), high - u / (1 - u)
    else:
        bounds, excluded, value = (-1, 1), (True, True), u / (1 - u**2)
    low, high = map(sp.Integer, bounds) if value != u else bounds
    ends = [sp.Gt(u, low, evaluate=False)] * excluded[0] + [sp.Lt(u, high, evaluate=False)] * excluded[1]
    return Bound(u, low, high), ends, value


def _either(cases: Sequence[Sequence[sp.Basic]]) -> sp.Basic:
    return sp.Or(*(sp.And(*case) for case in cases))


def _bound(item: Proposition, goal: Goal, variable: sp.Symbol) -> Bound:
    """The variable with the ends of its range, as the hypotheses state them."""
    low = [h.lhs for h in goal.hypotheses if isinstance(h, sp.Le) and h.rhs == variable]
    high = [h.rhs for h in goal.hypotheses if isinstance(h, sp.Le) and h.lhs == variable]
    if not low or not high:
        raise ClaimError(f"{item.id}: {variable} has no closed range; say forall with an interval", place=item.place)
    first, last = (min(ends, key=lambda end: not end.is_number) for ends in (low, high))  # the others are conditions
    return Bound(variable, first, last)


def _sufficient(goal: Goal, cases: Sequence[Sequence[sp.Basic]]) -> Verdict:
    return decide(Goal("sufficient", goal.conclusion, (*goal.hypotheses, _either(cases))))


def _fails_elsewhere(goal: Goal, cases: Sequence[Sequence[sp.Basic]], needs: Sequence[sp.Basic] = ()) -> Verdict:
    claim = goal.conclusion
    holds = claim.body if isinstance(claim, ForSome) else claim  # at one value of what a quantifier binds
    return decide(Goal("necessary", _either(cases), (*goal.hypotheses, *needs, holds)))


def _fails_for_some(
    goal: Goal, away: Sequence[sp.Symbol], hypotheses: Sequence[sp.Basic], cases: Sequence[Sequence[sp.Basic]]
) -> Verdict:
    """Wherever no case holds, some values of what is left out make the claim fail."""
    if isinstance(goal.conclusion, ForSome):
        return Unknown("three quantifiers in a row; keep all parameters")
    domains = [f for v in away if isinstance(v, Parameter) for f in v.facts()]
    conditions = [*domains, *(h for h in goal.hypotheses if h not in hypotheses)]
    fails = as_written(sp.And, [*conditions, _failing(_needs(goal.conclusion), goal.conclusion)])
    elsewhere = sp.Not(_either(cases), evaluate=False)
    try:
        return decide(Goal("necessary", ForSome(fails, *away), (*hypotheses, elsewhere)))
    except ClaimError as error:
        return Unknown(error.message)


def _necessary(problem: Problem, found: Sequence[Part], needs: Sequence[sp.Basic]) -> Verdict:
    """The parts cover the parameters, and each part on which the claim fails has values at which it does."""
    problem = replace(problem, hypotheses=(*problem.hypotheses, *needs))
    covered = decide(Goal("the cases cover", _either([part.conditions for part in found]), problem.hypotheses))
    if not isinstance(covered, Proved):
        return covered
    for part in found:
        if part.holds or any(_violated(problem, part, w) for w in _witnesses(problem.bound, part)):
            continue
        if not _somewhere_violated(problem, part):
            return Unknown(f"no value was found at which it fails where {', '.join(map(str, part.conditions)) or 'always'}")
    return covered


def _witnesses(bound: Sequence[Bound], part: Part) -> list[dict[sp.Symbol, sp.Expr]]:
    """Values of the variables at, or between an end of the range and, those near which the claim fails."""
    near = {b.symbol: next((v for s, v in part.near if s.name == b.symbol.name), b.low) for b in bound}
    halfway = [{**near, b.symbol: (near[b.symbol] + substitute(end, near)) / 2} for b in bound for end in (b.high, b.low)]
    return [near, *halfway]


def _somewhere_violated(problem: Problem, part: Part) -> bool:
    """Whether some values, that nobody names, are proved to make the claim fail wherever the part's conditions hold."""
    if problem.whole:
        return False
    ranges = [r for b in problem.bound for r in b.range()]
    fails = as_written(sp.And, [*ranges, *problem.conditions, _failing(problem.needs, problem.claim)])
    goal = Goal("violated", ForSome(fails, *(b.symbol for b in problem.bound)), (*problem.hypotheses, *part.conditions))
    try:
        return isinstance(decide(goal), Proved)
    except ClaimError:  # hypotheses that are not polynomial
        return False


def _violated(problem: Problem, part: Part, values: dict[sp.Symbol, sp.Expr]) -> bool:
    """Whether the claim has no value, or is false, at these values of the variables wherever the part's conditions hold."""
    if not all(substitute(e, values).is_Integer for e in problem.whole):
        return False
    given = (*problem.hypotheses, *part.conditions)

    def proved(claim: sp.Basic) -> bool:
        return isinstance(decide(Goal("violated", claim, given), doubtful=True), Proved)

    inside = [substitute(c, values) for c in (*(r for b in problem.bound for r in b.range()), *problem.conditions)]
    needs = [substitute(need, values) for need in problem.needs]
    if not all(map(proved, inside)):
        return False
    if any(proved(sp.Not(need, evaluate=False)) for need in needs):
        return True
    claim = substitute(problem.claim, values)
    return not claim.has(sp.zoo, sp.nan) and proved(_failing(needs, claim))
