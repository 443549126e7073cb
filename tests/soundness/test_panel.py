"""Every solver decides the same table, alone and with any other missing; two may have to agree; none may be talked over."""

import os
import resource
import stat
from fractions import Fraction

import pytest
import sympy as sp
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from formal import ladder, parameters
from formal.cli import main
from formal.decide import panel as panels
from formal.decide import z3_adapter
from formal.decide.evaluate import holds
from formal.decide.formula import Encoder
from formal.decide.goal import Goal
from formal.decide.panel import PROGRAMS, Disagreement, asking
from formal.decide.portfolio import decide
from formal.decide.smtlib import Writer
from formal.decide.solvers import program as programs
from formal.decide.solvers.program import Answer, Program, Question, Race, installed, race
from formal.decide.solvers.qepcad import QEPCAD
from formal.decide.solvers.smt_output import answer, script, values
from formal.decide.solvers.z3 import Z3
from formal.decide.verdict import Proved, Refuted, Unknown
from formal.errors import UsageError
from formal.ladder import LATER
from formal.ladder import Answer as Tried
from tests.properties.test_decide import SYMBOLS, at, comparisons, points
from tests.soundness.cases import FALSE, TRUE, UNDEFINED
from tests.soundness.test_cases import split

p = parameters("a b real")
SQUARE = Goal("", sp.Ge(p.a**2 + p.b**2, 2 * p.a * p.b, evaluate=False))
NAMES = [program.name for program in PROGRAMS]
TABLE = [
    *((claim, Proved) for claim in TRUE.values()),
    *((claim, Refuted) for table in (FALSE, UNDEFINED) for claim in table.values()),
]


@pytest.fixture
def silent(monkeypatch):
    """Z3's short tries say nothing, so that every question goes to the panel."""

    def run_script(script, rungs, *more, **options):
        own = set(rungs).isdisjoint(LATER)  # the others are the panel's, whose models are read here
        return Tried("unknown", "silent") if own else ladder.run_script(script, rungs, *more, **options)

    monkeypatch.setattr(z3_adapter, "run_script", run_script)


