"""`formal explain`."""

from __future__ import annotations

from contextlib import suppress

import click

from formal.commands.completion import TARGET
from formal.commands.shared import no_traceback, progress


@click.command()
@click.argument("target", metavar="[FILE:]ID", type=TARGET)
@click.pass_context
@no_traceback
def explain(context: click.Context, target: str) -> int:
    """Print why a claim holds, or fails: its statement, what it rests on, step by step, its proof or its counterexample.

    ID is looked for in FILE, or in the project's proof files. For a game, its equilibrium is explained case by case.
    """
    from formal.check import check, exit_code
    from formal.errors import FormalError
    from formal.loader import find
    from formal.project import proof_paths
    from formal.replay import assured
    from formal.report.claim import claim_lines, explanation
    from formal.report.text import console

    found, out = find(target, lambda: proof_paths(())), console()
    if found.games:
        derive = context.find_root().command.commands["derive"]  # type: ignore[attr-defined]
        context.invoke(derive, target=f"{found.path}:{found.games[0].name}", explained=True)
    with progress(out, None) as tell:
        (record,) = assured([found], check([found], tell))
        tell("explaining")
        explained = None
        with suppress(FormalError):  # which is the verdict's reason
            explained = explanation(found.propositions[0])
    out.print(claim_lines(found.propositions[0], record, explained))
    return exit_code([record])
