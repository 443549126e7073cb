"""Findings with what was asked for about them: the deviation of a no, checked; counterexamples, preconditions,
strategies, certificates."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from formal.trees.decide import Engine, Finding, Placed
from formal.trees.deviation import Deviation, deviation
from formal.trees.game import PROPERTIES, SecurityGame
from formal.trees.naive import holds, satisfies
from formal.trees.polynomial import Point, Poly
from formal.trees.precondition import precondition
from formal.trees.report import Answer
from formal.trees.strategy import strategy

COUNTEREXAMPLES = 1_000  # that are listed for one history


class ContradictionError(AssertionError):
    """The plain evaluator does not agree with the region search: a fault of this program."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for besides verdicts; `certify`: every yes, or, for None, every yes for which it does not take long."""

    preconditions: bool = False
    strategies: bool = False
    counterexamples: bool = False
    certify: bool | None = None


def answers(
    game: SecurityGame,
    properties: Iterable[str] = PROPERTIES,
    wanted: Wanted | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Answer]:
    """Every property for every honest history."""
    engine, wanted = Engine(game, progress), wanted or Wanted()
    for property in properties:
        for history in game.honest:
            started = time.perf_counter()
            answer = _answer(engine, engine.decide(property, history), wanted)
            answer.seconds = time.perf_counter() - started
            yield answer


def _answer(engine: Engine, found: Finding, wanted: Wanted) -> Answer:
    answer = Answer(engine.game.symbols, found)
    if found.verdict == "yes":
        if wanted.certify is not False:
            from formal.trees.covering import WORK, certified

            answer.certificate = certified(engine, found, None if wanted.certify else WORK)
        else:
            answer.certificate = "not certified"
        if wanted.strategies:
            answer.plans = strategy(engine, found)
    elif found.verdict == "no":
        assert found.point is not None
        assert found.failed is not None
        confirm(engine, found, found.point)
        answer.deviation = deviation(engine, found, found.failed, found.point)
        if wanted.counterexamples:
            answer.counterexamples, answer.left_out = counterexamples(engine, found)
    if wanted.preconditions and found.verdict != "yes":
        answer.precondition = precondition(engine, found)
    return answer


def confirm(engine: Engine, found: Finding, point: Point) -> None:
    """Raise ContradictionError unless the property fails at the point, by its definition, and the point satisfies
    the constraints."""
    game, key = engine.game, (engine.game.constraints(found.asked), point)
    if key not in engine.inside:
        engine.inside[key] = satisfies(game, found.asked, point)
    if not engine.inside[key] or holds(game, found.asked, found.history, point):
        raise ContradictionError(f"{found.asked} of {found.history} does not fail at {point}")


def counterexamples(engine: Engine, found: Finding) -> tuple[list[tuple[tuple[Poly, ...], Deviation]], str]:
    """Deviations of all goals that fail somewhere, each where it works: together they are all values for which the
    property fails.

    One is left out if another at the same place works wherever it does.
    """
    listed: list[tuple[Placed, tuple[Poly, ...], Deviation]] = []
    unsure = ""
    for placed in found.goals:
        cover = engine.whole_cover(found.asked, placed.goal)
        unsure = unsure or cover.unsure
        for region in cover.parts(False):
            if len(listed) >= COUNTEREXAMPLES:
                return [(c, d) for _, c, d in listed], f"more than {COUNTEREXAMPLES:,} counterexamples; the rest is not listed"
            confirm(engine, found, region.point)
            listed.append((placed, region.comparisons, deviation(engine, found, placed, region.point)))
    minimal = [(c, d) for p, c, d in listed if not any(q is p and set(e) < set(c) for q, e, _ in listed)]
    return minimal, f"there may be others: {unsure}" if unsure else ""
