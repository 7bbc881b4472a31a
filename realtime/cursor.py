"""Where a reader stands in a topic: opaque to clients, epoch and sequence to us."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Self

SHAPE = re.compile(r"([0-9A-Za-z_-]{1,64}):(0|[1-9][0-9]{0,18})", re.ASCII)
LONGEST = 120
"""Characters of the longest cursor there can be, and some: what is longer is not even decoded."""
LAST_SEQUENCE = 2**63 - 1


class MalformedCursor(ValueError):
    def __init__(self) -> None:
        super().__init__("This is no cursor. Pass one as it was handed out, or leave `after` away.")


class CursorExpired(Exception):
    """The past that was asked for is gone: the reader reads the state anew."""

    code = "CURSOR_EXPIRED"

    def __init__(self) -> None:
        super().__init__("What came after this cursor is not kept any more: read the state anew and go on from its cursor.")


@dataclass(frozen=True, slots=True)
class Cursor:
    epoch: str
    """Which numbering: it changes when numbering starts anew. Letters, digits, `-` and `_`."""
    sequence: int
    """The last event seen; 0 before the first."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MalformedCursor for whatever `str(cursor)` cannot have made."""
        if len(text) > LONGEST:
            raise MalformedCursor
        try:
            plain = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
        except (binascii.Error, UnicodeError) as error:
            raise MalformedCursor from error
        match = SHAPE.fullmatch(plain)
        if match is None or int(match[2]) > LAST_SEQUENCE:
            raise MalformedCursor
        cursor = cls(match[1], int(match[2]))
        if str(cursor) != text:
            raise MalformedCursor
        return cursor

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.epoch}:{self.sequence}".encode()).decode().rstrip("=")
