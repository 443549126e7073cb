"""The report in a browser: offline, inert to what authors write, and with the numbers that Python has."""

import re
import shutil
from dataclasses import replace
from fractions import Fraction
from urllib.parse import parse_qs, urlencode

import pytest
import sympy as sp
from click.testing import CliRunner
from playwright.sync_api import sync_playwright

from formal import parameters
from formal.check import check
from formal.cli import main
from formal.loader import load
from formal.numeric.draws import game_pool
from formal.replay import replay
from formal.report import sources
from formal.report.explorer import Code
from formal.report.html import page
from formal.report.paper import paper
from formal.report.regions import regions
from formal.solution import solve
from tests.conftest import ROOT
from tests.unit.test_paper import HOSTILE

GALLERY = ("agenda_setter", "entry_deterrence", "crisis_bargaining", "stackelberg", "beer_quiche", "coordination", "education")
PARTS = [ROOT / "proofs" / name for name in ("ratification", "private_intent", "private_resolve")]
PARTS += [ROOT / f"proofs/gallery/{name}.py" for name in GALLERY]
GAMES = ("ratification", "entry", "linear", "crisis", "stackelberg")  # one region at each point
OTHERS = ("beer_quiche", "chicken", "private_intent", "education", "private_resolve")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def files():
    return load(PARTS)


