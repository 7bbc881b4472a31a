"""A wallet of each coin, in a real node: what is signed, what sending again does, and how what became of it is told."""

import secrets

import pytest

from models.coin import Coin, Network
from payments.node import FeeTooHigh, Node, NodeFault, NodeRefused, Output, SendOutcome, TooLittle, WrongChain
from payments.regtest import MINER, PAYEE
from payments.transaction import Transaction
from tests.support.coins import LitecoinPeer, Peer

CEILING = 1_000_000
COIN = 100_000_000
OF_LITECOIN = pytest.mark.parametrize("peer", ["litecoin"], indirect=True)


async def locked(peer: Peer) -> list[tuple[str, int]]:
    return [(coin["txid"], coin["vout"]) for coin in await peer.ask("listlockunspent")]


async def test_what_is_signed_pays_exactly_what_was_asked_for_in_its_order_and_returns_the_rest(peer: Peer, node: Node) -> None:
    wanted = peer.outputs(10_000_001, 29_999_999, 123_456_789, 5_461, 100_000_000)

    signed = await node.sign(wanted, fee_ceiling_satoshis=CEILING)

    (change,) = [output for output in signed.outputs if output not in wanted]
    assert [output for output in signed.outputs if output in wanted] == wanted
    assert (await peer.ask("getaddressinfo", change.address))["ismine"]
    assert 0 < signed.fee_satoshis <= CEILING
    assert await locked(peer) == signed.inputs
    assert await peer.paid(signed) == []


async def test_what_we_read_in_the_bytes_is_what_the_node_reads(peer: Peer, node: Node) -> None:
    signed = await node.sign(peer.outputs(50_000, 60_000), fee_ceiling_satoshis=CEILING)

    decoded = await peer.ask("decoderawtransaction", signed.raw.hex())
    transaction = Transaction.read(signed.raw)

    assert transaction.txid == signed.txid == decoded["txid"]
    assert transaction.inputs == [(spent["txid"], spent["vout"]) for spent in decoded["vin"]]
    assert [(paid.satoshis, paid.script.hex()) for paid in transaction.outputs] == [
        (int(paid["value"] * COIN), paid["scriptPubKey"]["hex"]) for paid in decoded["vout"]
    ]


