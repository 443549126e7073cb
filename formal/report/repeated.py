"""Trigger strategies in a repeated game: on a terminal, as data, and in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from rich.text import Text

from formal.errors import ClaimError
from formal.repeated_game import Trigger
from formal.report.model import model_section
from formal.report.names import latex, prose, text


def bound(trigger: Trigger) -> sp.Expr | None:
    """The discount factor from which on the strategy is an equilibrium, where there is a proved closed form of that kind."""
    try:
        return trigger.threshold()
    except ClaimError:
        return None


def conditions(trigger: Trigger) -> list[sp.Basic]:
    """What has to hold for the strategy to be an equilibrium."""
    return list(sp.And.make_args(trigger.where)) if trigger.where != sp.true else []


def _states(trigger: Trigger) -> Iterator[tuple[str, str, str, str]]:
    """Each state, what is played in it, and where play goes on when all conform and when somebody deviates."""
    automaton = trigger.automaton
    for state, profile in automaton.profiles.items():
        played = ", ".join(f"{player} {action}" for player, action in zip(trigger.game.players, profile, strict=True))
        yield state, played, automaton.next[state], automaton.after[state]


def trigger_lines(trigger: Trigger, proved: str) -> Text:
    """The strategy state by state, when it is an equilibrium, and what it is worth."""
    lines = [f"{trigger}: {proved}", ""]
    for state, played, conform, deviate in _states(trigger):
        lines.append(f"  {state}: {played}; then {conform}, after a deviation {deviate}")
    if trigger.where == sp.false:
        lines += ["", "  an equilibrium nowhere"]
    else:
        lines += ["", f"  an equilibrium exactly if {', '.join(map(text, conditions(trigger))) or 'always'}"]
        least = bound(trigger)
        lines += [] if least is None else [f"  that is, if {text(sp.Ge(trigger.repeated.discount, least, evaluate=False))}"]
    values = ", ".join(f"{player}: {text(trigger.value(player))}" for player in trigger.game.players)
    return Text("\n".join([*lines, f"  average payoffs {values}"]))


def trigger_data(trigger: Trigger) -> dict[str, Any]:
    """The strategy as JSON-ready data."""
    least = bound(trigger)
    return {
        "game": trigger.game.name,
        "strategy": trigger.name,
        "players": list(trigger.game.players),
        "states": [
            {"state": state, "profile": list(trigger.automaton.profiles[state]), "next": conform, "after a deviation": deviate}
            for state, _, conform, deviate in _states(trigger)
        ],
        "conditions": [str(c) for c in conditions(trigger)],
        "threshold": None if least is None else str(least),
        "values": {s: {q: str(trigger.value(q, s)) for q in trigger.game.players} for s in trigger.automaton.profiles},
    }


def trigger_section(trigger: Trigger, *, sure: bool, name: str = "", model: bool = True) -> str:
    """The stage game, if its model is wanted, and when the strategy is an equilibrium, for a paper; labelled by the name."""
    kind = "proposition" if sure else "claim"
    where, least = conditions(trigger), bound(trigger)
    for_ever = f"{prose(trigger.game.name)}, played for ever with the discount factor ${latex(trigger.repeated.discount)}$,"
    claim = f"{prose(trigger.name.capitalize())} is a subgame perfect equilibrium of {for_ever}"
    shown = ", ".join(f"${latex(c)}$" for c in where)
    when = "at no parameters" if trigger.where == sp.false else f"exactly if {shown}" if where else "at all parameters"
    if least is not None and where:
        when += f"; that is, if ${latex(sp.Ge(trigger.repeated.discount, least, evaluate=False))}$"
    unsure = "" if sure else " This was proposed, but not proved."
    lines = [model_section(trigger.game)] if model else []
    label = rf"\label{{prop:{name}}}" if name else ""
    lines += [rf"\begin{{{kind}}}[{prose(trigger.name.capitalize())} in {prose(trigger.game.name)}]{label}"]
    lines += [f"{claim} {when}.{unsure}", r"\begin{itemize}"]
    for state, profile, conform, deviate in _states(trigger):
        after = f"then {prose(conform)}, after a deviation {prose(deviate)}"
        lines.append(rf"\item \emph{{{prose(state)}}}: {prose(profile)}; {after}.")
    values = ", ".join(f"{prose(player)} ${latex(trigger.value(player))}$" for player in trigger.game.players)
    return "\n".join([*lines, r"\end{itemize}", f"On the path, average payoffs are {values}.", rf"\end{{{kind}}}", ""])
