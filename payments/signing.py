"""Choosing coins, setting them aside, and signing what pays exactly what was asked for. Nothing here sends."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payments import answers
from payments.rpc import NodeFault, NodeRefused, Rpc, as_coins
from payments.transaction import Paid, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.coin import Coin

# JSON-RPC's codes, of rpc/protocol.h in Bitcoin Core.
WALLET_ERROR, BAD_PARAMETER = -4, -8

Input = tuple[str, int]


class FeeTooHigh(NodeFault):
    """The network's fee would be above the ceiling. Nothing was signed, nothing is locked."""


class TooLittle(NodeFault):
    """The coins that can be spent now do not cover the payments and the fee. Nothing was signed, nothing is locked."""


@dataclass(frozen=True, slots=True)
class Output:
    address: str
    satoshis: int


@dataclass(frozen=True, slots=True)
class Signed:
    """Bytes ready to be sent, and what they do, as read from them: `inputs` are (txid, output), `outputs` hold the change too."""

    raw: bytes
    txid: str
    inputs: list[Input]
    outputs: list[Output]
    fee_satoshis: int


@dataclass(frozen=True, slots=True)
class Order:
    """Payments to sign: to each address once, in their order, with the change to an address of the wallet."""

    rpc: Rpc
    coin: Coin
    outputs: Sequence[Output]
    fee_ceiling_satoshis: int
    change: str
    # Of each address, the change's too, what an output that pays it says.
    scripts: dict[str, bytes]

    @classmethod
    async def of(cls, rpc: Rpc, coin: Coin, outputs: Sequence[Output], fee_ceiling_satoshis: int) -> Order:
        change = await rpc.call(answers.TEXT, "getrawchangeaddress")
        addresses = [*(output.address for output in outputs), change]
        if len(set(addresses)) < len(addresses):
            raise ValueError("two payments to one address are one output")
        scripts: dict[str, bytes] = {}
        validities = await rpc.each(answers.VALIDITY, "validateaddress", [(address,) for address in addresses])
        for address, validity in zip(addresses, validities, strict=True):
            if isinstance(validity, NodeRefused) or not validity.isvalid:
                raise NodeFault(f"The {coin.label} node does not know {address} for an address.")
            scripts[address] = bytes.fromhex(validity.script)
        return cls(rpc, coin, outputs, fee_ceiling_satoshis, change, scripts)

    async def sign(self) -> Signed:
        amounts = {output.address: as_coins(output.satoshis) for output in self.outputs}
        blank = await self.rpc.call(answers.HEX, "createrawtransaction", [], amounts)
        funded = await self._fund(blank)
        inputs = self._read(bytes.fromhex(funded.hex)).inputs
        try:
            self._check_fee(funded.fee)
            signed = await self.rpc.call(answers.SIGNED, "signrawtransactionwithwallet", funded.hex)
            if not signed.complete:
                raise NodeFault(f"The {self.coin.label} wallet lacks the keys to some of its coins.")
            return await self._compared(bytes.fromhex(signed.hex), inputs)
        except BaseException:
            with suppress(NodeFault):
                await unlock(self.rpc, inputs)
            raise

    async def _fund(self, blank: str) -> answers.Funded:
        """The inputs and the change, the inputs locked."""
        try:
            return await self.rpc.call(answers.FUNDED, "fundrawtransaction", blank, {"lockUnspents": True, "changeAddress": self.change})
        except NodeRefused as refusal:
            # One code for all that a wallet cannot do.
            if refusal.code == WALLET_ERROR and "insufficient funds" in str(refusal).lower():
                raise TooLittle(f"The {self.coin.label} wallet holds too little that can be spent now.") from refusal
            raise

    async def _compared(self, raw: bytes, inputs: list[Input]) -> Signed:
        """What was signed, held against what was asked for: read from the bytes, not from what the node says of them."""
        transaction = self._read(raw)
        change = self.scripts[self.change]
        asked = [Paid(output.satoshis, self.scripts[output.address]) for output in self.outputs]
        paid = [output for output in transaction.outputs if output.script != change]
        if paid != asked or len(transaction.outputs) > len(asked) + 1 or transaction.inputs != inputs:
            raise NodeFault(f"The {self.coin.label} node signed something else than it was asked to.")
        fee = await self._worth(inputs) - sum(output.satoshis for output in transaction.outputs)
        self._check_fee(fee)
        address_of = {script: address for address, script in self.scripts.items()}
        outputs = [Output(address_of[output.script], output.satoshis) for output in transaction.outputs]
        return Signed(raw, transaction.txid, inputs, outputs, fee)

    def _read(self, raw: bytes) -> Transaction:
        try:
            return Transaction.read(raw)
        except ValueError as misfit:
            raise NodeFault(f"What the {self.coin.label} node made {misfit}, of transparent coins alone.") from misfit

    async def _worth(self, inputs: list[Input]) -> int:
        worth = 0
        for coin in await self.rpc.each(answers.UNSPENT, "gettxout", [(txid, vout, True) for txid, vout in inputs]):
            if coin is None or isinstance(coin, NodeRefused):
                raise NodeFault(f"A coin that the {self.coin.label} wallet chose is spent.")
            worth += coin.value
        return worth

    def _check_fee(self, satoshis: int) -> None:
        if satoshis > self.fee_ceiling_satoshis:
            limit = as_coins(self.fee_ceiling_satoshis)
            raise FeeTooHigh(f"The fee would be {as_coins(satoshis)} {self.coin}, and our limit is {limit} {self.coin}.")


async def lock(rpc: Rpc, inputs: Iterable[Input]) -> None:
    for refusal in await _set_locks(rpc, False, inputs):
        if "already locked" not in str(refusal) and "expected unspent" not in str(refusal):
            raise refusal


async def unlock(rpc: Rpc, inputs: Iterable[Input]) -> None:
    for refusal in await _set_locks(rpc, True, inputs):
        if refusal.code != BAD_PARAMETER:
            raise refusal


async def lock_only(rpc: Rpc, inputs: Iterable[Input]) -> None:
    wanted = set(inputs)
    locked = {(coin.txid, coin.vout) for coin in await rpc.call(answers.LOCKED, "listlockunspent")}
    await unlock(rpc, locked - wanted)
    await lock(rpc, wanted - locked)


async def _set_locks(rpc: Rpc, unlock: bool, inputs: Iterable[Input]) -> list[NodeRefused]:
    # One by one: of several in a call the node takes all or none.
    done = await rpc.each(answers.YES, "lockunspent", [(unlock, [{"txid": txid, "vout": vout}]) for txid, vout in inputs])
    return [answer for answer in done if isinstance(answer, NodeRefused)]
