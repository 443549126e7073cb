"""Proof files: finding them, importing them, and collecting what they declare."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from formal.claims import DECLARED, Proposition
from formal.errors import ClaimError, FormalError, Place, UsageError, is_users, raised_at, suggestion
from formal.model.game import Game
from formal.repeated_game import Trigger
from formal.solution import importing


@dataclass(frozen=True)
class ProofFile:
    """What one file declares, in the order of its lines."""

    path: Path
    games: tuple[Game, ...]
    propositions: tuple[Proposition, ...]
    doc: str = ""  # what the file says of itself
    strategies: tuple[tuple[str, Trigger], ...] = ()  # of repeated games, by their names in the file


def load(paths: Sequence[Path]) -> list[ProofFile]:
    """Import the proof files among `paths` (folders are searched) and collect their games and propositions.

    Raises UsageError for a path that does not exist or holds no claims, ClaimError for a file that does not import or an
    id that is used twice.
    """
    modules = [(path, _imported(path)) for path in python_files(paths)]
    found = [f for path, module in modules if (f := _declared(path, module)) and (f.games or f.propositions)]
    for path in paths:
        if not any(f.path == path or path in f.path.parents for f in found):
            raise UsageError(f"no games or propositions in {path}", place=None)
    _distinct((item.id, item.place) for proof_file in found for item in proof_file.propositions)
    return found


def read(path: Path) -> ProofFile:
    """What one file declares, which may be nothing. Raises ClaimError for a file that does not import or uses a name twice."""
    return _declared(path, _imported(path))


def load_game(target: str) -> Game:
    """The game named by `FILE:GAME`; the name may be left out where the file has one game, as a file of Gambit's does.

    Raises UsageError when there is no such file or game.
    """
    if target.endswith((".efg", ".nfg")):
        from formal.interop.from_gambit import read

        return read(target)
    file, _, name = target.partition(":")
    games = {g.name: g for path in python_files([Path(file)]) for g in _declared(path, _imported(path)).games}
    if not name and len(games) == 1:
        return next(iter(games.values()))
    if name not in games:
        raise UsageError(f'{file} has no game "{name}"; {suggestion(name, games)}', place=None)
    return games[name]


def load_model(target: str) -> Game | Trigger:
    """The game, or the trigger strategy under its name in the file, that `FILE:NAME` says.

    Raises UsageError when there is no such file or name.
    """
    file, _, name = target.partition(":")
    found = _imported(Path(file)) if name and Path(file).is_file() and file.endswith(".py") else None
    strategies = {key: value for key, value in vars(found).items() if isinstance(value, Trigger)} if found else {}
    if name in strategies:
        return strategies[name]
    try:
        return load_game(target)
    except UsageError as error:
        also = f"; its strategies of repeated games are {', '.join(strategies)}" if strategies else ""
        raise UsageError(error.message + also, place=None) from None


def load_claim(target: str) -> Proposition:
    """The proposition named by `FILE:ID`. Raises UsageError when there is no such file or claim."""
    file, _, name = target.rpartition(":")
    claims = {c.id: c for path in python_files([Path(file or name)]) for c in _declared(path, _imported(path)).propositions}
    if not file or name not in claims:
        raise UsageError(f'{file or name} has no claim "{name}"; {suggestion(name, claims)}', place=None)
    return claims[name]


def find(target: str, paths: Callable[[], Sequence[Path]]) -> ProofFile:
    """The proposition or the game named by `FILE:NAME`, or by `NAME` in `paths()`, as what a file of its own would declare.

    Raises UsageError when there is no such file or name, or several of them.
    """
    file, _, name = target.rpartition(":")
    where, found = [Path(file)] if file else paths(), dict[str, ProofFile]()
    for declared in load(where):
        games = {g.name: ProofFile(declared.path, (g,), ()) for g in declared.games}
        for known, one in (games | {c.id: ProofFile(declared.path, (), (c,)) for c in declared.propositions}).items():
            if known == name and name in found:
                shown = f'"{name}" is in {found[name].path} and in {one.path}; write {one.path}:{name} or the other'
                raise UsageError(shown, place=None)
            found[known] = one
    if name not in found:
        shown = ", ".join(map(str, where))
        raise UsageError(f'{shown} has no claim or game "{name}"; {suggestion(name, found)}', place=None)
    return found[name]


def imported() -> list[Path]:
    """The user's own files that are imported, in a fixed order."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return sorted({Path(file).resolve() for file in files if file and is_users(file)})


def python_files(paths: Sequence[Path]) -> list[Path]:
    """The Python files among paths and in folders among them. Raises UsageError for a path that does not exist."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(p for p in path.rglob("*.py") if not p.name.startswith("."))
        elif path.is_file():
            files.append(path)
        else:
            raise UsageError(f'there is no file or folder "{path}"', place=None)
    return list(dict.fromkeys(files))


def _declared(path: Path, module: ModuleType) -> ProofFile:
    here = path.resolve()
    values = [*vars(module).get(DECLARED, ()), *vars(module).values()]
    games = [v for v in values if isinstance(v, Game) and v.place.file.resolve() == here]
    claims = [v for v in values if isinstance(v, Proposition) and v.place.file.resolve() == here]
    strategies = [(k, v) for k, v in vars(module).items() if isinstance(v, Trigger)]
    strategies = [(k, v) for k, v in vars(module).items() if isinstance(v, Trigger)]
    triggers = [(k, v) for k, v in strategies if v.place is not None and v.place.file.resolve() == here]
    doc = inspect.getdoc(module) or ""
    found = ProofFile(path, tuple(dict.fromkeys(games)), tuple(dict.fromkeys(claims)), doc, tuple(triggers))
    named = [*((g.name, g.place) for g in found.games), *((p.id, p.place) for p in found.propositions)]
    _distinct(sorted(named, key=lambda one: one[1].line))  # ledgers and reports tell a file's claims apart by their names
    return found


def _distinct(named: Iterable[tuple[str, Place]]) -> None:
    """Raise ClaimError for an id that two things have."""
    seen: dict[str, Place] = {}
    for name, place in named:
        if name in seen:
            raise ClaimError(f'the id "{name}" is used twice, first at {seen[name]}', place=place)
        seen[name] = place


def _imported(path: Path) -> ModuleType:
    """Import a file under the name that its packages give it, as Python itself would from the folder above them."""
    resolved = path.resolve()
    root, parts = resolved.parent, [resolved.stem] if resolved.stem != "__init__" else []
    while (root / "__init__.py").exists():
        parts.insert(0, root.name)
        root = root.parent
    for folder in (str(root), str(Path.cwd())):  # what is here goes before what is installed
        if folder not in sys.path:
            sys.path.insert(0, folder)
    name = ".".join(parts)
    try:
        with importing():
            module = importlib.import_module(name)
    except FormalError:
        raise
    except SyntaxError as error:
        place = Place(Path(error.filename or resolved), error.lineno or 1)
        raise ClaimError(f"{path} does not import: {error.msg}", place=place) from error
    except (Exception, SystemExit) as error:
        place = raised_at(error.__traceback__) or Place(resolved, 1)
        raise ClaimError(f"{path} does not import: {type(error).__name__}: {error}", place=place) from error
    found = Path(module.__file__ or "").resolve()
    if found != resolved:
        shown = f"{path} is not read: {name} is already imported from {found}; rename one of them, or run in its folder"
        raise ClaimError(shown, place=Place(resolved, 1))
    return module
