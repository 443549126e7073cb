"""The report of a project: one page that needs no network and no server.

Templating is Jinja2's with automatic escaping; formulas are MathML, trees SVG, and closed forms JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import sympy as sp
from markupsafe import Markup, escape

from formal import __version__
from formal.bayes_solution import BayesianSolution
from formal.check import Record
from formal.claims import Proposition
from formal.concept import equilibria
from formal.derive.step import Step, steps
from formal.errors import FormalError
from formal.explain import proved
from formal.loader import ProofFile
from formal.model.game import Game
from formal.report import sources
from formal.report.bayes import bayes_lines
from formal.report.explorer import explorer
from formal.report.mathml import mathml
from formal.report.names import latex, latex_name, text, text_name
from formal.report.regions import Region, concept, regions
from formal.report.signalling import signalling_lines
from formal.report.statement import proof_steps, source, statement
from formal.report.text import explained, shown_path
from formal.report.tree import svg
from formal.signalling_solution import SignallingSolution
from formal.solution import Solution

LONG = 1500  # characters of LaTeX beyond which a formula is shown as text

Progress = Callable[[str], None]


def page(
    files: Sequence[ProofFile],
    records: Sequence[Record],
    title: str,
    known: dict[str, Any],
    progress: Progress = lambda _: None,
) -> str:
    """The page: what was decided, by file, with each game's picture, equilibrium and explorer.

    `known` are the author's sources by key; raises UsageError for a source that is cited and is not among them.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = {(r.file, r.id): r for r in records}
    games, sections = list[dict[str, Any]](), list[dict[str, Any]]()
    for proof_file in files:
        claims = []
        for item in proof_file.propositions:
            progress(item.id)
            if record := made.get((proof_file.path, item.id)):
                claims.append(_claim(item, record))
        here = list[dict[str, Any]]()
        for game in proof_file.games:
            progress(game.name)
            if record := made.get((proof_file.path, game.name)):
                here.append(_game(game, record, len(games) + len(here)))
        games += here
        doc = "" if any(g.doc.split() == proof_file.doc.split() for g in proof_file.games) else proof_file.doc
        sections.append({"path": shown_path(proof_file.path), "doc": doc, "games": here, "claims": claims})
    environment = Environment(
        loader=PackageLoader("formal.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    said = [f.doc for f in files] + [g.doc for f in files for g in f.games] + [p.note for f in files for p in f.propositions]
    cited = sources.keys(*said)
    sources.require(cited, known)
    environment.filters["cited"] = partial(_cited, cited)
    return environment.get_template("report.html").render(
        title=title,
        sections=sections,
        games=games,
        counts=_counts(records),
        version=__version__,
        sources=[(key, Markup(entry)) for key, entry in sources.as_html({key: known[key] for key in cited})],
    )


def _cited(keys: Sequence[str], text: str) -> Markup:
    """The text, with links to the sources that it cites."""
    link = r'<a href="#source-\1">[{}]</a>'
    return Markup(sources.CITED.sub(lambda m: m.expand(link).format(keys.index(m[1]) + 1), str(escape(text))))


def _counts(records: Sequence[Record]) -> list[tuple[str, str, int]]:
    """Verdicts as words, as classes of the page, and how many there are of each."""
    kinds = {"proved": "proved", "refuted": "refuted", "unknown": "not decided", "error": "in error"}
    found = [(words, kind, sum(r.status == kind for r in records)) for kind, words in kinds.items()]
    return [one for one in found if one[2] or one[1] in ("proved", "unknown")]


# -- formulas


def _math(formula: str, *, block: bool = False) -> Markup:
    """MathML; it comes from this package's own printer, in which everything that an author wrote is escaped."""
    made = mathml(formula, block=block).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    return Markup(made.replace(' display="inline"', ""))


def _formula(expression: Any) -> Markup:
    written = latex(expression)
    return _math(written) if len(written) <= LONG else Markup("<code>{}</code>").format(text(expression))


# -- claims


def _claim(item: Proposition, record: Record) -> dict[str, Any]:
    shown = statement(item)
    return {
        "id": item.id,
        "title": item.title,
        "note": item.note,
        "hypotheses": [_math(h) for h in shown.hypotheses],
        "conclusion": _math(shown.conclusion, block=True) if shown.conclusion else "",
        "names": [(_math(name), words) for name, words in shown.names],
        "source": "" if shown.conclusion else source(item),
        "games": _rests(item),
        "steps": _proof(item) if record.status == "proved" else [],
        "needed": [_formula(h) for h in record.audit.needed],
        "spare": [_formula(h) for h in record.audit.spare],
        **_verdict(record),
    }


def _verdict(record: Record) -> dict[str, Any]:
    witness = record.witness or {}
    return {
        "verdict": record.status,
        "expected": record.as_expected,
        "assurance": record.assurance,
        "reason": record.reason or ("" if record.as_expected else explained(record)),
        "witness": [(_math(latex_name(s)), _formula(v)) for s, v in witness.items()],
        "place": f"{shown_path(record.file)}:{record.line}",
        "words": record.title,
    }


def _proof(item: Proposition) -> list[Markup]:
    """The steps on the way to a claim, as far as they are proved."""
    try:
        return [_formula(step.conclusion) for step, sure in proof_steps(item, item.statement()[0]) if sure]
    except FormalError:
        return []


def _rests(item: Proposition) -> list[str]:
    try:
        return list(dict.fromkeys(solution.game.name for solution, _ in item.statement()[1]))
    except FormalError:
        return []


# -- games


def _game(game: Game, record: Record, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {"number": number, "name": game.name, "doc": game.doc, "players": game.players, **_verdict(record)}
    made["parameters"] = [(_math(latex_name(q)), str(q.domain), q.meaning) for q in game.parameters]
    made["assumptions"] = [_formula(a) for a in game.assume.values()]
    made["tree"] = Markup(svg(game))
    made |= {
        "concept": "equilibrium",
        "regions": [],
        "thresholds": [],
        "steps": [],
        "missing": 0,
        "full": "",
        "explorer": None,
        "code": "",
    }
    if record.status != "error":
        try:
            made |= _solved(game)
            made["concept"] += "" if record.status == "proved" else ", proposed and not proved"
        except FormalError as error:
            made["reason"] = made["reason"] or error.message
    return made


def _solved(game: Game) -> dict[str, Any]:
    solution = equilibria(game)
    explored = explorer(game)
    made: dict[str, Any] = {
        "concept": concept(game),
        "regions": [_region(r) for r in regions(game)],
        "explorer": explored and {key: value for key, value in explored.items() if key != "code"},
        "code": Markup(explored["code"]) if explored else "",
    }
    if isinstance(solution, Solution):
        found = list(steps(solution.equilibrium))
        made["steps"] = [_step(step) for step in found if proved(step)]
        made["missing"] = len(found) - len(made["steps"])
        made["thresholds"] = [(_math(latex_name(t)), _formula(t.definition)) for t in solution.equilibrium.thresholds]
    elif isinstance(solution, BayesianSolution):
        made["full"] = str(bayes_lines(solution, record_words(solution)))
    elif isinstance(solution, SignallingSolution):
        made["full"] = str(signalling_lines(solution, record_words(solution)))
    return made


def record_words(solution: BayesianSolution | SignallingSolution) -> str:
    """How many classes there are, and whether these are all."""
    return f"{solution.counted(len(solution.equilibria))}; {solution.completeness or 'whether there are others is not proved'}"


def _region(region: Region) -> dict[str, Any]:
    return {
        "name": region.name,
        "cases": [[_formula(c) for c in case] for case in region.cases],
        "moves": [(m.player, m.choice, _decision(m.decision)) for m in region.moves],
        "payoffs": [(q, _formula(u)) for q, u in region.payoffs.items()],
        "attained": region.attained,
    }


def _decision(decision: Any) -> Any:
    if isinstance(decision, str):
        return decision
    if isinstance(decision, Mapping):
        return Markup(" or ").join(Markup("{} ({})").format(a, _formula(w)) for a, w in decision.items())
    return _formula(decision)


def _step(step: Step) -> dict[str, Any]:
    moves = [m if isinstance(m, str) else text_name(m) if isinstance(m, sp.Symbol) else str(m) for m in (step.move,) if m != ""]
    return {
        "rule": step.rule,
        "player": step.player,
        "move": moves[0] if step.player and isinstance(step.move, str) else "",
        "before": _formula(step.before),
        "after": "" if step.after == sp.true else _formula(step.after),
        "conditions": [_formula(c) for c in step.conditions],
    }