def test_all_solvers_are_here():
    assert [program.name for program in installed(PROGRAMS)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_solver_alone_is_never_wrong_on_the_table(name, silent):
    decided = 0
    with asking([name]):
        for claim, expected in TABLE:
            verdict = decide(split(claim))
            assert isinstance(verdict, expected | Unknown), claim
            decided += isinstance(verdict, expected)
    # QEPCAD and certificates name no point and know no integers, so that they prove some and do not refute
    assert decided >= {"QEPCAD": 0.7 * len(TRUE), "certificates": 0.4 * len(TRUE)}.get(name, 0.7 * len(TABLE))


@pytest.mark.parametrize("missing", NAMES)
def test_no_solver_is_needed(missing):
    with asking([name for name in NAMES if name != missing]):
        for claim, expected in TABLE:
            assert isinstance(decide(split(claim)), expected), claim


def test_two_solvers_give_the_verdicts_of_the_table():
    with asking(agreeing=True):
        for claim, expected in TABLE:
            verdict = decide(split(claim))
            assert isinstance(verdict, expected), claim
            if isinstance(verdict, Proved):
                assert all(" and " in by or by in ("evaluation", "polynomial identity") for by in verdict.by)


@settings(max_examples=25, deadline=None)
@given(comparisons, st.lists(points, min_size=1, max_size=6))
def test_no_solver_refutes_what_has_a_solution(claim, tried):
    """Each program reads the question as the encoder wrote it: a point at which it holds is one that they must allow."""
    if not claim.free_symbols:
        return
    satisfied = any(holds(claim, at(point)) for point in tried)
    inside = [Encoder().formula(f) for s in SYMBOLS for f in s.facts()]
    writer = Writer()
    statuses = {q.name: a.status for q, a in race(PROGRAMS, Question([Encoder().formula(claim), *inside], writer))}
    assert not satisfied or "unsat" not in statuses.values(), statuses
    assert len({*statuses.values()} - {"unknown"}) <= 1, statuses


# -- programs that misbehave


@pytest.fixture
def solver(tmp_path, monkeypatch):
    """Put a program in the place of Yices that does what it is told."""
    monkeypatch.chdir(tmp_path)

    def install(body):
        path = tmp_path / "a-solver"
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        fake = Program("Yices", lambda: [str(path)], script, answer)
        monkeypatch.setattr(panels, "PROGRAMS", (Z3, fake))
        return tmp_path

    return install


def test_a_contradiction_is_an_error_that_keeps_both_questions(solver):
    folder = solver("echo sat")
    with asking(agreeing=True), pytest.raises(Disagreement, match="nothing can be believed"):
        decide(SQUARE)
    kept = sorted(folder.glob("disagreement-*.smt2"))
    assert len(kept) == 2
    assert all("(check-sat)" in path.read_text() for path in kept)


BODIES = ["echo unknown", "exit 134", "echo unsat; exit 1", "kill -SEGV $$", "echo unsat maybe", "exec sleep 60", "", "cat"]


@pytest.mark.parametrize("body", [*BODIES, "python3 -c 'x = bytearray(10**11)'; echo $?"])
def test_a_solver_that_fails_or_hangs_says_nothing(solver, monkeypatch, body):
    solver(body)
    monkeypatch.setattr(panels, "SECOND", 1)
    with asking(agreeing=True):
        verdict = decide(SQUARE)
        false = decide(Goal("", p.a > p.b))
    assert isinstance(verdict, Unknown)
    assert "no other solver did" in verdict.reason
    assert isinstance(false, Refuted)


@pytest.mark.parametrize("body", BODIES)
def test_the_others_go_on_when_one_fails(solver, silent, monkeypatch, body):
    solver(body)
    with asking():
        assert isinstance(decide(SQUARE), Proved)


@pytest.fixture
def at_once(monkeypatch):
    """Programs begin when it is first asked whether they are settled."""
    monkeypatch.setattr(programs, "MOMENT", 0)


def test_no_program_begins_before_a_moment_has_passed(solver, monkeypatch):
    monkeypatch.setattr(programs, "MOMENT", 60)
    folder = solver("touch begun; echo unsat")
    with Race([panels.PROGRAMS[1]], Question([Encoder().formula(p.a**2 < 0)], Writer())) as started:
        assert not started.settled()
        assert not started._runs
        assert [answer.status for _, answer in started.answers()] == ["unsat"]
    assert (folder / "begun").exists()


def test_what_is_no_longer_needed_is_killed(solver):
    folder = solver("echo $$ > started; exec sleep 60")
    question = Question([Encoder().formula(p.a**2 < 0)], Writer())
    said = [(q.name, a.status) for q, a in race(panels.PROGRAMS, question, patience=30)]
    assert said == [("Z3", "unsat")]  # the other may go on for as long again, and no longer
    process = int((folder / "started").read_text())
    with pytest.raises(ProcessLookupError):
        programs.os.kill(process, 0)


def test_what_nobody_waits_for_is_ended_by_its_limits(solver, at_once):
    solver("exec sleep 60")
    with Race([panels.PROGRAMS[1]], Question([Encoder().formula(p.a**2 < 0)], Writer())) as started:
        assert not started.settled()
        (run,) = started._runs
        limits = [resource.prlimit(run.process.pid, kind)[0] for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS)]
    assert limits == [programs.PATIENCE + programs.SHORTEST, programs.MEMORY]


@pytest.mark.parametrize(("says", "settled"), [("echo unsat", True), ("echo unknown", False), ("exec sleep 60", False)])
def test_only_a_definite_answer_settles_a_race(solver, says, settled, at_once):
    solver(says)
    with Race([panels.PROGRAMS[1]], Question([Encoder().formula(p.a**2 < 0)], Writer())) as started:
        started.settled()
        (run,) = started._runs
        if "echo" in says:
            run.process.wait()
        assert started.settled() == started.settled() == settled
        expected = [] if "sleep" in says else [says.split()[1]]
        assert [answer.status for _, answer in started.answers(patience=1)] == expected


