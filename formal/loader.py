"""Proof files: finding them, importing them, and collecting what they declare."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from formal.claims import DECLARED, Proposition
from formal.errors import ClaimError, FormalError, Place, UsageError, raised_at, suggestion
from formal.model.game import Game
from formal.solution import importing


@dataclass(frozen=True)
class ProofFile:
    """What one file declares, in the order of its lines."""

    path: Path
    games: tuple[Game, ...]
    propositions: tuple[Proposition, ...]


def load(paths: Sequence[Path]) -> list[ProofFile]:
    """Import the proof files among `paths` (folders are searched) and collect their games and propositions.

    Raises UsageError for a path that does not exist or holds no claims, ClaimError for a file that does not import or an
    id that is used twice.
    """
    modules = [(path, _imported(path)) for path in _python_files(paths)]
    found = [f for path, module in modules if (f := _declared(path, module)) and (f.games or f.propositions)]
    for path in paths:
        if not any(f.path == path or path in f.path.parents for f in found):
            raise UsageError(f"no games or propositions in {path}", place=None)
    seen: dict[str, Place] = {}
    for proof_file in found:
        for item in proof_file.propositions:
            if item.id in seen:
                raise ClaimError(f'the id "{item.id}" is used twice, first at {seen[item.id]}', place=item.place)
            seen[item.id] = item.place
    return found


def load_game(target: str) -> Game:
    """The game named by `FILE:GAME`; the name may be left out where the file has one game, as a file of Gambit's does.

    Raises UsageError when there is no such file or game.
    """
    if target.endswith((".efg", ".nfg")):
        from formal.interop.from_gambit import read

        return read(target)
    file, _, name = target.partition(":")
    games = {g.name: g for path in _python_files([Path(file)]) for g in _declared(path, _imported(path)).games}
    if not name and len(games) == 1:
        return next(iter(games.values()))
    if name not in games:
        raise UsageError(f'{file} has no game "{name}"; {suggestion(name, games)}', place=None)
    return games[name]


def load_claim(target: str) -> Proposition:
    """The proposition named by `FILE:ID`. Raises UsageError when there is no such file or claim."""
    file, _, name = target.rpartition(":")
    claims = {c.id: c for path in _python_files([Path(file or name)]) for c in _declared(path, _imported(path)).propositions}
    if not file or name not in claims:
        raise UsageError(f'{file or name} has no claim "{name}"; {suggestion(name, claims)}', place=None)
    return claims[name]


def _python_files(paths: Sequence[Path]) -> list[Path]:
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
    return ProofFile(path, tuple(dict.fromkeys(games)), tuple(dict.fromkeys(claims)))


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
