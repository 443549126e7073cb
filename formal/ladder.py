"""Running Z3 with deterministic limits: short tries of several strategies before long ones.

Z3's ready-made strategies for non-linear arithmetic give each of their steps some seconds of wall-clock time, so that
an answer may depend on the machine. The rungs below are limited by Z3's own count of work. Some of its steps do not count
(Gröbner bases, which short tries do without); a try that is stuck in one is given up after STUCK milliseconds. Constraints
that share a context share its memory of what was asked before, so unrelated work is given a context of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import z3

STUCK = 20_000


class Context(z3.Context):  # type: ignore[misc]
    """A context of Z3 that keeps tactics and limits: to make them takes as long as many tries do. They end with it."""

    def __init__(self) -> None:
        super().__init__()
        self._tactics: dict[tuple[Any, ...], z3.TacticObj] = {}
        self._limits: dict[tuple[int, int], z3.Params] = {}

    def solver(self, *names: str, **options: bool) -> z3.Solver:
        """A solver that uses the tactics of these names, one after the other, with options that some of them know."""
        key = names, *options.items()
        if key not in self._tactics:
            steps = (self._kept(z3.Z3_mk_tactic(self.ref(), name)) for name in names)
            made = reduce(lambda one, other: self._kept(z3.Z3_tactic_and_then(self.ref(), one, other)), steps)
            chosen = z3.args2params([], options, self)
            self._tactics[key] = self._kept(z3.Z3_tactic_using_params(self.ref(), made, chosen.params))
        return z3.Solver(z3.Z3_mk_solver_from_tactic(self.ref(), self._tactics[key]), self)

    def _kept(self, tactic: z3.TacticObj) -> z3.TacticObj:
        """The tactic, which Z3 does not take back before the context ends."""
        z3.Z3_tactic_inc_ref(self.ref(), tactic)
        return tactic

    def limit(self, solver: z3.Solver, work: int, stuck: int) -> None:
        """Let the solver do so much work, in so many milliseconds."""
        if (work, stuck) not in self._limits:
            self._limits[work, stuck] = limits = z3.Z3_mk_params(self.ref())
            z3.Z3_params_inc_ref(self.ref(), limits)
            for name, value in (("rlimit", work), ("timeout", stuck)):
                z3.Z3_params_set_uint(self.ref(), limits, z3.Z3_mk_string_symbol(self.ref(), name), value)
        z3.Z3_solver_set_params(self.ref(), solver.solver, self._limits[work, stuck])


@dataclass(frozen=True)
class Rung:
    """One try: a strategy, and the work it may do in Z3's units."""

    name: str
    make: Callable[[Context], z3.Solver]
    work: int

    def __str__(self) -> str:
        return f"{self.name} to {self.work:,}"


def _bare_nlsat(context: Context) -> z3.Solver:
    """Little more than what nlsat must have: the rest takes longer than most short tries, and sometimes hides the answer."""
    return context.solver("simplify", "propagate-values", "tseitin-cnf-core", "nlsat", elim_and=True)


def _nlsat(context: Context) -> z3.Solver:
    """With all that Z3 prepares questions with, such as solving equations."""
    return context.solver("qfnra-nlsat")


def _smt(context: Context) -> z3.Solver:
    return z3.SimpleSolver(ctx=context)


def _without_bases(context: Context) -> z3.Solver:
    solver = z3.SimpleSolver(ctx=context)
    solver.set("arith.nl.grobner", False)
    return solver


def _quantified(context: Context) -> z3.Solver:
    return context.solver("nlqsat")


SHORT = (
    Rung("nlsat", _nlsat, 60_000),
    Rung("smt", _without_bases, 100_000),
)
BRIEF = (Rung("smt", _without_bases, 50_000),)
BARE = (Rung("nlsat", _bare_nlsat, 20_000),)
SEARCH = (Rung("nlsat", _nlsat, 20_000),)
FACTORS = (Rung("smt", _without_bases, 4_000),)
INTEGERS = (Rung("smt", lambda context: z3.Solver(ctx=context), 1_500_000),)
QUANTIFIED = (
    Rung("smt with quantifiers", lambda context: z3.Solver(ctx=context), 6_000_000),
    Rung("nlqsat", _quantified, 6_000_000),
)
LATER = (
    Rung("nlsat", _nlsat, 300_000),
    Rung("nlsat", _nlsat, 1_200_000),
    Rung("smt", _smt, 600_000),
    Rung("smt", _smt, 3_000_000),
)
LONG = (*SHORT, *LATER)
APART = (*BRIEF, SHORT[1], *LATER)  # the SMT core is slow, beyond what it counts, where a context has seen much


