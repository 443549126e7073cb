"""Sweeps: rows agree with exact answers, a sweep that was stopped goes on, and mistakes are said in one line."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as parquet
import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import formal.sweep
from formal import solve
from formal.cli import main
from formal.errors import UsageError
from formal.numeric.cells import Partition
from formal.numeric.grid import Axis, Grid, axis, require_inside
from formal.numeric.solver import solve_numeric
from formal.sweep import sweep
from proofs.gallery.agenda_setter import linear
from proofs.gallery.beer_quiche import beer_quiche
from proofs.ratification.model import equilibrium

GAME = equilibrium.game
AXES = [axis(f"{q.name}=1/2:2:4") for q in GAME.parameters]


def rows(folder):
    return parquet.read_table(folder).to_pylist()


def test_rows_are_the_exact_answers(tmp_path):
    sweep(GAME, AXES, tmp_path / "out", chunk=300)
    found = rows(tmp_path / "out")
    assert len(found) == 4 ** len(AXES)
    for row in found[:: len(found) // 40]:
        point = {a.name: sp.Rational(str(row[a.name])) for a in AXES}
        exact = equilibrium.at(point)
        assert row["cell"] == exact.cell
        assert row["payoff Government"] == pytest.approx(float(exact.payoffs["Government"]))
        for label, move in exact.path:
            assert row[label] == (move if isinstance(move, str) else pytest.approx(float(move)))


def test_numeric_sweeps_need_no_closed_form(tmp_path, monkeypatch):
    sweep(GAME, AXES, tmp_path / "closed")
    monkeypatch.setattr(formal.sweep, "solve", None)
    sweep(GAME, AXES, tmp_path / "numeric", numeric=True)
    for mine, theirs in zip(rows(tmp_path / "numeric"), rows(tmp_path / "closed"), strict=True):
        assert mine["table"] == theirs["table"]
        assert "cell" not in mine
        for player in GAME.players:
            assert mine[f"payoff {player}"] == pytest.approx(theirs[f"payoff {player}"], abs=1e-6)
    with pytest.raises(UsageError, match="holds another sweep"):
        sweep(GAME, AXES, tmp_path / "closed", numeric=True)
    with pytest.raises(UsageError, match="made here, not on a cluster"):
        sweep(GAME, AXES, tmp_path / "other", numeric=True, scheduler="tcp://127.0.0.1:9")
    axes = [axis(f"{q.name}=1/2") for q in beer_quiche.parameters]
    with pytest.raises(UsageError, match="has choices that are not seen"):
        sweep(beer_quiche, axes, tmp_path / "hidden", numeric=True)


def test_every_point_is_in_the_cell_of_the_numeric_solution():
    points = Grid(GAME, tuple(AXES)).points(0, 10**6)
    table = Partition(GAME.parameters, equilibrium.cells).at(points)
    assert table["cell"].min() >= 1
    numeric = solve_numeric(GAME, points)
    for player in GAME.players:
        assert np.allclose(table[f"payoff {player}"], numeric.payoffs[player], atol=1e-6)


def test_a_wrong_cell_is_noticed_by_the_comparison():
    points = Grid(GAME, tuple(AXES)).points(0, 10**6)
    first, *rest = equilibrium.cells
    wrong = type(first)((), first.path, first.payoffs)
    table = Partition(GAME.parameters, [wrong, *rest]).at(points)
    numeric = solve_numeric(GAME, points)
    assert not np.allclose(table["payoff Government"], numeric.payoffs["Government"], atol=1e-6)


def test_a_sweep_that_was_stopped_goes_on(tmp_path, monkeypatch):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    sweep(GAME, AXES, whole, chunk=100)
    made = []

    def dies(path, write):
        if len(made) == 4:
            raise KeyboardInterrupt
        made.append(path)
        written(path, write)

    written = formal.sweep._written
    monkeypatch.setattr(formal.sweep, "_written", dies)
    with pytest.raises(KeyboardInterrupt):
        sweep(GAME, AXES, stopped, chunk=100)
    kept = {p: p.stat().st_mtime_ns for p in stopped.glob("*.parquet")}
    assert len(kept) == 3
    monkeypatch.setattr(formal.sweep, "_written", written)
    sweep(GAME, AXES, stopped, chunk=100)
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
    assert rows(stopped) == rows(whole)


def test_chunks_are_the_grid():
    grid = Grid(GAME, tuple(AXES))
    parts = [grid.points(*ends) for ends in grid.chunks(77)]
    for q in GAME.parameters:
        assert np.array_equal(np.concatenate([part[q] for part in parts]), grid.points(0, grid.size)[q])


@given(st.floats(-9, 9), st.floats(0.1, 9), st.integers(2, 40))
def test_values_of_an_axis(low, width, count):
    one = Axis("a", low, low + width, count)
    assert np.array_equal(one.values, np.linspace(low, low + width, count))
    assert one.at(np.array([count - 1]))[0] == low + width


@pytest.mark.parametrize(
    "text", ["phi", "phi=", "phi=2:1:5", "phi=0:1", "=1", "phi=0:1:x", "phi=1e400", "phi=0:1e400:3", "phi=0:nan:3"]
)
def test_axes_that_cannot_be_read(text):
    with pytest.raises(UsageError, match="cannot read"):
        axis(text)


def test_grids_that_do_not_fit_the_game(tmp_path):
    with pytest.raises(UsageError, match='"phii" is not a parameter of ratification; did you mean "phi"'):
        Grid(GAME, (*AXES, Axis("phii", 0, 1, 2)))
    with pytest.raises(UsageError, match="ratification needs values for"):
        Grid(GAME, tuple(AXES[1:]))
    with pytest.raises(UsageError, match='"phi" is given twice'):
        Grid(GAME, (*AXES, axis("phi=1")))
    outside = Grid(linear, (axis("s=0:1:3"), axis("v=0:1:3"), axis("q=0:1:3")))
    with pytest.raises(UsageError, match=r'the grid leaves "\w+" \(.*\), at q = 0, s = 0, v = 1/2|the grid leaves'):
        require_inside(linear, outside.points(0, outside.size))


def test_grids_are_checked_before_anything_is_written(tmp_path):
    axes = [a for a in AXES if a.name != "phi"]
    with pytest.raises(UsageError, match=r"the grid leaves phi > 0: phi=0:1:3"):
        sweep(GAME, [*axes, axis("phi=0:1:3")], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_payoffs_that_are_not_numbers_are_named(tmp_path, monkeypatch):
    (q,) = [q for q in GAME.parameters if q.name == "phi"]
    wrong = [replace(c, payoffs={n: 1 / (q - sp.Rational(1, 2)) for n in GAME.players}) for c in equilibrium.cells]
    monkeypatch.setattr(formal.sweep, "solve", lambda game: SimpleNamespace(cells=wrong))
    with pytest.raises(UsageError, match=r"the payoff of Government in ratification is not a number at .*phi = 0\.5"):
        sweep(GAME, AXES, tmp_path / "out")


def test_rounding_on_a_boundary_is_settled_exactly(tmp_path, monkeypatch):
    """Points that no cell holds in floating point are put where they are in exact arithmetic."""
    plain, rounded = tmp_path / "plain", tmp_path / "rounded"
    sweep(GAME, AXES, plain)
    whole = Partition.at

    def at(self, points):
        table = whole(self, points)
        for name, column in table.items():
            column[::7] = 0 if name == "cell" else np.nan
        return table

    monkeypatch.setattr(Partition, "at", at)
    sweep(GAME, AXES, rounded)
    assert rows(plain) == rows(rounded)
    covered = [c for c in equilibrium.cells if c is not equilibrium.cells[0]]
    monkeypatch.setattr(formal.sweep, "solve", lambda game: SimpleNamespace(cells=covered))
    with pytest.raises(UsageError, match="no cell holds at"):
        sweep(GAME, AXES, tmp_path / "gap")


def test_folders_that_cannot_be_used(tmp_path):
    sweep(GAME, AXES, tmp_path / "out")
    with pytest.raises(UsageError, match="holds another sweep"):
        sweep(GAME, [*AXES[:-1], axis(f"{AXES[-1].name}=1")], tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty and holds no sweep"):
        sweep(GAME, AXES, tmp_path / "full")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="cannot be used"):
        sweep(GAME, AXES, tmp_path / "file")


def test_the_command(tmp_path):
    over = [part for a in AXES for part in ("--over", str(a))]
    target = "proofs/ratification/model.py:ratification"
    result = CliRunner().invoke(main, ["sweep", target, *over, "-o", str(tmp_path / "out"), "--chunk", "500"])
    assert result.exit_code == 0, result.output
    assert f"{4 ** len(AXES):,} points of ratification" in result.output
    assert json.loads((tmp_path / "out" / "_sweep.json").read_text())["game"] == "ratification"
    assert solve(GAME).cells
    wrong = CliRunner().invoke(main, ["sweep", target, "--over", "phi=1", "-o", str(tmp_path / "other")])
    assert wrong.exit_code == 2
    assert "needs values for" in wrong.output
