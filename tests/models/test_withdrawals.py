"""Withdrawals: asked for once, held, cancelled or refused; whatever races."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from models import Coin, Withdrawal, WithdrawalState
from models.errors import BelowMinimum, Conflict, IdempotencyMismatch, InsufficientFunds, InvalidInput, Refusal, TooLate
from models.ledger_proof import verify
from ops.database import sql
from ops.settings import settings
from tests.support.payouts import an_annotator_with, purse, requested
from tests.support.sql import until_somebody_waits
from tests.support.world import an_admin

ADDRESS = "rltc1q3kquwp848h4juq7rl5q3wqsr29pd3d6wprzz8k"
OTHER = "rltc1q0xcqpzrky6eff2g52qdye53xkk9jxkvrj5tqvt"


async def test_a_request_moves_the_money_aside_and_tells_its_owner() -> None:
    annotator = await an_annotator_with(2_000_000)

    withdrawal = await requested(annotator, 1_500_000)

    assert (withdrawal.state, withdrawal.fee, withdrawal.held_until) == (WithdrawalState.REQUESTED, 0, None)
    assert [step["state"] for step in withdrawal.timeline] == ["REQUESTED"]
    assert await purse(annotator) == (500_000, 1_500_000, 0)
    told = await sql.rows("SELECT ids FROM events WHERE kind = 'WithdrawalChanged' AND topic = $1", f"user:{annotator.id}")
    assert len(told) == 1
    assert await verify() == []


async def test_the_same_key_gives_the_first_again_even_when_the_money_is_gone() -> None:
    annotator = await an_annotator_with(1_000_000)
    first = await requested(annotator, 1_000_000, key="mine")

    again = await requested(annotator, 1_000_000, key="mine")

    assert again.id == first.id
    assert await purse(annotator) == (0, 1_000_000, 0)


@pytest.mark.parametrize(
    ("coin", "address", "amount"),
    [(Coin.LTC, ADDRESS, 600_000), (Coin.LTC, OTHER, 500_000), (Coin.BCH, ADDRESS, 500_000)],
    ids=["another amount", "another address", "another coin"],
)
async def test_the_same_key_with_another_input_is_refused(coin: Coin, address: str, amount: int) -> None:
    annotator = await an_annotator_with(2_000_000)
    await requested(annotator, 500_000, key="mine", address=ADDRESS)

    with pytest.raises(IdempotencyMismatch):
        await requested(annotator, amount, key="mine", address=address, coin=coin)

    assert await purse(annotator) == (1_500_000, 500_000, 0)


async def test_two_people_may_use_the_same_key() -> None:
    one, other = await an_annotator_with(500_000), await an_annotator_with(500_000)

    assert (await requested(one, 500_000, key="k")).id != (await requested(other, 500_000, key="k")).id


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [(499_999, BelowMinimum), (1, BelowMinimum), (1_000_001, InsufficientFunds)],
)
async def test_what_is_too_little_or_too_much_is_refused(amount: int, refusal: type[Refusal]) -> None:
    annotator = await an_annotator_with(1_000_000)

    with pytest.raises(refusal):
        await requested(annotator, amount)

    assert await purse(annotator) == (1_000_000, 0, 0)
    assert await Withdrawal.all().count() == 0


async def test_the_minimum_comes_before_the_funds() -> None:
    with pytest.raises(BelowMinimum):
        await requested(await an_annotator_with(0), 1)


async def test_sixty_four_equal_requests_at_once_make_one_withdrawal() -> None:
    annotator = await an_annotator_with(5_000_000)

    made = await asyncio.gather(*(requested(annotator, 500_000, key="once") for _ in range(64)))

    assert len({withdrawal.id for withdrawal in made}) == 1
    assert await purse(annotator) == (4_500_000, 500_000, 0)
    assert await verify() == []


async def test_requests_for_the_same_balance_at_once_never_take_more_than_is_there() -> None:
    annotator = await an_annotator_with(1_700_000)

    made = await asyncio.gather(*(requested(annotator, 500_000) for _ in range(20)), return_exceptions=True)

    assert sum(isinstance(one, Withdrawal) for one in made) == 3
    assert all(isinstance(one, Withdrawal | InsufficientFunds) for one in made)
    assert await purse(annotator) == (200_000, 1_500_000, 0)
    assert await verify() == []


async def test_cancelling_returns_the_money_once() -> None:
    annotator = await an_annotator_with(800_000)
    withdrawal = await requested(annotator, 800_000)

    cancelled = await asyncio.gather(*(withdrawal.cancel() for _ in range(8)))

    assert {each.state for each in cancelled} == {WithdrawalState.CANCELLED}
    assert await purse(annotator) == (800_000, 0, 0)
    assert [step["state"] for step in (await withdrawal.reread()).timeline] == ["REQUESTED", "CANCELLED"]
    assert await verify() == []


async def test_an_admin_holds_releases_and_refuses_with_a_reason_on_record() -> None:
    annotator, admin = await an_annotator_with(800_000), await an_admin()
    withdrawal = await requested(annotator, 800_000)
    until = await sql.now() + timedelta(days=2)

    held = await withdrawal.hold(by=admin, until=until, reason="The address is on a list.")
    assert (held.held_until, held.hold_reason) == (until, "The address is on a list.")
    released = await withdrawal.release(by=admin, reason="A mistake.")
    assert released.held_until is None
    assert not released.hold_reason
    refused = await withdrawal.refuse(by=admin, reason="Stolen account.")

    assert (refused.state, refused.reason) == (WithdrawalState.FAILED, "Stolen account.")
    assert await purse(annotator) == (800_000, 0, 0)
    acts = await sql.rows("SELECT action FROM audit_entries WHERE actor_id = $1 ORDER BY id", admin.id)
    assert [row["action"] for row in acts] == ["holdWithdrawal", "releaseWithdrawal", "refuseWithdrawal"]
    with pytest.raises(TooLate):
        await withdrawal.cancel()
    for act in (withdrawal.release(by=admin, reason="x"), withdrawal.refuse(by=admin, reason="x")):
        with pytest.raises(Conflict):
            await act
    assert await verify() == []


@pytest.mark.parametrize("days", [-1, 0, 31])
async def test_a_hold_ends_in_the_near_future(days: int) -> None:
    withdrawal, admin = await requested(await an_annotator_with(500_000), 500_000), await an_admin()

    with pytest.raises(InvalidInput):
        await withdrawal.hold(by=admin, until=await sql.now() + timedelta(days=days), reason="Because.")

    assert (await withdrawal.reread()).held_until is None


@pytest.fixture
def held_for_a_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PAYOUT_HOLD_HOURS", "24")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def hours_held(withdrawal: Withdrawal) -> float:
    assert withdrawal.held_until is not None
    return (withdrawal.held_until - withdrawal.requested_at) / timedelta(hours=1)


async def test_the_first_withdrawal_and_those_to_a_new_address_wait_for_as_long_as_the_setting_says(held_for_a_day: None) -> None:
    annotator = await an_annotator_with(3_000_000)

    first = await requested(annotator, 500_000, address=ADDRESS)
    again = await requested(annotator, 500_000, address=ADDRESS)
    elsewhere = await requested(annotator, 500_000, address=OTHER)

    assert (hours_held(first), hours_held(elsewhere)) == (24, 24)
    assert "first withdrawal" in str(first.hold_reason)
    assert "new address" in str(elsewhere.hold_reason)
    assert again.held_until is None


async def test_what_was_cancelled_makes_no_address_known(held_for_a_day: None) -> None:
    annotator = await an_annotator_with(2_000_000)
    await (await requested(annotator, 500_000, address=ADDRESS)).cancel()

    after_a_cancelled = await requested(annotator, 500_000, address=ADDRESS)
    await Withdrawal.refuse_each({after_a_cancelled.id: "Nothing can be paid to this address."})
    after_a_failed = await requested(annotator, 500_000, address=ADDRESS)

    assert "first withdrawal" in str(after_a_cancelled.hold_reason)
    assert "first withdrawal" in str(after_a_failed.hold_reason)


async def test_how_many_were_refused_is_told_and_each_owner_hears_of_it() -> None:
    annotator = await an_annotator_with(2_000_000)
    waiting, gone = await requested(annotator, 500_000), await requested(annotator, 500_000)
    await gone.cancel()
    told = "SELECT count(*) FROM events WHERE kind = 'WithdrawalChanged' AND topic = $1"
    before = await sql.value(told, f"user:{annotator.id}")

    assert await Withdrawal.refuse_each({waiting.id: "Too little.", gone.id: "Too little."}) == 1

    assert await sql.value(told, f"user:{annotator.id}") == before + 1
    assert await purse(annotator) == (2_000_000, 0, 0)


async def test_what_a_batch_fails_and_its_owner_cancels_at_once_never_wait_for_each_other() -> None:
    annotator = await an_annotator_with(1_000_000)
    first, second = await requested(annotator, 500_000), await requested(annotator, 500_000)
    held, failing = asyncio.Event(), asyncio.Event()

    async def holds_the_wallet() -> None:
        """So that both stop there, each with what it has locked till then."""
        async with in_transaction():
            await sql.run("SELECT 1 FROM wallets WHERE user_id = $1 FOR NO KEY UPDATE", annotator.id)
            held.set()
            await until_somebody_waits()
            failing.set()
            await until_somebody_waits(2)

    async def fails_both() -> int:
        await held.wait()
        return await Withdrawal.refuse_each({first.id: "Too little.", second.id: "Too little."})

    async def cancels() -> Withdrawal:
        await failing.wait()
        return await second.cancel()

    _, failed, cancelled = await asyncio.gather(holds_the_wallet(), fails_both(), cancels(), return_exceptions=True)

    assert failed == 2
    assert isinstance(cancelled, TooLate)
    assert await purse(annotator) == (1_000_000, 0, 0)
    assert await verify() == []
