"""Pictures: outlines against exact answers at random points, jumps, names, stable files, mistakes in one line."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline

from formal import game, interval, parameters, solve
from formal.cli import main
from formal.errors import UsageError
from formal.plots import payoff_path, plane, regions, save, statics
from formal.plots.boundaries import boundaries
from formal.plots.plane import Box, simplest
from proofs.gallery.agenda_setter import linear
from proofs.gallery.ultimatum import generous, spiteful
from proofs.invitation.model import equilibrium as invitation
from proofs.ratification.model import equilibrium as ratification

AT = {"beta": 1, "alpha1": 0, "alphab": "0.1", "sigma": 2, "chi": 1, "kappa": "0.1"}
TARGET = "proofs/ratification/model.py:ratification"
FIXED = {"alphab": "0.1", "phi": 2, "chi": 1}


def outlines(figure):
    """The filled areas by the place of their name in the legend."""
    return [p for p in figure.axes[0].patches if p.get_fill()]


def names(figure):
    return [t.get_text() for t in figure.legends[0].get_texts()]


def area(path):
    """The signed area inside a path of closed loops."""
    loops = path.to_polygons(closed_only=True)
    return sum(sum(x * w - u * y for (x, y), (u, w) in pairwise(p)) / 2 for p in loops)


def held(figure, x, y):
    """The names of the areas that hold a point."""
    areas = zip(names(figure), outlines(figure), strict=True)
    return {name for name, one in areas if one.get_path().contains_point((float(x), float(y)))}


def test_areas_hold_the_points_of_their_cells():
    figure, generator, met = regions(invitation, ("alpha0", 0, 2), ("phi", "0.1", 6), at=AT), random.Random(5), set()
    for _ in range(50):
        x, y = Fraction(generator.randrange(1, 2000), 1000), Fraction(generator.randrange(101, 5999), 1000)
        cell = invitation.at(AT | {"alpha0": x, "phi": y, "lambda_": 1, "rho": 1}).cell
        met.add(invitation.cells[cell - 1].name)
        assert held(figure, x, y) == {invitation.cells[cell - 1].name}
    assert met == set(names(figure))
    assert len(met) >= 3


def test_areas_fill_the_picture_without_overlap():
    at = {k: v for k, v in AT.items() if k not in ("kappa", "beta")} | {"alpha0": "0.5", "phi": 4}
    figure = regions(invitation, ("kappa", 0, 1), ("beta", 0, 3), at=at)
    assert len(names(figure)) >= 3
    assert sum(area(one.get_path()) for one in outlines(figure)) == pytest.approx(3, abs=1e-4)


def test_boundaries_are_exact():
    """Parliament's threshold meets 1 at beta = 9/10, where 2 beta + 2 alphab = phi; the corner is at sigma = chi."""
    figure = regions(ratification, ("beta", 0, 3), ("sigma", "0.1", 3), at=FIXED)
    vertices = [tuple(v) for one in outlines(figure) for v in one.get_path().vertices]
    assert (0.9, 1.0) in vertices
    assert set(names(figure)) == {"$x = 1$", r"$x = \frac{\sigma}{\chi}$", "$x = x_{u}$"}


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 3)), min_size=1, max_size=3), st.booleans())
def test_random_discs_and_their_roots(discs, rooted):
    """Which of some circles hold a point, written with squares or with a square root."""
    x, y = sp.symbols("x y", real=True)
    gaps = [(x - a) ** 2 + (y - b) ** 2 for a, b, _ in discs]
    conditions = [(sp.sqrt(g) < r) if rooted else (g < r**2) for g, (_, _, r) in zip(gaps, discs, strict=True)]
    box = Box(Fraction(-4), Fraction(4), Fraction(-4), Fraction(4))

    def answer(u, v):
        return tuple((u - a) ** 2 + (v - b) ** 2 < r * r for a, b, r in discs)

    found = plane.regions(boundaries(conditions, [x, y], {}), box, answer)
    generator = random.Random(1)
    shapes = {key: [Outline(loop) for loop in loops] for key, loops in found.items()}
    total = sum(area(one) for loops in shapes.values() for one in loops)
    assert total == pytest.approx(64, abs=1e-3)
    for _ in range(20):
        u, v = Fraction(generator.randrange(-399, 400), 100), Fraction(generator.randrange(-399, 400), 100)
        if min(abs((u - a) ** 2 + (v - b) ** 2 - r * r) for a, b, r in discs) > Fraction(1, 10):
            holding = [key for key, loops in shapes.items() if sum(one.contains_point((u, v)) for one in loops) % 2]
            assert holding == [answer(u, v)]


@given(st.fractions(-5, 5), st.fractions(min_value="1/1000", max_value=3))
def test_the_simplest_fraction_is_between(low, width):
    found = simplest(low, low + width)
    assert low < found < low + width
    assert found.denominator <= 1 / width + 1


def test_a_jump_is_a_jump():
    at = {"alpha0": "0.5", "alpha1": "0.5", "alphab": "0.1", "sigma": 2, "chi": 2, "phi": 4, "beta": 1}
    axes = statics(invitation, "s", ("kappa", 0, "1.5"), at=at).axes[0]
    curves = [line.get_xydata() for line in axes.lines if len(line.get_xydata()) > 2]
    dots = [(line.get_markerfacecolor(), *line.get_xydata()[0]) for line in axes.lines if line.get_marker() == "o"]
    assert len(curves) == 2  # not joined
    (open_, where, limit), (filled, there, taken) = dots
    assert (open_, filled) == ("white", "black")
    assert where == there
    # indifference: the government's best payoff with a signal, (sigma - kappa)^2 / (2 chi), is that without
    threshold = float(
        invitation.threshold("x_u").definition.subs({q: sp.Rational(at.get(q.name, 0)) for q in invitation.game.parameters})
    )
    assert (2 - where) ** 2 / 4 == pytest.approx(2 * threshold - threshold**2)
    assert limit == pytest.approx((2 - where) / 2)
    assert taken == 0


