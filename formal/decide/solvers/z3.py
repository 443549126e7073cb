"""Z3 in a process of its own: its longer tries, one strategy after the other, each with its own limit of work.

The short ones are made beforehand, in the process that asks.
"""

from __future__ import annotations

import sys

from formal.decide.solvers.program import Answer, Program, Question


def _written(question: Question) -> str:
    return question.script


def _read(output: str) -> Answer:
    status, _, by = output.strip().partition(": ")
    return Answer(status if status in ("sat", "unsat") else "unknown", by)


Z3 = Program("Z3", lambda: [sys.executable, "-m", "formal.decide.solvers.z3_worker"], _written, _read, counts=True)
