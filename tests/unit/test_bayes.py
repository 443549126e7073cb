"""Games with private information: what is refused, what is asked, and what the sources say."""

from dataclasses import replace

import pytest
import sympy as sp
from click.testing import CliRunner

from formal import (
    game,
    implies,
    interval,
    nash,
    parameters,
    perfect_bayesian,
    proposition,
    signalling,
    strategic_form,
    subgame_perfect,
)
from formal.cli import main
from formal.concept import equilibria
from formal.consistency import consistency_goals
from formal.decide.judge import decide
from formal.decide.verdict import Proved, Unknown
from formal.errors import DerivationError, ModelError
from formal.model.information import belief_symbols, information
from formal.report.bayes import bayes_data, bayes_section
from formal.report.signalling import signalling_data, signalling_section
from formal.subgame_solution import SubgamePerfectSolution
from proofs.gallery.beer_quiche import beer_quiche
from proofs.gallery.beer_quiche import p as beer
from proofs.gallery.horse import horse
from proofs.gallery.schooling import schooling
from proofs.private_intent.model import private_intent
from proofs.private_resolve.model import p as resolve
from proofs.private_resolve.model import private_resolve

p = parameters("q in (0, 1)", "r in (0, 1)", "a > 0", "b > 0", "c > 0")


def chosen(play, players=("Sender", "Receiver"), **more):
    return game(players=players, **more)(play)


# -- what is refused


