"""Propositions: what the author claims, with explicit hypotheses, and the words to claim it with.

A claim is a formula over parameters; it is read as true for all values that the parameters' domains, the assumptions of
the games it uses and its own hypotheses admit. `exists` claims that some values make it true.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from formal.decide.goal import Goal
from formal.decide.judge import afresh, decide
from formal.decide.verdict import Proved, Refuted, Unknown, Verdict
from formal.errors import ClaimError, FormalError, Place, raised_at
from formal.levels import REQUIRED, Require
from formal.model.exact import exact
from formal.model.parameters import Parameter
from formal.model.quantifier import ForAll, ForSome, Quantifier
from formal.model.rewriting import as_written
from formal.model.run import Interval
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, copy
from formal.obligations import consistent
from formal.readings import again
from formal.resting import primed, restated, unknown, unproved
from formal.solution import Notes, Rested, note_values, noting

T = TypeVar("T")
Expect = Literal["proved", "refuted"]
DECLARED = "__propositions__"  # where a module keeps what it declares, whatever name it goes by


class Quantified(sp.Symbol):  # type: ignore[misc]
    """A bound variable of a claim."""

    __slots__ = ()


@dataclass(frozen=True)
class Exists:
    """The claim that some values of the parameters make `body` true."""

    body: sp.Basic


def iff(first: Any, second: Any) -> sp.Basic:
    """Both or neither."""
    return as_written(sp.Equivalent, [_condition(first), _condition(second)])


def implies(hypothesis: Any, conclusion: Any) -> sp.Basic:
    """`conclusion` wherever `hypothesis` holds; the conclusion need not be defined elsewhere."""
    antecedent = _condition(hypothesis)
    if antecedent == sp.false:
        raise ClaimError(f"the hypothesis {hypothesis} is never true; the claim says nothing")
    return sp.Implies(antecedent, _condition(conclusion), evaluate=False)


def forall(ranges: Mapping[sp.Symbol, Interval], body: Any) -> sp.Basic:
    """`body` for all values of the choices in their ranges: `forall({x: interval(0, 1)}, ...)`."""
    bound = {s: Quantified(s.name, real=True, **({"integer": True} if s.is_integer else {})) for s in ranges}
    inside = [_inside(bound[symbol], r) for symbol, r in ranges.items()]
    note_values(bound, inside)
    condition = _condition(body)
    within = [variable for part in condition.atoms(ForAll) for variable in part.bound]
    names = [variable.name for variable in (*bound.values(), *dict.fromkeys(within))]
    for name in names:
        if names.count(name) > 1:
            raise ClaimError(f"forall(...) speaks of two variables {name}; give one of them another name")
    return ForAll(sp.Implies(sp.And(*inside), substitute(condition, bound), evaluate=False), *bound.values())


def exists(
    body: Any, at: Mapping[sp.Symbol, tuple[Any, Interval]] | None = None, *, over: Mapping[sp.Symbol, Interval] | None = None
) -> Any:
    """`body` for some values.

    Without more, some values of the parameters make the body true, and the proof is an exact example. With
    `over={m: range}` some m in the range makes it true, whatever the parameters. With `at={m: (value, range)}` the proof is
    easier: the value, which may depend on the parameters, is shown to lie in the range and to make the body true.
    """
    condition = _condition(body)
    if at is not None:
        values = {symbol: exact(value, f"the witness for {symbol}") for symbol, (value, _) in at.items()}
        for symbol, value in values.items():
            if symbol.is_integer and not value.is_integer:
                raise ClaimError(f"the witness {value} for {symbol} is not known to be a whole number, as {symbol} is")
        inside = [_inside(values[symbol], r) for symbol, (_, r) in at.items()]
        note_values(values, ())
        return as_written(sp.And, [*inside, substitute(condition, values)])
    if over is not None:
        if condition.has(Quantifier):
            raise ClaimError("a quantifier inside exists(..., over=...) cannot be decided; name the value with at=")
        if whole := [str(symbol) for symbol in over if symbol.is_integer]:
            raise ClaimError(f"that some whole number {whole[0]} will do cannot be decided; name the value with at=")
        bound = {symbol: sp.Dummy(symbol.name, real=True) for symbol in over}
        inside = [_inside(bound[symbol], r) for symbol, r in over.items()]
        note_values(bound, inside)
        return ForSome(as_written(sp.And, [*inside, substitute(condition, bound)]), *bound.values())
    if condition.has(Quantifier):
        raise ClaimError("a quantifier inside exists(...) cannot be decided; name the values with at=")
    return Exists(condition)


def _opened(claim: sp.Basic, alone: bool = True) -> sp.Basic:
    """The claim with the symbols of forall(...) free, as they may be where the claim as a whole is about all their values.

    Raises ClaimError where they may not: under a negation, in an alternative or a hypothesis.
    """
    if isinstance(claim, ForAll):
        return _opened(claim.body, alone)
    if isinstance(claim, sp.And):
        return as_written(sp.And, [_opened(part, alone=False) for part in claim.args])
    if isinstance(claim, sp.Implies) and not claim.args[0].has(Quantifier):
        return as_written(sp.Implies, [claim.args[0], _opened(claim.args[1], alone)])
    if (isinstance(claim, ForSome) and alone) or not claim.has(Quantifier):
        return claim
    raise ClaimError(
        "forall(...) may be joined by and, and exists(..., over=...) stands alone, both perhaps behind a hypothesis; "
        f"state {claim} in claims of its own"
    )


def _unquantified(hypothesis: sp.Basic) -> sp.Basic:
    if hypothesis.has(Quantifier):
        raise ClaimError(
            f"a hypothesis with a quantifier cannot be used: {hypothesis}; state it for the values that are needed"
        )
    return hypothesis


def increasing(expression: Any, parameter: Parameter, *, strictly: bool = False, given: Any = sp.true) -> sp.Basic:
    """A larger value of the parameter, all else equal, never lowers the expression; `given` holds at the smaller one."""
    return _monotone(expression, parameter, strictly, given, 1)


def decreasing(expression: Any, parameter: Parameter, *, strictly: bool = False, given: Any = sp.true) -> sp.Basic:
    """A larger value of the parameter, all else equal, never raises the expression; `given` holds at the smaller one."""
    return _monotone(expression, parameter, strictly, given, -1)


def larger(expression: Any, parameter: Parameter) -> sp.Basic:
    """The expression at the larger value of the parameter that `increasing` and `decreasing` speak of."""
    values = {parameter: parameter.renamed(f"{parameter.name}'")}
    again(lambda value: copy(value, values), f"with {parameter.name}'")
    return copy(sp.sympify(expression), values)


def _monotone(expression: Any, parameter: Parameter, strictly: bool, given: Any, sign: int) -> sp.Basic:
    before = exact(expression, "the expression")
    if not isinstance(parameter, Parameter):
        raise ClaimError(f"{parameter} is not a declared parameter")
    after, condition = larger(before, parameter), _condition(given)
    relation = (sp.Lt if strictly else sp.Le)(*((before, after) if sign > 0 else (after, before)), evaluate=False)
    higher = sp.Lt(parameter, larger(parameter, parameter), evaluate=False)
    return sp.Implies(sp.And(higher, condition), relation, evaluate=False)


def _inside(value: sp.Expr, r: Interval) -> sp.Basic:
    if not isinstance(r, Interval):
        raise ClaimError(f"the range of {value} is {r!r}; write interval(low, high)")
    return sp.And(sp.Le(r.low, value, evaluate=False), sp.Le(value, r.high, evaluate=False), evaluate=False)


def _condition(formula: Any) -> sp.Basic:
    if isinstance(formula, bool):
        raise ClaimError(
            f"a comparison came out as {formula} in Python, where == and != compare formulas; write Eq(a, b) or Ne(a, b)"
        )
    if formula is None or isinstance(formula, Exists):
        shown = "nothing; return the claim" if formula is None else "exists(...) inside another claim; use over= or at="
        raise ClaimError(f"what was to be a condition is {shown}")
    condition = sp.sympify(formula)
    if not isinstance(condition, sp.Basic):
        raise ClaimError(f"{formula!r} is not a condition; join conditions with & and |")
    for number in condition.atoms(sp.Float):
        exact(number, f"a number in {condition}")
    if not isinstance(condition, Relational | BooleanAtom | BooleanFunction):
        raise ClaimError(f"{formula!r} is not a condition: it is neither a comparison nor a combination of comparisons")
    return condition


@dataclass(frozen=True)
class Finding:
    """What became of a proposition."""

    verdict: Verdict
    statement: sp.Basic = sp.true
    used: tuple[Rested, ...] = ()


@dataclass(frozen=True)
class Audit:
    """The hypotheses of a proved claim: those that are enough, and those that it does without."""

    needed: tuple[sp.Basic, ...] = ()
    spare: tuple[sp.Basic, ...] = ()


@dataclass(frozen=True, eq=False)
class Proposition:
    """A claim with its id, title, hypotheses and the verdict that its author expects."""

    id: str
    title: str
    state: Callable[[], Any]
    given: Sequence[Any] | Callable[[], Sequence[Any]]
    expect: Expect
    place: Place
    steps: Callable[[], Sequence[Any]] = tuple
    note: str = field(default="")
    require: Require = ""
    _known: set[str] = field(default_factory=set, repr=False)  # what was read

    def statement(self) -> tuple[Goal, Notes]:
        """The goal, and the subgames whose solutions it rests on. Raises FormalError when it cannot be stated."""
        (stated, given), notes = self._steadily(
            "statement",
            lambda: (
                self._read(self.state),
                self._read(lambda: _listed(self.given() if callable(self.given) else self.given, "given")),
            ),
        )
        existential = isinstance(stated, Exists)
        try:
            conclusion = _opened(_condition(stated.body if isinstance(stated, Exists) else stated))
            hypotheses = [_unquantified(_condition(g)) for g in given]
        except ClaimError as error:
            raise ClaimError(f"{self.id}: {error.message}", place=self.place) from None
        if sp.false in hypotheses:
            raise ClaimError(f"{self.id}: a hypothesis is never true; the claim says nothing", place=self.place)
        while isinstance(conclusion, sp.Implies) and not existential:
            antecedent = conclusion.args[0]
            hypotheses += antecedent.args if isinstance(antecedent, sp.And) else (antecedent,)
            conclusion = conclusion.args[1]
        assumed = list(dict.fromkeys(a for solution, _ in notes for a in solution.game.assume.values()))
        conclusion, again = _assumed_again(conclusion, [*assumed, *hypotheses], assumed)
        goal = Goal(self.id, conclusion, tuple(dict.fromkeys((*assumed, *again, *hypotheses))), (), existential)
        self._all_bound(goal)
        return goal, notes

    def _steadily(self, what: str, read: Callable[[], T]) -> tuple[T, Notes]:
        """What is read, and what it reads of equilibria. The first time it is read twice: what authors keep would not be noted.

        Raises ClaimError where the second time less is noted.
        """
        with noting() as notes:
            found = read()
        if what not in self._known:
            self._known.add(what)
            with noting() as again:
                read()
            for lost in sorted({str(s) for s in notes.solutions()} - {str(s) for s in again.solutions()}):
                shown = f"what {self.id} reads of {lost} is kept, and would not be read by the next proposition"
                raise ClaimError(f"{shown}; read it each time, or keep it with functools.cache in a module", place=self.place)
        return found, notes

    def said(self) -> tuple[sp.Basic, ...]:
        """The hypotheses that are read from no equilibrium: a list that was made when the file was imported."""
        return () if callable(self.given) else tuple(map(_condition, self.given))

    def lemmas(self, goal: Goal) -> list[Goal]:
        """The steps of the proof as goals of their own, each resting on the steps before it.

        Raises FormalError when they cannot be stated.
        """
        made: list[Goal] = []
        for index, step in enumerate(
            self._read(lambda: [_opened(_condition(s)) for s in _listed(self.steps(), "steps")]), start=1
        ):
            before = tuple(m.conclusion for m in made)
            made.append(Goal(f"{self.id}, step {index}", step, (*goal.hypotheses, *before)))
        return made

    def _read(self, author: Callable[[], Any]) -> Any:
        """What the author's function returns; what it raises is said in one line, with its place."""
        try:
            return author()
        except FormalError as error:
            raise type(error)(f"{self.id}: {error.message}", place=error.place or self.place) from None
        except (Exception, SystemExit) as error:
            shown = f"{self.id} cannot be stated: {type(error).__name__}: {error}"
            raise ClaimError(shown, place=raised_at(error.__traceback__) or self.place) from error

    def _all_bound(self, goal: Goal) -> None:
        for symbol in goal.variables:
            if not isinstance(symbol, Parameter | Quantified | Threshold):
                raise ClaimError(f"{self.id}: {symbol} is free; say forall({{{symbol}: interval(...)}}, ...)", place=self.place)

    def check(self) -> Finding:
        """Decide the claim and everything it rests on.

        Raises ClaimError when it cannot be stated or its hypotheses contradict one another.
        """
        goal, notes = self.statement()
        self.require_consistent(goal)
        lemmas, more = self._steadily("steps", lambda: self.lemmas(goal))
        notes |= more
        notes.elsewhere += more.elsewhere
        used = tuple(dict.fromkeys(solution for solution, _ in notes))
        with afresh():
            verdict = self._decide(goal, lemmas)
        named = dict.fromkeys(t for g in (goal, *lemmas) for t in g.named)
        pointed = isinstance(verdict, Proved if goal.existential else Refuted)
        point = getattr(verdict, "witness", None) if pointed else None
        missing = unproved(goal, goal.hypotheses, named, notes, said=self.said(), point=point)
        return Finding(verdict if missing is None else missing, goal.conclusion, used)

    def require_consistent(self, goal: Goal) -> None:
        """Raise ClaimError when the hypotheses contradict one another, naming those that do."""
        if goal.hypotheses and not goal.existential:
            domains = [f for v in goal.variables if isinstance(v, Parameter) for f in v.facts()]
            named = {h: h for h in (*domains, *goal.hypotheses) if h != sp.true}
            consistent(named, f"the hypotheses of {self.id}", self.place)
            for more in _assumed_inside(goal.conclusion):
                consistent(named | {h: h for h in more}, f"the hypotheses of a part of {self.id}", self.place)

    def _decide(self, goal: Goal, lemmas: Sequence[Goal]) -> Verdict:
        """The claim itself, after its steps; a step that fails leaves the claim to be decided without it."""
        proved = []
        for lemma in lemmas:
            verdict = decide(lemma)
            if isinstance(verdict, Refuted):
                shown = ", ".join(f"{s} = {v}" for s, v in verdict.witness.items())
                raise ClaimError(f"{lemma.name} is false, at {shown}: {lemma.conclusion}", place=self.place)
            if isinstance(verdict, Proved):
                proved.append(lemma.conclusion)
        proposed = Goal(goal.name, goal.conclusion, (*goal.hypotheses, *proved), goal.facts, goal.existential)
        verdict = decide(proposed, doubtful=True)
        if goal.existential and isinstance(verdict, Unknown) and (where := _somewhere(goal.conclusion)):
            found = decide(replace(proposed, hypotheses=(*proposed.hypotheses, *where)), doubtful=True)
            return found if isinstance(found, Proved) else verdict
        return verdict

    def audit(self) -> Audit:
        """Which hypotheses the proof needs, and which it does without, all of them together; without these the claim says more.

        They are taken out in the order in which they are stated, as long as Z3 soon proves the claim from the rest. What is
        assumed in the games that the claim reads stays: elsewhere, what it reads of them is no equilibrium.
        """
        from formal.decide.panel import soon

        goal, notes = self.statement()
        assumed = {a for solution, _ in notes for a in solution.game.assume.values()}
        needed, spare = list(goal.hypotheses), list[sp.Basic]()
        for hypothesis in () if goal.existential else goal.hypotheses:
            if substitute(hypothesis, primed(hypothesis)) in assumed:
                continue
            rest = [h for h in needed if h is not hypothesis]
            try:
                with afresh(), soon():
                    less = Goal(goal.name, goal.conclusion, tuple(rest), goal.facts)
                    verdict = self._decide(less, self.lemmas(less))
            except ClaimError:  # a step on the way needs it
                continue
            if isinstance(verdict, Proved) and self._still_known(goal, rest, notes):
                needed, spare = rest, [*spare, hypothesis]
        return Audit(tuple(needed), tuple(spare))

    def _still_known(self, goal: Goal, hypotheses: Sequence[sp.Basic], notes: Notes) -> bool:
        said = [h for h in self.said() if h in hypotheses]
        return unknown(goal, hypotheses, notes, said=said) is None

    def as_expected(self, verdict: Verdict) -> bool:
        """Whether the verdict is the one that the author expects."""
        return isinstance(verdict, Refuted if self.expect == "refuted" else Proved)

    def __repr__(self) -> str:
        return f"{self.id}: {self.title}"


