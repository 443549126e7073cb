"""Pure perfect Bayesian equilibria of signalling games with a signal from an interval: found and proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import sympy as sp

from formal.assurance import Assurance, Progress, decide_all, together
from formal.bayes_proposals import criterion as read_criterion
from formal.bayes_proposals import extreme, separations
from formal.decide.goal import Goal
from formal.decide.judge import proposed
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.derive.separation import Criterion, Extreme, Group, Separation
from formal.errors import DerivationError, ModelError, suggestion
from formal.model.game import Game
from formal.model.partial import defined
from formal.model.signalling import Numbers, SignallingGame, partitions, signalling_game
from formal.model.tree import Node
from formal.obligations import check_assumptions, well_formed
from formal.readings import read
from formal.signalling_obligations import complete, end_goal, extreme_goals, intuitive_goals, soundness, sure_goals
from formal.solution import note


@dataclass(frozen=True, eq=False)
class SignallingEquilibrium:
    """A class of equilibria in which the same types send the same signals, for all signals that will do."""

    solution: SignallingSolution
    _found: Separation
    number: int

    @property
    def found(self) -> Separation:
        """The class as it was derived."""
        self._note()
        return self._found

    @property
    def kind(self) -> str:
        """Separating, pooling or partially pooling."""
        self._note()
        return self._kind

    @property
    def _kind(self) -> str:
        count = len(self._found.groups)
        return "pooling" if count == 1 else "separating" if count == len(self.solution.form.types) else "partially pooling"

    @property
    def where(self) -> sp.Basic:
        """The condition on the parameters under which some signals are an equilibrium of the class."""
        self._note()
        return read(sp.And(*self._found.exists), self.solution.game, "where", repr(self))

    @property
    def conditions(self) -> sp.Basic:
        """The condition on parameters and signals under which these are an equilibrium of the class."""
        self._note()
        return sp.And(*self._found.conditions)

    def signal(self, type: str) -> sp.Expr:
        """What the type sends: a symbol, or the end of the range where it can be nothing else."""
        self._note()
        return self._group(type).signal

    def reply(self, type: str) -> Any:
        """What the receiver does after the type's signal; a number has no value where this is no equilibrium."""
        self._note()
        reply = self._group(type).reply
        return defined(reply, sp.And(*self._found.conditions)) if isinstance(reply, sp.Expr) else reply

    def range(self, type: str) -> tuple[sp.Expr, sp.Expr]:
        """The bounds of what the type may signal, where no other signal is free; `conditions` says which are attained.

        Raises ModelError where others are free too.
        """
        group = self._group(type)
        self._note()
        if group.signal != self.solution.form.sent(group.types):
            return group.signal, group.signal
        if not group.range[0]:
            raise ModelError(f"the range of {group.signal} depends on other signals that are sent")
        return sp.Max(*group.range[0]), sp.Min(*group.range[1])

    def payoff(self, player: str) -> sp.Expr:
        """What the player expects, as a function of parameters and signals; without a value where these are no equilibrium."""
        self._note()
        if player not in self._found.payoffs:
            raise ModelError(f'"{player}" is not a player; {suggestion(player, self.solution.game.players)}')
        return defined(self._found.payoffs[player], sp.And(*self._found.conditions))

    def intuitive(self) -> sp.Basic:
        """The condition on parameters and signals under which these are an equilibrium that passes the Intuitive Criterion.

        Raises DerivationError for more than two types.
        """
        self._note()
        failing = self.solution.criterion(self.number).failing
        self._note(refined=True)
        return sp.And(self.conditions, *(sp.Not(sp.And(*conditions)) for _, _, conditions, _ in failing))

    def _group(self, type: str) -> Group:
        types = self.solution.form.types
        if type not in types:
            raise ModelError(f'"{type}" is not a type; {suggestion(type, types)}')
        return next(g for g in self._found.groups if types.index(type) in g.types)

    def _note(self, *, refined: bool = False) -> None:
        note(Part(self.solution.game, self.solution, self.number, refined), self.solution.game.tree)

    def __repr__(self) -> str:
        types = self.solution.form.types
        sent = [f"{', '.join(types[t] for t in g.types)}: {g.signal} → {g.reply}" for g in self._found.groups]
        return f"{self._kind}: {'; '.join(sent)}"


