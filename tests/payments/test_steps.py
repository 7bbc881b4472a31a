"""Each step of the payouts by itself: what it leaves behind, whether there is more to do at once, and what admins read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import orjson
import pytest

from models import Coin, HotWallet, PayoutBatch, PayoutBatchState, Quote, WithdrawalState
from models.coin import SATOSHIS, Network
from models.ledger_proof import verify
from ops.settings import settings
from payments.batch import Payouts
from payments.node import Node
from tests.payments.paying import RATE, asked, goes_on, latest, opened, problem, signed, soon
from tests.support.coins import LitecoinPeer
from tests.support.rpc_proxy import LOSE_QUESTION, PASS, RpcProxy

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
