"""What does not change a claim does not change its verdict: other names, units or order, one more true hypothesis."""

import pytest
import sympy as sp
from sympy.core.relational import Relational

from formal import parameters
from formal.decide.export import scripts
from formal.decide.goal import Goal
from formal.decide.portfolio import decide
from formal.decide.smtfile import decide_file
from formal.decide.verdict import Proved, Refuted
from formal.model.rewriting import as_written
from formal.model.substitution import substitute
from tests.soundness.cases import FALSE, TRUE, UNDEFINED, p
from tests.soundness.test_cases import split

CLAIMS = [
    *(pytest.param(claim, Proved, id=f"true: {name}") for name, claim in TRUE.items()),
    *(pytest.param(claim, Refuted, id=f"false: {name}") for name, claim in FALSE.items()),
    *(pytest.param(claim, Refuted, id=f"undefined: {name}") for name, claim in UNDEFINED.items()),
]
OTHERS = parameters(
    "zz yy >= 0", "xx ww > 0", "vv in (0, 1)", "c b a real", "l integer", "j integer >= 2", "i in {0, 1}"
)  # in another order of their names
NAMES = dict(zip(p, OTHERS, strict=True))


def mapped(claim, change):
    """The claim with every comparison changed."""
    if isinstance(claim, Relational):
        return change(claim)
    return as_written(claim.func, [mapped(part, change) for part in claim.args])


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_names_do_not_matter(claim, expected):
    assert isinstance(decide(split(substitute(claim, NAMES))), expected)


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_units_of_payoffs_do_not_matter(claim, expected):
    """Both sides of every comparison times a number, or times a positive parameter of its own."""
    unit = parameters("u > 0").u
    for factor in (sp.Rational(7, 3), unit):
        scaled = mapped(claim, lambda r, f=factor: r.func(r.lhs * f, r.rhs * f, evaluate=False))
        assert isinstance(decide(split(scaled)), expected)


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_sides_do_not_matter(claim, expected):
    assert isinstance(decide(split(mapped(claim, lambda r: r.reversed))), expected)


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_a_true_hypothesis_does_not_matter_wherever_it_stands(claim, expected):
    goal = split(claim)
    more = (sp.Ge(p.x**2 + p.y**2, 0, evaluate=False), sp.Gt(p.c + p.d, 0, evaluate=False))
    for given in ((*more, *goal.hypotheses), (*goal.hypotheses, *more), (*goal.hypotheses, *reversed(more))):
        assert isinstance(decide(Goal("claim", goal.conclusion, given)), expected)


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_written_as_smtlib_the_questions_have_the_same_answers(claim, expected, tmp_path):
    """All unsat exactly when the claim is proved; with needs written beside definitions, the claim itself may be sat or not."""
    answers = []
    for number, script in enumerate(scripts(split(claim))):
        path = tmp_path / f"{number}.smt2"
        path.write_text(script)
        answers.append(decide_file(path))
    assert "unknown" not in answers
    assert all(answer == "unsat" for answer in answers) == (expected is Proved)
