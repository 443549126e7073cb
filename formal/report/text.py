"""The terminal: records as a table, equilibria as cases. Pure functions of what was found."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from formal.check import Record
from formal.decide.verdict import Proved, Unknown, Verdict, solvers
from formal.derive.partition import Equilibrium
from formal.derive.step import Step
from formal.levels import CERTIFIED, REQUIRED, ROCQ
from formal.nash_solution import NashSolution
from formal.query import Effect, Tie
from formal.report.names import text, text_name

if TYPE_CHECKING:
    from formal.condition import When  # which imports Z3
    from formal.validate import Validation

LENGTH = 100
_MARKS = {"proved": ("✓", "green"), "refuted": ("✗", "red"), "unknown": ("?", "yellow"), "error": ("!", "red")}


def console(**options: Any) -> Console:
    """A console that keeps long lines whole when the output is not a terminal."""
    made = Console(highlight=False, **options)
    return made if made.is_terminal else Console(highlight=False, width=140, **options)


def shown_path(path: Path) -> str:
    """A path as the user would type it from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def verdict_words(record: Record) -> Text:
    """The verdict, and whether it is the expected one."""
    words = str(record.status)
    if record.status == "refuted":
        words += ", as expected" if record.as_expected else ""
    elif record.status == "proved" and record.expected == "refuted":
        words += ", but expected to be refuted"
    elif record.status == "proved":
        asked = [name for name in solvers(record.by) if record.by and record.by != ("certificate",)]
        words += f" by {', '.join(asked)}" if asked else ""
        words += f", {record.assurance}" if record.assurance in (ROCQ, CERTIFIED) else ""
        words += f", but not {REQUIRED[record.require]}, as is required" if record.falls_short else ""
    style = "green" if record.as_expected else _MARKS[record.status][1]
    return Text(words, style=style if not (record.status == "proved" and not record.as_expected) else "red")


def point(witness: Mapping[sp.Symbol, sp.Expr]) -> str:
    """σ = 1, χ = 1/2, ..."""
    return ", ".join(f"{text_name(s)} = {text(v)}" for s, v in witness.items())


def finding(record: Record) -> str:
    """The counterexample with the comparison that fails, or the reason of a verdict; empty where there is none."""
    if record.status == "refuted" and record.witness:
        return f"at {point(record.witness)}: {record.reason}"
    return record.reason


def explained(record: Record) -> str:
    """The verdict and what was found, as one text."""
    words = str(verdict_words(record))
    return f"{words}: {found}" if (found := finding(record)) else words


def record_lines(record: Record) -> RenderableType:
    """A claim's line, and under it the counterexample or the reason."""
    mark, colour = _MARKS[record.status]
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=3, min_width=3, justify="right")
    row.add_column(width=15, min_width=15)
    row.add_column(ratio=1, min_width=20)
    row.add_column(width=20, min_width=10)
    row.add_column(justify="right", min_width=8, no_wrap=True)
    shade = "green" if record.as_expected else colour
    row.add_row(Text(mark, style=shade), Text(record.id), Text(record.title), verdict_words(record), f"{record.seconds:.2f} s")
    lines: list[RenderableType] = [row]
    if found := finding(record):
        lines.append(Text(f"      {found}", style="dim" if record.status == "refuted" and record.as_expected else ""))
    for word, hypotheses in (("given", record.audit.needed), ("also without", record.audit.spare)):
        shown = [text(h) for h in hypotheses]
        listed = ", ".join(s if len(s) <= LENGTH else "a long hypothesis" for s in shown)
        lines += [Text(f"      {word}: {listed}", style="dim")] if shown else []
    return Group(*lines)


def summary(records: Sequence[Record], total: int, seconds: float) -> str:
    """One line that adds up: what was proved, refuted, unknown, wrong, and not reached."""
    expected = sum(r.status == "refuted" and r.as_expected for r in records)
    parts = [f"{sum(r.status == 'proved' for r in records)} proved", f"{expected} refuted as expected"]
    failed = sum(r.status == "refuted" and not r.as_expected for r in records)
    surprising = sum(r.status == "proved" and r.expected != "proved" for r in records)
    short = sum(r.falls_short for r in records)
    parts += [f"{failed} refuted"] if failed else []
    parts += [f"{surprising} proved but expected to be refuted"] if surprising else []
    parts += [f"{short} of them less surely than required"] if short else []
    parts.append(f"{sum(r.status == 'unknown' for r in records)} unknown")
    errors = sum(r.status == "error" for r in records)
    parts += [f"{errors} with errors"] if errors else []
    missing = f"; {total - len(records)} not reached" if len(records) < total else ""
    return f"{total} claims: {', '.join(parts)}{missing}.   {seconds:.1f} s"


def validation_lines(found: Validation) -> RenderableType:
    """One line for a game: what was compared, or the first discrepancy."""
    mark, style = ("✗", "red") if found.wrong else ("✓", "green")
    empty = f"; no point was drawn in {found.empty} regions" if found.empty else ""
    said = found.wrong or f"{found.points} points in {found.regions} regions agree{empty}"
    return Text.assemble("  ", (mark, style), f" {found.game}: {said}")


def conditions(items: Iterable[sp.Basic]) -> str:
    return ", ".join(text(c) for c in items) or "always"


def moves(path: Sequence[Any]) -> str:
    """A path of play on one line."""
    parts = []
    for label, move in path:
        if isinstance(move, tuple):
            parts.append(f"{label}: " + "; ".join(f"{o} → {moves(p)}" for o, p in move))
        elif isinstance(move, str):
            parts.append(f"{label}: {move}")
        else:
            parts.append(f"{text(sp.Symbol(label))} = {text(move)}")
    return ", ".join(parts) or "nothing is left to choose"


