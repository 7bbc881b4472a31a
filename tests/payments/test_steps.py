"""Each step of the payouts by itself: what it leaves behind, whether there is more to do at once, and what admins read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest
from tortoise.transactions import in_transaction

from jobs.payouts import LOCKS, disagreements, pay_out, run_now
from models import Coin, HotWallet, PayoutBatch, PayoutBatchState, Quote, WithdrawalState
from models.coin import SATOSHIS, Network
from models.hot_wallet import coin_deposits, hot_wallet
from models.ledger import EntryKind, Ledger, Movement
from models.ledger_proof import verify
from ops.database import sql
from ops.settings import settings
from payments.batch import Payouts
from payments.node import Node
from payments.regtest import MINER
from payments.rpc import as_coins
from tests.payments.paying import RATE, arrived, asked, goes_on, latest, opened, problem, signed, soon
from tests.support.ceiling import CEILING_SECONDS
from tests.support.coins import LitecoinPeer
from tests.support.rpc_proxy import LOSE_QUESTION, PASS, RpcProxy
from tests.support.world import an_admin

pytestmark = pytest.mark.needs("litecoind")


@pytest.fixture
async def node(litecoin: LitecoinPeer, emptied: None) -> AsyncIterator[Node]:
    async with litecoin.node() as node:
        await opened(litecoin, node)
        yield node
        await node.lock_only([])


@pytest.fixture
def payouts(node: Node) -> Payouts:
    return Payouts(node, Network.REGTEST)


@pytest.fixture
def ceiling(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the most that the network may take for each payee, in dollars."""

    def chosen(dollars: str) -> None:
        monkeypatch.setenv("PAYOUT_FEE_CEILING", dollars)
        settings.cache_clear()

    return chosen


@pytest.fixture(autouse=True)
def settings_read_anew() -> Iterator[None]:
    yield
    settings.cache_clear()


async def locked(peer: LitecoinPeer) -> set[tuple[str, int]]:
    return {(coin["txid"], coin["vout"]) for coin in await peer.ask("listlockunspent")}


class Between(RpcProxy):
    """Does something right before the node is asked by a method, once."""

    def __init__(self, node_url: str, method: str, verb: Callable[[], Awaitable[object]]) -> None:
        super().__init__(node_url)
        self._method, self._verb = method, verb

    async def _asked(self, method: str, head: bytes, body: bytes) -> bytes:
        if method == self._method:
            self._method = ""
            await self._verb()
        return await super()._asked(method, head, body)


class CatchingUp(RpcProxy):
    """A node that has not all blocks yet."""

    def answer(self, method: str, body: bytes) -> bytes:
        if method != "getblockchaininfo":
            return body
        told: dict[str, Any] = orjson.loads(body)
        told["result"]["initialblockdownload"] = True
        return orjson.dumps(told)


