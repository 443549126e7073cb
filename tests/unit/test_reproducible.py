"""The same question is put to the solver in every run, whatever order Python's sets have."""

import os
import subprocess
import sys

from tests.conftest import ROOT

TRACE = """
import formal.decide.z3_adapter as adapter
from formal.assurance import Assurance
from formal.solution import Solution
from formal.decide.verdict import Proved
from proofs.invitation import value
from proofs.ratification.model import equilibrium

run = adapter.run_script
def traced(script, rungs, *how, **limits):
    answer = run(script, rungs, *how, **limits)
    print(script, *rungs, answer.status)
    return answer
adapter.run_script = traced
equilibrium.assure()
Solution.assure = lambda self, node=None: Assurance(Proved())
value.strictly_lowers.check()
"""


PARTS = """
import sympy as sp
import z3
from formal import parameters
from formal.decide import z3_adapter as adapter
from formal.decide.formula import Encoder
from formal.decide.smtlib import Writer
from formal.decide.solvers.program import Question
from formal.ladder import SEARCH, Context
from formal.model.threshold import Threshold

p = parameters("a b c real")
levels = [Threshold(name, p.a + 1, sp.Symbol(name) - p.a - 1, ()) for name in "tuvwxy"]
chain = [sp.Le(low, high) for low, high in zip([p.a, *levels], [*levels, p.b])]
encoder = Encoder()
formulas = [encoder.formula(r) for r in (*chain, sp.Ge(p.a * p.c, 1), sp.Le(p.b * p.c, 2))]
adapter.run_script = lambda script, *how, **limits: print(script) or adapter.Answer("unknown", "")
adapter.Parts(Question(formulas, Writer()), Context()).refuted(SEARCH)
"""


REFINEMENTS = """
from formal import game, parameters, perfect_bayesian
from formal.certify.judges import identity
from formal.refinement_obligations import intuitive_goals

p = parameters("q in (0, 1/2)", "x y > 0")
PAID = {"no": (-1, -1, -1), "a": (1, 1, 1), "b": (2, 1, -1)}
ANSWERED = {"no": (0, 0, 0), "a": (p.x, -1, -1), "b": (0, p.y, -1)}

@game(players=("Sender", "Receiver"))
def three(g):
    kind = ("one", "two", "three").index(g.chance("type", {"one": p.q, "two": p.q, "three": 1 - 2 * p.q}))
    if g.choose("Sender", "signal", ["out", "in"]) == "out":
        return {"Sender": 0, "Receiver": 0}
    reply = g.choose("Receiver", "reply", list(PAID), sees=["signal"])
    return {"Sender": PAID[reply][kind], "Receiver": ANSWERED[reply][kind]}

solution = perfect_bayesian(three, mixed=False)
out = solution.find(signal=dict.fromkeys(("one", "two", "three"), "out"))
for goal in intuitive_goals(solution.info, out.found, solution.refined(out.number, "intuitive"), "intuitive"):
    print(goal.name, identity(goal))
"""


def traces(script):
    made = []
    for seed in ("1", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        made.append(done.stdout)
    return made


def test_questions_do_not_depend_on_hashing():
    first, second = traces(TRACE)
    assert len(first) > 100_000
    assert first == second


def test_nor_do_questions_on_parts():
    first, second = traces(PARTS)
    assert first.count("declare-const") > 20
    assert first == second


def test_nor_do_obligations_of_refinements():
    """Beliefs there have several denominators."""
    first, second = traces(REFINEMENTS)
    assert first.count("passes") > 1
    assert first == second
