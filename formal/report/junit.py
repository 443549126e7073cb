"""Records as JUnit XML: a suite for each file, a case for each claim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from formal.check import Record
from formal.report.text import explained, shown_path

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # Extensible Markup Language 1.0, section 2.2


def junit(records: Sequence[Record], total: int) -> str:
    """The document, with how many of the `total` claims were not reached as a property of it."""
    document = JUnitXml("formal")
    for file, found in groupby(records, key=lambda record: record.file):
        name, claims = _plain(shown_path(file)), list(found)
        suite = TestSuite(name)
        suite.add_testcases([_case(record, name) for record in claims])
        suite.time = round(sum(record.seconds for record in claims), 3)
        document.add_testsuite(suite)
    if missing := total - len(records):
        unreached = TestSuite("not reached")
        unreached.add_testcases([_unreached(number) for number in range(1, missing + 1)])
        document.add_testsuite(unreached)
    document.time = round(sum(record.seconds for record in records), 3)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + bytes(document.tostring()).decode("utf-8") + "\n"


def _case(record: Record, suite: str) -> TestCase:
    case = TestCase(_plain(record.id), suite.removesuffix(".py").replace("/", "."), round(record.seconds, 3))
    said = f"{explained(record)}\n{record.title}"
    if record.as_expected:
        case.system_out = _plain(said)
        return case
    kind = Error if record.status == "error" else Failure
    problem = kind(_plain(explained(record)), record.status)
    problem.text = _plain(f"{shown_path(record.file)}:{record.line}: {said}")
    case.result = [problem]
    return case


def _unreached(number: int) -> TestCase:
    case = TestCase(f"claim {number} that was not reached", "formal", 0)
    case.result = [Error("interrupted before it was decided", "interrupted")]
    return case


def _plain(text: str) -> str:
    """The text without characters that XML does not allow."""
    return _NOT_XML.sub("\ufffd", text)
