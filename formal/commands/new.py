"""`formal new`."""

from __future__ import annotations

from pathlib import Path

import click

from formal.commands.shared import no_traceback


@click.command()
@click.argument("name")
@no_traceback
def new(name: str) -> int:
    """Create a paper's repository NAME in the current folder: a model, propositions, tests, a workflow and a README."""
    from formal.new import create

    files = create(name, Path())
    click.echo("\n".join(map(str, files)))
    click.echo(f"\nNext: cd {name} && formal check")
    return 0
