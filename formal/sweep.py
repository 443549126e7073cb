"""Sweeps: the equilibrium at every point of a grid, written to Parquet chunk by chunk, and taken up again after a stop."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from formal.decide.evaluate import inside
from formal.derive.partition import Cell
from formal.errors import UsageError
from formal.model.game import Game
from formal.model.packing import packed, unpacked
from formal.model.parameters import Parameter
from formal.model.rewriting import rewritten
from formal.model.threshold import expand, thresholds
from formal.model.tree import Continuous, Decision
from formal.numeric.cells import NOWHERE, Partition, Table
from formal.numeric.draws import Points
from formal.numeric.grid import Axis, Grid, require_axes_inside, require_inside
from formal.numeric.solver import require_numbers, solve_numeric
from formal.solution import solve

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 1 << 20
ABOUT = "_sweep.json"  # readers of a folder of Parquet files pass over such names

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Work:
    """What has to be known to evaluate a chunk; it can be sent to another machine, where the game's own file is not needed."""

    name: str
    parameters: tuple[Parameter, ...]
    assumed: Mapping[str, sp.Basic]
    cells: tuple[Cell, ...]
    axes: tuple[Axis, ...]

    def assumptions(self) -> dict[str, sp.Basic]:
        """Everything assumed of the parameters, by name."""
        return dict(self.assumed)

    def packed(self) -> bytes:
        """As bytes, with thresholds written out."""
        cells = [(tuple(map(packed, map(_expanded, c.conditions))), c.path, c.payoffs, c.attained, c.name) for c in self.cells]
        assumed = {name: packed(_expanded(relation)) for name, relation in self.assumed.items()}
        return pickle.dumps((self.name, self.parameters, assumed, cells, self.axes))


def _expanded(condition: sp.Basic) -> sp.Basic:
    return rewritten(condition, {t: expand(t) for t in thresholds(condition)})


@lru_cache(maxsize=4)
def _compiled(work: bytes) -> tuple[Grid, Partition]:
    name, parameters, assumed, parts, axes = pickle.loads(work)
    cells = tuple(Cell(tuple(map(unpacked, conditions)), *rest) for conditions, *rest in parts)
    made = Work(name, parameters, {k: unpacked(relation) for k, relation in assumed.items()}, cells, axes)
    return Grid(made, axes), Partition(parameters, cells)


def sweep(
    game: Game,
    axes: Sequence[Axis],
    folder: Path,
    *,
    chunk: int = CHUNK,
    progress: Progress = lambda _: None,
    scheduler: str | None = None,
    numeric: bool = False,
) -> Path:
    """Evaluate the subgame perfect equilibrium on a grid and write it to a folder of Parquet files, one a chunk.

    Each row has the varying parameters, the number of the cell, the choices on its path and the payoffs. Chunks that are
    already there are kept, so that a sweep that was stopped goes on; a folder of another sweep is refused. With the address of
    a Dask scheduler the chunks are evaluated on its workers, and written here; the files are the same. `numeric` is without the
    closed form, by backward induction on numbers: the first decision and the payoffs, without cells. Raises UsageError for a
    grid outside the assumptions, a folder that cannot be written to, payoffs that are not numbers, a cluster that is gone, and
    where pyarrow is not installed.
    """
    _parquet()
    grid = Grid(game, tuple(axes))
    require_axes_inside(game, grid.axes)
    if numeric and scheduler is not None:
        raise UsageError("numeric sweeps are made here, not on a cluster", place=None)
    cells = () if numeric else solve(game).cells
    work = Work(game.name, game.parameters, game.assumptions(), cells, grid.axes).packed()
    _claim(folder, game, grid, {"chunk": chunk} | ({"numeric": True} if numeric else {}))
    missing: dict[Path, tuple[bytes, int, int]] = {}
    for number, (start, stop) in enumerate(grid.chunks(chunk)):
        path = folder / f"part-{number:06d}.parquet"
        if path.exists():
            progress(stop - start)
        else:
            missing[path] = (work, start, stop)
    solved = ((path, numerically(game, grid, *ends)) for path, (_, *ends) in missing.items())
    for path, content in solved if numeric else _evaluated(missing, scheduler, folder):
        _written(path, content)
        progress(missing[path][2] - missing[path][1])
    return folder


