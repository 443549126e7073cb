"""A game with continuous choices as one function of numbers, put together from its tree; compiled by Numba where it is there.

Every node becomes a function from a tuple of parameters and earlier choices to regime, payoffs, decision, and whether some
payoff was not a number. The regime names the path of play; see `formal.numeric.maximum`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import sympy as sp

from formal.model.game import Game
from formal.model.threshold import expand
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.numeric.maximum import MASK, Compile, Solve, maximum

TIE = 1e-12


@lru_cache(maxsize=64)
def compiled(game: Game, grid: int, plain: bool = False) -> Callable[..., None]:
    """A function that solves the game at each column of an array of parameters, in the order of `game.parameters`.

    It fills arrays of payoffs, a row for each player, of the root's decisions, and of whether a payoff was not a number on the
    way. `plain` is without Numba, as it is where that is not installed: the same function, a hundred times slower, at once.
    """
    jit: Compile = lambda function: function  # noqa: E731
    if not plain:
        try:
            import numba

            jit = numba.njit(error_model="numpy", nogil=True)
        except ImportError:
            plain = True
    solve, players = _Builder(game, grid, jit, plain).node(game.tree, tuple(game.parameters)), len(game.players)
    row = jit(eval(f"lambda points, k: ({''.join(f'points[{i}, k], ' for i in range(len(game.parameters)))})"))

    def fill(points: Any, payoffs: Any, decisions: Any, wrong: Any) -> None:
        for k in range(points.shape[1]):
            _, paid, decisions[k], wrong[k] = solve(row(points, k))
            for i in range(players):
                payoffs[i, k] = paid[i]

    made: Callable[..., None] = jit(fill)
    return made


class _Builder:
    """Functions of nodes, given which symbols their arguments are."""

    def __init__(self, game: Game, grid: int, jit: Compile, plain: bool) -> None:
        self.game, self.grid, self.jit, self.plain = game, grid, jit, plain

    def node(self, node: Node, symbols: tuple[sp.Symbol, ...]) -> Solve:
        if isinstance(node, Leaf):
            return self._leaf([node.payoffs[q] for q in self.game.players], symbols)
        if isinstance(node, Continuous):
            ends = self._numbers([node.low, node.high], symbols)
            follow = self.node(node.following, (*symbols, node.symbol))
            highest = self.game.ties.get(node.label) == "highest"
            return maximum(follow, ends, self.game.players.index(node.player), highest, self.grid, self.jit)
        children = [self.node(child, symbols) for child in node.children]
        if isinstance(node, Fork):
            return self.jit(_forked(self.jit(sp.lambdify([symbols], expand(node.condition), "math")), *children))
        if isinstance(node, Chance):
            return self._lottery(children, self._numbers(node.probabilities, symbols))
        assert isinstance(node, Decision)
        return self._choice(node, children)

    def _numbers(self, formulas: Sequence[sp.Expr], symbols: tuple[sp.Symbol, ...]) -> Solve:
        """A function from the arguments to a tuple of floats, NaN where there is no number."""
        written = [expand(sp.sympify(e)) for e in formulas]
        floats = tuple(sp.Float(e, 17) if e.is_number else e for e in written)
        return self._total(sp.lambdify([symbols], floats, "math", cse=True), len(floats))

    def _total(self, function: Solve, length: int) -> Solve:
        if not self.plain:
            return self.jit(function)

        def total(args: Any) -> Any:
            try:
                return function(args)
            except (ArithmeticError, ValueError):
                return (math.nan,) * length

        return total

    def _leaf(self, payoffs: Sequence[sp.Expr], symbols: tuple[sp.Symbol, ...]) -> Solve:
        paid, players = self._numbers(payoffs, symbols), len(payoffs)

        def leaf(args: Any) -> Any:
            found, wrong = paid(args), False
            for i in range(players):
                wrong = wrong or not math.isfinite(found[i])
            return 0, found, 0.0, wrong

        return self.jit(leaf)

    def _choice(self, node: Decision, children: list[Solve]) -> Solve:
        """The best action; the tie rule's action wherever it is as good."""
        favoured = self.game.ties.get(node.label, node.actions[0])
        order = sorted(range(len(children)), key=lambda k: node.actions[k] != favoured)
        solve = children[order[0]]
        if len(order) == 1:
            return solve
        for place, k in enumerate(order[1:]):
            before = -1 if place else order[0]
            solve = self.jit(_better(solve, before, children[k], k, self.game.players.index(node.player)))
        return solve

    def _lottery(self, children: list[Solve], weights: Solve) -> Solve:
        """Expected payoffs; the regime is that of all outcomes together."""
        players = len(self.game.players)
        so_far, more, w = sp.symbols(f"a:{players}"), sp.symbols(f"b:{players}"), sp.Symbol("w")
        both = tuple(a + w * b for a, b in zip(so_far, more, strict=True))
        add = self.jit(sp.lambdify([so_far, more, w], both, "math"))
        solve = self._leaf([sp.Integer(0)] * players, ())
        solve = self.jit(_certain(solve))
        for k, child in enumerate(children):
            solve = self.jit(_added(solve, child, weights, k, add))
        return solve


def _better(first: Solve, place: int, second: Solve, k: int, mover: int) -> Solve:
    """Action number k where it is better for the mover than the first, which is number `place`, or the best so far with -1."""

    def solve(args: Any) -> Any:
        a, b = first(args), second(args)
        wrong = a[3] or b[3]
        if b[1][mover] > a[1][mover] + TIE:
            return (b[0] * 31 + k + 1) & MASK, b[1], float(k), wrong
        if place < 0:
            return a[0], a[1], a[2], wrong
        return (a[0] * 31 + place + 1) & MASK, a[1], float(place), wrong

    return solve


def _forked(holds: Solve, yes: Solve, no: Solve) -> Solve:
    def solve(args: Any) -> Any:
        if holds(args):
            found = yes(args)
            return (found[0] * 31 + 1) & MASK, found[1], 0.0, found[3]
        found = no(args)
        return (found[0] * 31 + 2) & MASK, found[1], 1.0, found[3]

    return solve


def _certain(nothing: Solve) -> Solve:
    def solve(args: Any) -> Any:
        return nothing(())

    return solve


def _added(so_far: Solve, child: Solve, weights: Solve, k: int, add: Callable[..., Any]) -> Solve:
    """What is expected so far and from outcome number k."""

    def solve(args: Any) -> Any:
        a, b, w = so_far(args), child(args), weights(args)[k]
        return (a[0] * 1000003 + b[0] + 1) & MASK, add(a[1], b[1], w), 0.0, a[3] or b[3] or not math.isfinite(w)

    return solve
