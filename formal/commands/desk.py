"""`formal report` and `formal paper`: what was decided, as a page and as the appendix of a paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formal.commands.shared import no_traceback, progress

if TYPE_CHECKING:
    from formal.check import Record
    from formal.loader import ProofFile

paths_argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
output_option = click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="The folder to write to."
)
replay_option = click.option(
    "--replay", "replaying", is_flag=True, help="Take verdicts from the ledgers, checked by the kernel, not from solvers."
)


@click.command()
@paths_argument
@output_option
@replay_option
@click.option("--title", default="", help="The page's title; the names of the paths by default.")
@no_traceback
def report(paths: tuple[Path, ...], folder: Path, replaying: bool, title: str) -> int:
    """Decide all claims in PATHS and write a page that shows them: index.html, which needs no network.

    Each claim with its statement, hypotheses, verdict and counterexample; each game with its tree, its equilibrium, the steps
    of its derivation, and sliders for its parameters.
    """
    from formal.project import proof_paths
    from formal.report import sources
    from formal.report.html import page

    found = proof_paths(paths)
    known = sources.find(found)

    def make(files: list[ProofFile], records: list[Record], tell: Callable[[str], None]) -> dict[str, str | bytes]:
        return {"index.html": page(files, records, title or ", ".join(p.name for p in found), known, tell)}

    return _written(found, folder, replaying, "report", make)


@click.command()
@paths_argument
@output_option
@replay_option
@click.option("--figures/--no-figures", default=True, help="Draw the cells of equilibria, with matplotlib.")
@no_traceback
def paper(paths: tuple[Path, ...], folder: Path, replaying: bool, figures: bool) -> int:
    r"""Decide all claims in PATHS and write the appendix of a paper: appendix.tex, which an article takes in by \input.

    With it preamble.tex, references.bib, figures, and main.tex, an article of its own that `pdflatex` compiles. Sources that
    docstrings cite as [@key] come from references.bib beside the files or above them.
    """
    from formal.plots.style import matplotlib
    from formal.project import proof_paths
    from formal.report import sources
    from formal.report.paper import paper as written

    found = proof_paths(paths)
    known = sources.find(found)
    if figures:
        matplotlib()  # before the work is done

    def make(files: list[ProofFile], records: list[Record], tell: Callable[[str], None]) -> dict[str, str | bytes]:
        return written(files, records, known, tell, figures=figures)

    return _written(found, folder, replaying, "paper", make)


def _written(
    paths: Sequence[Path],
    folder: Path,
    replaying: bool,
    kind: str,
    make: Callable[[list[ProofFile], list[Record], Callable[[str], None]], dict[str, str | bytes]],
) -> int:
    """Decide, make the files and write them; the exit code is that of the claims."""
    from formal.check import check, exit_code
    from formal.loader import load
    from formal.replay import assured, replay
    from formal.report.folder import claim, write
    from formal.report.text import console

    files = load(paths)
    claim(folder, kind)  # before the work is done
    with progress(console(), sum(len(f.games) + len(f.propositions) for f in files)) as tell:
        records = []
        for record in replay(files, tell) if replaying else assured(files, check(files, tell, audit=kind == "report")):
            records.append(record)
            tell(None)
        made = make(files, records, tell)
    write(folder, made)
    click.echo(f"{', '.join(str(folder / name) for name in made)}")
    return exit_code(records)
