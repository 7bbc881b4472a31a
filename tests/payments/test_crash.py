"""Ten schedules of crashes: `make prove ONLY=crash N=200` plays more of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bench.crash import Theatre
from payments.regtest import Regtest
from tests.support.servers import DATA_DIR

SCHEDULES = 10

pytestmark = pytest.mark.needs("litecoind")


@pytest.fixture
async def theatre(emptied: None) -> AsyncIterator[Theatre]:
    """With a node of its own, whose wallet holds what the empty ledger says: what it was given."""
    regtest = Regtest(DATA_DIR / "crash")
    await regtest.up()
    try:
        async with Theatre.opened(regtest) as theatre:
            yield theatre
    finally:
        await regtest.kill()


async def test_wherever_workers_and_the_node_are_killed_each_withdrawal_is_paid_once_and_all_books_agree(theatre: Theatre) -> None:
    for number in range(SCHEDULES):
        # So far apart that the first deaths lie all the way from the claim to the settlement.
        await theatre.play(number * theatre.boundaries // SCHEDULES + number)

    assert theatre.tally.schedules == SCHEDULES
    assert sum(theatre.tally.deaths.values()) >= SCHEDULES // 2
