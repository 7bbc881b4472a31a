"""Signed addresses of stored files."""

from urllib.parse import parse_qs, urlsplit

import pytest

from schema.assets import asset_url, check

SHA = "ab" * 32
NOON = 1_800_000_000.0


@pytest.fixture(autouse=True)
def clean_slate() -> None:
    """In place of the one that empties the database."""


def parts(url: str) -> tuple[str, str, str]:
    """The hash, the expiry and the signature of an address."""
    split = urlsplit(url)
    query = parse_qs(split.query)
    return split.path.removeprefix("/assets/"), query["exp"][0], query["sig"][0]


def test_an_address_works_for_an_hour_at_least_and_an_hour_and_a_quarter_at_most() -> None:
    address = parts(asset_url(SHA, at=NOON + 7))

    assert check(*address, at=NOON + 7)
    assert check(*address, at=NOON + 7 + 3600)
    assert not check(*address, at=NOON + 7 + 4500)


def test_an_address_stays_the_same_within_a_quarter_of_an_hour() -> None:
    assert asset_url(SHA, at=NOON + 1) == asset_url(SHA, at=NOON + 899)
    assert asset_url(SHA, at=NOON + 1) != asset_url(SHA, at=NOON + 901)


def test_an_address_made_now_works_now() -> None:
    assert check(*parts(asset_url(SHA)))


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (0, "cd" * 32),
        (0, SHA + "\n"),
        (0, "ä\ud800"),
        (1, "1800004500"),
        (1, "01800003600"),
        (1, "+1800003600"),
        (1, "١٨٠٠٠٠٣٦٠٠"),
        (1, "9" * 5000),
        (1, ""),
        (1, "later"),
        (2, "0" * 64),
        (2, ""),
        (2, "ä"),
    ],
)
def test_an_address_that_was_tampered_with_does_not_work(part: int, other: str) -> None:
    address = list(parts(asset_url(SHA, at=NOON)))
    assert address[1] == "1800003600"
    address[part] = other

    assert not check(address[0], address[1], address[2], at=NOON)
