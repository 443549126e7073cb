"""Nash equilibria of games of simultaneous moves: found, proved, and with a proved claim of what is not missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import sympy as sp

from formal.assurance import Assurance, Progress, decide_all, together
from formal.decide.judge import proposed
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.derive.partition import Profile
from formal.errors import DerivationError, ModelError, suggestion
from formal.model.game import Game
from formal.model.static import Finite, Infinite, static_form
from formal.model.tree import Node
from formal.nash_obligations import ALL, NONDEGENERATE, PURE, Completeness, completeness, soundness
from formal.obligations import check_assumptions, well_formed
from formal.proposals import profile as read_profile
from formal.proposals import wrong
from formal.readings import read
from formal.solution import note


@dataclass(frozen=True)
class NashEquilibrium:
    """One profile of strategies, and where it is an equilibrium."""

    solution: NashSolution
    profile: Profile

    @property
    def where(self) -> sp.Basic:
        """The condition on the parameters under which this is a Nash equilibrium."""
        self._note()
        return read(sp.And(*self.profile.conditions), self.solution.game, "where", self._named)

    def payoff(self, player: str) -> sp.Expr:
        """What the player gets; without a value where this is no equilibrium."""
        return read(self._here(self._of(player, self.profile.payoffs)), self.solution.game, "payoff", player, which=self._named)

    def strategy(self, player: str) -> Any:
        """The number that the player chooses, or the probabilities of the actions that it plays.

        They have no value where this is no equilibrium.
        """
        chosen = self._of(player, self.profile.strategies)
        if not isinstance(chosen, Mapping):
            return read(self._here(chosen), self.solution.game, "choice", player, which=self._named)
        return {a: self._share(player, a, w) for a, w in chosen.items()}

    def _share(self, player: str, action: str, weight: sp.Expr) -> sp.Expr:
        return read(self._here(weight), self.solution.game, "probability", player, action, which=self._named)

    def probability(self, player: str, action: str) -> sp.Expr:
        """How often the player takes the action; 0 for one that it does not play."""
        mixture = self.strategy(player)
        if not isinstance(mixture, Mapping):
            raise ModelError(f"{player} chooses a number, not an action")
        menu = self.solution.menu(player)
        if action not in menu:
            raise ModelError(f'"{action}" is not an action of {player}; {suggestion(action, menu)}')
        return mixture.get(action, self._here(sp.Integer(0)))

    @cached_property
    def _named(self) -> str:
        played = (" or ".join(s) if isinstance(s, Mapping) else str(s) for s in self.profile.strategies.values())
        return f"({', '.join(played)})"

    def _here(self, value: Any) -> sp.Expr:
        conditions = self.profile.conditions
        return sp.Piecewise((value, sp.And(*conditions)), evaluate=False) if conditions else sp.sympify(value)

    def _note(self) -> None:
        note(self.solution, self.solution.game.tree)

    def _of(self, player: str, values: Mapping[str, Any]) -> Any:
        self._note()
        if player not in values:
            raise ModelError(f'"{player}" is not a player; {suggestion(player, self.solution.game.players)}')
        return values[player]


@dataclass(frozen=True)
class Listed:
    """Equilibria that are read as a list: a proposition rests on one of these claims of what is not missing."""

    game: Game
    solution: NashSolution
    enough: tuple[str, ...]

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the game and of all equilibria, and of such a claim."""
        made, known = self.solution.assure(node), self.solution.completeness
        if isinstance(made.verdict, Proved) and known not in self.enough:
            return Assurance(Unknown(f"that none is missing; proved is that they are {known}"), made.goals, self.game.name)
        return made

    def __repr__(self) -> str:
        return repr(self.solution)