async def test_each_step_says_whether_there_is_more_to_do_at_once(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    assert not await payouts.step(await soon())
    withdrawal = await asked(litecoin, 500_000)
    before = await soon()
    states = []

    async def steps(number: int) -> list[bool]:
        more = []
        for _ in range(number):
            more.append(await payouts.step(before))
            states.append((await latest(litecoin)).state.value)
        return more

    # Claimed, signed, sent; then there is nothing to see but new blocks.
    assert await steps(5) == [True, True, True, False, False]
    await litecoin.mine(5)
    assert await steps(1) == [False]
    await litecoin.mine()
    # Seen deep enough twice, and settled.
    assert await steps(3) == [True, True, False]

    assert states == ["CLAIMED", "SIGNED", *["BROADCAST"] * 4, "CONFIRMED", "SETTLED", "SETTLED"]
    assert (await withdrawal.reread()).state == WithdrawalState.CONFIRMED
    assert await verify() == []


async def test_both_books_agree_at_every_step(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    await asked(litecoin, 500_000)
    before = await soon()

    for _ in range(4):
        assert await payouts.disagreement() is None
        await payouts.step(before)
    await litecoin.mine(6)
    for _ in range(2):
        assert await payouts.disagreement() is None
        await payouts.step(before)

    assert (await latest(litecoin)).state == PayoutBatchState.SETTLED
    assert await payouts.disagreement() is None
    # Looked at in the step that settled.
    purse = await HotWallet.of(Coin.LTC)
    assert purse.balance == await purse.account()


async def test_inputs_that_a_restart_let_go_of_are_locked_again_before_the_bytes_are_sent(litecoin: LitecoinPeer, node: Node) -> None:
    await asked(litecoin, 500_000)
    batch = await signed(litecoin, Payouts(node, Network.REGTEST))
    inputs = {(txid, output) for txid, output in batch.inputs or []}
    await node.lock_only([])
    assert await locked(litecoin) == set()

    async with RpcProxy(litecoin.url) as proxy, Node(Coin.LTC, proxy.url) as shaky:
        proxy.fault = lambda method: LOSE_QUESTION if method == "sendrawtransaction" else PASS
        assert not await Payouts(shaky, Network.REGTEST).step(await soon())

    assert await locked(litecoin) == inputs
    assert "does not answer" in (await problem(litecoin) or "")
    assert not (await HotWallet.of(Coin.LTC)).needs_human
    assert (await batch.reread()).state == PayoutBatchState.SIGNED


async def test_a_payment_that_the_node_has_forgotten_is_sent_again(litecoin: LitecoinPeer, node: Node, payouts: Payouts) -> None:
    await asked(litecoin, 500_000)
    batch = await signed(litecoin, payouts)
    assert batch.txid is not None
    # As after a wallet was restored from before the payment.
    await batch.mark_broadcast()

    assert not await payouts.step(await soon())

    sighting = await node.find(batch.txid)
    assert sighting is not None
    assert sighting.in_mempool
    assert (await batch.reread()).state == PayoutBatchState.BROADCAST


async def test_what_is_signed_for_a_batch_that_was_let_go_of_meanwhile_is_never_sent_and_its_coins_are_free(
    litecoin: LitecoinPeer, payouts: Payouts
) -> None:
    withdrawal = await asked(litecoin, 500_000)
    before = await soon()
    await payouts.step(before)
    batch = await latest(litecoin)

    async with Between(litecoin.url, "signrawtransactionwithwallet", batch.abandon) as between, Node(Coin.LTC, between.url) as node:
        await Payouts(node, Network.REGTEST).step(before)

    assert await locked(litecoin) == set()
    assert ((await batch.reread()).state, (await batch.reread()).signed) == (PayoutBatchState.ABANDONED, None)
    assert (await withdrawal.reread()).state == WithdrawalState.REQUESTED
    assert await litecoin.ask("getrawmempool") == []


async def test_a_node_that_has_not_caught_up_pays_nothing_wherever_a_batch_is(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    await asked(litecoin, 500_000)
    before = await soon()
    async with CatchingUp(litecoin.url) as proxy, Node(Coin.LTC, proxy.url) as node:
        behind = Payouts(node, Network.REGTEST)
        plan = await behind.plan(before)
        assert (str(plan), plan.problem) == ("The node has not caught up with its network yet.", True)
        for state in (None, "CLAIMED", "SIGNED", "BROADCAST"):
            batch = await PayoutBatch.under_way(Coin.LTC)
            assert (batch and batch.state.value) == state

            assert not await behind.step(before)

            assert await problem(litecoin) == "The node has not caught up with its network yet."
            assert not (await HotWallet.of(Coin.LTC)).needs_human
            unmoved = await PayoutBatch.under_way(Coin.LTC)
            assert (unmoved and unmoved.state.value) == state
            await payouts.step(before)
            assert await problem(litecoin) is None


async def test_a_node_that_refuses_calls_a_human_and_one_that_is_away_does_not(litecoin: LitecoinPeer, node: Node) -> None:
    async with Node(Coin.LTC, litecoin.url.replace("/wallet/", "/wallet/no-such-")) as refusing:
        assert not await Payouts(refusing, Network.REGTEST).step(await soon())
    assert "The node refuses" in (await problem(litecoin) or "")
    assert (await HotWallet.of(Coin.LTC)).needs_human

    async with Node(Coin.LTC, "http://somebody:secret@127.0.0.1:9/") as away:
        assert not await Payouts(away, Network.REGTEST).step(await soon())
    assert "does not answer" in (await problem(litecoin) or "")
    assert not (await HotWallet.of(Coin.LTC)).needs_human


async def test_what_is_worth_just_the_dust_of_the_coin_is_paid(
    litecoin: LitecoinPeer, payouts: Payouts, ceiling: Callable[[str], None]
) -> None:
    ceiling("1")
    withdrawal = await asked(litecoin, 500_000)
    rate = 500_000 * SATOSHIS // Coin.LTC.dust
    assert 500_000 * SATOSHIS // rate == Coin.LTC.dust
    await Quote.keep([(Coin.LTC, "fixed", rate)])

    await goes_on(payouts)

    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    assert (await withdrawal.reread()).satoshis == Coin.LTC.dust


async def test_the_fee_may_be_what_each_payee_and_what_is_around_them_may_cost(
    litecoin: LitecoinPeer, payouts: Payouts, ceiling: Callable[[str], None]
) -> None:
    withdrawal = await asked(litecoin, 500_000)
    # 400 litoshi a payee, and three times that besides: between what one payee may cost and what the transaction does.
    ceiling("0.0004")
    assert 500_000 * SATOSHIS // RATE == 500_000

    await goes_on(payouts)

    fee = (await latest(litecoin)).network_fee
    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    assert fee is not None
    assert 400 < fee <= 1_600


async def test_of_the_coins_so_much_is_left_as_the_network_may_take(
    litecoin: LitecoinPeer, node: Node, payouts: Payouts, ceiling: Callable[[str], None]
) -> None:
    ceiling("1")
    spendable = (await node.check(Network.REGTEST)).spendable_satoshis
    # The wallet is worth five dollars, of which three are kept for what is around the payees, and one for each of them.
    rate = 5_000_000 * SATOSHIS // spendable
    await Quote.keep([(Coin.LTC, "fixed", rate)])
    withdrawal = await asked(litecoin, 1_500_000)

    plan = await payouts.plan(await soon())
    assert plan.problem
    assert "nothing to pay; " in str(plan)
    assert not await payouts.step(await soon())
    purse = await HotWallet.of(Coin.LTC)
    assert purse.lacking * rate // SATOSHIS == pytest.approx(500_000, rel=0.01)
    assert "lacks" in (purse.problem or "")
    assert purse.needs_human
    assert await PayoutBatch.all().count() == 0

    # Where nothing waits any more, nothing lacks.
    await withdrawal.cancel()
    assert not await payouts.step(await soon())
    purse = await HotWallet.of(Coin.LTC)
    assert (purse.lacking, purse.problem, purse.needs_human) == (0, None, False)
    await asked(litecoin, 900_000)
    assert await payouts.step(await soon())
    await (await latest(litecoin)).abandon()


async def test_a_dry_run_tells_what_is_under_way_what_lacks_and_what_keeps_it(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    plan = await payouts.plan(await soon())
    assert (str(plan), plan.problem) == ("nothing to pay", False)
    await Quote.keep([(Coin.LTC, "another", RATE * 2)])
    plan = await payouts.plan(await soon())
    assert plan.problem
    assert "apart" in str(plan)
    await Quote.keep([(Coin.LTC, "another", RATE)])
    await asked(litecoin, 500_000)

    await goes_on(payouts)
    plan = await payouts.plan(await soon())

    assert (str(plan), plan.problem) == (f"batch {(await latest(litecoin)).id} is under way, BROADCAST", False)


async def test_what_came_free_after_the_others_were_looked_at_waits_for_the_next_batch(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    admin = await an_admin()
    # Of the main network: it has to fail, and no batch may take it.
    wrong = await asked(litecoin, 500_000, address="ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9")
    right = await asked(litecoin, 500_000)
    await wrong.hold(by=admin, until=await sql.now() + timedelta(days=1), reason="Look at it.")

    async def release() -> None:
        await wrong.release(by=admin, reason="It is theirs.")

    before = await soon()
    async with Between(litecoin.url, "validateaddress", release) as between, Node(Coin.LTC, between.url) as node:
        await Payouts(node, Network.REGTEST).step(before)
    assert [each.id for each in await (await latest(litecoin)).contents()] == [right.id]
    assert (await wrong.reread()).state == WithdrawalState.REQUESTED
    await goes_on(payouts)
    await litecoin.mine(litecoin.coin.confirmations)
    await goes_on(payouts)

    assert (await right.reread()).state == WithdrawalState.CONFIRMED
    assert (await wrong.reread()).state == WithdrawalState.FAILED
    assert await verify() == []


async def test_what_was_claimed_by_a_rate_of_long_ago_is_claimed_anew_by_the_rate_of_now(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    withdrawal = await asked(litecoin, 500_000)
    await payouts.step(await soon())
    first = await latest(litecoin)
    assert first.state == PayoutBatchState.CLAIMED
    # The node was away for a while, and the price doubled.
    await sql.run("UPDATE payout_batches SET rate_at = now() - interval '10 minutes 1 second'")
    await Quote.keep([(Coin.LTC, "fixed", 2 * RATE)])

    await goes_on(payouts)

    assert ((await first.reread()).state, (await first.reread()).signed) == (PayoutBatchState.ABANDONED, None)
    second = await latest(litecoin)
    assert (second.state, second.rate_micros, second.satoshis) == (PayoutBatchState.BROADCAST, 2 * RATE, 250_000)
    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    assert await verify() == []


async def test_a_rate_of_less_than_ten_minutes_is_still_signed_by(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    await asked(litecoin, 500_000)
    await payouts.step(await soon())
    await sql.run("UPDATE payout_batches SET rate_at = now() - interval '9 minutes'")

    await payouts.step(await soon())

    assert (await latest(litecoin)).state == PayoutBatchState.SIGNED
    assert await PayoutBatch.all().count() == 1


async def test_what_cannot_be_signed_twice_is_not_claimed_again_and_again(
    litecoin: LitecoinPeer, payouts: Payouts, ceiling: Callable[[str], None]
) -> None:
    withdrawal = await asked(litecoin, 500_000)
    ceiling("0.000001")
    before = await soon()

    for _ in range(12):
        await payouts.step(before)

    assert await PayoutBatch.all().count() == 2
    assert len((await withdrawal.reread()).timeline) == 5
    purse = await HotWallet.of(Coin.LTC)
    assert "our limit" in (purse.problem or "")
    assert purse.needs_human
    plan = await payouts.plan(before)
    assert (str(plan), plan.problem) == (purse.problem, True)
    # A node that is away meanwhile is told, and forgotten when it is back.
    async with Node(Coin.LTC, "http://somebody:secret@127.0.0.1:9/") as away:
        await Payouts(away, Network.REGTEST).step(before)
    assert "does not answer" in (await problem(litecoin) or "")
    await payouts.step(before)
    assert await problem(litecoin) == "The batch was let go of, 2 times."
    # What waits may still be taken back by its owner; who waits on is paid once fees have fallen.
    ceiling("0.05")
    await sql.run("UPDATE payout_batches SET created_at = now() - interval '10 minutes 1 second'")
    await goes_on(payouts)

    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    assert await problem(litecoin) is None
    assert await verify() == []


async def test_only_the_last_batches_of_the_coin_that_were_let_go_of_make_it_wait(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    for _ in range(2):
        await asked(litecoin, 500_000)
        await payouts.step(await soon())
        assert await (await latest(litecoin)).abandon()
    assert await PayoutBatch.let_go_of_lately(Coin.LTC, timedelta(minutes=10)) == 2
    assert await PayoutBatch.let_go_of_lately(Coin.BCH, timedelta(minutes=10)) == 0
    await sql.run("UPDATE payout_batches SET created_at = now() - interval '11 minutes' WHERE id = 1")
    assert await PayoutBatch.let_go_of_lately(Coin.LTC, timedelta(minutes=10)) == 1

    await goes_on(payouts)

    assert (await latest(litecoin)).state == PayoutBatchState.BROADCAST
    assert await PayoutBatch.let_go_of_lately(Coin.LTC, timedelta(minutes=10)) == 0


async def test_coins_that_come_in_while_a_batch_is_under_way_make_no_disagreement(litecoin: LitecoinPeer, payouts: Payouts) -> None:
    await asked(litecoin, 500_000)
    await goes_on(payouts)
    account = await hot_wallet(Coin.LTC).balance()

    await litecoin.regtest.ask("sendtoaddress", await litecoin.ask("getnewaddress"), "1.5", wallet=MINER)
    assert await payouts.disagreement() is None
    await litecoin.mine()
    # In a block, and not booked before the batch is settled.
    await goes_on(payouts)
    assert await hot_wallet(Coin.LTC).balance() == account
    assert await payouts.disagreement() is None
    await litecoin.mine(litecoin.coin.confirmations)
    await goes_on(payouts)

    batch = await latest(litecoin)
    assert batch.state == PayoutBatchState.SETTLED
    assert await hot_wallet(Coin.LTC).balance() == account + 150_000_000 - batch.satoshis - (batch.network_fee or 0)
    assert await payouts.disagreement() is None


@pytest.mark.parametrize("satoshis", [1, -1])
async def test_a_satoshi_too_much_or_too_little_stops_the_payouts(litecoin: LitecoinPeer, payouts: Payouts, satoshis: int) -> None:
    withdrawal = await asked(litecoin, 500_000)
    wallet = await HotWallet.of(Coin.LTC)
    await Ledger.post(
        Movement(
            key="unexplained",
            kind=EntryKind.TOPPED_UP,
            moves=[(hot_wallet(Coin.LTC), satoshis), (coin_deposits(Coin.LTC), -satoshis)],
        )
    )

    await goes_on(payouts)

    difference = f"The node has {as_coins(wallet.balance or 0)} LTC, the ledger {as_coins((wallet.balance or 0) + satoshis)}."
    assert difference in (await problem(litecoin) or "")
    assert (await HotWallet.of(Coin.LTC)).needs_human
    assert (await withdrawal.reread()).state == WithdrawalState.REQUESTED
    plan = await payouts.plan(await soon())
    assert (str(plan), plan.problem) == (await payouts.disagreement(), True)


# ------------------------------------------------------------------ the commands
@pytest.fixture
def configured(litecoin: LitecoinPeer, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a worker is that has a node for Litecoin alone."""
    monkeypatch.setenv("COIN_NETWORK", "regtest")
    monkeypatch.setenv("LTC_RPC_URL", litecoin.url)
    monkeypatch.setenv("RATES_URL", "fixed:LTC=100,BCH=100")
    settings.cache_clear()


async def everything() -> dict[str, set[str]]:
    """All rows of all tables, but what sources say of rates: those are asked anew."""
    tables = await sql.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace"
    )
    names = [row["relname"] for row in tables if row["relname"] != "quotes"]
    return {name: {row["row"] for row in await sql.rows(f"SELECT t::text AS row FROM {name} t")} for name in names}


async def test_a_dry_run_of_the_command_changes_nothing_and_pays_nothing(litecoin: LitecoinPeer, configured: None) -> None:
    await asked(litecoin, 500_000)
    before, mempool = await everything(), await litecoin.ask("getrawmempool")
    told: list[str] = []

    assert await run_now(Coin.LTC, told.append, dry=True)

    assert told == ["LTC: 1 withdrawals, $0.50 at $100.00: 0.00500000"]
    assert await everything() == before
    assert await litecoin.ask("getrawmempool") == mempool
    assert await locked(litecoin) == set()


async def test_a_run_by_hand_pays_what_waits_and_tells_so(litecoin: LitecoinPeer, configured: None) -> None:
    withdrawal = await asked(litecoin, 500_000)
    told: list[str] = []

    assert await run_now(Coin.LTC, told.append)

    batch = await latest(litecoin)
    assert (await withdrawal.reread()).state == WithdrawalState.SENT
    assert told[1:] == [f"LTC: batch {batch.id} is BROADCAST, transaction {batch.txid}"]
    assert not await run_now(Coin.BCH, told.append)
    assert told[-1] == "BCH: no node is configured here, or a worker is just paying out."


async def test_the_worker_pays_what_was_asked_for_before_the_last_daily_hour_and_nothing_that_came_since(
    litecoin: LitecoinPeer, configured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = await asked(litecoin, 500_000), await asked(litecoin, 500_000)
    hour = late.requested_at.replace(minute=0, second=0, microsecond=0)
    monkeypatch.setenv("PAYOUT_HOUR", str(hour.hour))
    settings.cache_clear()
    async with in_transaction():
        await sql.run("SET LOCAL session_replication_role = replica")
        await sql.run("UPDATE withdrawals SET requested_at = $2 WHERE id = $1", early.id, hour - timedelta(microseconds=1))
        await sql.run("UPDATE withdrawals SET requested_at = $2 WHERE id = $1", late.id, hour)

    while await pay_out():
        pass

    assert (await early.reread()).state == WithdrawalState.SENT
    assert (await late.reread()).state == WithdrawalState.REQUESTED


async def test_the_proof_waits_for_whoever_is_paying_out_and_says_so_where_they_do_not_end(
    litecoin: LitecoinPeer, configured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.payouts.PAUSE_SECONDS", 0.01)
    worker = await asyncpg.connect(settings().database_url)
    try:
        assert await worker.fetchval("SELECT pg_try_advisory_lock($1)", LOCKS[Coin.LTC])
        assert not await run_now(Coin.LTC, print)
        assert await disagreements() == ["the coins of Litecoin could not be compared: somebody was paying out all the while"]
    finally:
        await worker.close()

    async with asyncio.timeout(CEILING_SECONDS):
        while await disagreements():
            pass


@pytest.mark.parametrize("method", ["validateaddress", "fundrawtransaction", "signrawtransactionwithwallet", "sendrawtransaction"])
async def test_a_worker_whose_lock_is_lost_in_the_middle_and_another_that_takes_over_pay_once(
    litecoin: LitecoinPeer, payouts: Payouts, configured: None, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    withdrawal = await asked(litecoin, 500_000)
    told: list[str] = []

    async def another_takes_over() -> None:
        lost = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1"
        assert await sql.value(lost, LOCKS[Coin.LTC] & 0xFFFFFFFF) == 1
        async with asyncio.timeout(CEILING_SECONDS):
            while await sql.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1", LOCKS[Coin.LTC] & 0xFFFFFFFF):
                pass
        assert await run_now(Coin.LTC, told.append)

    async with Between(litecoin.url, method, another_takes_over) as between:
        monkeypatch.setenv("LTC_RPC_URL", between.url)
        settings.cache_clear()
        await asyncio.gather(run_now(Coin.LTC, told.append), return_exceptions=True)
    assert any("BROADCAST" in line for line in told)
    await litecoin.mine(litecoin.coin.confirmations)
    await goes_on(payouts)

    batch = await latest(litecoin)
    assert (batch.state, batch.size) == (PayoutBatchState.SETTLED, 1)
    assert await PayoutBatch.filter(state__not="ABANDONED").count() == 1
    assert await arrived(litecoin, batch, withdrawal) == [500_000]
    assert await payouts.disagreement() is None
    assert await verify() == []