@dataclass(frozen=True)
class Part:
    """What a proposition may rest on: a class, which is proved to be what it says, or the Intuitive Criterion for it."""

    game: Game
    solution: SignallingSolution
    number: int
    refined: bool

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the class, that none like it is missing among them, or of the refinement."""
        if self.refined:
            return self.solution.refinement_assured(self.number)
        return self.solution.class_assured(self.number)

    def __repr__(self) -> str:
        return f"class {self.number + 1} of {self.solution}"


class SignallingSolution:
    """The pure perfect Bayesian equilibria of a signalling game with a continuous signal, derived when first asked for."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.progress: Progress = lambda _: None
        self._criteria: dict[int, Criterion] = {}
        self._missing: dict[Any, Assurance] = {}

    @cached_property
    def form(self) -> SignallingGame:
        """The game's types, signal and replies."""
        return signalling_game(self.game)

    # -- what deters, proposed and proved

    def _extremes(self) -> Iterator[Extreme]:
        from formal.derive.signalling import extremes

        return extremes(self.form)

    def _extreme(self, sign: int) -> Extreme:
        """The worst (sign -1) or best (1) reply for every type, which is proved. Raises DerivationError where there is none."""
        what = "worst" if sign < 0 else "best"

        def search() -> Any:
            found = next((e for e in self._extremes() if self._proved(extreme_goals(self.form, e, sign))), None)
            if found is None:
                shown = f"no reply is proved to be the {what} for every type at every signal"
                raise DerivationError(f"{self.game.name}: {shown}; assume what makes one so", place=self.game.place)
            return found.believed, found.reply

        return extreme(self.form, proposed(self.game, f"the {what} reply", search))

    @cached_property
    def worst(self) -> Extreme:
        """The reply that deters whenever something does."""
        return self._extreme(-1)

    @cached_property
    def best(self) -> Extreme:
        """The reply that every type likes best."""
        return self._extreme(1)

    @cached_property
    def ends(self) -> dict[int, sp.Expr]:
        """The end of the range at which each type would rather be answered by the worst."""
        types = range(len(self.form.types))
        made = {t: proposed(self.game, f"type {t} deviates upwards", partial(self._upwards, t)) for t in types}
        return {t: self.form.high if upwards is True else self.form.low for t, upwards in made.items()}

    def _upwards(self, t: int) -> bool:
        for upwards, end in ((False, self.form.low), (True, self.form.high)):
            if self._proved([end_goal(self.form, self.worst, t, end)]):
                return upwards
        shown = f"it is not proved that {self.form.types[t]} would rather deviate to an end of the range"
        raise DerivationError(f"{self.game.name}: {shown}", place=self.game.place)

    def _proved(self, goals: Iterable[Goal]) -> bool:
        return isinstance(decide_all(goals, self.progress).verdict, Proved)

    # -- classes

    @cached_property
    def _proposed(self) -> tuple[Separation, ...]:
        return separations(self.form, proposed(self.game, "classes", self._derived, self._signals()))

    def _derived(self) -> Any:
        from formal.derive.signalling import classes

        found = classes(self.form, self.worst, self.ends)
        return tuple(
            (tuple((g.types, g.signal, g.reply, g.range) for g in c.groups), c.conditions, c.exists, c.payoffs) for c in found
        )

    def _partitions(self) -> list[list[tuple[int, ...]]]:
        return list(partitions(range(len(self.form.types))))

    def _signals(self) -> list[sp.Symbol]:
        """The symbols that classes may use for signals."""
        return [self.form.sent(g) for g in sorted({group for groups in self._partitions() for group in groups})]

    @cached_property
    def _found(self) -> tuple[tuple[Separation, Assurance], ...]:
        """Classes with the fate of their obligations; those that are refuted are left out."""
        judged: list[tuple[Separation, Assurance]] = []
        for found in self._proposed:
            name = f"{self.game.name}, class {len(judged) + 1}"
            assurance = decide_all(soundness(self.form, found, self.worst, name), self.progress)
            if not isinstance(assurance.verdict, Refuted):
                judged.append((found, assurance))
        return tuple(judged)

    @property
    def equilibria(self) -> tuple[SignallingEquilibrium, ...]:
        """All classes. A proposition that reads them rests on it that none is missing."""
        note(self, self.game.tree)
        return self._classes

    @property
    def _classes(self) -> tuple[SignallingEquilibrium, ...]:
        return tuple(SignallingEquilibrium(self, found, number) for number, (found, _) in enumerate(self._found))

    def __iter__(self) -> Iterator[SignallingEquilibrium]:
        return iter(self.equilibria)

    def find(self, *groups: Sequence[str] | str, replies: Sequence[str] = ()) -> SignallingEquilibrium:
        """The class in which these groups of types send one signal each: `find("able", "other")`, `find(["able", "other"])`.

        With `replies`, the class in which the groups' signals are answered so; replies that are numbers follow from the groups.
        Raises ModelError when no class, or more than one, is so, and for replies that are numbers.
        """
        if replies and isinstance(self.form.replies, Numbers):
            raise ModelError(f"{self.form.receiver} replies by a number, which follows from the groups: leave out replies=")
        wanted = [frozenset([g] if isinstance(g, str) else g) for g in groups]
        found = []
        for one in self._classes:
            parted = {frozenset(self.form.types[t] for t in g.types): g.reply for g in one._found.groups}
            if set(parted) == set(wanted) and all(parted[g] == a for g, a in zip(wanted, replies, strict=False)):
                found.append(one)
        if len(found) != 1:
            shown = " and ".join(", ".join(sorted(g)) for g in wanted)
            raise ModelError(f"{len(found)} classes of {self.game.name} part the types in {shown} {replies or ''}".rstrip())
        note(Part(self.game, self, found[0].number, False), self.game.tree, again=True)
        return found[0]

    @cached_property
    def completeness(self) -> str:
        """The strongest proved claim of what is not missing, in words; empty when none was proved."""
        missing = [self._complete(tuple(map(tuple, parts))) for parts in self._partitions()]
        return "all pure ones" if all(isinstance(m.verdict, Proved) for m in missing) else ""

    def _complete(self, groups: tuple[tuple[int, ...], ...]) -> Assurance:
        """What became of the claim that no equilibrium that parts the types so is missing."""
        key = tuple(sorted(groups))
        if key not in self._missing:
            goals = complete(self.form, [c for c, _ in self._found], [groups], self.worst, self.ends)
            self._missing[key] = decide_all(goals, self.progress)
        return self._missing[key]

    def class_assured(self, number: int) -> Assurance:
        """What became of the obligations of a class: the game's, its own, and that nothing like it is missing."""
        found, own = self._found[number]
        return together([self._foundations, own, self._complete(tuple(g.types for g in found.groups))])

    @staticmethod
    def counted(count: int) -> str:
        """So many classes, in words."""
        return f"{count} class{'' if count == 1 else 'es'} of perfect Bayesian equilibria"

    @property
    def sound(self) -> Assurance:
        """What became of the obligations of the game and of all classes."""
        return together([self._foundations, *(assurance for _, assurance in self._found)])

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the game and of all classes, and of the claim that none is missing."""
        made = self.sound
        if isinstance(made.verdict, Proved) and not self.completeness:
            return Assurance(Unknown("not proved"), made.goals, "that no class is missing")
        return made

    @cached_property
    def _foundations(self) -> Assurance:
        check_assumptions(self.game)
        assumed = tuple(self.game.assume.values())
        goals = [goal for node in self.game.nodes for goal in well_formed(node, assumed)]
        for name, weight in zip(self.form.types, self.form.prior, strict=True):
            goals.append(Goal(f"{name} is possible", sp.Gt(weight, 0, evaluate=False), assumed))
        goals += extreme_goals(self.form, self.worst, -1)
        goals += [end_goal(self.form, self.worst, t, end) for t, end in self.ends.items()]
        return decide_all(goals, lambda text: self.progress(f"{self.game.name}: {text}"))

    # -- the Intuitive Criterion

    @cached_property
    def sure(self) -> dict[int, Any]:
        """The reply to the belief in each type, which is proved to be the only best one."""
        made = {t: proposed(self.game, f"answer to {t}", partial(self._sure, t)) for t in range(len(self.form.types))}
        return {t: extreme(self.form, (t, reply)).reply for t, reply in made.items()}

    def _sure(self, t: int) -> Any:
        for one in self._extremes():
            if one.believed == t and self._proved(sure_goals(self.form, t, one.reply)):
                return one.reply
        shown = f"the reply to the belief in {self.form.types[t]} is not proved to be unique"
        raise DerivationError(f"{self.game.name}: {shown}", place=self.game.place)

    def criterion(self, number: int) -> Criterion:
        """Where a class fails the Intuitive Criterion, as proposed. Raises DerivationError for more than two types."""
        if len(self.form.types) != 2:
            shown = "with a continuous signal the Intuitive Criterion is worked out for two types"
            raise DerivationError(f"{self.game.name}: {shown}", place=self.game.place)
        if number not in self._criteria:
            made = proposed(self.game, f"intuitive {number}", partial(self._criterion, number), self._signals())
            self._criteria[number] = read_criterion(self.form, self._found[number][0], made)
        return self._criteria[number]

    def _criterion(self, number: int) -> Any:
        from formal.derive.signalling import intuitive

        return intuitive(self.form, self._found[number][0], self.best, self.sure).failing

    def refinement_assured(self, number: int) -> Assurance:
        """What became of the obligations of the Intuitive Criterion for a class."""
        goals = list(extreme_goals(self.form, self.best, 1))
        for t, reply in self.sure.items():
            goals += sure_goals(self.form, t, reply)
        name = f"{self.game.name}, the Intuitive Criterion"
        goals += intuitive_goals(self.form, self._found[number][0], self.criterion(number), self.best, self.sure, name)
        return decide_all(goals, lambda text: self.progress(f"{self.game.name}: {text}"))

    def __repr__(self) -> str:
        return f"the pure perfect Bayesian equilibria of {self.game.name}"


_solutions: dict[Game, SignallingSolution] = {}


def signalling(game: Game) -> SignallingSolution:
    """The pure perfect Bayesian equilibria of a game in which an informed sender chooses a number and the receiver replies.

    Types may be two or more, replies actions or a number in which the receiver's payoff is quadratic.
    """
    if game not in _solutions:
        _solutions[game] = SignallingSolution(game)
    return _solutions[game]
