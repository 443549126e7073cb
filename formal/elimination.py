"""Conditions by quantifier elimination: QEPCAD proposes when a claim holds, for claims of any degree in few variables.

Statement
---------
Let a claim be proved when none of the questions Q₁(p, x), Q₂(p, x), ... has a solution, for parameters p that are kept and
everything else x. It holds at p exactly when ∀x ¬(Q₁ ∨ Q₂ ∨ ...), and cylindrical algebraic decomposition (Collins 1975)
gives a formula in p alone that says the same. It is a conjecture here; `formal.condition` has it proved.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sympy as sp

from formal.decide.alternation import denial
from formal.decide.export import whole
from formal.decide.formula import All, Encoder, Formula, Some, negate, symbols
from formal.decide.goal import Goal
from formal.decide.portfolio import doubts
from formal.decide.solvers import qepcad
from formal.errors import ClaimError
from formal.model.quantifier import ForSome

MOST = 6  # variables


def eliminated(goal: Goal, kept: Collection[sp.Symbol]) -> tuple[tuple[sp.Basic, ...], ...]:
    """The cases under which the claim holds, in the symbols that are kept.

    Raises UsageError where QEPCAD is not installed, and ClaimError for a claim with integers, one that has too many variables
    or cannot be encoded, and when QEPCAD finds no formula within its limits.
    """
    if any(v.is_integer for v in goal.variables):
        raise ClaimError("QEPCAD knows real numbers only; this claim has integers")
    known = _known(goal, kept)
    questions, universal = _questions(goal)
    matrix = negate(Some(tuple(All(tuple(f for f in question if f not in known)) for question in questions)))
    used = sorted(symbols(matrix), key=lambda s: s.sort_key())
    free = [s for s in used if s in kept]
    if not free:
        raise ClaimError("it depends on no parameter that is kept")
    if len(used) > MOST:
        raise ClaimError(f"QEPCAD takes at most {MOST} variables, and this has {len(used)}: {', '.join(map(str, used))}")
    assumed = [f for f in known if symbols(f) <= {*free}]
    prefix = [("A", s) for s in used if s not in kept and s not in universal] + [("E", s) for s in used if s in universal]
    return qepcad.eliminated(free, prefix, matrix, assumed)


def _questions(goal: Goal) -> tuple[Sequence[Sequence[Formula]], Collection[sp.Symbol]]:
    """What must have no solution, and the symbols that are quantified within."""
    if isinstance(goal.conclusion, ForSome):
        question = denial(goal)
        return [question.formulas], question.universal
    return [whole(doubt) for doubt in doubts(goal)], ()


def _known(goal: Goal, kept: Collection[sp.Symbol]) -> list[Formula]:
    """Facts and hypotheses on the symbols that are kept."""
    found = []
    for part in (*goal.all_facts(), *goal.hypotheses):
        encoder = Encoder()
        formula = encoder.formula(part)
        if not encoder.definitions and not encoder.splits and symbols(formula) <= {*kept}:
            found.append(formula)
    return found
