"""Perfect Bayesian equilibria in the terminal, as data and in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy as sp
from rich.console import RenderableType
from rich.text import Text

from formal.bayes_classes import BayesianEquilibrium
from formal.bayes_solution import BayesianSolution
from formal.decide.verdict import Proved, Refuted
from formal.derive.assessment import Mixture
from formal.model.information import InformationSet, belief_symbols, node_names
from formal.report.names import latex, prose, text
from formal.report.text import point

CRITERIA = {"intuitive": "the Intuitive Criterion", "divine": "D1"}


def bayes_lines(solution: BayesianSolution, proved: str, *, refine: bool = False) -> RenderableType:
    """Each class with its condition, what is done and believed on and off the path, and payoffs; on demand refinements."""
    lines = [f"{solution.game.name}: {proved}"]
    for number, one in enumerate(solution.equilibria, start=1):
        lines += ["", f"  {number}. {one.kind}, {_where(one)}"]
        lines += [f"     {line}" for line in _on_path(solution, one)]
        off = list(_off_path(solution, one))
        lines += ["     off the path", *(f"       {line}" for line in off)] if off else []
        lines.append("     payoffs " + ", ".join(f"{q}: {text(u)}" for q, u in one.found.payoffs.items()))
        lines += [f"     {line}" for line in _refined(one)] if refine else []
    lines += ["", f"  {_covered(solution)}", *(f"  not solved: {part}" for part in solution.unsolved)]
    return Text("\n".join(lines))


def _where(one: BayesianEquilibrium) -> str:
    cases = [", ".join(text(c) for c in a.conditions) for a in one.found.assessments]
    if not all(cases):
        return "always"
    return "if " + (cases[0] if len(cases) == 1 else " or ".join(f"({case})" for case in cases))


def _covered(solution: BayesianSolution) -> str:
    """Whether there are parameters without an equilibrium of the classes."""
    verdict = solution.covered
    if isinstance(verdict, Proved):
        return "At all parameters one of these exists."
    shown = f"at {point(verdict.witness)}" if isinstance(verdict, Refuted) else "PERHAPS somewhere"
    return f"None of these exists {shown}."


def _refined(one: BayesianEquilibrium) -> Iterator[str]:
    """Where the class passes each criterion, and why it fails."""
    for criterion, name in CRITERIA.items():
        made = one.refined(criterion)
        sure = "" if isinstance(one.solution.refinement_assured(one.number, criterion).verdict, Proved) else "  [NOT PROVED]"
        if not made.fails:
            yield f"passes {name}{sure}"
            continue
        cases = " or ".join(f"({_all(c)})" for c in made.passes)
        yield f"passes {name} {'if ' + cases if cases else 'nowhere'}{sure}"
        seen = {s.name: ", ".join(f"{k} = {v}" for k, v in s.seen) for s in one.solution.info.sets}
        for failure in made.fails:
            struck = ", ".join(f"not from {t}, as {by} has more to gain" for t, by in failure.struck.items())
            where = f"if {_all(failure.conditions)}" if failure.conditions else "always"
            yield f"  fails {where}: {seen[failure.where]} comes {struck}"


def _all(conditions: Sequence[sp.Basic]) -> str:
    return ", ".join(map(text, conditions))


def _in_turn(solution: BayesianSolution) -> list[InformationSet]:
    """The information sets, those with one label together."""
    labels = list(dict.fromkeys(s.label for s in solution.info.sets))
    return sorted(solution.info.sets, key=lambda s: labels.index(s.label))


def _mover(where: InformationSet) -> str:
    after = ", ".join(f"{k} = {v}" for k, v in where.seen)
    return f"{where.player}, {where.label}" + (f" after {after}" if after else "")


def _mixed(mixture: Mixture) -> str:
    return ", ".join(a if w == 1 else f"{a} with probability {text(w)}" for a, w in mixture.items())


def _on_path(solution: BayesianSolution, one: BayesianEquilibrium) -> Iterator[str]:
    for where in _in_turn(solution):
        if where.name in one.found.behaviour:
            beliefs = one.found.assessments[0].beliefs.get(where.name, ())
            likely = [f"Pr({n}) = {text(b)}" for n, b in zip(node_names(where), beliefs, strict=False)]
            thinking = f", believing {', '.join(likely)}" if likely else ""
            yield f"{_mover(where)}: {_mixed(one.found.behaviour[where.name])}{thinking}"


def _off_path(solution: BayesianSolution, one: BayesianEquilibrium) -> Iterator[str]:
    for where in _in_turn(solution):
        if where.name in one.found.behaviour:
            continue
        for reply in one.found.replies.get(where.name, ()):
            believed = ", ".join(text(_short(where, c)) for c in reply.believed) or "anything"
            only = f", where {', '.join(map(text, reply.conditions))}" if reply.conditions else ""
            yield f"{_mover(where)}: {_mixed(reply.mixture)}, believing {believed}{only}"
        if where.name not in one.found.replies:
            for variant in one.found.assessments:
                beliefs = variant.beliefs.get(where.name, ())
                likely = [f"Pr({n}) = {text(b)}" for n, b in zip(node_names(where), beliefs, strict=False)]
                thinking = f", believing for instance {', '.join(likely)}" if likely else ""
                only = f", where {', '.join(map(text, variant.conditions))}" if len(one.found.assessments) > 1 else ""
                yield f"{_mover(where)}: {_mixed(variant.behaviour[where.name])}{thinking}{only}"


def _short(where: InformationSet, condition: sp.Basic) -> sp.Basic:
    """The condition with beliefs called by the node alone."""
    names = zip(belief_symbols(where), node_names(where), strict=True)
    return condition.xreplace({symbol: sp.Symbol(f"Pr({name})", nonnegative=True) for symbol, name in names})


def bayes_data(solution: BayesianSolution, *, refine: bool = False) -> dict[str, Any]:
    """Perfect Bayesian equilibria as JSON-ready data."""
    return {
        "game": solution.game.name,
        "players": list(solution.game.players),
        "complete": solution.completeness,
        "covered": isinstance(solution.covered, Proved),
        "exceptions": [str(e) for e in solution.exceptions],
        "unsolved": list(solution.unsolved),
        "classes": [_class_data(one, refine) for one in solution.equilibria],
    }


def _class_data(one: BayesianEquilibrium, refine: bool) -> dict[str, Any]:
    found = one.found
    refined = {criterion: _refined_data(one, criterion) for criterion in CRITERIA} if refine else {}
    return {
        "kind": one.kind,
        "behaviour": _plain(found.behaviour),
        "payoffs": {q: str(u) for q, u in found.payoffs.items()},
        "assessments": [
            {
                "conditions": [str(c) for c in a.conditions],
                "behaviour": _plain(a.behaviour),
                "beliefs": {name: [str(b) for b in beliefs] for name, beliefs in a.beliefs.items()},
            }
            for a in found.assessments
        ],
        "off_path": {
            name: [
                {
                    "mixture": {a: str(w) for a, w in r.mixture.items()},
                    "conditions": [str(c) for c in r.conditions],
                    "beliefs": [str(c) for c in r.believed],
                }
                for r in replies
            ]
            for name, replies in found.replies.items()
        },
        **refined,
    }


def _refined_data(one: BayesianEquilibrium, criterion: str) -> dict[str, Any]:
    made = one.refined(criterion)
    return {
        "passes": [[str(c) for c in case] for case in made.passes],
        "fails": [{"at": f.where, "struck": dict(f.struck), "conditions": [str(c) for c in f.conditions]} for f in made.fails],
        "proved": isinstance(one.solution.refinement_assured(one.number, criterion).verdict, Proved),
    }


def _plain(behaviour: Mapping[str, Mixture]) -> dict[str, dict[str, str]]:
    return {name: {a: str(w) for a, w in mixture.items()} for name, mixture in behaviour.items()}


def bayes_section(solution: BayesianSolution, model: str, *, sure: bool, refine: bool = False) -> str:
    """The classes as a proposition; needs the theorem environments `model`, `proposition` and `claim`."""
    game = solution.game
    kind = "proposition" if sure else "claim"
    claim = "are perfect Bayesian equilibria" if sure else "were proposed as perfect Bayesian equilibria, but not all proved"
    missing = f" They are {solution.claimed(lambda side: f'${latex(side)}$')}." if solution.completeness else ""
    lines = [model, rf"\begin{{{kind}}}[Equilibria of {prose(game.name)}]\label{{prop:{game.name}}}"]
    lines += [f"The following {claim}.{missing}", r"\begin{enumerate}"]
    for one in solution.equilibria:
        cases = [a.conditions for a in one.found.assessments]
        where = "always" if not all(cases) else "if " + ", or ".join(_formulas(case) for case in cases)
        lines += [rf"\item \emph{{{prose(one.kind.capitalize())}}}, {where}:", r"\begin{itemize}"]
        lines += [rf"\item {line}" for line in _latex_moves(solution, one)]
        lines += [rf"\item {line}" for line in _latex_refined(one)] if refine else []
        lines.append(r"\end{itemize}")
    return "\n".join([*lines, r"\end{enumerate}", rf"\end{{{kind}}}", ""])


def _formulas(conditions: Sequence[sp.Basic]) -> str:
    return ", ".join(f"${latex(c)}$" for c in conditions)


def _latex_moves(solution: BayesianSolution, one: BayesianEquilibrium) -> Iterator[str]:
    for where in _in_turn(solution):
        if where.name in one.found.behaviour:
            beliefs = one.found.assessments[0].beliefs.get(where.name, ())
            likely = [rf"\emph{{{prose(n)}}} ${latex(b)}$" for n, b in zip(node_names(where), beliefs, strict=False)]
            thinking = f", with the belief {', '.join(likely)}" if likely else ""
            yield f"{prose(_mover(where))}: {_latex_mixture(one.found.behaviour[where.name])}{thinking}."
    for where in _in_turn(solution):
        for reply in one.found.replies.get(where.name, ()):
            symbols = {s: sp.Symbol(f"mu_{k}", nonnegative=True) for k, s in enumerate(belief_symbols(where), start=1)}
            named = ", ".join(rf"$\mu_{{{k}}}$ for \emph{{{prose(n)}}}" for k, n in enumerate(node_names(where)[:-1], start=1))
            believed = _formulas([c.xreplace(symbols) for c in reply.believed]) or "anything"
            only = f", where {_formulas(reply.conditions)}" if reply.conditions else ""
            shown = f"{_latex_mixture(reply.mixture)}, with any belief ({named}) such that {believed}{only}"
            yield f"Off the path, {prose(_mover(where))}: {shown}."
        if where.name not in one.found.behaviour and where.name not in one.found.replies:
            yield from _latex_example(where, one)


def _latex_example(where: InformationSet, one: BayesianEquilibrium) -> Iterator[str]:
    """What is done where nobody gets, and a belief with it, where beliefs there are not told apart from other things."""
    for variant in one.found.assessments:
        likely = zip(node_names(where), variant.beliefs.get(where.name, ()), strict=False)
        named = ", ".join(rf"\emph{{{prose(n)}}} ${latex(b)}$" for n, b in likely)
        thinking = f", for instance with the belief {named}" if named else ""
        only = f", where {_formulas(variant.conditions)}" if len(one.found.assessments) > 1 else ""
        yield f"Off the path, {prose(_mover(where))}: {_latex_mixture(variant.behaviour[where.name])}{thinking}{only}."


def _latex_refined(one: BayesianEquilibrium) -> Iterator[str]:
    for criterion, name in CRITERIA.items():
        made = one.refined(criterion)
        sure = isinstance(one.solution.refinement_assured(one.number, criterion).verdict, Proved)
        cases = ", or ".join(_formulas(case) for case in made.passes)
        where = "" if not made.fails else f" if {cases}" if cases else " nowhere"
        yield f"Passes {name}{where}{'' if sure else ' (not proved)'}."


def _latex_mixture(mixture: Mixture) -> str:
    parts = [rf"\emph{{{prose(a)}}}" + (f" with probability ${latex(w)}$" if w != 1 else "") for a, w in mixture.items()]
    return " and ".join(parts)
