"""The appendix of a paper: what was declared, derived and decided, as LaTeX that an article takes in by `\\input`.

`appendix.tex` goes into the article's body, `preamble.tex` into its preamble and `references.bib` to BibTeX; `main.tex` is an
article that does this and nothing else. Labels are made of the author's names and ids, so references to them stay valid.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from formal import __version__
from formal.check import Record
from formal.decide.verdict import Proved
from formal.doctor import survey
from formal.errors import FormalError, Place, UsageError
from formal.loader import ProofFile
from formal.report import sources
from formal.report.figure import cells_figure
from formal.report.latex import label, proposition_block, section
from formal.report.names import prose
from formal.report.regions import exclusive
from formal.report.repeated import trigger_section
from formal.report.text import shown_path

Progress = Callable[[str], None]
METHODS = ("formal:sympy", "formal:z3", "formal:stengle")


def paper(
    files: Sequence[ProofFile], records: Sequence[Record], known: dict[str, Any], progress: Progress, *, figures: bool = True
) -> dict[str, str | bytes]:
    """The files of the appendix by name; `known` are the author's sources by key.

    Raises UsageError for a source that is cited and not known, for two things with one label, and with `figures` where
    matplotlib is not installed.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    _require_distinct(files)
    made = {(r.file, r.id): r for r in records}
    drawn = _drawn(files, made, progress) if figures else {}
    modelled = {game.place for file in files for game in file.games}
    body = "\n".join(part for f in files if (part := _part(f, made, drawn, modelled, progress)))
    body, cited = _cited(body)
    sources.require(cited, known)
    entries = {key: known[key] for key in cited} | {k: e for k, e in sources.methods().items() if k in METHODS}
    environment = Environment(
        loader=PackageLoader("formal.report"),
        undefined=StrictUndefined,
        autoescape=False,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        trim_blocks=True,
    )
    said = {"body": body, "note": _note(files, records)}
    return {
        "appendix.tex": environment.get_template("appendix.tex").render(said),
        "preamble.tex": environment.get_template("preamble.tex").render(),
        "main.tex": environment.get_template("main.tex").render(),
        "references.bib": sources.written(entries),
        **{_file(name): content for name, content in drawn.items()},
    }


def _drawn(files: Sequence[ProofFile], made: dict[Any, Record], progress: Progress) -> dict[str, bytes]:
    """The figures of the games whose equilibrium is proved and has cells to show, by the game's name."""
    found: dict[str, bytes] = {}
    for file in files:
        for game in file.games:
            record = made.get((file.path, game.name))
            if record is not None and record.status == "proved" and exclusive(game):
                progress(f"{game.name}: figure")
                figure = cells_figure(game)
                found |= {game.name: figure} if figure is not None else {}
    return found


def _file(name: str) -> str:
    return f"figures/{name}.pdf"


def _figure(name: str) -> str:
    caption = (
        rf"Cells of the equilibrium of {prose(name)} (Proposition~\ref{{prop:{name}}}); the other parameters are as stated."
    )
    lines = [r"\begin{figure}[htbp]\centering", rf"\includegraphics{{{_file(name)}}}", rf"\caption{{{caption}}}"]
    return "\n".join([*lines, rf"\label{{fig:{name}}}", r"\end{figure}"])


def _part(
    proof_file: ProofFile, made: dict[Any, Record], drawn: dict[str, bytes], modelled: set[Place], progress: Progress
) -> str:
    """A section for a file: its introduction, its games, strategies and propositions; empty where it has nothing to show.

    The model of a stage game is given with its first strategy, unless it is one of those `modelled`, by their places.
    """
    blocks = []
    for game in proof_file.games:
        record = made.get((proof_file.path, game.name))
        if record is not None and record.status == "error":
            blocks.append(rf"The equilibrium of {prose(game.name)} is in error: {prose(record.reason)}.")
        elif record is not None:
            progress(game.name)
            try:
                blocks.append(section(game, proved=record.status == "proved", explained=True))
                blocks += [_figure(game.name)] if game.name in drawn else []
            except FormalError as error:
                blocks.append(rf"The equilibrium of {prose(game.name)} was not derived: {prose(error.message)}.")
    for name, trigger in proof_file.strategies:
        progress(str(trigger))
        sure = isinstance(trigger.assure().verdict, Proved)
        blocks.append(trigger_section(trigger, sure=sure, name=name, model=trigger.game.place not in modelled))
        modelled.add(trigger.game.place)
    for item in proof_file.propositions:
        record = made.get((proof_file.path, item.id))
        if record is not None:
            progress(item.id)
            blocks.append(proposition_block(item, record))
    if not blocks:
        return ""
    title, rest = titled(proof_file.doc or proof_file.path.stem)
    if any(game.doc.split() == proof_file.doc.split() for game in proof_file.games):  # the model says it
        rest = ""
    place = re.sub(r"[^\w/]+", "-", shown_path(proof_file.path).removesuffix(".py"))
    head = [rf"\subsection{{{prose(title)}}}\label{{sec:{place}}}", prose(rest)]
    return "\n\n".join([*head, *blocks])


def titled(doc: str) -> tuple[str, str]:
    """The first sentence of a docstring as a title, and the rest in one paragraph."""
    words = " ".join(doc.split())
    first = re.match(r"(.{3,120}?)(?<!\be\.g)[.:](?:\s|$)", words)
    title, rest = (first[1], words[first.end() :]) if first else (words[:120], words[120:])
    return title, rest[:1].upper() + rest[1:]


CITED = re.compile(r"\[@((?:[\w:.+/-]|\\_)+)\]")  # as `prose` writes it


def _cited(text: str) -> tuple[str, list[str]]:
    """The text with references to the sources that it cites, and their keys."""
    keys = dict.fromkeys(key.replace(r"\_", "_") for key in CITED.findall(text))
    return CITED.sub(lambda found: rf"\cite{{{found[1]}}}".replace(r"\_", "_"), text), list(keys)


def _require_distinct(files: Sequence[ProofFile]) -> None:
    """Raise UsageError for two games or propositions whose labels, by which figures are found, too, would be the same."""
    seen: dict[str, str] = {}
    for file in files:
        named = [*((g.name, g.name) for g in file.games), *((name, name) for name, _ in file.strategies)]
        for name, made in [*named, *((p.id, label(p.id)) for p in file.propositions)]:
            here = f'"{name}" in {shown_path(file.path)}'
            if made in seen:
                raise UsageError(f"{seen[made]} and {here} would both be prop:{made}; rename one of them", place=None)
            seen[made] = here


def _note(files: Sequence[ProofFile], records: Sequence[Record]) -> list[str]:
    """What a reader needs to do it again: versions, digests of the files, and how sure each result is."""
    levels: dict[str, int] = {}
    for record in records:
        word = record.assurance or record.status
        levels[word] = levels.get(word, 0) + 1
    parts = [f"{p.name} {p.version}" for p in survey() if p.version and (p.required or p.name in ("Python", "coqc"))]
    lines = [rf"\item Made by formal-games {__version__} with {prose(', '.join(parts))}."]
    lines.append(rf"\item Results: {prose(', '.join(f'{count} {word}' for word, count in sorted(levels.items())))}.")
    for file in files:
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()[:16]
        lines.append(rf"\item \path{{{shown_path(file.path)}}}: SHA-256 begins with \texttt{{{digest}}}.")
    return lines
