"""Money on its way out: the terms of each coin, withdrawals step by step, and for admins the batches and the purses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import strawberry

import models
from models.coin import SATOSHIS
from models.rate import Rate
from models.withdrawal import MINIMUM_MICROS
from ops.settings import settings
from payments.addresses import STARTS
from payments.withdrawing import network
from schema.context import Info
from schema.money import Money, dollars, money
from schema.node import Node
from schema.people import Annotator

# Its bytes are sent, so there is something to look for.
ON_CHAIN = frozenset({models.WithdrawalState.SENT, models.WithdrawalState.CONFIRMED})


def coins(satoshis: int) -> Decimal:
    return Decimal(satoshis) / SATOSHIS


@dataclass(frozen=True, slots=True)
class Terms:
    """What there is to tell of a coin at a moment; `rate` is the reason where there is none, `purse` None where no node is."""

    coin: models.Coin
    rate: Rate | str
    purse: models.HotWallet | None
    next_batch_at: datetime

    @property
    def waiting(self) -> str | None:
        if self.purse is None:
            return f"No {self.coin.label} node is connected here yet. What is requested waits until there is one."
        if isinstance(self.rate, str):
            return f"{self.rate} Nothing is sent meanwhile; what is requested waits."
        if self.purse.problem is None:
            return None
        # What it is concerns admins alone.
        if self.purse.needs_human:
            return f"Payouts in {self.coin.label} are halted until one of us has looked at them. What is requested waits."
        return f"Payouts in {self.coin.label} are delayed, and go on by themselves. What is requested waits."


@strawberry.type(description="A way to be paid, with its terms as they stand now.")
class PayoutMethod:
    terms: strawberry.Private[Terms]

    @strawberry.field
    def coin(self) -> models.Coin:
        return self.terms.coin

    @strawberry.field
    def name(self) -> str:
        return self.terms.coin.label

    @strawberry.field
    def minimum(self) -> Money:
        return money(MINIMUM_MICROS)

    @strawberry.field(description="What a withdrawal made now would be charged.")
    def fee(self) -> Money:
        return money(settings().payout_fee_micros)

    @strawberry.field(description="US dollars for one coin, or null while no fresh rate is known.")
    def rate(self) -> Decimal | None:
        rate = self.terms.rate
        return None if isinstance(rate, str) else dollars(rate.micros)

    @strawberry.field
    def rate_at(self) -> datetime | None:
        rate = self.terms.rate
        return None if isinstance(rate, str) else rate.at

    @strawberry.field
    def next_batch_at(self) -> datetime:
        return self.terms.next_batch_at

    @strawberry.field(description="Why nothing is sent in this coin just now; null where nothing keeps it.")
    def waiting(self) -> str | None:
        return self.terms.waiting

    @strawberry.field(description="How many blocks make a payment final.")
    def confirmations(self) -> int:
        return self.terms.coin.confirmations

    @strawberry.field(description="How an address begins on this network, the usual way first, such as: ltc1, L or M.")
    def address_starts(self) -> str:
        return STARTS[self.terms.coin, network()]


@strawberry.type(description="What a text is as an address of a coin.")
class AddressCheck:
    canonical: str | None = strawberry.field(description="As it is kept and paid; null where nothing is paid to it.")
    problem: str | None = strawberry.field(description="Why nothing is paid to it, and what to do.")


@strawberry.type
class WithdrawalStep:
    state: models.WithdrawalState
    at: datetime


@strawberry.type
class Withdrawal(Node):
    row: strawberry.Private[models.Withdrawal]

    @strawberry.field
    def coin(self) -> models.Coin:
        return self.row.coin

    @strawberry.field(description="In canonical form.")
    def address(self) -> str:
        return self.row.address

    @strawberry.field(description="What leaves the wallet; the payee gets it less the fee.")
    def amount(self) -> Money:
        return money(self.row.amount)

    @strawberry.field
    def fee(self) -> Money:
        return money(self.row.fee)

    @strawberry.field(description="What was sent, in whole coins, and at what rate; null until it is priced.")
    def coin_amount(self) -> Decimal | None:
        return None if self.row.satoshis is None else coins(self.row.satoshis)

    @strawberry.field
    async def rate(self, info: Info) -> Decimal | None:
        if self.row.batch_id is None:
            return None
        return dollars((await info.context.loaders.payout_batch.load(self.row.batch_id)).rate_micros)

    @strawberry.field
    def state(self) -> models.WithdrawalState:
        return self.row.state

    @strawberry.field(description="Until when, and why, it waits for a check; null where nothing holds it.")
    async def held_until(self, info: Info) -> datetime | None:
        return self.row.held_until if await self._is_held(info) else None

    @strawberry.field
    async def hold_reason(self, info: Info) -> str | None:
        return self.row.hold_reason if await self._is_held(info) else None

    @strawberry.field
    async def txid(self, info: Info) -> str | None:
        batch = await self._sent_in(info)
        return batch.txid if batch else None

    @strawberry.field
    async def confirmations(self, info: Info) -> int | None:
        batch = await self._sent_in(info)
        return batch.confirmations if batch else None

    @strawberry.field(description="How many confirmations make it final.")
    def confirmations_needed(self) -> int:
        return self.row.coin.confirmations

    @strawberry.field
    async def explorer_url(self, info: Info) -> str | None:
        batch = await self._sent_in(info)
        return _explorer_url(batch) if batch else None

    @strawberry.field(description="Why it failed or was cancelled.")
    def reason(self) -> str | None:
        return self.row.reason

    @strawberry.field
    def requested_at(self) -> datetime:
        return self.row.requested_at

    @strawberry.field(description="Every state it has been in, oldest first.")
    def timeline(self) -> list[WithdrawalStep]:
        return [
            WithdrawalStep(state=models.WithdrawalState(step["state"]), at=datetime.fromisoformat(step["at"])) for step in self.row.timeline
        ]

    @strawberry.field(description="Whose it is.")
    async def requested_by(self, info: Info) -> Annotator:
        return Annotator(row=await info.context.loaders.row(models.User, self.row.user_id))

    async def _is_held(self, info: Info) -> bool:
        """A hold that is over stays in its row until something else happens to it."""
        return self.row.held_until is not None and self.row.held_until > await info.context.loaders.now()

    async def _sent_in(self, info: Info) -> models.PayoutBatch | None:
        """Its batch, once that was sent: before, what is signed is nobody's business."""
        if self.row.batch_id is None or self.row.state not in ON_CHAIN:
            return None
        return await info.context.loaders.payout_batch.load(self.row.batch_id)


