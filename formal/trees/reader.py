"""CheckMate's input format, read in one pass.

The format is a JSON object with the keys of `KEYS`; see docs/how-to/security.md. A tree that comes before what it
needs is passed over and read at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from formal.errors import ModelError
from formal.memory import kept
from formal.trees.bites import BranchReader
from formal.trees.expression import Clause, Expressions
from formal.trees.game import PROPERTIES, History, SecurityGame, check_history
from formal.trees.polynomial import Symbols
from formal.trees.scanner import Scanner

KEYS = (
    "players",
    "actions",
    "infinitesimals",
    "constants",
    "initial_constraints",
    "property_constraints",
    "honest_histories",
    "tree",
)
BEFORE_TREE = ("players", "actions", "infinitesimals", "constants")
FURTHER = {name.replace(" ", "_"): name for name in PROPERTIES}
Located = tuple[str, int]


def read_game(path: Path, progress: Callable[[str], None] = lambda _: None) -> SecurityGame:
    """The game in a file. Raises ModelError that names the line where the file departs from the format."""
    with kept(), open(path, "rb") as file:
        return _Reader(Scanner(path, file), progress).game()


class _Reader:
    def __init__(self, scanner: Scanner, progress: Callable[[str], None]) -> None:
        self.scanner, self.progress = scanner, progress
        self.found: dict[str, Any] = {}
        self.tree: Any = None
        self.tree_at = 0

    def game(self) -> SecurityGame:
        scan = self.scanner
        if not scan.peek():
            raise scan.error("the file is empty")
        scan.want(b"{", "a game")
        seen: set[str] = set()
        while scan.another(b"}", not seen, "the game"):
            self.section(scan.key(KEYS, seen, "the game"), seen)
        if scan.peek():
            raise scan.error("something follows the game")
        missing = [key for key in KEYS if key not in seen]
        if missing:
            raise scan.error(f'the game has no "{missing[0]}"')
        if self.tree is None:
            scan.seek(self.tree_at)
            self.read_tree()
        return self.assembled()

    def section(self, key: str, seen: set[str]) -> None:
        """The value of one key of the game."""
        if key == "tree":
            self.tree_at = self.scanner.offset
            if all(name in seen for name in BEFORE_TREE):
                self.read_tree()
            else:
                self.scanner.skip()
        elif key == "property_constraints":
            self.found[key] = self.further()
        elif key == "honest_histories":
            self.found[key] = self.histories()
        elif key == "initial_constraints":
            self.found[key] = self.strings(key)
        else:
            self.found[key] = self.names(key)

    def strings(self, what: str) -> list[Located]:
        """An array of strings, each with its offset."""
        self.scanner.want(b"[", what)
        found: list[Located] = []
        while self.scanner.another(b"]", not found, what):
            at = self.scanner.offset
            found.append((self.scanner.string(f"an item of {what}"), at))
        return found

    def names(self, what: str) -> tuple[str, ...]:
        """An array of different names."""
        found: dict[str, None] = {}
        for name, at in self.strings(what):
            if name in found:
                raise self.scanner.error(f'{what} has "{name}" twice', at)
            symbol = what in ("constants", "infinitesimals")
            if symbol and not re.fullmatch(r"[^\W\d]\w*", name):
                raise self.scanner.error(
                    f'"{name}" cannot be a name in {what}; write letters, digits and underscores, a digit not first', at
                )
            if symbol and any(name in self.found.get(k, ()) for k in ("constants", "infinitesimals")):
                raise self.scanner.error(f'"{name}" is both a constant and an infinitesimal', at)
            found[name] = None
        if what == "players" and not found:
            raise self.scanner.error("the game has no players")
        return tuple(found)

    def further(self) -> dict[str, list[Located]]:
        what = "property_constraints"
        self.scanner.want(b"{", what)
        seen: set[str] = set()
        found = {}
        while self.scanner.another(b"}", not seen, what):
            key = self.scanner.key(tuple(FURTHER), seen, what)
            found[FURTHER[key]] = self.strings(key)
        return found

    def histories(self) -> list[tuple[History, int]]:
        what = "honest_histories"
        self.scanner.want(b"[", what)
        found: list[tuple[History, int]] = []
        while self.scanner.another(b"]", not found, what):
            at = self.scanner.offset
            found.append((tuple(name for name, _ in self.strings("an honest history")), at))
        if not found:
            raise self.scanner.error("honest_histories has no history; give at least one")
        return found

    def read_tree(self) -> None:
        players, actions = self.found["players"], self.found["actions"]
        symbols = Symbols(self.found["constants"], self.found["infinitesimals"])
        self.tree = BranchReader(self.scanner, players, actions, Expressions(symbols), self.progress).read()

    def assembled(self) -> SecurityGame:
        players = self.found["players"]
        symbols = Symbols(self.found["constants"], self.found["infinitesimals"])
        expressions = Expressions(symbols)

        def clauses(listed: list[Located]) -> tuple[Clause, ...]:
            return tuple(self.located(expressions.constraint, text, at) for text, at in listed)

        for history, at in self.found["honest_histories"]:
            self.located(lambda h: check_history(self.tree, h, players, None), history, at)
        return SecurityGame(
            players,
            symbols,
            self.tree,
            tuple(history for history, _ in self.found["honest_histories"]),
            clauses(self.found["initial_constraints"]),
            {name: clauses(listed) for name, listed in self.found["property_constraints"].items()},
            self.scanner.path.name,
        )

    def located(self, read: Callable[[Any], Any], what: Any, at: int) -> Any:
        """What `read` makes of something, or its error with the place."""
        try:
            return read(what)
        except ModelError as error:
            raise self.scanner.error(error.message, at) from None
