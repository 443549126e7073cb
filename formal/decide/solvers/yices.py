"""Yices 2: model-constructing satisfiability for non-linear arithmetic (Jovanović 2017)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from formal.decide.solvers.program import Program
from formal.decide.solvers.smt_output import answer, script


def _command() -> list[str] | None:
    """Beside the Python that runs, else on the search path."""
    beside = Path(sys.executable).parent / "yices-smt2"
    path = str(beside) if beside.is_file() else shutil.which("yices-smt2")
    return None if path is None else [path]


YICES = Program("Yices", _command, script, answer, nice=8, prompt=True)
