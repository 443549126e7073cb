"""Proof files as Rocq files: every certified goal as a theorem over the reals, in the author's words.

What has no certificate, or is too long for Rocq, is listed with the reason; nothing is left out in silence.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import sympy as sp

from formal.certify import kernel
from formal.certify.judges import CERTIFICATE, Replayer, identity, recorded_point
from formal.certify.ledger import Ledger, size
from formal.certify.reading import Rejected, Statement
from formal.certify.rocq.coqc import Checker, Reply, foreign
from formal.certify.rocq.source import Source
from formal.certify.rocq.text import PRELUDES, identifier
from formal.certify.rocq.theorem import Section, Theorem
from formal.certify.statement import at_point, statement
from formal.check import Record, game_verdict
from formal.claims import Proposition
from formal.decide.goal import Goal, closed_form_goals
from formal.decide.judge import judging
from formal.decide.verdict import Unknown, Verdict
from formal.errors import FormalError, UsageError
from formal.levels import CERTIFIED, ROCQ
from formal.loader import ProofFile
from formal.model.game import Game
from formal.model.threshold import thresholds
from formal.nash_obligations import ALL
from formal.nash_solution import NashSolution, Supported
from formal.processes import several, side_by_side
from formal.replay import read_all, together
from formal.resting import unknown
from formal.solution import Solution

Status = Literal["written", "left out", "checked", "failed"]
LONGEST, DIGITS = 1_000_000, 120  # which coqc takes some 10 s for


@dataclass(frozen=True)
class Entry:
    """What became of one goal of a claim or a game: its theorem's name, or why there is none."""

    claim: str
    file: Path  # the Rocq file
    goal: str
    theorem: str
    status: Status
    reason: str = ""
    needs: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()


@dataclass
class Collector(Replayer):
    """The replaying judge, which keeps the goals that it is asked about."""

    asked: list[Goal] = field(default_factory=list)

    def decide(self, goal: Goal, *, doubtful: bool = False) -> Verdict:
        self.asked.append(goal)
        return super().decide(goal, doubtful=doubtful)

    def contradictory(self, conditions: Sequence[sp.Basic], *, soon: bool = False) -> bool:
        """What is asked for only in case, and is no contradiction, is nothing that anything rests on."""
        before = len(self.asked)
        found = super().contradictory(conditions, soon=soon)
        if not found:
            del self.asked[before:]
        return found


def write(
    files: Sequence[ProofFile], folder: Path, *, obligations: bool = False, progress: Callable[[str], None] = lambda _: None
) -> Iterator[Entry]:
    """Write one Rocq file a proof file into the folder, and what they share; with `obligations`, those of the games too.

    Raises UsageError where there is no ledger, or two proof files would have the same name.
    """
    ledgers = read_all(files)
    if not any(ledgers[f.path] for f in files):
        raise UsageError("there is no ledger beside these files; formal check --update writes one", place=None)
    named = _file_names(files)
    folder.mkdir(parents=True, exist_ok=True)
    for prelude in PRELUDES:
        (folder / prelude.name).write_text(prelude.read_text(encoding="utf-8"), encoding="utf-8")
    judge, spread = Collector(together(ledgers)), several(len(files)) > 1

    def written(proof_file: ProofFile) -> list[Entry]:
        source = Source(proof_file.path, folder / f"{named[proof_file.path]}.v")
        with judging(judge):
            return list(_file(source, proof_file, judge, obligations, (lambda _: None) if spread else progress))

    if spread:
        progress("writing the theorems")
    for found in side_by_side(written, files, lambda file: size(file.path)) if spread else map(written, files):
        yield from found


def _file(
    source: Source, proof_file: ProofFile, judge: Collector, obligations: bool, progress: Callable[[str], None]
) -> Iterator[Entry]:
    for item in proof_file.propositions:
        progress(f"{item.id}: {item.title}")
        yield from _proposition(source, judge.ledger, item)
    for game in proof_file.games if obligations else ():
        yield from _obligations(source, judge, game, progress)
    if source.theorems:
        source.write()


def _obligations(source: Source, judge: Collector, game: Game, progress: Callable[[str], None]) -> Iterator[Entry]:
    """What the game's equilibrium rests on, up to the first that is not certified; the others are not reached then."""
    judge.asked.clear()
    judge.memory.clear()
    reason = ""
    try:
        verdict, _ = game_verdict(game, progress)
        reason = verdict.reason if isinstance(verdict, Unknown) else ""
    except FormalError as error:
        reason = error.message
    for number, goal in enumerate(judge.asked, start=1):
        title = f"{game.name}: {goal.name}"
        yield from _goal(source, judge.ledger, goal, game.name, f"{game.name}_{number}", title, {})
    if reason:
        yield Entry(
            game.name, source.target, f"{game.name}: its other obligations", game.name, "left out", f"not reached: {reason}"
        )


