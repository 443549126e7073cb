"""Records in the formats of other programs: they validate against their schemas, and say what the records say."""

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from lxml import etree

from formal import parameters
from formal.check import Record
from formal.errors import ClaimError, Place
from formal.report.formats import document
from formal.report.github import github, of_error
from formal.report.text import explained
from tests.conftest import ROOT

p = parameters("a >= 0")
TITLES = [
    "plain", "100% sure: a, b, ::error::c\r\nnext line", "<b>&\"'</b> ]]> <script>alert(1)</script>", "$(rm -rf ~) `ls` \\ $x$",
    "αβγ ≤ שלום مرحبا 😀", "a\x00b\x1b[31mc\ufffe", "long " * 2000,
]  # fmt: skip
FILE = ROOT / "proofs" / "a folder with ünïcode & %" / "model.py"
HERE = Record(FILE, 7, "T1", "plain", "proved", "proved", 0.12345, by=("Z3",), assurance="proved by one")
VERDICTS = {
    "proved": HERE,
    "refuted": replace(HERE, status="refuted", reason="1 ≤ 0 is false", witness={p.a: 1}),
    "as expected": replace(HERE, status="refuted", expected="refuted", reason="1 ≤ 0 is false", witness={p.a: 1}),
    "surprising": replace(HERE, expected="refuted"),
    "less sure": replace(HERE, require="certified"),
    "unknown": replace(HERE, status="unknown", reason="no answer from z3"),
    "error": replace(HERE, status="error", reason="model.py:7: T1: x is free"),
}
RECORDS = [replace(r, id=f"{n}.{t}", title=title) for n, r in VERDICTS.items() for t, title in enumerate(TITLES)]
FAILING = [r for r in RECORDS if not r.as_expected]
XSD = etree.XMLSchema(etree.parse(ROOT / "tests/data/junit-10.xsd"))
SARIF = jsonschema.Draft7Validator(json.loads((ROOT / "tests/data/sarif-schema-2.1.0.json").read_text()))


def xml(records, total):
    return etree.fromstring(document("junit", records, total).encode())


def test_junit_validates_and_counts():
    found = xml(RECORDS, len(RECORDS))
    assert XSD.validate(found), XSD.error_log
    cases = {case.get("name"): case for case in found.iter("testcase")}
    assert len(cases) == len(RECORDS)
    for record in RECORDS:
        problems = [child for child in cases[record.id] if child.tag in ("failure", "error")]
        assert bool(problems) == (not record.as_expected)
        assert [c.tag for c in problems] == ["error" if record.status == "error" else "failure"] * len(problems)
        assert all(c.get("message") == explained(record) for c in problems)
    (suite,) = found
    assert int(suite.get("failures")) + int(suite.get("errors")) == len(FAILING)


def test_a_document_that_is_not_junit_is_rejected():
    found = xml(RECORDS, len(RECORDS))
    del next(found.iter("testcase")).attrib["name"]
    assert not XSD.validate(found)


def test_claims_that_were_not_reached_are_errors():
    found = xml([HERE], 3)
    assert XSD.validate(found)
    assert len(list(found.iter("error"))) == 2
    assert json.loads(document("sarif", [HERE], 3))["runs"][0]["invocations"] == [{"executionSuccessful": False}]


def test_sarif_validates_and_names_what_failed(monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(ROOT))
    log = json.loads(document("sarif", RECORDS, len(RECORDS)))
    assert not list(SARIF.iter_errors(log))
    (run,) = log["runs"]
    assert len(run["results"]) == len(FAILING)
    for record, result in zip(FAILING, run["results"], strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == record.status
        assert explained(record) in result["message"]["text"]
        (where,) = result["locations"]
        assert ROOT / unquote(where["physicalLocation"]["artifactLocation"]["uri"]) == FILE
        assert where["physicalLocation"]["region"] == {"startLine": 7}
    prints = [result["partialFingerprints"]["claim/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("change", [("version", "2.0"), ("runs", [{"results": []}])])
def test_a_log_that_is_not_sarif_is_rejected(change):
    log = json.loads(document("sarif", [VERDICTS["refuted"]], 1))
    assert list(SARIF.iter_errors({**log, change[0]: change[1]}))


def read_command(line):
    """The level, properties and message of a workflow command, as GitHub's runner reads it."""
    level, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
    unescape = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}

    def plain(text):
        return re.sub("%25|%0D|%0A|%3A|%2C", lambda m: unescape[m[0]], text)

    return level, {k: plain(v) for k, v in (part.split("=", 1) for part in properties.split(","))}, plain(message)


def test_annotations_are_one_line_each_at_file_and_line():
    lines = github(RECORDS, ROOT).split("\n")
    assert lines.pop() == ""
    for record, line in zip(FAILING, lines, strict=True):
        level, properties, message = read_command(line)
        assert level == ("warning" if record.status == "unknown" else "error")
        assert properties == {
            "file": str(FILE.relative_to(ROOT)), "line": "7", "title": f"{record.id}: {record.title}",
        }  # fmt: skip
        assert message == explained(record)


def test_what_keeps_anything_from_being_checked_is_annotated():
    error = ClaimError("does not import\nat all", place=Place(Path("/elsewhere/x.py"), 3))
    assert read_command(of_error(error, ROOT).rstrip("\n"))[1] == {"file": "/elsewhere/x.py", "line": "3", "title": "formal"}
    assert of_error(ClaimError("nothing there", place=None), ROOT) == ""


MODEL = """from formal import parameters, proposition
p = parameters("a b >= 0")
@proposition("T", "true")
def true():
    return 2 * p.a * p.b <= p.a**2 + p.b**2
@proposition("F", "false")
def false():
    return p.a <= p.b
"""


def test_the_commands_print_them(run, tmp_path):
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs/m.py").write_text(MODEL)
    code, out, _ = run("check", "--format", "github")
    assert code == 1
    assert out.splitlines()[0].startswith("::error file=proofs/m.py,line=6,title=F%3A false::refuted: at a = ")
    assert "2 claims: 1 proved" in out
    code, out, _ = run("check", "--format", "sarif")
    assert (code, len(json.loads(out)["runs"][0]["results"])) == (1, 1)
    run("check", "--update")
    code, out, _ = run("replay", "--format", "junit")
    assert code == 1
    assert XSD.validate(etree.fromstring(out.encode()))
    assert out.count("<failure") == 1
    (tmp_path / "proofs/broken.py").write_text(MODEL + "\nimport no_such_module")
    code, out, err = run("check", "--format", "github")
    assert code == 2
    assert out.startswith("::error file=proofs/broken.py,line=10,")
    assert err.startswith("error: ")


def test_without_paths_a_project_says_where_its_proofs_are(run, tmp_path):
    code, _, err = run("check")
    assert code == 2
    assert "[tool.formal] paths in pyproject.toml" in err
    (tmp_path / "models").mkdir()
    (tmp_path / "models/m.py").write_text(MODEL)
    (tmp_path / "pyproject.toml").write_text('[tool.formal]\npaths = ["models"]\n')
    assert "2 claims" in run("check")[1]
    for wrong in ('[tool.formal]\npaths = "models"\n', "[tool"):
        (tmp_path / "pyproject.toml").write_text(wrong)
        code, _, err = run("check")
        assert code == 2
        assert err.startswith("error: pyproject.toml:1: ")
