"""`formal completion`: the shell code that click makes, and what a name of a claim can be completed to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from formal.commands.shared import no_traceback

if TYPE_CHECKING:
    _Type = click.ParamType[str]
else:
    _Type = click.ParamType  # which older versions do not subscript


class Target(_Type):
    """FILE:NAME, or where a command takes it a NAME alone; completed from the text of files, without importing them."""

    name = "target"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        file, colon, name = incomplete.rpartition(":")
        if colon:
            return [CompletionItem(f"{file}:{n}", help=h) for n, h in _declared(Path(file)) if n.startswith(name)]
        from formal.errors import FormalError
        from formal.project import proof_paths

        try:
            files = [f for path in proof_paths(()) for f in ([path] if path.is_file() else sorted(path.rglob("*.py")))]
        except FormalError:
            files = []
        found = [CompletionItem(n, help=h) for file in files for n, h in _declared(file) if n.startswith(incomplete)]
        return [CompletionItem(incomplete, type="file"), *found]  # Bash forgets what comes before files


TARGET = Target()


def _declared(file: Path) -> Iterator[tuple[str, str]]:
    """The ids and titles of propositions, and the names of games, that a file's text declares."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for made in function.decorator_list:
            called = made.func if isinstance(made, ast.Call) else None
            kind = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            texts = [a.value for a in made.args if isinstance(a, ast.Constant)] if isinstance(made, ast.Call) else []
            if kind == "proposition" and texts:
                yield str(texts[0]), " ".join(map(str, texts[1:2]))
            elif kind == "game":
                yield function.name, "a game"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@no_traceback
def completion(shell: str) -> int:
    """Print what completes commands, options, files and claims in a shell.

    \b
    bash: eval "$(formal completion bash)"        in ~/.bashrc
    zsh:  eval "$(formal completion zsh)"         in ~/.zshrc, after compinit
    fish: formal completion fish | source         in ~/.config/fish/config.fish
    """
    made = get_completion_class(shell)
    root = click.get_current_context().find_root().command
    assert made is not None
    click.echo(made(root, {}, "formal", "_FORMAL_COMPLETE").source())
    return 0
