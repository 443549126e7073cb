"""Rocq accepts what is written for true claims, and rejects it as soon as something is weakened."""

import re

import pytest

from formal.certify.kernel import check
from formal.certify.reading import Statement
from formal.certify.rocq.coqc import Checker, foreign
from formal.certify.rocq.events import Overheard
from formal.certify.rocq.source import Source
from formal.certify.rocq.stock import Stock
from formal.certify.rocq.text import PRELUDES, identifier
from formal.certify.rocq.theorem import Section
from formal.certify.search import certificate
from tests.properties.test_search import TRUE as SEARCHED
from tests.soundness.test_kernel import CERTIFIED, made, nodes
from tests.soundness.test_kernel import whole as whole_certificate

MEAN = Statement(
    ("x", "y", "z"),
    ((">", "x", 0), (">", "y", 0), (">=", "z", ("/", "x", "y"))),
    ("and", (">=", ("+", ("/", "x", "y"), ("/", "y", "x")), 2), ("<=", ("sqrt", ("/", "x", "y")), ("max", "z", 1))),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """All certified cases in one file, and one theorem with quotients, a root and a maximum in a file of its own."""
    folder = tmp_path_factory.mktemp("rocq")
    for prelude in PRELUDES:
        (folder / prelude.name).write_text(prelude.read_text())
    cases = Source(folder / "cases.py", folder / "cases.v")
    for number, name in enumerate(CERTIFIED):
        cases.add(Section(f"T{number}", *made(name), {}, cases.stock).theorem(), name)
    cases.write()
    single = Source(folder / "mean.py", folder / "mean.v")
    single.add(Section("mean", MEAN, certificate(MEAN), {}, single.stock).theorem(), "")
    single.write()
    with Checker(folder) as checker:
        yield checker, cases.theorems, (folder / "mean.v").read_text()


def test_all_certified_cases_are_accepted_with_the_axioms_of_the_reals_alone(whole):
    checker, theorems, _ = whole
    names = [name for t in theorems for name in (t.name, *t.needs)]
    reply = checker.check("cases.v", names)
    assert reply.error == ""
    assert set(reply.axioms) == set(names)
    assert not [a for axioms in reply.axioms.values() for a in foreign(axioms)]


def test_the_statement_is_the_authors(whole):
    _, _, text = whole
    said = " ".join(text.split("Theorem mean :")[1].split("Proof.")[0].split())
    expected = "forall x y z : R, x > 0 -> y > 0 -> z >= x / y -> x / y + y / x >= 2 /\\ sqrt (x / y) <= Rmax z 1."
    assert said == expected
    assert "Lemma defined_1 : y <> 0." in text
    assert "Lemma defined_3 : x / y >= 0." in text
    assert not re.search(r"Admitted|admit|Axiom|Parameter|nra|psatz", text.split("*)", 1)[1])


def altered(text, old, new):
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Hypothesis H1 : x > 0.", "Hypothesis H1 : x >= 0."),
        ("Hypothesis H2 : y > 0.\n", ""),
        ("Hypothesis H3 : z >= x / y.", "Hypothesis H3 : z >= x / y - 1."),
        ("  x > 0 ->\n", ""),
        ("  z >= x / y ->\n", "  z + 1 >= x / y ->\n"),
        ("  x / y + y / x >= 2 /\\ sqrt (x / y) <= Rmax z 1.\nProof.\n  intros", "  x / y + y / x > 2.\nProof.\n  intros"),
        ("Lemma defined_1 : y <> 0.", "Lemma defined_1 : y - 1 <> 0."),
        ("Definition s1 : R := sqrt (x / y).", "Definition s1 : R := sqrt (y / x)."),
    ],
    ids=range(8),
)
def test_what_is_weakened_is_rejected(whole, old, new):
    checker, _, text = whole
    (checker.folder / "weaker.v").write_text(altered(text, old, new))
    assert checker.check("weaker.v", ["mean"]).error.startswith("weaker.v:")


def test_what_is_admitted_is_seen(whole):
    checker, _, text = whole
    head, proof = text.split("Lemma exists_1 : ", 1)
    admitted = re.sub(r"Proof\..*?Qed\.", "Admitted.", proof, count=1, flags=re.DOTALL)
    (checker.folder / "admitted.v").write_text(f"{head}Lemma exists_1 : {admitted}")
    reply = checker.check("admitted.v", ["mean"])
    assert reply.error == ""
    assert foreign(reply.axioms["mean"]) == ["admitted.mean_proof.exists_1"]


def test_the_questions_are_the_kernels():
    heard = Overheard(MEAN)
    assert [q.shown for q in heard.questions] == [
        "the denominator y",
        "the denominator x",
        "the root of ('/', 'x', 'y')",
        "",
    ]


def test_a_step_that_is_given_already_is_a_hypothesis():
    """It would be applied to itself."""
    given, again = (">=", "x", 0), Statement(("x",), ((">=", "x", 0),), (">=", "x", 0))
    step = Section("step", again, certificate(again), {}, Stock()).theorem()
    said = Statement(("x",), (given, given), (">=", ("+", "x", 1), 1))
    made_of_it = Section("claim", said, certificate(said), {given: step}, Stock()).theorem()
    assert "Hypothesis H1 : x >= 0." in made_of_it.module


