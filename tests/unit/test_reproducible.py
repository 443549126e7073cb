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

ask = adapter.Session.solve
def traced(self, formulas, **how):
    reply = ask(self, formulas, **how)
    print(self._writer.script(formulas), reply.status)
    return reply
adapter.Session.solve = traced
equilibrium.assure()
Solution.assure = lambda self, node=None: Assurance(Proved())
value.strictly_lowers.check()
"""


def test_questions_do_not_depend_on_hashing():
    traces = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", TRACE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        traces.append(done.stdout)
    assert len(traces[0]) > 100_000
    assert traces[0] == traces[1]
