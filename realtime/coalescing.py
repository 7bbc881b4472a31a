"""Hints, at most one a second for each project: the first is told at once, those that follow within the second are one at its end."""

from __future__ import annotations

from collections.abc import Iterable

from realtime.topics import is_coalesced

SECONDS = 1.0


class Coalescing:
    """Knows no clock: `now` is the caller's, in seconds."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._waiting: set[str] = set()

    def offer(self, topics: Iterable[str], now: float) -> list[str]:
        """Takes hints in, and gives all that may be told now."""
        at_once = []
        for topic in dict.fromkeys(topics):
            if is_coalesced(topic):
                self._waiting.add(topic)
            else:
                at_once.append(topic)
        self._told = {topic: at for topic, at in self._told.items() if now - at < SECONDS}
        due = sorted(self._waiting - self._told.keys())
        self._waiting.difference_update(due)
        self._told.update(dict.fromkeys(due, now))
        return at_once + due

    def seconds_to_next(self, now: float) -> float | None:
        """How long until a hint that waits may be told; None where none waits."""
        if not self._waiting:
            return None
        return max(0.0, min(self._told[topic] for topic in self._waiting) + SECONDS - now)
