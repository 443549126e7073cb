"""A model as a paper presents it: players, timing, parameters with their meaning, tree and payoffs, in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator

from formal.model.game import Game
from formal.model.tree import Chance, Continuous, Decision, Fork, Leaf, Node
from formal.report.names import latex, latex_name, prose
from formal.report.tree import Layout, tikz


def model_section(game: Game) -> str:
    """The model; needs amsmath, booktabs and tikz, and the theorem environment `model`."""
    lines = [rf"\begin{{model}}[{prose(game.name)}]\label{{model:{game.name}}}"]
    lines += [prose(" ".join(game.doc.split()))] if game.doc else []
    lines += [r"\end{model}", f"Players: {', '.join(map(prose, game.players))}.", "", *_timing(game), *_parameters(game)]
    lines += _assumptions(game)
    if not Layout(game).large:
        lines += [r"\begin{center}", tikz(game), r"\end{center}"]
    return "\n".join([*lines, *_payoffs(game), ""])


def _table(columns: str, head: str, rows: list[str]) -> list[str]:
    inside = [rf"{head} \\", r"\midrule", *(rf"{row} \\" for row in rows)]
    lines = [r"\begin{center}\small", rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *inside, r"\bottomrule"]
    return [*lines, r"\end{tabular}", r"\end{center}"]


def _timing(game: Game) -> list[str]:
    """Each choice in the order in which play meets it, and after which moves it is met."""
    grouped: dict[tuple[str, str], list[Node]] = {}
    for node in game.nodes:
        if not isinstance(node, Leaf | Fork):
            grouped.setdefault((getattr(node, "player", "Chance"), node.label), []).append(node)  # type: ignore[attr-defined]
    rows = []
    for number, ((player, label), nodes) in enumerate(grouped.items(), start=1):
        shared = set.intersection(*(set(n.moves().items()) for n in nodes))
        after = ", ".join(rf"\emph{{{prose(v)}}}" for k, v in nodes[0].moves().items() if (k, v) in shared)
        rows.append(f"{number} & {prose(player)} & {prose(label)} & {_options(nodes[0])} & {after or '--'}")
    head = "& Who & Choice & Options & After"
    return _table(r"@{}rllp{.34\linewidth}p{.22\linewidth}@{}", head, rows)


def _options(node: Node) -> str:
    if isinstance(node, Continuous):
        return rf"${latex_name(node.symbol)} \in [{latex(node.low)}, {latex(node.high)}]$"
    if isinstance(node, Chance):
        pairs = zip(node.outcomes, node.probabilities, strict=True)
        return ", ".join(rf"\emph{{{prose(o)}}} with probability ${latex(w)}$" for o, w in pairs)
    assert isinstance(node, Decision)
    return ", ".join(rf"\emph{{{prose(a)}}}" for a in node.actions)


def _parameters(game: Game) -> list[str]:
    rows = [f"${latex_name(q)}$ & ${domain(str(q.domain))}$ & {prose(q.meaning)}" for q in game.parameters]
    return _table(r"@{}llp{.6\linewidth}@{}", "Parameter & Domain & Meaning", rows) if rows else []


def domain(shown: str) -> str:
    """A domain in LaTeX's mathematics mode."""
    shown = shown.replace("integer", r"\in\mathbb{Z},").replace("real", r"\in \mathbb{R}")
    shown = shown.replace("≥", r"\ge ").replace("≤", r"\le ").replace("in (", r"\in (").replace("in [", r"\in [")
    return shown.removesuffix(",")


def _assumptions(game: Game) -> list[str]:
    shown = [f"{prose(name)} (${latex(relation)}$)" for name, relation in game.assume.items()]
    return [f"Assumed: {'; '.join(shown)}.", ""] if shown else []


def _payoffs(game: Game) -> list[str]:
    lines = [r"\noindent Payoffs at the ends of the game, from the top:", r"\begin{itemize}\small"]
    for number, leaf in enumerate((n for n in game.nodes if isinstance(n, Leaf)), start=1):
        paid = "; ".join(f"{prose(q)} ${latex(u)}$" for q, u in leaf.payoffs.items())
        lines.append(rf"\item[$z_{{{number}}}$] {_history(leaf)}: {paid}.")
    return [*lines, r"\end{itemize}"]


def _history(leaf: Leaf) -> str:
    return ", ".join(_moved(leaf)) or "always"


def _moved(leaf: Leaf) -> Iterator[str]:
    yield from (rf"\emph{{{prose(move)}}}" for move in leaf.moves().values())