def _evaluated(
    missing: Mapping[Path, tuple[bytes, int, int]], scheduler: str | None, folder: Path
) -> Iterator[tuple[Path, bytes]]:
    """The content of each file, here or on a cluster."""
    if scheduler is None:
        yield from ((path, evaluated(*arguments)) for path, arguments in missing.items())
        return
    from formal.cluster import gathered

    def left(count: int) -> str:
        return f"; {count} of {len(missing)} chunks are left, the others are kept in {folder}: give the same command to go on"

    yield from gathered(scheduler, evaluated, missing, left)


def evaluated(work: bytes, start: int, stop: int) -> bytes:
    """The Parquet file of the points with numbers from `start` to `stop`."""
    grid, partition = _compiled(work)
    points = grid.points(start, stop)
    require_inside(grid.game, points)
    found = partition.at(points)
    for k in np.flatnonzero(found["cell"] == NOWHERE):  # rounding on a boundary
        partition.put(found, points, np.array([k]), _exactly(partition, points, int(k)))
    attained = np.array([False, *(cell.attained for cell in partition.cells)])[found["cell"]]
    for player in partition.players:
        wrong = attained & ~np.isfinite(found[f"payoff {player}"])
        require_numbers(wrong, points, f"the payoff of {player} in {grid.game.name} is not a number")
    return _file(grid, points, found, partition.words)


def numerically(game: Game, grid: Grid, start: int, stop: int) -> bytes:
    """The same by numeric backward induction: the first mover's decision, and the payoffs."""
    points, root = grid.points(start, stop), game.tree
    require_inside(game, points)
    found = solve_numeric(game, points)
    table: Table = {}
    if isinstance(root, Decision | Continuous) and found.decision is not None:
        table[root.label] = np.broadcast_to(np.asarray(found.decision, dtype=float), (stop - start,))
    table |= {f"payoff {q}": u for q, u in found.payoffs.items()}
    return _file(grid, points, table, {root.label: list(root.actions)} if isinstance(root, Decision) else {})


def _file(grid: Grid, points: Points, found: Table, words: dict[str, list[str]]) -> bytes:
    target = io.BytesIO()
    _parquet().write_table(_table(grid, points, found, words), target)
    return target.getvalue()


def _exactly(partition: Partition, points: Points, k: int) -> int:
    """The number of the cell at point k, in exact arithmetic. Raises UsageError where there is none."""
    point = {q: sp.Rational(float(column[k])) for q, column in points.items()}
    for number, cell in enumerate(partition.cells, start=1):
        if inside(cell.conditions, point):
            return number
    require_numbers(np.arange(len(next(iter(points.values())))) == k, points, "no cell holds")
    raise AssertionError


def _parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError("sweeps are written with pyarrow: pip install 'formal-games[sweep]'", place=None) from None
    return pyarrow.parquet


def _claim(folder: Path, game: Game, grid: Grid, how: Mapping[str, Any]) -> None:
    """Write down what the folder holds; raise UsageError where it holds something else or cannot be written to."""
    said = f"{game!r}\n{sorted(map(str, game.assume.values()))}\n{sorted(game.ties.items())}\n{list(game.cells.items())}"
    digest = hashlib.sha256(said.encode()).hexdigest()[:20]
    about = {"game": game.name, "digest": digest, "grid": [str(a) for a in grid.axes], **how}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / ABOUT
        if path.exists():
            if json.loads(path.read_text(encoding="utf-8")) != about:
                raise UsageError(f"{folder} holds another sweep; give an empty folder", place=None)
        elif any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty and holds no sweep", place=None)
        else:
            _written(path, json.dumps(about, indent=2).encode())
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} cannot be used: {error}", place=None) from None


def _written(path: Path, content: bytes) -> None:
    """Write a file under another name first: what is there under its own name is whole."""
    unfinished = path.with_name(f".{path.name}")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}", place=None) from None


def _table(grid: Grid, points: Any, found: Table, words: dict[str, list[str]]) -> pa.Table:
    """Columns for Parquet: numbers, and actions as words."""
    import pyarrow as pa

    known = {q.name: q for q in grid.game.parameters}
    columns: dict[str, Any] = {a.name: points[known[a.name]] for a in grid.axes if a.count > 1}
    for name, values in found.items():
        if words.get(name):
            missing = np.isnan(values)
            places = pa.array(np.where(missing, 0, values).astype(np.int8), mask=missing)
            columns[name] = pa.DictionaryArray.from_arrays(places, words[name])
        else:
            columns[name] = values
    fixed = {a.name: f"{a.low!r}" for a in grid.axes if a.count == 1}
    return pa.table(columns).replace_schema_metadata({"game": grid.game.name, **fixed})
