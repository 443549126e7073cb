"""Perfect Bayesian equilibria: found, proved, and with a proved claim of what is not missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from math import prod
from typing import Any

import sympy as sp

from formal.assurance import Assurance, Progress, decide_all, together
from formal.bayes_classes import BayesianEquilibrium, Part, Supports
from formal.bayes_obligations import class_complete, complete, positive_draws, soundness
from formal.bayes_proposals import bayesian, refined
from formal.decide.goal import Goal
from formal.decide.judge import decide, proposed
from formal.decide.verdict import Proved, Refuted, Unknown, Verdict
from formal.derive.assessment import Class, Refined
from formal.errors import DerivationError, ModelError
from formal.model.game import Game
from formal.model.information import Information, InformationSet, belief_symbols, information
from formal.model.tree import Node
from formal.obligations import check_assumptions, well_formed
from formal.refinement_obligations import divine_goals, intuitive_goals
from formal.solution import note

LIMIT = 4096
PURE = "all pure ones"

Taken = str | Sequence[str]


class BayesianSolution:
    """The perfect Bayesian equilibria of a finite game, derived when they are first asked for."""

    def __init__(self, game: Game, asked: bool | None, limit: int) -> None:
        self.game, self.asked, self.limit = game, asked, limit
        self.progress: Progress = lambda _: None
        self._refined: dict[Any, Refined] = {}
        self._assured: dict[Any, Assurance] = {}

    @cached_property
    def info(self) -> Information:
        """The game's information sets."""
        return information(self.game)

    @cached_property
    def _derivation(self) -> tuple[tuple[Class, ...], tuple[sp.Expr, ...], tuple[frozenset[Any], ...]]:
        """Classes, expressions that vanish at exceptional parameters, and supports that were not solved."""
        more = [symbol for where in self.info.sets for symbol in belief_symbols(where)]
        return bayesian(self.info, proposed(self.game, f"assessments {self.mixed}", self._derived, more))

    def _derived(self) -> Any:
        from formal.derive.perfect_bayesian import classes
        from formal.derive.plans import Search

        try:
            search = Search(self.info, self.mixed)
            found = list(classes(search, self.progress))
        except DerivationError as error:
            raise DerivationError(f"{self.game.name}: {error.message}", place=self.game.place) from None
        rows = tuple(
            (
                c.behaviour,
                c.payoffs,
                tuple((a.conditions, a.behaviour, a.beliefs) for a in c.assessments),
                {name: tuple((r.mixture, r.conditions, r.believed) for r in rs) for name, rs in c.replies.items()},
            )
            for c in found
        )
        return rows, tuple(search.exceptions.values()), tuple(search.unsolved)

    @cached_property
    def mixed(self) -> bool:
        """Whether mixed strategies are looked for: when that is asked, or not refused and within the limit.

        Raises DerivationError when there are more combinations of supports than the limit.
        """
        pure, all_ways = (prod(ways(len(s.actions)) for s in self.info.sets) for ways in (int, lambda n: 2**n - 1))
        wanted = all_ways <= self.limit if self.asked is None else self.asked
        tried = all_ways if wanted else pure
        if tried > self.limit:
            hint = (
                f"mixed=False leaves {pure}"
                if pure <= self.limit
                else f"limit={tried} tries them all, fewer actions are faster"
            )
            shown = f"{self.game.name} has {tried} combinations of supports, more than the limit of {self.limit}"
            raise DerivationError(f"{shown}; {hint}", place=self.game.place)
        return wanted

    @cached_property
    def _found(self) -> tuple[tuple[Class, Assurance], ...]:
        """Classes with the fate of their obligations; those that are refuted are no equilibria and are left out."""
        self.progress(f"{self.game.name}: finding equilibria")
        judged: list[tuple[Class, Assurance]] = []
        for found in self._derivation[0]:
            name = f"{self.game.name}, class {len(judged) + 1}"
            assurance = decide_all(soundness(self.info, found, name), self.progress)
            if not isinstance(assurance.verdict, Refuted):
                judged.append((found, assurance))
        return tuple(judged)

    def refined(self, number: int, criterion: str) -> Refined:
        """Where a class passes a criterion and where it fails, as proposed."""
        key = number, criterion
        if key not in self._refined:
            found = self._found[number][0]
            name = f"{criterion} {sorted(found.supports.items())}"
            made = proposed(self.game, name, partial(self._refine, found, criterion))
            self._refined[key] = refined(self.info, found, made)
        return self._refined[key]

    def _refine(self, found: Class, criterion: str) -> Any:
        from formal.derive.perfect_bayesian import refine
        from formal.derive.plans import Search

        made = refine(Search(self.info, self.mixed), found.supports, criterion)
        fails = tuple((f.where, f.struck, f.conditions) for f in made.fails)
        return made.passes, fails, made.beliefs, made.mixtures

    def refinement_assured(self, number: int, criterion: str) -> Assurance:
        """What became of the obligations of a refinement."""
        key = number, criterion
        if key not in self._assured:
            goals = intuitive_goals if criterion == "intuitive" else divine_goals
            found, made = self._found[number][0], self.refined(number, criterion)
            self._assured[key] = self._decided(goals(self.info, found, made, f"{self.game.name}, {criterion}"))
        return self._assured[key]

    def _class_complete(self, number: int, asked: Supports | None, nonzero: Sequence[sp.Expr]) -> Assurance:
        key = number, asked, tuple(nonzero)
        if key not in self._assured:
            found = self._found[number][0]
            goals = class_complete(self.info, found, asked, mixed=self.mixed, nonzero=nonzero)
            self._assured[key] = self._decided(goals)
        return self._assured[key]

    def class_exact(self, number: int, asked: Supports | None = None) -> tuple[sp.Basic, ...]:
        """Nothing where the condition of a class is proved to be necessary, else that no exception holds."""
        return () if isinstance(self._class_complete(number, asked, ()).verdict, Proved) else self._unexceptional

    def class_assured(self, number: int, asked: Supports | None = None) -> Assurance:
        """What became of the obligations of a class: the game's, its own, and that nothing with its path, or what is asked, is
        missing."""
        nonzero = self.exceptions if self.class_exact(number, asked) else ()
        complete = self._class_complete(number, asked, nonzero)
        return together([self._asked_for, self._foundations, self._found[number][1], complete])

    @property
    def _asked_for(self) -> Assurance:
        """Nobody is to read of pure strategies alone who did not say so."""
        if self.mixed or self.asked is not None:
            return Assurance(Proved())
        shown = f"those that mix are left out for the limit of {self.limit} combinations of supports; say mixed=False"
        return Assurance(Unknown(shown), 0, f"{self.game.name}: {shown}")

    @property
    def exact(self) -> tuple[sp.Basic, ...]:
        """Where it is proved that no class is missing: everywhere, or away from the exceptions."""
        return self._unexceptional if self.mixed else ()

    @property
    def _unexceptional(self) -> tuple[sp.Basic, ...]:
        return tuple(sp.Ne(*_sides(e), evaluate=False) for e in self.exceptions)

    @property
    def equilibria(self) -> tuple[BayesianEquilibrium, ...]:
        """All classes, pure ones first. A proposition that reads them rests on it that none is missing."""
        note(self, self.game.tree)
        return self._classes

    @property
    def _classes(self) -> tuple[BayesianEquilibrium, ...]:
        return tuple(BayesianEquilibrium(self, found, number) for number, (found, _) in enumerate(self._found))

    def __iter__(self) -> Iterator[BayesianEquilibrium]:
        return iter(self.equilibria)

    def of_kind(self, kind: str) -> tuple[BayesianEquilibrium, ...]:
        """The classes of one kind: "separating", "pooling", "semi-separating", ..."""
        return tuple(e for e in self.equilibria if e.kind == kind)

    def find(self, **played: Mapping[str, Taken] | Taken) -> BayesianEquilibrium:
        """The class with these actions on the path: `find(breakfast={"strong": "beer", "weak": ["beer", "quiche"]})`.

        Actions are given by label, and by what the mover sees where there are several information sets with a label; several
        actions are those that are mixed. A proposition that reads the class rests on it that where it is no equilibrium, none
        has these actions on its path. Raises ModelError when no class, or more than one, plays so somewhere.
        """
        wanted = [(self._named(label, seen), taken) for label, by in played.items() for seen, taken in _listed(by)]
        matching = [e for e in self._classes if all(set(e._found.behaviour.get(s.name, ())) == taken for s, taken in wanted)]
        if len(matching) != 1:
            shown = ", ".join(f"{s.name}: {' or '.join(sorted(taken))}" for s, taken in wanted)
            raise ModelError(f"{len(matching)} classes of {self.game.name} play {shown}")
        asked = tuple((s.name, frozenset(taken)) for s, taken in wanted)
        note(Part(self.game, self, matching[0].number, asked), self.game.tree, again=True)
        return replace(matching[0], asked=asked)

    def _named(self, label: str, seen: str | None) -> InformationSet:
        found = [s for s in self.info.sets if s.label == label and (seen is None or seen in [move for _, move in s.seen])]
        if len(found) != 1:
            known = ", ".join(s.name for s in self.info.sets)
            raise ModelError(f'{self.game.name} has {len(found)} information sets "{label}" for {seen}; it has {known}')
        return found[0]

    @property
    def exceptions(self) -> tuple[sp.Expr, ...]:
        """Expressions in parameters: where one of them is 0, there may be equilibria that were passed over."""
        return self._derivation[1]

    @property
    def unsolved(self) -> tuple[str, ...]:
        """Supports on the path of which it is not known whether they are equilibria."""
        return tuple(", ".join(f"{k}: {' or '.join(v)}" for k, v in sorted(part)) for part in self._derivation[2])

    @cached_property
    def completeness(self) -> str:
        """The strongest proved claim of what is not missing, in words; empty when none was proved."""
        for words, goals in self._claims():
            if isinstance(self._decided(goals).verdict, Proved):
                return words
        return ""

    def _claims(self) -> Iterator[tuple[str, Iterator[Goal]]]:
        found = [c for c, _ in self._found]
        if self.mixed and self._somewhere():
            yield self._words(), complete(self.info, found, mixed=True, nonzero=self.exceptions, skipped=self._derivation[2])
        yield PURE, complete(self.info, found, mixed=False)

    def _somewhere(self) -> bool:
        """Whether there are parameters at which no exception holds."""
        nonzero = sp.And(*(sp.Ne(e, 0, evaluate=False) for e in self.exceptions))
        goal = Goal(f"{self.game.name}: exceptions", nonzero, tuple(self.game.assume.values()), existential=True)
        return not self.exceptions or isinstance(decide(goal), Proved)

    def _words(self, show: Callable[[sp.Basic], str] = str) -> str:
        """What is proved to be complete, when supports with some mixing are spoken of away from the exceptions."""
        equations = " or ".join(" = ".join(map(show, _sides(e))) for e in self.exceptions)
        apart = [f"some where {equations}"] if equations else []
        apart += [f"{len(self.unsolved)} supports that are not solved"] if self.unsolved else []
        return f"all pure ones, and all others apart from {' and '.join(apart)}" if apart else "all of them"

    def claimed(self, show: Callable[[sp.Basic], str]) -> str:
        """What `completeness` says, with the exceptional equations shown in some way."""
        return self._words(show) if self.completeness == self._words() else self.completeness

    def _decided(self, goals: Iterator[Goal]) -> Assurance:
        return decide_all(goals, lambda text: self.progress(f"{self.game.name}: {text}"))

    def coverage(self) -> sp.Basic:
        """The condition on the parameters under which there is an equilibrium of one of the classes."""
        return sp.Or(*(e.where for e in self.equilibria))

    @staticmethod
    def counted(count: int) -> str:
        """So many classes, in words."""
        return f"{count} class{'' if count == 1 else 'es'} of perfect Bayesian equilibria"

    @cached_property
    def covered(self) -> Verdict:
        """Whether some class exists at all parameters; if not, with an example of parameters at which none does."""
        where = sp.Or(*(found.where for found, _ in self._found))
        return decide(Goal(f"{self.game.name}: some class exists", where, tuple(self.game.assume.values())))

    def assure(self, node: Node | None = None) -> Assurance:
        """What became of the obligations of the game and of all classes, and of the claim that none is missing."""
        made = together([self._asked_for, self._foundations, *(assurance for _, assurance in self._found)])
        whole = self._words() if self.mixed else PURE
        if isinstance(made.verdict, Proved) and (self.unsolved or self.completeness != whole):
            failed = "that no class is missing" + (", as some supports are not solved" if self.unsolved else "")
            return Assurance(Unknown("not proved"), made.goals, failed)
        return made

    @property
    def sound(self) -> Assurance:
        """What became of the obligations of the game and of all classes."""
        return together([self._foundations, *(assurance for _, assurance in self._found)])

    @cached_property
    def _foundations(self) -> Assurance:
        check_assumptions(self.game)
        assumed = tuple(self.game.assume.values())
        goals = [goal for node in self.game.nodes for goal in well_formed(node, assumed)]
        return self._decided(iter([*goals, *positive_draws(self.info)]))

    def __repr__(self) -> str:
        return f"the perfect Bayesian equilibria of {self.game.name}"