@pytest.mark.parametrize(("first", "begins"), [("echo unsat", False), ("sleep 20", True), ("exit 1", True), (None, True)])
def test_those_that_leave_the_processor_to_others_begin_when_none_answers_soon(first, begins, tmp_path):
    def program(name, command, nice):
        return Program(
            name, lambda: ["sh", "-c", command], lambda _: "", lambda said: Answer(said.strip() or "unknown"), nice=nice
        )

    others = [] if first is None else [program("first", first, 0)]
    last = program("last", f"touch {tmp_path}/begun; echo unsat", 5)
    with Race([*others, last], Question([Encoder().formula(p.a**2 < 0)], Writer())) as started:
        assert "unsat" in (said.status for _, said in started.answers())
    assert (tmp_path / "begun").exists() == begins


def test_a_point_that_a_solver_names_is_checked(solver, silent, monkeypatch):
    """A point at which the claim is true refutes nothing; one near which it is false does."""
    solver("echo sat; echo '((v0 5) (v1 5))'")
    with asking(["yices"]):
        assert isinstance(decide(SQUARE), Unknown)
        near = decide(Goal("", sp.Gt(p.a + p.b, 10, evaluate=False)))
    assert isinstance(near, Refuted)
    assert not holds(sp.Gt(p.a + p.b, 10, evaluate=False), near.witness)


# -- options


def test_solvers_are_named_and_must_be_there(monkeypatch):
    with pytest.raises(UsageError, match='no solver "yises"; did you mean'), asking(["yises"]):
        pass
    monkeypatch.setattr(panels, "PROGRAMS", (Z3, Program("Yices", lambda: None, script, answer)))
    with pytest.raises(UsageError, match="not installed; formal doctor"), asking(["yices"]):
        pass
    with pytest.raises(UsageError, match="second solver; pip install"), asking(agreeing=True):
        pass
    done = CliRunner().invoke(main, ["check", "proofs/ratification", "--confirm"])
    assert done.exit_code == 2
    assert "needs a second solver" in done.output


# -- what solvers print


def test_output_is_read():
    assert answer("unsat\n") == Answer("unsat")
    assert answer("unsat (error)").status == "unknown"
    assert answer("").status == "unknown"
    said = answer(
        "sat\n((v0 (/ 1 2)) (v1 (- (/ 3.0 4.0))) (v2 1.25) (v3 (_ real_algebraic_number <1*x^2 + (-2), (1, 2)>)) (v4 ?))"
    )
    found = {"v0": Fraction(1, 2), "v1": Fraction(-3, 4), "v2": Fraction(5, 4), "v3": Fraction(3, 2)}
    assert said == Answer("sat", "", found)


@given(st.text(alphabet="()<>v01/-. \n_", max_size=60))
def test_no_output_is_too_odd_to_read(text):
    assert all(isinstance(v, Fraction) for v in values(text).values())
    answer(text)


def test_qepcad_reads_what_it_is_given():
    """Signs, powers of powers and nesting: a formula and its negation are told apart."""
    x, y = sp.symbols("x y", real=True)
    for claim in (
        -((x - y) ** 3) * 2 > -3,
        sp.Rational(-1, 3) * x * (y - 2) ** 2 >= 1,
        sp.And(x > 1, sp.Or(y > 2, sp.Eq(x, y))),
    ):
        for formula, expected in ((claim, "sat"), (sp.And(claim, sp.Not(claim)), "unsat")):
            question = Question([Encoder().formula(sp.to_nnf(formula, simplify=False))], Writer())
            assert [a.status for _, a in race([QEPCAD], question)] == [expected] or formula == sp.false


def test_a_prompt_program_begins_before_others_and_is_nice_after_a_while(at_once, monkeypatch):
    slow = Program("slow", lambda: ["sleep", "20"], script, answer, nice=8, prompt=True)
    question = Question([Encoder().formula(p.a**2 < 0)], Writer())
    with Race([slow, Program("late", lambda: ["sleep", "20"], script, answer, nice=8)], question) as started:
        assert not started.settled()
        (run,) = started._runs
        urgency = [os.getpriority(os.PRIO_PROCESS, run.process.pid)]
        monkeypatch.setattr(programs, "PROMPT", 0)
        assert not started.settled()
        urgency.append(os.getpriority(os.PRIO_PROCESS, run.process.pid))
    assert urgency == [os.getpriority(os.PRIO_PROCESS, 0), 8]
