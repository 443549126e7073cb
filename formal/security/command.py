"""`formal checkmate`: read, decide, print as answers come. Exit code 0 all yes, 1 some no, 3 some unknown and none no."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from formal.security.answer import Wanted, answers
from formal.security.decide import shown_history
from formal.security.game import PROPERTIES
from formal.security.polynomial import Symbols
from formal.security.reader import read_game
from formal.security.report import MARKS, Answer, answer_data, head, lines

LARGE = 1 << 20


def run(path: Path, property: str, wanted: Mapping[str, bool], style: str, progress: Callable[..., Any]) -> int:
    """Decide, print, and return the exit code. `progress` is the command line's bar; small games do without."""
    properties = PROPERTIES if property == "all" else (property.replace("-", " "),)
    with _bar(path, progress) as tell:
        game = read_game(path, tell)
        found: list[Answer] = []
        data = []
        for answer in answers(game, properties, Wanted(**wanted), tell):
            found.append(answer)
            if style == "text":
                _print(game.symbols, answer, first=len(found) == 1 or found[-2].finding.property != answer.finding.property)
            else:
                data.append(answer_data(game.symbols, answer))
    if style == "json":
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    verdicts = {answer.finding.verdict for answer in found}
    return 1 if "no" in verdicts else 3 if "unknown" in verdicts else 0


def _bar(path: Path, progress: Callable[..., Any]) -> Any:
    if not click.get_text_stream("stderr").isatty() and path.exists() and path.stat().st_size < LARGE:
        return nullcontext(lambda _: None)
    from rich.console import Console

    return progress(Console(stderr=True), None)


def _print(symbols: Symbols, answer: Answer, first: bool) -> None:
    if first:
        click.secho(answer.finding.property, bold=True)
    mark, colour = MARKS[answer.finding.verdict]
    seconds = f"{answer.seconds:.2f} s"
    click.echo(f"  {click.style(mark, fg=colour)} {shown_history(answer.finding.history)}  {head(answer)}   {seconds}")
    for line in lines(symbols, answer):
        click.echo(f"      {line}")
