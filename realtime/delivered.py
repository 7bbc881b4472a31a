"""One event of a durable topic as a subscriber gets it, and its form in Redis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import orjson

from realtime.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Delivered:
    cursor: Cursor
    topic: str
    kind: str
    """The event's name in the schema, such as VerdictIssued."""
    ids: dict[str, int]
    """Rows by their part in the event, such as {"verdict": 5}: read when the event is shown."""
    at: datetime

    @property
    def sequence(self) -> int:
        return self.cursor.sequence

    @classmethod
    def of(cls, epoch: str, topic: str, entry: list[Any]) -> Self:
        """From an entry's decoded JSON: [sequence, kind, ids, ISO 8601 time]."""
        sequence, kind, ids, at = entry
        return cls(Cursor(epoch, sequence), topic, kind, ids, datetime.fromisoformat(at))

    def entry(self) -> bytes:
        return orjson.dumps([self.sequence, self.kind, self.ids, self.at])
