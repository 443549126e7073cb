"""LaTeX for papers: models, equilibria with their derivation, propositions with their proof or counterexample.

Only steps whose claims were proved are displayed; what was not proved is said to be unproved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from formal.bayes_solution import BayesianSolution
from formal.check import Record
from formal.claims import Proposition
from formal.concept import equilibria
from formal.derive.step import Step, steps
from formal.explain import proved
from formal.model.game import Game
from formal.model.tree import Continuous, Decision
from formal.nash_solution import NashSolution
from formal.report.bayes import bayes_section
from formal.report.display import display, relation, shown
from formal.report.model import model_section
from formal.report.names import latex, latex_name, plain, prose
from formal.report.signalling import signalling_section
from formal.report.statement import proof_steps, source, statement
from formal.report.text import explained
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution


def section(game: Game, *, proved: bool, explained: bool = False, refine: bool = False) -> str:
    """A game's model and its equilibria, and on demand why; needs what `formal paper` writes to preamble.tex."""
    solution = equilibria(game)
    if isinstance(solution, BayesianSolution):
        return bayes_section(solution, model_section(game), sure=proved, refine=refine)
    if isinstance(solution, SignallingSolution):
        return signalling_section(solution, model_section(game), sure=proved, refine=refine)
    if isinstance(solution, NashSolution):
        return _nash_section(solution, sure=proved)
    return game_section(solution, sure=proved, explained=explained)


def _nash_section(solution: NashSolution, *, sure: bool) -> str:
    game, lines = solution.game, [model_section(solution.game)]
    kind = "proposition" if sure else "claim"
    claim = "are Nash equilibria" if sure else "were proposed as Nash equilibria, but not all proved"
    missing = f" They are {prose(solution.completeness)}." if solution.completeness else ""
    lines += [rf"\begin{{{kind}}}[Equilibria of {prose(game.name)}]\label{{prop:{game.name}}}"]
    lines += [f"The following {claim}.{missing}", r"\begin{enumerate}"]
    for equilibrium in solution.equilibria:
        played = []
        for player in game.players:
            strategy = equilibrium.strategy(player)
            if isinstance(strategy, Mapping):
                parts = [
                    rf"\emph{{{prose(a)}}}" + (f" with probability ${latex(w)}$" if w != 1 else "") for a, w in strategy.items()
                ]
                played.append(f"{prose(player)} plays {' and '.join(parts)}")
            else:
                played.append(f"{prose(player)} chooses ${latex(strategy)}$")
        lines.append(rf"\item {_if(equilibrium.profile.conditions)}: {'; '.join(played)}.")
    return "\n".join([*lines, r"\end{enumerate}", rf"\end{{{kind}}}", ""])


def game_section(solution: Solution, *, sure: bool, explained: bool = False) -> str:
    """A game's model, its equilibrium by cases and the derivation.

    Needs what `formal paper` writes to preamble.tex.
    """
    game, equilibrium = solution.game, solution.equilibrium
    lines = [model_section(game)]
    kind = "proposition" if sure else "claim"
    claim = "is a subgame perfect equilibrium" if sure else "was proposed as a subgame perfect equilibrium, but not proved"
    lines += [rf"\begin{{{kind}}}[Equilibrium of {prose(game.name)}]\label{{prop:{game.name}}}", f"The following {claim}."]
    lines.append(r"\begin{enumerate}")
    for cell in equilibrium.cells:
        name = rf"\emph{{{prose(cell.name)}}}: " if cell.name else ""
        lines.append(rf"\item {name}{_if(cell.conditions)}: " + _path(cell.path if cell.attained else None) + ".")
    lines += [r"\end{enumerate}", rf"\end{{{kind}}}"]
    lines += [r"\begin{proof}[Derivation]", "Last movers first; every displayed step was checked."]
    lines += _derivation(solution)
    lines += _explanations(solution) if explained else []
    lines += [r"\end{proof}", ""]
    return "\n".join(lines)


def _conditions(conditions: Sequence[sp.Basic]) -> str:
    return ", ".join(f"${latex(c)}$" for c in conditions)


def _if(conditions: Sequence[sp.Basic]) -> str:
    return f"If {_conditions(conditions)}" if conditions else "In all cases"


def _path(path: Sequence[Any] | None) -> str:
    if path is None:
        return "no equilibrium exists, as what would be chosen is only approached"
    parts = []
    for label, move in path:
        if isinstance(move, str):
            parts.append(rf"\emph{{{prose(move)}}}")
        elif isinstance(move, tuple):
            parts.append("; ".join(rf"after \emph{{{prose(o)}}}: {_path(p)}" for o, p in move))
        else:
            parts.append(f"${latex_name(sp.Symbol(label))} = {latex(move)}$")
    return ", ".join(parts)


def _derivation(solution: Solution) -> list[str]:
    lines: list[str] = []
    for step in steps(solution.equilibrium):
        missing = f"A step ({prose(step.rule)} of {_subject(step)}) was not proved and is left out."
        lines += _step(step) if proved(step) else [missing]
    for node, strategy in solution.equilibrium.strategies.items():
        if not isinstance(node, Decision | Continuous):
            continue
        after = ", ".join(rf"\emph{{{prose(v)}}}" for v in node.moves().values())
        chosen = rf"{prose(node.player)}'s choice of \emph{{{prose(node.label)}}}"
        lines += [rf"\paragraph{{{chosen}{' after ' + after if after else ''}.}}", r"\begin{itemize}"]
        for branch in strategy.branches:
            decision = (
                rf"\emph{{{prose(branch.decision)}}}" if isinstance(branch.decision, str) else f"${latex(branch.decision)}$"
            )
            reached = "" if branch.attained else " (approached, not attained)"
            condition = f"if {_conditions(branch.conditions)}" if branch.conditions else "in all cases"
            lines.append(rf"\item {decision}{reached} {condition}")
        lines.append(r"\end{itemize}")
    return lines


