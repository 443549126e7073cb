"""Games with private information at random points, for tests that compare solvers there."""

import random
from fractions import Fraction
from itertools import product

import sympy as sp

from formal import perfect_bayesian
from formal.numeric.assessments import Instance, number


def draw(game, generator, where=sp.true, tries=4000):
    """A random rational point in the parameters' domains at which the game's assumptions and a condition hold, or None."""
    for _ in range(tries):
        point = {}
        for q in game.parameters:
            top = 24 if q.domain.high is None else 12 * int(q.domain.high)
            point[q] = sp.Rational(
                generator.randint(0 if not q.domain.open_low else 1, top - (1 if q.domain.open_high else 0)), 12
            )
        relations = [*(f for q in game.parameters for f in q.facts()), *game.assume.values(), where]
        if all(bool(r.subs(point)) for r in relations):
            return point
    return None


def holding(solution, point):
    """The classes that exist at a point, each with an assessment that holds there, as numbers."""
    for one in solution.equilibria:
        for variant in one.found.assessments:
            if all(bool(c.subs(point)) for c in variant.conditions):
                behaviour = {s: {a: number(w, point) for a, w in m.items()} for s, m in variant.behaviour.items()}
                beliefs = {s: tuple(number(b, point) for b in bs) for s, bs in variant.beliefs.items()}
                yield one, behaviour, beliefs
                break


def on_path(info, behaviour):
    """What is done at the information sets that are reached, without actions that are not taken."""
    taken = {s: {a: w for a, w in m.items() if w} for s, m in behaviour.items()}
    return {
        s.name: taken[s.name]
        for s in info.sets
        if any(all(taken[t.name].get(a, 0) for t, a in info.way(n).actions) for n in s.nodes)
    }


def extended(instance, behaviour):
    """Whether off the path of some behaviour replies and beliefs exist that make it an equilibrium.

    For sets of two nodes and two actions that follow a signal: beliefs are tried at their ends and where the mover is
    indifferent, replies pure and where a type is indifferent.
    """
    info = instance.info
    reached = on_path(info, behaviour)
    off = [s for s in info.sets if s.name not in reached]
    certain = {s.name: _bayes(instance, s, behaviour) for s in info.sets if s.name in reached and len(s.nodes) > 1}
    options = [list(_options(instance, s, behaviour)) for s in off]
    for chosen in product(*options):
        whole = {**behaviour, **{s.name: mixture for s, (mixture, _) in zip(off, chosen, strict=True)}}
        beliefs = {**certain, **{s.name: belief for s, (_, belief) in zip(off, chosen, strict=True) if len(s.nodes) > 1}}
        if not instance.wrong(whole, beliefs):
            return True
    return False


def _bayes(instance, where, behaviour):
    weights = instance.weights(where, behaviour)
    return tuple(w / sum(weights) for w in weights)


def _options(instance, where, behaviour):
    first, second = where.actions
    mixtures = [{first: Fraction(1)}, {second: Fraction(1)}]
    for node in where.nodes:
        for sender, _ in instance.info.way(node).actions[-1:]:
            mine = instance.value(sender.nodes[0], behaviour, sender.player)
            at = {a: instance.value(node.children[k], behaviour, sender.player) for k, a in enumerate(where.actions)}
            if at[first] != at[second]:
                share = (mine - at[second]) / (at[first] - at[second])
                if 0 < share < 1:
                    mixtures.append({first: share, second: 1 - share})
    beliefs = [(Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))] if len(where.nodes) == 2 else [(Fraction(1),)]
    if len(where.nodes) == 2:
        gains = [
            instance.value(n.children[0], behaviour, where.player) - instance.value(n.children[1], behaviour, where.player)
            for n in where.nodes
        ]
        if gains[0] != gains[1] and 0 < (share := gains[1] / (gains[1] - gains[0])) < 1:
            beliefs.append((share, 1 - share))
    return product(mixtures, beliefs)


def points(game, count, seed):
    """Random points of a game: half of them anywhere, half inside the classes in turn; away from the exceptions."""
    generator, solution = random.Random(seed), perfect_bayesian(game)
    regions = [sp.true, *(one.where for one in solution.equilibria)]
    away = sp.And(*(sp.Ne(e, 0) for e in solution.exceptions))
    for k in range(count):
        point = draw(game, generator, sp.And(regions[k % len(regions)], away))
        if point is not None:
            yield point


__all__ = ["Instance", "draw", "extended", "holding", "on_path", "points"]
