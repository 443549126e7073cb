"""Checking proof files: every game's equilibrium and every proposition, one record each."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

import sympy as sp

from formal.assurance import Assurance
from formal.bayes_solution import BayesianSolution
from formal.claims import Audit, Proposition
from formal.concept import equilibria
from formal.decide.judge import solvers_asked
from formal.decide.verdict import Proved, Refuted, Unknown, Verdict
from formal.errors import DerivationError, FormalError, UndecidedError, UsageError
from formal.levels import falls_short, of_status
from formal.loader import ProofFile
from formal.model.game import Game
from formal.nash_solution import NashSolution
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution

Status = Literal["proved", "refuted", "unknown", "error"]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Record:
    """What became of one claim."""

    file: Path
    line: int
    id: str
    title: str
    status: Status
    expected: Literal["proved", "refuted"]
    seconds: float
    reason: str = ""
    witness: Mapping[sp.Symbol, sp.Expr] | None = None
    by: tuple[str, ...] = ()
    audit: Audit = field(default_factory=Audit)
    assurance: str = ""
    require: str = ""
    complete: str = ""  # of a game with several equilibria: what is proved not to be missing

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the author expects, as surely as he requires."""
        return self.status == self.expected and not self.falls_short

    @property
    def falls_short(self) -> bool:
        """Whether it is proved, and less surely than is required."""
        return self.status == "proved" and falls_short(self.assurance, self.require)


def check(
    files: Sequence[ProofFile],
    progress: Progress = lambda _: None,
    *,
    solvers: Sequence[str] = (),
    confirm: bool = False,
    audit: bool = True,
) -> Iterator[Record]:
    """Decide all that the files declare, in order. What cannot be stated becomes a record with status "error".

    Of the solvers beside Z3 those named are asked, all that are installed by default; with `confirm` two have to agree on
    what has no solution, else it stays unknown. With `audit`, proved propositions are also tried without their hypotheses.
    Raises UsageError for a solver that is not known or not installed.
    """
    from formal.decide.panel import asking

    with asking(solvers, agreeing=confirm):
        for record in records(files, progress, audit):
            yield replace(record, assurance=of_status(record.status, confirm))


def records(files: Sequence[ProofFile], progress: Progress, audit: bool) -> Iterator[Record]:
    """One record for each game and each proposition, in order."""
    for proof_file in files:
        for game in proof_file.games:
            decided = partial(game_verdict, game, progress)
            record = _timed(proof_file.path, game.place.line, game.name, game.name, "proved", decided)
            yield replace(record, complete=_complete(game)) if record.status == "proved" else record
        for item in proof_file.propositions:
            progress(f"{item.id}: {item.title}")
            decided = partial(_claim, item)
            record = _timed(proof_file.path, item.place.line, item.id, item.title, item.expect, decided, progress=progress)
            record = replace(record, require=item.require)
            yield replace(record, audit=item.audit()) if audit and record.status == "proved" else record


def _timed(
    file: Path,
    line: int,
    name: str,
    title: str,
    expected: Literal["proved", "refuted"],
    decide: Callable[[], tuple[Verdict, str]],
    progress: Progress = lambda _: None,
) -> Record:
    started = time.perf_counter()
    try:
        verdict, shown = decide()
    except (DerivationError, UndecidedError) as error:
        verdict, shown = Unknown(str(error)), title
    except FormalError as error:
        return Record(file, line, name, title, "error", expected, time.perf_counter() - started, str(error))
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {str(error)[:200]}"
        wrong = f"{name} ends in an error of the toolkit itself"
        shown = f"{wrong}: {said}" if solvers_asked() else f"what the ledger says cannot be used: {said}"
        return Record(file, line, name, title, "error", expected, time.perf_counter() - started, shown)
    seconds = time.perf_counter() - started
    title = shown or title
    if isinstance(verdict, Refuted):
        return Record(file, line, name, title, "refuted", expected, seconds, verdict.detail, verdict.witness, verdict.by)
    if isinstance(verdict, Proved):
        return Record(file, line, name, title, "proved", expected, seconds, "", verdict.witness or None, verdict.by)
    assert isinstance(verdict, Unknown)
    return Record(file, line, name, title, "unknown", expected, seconds, verdict.reason)


def game_verdict(game: Game, progress: Progress) -> tuple[Verdict, str]:
    """What became of the obligations of the game's equilibrium, and what it is."""
    solution = equilibria(game)
    solution.progress = progress
    return _backward(solution) if isinstance(solution, Solution) else _several(solution)


def _several(solution: NashSolution | BayesianSolution | SignallingSolution) -> tuple[Verdict, str]:
    count = len(solution.equilibria)
    assurance = solution.sound
    missing = solution.completeness or "whether there are others is not proved"
    if isinstance(assurance.verdict, Proved) and not count and not solution.completeness:
        return Unknown("nothing was found, and that there is nothing is not proved"), solution.counted(0)
    return _explained(assurance), f"{solution.counted(count)}, {assurance.goals} obligations; {missing}"


def _complete(game: Game) -> str:
    solution = equilibria(game)
    return "" if isinstance(solution, Solution) else solution.completeness


def _backward(solution: Solution) -> tuple[Verdict, str]:
    solution.progress(f"{solution.game.name}: solving")
    count = len(solution.cells)
    assurance = solution.assure()
    empty = sum(not cell.attained for cell in solution.cells)
    cells = "1 cell" if count == 1 else f"{count} cells"
    title = f"the subgame perfect equilibrium under the tie rules, in {cells}, {assurance.goals} obligations"
    title += f"; no equilibrium in {empty} of them" if empty else ""
    return _explained(assurance), title


def _explained(assurance: Assurance) -> Verdict:
    """The verdict, with the name of the obligation that failed."""
    verdict = assurance.verdict
    if isinstance(verdict, Refuted):
        return Refuted(verdict.witness, f"{assurance.failed}: {verdict.detail}", verdict.by)
    return Unknown(f"{assurance.failed}: {verdict.reason}") if isinstance(verdict, Unknown) else verdict


def _claim(item: Proposition) -> tuple[Verdict, str]:
    return item.check().verdict, item.title


def export(files: Sequence[ProofFile], folder: Path) -> int:
    """Write the questions of all propositions and of their steps to a folder, as SMT-LIB 2; returns how many there are.

    Raises FormalError for a claim that cannot be stated, and UsageError when the folder cannot be written to.
    """
    from formal.decide.export import scripts

    try:
        folder.mkdir(parents=True, exist_ok=True)
        count, names = 0, dict[str, str]()
        for item in (item for file in files for item in file.propositions):
            goal, _ = item.statement()
            for one in (*item.lemmas(goal), goal):
                name = re.sub(r"[^\w.]+", "-", one.name)
                if names.setdefault(name.lower(), one.name) != one.name:
                    shown = f'"{names[name.lower()]}" and "{one.name}" would be written to the same file'
                    raise UsageError(f"{shown}; rename one of them", place=None)
                for number, script in enumerate(scripts(one), start=1):
                    (folder / f"{name}-{number}.smt2").write_text(script, encoding="utf-8")
                    count += 1
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}", place=None) from None
    return count


def exit_code(records: Sequence[Record]) -> int:
    """0 all as expected, 1 a claim failed, 2 bad input, 3 something stayed unknown; the gravest of 2, 1, 3 wins."""
    if any(r.status == "error" for r in records):
        return 2
    if any(r.status != "unknown" and not r.as_expected for r in records):
        return 1
    return 3 if any(r.status == "unknown" for r in records) else 0
