"""How surely a claim is decided, and what a claim may require.

Of what is proved the surest is *checked by Rocq*, whose own kernel accepted the certificates; then *certified*: the toolkit's
kernel accepted them, for the claim and for all that it rests on; then *proved by two* solvers that agree; then *proved by one*.
What is refuted has an exact witness, which is enough.
"""

from __future__ import annotations

from typing import Literal

ROCQ, CERTIFIED, TWO, ONE = "checked by Rocq", "certified", "proved by two", "proved by one"
WITNESSED, UNKNOWN = "refuted with exact witness", "unknown"
ORDER = (ROCQ, CERTIFIED, TWO, ONE)
Require = Literal["", "two", "certified", "rocq"]
REQUIRED: dict[str, str] = {"": ONE, "two": TWO, "certified": CERTIFIED, "rocq": ROCQ}


def of_status(status: str, confirmed: bool = False) -> str:
    """What a verdict is worth when nothing but solvers was asked; `confirmed` when two of them had to agree."""
    return {"proved": TWO if confirmed else ONE, "refuted": WITNESSED, "unknown": UNKNOWN}.get(status, "")


def falls_short(level: str, require: str) -> bool:
    """Whether what is proved at this level is less sure than is required."""
    return level in ORDER and ORDER.index(level) > ORDER.index(REQUIRED[require])
