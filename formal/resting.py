"""What a claim rests on: equilibria that are proved, read where they are known, and closed forms.

Statement
---------
A formula that is read of a game is proved for the parameters that the game assumes. At other values of a parameter, those of a
bound variable or of a witness, it has to be proved that the game assumes them too. Where it is proved only of some parameters
that no equilibrium is missing, the claim has to speak of these alone: by what the games assume and by hypotheses that are no
formulas of equilibria, as such a formula may be false where one is missing; or, where a point decides, at that point.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import product

import sympy as sp

from formal.decide.evaluate import UndefinedError, holds
from formal.decide.goal import Goal, closed_form_goals
from formal.decide.judge import decide
from formal.decide.verdict import Proved, Unknown
from formal.model.parameters import Parameter
from formal.model.substitution import substitute
from formal.model.threshold import Threshold, thresholds
from formal.model.tree import Continuous, Node
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
    goal: Goal,
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
    found = unknown(goal, hypotheses, notes, said=said, point=point)
    return _closed_forms(hypotheses, named, notes) if found is None else found


def unknown(
    goal: Goal, hypotheses: Sequence[sp.Basic], notes: Notes, *, said: Sequence[sp.Basic], point: Point | None = None
) -> Unknown | None:
    """Where equilibria that are proved are read without being known; None for nowhere."""
    found = _inexact(goal, hypotheses, notes, said=said, point=point)
    found = _unassumed(goal, hypotheses, notes, said, point) if found is None else found
    return _elsewhere(goal, hypotheses, notes, said) if found is None else found


def _inexact(
    goal: Goal, hypotheses: Sequence[sp.Basic], notes: Notes, *, said: Sequence[sp.Basic], point: Point | None = None
) -> Unknown | None:
    """Where an equilibrium may be missing, if nothing says that the claim does not speak of such parameters."""
    for solution in notes.solutions():
        assumed, unsaid = tuple(solution.game.assume.values()), dict[sp.Basic, None]()
        for part in _parts(goal):
            given = (*assumed, *restated(assumed, part, *hypotheses), *said)
            reading = (part, *(h for h in hypotheses if h not in said))
            known = (there for e in _exact(solution) for there in _readings(e, *reading))
            unsaid |= dict.fromkeys(k for k in known if not _holds(k, point) and not _follows(k, given))
        if unsaid:
            shown = " and ".join(f"{k.lhs} ≠ {k.rhs}" for k in unsaid)
            hint = "say so in given=, a list of conditions on parameters and not a function"
            return Unknown(f"it rests on {solution}, proved to be complete only where {shown}: {hint}")
    return None


def _parts(goal: Goal) -> tuple[sp.Basic, ...]:
    claim = goal.conclusion
    return claim.args if isinstance(claim, sp.And) and not goal.existential else (claim,)


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
    known = dict.fromkeys(part for g in given for part in sp.And.make_args(g))
    return condition in known or isinstance(decide(Goal("where it is known", condition, tuple(known))), Proved)


def _unassumed(
    goal: Goal, hypotheses: Sequence[sp.Basic], notes: Notes, said: Sequence[sp.Basic], point: Point | None
) -> Unknown | None:
    """What a game assumes and nobody assumes of several larger values, where each may be read beside the others."""
    for solution in notes.solutions():
        assumed = tuple(solution.game.assume.values())
        for part in _parts(goal):
            given = (*said, *assumed, *restated(assumed, part, *hypotheses))
            for there in (there for c in assumed for there in _several(c, part, *hypotheses)):
                if not _holds(there, point) and not _follows(there, given):
                    return Unknown(f"it reads {solution} at several larger values, of which {there} is not assumed")
    return None


def _several(condition: sp.Basic, *formulas: sp.Basic) -> Iterator[sp.Basic]:
    mentioned = [v for v, base in primed(*formulas).items() if base in condition.free_symbols]
    return _readings(condition, *formulas) if len(mentioned) > 1 else iter(())


def _elsewhere(goal: Goal, hypotheses: Sequence[sp.Basic], notes: Notes, said: Sequence[sp.Basic]) -> Unknown | None:
    """What is not known of other values of parameters and choices, at which something is read."""
    solutions, moved = notes.solutions(), {s for values, _ in notes.elsewhere for s in values}
    assumed = [c for solution in solutions for c in solution.game.assume.values()]
    exact = [c for solution in solutions for c in _exact(solution)]
    for values, inside in notes.elsewhere:
        facts = [f for s in values for f in _facts(s)]
        ranges = [c for solution in solutions for s in values for c in _range(solution, s, moved)]
        reading = (goal.conclusion, *hypotheses, *values)
        for there in (t for c in (*facts, *ranges, *assumed, *exact) for t in _readings(c, *reading)):
            if not there.free_symbols & values.keys():
                continue
            shown = ", ".join(map(str, values))
            if _moved_too(there, values, inside, notes):
                return Unknown(f"it speaks of other values of {shown}, and of more at once; name all in one range")
            if not _follows(substitute(there, values), (*said, *assumed, *inside)):
                return Unknown(f"it speaks of other values of {shown}, of which {there} is not proved; give a range inside")
    return None


def _facts(symbol: sp.Symbol) -> tuple[sp.Basic, ...]:
    """The domain of a parameter, and what SymPy takes for granted of a choice."""
    if isinstance(symbol, Parameter):
        return symbol.facts()
    return (sp.Le(0, symbol, evaluate=False),) if symbol.is_nonnegative else ()


def _range(solution: Rested, symbol: sp.Symbol, moved: Container[sp.Symbol]) -> Iterator[sp.Basic]:
    """The ranges of a choice in a game; an end that is another choice, of which nothing is said, is as far as that may go."""
    for low, high in dict.fromkeys(_ranges(solution.game.tree, symbol, moved, {})):
        yield from (sp.Le(low, symbol, evaluate=False), sp.Le(symbol, high, evaluate=False))


def _ranges(
    node: Node, symbol: sp.Symbol, moved: Container[sp.Symbol], above: Mapping[sp.Expr, tuple[sp.Expr, sp.Expr]]
) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    if isinstance(node, Continuous):
        low, high = above.get(node.low, (node.low,))[0], above.get(node.high, (node.high,))[-1]
        above = above if node.symbol in moved else {**above, node.symbol: (low, high)}
        if node.symbol == symbol:
            yield low, high
    for child in node.children:
        yield from _ranges(child, symbol, moved, above)


def _moved_too(there: sp.Basic, values: Point, inside: Sequence[sp.Basic], notes: Notes) -> bool:
    """Whether what has to be known there is about something that has another value too."""
    about = there.free_symbols.union(*(e.free_symbols for e in (*values.values(), *inside)))
    return any(about & others.keys() for others, _ in notes.elsewhere if others.keys() != values.keys())


def _closed_forms(hypotheses: Iterable[sp.Basic], named: Iterable[Threshold], notes: Notes) -> Unknown | None:
    # hypotheses about thresholds would assume what is to be proved of them
    plain = [h for h in hypotheses if not thresholds(h)]
    assumed = [a for solution, _ in notes for a in solution.game.assume.values() if not thresholds(a)]
    given = {t: dict.fromkeys((*plain, *restated(assumed, t))) for t in named}
    for defining in (g for t in named for g in closed_form_goals(t, tuple(given[t]))):
        if not isinstance(decide(defining), Proved):
            return Unknown(f"this is not proved: {defining.name}")
    return None
