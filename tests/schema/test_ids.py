"""Public ids and seals: they tell nothing, are bound to their type or purpose, and nobody makes them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.errors import NotFound
from schema import ids
from schema.ids import public_id, read_id, read_id_or_zero, type_of
from schema.seal import LONGEST, sealed, unsealed

NUMBERS = st.integers(0, 2**63 - 1)
TYPES = st.sampled_from(["Project", "Item", "Annotation", "Wallet"])


@pytest.fixture(autouse=True)
async def key(emptied: None) -> None:
    await ids.load_key()


@given(number=NUMBERS, name=TYPES)
def test_an_id_is_read_back_as_the_number_that_it_was_made_of(number: int, name: str) -> None:
    public = public_id(name, number)

    assert read_id(name, public) == number
    assert type_of(public) == name


@given(one=NUMBERS, other=NUMBERS, name=TYPES)
def test_two_rows_never_share_an_id(one: int, other: int, name: str) -> None:
    assume(one != other)

    assert public_id(name, one) != public_id(name, other)


@given(number=NUMBERS, name=TYPES, other=TYPES)
def test_an_id_of_another_type_is_none_and_its_digits_are_another_number(number: int, name: str, other: str) -> None:
    assume(name != other)
    public = public_id(name, number)

    with pytest.raises(NotFound) as refused:
        read_id(other, public, "input", "id")
    assert refused.value.path == ("input", "id")
    assert read_id_or_zero(other, public) == 0
    # Rows are numbered from 1: 0 stands for "no id".
    assert number == 0 or read_id_or_zero(other, f"{other}_{public.partition('_')[2]}") != number


@given(text=st.one_of(st.text(max_size=40), st.from_regex(r"Project_[0-9a-z]{12,14}", fullmatch=True)))
def test_whatever_is_no_id_is_not_found_and_nothing_else_happens(text: str) -> None:
    number = read_id_or_zero("Project", text)

    assert number == 0 or public_id("Project", number) == text


def test_ids_tell_neither_order_nor_count() -> None:
    public = [public_id("Annotation", number) for number in range(1, 1_001)]

    assert len(set(public)) == 1_000
    assert public != sorted(public)
    # Neighbours differ in about half of their bits: in most of their 13 digits.
    differing = [sum(a != b for a, b in zip(one[-13:], other[-13:], strict=True)) for one, other in pairwise(public)]
    assert sum(differing) / len(differing) > 11.5
    rises = sum(one < other for one, other in pairwise(public))
    assert 400 < rises < 600


@given(text=st.binary(max_size=LONGEST))
def test_a_seal_is_opened_for_its_own_purpose_only(text: bytes) -> None:
    seal = sealed("cursor of one list", text)

    assert unsealed("cursor of one list", seal) == text
    assert unsealed("cursor of another", seal) is None
    assert sealed("cursor of one list", text) == seal


@given(text=st.binary(min_size=1, max_size=LONGEST), at=st.integers(0, 200), by=st.sampled_from("AZaz09-_=+ é"))
def test_a_seal_that_was_touched_is_none(text: bytes, at: int, by: str) -> None:
    seal = sealed("cursor", text)
    at %= len(seal)
    touched = seal[:at] + by + seal[at + 1 :]
    assume(touched != seal)

    assert unsealed("cursor", touched) is None


@given(text=st.text(max_size=200))
def test_whatever_is_no_seal_is_none(text: str) -> None:
    assert unsealed("cursor", text) is None
