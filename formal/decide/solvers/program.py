"""Solvers as programs: one question, one process, side by side, killed when they are no longer needed.

A program gets assertions and says "sat", "unsat" or nothing definite. One that crashes, hangs, or wants more memory than it
may have says nothing, and the others go on. Some count their work and stop by themselves; those that do not may go on for
as long again as the others took. `PATIENCE` only ends what hangs.
"""

from __future__ import annotations

import contextlib
import os
import resource
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache

import sympy as sp

from formal.decide.formula import Formula
from formal.decide.smtlib import Writer

PATIENCE = 30  # seconds until a process is taken to hang
SHORTEST = 2  # seconds that a process may always have
MOMENT = 0.15  # seconds that who asks has for itself before programs are begun
PROMPT = 0.4  # seconds in which prompt programs are as urgent as others, and those wait that are nice and not prompt
MEMORY = 4 * 2**30  # bytes of address space that a process may have


@dataclass(frozen=True)
class Question:
    """Whether the formulas can hold together; the writer has given their variables names.

    With `integers`, variables that stand for integers are; without, they are any real numbers. The last formula has to hold for
    all values of the variables in `universal`, which occur in no other. The formula at place `claim` denies what is claimed.
    """

    formulas: Sequence[Formula]
    writer: Writer
    integers: bool = False
    universal: frozenset[sp.Symbol] = frozenset()
    claim: int = -1

    def with_claim_last(self) -> list[Formula]:
        """The formulas, the one at place `claim` moved to the end."""
        rest = list(self.formulas)
        denial = rest.pop(self.claim)
        return [*rest, denial]

    @cached_property
    def script(self) -> str:
        """Declarations and assertions in SMT-LIB, without a logic and without a command."""
        written = self.writer.script(self.formulas, self.universal)
        whole = [name for symbol, name in self.writer.names.items() if self.integers and symbol.is_integer]
        return "\n".join([written, *(f"(assert (is_int {name}))" for name in whole)])

    @property
    def logic(self) -> str:
        """The name of the logic in SMT-LIB."""
        return "QF_NIRA" if self.integers else "NRA" if self.universal else "QF_NRA"


@dataclass(frozen=True)
class Answer:
    """What a program said: its status, the strategy that decided, and values by SMT-LIB name, perhaps not exact."""

    status: str
    by: str = ""
    values: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """A solver: where it is, how a question is put to it, and how its output is read.

    `command` is None where it is not installed, and the text of a question None where the solver cannot take it. One that
    `counts` its work stops by itself; one that is `nice` leaves the processor to others, and one that is `prompt` only after
    a while.
    """

    name: str
    command: Callable[[], Sequence[str] | None]
    written: Callable[[Question], str | None]
    read: Callable[[str], Answer]
    counts: bool = False
    nice: int = 0
    prompt: bool = False


def installed(programs: Sequence[Program]) -> list[Program]:
    """Those of the programs that this machine has."""
    return [program for program in programs if _command(program) is not None]


@lru_cache(maxsize=64)
def _command(program: Program) -> tuple[str, ...] | None:
    command = program.command()
    return None if command is None else tuple(command)


