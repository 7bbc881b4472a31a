"""Free text as people type it: trimmed, measured, without what no database or page should hold."""

from __future__ import annotations

import re

from models.errors import InvalidInput

# Line breaks and tabs are text; every other control character, and those that turn the direction of reading, are tricks or accidents.
# Unicode's categories Cc and Cs, which are complete for good. As one expression, for partners bring megabytes of text at once.
_NEVER_KEPT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\u202a-\\u202e\\u2066-\\u2069]")


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
    if found := _NEVER_KEPT.search(value):
        raise InvalidInput(f"{what} holds a character that cannot be kept (U+{ord(found[0]):04X}).", *path)
    return value
