"""What may stand in a text that people wrote."""

from __future__ import annotations

import re

# PostgreSQL stores no NUL and UTF-8 no half of a surrogate pair: these can be kept nowhere, not even in a draft.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Besides tab, line feed and carriage return nobody types these; they break exports, hide text, or turn the direction of reading.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def fault_in(text: object, longest: int, *, unstorable: re.Pattern[str] = CONTROL) -> str | None:
    """What keeps `text` from being taken, or None. `longest` counts Unicode code points."""
    if not isinstance(text, str):
        return "This must be a text."
    if len(text) > longest:
        return f"This text has {len(text):,} characters; at most {longest:,} are taken."
    if found := unstorable.search(text):
        return f"The character at position {found.start() + 1} (U+{ord(found[0]):04X}) cannot be in a text."
    return None
