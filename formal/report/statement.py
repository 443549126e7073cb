"""Claims as formulas for readers: what a claim reads from equilibria stands under its name and not as a case distinction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp
from sympy.logic.boolalg import BooleanFunction

from formal.claims import Proposition
from formal.errors import FormalError
from formal.readings import Reading, listening
from formal.report.names import latex, latex_name, quoted

LONG = 700
SHORT = 28  # a name that can stand in a formula


@dataclass(frozen=True)
class Statement:
    """LaTeX of the hypotheses and the conclusion; `names` says what is read from which game under each name.

    `conclusion` is empty where the formula would be too long to be read.
    """

    hypotheses: tuple[str, ...] = ()
    conclusion: str = ""
    names: tuple[tuple[str, str], ...] = ()

    @property
    def formula(self) -> str:
        """All in one formula; empty where it would be too long."""
        if not self.conclusion:
            return ""
        given = r",\ ".join(self.hypotheses) + r"\ \Longrightarrow\ " if self.hypotheses else ""
        return given + self.conclusion


def statement(item: Proposition) -> Statement:
    """The claim for readers; without a conclusion where it cannot be stated or would be too long."""
    try:
        with listening() as heard:
            goal, _ = item.statement()
    except FormalError:
        return Statement()
    named = {v: r for v, r in heard.items() if v.has(sp.Piecewise) or isinstance(v, BooleanFunction)}
    games = {r.game for r in named.values()}
    symbols = {value: sp.Symbol(f"reading{k}") for k, value in enumerate(named)}
    words = {symbols[v]: name(r, k, with_game=len(games) > 1) for k, (v, r) in enumerate(named.items(), start=1)}
    # the longest first, as one reading may be part of another
    ordered = {v: symbols[v] for v in sorted(symbols, key=sp.count_ops, reverse=True)}
    shown = [_shown(f, ordered, words) for f in (*goal.hypotheses, goal.conclusion)]
    if not all(shown) or len("".join(shown)) > LONG:
        return Statement()
    made = {words[symbols[v]]: meaning(r) for v, r in named.items() if words[symbols[v]] in "".join(shown)}
    prefix = r"\text{for some values: }" if goal.existential else ""
    return Statement(tuple(shown[:-1]), prefix + shown[-1], tuple(made.items()))


def _shown(formula: sp.Basic, symbols: Mapping[sp.Basic, sp.Symbol], words: Mapping[sp.Symbol, str]) -> str:
    """LaTeX of the formula with names put in; empty where a case distinction is left."""
    for value, symbol in symbols.items():
        formula = formula.xreplace({value: symbol})
    return "" if formula.has(sp.Piecewise) or formula == sp.true else latex(formula, words)


def name(reading: Reading, number: int, *, with_game: bool) -> str:
    """What stands for a reading in a formula, in LaTeX; its number among the readings where it has no short name."""
    below = f",{quoted(reading.game)}" if with_game else ""
    first, star = reading.of[0], r"*\prime" if reading.at else "*"
    if reading.kind == "payoff":
        return f"U^{{{star}}}_{{{quoted(first)}{below}}}"
    if reading.kind == "choice":
        symbol = latex_name(sp.Symbol(first)) if first.isidentifier() else quoted(first)
        return rf"{{{symbol}}}^{{{star}}}" + (rf"_{{{below[1:]}}}" if below else "")
    if reading.kind in ("probability", "belief"):
        sign = r"\mu" if reading.kind == "belief" else r"\Pr"
        who, *rest = reading.of
        after = rf"\mid{quoted(', '.join(rest[1:]))}" if rest[1:] else ""
        return f"{sign}^{{{star}}}({quoted(f'{who}: {rest[0]}')}{after})"
    shown = ": ".join(reading.of) if reading.kind == "played" else first
    mark = r"^{\prime}" if reading.at else ""
    if len(shown) > SHORT:
        return f"E_{{{number}}}{mark}"
    return rf"\left[{quoted(shown)}\right]" + mark + (rf"_{{{below[1:]}}}" if below else "")


def meaning(reading: Reading) -> str:
    """What the name stands for, in words."""
    of = reading.of
    words = {
        "payoff": f"what {of[0]} gets in equilibrium",
        "choice": f"what is chosen at {' or '.join(of)} in equilibrium",
        "played": f"that in equilibrium {of[-1]} is played at {of[0]}",
        "where": f"that there is an equilibrium of this kind: {of[0]}",
        "probability": f"how often {' is played at '.join(reversed(of[:2]))}{_seen(of)} in equilibrium",
        "belief": f"how likely {' is thought to be at '.join(reversed(of[:2]))}{_seen(of)} in equilibrium",
    }
    return f"{words[reading.kind]} ({reading.game}{', ' + reading.at if reading.at else ''})"


def _seen(of: tuple[str, ...]) -> str:
    return f" after {', '.join(of[2:])}" if of[2:] else ""
