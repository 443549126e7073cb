"""LaTeX for papers: models, equilibria with their derivation, propositions with their proof or counterexample.

Only steps whose claims were proved are displayed; what was not proved is said to be unproved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from formal.bayes_solution import BayesianSolution
from formal.check import Record
from formal.claims import Proposition
from formal.concept import equilibria
from formal.derive.step import Step, steps
from formal.errors import FormalError
from formal.explain import proved
from formal.loader import ProofFile
from formal.model.game import Game
from formal.model.tree import Continuous, Decision
from formal.nash_solution import NashSolution
from formal.report.bayes import bayes_section
from formal.report.names import latex, latex_name, prose
from formal.report.signalling import signalling_section
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution

PREAMBLE = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb,amsthm}
\usepackage[margin=2.5cm]{geometry}
\newtheorem{proposition}{Proposition}
\newtheorem{claim}{Claim}
\newtheorem{counterexample}{Counterexample}
\theoremstyle{definition}
\newtheorem{model}{Model}
\allowdisplaybreaks
"""
LONG = 360


def check_document(files: Sequence[ProofFile], records: Sequence[Record]) -> str:
    """A document with every game and every proposition that was decided."""
    by_id = {(r.file, r.id): r for r in records}
    parts = [PREAMBLE, r"\begin{document}", ""]
    for proof_file in files:
        for game in proof_file.games:
            record = by_id.get((proof_file.path, game.name))
            if record is not None and record.status != "error":
                parts.append(section(game, proved=record.status == "proved"))
    for proof_file in files:
        for item in proof_file.propositions:
            record = by_id.get((proof_file.path, item.id))
            if record is not None and record.status != "error":
                parts.append(proposition_block(item, record))
    return "\n".join([*parts, r"\end{document}", ""])


def section(game: Game, *, proved: bool, explained: bool = False, refine: bool = False) -> str:
    """A game's model and its equilibria, and on demand why; see `game_section` for the environments needed."""
    solution = equilibria(game)
    if isinstance(solution, BayesianSolution):
        return bayes_section(solution, _model(game), sure=proved, refine=refine)
    if isinstance(solution, SignallingSolution):
        return signalling_section(solution, _model(game), sure=proved, refine=refine)
    if isinstance(solution, NashSolution):
        return _nash_section(solution, sure=proved)
    return game_section(solution, sure=proved, explained=explained)


def _nash_section(solution: NashSolution, *, sure: bool) -> str:
    game, lines = solution.game, [_model(solution.game)]
    claim = "are Nash equilibria" if sure else "were proposed as Nash equilibria, but not all proved"
    missing = f" They are {prose(solution.completeness)}." if solution.completeness else ""
    lines += [rf"\begin{{proposition}}[Equilibria of {prose(game.name)}]\label{{prop:{game.name}}}"]
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
        lines.append(rf"\item If {_conditions(equilibrium.profile.conditions)}: {'; '.join(played)}.")
    return "\n".join([*lines, r"\end{enumerate}", r"\end{proposition}", ""])


def game_section(solution: Solution, *, sure: bool, explained: bool = False) -> str:
    """A game's model, its equilibrium by cases and the derivation.

    Needs amsmath, amssymb, amsthm and the theorem environments `model` and `proposition`.
    """
    game, equilibrium = solution.game, solution.equilibrium
    lines = [_model(game)]
    claim = "is a subgame perfect equilibrium" if sure else "was proposed as a subgame perfect equilibrium, but not proved"
    lines += [rf"\begin{{proposition}}[Equilibrium of {prose(game.name)}]\label{{prop:{game.name}}}", f"The following {claim}."]
    lines.append(r"\begin{enumerate}")
    for cell in equilibrium.cells:
        name = rf"\emph{{{prose(cell.name)}}}: " if cell.name else ""
        lines.append(rf"\item {name}If {_conditions(cell.conditions)}: " + _path(cell.path if cell.attained else None))
    lines += [r"\end{enumerate}", r"\end{proposition}"]
    lines += [r"\begin{proof}[Derivation]", "Last movers first; every displayed step was checked."]
    lines += _derivation(solution)
    lines += _explanations(solution) if explained else []
    lines += [r"\end{proof}", ""]
    return "\n".join(lines)


def _model(game: Game) -> str:
    lines = [rf"\begin{{model}}[{prose(game.name)}]", "Players: " + ", ".join(map(prose, game.players)) + "."]
    summary = " ".join(game.doc.split())
    lines += [prose(summary)] if summary else []
    lines += [r"\begin{itemize}"]
    for parameter in game.parameters:
        sign = _domain(str(parameter.domain))
        lines.append(
            rf"\item ${latex_name(parameter)} {sign}$" + (f": {prose(parameter.meaning)}" if parameter.meaning else "")
        )
    lines += [r"\end{itemize}", r"\end{model}"]
    return "\n".join(lines)


