"""One coin's payouts, step by step: claim, sign, send, watch, settle.

Every step begins from what the database and the node say, does one thing, and may be done again: whoever is stopped anywhere, the next
round goes on. What makes that safe is the order. Signed bytes are committed before they are sent; whoever sends again sends the same bytes;
and a step that finds its batch further than it thought does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from tortoise.transactions import in_transaction

from models import HotWallet, PayoutBatch, PayoutBatchState, Quote, Rate, Withdrawal
from models.coin import SATOSHIS
from models.ledger import MICROS
from models.payout_batch import MOST_PAYEES, worth
from models.rate import FRESH
from ops.database import sql
from ops.settings import settings
from payments.node import FeeTooHigh, Node, Output, SendOutcome, TooLittle, WrongChain
from payments.rpc import NodeAway, NodeFault, NodeRefused, as_coins

if TYPE_CHECKING:
    from models.coin import Network

log = structlog.get_logger(__name__)

# A transaction weighs something without any payee: inputs, change, and what is around them, in payees.
BESIDES_PAYEES = 3
# A block that arrives between two questions makes them disagree once.
LOOKS = 3
# After so many batches that were let go of one after another there is none for so long: fees of a network do not fall within seconds.
TRIES, PAUSE = 2, timedelta(minutes=10)
LET_GO = "The batch was let go of"
# So deep no reorganisation has ever reached: coinbases are let go at the same depth. What another spent there is never ours to spend.
BURIED_BLOCKS = 100


class Waiting(Exception):
    """Nothing can be done until this is put right: str() says it to admins, and `needs_human` whether time alone will not do."""

    def __init__(self, problem: str, *, needs_human: bool = False) -> None:
        super().__init__(problem)
        self.needs_human = needs_human


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next steps would pay, as a line for people; where `problem`, why nothing."""

    text: str
    problem: bool = False

    def __str__(self) -> str:
        return self.text


class Undone(Exception):
    """Ends a transaction that was only to be looked at."""


