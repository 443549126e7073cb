"""A judge that changes proposals before they are read, as somebody who writes a ledger could."""

import formal.bayes_solution
import formal.nash_solution
import formal.signalling_solution
import formal.solution
import formal.subgame_solution
from formal.decide.judge import Solvers, judging


class Forger(Solvers):
    """The solvers' word, on proposals that are changed before they are read."""

    def __init__(self, kind, change):
        super().__init__()
        self.kind, self.change = kind, change

    def proposed(self, game, name, make, more=()):
        return self.change(make()) if name.startswith(self.kind) else make()


def forget():
    for module in (
        formal.bayes_solution,
        formal.nash_solution,
        formal.signalling_solution,
        formal.solution,
        formal.subgame_solution,
    ):
        module._solutions.clear()


def forged(kind, change):
    forget()
    return judging(Forger(kind, change))
