"""Collecting what is wrong with an input, so that one answer tells all of it."""

from __future__ import annotations

from models.errors import InvalidInput, NotFound, Refusal, Refused

# Enough to mend a form by; more would be a page of noise, and an attacker's way to make us write it.
MAX_PROBLEMS = 20


class Problems:
    """What was found wrong so far, each with its whole path. The last one that fits ends the search by raising `Refused`."""

    def __init__(self, *path: str, found: list[Refusal] | None = None) -> None:
        self.path = path
        self.found: list[Refusal] = [] if found is None else found

    def under(self, *path: str) -> Problems:
        """The same collection, seen from further in."""
        return Problems(*self.path, *path, found=self.found)

    def add(self, message: str, *path: str) -> None:
        self._note(InvalidInput(message, *self.path, *path))

    def add_missing(self, message: str, *path: str) -> None:
        """Something was named that does not exist for the caller."""
        self._note(NotFound(message, *self.path, *path))

    def refuse_any(self) -> None:
        if self.found:
            raise Refused(self.found)

    def _note(self, refusal: Refusal) -> None:
        self.found.append(refusal)
        if len(self.found) >= MAX_PROBLEMS:
            raise Refused(self.found)
