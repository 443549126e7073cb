"""Subgame perfect equilibria in pure strategies of finite games with information sets: found, and proved to be all.

Statement. A profile of actions, one for each information set, is a subgame perfect equilibrium when in every subgame no player
does better by another strategy (Selten 1965; Osborne and Rubinstein 1994, definition 97.2 for information sets as they are).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from formal.assurance import Assurance, Progress, decide_all, together
from formal.bayes_proposals import plans
from formal.decide.goal import Goal, somewhere
from formal.decide.judge import proposed
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.derive.partition import Profile
from formal.errors import DerivationError, ModelError, suggestion
from formal.model.game import Game
from formal.model.information import Information, InformationSet, information
from formal.model.partial import defined
from formal.model.rewriting import conjunction, disjunction
from formal.model.strategic import outcome, strategies, subgames
from formal.model.tree import Node
from formal.obligations import check_assumptions, well_formed
from formal.solution import note

LIMIT = 4096


@dataclass(frozen=True)
class SubgamePerfectEquilibrium:
    """One profile of actions, and where it is a subgame perfect equilibrium."""

    solution: SubgamePerfectSolution
    profile: Profile

    @property
    def where(self) -> sp.Basic:
        """The condition on the parameters under which this is a subgame perfect equilibrium."""
        note(self.solution, self.solution.game.tree)
        return conjunction(*self.profile.conditions)

    def action(self, label: str, **seen: str) -> str:
        """What is done at the information set that is reached with these moves."""
        note(self.solution, self.solution.game.tree)
        return str(self.profile.strategies[self.solution.info.find(label, seen).name])

    def payoff(self, player: str) -> sp.Expr:
        """What the player gets; without a value where this is no equilibrium."""
        if player not in self.profile.payoffs:
            raise ModelError(f'"{player}" is not a player; {suggestion(player, self.solution.game.players)}')
        return defined(self.profile.payoffs[player], self.where)

    def __repr__(self) -> str:
        return "; ".join(f"{name}: {action}" for name, action in self.profile.strategies.items())


class SubgamePerfectSolution:
    """The subgame perfect equilibria in pure strategies of a finite game, derived when they are first asked for."""

    def __init__(self, game: Game, limit: int) -> None:
        self.game, self.limit = game, limit
        self.progress: Progress = lambda _: None

    @cached_property
    def info(self) -> Information:
        """The game's information sets."""
        return information(self.game)

    @cached_property
    def _found(self) -> tuple[tuple[Profile, Assurance], ...]:
        count = prod(len(s.actions) for s in self.info.sets)
        if count > self.limit:
            shown = f"{self.game.name} has {count} profiles of pure strategies, more than the limit of {self.limit}"
            raise DerivationError(f"{shown}; limit={count} tries them all", place=self.game.place)
        judged: list[tuple[Profile, Assurance]] = []
        for profile in plans(self.info, proposed(self.game, "subgame perfect profiles", self._derived)):
            assurance = decide_all(self._sound(profile), self.progress)
            if not isinstance(assurance.verdict, Refuted):
                judged.append((profile, assurance))
        return tuple(judged)

    def _derived(self) -> Any:
        from formal.derive.subgame_perfect import equilibria

        return tuple((p.conditions, p.strategies, p.payoffs) for p in equilibria(self.info))

    def _deviations(self, played: Mapping[InformationSet, str]) -> Iterator[tuple[str, sp.Basic]]:
        """That in no subgame another strategy pays a player more."""
        for root in subgames(self.info):
            for player in self.game.players:
                kept = outcome(self.info, root, played, player)
                for other in strategies(self.info, player, root):
                    if any(played[s] != a for s, a in other.items()):
                        paid = outcome(self.info, root, {**played, **other}, player)
                        yield f"{player} at {root.head()}", sp.Ge(kept, paid, evaluate=False)

    def _sound(self, profile: Profile) -> Iterator[Goal]:
        assumed = tuple(self.game.assume.values())
        yield from somewhere(f"{self.game.name}: {profile.strategies}", profile.conditions, assumed)
        given = (*assumed, *profile.conditions)
        played = {s: profile.strategies[s.name] for s in self.info.sets}
        for name, claim in self._deviations(played):
            yield Goal(f"{self.game.name}: {name}", claim, given)
        for player, stated in profile.payoffs.items():
            paid = outcome(self.info, self.game.tree, played, player)
            yield Goal(f"{self.game.name}: the payoff of {player}", sp.Eq(paid, stated, evaluate=False), given)

    @property
    def equilibria(self) -> tuple[SubgamePerfectEquilibrium, ...]:
        """All profiles that are an equilibrium somewhere."""
        note(self, self.game.tree)
        return tuple(SubgamePerfectEquilibrium(self, profile) for profile, _ in self._found)

    def __iter__(self) -> Iterator[SubgamePerfectEquilibrium]:
        return iter(self.equilibria)

    @cached_property
    def completeness(self) -> str:
        """The strongest proved claim of what is not missing, in words; empty when none was proved."""
        return "all pure ones" if isinstance(decide_all(self._complete(), self.progress).verdict, Proved) else ""

    def _complete(self) -> Iterator[Goal]:
        found = [profile for profile, _ in self._found]
        for actions in product(*(s.actions for s in self.info.sets)):
            played = dict(zip(self.info.sets, actions, strict=True))
            mine = {s.name: a for s, a in played.items()}
            claim = disjunction(*(conjunction(*p.conditions) for p in found if dict(p.strategies) == mine))
            definition = tuple(claim for _, claim in self._deviations(played))
            yield Goal(f"{mine} is found", claim, (*self.game.assume.values(), *definition))

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the game and of all equilibria, and of the claim that none is missing."""
        made = together([self._foundations, *(assurance for _, assurance in self._found)])
        if isinstance(made.verdict, Proved) and not self.completeness:
            return Assurance(Unknown("not proved"), made.goals, "that no equilibrium is missing")
        return made

    @cached_property
    def _foundations(self) -> Assurance:
        check_assumptions(self.game)
        assumed = tuple(self.game.assume.values())
        return decide_all((goal for node in self.game.nodes for goal in well_formed(node, assumed)), self.progress)

    def __repr__(self) -> str:
        return f"the subgame perfect equilibria of {self.game.name} in pure strategies"


_solutions: dict[tuple[Game, int], SubgamePerfectSolution] = {}


def subgame_perfect(game: Game, *, limit: int = LIMIT) -> SubgamePerfectSolution:
    """The subgame perfect equilibria in pure strategies of a finite game with information sets, derived when first used.

    A game with more than `limit` profiles is refused. For perfect information `solve` is faster and knows ties.
    """
    if (game, limit) not in _solutions:
        _solutions[game, limit] = SubgamePerfectSolution(game, limit)
    return _solutions[game, limit]
