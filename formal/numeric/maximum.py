"""The best number in a range: a coarse grid, the places at which play after it changes, and peaks refined between them.

Method
------
Let f be the mover's payoff. Every evaluation says by a number, the regime, which actions follow and on which kind of point
later continuous choices lie, so that f is smooth where the regime does not change. The range is put on a grid. Between
neighbours of different regimes the switch is located by bisection, and both of its sides are candidates: payoffs may jump
there. A point that is not below its neighbours of the same regime is refined by parabolas through three points, with golden
sections where these fail.

Error
-----
Let h be the range over the intervals of the grid. If every stretch on which the regime is constant and f concave holds a grid
point, the value that is found is below the true supremum by at most L h / 2^HALVINGS at a switch and M (NEAR h)^2 / 2 at a
peak, with L and M bounds of the first two derivatives of f, and by what later choices contribute in the same way. A stretch
that lies between two grid points of one regime is not seen: give a finer grid, and compare.

References: Brent (1973), Algorithms for minimization without derivatives, chapter 5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

HALVINGS = 24
SWITCHES = 3  # between two points of the grid
STEPS = 12
NEAR = 1e-4
TIE = 1e-9
GOLDEN = 0.381966
MASK = (1 << 50) - 1

Solve = Callable[[Any], Any]
"""From a tuple of parameters and earlier choices to regime, payoffs, decision, and whether some payoff was not a number."""
Compile = Callable[[Callable[..., Any]], Callable[..., Any]]


def maximum(follow: Solve, ends: Solve, mover: int, highest: bool, grid: int, jit: Compile) -> Solve:
    """A function that solves a continuous choice; `follow` takes the arguments with the choice added.

    `highest` says which of equally good numbers is taken. The regime adds whether an end, a peak or a switch is best.
    """
    sample, refine = jit(_sampler(follow, mover, grid)), jit(_refiner(follow, mover))

    def solve(args: Any) -> Any:
        lo, hi = ends(args)
        at, f, regime, count, wrong = sample(args, lo, hi)
        value, place, kind = f[0], lo, 1
        for k in range(count):
            left = k > 0 and regime[k - 1] == regime[k]
            right = k + 1 < count and regime[k + 1] == regime[k]
            v, u = at[k], f[k]
            a, fa = (at[k - 1], f[k - 1]) if left else (v, u)
            b, fb = (at[k + 1], f[k + 1]) if right else (v, u)
            if fa > u or fb > u:
                continue
            if u + 2 * max(u - fa, u - fb) >= value:
                v, u = refine(args, a, fa, v, u, b, fb)
            slack = TIE * (1 + abs(value))
            if u > value + slack or (u >= value - slack and (v > place if highest else v < place)):
                value, place = max(u, value), v
                kind = 1 if v == lo else 2 if v == hi else 3 if (left and right) or v != at[k] else 4
        best = follow(args + (place,))  # noqa: RUF005 Numba
        return (best[0] * 1000003 + kind) & MASK, best[1], place, wrong or best[3]

    return jit(solve)


def _sampler(follow: Solve, mover: int, grid: int) -> Callable[..., Any]:
    """A function that puts the range on a grid, with both sides of each switch between its points."""
    size = 1 + grid * (1 + 2 * SWITCHES)

    def sample(args: Any, lo: float, hi: float) -> Any:
        at, f, regime = np.empty(size), np.empty(size), np.empty(size, np.int64)
        first = follow(args + (lo,))  # noqa: RUF005
        at[0], f[0], regime[0] = lo, first[1][mover], first[0]
        wrong, count = first[3] or not lo <= hi, 1
        for k in range(1, grid + 1 if hi > lo else 1):
            v = hi if k == grid else lo + (hi - lo) * k / grid
            one = follow(args + (v,))  # noqa: RUF005
            wrong = wrong or one[3]
            for _ in range(SWITCHES):
                a, fa, ra = at[count - 1], f[count - 1], regime[count - 1]
                if ra == one[0]:
                    break
                b, fb, rb = v, one[1][mover], one[0]
                for _ in range(HALVINGS):
                    middle = (a + b) / 2
                    there = follow(args + (middle,))  # noqa: RUF005
                    wrong = wrong or there[3]
                    if there[0] == ra:
                        a, fa = middle, there[1][mover]
                    else:
                        b, fb, rb = middle, there[1][mover], there[0]
                at[count], f[count], regime[count] = a, fa, ra
                at[count + 1], f[count + 1], regime[count + 1] = b, fb, rb
                count += 2
            at[count], f[count], regime[count] = v, one[1][mover], one[0]
            count += 1
        return at, f, regime, count, wrong

    return sample


def _refiner(follow: Solve, mover: int) -> Callable[..., Any]:
    """A function that finds a peak in [a, b] from a point v that is not below the ends."""

    def refine(args: Any, a: float, fa: float, v: float, u: float, b: float, fb: float) -> Any:
        width = b - a
        if v in (a, b):  # an end: the peak is there, unless it is higher just inside
            t = v + NEAR * (b - v) + NEAR * (a - v)
            w = follow(args + (t,))[1][mover]  # noqa: RUF005
            if not w > u:
                return v, u
            if v == a:
                a, fa = v, u
            else:
                b, fb = v, u
            v, u = t, w
        for _ in range(STEPS):
            p, q = (v - a) * (u - fb), (v - b) * (u - fa)
            t = v - 0.5 * ((v - a) * p - (v - b) * q) / (p - q) if p != q else v
            if not a < t < b or t == v:
                t = v + GOLDEN * (b - v) if b - v > v - a else v - GOLDEN * (v - a)
            if b - a < 1e-7 * width or abs(t - v) < 1e-9 * width:
                break
            w = follow(args + (t,))[1][mover]  # noqa: RUF005
            gain = abs(w - u)
            if w > u:
                if t > v:
                    a, fa = v, u
                else:
                    b, fb = v, u
                v, u = t, w
            elif t > v:
                b, fb = t, w
            else:
                a, fa = t, w
            if gain < 1e-12 * (1 + abs(u)):
                break
        return v, u

    return refine
