"""Proof files as tests: each game's equilibrium and each proposition is an item of pytest.

Collected is what `formal check` without PATHS reads, from pytest's root folder (`formal.project`), and a file that is named on
the command line and imports this package. A folder `proofs` in which nothing imports this package belongs to somebody else.
This module is imported at every start of pytest, so everything heavy is imported by the functions that need it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from formal.errors import FormalError, UsageError
from formal.project import DEFAULT, configured, imports_formal

if TYPE_CHECKING:
    from formal.check import Record
    from formal.loader import ProofFile
    from formal.replay import Verdicts


class NotAsExpected(Exception):
    """A claim's verdict is not the one that its author expects."""


@dataclass
class Shared:
    """What the items of one run share: where proof files are, what they declare, and what was asked about all of them."""

    folders: tuple[Path, ...]
    files: list[ProofFile] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    replayed: dict[Path, Verdicts] = field(default_factory=dict)
    by_rocq: set[str] | None = None

    def verdicts(self, path: Path) -> Verdicts:
        """What becomes of a file's claims in a replay."""
        from formal.replay import replayed

        if path not in self.replayed:
            self.replayed[path] = replayed(path)
        return self.replayed[path]

    def rocq(self) -> set[str]:
        """The claims that coqc accepts, of all files that were collected and have a ledger."""
        from formal.certify.ledger import ledger_path
        from formal.rocq import accepted

        if self.by_rocq is None:
            self.by_rocq = accepted([f for f in self.files if ledger_path(f.path).exists()], lambda _: None)
        return self.by_rocq


SHARED = pytest.StashKey[Shared]()


def pytest_configure(config: pytest.Config) -> None:
    try:
        named = configured(config.rootpath)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    if named is None:
        folder = config.rootpath / DEFAULT
        named = [folder] if folder.is_dir() and any(map(imports_formal, folder.rglob("*.py"))) else []
    config.stash[SHARED] = Shared(tuple(path.resolve() for path in named))


def _is_proof_file(file_path: Path, parent: pytest.Collector) -> bool:
    if file_path.suffix != ".py" or file_path.name == "conftest.py" or file_path.name.startswith("."):
        return False
    folders, resolved = parent.config.stash[SHARED].folders, file_path.resolve()
    inside = any(resolved == folder or folder in resolved.parents for folder in folders)
    return inside or (parent.session.isinitpath(file_path) and imports_formal(file_path))


@pytest.hookimpl(tryfirst=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return Proofs.from_parent(parent, path=file_path) if _is_proof_file(file_path, parent) else None


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A proof file that is named on the command line holds Python tests only if it is called like a file of tests."""
    tests = any(module_path.match(pattern) for pattern in parent.config.getini("python_files"))
    return Nothing.from_parent(parent, path=module_path) if _is_proof_file(module_path, parent) and not tests else None


class Proofs(pytest.File):
    """A proof file. Importing it derives nothing."""

    def collect(self) -> Iterator[Claim]:
        from formal.loader import ProofFile, read

        shared = self.config.stash[SHARED]
        try:
            declared = read(self.path)
        except FormalError as error:
            raise self.CollectError(str(error)) from None
        shared.files.append(declared)
        for game in declared.games:
            one = ProofFile(self.path, (game,), ())
            yield self._item(f"{game.name}[equilibrium]", one, game.place.line)
        for item in declared.propositions:
            first = shared.places.setdefault(item.id, str(item.place))
            if first != str(item.place):
                raise self.CollectError(f'{item.place}: the id "{item.id}" is used twice, first at {first}')
            one = ProofFile(self.path, (), (item,))
            yield self._item(f"{_plain(item.id)}[{_plain(item.title)}]", one, item.place.line)

    def _item(self, name: str, claim: ProofFile, line: int) -> Claim:
        """The id is given as text, which pytest reads as it reads what it remembers of an earlier run."""
        return Claim.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}", claim=claim, line=line)


def _plain(title: str) -> str:
    """An id or a title on one line, without what a terminal would obey."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())


class Nothing(pytest.File):
    """A file without tests."""

    def collect(self) -> Iterator[pytest.Item]:
        return iter(())


class Claim(pytest.Item):
    """One claim. It passes when the verdict is the one that is expected, as surely as is required."""

    def __init__(self, *, claim: ProofFile, line: int, **more: Any) -> None:
        super().__init__(**more)
        self.claim, self.line = claim, line

    def runtest(self) -> None:
        from formal.report.text import explained

        try:
            record = self._record()
        except FormalError as error:
            raise NotAsExpected(str(error)) from None
        self.user_properties += [("verdict", record.status), ("assurance", record.assurance)]
        if not record.as_expected:
            raise NotAsExpected(explained(record))

    def _record(self) -> Record:
        """As `formal check` gives it; a ledger is replayed only where a claim requires that, as is a second solver asked."""
        from formal.certify.ledger import read
        from formal.check import check
        from formal.levels import CERTIFIED, ROCQ
        from formal.replay import compared

        decide = partial(check, [self.claim], audit=False)
        (record,), shared = decide(), self.config.stash[SHARED]
        replay = partial(shared.verdicts, self.path) if record.require else dict
        record = compared(record, self.claim, read(self.path), replay)
        if record.require == "two" and record.falls_short:
            (record,) = decide(confirm=True)
        if record.require == "rocq" and record.assurance == CERTIFIED and record.id in shared.rocq():
            return replace(record, assurance=ROCQ)
        return record

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAsExpected):
            return f"{excinfo.value}\n{self.location[0]}:{self.line}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name