def for_high_degrees(rungs: Sequence[Rung]) -> list[Rung]:
    """Those without the SMT core, which may not come back from multiplying polynomials out."""
    return [rung for rung in rungs if rung.name == SHORT[0].name]


@dataclass(frozen=True)
class Answer:
    """`status` is "sat", "unsat" or "unknown"; `by` is the strategy that answered, or all that did not."""

    status: str
    by: str
    model: z3.ModelRef | None = None


def run(constraints: Sequence[z3.BoolRef], rungs: Sequence[Rung] = LONG, stuck: int = STUCK) -> Answer:
    """Climb the rungs until one of them answers; there is at least one constraint.

    Long tries, and those of the SMT core, are made in contexts of their own: in one that has seen much, Z3 often needs many
    times the work.
    Raises KeyboardInterrupt when the user interrupts Z3.
    """
    home = constraints[0].ctx
    whole = together(home, constraints)

    def given(rung: Rung) -> z3.Solver:
        solver = rung.make(home)
        z3.Z3_solver_assert(home.ref(), solver.solver, whole.ast)
        return solver

    answer = _climb(given, [rung for rung in rungs if rung not in APART], stuck)
    longer = [rung for rung in rungs if rung in APART]
    if answer.status != "unknown" or not longer:
        return answer

    def copied(rung: Rung) -> z3.Solver:
        context = Context()
        solver = rung.make(context)
        solver.add(whole.translate(context))
        return solver

    answer = _climb(copied, longer, stuck)
    return answer if answer.model is None else Answer(answer.status, answer.by, answer.model.translate(home))


def run_script(script: str, rungs: Sequence[Rung] = LONG, stuck: int = STUCK, context: Context | None = None) -> Answer:
    """Climb the rungs, each in a context of its own, so that the answer depends on the SMT-LIB script alone.

    With a context, tries that do not need one of their own share it.
    Raises KeyboardInterrupt when the user interrupts Z3.
    """

    def read(rung: Rung) -> z3.Solver:
        solver = rung.make(Context() if context is None or rung in APART else context)
        solver.from_string(script)
        return solver

    return _climb(read, rungs, stuck)


def _climb(asked: Callable[[Rung], z3.Solver], rungs: Sequence[Rung], stuck: int = STUCK) -> Answer:
    for rung in rungs:
        solver = asked(rung)
        solver.ctx.limit(solver, rung.work, stuck)
        status = solver.check()
        if status == z3.unsat:
            return Answer("unsat", rung.name)
        if status == z3.sat:
            return Answer("sat", rung.name, solver.model())
        if "interrupted" in solver.reason_unknown():
            raise KeyboardInterrupt
    tried = ", ".join(map(str, rungs))
    return Answer("unknown", f"Z3 gave up at its limits of work ({tried})")


def together(context: z3.Context, parts: Sequence[z3.BoolRef]) -> z3.BoolRef:
    """The conjunction of formulas of one context, told without what Z3's Python interface does for values of other types."""
    return z3.BoolRef(z3.Z3_mk_and(context.ref(), len(parts), (z3.Ast * len(parts))(*(part.ast for part in parts))), context)


def core(constraints: Sequence[z3.BoolRef], optional: Sequence[z3.BoolRef], work: int) -> list[int] | None:
    """The places of optional constraints that already contradict the constraints, or None when that is not soon found.

    Only Z3's SMT core is asked: the cores of its non-linear tactics leave out constraints that they used.
    """
    context = constraints[0].ctx
    solver = _without_bases(context)
    context.limit(solver, work, STUCK)
    solver.add(*constraints)
    names = [z3.Bool(f"optional {place}", context) for place in range(len(optional))]
    for name, constraint in zip(names, optional, strict=True):
        solver.assert_and_track(constraint, name)
    if solver.check() != z3.unsat:
        return None
    used = {name.get_id() for name in solver.unsat_core()}
    return [place for place, name in enumerate(names) if name.get_id() in used]
