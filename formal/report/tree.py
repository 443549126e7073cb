"""Game trees as pictures: one layout, drawn as SVG for the screen and as TikZ for a paper.

The root is on the left and each end of the game has a row of its own, so that labels of any length do not overlap. Nodes that
a mover cannot tell apart are joined by a dashed line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree

from formal.errors import ModelError
from formal.model.game import Game
from formal.model.information import information
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.report.names import latex, latex_name, prose, text, text_name

LARGE = 64  # ends of the game that a picture can show
COLUMN, LINE, PADDING = 190, 17, 24
CHARACTER = 7.2


@dataclass(frozen=True)
class Edge:
    """A move from one node to another, with its name in both notations."""

    start: Node
    end: Node
    shown: str
    tex: str
    numbers: bool  # one of a continuum of moves


class Layout:
    """Where each node is drawn: `depth` counts moves from the root, `row` counts ends from the top."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.ends = [n for n in game.nodes if isinstance(n, Leaf)]
        self.depth: dict[Node, int] = {}
        self.row: dict[Node, float] = {}
        self._place(game.tree, 0)

    def _place(self, node: Node, depth: int) -> None:
        self.depth[node] = depth
        for child in node.children:
            self._place(child, depth + 1)
        below = [self.row[child] for child in node.children]
        self.row[node] = (below[0] + below[-1]) / 2 if below else float(self.ends.index(node))  # type: ignore[arg-type]

    @property
    def large(self) -> bool:
        """Whether there are more ends than a picture can show."""
        return len(self.ends) > LARGE

    @cached_property
    def edges(self) -> list[Edge]:
        """All moves, parents first."""
        return [edge for node in self.game.nodes for edge in _edges(node)]

    @cached_property
    def unseen(self) -> list[list[Node]]:
        """Groups of nodes that their mover cannot tell apart, from the top down."""
        try:
            sets = information(self.game).sets if self.game.hidden else ()
        except ModelError:  # numbers, forks: such a tree is drawn without its information sets
            return []
        return [sorted(s.nodes, key=lambda node: self.row[node]) for s in sets if len(s.nodes) > 1]


def _edges(node: Node) -> Iterator[Edge]:
    if isinstance(node, Decision):
        for action, child in zip(node.actions, node.children, strict=True):
            yield Edge(node, child, action, rf"\emph{{{prose(action)}}}", numbers=False)
    elif isinstance(node, Continuous):
        shown = f"{text_name(node.symbol)} ∈ [{text(node.low)}, {text(node.high)}]"
        tex = rf"${latex_name(node.symbol)} \in [{latex(node.low)}, {latex(node.high)}]$"
        yield Edge(node, node.following, shown, tex, numbers=True)
    elif isinstance(node, Chance):
        for outcome, share, child in zip(node.outcomes, node.probabilities, node.children, strict=True):
            tex = rf"\emph{{{prose(outcome)}}} $({latex(share)})$"
            yield Edge(node, child, f"{outcome} ({text(share)})", tex, numbers=False)
    elif isinstance(node, Fork):
        yield Edge(node, node.yes, "yes", "yes", numbers=False)
        yield Edge(node, node.no, "no", "no", numbers=False)


def _mover(node: Node) -> str:
    """Who moves, or what decides."""
    if isinstance(node, Decision | Continuous):
        return node.player
    return "Chance" if isinstance(node, Chance) else text(node.condition) + "?" if isinstance(node, Fork) else ""


# -- SVG


def svg(game: Game, title: str = "") -> str:
    """The tree as an SVG element, with its title for screen readers; a sentence instead where it is too large to be read."""
    layout = Layout(game)
    if layout.large:
        return f"<p>The tree has {len(layout.ends)} ends, too many for a picture.</p>"
    return _Svg(layout, title or f"The tree of {game.name}").drawn()


