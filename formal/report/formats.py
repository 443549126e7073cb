"""Records as a document, in the formats that other programs read."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from formal.check import Record


def root() -> Path:
    """The folder that services name files from: GitHub's workspace, else the current folder."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())


def document(style: str, records: Sequence[Record], total: int) -> str:
    """The records in the format `style`: json, github, junit or sarif; `total` counts those that were not reached, too."""
    if style == "github":
        from formal.report.github import github

        return github(records, root())
    if style == "junit":
        from formal.report.junit import junit

        return junit(records, total)
    if style == "sarif":
        from formal.report.sarif import sarif

        return sarif(records, total, root())
    from formal.report.data import record_data

    data = {"claims": [record_data(r) for r in records], "total": total}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
