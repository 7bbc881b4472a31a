"""A coin's node and the wallet in it: how it stands, signing without sending, sending the same bytes again and again, looking."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from models.coin import Coin, Network
from payments import answers, signing
from payments.chain import CHAINS
from payments.rpc import NodeAway, NodeFault, NodeRefused, Rpc
from payments.signing import BAD_PARAMETER, FeeTooHigh, Input, Output, Signed, TooLittle
from payments.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "FeeTooHigh",
    "Input",
    "Node",
    "NodeAway",
    "NodeFault",
    "NodeRefused",
    "NodeStatus",
    "Output",
    "Receipt",
    "SendOutcome",
    "Sighting",
    "Signed",
    "TooLittle",
    "WrongChain",
]

# On the main network a tip as old as so many blocks take on average is a node's that hears of no new ones: chance does it once in e^36.
STALE_BLOCKS = 36
# The tip's successor may be on its way.
BLOCKS_BEHIND = 1
# JSON-RPC's codes, of rpc/protocol.h in Bitcoin Core.
NOT_FOUND = -5
MISSING_INPUTS, REJECTED, ALREADY_IN_CHAIN = -25, -26, -27


class WrongChain(NodeFault):
    """The node follows another chain than that of the coin and network we are set to."""


@dataclass(frozen=True, slots=True)
class NodeStatus:
    chain: str
    blocks: int
    headers: int
    synced: bool
    # As Node.balance() has it.
    balance_satoshis: int
    # Confirmed and locked by nothing: what the next batch can spend.
    spendable_satoshis: int
    version: str


class SendOutcome(StrEnum):
    # In the mempool now; a node that had it there before may say the same.
    SENT = "SENT"
    # In the mempool or in a block already.
    KNOWN = "KNOWN"
    # Another transaction has spent one of its inputs.
    CONFLICT = "CONFLICT"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A transaction as the wallet knows it."""

    # 0 is in no block; below 0, another transaction with one of its inputs is so many blocks deep.
    confirmations: int
    in_mempool: bool
    # Ids of others, known to the wallet, that spend one of its inputs.
    conflicts: list[str]
    block: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Coins that came into the wallet, by the output (txid, vout)."""

    txid: str
    vout: int
    satoshis: int
    confirmations: int


class Node:
    """The wallet of one coin at one RPC URL, `http://user:password@host:port/wallet/NAME`.

    Every method raises NodeAway, where it is unknown whether the node did it, and NodeRefused, where it did not;
    any may be called again. Amounts are satoshis, never rounded.
    """

    def __init__(self, coin: Coin, url: str, *, timeout: float = 30) -> None:
        self.coin = coin
        self._chain = CHAINS[coin]
        self._rpc = Rpc(coin.label, url, timeout)

    async def close(self) -> None:
        await self._rpc.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def check(self, network: Network) -> NodeStatus:
        """How the node stands. Raises WrongChain."""
        chain = await self._rpc.call(answers.CHAIN, "getblockchaininfo")
        if chain.chain != network.value:
            raise WrongChain(f"The {self.coin.label} node is on the network {chain.chain}, and we are set to {network.value}.")
        is_there = await self._passes_landmark(network)
        tip = await self._rpc.call(answers.BLOCK, "getblockheader", chain.bestblockhash)
        is_fresh = network != Network.MAIN or time.time() - tip.time < STALE_BLOCKS * self._chain.block_seconds
        has_all = not chain.initialblockdownload and chain.blocks >= chain.headers - BLOCKS_BEHIND
        return NodeStatus(
            chain=chain.chain,
            blocks=chain.blocks,
            headers=chain.headers,
            synced=is_there and is_fresh and has_all,
            balance_satoshis=await self.balance(),
            spendable_satoshis=await self._spendable(),
            version=(await self._rpc.call(answers.NETWORK, "getnetworkinfo")).subversion,
        )

    async def invalid_addresses(self, addresses: Sequence[str]) -> set[str]:
        """Those that nothing may be paid to: not valid for the node, or the wallet's own, where a payment would pass for our change."""
        payable = set()
        validities = await self._rpc.each(answers.VALIDITY, "validateaddress", [(address,) for address in addresses])
        for address, validity in zip(addresses, validities, strict=True):
            if not isinstance(validity, NodeRefused) and validity.isvalid:
                payable.add(address)
        valid = list(payable)
        owners = await self._rpc.each(answers.ADDRESS, "getaddressinfo", [(address,) for address in valid])
        for address, owner in zip(valid, owners, strict=True):
            if isinstance(owner, NodeRefused) or owner.ismine:
                payable.remove(address)
        return set(addresses) - payable

    async def balance(self) -> int:
        """Satoshis: all coins of the wallet that are in a block, and the change of its own payments that are in none yet.

        Locked coins count. A payment counts as gone, with its fee, as soon as the node has it. Not counted is what `received` does
        not tell either: what others have sent and no block holds yet, and mined coins that cannot be spent yet. The change of a
        payment that fell out of the mempool does not count until it is sent again.
        """
        return await self._rpc.call(answers.AMOUNT, "getbalance")

    async def received(self, since_block: str | None) -> tuple[list[Receipt], str]:
        """What came in since that block, or ever, and was no change of ours; and the block to ask from the next time.

        Only what a block holds, and mined coins once they can be spent. Each is told again until it is as deep as the coin wants it.
        """
        listing = await self._listing(since_block)
        receipts = [
            Receipt(entry.txid, entry.vout, entry.amount, entry.confirmations)
            for entry in listing.transactions
            if entry.category in {"receive", "generate"} and entry.vout is not None and entry.confirmations > 0
        ]
        return receipts, listing.lastblock

    async def sign(self, outputs: Sequence[Output], *, fee_ceiling_satoshis: int) -> Signed:
        """Chooses coins, locks them, and signs what pays exactly these outputs, in their order, and at most one more for our change.

        Nothing is sent. Raises FeeTooHigh, TooLittle, NodeFault where the node signed something else; ValueError where two outputs go
        to one address. What it locked before it raised is unlocked, unless the node went away meanwhile: see `lock_only`.
        """
        order = await signing.Order.of(self._rpc, self.coin, outputs, fee_ceiling_satoshis)
        return await order.sign()

    async def lock(self, inputs: Iterable[Input]) -> None:
        """Keeps coins from being chosen, until the node stops. Those locked or spent already are left so.

        Raises NodeRefused where the wallet has no such coin.
        """
        await signing.lock(self._rpc, inputs)

    async def unlock(self, inputs: Iterable[Input]) -> None:
        """Lets coins be chosen again. Those that are not locked, or not the wallet's, are left alone."""
        await signing.unlock(self._rpc, inputs)

    async def lock_only(self, inputs: Iterable[Input]) -> None:
        """Locks these and no others: takes again what a restart forgot, and frees what a signing locked that was cut off."""
        await signing.lock_only(self._rpc, inputs)

    async def send(self, raw: bytes, txid: str) -> SendOutcome:
        """Sends the bytes; any number of times pays once. Raises NodeRefused where the node will not have them for another reason
        than a conflict: too low a fee, or an input whose own transaction is in no block any more. That may pass."""
        transaction = Transaction.read(raw)
        if transaction.txid != txid:
            raise ValueError("these bytes are another transaction")
        try:
            await self._rpc.call(answers.HASH, "sendrawtransaction", raw.hex(), self._chain.any_fee)
        except NodeRefused as refusal:
            if refusal.code == ALREADY_IN_CHAIN:
                return SendOutcome.KNOWN
            if refusal.code in {MISSING_INPUTS, REJECTED}:
                return await self._why_not(transaction, refusal)
            raise
        return SendOutcome.SENT

    async def find(self, txid: str) -> Sighting | None:
        """How the wallet knows a transaction, or None. One that was signed and never sent it does not know."""
        try:
            known = await self._rpc.call(answers.TRANSACTION, "gettransaction", txid)
        except NodeRefused as refusal:
            if refusal.code == NOT_FOUND:
                return None
            raise
        in_mempool = known.confirmations == 0 and await self._is_in_mempool(txid)
        return Sighting(known.confirmations, in_mempool, known.walletconflicts, known.blockhash)

    async def spender(self, inputs: Iterable[Input], since_block: str | None) -> tuple[str, int] | None:
        """The id of a payment of the wallet's that spends one of these, from that block on, and how deep the chain holds it."""
        entries = (await self._listing(since_block)).transactions
        depths = {entry.txid: entry.confirmations for entry in entries if entry.category == "send" and entry.confirmations > 0}
        spent = set(inputs)
        payments = [payment for payment in await self._payments(list(depths)) if spent.intersection(payment.inputs)]
        return max(((payment.txid, depths[payment.txid]) for payment in payments), key=lambda found: found[1], default=None)

    async def twin(self, raw: bytes, txids: Sequence[str]) -> str | None:
        """The one of these, known to the wallet, that pays exactly what the bytes pay: the same payment, under another id.

        Whoever passes a payment on can write its signatures otherwise, where its inputs are of the old forms.
        """
        outputs = Transaction.read(raw).outputs
        return next((payment.txid for payment in await self._payments(txids) if payment.outputs == outputs), None)

    async def _payments(self, txids: Sequence[str]) -> list[Transaction]:
        payments = []
        for known in await self._rpc.each(answers.RAW, "gettransaction", [(txid,) for txid in txids]):
            if isinstance(known, NodeRefused):
                raise known
            with suppress(ValueError):  # hidden coins, which no batch spends
                payments.append(Transaction.read(bytes.fromhex(known.hex)))
        return payments

    async def _listing(self, since_block: str | None) -> answers.Listing:
        try:
            return await self._rpc.call(answers.LISTING, "listsinceblock", since_block or "", self.coin.confirmations)
        except NodeRefused as refusal:
            if since_block is None or refusal.code != NOT_FOUND:
                raise
            return await self._listing(None)  # the node has another history now, and to be told twice does no harm

    async def _passes_landmark(self, network: Network) -> bool:
        """Whether the node's chain has the block that only ours has; False where it has not come so far. Raises WrongChain."""
        height, landmark = self._chain.landmarks[network]
        try:
            found = await self._rpc.call(answers.HASH, "getblockhash", height)
        except NodeRefused as refusal:
            if refusal.code == BAD_PARAMETER:
                return False
            raise
        if found != landmark:
            raise WrongChain(f"The node follows another chain than {self.coin.label}: its block {height} is {found}.")
        return True

    async def _spendable(self) -> int:
        coins = await self._rpc.call(answers.COINS, "listunspent", 1)
        return sum(coin.amount for coin in coins if coin.spendable)

    async def _why_not(self, transaction: Transaction, refusal: NodeRefused) -> SendOutcome:
        """Tells what is there already, its outputs spent perhaps, from what can never be because another has spent an input."""
        # The inputs first: had it come in between the two questions, it would be known, and no conflict.
        gone = await self._gone(transaction.inputs)
        seen = await self.find(transaction.txid)
        if seen is not None and (seen.in_mempool or seen.confirmations > 0):
            return SendOutcome.KNOWN
        if seen is not None and seen.confirmations < 0:
            return SendOutcome.CONFLICT
        for txid, _ in gone:
            source = await self.find(txid)
            if source is not None and (source.in_mempool or source.confirmations):
                return SendOutcome.CONFLICT
        raise refusal

    async def _gone(self, inputs: list[Input]) -> list[Input]:
        """Those that are spent, or whose transaction the node does not have."""
        coins = await self._rpc.each(answers.UNSPENT, "gettxout", [(txid, vout, True) for txid, vout in inputs])
        return [spent for spent, coin in zip(inputs, coins, strict=True) if coin is None or isinstance(coin, NodeRefused)]

    async def _is_in_mempool(self, txid: str) -> bool:
        try:
            await self._rpc.call(answers.ANYTHING, "getmempoolentry", txid)
        except NodeRefused as refusal:
            if refusal.code == NOT_FOUND:
                return False
            raise
        return True
