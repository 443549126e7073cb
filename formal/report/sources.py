"""Sources: an author's BibTeX file, and the keys that texts cite as [@key]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from formal.errors import UsageError, suggestion

FILE = "references.bib"
METHODS = "methods.bib"  # of this package: what its derivations and proofs are made with
CITED = re.compile(r"\[@([\w:.+/-]+)\]")


def find(paths: Sequence[Path]) -> dict[str, Any]:
    """The entries of all `references.bib` in the folders of the paths and above them, up to the current one, by key."""
    folders: dict[Path, None] = {}
    for path in (p.resolve() for p in paths):
        for folder in (path if path.is_dir() else path.parent, *path.parents):
            folders.setdefault(folder)
            if folder == Path.cwd() or (folder / "pyproject.toml").exists():
                break
    found: dict[str, Any] = {}
    for file in (f / FILE for f in folders):
        if file.is_file():
            found |= _read(file.read_text(encoding="utf-8"), str(file))
    return found


def methods() -> dict[str, Any]:
    """The sources of the methods."""
    text = (resources.files("formal.report") / "templates" / METHODS).read_text(encoding="utf-8")
    return _read(text, METHODS)


def _read(text: str, name: str) -> dict[str, Any]:
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        return dict(parse_string(text, "bibtex").entries)
    except PybtexError as error:
        raise UsageError(f"{name} cannot be read: {error}", place=None) from None


def keys(*texts: str) -> list[str]:
    """What the texts cite, each once."""
    return list(dict.fromkeys(key for text in texts for key in CITED.findall(text)))


def require(wanted: Iterable[str], known: dict[str, Any]) -> None:
    """Raise UsageError for a key without an entry."""
    for key in wanted:
        if key not in known:
            raise UsageError(f"no {FILE} has the source [@{key}]; {suggestion(key, known)}", place=None)


def written(entries: dict[str, Any]) -> str:
    """The entries as BibTeX."""
    from pybtex.database import BibliographyData

    return str(BibliographyData(entries=entries).to_string("bibtex"))


def as_html(entries: dict[str, Any]) -> list[tuple[str, str]]:
    """Each key with its entry as HTML, in the style that BibTeX calls plain; only addresses of the web are links."""
    from pybtex.backends.html import Backend
    from pybtex.style.formatting.plain import Style

    class Inert(Backend):  # type: ignore[misc]
        """Pybtex's own does not escape addresses."""

        def format_href(self, url: str, text: str, *_: Any) -> str:
            return f'<a href="{escape(url)}">{text}</a>' if text and re.match(r"https?://", url) else text

    made = {entry.key: entry.text.render(Inert("utf-8")) for entry in Style().format_entries(entries.values())}
    return [(key, str(made[key])) for key in entries]
