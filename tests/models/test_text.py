"""Free text: what is kept of all that there is in Unicode, and what is not."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from models.errors import InvalidInput
from models.text import prose

EVERYTHING = [chr(number) for number in range(sys.maxunicode + 1)]
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NEVER = [each for each in EVERYTHING if each in TURNING or (unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\r\t")]


def test_all_is_kept_but_control_characters_halves_of_characters_and_what_turns_the_reading() -> None:
    kept = "|" + "".join(EVERYTHING).translate(dict.fromkeys(map(ord, NEVER))) + "|"

    assert prose(kept, len(kept), "The text", "text") == kept


def test_what_is_never_kept_is_refused_by_its_number_wherever_it_stands() -> None:
    assert len(NEVER) > 2_048
    for each in NEVER:
        with pytest.raises(InvalidInput, match=f"U\\+{ord(each):04X}"):
            prose(f"before {each} after", 100, "The text", "text")
