"""Deciding a goal: needs first, then a search for a violation through all cases, then an exact check of what was found.

Statement
---------
A universal goal is proved when every need of its expressions is proved and no case of facts ∧ hypotheses ∧ ¬conclusion
has a solution. It is refuted only by a point at which exact evaluation, without a solver, finds the facts and hypotheses
true and the conclusion false or without a value. Anything else is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from formal.decide import z3_adapter
from formal.decide.alternation import denial
from formal.decide.cases import Cases
from formal.decide.evaluate import UndefinedError, failing, holds, value
from formal.decide.examples import meet, plausible, simple_points, suggestions
from formal.decide.formula import TRUE, All, Alternative, Encoder, Formula, negate
from formal.decide.goal import Goal
from formal.decide.identity import identical
from formal.decide.scaling import units
from formal.decide.verdict import Proved, Refuted, Unknown, Verdict
from formal.ladder import SEARCH, SHORT, Rung
from formal.model.quantifier import ForSome
from formal.model.substitution import substitute

FEW = 3
SIMPLE = [sp.Rational(p, q) for p, q in ((1, 1), (2, 1), (3, 1), (4, 1), (8, 1), (0, 1), (1, 2), (1, 4), (-1, 1), (-2, 1))]
ROUNDS = (1, 2, 3, 4, 5, 8, 10, 12, 16, 20, 32, 64, 100, 1000)


def decide(goal: Goal, *, doubtful: bool = False) -> Verdict:
    """Prove or refute the goal; one that is doubtful is first tried at simple points.

    Raises ClaimError when it uses something that cannot be encoded.
    """
    if isinstance(goal.conclusion, ForSome):
        return _for_some(goal)
    if doubtful and not goal.existential:
        refuted = _tried(goal)
        if refuted is not None:
            return refuted
    verdict = _exists(goal) if goal.existential else _forall(goal)
    if goal.sufficient and isinstance(verdict, Refuted):
        return Unknown(f"a sufficient condition fails, which settles nothing ({verdict.detail})")
    return verdict


def satisfiable(conditions: Sequence[sp.Basic], *, soon: bool = False) -> bool | None:
    """Whether conditions over parameters and choices can hold together; None when that is not soon found.

    False is the solver's word; True may be that of floating point.
    """
    goal = Goal("satisfiable", sp.false, tuple(conditions))
    if plausible(goal):
        return True
    encoder = Encoder()
    given = [encoder.formula(f) for f in (*goal.all_facts(), *goal.hypotheses)]
    found = [reply for reply, _ in _violations(goal, encoder, given, only=SEARCH if soon else SHORT)]
    solved = next((reply for reply in found if reply.status == "sat"), None)
    if solved is None:
        return None if found else False
    meet({v: solved.point.get(v, 1.0) for v in goal.variables})
    return True


def witness(conditions: Sequence[sp.Basic], facts: Sequence[sp.Basic] = ()) -> dict[sp.Symbol, sp.Expr] | None:
    """An exact point at which the conditions hold, or None when none was found."""
    verdict = decide(Goal("witness", sp.And(*conditions), (), tuple(facts), existential=True))
    return dict(verdict.witness) if isinstance(verdict, Proved) else None


@dataclass(frozen=True)
class Doubt:
    """One question that has to have no solution for a goal to be proved: the claim's denial, or that a part has no value.

    `given` and `denial` are read with the definitions and splits of the encoder.
    """

    shown: str
    encoder: Encoder
    given: list[Formula]
    denial: Formula


def doubts(goal: Goal) -> Iterator[Doubt]:
    """The questions of a universal goal, in order: what its parts need to be defined, then the denial of its conclusion.

    Raises ClaimError when the goal uses something that cannot be encoded.
    """
    encoder, given = Encoder(), list[Formula]()
    for part in (*goal.all_facts(), *goal.hypotheses, goal.conclusion):
        seen = len(encoder.needs)
        formula = encoder.formula(part)
        for need in encoder.needs[seen:]:
            before = Encoder(list(need.definitions), list(need.splits))
            yield Doubt(need.shown, before, list(given), All((need.guard, negate(need.formula))))
        given.append(formula)
    yield Doubt("", encoder, given[:-1], negate(given[-1]))


def _forall(goal: Goal) -> Verdict:
    if goal.conclusion == sp.true:
        return Proved(("evaluation",))
    used: list[str] = []
    for doubt in doubts(goal):
        if not doubt.shown and isinstance(goal.conclusion, sp.Eq) and _identity(goal.conclusion):
            return Proved((*dict.fromkeys(used), "polynomial identity"))
        failure = _refute(goal, doubt, used)
        if isinstance(failure, Unknown) and doubt.shown:
            return Unknown(f"whether {doubt.shown} is defined: {failure.reason}")
        if failure is not None:
            return failure
    return Proved(tuple(dict.fromkeys(used)))


def _identity(equation: sp.Eq) -> bool:
    left, right = equation.args
    return isinstance(left, sp.Expr) and isinstance(right, sp.Expr) and identical(left, right)


def _refute(goal: Goal, doubt: Doubt, used: list[str]) -> Verdict | None:
    """None when no case admits a violation, else Refuted or Unknown."""
    reason = ""
    for reply, constraints in _violations(goal, doubt.encoder, [*doubt.given, doubt.denial], used=used):
        if reply.status == "unknown":
            reason = reason or reply.by
            continue
        refuted = _judge(goal, reply, constraints)
        if refuted is not None:
            return refuted
        reason = "a solver found a violation that exact evaluation did not confirm"
    return Unknown(reason) if reason else None


def _violations(
    goal: Goal, encoder: Encoder, constraints: list[Formula], *, used: list[str] | None = None, only: Sequence[Rung] = ()
) -> Iterator[tuple[z3_adapter.Reply, list[Formula]]]:
    """All cases that are not refuted, with the solver's reply; refuting strategies are noted in `used`."""
    cases = Cases(encoder, constraints)
    session = _session(goal, cases.all_formulas())

    def search(chosen: list[Alternative], depth: int) -> Iterator[tuple[z3_adapter.Reply, list[Formula]]]:
        formulas = cases.formulas(chosen)
        leaf = depth == len(cases.splits)
        reply = session.solve(formulas, only=only or (() if leaf else SHORT), claim=len(constraints) - 1)
        if leaf and reply.status != "unsat" and any(a.first != TRUE for a in chosen):
            formulas = cases.formulas(chosen, [a.first for a in chosen])
            reply = session.solve(formulas, only=only, claim=len(constraints) - 1)
        if reply.status == "unsat":
            if used is not None:
                used.append(reply.by)
        elif leaf:
            yield reply, formulas
        else:
            for alternative in cases.splits[depth].alternatives:
                yield from search([*chosen, alternative], depth + 1)

    yield from search([], 0)


