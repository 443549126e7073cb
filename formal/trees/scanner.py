"""Tokens of a JSON file, read in pieces: bounded memory, no recursion, and a place for every error."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import BinaryIO

from formal.errors import ModelError, Place, suggestion

PIECE, MARGIN, LONGEST = 1 << 20, 1 << 16, 1 << 24
_SPACE = re.compile(rb"[ \t\r\n]*")
_TOKEN = re.compile(
    rb'[ \t\r\n]*(?:([{}\[\],:])|("(?:[^"\\\x00-\x1f]|\\.)*")'
    rb"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])|(true|false|null)\b)"
)


class Scanner:
    """The bytes of a file from `pos` on, and tokens of them."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.buffer = b""
        self.pos = self.base = 0
        self.ended = False
        self.fill()
        if self.buffer.startswith(b"\xef\xbb\xbf"):
            self.pos = 3

    def fill(self) -> None:
        """Read a piece more, and forget what is done with."""
        piece = self.file.read(PIECE)
        self.ended = len(piece) < PIECE
        self.base += self.pos
        self.buffer = self.buffer[self.pos :] + piece
        self.pos = 0

    def ready(self) -> None:
        """See to it that a margin of bytes is there, if the file has them."""
        if not self.ended and len(self.buffer) - self.pos < MARGIN:
            self.fill()

    def seek(self, offset: int) -> None:
        self.file.seek(offset)
        self.buffer, self.pos, self.base = b"", 0, offset
        self.fill()

    @property
    def offset(self) -> int:
        return self.base + self.pos

    def token(self) -> bytes:
        """The next token; strings with their quotes. Raises ModelError where there is none, or the file ends."""
        self.ready()
        match = _TOKEN.match(self.buffer, self.pos)
        while (match is None or match.end() == len(self.buffer)) and not self.ended:
            if len(self.buffer) - self.pos > LONGEST:
                raise self.error(f"a value has more than {LONGEST:,} bytes")
            self.fill()
            match = _TOKEN.match(self.buffer, self.pos)
        self.pos = (match or _SPACE.match(self.buffer, self.pos)).end()  # type: ignore[union-attr]
        if match is None:
            raise self._unreadable()
        return match.group().lstrip()

    def peek(self) -> bytes:
        """The next character that is not a space, without taking it; nothing at the end of the file."""
        while True:
            self.pos = _SPACE.match(self.buffer, self.pos).end()  # type: ignore[union-attr]
            if self.pos < len(self.buffer) or self.ended:
                return self.buffer[self.pos : self.pos + 1]
            self.fill()

    def _unreadable(self) -> ModelError:
        rest = self.buffer[self.pos : self.pos + 20]
        if not rest:
            return self.error("the file ends in the middle of the game: it is truncated")
        if rest[:1] == b'"':
            line = self.buffer[self.pos + 1 : self.pos + 200]
            if self.ended and b'"' not in line and b"\n" not in line:
                return self.error("the file ends in the middle of a string: it is truncated")
            return self.error("this string is not valid JSON: it does not end, or has a control character in it")
        shown = rest.decode("utf-8", "replace").split()[0]
        return self.error(f'"{shown}" is not JSON')

    def want(self, wanted: bytes, what: str) -> None:
        """Take one sign, or raise ModelError that says what it was wanted for."""
        at = self.offset
        token = self.token()
        if token != wanted:
            raise self.error(f"{what} needs {wanted.decode()!r} here, not {_shown(token)}", at)

    def string(self, what: str) -> str:
        at = self.offset
        token = self.token()
        if token[:1] != b'"':
            raise self.error(f"{what} is a string, not {_shown(token)}", at)
        return self.text(token, at)

    def text(self, token: bytes, at: int) -> str:
        """What a string token says."""
        try:
            return str(json.loads(token))
        except ValueError as error:
            raise self.error(f"this string is not valid JSON: {error}", at) from None

    def key(self, known: tuple[str, ...], seen: set[str], what: str) -> str:
        """A key of an object and its colon. Raises ModelError for one that is unknown or comes twice."""
        at = self.offset
        key = self.string(f"a key of {what}")
        if key not in known:
            raise self.error(f'{what} has no key "{key}"; {suggestion(key, known)}', at)
        if key in seen:
            raise self.error(f'{what} has the key "{key}" twice', at)
        seen.add(key)
        self.want(b":", f'the key "{key}"')
        return key

    def another(self, close: bytes, first: bool, what: str) -> bool:
        """Whether an array or object goes on; takes the comma, or what closes it."""
        at = self.offset
        if self.peek() == close:
            self.token()
            return False
        if first:
            return True
        token = self.token()
        if token != b",":
            raise self.error(f'{what} needs "," or {close.decode()!r} here, not {_shown(token)}', at)
        if self.peek() == close:
            raise self.error(f'{what} has a "," after its last item')
        return True

    def skip(self) -> None:
        """Pass over a value of any kind; what is inside it is read later."""
        depth = 0
        while True:
            token = self.token()
            depth += (token in (b"{", b"[")) - (token in (b"}", b"]"))
            if depth <= 0:
                return

    def error(self, message: str, offset: int | None = None) -> ModelError:
        """An error at an offset of the file: by default, here."""
        offset = self.offset if offset is None else offset
        with open(self.path, "rb") as file:
            lines, rest = 1, offset
            while rest > 0 and (piece := file.read(min(rest, PIECE))):
                lines, rest = lines + piece.count(b"\n"), rest - len(piece)
            ahead = file.read(200)
        blank = re.match(rb"[ \t\r\n]*", ahead)
        lines += blank.group().count(b"\n") if blank and blank.end() < len(ahead) else 0
        return ModelError(message, place=Place(self.path, lines))


def _shown(token: bytes) -> str:
    text = token.decode("utf-8", "replace")
    return text if len(text) <= 40 else text[:37] + "..."
