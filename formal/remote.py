"""Deciding claims on a Dask cluster, one claim a task, with the verdicts of `formal.check`.

Workers import the proof files from the same place as here. A claim is decided only where the text of its file, and of what that
imports from the same folders, is the text here: a verdict on another text would be worth nothing.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from formal.check import Progress, Record, check
from formal.claims import Audit
from formal.cluster import gathered
from formal.errors import UsageError
from formal.loader import ProofFile, load
from formal.model.packing import packed, unpacked

_one_at_a_time = Lock()  # solvers keep a state for the process
_read: dict[Path, str] = {}  # the text of a module when it was imported, by its digest


def check_on(
    address: str,
    files: Sequence[ProofFile],
    progress: Progress = lambda _: None,
    *,
    solvers: Sequence[str] = (),
    confirm: bool = False,
    audit: bool = True,
) -> Iterator[Record]:
    """Decide all that the files declare on the cluster at `address`; the records come in order, as from `formal.check.check`.

    Raises UsageError where the cluster is gone, and where a worker does not have the same files.
    """
    order = [(f.path, name) for f in files for name in (*(g.name for g in f.games), *(c.id for c in f.propositions))]
    texts = {f.path: sources(f.path) for f in files}
    tasks = {(p, name): (str(p.resolve()), name, texts[p], tuple(solvers), confirm, audit) for p, name in order}
    found: dict[tuple[Path, str], Record] = {}
    for key, record in gathered(address, decided, tasks, lambda left: f"; {left} of {len(tasks)} claims are not decided"):
        progress(f"{len(tasks)} claims on {address}")
        found[key] = _unpacked(record, key[0])
        while order and order[0] in found:
            yield found.pop(order.pop(0))


def decided(path: str, name: str, texts: Mapping[str, str], solvers: tuple[str, ...], confirm: bool, audit: bool) -> Record:
    """On a worker: what becomes of one claim. Raises UsageError where its file is missing or says something else."""
    with _one_at_a_time:
        (proof_file,) = load([Path(path)])
        here = sources(proof_file.path)
        other = sorted(p for p, digest in texts.items() if here.get(p, digest) != digest)
        if other:
            shown = f"{other[0]} is another text on a worker of the cluster"
            raise UsageError(f"{shown}; copy it there, and start the workers again", place=None)
        games = tuple(g for g in proof_file.games if g.name == name)
        claims = tuple(c for c in proof_file.propositions if c.id == name)
        one = ProofFile(proof_file.path, games, claims if not games else ())
        return _packed(next(check([one], solvers=solvers, confirm=confirm, audit=audit)))


def _packed(record: Record) -> Record:
    """The record with its hypotheses in pieces."""
    audit = record.audit
    return replace(record, audit=Audit(tuple(map(packed, audit.needed)), tuple(map(packed, audit.spare))))


def _unpacked(record: Record, file: Path) -> Record:
    audit = record.audit
    return replace(record, file=file, audit=Audit(tuple(map(unpacked, audit.needed)), tuple(map(unpacked, audit.spare))))


def sources(path: Path) -> dict[str, str]:
    """The digests of the modules that are imported from the folders of a proof file, its own included."""
    root = path.resolve().parent
    while (root / "__init__.py").exists():
        root = root.parent
    modules = {Path(file).resolve() for m in list(sys.modules.values()) if (file := getattr(m, "__file__", None))}
    mine = {p for p in modules if p.suffix == ".py" and p.is_relative_to(root) and "site-packages" not in p.parts}
    for one in mine - _read.keys():
        _read[one] = hashlib.sha256(one.read_bytes()).hexdigest()
    return {str(p): _read[p] for p in sorted(mine)}
