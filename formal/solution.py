"""Solutions: equilibria that are derived when they are first asked for, and proved when something rests on them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import cached_property, lru_cache, partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

import sympy as sp

from formal.assurance import Assurance, Progress, decide_parts, together
from formal.decide.goal import Goal
from formal.decide.judge import proposed
from formal.decide.verdict import Proved
from formal.derive.partition import Cell, Equilibrium, Strategy, used_thresholds
from formal.derive.step import Step
from formal.errors import ClaimError, DerivationError, ModelError, is_users, suggestion
from formal.explain import explain, proved
from formal.model.game import Game
from formal.model.run import playing
from formal.model.threshold import Threshold
from formal.model.tree import Continuous, Decision, Node
from formal.obligations import check_assumptions, foundations, mentioned, outcome_parts, stage_parts
from formal.proposals import branches, cells
from formal.query import Answer, Effect, Tie, answer, comparative_statics, ties
from formal.readings import read

if TYPE_CHECKING:
    from formal.derive.backward_induction import Derivation


Stage = tuple[Hashable, Callable[[], Sequence[Iterable[Goal]]]]  # what it is known by, and its parts


class Rested(Protocol):
    """What a proposition may rest on: something derived from a game that can have its obligations decided."""

    @property
    def game(self) -> Game:
        """The game that it is derived from."""

    def assure(self, node: Node | None = None) -> Assurance:
        """Have the obligations decided."""


class Solution:
    """The subgame perfect equilibrium of a game; subgames can be asked for on their own.

    Nothing is derived before it is needed, and nothing twice. What is read from a solution inside a proposition is noted,
    and the proposition is proved only if the obligations of what was read are.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.progress: Progress = lambda _: None
        self._stages: dict[Hashable, Assurance] = {}
        self._strategies: dict[Node, Strategy | None] = {}

    @cached_property
    def _work(self) -> Derivation:
        from formal.derive.backward_induction import derivation

        for node, unseen in self.game.hidden.items():
            shown = f"{self.game.name}, {node.head()}: {', '.join(unseen)} is not seen"
            hint = (
                f"use nash({self.game.name}) for simultaneous moves, perfect_bayesian({self.game.name}) for private information"
            )
            raise DerivationError(f"{shown}; {hint}", place=self.game.place)
        return derivation(self.game, lambda text: self.progress(f"{self.game.name}: {text}"))

    @property
    def equilibrium(self) -> Equilibrium:
        """The equilibrium of the whole game. Raises DerivationError for a stage that cannot be solved."""
        found = self._proposed
        note(self, self.game.tree)
        return found

    @cached_property
    def _proposed(self) -> Equilibrium:
        found = cells(self.game, proposed(self.game, "cells", self._derived_cells))
        subgame = self.subgame(self.game.tree)
        return Equilibrium(self.game, found, subgame.strategies, subgame.thresholds)

    def _derived_cells(self) -> Any:
        from formal.derive.backward_induction import finish

        return tuple((c.conditions, c.path, c.payoffs, c.attained, c.name) for c in finish(self._work).cells)

    def _strategy(self, node: Node) -> Strategy | None:
        """What is proposed at a node; None where nobody moves."""
        if node not in self._strategies:
            made = proposed(self.game, f"node {self._numbers[node]}", partial(self._derived_branches, node))
            self._strategies[node] = (
                Strategy(node, branches(self.game, node, made)) if isinstance(node, Decision | Continuous) else None
            )
        return self._strategies[node]

    @cached_property
    def _numbers(self) -> dict[Node, int]:
        return {node: number for number, node in enumerate(self.game.nodes)}

    def _derived_branches(self, node: Node) -> Any:
        from formal.derive.backward_induction import solve_node

        if isinstance(node, Decision | Continuous):
            solve_node(self._work, node)
        strategy = self._work.strategies.get(node)
        branches = () if strategy is None else strategy.branches
        return tuple((b.conditions, b.decision, b.attained, b.barren, b.levels, b.path) for b in branches)

    def strategy(self, label: str, **moves: str) -> Strategy:
        """The strategy at the choice `label` after the given discrete moves; only that subgame is solved."""
        node = self.game.node(label, moves)
        found = self._strategy(node)
        note(self, node)
        assert found is not None
        return found

    def when(self, label: str, action: str, **moves: str) -> sp.Basic:
        """The condition on parameters and earlier choices under which `action` is taken at `label`."""
        strategy = self.strategy(label, **moves)
        actions = getattr(strategy.node, "actions", ())
        if action not in actions:
            raise ModelError(f'"{action}" is not an action of "{label}"; {suggestion(action, actions)}')
        return sp.Or(*(sp.And(*b.conditions) for b in strategy.branches if b.attained and b.decision == action))

    def threshold(self, name: str) -> Threshold:
        """The threshold shown under `name`; stages are solved, in the order of the whole game, until it is found."""
        known: dict[str, Threshold] = {}
        for node in self.game.tree.walk_up():
            known |= {t.name: t for t in used_thresholds(filter(None, [self._strategy(node)]))}
            if name in known:
                note(self, node)
                return known[name]
        raise ModelError(f'{self.game.name} has no threshold "{name}"; {suggestion(name, known)}')

    def payoff(self, player: str) -> sp.Expr:
        """The player's equilibrium payoff as a function of the parameters."""
        return read(self.equilibrium.payoff(player), self.game, "payoff", player)

    def outcome(self, *labels: str, default: Any = 0) -> sp.Expr:
        """What is chosen at the first of `labels` on the path of play, as a function of the parameters."""
        chosen = self.equilibrium.outcome(*labels, default=default)
        somewhere = any(cell.attained and not any(k in cell.decisions for k in labels) for cell in self.cells)
        return read(chosen, self.game, "choice", *labels, which=f"{default} where nothing is" if somewhere else "")

    def played(self, label: str, action: str) -> sp.Basic:
        """The condition on the parameters under which the path of play takes `action` at `label`."""
        return read(self.equilibrium.played(label, action), self.game, "played", label, action)

    def where(self, cell: str) -> sp.Basic:
        """The condition on the parameters under which the equilibrium is in a cell that the author named so."""
        return read(self.equilibrium.where(cell), self.game, "where", cell)

    def at(self, point: Mapping[Any, Any]) -> Answer:
        """What is played and what everybody gets at an exact point; see `formal.query.answer`."""
        return answer(self.equilibrium, point)

    def ties(self) -> list[Tie]:
        """The continua of choices between which some mover is indifferent, each proved."""
        return list(ties(self.equilibrium))

    def explain(self, cell: int) -> list[Step]:
        """Why the path of cell number `cell` is played: the steps whose claims are proved; see `formal.explain`."""
        return [step for step in explain(self.equilibrium, cell) if proved(step)]

    def reasons(self) -> dict[int, list[tuple[Step, bool]]]:
        """All steps that explain each cell, by its number, and whether each is proved."""
        numbers = range(1, len(self.cells) + 1)
        return {number: [(step, proved(step)) for step in explain(self.equilibrium, number)] for number in numbers}

    def comparative_statics(self, *labels: str) -> list[Effect]:
        """How the numbers chosen on the path of play vary with each parameter, with proved signs, cell by cell."""
        for label in labels:
            self.game.symbol(label)
        return list(comparative_statics(self.equilibrium, *labels))

    def nonexistence(self) -> sp.Basic:
        """The condition on the parameters under which there is no equilibrium."""
        return self.equilibrium.nonexistence()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The regions of the parameter space with their paths of play."""
        return self.equilibrium.cells

    def __repr__(self) -> str:
        return f"the subgame perfect equilibrium of {self.game.name}"

    # -- proof

    def assure(self, node: Node | None = None) -> Assurance:
        """Have the obligations of the subgame at `node` decided; of the whole game, with its outcome, by default."""
        root = node is None or node is self.game.tree
        start = self.game.tree if node is None else node
        equilibrium = self.equilibrium if root else self.subgame(start)
        described = tuple((t, t.definition, t.exists, t.plain) for t in mentioned(equilibrium))
        stages: list[Stage] = [
            (described, lambda: [foundations(equilibrium)]),
            *((n, partial(stage_parts, equilibrium, n)) for n in reversed(list(start.walk()))),
            *([("outcome", partial(outcome_parts, equilibrium))] if root else []),
        ]
        if "assumptions" not in self._stages:
            check_assumptions(self.game)
            self._stages["assumptions"] = Assurance(Proved())
        if all(isinstance(self._stages[key].verdict, Proved) for key, _ in stages if key in self._stages):
            self._decide([(key, parts()) for key, parts in stages if key not in self._stages])
        return together([self._stages[key] for key, _ in stages if key in self._stages])

    def _decide(self, stages: Sequence[tuple[Hashable, Sequence[Iterable[Goal]]]]) -> None:
        """Decide stages in order, up to the first that is not proved."""
        parts = [part for _, own in stages for part in own]
        with closing(decide_parts(parts, lambda text: self.progress(f"{self.game.name}: {text}"))) as found:
            for key, own in stages:
                made = list[Assurance]()
                for _ in own:
                    made.append(next(found))
                    if not isinstance(made[-1].verdict, Proved):
                        self._stages[key] = together(made)
                        return
                self._stages[key] = together(made)

    def partial(self) -> Equilibrium:
        """The stages that were solved so far, without an outcome."""
        return Equilibrium(self.game, (), dict(self._work.strategies), used_thresholds(self._work.strategies.values()))

    def subgame(self, node: Node) -> Equilibrium:
        """What is proposed in the subgame at a node, without an outcome."""
        found = {n: strategy for n in node.walk() if (strategy := self._strategy(n)) is not None}
        return Equilibrium(self.game, (), found, used_thresholds(found.values()))


class Notes(dict[tuple[Rested, Node], None]):
    """Which subgames' solutions are read, and other values of symbols at which formulas are read, each with its range."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere: list[tuple[Mapping[sp.Symbol, sp.Expr], tuple[sp.Basic, ...]]] = []

    def solutions(self) -> list[Rested]:
        """What is read, each once."""
        return list(dict.fromkeys(solution for solution, _ in self))

    def lost(self, again: Notes) -> str:
        """What is not noted again, in words; empty where everything is."""
        noted = {(_told(solution), node) for solution, node in again}
        moved = [sorted(map(str, values)) for values, _ in again.elsewhere]
        missing = [str(solution) for solution, node in self if (_told(solution), node) not in noted]
        missing += [", ".join(map(str, values)) for values, _ in self.elsewhere if sorted(map(str, values)) not in moved]
        return missing[0] if missing else ""


