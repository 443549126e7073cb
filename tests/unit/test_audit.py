"""Hypotheses that a proof does without are found, and those that it needs are kept."""

import sympy as sp
from click.testing import CliRunner

from formal import game, increasing, interval, parameters, proposition, solve
from formal.cli import main
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved

p = parameters("a b c real")


def test_spare_hypotheses_are_spare_together():
    @proposition("S", "a title", given=[p.a > 0, p.b > 0, p.c > 7, p.a > -1])
    def stated():
        return p.a * p.b > 0

    found = stated.audit()
    assert found.needed == (p.a > 0, p.b > 0)
    spare = found.spare
    assert spare == (p.c > 7, p.a > -1)
    goal, _ = stated.statement()
    rest = tuple(h for h in goal.hypotheses if h not in spare)
    assert isinstance(decide(Goal("", goal.conclusion, rest)), Proved)
    for hypothesis in rest:
        fewer = tuple(h for h in rest if h != hypothesis)
        assert not isinstance(decide(Goal("", goal.conclusion, fewer)), Proved)


def test_a_hypothesis_that_defines_the_claim_is_needed():
    @proposition("S", "a title", given=[sp.Ne(p.a, 0)])
    def stated():
        return p.a**2 / p.a**2 + 1 / p.a**2 > 1

    assert stated.audit().spare == ()


def test_steps_may_need_a_hypothesis():
    @proposition("S", "a title", given=[p.a > 1], steps=lambda: [p.a > 0])
    def stated():
        return p.a**2 >= 0

    assert stated.audit().spare == ()


def test_what_a_game_assumes_is_needed_for_what_is_read_of_it():
    @game(players=("A", "B"), assume={"order": p.a <= p.b})
    def ordered(g):
        x = g.choose("A", "x", interval(p.a, p.b))
        return {"A": x, "B": 0}

    @proposition("S", "a title", given=[p.c > 0])
    def stated():
        return increasing(solve(ordered).outcome("x") - p.b + p.c, p.c)

    found = stated.audit()
    assert sp.Le(p.a, p.b) in found.needed
    assert sp.Gt(p.c, 0) in found.spare


def test_the_audit_is_printed(tmp_path):
    (tmp_path / "file.py").write_text(
        "from formal import game, increasing, interval, parameters, proposition, solve\n"
        'p = parameters("a b real")\n'
        '@proposition("S", "A square", given=[p.a > 0])\n'
        "def square():\n    return p.a**2 >= 0\n"
    )
    done = CliRunner().invoke(main, ["check", str(tmp_path / "file.py")])
    assert done.exit_code == 0
    assert "also without: a > 0" in done.output
