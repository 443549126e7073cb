"""Games to Gambit and back: files that it reads, its own catalog, and the equilibria that both find."""

import io
from collections import Counter

import pygambit
import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import matrix_game, nash, perfect_bayesian, solve, strategic_form
from formal.cli import main
from formal.errors import ModelError, UsageError
from formal.interop.from_gambit import catalog, converted, load, read
from formal.interop.gambit import efg, nfg
from formal.model.information import information
from formal.model.static import static_form
from formal.numeric.assessments import Instance
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.coordination import chicken
from proofs.gallery.entry_deterrence import entry
from proofs.gallery.horse import horse

SMALL = [
    "books/myerson1991/fig2_1",
    "books/myerson1991/fig4_2",
    "books/shohamleytonbrown2008/fig5_10",
    "books/vonstengel2022/fig10.5",
    "conf/itcs/jakobsen2016/fig3",
    "journals/geb/bagwell1995",
    "journals/ijgt/nau2004/sec3",
    "journals/ijgt/nau2004/sec4",
    "journals/ijgt/selten1975/fig1",
    "journals/ijgt/selten1975/fig3",
    "journals/other/shapley1974/fig3",
]


def at_once(model):
    try:
        static_form(model)
    except ModelError:
        return strategic_form(model)
    return model


def ours(model, kind=lambda profile: True):
    """Nash equilibria by what they pay."""
    found = [e.profile for e in nash(at_once(model)).equilibria]
    return Counter(tuple(p.payoffs[q] for q in model.players) for p in found if kind(p))


def theirs(raw, find=pygambit.nash.enumpure_solve):
    return Counter(tuple(sp.Rational(str(p.payoffs[q])) for q in raw.players) for p in find(raw).equilibria)


def extreme(raw):
    return pygambit.nash.enummixed_solve(raw, rational=True)


@pytest.mark.parametrize("name", SMALL)
def test_equilibria_of_the_catalog(name):
    model, raw = load(name), pygambit.catalog.load(name)
    assert list(model.players) == list(raw.players)
    assert ours(model, lambda profile: profile.pure) == theirs(raw)
    if len(model.players) == 2 and nash(at_once(model)).completeness == "all of them":
        assert set(ours(model)) == set(theirs(raw, extreme))


def test_the_whole_catalog_is_read_or_refused():
    refused = {}
    for name in catalog():
        try:
            assert load(name).nodes
        except UsageError as error:
            refused[name] = error.message
    assert len(refused) <= 2
    assert all("absent-minded" in said for said in refused.values())


def test_backward_induction_is_one_of_gambits_equilibria():
    for name in ("journals/ijgt/selten1975/fig2", "books/shohamleytonbrown2008/fig5_2"):
        model = load(name)
        assert not model.hidden
        (cell,) = solve(model).cells
        assert tuple(cell.payoffs[q] for q in model.players) in theirs(pygambit.catalog.load(name))


def test_a_tree_with_private_information_comes_back(tmp_path):
    """The same leaves, draws and information sets, and the same pure equilibria by way of the strategic form."""
    point = dict.fromkeys(beer_quiche.parameters, sp.Rational(2, 3))
    (tmp_path / "beer.efg").write_text(efg(beer_quiche, point))
    (tmp_path / "beer.nfg").write_text(nfg(beer_quiche, point))
    back, table = read(tmp_path / "beer.efg"), read(tmp_path / "beer.nfg")
    first, second = Instance(beer_quiche, point), Instance(back, {})
    assert [list(u.values()) for u in first.payoffs.values()] == [list(u.values()) for u in second.payoffs.values()]
    assert list(first.draws.values()) == list(second.draws.values())
    sizes = [sorted(len(s.nodes) for s in information(model).sets) for model in (beer_quiche, back)]
    assert sizes[0] == sizes[1]
    pure = ours(table, lambda profile: profile.pure)
    assert pure == ours(back, lambda profile: profile.pure) == theirs(pygambit.read_efg(tmp_path / "beer.efg"))
    assert pure
    holding = [one for one in perfect_bayesian(beer_quiche).equilibria if one.where.subs(point) == True]  # noqa: E712
    paid = {tuple(sp.sympify(one.payoff(q)).subs(point) for q in beer_quiche.players) for one in holding}
    assert paid == {tuple(sp.sympify(one.payoff(q)) for q in back.players) for one in perfect_bayesian(back).equilibria}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.fractions(-9, 9, max_denominator=7)] * 2), min_size=6, max_size=6))
