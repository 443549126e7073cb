"""What comes with a verdict: certificates and their checker, deviations, counterexamples, preconditions, strategies."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from formal.trees.answer import Wanted, answers
from formal.trees.certificate import Certificate, GoalProof, RegionProof, check
from formal.trees.covering import find
from formal.trees.decide import Engine
from formal.trees.domain import holds_at
from formal.trees.game import PROPERTIES
from formal.trees.polynomial import Scaled, negative
from formal.trees.reader import read_game
from formal.trees.refutation import RejectedError, refute
from tests.conftest import ROOT
from tests.soundness.security import CONSTRAINTS, PLAIN, PLAIN_CONSTRAINTS, VALUES, Oracle, games

QUICK = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
SMALL = st.integers(2, 3).flatmap(lambda n: games(["A", "B", "C"][:n], PLAIN, PLAIN_CONSTRAINTS, ["a", "b"]))
TINY = st.integers(2, 3).flatmap(lambda n: games(["A", "B", "C"][:n], VALUES, CONSTRAINTS, ["a", "e"]))
GRID = [(Fraction(a, 2), Fraction(b, 3)) for a in range(-4, 5) for b in range(-4, 5)]


def read(data, folder):
    path = folder / "answers.json"
    path.write_text(json.dumps(data))
    return read_game(path)


def within(comparisons, at, least):
    return all(at.sign(c) >= least for c in comparisons)


@settings(max_examples=150, **QUICK)
@given(data=st.one_of(SMALL, TINY))
def test_every_yes_is_certified(data, tmp_path_factory):
    for answer in answers(read(data, tmp_path_factory.getbasetemp())):
        assert answer.verdict != "yes" or answer.certificate == "certified"


@settings(max_examples=150, **QUICK)
@given(data=SMALL, other=st.sampled_from(PLAIN_CONSTRAINTS))
def test_a_certificate_proves_nothing_that_is_false(data, other, tmp_path_factory):
    """A certificate that was found under one more constraint is refused where, without it, the property fails."""
    folder = tmp_path_factory.getbasetemp()
    engine = Engine(read(data | {"initial_constraints": [*data["initial_constraints"], other]}, folder))
    plain = Engine(read(data, folder))
    tried = 0
    for name in PROPERTIES:
        history = plain.game.honest[0]
        found = engine.decide(name, history)
        if found.verdict == "yes" and plain.decide(name, history).verdict == "no":
            certificate = find(engine, found)
            check(engine.game, certificate)
            with pytest.raises(RejectedError):
                check(plain.game, certificate)
            tried += 1
    assume(tried)


def proofs(proof):
    """The nodes of a proof."""
    yield proof
    branches = {"split": proof[-1], "farkas": [], "cut": proof[2:]}.get(proof[0], [proof[-1]])
    for branch in branches:
        yield from proofs(branch)


@settings(max_examples=100, **QUICK)
@given(data=st.one_of(SMALL, TINY), seed=st.randoms(use_true_random=False))
def test_mutants_are_refused(data, seed, tmp_path_factory):
    engine = Engine(read(data, tmp_path_factory.getbasetemp()))
    found = [engine.decide(name, engine.game.honest[0]) for name in PROPERTIES]
    yes = [f for f in found if f.verdict == "yes"]
    assume(any(f.goals for f in yes))
    yes = [f for f in yes if f.goals]
    certificate = find(engine, seed.choice(yes))
    whole = Certificate(**vars(certificate))
    check(engine.game, whole)
    mutant = copy.deepcopy(whole)
    part = seed.choice(mutant.proofs)
    farkas = seed.choice([p for p in proofs(part.cover) if p[0] == "farkas"] or [None])
    split = seed.choice([p for p in proofs(part.cover) if p[0] == "split"] or [None])
    kind = seed.randrange(6)
    if kind == 0 and farkas and len(farkas[1]) > 1:
        farkas[1][seed.choice(list(farkas[1]))] *= -1
    elif kind == 1 and farkas:
        farkas[1].clear()
    elif kind == 2 and split and split[2]:
        split[2].pop()
    elif kind == 3:
        mutant.goals.append(0)
    elif kind == 4 and farkas:
        farkas[1][10_000] = 1
    else:
        part.cover = ["assumed"]
    with pytest.raises(RejectedError):
        check(engine.game, mutant)


def test_a_region_that_decides_nothing_is_refused():
    """The comparisons of a region have to decide the goal, and `always` has to be proved."""
    engine = Engine(read_game(ROOT / "tests" / "data" / "choice.json"))
    certificate = find(engine, engine.decide("practicality", ("keep",)))
    check(engine.game, certificate)
    for number, part in enumerate(certificate.proofs):
        for place, region in enumerate(part.regions):
            if not region.comparisons:
                continue
            weaker = [r if k != place else RegionProof(()) for k, r in enumerate(part.regions)]
            parts = [
                p if k != number else GoalProof(weaker, ["split", len(engine.game.initial) + place, []])
                for k, p in enumerate(certificate.proofs)
            ]
            with pytest.raises(RejectedError, match="do not decide"):
                check(engine.game, Certificate(**(vars(certificate) | {"proofs": parts})))
    lie = ((((), -1),), ["farkas", {0: 1}])
    with pytest.raises(RejectedError):
        check(engine.game, Certificate(**(vars(certificate) | {"always": [lie]})))


@settings(max_examples=150, **QUICK)
@given(data=SMALL)
def test_preconditions_are_exact_and_counterexamples_are_all(data, tmp_path_factory):
    """At every point: the property holds iff the precondition does, and iff no counterexample's condition does."""
    game, oracle = read(data, tmp_path_factory.getbasetemp()), Oracle(data)
    for answer in answers(game, wanted=Wanted(preconditions=True, counterexamples=True, certify=False)):
        if answer.verdict != "no":
            continue
        found = answer.precondition
        for point in GRID[:: len(answer.counterexamples) + 1]:
            if not oracle.assumed(answer.property, point):
                continue
            at = Scaled(game.symbols, point)
            true = oracle.holds(answer.property, answer.history, point)
            assert true == (not found.never and all(any(holds_at(c, at) for c in clause) for clause in found.clauses))
            assert true != any(within(c, at, 1) for c, _ in answer.counterexamples)
        for comparisons, deviation in answer.counterexamples:
            assert within(comparisons, Scaled(game.symbols, deviation.point), 1)
            assert not oracle.holds(answer.property, answer.history, deviation.point)
            check_deviation(oracle, answer, deviation)


