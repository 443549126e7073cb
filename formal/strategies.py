"""Strategies for Hypothesis, to test one's own models with: parameter points, payoffs, and whole games.

>>> from hypothesis import given
>>> @given(parameters_inside(my_game))
... def test_the_leader_gains(point):
...     assert my_solution.at(point).payoffs["Leader"] >= 0

Points are exact, simple ones first, and often on boundaries; what fails is shrunk to a simple point. Reference: MacIver and
Hatfield-Dodds (2019), Hypothesis: a new approach to property-based testing, Journal of Open Source Software 4(43).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from formal.decide.evaluate import UndefinedError, inside
from formal.errors import ModelError, UsageError
from formal.model.game import Game
from formal.model.game import game as declared
from formal.model.parameters import Parameter
from formal.model.rewriting import as_written
from formal.model.threshold import expand, thresholds
from formal.numeric.draws import pool
from formal.numeric.edges import edge_points
from formal.numeric.grid import holds

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Point = dict[sp.Symbol, sp.Expr]
DRAWS = 20_000
ANCHORS = 200
EDGES = 3  # points that are moved to each boundary
SIMPLE = tuple(map(sp.Rational, ("0", "1", "2", "1/2", "3", "4", "1/4", "3/4", "3/2", "5", "-1", "1/3")))
KEPT = 255  # of which those below the number of simple values replace a coordinate


def parameters_inside(assumptions: Game | Iterable[sp.Basic], *conditions: sp.Basic, seed: int = 1) -> SearchStrategy[Point]:
    """Exact points, a number for each parameter, in the domains and where the assumptions and conditions hold.

    `assumptions` is a game, whose parameters and assumptions are meant, or relations on declared parameters; with the
    conditions of a cell points are drawn from that cell. Raises ModelError where no point is found, and UsageError where
    Hypothesis is not installed.
    """
    _hypothesis()
    relations = [*(assumptions.assume.values() if isinstance(assumptions, Game) else assumptions), *conditions]
    used = {s for r in relations for e in (r, *map(expand, thresholds(r))) for s in e.free_symbols if isinstance(s, Parameter)}
    parameters = sorted(used | set(assumptions.parameters if isinstance(assumptions, Game) else ()), key=lambda q: q.name)
    anchors = anchored(parameters, relations, seed)
    if not anchors:
        raise ModelError(f"no point was found at which {', '.join(map(str, relations))}")
    return _near(anchors, relations)


def anchored(parameters: Sequence[Parameter], relations: Sequence[sp.Basic], seed: int, most: int = ANCHORS) -> list[Point]:
    """Exact points at which relations hold, the simplest first, and after them some on the boundaries of each relation."""
    drawn = pool(parameters, [r for r in relations if not thresholds(r)], DRAWS, seed)
    if not drawn:
        return [{}] if all(bool(r) for r in relations) else []
    with np.errstate(all="ignore"):  # thresholds that do not exist have no value
        met = holds(as_written(sp.And, list(relations)), drawn) if relations else [True] * len(next(iter(drawn.values())))
    rows = [k for k, fits in enumerate(met) if fits]
    exact = ({q: sp.Rational(float(column[k])) for q, column in drawn.items()} for k in rows)
    found = list(islice((point for point in exact if allowed(point, relations)), most))
    edges = (p for r in relations for p in edge_points(r, found[:EDGES]) if allowed(p, relations))
    return [*found, *edges]


def allowed(point: Mapping[sp.Symbol, sp.Expr], relations: Iterable[sp.Basic]) -> bool:
    """Whether an exact point is in the domains of its parameters and relations hold there."""
    domains = [f for q in point if isinstance(q, Parameter) for f in q.facts()]
    whole = all(v.is_Integer for q, v in point.items() if isinstance(q, Parameter) and q.domain.whole)
    try:
        return whole and inside([*domains, *relations], point)
    except UndefinedError:
        return False


def smallest(anchor: Mapping[sp.Symbol, sp.Expr], relations: Sequence[sp.Basic], fails: Callable[[Point], bool]) -> Point:
    """A point as simple as Hypothesis finds it, among those between `anchor` and simple numbers, at which something fails.

    It is the anchor where Hypothesis is not installed, or nothing simpler fails.
    """
    try:
        import hypothesis
    except ImportError:
        return dict(anchor)
    settings = hypothesis.settings(
        max_examples=200, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    try:
        found: Point = hypothesis.find(_near([dict(anchor)], relations), fails, settings=settings)
    except hypothesis.errors.NoSuchExample:
        return dict(anchor)
    return found


def payoffs(parameters: Iterable[sp.Symbol], *, kinks: bool = True) -> SearchStrategy[sp.Expr]:
    """Payoffs in the parameters: small multiples of one or two, plus a number; with `kinks` also Min, Max, Abs and roots."""
    st = _hypothesis().strategies
    names = list(parameters)
    terms = [0, *names, *(-q for q in names), *(a - b for a in names for b in names if a != b)]
    plain = st.tuples(st.integers(-2, 2), st.sampled_from(terms)).map(lambda t: sp.sympify(t[0] + t[1]))
    shapes = [sp.Min, sp.Max, lambda u, v: sp.Abs(u - v), lambda u, v: u + sp.sqrt(v**2)]
    kinked = st.tuples(st.sampled_from(shapes), plain, plain).map(lambda t: t[0](*t[1:]))
    found: SearchStrategy[sp.Expr] = st.one_of(plain, kinked) if kinks else plain
    return found


def trees(
    paid: SearchStrategy[sp.Expr], *, players: Sequence[str] = ("One", "Two"), leaves: int = 6, chance: bool = True
) -> SearchStrategy[Game]:
    """Games of perfect information with two or three actions at a node, and with payoffs as drawn from `paid`.

    `leaves` bounds their ends; with `chance` there are fair draws among the moves. Choices are called n0, n1, ... down a path.
    """
    st = _hypothesis().strategies
    ends = st.tuples(*(paid for _ in players)).map(lambda u: ("", u))

    def grown(inner: Any) -> Any:
        moves = st.tuples(st.sampled_from(list(players)), st.lists(inner, min_size=2, max_size=3))
        draws = st.tuples(st.just("chance"), st.lists(inner, min_size=2, max_size=2))
        return st.one_of(moves, draws) if chance else moves

    if "chance" in players or "" in players:
        raise UsageError('a player needs a name, and not "chance"')
    found: SearchStrategy[Game] = st.recursive(ends, grown, max_leaves=leaves).map(lambda tree: _declared(tree, tuple(players)))
    return found


def _declared(tree: Any, players: tuple[str, ...]) -> Game:
    @declared(players=players)
    def drawn(g: Any) -> Mapping[str, Any]:
        node, numbers = tree, count()
        while node[0]:
            kind, children = node
            names, label = [str(k) for k in range(len(children))], f"n{next(numbers)}"
            if kind == "chance":
                taken = g.chance(label, dict.fromkeys(names, sp.Rational(1, len(names))))
            else:
                taken = g.choose(kind, label, names)
            node = children[int(taken)]
        return dict(zip(players, node[1], strict=True))

    return drawn


def _near(anchors: Sequence[Point], relations: Sequence[sp.Basic]) -> SearchStrategy[Point]:
    """Anchors with some coordinates replaced by simple numbers, where that stays inside; Hypothesis shrinks towards these."""
    hypothesis = _hypothesis()
    st = hypothesis.strategies
    simple = {q: [v for v in SIMPLE if allowed({q: v}, ())] for q in anchors[0]}

    def point(draw: Any) -> Point:
        anchor = anchors[draw(st.integers(0, len(anchors) - 1))]
        places = {q: draw(st.integers(0, KEPT)) for q in anchor}
        made = {q: simple[q][k] if k < len(simple[q]) else anchor[q] for q, k in places.items()}
        if made != anchor and not allowed(made, relations):
            hypothesis.reject()
        return made

    found: SearchStrategy[Point] = st.composite(point)()
    return found


def _hypothesis() -> Any:
    try:
        import hypothesis
    except ImportError:
        raise UsageError("strategies are those of Hypothesis: pip install hypothesis", place=None) from None
    return hypothesis