async def test_bytes_that_are_cut_or_longer_are_no_transaction(peer: Peer, node: Node) -> None:
    signed = await node.sign(peer.outputs(50_000), fee_ceiling_satoshis=CEILING)

    for wrong in (b"", signed.raw[:-1], signed.raw[: len(signed.raw) // 2], signed.raw + b"\0"):
        with pytest.raises(ValueError):
            Transaction.read(wrong)


async def test_a_thousand_payees_fit_into_one_transaction(peer: Peer, node: Node) -> None:
    wanted = peer.outputs(*range(10_000, 11_000))

    signed = await node.sign(wanted, fee_ceiling_satoshis=10 * CEILING)

    assert [output for output in signed.outputs if output in wanted] == wanted
    assert await node.send(signed.raw, signed.txid) is SendOutcome.SENT
    sighting = await node.find(signed.txid)
    assert sighting is not None
    assert sighting.in_mempool


async def test_the_same_bytes_sent_again_and_again_pay_once(peer: Peer, node: Node) -> None:
    before = await node.balance()
    signed = await node.sign(peer.outputs(2 * COIN), fee_ceiling_satoshis=CEILING)

    outcomes = [await node.send(signed.raw, signed.txid) for _ in range(3)]
    in_mempool = await node.balance()
    await peer.mine()
    in_block = await node.send(signed.raw, signed.txid)

    assert outcomes[0] is SendOutcome.SENT
    assert set(outcomes[1:]) <= {SendOutcome.SENT, SendOutcome.KNOWN}
    assert in_block is SendOutcome.KNOWN
    assert in_mempool == await node.balance() == before - 2 * COIN - signed.fee_satoshis
    assert sorted(await peer.paid(signed)) == sorted(output.satoshis for output in signed.outputs)


@OF_LITECOIN
async def test_bytes_whose_outputs_are_all_spent_are_known_and_no_conflict(peer: LitecoinPeer, node: Node) -> None:
    signed = await node.sign([Output(await peer.regtest.address(PAYEE), COIN)], fee_ceiling_satoshis=CEILING)
    await node.send(signed.raw, signed.txid)
    await peer.mine()
    await peer.regtest.ask("sendtoaddress", peer.address(), "1", "", "", True, wallet=PAYEE)
    number = next(number for number, output in enumerate(signed.outputs) if output.satoshis != COIN)
    blank = await peer.ask("createrawtransaction", [{"txid": signed.txid, "vout": number}], {peer.address(): "0.01"})
    funded = await peer.ask("fundrawtransaction", blank)
    await peer.ask("sendrawtransaction", (await peer.ask("signrawtransactionwithwallet", funded["hex"]))["hex"])
    await peer.mine()

    with pytest.raises(Exception, match=r"\(-25\)"):
        await peer.ask("sendrawtransaction", signed.raw.hex())
    assert await peer.paid(signed) == []
    assert await node.send(signed.raw, signed.txid) is SendOutcome.KNOWN


async def test_an_input_that_another_transaction_spends_is_a_conflict_before_and_after_it_is_in_a_block(peer: Peer, node: Node) -> None:
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await peer.ask("sendrawtransaction", await peer.rival(signed.inputs))

    in_mempool = await node.send(signed.raw, signed.txid)
    await peer.mine()
    in_block = await node.send(signed.raw, signed.txid)

    assert in_mempool is in_block is SendOutcome.CONFLICT
    assert await node.find(signed.txid) is None
    assert await peer.paid(signed) == []


@OF_LITECOIN
async def test_a_payment_that_another_has_driven_out_is_seen_with_what_did_and_is_a_conflict(peer: LitecoinPeer, node: Node) -> None:
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    rival = await peer.rival(signed.inputs)
    await node.send(signed.raw, signed.txid)

    await peer.ask("generateblock", peer.address(), [rival])
    sighting = await node.find(signed.txid)

    assert sighting is not None
    assert sighting.confirmations == -1
    assert sighting.conflicts == [Transaction.read(bytes.fromhex(rival)).txid]
    assert await node.send(signed.raw, signed.txid) is SendOutcome.CONFLICT


@OF_LITECOIN
async def test_an_input_that_the_chain_has_lost_is_refused_and_no_conflict(peer: LitecoinPeer, node: Node) -> None:
    (mined,) = await peer.ask("generatetoaddress", 1, await peer.ask("getnewaddress"))
    await peer.mine(100)
    source = (await peer.ask("getblock", mined))["tx"][0]
    await node.lock((coin["txid"], coin["vout"]) for coin in await peer.ask("listunspent") if coin["txid"] != source)
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await peer.ask("invalidateblock", mined)

    with pytest.raises(NodeRefused) as refusal:
        await node.send(signed.raw, signed.txid)

    assert [txid for txid, _ in signed.inputs] == [source]
    assert refusal.value.code == -25
    await peer.ask("reconsiderblock", mined)
    assert await node.send(signed.raw, signed.txid) is SendOutcome.SENT


async def test_only_bytes_of_the_transaction_that_was_named_are_sent(peer: Peer, node: Node) -> None:
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)

    with pytest.raises(ValueError):
        await node.send(signed.raw, "00" * 32)

    assert await node.find(signed.txid) is None
    assert await peer.paid(signed) == []


async def test_a_payment_is_followed_into_the_mempool_and_the_chain_and_back_by_a_reorganization(peer: Peer, node: Node) -> None:
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    unsent = await node.find(signed.txid)
    await node.send(signed.raw, signed.txid)
    sent = await node.find(signed.txid)
    await peer.mine(2)
    mined = await node.find(signed.txid)
    assert mined is not None
    assert mined.block is not None
    await peer.ask("invalidateblock", mined.block)
    taken_back = await node.find(signed.txid)
    await peer.mine(3)
    mined_again = await node.find(signed.txid)

    assert unsent is None
    assert sent is not None
    assert (sent.confirmations, sent.in_mempool, sent.conflicts, sent.block) == (0, True, [], None)
    assert (mined.confirmations, mined.in_mempool) == (2, False)
    assert taken_back is not None
    assert (taken_back.confirmations, taken_back.in_mempool, taken_back.block) == (0, True, None)
    assert mined_again is not None
    assert mined_again.confirmations == 3
    assert mined_again.block != mined.block
    assert sorted(await peer.paid(signed)) == sorted(output.satoshis for output in signed.outputs)


async def test_a_fee_above_the_ceiling_signs_nothing_and_locks_nothing(peer: Peer, node: Node) -> None:
    signed = await node.sign(wanted := peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await node.unlock(signed.inputs)

    with pytest.raises(FeeTooHigh, match=rf"our limit is 0\.0{{7}}1 {peer.coin}"):
        await node.sign(wanted, fee_ceiling_satoshis=1)

    assert await locked(peer) == []


async def test_more_than_the_wallet_holds_is_too_little_and_locks_nothing(peer: Peer, node: Node) -> None:
    with pytest.raises(TooLittle):
        await node.sign(peer.outputs(await node.balance() + 1), fee_ceiling_satoshis=CEILING)

    assert await locked(peer) == []


@OF_LITECOIN
async def test_what_the_wallet_refuses_for_another_reason_is_not_called_too_little(peer: Peer, node: Node) -> None:
    with pytest.raises(NodeRefused) as refusal:
        await node.sign(peer.outputs(1), fee_ceiling_satoshis=CEILING)

    assert refusal.value.code == -4
    assert await locked(peer) == []


async def test_an_address_twice_or_none_at_all_is_not_signed_for(peer: Peer, node: Node) -> None:
    address = peer.address()

    with pytest.raises(ValueError):
        await node.sign([Output(address, COIN), Output(address, COIN)], fee_ceiling_satoshis=CEILING)
    with pytest.raises(NodeFault):
        await node.sign([Output(f"{address}x", COIN)], fee_ceiling_satoshis=CEILING)

    assert await locked(peer) == []


async def test_coins_of_a_signed_payment_are_not_chosen_again_until_they_are_unlocked(peer: Peer, node: Node) -> None:
    first = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    second = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)

    await node.lock(first.inputs)
    await node.lock(first.inputs)
    await node.unlock(second.inputs)
    await node.unlock(second.inputs)
    await node.unlock([("00" * 32, 0)])

    assert not set(first.inputs) & set(second.inputs)
    assert await locked(peer) == first.inputs


async def test_coins_that_a_sent_payment_has_spent_may_be_locked_again(peer: Peer, node: Node) -> None:
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await node.send(signed.raw, signed.txid)

    await node.lock(signed.inputs)
    await peer.mine()
    await node.lock(signed.inputs)
    await node.unlock(signed.inputs)

    assert await locked(peer) == []


@OF_LITECOIN
async def test_a_coin_that_is_not_the_wallets_cannot_be_locked(peer: Peer, node: Node) -> None:
    with pytest.raises(NodeRefused):
        await node.lock([("00" * 32, 0)])


async def test_the_locks_can_be_made_exactly_what_is_wanted(peer: Peer, node: Node) -> None:
    kept = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await node.unlock(kept.inputs)

    await node.lock_only(kept.inputs)

    assert await locked(peer) == kept.inputs


@OF_LITECOIN
async def test_a_node_that_was_killed_has_forgotten_its_locks_and_takes_them_and_the_bytes_again(peer: LitecoinPeer, node: Node) -> None:
    await peer.restart()
    before = await node.balance()
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await peer.regtest.kill()
    await peer.regtest.start()

    forgotten = await locked(peer)
    await node.lock_only(signed.inputs)
    other = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    outcome = await node.send(signed.raw, signed.txid)

    assert forgotten == []
    assert not set(signed.inputs) & set(other.inputs)
    assert outcome is SendOutcome.SENT
    assert await node.balance() == before - COIN - signed.fee_satoshis


async def test_the_balance_counts_what_is_locked_and_our_own_change_and_the_spendable_neither(peer: Peer, node: Node) -> None:
    network = Network.REGTEST
    before = await node.check(network)
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    after_signing = await node.check(network)
    await node.send(signed.raw, signed.txid)
    after_sending = await node.check(network)
    await peer.mine()
    after_mining = await node.check(network)

    gone = COIN + signed.fee_satoshis
    change = sum(output.satoshis for output in signed.outputs) - COIN
    assert before.synced
    assert before.balance_satoshis == before.spendable_satoshis == await node.balance() + gone
    assert after_signing.balance_satoshis == before.balance_satoshis
    assert after_signing.spendable_satoshis == before.spendable_satoshis - change - gone
    assert after_sending.balance_satoshis == before.balance_satoshis - gone
    assert after_sending.spendable_satoshis == after_signing.spendable_satoshis
    assert after_mining.balance_satoshis == after_mining.spendable_satoshis == before.balance_satoshis - gone
    assert after_mining.blocks == before.blocks + 1


async def test_mined_coins_came_in_once_they_can_be_spent_and_change_never_did(peer: Peer, node: Node) -> None:
    _, since = await node.received(None)
    before = await node.balance()
    (block,) = await peer.ask("generatetoaddress", 1, await peer.ask("getnewaddress"))
    (mined,) = (await peer.ask("getblock", block))["tx"]
    signed = await node.sign(peer.outputs(COIN), fee_ceiling_satoshis=CEILING)
    await node.send(signed.raw, signed.txid)

    await peer.mine(99)
    unripe, _ = await node.received(since)
    await peer.mine()
    ripe, since_then = await node.received(since)
    await peer.mine(peer.coin.confirmations)
    later, _ = await node.received(since_then)

    assert (mined, 0) not in [(receipt.txid, receipt.vout) for receipt in unripe]
    (receipt,) = [receipt for receipt in ripe if receipt.txid == mined]
    assert receipt.confirmations == 101
    assert signed.txid not in [receipt.txid for receipt in ripe]
    assert await node.balance() == before + receipt.satoshis - COIN - signed.fee_satoshis
    assert later == []


@OF_LITECOIN
async def test_coins_that_others_send_came_in_once_a_block_has_them_and_are_told_until_deep(peer: LitecoinPeer, node: Node) -> None:
    _, since = await node.received(None)
    before = await node.balance()
    txid = await peer.regtest.ask("sendtoaddress", await peer.ask("getnewaddress"), "1.23456789", wallet=MINER)

    unconfirmed = await node.received(since)
    unconfirmed_balance = await node.balance()
    await peer.mine()
    confirmed, next_since = await node.received(since)
    await peer.mine(peer.coin.confirmations - 1)
    deep, last = await node.received(next_since)
    gone, _ = await node.received(last)

    assert txid not in [receipt.txid for receipt in unconfirmed[0]]
    assert unconfirmed_balance == before
    assert [(receipt.txid, receipt.satoshis, receipt.confirmations) for receipt in confirmed] == [(txid, 123_456_789, 1)]
    assert [(receipt.txid, receipt.satoshis, receipt.confirmations) for receipt in deep] == [(txid, 123_456_789, peer.coin.confirmations)]
    assert gone == []
    assert await node.balance() == before + 123_456_789


async def test_a_block_that_the_node_never_had_asks_for_everything(peer: Peer, node: Node) -> None:
    everything, last = await node.received(None)

    assert await node.received("ab" * 32) == (everything, last)
    assert everything


async def test_nothing_is_paid_to_what_is_no_address_or_is_of_another_network_or_our_own(peer: Peer, node: Node) -> None:
    good = [peer.address() for _ in range(3)]
    own = [await peer.ask("getnewaddress"), await peer.ask("getrawchangeaddress")]
    main = {Coin.LTC: "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", Coin.BCH: "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"}
    bad = ["", "nonsense", main[peer.coin], f"{good[0][:-1]}{'q' if good[0][-1] != 'q' else 'p'}"]

    assert await node.invalid_addresses([*good, *own, *bad]) == {*own, *bad}
    assert await node.invalid_addresses([]) == set()


async def test_more_addresses_than_fit_into_one_question_are_all_looked_at(peer: Peer, node: Node) -> None:
    good = peer.address()
    bad = [secrets.token_hex(20) for _ in range(1_100)]

    assert await node.invalid_addresses([*bad, good]) == set(bad)


async def test_a_node_on_another_network_is_told_from_ours(peer: Peer, node: Node) -> None:
    for network in (Network.MAIN, Network.TEST):
        with pytest.raises(WrongChain, match="regtest"):
            await node.check(network)


async def test_a_node_of_another_coin_on_the_same_network_is_told_from_ours(peer: Peer) -> None:
    other = Coin.BCH if peer.coin is Coin.LTC else Coin.LTC
    async with Node(other, peer.url) as node:
        with pytest.raises(WrongChain, match=f"another chain than {other.label}"):
            await node.check(Network.REGTEST)


@OF_LITECOIN
async def test_a_wallet_that_is_not_loaded_is_refused_by_name(peer: LitecoinPeer) -> None:
    async with Node(Coin.LTC, peer.regtest.url("nobody")) as node:
        with pytest.raises(NodeRefused, match="does not exist or is not loaded") as refusal:
            await node.balance()

    assert refusal.value.code == -18


@pytest.mark.needs("bch-node")
async def test_bitcoin_cash_is_signed_so_that_bitcoin_cannot_take_it_for_its_own(bitcoin_cash: Peer) -> None:
    async with bitcoin_cash.node() as node:
        signed = await node.sign(bitcoin_cash.outputs(COIN), fee_ceiling_satoshis=CEILING)
        await node.unlock(signed.inputs)

    decoded = await bitcoin_cash.ask("decoderawtransaction", signed.raw.hex())
    assert all("[ALL|FORKID]" in spent["scriptSig"]["asm"] for spent in decoded["vin"])
    assert all(output.address.startswith("bchreg:q") for output in signed.outputs)
