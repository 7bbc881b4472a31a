"""A signed transaction, read from its bytes: what it spends, what it pays, and its id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple, Self

# Bytes of a version, a lock time, a sequence number; of an amount; of a transaction's id.
WORD, AMOUNT, ID = 4, 8, 32
# Before a count that does not fit into one byte: how many bytes it has.
COUNT_BYTES = {0xFD: 2, 0xFE: 4, 0xFF: 8}
WITNESSES = b"\x00\x01"


class Paid(NamedTuple):
    satoshis: int
    script: bytes


@dataclass(frozen=True, slots=True)
class Transaction:
    txid: str
    inputs: list[tuple[str, int]]
    outputs: list[Paid]

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """Raises ValueError where the bytes are not exactly one transaction of transparent coins: Litecoin's MWEB is not for us."""
        stream = _Stream(raw)
        version = stream.take(WORD)
        has_witnesses = raw[WORD:].startswith(WITNESSES)
        if has_witnesses:
            stream.take(len(WITNESSES))
        begin = stream.tell()
        inputs = [stream.input() for _ in range(stream.count())]
        outputs = [stream.output() for _ in range(stream.count())]
        body = raw[begin : stream.tell()]
        if has_witnesses:
            for _ in inputs:
                for _ in range(stream.count()):
                    stream.take(stream.count())
        lock_time = stream.take(WORD)
        if stream.read(1) or not inputs:
            raise ValueError("is no transaction")
        # Witnesses are no part of the id: that is what makes it the same whoever signs.
        digest = hashlib.sha256(hashlib.sha256(version + body + lock_time).digest()).digest()
        return cls(digest[::-1].hex(), inputs, outputs)


class _Stream(BytesIO):
    def take(self, length: int) -> bytes:
        taken = self.read(length)
        if len(taken) < length:
            raise ValueError("is cut short")
        return taken

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "little")

    def count(self) -> int:
        first = self.number(1)
        return self.number(COUNT_BYTES[first]) if first in COUNT_BYTES else first

    def input(self) -> tuple[str, int]:
        spent = self.take(ID)[::-1].hex(), self.number(WORD)
        self.take(self.count())
        self.take(WORD)
        return spent

    def output(self) -> Paid:
        return Paid(self.number(AMOUNT), self.take(self.count()))
