"""The four properties, decided for the honest histories of a game.

A property is a conjunction of independent *goals*, one for each way to leave the honest path; goals that histories share are
decided once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from formal.errors import UsageError, suggestion
from formal.trees.collusion import Collusion, CollusionFormula
from formal.trees.domain import Domain
from formal.trees.game import PROPERTIES, History, SecurityGame
from formal.trees.immunity import Immunity, ImmunityFormula
from formal.trees.polynomial import Point
from formal.trees.practicality import PracticalityFormula, Worst
from formal.trees.reduction import Reduction
from formal.trees.search import Cover, Formula, Search
from formal.trees.valuation import Utilities

PLAYERS = 12  # collusion is decided for all groups, which are 2^players
Goal = Immunity | Collusion | Worst


@dataclass
class Placed:
    """A goal, and where it comes from: `depth` moves along the history, then to child number `branch` of that node
    (-1: on the path)."""

    goal: Goal
    depth: int
    branch: int = -1


@dataclass
class Finding:
    """What was decided of one property, `asked`, for one history.

    `verdict` is yes, no or unknown, `reason` why it is unknown; `point` and `failed` say where a no comes from.
    `covers` has the regions of each goal. `vacuous`: no values satisfy the constraints.
    """

    asked: str
    history: History
    verdict: str
    reason: str = ""
    point: Point | None = None
    failed: Placed | None = None
    vacuous: bool = False
    goals: list[Placed] = field(default_factory=list)
    covers: dict[Goal, Cover] = field(default_factory=dict)

    @property
    def regions(self) -> int:
        return sum(len(c.regions) for c in self.covers.values())


class Engine:
    """Decides properties of one game; what one question taught is kept for the next."""

    def __init__(self, game: SecurityGame, progress: Callable[[str], None] = lambda _: None) -> None:
        self.game, self.progress = game, progress
        self.dag = Reduction(game.tree)
        self.utilities = Utilities(game.symbols, game.tree.utilities, game.tree.vectors)
        self.formulas: dict[Any, Formula] = {}
        self.searches: dict[Any, Search] = {}
        self.covers: dict[Any, Cover] = {}
        self.inside: dict[Any, bool] = {}  # whether points satisfy constraints, by the plain evaluator

    def search(self, property: str) -> Search:
        """The search over the constraints of a property; properties with equal constraints share one."""
        clauses = self.game.constraints(property)
        if clauses not in self.searches:
            self.searches[clauses] = Search(
                Domain(self.game.symbols, clauses, self.utilities.linear), self.utilities.at, len(self.dag), self.progress
            )
        return self.searches[clauses]

    def formula(self, goal: Goal) -> Formula:
        """The formula that a goal is a key of."""
        key: Any = "practicality"
        if isinstance(goal, Immunity):
            key = ("immunity", goal.player, goal.real)
        elif isinstance(goal, Collusion):
            key = ("collusion", goal.honest)
        if key not in self.formulas:
            self.formulas[key] = self._formula(goal)
        return self.formulas[key]

    def _formula(self, goal: Goal) -> Formula:
        players = len(self.game.players)
        if isinstance(goal, Immunity):
            return ImmunityFormula(self.game.symbols, self.dag, goal.player, goal.real)
        if isinstance(goal, Collusion):
            return CollusionFormula(self.dag, players, goal.honest)
        return PracticalityFormula(self.dag, players)

    def goals(self, property: str, history: History) -> list[Placed]:
        """The goals whose conjunction the property is for a history."""
        return list(goals(self.game, self.dag, property, history))

    def decide(self, property: str, history: History) -> Finding:
        """Decide one property for one history: stops at the first goal that fails."""
        found = Finding(property, history, "yes", goals=self.goals(property, history))
        self.progress(f"{property} of {shown_history(history)}")
        if property == "collusion resilience" and len(self.game.players) > PLAYERS:
            found.verdict, found.reason = "unknown", f"collusion is decided for at most {PLAYERS} players"
            return found
        search = self.search(property)
        for placed in found.goals:  # a goal that fails at a point seen before needs no solver
            cover = self._known_failure(search, placed.goal)
            if cover is not None:
                return self._failed(found, placed, cover)
        for placed in found.goals:
            cover = self._cover(search, placed.goal)
            found.covers[placed.goal] = cover
            if cover.failing is not None:
                return self._failed(found, placed, cover)
            if not cover.complete:
                found.verdict, found.reason = "unknown", cover.unsure
        found.vacuous = found.verdict == "yes" and self.vacuous(search)
        return found

    def vacuous(self, search: Search) -> bool:
        from formal.trees.solver import Unsure

        if search.domain.points:
            return False
        try:
            point = search.domain.find()
        except Unsure:
            return False
        if point is not None:
            search.domain.remember(point)
        return point is None

    def _known_failure(self, search: Search, goal: Goal) -> Cover | None:
        key = (id(search), goal)
        if key in self.covers:
            return self.covers[key] if self.covers[key].failing is not None else None
        formula = self.formula(goal)
        point = search.failing(formula, goal.key())
        if point is None:
            return None
        self.covers[key] = Cover(failing=point)
        return self.covers[key]

    def _cover(self, search: Search, goal: Goal) -> Cover:
        key = (id(search), goal)
        if key not in self.covers:
            self.covers[key] = search.cover(self.formula(goal), goal.key())
        return self.covers[key]

    def _failed(self, found: Finding, placed: Placed, cover: Cover) -> Finding:
        found.verdict, found.reason = "no", ""
        search = self.search(found.asked)
        assert cover.failing is not None
        found.point = cover.failing = search.simple(self.formula(placed.goal), placed.goal.key(), cover.failing)
        found.failed = placed
        found.covers[placed.goal] = cover
        return found

    def whole_cover(self, property: str, goal: Goal) -> Cover:
        """Regions on which a goal holds and on which it fails, over the whole domain."""
        search = self.search(property)
        key = (id(search), goal, "whole")
        if key not in self.covers:
            known = self.covers.get((id(search), goal))
            whole = known is not None and known.complete
            self.covers[key] = known if whole and known else search.cover(self.formula(goal), goal.key(), all_of_it=True)
        return self.covers[key]


def goals(game: SecurityGame, dag: Reduction, property: str, history: History) -> Iterator[Placed]:
    """Ways to leave the honest path, each with what must hold there."""
    path = game.tree.follow(history)
    honest = dag.of[path[-1]]
    vector = dag.vectors[honest]
    everybody = range(len(game.players))
    if property.endswith("immunity"):
        yield from (Placed(Immunity(honest, p, property == "weaker immunity"), len(history)) for p in everybody)
    for depth, here in enumerate(path[:-1]):
        owner = game.tree.owner[here]
        for branch, child in enumerate(game.tree.children(here)):
            if (
                child == path[depth + 1]
                and game.tree.actions[game.tree.action[game.tree.start[here] + branch]] == history[depth]
            ):
                continue
            node = dag.of[child]
            if property.endswith("immunity"):
                others = (p for p in everybody if p != owner)
                yield from (Placed(Immunity(node, p, property == "weaker immunity"), depth, branch) for p in others)
            elif property == "collusion resilience":
                yield Placed(Collusion(node, 1 << owner, honest), depth, branch)
            else:
                yield Placed(Worst(node, owner, vector[owner]), depth, branch)


def decide(
    game: SecurityGame, properties: Iterable[str] = PROPERTIES, progress: Callable[[str], None] = lambda _: None
) -> Iterator[Finding]:
    """Every property for every honest history, histories in the order of the game."""
    engine = Engine(game, progress)
    for property in properties:
        if property not in PROPERTIES:
            raise UsageError(f'there is no property "{property}"; {suggestion(property, PROPERTIES)}', place=None)
        for history in game.honest:
            yield engine.decide(property, history)


def shown_history(history: History) -> str:
    return "[" + ", ".join(history if len(history) <= 12 else (*history[:6], "...", *history[-5:])) + "]"
