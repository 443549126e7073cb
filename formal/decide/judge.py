"""Who decides: the solvers, or what was decided before and can be checked without them.

Everything that states goals asks here. By default the solvers answer; `judging` puts another judge in their place, as
`formal.certify` does, which writes certificates down or believes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Protocol

import sympy as sp

from formal.decide.goal import Goal
from formal.decide.verdict import Verdict
from formal.model.game import Game

MOST = 20_000  # of what is remembered


class Judge(Protocol):
    """Decides goals, says which conditions contradict one another, and knows what was proposed."""

    solvers: bool

    @property
    def memory(self) -> dict[Any, Any]:
        """What `remembered` found in this judge's words."""

    def decide(self, goal: Goal, *, doubtful: bool = False) -> Verdict:
        """Prove or refute the goal."""

    def contradictory(self, conditions: Sequence[sp.Basic], *, soon: bool = False) -> bool:
        """Whether it is certain that the conditions cannot hold together; not looked for at length where it has to be soon."""

    def proposed(self, game: Game, name: str, make: Callable[[], Any], more: Sequence[sp.Symbol] = ()) -> Any:
        """What `make` proposes: SymPy expressions, strings and truth values in tuples and mappings."""


class Solvers:
    """The solvers' word is enough; proposals are made when they are asked for."""

    solvers = True

    def __init__(self) -> None:
        self.memory: dict[Any, Any] = {}

    def decide(self, goal: Goal, *, doubtful: bool = False) -> Verdict:
        from formal.decide.portfolio import decide as by_solvers

        return by_solvers(goal, doubtful=doubtful)

    def contradictory(self, conditions: Sequence[sp.Basic], *, soon: bool = False) -> bool:
        from formal.decide.portfolio import satisfiable

        return satisfiable(conditions, soon=soon) is False

    def proposed(self, game: Game, name: str, make: Callable[[], Any], more: Sequence[sp.Symbol] = ()) -> Any:
        return make()


SOLVERS = Solvers()
_judge: ContextVar[Judge] = ContextVar("judge", default=SOLVERS)


@contextmanager
def judging(judge: Judge) -> Iterator[None]:
    """Inside the block this judge decides."""
    token = _judge.set(judge)
    try:
        yield
    finally:
        _judge.reset(token)


def decide(goal: Goal, *, doubtful: bool = False) -> Verdict:
    """Prove or refute the goal; one that is doubtful is first tried at simple points.

    Raises ClaimError when it uses something that cannot be encoded.
    """
    return _judge.get().decide(goal, doubtful=doubtful)


def contradictory(conditions: Sequence[sp.Basic], *, soon: bool = False) -> bool:
    """Whether it is certain that conditions over parameters and choices cannot hold together.

    Where it has to be said soon, it is not looked for at length.
    """
    return _judge.get().contradictory(conditions, soon=soon)


def remembered(key: Any, make: Callable[[], Any]) -> Any:
    """What `make` finds by asking this judge, found once; another judge is asked again."""
    memory = _judge.get().memory
    if key not in memory:
        if len(memory) >= MOST:
            memory.clear()
        memory[key] = make()
    return memory[key]


def proposed(game: Game, name: str, make: Callable[[], Any], more: Sequence[sp.Symbol] = ()) -> Any:
    """What `make` proposes of a game, under a name: SymPy expressions, strings, truth values, in tuples and mappings.

    `more` are symbols in it that are not the game's own.
    """
    return _judge.get().proposed(game, name, make, more)


def solvers_asked() -> bool:
    """Whether solvers answer, and not a ledger."""
    return _judge.get().solvers


def kept() -> bool:
    """Whether what is asked is written down, so that all of it has to be asked in this process."""
    return _judge.get() is not SOLVERS


def afresh() -> Any:
    """A context inside which Z3, if it is asked, knows nothing of what was asked before."""
    if not _judge.get().solvers:
        return nullcontext()
    from formal.decide.z3_adapter import afresh as renewed

    return renewed()
