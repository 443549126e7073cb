"""The branches of a tree, token by token and without recursion.

What departs from the format is found here, so that its place is known. Files that are laid out as usual are read
faster: formal.trees.bites.
"""

from __future__ import annotations

from collections.abc import Callable

from formal.errors import ModelError, suggestion
from formal.trees.expression import Expressions, exact_number
from formal.trees.scanner import Scanner
from formal.trees.tree import Tree


class Branches:
    """Reads one tree; names are checked against those declared."""

    def __init__(
        self,
        scanner: Scanner,
        players: tuple[str, ...],
        actions: tuple[str, ...],
        expressions: Expressions,
        progress: Callable[[str], None],
    ) -> None:
        self.scan, self.players, self.expressions, self.progress = scanner, players, expressions, progress
        self.tree = Tree()
        self.player = {name: i for i, name in enumerate(players)}
        self.action = {name: self.tree.action_number(name) for name in actions}
        self.stack: list[tuple[int, int, list[int]]] = []  # of the nodes above: action to this one, owner, edges read
        self.owner, self.edges = -1, list[int]()  # the node whose children are being read; an owner of -1 is still to come
        self.into = -1  # the action that leads to it; -1 is still to come, -2 the root
        self.comma = False

    def read(self) -> Tree:
        """The tree that begins here. Raises ModelError with the line, and the history at which it was found."""
        try:
            root = self.root()
        except ModelError as error:
            raise ModelError(error.message + self.where(), place=error.place) from None
        self.progress("")
        self.tree.finish(root)
        return self.tree

    def where(self) -> str:
        """After which moves, for errors."""
        moves = [a for a, _, _ in self.stack] + [self.into]
        names = [self.tree.actions[a] if a >= 0 else "?" for a in moves if a != -2]
        if not names:
            return ""
        return f" (after {'..., ' if len(names) > 8 else ''}{', '.join(names[-8:])})"

    def root(self) -> int:
        self.scan.want(b"{", "the tree")
        self.into = -2
        leaf = self.node_keys()
        if leaf is not None:
            self.node_end()
            return leaf
        while True:
            if self.scan.peek() == b"," and self.edges and not self.comma:
                self.scan.token()
                self.scan.peek()
                self.comma = True
            self.bites()
            done = self.slow_step()
            if done is not None:
                return done

    def bites(self) -> None:
        """Read ahead as far as the file is laid out as expected."""

    def slow_step(self) -> int | None:
        """One branch more, or the end of one; the root when all is read."""
        if not self.comma and self.scan.peek() == b"]":
            self.scan.token()
            if not self.edges:
                raise self.scan.error("a node has no children")
            return self.finish(None)
        if self.edges and not self.comma:
            self.scan.want(b",", "the list of children")
        self.comma = False
        self.scan.want(b"{", "the list of children")
        self.stack.append((self.into, self.owner, self.edges))
        self.into, self.owner, self.edges = -1, -1, []
        if self.edge_keys():
            leaf = self.node_keys()
            return None if leaf is None else self.finish(leaf)
        raise self.scan.error('a branch has no "child"')

    def finish(self, leaf: int | None) -> int | None:
        """What follows the children or the utility of a node: the rest of the node, the rest of its branch."""
        if leaf is None:
            self.node_keys(after=True)
            if self.owner < 0:
                raise self.scan.error('a node with children has no "player"')
            listed = self.edges[::2]
            twice = next((a for i, a in enumerate(listed) if a in listed[:i]), None) if len(set(listed)) < len(listed) else None
            if twice is not None:
                raise self.scan.error(f'a node has the action "{self.tree.actions[twice]}" twice')
            number = self.tree.node((self.owner, *self.edges))
        else:
            self.node_end()
            number = leaf
        if self.into == -2:
            return number
        self.edge_keys(after=True)
        if self.into < 0:
            raise self.scan.error('a branch has no "action"')
        action = self.into
        self.into, self.owner, self.edges = self.stack.pop()
        self.edges += (action, number)
        self.comma = False
        return None

    def until(self, what: str, known: tuple[str, ...], seen: set[str]) -> str:
        """Read the name that an object has, up to a key that opens what is below; that key, or nothing at the object's end."""
        first = not seen
        while self.scan.another(b"}", first, what):
            first = False
            key = self.scan.key(known, seen, what)
            if key == "action":
                self.into = self.named("an action", "actions", self.action)
            elif key == "player":
                self.owner = self.named("a player", "players", self.player)
            else:
                return key
        return ""

    def named(self, what: str, among: str, known: dict[str, int]) -> int:
        """The number of a name that is declared."""
        at = self.scan.offset
        name = self.scan.string(what)
        if name not in known:
            raise self.scan.error(f'"{name}" is not among the {among}; {suggestion(name, known)}', at)
        return known[name]

    def edge_keys(self, after: bool = False) -> bool:
        """Keys of a branch up to the child, or those after it; whether there was a child."""
        seen = ({"action"} if self.into >= 0 else set()) | ({"child"} if after else set())
        if not self.until("a branch", ("action", "child"), seen):
            return False
        self.scan.want(b"{", "a child")
        return True

    def node_keys(self, after: bool = False) -> int | None:
        """Keys of a node up to its children, or those after them; the leaf, if it is one."""
        seen = ({"player"} if self.owner >= 0 else set()) | ({"children"} if after else set())
        key = self.until("a node", ("player", "children", "utility"), seen)
        if key == "utility":
            if len(seen) > 1:
                raise self.scan.error("a node has either a utility or a player and children")
            return self.leaf()
        if key == "children":
            self.scan.want(b"[", "the list of children")
            self.comma = False
        elif not after:
            raise self.scan.error("a node has neither children nor a utility")
        return None

    def node_end(self) -> None:
        if self.scan.another(b"}", False, "a leaf"):
            key = self.scan.string("a key of a leaf")
            raise self.scan.error(f'a leaf has nothing but a utility, and this one has "{key}"')

    def leaf(self) -> int:
        """The entries of a utility."""
        start = self.scan.offset
        self.scan.want(b"[", "a utility")
        found: dict[int, int] = {}
        while self.scan.another(b"]", not found, "a utility"):
            at = self.scan.offset
            player, utility = self.entry()
            if player in found:
                raise self.scan.error(f'a leaf has two utilities for "{self.players[player]}"', at)
            found[player] = utility
        missing = [name for i, name in enumerate(self.players) if i not in found]
        if missing:
            raise self.scan.error(f'a leaf has no utility for "{missing[0]}"', start)
        return self.tree.leaf(tuple(found[i] for i in range(len(self.players))))

    def entry(self) -> tuple[int, int]:
        """One player's utility."""
        at = self.scan.offset
        self.scan.want(b"{", "an entry of a utility")
        seen: set[str] = set()
        found: dict[str, int] = {}
        while self.scan.another(b"}", not seen, "an entry of a utility"):
            key = self.scan.key(("player", "value"), seen, "an entry of a utility")
            found[key] = self.entry_value() if key == "value" else self.named("a player", "players", self.player)
        missing = next((key for key in ("player", "value") if key not in found), None)
        if missing:
            raise self.scan.error(f'an entry of a utility has no "{missing}"', at)
        return found["player"], found["value"]

    def entry_value(self) -> int:
        at = self.scan.offset
        token = self.scan.token()
        try:
            if token[:1] == b'"':
                return self.tree.utility(self.expressions.utility(self.scan.text(token, at)))
            if token[:1] in b"-0123456789":
                number = exact_number(token.decode())
                return self.tree.utility((((), number),) if number else ())
        except ModelError as error:
            raise self.scan.error(error.message, at) from None
        raise self.scan.error("a utility is a number, or an expression in a string", at)
