"""Ledgers of proof files: written with `formal check --update`, compared by `formal check`, re-checked by `formal replay`.

A replay goes the way of a check: it states every goal again from the author's files and from the equilibria that the ledgers
propose, and believes what the kernel accepts. No solver is asked or imported.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from formal.certify.judges import Recorder, Replayer, identity
from formal.certify.ledger import Ledger, ledger_path, read, size
from formal.certify.reading import shown
from formal.check import Progress, Record, game_verdict, records
from formal.claims import Proposition
from formal.decide.judge import judging
from formal.errors import FormalError, UsageError
from formal.levels import CERTIFIED, of_status
from formal.loader import ProofFile, imported
from formal.model.game import Game
from formal.processes import several, side_by_side
from formal.report.text import shown_path

BRIEF = 400

Verdicts = dict[tuple[str, str], tuple[str, str]]  # by file and id: the verdict, and what is proved not to be missing


def replay(files: Sequence[ProofFile], progress: Progress = lambda _: None) -> Iterator[Record]:
    """Check everything that the files declare against their ledgers, with the kernel alone.

    What a ledger calls certified and the kernel does not accept is an error. Raises ClaimError for a ledger that cannot be read
    and UsageError where there is none.
    """
    ledgers = read_all(files)
    declared = {f.path: f for f in files}
    if not any(ledgers[f.path] for f in files):
        raise UsageError("there is no ledger beside these files; formal check --update writes one", place=None)
    for record in _decided(files, Replayer(together(ledgers)), progress):
        lost = _lost(record, ledgers[record.file], declared[record.file]) if record.status in ("unknown", "proved") else ""
        if lost:
            yield replace(record, status="error", reason=lost)
        else:
            yield replace(record, assurance=CERTIFIED if record.status == "proved" else of_status(record.status))


def _decided(files: Sequence[ProofFile], judge: Replayer, progress: Progress) -> Iterator[Record]:
    """The records of all files in order, decided file by file on all processors."""

    def decided(file: ProofFile) -> list[Record]:
        with judging(judge):
            return list(records([file], lambda _: None, audit=False))

    if several(len(files)) > 1:
        progress("replaying")
        for found in side_by_side(decided, files, lambda file: size(file.path)):
            yield from found
    else:
        with judging(judge):
            yield from records(files, progress, audit=False)


def update(files: Sequence[ProofFile], progress: Progress = lambda _: None) -> Iterator[Record]:
    """Decide everything, search for certificates, and write the ledgers; certificates that still hold are kept.

    Raises UsageError where the program for the search is not installed.
    """
    if find_spec("highspy") is None:
        raise UsageError("certificates are searched for with HiGHS: pip install 'formal-games[solvers]'", place=None)
    recorder, new = Recorder(together(read_all(files, strict=False))), dict[Path, Ledger]()
    found = list[Record]()
    with judging(recorder):
        for proof_file in files:
            recorder.new = new[proof_file.path] = Ledger(ledger_path(proof_file.path))
            for game in proof_file.games:  # before any claim that rests on it
                with suppress(FormalError):
                    game_verdict(game, progress)
        for proof_file in files:
            recorder.new = ledger = new[proof_file.path]
            for record in records([proof_file], progress, audit=False):
                found.append(record)
                said = {"complete": record.complete} if record.complete else {}
                described = {"title": record.title, "verdict": record.status} | said
                ledger.claims[record.id] = described | _digest(proof_file, record.id)
    for ledger in new.values():
        ledger.path.write_text(ledger.text(), encoding="utf-8")
    progress("replaying")
    _assured(new, files)
    yield from (replace(r, assurance=new[r.file].claims[r.id]["assurance"]) for r in found)


def assured(files: Sequence[ProofFile], found: Iterator[Record]) -> Iterator[Record]:
    """The records with the assurance that the ledgers give them; where a ledger says otherwise, the record is an error.

    A ledger's word is not taken for it that something is certified: its certificates are checked while the solvers work.
    """
    ledgers = {f.path: read(f.path) for f in files}
    with _replaying([f.path for f in files if ledgers[f.path] is not None]) as verdicts:
        declared = {f.path: f for f in files}
        for record in found:
            yield compared(record, declared[record.file], ledgers[record.file], verdicts)


def compared(record: Record, declared: ProofFile, ledger: Ledger | None, verdicts: Callable[[], Verdicts]) -> Record:
    """The record of one claim as `assured` gives it, where `verdicts` are those of a replay."""
    if ledger is None or record.status == "error":
        return record
    wrong = _wrong(record, ledger, _digest(declared, record.id))
    if wrong:
        return replace(record, status="error", reason=f"{wrong}; formal check --update writes it again")
    if record.status == "proved" and verdicts().get((str(record.file), record.id)) == ("proved", record.complete):
        return replace(record, assurance=CERTIFIED)
    return record


def replayed(path: Path) -> Verdicts:
    """What becomes of the claims of one file in a replay, by file and id."""
    with _replaying([path]) as verdicts:
        return verdicts()


def _lost(record: Record, ledger: Ledger | None, declared: ProofFile) -> str:
    """Why what a ledger calls certified is not; empty where it does not call it so."""
    entry = ledger.claims.get(record.id) if ledger is not None else None
    if ledger is None or entry is None or entry.get("assurance") != CERTIFIED:
        return ""
    if record.status == "proved" and record.complete == entry.get("complete", record.complete):
        return ""
    if _digest(declared, record.id).get("digest") != entry.get("digest"):
        return f"{record.id} is obsolete in {ledger.path.name}: its text or its game has changed"
    if record.status == "proved":
        found = f"that {shown(entry['complete'])} are found"
        return f"{found} is certified of {record.id} in {ledger.path.name}, but no certificate of that holds"
    return f"{record.id} is certified in {ledger.path.name}, but no certificate there holds: {record.reason}"


def _wrong(record: Record, ledger: Ledger, digest: dict[str, Any]) -> str:
    """How the ledger contradicts the record."""
    entry, name = ledger.claims.get(record.id), ledger.path.name
    if entry is None:
        return f"{record.id} is not in {name}"
    if digest.get("digest") != entry.get("digest"):
        return f"{record.id} is obsolete in {name}: its text or its game has changed"
    if record.status != entry.get("verdict"):
        return f"{record.id} is {record.status}, but {shown(entry.get('verdict'))} in {name}"
    if record.complete != entry.get("complete", ""):
        said = (shown(known) if known else "nothing" for known in (record.complete, entry.get("complete")))
        return "of {} it is proved that {} are found, but {} in {}".format(record.id, *said, name)
    return ""


def read_all(files: Sequence[ProofFile], *, strict: bool = True) -> dict[Path, Ledger | None]:
    """The ledgers of what the files import, which may be equilibria that claims rest on, and of the files, if there are any.

    Without `strict` those that cannot be read are left out, as they are to be replaced.
    """
    found: dict[Path, Ledger | None] = {}
    here = {f.path.resolve() for f in files}
    for path in [*(p for p in imported() if p not in here), *(f.path for f in files)]:
        try:
            found[path] = read(path)
        except FormalError:
            if strict:
                raise
    return found


def together(ledgers: Mapping[Path, Ledger | None]) -> Ledger:
    """What all the ledgers hold."""
    whole = Ledger(Path())
    for ledger in ledgers.values():
        if ledger is not None:
            whole.goals |= ledger.goals
            whole.proposals |= ledger.proposals
    return whole


def _digest(proof_file: ProofFile, name: str) -> dict[str, Any]:
    """What identifies a claim or a game: its statement and a digest of that and of the games that it rests on."""
    item = next((p for p in proof_file.propositions if p.id == name), None)
    if item is not None:
        return _described(item)
    return {"digest": _hashed(said(next(g for g in proof_file.games if g.name == name)))}


def _described(item: Proposition) -> dict[str, Any]:
    try:
        goal, notes = item.statement()
        games = sorted({said(solution.game) for solution, _ in notes})
        return {"statement": _brief(str(goal.conclusion)), "digest": _hashed(identity(goal), *games)}
    except FormalError:
        return {}


def said(game: Game) -> str:
    """All that a game says: its tree, who sees what, ties, and what is assumed of the parameters."""
    hidden = [f"{node.head()}: {unseen}" for node, unseen in game.hidden.items()]
    assumed = [*sorted(game.assumptions()), *sorted(map(str, game.assume.values()))]
    whole = [q.name for q in game.parameters if q.is_integer]
    return f"{game!r}\n{hidden}\n{sorted(game.ties.items())}\n{assumed}" + (f"\nintegers: {whole}" if whole else "")


def _hashed(*said: str) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:20]


def _brief(text: str) -> str:
    return text if len(text) <= BRIEF else f"{text[:BRIEF]}..."


@contextmanager
def _replaying(paths: Sequence[Path]) -> Iterator[Callable[[], Verdicts]]:
    """What becomes of claims in a replay, in a process of its own, which shares nothing with solvers that are asked here."""
    if not paths:
        yield dict
        return
    command = [sys.executable, "-m", "formal.cli", "replay", "--format", "json", *map(str, paths)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield partial(_answer, process, paths, {})
        finally:
            process.kill()


def _answer(process: subprocess.Popen[str], paths: Sequence[Path], known: Verdicts) -> Verdicts:
    if process.stdout is not None and not known and not process.stdout.closed:
        out, err = process.communicate()
        if not out:
            raise UsageError(f"the ledgers cannot be replayed: {err.strip()}", place=None)
        files = {shown_path(path): str(path) for path in paths}
        known.update({(files[c["file"]], c["id"]): (c["verdict"], c["complete"]) for c in json.loads(out)["claims"]})
    return known


def _assured(ledgers: dict[Path, Ledger], files: Sequence[ProofFile]) -> None:
    """Replay the new ledgers, and write down what is certified."""
    with _replaying([f.path for f in files]) as replayed:
        for path, ledger in ledgers.items():
            for name, entry in ledger.claims.items():
                found, complete = replayed().get((str(path), name), ("unknown", ""))
                same = (found, complete) == (entry["verdict"], entry.get("complete", ""))
                entry["assurance"] = CERTIFIED if same and found == "proved" else of_status(entry["verdict"])
                if not same:
                    entry["replayed"] = found
            ledger.path.write_text(ledger.text(), encoding="utf-8")
