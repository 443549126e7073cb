"""One claim in the terminal: as it is written, as it is read, what it rests on with its derivation, its proof."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from formal.bayes_solution import BayesianSolution
from formal.check import Record
from formal.claims import Proposition
from formal.decide.goal import Goal
from formal.derive.partition import Equilibrium
from formal.derive.step import Step, steps, threshold_step
from formal.explain import proved
from formal.model.parameters import Parameter
from formal.model.tree import Decision, Node
from formal.nash_solution import NashSolution
from formal.repeated_game import Trigger
from formal.report.bayes import bayes_lines
from formal.report.names import text
from formal.report.signalling import signalling_lines
from formal.report.statement import proof_steps
from formal.report.text import conditions, finding, nash_lines, reason, shown_path, verdict_words
from formal.signalling_solution import SignallingSolution
from formal.solution import Rested, Solution

LONGEST = 600  # characters of a formula that anybody reads


@dataclass(frozen=True)
class Rest:
    """What a claim reads of a game: the solution, the subgame, and the steps of its derivation with whether each is proved."""

    solution: Rested
    node: Node
    steps: Sequence[tuple[Step, bool]]


@dataclass(frozen=True)
class Explanation:
    """A claim as a goal, what it rests on, and the steps of its proof with whether each is proved."""

    goal: Goal
    rests: Sequence[Rest]
    steps: Sequence[tuple[Goal, bool]]


def explanation(item: Proposition) -> Explanation:
    """What the proof of a claim is made of. Raises FormalError for a claim that cannot be stated."""
    goal, notes = item.statement()
    lemmas = proof_steps(item, goal)
    rests = [Rest(s, n, [(step, proved(step)) for step in _derivation(s, n)]) for s, n in _widest(notes)]
    return Explanation(goal, rests, lemmas)


def _widest(notes: dict[tuple[Rested, Node], None]) -> list[tuple[Rested, Node]]:
    """What is read, without subgames of what else is read."""
    return [(s, n) for s, n in notes if not any(s is o and n is not m and n in list(m.walk()) for o, m in notes)]


def _derivation(solution: Rested, node: Node) -> Iterator[Step]:
    """The steps that lead to what is proposed in the subgame, last movers first."""
    if not isinstance(solution, Solution):
        return
    if node is solution.game.tree:
        yield from steps(solution.equilibrium)
    else:
        for threshold in solution.subgame(node).thresholds:
            yield threshold_step(threshold, tuple(solution.game.assume.values()))


def claim_lines(item: Proposition, record: Record, explained: Explanation | None) -> RenderableType:
    """The whole explanation; of a claim that cannot be stated, why."""
    lines: list[RenderableType] = [
        Text(f"{item.id}: {item.title}", style="bold"),
        Text(f"{shown_path(item.place.file)}:{item.place.line}"),
    ]
    lines += _section("As written", _source(item))
    if item.note:
        lines += _section("Note", Text(item.note))
    if explained is not None:
        goal = explained.goal
        domains = [f"{text(q)} {q.domain}" for q in goal.variables if isinstance(q, Parameter)]
        lines += _section("Parameters", *map(Text, domains)) if domains else []
        if goal.hypotheses:
            lines += _section("Given", *(Text(_formula(h)) for h in goal.hypotheses))
        words = "Then" if goal.hypotheses else "Always"
        lines += _section("For some parameters" if goal.existential else words, Text(_formula(goal.conclusion)))
        lines += _section("Where", *(Text(f"{text(t)} = {text(t.definition)}") for t in goal.named)) if goal.named else []
        for what, rest in {_what(rest): rest for rest in explained.rests}.items():
            lines += _section(f"It rests on {what}", *map(Text, _rest(rest)))
        if explained.steps:
            lines += _section("Steps of the proof", *(_lemma(n, *step) for n, step in enumerate(explained.steps, start=1)))
    said = [verdict_words(record), *([Text(f)] if (f := finding(record)) else [])]
    for word, hypotheses in (("needed", record.audit.needed), ("not needed", record.audit.spare)):
        said += [Text(f"{word}: {', '.join(map(_formula, hypotheses))}")] if hypotheses else []
    return Group(*lines, *_section("Verdict", *said))


def _section(title: str, *parts: RenderableType) -> list[RenderableType]:
    return [Text(f"\n{title}", style="bold"), *(Padding(part, (0, 0, 0, 2), expand=False) for part in parts)]


def _source(item: Proposition) -> RenderableType:
    try:
        source = textwrap.dedent(inspect.getsource(item.state)).rstrip()
    except OSError:
        return Text("its source is not to be had")
    highlighted = Syntax("", "python", background_color="default").highlight(source)
    highlighted.rstrip()
    return highlighted


def _formula(formula: sp.Basic) -> str:
    shown = text(formula)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}... ({len(shown):,} characters)"


def _lemma(number: int, goal: Goal, sure: bool) -> Text:
    return Text(f"{number}. {_formula(goal.conclusion)}  {'proved' if sure else 'NOT PROVED'}")


def _what(rest: Rest) -> str:
    game = rest.solution.game
    part = "" if rest.node is game.tree else f", in the subgame after {_after(rest.node) or 'the start'}"
    return f"{rest.solution}{part} ({shown_path(game.place.file)}:{game.place.line})"


def _after(node: Node) -> str:
    return ", ".join(f"{k}: {v}" for k, v in node.moves().items())


def _rest(rest: Rest) -> Iterator[str]:
    """The derivation, and the strategies to which it leads."""
    yield from (reason(step, sure).removeprefix(", ") for step, sure in rest.steps)
    if isinstance(rest.solution, Solution):
        yield from _strategies(rest.solution.subgame(rest.node))
    else:
        yield from _equilibria(rest.solution)


def _equilibria(rested: Rested) -> Iterator[str]:
    """The equilibria of a game with information sets, or the class of them that is read."""
    solution = getattr(rested, "solution", rested)
    if isinstance(solution, NashSolution):
        shown = nash_lines(solution, "")
    elif isinstance(solution, BayesianSolution):
        shown = bayes_lines(solution, "")
    elif isinstance(solution, SignallingSolution):
        shown = signalling_lines(solution, "")
    else:
        yield from [f"an equilibrium exactly where {text(rested.where)}"] if isinstance(rested, Trigger) else []
        return
    listed = str(shown).split("\n\n")[1:]
    number = getattr(rested, "number", None)
    for block in listed if number is None else listed[number : number + 1]:
        yield from (line.removeprefix("  ") for line in block.splitlines())


def _strategies(equilibrium: Equilibrium) -> Iterator[str]:
    for node, strategy in equilibrium.strategies.items():
        after = _after(node)
        yield f"{node.head()}{f' (after {after})' if after else ''}"
        for branch in strategy.branches:
            decision = branch.decision if isinstance(node, Decision) else text(branch.decision)
            where = f"if {conditions(branch.conditions)}" if branch.conditions else "always"
            yield f"  {decision}  {where}{'' if branch.attained else '  [only approached]'}"