def _file_names(files: Sequence[ProofFile]) -> dict[Path, str]:
    """The name of each file's Rocq file: its own, behind those of its packages."""
    named: dict[Path, str] = {}
    for proof_file in files:
        folder, parts = proof_file.path.resolve().parent, [proof_file.path.stem]
        while (folder / "__init__.py").exists():
            parts.insert(0, folder.name)
            folder = folder.parent
        name = identifier("_".join(parts))
        if name in named.values():
            raise UsageError(f"two of these files would be {name}.v; write them to folders of their own", place=None)
        named[proof_file.path] = name
    return named


def _proposition(source: Source, ledger: Ledger, item: Proposition) -> Iterator[Entry]:
    """The proposition's closed forms, its steps, and itself, which applies the steps."""
    try:
        goal, _ = item.statement()
    except FormalError as error:
        name = source.named(identifier(item.id))
        source.take(name)
        yield Entry(item.id, source.target, f"{item.id}: {item.title}", name, "left out", error.message)
        return
    plain = [h for h in goal.hypotheses if not thresholds(h)]
    forms = [g for t in goal.named for g in closed_form_goals(t, plain)]
    for form in forms:
        yield from _goal(source, ledger, form, item.id, form.name.partition(":")[0], f"{item.id}: {form.name}", {})
    steps, lemmas = dict[Any, Theorem](), item.lemmas(goal)
    for number, lemma in enumerate(lemmas, start=1):
        yield from _goal(source, ledger, lemma, item.id, f"{item.id}_step_{number}", lemma.name, steps)
    proved = tuple(lemma.conclusion for lemma in lemmas if _entry(ledger, lemma).get("verdict") == "proved")
    whole = Goal(goal.name, goal.conclusion, (*goal.hypotheses, *proved), goal.facts, goal.existential)
    yield from _goal(source, ledger, whole, item.id, item.id, f"{item.id}: {item.title}", steps, always=True)


def _entry(ledger: Ledger, goal: Goal) -> dict[str, Any]:
    try:
        found = ledger.goals.get(identity(goal), {})
    except FormalError:
        return {}
    return found if isinstance(found, dict) else {}


def _goal(
    source: Source,
    ledger: Ledger,
    goal: Goal,
    claim: str,
    name: str,
    title: str,
    steps: dict[Any, Theorem],
    *,
    always: bool = False,
) -> Iterator[Entry]:
    """What became of a goal; nothing, unless `always`, where an earlier theorem of the file says as much, or more."""
    entry, theorem = _entry(ledger, goal), source.named(identifier(name))
    try:
        made, said = _theorem(goal, entry, theorem, steps, source)
    except (Rejected, FormalError) as error:
        source.take(theorem)
        reason = error.message if isinstance(error, FormalError) else str(error)
        yield Entry(claim, source.target, title, theorem, "left out", reason)
        return
    earlier = None if always else source.covering(made)
    if made.point == 0:
        steps[made.key] = earlier or made
    if earlier is None:
        source.take(theorem)
        source.add(made, f"{title}. {said}")
        yield Entry(claim, source.target, title, theorem, "written", "", made.needs)


def _theorem(goal: Goal, entry: dict[str, Any], name: str, steps: dict[Any, Theorem], source: Source) -> tuple[Theorem, str]:
    """The theorem and what it says of the goal. Raises Rejected or ClaimError with the reason where there is none."""
    if not entry:
        raise Rejected("it is not in the ledger: it has changed; formal check --update decides it again")
    if CERTIFICATE not in entry:
        raise Rejected(f"it has no certificate: a solver says {entry.get('verdict')}")
    proved = entry.get("verdict") == "proved"
    point = recorded_point(goal, entry["point"]) if "point" in entry else None
    if goal.existential != (point is not None and proved) or (point is None and not proved):
        raise Rejected("the record is not of its kind")
    said = _statement(goal, point, proved)
    kernel.check(said, entry[CERTIFICATE])
    place = 0 if point is None else len(said.given)
    made = Section(name, said, entry[CERTIFICATE], steps, source.stock, point=place, known=source.lemmas).theorem()
    if made.length > LONGEST:
        raise Rejected(f"its proof has {made.length:,} characters, more than {LONGEST:,}")
    if made.digits > DIGITS:
        raise Rejected(f"its certificate has numbers of {made.digits} digits, more than {DIGITS}")
    return made, "" if point is None else "It holds at this point." if proved else "It is false: here is a point."


def _statement(goal: Goal, point: Any, proved: bool) -> Statement:
    return statement(goal) if point is None else at_point(goal, point, false=not proved)


