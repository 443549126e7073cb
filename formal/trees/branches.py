"""The tree of a game, read branch by branch without recursion.

Two ways lead through the same states. *Bites* take a whole leaf, or all that leads into a node, by one regular
expression, where
keys come in the usual order; everything else is read token by token, and so is what is wrong, so that its place is
found. A subtree whose text was read before, byte for byte, is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from formal.errors import ModelError, suggestion
from formal.trees.expression import Expressions, exact_number
from formal.trees.scanner import MARGIN, Scanner
from formal.trees.tree import Tree

REMEMBERED, LONG, SHORT = 1 << 25, 4096, 700


def _pattern(text: str, space: str) -> re.Pattern[bytes]:
    """`_` stands for spaces, `S` for a string without escapes."""
    return re.compile(text.replace("_", space).replace("S", r'"([^"\\\x00-\x1f]*)"').encode())


_EDGE = r'{_"action"_:_S_,_"child"_:_{_(?:"player"_:_S_,_"children"_:_\[_|"utility"_:_\[([^\]]*)\]_}_}_(,?)_)'
_CLOSE, _AFTER = r"\]_}_}_(,?)_", r"_(,?)_"
_TIGHT, _ANY = " *(?:\n *)?", "[ \t\r\n]*"
_ENTRY = r'{_"player"_:_S_,_"value"_:_(?:S|(-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?))_}_'


class BranchReader:
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
        self.raw_player = {name.encode(): i for name, i in self.player.items()}
        self.raw_action = {name.encode(): i for name, i in self.action.items()}
        self.values: dict[bytes, int] = {}
        self.leaves: dict[bytes, int] = {}
        self.subtrees: dict[bytes, tuple[int, int]] = {}
        self.remembered = 0
        self.stack: list[tuple[int, int, list[int]]] = []  # of the nodes above: action to this one, owner, edges read
        self.owner, self.edges = -1, list[int]()  # the node whose children are being read; an owner of -1 is still to come
        self.into = -1  # the action that leads to it; -1 is still to come, -2 the root
        self.comma = False
        self.lines = scanner.buffer.count(b"\n", 0, MARGIN) * 1000 > len(scanner.buffer[:MARGIN])  # laid out with indentation
        tight = b"\t" not in scanner.buffer and b"\r" not in scanner.buffer
        self.entries = _pattern("_" + ",_".join([_ENTRY] * len(players)), _ANY).fullmatch
        self.bite, self.close, self.after = (_pattern(t, _TIGHT if tight else _ANY).match for t in (_EDGE, _CLOSE, _AFTER))

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
        """Read as long as the file is laid out as expected."""
        scan, bite, close, after, leaves, tree = self.scan, self.bite, self.close, self.after, self.leaves, self.tree
        raw_action, raw_player, stack, subtrees, node = self.raw_action, self.raw_player, self.stack, self.subtrees, tree._node
        buffer, pos, owner, edges, into, comma = scan.buffer, scan.pos, self.owner, self.edges, self.into, self.comma
        pending: tuple[int, bytes, int] | None = None  # a subtree to remember: depth of the stack, text, offset of its end
        tails: dict[int, bytes] = {}
        while True:
            if len(buffer) - pos < MARGIN and not scan.ended:
                scan.pos = pos
                scan.fill()
                buffer, pos = scan.buffer, 0
                self.progress(f"{scan.base >> 20} MB read")
            if comma or not edges:
                if pending is None and self.lines:
                    depth = len(stack)
                    tail = tails.get(depth)
                    if tail is None:
                        line = buffer.rfind(b"\n", max(pos - MARGIN, 0), pos)
                        tail = tails[depth] = buffer[line:pos] + b"}" if line >= 0 else b"\n}"
                    end = buffer.find(tail, pos + SHORT, pos + LONG)
                    if end >= 0:
                        text = buffer[pos : end + len(tail)]
                        known = subtrees.get(text)
                        if known is not None:
                            edges += known
                            match = after(buffer, pos + len(text))
                            comma, pos = bool(match[1]), match.end()  # type: ignore[index,union-attr]
                            continue
                        pending = (depth, text, scan.base + pos + len(text))
                match = bite(buffer, pos)
                if match is not None:
                    name, mover, content, separator = match.groups()
                    action = raw_action.get(name)
                    if mover is None:
                        leaf = leaves.get(content)
                        if leaf is None:
                            leaf = self.quick_leaf(content)
                        if action is None or leaf is None:
                            break
                        edges.append(action)
                        edges.append(leaf)
                        comma, pos = separator == b",", match.end()
                        continue
                    player = raw_player.get(mover)
                    if action is None or player is None:
                        break
                    stack.append((into, owner, edges))
                    into, owner, edges, comma, pos = action, player, [], False, match.end()
                    continue
                if comma:
                    break
            match = close(buffer, pos) if edges and owner >= 0 and into >= 0 else None
            if match is None:
                break
            key = (owner, *edges)
            number = node.get(key)
            if number is None:
                if len(set(edges[::2])) * 2 < len(edges):
                    break
                number = tree.node(key)
            action = into
            into, owner, edges = stack.pop()
            edges.append(action)
            edges.append(number)
            comma, pos = match[1] == b",", match.end()
            if pending is not None and len(stack) <= pending[0]:
                if scan.base + buffer.rindex(b"}", 0, pos) + 1 == pending[2]:
                    self.remember(pending[1], action, number)
                pending = None
        scan.pos, self.owner, self.edges, self.into, self.comma = pos, owner, edges, into, comma
        scan.buffer = buffer

    def remember(self, text: bytes, action: int, number: int) -> None:
        self.remembered += len(text)
        if self.remembered > REMEMBERED:
            self.subtrees.clear()
            self.remembered = len(text)
        self.subtrees[text] = (action, number)

    def quick_leaf(self, content: bytes) -> int | None:
        """The leaf with these entries, or None where they are to be read token by token."""
        match = self.entries(content)
        if match is None:
            return None
        groups, values, vector = match.groups(), self.values, [-1] * len(self.players)
        for name, text, number in zip(groups[::3], groups[1::3], groups[2::3], strict=True):
            player = self.raw_player.get(name)
            utility = values.get(number if text is None else text)
            if utility is None:
                try:
                    utility = self.utility(number if text is None else text)
                except (ModelError, UnicodeDecodeError):
                    return None
            if player is None:
                return None
            vector[player] = utility
        if -1 in vector:
            return None
        if len(self.leaves) > 100_000:
            self.leaves.clear()
        found = self.leaves[content] = self.tree.leaf(tuple(vector))
        return found

    def utility(self, text: bytes) -> int:
        if len(self.values) > 500_000:
            self.values.clear()
        found = self.values[text] = self.tree.utility(self.expressions.utility(text.decode("utf-8")))
        return found

    # Token by token.

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

    def edge_keys(self, after: bool = False) -> bool:
        """Keys of a branch up to the child, or those after it; whether there was a child."""
        seen = ({"action"} if self.into >= 0 else set()) | ({"child"} if after else set())
        first = not seen
        while self.scan.another(b"}", first, "a branch"):
            first = False
            key = self.scan.key(("action", "child"), seen, "a branch")
            if key == "child":
                self.scan.want(b"{", "a child")
                return True
            at = self.scan.offset
            name = self.scan.string("an action")
            if name not in self.action:
                raise self.scan.error(f'"{name}" is not among the actions; {suggestion(name, self.action)}', at)
            self.into = self.action[name]
        return False

    def node_keys(self, after: bool = False) -> int | None:
        """Keys of a node up to its children, or those after them; the leaf, if it is one."""
        seen = ({"player"} if self.owner >= 0 else set()) | ({"children"} if after else set())
        first = not seen
        while self.scan.another(b"}", first, "a node"):
            first = False
            key = self.scan.key(("player", "children", "utility"), seen, "a node")
            if key == "utility":
                if len(seen) > 1:
                    raise self.scan.error("a node has either a utility or a player and children")
                return self.leaf()
            if key == "children":
                self.scan.want(b"[", "the list of children")
                self.comma = False
                return None
            at = self.scan.offset
            name = self.scan.string("a player")
            if name not in self.player:
                raise self.scan.error(f'"{name}" is not among the players; {suggestion(name, self.player)}', at)
            self.owner = self.player[name]
        if not after:
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
        found: dict[str, Any] = {}
        while self.scan.another(b"}", not seen, "an entry of a utility"):
            key = self.scan.key(("player", "value"), seen, "an entry of a utility")
            here = self.scan.offset
            if key == "value":
                found[key] = self.entry_value()
                continue
            name = self.scan.string("a player")
            if name not in self.player:
                raise self.scan.error(f'"{name}" is not among the players; {suggestion(name, self.player)}', here)
            found[key] = self.player[name]
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