class Payouts:
    def __init__(self, node: Node, network: Network) -> None:
        self._node = node
        self._coin = node.coin
        self._network = network

    async def step(self, before: datetime) -> bool:
        """Does what comes next, for withdrawals requested before then; whether there may be more to do at once.

        What keeps it from going on is noted on the hot wallet, where admins read it.
        """
        wallet = await HotWallet.of(self._coin)
        problem, needs_human, more = None, False, False
        try:
            more = await self._step(wallet, before)
        except Waiting as waiting:
            problem, needs_human = str(waiting), waiting.needs_human
        except WrongChain as fault:
            problem, needs_human = str(fault), True
        except NodeAway as fault:
            problem = f"The node does not answer: {fault}"
        except NodeFault as fault:
            problem, needs_human = f"The node refuses: {fault}", True
        if problem is None and wallet.lacking:
            problem, needs_human = f"The hot wallet lacks {as_coins(wallet.lacking)} {self._coin.value} for what waits.", True
        if await wallet.note(problem, needs_human=needs_human) and problem:
            log.error("payouts wait", coin=self._coin.value, problem=problem, needs_human=needs_human)
        return more

    async def plan(self, before: datetime) -> Plan:
        """Changes nothing."""
        under_way = await PayoutBatch.under_way(self._coin)
        if under_way is not None:
            return Plan(f"batch {under_way.id} is under way, {under_way.state.value}")
        try:
            await self._require_synced()
            if disagreement := await self.disagreement():
                return Plan(disagreement, problem=True)
            await self._require_no_pause(await HotWallet.of(self._coin))
            rate, spendable = await self._means()
        except (Waiting, NodeFault) as fault:
            return Plan(str(fault), problem=True)
        try:
            async with in_transaction():
                claimed = await PayoutBatch.claim(rate, before=before, spendable=spendable, per_payee=self._per_payee(rate.micros))
                raise Undone
        except Undone:
            pass
        lacking = f"; {as_coins(claimed.lacking)} are lacking for the next" if claimed.lacking else ""
        if claimed.batch is None:
            return Plan(f"nothing to pay{lacking}", problem=bool(claimed.lacking))
        batch = claimed.batch
        return Plan(
            f"{batch.size} withdrawals, ${batch.amount / MICROS:,.2f} at ${rate.micros / MICROS:,.2f}: {as_coins(batch.satoshis)}{lacking}"
        )

    async def disagreement(self) -> str | None:
        """How the node's coins differ from the ledger's and from what is on its way out or in; None where they agree."""
        wallet = await HotWallet.of(self._coin)
        batch = await PayoutBatch.under_way(self._coin)
        flying = 0
        if batch is not None and batch.txid is not None:
            sighting = await self._node.find(batch.txid)
            if sighting is not None and sighting.confirmations >= 0:
                flying = batch.satoshis + (batch.network_fee or 0)
        # While a batch is under way nothing is booked that came in.
        receipts, _ = await self._node.received(wallet.last_block)
        coming = await wallet.unbooked([(receipt.txid, receipt.vout, receipt.satoshis) for receipt in receipts])
        node, ledger = await self._node.balance(), await wallet.account() - flying + coming
        if node == ledger:
            return None
        return f"the {self._coin.label} node has {as_coins(node)}, and the ledger {as_coins(ledger)}"

    async def _step(self, wallet: HotWallet, before: datetime) -> bool:
        batch = await PayoutBatch.under_way(self._coin)
        if batch is None:
            return await self._begin(wallet, before)
        await self._require_synced()
        match batch.state:
            case PayoutBatchState.CLAIMED:
                return await self._sign(wallet, batch)
            case PayoutBatchState.SIGNED:
                return await self._send(batch)
            case _:
                return await self._watch(wallet, batch)

    async def _begin(self, wallet: HotWallet, before: datetime) -> bool:
        waiting = await Withdrawal.due(self._coin, before, MOST_PAYEES)
        await self._require_synced()
        await self._take_stock(wallet)
        if not waiting:
            await wallet.lacks(0)
            return False
        await self._require_no_pause(wallet)
        # Nothing is under way: what is locked was left so by a signing that was cut off, and would be missing for good.
        await self._node.lock_only([])
        rate, spendable = await self._means()
        refused = {
            each.id: f"At ${rate.micros / MICROS:,.2f} a coin it is too little for the network to carry. Ask for more at once."
            for each in waiting
            if worth(each, rate.micros) < self._coin.dust
        }
        invalid = await self._node.invalid_addresses(sorted({each.address for each in waiting}))
        refused |= {each.id: "Nothing can be paid to this address." for each in waiting if each.address in invalid}
        if refused and await Withdrawal.refuse_each(refused):
            return True
        looked_at = {each.id for each in waiting}
        per_payee = self._per_payee(rate.micros)
        claimed = await PayoutBatch.claim(rate, before=before, spendable=spendable, per_payee=per_payee, among=looked_at)
        await wallet.lacks(claimed.lacking)
        if claimed.batch is None:
            return False
        log.info("batch claimed", coin=self._coin.value, batch=claimed.batch.id, withdrawals=claimed.batch.size)
        return True

    async def _sign(self, wallet: HotWallet, batch: PayoutBatch) -> bool:
        # Of a batch that is not signed nothing has left the wallet. Else the database forgot that it was: it was restored, or its replica,
        # which was a moment behind, took over. Neither may it be signed anew then, nor let go of.
        await self._take_stock(wallet)
        if await sql.now() - batch.rate_at > FRESH:
            # The node was away, or could not sign. Nothing was signed, so all may be paid by the rate of now.
            await batch.abandon()
            return True
        # What an answer that was lost left locked belongs to nothing: no signed batch of this coin is under way.
        await self._node.lock_only([])
        outputs = [Output(address, satoshis) for address, satoshis in sorted((await batch.payees()).items())]
        ceiling = self._per_payee(batch.rate_micros) * (len(outputs) + BESIDES_PAYEES)
        try:
            signed = await self._node.sign(outputs, fee_ceiling_satoshis=ceiling)
        except NodeAway:
            raise
        except (FeeTooHigh, TooLittle, NodeRefused) as fault:
            await batch.abandon()
            raise Waiting(f"{LET_GO}: {fault}", needs_human=True) from fault
        if await batch.keep_signed(signed.raw, signed.txid, signed.inputs, signed.fee_satoshis):
            log.info("batch signed", coin=self._coin.value, batch=batch.id, txid=signed.txid)
        else:
            await self._node.unlock(signed.inputs)
        return True

    async def _send(self, batch: PayoutBatch) -> bool:
        """The kept bytes, however often. Locks vanish with a restart of the node: they are taken again first."""
        assert batch.signed is not None
        assert batch.txid is not None
        await self._node.lock_only([(txid, output) for txid, output in batch.inputs or []])
        if await self._node.send(batch.signed, batch.txid) is SendOutcome.CONFLICT:
            return await self._conflict(batch, "an input is spent by another transaction")
        await batch.mark_broadcast()
        log.info("batch sent", coin=self._coin.value, batch=batch.id, txid=batch.txid)
        return True

    async def _watch(self, wallet: HotWallet, batch: PayoutBatch) -> bool:
        assert batch.txid is not None
        sighting = await self._node.find(batch.txid)
        if sighting is not None and sighting.confirmations < 0:
            return await self._conflict(batch, f"the chain holds {', '.join(sighting.conflicts) or 'another transaction'} instead")
        if sighting is None or (sighting.confirmations == 0 and not sighting.in_mempool):
            # It fell out of the chain or out of the node's memory.
            await self._send(batch)
            return False
        await batch.see(sighting.confirmations)
        if batch.state != PayoutBatchState.CONFIRMED or sighting.confirmations < self._coin.confirmations:
            # Settled in a round of its own: by then it was seen deep enough twice.
            return sighting.confirmations >= self._coin.confirmations
        if await batch.settle():
            log.info("batch settled", coin=self._coin.value, batch=batch.id, txid=batch.txid)
        await self._take_stock(wallet)
        return True

    async def _conflict(self, batch: PayoutBatch, why: str) -> bool:
        """Stops the coin, and gives the batch back where that was ordered and nothing can pay it any more. Raises Waiting else."""
        await batch.conflicted(why)
        others, depth = await self._others(batch)
        assert batch.signed is not None
        if (twin := await self._node.twin(batch.signed, others)) is not None:
            # Ordered or not: who would be given their money back has been paid.
            raise Waiting(f"Batch {batch.id} is paid by {twin}: its own payment under another id. See docs/runbook.md.", needs_human=True)
        if not await batch.ordered_back([batch.id]):
            raise Waiting(f"Batch {batch.id} is in conflict: {why}. See docs/runbook.md.", needs_human=True)
        if depth < BURIED_BLOCKS:
            raise Waiting(
                f"Batch {batch.id} is in conflict: {why}. It is given back once that is {BURIED_BLOCKS} blocks deep, and it is {depth}."
            )
        await batch.give_back()
        log.info("batch given back", coin=self._coin.value, batch=batch.id, txid=batch.txid)
        return True

    async def _others(self, batch: PayoutBatch) -> tuple[list[str], int]:
        """The ids of what was spent instead, and how many blocks bury it; 0 where the chain does not hold it."""
        assert batch.txid is not None
        sighting = await self._node.find(batch.txid)
        if sighting is not None:
            return sighting.conflicts, max(-sighting.confirmations, 0)
        # The node never took it into the wallet, so it does not say what the other is.
        inputs = [(txid, output) for txid, output in batch.inputs or []]
        found = await self._node.spender(inputs, (await HotWallet.of(self._coin)).last_block)
        return ([found[0]], found[1]) if found else ([], 0)

    async def _means(self) -> tuple[Rate, int]:
        """The rate to pay by, and the satoshis there are to pay with."""
        rate = (await Quote.usable())[self._coin]
        if isinstance(rate, str):
            raise Waiting(f"Nothing is sent: {rate}")
        status = await self._node.check(self._network)
        return rate, max(status.spendable_satoshis - BESIDES_PAYEES * self._per_payee(rate.micros), 0)

    async def _require_synced(self) -> None:
        if not (await self._node.check(self._network)).synced:
            raise Waiting("The node has not caught up with its network yet.")

    async def _require_no_pause(self, wallet: HotWallet) -> None:
        """What could not be signed twice in a row is not tried again at once: everybody who waits is told of each try."""
        if await PayoutBatch.let_go_of_lately(self._coin, PAUSE) >= TRIES:
            problem = wallet.problem or ""
            raise Waiting(problem if problem.startswith(LET_GO) else f"{LET_GO}, {TRIES} times.", needs_human=True)

    async def _take_stock(self, wallet: HotWallet) -> None:
        """Books what came in, and holds the ledger's hot wallet against the node's. Only while nothing is under way is it exact."""
        for _ in range(LOOKS):
            receipts, last_block = await self._node.received(wallet.last_block)
            balance = await self._node.balance()
            if await wallet.saw(balance, [(receipt.txid, receipt.vout, receipt.satoshis) for receipt in receipts], last_block):
                log.info("hot wallet topped up", coin=self._coin.value)
            account = await wallet.account()
            if balance == account:
                return
        raise Waiting(
            f"The node has {as_coins(balance)} {self._coin.value}, the ledger {as_coins(account)}. See docs/runbook.md.", needs_human=True
        )

    def _per_payee(self, rate_micros: int) -> int:
        """Satoshis that the network may take for each payee, at most."""
        return int(settings().payout_fee_ceiling * MICROS) * SATOSHIS // rate_micros
