"""What a claim rests on: equilibria that are proved, read where they are known, and closed forms.

Statement
---------
A formula that is read of a game is proved for the parameters that the game assumes. At other values of a parameter, those of a
bound variable or of a witness, it has to be proved that the game assumes them too. Where it is proved only of some parameters
that no equilibrium is missing, the claim has to speak of these alone: by what the games assume and by hypotheses that are no
formulas of equilibria, as such a formula may be false where one is missing; or, where a point decides, at that point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

import sympy as sp

from formal.decide.evaluate import UndefinedError, holds
from formal.decide.goal import Goal, closed_form_goals
from formal.decide.judge import decide
from formal.decide.verdict import Proved, Unknown
from formal.model.parameters import Parameter
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, thresholds
from formal.solution import Notes, Rested

Point = Mapping[sp.Symbol, sp.Expr]


def primed(*formulas: sp.Basic) -> dict[sp.Symbol, Parameter]:
    """The larger values of parameters that the formulas mention, with the parameters."""
    found = {s for t in (*formulas, *(t.definition for t in thresholds(*formulas))) for s in t.free_symbols}
    larger_ones = sorted((s for s in found if isinstance(s, Parameter) and s.name.endswith("'")), key=lambda s: s.name)
    return {v: v.renamed(v.name.rstrip("'")) for v in larger_ones}


def restated(assumed: Sequence[sp.Basic], *formulas: sp.Basic) -> list[sp.Basic]:
    """What is assumed of parameters, at the larger values that the formulas mention; nothing where they mention none."""
    larger_ones = primed(*formulas)
    return [substitute(a, {base: v for v, base in larger_ones.items()}) for a in assumed] if larger_ones else []


def unproved(
    claim: sp.Basic,
    hypotheses: Sequence[sp.Basic],
    named: Iterable[Threshold],
    notes: Notes,
    *,
    said: Sequence[sp.Basic],
    point: Point | None = None,
) -> Unknown | None:
    """What a claim rests on and is not proved; None when all of it is.

    `said` are those of the hypotheses that nobody read from an equilibrium. A `point` decides the claim.
    """
    for solution, node in notes:
        assurance = solution.assure(node)
        if not isinstance(assurance.verdict, Proved):
            return Unknown(f"it rests on {solution}, of which this is not proved: {assurance.failed}")
    for found in (
        inexact(claim, hypotheses, notes, said=said, point=point),
        _elsewhere(hypotheses, notes, said),
        _closed_forms(hypotheses, named, notes),
    ):
        if found is not None:
            return found
    return None


def inexact(
    claim: sp.Basic, hypotheses: Sequence[sp.Basic], notes: Notes, *, said: Sequence[sp.Basic], point: Point | None = None
) -> Unknown | None:
    """Where an equilibrium may be missing, if nothing says that the claim does not speak of such parameters."""
    for solution in dict.fromkeys(solution for solution, _ in notes):
        assumed, unsaid = tuple(solution.game.assume.values()), dict[sp.Basic, None]()
        for part in claim.args if isinstance(claim, sp.And) else (claim,):
            given = (*assumed, *restated(assumed, part, *hypotheses), *said)
            reading = (part, *(h for h in hypotheses if h not in said))
            known = (there for e in _exact(solution) for there in _readings(e, *reading))
            unsaid |= dict.fromkeys(k for k in known if not _holds(k, point) and not _follows(k, given))
        if unsaid:
            shown = " and ".join(f"{k.lhs} ≠ {k.rhs}" for k in unsaid)
            hint = "say so in given=, a list of conditions on parameters"
            return Unknown(f"it rests on {solution}, proved to be complete only where {shown}: {hint}")
    return None


def _exact(solution: Rested) -> tuple[sp.Basic, ...]:
    found: tuple[sp.Basic, ...] = getattr(solution, "exact", ())
    return found


def _readings(known: sp.Basic, *formulas: sp.Basic) -> Iterator[sp.Basic]:
    """A condition at the parameters, and at all combinations of the larger values that the formulas mention."""
    larger_ones = primed(*formulas)
    ways = {s: [s, *(v for v, base in larger_ones.items() if base == s)] for s in sorted(known.free_symbols, key=str)}
    for values in product(*ways.values()):
        yield substitute(known, dict(zip(ways, values, strict=True)))


def _holds(condition: sp.Basic, point: Point | None) -> bool:
    try:
        return point is not None and holds(condition, point)
    except (KeyError, UndefinedError):
        return False


def _follows(condition: sp.Basic, given: Iterable[sp.Basic]) -> bool:
    return isinstance(decide(Goal("where it is known", condition, tuple(dict.fromkeys(given)))), Proved)


def _elsewhere(hypotheses: Sequence[sp.Basic], notes: Notes, said: Sequence[sp.Basic]) -> Unknown | None:
    """What is not assumed of other values of parameters, at which something is read."""
    for values, inside in notes.elsewhere:
        for solution in dict.fromkeys(solution for solution, _ in notes):
            moved = {s: v for s, v in values.items() if s in solution.game.parameters}
            facts = [f for s in moved if isinstance(s, Parameter) for f in s.facts()]
            assumed = [c for c in (*facts, *solution.game.assume.values()) if c.free_symbols & moved.keys()]
            exact = [c for c in _exact(solution) if c.free_symbols & moved.keys()]
            for conditions, given in ((assumed, hypotheses), (exact, said)):
                for there in (substitute(c, moved) for c in conditions):
                    if not _follows(there, (*given, *inside)):
                        shown = ", ".join(map(str, moved))
                        return Unknown(f"it reads {solution} at other values of {shown}, of which {there} is not proved")
    return None


def _closed_forms(hypotheses: Iterable[sp.Basic], named: Iterable[Threshold], notes: Notes) -> Unknown | None:
    # hypotheses about thresholds would assume what is to be proved of them
    plain = [h for h in hypotheses if not thresholds(h)]
    assumed = [a for solution, _ in notes for a in solution.game.assume.values() if not thresholds(a)]
    given = {t: dict.fromkeys((*plain, *restated(assumed, t))) for t in named}
    for defining in (g for t in named for g in closed_form_goals(t, tuple(given[t]))):
        if not isinstance(decide(defining), Proved):
            return Unknown(f"this is not proved: {defining.name}")
    return None