def _session(goal: Goal, formulas: list[Formula]) -> z3_adapter.Session:
    return z3_adapter.Session(units(formulas, [v for v in goal.variables if v.is_positive and not v.is_integer]))


# -- witnesses


def _tried(goal: Goal) -> Refuted | None:
    """A refutation at a simple point, found without a solver."""
    for point in suggestions(goal):
        detail = _violated(goal, point)
        if detail is not None:
            return Refuted(point, detail, ("trial",))
    return None


def _judge(goal: Goal, reply: z3_adapter.Reply, constraints: list[Formula]) -> Refuted | None:
    """A refutation that exact evaluation confirms: at simple rational numbers if possible, else at the solver's own."""
    simple = _simple(goal, reply, constraints)
    rational = [] if _is_rational(simple) or len(simple) > FEW else _rational(goal, constraints)
    for point in (*rational, simple, _restricted(goal, reply)):
        detail = _violated(goal, point)
        if detail is not None:
            return Refuted(point, detail, (reply.by,))
    return None


def _restricted(goal: Goal, reply: z3_adapter.Reply) -> dict[sp.Symbol, sp.Expr]:
    return {v: reply.model.get(v, sp.Integer(1)) for v in goal.variables}


def _simple(goal: Goal, reply: z3_adapter.Reply, constraints: list[Formula]) -> dict[sp.Symbol, sp.Expr]:
    """Fix one variable after the other at the simplest rational number near the model's that keeps a solution."""
    model, fixed, session = dict(reply.model), list[Formula](), _session(goal, [])
    for variable in goal.variables:
        current = model.get(variable, sp.Integer(1))
        for candidate in _near(current):
            if candidate == current or (variable.is_integer and not candidate.is_Integer):
                break
            pinned = Encoder().formula(sp.Eq(variable, candidate, evaluate=False))
            attempt = session.solve([*constraints, *fixed, pinned], only=SHORT)
            if attempt.status == "sat":
                model = dict(attempt.model)
                break
        chosen = model.get(variable, current)
        fixed.append(Encoder().formula(sp.Eq(variable, chosen, evaluate=False)) if chosen.is_Rational else TRUE)
    return {v: model.get(v, sp.Integer(1)) for v in goal.variables}


