"""Records as SARIF 2.1.0, which code scanning services read: a result for each claim that is not as expected.

Source: OASIS (2020), "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", with errata 01 (2023).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from formal import __version__
from formal.check import Record
from formal.report.data import record_data
from formal.report.github import relative
from formal.report.text import explained

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RULES = {
    "refuted": "The claim is false: there is an exact counterexample.",
    "proved": "The claim is proved, although it is expected to be refuted, or less surely than it requires.",
    "unknown": "Whether the claim is true was not decided.",
    "error": "The claim cannot be stated, or contradicts its ledger.",
}


def sarif(records: Sequence[Record], total: int, root: Path) -> str:
    """The log, with paths relative to `root`; the run counts as complete when all of `total` claims were decided."""
    run = {
        "tool": {"driver": {"name": "formal", "version": __version__, "semanticVersion": __version__, "rules": _rules()}},
        "invocations": [{"executionSuccessful": len(records) == total}],
        "results": [_result(record, root) for record in records if not record.as_expected],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rules() -> list[dict[str, Any]]:
    return [{"id": name, "shortDescription": {"text": text}} for name, text in RULES.items()]


def _result(record: Record, root: Path) -> dict[str, Any]:
    file = relative(record.file, root)
    where = file.as_uri() if file.is_absolute() else quote(file.as_posix())
    return {
        "ruleId": record.status,
        "ruleIndex": list(RULES).index(record.status),
        "level": "warning" if record.status == "unknown" else "error",
        "message": {"text": f"{record.id}: {record.title}. {explained(record)}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": where}, "region": {"startLine": record.line}},
                "logicalLocations": [{"name": record.id, "kind": "declaration"}],
            }
        ],
        "partialFingerprints": {"claim/v1": hashlib.sha256(f"{where}\n{record.id}".encode()).hexdigest()},
        "properties": {k: v for k, v in record_data(record).items() if k in ("witness", "assurance", "required", "expected")},
    }
