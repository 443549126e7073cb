"""Ledgers of proof files: written with `formal check --update`, compared by `formal check`, re-checked by `formal replay`.

A replay goes the way of a check: it states every goal again from the author's files and from the equilibria that the ledgers
propose, and believes what the kernel accepts. No solver is asked or imported.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from formal.certify.judges import Recorder, Replayer, identity
from formal.certify.ledger import Ledger, ledger_path, read
from formal.check import Progress, Record, game_verdict, records
from formal.claims import Proposition
from formal.decide.judge import judging
from formal.errors import FormalError, UsageError
from formal.loader import ProofFile

CERTIFIED, WITNESSED, BELIEVED = "certified", "refuted with exact witness", "solvers alone"


def replay(files: Sequence[ProofFile], progress: Progress = lambda _: None) -> Iterator[Record]:
    """Check everything that the files declare against their ledgers, with the kernel alone.

    Raises ClaimError for a ledger that cannot be read and UsageError where there is none.
    """
    if all(read(f.path) is None for f in files):
        raise UsageError("there is no ledger beside these files; formal check --update writes one", place=None)
    with judging(Replayer(_together(files))):
        yield from records(files, progress, audit=False)


def update(files: Sequence[ProofFile], progress: Progress = lambda _: None) -> Iterator[Record]:
    """Decide everything, search for certificates, and write the ledgers; certificates that still hold are kept."""
    recorder, new = Recorder(_together(files, strict=False)), dict[Path, Ledger]()
    with judging(recorder):
        for proof_file in files:
            recorder.new = new[proof_file.path] = Ledger(ledger_path(proof_file.path))
            for game in proof_file.games:  # before any claim that rests on it
                with suppress(FormalError):
                    game_verdict(game, progress)
        for proof_file in files:
            recorder.new = ledger = new[proof_file.path]
            for record in records([proof_file], progress, audit=False):
                ledger.claims[record.id] = {"title": record.title, "verdict": record.status} | _digest(proof_file, record.id)
                yield record
    for ledger in new.values():
        ledger.path.write_text(ledger.text(), encoding="utf-8")
    progress("replaying")
    _assured(new, files)


def assured(files: Sequence[ProofFile], found: Iterator[Record]) -> Iterator[Record]:
    """The records with the assurance that the ledgers give them; where a ledger says otherwise, the record is an error."""
    ledgers = {f.path: read(f.path) for f in files}
    declared = {f.path: f for f in files}
    for record in found:
        ledger = ledgers[record.file]
        if ledger is None or record.status == "error":
            yield record
            continue
        entry, name = ledger.claims.get(record.id), ledger.path.name
        digest = _digest(declared[record.file], record.id)
        wrong = ""
        if entry is None:
            wrong = f"{record.id} is not in {name}"
        elif digest.get("digest") != entry.get("digest"):
            wrong = f"{record.id} is obsolete in {name}: its text or its game has changed"
        elif record.status != entry.get("verdict"):
            wrong = f"{record.id} is {record.status}, but {entry.get('verdict')} in {name}"
        if wrong:
            yield replace(record, status="error", reason=f"{wrong}; formal check --update writes it again")
        else:
            yield replace(record, assurance=str((entry or {}).get("assurance", "")))


def _together(files: Sequence[ProofFile], *, strict: bool = True) -> Ledger:
    """What all the ledgers hold; without `strict` those that cannot be read are left out, as they are to be replaced."""
    whole = Ledger(Path())
    for proof_file in files:
        try:
            ledger = read(proof_file.path)
        except FormalError:
            if strict:
                raise
            continue
        if ledger is not None:
            whole.goals |= ledger.goals
            whole.proposals |= ledger.proposals
    return whole


def _digest(proof_file: ProofFile, name: str) -> dict[str, Any]:
    """The claim's statement and its digest; nothing for a game."""
    item = next((p for p in proof_file.propositions if p.id == name), None)
    return {} if item is None else _described(item)


def _described(item: Proposition) -> dict[str, Any]:
    try:
        goal, _ = item.statement()
        return {"statement": str(goal.conclusion), "digest": identity(goal)}
    except FormalError:
        return {}


def _assured(ledgers: dict[Path, Ledger], files: Sequence[ProofFile]) -> None:
    """Replay the new ledgers in a process of its own, and write down what is certified."""
    command = [sys.executable, "-m", "formal.cli", "replay", "--format", "json", *(str(f.path) for f in files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if not done.stdout:
        raise UsageError(f"the ledgers were written and cannot be replayed: {done.stderr.strip()}", place=None)
    replayed = {claim["id"]: claim["verdict"] for claim in json.loads(done.stdout)["claims"]}
    for ledger in ledgers.values():
        for name, entry in ledger.claims.items():
            same = replayed.get(name) == entry["verdict"]
            if entry["verdict"] == "refuted":
                entry["assurance"] = WITNESSED
            elif entry["verdict"] == "proved":
                entry["assurance"] = CERTIFIED if same else BELIEVED
            if not same:
                entry["replayed"] = replayed.get(name, "unknown")
        ledger.path.write_text(ledger.text(), encoding="utf-8")
