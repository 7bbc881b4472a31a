"""A node that does not answer, answers late, or something else: what is known afterwards, and that nothing is lost or doubled."""

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from models.coin import Coin, Network
from payments.node import FeeTooHigh, Node, NodeAway, NodeFault, NodeRefused, SendOutcome
from payments.rpc import ANSWER_BYTES
from tests.support.ceiling import CEILING_SECONDS
from tests.support.coins import LitecoinPeer
from tests.support.rpc_proxy import LOSE_ANSWER, LOSE_QUESTION, PASS, Fault, RpcProxy, answering

CEILING = 1_000_000
COIN = 100_000_000
HASH = "ab" * 32

pytestmark = pytest.mark.needs("litecoind")


@pytest.fixture
async def proxy(litecoin: LitecoinPeer) -> AsyncIterator[RpcProxy]:
    async with RpcProxy(litecoin.url) as proxy:
        yield proxy


@pytest.fixture
async def node(litecoin: LitecoinPeer, proxy: RpcProxy) -> AsyncIterator[Node]:
    """The wallet through the proxy, nothing locked and all confirmed."""
    async with Node(Coin.LTC, proxy.url, timeout=CEILING_SECONDS) as node:
        await node.lock_only([])
        await litecoin.mine()
        yield node
        proxy.fault = lambda _: PASS
        await node.lock_only([])


def at(method: str, fault: Fault) -> Callable[[str], Fault]:
    return lambda called: fault if called == method else PASS


def result(value: Any) -> bytes:
    return json.dumps({"result": value, "error": None, "id": 1}).encode()


async def test_a_payment_whose_answer_was_lost_is_sent_again_and_paid_once(litecoin: LitecoinPeer, node: Node, proxy: RpcProxy) -> None:
    before = await node.balance()
    signed = await node.sign(litecoin.outputs(COIN), fee_ceiling_satoshis=CEILING)
    proxy.fault = at("sendrawtransaction", LOSE_ANSWER)

    with pytest.raises(NodeAway):
        await node.send(signed.raw, signed.txid)

    proxy.fault = at("", PASS)
    sighting = await node.find(signed.txid)
    assert sighting is not None
    assert sighting.in_mempool
    assert await node.send(signed.raw, signed.txid) in {SendOutcome.SENT, SendOutcome.KNOWN}
    await litecoin.mine()
    assert await node.send(signed.raw, signed.txid) is SendOutcome.KNOWN
    assert await node.balance() == before - COIN - signed.fee_satoshis


async def test_a_payment_whose_question_was_lost_was_not_sent(litecoin: LitecoinPeer, node: Node, proxy: RpcProxy) -> None:
    signed = await node.sign(litecoin.outputs(COIN), fee_ceiling_satoshis=CEILING)
    proxy.fault = at("sendrawtransaction", LOSE_QUESTION)

    with pytest.raises(NodeAway):
        await node.send(signed.raw, signed.txid)

    assert await node.find(signed.txid) is None
    assert await litecoin.paid(signed) == []


async def test_an_answer_that_comes_too_late_is_none(litecoin: LitecoinPeer, proxy: RpcProxy) -> None:
    proxy.fault = at("getbalance", Fault(delay_seconds=CEILING_SECONDS))

    async with Node(Coin.LTC, proxy.url, timeout=0.2) as node:
        with pytest.raises(NodeAway, match=r"within 0\.2 seconds"):
            await node.balance()


async def test_coins_that_a_lost_answer_left_locked_are_freed_by_locking_only_what_is_known(
    litecoin: LitecoinPeer, node: Node, proxy: RpcProxy
) -> None:
    proxy.fault = at("fundrawtransaction", LOSE_ANSWER)

    with pytest.raises(NodeAway):
        await node.sign(litecoin.outputs(COIN), fee_ceiling_satoshis=CEILING)

    proxy.fault = at("", PASS)
    assert await litecoin.ask("listlockunspent")
    await node.lock_only([])
    assert await litecoin.ask("listlockunspent") == []


@pytest.mark.parametrize("method", ["signrawtransactionwithwallet", "gettxout"])
@pytest.mark.parametrize("fault", [LOSE_QUESTION, LOSE_ANSWER, answering(b"{}")])
async def test_what_was_locked_is_free_again_where_signing_breaks_off(
    litecoin: LitecoinPeer, node: Node, proxy: RpcProxy, method: str, fault: Fault
) -> None:
    proxy.fault = at(method, fault)

    with pytest.raises(NodeAway):
        await node.sign(litecoin.outputs(COIN), fee_ceiling_satoshis=CEILING)

    assert "fundrawtransaction" in proxy.calls
    assert await litecoin.ask("listlockunspent") == []