def test_nodes_that_cannot_be_told_apart_have_the_same_actions():
    def play(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        g.choose("Receiver", "reply", ["yes", "no"] if strong else ["yes", "perhaps"], sees=[])
        return {"Sender": 0, "Receiver": 0}

    with pytest.raises(ModelError, match=r'actions are yes, no and yes, perhaps in "reply"; let it see what makes'):
        information(chosen(play))


def test_one_information_set_belongs_to_one_player():
    def play(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        g.choose("Receiver" if strong else "Sender", "reply", ["yes", "no"], sees=[])
        return {"Sender": 0, "Receiver": 0}

    with pytest.raises(ModelError, match=r'"reply" is chosen by Receiver and by Sender'):
        information(chosen(play))


def test_a_player_that_forgets_its_own_move_is_an_error():
    def play(g):
        g.choose("Sender", "first", ["left", "right"])
        g.choose("Receiver", "reply", ["yes", "no"])
        g.choose("Sender", "last", ["up", "down"], sees=["reply"])
        return {"Sender": 0, "Receiver": 0}

    with pytest.raises(ModelError, match=r'Sender has forgotten, at "last", what it did or knew at "first"; let it see first'):
        information(chosen(play))


def test_a_player_that_forgets_its_type_is_an_error():
    def play(g):
        g.chance("type", {"strong": p.q, "weak": 1 - p.q})
        g.choose("Sender", "first", ["left", "right"])
        g.choose("Sender", "last", ["up", "down"], sees=["first"])
        return {"Sender": 0, "Receiver": 0}

    with pytest.raises(ModelError, match="let it see first, type"):
        information(chosen(play))


def test_probabilities_that_do_not_sum_to_one():
    def play(g):
        g.chance("type", {"strong": p.q, "weak": p.r})
        return {"Sender": 0, "Receiver": 0}

    with pytest.raises(ModelError, match="sum to q \\+ r, not to 1"):
        information(chosen(play))


def test_a_type_that_may_be_impossible_is_said():
    share = parameters("s in [0, 1]").s

    def play(g):
        g.chance("type", {"strong": share, "weak": 1 - share})
        g.choose("Sender", "signal", ["yes", "no"])
        g.choose("Receiver", "reply", ["yes", "no"], sees=["signal"])
        return {"Sender": 0, "Receiver": 0}

    assurance = perfect_bayesian(chosen(play), mixed=False).assure()
    assert not isinstance(assurance.verdict, Proved)
    assert assurance.failed == "Chance draws type: strong is possible"


def test_too_many_combinations_are_counted():
    def play(g):
        g.chance("type", {"strong": p.q, "weak": 1 - p.q})
        g.choose("Sender", "signal", ["a", "b", "c"])
        g.choose("Receiver", "reply", ["a", "b", "c"], sees=["signal"])
        return {"Sender": 0, "Receiver": 0}

    with pytest.raises(
        DerivationError, match="has 16807 combinations of supports, more than the limit of 4096; mixed=False leaves 243"
    ):
        perfect_bayesian(chosen(play), mixed=True).equilibria  # noqa: B018
    with pytest.raises(DerivationError, match="has 243 combinations of supports, more than the limit of 100; limit=243"):
        perfect_bayesian(chosen(play), limit=100).equilibria  # noqa: B018


def test_beliefs_are_asked_where_there_are_any():
    pooling = perfect_bayesian(beer_quiche).find(breakfast={"strong": "beer", "weak": "beer"})
    with pytest.raises(ModelError, match=r"reply\(breakfast = quiche\) is not reached"):
        pooling.belief("reply", "strong", breakfast="quiche")
    with pytest.raises(ModelError, match=r"reply\(breakfast = beer\) is reached in this class; ask belief"):
        pooling.beliefs("reply", breakfast="beer")
    with pytest.raises(ModelError, match='"lazy" is no node of reply'):
        pooling.belief("reply", "lazy", breakfast="beer")
    with pytest.raises(ModelError, match=r"has 2 information sets reply after \{\}"):
        pooling.belief("reply", "strong")
    with pytest.raises(ModelError, match="0 classes of beer_quiche play"):
        perfect_bayesian(beer_quiche).find(breakfast={"strong": "quiche", "weak": "beer"})


def test_a_number_among_the_moves_is_no_finite_game():
    with pytest.raises(ModelError, match='the choice of a number "s" is among its moves'):
        perfect_bayesian(private_intent).equilibria  # noqa: B018


def test_what_is_no_signalling_game_says_why():
    def unseen(g):
        g.chance("type", {"strong": p.q, "weak": 1 - p.q})
        s = g.choose("Sender", "s", interval(0, 1))
        g.choose("Receiver", "reply", ["yes", "no"])
        return {"Sender": s, "Receiver": 0}

    with pytest.raises(ModelError, match=r'is no signalling game .*: the signal is followed by one reply; say sees=\["s"\]'):
        signalling(chosen(unseen)).equilibria  # noqa: B018
    with pytest.raises(ModelError, match="does not begin with a draw"):
        signalling(horse).equilibria  # noqa: B018


def test_without_a_worst_reply_the_assumption_is_asked_for():
    def play(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        s = g.choose("Sender", "s", interval(0, 1))
        liked = (g.choose("Receiver", "reply", ["yes", "no"], sees=["s"]) == "yes") == strong
        return {"Sender": (1 if liked else 0) - s, "Receiver": 1 if liked else 0}

    with pytest.raises(DerivationError, match="no reply is proved to be the worst for every type"):
        signalling(chosen(play)).equilibria  # noqa: B018


# -- what is asked


def test_kinds_and_payoffs():
    solution = perfect_bayesian(beer_quiche)
    assert [e.kind for e in solution] == ["pooling", "pooling", "separating", "semi-separating"]
    mixed = solution.of_kind("semi-separating")[0]
    point = {beer.q: sp.Rational(1, 3), beer.b: 1, beer.d: 2}
    assert mixed.probability("breakfast", "beer", type="weak").subs(point) == sp.Rational(1, 2)
    assert mixed.belief("reply", "strong", breakfast="beer").subs(point) == sp.Rational(1, 2)
    assert mixed.payoff("Receiver").subs(point) == sp.Rational(2, 3)


def test_beliefs_off_the_path_are_the_exact_set():
    pooling = perfect_bayesian(beer_quiche).find(breakfast={"strong": "beer", "weak": "beer"})
    strong, _ = belief_symbols(perfect_bayesian(beer_quiche).info.find("reply", {"breakfast": "quiche"}))
    inside = pooling.beliefs("reply", breakfast="quiche")
    assert inside.subs(strong, sp.Rational(1, 2)) == pooling.where
    assert inside.subs(strong, sp.Rational(51, 100)) == sp.false


def test_perceived_cost_is_the_posterior_times_the_punishment():
    solution = perfect_bayesian(private_resolve)
    bluff = solution.find(invite={"resolute": "invite", "indifferent": ["invite", "stay silent"]})
    assert sp.simplify(bluff.belief("vote", "resolute").args[0][0] - resolve.phi / resolve.alpha) == 0


def test_three_types_part_in_some_equilibria():
    q = parameters("u in (0, 1)", "v in (0, 1)", "k > 0")
    shares = {"low": q.u, "middle": (1 - q.u) * q.v, "high": (1 - q.u) * (1 - q.v)}

    def play(g):
        types = list(shares)
        t = types.index(str(g.chance("type", shares)))
        m = ["one", "two", "three"].index(str(g.choose("Sender", "signal", ["one", "two", "three"])))
        r = ["a", "b", "c"].index(str(g.choose("Receiver", "reply", ["a", "b", "c"], sees=["signal"])))
        return {"Sender": r - q.k * m / (t + 1), "Receiver": -((t - r) ** 2)}

    solution = perfect_bayesian(chosen(play), mixed=False)
    parted = solution.of_kind("separating")
    assert parted
    assert isinstance(solution.assure().verdict, Proved)
    assert solution.completeness == "all pure ones"
    least = next(e for e in parted if e.found.supports["signal(type = low)"] == ("one",))
    assert bool(least.where.subs({q.k: 2}))  # only then does the middle type neither rise nor fall
    assert not bool(least.where.subs({q.k: sp.Rational(3, 2)}))


def test_two_receivers_in_sequence_hold_the_same_belief_off_the_path():
    """The second does not learn from the first, who knows no more."""

    def play(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        if g.choose("Sender", "signal", ["speak", "keep silent"]) == "keep silent":
            return {"Sender": 0, "First": 0, "Second": 0}
        first = g.choose("First", "first", ["trust", "doubt"], sees=["signal"]) == "trust"
        second = g.choose("Second", "second", ["trust", "doubt"], sees=["signal", "first"]) == "trust"
        paid = {"First": (1 if first == strong else 0), "Second": (1 if second == strong else 0)}
        return {"Sender": (1 if first else 0) + (1 if second else 0) - 1 - p.a, **paid}

    solution = perfect_bayesian(chosen(play, ("Sender", "First", "Second")))
    silent = solution.find(signal={"strong": "keep silent", "weak": "keep silent"})
    assert isinstance(solution.sound.verdict, Proved)
    for variant in silent.found.assessments:
        believed = [b for name, b in variant.beliefs.items()]
        assert len(set(believed)) == 1


def test_the_concept_follows_the_information():
    assert type(equilibria(beer_quiche)).__name__ == "BayesianSolution"
    assert type(equilibria(horse)).__name__ == "BayesianSolution"
    assert type(equilibria(private_intent)).__name__ == "SignallingSolution"


def test_equilibria_of_signalling_games_are_sequential():
    for model in (beer_quiche, horse, private_resolve):
        assert all(e.sequential() for e in perfect_bayesian(model))
    solution = perfect_bayesian(beer_quiche)
    one = solution.equilibria[0].found.assessments[0]
    wrong = replace(one, beliefs={**one.beliefs, "reply(breakfast = beer)": (sp.Integer(1), sp.Integer(0))})
    assert not all(isinstance(decide(g), Proved) for g in consistency_goals(solution.info, wrong, "mutant"))


def test_seltens_horse():
    """Selten (1975): down and left is a Nash and a subgame perfect equilibrium, but it is not perfect."""
    perfect = {repr(e) for e in subgame_perfect(horse)}
    assert perfect == {
        "first: down; third: left; second(first = across): across",
        "first: across; third: right; second(first = across): across",
    }
    assert subgame_perfect(horse).completeness == "all pure ones"
    assert isinstance(subgame_perfect(horse).assure().verdict, Proved)
    assert len(nash(strategic_form(horse)).equilibria) == 2
    (only,) = perfect_bayesian(horse)
    assert only.found.supports == {"first": ("across",), "second(first = across)": ("across",)}


def test_subgame_perfection_is_asked_in_every_subgame():
    """Staying out is a Nash equilibrium; a threat to fight is empty unless fighting is an equilibrium of what follows."""

    def play(g):
        if g.choose("Sender", "entry", ["in", "out"]) == "out":
            return {"Sender": 0, "Receiver": p.a}
        first = g.choose("Sender", "e", ["fight", "share"])
        second = g.choose("Receiver", "i", ["fight", "share"], sees=["entry"])
        if first == second:
            return dict.fromkeys(("Sender", "Receiver"), p.b if first == "share" else -p.c)
        return {"Sender": -1 if first == "share" else 0, "Receiver": -1 if second == "share" else 0}

    model = chosen(play)
    solution = subgame_perfect(model)
    assert isinstance(solution.assure().verdict, Proved)
    assert solution.completeness == "all pure ones"
    out = next(e for e in solution if e.action("entry") == "out" and e.action("i", entry="in") == "fight")
    assert out.where == (p.c <= 1)
    assert out.payoff("Receiver").args[0][0] == p.a
    nash_out = [e for e in nash(strategic_form(model)) if "entry: out" in e.profile.strategies["Sender"]]
    assert any(e.where == sp.true for e in nash_out)
    with pytest.raises(ModelError, match="has 0 information sets e after"):
        out.action("e", entry="out")


def test_a_wrong_profile_is_rejected():
    solution = SubgamePerfectSolution(horse, 100)
    found = solution.equilibria
    mutant = replace(found[0].profile, strategies={**found[0].profile.strategies, "third": "right"})
    assert not all(isinstance(decide(g), Proved) for g in solution._sound(mutant))
    short = SubgamePerfectSolution(horse, 100)
    short.__dict__["_found"] = ((found[0].profile, solution.assure()),)
    assert short.completeness == ""
    assert not isinstance(short.assure().verdict, Proved)
    with pytest.raises(
        DerivationError, match="8 profiles of pure strategies, more than the limit of 7; limit=8 tries them all"
    ):
        subgame_perfect(horse, limit=7).equilibria  # noqa: B018


# -- signals from an interval


def test_riley_signals():
    parted = signalling(schooling).find("able", "other")
    theta_h, theta_l = (q for q in schooling.parameters if q.name.startswith("theta"))
    low, high = parted.range("able")
    assert sp.expand(low - theta_l * (theta_h - theta_l)) == 0
    assert sp.expand(high - theta_h * (theta_h - theta_l)) == 0
    assert parted.signal("other") == 0
    assert parted.reply("able").args == ((theta_h, parted.conditions),)
    with pytest.raises(ModelError, match='"clever" is not a type'):
        parted.signal("clever")


def test_three_types_send_three_signals():
    q = parameters("u in (0, 1)", "v in (0, 1)")
    shares = {"low": q.u, "middle": (1 - q.u) * q.v, "high": (1 - q.u) * (1 - q.v)}

    def play(g):
        t = list(shares).index(str(g.chance("type", shares))) + 1
        e = g.choose("Worker", "e", interval(0, 9))
        w = g.choose("Firms", "w", interval(0, 3), sees=["e"])
        return {"Worker": w - e / t, "Firms": -((t - w) ** 2)}

    solution = signalling(chosen(play, ("Worker", "Firms")))
    parted = solution.find("low", "middle", "high")
    assert isinstance(solution.assure().verdict, Proved)
    assert solution.completeness == "all pure ones"
    low, middle, high = (parted.signal(t) for t in shares)
    assert low == 0
    assert bool(parted.conditions.subs({middle: 1, high: 3}))
    assert not bool(parted.conditions.subs({middle: 1, high: sp.Rational(29, 10)}))
    with pytest.raises(DerivationError, match="worked out for two types"):
        parted.intuitive()


# -- what is shown


@pytest.mark.parametrize("target", ["gallery/beer_quiche.py:beer_quiche", "private_intent/model.py:private_intent"])
@pytest.mark.parametrize("option", [[], ["--refine"], ["--format", "json", "--refine"], ["--latex", "--refine"]])
def test_derive_shows_them(target, option):
    result = CliRunner().invoke(main, ["derive", f"proofs/{target}", *option])
    assert result.exit_code == 0, result.output
    assert "pooling" in result.output.lower()
    assert "NOT PROVED" not in result.output


def test_data_names_every_set():
    data = bayes_data(perfect_bayesian(beer_quiche), refine=True)
    assert [c["kind"] for c in data["classes"]] == ["pooling", "pooling", "separating", "semi-separating"]
    assert all(c["intuitive"]["proved"] and c["divine"]["proved"] for c in data["classes"])
    assert data["classes"][1]["intuitive"]["passes"] == []
    assert "Pooling" in bayes_section(perfect_bayesian(beer_quiche), "", sure=True)
    assert len(signalling_data(signalling(private_intent), refine=True)["classes"]) == 3
    assert "Separating" in signalling_section(signalling(private_intent), "", sure=True)


def test_every_obligation_of_the_gallery_games_is_a_goal_that_is_proved():
    solution = perfect_bayesian(horse)
    from formal.bayes_obligations import complete

    goals = list(complete(solution.info, [e.found for e in solution], mixed=True))
    assert len(goals) == 27
    assert all(isinstance(decide(goal), Proved) for goal in goals)


# -- what a proposition rests on


def test_a_player_that_looks_twice_holds_on_to_its_belief():
    """The receiver may not stop by one belief and act by another: it would look, and nobody signals A."""
    half = sp.Rational(9, 10)

    def play(g):
        high = g.chance("type", {"high": p.q, "low": 1 - p.q}) == "high"
        if g.choose("Sender", "signal", ["A", "B"]) == "A":
            return {"Sender": 1, "Receiver": 0}
        if g.choose("Receiver", "first", ["stop", "look"], sees=["signal"]) == "stop":
            return {"Sender": 0, "Receiver": 0}
        g.chance("news", {"good": half if high else 1 - half, "bad": 1 - half if high else half})
        right = (g.choose("Receiver", "act", ["x", "y"], sees=["signal", "first", "news"]) == "x") == high
        return {"Sender": 2, "Receiver": 1 if right else -1}

    for one in perfect_bayesian(chosen(play), mixed=False):
        assert one.found.supports["signal(type = high)"] == ("B",)


def test_nature_is_believed_inside_a_tremble():
    """Whatever made the first player deviate, the coin that follows is fair."""

    def play(g):
        a = str(g.choose("Sender", "a", ["A", "B", "C"]))
        if a == "A":
            return {"Sender": 1, "Receiver": 0}
        coin = g.chance("coin", {"one": sp.Rational(1, 2), "two": sp.Rational(1, 2)}) if a == "B" else ""
        if g.choose("Receiver", "b", ["left", "right"], sees=[]) == "right":
            return {"Sender": 2, "Receiver": 0}
        return {"Sender": 0, "Receiver": -1 if a == "C" else 1 if coin == "one" else -2}

    assert all(one.found.supports["a"] != ("A",) for one in perfect_bayesian(chosen(play)))


def test_information_sets_have_names_of_their_own():
    def play(g):
        if g.choose("Sender", "m", ["x", "y"]) == "x":
            g.choose("Receiver", "r", ["yes", "no"])
        else:
            g.choose("Receiver", "r(m = x)", ["yes", "no"], sees=[])
        return {"Sender": 0, "Receiver": 0}

    with pytest.raises(ModelError, match=r'two information sets of play are called "r\(m = x\)"; rename a choice'):
        information(chosen(play))


def test_a_range_that_ends_at_a_parameter():
    q = parameters("c > 1", "longest > 0").c, parameters("c > 1", "longest > 0").longest

    def play(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        s = g.choose("Sender", "s", interval(0, q[1]))
        reply = g.choose("Receiver", "reply", interval(0, 1), sees=["s"])
        return {"Sender": reply - (1 if strong else q[0]) * s, "Receiver": -(((1 if strong else 0) - reply) ** 2)}

    solution = signalling(chosen(play))
    assert isinstance(solution.assure().verdict, Proved)
    assert solution.completeness == "all pure ones"
    assert solution.find("strong", "weak").where == sp.Le(1, q[0] * q[1])
    assert solution.find(["strong", "weak"]).where == sp.true


def test_a_class_is_read_where_its_condition_is_exact():
    """At c = k = 0 there are more equilibria with the same supports; a proposition has to be claimed away from there."""
    q = parameters("r in (0, 1/2)", "c >= 0", "k >= 0")

    def play(g):
        high = g.chance("type", {"high": q.r, "low": 1 - q.r}) == "high"
        signal = g.choose("Sender", "m", ["A", "B"])
        right = (g.choose("Receiver", "reply", ["x", "y"], sees=["m"]) == "x") == high
        paid = {"Receiver": 1 if right else 0}
        if signal == "B":
            return {"Sender": 0, **paid}
        return {"Sender": 1 if high else -q.c + (q.k if right == high else 0), **paid}

    model = chosen(play)
    found = perfect_bayesian(model).find(m={"high": "A", "low": ["A", "B"]}, reply={"A": ["x", "y"]})
    said = [sp.Ne(q.c, 0), sp.Ne(q.k, 0), sp.Ne(q.c, q.k)]
    for given in ([], said[:2], said[1:]):
        item = proposition("needs", "There is a prize", given=given)(lambda: implies(found.where, q.k > 0))
        assert isinstance(item.check().verdict, Unknown)
    item = proposition("needs", "There is a prize", given=said)(lambda: implies(found.where, q.k > 0))
    assert isinstance(item.check().verdict, Proved)


def test_nothing_is_said_of_classes_that_may_be_missing():
    """Where supports are not solved, that there is no equilibrium of some kind cannot be claimed."""

    def play(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        g.choose("Sender", "talk", ["one thing", "another"])
        right = (g.choose("Receiver", "reply", ["yes", "no"], sees=["talk"]) == "yes") == strong
        return {"Sender": 0, "Receiver": 1 if right else 0}

    solution = perfect_bayesian(chosen(play))
    assert solution.unsolved
    item = proposition("none", "Nobody mixes")(lambda: ~sp.Or(*(e.where for e in solution.of_kind("semi-separating"))))
    assert isinstance(item.check().verdict, Unknown)


def test_signals_that_would_be_shown_alike_are_an_error():
    longer = parameters("s_pooled > 0").s_pooled

    def play(g):
        strong = g.chance("type", {"strong": p.q, "weak": 1 - p.q}) == "strong"
        s = g.choose("Sender", "s", interval(0, 1))
        reply = g.choose("Receiver", "reply", interval(0, 1), sees=["s"])
        return {"Sender": reply - longer * s, "Receiver": -(((1 if strong else 0) - reply) ** 2)}

    with pytest.raises(ModelError, match='"s_pooled" would name a signal and something else'):
        signalling(chosen(play)).equilibria  # noqa: B018
