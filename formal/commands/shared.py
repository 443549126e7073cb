"""What commands share: errors in one line, exit codes, and a bar that shows progress."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

FORMATS = ["text", "json", "github", "junit", "sarif"]


def no_traceback(command: Callable[..., int]) -> Callable[..., None]:
    """A user's mistake is one line on standard error and exit code 2; an interrupt or SIGTERM ends with code 130."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from formal.errors import FormalError

        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            code = command(*args, **kwargs)
        except FormalError as error:
            click.echo(f"error: {error}", err=True)
            if kwargs.get("style") == "github":
                from formal.report.formats import root
                from formal.report.github import of_error

                click.echo(of_error(error, root()), nl=False)
            code = 2
        except OSError as error:
            click.echo(f"error: {error.strerror}: {error.filename}", err=True)
            code = 2
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            code = 130
        sys.exit(code)

    return run


def assignments(written: Sequence[str]) -> dict[str, str]:
    """Read options such as `beta=1`: names with what they are given. Raises UsageError for anything else, and a name twice."""
    from formal.errors import UsageError

    found: dict[str, str] = {}
    for text in written:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name or not value:
            raise UsageError(f'cannot read "{text}"; write beta=1/2', place=None)
        if name in found:
            raise UsageError(f'"{name}" is given twice', place=None)
        found[name] = value
    return found


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