@pytest.fixture(scope="module")
def address(files, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "index.html"
    path.write_text(page(files, list(replay(files)), "Proofs", sources.find(PARTS)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def tab(browser):
    """A page that fails the test at any message on the console, and at any request but that for the file."""
    made, said = browser.new_page(), []
    made.on("console", lambda message: said.append(message.text))
    made.on("pageerror", lambda error: said.append(str(error)))
    made.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    made.on("dialog", lambda dialog: said.append(dialog.message))
    yield made
    made.close()
    assert said == []


def games(files):
    return {game.name: game for file in files for game in file.games}


def simple_points(game, count):
    pool = game_pool(game, 3000)
    return list(zip(*(pool[q][:count] for q in game.parameters), strict=True))


def state(tab):
    return {k: v[0] for k, v in parse_qs(tab.url.partition("#")[2]).items()}


def rows(tab, name):
    """What the explorer of a game shows, by the row's name."""
    return tab.eval_on_selector_all(
        ".explorer[open] .values tr", "rows => rows.map(r => [r.cells[0].textContent, r.cells[1].textContent])"
    )


def test_the_page_needs_nothing_else(address, tab):
    tab.goto(address)
    text = tab.content()
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    assert tab.locator("article").count() == tab.locator("article:visible").count() > 50


def test_a_key_on_a_slider_changes_point_cell_outcome_and_address(address, tab, files):
    tab.goto(address + "#" + urlencode({"game": "ratification", "alphab": 0, "beta": 0.25, "chi": 1, "phi": 2, "sigma": 1}))
    game = games(files)["ratification"]
    before = tab.locator(".explorer[open]").get_attribute("data-regions"), rows(tab, "ratification")
    slider = tab.get_by_role("slider", name="β, parliament's intrinsic marginal benefit of contributing")
    slider.focus()
    for _ in range(12):
        slider.press("PageUp")
    slider.press("ArrowRight")
    after = tab.locator(".explorer[open]").get_attribute("data-regions"), rows(tab, "ratification")
    assert before[0] != after[0]
    assert before[1] != after[1]
    point = {k: sp.Rational(v) for k, v in state(tab).items() if k != "game" and not k.startswith(".")}
    answer = solve(game).at(point)
    assert after[0] == str(answer.cell)
    shown = dict(after[1])
    for player, payoff in answer.payoffs.items():
        assert float(shown[f"payoff of {player}"]) == pytest.approx(float(payoff), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("name", GAMES)
def test_regions_and_payoffs_are_those_of_exact_arithmetic(address, tab, files, name):
    """At simple points, many of them on boundaries, where only exact arithmetic knows which side holds."""
    game = games(files)[name]
    tab.goto(address)
    points = simple_points(game, 60)
    made = tab.evaluate(
        """([name, points]) => {
          const one = explorers.find((e) => e.game.name === name);
          return points.map((point) => { const [, where, v] = one.code(point), k = where.indexOf(true);
            return [k + 1, one.game.regions[k].payoffs.map((paid) => v[paid.value])]; });
        }""",
        [name, [[float(v) for v in point] for point in points]],
    )
    for point, (number, payoffs) in zip(points, made, strict=True):
        answer = solve(game).at({q: sp.Rational(str(Fraction(float(v)))) for q, v in zip(game.parameters, point, strict=True)})
        assert number == answer.cell
        assert payoffs == pytest.approx([float(u) for u in answer.payoffs.values()])


@pytest.mark.parametrize("name", OTHERS)
def test_where_equilibria_exist_is_that_of_exact_arithmetic(address, tab, files, name):
    game = games(files)[name]
    tab.goto(address)
    points = simple_points(game, 40)
    made = tab.evaluate(
        "([name, points]) => points.map((p) => explorers.find((e) => e.game.name === name).code(p)[1])",
        [name, [[float(v) for v in point] for point in points]],
    )
    seen = set()
    for point, found in zip(points, made, strict=True):
        values = {q: sp.Rational(str(Fraction(float(v)))) for q, v in zip(game.parameters, point, strict=True)}
        exact = [any(all(c.xreplace(values).simplify() == sp.true for c in case) for case in r.cases) for r in regions(game)]
        assert found == exact
        seen.add(tuple(found))
    assert len(seen) > 1


def test_a_point_outside_the_assumptions_has_no_region(address, tab, files):
    tab.goto(address + "#" + urlencode({"game": "linear", "s": 0.5, "v": 0.75, "q": 0.25}))
    assert tab.locator(".explorer[open]").get_attribute("data-regions") == ""
    assert "Outside the assumptions" in tab.locator(".explorer[open] .where").inner_text()


def test_search_and_filter(address, tab):
    tab.goto(address)
    whole = tab.locator("article:visible").count()
    tab.get_by_label("Verdict").select_option("refuted")
    refuted = tab.locator("article:visible")
    assert 0 < refuted.count() < whole
    assert all("refuted" in text for text in refuted.locator("h3").all_inner_texts())
    tab.get_by_label("Verdict").select_option("unexpected")
    assert tab.locator("article:visible").count() < whole
    tab.get_by_label("Verdict").select_option("")
    tab.get_by_label("Search").fill("stackelberg follower")
    assert 0 < tab.locator("article:visible").count() < 5


def test_names_roles_and_themes(address, tab):
    tab.goto(address + "#game=ratification")
    for slider in tab.get_by_role("slider").all():
        assert slider.get_attribute("aria-label")
    assert tab.locator("canvas:visible").get_attribute("aria-label").startswith("Regions over two parameters")
    light = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.get_by_role("button", name="Dark").click()
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_what_authors_write_is_inert_in_the_browser(tab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inert.py").write_text(HOSTILE)
    done = CliRunner().invoke(main, ["report", "inert.py", "-o", "out", "--title", "<script>window.hacked = 4</script>"])
    assert done.exit_code == 0, done.output
    tab.goto((tmp_path / "out/index.html").as_uri() + "#game=hostile")
    tab.wait_for_timeout(100)
    assert tab.evaluate("window.hacked") is None
    assert tab.locator("h1 script, article script, article img, article i, article u").count() == 0
    text = tab.locator("main").inner_text()
    assert "<script>window.hacked = 2</script> \\undefined $ _ ^ # % {" in text
    assert "שלום" in text
    assert "H_1 <u>&" in text


WHOLE = """from formal import game, parameters
p = parameters("n integer >= 1", "a > 0")
@game(players=("A",), ties={"go": "yes"})
def whole(g):
    return {"A": p.n * p.a - 3 if g.choose("A", "go", ["yes", "no"]) == "yes" else 0}
"""


def test_maps_over_whole_numbers_and_equilibria_that_are_not_proved(tab, tmp_path):
    (tmp_path / "whole.py").write_text(WHOLE)
    files = load([tmp_path / "whole.py"])
    (record,) = check(files)
    proved = page(files, [record], "Whole", {})
    assert "proposed and not proved" not in proved
    assert "Subgame perfect equilibrium, proposed and not proved" in page(
        files, [replace(record, status="unknown")], "Whole", {}
    )
    (tmp_path / "index.html").write_text(proved, encoding="utf-8")
    tab.goto((tmp_path / "index.html").as_uri() + "#game=whole")
    met = tab.evaluate("""() => {
        const [one] = explorers, code = one.code, met = new Set(), n = one.game.parameters.findIndex((q) => q.whole);
        one.code = (point) => { met.add(point[n]); return code(point); };
        one.telling(); one.paint();
        return [...met];
    }""")
    assert len(met) > 3
    assert all(number == int(number) for number in met)


def test_conditions_in_the_page_are_those_of_python(tab):
    p = parameters("a b real")
    low, high = sp.Lt(p.a, 1), sp.Ge(p.b, 2)
    denied = sp.Not(sp.And(low, high), evaluate=False)
    for condition in (
        denied,
        sp.Not(low, evaluate=False),
        sp.Implies(low, high, evaluate=False),
        sp.Or(low, high),
        sp.Ne(p.a, p.b),
    ):
        code = Code(list(p))
        truth = code.truth(condition)
        for point in ([0, 0], [0, 2], [1, 1], [1, 2], [3, 5]):
            exact = condition.xreplace(dict(zip(p, map(sp.Integer, point), strict=True))).simplify()
            assert tab.evaluate(f"(p) => {{ {code.body()} return {truth}; }}", point) == bool(exact)


def test_addresses_of_sources_are_inert():
    text = '@misc{one, author={A}, title={T}, url={javascript:x}}\n@misc{two, author={A}, title={T}, url={https://x"><script>y</script>}}'
    for _, entry in sources.as_html(sources._read(text, "test")):
        assert "<script" not in entry
        assert 'href="javascript' not in entry
        assert "URL: " in entry


def test_a_root_at_its_boundary_is_nought_whatever_rounding_says(tab):
    """0.3 - 3 * 0.1 is less than 0 in floating point."""
    p = parameters("a b real")
    code = Code(list(p))
    truth = code.truth(sp.Ge(1 + sp.sqrt(p.a - 3 * p.b) - (p.a - 3 * p.b) ** sp.Rational(3, 2), 1, evaluate=False))
    evaluated = f"(p) => {{ {code.body()} return [{truth}, ...v]; }}"
    assert tab.evaluate(evaluated, [0.3, 0.1]) == [True, 0]
    assert tab.evaluate(evaluated, [4, 0]) == [False, pytest.approx(2 - 8)]
    assert tab.evaluate(evaluated, [0, 1])[0] is False


def test_what_is_not_as_expected_says_so(tmp_path):
    """In the page and in the appendix: a proof that was not wanted, one that is less sure than required, a refutation."""
    (tmp_path / "expected.py").write_text(
        'from formal import parameters, proposition\np = parameters("a >= 0")\n'
        '@proposition("T1", "true", expect="refuted")\ndef one():\n    return p.a + 1 > p.a * 0\n'
        '@proposition("T2", "true", require="certified")\ndef two():\n    return p.a + 2 > 0 * p.a\n'
        '@proposition("F", "false")\ndef three():\n    return p.a > 1\n'
        '@proposition("T3", "true")\ndef four():\n    return p.a**2 >= -p.a\n'
    )
    files = load([tmp_path / "expected.py"])
    records = list(check(files))
    shown = page(files, records, "Expected", {})
    assert [shown.count(f"{verdict}, not as expected</span>") for verdict in ("proved", "refuted")] == [2, 1]
    written = paper(files, records, {}, lambda _: None, figures=False)["appendix.tex"]
    for said in ("proved, but expected to be refuted", "not certified, as is required"):
        assert said in shown
        assert f"{said}.}}" in written
    assert written.count("Not as expected") == 2
