"""Subgame perfect equilibria of games with perfect information, by backward induction over symbolic payoffs.

Definitions
-----------
A stage is a node whose mover faces continuations that are already solved. Its solution is a list of cells: literals on
parameters and earlier choices, the mover's decision there, everybody's payoffs and the path of play that follows.

Method (Kuhn 1953, Selten 1965, with symbolic payoffs)
------
1. At a leaf there is one cell, with the leaf's payoffs.
2. At a discrete choice the options are the cells of the children.
3. At a continuous choice the options are the cells of the continuation at the candidates of `formal.derive.candidates`;
   one at the open end of a cell is approached, not attained.
4. `formal.derive.regions` cuts the space into regions, each with the option that wins there.

Everything found here is a conjecture; `formal.obligations` states what has to be proved of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import flint
import sympy as sp

from formal.derive.candidates import Choice, Piece
from formal.derive.leaves import is_rational, smooth_pieces
from formal.derive.literals import Literal, conjunction, inequalities, literal, literals
from formal.derive.naming import named
from formal.derive.partition import Branch, Cell, Equilibrium, Strategy, used_thresholds
from formal.derive.polynomial import Quotient, Ring
from formal.derive.regions import Contest, Option, Region, partition
from formal.derive.roots import Thresholds, square_root
from formal.derive.space import Point, Space, over_parameters
from formal.errors import DerivationError
from formal.ladder import Context
from formal.model.game import Game
from formal.model.parameters import Parameter
from formal.model.shape import Shapes, shape
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node

if TYPE_CHECKING:
    from formal.derive.discrete import Discrete

Conjunction = tuple[Literal, ...]
Progress = Callable[[str], None]


@dataclass
class Derivation:
    """One game being solved: the ring, the thresholds named so far, and each stage's solution."""

    game: Game
    ring: Ring
    thresholds: Thresholds
    progress: Progress
    context: Context = field(default_factory=Context)
    shapes: Shapes = field(default_factory=Shapes)
    twins: dict[int, Node] = field(default_factory=dict)
    solved: dict[Node, list[Piece]] = field(default_factory=dict)
    strategies: dict[Node, Strategy] = field(default_factory=dict)

    @cached_property
    def base(self) -> Space:
        """The space of the parameters alone."""
        assumed = self.game.assume.values()
        return over_parameters(self.ring, self.game.parameters, assumed, _scale(self), self.context)

    @cached_property
    def discrete(self) -> Discrete | None:
        """What solves the game's nodes where it is large and all is discrete and linear."""
        from formal.derive.discrete import discrete

        return discrete(self.game, self.ring)

    def stage(self, node: Node) -> str:
        return f"{self.game.name}, {node.head()}"


def derivation(game: Game, progress: Progress = lambda _: None) -> Derivation:
    """Prepare to solve a game; nothing is derived yet."""
    choices = {n.symbol for n in game.numbers}
    ring = Ring([*game.parameters, *sorted(choices, key=str)])
    return Derivation(game, ring, Thresholds(dict(game.thresholds)), progress)


def solve_node(work: Derivation, node: Node) -> list[Piece]:
    """The solution of the subgame at a node; children are solved first, each once.

    Raises DerivationError, naming the stage, for payoffs or degrees that the engine cannot handle.
    """
    if node not in work.solved:
        twin = work.twins.setdefault(shape(work.shapes, node), node)
        if twin in work.solved:
            _copy(work, twin, node)
            return work.solved[node]
        try:
            large = isinstance(node, Decision) and work.discrete is not None
            work.solved[node] = _large(work, node) if large else _solve(work, node)  # type: ignore[arg-type]
        except DerivationError as error:
            if error.message.startswith(work.game.name):
                raise
            raise DerivationError(f"{work.stage(node)}: {error.message}", place=work.game.place) from None
    return work.solved[node]


def _copy(work: Derivation, twin: Node, node: Node) -> None:
    """The solution of an equal subtree, with everything below."""
    for one, other in zip(twin.walk(), node.walk(), strict=True):
        if one in work.solved:
            work.solved[other] = work.solved[one]
        if one in work.strategies:
            work.strategies[other] = replace(work.strategies[one], node=other)  # type: ignore[arg-type]


def finish(work: Derivation) -> Equilibrium:
    """The proposed equilibrium of a game whose root is solved, in SymPy's terms."""
    players = work.game.players
    cells = [
        Cell(
            tuple(item.sympy() for item in piece.where),
            piece.path,
            {player: q.sympy() for player, q in zip(players, piece.payoffs, strict=True)},
            piece.attained,
        )
        for piece in solve_node(work, work.game.tree)
    ]
    return Equilibrium(work.game, named(work.game, cells), dict(work.strategies), used_thresholds(work.strategies.values()))


