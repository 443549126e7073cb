"""A strategy that witnesses a yes: what is played off the honest path, by cases.

Off the path the goals are independent. For each way to leave the path, and each of the property's goals there, the
regions are the cases, and in each the moves are those on which the reason rests. Where no move is given any will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from formal.trees.collusion import Collusion
from formal.trees.decide import Engine, Finding, Placed
from formal.trees.game import History
from formal.trees.immunity import Immunity
from formal.trees.polynomial import Poly
from formal.trees.practicality import PracticalityFormula
from formal.trees.reasons import Alternative
from formal.trees.search import Cover, Region
from formal.trees.tree import LEAF

LISTED = 10_000  # moves that are listed of one case
Move = tuple[History, str]


@dataclass
class Case:
    """Where all the comparisons are ≥ 0, the moves."""

    comparisons: tuple[Poly, ...]
    moves: list[Move]
    all_listed: bool = True


@dataclass
class Plan:
    """After a deviation, what is played; `player`: by that player, or by all."""

    after: History
    player: str
    cases: list[Case] = field(default_factory=list)


def strategy(engine: Engine, found: Finding) -> list[Plan]:
    """Plans for all ways to leave the honest path, of a finding that is a yes."""
    return [plan for placed in found.goals if placed.branch >= 0 for plan in [_plan(engine, found, placed)] if plan.cases]


def _plan(engine: Engine, found: Finding, placed: Placed) -> Plan:
    tree = engine.game.tree
    path = tree.follow(found.history)
    action, child = list(tree.edges(path[placed.depth]))[placed.branch]
    after = (*found.history[: placed.depth], tree.actions[action])
    goal = placed.goal
    cover = _explicit_cover(engine, found, placed) if found.asked == "practicality" else found.covers[goal]
    plan = Plan(after, engine.game.players[goal.player] if isinstance(goal, Immunity) else "")
    for region in cover.regions:
        moves = []
        for move in _moves(engine, placed, region, after, child):
            moves.append(move)
            if len(moves) > LISTED:
                break
        plan.cases.append(Case(region.comparisons, moves[:LISTED], len(moves) <= LISTED))
    if all(not case.moves for case in plan.cases):
        plan.cases = []
    return plan


def _explicit_cover(engine: Engine, found: Finding, placed: Placed) -> Cover:
    """Regions in each of which one equilibrium, with all its moves, will do."""
    key = ("explicit", found.asked, placed.goal)
    if key not in engine.covers:
        formula = PracticalityFormula(engine.dag, len(engine.game.players), explicit=True)
        engine.covers[key] = engine.search(found.asked).cover(formula, placed.goal.key())
    return engine.covers[key]


def _moves(engine: Engine, placed: Placed, region: Region, start: History, child: int) -> Iterator[Move]:
    """The moves below a branch, along the alternatives that the region's reason takes."""
    tree, of = engine.game.tree, engine.dag.of
    stack: list[tuple[History, int, Any]] = [(start, child, placed.goal.key())]
    while stack:
        history, node, key = stack.pop()
        if tree.owner[node] == LEAF:
            continue
        if isinstance(key, tuple) and key[0] == "E":  # some leaf of V(node), which is to be its outcome
            key = ("M", key[1], region.taken[key].tag) if region.taken[key].tag is not None else ("M", key[1], key[1])
        edges = [(tree.actions[a], c) for a, c in tree.edges(node)]
        inner = {of[c] for _, c in edges}
        if len(inner) == 1:  # all the same to everybody: the first will do, and the key stays
            if len(edges) > 1 and _own(placed, tree.owner[node]):
                yield history, edges[0][0]
            stack += [((*history, name), c, key) for name, c in edges]
            continue
        taken = region.taken.get(key)
        if taken is None:
            continue
        chosen = None
        if taken.tag is not None:
            chosen = next(name for name, c in edges if of[c] == taken.tag)
            yield history, chosen
        below = _below(placed.goal, taken, key)
        for name, c in edges:
            role = name == chosen if chosen is not None else None
            if (of[c], role) in below:
                stack.append(((*history, name), c, below[of[c], role]))


def _own(placed: Placed, owner: int) -> bool:
    """Whether a move of this player belongs to the plan."""
    return not isinstance(placed.goal, Immunity) or placed.goal.player == owner


def _below(goal: Any, taken: Alternative, key: Any) -> dict[tuple[Any, bool | None], Any]:
    """The key with which a child is entered: by its number in the reduction, and whether it is the chosen one (None: none is).

    A twin of the chosen child is entered like it, as the same answers will do there.
    """
    found: dict[tuple[Any, bool | None], Any] = {}
    for k in taken.keys:
        if isinstance(goal, Immunity):
            found[k, None if taken.tag is None else True] = k
        elif isinstance(goal, Collusion):
            found[k[0], None if taken.tag is None else k[1] == key[1]] = k
        else:
            found[k[1], k[0] == "M"] = k
    if taken.tag is not None and (taken.tag, True) in found:
        found.setdefault((taken.tag, False), found[taken.tag, True])
    return found