def _domain(shown: str) -> str:
    return shown.replace("≥", r"\ge ").replace("≤", r"\le ").replace("in", r"\in ").replace("real", r"\in \mathbb{R}")


def _conditions(conditions: Sequence[sp.Basic]) -> str:
    return ", ".join(f"${latex(c)}$" for c in conditions) or "in all cases"


def _path(path: Sequence[Any] | None) -> str:
    if path is None:
        return "no equilibrium exists, as the best decision is only approached."
    parts = []
    for label, move in path:
        if isinstance(move, str):
            parts.append(rf"\emph{{{prose(move)}}}")
        elif isinstance(move, tuple):
            parts.append("; ".join(rf"after \emph{{{prose(o)}}}: {_path(p)}" for o, p in move))
        else:
            parts.append(f"${latex_name(sp.Symbol(label))} = {latex(move)}$")
    return ", ".join(parts) + "."


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
    formula = latex(step.before) + (f" {link}{latex(step.after)}" if step.after != sp.true else "")
    return [words + subject, r"\[", formula, r"\]", *side, ""]


def _subject(step: Step) -> str:
    moves = [rf"\emph{{{prose(m)}}}" if isinstance(m, str) else f"${latex(m)}$" for m in (step.move, step.instead) if m != ""]
    return (f"{prose(step.player)}: " if step.player else "") + " rather than ".join(moves)


def _explanations(solution: Solution) -> list[str]:
    """Why each case is what it is; steps that were not proved are left out and counted."""
    lines: list[str] = []
    for number, found in solution.reasons().items():
        name = solution.cells[number - 1].name
        lines.append(rf"\paragraph{{Case {number}{', ' + prose(name) if name else ''}.}}")
        lines += [line for step, sure in found if sure for line in _step(step)]
        missing = sum(not sure for _, sure in found)
        lines += [f"{missing} steps were not proved and are left out."] if missing else []
    return lines


def proposition_block(item: Proposition, record: Record) -> str:
    """A proposition with its proof, or a refuted claim with its counterexample."""
    label = item.id.replace("_", "-")
    environment = "proposition" if record.status == "proved" else "claim"
    lines = [rf"\begin{{{environment}}}[{prose(item.id)}]\label{{prop:{label}}}", prose(item.title) + "."]
    formula = _statement(item)
    lines += [r"\[", formula, r"\]"] if formula else []
    lines.append(rf"\end{{{environment}}}")
    if record.status == "proved":
        lines += [r"\begin{proof}", *_proof(item), r"\end{proof}", rf"\emph{{Assurance: {prose(record.assurance)}.}}"]
    elif record.status == "refuted":
        at = ", ".join(f"{latex_name(s)} = {latex(v)}" for s, v in (record.witness or {}).items())
        lines += [rf"\begin{{counterexample}}[to {prose(item.id)}]", f"The claim is false at ${at}$: {prose(record.reason)}."]
        lines += [prose(item.note)] if item.note else []
        lines.append(r"\end{counterexample}")
    else:
        lines.append(rf"\emph{{Not decided: {prose(record.reason)}.}}")
    return "\n".join([*lines, ""])


def _statement(item: Proposition) -> str:
    """The claim as a formula, with equilibrium quantities by name, when that is short enough to be read."""
    try:
        goal, notes = item.statement()
    except FormalError:
        return ""
    names: dict[sp.Expr, sp.Symbol] = {}
    written: list[str] = []
    for solution, node in notes:
        if isinstance(solution, Solution) and node is solution.game.tree:
            for player in solution.game.players:
                names[solution.payoff(player)] = sp.Symbol(f"payoff{len(names)}")
                written.append(rf"U^{{*}}_{{\text{{{prose(player)}, {prose(solution.game.name)}}}}}")
    conclusion = goal.conclusion.xreplace(names)
    if conclusion.has(sp.Piecewise):
        return ""
    formula = latex(conclusion)
    for symbol, words in zip(names.values(), written, strict=True):
        formula = formula.replace(latex(symbol), words)
    given = [latex(h) for h in goal.hypotheses if not h.has(sp.Piecewise)]
    if len(given) < len(goal.hypotheses):
        return ""
    formula = (r",\ ".join(given) + r"\ \Longrightarrow\ " if given else "") + formula
    return formula if len(formula) <= LONG else ""


def _proof(item: Proposition) -> list[str]:
    goal, notes = item.statement()
    lines: list[str] = []
    for lemma in item.lemmas(goal):
        lines.append(rf"First, ${latex(lemma.conclusion)}$." if not lines else rf"Then ${latex(lemma.conclusion)}$.")
    rests = list(dict.fromkeys(solution.game.name for solution, _ in notes))
    used = " and ".join(rf"{prose(name)} (Proposition~\ref{{prop:{name}}})" for name in rests)
    lines.append((f"With the equilibrium of {used}, no" if rests else "No") + " parameter values violate the claim;")
    lines.append("this was decided by quantifier-free real arithmetic over the whole parameter space.")
    return lines
