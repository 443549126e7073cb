"""Z3: formulas in, an answer and a model out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import sympy as sp
import z3

from formal.decide.abstraction import abstracted
from formal.decide.confirm import second
from formal.decide.formula import Formula, degree
from formal.decide.smtlib import Writer
from formal.ladder import FACTORS, LONG, SHORT, run, run_script

HIGH = 6  # from this degree on Z3's non-linear solver may not come back from multiplying out


@dataclass(frozen=True)
class Reply:
    """`status` is "sat", "unsat" or "unknown"; `by` says which strategy answered, or why none did."""

    status: str
    by: str
    model: Mapping[sp.Symbol, sp.Expr]


_context: ContextVar[z3.Context | None] = ContextVar("context", default=None)


@contextmanager
def afresh() -> Iterator[None]:
    """Inside the block Z3 knows nothing of what was asked before it.

    Short tries share a context, whose making takes longer than most of them; a long try has one of its own.
    """
    token = _context.set(z3.Context())
    try:
        yield
    finally:
        _context.reset(token)


class Session:
    """Puts related questions to Z3, writing each formula once; the variables in `units` are read as 1."""

    def __init__(self, units: Iterable[sp.Symbol] = ()) -> None:
        self._writer = Writer(units)
        self._context = _context.get() or z3.main_ctx()

    def solve(self, formulas: Sequence[Formula], *, short: bool = False) -> Reply:
        """Ask whether the formulas can hold together; inside `confirming`, Yices has to agree that they cannot."""
        reply = self._reply(formulas, short=short)
        opinion = second.get()
        if opinion is None or reply.status != "unsat":
            return reply
        factored = abstracted(formulas)
        stronger = [] if factored is None else [Writer().script(factored)]
        if opinion.confirms(self._writer.script(formulas), stronger):
            return Reply("unsat", f"{reply.by} and Yices", {})
        return Reply("unknown", "Z3 refutes it, but Yices did not answer", {})

    def _reply(self, formulas: Sequence[Formula], *, short: bool) -> Reply:
        high = not short and max(map(degree, formulas), default=0) >= HIGH
        if high and by_factors(formulas):
            return Reply("unsat", "Z3 smt on factors", {})
        script = self._writer.script(formulas)
        assertions = z3.parse_smt2_string(script, ctx=self._context)
        answer = run([z3.BoolVal(True, self._context), *assertions], SHORT)
        if answer.status == "unknown" and not short:
            if not high and by_factors(formulas):
                return Reply("unsat", "Z3 smt on factors", {})
            answer = run_script(script, LONG)
        if answer.model is None:
            return Reply(answer.status, f"Z3 {answer.by}" if answer.status == "unsat" else answer.by, {})
        value, context = answer.model.eval, answer.model.ctx
        found = {s: _exact(value(z3.Real(n, context), model_completion=True)) for s, n in self._writer.names.items()}
        return Reply("sat", f"Z3 {answer.by}", found | {s: sp.Integer(1) for s in self._writer.units})


def by_factors(formulas: Sequence[Formula]) -> bool:
    """Whether the formulas are soon refuted with their inner sums as unknowns."""
    abstract = abstracted(formulas)
    return abstract is not None and run_script(Writer().script(abstract), FACTORS).status == "unsat"


def _exact(number: z3.ExprRef) -> sp.Expr:
    """A value of Z3's model as an exact SymPy number."""
    if z3.is_rational_value(number):
        return sp.Rational(number.numerator_as_long(), number.denominator_as_long())
    x = sp.Symbol("x")
    coefficients = [sp.Rational(str(c.as_fraction())) for c in number.poly()]
    polynomial = sp.Poly(list(reversed(coefficients)), x)
    return sp.CRootOf(polynomial.as_expr(), x, number.index() - 1)
