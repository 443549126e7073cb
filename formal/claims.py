"""Propositions: what the author claims, with explicit hypotheses.

A claim is a formula over parameters; it is read as true for all values that the parameters' domains, the assumptions of
the games it uses and its own hypotheses admit. `exists` claims that some values make it true.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import sympy as sp

from formal.decide.goal import Goal
from formal.decide.judge import afresh, decide
from formal.decide.verdict import Proved, Refuted, Unknown, Verdict
from formal.errors import ClaimError, FormalError, Place, raised_at
from formal.levels import REQUIRED, Require
from formal.model.parameters import Parameter
from formal.model.rewriting import as_written
from formal.model.substitution import substitute
from formal.model.threshold import Threshold
from formal.obligations import consistent
from formal.resting import primed, restated, unknown, unproved
from formal.solution import Notes, Rested, noting
from formal.words import Exists, Quantified, condition, opened, unquantified

T = TypeVar("T")
Expect = Literal["proved", "refuted"]
DECLARED = "__propositions__"  # where a module keeps what it declares, whatever name it goes by


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
            conclusion = opened(condition(stated.body if isinstance(stated, Exists) else stated))
            hypotheses = [unquantified(condition(g)) for g in given]
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
            with noting() as again:
                read()
            if lost := notes.lost(again):
                shown = f"what {self.id} reads of {lost} is kept, and would not be read by the next proposition"
                raise ClaimError(f"{shown}; read it each time, or keep it with functools.cache in a module", place=self.place)
            self._known.add(what)
        return found, notes

    def said(self) -> tuple[sp.Basic, ...]:
        """The hypotheses that are read from no equilibrium: a list that was made when the file was imported."""
        return () if callable(self.given) else tuple(map(condition, self.given))

    def lemmas(self, goal: Goal) -> list[Goal]:
        """The steps of the proof as goals of their own, each resting on the steps before it.

        Raises FormalError when they cannot be stated.
        """
        made: list[Goal] = []
        for index, step in enumerate(
            self._read(lambda: [opened(condition(s)) for s in _listed(self.steps(), "steps")]), start=1
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
