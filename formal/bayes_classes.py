"""Classes of perfect Bayesian equilibria as the author reads them, and what a proposition that reads one rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from formal.assurance import Assurance, decide_all
from formal.consistency import consistency_goals
from formal.decide.verdict import Proved
from formal.derive.assessment import Class, Refined
from formal.errors import ModelError, suggestion
from formal.model.game import Game
from formal.model.information import Information, InformationSet, node_names
from formal.model.partial import Piecewise, defined
from formal.model.tree import Chance, Node
from formal.readings import read
from formal.solution import note

if TYPE_CHECKING:
    from formal.bayes_solution import BayesianSolution


Supports = tuple[tuple[str, frozenset[str]], ...]  # actions at information sets, by name


@dataclass(frozen=True)
class BayesianEquilibrium:
    """A class of perfect Bayesian equilibria with one path of play, and where there is one."""

    solution: BayesianSolution
    _found: Class
    number: int
    asked: Supports | None = None

    @property
    def found(self) -> Class:
        """The class as it was derived."""
        self._note()
        return self._found

    @property
    def where(self) -> sp.Basic:
        """The condition on the parameters under which an equilibrium of this class exists."""
        self._note()
        return read(self._found.where, self.solution.game, "where", repr(self))

    @property
    def kind(self) -> str:
        """How the moves of those who know more depend on what they know: separating, pooling, partially pooling,
        semi-separating, mixed or pure."""
        self._note()
        return kind(self.solution.info, self._found)

    def payoff(self, player: str) -> sp.Expr:
        """What the player gets; without a value where there is no such equilibrium."""
        if player not in self._found.payoffs:
            raise ModelError(f'"{player}" is not a player; {suggestion(player, self.solution.game.players)}')
        return read(self._here(self._found.payoffs[player]), self.solution.game, "payoff", player, which=repr(self))

    def probability(self, label: str, action: str, **seen: str) -> sp.Expr:
        """How often the action is taken at the information set that is reached with these moves; 0 for one never taken.

        Raises ModelError for a set that is not reached: what is done there is not the same in all equilibria of the class.
        """
        where = self.solution.info.find(label, seen)
        if action not in where.actions:
            raise ModelError(f'"{action}" is not an action of "{label}"; {suggestion(action, where.actions)}')
        share = self._here(self._reached(where).get(action, sp.Integer(0)))
        return read(share, self.solution.game, "probability", label, action, *seen.values(), which=repr(self))

    def belief(self, label: str, node: str, **seen: str) -> sp.Expr:
        """How likely the mover at `label`, which is reached, thinks the node to be that differs by the move `node`.

        Raises ModelError for a set that is not reached, and a node that it does not have.
        """
        where = self.solution.info.find(label, seen)
        self._reached(where)
        names = node_names(where)
        if node not in names:
            raise ModelError(f'"{node}" is no node of {where.name}; {suggestion(node, names)}')
        variants = self._found.assessments  # each is proved where its own conditions hold
        place, one = names.index(node), (sp.Integer(1),)
        beliefs = [(a.beliefs.get(where.name, one)[place], sp.And(*a.conditions)) for a in variants]
        same = len({value for value, _ in beliefs}) == 1
        belief = self._here(beliefs[0][0]) if same else Piecewise(*beliefs, evaluate=False)
        return read(belief, self.solution.game, "belief", label, node, *seen.values(), which=repr(self))

    def beliefs(self, label: str, **seen: str) -> sp.Basic:
        """The exact set of beliefs off the path that support an equilibrium of the class, as a condition on the belief symbols
        (`belief_symbols`) and the parameters.

        Raises ModelError for a set that is reached, or whose beliefs cannot be told apart from other things off the path.
        """
        where = self.solution.info.find(label, seen)
        if where.name in self._found.behaviour:
            raise ModelError(f"{where.name} is reached in this class; ask belief(...)")
        if where.name not in self._found.replies:
            raise ModelError(f"what is believed at {where.name} depends on what else is done off the path")
        ways = (sp.And(*r.conditions, *r.believed) for r in self._found.replies[where.name])
        return sp.And(self.where, sp.Or(*ways))

    def intuitive(self) -> sp.Basic:
        """The condition under which the class exists and passes the Intuitive Criterion; see `refined`."""
        return self._passes("intuitive")

    def divine(self) -> sp.Basic:
        """The condition under which the class exists and passes D1; see `refined`."""
        return self._passes("divine")

    def _passes(self, criterion: str) -> sp.Basic:
        cases = [sp.And(*c) for c in self.refined(criterion).passes]
        return sp.And(self.where, sp.Or(*cases))

    def refined(self, criterion: str) -> Refined:
        """Where the class passes the criterion, "intuitive" or "divine", and where it fails because of which types.

        Raises DerivationError where the game is not one of one signal and one reply.
        """
        made = self.solution.refined(self.number, criterion)
        self._note()
        self._note(criterion)
        return made

    def sequential(self) -> bool:
        """Whether each assessment that is listed is proved to be a sequential equilibrium, by a sequence of trembles."""
        self._note()
        info, progress = self.solution.info, self.solution.progress
        made = [decide_all(consistency_goals(info, one, repr(self)), progress) for one in self._found.assessments]
        return all(isinstance(assurance.verdict, Proved) for assurance in made)

    def _reached(self, where: InformationSet) -> Mapping[str, sp.Expr]:
        if where.name not in self._found.behaviour:
            raise ModelError(f"{where.name} is not reached in this class; its equilibria differ there")
        return self._found.behaviour[where.name]

    def _here(self, value: Any) -> sp.Expr:
        return defined(value, self.where)

    def _note(self, criterion: str = "") -> None:
        note(Part(self.solution.game, self.solution, self.number, self.asked, criterion), self.solution.game.tree)

    def __repr__(self) -> str:
        played = "; ".join(f"{name}: {' or '.join(m)}" for name, m in self._found.behaviour.items())
        return f"{kind(self.solution.info, self._found)}: {played}"


@dataclass(frozen=True)
class Part:
    """What a proposition may rest on: a class, which is proved to be what it says, or a refinement of it.

    Where it was found by what is `asked`, there is no equilibrium with these actions where there is none of the class.
    """

    game: Game
    solution: BayesianSolution
    number: int
    asked: Supports | None = None
    criterion: str = ""

    @property
    def exact(self) -> tuple[sp.Basic, ...]:
        """Where the class's condition is proved to be necessary: everywhere, or away from the exceptions."""
        return self.solution.class_exact(self.number, self.asked)

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the class, that its condition is necessary among them, or of the refinement."""
        if self.criterion:
            return self.solution.refinement_assured(self.number, self.criterion)
        return self.solution.class_assured(self.number, self.asked)

    def __repr__(self) -> str:
        return f"class {self.number + 1} of {self.solution}"


def kind(info: Information, found: Class) -> str:
    """How the moves of informed players depend on what they know."""
    informed: dict[str, list[InformationSet]] = {}
    for where in info.sets:
        if where.name in found.behaviour:
            informed.setdefault(where.label, []).append(where)
    draws = {node.label for node in info.game.nodes if isinstance(node, Chance)}
    groups = [
        [tuple(found.behaviour[s.name]) for s in sets]
        for sets in informed.values()
        if len(sets) > 1 and any(k in draws for s in sets for k, _ in s.seen)
    ]
    if not groups:
        return "pure" if found.pure else "mixed"
    if any(len(support) > 1 for group in groups for support in group):
        return "semi-separating"
    first = groups[0]
    if len(set(first)) == 1:
        return "pooling" if found.pure else "mixed"
    return "separating" if len(set(first)) == len(first) else "partially pooling"