def _solve(work: Derivation, node: Node) -> list[Piece]:
    if isinstance(node, Leaf):
        return _leaf(work, node)
    children = [solve_node(work, child) for child in node.children]
    work.progress(node.head())
    space = _space(work, node)
    if isinstance(node, Chance):
        return _expected(work, node, children, space)
    if isinstance(node, Fork):
        return [*_guarded(work, node.condition, children[0]), *_guarded(work, sp.Not(node.condition), children[1])]
    assert isinstance(node, Decision | Continuous)
    options = _actions(work, node, children) if isinstance(node, Decision) else _candidates(work, node, children[0], space)
    work.thresholds.admit_all(space)
    options = _available(space, options)
    highest = isinstance(node, Continuous) and work.game.ties.get(node.label) == "highest"
    contest = Contest(space, options, work.game.players.index(node.player), highest)
    found = partition(contest, work.stage(node))
    work.strategies[node] = Strategy(node, _branches(node, found))
    return [Piece(c.where, c.option.payoffs, c.option.path, c.option.attained) for c in found]


def _large(work: Derivation, node: Decision) -> list[Piece]:
    """A discrete choice in a large game, without the solutions of what follows."""
    assert work.discrete is not None
    work.progress(node.head())
    found = work.discrete.regions(node)
    work.strategies[node] = Strategy(node, _branches(node, found))
    return [Piece(c.where, c.option.payoffs, c.option.path, c.option.attained) for c in found]


def _branches(node: Node, cells: list[Region]) -> tuple[Branch, ...]:
    """The strategy's branches; an action that is taken everywhere is one branch without conditions."""
    if isinstance(node, Decision) and len({(c.option.decision, c.option.attained) for c in cells}) == 1:
        option = cells[0].option
        return (Branch((), option.decision, option.attained, option.barren, option.levels),)
    made = ((tuple(i.sympy() for i in c.where), c.option) for c in cells)
    return tuple(Branch(where, o.decision, o.attained, o.barren, o.levels, o.path) for where, o in made)


# -- spaces


def _space(work: Derivation, node: Node) -> Space:
    """Parameters, assumptions, the ranges of earlier choices, and the thresholds that rest on these alone.

    Nodes with no earlier choice of a number and no fork share one space, and what was learnt of it.
    """
    game, ring = work.game, work.ring
    if not node.facts():
        work.thresholds.admit_all(work.base)
        return work.base
    space = work.base.below()
    for earlier in game.numbers_before(node):
        admit_choice(space, earlier)
    conditions = literals(ring, [f for f in node.facts() if not _is_range(game, f)])
    space.add(conditions)
    space.restrict(conditions)
    work.thresholds.admit_all(space)
    return space


def _is_range(game: Game, fact: sp.Basic) -> bool:
    return any(fact in n.following.history[-1][1].facts for n in game.numbers)


def admit_choice(space: Space, node: Continuous) -> None:
    """Make a number chosen earlier, and its range, known to a space."""
    ring = space.ring
    low, high = ring.quotient(node.low), ring.quotient(node.high)
    v = Quotient(ring, ring.gens[ring.index[node.symbol]], ring.constant(1))
    if ring.index[node.symbol] in ring.nonnegative:
        space.bound(ring.index[node.symbol], strict=False)
    inside = conjunction(literal(ring, gap.oriented(), strict=False) for gap in (v - low, high - v)) or ()
    space.add(inside)
    ends = (space.evaluate(end.numerator) / space.evaluate(end.denominator) for end in (low, high))
    space.sample_choice(node.symbol, *ends)


def _scale(work: Derivation) -> list[sp.Symbol]:
    """Positive parameters that may be set to 1: units in which payoffs are homogeneous.

    Each player's payoffs may be measured in units of their own. With a weight for each parameter such that all payoffs of
    a player, all ranges and all assumptions are homogeneous, comparisons do not change along the rays of the weights.
    Where payoffs have kinks or roots, none is.
    """
    ring, game = work.ring, work.game
    if not all(is_rational(u) for n in game.nodes if isinstance(n, Leaf) for u in n.payoffs.values()):
        return []
    rows: list[list[int]] = []

    def homogeneous(*quotients: Quotient) -> None:
        powers = [p for q in quotients for p in q.numerator.monoms()]
        if any(not q.denominator.is_constant() for q in quotients):
            powers = [p for q in quotients for part in (q.numerator, q.denominator) for p in part.monoms()]
        rows.extend([int(a) - int(b) for a, b in zip(p, powers[0], strict=True)] for p in powers[1:])

    for player in game.players:
        homogeneous(*(ring.quotient(n.payoffs[player]) for n in game.nodes if isinstance(n, Leaf)))
    for node in game.nodes:
        if isinstance(node, Continuous):
            v = Quotient(ring, ring.gens[ring.index[node.symbol]], ring.constant(1))
            homogeneous(v, *(q for q in (ring.quotient(node.low), ring.quotient(node.high)) if not q.numerator.is_zero()))
        elif isinstance(node, Chance):
            homogeneous(Quotient(ring, ring.constant(1), ring.constant(1)), *map(ring.quotient, node.probabilities))
    conditions = [*game.assume.values(), *(n.condition for n in game.nodes if isinstance(n, Fork))]
    for q in game.parameters:
        conditions += [f for f in q.facts() if f.rhs != 0]
    for condition in conditions:
        for item in literals(ring, [condition]):
            homogeneous(Quotient(ring, item.poly, ring.constant(1)))
    places = [ring.index[q] for q in game.parameters] + [ring.index[s] for s in ring.symbols if not isinstance(s, Parameter)]
    return _pivots(ring, rows, places)


