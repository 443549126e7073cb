"""`formal checkmate`: read, decide, print as answers come. Exit code 0 all yes, 1 some no, 3 some unknown and none no."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from formal.errors import UsageError
from formal.trees.answer import Wanted, answers
from formal.trees.decide import shown_history
from formal.trees.game import PROPERTIES, SecurityGame
from formal.trees.polynomial import Symbols
from formal.trees.reader import read_game
from formal.trees.report import MARKS, Answer, answer_data, head, lines

LARGE = 1 << 20


def read(target: str, honest: Iterable[str], tell: Callable[[str], None]) -> SecurityGame:
    """The game that is meant: a file in CheckMate's format, FILE.py:GAME, or a file of Gambit. Raises FormalError."""
    histories = [tuple(move.strip() for move in history.split(",")) for history in honest]
    if not re.search(r"\.py:\w+$|\.efg$|\.nfg$", target):
        if histories:
            raise UsageError("a game in CheckMate's format names its honest histories itself; leave --honest out", place=None)
        return read_game(Path(target), tell)
    if not histories:
        raise UsageError('name the honest history: --honest "action, action, ..."', place=None)
    from formal.loader import load_game
    from formal.trees.declared import security_game

    return security_game(load_game(target), histories)


def run(
    target: str, honest: Iterable[str], property: str, wanted: Mapping[str, Any], style: str, progress: Callable[..., Any]
) -> int:
    """Decide, print, and return the exit code. `progress` is the command line's bar; small games do without."""
    properties = PROPERTIES if property == "all" else (property.replace("-", " "),)
    with _bar(Path(target), progress) as tell:
        game = read(target, honest, tell)
        found: list[Answer] = []
        data = []
        for answer in answers(game, properties, Wanted(**wanted), tell):
            found.append(answer)
            if style == "text":
                _print(game.symbols, answer, first=len(found) == 1 or found[-2].finding.asked != answer.finding.asked)
            else:
                data.append(answer_data(game.symbols, answer))
    if style == "json":
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    verdicts = {answer.finding.verdict for answer in found}
    return 1 if "no" in verdicts else 3 if "unknown" in verdicts else 0


@contextmanager
def _bar(path: Path, progress: Callable[..., Any]) -> Iterator[Callable[[str], None]]:
    if not sys.stderr.isatty() and path.exists() and path.stat().st_size < LARGE:
        yield lambda _: None
        return
    from rich.console import Console

    with progress(Console(stderr=True), None) as tell:
        yield tell


def _print(symbols: Symbols, answer: Answer, first: bool) -> None:
    if first:
        click.secho(answer.finding.asked, bold=True)
    mark, colour = MARKS[answer.finding.verdict]
    seconds = f"{answer.seconds:.2f} s"
    click.echo(f"  {click.style(mark, fg=colour)} {shown_history(answer.finding.history)}  {head(answer)}   {seconds}")
    for line in lines(symbols, answer):
        click.echo(f"      {line}")