_RULES = {
    "threshold": ("Of the roots of", r"\quad\text{take}\quad "),
    "comparison": ("Comparing payoffs", r"\iff "),
    "selection": ("Comparing payoffs", r"\quad\text{as}\quad "),
    "first-order condition": ("By the first-order condition", r"\implies "),
    "end of the range": ("At an end of the range", r"\implies "),
    "switch": ("Where the continuation changes", r"\implies "),
    "choice": ("Chosen from the range", r"\ni\quad "),
}


def _step(step: Step) -> list[str]:
    words, link = _RULES[step.rule]
    subject = f" ({_subject(step)})," if step.player else ""
    side = [f"where {_conditions(step.conditions)}."] if step.conditions else []
    after = None if step.after == sp.true else step.after
    return [words + subject, *relation(step.before, link, after, r"\checked"), *side, ""]


def _subject(step: Step) -> str:
    moves = [rf"\emph{{{prose(m)}}}" if isinstance(m, str) else f"${latex(m)}$" for m in (step.move, step.instead) if m != ""]
    return (f"{prose(step.player)}: " if step.player else "") + " rather than ".join(moves)


def _explanations(solution: Solution) -> list[str]:
    """Why each case is what it is; steps that were not proved are left out and counted."""
    lines: list[str] = []
    for number, found in solution.reasons().items():
        if not found:
            continue
        name = solution.cells[number - 1].name
        lines.append(rf"\paragraph{{Case {number}{', ' + prose(name) if name else ''}.}}")
        lines += [line for step, sure in found if sure for line in _step(step)]
        missing = sum(not sure for _, sure in found)
        lines += [f"{missing} steps were not proved and are left out."] if missing else []
    return lines


def label(name: str) -> str:
    """An id as a label of LaTeX: underscores as hyphens, and other signs than letters, digits and .:- by their code point."""
    return re.sub(r"[^A-Za-z0-9.:-]", lambda sign: f"+{ord(sign[0]):x}", name.replace("_", "-"))


def proposition_block(item: Proposition, record: Record) -> str:
    """A proposition with its proof, or a refuted claim with its counterexample."""
    environment = "proposition" if record.status == "proved" else "claim"
    lines = [rf"\begin{{{environment}}}[{{{prose(item.id)}}}]\label{{prop:{label(item.id)}}}", prose(item.title) + "."]
    said = statement(item)
    lines += [f"Given {', '.join(f'${h}$' for h in said.hypotheses)}:"] if said.hypotheses else []
    lines += display(said.conclusion) if said.conclusion else _listing(source(item))
    lines += [f"Here {'; '.join(f'${name}$ is {prose(words)}' for name, words in said.names)}."] if said.names else []
    lines.append(rf"\end{{{environment}}}")
    if record.status == "proved":
        lines += [r"\begin{proof}", *_proof(item, record), r"\end{proof}"]
        lines += [] if record.as_expected else [rf"\emph{{Not as expected: {prose(explained(record))}.}}"]
    elif record.status == "refuted":
        where = f" at {at}" if (at := _point(record)) else ""
        lines += [rf"\begin{{counterexample}}[{{to {prose(item.id)}}}]", f"The claim is false{where}: {prose(record.reason)}."]
        lines += [prose(item.note)] if item.note else []
        lines.append(r"\end{counterexample}")
    else:
        words = "In error" if record.status == "error" else "Not decided"
        lines.append(rf"\emph{{{words}: {prose(record.reason)}.}}")
    return "\n".join([*lines, ""])


def _listing(written: str) -> list[str]:
    """Lines of a program; the title alone would not say what was decided."""
    lines = [rf"\mbox{{}}\hspace*{{{len(line) - len(line.lstrip())}ex}}{plain(line.strip())}" for line in written.splitlines()]
    return [r"\begin{quote}\ttfamily\upshape\small\raggedright", "\\\\\n".join(lines), r"\end{quote}"] if lines else []


def _point(record: Record) -> str:
    return ", ".join(f"${latex_name(s)} = {latex(v)}$" for s, v in (record.witness or {}).items())


def _proof(item: Proposition, record: Record) -> list[str]:
    """The equilibria that it rests on, the steps that are proved, and how sure the end is."""
    goal, notes = item.statement()
    rests = list(dict.fromkeys(solution.game.name for solution, _ in notes))
    used = " and ".join(rf"of {prose(name)} (Proposition~\ref{{prop:{name}}})" for name in rests)
    lines = [f"We use the equilibrium {used}."] if rests else []
    lemmas = proof_steps(item, goal)
    sure = [lemma for lemma, proved_ in lemmas if proved_]
    for number, lemma in enumerate(sure):
        lines.append(f"{'Then' if number else 'First'}, {shown(lemma.conclusion)}~\\checked.")
    if missing := len(lemmas) - len(sure):
        lines.append(f"{missing} of the steps on the way {'was' if missing == 1 else 'were'} not proved, and left out.")
    by = rf"(\emph{{{prose(record.assurance)}}})~\checked."
    if goal.existential:
        return [*lines, f"It holds at {at} {by}" if (at := _point(record)) else f"There are such values {by}"]
    return [*lines, f"No values of the parameters violate the claim, by real arithmetic {by}"]
