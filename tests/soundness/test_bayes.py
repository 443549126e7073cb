"""Obligations of perfect Bayesian equilibria must reject what is not one: mutants of proposals, and classes left out."""

from dataclasses import replace

import pytest
import sympy as sp

from formal import perfect_bayesian, signalling
from formal.bayes_obligations import complete, soundness
from formal.bayes_proposals import bayesian, refined
from formal.decide.judge import decide
from formal.decide.verdict import Proved
from formal.derive.assessment import Failure
from formal.errors import ClaimError
from formal.refinement_obligations import divine_goals, intuitive_goals
from formal.signalling_obligations import complete as complete_signals
from formal.signalling_obligations import extreme_goals
from formal.signalling_obligations import intuitive_goals as intuitive_signal_goals
from formal.signalling_obligations import soundness as signal_soundness
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.education import education
from proofs.gallery.reputation import reputation
from proofs.private_intent.model import p as intent
from proofs.private_intent.model import private_intent
from proofs.private_resolve.model import private_resolve

GAMES = [beer_quiche, education, private_resolve, reputation]


def proved(goals):
    return all(isinstance(decide(goal), Proved) for goal in goals)


def classes(game):
    solution = perfect_bayesian(game)
    return solution.info, [e.found for e in solution]


def mutated(found, **changes):
    """The class with its first assessment changed."""
    first, *rest = found.assessments
    return replace(found, assessments=(replace(first, **changes), *rest))


@pytest.mark.parametrize("game", GAMES, ids=lambda g: g.name)
def test_what_was_found_is_sound_and_complete(game):
    info, found = classes(game)
    assert all(proved(soundness(info, c, "class")) for c in found)
    assert perfect_bayesian(game).completeness.startswith("all")


@pytest.mark.parametrize("game", GAMES, ids=lambda g: g.name)
def test_a_class_that_is_left_out_is_missed(game):
    info, found = classes(game)
    for left_out in found:
        rest = [c for c in found if c is not left_out]
        mixed = not left_out.pure or any(len(m) > 1 for a in left_out.assessments for m in a.behaviour.values())
        nonzero = perfect_bayesian(game).exceptions
        assert not proved(complete(info, rest, mixed=mixed, nonzero=nonzero)), left_out


@pytest.mark.parametrize("game", GAMES, ids=lambda g: g.name)
def test_an_enlarged_region_is_rejected(game):
    """Each condition in turn is dropped; none of them is implied by the others."""
    info, found = classes(game)
    for one in found:
        if len(one.assessments) > 1:
            continue
        conditions = one.assessments[0].conditions
        for dropped in conditions:
            mutant = mutated(one, conditions=tuple(c for c in conditions if c is not dropped))
            assert not proved(soundness(info, mutant, "mutant")), (one, dropped)


@pytest.mark.parametrize("game", GAMES, ids=lambda g: g.name)
def test_a_shrunken_region_is_missed(game):
    info, found = classes(game)
    one = next(c for c in found if c.pure and len(c.assessments) == 1)
    q = next(s for s in info.game.parameters if s.name == "q")
    mutant = mutated(one, conditions=(*one.assessments[0].conditions, sp.Lt(q, sp.Rational(3, 5))))
    rest = [mutant if c is one else c for c in found]
    assert not proved(complete(info, rest, mixed=False))


@pytest.mark.parametrize("game", [beer_quiche, private_resolve], ids=lambda g: g.name)
def test_wrong_probabilities_are_rejected(game):
    info, found = classes(game)
    one = next(c for c in found if not c.pure)
    for name, mixture in one.behaviour.items():
        if len(mixture) == 2:
            a, b = mixture
            swapped, thirds = {a: mixture[b], b: mixture[a]}, {a: sp.Rational(1, 3), b: sp.Rational(2, 3)}
            for wrong in (swapped, thirds, {a: mixture[a], b: mixture[a]}):
                whole = {**one.assessments[0].behaviour, name: wrong}
                mutant = replace(mutated(one, behaviour=whole), behaviour={**one.behaviour, name: wrong})
                assert not proved(soundness(info, mutant, "mutant")), (name, wrong)