def _sides(vanishing: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """The sides of the equation that an expression vanishes, with its negative terms on the right."""
    terms = sp.Add.make_args(sp.expand(vanishing))
    right = [-t for t in terms if t.could_extract_minus_sign()]
    return sp.Add(*(t for t in terms if not t.could_extract_minus_sign())), sp.Add(*right)


def _listed(by: Mapping[str, Taken] | Taken) -> Iterator[tuple[str | None, set[str]]]:
    pairs = by.items() if isinstance(by, Mapping) else [(None, by)]
    for seen, taken in pairs:
        yield seen, {taken} if isinstance(taken, str) else set(taken)


_solutions: dict[tuple[Game, bool | None, int], BayesianSolution] = {}


def perfect_bayesian(game: Game, *, mixed: bool | None = None, limit: int = LIMIT) -> BayesianSolution:
    """The perfect Bayesian equilibria of a finite game with private information, derived when first used.

    All pure ones, and with `mixed` those in which somebody mixes, by the supports of the strategies, up to what is done and
    believed off the path of play. A game with more than `limit` combinations of supports is refused; without a word on `mixed`,
    mixed ones are left out where they alone would make too many.
    """
    key = game, mixed, limit
    if key not in _solutions:
        _solutions[key] = BayesianSolution(game, mixed, limit)
    return _solutions[key]
