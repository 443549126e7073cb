"""Equilibria of signalling games with a continuous signal in the terminal, as data and in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp
from rich.console import RenderableType
from rich.text import Text

from formal.decide.verdict import Proved
from formal.derive.separation import Group
from formal.errors import DerivationError
from formal.report.names import latex, prose, text
from formal.signalling_solution import SignallingEquilibrium, SignallingSolution


def signalling_lines(solution: SignallingSolution, proved: str, *, refine: bool = False) -> RenderableType:
    """Each class with its signals and replies, where it exists and by which signals, and payoffs; on demand the refinement."""
    form, lines = solution.form, [f"{solution.game.name}: {proved}"]
    for number, one in enumerate(solution.equilibria, start=1):
        lines += ["", f"  {number}. {one.kind}, {'if ' + _all(one.found.exists) if one.found.exists else 'always'}"]
        for group in one.found.groups:
            reply = text(group.reply) if isinstance(group.reply, sp.Expr) else group.reply
            lines.append(f"     {_types(solution, group)}: {form.signal} = {text(group.signal)}, answered by {reply}")
        for group in one.found.groups:
            if group.range[0]:
                low, high = (_extreme(side, name) for side, name in zip(group.range, ("max", "min"), strict=True))
                lines.append(f"     {low} ≤ {text(group.signal)} ≤ {high}")
        if not any(g.range[0] for g in one.found.groups) and any(g.signal == form.sent(g.types) for g in one.found.groups):
            lines.append(f"     with signals such that {_all(one.found.conditions)}")
        lines.append(f"     any other signal is answered by {_worst(solution)}")
        lines.append("     payoffs " + ", ".join(f"{q}: {text(u)}" for q, u in one.found.payoffs.items()))
        lines += [f"     {line}" for line in _refined(one)] if refine else []
    return Text("\n".join(lines))


def _all(conditions: Sequence[sp.Basic]) -> str:
    return ", ".join(map(text, conditions))


def _types(solution: SignallingSolution, group: Group) -> str:
    return ", ".join(solution.form.types[t] for t in group.types)


def _extreme(side: Sequence[sp.Expr], name: str) -> str:
    shown = [text(bound) for bound in side]
    return shown[0] if len(shown) == 1 else f"{name}({', '.join(shown)})"


def _worst(solution: SignallingSolution) -> str:
    worst = solution.worst
    reply = text(worst.reply) if isinstance(worst.reply, sp.Expr) else worst.reply
    return f"{reply}, as if from {solution.form.types[worst.believed]}"


def _refined(one: SignallingEquilibrium) -> Iterator[str]:
    try:
        failing = one.solution.criterion(one.number).failing
    except DerivationError as error:
        yield f"the Intuitive Criterion: {error.message}"
        return
    sure = "" if isinstance(one.solution.refinement_assured(one.number).verdict, Proved) else "  [NOT PROVED]"
    if not failing:
        yield f"passes the Intuitive Criterion{sure}"
    for struck, eager, conditions, _ in failing:
        types = one.solution.form.types
        why = f"some other signal pays {types[eager]} if it is known, and never {types[struck]}"
        where = f"exactly if {_all(conditions)}" if conditions else "always"
        yield f"fails the Intuitive Criterion {where}: {why}{sure}"


def signalling_data(solution: SignallingSolution, *, refine: bool = False) -> dict[str, Any]:
    """The classes as JSON-ready data."""
    types = solution.form.types

    def group_data(group: Group) -> dict[str, Any]:
        low, high = ([str(b) for b in side] for side in group.range)
        named = [types[t] for t in group.types]
        return {"types": named, "signal": str(group.signal), "reply": str(group.reply), "above": low, "below": high}

    def class_data(one: SignallingEquilibrium) -> dict[str, Any]:
        made = {
            "kind": one.kind,
            "groups": [group_data(g) for g in one.found.groups],
            "conditions": [str(c) for c in one.found.conditions],
            "exists": [str(c) for c in one.found.exists],
            "payoffs": {q: str(u) for q, u in one.found.payoffs.items()},
        }
        if refine and len(types) == 2:
            made["intuitive"] = [
                {"struck": types[s], "gains": types[e], "fails": [str(c) for c in conditions]}
                for s, e, conditions, _ in solution.criterion(one.number).failing
            ]
        return made

    return {
        "game": solution.game.name,
        "players": list(solution.game.players),
        "complete": solution.completeness,
        "worst": {"belief": types[solution.worst.believed], "reply": str(solution.worst.reply)},
        "classes": [class_data(one) for one in solution.equilibria],
    }


def signalling_section(solution: SignallingSolution, model: str, *, sure: bool, refine: bool = False) -> str:
    """The classes as a proposition; needs the theorem environments `model`, `proposition` and `claim`."""
    game, form = solution.game, solution.form
    kind = "proposition" if sure else "claim"
    claim = "are perfect Bayesian equilibria" if sure else "were proposed as perfect Bayesian equilibria, but not all proved"
    missing = f" They are {prose(solution.completeness)}." if solution.completeness else ""
    lines = [model, rf"\begin{{{kind}}}[Equilibria of {prose(game.name)}]\label{{prop:{game.name}}}"]
    worst = _latex_reply(solution.worst.reply)
    elsewhere = rf"Any other signal is answered by {worst}, as if from \emph{{{prose(form.types[solution.worst.believed])}}}."
    lines += [f"The following {claim}.{missing} {elsewhere}", r"\begin{enumerate}"]
    for one in solution.equilibria:
        exists = ", ".join(f"${latex(c)}$" for c in one.found.exists)
        sent = "; ".join(
            rf"\emph{{{prose(_types(solution, g))}}} sends ${latex(g.signal)}$, answered by {_latex_reply(g.reply)}"
            for g in one.found.groups
        )
        spans = [f"${_latex_range(g)}$" for g in one.found.groups if g.range[0]]
        with_ = f", with {' and '.join(spans)}" if spans else ""
        lines.append(rf"\item \emph{{{one.kind.capitalize()}}}, {'if ' + exists if exists else 'always'}: {sent}{with_}.")
        if refine:
            lines += [f"{prose(line[0].upper() + line[1:])}." for line in _refined(one)]
    return "\n".join([*lines, r"\end{enumerate}", rf"\end{{{kind}}}", ""])


def _latex_reply(reply: Any) -> str:
    return f"${latex(reply)}$" if isinstance(reply, sp.Expr) else rf"\emph{{{prose(reply)}}}"


def _latex_range(group: Group) -> str:
    low, high = group.range
    return rf"{latex(sp.Max(*low))} \le {latex(group.signal)} \le {latex(sp.Min(*high))}"
