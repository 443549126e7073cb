"""The panel: which solvers are asked when Z3 does not answer soon, and whether two of them have to agree.

All members are asked side by side, and the first definite answer wins; which one that is may differ from run to run, what it
says may not. With `agreeing`, nothing is refuted before two solvers that share no code have refuted it. That two of them
contradict each other is an error that keeps the question as each of them read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from formal.decide.solvers.certificates import CERTIFICATES
from formal.decide.solvers.cvc5 import CVC5
from formal.decide.solvers.program import Answer, Program, Question, Race, installed, race
from formal.decide.solvers.qepcad import QEPCAD
from formal.decide.solvers.yices import YICES
from formal.decide.solvers.z3 import Z3
from formal.errors import FormalError, UsageError, suggestion

PROGRAMS = (Z3, YICES, CVC5, QEPCAD, CERTIFICATES)
SECOND = 5  # seconds that a second opinion may take


class Disagreement(FormalError):
    """Two solvers contradict each other: at least one of them is wrong."""


@dataclass(frozen=True)
class Panel:
    """The programs that are asked beside Z3's own short tries, and whether two solvers have to agree."""

    programs: Sequence[Program] = PROGRAMS
    agreeing: bool = False
    _known: dict[str, str | None] = field(default_factory=dict)

    def started(self, question: Question) -> Race:
        """All programs at work on the question."""
        return Race(self.programs, question)

    def first(self, started: Race) -> tuple[str, Answer]:
        """The name and the answer of the first program that can say which it is; unknown when none can.

        That there is a solution counts when the program names one.
        """
        silent: list[str] = []
        for program, answer in started.answers():
            if answer.status == "unsat" or (answer.status == "sat" and (answer.values or program is Z3)):
                return program.name, answer
            silent.append(f"{program.name} finds a solution and names none" if answer.status == "sat" else program.name)
        late = [p.name for p in installed(self.programs) if p.name not in " ".join(silent)]
        return "", Answer("unknown", "no answer from " + ", ".join([*silent, *late]))

    def second(self, question: Question, weaker: Question | None, but: str) -> str | None:
        """The name of another program than `but` that refutes the question, or one that has a solution if it has one.

        Raises Disagreement when another program finds that the question has a solution.
        """
        if question.script not in self._known:
            others = [program for program in self.programs if program.name != but]
            found = self._refuting(question, others, but)
            if found is None and weaker is not None:
                found = next((p.name for p, a in race(others, weaker, SECOND) if a.status == "unsat"), None)
            self._known[question.script] = found
        return self._known[question.script]

    def _refuting(self, question: Question, others: Sequence[Program], but: str) -> str | None:
        for program, answer in race(others, question, SECOND):
            if answer.status == "sat":
                raise Disagreement(_kept(question, but, program))
            if answer.status == "unsat":
                return program.name
        return None


panel: ContextVar[Panel] = ContextVar("panel", default=Panel())  # noqa: B039 - what it remembers is true for ever


@contextmanager
def asking(names: Sequence[str] = (), *, agreeing: bool = False) -> Iterator[None]:
    """Inside the block these solvers are asked, all that are installed without names; perhaps two have to agree.

    Raises UsageError for a solver that is not known or not installed, and where none is left that could agree with Z3.
    """
    known = {program.name.lower(): program for program in PROGRAMS}
    for name in names:
        if name.lower() not in known:
            raise UsageError(f'there is no solver "{name}"; {suggestion(name, known)}', place=None)
        if not installed([known[name.lower()]]):
            raise UsageError(f"{name} is not installed; formal doctor says what is", place=None)
    programs = [known[name.lower()] for name in names] or installed(PROGRAMS)
    if agreeing and not [p for p in programs if p is not Z3]:
        raise UsageError("--confirm needs a second solver; pip install 'formal-games[solvers]'", place=None)
    token = panel.set(Panel(programs, agreeing))
    try:
        yield
    finally:
        panel.reset(token)


@contextmanager
def soon() -> Iterator[None]:
    """Inside the block only Z3's short tries are made, and their word is enough."""
    token = panel.set(Panel(()))
    try:
        yield
    finally:
        panel.reset(token)


def _kept(question: Question, first: str, second: Program) -> str:
    stem = f"disagreement-{hashlib.sha256(question.script.encode()).hexdigest()[:12]}"
    texts = {
        first: f"(set-logic {question.logic})\n{question.script}\n(check-sat)\n",
        second.name: second.written(question) or "",
    }
    paths = [Path(f"{stem}-{name.lower()}.smt2") for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    said = f"{first} finds no solution and {second.name} finds one"
    return f"{said}; nothing can be believed until this is settled: {', '.join(map(str, paths))}"
