"""cvc5: incremental linearisation and, where its wheel has them, cylindrical algebraic coverings (Ábrahám et al. 2021).

The wheel is a Python module without a program; `formal.decide.solvers.cvc5_worker` is the program.
"""

from __future__ import annotations

import importlib.util
import sys

from formal.decide.solvers.program import Program
from formal.decide.solvers.smt_output import answer, script


def _command() -> list[str] | None:
    return None if importlib.util.find_spec("cvc5") is None else [sys.executable, "-m", "formal.decide.solvers.cvc5_worker"]


CVC5 = Program("cvc5", _command, script, answer, counts=True, nice=15)
