"""Deciding again what changes: files are read again when they, or what they import, change; claims when what they say does.

Whether a file has changed is seen from its content; a watcher of the file system only wakes this up, so that nothing that is
saved while claims are decided is overlooked. Files that are not affected keep their games and what is derived of them.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import sympy as sp

from formal.certify.judges import identity
from formal.check import Record
from formal.claims import Proposition
from formal.errors import is_users
from formal.loader import ProofFile, load, python_files
from formal.model.game import Game
from formal.model.parameters import Parameter
from formal.replay import said
from formal.solution import noting

Decide = Callable[[ProofFile], Record]
Key = tuple[Path, str, str]


@dataclass
class Watch:
    """What was read and decided so far. Modules that are imported when it begins are not its own."""

    paths: Sequence[Path]
    others: frozenset[str] = field(default_factory=lambda: frozenset(sys.modules))
    contents: dict[Path, str] = field(default_factory=dict)
    affected: set[Path] = field(default_factory=set)
    files: list[ProofFile] = field(default_factory=list)
    known: dict[Key, tuple[str, Record]] = field(default_factory=dict)

    def changed(self) -> set[Path]:
        """The files that are not as they were read: changed, new or gone."""
        now = self._contents()
        return {path for path in now.keys() | self.contents.keys() if now.get(path) != self.contents.get(path)}

    def read(self) -> None:
        """Read what has changed, and what imports it, again. Raises FormalError where that does not work."""
        changed, self.contents = self.changed(), self._contents()
        self.affected |= changed | forget(changed, self._modules())
        self.files = load(self.paths)
        self.contents = {file: self.contents.get(file, now) for file, now in self._contents().items()}

    def decide(self, decide: Decide) -> Iterator[tuple[Record, bool]]:
        """The record of every claim in order, and whether it was decided anew, which `decide` does for one claim."""
        found = dict[Key, tuple[str, Record]]()
        for file in self.files:
            for key, line, one in _claims(file):
                before, record = self.known.get(key, ("", None))
                affected = record is None or file.path.resolve() in self.affected
                says = _says(one) if affected else before
                again = record is None or (affected and (says != before or not says))
                if again or record is None:
                    record = decide(one)
                found[key] = says, replace(record, line=line)
                yield found[key][1], again
        self.known, self.affected = found, set()

    def _contents(self) -> dict[Path, str]:
        declared = (path.resolve() for path in python_files([p for p in self.paths if p.exists()]))
        files = {*declared, *self._modules().values()}
        return {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files) if file.is_file()}

    def _modules(self) -> dict[str, Path]:
        """The files of the user's modules that were imported since this began."""
        files = {name: getattr(m, "__file__", None) for name, m in list(sys.modules.items()) if name not in self.others}
        return {name: Path(file).resolve() for name, file in files.items() if file and is_users(file)}


def forget(changed: set[Path], files: Mapping[str, Path]) -> set[Path]:
    """Have changed modules, and all that import them, imported afresh, of those in `files`; returns what they are read from.

    Where a file is new or gone, every one of the modules may now mean another file.
    """
    stale = {name for name, file in files.items() if file in changed}
    if not changed <= {files[name] for name in stale if files[name].exists()}:
        stale = set(files)
    uses = {name: _imports(sys.modules[name]) for name in files if name not in stale}
    while more := {name for name, used in uses.items() if name not in stale and used & stale}:
        stale |= more
    for name in stale:
        del sys.modules[name]
        package, _, short = name.rpartition(".")
        if package in sys.modules:
            vars(sys.modules[package]).pop(short, None)  # where `from package import short` would find it
    importlib.invalidate_caches()
    return {files[name] for name in stale}


def _imports(module: ModuleType) -> set[str]:
    """The names of all modules that a module's text may import, with their packages."""
    package = (module.__spec__.parent if module.__spec__ else "") or ""
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_bytes())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            found |= {base, *(f"{base}.{name.name}" for name in node.names)}
    return {".".join(parts[:end]) for name in found for parts in [name.split(".")] for end in range(1, len(parts) + 1)}


def _claims(file: ProofFile) -> Iterator[tuple[Key, int, ProofFile]]:
    """Each game and each proposition as what a file of its own would declare, with a key and its line."""
    for game in file.games:
        yield (file.path, "game", game.name), game.place.line, ProofFile(file.path, (game,), ())
    for item in file.propositions:
        yield (file.path, "proposition", item.id), item.place.line, ProofFile(file.path, (), (item,))


def _says(one: ProofFile) -> str:
    """A digest of all that the verdict on a claim depends on, and that is shown of it.

    It is empty where the claim cannot be stated, for a reason that is said when it is decided.
    """
    try:
        parts = [_game(game) + str(game.cells) for game in one.games]
        parts += [part for item in one.propositions for part in _statement(item)]
    except (Exception, SystemExit):
        return ""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _statement(item: Proposition) -> Iterator[str]:
    goal, notes = item.statement()
    with noting() as more:
        steps = item.lemmas(goal)
    yield f"{item.title}\n{item.expect}"
    for stated in (goal, *steps):
        yield f"{identity(stated)}\n{stated.conclusion}\n{stated.hypotheses}\n{_domains(stated.variables)}"
    yield from sorted(_game(solution.game) for solution, _ in {**notes, **more})


def _game(game: Game) -> str:
    return f"{said(game)}\n{game.thresholds}\n{_domains(game.parameters)}\n"


def _domains(symbols: Iterable[sp.Symbol]) -> list[str]:
    """The domains of parameters; facts do not say which of them are whole numbers."""
    return [f"{q.name} {q.domain}" for q in symbols if isinstance(q, Parameter)]
