"""The appendix compiles, its references resolve, and only checked steps are displayed."""

import re
import shutil
import subprocess
from fractions import Fraction
from itertools import product

import pytest
from click.testing import CliRunner
from sympy import Rational

import formal.report.latex
import formal.report.statement
from formal import parameters
from formal.bayes_solution import perfect_bayesian
from formal.check import check
from formal.cli import main
from formal.decide.judge import decide
from formal.decide.verdict import Unknown
from formal.errors import UsageError
from formal.loader import load
from formal.numeric.draws import span
from formal.replay import replay
from formal.report import sources
from formal.report.figure import best_view
from formal.report.folder import write
from formal.report.latex import section
from formal.report.paper import paper, titled
from formal.solution import solve
from tests.conftest import ROOT

GALLERY = ROOT / "proofs/gallery"
PARTS = [
    ROOT / "proofs/ratification",
    ROOT / "proofs/private_intent",
    GALLERY / "coordination.py",
    GALLERY / "repeated_dilemma.py",
]


def compiled(folder):
    """What TeX says in the last of the runs that an author makes."""
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"]
    for command in (latex, ["bibtex", "main"], latex, latex):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
        assert done.returncode == 0, done.stdout[-2000:]
    return (folder / "main.log").read_text(errors="replace")


@pytest.fixture(scope="module")
def parts():
    files = load(PARTS)
    return files, list(replay(files)), sources.find(PARTS)


@pytest.fixture(scope="module")
def appendix(parts):
    return paper(*parts, lambda _: None)


def test_it_compiles_and_all_references_resolve(appendix, tmp_path):
    write(tmp_path, appendix)
    log = compiled(tmp_path)
    assert "undefined" not in log
    assert "multiply defined" not in log
    assert "Warning" not in log
    assert (tmp_path / "main.pdf").stat().st_size > 50_000


def test_every_game_and_claim_is_there_under_its_label(appendix, parts):
    labels = re.findall(r"\\label\{([^}]*)\}", appendix["appendix.tex"])
    assert len(labels) == len(set(labels))
    files, records, _ = parts
    for file in files:
        for named in (
            *(g.name for g in file.games),
            *(name for name, _ in file.strategies),
            *(p.id for p in file.propositions),
        ):
            assert f"prop:{named.replace('_', '-')}" in labels or f"prop:{named}" in labels
    assert len(records) > 15


def test_a_model_has_its_timing_parameters_tree_and_payoffs(appendix):
    text = appendix["appendix.tex"]
    model = text[text.index(r"\label{model:ratification}") :]
    model = model[: model.index(r"\begin{proposition}")]
    for part in (
        r"1 & Government & table & \emph{table}",
        "standing abandonment cost",
        r"\begin{tikzpicture}",
        r"\item[$z_{1}$]",
    ):
        assert part in model


def test_a_strategy_of_a_repeated_game_has_its_states_and_its_threshold(appendix):
    block = appendix["appendix.tex"].partition(r"\label{prop:grim}")[2].partition(r"\end{proposition}")[0]
    assert r"\delta \geq \frac{- r + t}{- d + t}" in block
    assert block.count(r"\item") == 2
    assert appendix["appendix.tex"].count(r"\label{model:dilemma}") == 1  # which the file of the stage game shows


def test_a_stage_game_from_elsewhere_is_shown_with_the_first_strategy():
    files = load([GALLERY / "repeated_dilemma.py"])
    text = paper(files, list(replay(files)), sources.find([GALLERY]), lambda _: None)["appendix.tex"]
    assert 0 < text.index(r"\label{model:dilemma}") < text.index(r"\label{prop:grim}")
    assert text.count(r"\label{model:dilemma}") == 1


def test_a_figure_shows_several_cells_inside_the_assumptions(appendix, parts):
    for game in (g for f in parts[0] for g in f.games if f"figures/{g.name}.pdf" in appendix):
        assert rf"\includegraphics{{figures/{game.name}.pdf}}" in appendix["appendix.tex"]
        assert appendix[f"figures/{game.name}.pdf"].startswith(b"%PDF")
        (x, *across), (y, *up), at = best_view(game)
        shares = [Fraction(k, 9) for k in range(10)]
        seen = set()
        for i, j in product(shares, repeat=2):
            point = {**at, x: across[0] + (across[1] - across[0]) * i, y: up[0] + (up[1] - up[0]) * j}
            seen.add(solve(game).at({q: Rational(v.numerator, v.denominator) for q, v in point.items()}).cell)
        assert len(seen) > 1
    assert "figures/ratification.pdf" in appendix