def nash_lines(solution: NashSolution, proved: str) -> RenderableType:
    """Each equilibrium with its condition, strategies and payoffs."""
    lines = [f"{solution.game.name}: {proved}"]
    for index, found in enumerate(solution.equilibria, start=1):
        lines += ["", f"  {index}. if {conditions(found.profile.conditions)}"]
        for player in solution.game.players:
            strategy = found.profile.strategies[player]
            if isinstance(strategy, Mapping):
                parts = [a if w == 1 else f"{a} with probability {text(w)}" for a, w in strategy.items()]
                strategy = ", ".join(parts)
            else:
                strategy = text(strategy)
            lines.append(f"     {player}: {strategy}")
        lines.append("     payoffs " + ", ".join(f"{q}: {text(u)}" for q, u in found.profile.payoffs.items()))
    return Text("\n".join(lines))


def equilibrium_lines(
    equilibrium: Equilibrium,
    proved: str,
    effects: Sequence[Effect] = (),
    tied: Sequence[Tie] = (),
    reasons: Mapping[int, Sequence[tuple[Step, bool]]] | None = None,
) -> RenderableType:
    """Thresholds, strategies stage by stage with what is as good, the cells with path and payoffs, comparative statics.

    `reasons` are the steps that explain a cell, by its number, and whether each is proved.
    """
    game = equilibrium.game
    lines: list[str] = [f"{game.name}: {proved}", ""]
    named = [f"{text_name(t)} = {text(t.definition)}" for t in equilibrium.thresholds]
    lines += [*named, ""] if named else []
    lines.append("Strategies")
    for node, strategy in equilibrium.strategies.items():
        after = ", ".join(f"{k}: {v}" for k, v in node.moves().items())
        lines.append(f"  {node.head()}" + (f" (after {after})" if after else ""))
        for branch in strategy.branches:
            decision = branch.decision if isinstance(branch.decision, str) else text(branch.decision)
            none = "" if branch.attained else "  [only approached]"
            lines.append(f"    {decision}  if {conditions(branch.conditions)}{none}")
            lines += [f"      as good: {_among(t)}" for t in tied if t.node is node and t.branch is branch]
    lines += ["", "Path of play"] if equilibrium.cells else []
    for index, cell in enumerate(equilibrium.cells, start=1):
        lines.append(f"  {index}. {cell.name + ': ' if cell.name else ''}if {conditions(cell.conditions)}")
        if not cell.attained:
            lines.append("     no equilibrium: what would be chosen is only approached")
            continue
        lines.append(f"     {moves(cell.path)}")
        lines.append("     payoffs " + ", ".join(f"{q}: {text(u)}" for q, u in cell.payoffs.items()))
        lines += [f"       {reason(step, sure)}" for step, sure in (reasons or {}).get(index, ())]
    lines += ["", "Comparative statics, in the interior of each cell"] if effects else []
    lines += [_effect(e) for e in effects if e.sign != "zero"]
    return Text("\n".join(lines))


def when_lines(found: When) -> RenderableType:
    """The cases in which a claim holds, the roots that they mention, and what is proved of them."""
    lines = [f"{found.claim.id}: {found.claim.title}", ""]
    if found.given:
        shown = [text(g) for g in found.given]
        lines += [f"Given {', '.join(s if len(s) <= LENGTH else 'a condition on the equilibrium' for s in shown)}:", ""]
    words = "exactly" if found.exact else "PERHAPS"
    if not found.cases:
        lines.append(f"It holds {'nowhere' if found.exact else 'PERHAPS nowhere'}.")
    elif not all(found.cases):
        lines.append("It holds always." if found.exact else "It holds PERHAPS always.")
    else:
        lines.append(f"It holds {words} where one of these does:" if len(found.cases) > 1 else f"It holds {words} where")
        lines += [f"  {number}. {conditions(case)}" for number, case in enumerate(found.cases, start=1)]
    lines += ["", *(f"{text_name(t)} = {text(t.definition)}" for t in found.thresholds)] if found.thresholds else []
    verdicts = {"sufficient": found.sufficient, "necessary": found.necessary}
    lines += ["", ", ".join(f"{name}: {_verdict(v)}" for name, v in verdicts.items())]
    return Text("\n".join(lines))


def _verdict(verdict: Verdict) -> str:
    if isinstance(verdict, Proved):
        return "proved"
    return f"NOT PROVED ({verdict.reason})" if isinstance(verdict, Unknown) else "NOT PROVED (it fails somewhere)"


def reason(step: Step, sure: bool) -> str:
    """A step on one line: what is done, by which rule, and what decides it."""
    moves = [m if isinstance(m, str) else text(m) for m in (step.move, step.instead) if m != ""]
    what = " rather than ".join(moves)
    link = {"selection": " as ", "threshold": ", solved by "}.get(step.rule, ", so ")
    shown = "" if step.after in (sp.true, step.move) else f"{link}{text(step.after)}"
    side = f", given {conditions(step.conditions)}" if step.conditions else ""
    return f"{step.player}, {what}: {step.rule}, {text(step.before)}{shown}{side}{'' if sure else '  [NOT PROVED]'}"


def _among(tie: Tie) -> str:
    return f"any {text(tie.node.symbol)} with {conditions(tie.among)}"


def _effect(effect: Effect) -> str:
    name = text(sp.Symbol(effect.choice))
    signs = {"positive": "> 0", "negative": "< 0", "not negative": "≥ 0", "not positive": "≤ 0", "varies": "of either sign"}
    return f"  {effect.cell}. ∂{name}/∂{text_name(effect.parameter)} = {text(effect.derivative)}  {signs[effect.sign]}"