def test_payoffs_along_a_path_are_exact_answers():
    ends = [AT | {"alpha0": "0.5", "phi": phi, "beta": beta, "lambda_": 1, "rho": 1} for phi, beta in ((4, 0), (2, 3))]
    axes = payoff_path(invitation, *ends).axes[0]
    curves = [line for line in axes.lines if len(line.get_xydata()) > 2]
    assert {line.get_label() for line in curves if not line.get_label().startswith("_")} == set(invitation.game.players)
    (leader,) = [line for line in curves if line.get_label() == "Leader"]
    for t, value in leader.get_xydata()[::40]:
        t = sp.Rational(t)
        exact = invitation.at(ends[0] | {"phi": 4 - 2 * t, "beta": 3 * t})
        assert value == pytest.approx(float(exact.payoffs["Leader"]))


def test_where_there_is_no_equilibrium_and_what_is_outside_are_named():
    p = parameters("a in [0, 1]", "b in [0, 1]")

    @game(players=("Proposer", "Responder"), ties={"answer": "reject"}, assume={"ordered": p.a <= p.b})
    def bargain(g):
        x = g.choose("Proposer", "x", interval(0, 1))
        if g.choose("Responder", "answer", ["accept", "reject"]) == "accept":
            return {"Proposer": 1 - x, "Responder": x}
        return {"Proposer": 0, "Responder": p.a * p.b}

    figure = regions(solve(bargain), ("a", 0, 1), ("b", 0, 1))
    assert names(figure) == ["no equilibrium", "outside the assumptions"]
    assert [area(one.get_path()) for one in outlines(figure)] == pytest.approx([0.5, 0.5])


def test_equal_pictures_are_equal_files(tmp_path):
    for ending in ("svg", "pdf", "png"):
        for name in ("one", "two"):
            save(regions(ratification, ("beta", 0, 3), ("sigma", "0.1", 3), at=FIXED), tmp_path / f"{name}.{ending}")
        one, two = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
        assert one == two
        assert b"20" + b"26-" not in one


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--over", "beta=0:3"], "give values for"),
        (["--over", "beta=0:3", "--over", "beta=0:3"], "both axes are beta"),
        (["--over", "beta=3:0", "--over", "phi=1:2"], "beta has no values from 3 to 0"),
        (["--over", "bta=0:3", "--over", "phi=1:2"], 'did you mean "beta"'),
        (["--over", "beta=0"], 'cannot read "beta=0"'),
        (["--over", "beta=0:x", "--over", "phi=1:2"], "not an exact number"),
        ([], "give --over twice for cells"),
        (["--over", "beta=0:3", "--at", "beta=1"], "both an axis and fixed"),
        (
            ["--over", "beta=0:3", "--over", "sigma=1:2", "--at", "phi=-1", "--at", "chi=1", "--at", "alphab=0"],
            "outside what is",
        ),
        (["--over", "beta=0:3", "--of", "vote"], "not a continuous choice"),
        (["--over", "beta=0:3", "--at", "phi=1", "--at", "phi=2"], '"phi" is given twice'),
        (["--over", "beta=0:3", "--at", "phi"], 'cannot read "phi"'),
    ],
)
def test_mistakes_are_said_in_one_line(options, said, tmp_path):
    result = CliRunner().invoke(main, ["plot", TARGET, *options, "-o", str(tmp_path / "out.pdf")])
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_the_command(tmp_path):
    fixed = [part for name, value in FIXED.items() for part in ("--at", f"{name}={value}")]
    for more in (["--over", "sigma=0.1:3"], ["--at", "sigma=1"], ["--at", "sigma=1", "--of", "x"]):
        target = tmp_path / f"out{len(more)}.svg"
        result = CliRunner().invoke(main, ["plot", TARGET, "--over", "beta=0:3", *more, *fixed, "-o", str(target)])
        assert result.exit_code == 0, result.output
        assert target.read_text().startswith("<?xml")
    for bad, said in (("out.xyz", "does not say a format"), ("missing/out.pdf", "cannot be written")):
        options = ["--over", "beta=0:3", "--over", "sigma=0.1:3", *fixed, "-o", str(tmp_path / bad)]
        result = CliRunner().invoke(main, ["plot", TARGET, *options])
        assert (result.exit_code, said in result.output) == (2, True), result.output


def test_a_path_may_end_where_a_domain_is_open():
    (w,) = generous.parameters
    figure = payoff_path(solve(generous), {w: 0}, {w: 1})
    assert names(figure)[1:] == ["Proposer", "Responder"]
    with pytest.raises(UsageError, match="has no equilibrium at any parameters"):
        payoff_path(solve(spiteful), {w: 0}, {w: 1})
    with pytest.raises(UsageError, match="the path starts where it ends"):
        payoff_path(solve(generous), {w: 0}, {w: 0})


def test_what_has_no_cells_is_refused():
    with pytest.raises(UsageError, match="has no cells to draw"):
        regions(linear, ("s", 0, 1), ("v", 0, 1))
