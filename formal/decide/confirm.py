"""A second opinion: what Z3 refutes is put to Yices as well, and both have to agree.

Yices decides non-linear real arithmetic by model-constructing satisfiability (Jovanović 2017), with code of its own. It runs in
a process of its own for each question; one that crashes or does not come back leaves its question unconfirmed, and no more.
That two solvers contradict each other is an error that keeps the script.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from formal.errors import FormalError

PATIENCE = 5  # seconds until a process is given up; its question is then unconfirmed
HEADER, FOOTER = "(set-logic QF_NRA)\n", "\n(check-sat)\n"


class Disagreement(FormalError):
    """Two solvers contradict each other: at least one of them is wrong."""


class Yices:
    """The program yices-smt2, with what it said so far."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._known: dict[str, str] = {}

    def confirms(self, question: str, stronger: Sequence[str] = ()) -> bool:
        """Whether the question has no solution: it is refuted, or one of the scripts that have a solution if it has one.

        Raises Disagreement when the question is found to have a solution.
        """
        status = self.ask(question)
        if status == "sat":
            raise Disagreement(_kept(question))
        return status == "unsat" or any(self.ask(script) == "unsat" for script in stronger)

    def ask(self, script: str) -> str:
        """ "sat", "unsat" or "unknown" for assertions in SMT-LIB."""
        if script not in self._known:
            self._known[script] = self._answer(f"{HEADER}{script}{FOOTER}")
        return self._known[script]

    def _answer(self, text: str) -> str:
        try:
            done = subprocess.run([self._program], input=text, capture_output=True, text=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return "unknown"
        answer = done.stdout.strip()
        return answer if answer in ("sat", "unsat") else "unknown"


def program() -> str | None:
    """The path of yices-smt2: beside the Python that runs, else on the search path."""
    beside = Path(sys.executable).parent / "yices-smt2"
    return str(beside) if beside.is_file() else shutil.which("yices-smt2")


second: ContextVar[Yices | None] = ContextVar("second", default=None)


@contextmanager
def confirming() -> Iterator[None]:
    """Inside the block nothing is refuted by Z3 alone. Raises FormalError when Yices is not installed."""
    path = program()
    if path is None:
        raise FormalError("confirming needs Yices, which is not installed; pip install 'formal-games[yices]'", place=None)
    token = second.set(Yices(path))
    try:
        yield
    finally:
        second.reset(token)


def _kept(script: str) -> str:
    path = Path(f"disagreement-{hashlib.sha256(script.encode()).hexdigest()[:12]}.smt2")
    path.write_text(f"{HEADER}{script}{FOOTER}", encoding="utf-8")
    return f"Z3 finds no solution and Yices finds one; nothing can be believed until this is settled: {path}"
