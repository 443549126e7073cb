"""Shared games, small enough to be solved in a second, and the reference model, solved once a session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from formal import game, interval, parameters
from formal.model.game import Game

ROOT = Path(__file__).parent.parent

p = parameters("a b >= 0", "c d > 0", "q in (0, 1): a probability", "z real")


def ultimatum(tie: str) -> Game:
    @game(players=("Proposer", "Responder"), ties={"answer": tie})
    def ultimatum(g):
        x = g.choose("Proposer", "x", interval(0, 1))
        if g.choose("Responder", "answer", ["accept", "reject"]) == "accept":
            return {"Proposer": 1 - x, "Responder": x}
        return {"Proposer": 0, "Responder": p.a}

    return ultimatum


@pytest.fixture(scope="session")
def stackelberg() -> Game:
    @game(players=("Leader", "Follower"))
    def stackelberg(g):
        x = g.choose("Leader", "x", interval(0, p.c))
        y = g.choose("Follower", "y", interval(0, p.c))
        return {"Leader": x * (p.c - x - y), "Follower": y * (p.c - x - y)}

    return stackelberg


@pytest.fixture
def run(tmp_path):
    """Run the command line in a process of its own: returns exit code, standard output, standard error."""

    def call(*arguments: str, cwd: Path = tmp_path) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "formal.cli", *arguments], cwd=cwd, capture_output=True, text=True, timeout=600, check=False
        )
        return done.returncode, done.stdout, done.stderr

    return call