@pytest.mark.parametrize("game", GAMES, ids=lambda g: g.name)
def test_wrong_beliefs_are_rejected(game):
    """On the path by Bayes' rule; off it where they support another reply; and what is no distribution."""
    info, found = classes(game)
    for one in found:
        for name, beliefs in one.assessments[0].beliefs.items():
            if name in one.behaviour:
                for wrong in (
                    (beliefs[0] / 2, 1 - beliefs[0] / 2),
                    (beliefs[0], beliefs[0] + 1),
                    (sp.Integer(-1), sp.Integer(2)),
                ):
                    if sp.simplify(wrong[0] - beliefs[0]) != 0 or sp.simplify(wrong[1] - beliefs[1]) != 0:
                        mutant = mutated(one, beliefs={**one.assessments[0].beliefs, name: wrong})
                        assert not proved(soundness(info, mutant, "mutant")), (one, name, wrong)


def test_wrong_payoffs_and_paths_are_rejected():
    info, found = classes(beer_quiche)
    one = found[0]
    assert not proved(soundness(info, replace(one, payoffs={**one.payoffs, "Sender": sp.Integer(0)}), "mutant"))
    name = "reply(breakfast = quiche)"
    longer = replace(one, behaviour={**one.behaviour, name: one.assessments[0].behaviour[name]})
    assert not proved(soundness(info, longer, "mutant"))
    shorter = replace(one, behaviour={k: v for k, v in one.behaviour.items() if "reply" not in k})
    assert not proved(soundness(info, shorter, "mutant"))


def test_what_is_stated_of_the_path_is_all_of_it():
    """A mixture without one of its actions would pass for another class."""
    info, found = classes(beer_quiche)
    one = next(c for c in found if not c.pure)
    for name, mixture in one.behaviour.items():
        if len(mixture) > 1:
            first, *_ = mixture
            short = replace(one, behaviour={**one.behaviour, name: {first: mixture[first]}})
            assert not proved(soundness(info, short, "mutant"))


def test_a_range_that_is_too_narrow_or_too_wide_is_rejected():
    solution = signalling(private_intent)
    parted = solution.find("committed", "hesitant").found
    free = next(g for g in parted.groups if g.range[0])
    for low in (0, 2 * free.range[0][0], 1):
        narrow = replace(free, range=((sp.sympify(low),), free.range[1]))
        mutant = replace(parted, groups=tuple(narrow if g is free else g for g in parted.groups))
        assert not proved(signal_soundness(solution.form, mutant, solution.worst, "mutant")), low


def test_replies_off_the_path_are_all_and_only_those():
    info, found = classes(private_resolve)
    silent = next(c for c in found if c.replies)
    ((name, (first, second)),) = silent.replies.items()
    for wrong in ((first,), (second,), (replace(first, conditions=()), second), (first, replace(second, believed=()))):
        assert not proved(soundness(info, replace(silent, replies={name: wrong}), "mutant")), wrong
    reached = next(c for c in found if "vote(invite = invite)" in c.behaviour)
    assert not proved(soundness(info, replace(reached, replies={name: (first, second)}), "mutant"))


def test_a_proposal_of_another_form_is_refused():
    info, (one, *_) = classes(beer_quiche)
    variant = one.assessments[0]
    row = (one.behaviour, one.payoffs, ((variant.conditions, variant.behaviour, variant.beliefs),), {})
    bayesian(info, ((row,), (), ()))
    for wrong in (
        (),
        ((row[:3],), (), ()),
        ((({"breakfast": {"beer": sp.Integer(1)}}, *row[1:]),), (), ()),
        (((one.behaviour, {"Sender": sp.Integer(1)}, *row[2:]),), (), ()),
        (((*row[:2], ((variant.conditions, one.behaviour, variant.beliefs),), {}),), (), ()),
        (((*row[:2], ((variant.conditions, variant.behaviour, {}),), {}),), (), ()),
        (((*row[:2], (((sp.Symbol("x"),), variant.behaviour, variant.beliefs),), {}),), (), ()),
        ((row, row), (), ()),
        (((*row[:2], (), {}),), (), ()),
        ((row,), ("q",), ()),
        ((row,), (), ((("breakfast(type = strong)", ("quiche",)),),)),
        ((row,), (), ((("nowhere", ("beer",)),),)),
    ):
        with pytest.raises(ClaimError, match="what the ledger proposes of beer_quiche is not"):
            bayesian(info, wrong)
    with pytest.raises(ClaimError, match="types that are struck"):
        refined(info, one, ((), (("reply(breakfast = quiche)", {"weak": "stronger"}, ()),), {}, {}))
    with pytest.raises(ClaimError, match="not reached"):
        refined(info, one, ((), (("reply(breakfast = beer)", {}, ()),), {}, {}))


