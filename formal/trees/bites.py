"""The tree of a game, in large bites.

A *bite* takes a whole leaf, or all that leads into a node, by one regular expression, where keys come in the usual order;
everything else is read token by token (formal.trees.branches). A subtree whose text was read before, byte for byte, is
not read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from formal.errors import ModelError
from formal.trees.branches import Branches
from formal.trees.expression import Expressions
from formal.trees.scanner import MARGIN, Scanner

REMEMBERED, LONG, SHORT = 1 << 25, 4096, 700


def _pattern(text: str, space: str) -> re.Pattern[bytes]:
    """`_` stands for spaces, `S` for a string without escapes."""
    return re.compile(text.replace("_", space).replace("S", r'"([^"\\\x00-\x1f]*)"').encode())


_EDGE = r'{_"action"_:_S_,_"child"_:_{_(?:"player"_:_S_,_"children"_:_\[_|"utility"_:_\[([^\]]*)\]_}_}_(,?)_)'
_CLOSE, _AFTER = r"\]_}_}_(,?)_", r"_(,?)_"
_TIGHT, _ANY = " *(?:\n *)?", "[ \t\r\n]*"
_ENTRY = r'{_"player"_:_S_,_"value"_:_(?:S|(-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?))_}_'


class BranchReader(Branches):
    """Reads one tree; names are checked against those declared."""

    def __init__(
        self,
        scanner: Scanner,
        players: tuple[str, ...],
        actions: tuple[str, ...],
        expressions: Expressions,
        progress: Callable[[str], None],
    ) -> None:
        super().__init__(scanner, players, actions, expressions, progress)
        self.raw_player = {name.encode(): i for name, i in self.player.items()}
        self.raw_action = {name.encode(): i for name, i in self.action.items()}
        self.values: dict[bytes, int] = {}
        self.leaves: dict[bytes, int] = {}
        self.subtrees: dict[bytes, tuple[int, int]] = {}
        self.remembered = 0
        self.lines = scanner.buffer.count(b"\n", 0, MARGIN) * 1000 > len(scanner.buffer[:MARGIN])  # laid out with indentation
        tight = b"\t" not in scanner.buffer and b"\r" not in scanner.buffer
        self.entries = _pattern("_" + ",_".join([_ENTRY] * len(players)), _ANY).fullmatch
        self.bite, self.close, self.after = (_pattern(t, _TIGHT if tight else _ANY).match for t in (_EDGE, _CLOSE, _AFTER))

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