def test_sources_are_cited_and_listed(appendix):
    cited = set(re.findall(r"\\cite\{([^}]*)\}", appendix["appendix.tex"]))
    assert "pedersen2023" in cited
    for key in cited:
        assert f"{{{key}," in appendix["references.bib"]
    assert "[@" not in appendix["appendix.tex"]


def derived(text):
    return text[text.index("[Derivation]") :].partition(r"\end{proof}")[0]


def test_every_displayed_step_is_marked_and_none_is_displayed_that_was_not_proved(parts, monkeypatch):
    files, records, known = parts
    chosen = [f for f in files if f.path.parent.name == "ratification"]
    whole = paper(chosen, records, known, lambda _: None)["appendix.tex"]
    derivation = derived(whole)
    displayed = derivation.count(r"\[") + derivation.count(r"\begin{quote}")
    assert displayed > 5
    assert derivation.count(r"\checked") == displayed
    monkeypatch.setattr(formal.report.latex, "proved", lambda step: False)
    monkeypatch.setattr(formal.solution, "proved", lambda step: False)
    without = paper(chosen, records, known, lambda _: None)["appendix.tex"]
    derivation = derived(without)
    assert r"\[" not in derivation
    assert "not proved and is left out" in derivation


def test_a_source_that_nobody_has_is_named():
    with pytest.raises(UsageError, match=r"\[@pedersen2032\]; did you mean .*pedersen2023"):
        sources.require(["pedersen2032"], sources.find([ROOT / "proofs/ratification"]))


def test_titles_end_at_the_first_sentence():
    assert titled("The game: one offer. And more.") == ("The game", "One offer. And more.")
    assert titled("Short")[0] == "Short"


HOSTILE = r'''"""Model \\input{/etc/passwd} & 50% of $x_1$ {braces} <b>bold</b> "quotes" שלום Σ 中 — and a tail."""
from formal import game, interval, parameters, proposition, solve

p = parameters("a > 0: cost \\write18{rm} <script>window.hacked = 1</script> & שלום")


@game(players=("Row & <i>Co</i>", "B_2"), ties={"an_swer": "ja & <b>x</b>"})
def hostile(g):
    """Play \\end{document} <img src=x onerror=hacked()> 100%."""
    x = g.choose("Row & <i>Co</i>", "x", interval(0, 1))
    if g.choose("B_2", "an_swer", ["ja & <b>x</b>", "nein #1"]) == "nein #1":
        return {"Row & <i>Co</i>": 0, "B_2": p.a}
    return {"Row & <i>Co</i>": 1 - x, "B_2": x}


@proposition("H_1 <u>&", "Title with <script>window.hacked = 2</script> \\undefined $ _ ^ # % {", expect="refuted")
def claim():
    """Note </script><script>window.hacked = 3</script> \\end{proof} ‏שלום‏."""
    return solve(hostile).payoff("B_2") > p.a
'''


def test_what_authors_write_is_inert_in_latex(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hostile.py").write_text(HOSTILE)
    done = CliRunner().invoke(main, ["paper", "hostile.py", "-o", "out"])
    assert done.exit_code == 0, done.output
    log = compiled(tmp_path / "out")
    assert "root:" not in (tmp_path / "out/appendix.tex").read_text()
    assert "undefined" not in log
    shutil.rmtree(tmp_path / "out")


ODD = """from formal import exists, parameters, proposition
p = parameters("a >= 0", "n integer >= 1")
@proposition("E%]}#", "Some, as [@key_1_a] has it", given=[p.a > 3], steps=lambda: [p.a * (p.a - 1) > 2, p.a**2 > 5])
def some():
    return exists(p.a > 1)
@proposition("None", "None", expect="refuted")
def none():
    return exists(p.a * p.a + p.n < p.a)
@proposition("True", "Anything, says the title")
def sympy_knows():
    return p.a + 1 > 0  # 100% & \\_ [x]
@proposition("Stays", "unread", steps=lambda: [1 / 0])
def unread():
    return p.n > 0
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """The appendix of some odd claims, where one of the steps is not proved, and its folder."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.py").write_text(ODD)
    files = load([folder / "odd.py"])
    known = sources._read("@misc{key_1_a, author={A}, title={T}, year=2020}", "test")

    def some(goal):
        return decide(goal) if "**2" in str(goal.conclusion) else Unknown("")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(formal.report.statement, "decide", some)
        made = paper(files, list(check(files)), known, lambda _: None, figures=False)
    write(folder / "out", made)
    return made["appendix.tex"], folder / "out"