# -- refinements


@pytest.mark.parametrize(("criterion", "goals"), [("intuitive", intuitive_goals), ("divine", divine_goals)])
def test_refinements_that_say_more_or_less_are_rejected(criterion, goals):
    solution = perfect_bayesian(education)
    one = next(e for e in solution if e.found.supports.get("wage(school = none)") == ("low",) and e.kind == "pooling")
    made = one.refined(criterion)
    assert made.passes
    assert made.fails
    assert proved(goals(solution.info, one.found, made, "refinement"))
    always = replace(made, passes=((),))
    never = replace(made, fails=tuple(replace(f, conditions=()) for f in made.fails))
    less = replace(made, fails=())
    swapped = replace(
        made, fails=tuple(Failure(f.where, {b: a for a, b in f.struck.items()}, f.conditions) for f in made.fails)
    )
    for wrong in (always, never, less, swapped, replace(made, passes=())):
        assert not proved(goals(solution.info, one.found, wrong, "mutant")), wrong


def test_pooling_on_quiche_cannot_be_said_to_pass():
    solution = perfect_bayesian(beer_quiche)
    quiche = solution.find(breakfast={"strong": "quiche", "weak": "quiche"})
    for criterion, goals in (("intuitive", intuitive_goals), ("divine", divine_goals)):
        made = quiche.refined(criterion)
        assert not proved(goals(solution.info, quiche.found, replace(made, passes=((),), fails=()), "mutant"))


# -- signals from an interval


def test_signals_that_do_not_part_the_types_are_rejected():
    solution = signalling(private_intent)
    form, worst = solution.form, solution.worst
    for one in (e.found for e in solution):
        assert proved(signal_soundness(form, one, worst, "class"))
        for dropped in one.conditions:
            mutant = replace(one, conditions=tuple(c for c in one.conditions if c is not dropped))
            assert not proved(signal_soundness(form, mutant, worst, "mutant")), (one, dropped)
        assert not proved(signal_soundness(form, replace(one, exists=(sp.Gt(intent.v_1, 100),)), worst, "mutant"))
        assert not proved(
            signal_soundness(form, replace(one, payoffs={q: sp.Integer(7) for q in one.payoffs}), worst, "mutant")
        )


def test_classes_of_signals_that_are_left_out_are_missed():
    solution = signalling(private_intent)
    found = [e.found for e in solution]
    stated = (solution.form, found, solution._partitions(), solution.worst, solution.ends)
    assert proved(complete_signals(*stated))
    for left_out in found:
        rest = [c for c in found if c is not left_out]
        assert not proved(complete_signals(solution.form, rest, *stated[2:]))


def test_the_worst_reply_is_the_worst():
    solution = signalling(private_intent)
    assert proved(extreme_goals(solution.form, solution.worst, -1))
    assert not proved(extreme_goals(solution.form, solution.best, -1))
    assert not proved(extreme_goals(solution.form, solution.worst, 1))
    assert not proved(extreme_goals(solution.form, replace(solution.worst, believed=0), -1))


def test_the_intuitive_criterion_for_signals_says_no_more():
    solution = signalling(private_intent)
    for one in solution:
        made = solution.criterion(one.number)
        stated = (solution.best, solution.sure, "criterion")
        assert proved(intuitive_signal_goals(solution.form, one.found, made, *stated))
        if made.failing:
            assert not proved(intuitive_signal_goals(solution.form, one.found, replace(made, failing=()), *stated))
            wider = tuple((s, e, (), w) for s, e, _, w in made.failing)
            assert not proved(intuitive_signal_goals(solution.form, one.found, replace(made, failing=wider), *stated))
