"""Large games in the input format of `formal checkmate`, written as streams: tic-tac-toe, centipedes, auctions,
random trees."""

from __future__ import annotations

import json
import random
from pathlib import Path

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
FIELDS = ("LU", "CU", "RU", "LM", "CM", "RM", "LD", "CD", "RD")


def write(path: Path, tree, players, actions, constants, constraints, honest, *, infinitesimals=(), indent=None) -> None:
    """The game as a file; `tree` is nested dictionaries, encoded piece by piece, or JSON text."""
    game = {
        "players": list(players),
        "actions": list(actions),
        "infinitesimals": list(infinitesimals),
        "constants": list(constants),
        "initial_constraints": list(constraints),
        "property_constraints": {
            name: [] for name in ("weak_immunity", "weaker_immunity", "collusion_resilience", "practicality")
        },
        "honest_histories": [list(history) for history in honest],
        "tree": None,
    }
    inner = tree if isinstance(tree, str) else json.dumps(tree) if indent is None else None
    with open(path, "w", encoding="utf-8") as file:
        head = json.dumps(game, indent=indent)
        file.write(head[: head.rindex("null")])
        if inner is not None:
            file.write(inner + "}")
            return
        for piece in indented(tree, 1, indent):
            file.write(piece)
        file.write("\n}\n")


def indented(node, depth, step):
    """What `json.dump` writes with an indent, quickly."""
    here, inner, item = ("\n" + " " * (step * (depth + k)) for k in (0, 1, 2))
    deeper = "\n" + " " * (step * (depth + 3))
    if "utility" in node:
        entries = f",{item}".join(
            f'{{{deeper}"player": "{e["player"]}",{deeper}"value": {json.dumps(e["value"])}{item}}}' for e in node["utility"]
        )
        yield f'{{{inner}"utility": [{item}{entries}{inner}]{here}}}'
        return
    yield f'{{{inner}"player": "{node["player"]}",{inner}"children": ['
    for number, edge in enumerate(node["children"]):
        yield f'{"," if number else ""}{item}{{{deeper}"action": "{edge["action"]}",{deeper}"child": '
        yield from indented(edge["child"], depth + 3, step)
        yield f"{item}}}"
    yield f"{inner}]{here}}}"


def leaf(players, values):
    return {"utility": [{"player": p, "value": v} for p, v in zip(players, values, strict=True)]}


def node(player, children):
    return {"player": player, "children": [{"action": a, "child": c} for a, c in children]}


def tictactoe(path: Path, indent=2) -> None:
    """549,946 nodes: the winner gets w less s for every move, the loser pays that."""

    def grow(cross, nought, moves):
        mine = cross if moves % 2 == 0 else nought
        children = []
        for place in range(9):
            if place in cross or place in nought:
                continue
            held = mine | {place}
            if any(held.issuperset(line) for line in LINES):
                won = "w" + " - s" * (moves + 1), "-w" + " + s" * (moves + 1)
                child = leaf("AB", won if moves % 2 == 0 else won[::-1])
            elif moves == 8:
                child = leaf("AB", (0, 0))
            else:
                child = grow(held, nought, moves + 1) if moves % 2 == 0 else grow(cross, held, moves + 1)
            children.append((FIELDS[place], child))
        return node("AB"[moves % 2], children)

    honest = ["CM", "RU", "LU", "RD", "RM", "LM", "CU", "CD", "LD"]
    constraints = ["s > 0", "w > 0", "w > " + " + ".join(["s"] * 9)]
    write(path, grow(frozenset(), frozenset(), 0), "AB", FIELDS, ("s", "w", "l"), constraints, [honest], indent=indent)


def centipede(path: Path, length: int) -> None:
    """Whoever stops after k moves gets the larger of two heaps, which grow by g with every move; going on costs c."""
    parts = []
    for move in range(length):
        heaps = [f"{move + 1} * g", f"{move} * g - c"]
        both = [("stop", leaf("AB", heaps if move % 2 == 0 else heaps[::-1])), ("go", None)]
        parts.append(json.dumps(node("AB"[move % 2], both)).removesuffix("null}]}"))
    tree = "".join([*parts, json.dumps(leaf("AB", (f"{length} * g", f"{length} * g"))), "}]}" * length])
    write(path, tree, "AB", ("stop", "go"), ("g", "c"), ["g > 0", "c > 0"], [["stop"], ["go"] * length])