def test_random_tables_come_back(table):
    """Two rows, three columns: read back it is the same game, and Gambit finds the pure equilibria of the definition."""
    payoffs = [[tuple(map(sp.Rational, map(str, table[3 * i + j]))) for j in range(3)] for i in range(2)]
    model = matrix_game("table", rows=["up", "down"], columns=["left", "middle", "right"], payoffs=payoffs)
    raw = pygambit.read_nfg(io.StringIO(nfg(model, {})))
    assert static_form(converted(raw, "back")).payoffs == static_form(model).payoffs
    stable = [
        payoffs[i][j]
        for i in range(2)
        for j in range(3)
        if payoffs[i][j][0] >= payoffs[1 - i][j][0] and payoffs[i][j][1] == max(p[1] for p in payoffs[i])
    ]
    assert Counter(stable) == theirs(raw)


def test_a_wrong_table_is_noticed():
    """The comparison can fail: one payoff more, and the equilibria differ."""
    point = dict.fromkeys(chicken.parameters, 1)
    text = nfg(chicken, point)
    head, _, tail = text.partition('""\n\n')
    first, *rest = tail.splitlines()
    changed = "\n".join([head + '""\n', "99 99", *rest, ""])
    assert theirs(pygambit.read_nfg(io.StringIO(changed))) != theirs(pygambit.read_nfg(io.StringIO(text)))
    assert first != "99 99"


def test_the_commands(tmp_path):
    target = str(tmp_path / "horse.efg")
    result = CliRunner().invoke(main, ["export", "proofs/gallery/horse.py:horse", "-o", target])
    assert result.exit_code == 0, result.output
    assert pygambit.read_efg(target).title == "horse"
    result = CliRunner().invoke(main, ["derive", target])
    assert result.exit_code == 0, result.output
    assert len(perfect_bayesian(read(target)).equilibria) == len(perfect_bayesian(horse).equilibria)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["proofs/gallery/horse.py:horse", "-o", "x.txt"], "x.txt is not a file for Gambit; write .efg or .nfg"),
        (["proofs/gallery/horse.py:horse", "--at", "a", "-o", "x.nfg"], 'cannot read "a"'),
        (["proofs/gallery/horse.py:horse", "--at", "a=1", "-o", "x.nfg"], '"a" is not a parameter of horse'),
        (["proofs/gallery/beer_quiche.py:beer_quiche", "-o", "x.nfg"], "beer_quiche needs a number for"),
        (["proofs/gallery/entry_deterrence.py:entry", "--at", "f=1/2", "-o", "x.efg"], "entry is not finite"),
        (["proofs/gallery/entry_deterrence.py:entry", "--at", "f=1/2", "-o", "x.nfg"], "entry is not finite"),
        (["proofs/gallery/horse.py:horse", "-o", "missing/x.nfg"], "No such file or directory: missing/x.nfg"),
    ],
)
def test_what_cannot_be_written(arguments, said):
    result = CliRunner().invoke(main, ["export", *arguments])
    assert result.exit_code == 2
    assert said in result.output
    assert entry.parameters


def test_what_cannot_be_read(tmp_path):
    (tmp_path / "broken.efg").write_text('EFG 2 R "x" { "A" }\np "" 1 1 "" { "a" "b" } 0\n')
    with pytest.raises(UsageError, match=r"Gambit cannot read .*broken\.efg"):
        read(tmp_path / "broken.efg")
    with pytest.raises(UsageError, match="there is no file"):
        read(tmp_path / "none.nfg")
    with pytest.raises(UsageError, match=r"is not a file of Gambit"):
        read(tmp_path / "game.txt")
    with pytest.raises(UsageError, match='has no "journals/ijgt/selten1975/fig9"; did you mean'):
        load("journals/ijgt/selten1975/fig9")
