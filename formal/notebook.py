"""Rich display in Jupyter: parameters and equilibria as tables, games as trees, propositions with their verdict.

`formal` registers this where it is imported in a running IPython; nothing is imported before something is shown. Equilibria
and propositions are proved when they are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from formal.errors import FormalError


def register(shell: Any) -> None:
    """Have the shell of IPython show what this package makes."""
    formatter = shell.display_formatter.formatters["text/html"]
    for module, name, show in (
        ("formal.model.parameters", "Parameters", parameters),
        ("formal.model.game", "Game", game),
        ("formal.solution", "Solution", equilibria),
        ("formal.nash_solution", "NashSolution", equilibria),
        ("formal.bayes_solution", "BayesianSolution", equilibria),
        ("formal.signalling_solution", "SignallingSolution", equilibria),
        ("formal.claims", "Proposition", proposition),
    ):
        formatter.for_type_by_name(module, name, _in_one_line(show))


def _in_one_line(show: Callable[[Any], str]) -> Callable[[Any], str]:
    """The display, or the author's mistake in one line."""

    def shown(value: Any) -> str:
        try:
            return show(value)
        except FormalError as error:
            return _rendered("error", message=str(error))

    return shown


def _rendered(macro: str, **values: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from formal.report.names import latex, latex_name

    environment = Environment(
        loader=PackageLoader("formal.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"latex": lambda e: f"${latex(e)}$", "symbol": lambda s: f"${latex_name(s)}$"}
    return environment.get_template("notebook.html").render(macro=macro, **values)


def parameters(declared: Any) -> str:
    """A table of parameters with their domains and meanings."""
    return _rendered("parameters", parameters=list(declared))


def game(shown: Any) -> str:
    """The game's players and its tree."""
    from markupsafe import Markup

    from formal.report.tree import svg

    return _rendered("game", game=shown, tree=Markup(svg(shown)))


def equilibria(solution: Any) -> str:
    """Each case with its condition, what is played and what everybody gets, and whether this is proved."""
    from formal.decide.verdict import Proved
    from formal.report.regions import concept, regions
    from formal.solution import Solution

    assurance = solution.assure() if isinstance(solution, Solution) else solution.sound
    status = (
        f"proved, {assurance.goals} obligations" if isinstance(assurance.verdict, Proved) else f"NOT PROVED: {assurance.failed}"
    )
    thresholds = solution.equilibrium.thresholds if isinstance(solution, Solution) else ()
    return _rendered(
        "equilibria",
        title=f"{solution.game.name}: {concept(solution.game)}",
        status=status,
        regions=regions(solution.game),
        thresholds=thresholds,
        complete=getattr(solution, "completeness", ""),
    )


def proposition(item: Any) -> str:
    """The claim with its verdict, its statement, and a counterexample where it is false."""
    from formal.decide.verdict import Proved, Refuted
    from formal.report.statement import source, statement

    verdict = item.check().verdict
    word = "proved" if isinstance(verdict, Proved) else "refuted" if isinstance(verdict, Refuted) else "unknown"
    said = statement(item)
    return _rendered(
        "proposition",
        item=item,
        word=word
        + {("refuted", "refuted"): ", as expected", ("proved", "refuted"): ", but expected to be refuted"}.get(
            (word, item.expect), ""
        ),
        kind=word,
        said=said,
        source=source(item),
        witness=dict(verdict.witness) if isinstance(verdict, Refuted) else {},
        reason="" if isinstance(verdict, Proved) else getattr(verdict, "detail", "") or getattr(verdict, "reason", ""),
    )