async def test_a_fee_above_the_ceiling_is_found_before_anything_is_signed(litecoin: LitecoinPeer, node: Node, proxy: RpcProxy) -> None:
    with pytest.raises(FeeTooHigh):
        await node.sign(litecoin.outputs(COIN), fee_ceiling_satoshis=10)

    assert "fundrawtransaction" in proxy.calls
    assert "signrawtransactionwithwallet" not in proxy.calls
    assert await litecoin.ask("listlockunspent") == []


async def test_a_node_that_signs_something_else_than_was_asked_is_found_out(litecoin: LitecoinPeer, proxy: RpcProxy) -> None:
    for lie in (_another_amount, _another_payee, _one_more_payee, _one_payee_less, _change_twice):
        async with _Liar(litecoin.url, lie) as liar, Node(Coin.LTC, liar.url) as node:
            with pytest.raises(NodeFault, match="something else"):
                await node.sign(litecoin.outputs(COIN, 2 * COIN), fee_ceiling_satoshis=CEILING)

    assert await litecoin.ask("listlockunspent") == []


@pytest.mark.parametrize("method", ["fundrawtransaction", "signrawtransactionwithwallet"])
async def test_what_holds_more_than_transparent_coins_is_a_fault_of_the_nodes(litecoin: LitecoinPeer, method: str) -> None:
    def longer(told: dict[str, Any]) -> None:
        told["hex"] += "00"

    async with _Telling(litecoin.url, method, longer) as telling, Node(Coin.LTC, telling.url) as node:
        with pytest.raises(NodeFault, match="transparent"):
            await node.sign(litecoin.outputs(COIN), fee_ceiling_satoshis=CEILING)
        await node.lock_only([])


async def test_a_fee_that_the_node_tells_too_low_is_counted_from_what_was_signed(litecoin: LitecoinPeer) -> None:
    def nothing(funded: dict[str, Any]) -> None:
        funded["fee"] = 0

    async with _Telling(litecoin.url, "fundrawtransaction", nothing) as telling, Node(Coin.LTC, telling.url) as node:
        with pytest.raises(FeeTooHigh):
            await node.sign(litecoin.outputs(COIN), fee_ceiling_satoshis=1)

    assert "signrawtransactionwithwallet" in telling.calls
    assert await litecoin.ask("listlockunspent") == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"null",
        b'"5"',
        b"[" * 200_000,
        b'{"result": 5',
        json.dumps({"result": 5, "error": None, "id": 7_000}).encode(),
        json.dumps({"result": 5, "error": None, "id": None}).encode(),
        json.dumps({"result": 5, "error": "no", "id": 1}).encode(),
        b'{"result": NaN, "error": null, "id": 1}',
        b'{"result": Infinity, "error": null, "id": 1}',
        b'{"result": 1e400, "error": null, "id": 1}',
        b'{"result": 0.000000001, "error": null, "id": 1}',
        b'{"result": 1' + 5_000 * b"0" + b', "error": null, "id": 1}',
        result("5"),
        result(True),
        result([5]),
        result(None),
        b" " * (ANSWER_BYTES + 1),
        b"<html>Service Unavailable</html>",
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_an_answer_that_cannot_be_read_leaves_it_unknown_what_was_done(proxy: RpcProxy, body: bytes) -> None:
    proxy.fault = at("getbalance", answering(body))

    async with Node(Coin.LTC, proxy.url) as node:
        with pytest.raises(NodeAway):
            await node.balance()


@pytest.mark.parametrize("amount", [b"5", b"5.00000000", b"0.00000005e8", b"5E0"])
async def test_an_amount_is_read_exactly_however_it_is_written(proxy: RpcProxy, amount: bytes) -> None:
    proxy.fault = at("getbalance", answering(b'{"result": %s, "error": null, "id": 1}' % amount))

    async with Node(Coin.LTC, proxy.url) as node:
        assert await node.balance() == 5 * COIN


async def test_a_batch_that_is_answered_for_another_is_not_read(proxy: RpcProxy) -> None:
    for body in (b"[]", result({"isvalid": True}), b"[%s]" % json.dumps({"result": {}, "error": None, "id": 2}).encode()):
        proxy.fault = at("validateaddress", answering(body))
        async with Node(Coin.LTC, proxy.url) as node:
            with pytest.raises(NodeAway):
                await node.invalid_addresses(["x"])


async def test_a_node_that_is_starting_is_away_and_not_refusing(proxy: RpcProxy) -> None:
    starting = json.dumps({"result": None, "error": {"code": -28, "message": "Loading block index..."}, "id": 1}).encode()
    proxy.fault = at("getbalance", answering(starting, "500 Internal Server Error"))

    async with Node(Coin.LTC, proxy.url) as node:
        with pytest.raises(NodeAway, match="Loading block index"):
            await node.balance()


