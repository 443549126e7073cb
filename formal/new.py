"""A new paper's repository, from the templates in `formal/templates/paper`."""

from __future__ import annotations

import keyword
import re
import shutil
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from formal import __version__
from formal.errors import UsageError

TEMPLATES = Path(__file__).parent / "templates" / "paper"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def create(name: str, parent: Path) -> list[Path]:
    """Write the repository `name` into the folder `parent`; returns its files.

    Raises UsageError for a name that cannot be used, or a folder that exists.
    """
    _require_usable(name)
    folder = parent / name
    if folder.exists() or folder.is_symlink():
        raise UsageError(f'"{name}" exists already; choose another name, or remove it', place=None)
    templates = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True)
    folder.mkdir()
    try:
        return [_write(templates, source, folder, name) for source in sorted(templates.list_templates())]
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write(templates: Environment, source: str, folder: Path, name: str) -> Path:
    target = folder / source.removesuffix(".j2").replace("dot_", ".")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(templates.get_template(source).render(name=name, version=__version__), encoding="utf-8")
    return target


def _require_usable(name: str) -> None:
    if not _NAME.fullmatch(name):
        wanted = "a letter, then letters, digits, - and _, 64 at most"
        raise UsageError(f"{name!r} is no name for a repository: {wanted}; it is created in the current folder", place=None)
    taken = {*keyword.kwlist, *keyword.softkwlist, *sys.stdlib_module_names, "formal", "proofs"}
    if name.lower() in {word.lower() for word in taken}:
        raise UsageError(f'"{name}" means something else to Python; choose another name, such as {name}-paper', place=None)
