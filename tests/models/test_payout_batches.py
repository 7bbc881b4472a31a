"""Batches as the models know them, without a node: what is claimed, what is kept, what is booked, and what the database itself refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from models import Coin, PayoutBatch, PayoutBatchState, Quote, Rate, Withdrawal, WithdrawalState, sanction
from models.errors import Conflict, TooLate
from models.event import PAYOUTS
from models.hot_wallet import hot_wallet, network_fee
from models.ledger import FEES, ROUNDING
from models.ledger_proof import verify
from models.rate import agreed
from models.withdrawal import FRAUD_HOLD
from ops.database import sql
from ops.settings import settings
from tests.support.payouts import SIGNED, a_batch, a_rate, an_annotator_with, claimed, purse, requested, signed_and_sent, topped_up
from tests.support.sql import until_somebody_waits
from tests.support.world import an_admin

STATES = ["CLAIMED", "SIGNED", "BROADCAST", "CONFIRMED", "SETTLED", "ABANDONED", "CONFLICTED"]
WAYS = {
    ("CLAIMED", "SIGNED"),
    ("CLAIMED", "ABANDONED"),
    ("SIGNED", "BROADCAST"),
    ("SIGNED", "CONFLICTED"),
    ("BROADCAST", "CONFIRMED"),
    ("BROADCAST", "CONFLICTED"),
    ("CONFIRMED", "BROADCAST"),
    ("CONFIRMED", "SETTLED"),
    ("CONFIRMED", "CONFLICTED"),
    ("CONFLICTED", "BROADCAST"),
    ("CONFLICTED", "CONFIRMED"),
}


async def test_a_batch_goes_from_claim_to_settlement_and_every_satoshi_is_booked() -> None:
    annotator, other = await an_annotator_with(1_234_567), await an_annotator_with(700_001)
    first, second = await requested(annotator, 1_234_567), await requested(other, 700_001)
    await topped_up(Coin.LTC, 10_000_000)

    batch = await a_batch(rate=81_370_000)
    assert (batch.size, batch.amount) == (2, 1_934_568)
    # 1.234567 / 81.37 and 0.700001 / 81.37 coins, rounded down.
    assert await batch.payees() == {first.address: 1_517_226 + 860_269}
    await signed_and_sent(batch, fee=1_000)
    await batch.see(5)
    assert not await batch.settle()
    await batch.see(6)
    assert await batch.settle()

    assert {(await each.reread()).state for each in (first, second)} == {WithdrawalState.CONFIRMED}
    assert [step["state"] for step in (await first.reread()).timeline] == ["REQUESTED", "PROCESSING", "SENT", "CONFIRMED"]
    assert (await purse(annotator), await purse(other)) == ((0, 0, 1_234_567), (0, 0, 700_001))
    assert await hot_wallet(Coin.LTC).balance() == 10_000_000 - 2_377_495 - 1_000
    assert await network_fee(Coin.LTC).balance() == 1_000
    # Each satoshi is worth 0.8137 micro-dollars: what was too little for one more is kept apart.
    assert 0 <= await ROUNDING.balance() <= 4
    assert await verify() == []


async def test_each_step_is_told_once_to_every_payee_and_to_the_admins() -> None:
    withdrawals = [await requested(await an_annotator_with(500_000), 500_000) for _ in range(2)]
    await topped_up(Coin.LTC, 10_000_000)
    told = "SELECT (ids->>'withdrawal')::bigint AS id, topic FROM events WHERE kind = 'WithdrawalChanged' ORDER BY id"
    everybody = [(each.id, f"user:{each.user_id}") for each in withdrawals]
    batch = await a_batch()
    assert await batch.keep_signed(**SIGNED)

    async def news_of(step: Awaitable[object]) -> tuple[list[tuple[int, str]], int]:
        """Who heard of the step, and what the admins were given."""
        await sql.run("DELETE FROM events")
        await sql.run("DELETE FROM hints WHERE topic = $1", PAYOUTS)
        await step
        hints = await sql.value("SELECT count(*) FROM hints WHERE topic = $1", PAYOUTS)
        return [(row["id"], row["topic"]) for row in await sql.rows(told)], hints

    assert await news_of(batch.mark_broadcast()) == (everybody, 1)
    assert await news_of(batch.mark_broadcast()) == ([], 0)
    assert await news_of(batch.see(3)) == (everybody, 1)
    assert await news_of(batch.see(3)) == ([], 0)
    assert await news_of(batch.conflicted("another transaction")) == ([], 1)
    assert await news_of(batch.conflicted("another transaction")) == ([], 0)
    assert await news_of(batch.see(6)) == (everybody, 1)
    assert await news_of(batch.settle()) == (everybody, 1)
    assert await news_of(batch.settle()) == ([], 0)


async def test_settling_again_and_by_many_at_once_books_nothing_more() -> None:
    annotator = await an_annotator_with(500_000)
    await requested(annotator, 500_000)
    await topped_up(Coin.LTC, 10_000_000)
    batch = await a_batch()
    await signed_and_sent(batch)
    await batch.see(6)

    settled = await asyncio.gather(*(batch.settle() for _ in range(8)))

    assert sorted(settled) == [False] * 7 + [True]
    assert await purse(annotator) == (0, 0, 500_000)
    assert await verify() == []


async def test_the_fee_that_was_shown_is_kept_and_the_payee_gets_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYOUT_FEE", "0.1")
    settings.cache_clear()
    try:
        annotator = await an_annotator_with(1_000_000)
        withdrawal = await requested(annotator, 1_000_000)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    await topped_up(Coin.LTC, 10_000_000)

    batch = await a_batch(rate=100_000_000)
    await signed_and_sent(batch)
    await batch.see(6)
    await batch.settle()

    assert (withdrawal.fee, (await withdrawal.reread()).satoshis) == (100_000, 900_000)
    assert await FEES.balance() == 100_000
    assert await purse(annotator) == (0, 0, 1_000_000)
    assert await verify() == []


async def test_the_oldest_come_first_as_far_as_the_coins_reach() -> None:
    annotator = await an_annotator_with(3_000_000)
    first, big, small = [await requested(annotator, micros) for micros in (600_000, 1_900_000, 500_000)]

    # At $100 a coin: 600,000 + 1,900,000 + 500,000 satoshis, and 1,000 a payee besides.
    taken = await claimed(spendable=1_200_000, per_payee=1_000)

    assert taken.batch is not None
    assert [each.id for each in await taken.batch.contents()] == [first.id]
    assert taken.lacking == 601_000 + 1_901_000 - 1_200_000
    assert {(await each.reread()).state for each in (big, small)} == {WithdrawalState.REQUESTED}


async def test_what_is_held_or_asked_for_too_late_waits_for_another_batch() -> None:
    annotator, admin = await an_annotator_with(3_000_000), await an_admin()
    held, freed, late = [await requested(annotator, 500_000) for _ in range(3)]
    until = await sql.now() + timedelta(days=1)
    await held.hold(by=admin, until=until, reason="Look at it.")
    await freed.hold(by=admin, until=until, reason="Look at it.")
    await sql.run("UPDATE withdrawals SET held_until = now() - interval '1 second' WHERE id = $1", freed.id)
    before = await sql.value("SELECT requested_at FROM withdrawals WHERE id = $1", late.id)

    taken = await PayoutBatch.claim(a_rate(), before=before, spendable=10**9, per_payee=0)

    assert taken.batch is not None
    assert [each.id for each in await taken.batch.contents()] == [freed.id]


async def test_two_claims_at_once_make_one_batch() -> None:
    annotator = await an_annotator_with(2_000_000)
    for _ in range(4):
        await requested(annotator, 500_000)

    results = await asyncio.gather(*(claimed() for _ in range(6)), return_exceptions=True)

    batches = [result for result in results if not isinstance(result, BaseException) and result.batch is not None]
    assert len(batches) == 1
    assert await PayoutBatch.all().count() == 1
    assert all(isinstance(result, IntegrityError) for result in results if isinstance(result, BaseException))
    assert await verify() == []


async def test_cancelling_against_claiming_ends_in_one_of_both() -> None:
    annotator = await an_annotator_with(10_000_000)
    for _ in range(12):
        withdrawal = await requested(annotator, 500_000)

        cancelled, taken = await asyncio.gather(withdrawal.cancel(), claimed(), return_exceptions=True)

        current = await withdrawal.reread()
        if current.state == WithdrawalState.CANCELLED:
            assert not isinstance(taken, BaseException)
            assert taken.batch is None
        else:
            assert isinstance(cancelled, TooLate)
            assert current.state == WithdrawalState.PROCESSING
            assert not isinstance(taken, BaseException)
            assert taken.batch is not None
            await taken.batch.abandon()
            await withdrawal.cancel()
        assert await verify() == []


async def test_holding_and_refusing_against_claiming_ends_in_one_of_both() -> None:
    annotator, admin = await an_annotator_with(10_000_000), await an_admin()
    for _ in range(8):
        withdrawal = await requested(annotator, 500_000)

        refused, taken = await asyncio.gather(withdrawal.refuse(by=admin, reason="No."), claimed(), return_exceptions=True)

        assert isinstance(refused, Conflict) == ((await withdrawal.reread()).state == WithdrawalState.PROCESSING)
        if not isinstance(taken, BaseException) and taken.batch is not None:
            await taken.batch.abandon()
            await withdrawal.cancel()
    assert await purse(annotator) == (10_000_000, 0, 0)
    assert await verify() == []


async def test_abandoning_gives_the_withdrawals_back_to_the_next_batch() -> None:
    annotator = await an_annotator_with(500_000)
    withdrawal = await requested(annotator, 500_000)
    batch = await a_batch()

    assert await batch.abandon()

    back = await withdrawal.reread()
    assert (back.state, back.batch_id, back.satoshis) == (WithdrawalState.REQUESTED, None, None)
    assert await verify() == []
    assert (await claimed()).batch is not None


async def test_what_is_let_go_of_is_held_where_its_owner_was_banned_for_fraud_meanwhile() -> None:
    honest, fraudulent, admin = await an_annotator_with(500_000), await an_annotator_with(500_000), await an_admin()
    fine, doubtful = await requested(honest, 500_000), await requested(fraudulent, 500_000)
    batch = await a_batch()
    await sanction.ban(fraudulent, by=admin, reason="Not one person.", fraud=True)

    assert await batch.abandon()

    assert (await fine.reread()).held_until is None
    held = await doubtful.reread()
    assert (held.state, held.hold_reason) == (WithdrawalState.REQUESTED, FRAUD_HOLD)
    assert [each.id for each in await (await a_batch()).contents()] == [fine.id]
    await sanction.reinstate(fraudulent, by=admin, reason="One person after all.")
    assert (await doubtful.reread()).held_until is None
    assert await verify() == []


async def test_banning_for_fraud_against_abandoning_leaves_nothing_unheld() -> None:
    admin = await an_admin()
    for _ in range(6):
        annotator = await an_annotator_with(500_000)
        withdrawal = await requested(annotator, 500_000)
        batch = await a_batch()

        await asyncio.gather(batch.abandon(), sanction.ban(annotator, by=admin, reason="Not one person.", fraud=True))

        current = await withdrawal.reread()
        assert (current.state, current.hold_reason) == (WithdrawalState.REQUESTED, FRAUD_HOLD)


async def test_releasing_against_claiming_ends_in_one_of_both() -> None:
    annotator, admin = await an_annotator_with(3_000_000), await an_admin()
    for _ in range(6):
        withdrawal = await requested(annotator, 500_000)
        await withdrawal.hold(by=admin, until=await sql.now() + timedelta(days=1), reason="Look at it.")

        _, taken = await asyncio.gather(withdrawal.release(by=admin, reason="It is theirs."), claimed())

        current = await withdrawal.reread()
        if taken.batch is None:
            assert (current.state, current.held_until) == (WithdrawalState.REQUESTED, None)
            taken = await claimed()
        assert taken.batch is not None
        assert [each.id for each in await taken.batch.contents()] == [withdrawal.id]
        await signed_and_sent(taken.batch)
        await taken.batch.see(6)
        await taken.batch.settle()
    assert await purse(annotator) == (0, 0, 3_000_000)


async def test_what_was_signed_is_neither_abandoned_nor_signed_anew() -> None:
    await requested(await an_annotator_with(500_000), 500_000)
    batch = await a_batch()
    assert await batch.keep_signed(**SIGNED)

    assert not await batch.abandon()
    assert not await batch.keep_signed(b"other", "22" * 32, [("33" * 32, 0)], 5)

    kept = await batch.reread()
    assert (kept.signed, kept.txid) == (SIGNED["signed"], SIGNED["txid"])
    assert await verify() == []


async def test_signing_against_abandoning_ends_in_one_of_both() -> None:
    await requested(await an_annotator_with(500_000), 500_000)
    for n in range(10):
        batch = await a_batch()

        kept, let_go = await asyncio.gather(batch.keep_signed(b"x", f"{n:064x}", [("33" * 32, n)], 5), batch.abandon())

        assert kept != let_go
        assert await verify() == []
        if kept:
            return


async def test_a_reorganisation_takes_it_back_to_broadcast_and_no_further() -> None:
    withdrawal = await requested(await an_annotator_with(500_000), 500_000)
    batch = await a_batch()
    await signed_and_sent(batch)
    await batch.see(6)

    await batch.see(0)

    assert (await batch.reread()).state == PayoutBatchState.BROADCAST
    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    assert not await batch.settle()
    assert await verify() == []


async def test_a_batch_in_conflict_stops_the_coin_until_it_is_given_back_by_somebodys_order() -> None:
    annotator, admin = await an_annotator_with(1_000_000), await an_admin()
    withdrawal = await requested(annotator, 500_000)
    batch = await a_batch()
    with pytest.raises(Conflict):
        await batch.order_back(by=admin, reason="Too early.")
    await signed_and_sent(batch)
    assert await batch.conflicted("another transaction")
    await requested(annotator, 500_000)
    with pytest.raises(IntegrityError):
        await claimed()
    with pytest.raises(Conflict):
        await batch.give_back()
    assert (await withdrawal.reread()).state == WithdrawalState.SENT

    await batch.order_back(by=admin, reason="Its input was spent 200 blocks ago.")
    await batch.order_back(by=admin, reason="Once more.")
    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    await batch.give_back()

    failed = await withdrawal.reread()
    assert (failed.state, failed.reason) == (WithdrawalState.FAILED, "Its input was spent 200 blocks ago.")
    assert await purse(annotator) == (500_000, 500_000, 0)
    for again in (batch.give_back(), batch.order_back(by=admin, reason="Again.")):
        with pytest.raises(Conflict):
            await again
    acts = await sql.rows("SELECT action, reason FROM audit_entries WHERE actor_id = $1", admin.id)
    assert [tuple(act.values()) for act in acts] == [("givePayoutBack", "Its input was spent 200 blocks ago.")]
    assert (await claimed()).batch is not None
    assert await verify() == []


async def test_an_order_to_give_back_does_nothing_to_another_batch() -> None:
    annotator, admin = await an_annotator_with(1_000_000), await an_admin()
    await requested(annotator, 500_000)
    first = await a_batch()
    await signed_and_sent(first)
    await first.conflicted("another transaction")
    await first.order_back(by=admin, reason="It can never be paid.")
    await first.give_back()
    waiting = await requested(annotator, 500_000)
    second = await a_batch()
    await signed_and_sent(second)
    await second.conflicted("another transaction")

    with pytest.raises(Conflict):
        await second.give_back()

    assert (await waiting.reread()).state == WithdrawalState.SENT


async def test_giving_back_and_seeing_it_after_all_at_once_end_in_one_of_both() -> None:
    annotator, admin = await an_annotator_with(1_000_000), await an_admin()
    withdrawal = await requested(annotator, 500_000)
    batch = await a_batch()
    await signed_and_sent(batch)
    await batch.conflicted("another transaction")
    await batch.order_back(by=admin, reason="It can never be paid.")

    given_back, _ = await asyncio.gather(batch.give_back(), batch.see(1), return_exceptions=True)

    current = await batch.reread()
    if isinstance(given_back, Conflict):
        assert (current.state, current.resolved_at) == (PayoutBatchState.BROADCAST, None)
        assert (await withdrawal.reread()).state == WithdrawalState.SENT
    else:
        assert current.state == PayoutBatchState.CONFLICTED
        assert (await withdrawal.reread()).state == WithdrawalState.FAILED
    assert await verify() == []


async def test_a_conflict_that_goes_away_is_followed_again() -> None:
    withdrawal = await requested(await an_annotator_with(500_000), 500_000)
    batch = await a_batch()
    await batch.keep_signed(**SIGNED)
    await batch.conflicted("another transaction")

    await batch.see(1)

    assert (await batch.reread()).state == PayoutBatchState.BROADCAST
    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    assert await verify() == []


async def test_many_wallets_are_locked_in_the_order_of_their_people() -> None:
    first, second = await an_annotator_with(500_000), await an_annotator_with(500_000)
    assert first.id < second.id
    for annotator in (second, first):
        await requested(annotator, 500_000)
    await topped_up(Coin.LTC, 10_000_000)
    batch = await a_batch()
    await signed_and_sent(batch)
    await batch.see(6)
    # Its row lies behind the other's now, as after any change.
    await sql.run("UPDATE wallets SET version = version + 1 WHERE user_id = $1", first.id)

    async def settles() -> bool:
        async with in_transaction():
            # As the planner may have it with many rows: the wallets come as they lie.
            await sql.run("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
            return await batch.settle()

    somebody = await asyncpg.connect(settings().database_url)
    async with somebody.transaction():
        await somebody.execute("SELECT 1 FROM wallets WHERE user_id = $1 FOR UPDATE", first.id)
        settling = asyncio.create_task(settles())
        await until_somebody_waits()
        # Whoever waits for the one does not have the other: so nobody waits in a circle.
        await somebody.execute("SELECT 1 FROM wallets WHERE user_id = $1 FOR UPDATE NOWAIT", second.id)
    await somebody.close()

    assert await settling


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
async def test_the_database_lets_batches_go_one_way_only(old: str, new: str) -> None:
    await requested(await an_annotator_with(500_000), 500_000)
    batch = await a_batch()
    await sql.run("ALTER TABLE payout_batches DISABLE TRIGGER batch_goes_its_way")
    if old not in {"CLAIMED", "ABANDONED"}:
        await batch.keep_signed(**SIGNED)
    await sql.run("UPDATE payout_batches SET state = $2 WHERE id = $1", batch.id, old)
    await sql.run("ALTER TABLE payout_batches ENABLE TRIGGER batch_goes_its_way")
    unsigned = new in {"CLAIMED", "ABANDONED"}
    means: tuple[object, ...] = (None,) * 4 if unsigned else (SIGNED["signed"], SIGNED["txid"], '[["33", 0]]', 5)
    kept = "signed = $3, txid = $4, inputs = $5::jsonb, network_fee = $6"
    if old not in {"CLAIMED", "ABANDONED"}:
        kept, means = "coin = coin", ()

    change = sql.run(f"UPDATE payout_batches SET state = $2, {kept} WHERE id = $1", batch.id, new, *means)

    if old == new or (old, new) in WAYS:
        await change
    else:
        with pytest.raises((IntegrityError, OperationalError)):
            await change
        assert (await batch.reread()).state.value == old


@pytest.mark.parametrize(
    "change",
    ["signed = 'x'", f"txid = '{'44' * 32}'", "inputs = '[]'", "network_fee = 6", "satoshis = 1", "rate_micros = 1", "coin = 'BCH'"],
)
async def test_what_a_signed_batch_pays_is_never_changed(change: str) -> None:
    await requested(await an_annotator_with(500_000), 500_000)
    batch = await a_batch()
    await batch.keep_signed(**SIGNED)

    with pytest.raises((IntegrityError, OperationalError)):
        await sql.run(f"UPDATE payout_batches SET {change} WHERE id = $1", batch.id)

    assert (await batch.reread()).txid == SIGNED["txid"]


@pytest.mark.parametrize(
    "change", ["amount = 1", "address = 'x'", "user_id = user_id + 1", "coin = 'BCH'", "fee = 1", "state = 'CONFIRMED'"]
)
async def test_what_was_asked_for_is_never_changed(change: str) -> None:
    withdrawal = await requested(await an_annotator_with(500_000), 500_000)

    with pytest.raises((IntegrityError, OperationalError)):
        await sql.run(f"UPDATE withdrawals SET {change} WHERE id = $1", withdrawal.id)

    again = await Withdrawal.get(id=withdrawal.id)
    assert (again.amount, again.address, again.state) == (withdrawal.amount, withdrawal.address, withdrawal.state)


@pytest.mark.parametrize(
    ("told", "rate"),
    [
        ([], "No fresh rate is known."),
        ([("one", 80_000_000)], "Only one source tells a fresh rate, and two have to agree."),
        ([("fixed", 80_000_000)], 80_000_000),
        ([("one", 100_000_000), ("two", 102_000_000)], 101_000_000),
        ([("one", 100_000_000), ("two", 102_000_001)], "The sources of the rate are more than 2 % apart."),
        ([("one", 100_000_000), ("two", 101_000_000), ("three", 100_500_000)], 100_500_000),
    ],
)
async def test_a_rate_needs_two_fresh_sources_that_agree(told: list[tuple[str, int]], rate: int | str) -> None:
    quotes = [Quote(coin=Coin.LTC, source=source, micros=micros, at=await sql.now()) for source, micros in told]

    found = agreed(Coin.LTC, quotes)

    assert (found.micros if isinstance(found, Rate) else found) == rate


async def test_a_rate_of_eleven_minutes_ago_is_none() -> None:
    await Quote.keep([(Coin.LTC, "fixed", 80_000_000), (Coin.BCH, "fixed", 400_000_000)])
    await sql.run("UPDATE quotes SET at = now() - interval '11 minutes' WHERE coin = 'LTC'")

    usable = await Quote.usable()

    assert usable[Coin.LTC] == "No fresh rate is known."
    assert isinstance(usable[Coin.BCH], Rate)
