"""Public ids: the type's name and the row's number, enciphered under a key kept in the database: they tell no order and no count.

A Feistel network of four rounds over 64 bits, keyed by BLAKE2s per type: a permutation, so ids are unique, and nobody without the key can
make the next one.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from models.errors import NotFound
from ops.database import sql

_SHAPE = re.compile(r"([A-Z][A-Za-z]{1,30})_([0-9a-hjkmnp-tv-z]{13})", re.ASCII)
# Crockford's base 32: no letters that are read for one another.
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_LENGTH = 13
_ROUNDS = 4
_HALF = 0xFFFFFFFF
_LARGEST = 2**63 - 1

_key = b""


async def load_key() -> None:
    """Once at the start: ids are the same as long as the database lives."""
    global _key  # noqa: PLW0603 - one database a process
    _key = bytes(await sql.value("SELECT id_key FROM installation"))
    public_id.cache_clear()


def installation_key() -> bytes:
    assert _key, "load_key() comes first"
    return _key


@lru_cache(maxsize=65_536)
def public_id(type_name: str, number: int) -> str:
    left, right = number >> 32, number & _HALF
    for step in range(_ROUNDS):
        left, right = right, left ^ _mix(type_name, step, right)
    return f"{type_name}_{_written(left << 32 | right)}"


def read_id(type_name: str, text: str, *path: str) -> int:
    """The row's number. Raises NotFound for what is no id, or one of another type; never asks the database."""
    match = _SHAPE.fullmatch(text)
    number = _deciphered(type_name, match[2]) if match and match[1] == type_name else None
    if number is None:
        raise NotFound("There is no such thing here.", *path)
    return number


def read_id_or_zero(type_name: str, text: str) -> int:
    """For queries, which answer null for what is not there: no row has the number 0."""
    try:
        return read_id(type_name, text)
    except NotFound:
        return 0


def type_of(text: str) -> str | None:
    """The type that a well-formed id names."""
    match = _SHAPE.fullmatch(text)
    return match[1] if match else None


def _deciphered(type_name: str, digits: str) -> int | None:
    value = 0
    for digit in digits:
        value = value << 5 | _VALUES[digit]
    if value >> 64:
        return None
    left, right = value >> 32, value & _HALF
    for step in reversed(range(_ROUNDS)):
        left, right = right ^ _mix(type_name, step, left), left
    number = left << 32 | right
    return number if 0 <= number <= _LARGEST else None


def _mix(type_name: str, step: int, half: int) -> int:
    block = hashlib.blake2s(half.to_bytes(4) + type_name.encode(), key=installation_key(), person=bytes([step]), digest_size=4)
    return int.from_bytes(block.digest())


def _written(value: int) -> str:
    return "".join(_DIGITS[value >> 5 * place & 31] for place in reversed(range(_LENGTH)))