def _told(solution: Rested) -> Any:
    """By what it is told from others: a strategy of a repeated game is made anew each time."""
    return solution if type(solution).__eq__ is not object.__eq__ else str(solution)


_solutions: dict[Game, Solution] = {}
_importing: ContextVar[bool] = ContextVar("importing", default=False)
_notes: ContextVar[Notes | None] = ContextVar("notes", default=None)


def solve(game: Game) -> Solution:
    """The subgame perfect equilibrium of a game under its tie rules, derived when it is first used."""
    if game not in _solutions:
        _solutions[game] = Solution(game)
    return _solutions[game]


def note(solution: Rested, node: Node, *, again: bool = False) -> None:
    """Note that a proposition reads the solution of the subgame at a node; `again` when what it gets notes its reading too.

    Raises ClaimError outside propositions while a proof file is imported, and in a game: nobody would know what rests on it.
    """
    if game := playing.get():
        raise ClaimError(f"{solution} is read by {game}, which would rest on it; write its payoffs without")
    notes = _notes.get()
    if notes is not None:
        notes[solution, node] = None
    elif _importing.get() and not again:
        raise ClaimError(f"{solution} is read where no proposition can rest on it; read it inside the proposition")


def note_values(values: Mapping[sp.Symbol, sp.Expr], inside: Sequence[sp.Basic]) -> None:
    """Note that a proposition reads a formula with other values of its symbols, of which these conditions hold."""
    notes = _notes.get()
    if notes is not None:
        notes.elsewhere.append((values, tuple(inside)))


@contextmanager
def importing() -> Iterator[None]:
    """Inside the block a proof file is imported."""
    token = _importing.set(True)
    try:
        yield
    finally:
        _importing.reset(token)


@contextmanager
def noting() -> Iterator[Notes]:
    """Note what is read inside the block; what authors keep with `functools.cache` is forgotten first, to be read again.

    Raises ClaimError inside another such block, which would not note it.
    """
    if _notes.get() is not None:
        raise ClaimError("a proposition is read inside another one; claim what it says, or its condition as a formula")
    for module in _users(tuple(map(id, sys.modules.values()))):
        for value in list(vars(module).values()):
            if isinstance(value, type(_users)):
                value.cache_clear()
    notes = Notes()
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


@lru_cache(maxsize=1)
def _users(modules: tuple[int, ...]) -> list[ModuleType]:
    """Users' own modules; a notebook has no file."""
    mine = (m for m in list(sys.modules.values()) if is_users(getattr(m, "__file__", None) or "<none>"))
    return [*mine, sys.modules["__main__"]]
