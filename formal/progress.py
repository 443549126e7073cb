"""Progress of long work in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def progress(out: Console, total: int | None) -> Iterator[Callable[[str | None], None]]:
    """A bar below the output, or on standard error when only that is a terminal.

    Told a text it shows it, told None it advances.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    screen = out if out.is_terminal else Console(stderr=True)
    bar = Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)
    with bar:
        task = bar.add_task("", total=total)

        def tell(words: str | None) -> None:
            if words is None:
                bar.advance(task)
            else:
                bar.update(task, description=words[: screen.width - 44])

        yield tell
