"""Claims as formulas for readers: what a claim reads from equilibria stands under its name and not as a case distinction."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.logic.boolalg import BooleanFunction

from formal.claims import Proposition
from formal.decide.goal import Goal
from formal.decide.judge import afresh, decide
from formal.decide.verdict import Proved
from formal.errors import FormalError
from formal.model.parameters import Parameter
from formal.model.quantifier import Quantifier
from formal.readings import Reading, listening
from formal.report.model import domain
from formal.report.names import latex, latex_name, quoted

LONG = 700
SHORT = 28  # a name that can stand in a formula


@dataclass(frozen=True)
class Statement:
    """LaTeX of the hypotheses and the conclusion; `names` says what is read from which game under each name.

    The hypotheses begin with the domains of parameters that no game which the claim reads has told the reader. `conclusion` is
    empty where the formula would be too long to be read, or where two things in it would look the same.
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
    """The claim for readers; without a conclusion where it cannot be stated or would not be read as it is meant."""
    try:
        with listening() as heard:
            goal, notes = item.statement()
    except FormalError:
        return Statement()
    named = {v: tuple(r) for v, r in heard.items() if v.has(sp.Piecewise) or isinstance(v, BooleanFunction)}
    symbols = {value: sp.Symbol(f"reading{k}") for k, value in enumerate(named)}
    words = dict(zip(symbols.values(), _names([r[0] for r in named.values()]), strict=True))
    # the longest first, as one reading may be part of another
    ordered = {v: symbols[v] for v in sorted(symbols, key=sp.count_ops, reverse=True)}
    shown = [_shown(f, ordered, words) for f in (*goal.hypotheses, goal.conclusion)]
    if not all(shown) or len("".join(shown)) > LONG or _alike(goal):
        return Statement()
    made = {words[symbols[v]]: meanings(r) for v, r in named.items() if words[symbols[v]] in "".join(shown)}
    domains = _domains(goal, {q for solution, _ in notes for q in solution.game.parameters})
    if goal.existential:
        return Statement(domains, r"\text{for some values: }" + r",\ ".join(shown), tuple(made.items()))
    return Statement((*domains, *shown[:-1]), shown[-1], tuple(made.items()))


def source(item: Proposition) -> str:
    """The claim as the author wrote it, for where it has no conclusion to be shown."""
    try:
        return textwrap.dedent(inspect.getsource(item.state))
    except (OSError, TypeError):
        return ""


def _domains(goal: Goal, told: Collection[sp.Symbol]) -> tuple[str, ...]:
    """The domains of the parameters that are not told, in LaTeX; larger values of a parameter have its domain."""
    own = [q for q in goal.variables if isinstance(q, Parameter) and q.renamed(q.name.rstrip("'")) not in told]
    return tuple(f"{latex_name(q)} {domain(str(q.domain))}" for q in own)


def _alike(goal: Goal) -> bool:
    """Whether two symbols would be shown under one name."""
    symbols = {*goal.variables, *goal.named, *(s for q in goal.conclusion.atoms(Quantifier) for s in q.bound)}
    return len({latex_name(s) for s in symbols}) < len(symbols)


def _shown(formula: sp.Basic, symbols: Mapping[sp.Basic, sp.Symbol], words: Mapping[sp.Symbol, str]) -> str:
    """LaTeX of the formula with names put in; empty where a case distinction is left."""
    for value, symbol in symbols.items():
        formula = formula.xreplace({value: symbol})
    return "" if formula.has(sp.Piecewise) or formula == sp.true else latex(formula, words)


def _names(readings: Sequence[Reading]) -> list[str]:
    """A name for each reading, with its number where another would have the same."""
    several = len({r.game for r in readings}) > 1
    plain = [name(r, k, with_game=several) for k, r in enumerate(readings, start=1)]
    clash = {written for written in plain if plain.count(written) > 1}
    return [rf"{{{one}}}^{{({k})}}" if one in clash else one for k, one in enumerate(plain, start=1)]


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


def meanings(readings: Sequence[Reading]) -> str:
    """What a name stands for, in words: one formula, which may have been read as several things."""
    return ", and equally ".join(map(meaning, readings))


def meaning(reading: Reading) -> str:
    """What was read, in words."""
    of = reading.of
    words = {
        "payoff": f"what {of[0]} gets in equilibrium",
        "choice": f"what is chosen at {' or '.join(of)} in equilibrium",
        "played": f"that in equilibrium {of[-1]} is played at {of[0]}",
        "where": f"that there is an equilibrium of this kind: {of[0]}",
        "probability": f"how often {' is played at '.join(reversed(of[:2]))}{_seen(of)} in equilibrium",
        "belief": f"how likely {' is thought to be at '.join(reversed(of[:2]))}{_seen(of)} in equilibrium",
    }
    return f"{words[reading.kind]} ({', '.join(filter(None, (reading.game, reading.which, reading.at)))})"


def _seen(of: tuple[str, ...]) -> str:
    return f" after {', '.join(of[2:])}" if of[2:] else ""


def proof_steps(item: Proposition, goal: Goal) -> list[tuple[Goal, bool]]:
    """The steps on the way to a claim, and whether each is proved. Raises FormalError when they cannot be stated."""
    with afresh():
        return [(step, isinstance(decide(step), Proved)) for step in item.lemmas(goal)]