async def test_a_node_that_has_not_all_blocks_or_has_not_come_to_our_chains_own_is_not_synced(
    litecoin: LitecoinPeer, proxy: RpcProxy
) -> None:
    def catching_up(info: dict[str, Any]) -> None:
        info["initialblockdownload"] = True

    def two_behind(info: dict[str, Any]) -> None:
        info["headers"] = info["blocks"] + 2

    def one_behind(info: dict[str, Any]) -> None:
        info["headers"] = info["blocks"] + 1

    synced = []
    for change in (catching_up, two_behind, one_behind):
        async with _Telling(litecoin.url, "getblockchaininfo", change) as telling, Node(Coin.LTC, telling.url) as node:
            synced.append((await node.check(Network.REGTEST)).synced)
    proxy.fault = at("getblockhash", answering(json.dumps({"result": None, "error": {"code": -8, "message": "x"}, "id": 2}).encode()))
    async with Node(Coin.LTC, proxy.url) as node:
        synced.append((await node.check(Network.REGTEST)).synced)

    assert synced == [False, False, True, False]


async def test_on_the_main_network_a_tip_of_yesterday_is_not_synced(litecoin: LitecoinPeer) -> None:
    def on_main(info: dict[str, Any]) -> None:
        info["chain"] = "main"

    genesis = "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"
    synced = []
    for age in (0, 6_000):
        async with _Telling(litecoin.url, "getblockchaininfo", on_main) as telling, Node(Coin.LTC, telling.url) as node:
            telling.fault = at("getblockhash", answering(json.dumps({"result": genesis, "error": None, "id": 2}).encode()))
            telling.age_seconds = age
            synced.append((await node.check(Network.MAIN)).synced)

    assert synced == [True, False]


async def test_a_wrong_password_is_refused_and_no_fault_repeats_the_right_one(litecoin: LitecoinPeer, proxy: RpcProxy) -> None:
    secret = litecoin.url.split(":")[2].split("@")[0]
    wrong = litecoin.url.replace(secret, "wrong")
    nobody_there = f"http://tidemark:{secret}@127.0.0.1:1/wallet/hot"
    faults: list[NodeFault] = []
    for url, fault in (
        (wrong, PASS),
        (nobody_there, PASS),
        (proxy.url, LOSE_ANSWER),
        (proxy.url, answering(b"no")),
        (proxy.url, answering(b"{}")),
    ):
        proxy.fault = at("getbalance", fault)
        async with Node(Coin.LTC, url) as node:
            with pytest.raises(NodeFault) as raised:
                await node.balance()
            faults.append(raised.value)

    refusal = faults[0]
    assert isinstance(refusal, NodeRefused)
    assert refusal.code == 401
    assert all(isinstance(fault, NodeAway) for fault in faults[1:])
    assert not [fault for fault in faults if secret in str(fault) or "wrong" in str(fault)]


class _Liar(RpcProxy):
    """A node that makes another transaction than it is asked for."""

    def __init__(self, node_url: str, lie: Callable[[dict[str, str], str], dict[str, str]]) -> None:
        super().__init__(node_url)
        self._lie = lie
        self._change = ""

    def question(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        call = json.loads(body)
        if isinstance(call, dict) and call["method"] == "createrawtransaction":
            call["params"][1] = self._lie(call["params"][1], self._change)
        return head, json.dumps(call).encode()

    def answer(self, method: str, body: bytes) -> bytes:
        if method == "getrawchangeaddress":
            self._change = json.loads(body)["result"]
        return body


def _another_amount(outputs: dict[str, str], _: str) -> dict[str, str]:
    return dict.fromkeys(outputs, "1.00000001")


def _another_payee(outputs: dict[str, str], _: str) -> dict[str, str]:
    first, second = outputs
    return {first: outputs[second], second: outputs[first]}


def _one_more_payee(outputs: dict[str, str], _: str) -> dict[str, str]:
    return outputs | {"mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8": "1"}


def _one_payee_less(outputs: dict[str, str], _: str) -> dict[str, str]:
    return dict(list(outputs.items())[:1])


def _change_twice(outputs: dict[str, str], change: str) -> dict[str, str]:
    return outputs | {change: "1"}


class _Telling(RpcProxy):
    """A node that tells something else of itself, and whose newest block has an age."""

    def __init__(self, node_url: str, method: str, change: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(node_url)
        self._method, self._change = method, change
        self.age_seconds = 0

    def answer(self, method: str, body: bytes) -> bytes:
        told = json.loads(body)
        if method == self._method:
            self._change(told["result"])
        if method == "getblockheader":
            told["result"]["time"] = int(time.time()) - self.age_seconds
        return json.dumps(told).encode()
