"""Repeated games: trigger strategies in a symbolic stage game, with the discount factors that sustain them, proved."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import sympy as sp

from formal.assurance import Assurance, Progress, decide_all
from formal.decide.goal import Goal, resting
from formal.decide.judge import decide, proposed
from formal.decide.verdict import Proved
from formal.derive.automaton import Automaton, deviations
from formal.errors import ClaimError, ModelError, caller, suggestion
from formal.model.game import Game
from formal.model.parameters import Domain, Parameter
from formal.model.static import Finite, Profile, static_form
from formal.model.tree import Node
from formal.obligations import check_assumptions, well_formed
from formal.proposals import values_and_conditions
from formal.solution import note


class Repeated:
    """A stage game of simultaneous moves that is played for ever, with a common discount factor."""

    def __init__(self, stage: Game, discount: Parameter) -> None:
        self.stage, self.discount = stage, discount

    @cached_property
    def form(self) -> Finite:
        """The stage game in strategic form. Raises ModelError when its players choose numbers."""
        form = static_form(self.stage)
        if not isinstance(form, Finite):
            raise ModelError(f"{self.stage.name}: repeated games are derived for finite stage games", place=self.stage.place)
        return form

    def _profile(self, actions: tuple[str, ...]) -> Profile:
        if len(actions) != len(self.stage.players):
            raise ModelError(f"{self.stage.name} needs {len(self.stage.players)} actions, not {len(actions)}")
        for action, menu in zip(actions, self.form.actions, strict=True):
            if action not in menu:
                raise ModelError(f'"{action}" is not an action of {self.stage.name}; {suggestion(action, menu)}')
        return tuple(actions)

    def grim_trigger(self, path: tuple[str, ...], punishment: tuple[str, ...]) -> Trigger:
        """Play `path` until somebody deviates, then `punishment` for ever (Friedman 1971)."""
        profiles = {"path": self._profile(path), "punishment": self._profile(punishment)}
        stay = {"path": "path", "punishment": "punishment"}
        return Trigger(self, Automaton(profiles, stay, dict.fromkeys(stay, "punishment")), "grim trigger")

    def finite_punishment(self, path: tuple[str, ...], punishment: tuple[str, ...], periods: int) -> Trigger:
        """Play `path`; after a deviation from it play `punishment` for some periods, whatever happens then, and return.

        Raises ModelError when the number of periods is not positive.
        """
        if periods < 1:
            raise ModelError(f"a punishment lasts at least one period, not {periods}")
        phases = [f"punishment {k}" for k in range(1, periods + 1)]
        profiles = {"path": self._profile(path)} | dict.fromkeys(phases, self._profile(punishment))
        following = {"path": "path"} | dict(zip(phases, [*phases[1:], "path"], strict=True))
        after = {**following, "path": phases[0]}
        return Trigger(self, Automaton(profiles, following, after), f"punishment for {periods} period{'s' * (periods > 1)}")


class Trigger:
    """A trigger strategy, and the parameters at which it is a subgame perfect equilibrium."""

    def __init__(self, repeated: Repeated, automaton: Automaton, name: str) -> None:
        self.repeated, self.automaton, self.name = repeated, automaton, name
        self.game, self.place = repeated.stage, caller()
        self.progress: Progress = lambda _: None

    @cached_property
    def _derived(self) -> tuple[dict[str, tuple[sp.Expr, ...]], tuple[sp.Basic, ...] | None]:
        name = f"{self.name}, {', '.join(f'{state} {profile}' for state, profile in self.automaton.profiles.items())}"
        return values_and_conditions(self.game, proposed(self.game, name, self._made, [self.repeated.discount]))

    def _made(self) -> Any:
        from formal.derive import repeated  # which imports Z3

        return repeated.values_and_conditions(self.repeated.form, self.automaton, self.repeated.discount)

    @property
    def where(self) -> sp.Basic:
        """Exactly the parameters at which nobody gains by a one-shot deviation."""
        note(self, self.game.tree)
        conditions = self._derived[1]
        return sp.false if conditions is None else sp.And(*conditions)

    def value(self, player: str, state: str = "path") -> sp.Expr:
        """The normalised value of a state to a player: the average discounted payoff from there on."""
        note(self, self.game.tree)
        if player not in self.game.players:
            raise ModelError(f'"{player}" is not a player; {suggestion(player, self.game.players)}')
        return self._derived[0][state][self.game.players.index(player)]

    def threshold(self) -> sp.Expr:
        """The discount factor from which on the strategy is an equilibrium, as a closed form that is proved to be it.

        Raises ClaimError where there is none, where other conditions have to hold too, and where a condition is no such bound,
        or is of degree above 2 in the discount factor: `where` has them.
        """
        note(self, self.game.tree)
        conditions = self._derived[1]
        if conditions is None:
            raise ClaimError(f"{self} is an equilibrium at no discount factor")
        for other in (c for c in conditions if not c.has(self.repeated.discount)):
            raise ClaimError(
                f"{self} is an equilibrium only where {other}, whatever the discount factor; assume it, or use where"
            )
        bounds = [self._bound(c) for c in conditions]
        return sp.Max(0, *bounds) if len(bounds) != 1 else bounds[0]

    def _bound(self, condition: sp.Basic) -> sp.Expr:
        delta = self.repeated.discount
        assumed = tuple(self.game.assume.values())
        polynomial = sp.Poly(sp.expand(condition.lhs - condition.rhs), delta)
        for root in sp.roots(polynomial, delta) if polynomial.degree() <= 2 else ():
            closed = _expanded(sp.factor(root)) if polynomial.degree() == 1 else root
            same = sp.Equivalent(condition, sp.Ge(delta, closed, evaluate=False), evaluate=False)
            if isinstance(decide(Goal("threshold", same, assumed)), Proved):
                return closed
        raise ClaimError(f"{condition} has no closed form δ ≥ ...; use where")

    def assure(self, node: Node | None = None) -> Assurance:
        """Have it decided that the conditions are sufficient and necessary, and the values right."""
        return self._assured

    @cached_property
    def _assured(self) -> Assurance:
        check_assumptions(self.game)
        return decide_all(self.obligations(), lambda text: self.progress(f"{self}: {text}"))

    def obligations(self) -> Iterator[Goal]:
        """Goals from the definition: value equations, and no profitable deviation exactly where the conditions hold."""
        values, conditions = self._derived
        form, delta = self.repeated.form, self.repeated.discount
        assumed = tuple(self.game.assume.values())
        for node in self.game.nodes:
            yield from well_formed(node, assumed)
        said = (*(v for listed in values.values() for v in listed), *(conditions or ()))
        yield from resting(str(self), said, (*self.game.parameters, delta), assumed)
        for state, profile in self.automaton.profiles.items():
            for i, player in enumerate(self.game.players):
                later = values[self.automaton.next[state]][i]
                equation = sp.Eq(values[state][i], (1 - delta) * form.payoffs[profile][i] + delta * later, evaluate=False)
                yield Goal(f"the value of {state} to {player}", equation, assumed)
        unprofitable = []
        for d in deviations(form, self.automaton):
            later = values[self.automaton.successor(d.state, d.played)][d.player]
            gain = (1 - delta) * form.payoffs[d.played][d.player] + delta * later
            unprofitable.append(sp.Ge(values[d.state][d.player], gain, evaluate=False))
            if conditions is not None:
                shown = f"{self.game.players[d.player]} in {d.state} against ({', '.join(d.played)})"
                yield Goal(shown, unprofitable[-1], (*assumed, *conditions))
        needed = sp.false if conditions is None else sp.And(*conditions)
        yield Goal("the conditions are necessary", needed, (*assumed, *unprofitable))

    def __repr__(self) -> str:
        return f"{self.name} in {self.game.name}"


def _expanded(quotient: sp.Expr) -> sp.Expr:
    """The quotient with its sign in the numerator, which is multiplied out."""
    numerator, denominator = sp.fraction(quotient)
    return sp.expand(numerator) / denominator


def repeated(stage: Game, discount: Parameter) -> Repeated:
    """The stage game played for ever; `discount` is a parameter in (0, 1).

    Raises ModelError for a discount factor that is not declared to lie in (0, 1).
    """
    if not isinstance(discount, Parameter) or not _proper(discount.domain):
        raise ModelError(f'the discount factor is a parameter in (0, 1), such as parameters("delta in (0, 1)"), not {discount}')
    return Repeated(stage, discount)


def _proper(domain: Domain) -> bool:
    """Whether the domain lies in [0, 1) or (0, 1)."""
    if domain.low is None or domain.high is None:
        return False
    return bool(domain.low >= 0 and (domain.high < 1 or (domain.high == 1 and domain.open_high)))