class NashSolution:
    """The Nash equilibria of a game of simultaneous moves, derived when they are first asked for."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.progress: Progress = lambda _: None

    @cached_property
    def form(self) -> Finite | Infinite:
        """The game in strategic form."""
        return static_form(self.game)

    def menu(self, player: str) -> tuple[str, ...]:
        """The actions of a player; none where players choose numbers."""
        return self.form.actions[self.game.players.index(player)] if isinstance(self.form, Finite) else ()

    @cached_property
    def _found(self) -> tuple[tuple[Profile, Assurance], ...]:
        """Profiles with the fate of their obligations; those that are refuted are no equilibria and are left out.

        The search ends early when an equilibrium that always exists is proved to be the only one.
        """
        self.progress(f"{self.game.name}: finding equilibria")
        judged: list[tuple[Profile, Assurance]] = []
        for number, profile in enumerate(self._profiles()):
            name = f"{self.game.name}, equilibrium {len(judged) + 1}"
            assurance = decide_all(soundness(self.form, profile, name), self.progress)
            if not isinstance(assurance.verdict, Refuted):
                judged.append((profile, assurance))
                if len(judged) == 1 and not profile.conditions and self._nothing_else(profile):
                    self.__dict__["completeness"] = ALL
                    proposed(self.game, f"equilibrium {number + 1}", tuple)
                    break
        return tuple(judged)

    def _profiles(self) -> Iterator[Profile]:
        """One after the other, so that a search that can end early does. Raises ClaimError where two have the same supports."""
        derived, supports = self._derived(), list[list[set[str]]]()
        menus = dict(zip(self.game.players, self.form.actions, strict=True)) if isinstance(self.form, Finite) else None
        for number in count():
            made = proposed(self.game, f"equilibrium {number}", lambda: _written(next(derived, None)))
            if not made:
                return
            profile = read_profile(self.game, made, menus)
            if menus is not None:
                supports.append([set(profile.strategies[q]) for q in self.game.players])
                if supports.count(supports[-1]) > 1:
                    raise wrong(self.game, "profiles with different supports")
            yield profile

    def _derived(self) -> Iterator[Profile]:
        from formal.derive import best_response, normal_form

        try:
            if isinstance(self.form, Finite):
                yield from normal_form.equilibria(self.form)
            else:
                yield from best_response.equilibria(self.form)
        except DerivationError as error:
            raise DerivationError(f"{self.game.name}: {error.message}", place=self.game.place) from None

    def _nothing_else(self, profile: Profile) -> bool:
        strongest = completeness(self.form, [profile])[0]
        return strongest.claim == ALL and isinstance(self._complete(strongest).verdict, Proved)

    @property
    def equilibria(self) -> tuple[NashEquilibrium, ...]:
        """All that were found, pure ones first. A proposition that reads them rests on it that none is missing."""
        note(Listed(self.game, self, (ALL,)), self.game.tree, again=True)
        return self._equilibria

    @property
    def _equilibria(self) -> tuple[NashEquilibrium, ...]:
        return tuple(NashEquilibrium(self, profile) for profile, _ in self._found)

    def __iter__(self) -> Iterator[NashEquilibrium]:
        return iter(self.equilibria)

    def pure(self, *actions: str) -> NashEquilibrium:
        """The equilibrium in which the players, in order, take these actions; its condition is false where there is none.

        Raises ModelError for a profile that is an equilibrium at no parameters.
        """
        return self.supported(*((action,) for action in actions))

    def supported(self, *supports: Sequence[str]) -> NashEquilibrium:
        """The equilibrium in which the players, in order, mix these actions; its condition is false where there is none.

        A proposition that reads it rests on it that no other one with these supports is missing. Raises ModelError where there
        is not one, but none or several.
        """
        wanted = [set(support) for support in supports]
        played = [(e, [e.profile.strategies[q] for q in self.game.players]) for e in self._equilibria]
        found = [e for e, taken in played if [set(t) if isinstance(t, Mapping) else None for t in taken] == wanted]
        if len(found) != 1:
            shown, many = ", ".join(map(" or ".join, supports)), f"{len(found)} equilibria" if found else "an equilibrium"
            raise ModelError(f"({shown}) is {many} of {self.game.name} at {'some' if found else 'no'} parameters")
        sizes = {len(support) for support in wanted}
        enough = (ALL, NONDEGENERATE, PURE) if sizes == {1} else (ALL, NONDEGENERATE) if len(sizes) == 1 else (ALL,)
        note(Listed(self.game, self, enough), self.game.tree, again=True)
        return found[0]

    def mixed(self) -> tuple[NashEquilibrium, ...]:
        """Those in which somebody mixes."""
        return tuple(e for e in self.equilibria if not e.profile.pure)

    @cached_property
    def completeness(self) -> str:
        """The strongest proved claim of what is not missing, in words; empty when none was proved."""
        profiles = [profile for profile, _ in self._found]
        for claim in completeness(self.form, profiles):
            if isinstance(self._complete(claim).verdict, Proved):
                return claim.claim
        return ""

    def _complete(self, claim: Completeness) -> Assurance:
        return decide_all(claim.goals, lambda text: self.progress(f"{self.game.name}: {text}"))

    @staticmethod
    def counted(count: int) -> str:
        """So many equilibria, in words."""
        return f"{count} Nash equilibri{'um' if count == 1 else 'a'}"

    @property
    def sound(self) -> Assurance:
        """What became of the obligations of the game and of all equilibria."""
        return together([self._foundations, *(assurance for _, assurance in self._found)])

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the game and of all equilibria, and of the claim that none is missing."""
        made = self.sound
        if isinstance(made.verdict, Proved) and not self.completeness:
            return Assurance(Unknown("that no equilibrium is missing is not proved"), made.goals, self.game.name)
        return made

    @cached_property
    def _foundations(self) -> Assurance:
        check_assumptions(self.game)
        assumed = tuple(self.game.assume.values())
        goals = (goal for node in self.game.nodes for goal in well_formed(node, assumed))
        return decide_all(goals, lambda text: self.progress(f"{self.game.name}: {text}"))

    def __repr__(self) -> str:
        return f"the Nash equilibria of {self.game.name}"


def _written(profile: Profile | None) -> tuple[Any, ...]:
    return () if profile is None else (profile.conditions, profile.strategies, profile.payoffs)


_solutions: dict[Game, NashSolution] = {}


def nash(game: Game) -> NashSolution:
    """The Nash equilibria of a game in which each player chooses once and sees nothing, derived when first used.

    Finite games: all pure equilibria, and with two players mixed ones by support enumeration. Games of numbers: by first-order
    conditions, whose sufficiency is proved.
    """
    if game not in _solutions:
        _solutions[game] = NashSolution(game)
    return _solutions[game]