def test_an_example_is_not_called_a_proof_for_all_values(odd):
    block = odd[0].partition(r"\begin{proof}")[2].partition(r"\end{proof}")[0]
    assert re.search(r"It holds at \$a = \d+\$", block)
    assert "No values" not in block


def test_steps_that_were_not_proved_are_left_out(odd):
    block = odd[0].partition(r"\begin{proof}")[2].partition(r"\end{proof}")[0]
    assert "a^{2}" in block
    assert "a - 1" not in block
    assert "1 of the steps on the way was not proved, and left out" in block


def test_what_is_in_error_is_not_left_out(odd):
    assert "In error: " in odd[0].partition(r"\label{prop:Stays}")[2]
    assert "false at :" not in odd[0]


def test_a_claim_without_a_formula_shows_its_source(odd):
    block = odd[0].partition(r"\label{prop:True}")[2].partition(r"\end{proposition}")[0]
    assert r"return p.a + 1 \textgreater{} 0" in block


def test_odd_ids_and_keys_compile_and_resolve(odd):
    text, folder = odd
    assert r"\cite{key_1_a}" in text
    log = compiled(folder)
    assert "undefined" not in log


def test_two_things_with_one_label_are_named(tmp_path):
    (tmp_path / "same.py").write_text(ODD.replace("E%]}#", "a_b").replace('"None"', '"a-b"', 1))
    with pytest.raises(UsageError, match=r'"a_b" in .*same.py and "a-b" in .*same.py would both be prop:a-b'):
        paper(load([tmp_path]), [], {}, lambda _: None, figures=False)


def test_an_equilibrium_says_what_everybody_does_everywhere():
    """Also off the path, where what is believed cannot be told apart from what is done elsewhere."""
    (file,) = load([ROOT / "proofs/gallery/reputation.py"])
    solution = perfect_bayesian(file.games[0])
    classes = section(file.games[0], proved=True).split(r"\begin{itemize}")[-len(solution.equilibria) :]
    for one in classes:
        said = one.partition(r"\end{itemize}")[0]
        assert said.count(r"\item") == len(solution.info.sets)


def test_what_holds_everywhere_holds_in_all_cases():
    (file,) = load([ROOT / "proofs/gallery/stackelberg.py"])
    assert "If in all cases" not in section(file.games[0], proved=True)
    assert "In all cases" in section(file.games[0], proved=True)


WHOLE = """from formal import game, parameters
p = parameters("n integer >= 1", "a > 0", "b in {0, 1}", "c > 0")
@game(players=("A",), ties={"go": "yes"})
def counted(g):
    luck = g.chance("luck", {"good": sp.Rational(1, 2), "bad": sp.Rational(1, 2)})
    if g.choose("A", "go", ["yes", "no"]) == "no":
        return {"A": p.c}
    return {"A": p.n * p.a - 3 + p.b if luck == "good" else p.a}
"""


def test_whole_numbers_are_no_axes_of_a_figure(tmp_path):
    (tmp_path / "counted.py").write_text("import sympy as sp\n" + WHOLE)
    (file,) = load([tmp_path])
    x, y, at = best_view(file.games[0])
    assert {x[0].name, y[0].name} == {"a", "c"}
    assert {q.name for q in at} == {"n", "b"}
    assert all(value == int(value) for value in at.values())
    assert re.search(r"\.[.;]", section(file.games[0], proved=True)) is None


@pytest.mark.parametrize("name", ["stackelberg", "coordination", "beer_quiche", "education"])
def test_what_is_not_proved_is_no_proposition(name):
    (file,) = load([ROOT / f"proofs/gallery/{name}.py"])
    for sure, environment in ((True, "proposition"), (False, "claim")):
        written = section(file.games[0], proved=sure)
        assert set(re.findall(r"\\(?:begin|end)\{(proposition|claim)\}", written)) == {environment}
        assert bool(re.search(r"The following [^.]*, but not (all )?proved", written)) != sure


@pytest.mark.parametrize(
    ("declared", "ends"),
    [("x real", (-3, 3)), ("x >= 1", (1, 4)), ("x < 1", (-2, 1)), ("x in (0, 1/2)", (0, Fraction(1, 2)))],
)
def test_a_parameter_is_shown_on_both_sides_of_what_does_not_bound_it(declared, ends):
    assert span(parameters(declared).x, Fraction(3)) == ends
