"""Sweeps: the equilibrium at every point of a grid, written to Parquet chunk by chunk, and taken up again after a stop."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from formal.errors import UsageError
from formal.model.game import Game
from formal.numeric.cells import Partition, Table
from formal.numeric.grid import Axis, Grid, require_inside
from formal.solution import solve

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 1 << 20
ABOUT = "_sweep.json"  # readers of a folder of Parquet files pass over such names

Progress = Callable[[int], None]


def sweep(game: Game, axes: Sequence[Axis], folder: Path, *, chunk: int = CHUNK, progress: Progress = lambda _: None) -> Path:
    """Evaluate the subgame perfect equilibrium on a grid and write it to a folder of Parquet files, one a chunk.

    Each row has the varying parameters, the number of the cell, the choices on its path and the payoffs. Chunks that are
    already there are kept, so that a sweep that was stopped goes on; a folder of another sweep is refused. Raises UsageError
    for a grid outside the assumptions, a folder that cannot be written to, and where pyarrow is not installed.
    """
    parquet = _parquet()
    grid = Grid(game, tuple(axes))
    partition = Partition(game.parameters, solve(game).cells)
    _claim(folder, grid, chunk)
    for number, (start, stop) in enumerate(grid.chunks(chunk)):
        path = folder / f"part-{number:06d}.parquet"
        if not path.exists():
            points = grid.points(start, stop)
            require_inside(game, points)
            table = _table(grid, points, partition.at(points), partition.words)
            _written(path, partial(parquet.write_table, table))
        progress(stop - start)
    return folder


def _parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError("sweeps are written with pyarrow: pip install 'formal-games[sweep]'", place=None) from None
    return pyarrow.parquet


def _claim(folder: Path, grid: Grid, chunk: int) -> None:
    """Write down what the folder holds; raise UsageError where it holds something else or cannot be written to."""
    said = f"{grid.game!r}\n{sorted(map(str, grid.game.assume.values()))}\n{sorted(grid.game.ties.items())}"
    about = {
        "game": grid.game.name,
        "digest": hashlib.sha256(said.encode()).hexdigest()[:20],
        "grid": [str(a) for a in grid.axes],
        "chunk": chunk,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / ABOUT
        if path.exists():
            if json.loads(path.read_text(encoding="utf-8")) != about:
                raise UsageError(f"{folder} holds another sweep; give an empty folder", place=None)
        elif any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty and holds no sweep", place=None)
        else:
            _written(path, lambda target: Path(target).write_text(json.dumps(about, indent=2), encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} cannot be used: {error}", place=None) from None


def _written(path: Path, write: Callable[[str], Any]) -> None:
    """Write a file under another name first: what is there under its own name is whole."""
    unfinished = path.with_name(f".{path.name}")
    try:
        write(str(unfinished))
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