def _assumed_again(
    conclusion: sp.Basic, hypotheses: Sequence[sp.Basic], assumed: Sequence[sp.Basic]
) -> tuple[sp.Basic, list[sp.Basic]]:
    """The conclusion, and what is assumed of parameters at their larger values.

    Parts that are joined by and may speak of larger values of different parameters; each assumes its own.
    """

    parts = conclusion.args if isinstance(conclusion, sp.And) else ()
    if len({frozenset(primed(part)) for part in parts}) < 2:
        return conclusion, restated(assumed, conclusion, *hypotheses)
    stated = [
        sp.Implies(as_written(sp.And, given), part, evaluate=False) if (given := restated(assumed, part)) else part
        for part in parts
    ]
    return as_written(sp.And, stated), restated(assumed, *hypotheses)


def _somewhere(conclusion: sp.Basic) -> tuple[sp.Basic, ...]:
    """Where piecewise terms have a value; there may be an example elsewhere, if they are not reached."""
    found = sorted(conclusion.atoms(sp.Piecewise), key=str)
    return tuple(as_written(sp.Or, [test for _, test in p.args]) for p in found if p.args[-1][1] != sp.true)


def _assumed_inside(conclusion: sp.Basic) -> Iterator[tuple[sp.Basic, ...]]:
    """What parts that are joined by and assume of larger values, each for itself."""
    for part in conclusion.args if isinstance(conclusion, sp.And) else ():
        assumed = list[sp.Basic]()
        while isinstance(part, sp.Implies) and primed(part):
            assumed += part.args[0].args if isinstance(part.args[0], sp.And) else (part.args[0],)
            part = part.args[1]
        if assumed:
            yield tuple(assumed)