ROOT = ("piecewise", (1, ("<", "x", 0)), (2, (">=", ("sqrt", "x"), 1)), (3, ("true",)))
BEHIND = Statement(("x",), (), (">", ROOT, 0))  # a root in a test that is read where the first one fails


def test_a_root_in_a_test_behind_another_is_accepted(tmp_path):
    text = alone(tmp_path, BEHIND)
    assert "Lemma defined_2 : x < 0 \\/ sqrt x >= 1 \\/ True." in text.replace("\n", " ")
    with Checker(tmp_path) as checker:
        assert checker.check("one.v", ["one", "one_proof.defined_1", "one_proof.defined_2"]).error == ""


def alone(folder, said):
    """The file of one theorem, called one."""
    return written(folder, said, certificate(said))


def written(folder, said, found):
    """The file of a theorem with a certificate."""
    for prelude in PRELUDES:
        (folder / prelude.name).write_text(prelude.read_text())
    source = Source(folder / "one.py", folder / "one.v")
    source.add(Section("one", said, found, {}, source.stock).theorem(), "")
    source.write()
    return (folder / "one.v").read_text()


@pytest.mark.parametrize("name", SEARCHED)
def test_proofs_with_lemmas_are_accepted(tmp_path, name):
    found = certificate(SEARCHED[name])
    used = [step for proof in whole_certificate(found) for step in nodes(proof, "apply")]
    assert len(used) > len(found["lemmas"]) or not used
    alone(tmp_path, SEARCHED[name])
    with Checker(tmp_path) as checker:
        assert checker.check("one.v", ["one"]).error == ""


FAR = ("abs", ("+", "x", -3))
BEHIND_FIRST = ("and", ("=>", (">", "x", 1), (">=", FAR, 0)), (">=", ("+", FAR, 1), 0), ("=>", (">", "x", 1), (">", FAR, -1)))


def test_what_is_read_behind_a_test_and_then_before_it_is_accepted(tmp_path):
    alone(tmp_path, Statement(("x",), (), BEHIND_FIRST))
    with Checker(tmp_path) as checker:
        assert checker.check("one.v", ["one"]).error == ""


SAID = Statement(("x", "y"), ((">", "x", 0), (">", "y", 0)), (">", ("+", "x", "y"), 0))
PREMISES, PLACES = [[">", "x"], [">", "y"], [">=", "-x - y"]], [0, 1, 2]
ADDED = ["derive", ">", "0", [], [["1", [0], None], ["1", [1], None], ["1", [2], None], ["0/3", [0], None]], [], ["absurd", 3]]


def test_a_weight_of_zero_is_left_out(tmp_path):
    found = {"lemmas": [], "proofs": [ADDED]}
    made = Section("one", SAID, found, {}, Stock()).theorem()
    assert "Times 0" not in "\n".join(made.module)


@pytest.mark.parametrize(
    ("again", "count"),
    [
        (lambda k: ["split", "x - 1", [[">", ["apply", k, PLACES]], ["<=", ["apply", k, PLACES]]]], 30),
        (lambda k: ["apply", k, PLACES], 1_500),
    ],
    ids=["wide", "deep"],
)
def test_lemmas_that_would_be_long_written_out_are_accepted(tmp_path, again, count):
    """Each rests on the one before it: the kernel reads each once, and so does Rocq."""
    lemmas = [[PREMISES, ADDED], *([PREMISES, again(k)] for k in range(count))]
    found = {"lemmas": lemmas, "proofs": [["apply", len(lemmas) - 1, PLACES]]}
    check(SAID, found)
    text = written(tmp_path, SAID, found)
    with Checker(tmp_path) as checker:
        assert checker.check("one.v", ["one"]).error == ""
        for wrong in (
            text.replace("Apply 3 [", "Apply 5 [", 1),
            text.replace("Shown 3 [Fact 0 Gt (x)", "Shown 3 [Fact 0 Gt (y)"),
        ):
            assert wrong != text
            (checker.folder / "wrong.v").write_text(wrong)
            assert checker.check("wrong.v", ["one"]).error.startswith("wrong.v:")


def test_some_of_these_have_lemmas():
    assert sum(bool(certificate(said)["lemmas"]) for said in SEARCHED.values()) > 1


def mutants(text):
    """Certificates with one number or one rule changed, each in a file of its own."""
    found = list(re.finditer(r"(Times|Square .*?) (\d+) (\d+) \[|\(Absurd (\d+)\)|\(Derive \d+ (Gt)", text))
    assert {"Times", "(Absu", "(Deri"} <= {m[0][:5] for m in found}
    for m in found:
        place, new = (2, "1000003") if m[2] else (4, "0") if m[4] else (5, "Eq")
        yield text[: m.start(place)] + new + text[m.end(place) :]


def test_certificates_with_a_number_changed_are_rejected(whole):
    checker, _, text = whole
    changed = list(mutants(text))
    assert len(changed) > 10
    for mutant in changed[:: max(1, len(changed) // 12)]:
        (checker.folder / "mutant.v").write_text(mutant)
        assert checker.check("mutant.v", ["mean"]).error.startswith("mutant.v:")


def test_a_claim_that_is_called_like_a_lemma_gets_another_name():
    assert identifier("contradiction") == "P_contradiction"
    assert identifier("C5.phi") == "C5_phi"
