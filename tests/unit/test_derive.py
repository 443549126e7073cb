"""Closed forms of classic games, from their sources, and every obligation proved."""

import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner

from formal import game, interval, parameters
from formal.cli import main
from formal.decide.evaluate import sign
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.verdict import Proved
from formal.errors import ClaimError, DerivationError
from formal.model.root import Root
from formal.model.threshold import thresholds
from formal.numeric.solver import solve_numeric
from formal.solution import Solution, solve
from proofs.invitation.variants import variant
from proofs.ratification.model import equilibrium as ratification
from tests.conftest import p, ultimatum


def proved(solution: Solution) -> bool:
    return isinstance(solution.assure().verdict, Proved)


def paid_as_on_a_grid(solution: Solution, seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    points = {q: random.integers(0 if not q.is_positive else 1, 9, size) / 4.0 for q in solution.game.parameters}
    numeric = solve_numeric(solution.game, points).payoffs["Government"]
    for k in range(size):
        exact = solution.at({q: sp.nsimplify(column[k]) for q, column in points.items()})
        assert abs(float(exact.payoffs["Government"]) - numeric[k]) <= 1e-5


def same(first, second, *given) -> bool:
    return isinstance(decide(Goal("same", sp.Eq(first, second, evaluate=False), given)), Proved)


def test_ratification_is_romer_and_rosenthals_setter():
    """The setter gets the nearest point to its ideal that the voter accepts (Romer and Rosenthal 1978)."""
    game = ratification.game
    sigma, chi = (next(q for q in game.parameters if q.name == n) for n in ("sigma", "chi"))
    x_u = ratification.threshold("x_u")
    assert same(ratification.outcome("x"), sp.Min(sigma / chi, x_u, 1))
    assert proved(ratification)


def test_setter_with_quadratic_losses():
    """x* = s if q ≤ 2v - s, 2v - q if 2v - s < q < v (Romer and Rosenthal 1978), for the reversion q below v."""
    k = parameters("r >= 0", "v > 0", "s > 0")

    @game(players=("Setter", "Voter"), ties={"vote": "accept"}, assume={"order": k.r < k.v, "apart": k.v <= k.s})
    def setter(g):
        x = g.choose("Setter", "x", interval(0, 2 * k.s))
        if g.choose("Voter", "vote", ["accept", "reject"]) == "accept":
            return {"Setter": -((x - k.s) ** 2), "Voter": -((x - k.v) ** 2)}
        return {"Setter": -((k.r - k.s) ** 2), "Voter": -((k.r - k.v) ** 2)}

    solution = solve(setter)
    assert same(solution.outcome("x"), sp.Min(k.s, 2 * k.v - k.r), *setter.assume.values())
    assert proved(solution)


def test_stackelberg(stackelberg):
    """Linear demand, no cost: the leader makes c/2, the follower c/4 (Stackelberg 1934)."""
    solution = solve(stackelberg)
    assert solution.cells[0].decisions == {"x": p.c / 2, "y": p.c / 4}
    assert same(solution.payoff("Leader"), p.c**2 / 8)
    assert proved(solution)


def test_ultimatum_under_either_tie_rule():
    """The proposer offers the responder's outside option when it is accepted, and has no best offer when it is not."""
    accepting, rejecting = solve(ultimatum("accept")), solve(ultimatum("reject"))
    offered = next(c for c in accepting.cells if c.decisions["answer"] == "accept")
    assert offered.decisions["x"] == p.a
    assert all(c.attained for c in accepting.cells)
    assert proved(accepting)
    assert [c.attained for c in rejecting.cells if sp.And(*c.conditions) == (p.a < 1)] == [False]
    assert proved(rejecting)


def test_entry_deterrence():
    """The entrant stays out exactly when the incumbent's threat to fight is credible (Selten 1978)."""
    k = parameters("fight real", "share real", "entry real")

    @game(players=("Entrant", "Incumbent"), ties={"respond": "share", "enter": "enter"})
    def entry(g):
        if g.choose("Entrant", "enter", ["enter", "stay out"]) == "stay out":
            return {"Entrant": 0, "Incumbent": 2}
        if g.choose("Incumbent", "respond", ["fight", "share"]) == "fight":
            return {"Entrant": -1, "Incumbent": k.fight}
        return {"Entrant": k.entry, "Incumbent": k.share}

    solution = solve(entry)
    enters = solution.played("enter", "enter")
    truth = sp.And(k.share >= k.fight, k.entry >= 0)
    assert isinstance(decide(Goal("enters", sp.Equivalent(enters, truth))), Proved)
    assert proved(solution)


def test_chance_and_forks_are_averaged_and_guarded():
    @game(players=("A",))
    def bet(g):
        if g.choose("A", "play", ["play", "pass"]) == "pass":
            return {"A": p.a}
        outcome = g.chance("luck", {"win": p.q, "lose": 1 - p.q})
        if g.when(p.c > 1):
            return {"A": p.c if outcome == "win" else 0}
        return {"A": 1 if outcome == "win" else -1}

    solution = solve(bet)
    plays = solution.played("play", "play")
    truth = sp.Piecewise((p.q * p.c, p.c > 1), (2 * p.q - 1, True)) >= p.a
    assert isinstance(decide(Goal("plays", sp.Equivalent(plays, truth))), Proved)
    assert proved(solution)


def test_thresholds_satisfy_their_characterisation_numerically():
    x_u = ratification.threshold("x_u")
    values = {s: sp.Rational(k + 1, 3) for k, s in enumerate(sorted(x_u.definition.free_symbols, key=str))}
    at = x_u.definition.xreplace(values)
    equation, *isolating = x_u.characterisation
    assert sp.simplify(equation.lhs.xreplace({**values, x_u: at})) == 0
    assert all(r.lhs.xreplace({**values, x_u: at}).evalf() >= 0 for r in isolating)


def test_cells_carry_no_implied_literal():
    for cell in ratification.cells:
        for condition in cell.conditions:
            rest = tuple(c for c in cell.conditions if c != condition)
            assert not isinstance(decide(Goal("implied", condition, rest)), Proved)


def test_a_payoff_outside_the_engine_names_the_stage():
    @game(players=("A",))
    def strange(g):
        x = g.choose("A", "x", interval(0, 1))
        return {"A": sp.sqrt(x + p.a) - p.z * x**5}

    with pytest.raises(DerivationError, match="strange"):
        _ = solve(strange).cells


def test_a_degree_that_cannot_be_solved_names_the_stage():
    @game(players=("A",))
    def quartic(g):
        x = g.choose("A", "x", interval(0, 1))
        return {"A": p.c * x - x**4 - p.z * x**3}

    with pytest.raises(DerivationError, match=r"A chooses x.* not known to rise or to fall"):
        _ = solve(quartic).cells


def test_roots_of_high_degree_stay_implicit():
    """A cost of the fourth degree: x solves χx³ + κx = σ, which no closed form is needed for."""

    @game(players=("Government",))
    def effort(g):
        x = g.choose("Government", "x", interval(0, 1))
        return {"Government": p.c * x - p.d * x**4 / 4 - p.a * x**2 / 2}

    solution = solve(effort)
    (root,) = solution.equilibrium.thresholds
    assert proved(solution)
    assert root.definition.ends == (0, 1)
    for c, d, a in ((1, 4, 1), (3, 1, 1), (sp.Rational(1, 9), 2, 0)):
        ((_, x),) = solution.at({p.c: c, p.d: d, p.a: a}).path
        slope = sign(c - d * x**3 - a * x)
        assert slope == 0 if x < 1 else slope >= 0


def test_a_later_choice_may_not_be_an_implicit_root_that_moves_with_this_one():
    @game(players=("A", "B"))
    def chase(g):
        y = g.choose("A", "y", interval(0, 1))
        x = g.choose("B", "x", interval(0, 1))
        return {"A": x - y**2, "B": (p.c + y) * x - x**4 / 4}

    with pytest.raises(DerivationError, match=r"A chooses y.*the root of a polynomial of higher degree"):
        _ = solve(chase).cells


def test_quadratic_costs_of_signal_and_entrapment():
    """Up to the request, the contribution that the best signal leads to is a root of degree 3; payoffs as on a grid."""
    solution = solve(variant(up_to=True, quadratic_signal=True, quadratic_entrapment=True))
    assert proved(solution)
    assert [isinstance(t.definition, Root) for t in solution.equilibrium.thresholds].count(True) == 1
    paid_as_on_a_grid(solution, seed=6, size=40)


def test_contradictory_assumptions_are_named_minimally():
    conditions = {"high": p.a > 2, "low": p.a < 1, "harmless": p.b < 5}

    @game(players=("A",), assume=conditions)
    def impossible(g):
        return {"A": int(g.choose("A", "c", ["l", "r"]) == "l")}

    with pytest.raises(ClaimError, match=r'"high".*"low"') as caught:
        solve(impossible).assure()
    assert "harmless" not in str(caught.value)


def test_stages_that_cannot_be_closed_are_named_with_objective_and_advice():
    q = parameters("a > 0", "b real")

    def one(payoff):
        @game(players=("A",))
        def bad(g):
            return {"A": payoff(g.choose("A", "x", interval(0, 1)))}

        return solve(bad)

    cases = {
        "divides by zero at x = 0": lambda x: 1 / x,
        "divides by zero at a = .*, b = 0, x = 0": lambda x: q.a / (x - q.b),
        "is not real at a = 1, x = 0": lambda x: sp.sqrt(x - q.a),
        r"degree .* is 5, and .*; at most 2 .*the mover's payoff is .*; choose a variable": lambda x: (
            q.a * x - x**6 + q.b * x**3
        ),
        r"cannot use x\*\*a": lambda x: x**q.a,
        r"cannot use x\*\*\(1/3\)": lambda x: x ** sp.Rational(1, 3),
    }
    for message, payoff in cases.items():
        with pytest.raises(DerivationError, match=message):
            one(payoff).payoff("A")


def test_a_partial_result_is_labelled(tmp_path):
    file = tmp_path / "partial.py"
    file.write_text(
        "from formal import game, interval\n"
        "@game(players=('A', 'B'))\n"
        "def hard(g):\n"
        "    x = g.choose('A', 'x', interval(0, 1))\n"
        "    y = g.choose('B', 'y', interval(0, 1))\n"
        "    return {'A': x - x**6 * y + x**3, 'B': y * x - y**2}\n"
    )
    done = CliRunner().invoke(main, ["derive", f"{file}:hard"])
    assert done.exit_code == 2
    assert "PARTIAL, not an equilibrium" in done.output
    assert "B chooses y" in done.output
    assert "Path of play" not in done.output


def test_no_option_wins_where_an_equilibrium_is_missing_below():
    """Staying out is not compared with an ultimatum that has no best offer: there is no equilibrium."""

    @game(players=("Proposer", "Responder"), ties={"answer": "reject"})
    def may_stay_out(g):
        if g.choose("Proposer", "enter", ["out", "offer"]) == "out":
            return {"Proposer": p.a, "Responder": 0}
        x = g.choose("Proposer", "x", interval(0, 1))
        if g.choose("Responder", "answer", ["accept", "reject"]) == "accept":
            return {"Proposer": 1 - x, "Responder": x}
        return {"Proposer": 0, "Responder": 0}

    solution = solve(may_stay_out)
    assert [c.attained for c in solution.cells] == [False]
    assert proved(solution)


def test_what_is_tabled_up_to_the_request():
    """Proved with knife-edges (α₁ = 0, x_u = 0, σ = κ) and where thresholds do not exist (β ≥ φ); payoffs as on a grid.

    The condition under which a threshold exists is not taken from a literal that itself needs the threshold.
    """
    solution = solve(variant(up_to=True, quadratic_signal=False, quadratic_entrapment=False))
    assert proved(solution)
    for t in solution.equilibrium.thresholds:
        for inner in thresholds(t.definition):
            assert isinstance(decide(Goal("exists", sp.And(*inner.exists), t.exists)), Proved)
    paid_as_on_a_grid(solution, seed=5, size=60)
