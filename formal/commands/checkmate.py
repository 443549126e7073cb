"""`formal checkmate`: security properties of games with symbolic payoffs."""

from __future__ import annotations

import click

from formal.commands.shared import no_traceback, progress

PROPERTIES = ("practicality", "weak-immunity", "weaker-immunity", "collusion-resilience", "all")


@click.command()
@click.argument("target", metavar="GAME")
@click.option("--honest", multiple=True, help='For FILE.py:GAME or FILE.efg: an honest history, "action, action, ...".')
@click.option("--property", "asked", type=click.Choice(PROPERTIES), default="all", show_default=True, help="What to decide.")
@click.option("--preconditions", is_flag=True, help="Where a property fails: the weakest condition under which it holds.")
@click.option("--strategies", is_flag=True, help="Where it holds: a strategy that witnesses it.")
@click.option("--counterexamples", is_flag=True, help="Where it fails: all minimal counterexamples, not only one.")
@click.option("--certify/--no-certify", default=None, help="Certify every yes, or none; else those that do not take long.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="How to print the result.")
@no_traceback
def checkmate(target: str, honest: tuple[str, ...], asked: str, style: str, **wanted: bool | None) -> int:
    """Decide the security properties of a game with symbolic payoffs for every honest history.

    GAME is a JSON file in CheckMate's format, a declared game, FILE.py:GAME, or a file of Gambit, FILE.efg. Exit
    codes: 0 all yes, 1 some no, 3 some unknown.
    """
    from formal.trees.command import run

    return run(target, honest, asked, wanted, style, progress)