def _rational(goal: Goal, constraints: list[Formula]) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Solutions in few rational numbers, sought at simple values of one or another."""
    session = _session(goal, [])
    for variable in goal.variables:
        for number in SIMPLE:
            pinned = Encoder().formula(sp.Eq(variable, number, evaluate=False))
            reply = session.solve([*constraints, pinned], only=SHORT)
            if reply.status == "sat" and _is_rational(point := _restricted(goal, reply)):
                yield point


def _is_rational(point: dict[sp.Symbol, sp.Expr]) -> bool:
    return all(number.is_Rational for number in point.values())


def _near(number: sp.Expr) -> list[sp.Rational]:
    """Rational numbers near `number`, simplest first."""
    approximate = sp.Rational(str(number.evalf(20))) if not number.is_Rational else number
    near = {sp.Rational(int(sp.floor(approximate * d + sp.Rational(1, 2))), d) for d in ROUNDS}
    return sorted(near, key=lambda r: (r.q, abs(r.p)))


def _violated(goal: Goal, point: dict[sp.Symbol, sp.Expr]) -> str | None:
    """How the goal fails at the point, or None when it does not."""
    if not _whole(goal, point):
        return None
    try:
        if not all(holds(f, point) for f in (*_domains(goal), *goal.facts, *goal.hypotheses)) or holds(goal.conclusion, point):
            return None
    except UndefinedError as error:
        return f"undefined there: {error}"
    except ArithmeticError:
        return None
    return _explain(goal, point)


def _whole(goal: Goal, point: dict[sp.Symbol, sp.Expr]) -> bool:
    """Whether what stands for an integer is one."""
    return all(point[v].is_Integer for v in goal.variables if v.is_integer)


def _domains(goal: Goal) -> tuple[sp.Basic, ...]:
    characterised = {f for t in goal.named for f in t.facts}
    return tuple(f for f in goal.all_facts() if f not in characterised)


def _explain(goal: Goal, point: dict[sp.Symbol, sp.Expr]) -> str:
    part = failing(goal.conclusion, point)
    if part is None and isinstance(goal.conclusion, sp.Equivalent):
        return ", ".join(f"{side} is {str(holds(side, point)).lower()}" for side in goal.conclusion.args)
    if part is None:
        return "the claim is false there"
    left, right = value(part.lhs, point), value(part.rhs, point)
    symbol = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "="}.get(part.rel_op, part.rel_op)
    return f"{shown(left)} {symbol} {shown(right)} is false"


def shown(number: sp.Expr) -> str:
    """An exact number, with its decimals when it is not rational."""
    simple = sp.radsimp(number) if not number.has(sp.CRootOf) else number
    return str(simple) if simple.is_Rational else f"{simple} ≈ {sp.N(simple, 6)}"


def _exists(goal: Goal) -> Verdict:
    """Some point satisfies everything: proved by an exact witness, refuted when there is none."""
    universal = Goal(goal.name, sp.Not(goal.conclusion), goal.hypotheses, goal.facts)
    for point in simple_points(goal) if goal.silent else ():
        detail = _violated(universal, point)
        if detail is not None and not detail.startswith("undefined"):
            return Proved(("trial",), point)
    verdict = _forall(universal)
    if isinstance(verdict, Refuted):
        if verdict.detail.startswith("undefined"):
            return Unknown(f"{verdict.detail}; state a hypothesis that excludes it")
        return Proved(verdict.by, verdict.witness)
    if isinstance(verdict, Proved):
        return Refuted({}, "there is no such point", verdict.by)
    return verdict


def _for_some(goal: Goal) -> Verdict:
    """Whether some values of the bound symbols will do, whatever the others are."""
    claim, name = goal.conclusion, goal.name
    for point in suggestions(Goal(name, sp.false, goal.hypotheses, goal.facts + tuple(_mentioned(goal)))):
        if _none(claim, goal, point):
            return Refuted(point, f"no value of {', '.join(map(str, claim.bound))} makes it true there", ("trial",))
    reply = z3_adapter.Session().settle(denial(goal))
    if reply.status == "unsat":
        return Proved((reply.by,))
    if reply.status == "sat":
        point = _restricted(goal, reply)
        if _none(claim, goal, point):
            return Refuted(point, f"no value of {', '.join(map(str, claim.bound))} makes it true there", (reply.by,))
    return Unknown(f"{reply.by or 'no solver answered'}; name the value, as in exists(..., at={{m: (value, range)}})")


def _mentioned(goal: Goal) -> Iterator[sp.Basic]:
    """Something true about each variable, so that it is drawn."""
    return (sp.Eq(v, v, evaluate=False) for v in goal.variables)


def _none(claim: ForSome, goal: Goal, point: dict[sp.Symbol, sp.Expr]) -> bool:
    """Whether facts and hypotheses hold at the point, and no values of the bound symbols make the claim true there."""
    if not _whole(goal, point):
        return False
    try:
        if not all(holds(f, point) for f in (*_domains(goal), *goal.facts, *goal.hypotheses)):
            return False
    except (UndefinedError, ArithmeticError):
        return False
    values = {**point, **{t: value(t.definition, point) for t in goal.named}}
    if not all(number.is_Rational for number in values.values()):
        return False
    there = Goal(goal.name, substitute(ForSome(claim.body, *claim.bound), values), ())
    return z3_adapter.Session().settle(denial(there)).status == "sat"
