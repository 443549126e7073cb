"""Commands that explore a model: validate, sweep, plot. Heavy modules are imported by the commands that need them."""

from __future__ import annotations

import time
from pathlib import Path

import click

from formal.commands.completion import TARGET
from formal.commands.shared import assignments, no_traceback, progress


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--seed", default=1, show_default=True, help="Where the random points come from.")
@no_traceback
def validate(paths: tuple[Path, ...], seed: int) -> int:
    """Compare the closed forms of all games in PATHS with independent computations at random points of every cell."""
    from formal.errors import FormalError
    from formal.loader import load
    from formal.project import proof_paths
    from formal.report.text import console, shown_path, validation_lines
    from formal.validate import validate as compare

    files, out, failed, skipped = load(proof_paths(paths)), console(), 0, 0
    with progress(out, sum(len(f.games) for f in files)) as tell:
        for proof_file in files:
            if proof_file.games:
                out.print(shown_path(proof_file.path), style="bold")
            for game in proof_file.games:
                tell(game.name)
                try:
                    found = compare(game, seed)
                    failed += bool(found.wrong)
                    out.print(validation_lines(found))
                except FormalError as error:
                    skipped += 1
                    out.print(f"  ? {game.name}: not validated: {error.message}", markup=False)
                tell(None)
    return 1 if failed else 3 if skipped else 0


@click.command()
@click.argument("target", metavar="FILE:GAME", type=TARGET)
@click.option(
    "--over", "axes", multiple=True, help="A parameter and its values: alpha0=0:2:200, or phi=1/2. Once for each parameter."
)
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="The folder to write Parquet files to."
)
@click.option("--chunk", default=1 << 20, show_default=True, type=click.IntRange(min=1), help="How many points a file holds.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Evaluate on the Dask cluster with this scheduler, such as tcp://host:8786."
)
@click.option("--numeric", is_flag=True, help="Solve numerically, without a closed form: first decision and payoffs, no cells.")
@no_traceback
def sweep(target: str, axes: tuple[str, ...], folder: Path, chunk: int, scheduler: str | None, numeric: bool) -> int:
    """Evaluate the equilibrium of GAME in FILE on a grid: cell, choices and payoffs; a sweep that was stopped goes on."""
    from formal.loader import load_game
    from formal.numeric.grid import Grid, axis
    from formal.report.text import console
    from formal.sweep import sweep as evaluate

    game, started = load_game(target), time.perf_counter()
    grid = Grid(game, tuple(map(axis, axes)))
    with progress(console(), -(-grid.size // chunk)) as tell:
        evaluate(game, grid.axes, folder, chunk=chunk, progress=lambda _: tell(None), scheduler=scheduler, numeric=numeric)
    click.echo(f"{grid.size:,} points of {game.name} in {folder}   {time.perf_counter() - started:.1f} s")
    return 0


@click.command()
@click.argument("target", metavar="FILE:GAME", type=TARGET)
@click.option("--over", "axes", multiple=True, help="A parameter and its range: alpha0=0:2. Twice for cells, once for curves.")
@click.option("--at", "fixed", multiple=True, help="A parameter that is held fixed: beta=1. Once for each.")
@click.option("--of", "quantity", help="What to draw over one parameter: a choice or a player; all payoffs by default.")
@click.option(
    "-o", "--output", "path", required=True, type=click.Path(path_type=Path), help="The file to write: .pdf, .svg or .png."
)
@no_traceback
def plot(target: str, axes: tuple[str, ...], fixed: tuple[str, ...], quantity: str | None, path: Path) -> int:
    """Draw the equilibrium of GAME in FILE: its cells over two parameters, or what varies with one."""
    from formal.loader import load_game
    from formal.plots import save
    from formal.plots.command import drawn
    from formal.report.text import console
    from formal.solution import solve

    solution = solve(load_game(target))
    with progress(console(), None) as tell:
        solution.progress = tell
        save(drawn(solution, axes, assignments(fixed), quantity), path)
    return 0


@click.command()
@click.argument("target", metavar="FILE:GAME")
@click.option("--at", "fixed", multiple=True, help="A parameter and its value: beta=1/2. Once for each.")
@click.option("-o", "--output", "path", required=True, type=click.Path(path_type=Path), help="The file to write: .efg or .nfg.")
@no_traceback
def export(target: str, fixed: tuple[str, ...], path: Path) -> int:
    """Write GAME in FILE at exact parameter values as a file for Gambit: its tree (.efg) or its strategic form (.nfg)."""
    from formal.errors import UsageError
    from formal.interop.gambit import efg, nfg
    from formal.loader import load_game

    writers = {".efg": efg, ".nfg": nfg}
    if path.suffix not in writers:
        raise UsageError(f"{path} is not a file for Gambit; write {' or '.join(writers)}", place=None)
    path.write_text(writers[path.suffix](load_game(target), assignments(fixed)), encoding="utf-8")
    return 0
