"""Free text as people type it: trimmed, measured, without what no database or page should hold."""

from __future__ import annotations

import unicodedata

from models.errors import InvalidInput

# Line breaks and tabs are text; every other control character, and those that turn the direction of reading, are tricks or accidents.
_ALLOWED_CONTROLS = frozenset("\n\r\t")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(value: str, longest: int, what: str, *path: str) -> str:
    """`what` begins the sentence of the error, such as "The name"."""
    return _checked(" ".join(value.split()), longest, what, path)


def prose(value: str, longest: int, what: str, *path: str, may_be_empty: bool = False) -> str:
    return _checked(value.strip(), longest, what, path, may_be_empty=may_be_empty)


def _checked(value: str, longest: int, what: str, path: tuple[str, ...], *, may_be_empty: bool = False) -> str:
    if not value and not may_be_empty:
        raise InvalidInput(f"{what} must not be empty.", *path)
    if len(value) > longest:
        raise InvalidInput(f"{what} has at most {longest:,} characters; this has {len(value):,}.", *path)
    for character in value:
        if character in _TURNING or (unicodedata.category(character) in {"Cc", "Cs"} and character not in _ALLOWED_CONTROLS):
            raise InvalidInput(f"{what} holds a character that cannot be kept (U+{ord(character):04X}).", *path)
    return value
