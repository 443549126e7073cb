"""Goals as SMT-LIB 2 files: the very questions that the solvers are asked, one a file, for any other solver to answer.

A universal goal is proved when all its files are unsat; an existential one when its last file, the claim itself, is sat. Values
that a claim splits into cases, and what is not defined everywhere, are written out as disjunctions.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from formal.decide.formula import All, Formula, Some
from formal.decide.goal import Goal
from formal.decide.portfolio import Doubt, doubts
from formal.decide.smtlib import Writer


def scripts(goal: Goal) -> Iterator[str]:
    """The text of each file, first those that ask whether the goal is defined, last the claim itself.

    Raises ClaimError when the goal uses something that cannot be encoded.
    """
    universal = goal if not goal.existential else Goal(goal.name, sp.Not(goal.conclusion), goal.hypotheses, goal.facts)
    for doubt in doubts(universal):
        writer = Writer()
        written = writer.script(whole(doubt))
        asked = (
            f"can {doubt.shown} be missing?" if doubt.shown else "can it be true?" if goal.existential else "can it be false?"
        )
        names = "".join(f"; {name} is {symbol}\n" for symbol, name in writer.names.items())
        integers = "".join(f"(assert (is_int {name}))\n" for symbol, name in writer.names.items() if symbol.is_integer)
        logic = "QF_NIRA" if integers else "QF_NRA"
        yield f"; {_line(goal.name)}: {_line(asked)}\n{names}(set-logic {logic})\n{written}\n{integers}(check-sat)\n"


def whole(doubt: Doubt) -> list[Formula]:
    """The question without cases: every definition under its guards, every split as a disjunction."""
    definitions = [d.guarded() for d in doubt.encoder.definitions]
    splits = [Some(tuple(All((a.given, a.first)) for a in split.alternatives)) for split in doubt.encoder.splits]
    return [*doubt.given, doubt.denial, *definitions, *splits]


def _line(text: str) -> str:
    return " ".join(text.split())