class Race:
    """One question put to several programs side by side; leaving the block kills those that still run.

    They begin when answers are asked for, or when it is asked after a moment whether the question is settled. Those that leave
    the processor to others, and are not prompt, begin when answers are asked for and none comes soon.
    """

    def __init__(self, programs: Sequence[Program], question: Question) -> None:
        self._started = time.monotonic()
        self._texts = {p: text for p in installed(programs) if (text := p.written(question)) is not None}
        self._runs = list[_Run]()

    def __enter__(self) -> Race:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.kill()

    def settled(self) -> bool:
        """Whether a program has a definite answer already."""
        waited = time.monotonic() - self._started
        if waited >= MOMENT:
            self._begin()
        if waited > PROMPT:
            self._calm()
        return any(run.ended() and run.answer().status != "unknown" for run in self._runs)

    def _begin(self) -> None:
        """Those that do not wait for others, once."""
        for program, text in self._texts.items() if not self._runs else ():
            if program.prompt or not program.nice:
                self._runs.append(_Run(program, text, 0))

    def _calm(self) -> None:
        """From now on those that are prompt leave the processor to others too."""
        for run in self._runs:
            run.restrain(run.program.nice)

    def _begun(self, programs: Sequence[Program]) -> Iterator[_Run]:
        for program in programs:
            self._runs.append(_Run(program, self._texts[program], program.nice))
            yield self._runs[-1]

    def answers(self, patience: float | None = None) -> Iterator[tuple[Program, Answer]]:
        """What the programs say, in the order in which they say it."""
        self._begin()
        late, waited = [p for p in self._texts if p.nice and not p.prompt], False
        deadline = end = self._started + (PATIENCE if patience is None else patience)
        counting = sum(program.counts for program in self._texts)
        with selectors.DefaultSelector() as waiting:
            for run in self._runs:
                waiting.register(run.output, selectors.EVENT_READ, run)
            while (waiting.get_map() or not waited) and (left := deadline - (now := time.monotonic())) > 0:
                soon = self._started + PROMPT - now if waiting.get_map() else 0
                if not waited and soon <= 0:
                    waited, deadline = True, max(deadline, min(end, now + SHORTEST))
                    self._calm()
                    for run in self._begun(late):
                        waiting.register(run.output, selectors.EVENT_READ, run)
                    continue
                for run in [key.data for key, _ in waiting.select(left if waited else min(left, soon))]:
                    if run.more():
                        continue
                    waiting.unregister(run.output)
                    yield run.program, run.answer()
                    counting -= run.program.counts
                    if run.program.counts and not counting:
                        now = time.monotonic()
                        deadline = min(deadline, now + max(now - self._started, SHORTEST))


def race(programs: Sequence[Program], question: Question, patience: float | None = None) -> Iterator[tuple[Program, Answer]]:
    """Put the question to all programs and yield what they say; when the iterator is closed, what still runs is killed."""
    with Race(programs, question) as started:
        yield from started.answers(patience)


def printed(program: Program, text: str) -> str:
    """All that one program prints about a text; nothing where it fails or hangs."""
    run = _Run(program, text, program.nice)
    try:
        output, _ = run.process.communicate(timeout=PATIENCE)
        return "" if run.process.returncode else output.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return ""
    finally:
        run.kill()


class _Run:
    """One program at work on one question."""

    def __init__(self, program: Program, text: str, nice: int) -> None:
        self.program, self._read = program, b""
        with tempfile.TemporaryFile() as given:
            given.write(text.encode())
            given.seek(0)
            self.process = subprocess.Popen(
                _command(program) or (),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,  # a session of its own would make it as urgent as all others
            )
        self.restrain(nice)
        assert self.process.stdout is not None
        self.output = self.process.stdout

    def restrain(self, nice: int) -> None:
        """From outside, as a process that is to limit itself before it starts is slow to start; memory and time on Linux only.

        The limit of time ends what nobody waits for any more, since its parent was killed.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, nice)
            if hasattr(resource, "prlimit"):
                resource.prlimit(self.process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
                resource.prlimit(self.process.pid, resource.RLIMIT_CPU, (PATIENCE + SHORTEST, PATIENCE + SHORTEST))

    def ended(self) -> bool:
        """Whether the program has said all that it has to say; what it said so far is read."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.output, selectors.EVENT_READ)
            while waiting.select(0):
                if not self.more():
                    return True
        return False

    def more(self) -> bool:
        """Read what there is; False at the end of the output."""
        part = os.read(self.output.fileno(), 2**16)
        self._read += part
        return bool(part)

    def answer(self) -> Answer:
        """What the program said; one that failed said nothing, whatever it printed."""
        failed = self.process.wait() != 0
        return Answer("unknown", "it crashed") if failed else self.program.read(self._read.decode(errors="replace"))

    def kill(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.output.close()