class _Svg:
    """Builds the element; colours are those of the page, as `currentColor`."""

    def __init__(self, layout: Layout, title: str) -> None:
        self.layout, self.rows = layout, max(len(layout.game.players) * LINE + 12, 44)
        words = max((len(line) for leaf in layout.ends for line in _paid(leaf)), default=0)
        deepest = max(layout.depth.values())
        self.column = max(COLUMN, *(len(e.shown) * CHARACTER + 40 for e in layout.edges)) if layout.edges else COLUMN
        width = 2 * PADDING + deepest * self.column + words * CHARACTER + 12
        height = 2 * PADDING + len(layout.ends) * self.rows
        box = {"viewBox": f"0 0 {width:.0f} {height:.0f}", "width": f"{width:.0f}", "height": f"{height:.0f}"}
        attributes = {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "class": "tree", "font-size": "13"}
        self.root = ElementTree.Element("svg", attributes | box)
        ElementTree.SubElement(self.root, "title").text = title

    def at(self, node: Node) -> tuple[float, float]:
        return PADDING + self.layout.depth[node] * self.column, PADDING + (self.layout.row[node] + 0.5) * self.rows

    def drawn(self) -> str:
        for group in self.layout.unseen:
            points = " ".join("{:.1f},{:.1f}".format(*self.at(node)) for node in group)
            self._add("polyline", points=points, fill="none", stroke="currentColor", **{"stroke-dasharray": "4 4"})
        for edge in self.layout.edges:
            self._edge(edge)
        for node in self.layout.game.nodes:
            self._node(node)
        return ElementTree.tostring(self.root, encoding="unicode")

    def _add(self, name: str, words: str = "", **attributes: str) -> None:
        ElementTree.SubElement(self.root, name, attributes).text = words or None

    def _edge(self, edge: Edge) -> None:
        (x1, y1), (x2, y2) = self.at(edge.start), self.at(edge.end)
        if edge.numbers:
            fan = f"{x1:.1f},{y1:.1f} {x2 - 46:.1f},{y2 - 11:.1f} {x2 - 46:.1f},{y2 + 11:.1f}"
            self._add("polygon", points=fan, fill="currentColor", opacity="0.14")
        self._add("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", stroke="currentColor")
        middle = (x1 + (x2 - x1) * 0.56, y1 + (y2 - y1) * 0.56 + (22 if edge.numbers else -6))
        self._text(edge.shown, *middle, anchor="middle", style="font-style:italic")

    def _node(self, node: Node) -> None:
        x, y = self.at(node)
        if isinstance(node, Leaf):
            lines = _paid(node)
            for number, line in enumerate(lines):
                self._text(line, x + 8, y + 4 + (number - (len(lines) - 1) / 2) * LINE)
            return
        fill = "none" if isinstance(node, Chance) else "currentColor"
        self._add("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="4", fill=fill, stroke="currentColor")
        first = node is self.layout.game.tree
        self._text(
            _mover(node), x if not first else x - 10, y - 11, anchor="start" if first else "middle", style="font-weight:600"
        )

    def _text(self, words: str, x: float, y: float, anchor: str = "start", style: str = "") -> None:
        place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "fill": "currentColor"}
        halo = {"paint-order": "stroke", "stroke": "var(--paper, white)", "stroke-width": "4"}
        self._add("text", words, **place, **halo, style=style)


def _paid(leaf: Leaf) -> list[str]:
    return [f"{player}: {text(payoff).replace('**', '^').replace('*', '·')}" for player, payoff in leaf.payoffs.items()]


# -- TikZ


def tikz(game: Game) -> str:
    r"""The tree as a `tikzpicture` in which ends are called $z_1$, $z_2$, ... from the top; a comment where it is too large."""
    layout = Layout(game)
    if layout.large:
        return f"% the tree has {len(layout.ends)} ends, too many for a picture"
    names = {node: f"n{number}" for number, node in enumerate(game.nodes)}
    deepest = max(layout.depth.values(), default=1) or 1
    width, height = 13.5 / deepest, min(1.3, 20.0 / len(layout.ends))
    lines = [r"\begin{tikzpicture}[every node/.style={font=\footnotesize}, move/.style={midway, fill=white, inner sep=1pt}]"]
    for node in game.nodes:
        place = f"({layout.depth[node] * width:.2f},{-layout.row[node] * height:.2f})"
        if isinstance(node, Leaf):
            lines.append(rf"\node[right] ({names[node]}) at {place} {{$z_{{{layout.ends.index(node) + 1}}}$}};")
            continue
        style = "draw" if isinstance(node, Chance) else "fill"
        side = "above" if node is not game.tree else "above, xshift=3mm"
        who = rf"${latex(node.condition)}$?" if isinstance(node, Fork) else prose(_mover(node))
        lines.append(rf"\node[{style}, circle, inner sep=1.4pt, label={{[{side}]{{{who}}}}}] ({names[node]}) at {place} {{}};")
    for edge in layout.edges:
        style = "[very thick] " if edge.numbers else ""
        lines.append(rf"\draw{style} ({names[edge.start]}) -- ({names[edge.end]}.west) node[move] {{{edge.tex}}};")
    for group in layout.unseen:
        lines.append(r"\draw[dashed] " + " -- ".join(f"({names[node]})" for node in group) + ";")
    return "\n".join([*lines, r"\end{tikzpicture}"])