@strawberry.input
class RequestWithdrawalInput:
    coin: models.Coin
    address: str
    amount: Decimal
    idempotency_key: str = strawberry.field(
        description="The same key with the same input gives the first withdrawal again; with another input, IDEMPOTENCY_MISMATCH."
    )


@strawberry.type
class PayoutBatch(Node):
    row: strawberry.Private[models.PayoutBatch]

    @strawberry.field
    def coin(self) -> models.Coin:
        return self.row.coin

    @strawberry.field
    def state(self) -> models.PayoutBatchState:
        return self.row.state

    @strawberry.field(description="How many it pays.")
    def withdrawals(self) -> int:
        return self.row.size

    @strawberry.field
    def amount(self) -> Money:
        return money(self.row.amount)

    @strawberry.field(description="What its payees get, in whole coins.")
    def coin_amount(self) -> Decimal:
        return coins(self.row.satoshis)

    @strawberry.field(description="In whole coins; null until it is signed.")
    def network_fee(self) -> Decimal | None:
        return None if self.row.network_fee is None else coins(self.row.network_fee)

    @strawberry.field
    def rate(self) -> Decimal:
        return dollars(self.row.rate_micros)

    @strawberry.field(description="When its sources told the rate, the oldest of them.")
    def rate_at(self) -> datetime:
        return self.row.rate_at

    @strawberry.field
    def rate_sources(self) -> str:
        return self.row.rate_sources

    @strawberry.field
    def txid(self) -> str | None:
        return self.row.txid

    @strawberry.field
    def explorer_url(self) -> str | None:
        return _explorer_url(self.row)

    @strawberry.field
    def confirmations(self) -> int | None:
        return self.row.confirmations

    @strawberry.field(description="How many confirmations make it final.")
    def confirmations_needed(self) -> int:
        return self.row.coin.confirmations

    @strawberry.field(description="What spent its coins instead.")
    def conflict(self) -> str | None:
        return self.row.conflict

    @strawberry.field(description="Since when it is to be given back, once its node shows that nothing can pay it any more.")
    async def ordered_back_at(self, info: Info) -> datetime | None:
        if self.row.state != models.PayoutBatchState.CONFLICTED:
            return None
        order = await info.context.loaders.ordered_back.load(self.row.id)
        return order.created_at if order else None

    @strawberry.field(description="When nothing could pay it any more, and its withdrawals were given back.")
    def resolved_at(self) -> datetime | None:
        return self.row.resolved_at

    @strawberry.field
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field
    def settled_at(self) -> datetime | None:
        return self.row.settled_at


def _explorer_url(batch: models.PayoutBatch) -> str | None:
    return None if batch.txid is None else batch.coin.explorer_url(network(), batch.txid)


@strawberry.type(description="The purse that a coin's payouts go from. A coin without a node has none.")
class HotWallet:
    row: strawberry.Private[models.HotWallet]
    satoshis: strawberry.Private[int]

    @strawberry.field
    def coin(self) -> models.Coin:
        return self.row.coin

    @strawberry.field(description="In whole coins, as the ledger has them.")
    def account_balance(self) -> Decimal:
        return coins(self.satoshis)

    @strawberry.field(description="In whole coins, as the node counted them last.")
    def node_balance(self) -> Decimal | None:
        return None if self.row.balance is None else coins(self.row.balance)

    @strawberry.field(description="When the node was asked last.")
    def checked_at(self) -> datetime | None:
        return self.row.checked_at

    @strawberry.field(description="What keeps it from paying.")
    def problem(self) -> str | None:
        return self.row.problem

    @strawberry.field
    def problem_since(self) -> datetime | None:
        return self.row.problem_since

    @strawberry.field(description="Whether time alone will not mend it.")
    def needs_human(self) -> bool:
        return self.row.needs_human
