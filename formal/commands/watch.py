"""`formal check --watch`: the terminal's side of `formal.watch`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formal.commands.shared import progress

if TYPE_CHECKING:
    from formal.check import Record
    from formal.loader import ProofFile
    from formal.watch import Watch

PAUSE = 1000  # milliseconds after which contents are looked at even if no change is reported


def watch(paths: Sequence[Path], solvers: Sequence[str], *, confirm: bool, audit: bool) -> int:
    """Decide everything, then again what changes, until Ctrl-C.

    Raises UsageError for a path that does not exist, and where watchfiles is not installed.
    """
    from formal.errors import FormalError, UsageError
    from formal.loader import python_files
    from formal.watch import Watch

    if find_spec("watchfiles") is None:
        raise UsageError("files are watched with watchfiles: pip install 'formal-games[watch]'", place=None)
    python_files(paths)
    sys.dont_write_bytecode = True  # whose times are too coarse for files that are saved twice in a second
    state = Watch(paths)
    try:
        for _ in _wakened(state):
            if state.changed():
                try:
                    state.read()
                    _round(state, solvers, confirm, audit)
                except FormalError as error:
                    click.echo(f"error: {error}", err=True)
    except KeyboardInterrupt:
        click.echo("no longer watching", err=True)
    return 0


def _round(state: Watch, solvers: Sequence[str], confirm: bool, audit: bool) -> None:
    """Decide what has to be decided, and print it as it comes, with a summary of everything."""
    from formal.check import check
    from formal.report.text import console, record_lines, shown_path, summary

    out, started, shown = console(), time.perf_counter(), Path()
    records: list[Record] = []
    total = sum(len(file.games) + len(file.propositions) for file in state.files)
    with progress(out, total) as tell:

        def decide(one: ProofFile) -> Record:
            (record,) = check([one], tell, solvers=solvers, confirm=confirm, audit=audit)
            return replace(record, require="")

        for record, again in state.decide(decide):
            records.append(record)
            if again:
                if record.file != shown:
                    out.print(shown_path(record.file), style="bold")
                    shown = record.file
                out.print(record_lines(record))
            tell(None)
    out.print(summary(records, total, time.perf_counter() - started))
    click.echo(f"watching {len(state.contents)} files; ledgers are not compared; Ctrl-C ends it", err=True)


def _wakened(state: Watch) -> Iterator[None]:
    """Once at first, and then whenever something may have changed."""
    import watchfiles

    yield
    while True:
        folders = _folders(state)
        for _ in watchfiles.watch(
            *folders, recursive=False, debounce=200, rust_timeout=PAUSE, yield_on_timeout=True, raise_interrupt=True
        ):
            yield
            if _folders(state) != folders:
                break


def _folders(state: Watch) -> set[Path]:
    return {file.parent for file in state.contents} | {path for path in state.paths if path.is_dir()} or {Path()}
