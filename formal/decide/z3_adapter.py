"""Z3: formulas in, an answer and a model out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeAlias

import sympy as sp
import z3

from formal.decide.abstraction import abstracted
from formal.decide.examples import apart, forget
from formal.decide.focus import Ask, Focus, Opinion
from formal.decide.formula import Formula, degree
from formal.decide.panel import Panel, panel
from formal.decide.smtlib import Writer
from formal.decide.solvers.program import Answer as Said
from formal.decide.solvers.program import Question
from formal.ladder import (
    BARE,
    BRIEF,
    FACTORS,
    INTEGERS,
    LATER,
    QUANTIFIED,
    SEARCH,
    SHORT,
    Answer,
    Context,
    Rung,
    for_high_degrees,
    run_script,
)

ASIDE = 1_000  # milliseconds for a try on a part, which others race on the whole
DIGITS = 20  # of roots that are read in floating point
HIGH = 6  # from this degree on Z3's SMT core may not come back from multiplying out


@dataclass(frozen=True)
class Reply:
    """`status` is "sat", "unsat" or "unknown"; `by` says which strategy answered, or why none did."""

    status: str
    by: str
    read: Callable[[], Mapping[sp.Symbol, sp.Expr]] = dict  # the model
    near: Callable[[], Mapping[sp.Symbol, float]] = dict  # the model, in floating point

    @cached_property
    def model(self) -> Mapping[sp.Symbol, sp.Expr]:
        """A solution; roots in it take long to read, and are read when it is asked for."""
        return self.read()

    @cached_property
    def point(self) -> Mapping[sp.Symbol, float]:
        """About where the solution is, which is soon read."""
        return self.near()


ON_A_PART = Reply("unsat", "Z3 on a part")
ON_FACTORS = Reply("unsat", "Z3 smt on factors")


_context: ContextVar[Callable[[], Context] | None] = ContextVar("context", default=None)  # made when it is first asked for


@contextmanager
def afresh() -> Iterator[None]:
    """Inside the block Z3 knows nothing of what was asked before it.

    Short tries share a context, whose making takes longer than most of them; a long try has one of its own.
    """
    if _context.get() is None:
        forget()
    token = _context.set(cache(Context))
    try:
        with apart():
            yield
    finally:
        _context.reset(token)


@cache
def _shared() -> Context:
    """The context of what is asked in no block."""
    return Context()


class Session:
    """Puts related questions to solvers, writing each formula once; the variables in `units` are read as 1.

    Z3 answers nearly all of them at once; what it does not soon answer is put to the panel.
    """

    def __init__(self, units: Iterable[sp.Symbol] = ()) -> None:
        self._writer = Writer(units)
        self._context = (_context.get() or _shared)()

    def solve(self, formulas: Sequence[Formula], *, only: Sequence[Rung] = (), claim: int = -1) -> Reply:
        """Ask whether the formulas can hold together; where two solvers have to agree, one refutation is not enough.

        With `only`, of Z3's short tries these are made, and nobody else is asked. The formula at place `claim` matters whatever
        else is left out.
        """
        reply = self._agreed(Question(formulas, self._writer, claim=claim), only)
        if reply.status != "sat" or all(reply.model[s].is_Integer for s in self._writer.names if s.is_integer):
            return reply
        # integers are not kept by a change of units
        return Session()._agreed(Question(formulas, Writer(), integers=True), only)

    def settle(self, question: Question) -> Reply:
        """The answer to a question that is ready, with quantifiers or integers."""
        return self._agreed(question)

    def _agreed(self, question: Question, only: Sequence[Rung] = ()) -> Reply:
        asked = panel.get()
        solver, reply = self._reply(question, asked, only)
        if reply.status != "unsat" or not asked.agreeing:
            return reply
        factored = None if question.universal else abstracted(question.formulas)
        second = asked.second(question, None if factored is None else Question(factored, Writer()), solver)
        if second is None:
            return Reply("unknown", f"{solver} refutes it, but no other solver did")
        return Reply("unsat", f"{reply.by} and {second}")

    def _reply(self, question: Question, asked: Panel, only: Sequence[Rung]) -> tuple[str, Reply]:
        """The solver that answered, and its reply."""
        rungs = _rungs(question, only or SHORT)
        if only:
            first = run_script(question.script, rungs[:1], context=self._context)
            late = rungs[1:] if first.status == "unknown" else ()
            return "Z3", self._read(run_script(question.script, late) if late else first, question)
        parts = Parts(question, self._context)
        soon = next((found for found in self._soon(question, parts, rungs) if found is not None), None)
        if soon is not None:
            return "Z3", soon
        with asked.started(question) as started:  # the panel begins while Z3 makes its other short tries here
            if parts.refuted_by(NEXT, started.settled):
                return "Z3", ON_A_PART
            later = rungs[1:] if parts.promising or question.universal else ()
            answer = self._read(run_script(question.script, later), question) if later else None
            if answer is not None and answer.status != "unknown":
                return "Z3", answer
            if parts.refuted_by(LAST, started.settled):
                return "Z3", ON_A_PART
            return self._asked(question, *asked.first(started))

    def _soon(self, question: Question, parts: Parts, rungs: Sequence[Rung]) -> Iterator[Reply | None]:
        """Z3's first tries, the quickest first: what it says of all formulas, or of some, if it says anything.

        Where there is no threshold to leave out, Boolean structure is what is hard, and the SMT core comes first.
        """

        def of_all(some: Sequence[Rung]) -> Reply | None:
            answer = run_script(question.script, some, context=self._context)
            return None if answer.status == "unknown" else self._read(answer, question)

        short = rungs[0] in SHORT
        yield of_all(BARE if short else rungs[:1])
        if short and parts.refuted(SEARCH, Focus.soon_refuted):
            yield ON_A_PART
        if not question.universal and parts.refuted_by_factors():
            yield ON_FACTORS
        if short:
            yield of_all(rungs[:1] if parts.promising else rungs[::-1])
            yield ON_A_PART if parts.refuted(rungs[:1], plain=False) else None

    def _asked(self, question: Question, name: str, said: Said) -> tuple[str, Reply]:
        """What the panel said."""
        if said.status == "sat" and said.values:
            values = {s: sp.Rational(str(said.values.get(n, 1))) for s, n in _free(question)}
            return name, Reply("sat", name, lambda: values | _units(question))
        if said.status == "sat":  # Z3 in another process: its model is read here
            return name, self._read(run_script(question.script, [rung for rung in LATER if str(rung) == said.by]), question)
        strategy, _, _ = said.by.partition(" to ")
        return name, Reply(said.status, f"{name} {strategy}".strip())

    @staticmethod
    def _read(answer: Answer, question: Question) -> Reply:
        if answer.model is None:
            return Reply(answer.status, f"Z3 {answer.by}" if answer.status == "unsat" else answer.by)
        free, model = _free(question), answer.model

        def numbers() -> Iterator[tuple[sp.Symbol, z3.ExprRef]]:
            return ((s, _value(model, n)) for s, n in free)

        def read() -> Mapping[sp.Symbol, sp.Expr]:
            return {s: _exact(number) for s, number in numbers()} | _units(question)

        def near() -> Mapping[sp.Symbol, float]:
            return {s: _float(number) for s, number in numbers()} | dict.fromkeys(question.writer.units, 1.0)

        return Reply("sat", f"Z3 {answer.by}", read, near)


def _rungs(question: Question, short: Sequence[Rung]) -> Sequence[Rung]:
    """The first tries, of which these are the short ones."""
    if question.integers or question.universal:
        return INTEGERS if question.integers else QUANTIFIED
    high = max(map(degree, question.formulas), default=0) >= HIGH
    return for_high_degrees(short) if high else short


def _free(question: Question) -> list[tuple[sp.Symbol, str]]:
    return [(symbol, name) for symbol, name in question.writer.names.items() if symbol not in question.universal]


def _units(question: Question) -> dict[sp.Symbol, sp.Expr]:
    return dict.fromkeys(question.writer.units, sp.Integer(1))


Try: TypeAlias = tuple[Sequence[Rung], Callable[[Focus, Ask], bool], bool]  # the last: whether with units
NEXT: Sequence[Try] = ((BRIEF, Focus.refuted_without_cases, True), (SHORT[:1], Focus.refuted_by_some, True))
LAST: Sequence[Try] = tuple(
    (rungs, some, units)
    for rungs, *ways in ((SHORT[:1], False), (SHORT[1:], True, False))
    for units in ways
    for some in (Focus.refuted, Focus.refuted_by_some)
)


class _Enough(Exception):
    """No more tries are needed."""


class Parts:
    """Tries on some of a question's formulas; variables in its units may be read as 1."""

    def __init__(self, question: Question, context: Context) -> None:
        self._context = context
        self._units, self._universal = question.writer.units, bool(question.universal)
        self._formulas = question.formulas
        self._focus = Focus(question.with_claim_last())

    @property
    def promising(self) -> bool:
        """Whether there are thresholds that the claim does not name."""
        return not self._universal and bool(self._focus.spare)

    def refuted(
        self,
        rungs: Sequence[Rung],
        some: Callable[[Focus, Ask], bool] = Focus.refuted,
        enough: Callable[[], bool] = lambda: False,
        *,
        units: bool = True,
        plain: bool = True,
    ) -> bool:
        """Whether some of the formulas are refuted on one of these rungs, before it is said to be enough.

        They are asked about with variables as `units`, or as they are if there are none, and then as they are.
        """
        tries = [self._units] * units + [()] * (plain and bool(self._units))

        def ask(formulas: Sequence[Formula]) -> Opinion:
            if enough():
                raise _Enough
            opinions = (self._opinion(formulas, rungs, Writer(units)) for units in tries)
            return next((said for said in opinions if said.status != "unknown"), Opinion("unknown"))

        try:
            return not self._universal and some(self._focus, ask)
        except _Enough:
            return False

    def _opinion(self, formulas: Sequence[Formula], rungs: Sequence[Rung], writer: Writer) -> Opinion:
        answer = run_script(writer.script(formulas), rungs, ASIDE, self._context)
        if answer.model is None:
            return Opinion(answer.status)
        model = answer.model

        def nonzero(symbol: sp.Symbol) -> bool:
            return symbol not in writer.names or _float(_value(model, writer.names[symbol])) != 0

        return Opinion("sat", nonzero)

    def refuted_by(self, tries: Sequence[Try], enough: Callable[[], bool]) -> bool:
        """Whether one of the tries refutes some of the formulas, before it is said to be enough."""
        return any(self.refuted(rungs, some, enough, units=units, plain=not units) for rungs, some, units in tries)

    def refuted_by_factors(self) -> bool:
        """Whether all formulas are soon refuted with their inner sums as unknowns."""
        abstract = abstracted(self._formulas)
        return abstract is not None and run_script(Writer().script(abstract), FACTORS, context=self._context).status == "unsat"


def _value(model: z3.ModelRef, name: str) -> z3.ExprRef:
    return model.eval(z3.Real(name, model.ctx), model_completion=True)


def _float(number: z3.ExprRef) -> float:
    """A value of Z3's model in floating point; not a number where it is too large for that."""
    rational = number if z3.is_rational_value(number) else number.approx(DIGITS)
    try:
        return float(rational.as_fraction())
    except OverflowError:
        return math.nan


def _exact(number: z3.ExprRef) -> sp.Expr:
    """A value of Z3's model as an exact SymPy number."""
    if z3.is_rational_value(number):
        return sp.Rational(number.numerator_as_long(), number.denominator_as_long())
    x = sp.Symbol("x")
    coefficients = [sp.Rational(str(c.as_fraction())) for c in number.poly()]
    polynomial = sp.Poly(list(reversed(coefficients)), x)
    return sp.rootof(polynomial, number.index() - 1, radicals=polynomial.degree() == 2)