def checked(folder: Path, entries: Sequence[Entry], progress: Callable[[str], None] = lambda _: None) -> Iterator[Entry]:
    """The entries again, after Rocq has read the files in the folder: checked, or failed with what it says.

    Raises UsageError when coqc is not installed.
    """
    theorems = dict[Path, list[str]]()
    for entry in entries:
        if entry.status == "written":
            theorems.setdefault(entry.file, []).extend((entry.theorem, *entry.needs))
    with Checker(folder) as checker, ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        longest = sorted(theorems, key=lambda file: -file.stat().st_size)
        begun = {file: pool.submit(checker.compile, file.name) for file in longest}
        replies = dict[Path, Reply]()
        for file in theorems:
            progress(f"coqc {file.name}")
            replies[file] = Reply(begun[file].result(), {})
        accepted = {file.name: names for file, names in theorems.items() if not replies[file].error}
        progress("what all theorems rest on")
        asked = checker.ask(accepted) if accepted else {}
    replies |= {file: asked[file.name] for file in theorems if file.name in asked}
    yield from (_judged(e, replies[e.file]) if e.status == "written" else e for e in entries)


def assured(files: Sequence[ProofFile], found: Iterator[Record], progress: Callable[[str], None]) -> Iterator[Record]:
    """The records, where what is certified is *checked by Rocq* if coqc accepts every theorem of the claim and of its games.

    Raises UsageError where there is no coqc.
    """
    known: set[str] | None = None
    for record in found:
        if record.assurance == CERTIFIED and known is None:
            known = accepted(files, progress)
        yield replace(record, assurance=ROCQ) if record.assurance == CERTIFIED and record.id in (known or ()) else record


def accepted(files: Sequence[ProofFile], progress: Callable[[str], None]) -> set[str]:
    """The claims and games, by name, of which coqc accepts all that they say and rest on."""
    progress("coqc")
    said = dict[str, set[Status]]()
    for entry in _theorems(files):
        said.setdefault(entry["claim"], set()).add(entry["status"])
    games = [game for file in files for game in file.games]
    rests: dict[str, list[str] | None] = {game.name: [game.name] for game in games}
    with judging(Replayer(together(read_all(files)))):
        rests |= {item.id: _rests(item, games) for file in files for item in file.propositions}
    return {name for name, parts in rests.items() if parts and all(said.get(part) == {"checked"} for part in parts)}


def _theorems(files: Sequence[ProofFile]) -> list[dict[str, Any]]:
    """What `formal rocq --check` says in a process of its own, where nothing is decided yet and every obligation is stated."""
    with tempfile.TemporaryDirectory(prefix="formal-rocq-") as folder:
        command = [sys.executable, "-m", "formal.cli", "rocq", "--check", "--obligations", "--format", "json", "-o", folder]
        paths = [str(file.path) for file in files]
        done = subprocess.run([*command, *paths], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if not done.stdout:
        raise UsageError(f"Rocq cannot be asked: {done.stderr.strip()}", place=None)
    found: list[dict[str, Any]] = json.loads(done.stdout)["theorems"]
    return found


def _rests(item: Proposition, games: Sequence[Game]) -> list[str] | None:
    """The claim and the games that it rests on, by name; None where theirs are not all its obligations."""
    try:
        goal, notes = item.statement()
    except FormalError:
        return None
    solutions = [getattr(rested, "solution", rested) for rested in notes.solutions()]
    if not all(isinstance(s, Solution | NashSolution) and any(s.game is game for game in games) for s in solutions):
        return None
    mixed = [r for r in notes.solutions() if isinstance(r, Supported) and any(len(support) > 1 for support in r.supports)]
    if any(r.solution.completeness != ALL or r.exact for r in mixed):
        return None
    with judging(Replayer(Ledger(Path()))):  # who proves nothing more
        if unknown(goal, goal.hypotheses, notes, said=item.said()) is not None:
            return None
    return [item.id, *(solution.game.name for solution in solutions)]


def _judged(entry: Entry, reply: Reply) -> Entry:
    if reply.error:
        return replace(entry, status="failed", reason=reply.error)
    axioms = tuple(sorted({a for name in (entry.theorem, *entry.needs) for a in reply.axioms[name]}))
    admitted = foreign(axioms)
    if admitted:
        return replace(entry, status="failed", reason=f"it rests on {', '.join(admitted)}, which is not proved", axioms=axioms)
    return replace(entry, status="checked", axioms=axioms)


def exit_code(entries: Sequence[Entry]) -> int:
    """0 all written (and checked), 1 Rocq rejects a theorem, 3 something was left out; 1 goes before 3."""
    if any(e.status == "failed" for e in entries):
        return 1
    return 3 if any(e.status == "left out" for e in entries) else 0
