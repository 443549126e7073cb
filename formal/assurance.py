"""Assurance: what becomes of sets of obligations, decided one after the other or, where there are many, side by side."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from formal.decide.goal import Goal
from formal.decide.judge import afresh, decide, kept
from formal.decide.verdict import Proved, Verdict
from formal.processes import several, side_by_side

Progress = Callable[[str], None]
MANY = 24  # parts that are worth further processes


@dataclass(frozen=True)
class Assurance:
    """What became of a set of obligations: Proved, or the verdict on the first that is not and its name."""

    verdict: Verdict
    goals: int = 0
    failed: str = ""

    @property
    def by(self) -> tuple[str, ...]:
        """What decided the obligations."""
        return self.verdict.by if isinstance(self.verdict, Proved) else ()


def decide_all(goals: Iterable[Goal], progress: Progress) -> Assurance:
    """Decide goals in order, up to the first that is not proved."""
    count, by = 0, dict[str, None]()
    with afresh():
        for goal in goals:
            progress(goal.name)
            verdict = decide(goal)
            count += 1
            if not isinstance(verdict, Proved):
                return Assurance(verdict, count, goal.name)
            by |= dict.fromkeys(verdict.by)
    return Assurance(Proved(tuple(by)), count)


def together(parts: Sequence[Assurance]) -> Assurance:
    """Proved when all parts are, with everything that decided them; else the first that is not."""
    total = sum(part.goals for part in parts)
    for part in parts:
        if not isinstance(part.verdict, Proved):
            return Assurance(part.verdict, total, part.failed)
    return Assurance(Proved(tuple(dict.fromkeys(by for part in parts for by in part.by))), total)


def decide_parts(parts: Sequence[Iterable[Goal]], progress: Progress) -> Generator[Assurance]:
    """What becomes of each part, in order; the last are begun first where processes share the work.

    What another process does not prove is decided again here, for its verdict.
    """
    if len(parts) < MANY or kept() or several(len(parts)) == 1:
        yield from (decide_all(goals, progress) for goals in parts)
        return

    def proved(place: int) -> Assurance | None:
        try:
            found = decide_all(parts[place], lambda _: None)
        except Exception:  # it is raised where the part is decided again
            return None
        return found if isinstance(found.verdict, Proved) else None

    places = range(len(parts))
    made = side_by_side(proved, places, lambda place: place, lambda count: progress(f"{count} of {len(parts)} parts"))
    with closing(made):
        for place in places:
            yield next(made) or decide_all(parts[place], progress)