def _pivots(ring: Ring, rows: list[list[int]], places: list[int]) -> list[sp.Symbol]:
    """Free columns of the weights' linear system that belong to positive parameters."""
    order = sorted(places, key=lambda i: i in ring.positive and isinstance(ring.symbols[i], Parameter))
    matrix = flint.fmpq_mat(max(len(rows), 1), len(order), [flint.fmpq(r[i]) for r in rows or [[0] * 99] for i in order])
    reduced, rank = matrix.rref()
    pivots = {next(k for k in range(len(order)) if reduced[r, k] != 0) for r in range(rank)}
    free = [order[k] for k in range(len(order)) if k not in pivots]
    return [ring.symbols[i] for i in free if i in ring.positive and isinstance(ring.symbols[i], Parameter)]


# -- stages


def _leaf(work: Derivation, leaf: Leaf) -> list[Piece]:
    """One piece where the payoffs are rational; else one for each way in which their kinks can fall."""
    written = [leaf.payoffs[player] for player in work.game.players]
    quotients = [work.ring.quotient(u) for u in written] if all(map(is_rational, written)) else []
    if quotients and all(work.ring.sign(q.denominator) is not None for q in quotients):
        return [Piece((), tuple(quotients), ())]
    space, pieces = _space(work, leaf), []

    def root(radicand: sp.Expr) -> sp.Symbol:
        return square_root(space, work.thresholds, work.ring.quotient(radicand))

    for conditions, payoffs in smooth_pieces(written, root):
        where = conjunction(inequalities(work.ring, conditions))
        if where is not None and space.possible(where):
            smooth = tuple(work.ring.quotient(u) for u in payoffs)
            for player, payoff in zip(work.game.players, smooth, strict=True):
                _defined_payoff(space, where, payoff, f"the payoff of {player}")
            pieces.append(Piece(where, smooth, ()))
    return pieces


def _defined_payoff(space: Space, where: Conjunction, payoff: Quotient, what: str) -> None:
    if space.ring.sign(payoff.denominator) is None:
        found = space.find(space.all(where), space.term(payoff.denominator) == 0)
        if isinstance(found, Point):
            raise DerivationError(f"{what}, {payoff.sympy()}, divides by zero at {space.shown(found)}")


def _expected(work: Derivation, node: Chance, children: list[list[Piece]], space: Space) -> list[Piece]:
    """One cell for each feasible combination of the outcomes' cells, with expected payoffs."""
    weights = [work.ring.quotient(p) for p in node.probabilities]
    pieces = []
    for combination in product(*children):
        where = conjunction(item for piece in combination for item in piece.where)
        if where is None or not space.possible(where):
            continue
        payoffs = []
        for i in range(len(work.game.players)):
            terms = [w * piece.payoffs[i] for w, piece in zip(weights, combination, strict=True)]
            payoffs.append(sum(terms[1:], terms[0]))
        path = ((node.label, tuple((o, piece.path) for o, piece in zip(node.outcomes, combination, strict=True))),)
        pieces.append(Piece(where, tuple(payoffs), path, all(p.attained for p in combination)))
    return pieces


def _guarded(work: Derivation, condition: sp.Basic, pieces: list[Piece]) -> list[Piece]:
    guard = literals(work.ring, [condition])
    return [replace(p, where=tuple(dict.fromkeys((*guard, *p.where)))) for p in pieces]


def _actions(work: Derivation, node: Decision, children: list[list[Piece]]) -> list[Option]:
    """The children's cells as options; the tie rule's action goes first."""
    favoured = work.game.ties.get(node.label, node.actions[0])
    options = []
    for k, (action, pieces) in enumerate(zip(node.actions, children, strict=True)):
        rank = 0 if action == favoured else k + 1
        for piece in pieces:
            path = ((node.label, action), *piece.path)
            options.append(Option(piece.where, action, piece.payoffs, path, piece.attained, rank, barren=not piece.attained))
    return options


def _candidates(work: Derivation, node: Continuous, pieces: list[Piece], space: Space) -> list[Option]:
    work.thresholds.admit_all(space)
    inner = space.below()
    admit_choice(inner, node)
    work.thresholds.admit_all(inner)
    mover, preferred = work.game.players.index(node.player), -1 if work.game.ties.get(node.label) == "highest" else 1
    return Choice(node, mover, preferred, work.thresholds, space, inner).options(pieces)


def _available(space: Space, options: list[Option]) -> list[Option]:
    """The options that some point of the space admits, without repetition."""
    kept: dict[tuple[Any, ...], Option] = {}
    for option in options:
        key = (
            frozenset(option.where),
            str(option.decision),
            str(option.path),
            option.attained,
            tuple(q.key() for q in option.payoffs),
        )
        if key not in kept and space.possible(option.where):
            kept[key] = option
    return list(kept.values())
