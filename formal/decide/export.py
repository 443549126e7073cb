"""Goals as SMT-LIB 2 files: the very questions that the solvers are asked, one a file, for any other solver to answer.

A universal goal is proved when all its files are unsat; an existential one when its last file, the claim itself, is sat. Values
that a claim splits into cases, and what is not defined everywhere, are written out as disjunctions.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from formal.decide.alternation import defined, denial
from formal.decide.formula import Formula
from formal.decide.goal import Goal
from formal.decide.portfolio import Doubt, doubts
from formal.decide.smtlib import Writer
from formal.decide.solvers.program import Question
from formal.model.quantifier import ForSome


def scripts(goal: Goal) -> Iterator[str]:
    """The text of each file, first those that ask whether the goal is defined, last the claim itself.

    Raises ClaimError when the goal uses something that cannot be encoded.
    """
    if isinstance(goal.conclusion, ForSome):
        yield _file(goal, "can it be false?", denial(goal))
        return
    universal = goal if not goal.existential else Goal(goal.name, sp.Not(goal.conclusion), goal.hypotheses, goal.facts)
    for doubt in doubts(universal):
        asked = (
            f"can {doubt.shown} be missing?" if doubt.shown else "can it be true?" if goal.existential else "can it be false?"
        )
        yield _file(goal, asked, Question(whole(doubt), Writer(), integers=any(v.is_integer for v in goal.variables)))


def _file(goal: Goal, asked: str, question: Question) -> str:
    written = question.script
    names = "".join(f"; {name} is {symbol}\n" for symbol, name in question.writer.names.items())
    return f"; {_line(goal.name)}: {_line(asked)}\n{names}(set-logic {question.logic})\n{written}\n(check-sat)\n"


def whole(doubt: Doubt) -> list[Formula]:
    """The question without cases: every definition under its guards, every split as a disjunction."""
    return [*doubt.given, doubt.denial, *defined(doubt.encoder)]


def _line(text: str) -> str:
    return " ".join(text.split())