def _listed(conditions: Any, what: str) -> list[Any]:
    if isinstance(conditions, sp.Basic | bool):
        raise ClaimError(f"{what} is a list of conditions; write {what}=[{conditions}]")
    return list(conditions)


def proposition(
    id: str,
    title: str,
    *,
    given: Sequence[Any] | Callable[[], Sequence[Any]] = (),
    steps: Callable[[], Sequence[Any]] = tuple,
    expect: Expect = "proved",
    require: Require = "",
) -> Callable[[Callable[[], Any]], Proposition]:
    """Declare a proposition: decorates a function without arguments that returns the claim.

    `given` lists hypotheses, or is a function that returns them. `steps` is a function that returns claims on the way to
    the proof: each is proved from the hypotheses and the steps before it, and may then be used. `expect="refuted"` keeps a
    claim because it is false. `require` is how surely it has to be proved: by "two" solvers that agree, "certified", or by
    "rocq"; a proof that is less sure is a failure. Raises ClaimError for an unknown `expect` or `require`.
    """
    if require not in REQUIRED:
        raise ClaimError(f'require is "two", "certified" or "rocq", not {require!r}')
    if expect not in ("proved", "refuted"):
        raise ClaimError(f'expect is "proved" or "refuted", not {expect!r}')

    def declare(state: Callable[[], Any]) -> Proposition:
        place = Place(Path(state.__code__.co_filename), state.__code__.co_firstlineno)
        listed = given if callable(given) or isinstance(given, sp.Basic | bool) else tuple(given)
        made = Proposition(id, title, state, listed, expect, place, steps, inspect.getdoc(state) or "", require)
        state.__globals__.setdefault(DECLARED, []).append(made)
        return made

    return declare