def auction(path: Path, bidders: int) -> None:
    """A seller offers to bidders in turn, who accept or refuse; what each pays is a constant of its own."""
    names = [f"v{i}" for i in range(bidders)]
    players = ["S", *(f"B{i}" for i in range(bidders))]
    none = leaf(players, [0] * len(players))

    def offers(left, round_):
        if not left:
            return none
        children = []
        for i in left:
            sold = leaf(players, [f"{names[i]} - {round_} * c", *(f"{'u' if j == i else 0}" for j in range(bidders))])
            refused = offers(tuple(j for j in left if j != i), round_ + 1)
            children.append((f"ask{i}", node(f"B{i}", [("accept", sold), ("refuse", refused)])))
        return node("S", children)

    actions = [*(f"ask{i}" for i in range(bidders)), "accept", "refuse"]
    constants = [*names, "u", "c"]
    constraints = [*(f"{v} > 0" for v in names), "u > 0", "c > 0", *(f"v0 >= {v}" for v in names[1:])]
    write(path, offers(tuple(range(bidders)), 0), players, actions, constants, constraints, [["ask0", "accept"]])


def orders(path: Path, count: int) -> None:
    """B puts constants in an order, best the largest first, which hurts A: a region for each order that the
    constants can be in."""
    names = [f"v{i}" for i in range(count)]

    def choose(done, left):
        if not left:
            weighed = " + ".join(f"{2 ** (count - k)} * {v}" for k, v in enumerate(done))
            return leaf("AB", (f"{done[-1]} - {done[0]}", weighed))
        return node("B", [(v, choose((*done, v), tuple(w for w in left if w != v))) for v in left])

    tree = node("A", [("keep", leaf("AB", (0, 0))), ("sort", choose((), tuple(names)))])
    write(path, tree, "AB", ["keep", "sort", *names], names, [f"{v} > 0" for v in names], [["keep"]])


def choices(path: Path, levels: int, options: int) -> None:
    """Each of several players takes one of a few heaps; A is hurt by how much better each is than the mean of them:
    a region for each
    combination of heaps that can be the largest."""
    heaps = [[f"x{k}_{i}" for i in range(options)] for k in range(levels)]
    players = ["A", *(f"P{k}" for k in range(levels))]

    def choose(done):
        k = len(done)
        if k == levels:
            means = " ".join(f"+ {h}" for row in heaps for h in row)
            taken = " ".join(f"- {options} * {heaps[j][i]}" for j, i in enumerate(done))
            return leaf(players, [f"{means} {taken}"[2:], *(heaps[j][i] for j, i in enumerate(done))])
        return node(players[k + 1], [(f"take{i}", choose((*done, i))) for i in range(options)])

    tree = node("A", [("keep", leaf(players, [0] * len(players))), ("play", choose(()))])
    actions = ["keep", "play", *(f"take{i}" for i in range(options))]
    names = [h for row in heaps for h in row]
    write(path, tree, players, actions, names, [f"{n} > 0" for n in names], [["keep"]])


def random_tree(path: Path, size: int, constants: int, seed: int, *, players=3, pool: int | None = 40) -> None:
    """About `size` nodes with two to four children. Utilities are sums of constants, from a pool of so many, or all
    different."""
    draw = random.Random(seed)
    names = [f"x{i}" for i in range(constants)]
    people = "ABCDEFGH"[:players]

    def utility():
        chosen = draw.sample(names, draw.randint(1, min(3, constants)))
        return (
            " ".join(f"{draw.choice('+-')} {draw.randint(1, 9)} * {n}" for n in chosen).removeprefix("+ ").replace("- ", "-", 1)
        )

    table = [utility() for _ in range(pool)] if pool else None

    def grow(budget):
        if budget <= 2:
            return leaf(people, [draw.choice(table) if table else utility() for _ in people])
        count = draw.randint(2, min(4, budget - 1))
        cuts = sorted(draw.sample(range(1, budget - 1), count - 1)) if budget > 4 else list(range(1, count))
        sizes = [b - a for a, b in zip([0, *cuts], [*cuts, budget - 1], strict=True)]
        return node(draw.choice(people), [(f"a{i}", grow(max(1, s))) for i, s in enumerate(sizes)])

    tree = grow(size)
    honest, here = [], tree
    while "children" in here:
        step = here["children"][draw.randrange(len(here["children"]))]
        honest.append(step["action"])
        here = step["child"]
    write(path, tree, people, ["a0", "a1", "a2", "a3"], names, [f"{n} > 0" for n in names], [honest])