def check_deviation(oracle, answer, deviation):
    """What is said to come of the moves comes of them."""
    moves, utilities = dict(deviation.moves), oracle.at(deviation.point)
    assert deviation.outcomes
    for outcome in deviation.outcomes:
        assert all(outcome.history[len(h)] == a for h, a in moves.items() if outcome.history[: len(h)] == h)
        total = sum(utilities[outcome.history][p][0] for p in outcome.players)
        honest = sum(utilities[answer.history][p][0] for p in outcome.players)
        assert total < 0 if answer.property.endswith("immunity") else total > honest


@settings(max_examples=200, **QUICK)
@given(data=st.one_of(SMALL, TINY))
def test_strategies_witness_a_yes(data, tmp_path_factory):
    """Completed with first actions where nothing is said, the strategy has what the definition demands."""
    game, oracle = read(data, tmp_path_factory.getbasetemp()), Oracle(data)
    for answer in answers(game, PROPERTIES, Wanted(strategies=True, certify=False)):
        if answer.verdict != "yes":
            continue
        for point in GRID[::5]:
            if not oracle.assumed(answer.property, point):
                continue
            at = Scaled(game.symbols, point)
            strategy = {h: n["children"][0]["action"] for h, n in oracle.nodes.items() if "children" in n}
            strategy |= {answer.history[:k]: a for k, a in enumerate(answer.history)}
            for plan in answer.plans:
                case = next(c for c in plan.cases if within(c.comparisons, at, 0))
                strategy |= dict(case.moves)
            demands = oracle.demands(answer.property, strategy, answer.history)
            assert oracle.met(answer.property, demands, oracle.at(point))


def test_only_what_is_zero_may_be_multiplied_by_anything():
    """a ≥ 0, a ≤ 0 and -a e > 0 contradict one another; without a ≤ 0 they do not."""
    a, e, product = (((0,), 1),), (((1,), 1),), (((0, 1), -1),)
    facts = [[[(a, False)]], [[(negative(a), False)]], [[(product, True)]]]

    def proof(first, second):
        closing = ["zero", first, second, e, ["farkas", {2: 1, 3: 1}]]
        return ["split", 0, [["split", 1, [["split", 2, [closing]]]]]]

    refute(facts, proof(0, 1))
    for wrong in (proof(0, 0), proof(1, 1), proof(1, 0), proof(2, 0)):
        with pytest.raises(RejectedError):
            refute(facts, wrong)
