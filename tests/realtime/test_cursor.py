import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.cursor import LAST_SEQUENCE, Cursor, MalformedCursor


@given(st.from_regex(r"[0-9A-Za-z_-]{1,64}", fullmatch=True).filter(str.isascii), st.integers(0, LAST_SEQUENCE))
def test_a_cursor_comes_back_as_it_was_handed_out(epoch: str, sequence: int) -> None:
    cursor = Cursor(epoch, sequence)

    assert Cursor.parse(str(cursor)) == cursor


def test_a_cursor_is_safe_in_an_address_and_hides_its_parts() -> None:
    text = str(Cursor("a~b", 7))

    assert text.replace("-", "").replace("_", "").isalnum()
    assert ":" not in text


def test_what_is_no_cursor_is_refused_and_told_so() -> None:
    nonsense = ("", "5", "epoch:5", " ZXBvY2g6NQ", "ZXBvY2g6NQ\n", "ZXBvY2g6NQ==", "é", "\x00")
    without_a_part = ("ZXBvY2g", "ZXBvY2g6", "OjU", "ZXBvY2g6LTE", "ZXBvY2g6MDU")

    for text in nonsense + without_a_part:
        with pytest.raises(MalformedCursor, match="no cursor"):
            Cursor.parse(text)


def test_what_is_too_long_too_high_or_written_otherwise_is_refused_too() -> None:
    for text in ("A" * 200, str(Cursor("e", LAST_SEQUENCE + 1)), "ZXBvY2g6NR"):
        with pytest.raises(MalformedCursor):
            Cursor.parse(text)
