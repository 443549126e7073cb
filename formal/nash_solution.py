"""Nash equilibria of games of simultaneous moves: found, proved, and with a proved claim of what is not missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from formal.model.partial import defined
from formal.model.static import Finite, Infinite, static_form
from formal.model.tree import Node
from formal.nash_obligations import ALL, Completeness, Supports, completeness, regular, soundness, supported
from formal.obligations import check_assumptions, well_formed
from formal.proposals import profile as read_profile
from formal.proposals import wrong
from formal.readings import read
from formal.solution import note


@dataclass(frozen=True)
class NashEquilibrium:
    """One profile of strategies, and where it is an equilibrium."""

    solution: NashSolution
    _profile: Profile
    alone: bool = False  # whether it was found by its supports

    @property
    def profile(self) -> Profile:
        """The profile as it was derived."""
        self._note()
        return self._profile

    @property
    def where(self) -> sp.Basic:
        """The condition on the parameters under which this is a Nash equilibrium."""
        self._note()
        return read(sp.And(*self._profile.conditions), self.solution.game, "where", self._named)

    def payoff(self, player: str) -> sp.Expr:
        """What the player gets; without a value where this is no equilibrium."""
        return read(
            self._here(self._of(player, self._profile.payoffs)), self.solution.game, "payoff", player, which=self._named
        )

    def strategy(self, player: str) -> Any:
        """The number that the player chooses, or the probabilities of the actions that it plays.

        They have no value where this is no equilibrium.
        """
        chosen = self._of(player, self._profile.strategies)
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
        played = (" or ".join(s) if isinstance(s, Mapping) else str(s) for s in self._profile.strategies.values())
        return f"({', '.join(played)})"

    def _here(self, value: Any) -> sp.Expr:
        return defined(value, sp.And(*self._profile.conditions))

    def _note(self, *, again: bool = False) -> None:
        game, taken = self.solution.game, self._profile.strategies.values()
        supports = tuple(tuple(t) for t in taken if isinstance(t, Mapping))
        note(Supported(game, self.solution, supports) if self.alone else self.solution, game.tree, again=again)

    def _of(self, player: str, values: Mapping[str, Any]) -> Any:
        self._note()
        if player not in values:
            raise ModelError(f'"{player}" is not a player; {suggestion(player, self.solution.game.players)}')
        return values[player]


@dataclass(frozen=True)
class Listed:
    """Equilibria that are read as a list: a proposition rests on it that none is missing."""

    game: Game
    solution: NashSolution

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the game and of all equilibria, and of such a claim."""
        made, known = self.solution.assure(node), self.solution.completeness
        if isinstance(made.verdict, Proved) and known != ALL:
            return Assurance(Unknown("not proved"), made.goals, f"that none is missing (it is that they are {known})")
        return made

    def __repr__(self) -> str:
        return repr(self.solution)


@dataclass(frozen=True)
class Supported:
    """The equilibrium with these supports: a proposition rests on it that no other one has them."""

    game: Game
    solution: NashSolution
    supports: tuple[tuple[str, ...], ...]

    @property
    def exact(self) -> tuple[sp.Basic, ...]:
        """Where that is proved, if not everywhere."""
        return self.solution.supported_exact(self.supports)

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the game and of all equilibria, and of that."""
        return together([self.solution.sound, self.solution.supported_assured(self.supports)])

    def __repr__(self) -> str:
        return f"the Nash equilibrium of {self.game.name} in which ({', '.join(map(' or '.join, self.supports))}) is played"


class NashSolution:
    """The Nash equilibria of a game of simultaneous moves, derived when they are first asked for."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.progress: Progress = lambda _: None
        self._missing: dict[Any, Assurance] = {}
        self._refuted: list[Profile] = []

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
            if isinstance(assurance.verdict, Refuted):
                self._refuted.append(profile)
            else:
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
                yield from best_response.equilibria(self.form, self._refuted)
        except DerivationError as error:
            raise DerivationError(f"{self.game.name}: {error.message}", place=self.game.place) from None

    def _nothing_else(self, profile: Profile) -> bool:
        strongest = completeness(self.form, [profile])[0]
        return strongest.claim == ALL and isinstance(self._complete(strongest).verdict, Proved)

    @property
    def equilibria(self) -> tuple[NashEquilibrium, ...]:
        """All that were found, pure ones first. A proposition that reads them rests on it that none is missing."""
        note(Listed(self.game, self), self.game.tree)
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

        A proposition that reads it rests on it that no other one has these supports. Raises ModelError where there is none.
        """
        wanted = [set(support) for support in supports]
        played = [(e, [e._profile.strategies[q] for q in self.game.players]) for e in self._equilibria]
        found = [e for e, taken in played if [set(t) if isinstance(t, Mapping) else None for t in taken] == wanted]
        if not found:
            shown = ", ".join(map(" or ".join, supports))
            raise ModelError(f"({shown}) was found to be an equilibrium of {self.game.name} at no parameters")
        one = replace(found[0], alone=True)
        one._note(again=True)
        return one

    def supported_exact(self, supports: Supports) -> tuple[sp.Basic, ...]:
        """Nothing where it is proved that no equilibrium with these supports is missing, else where that can be proved."""
        if isinstance(self._supported(supports, degenerate=True).verdict, Proved):
            return ()
        sizes = {len(support) for support in supports}
        return tuple(regular(self.form, supports)) if isinstance(self.form, Finite) and len(sizes) == 1 else ()

    def supported_assured(self, supports: Supports) -> Assurance:
        """What became of the claim that no equilibrium with these supports is missing, where it is exact."""
        return self._supported(supports, degenerate=not self.supported_exact(supports))

    def _supported(self, supports: Supports, *, degenerate: bool) -> Assurance:
        key = supports, degenerate
        if key not in self._missing:
            profiles = [profile for profile, _ in self._found]
            pure = all(len(support) == 1 for support in supports)
            if not isinstance(self.form, Finite) or not (pure or len(supports) == 2):
                return Assurance(Unknown("mixed equilibria of more than two players are not known"), 0, repr(self))
            self._missing[key] = decide_all([supported(self.form, profiles, supports, degenerate=degenerate)], self.progress)
        return self._missing[key]

    def mixed(self) -> tuple[NashEquilibrium, ...]:
        """Those in which somebody mixes."""
        return tuple(e for e in self.equilibria if not e._profile.pure)

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
            return Assurance(Unknown("not proved"), made.goals, "that no equilibrium is missing")
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
