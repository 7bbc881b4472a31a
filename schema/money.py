"""Wallets and what moved them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, cast

import strawberry

import models
from models.ledger import MICROS
from models.wallet import END
from schema.context import Info
from schema.node import Node
from schema.page import Connection, Slice, from_sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schema.judgement import Annotation
    from schema.payouts import Withdrawal


@strawberry.type(description="An amount of money.")
class Money:
    amount: Decimal
    currency: str = strawberry.field(description="ISO 4217 code; USD throughout.")


def money(micros: int) -> Money:
    return Money(amount=dollars(micros), currency="USD")


def dollars(micros: int) -> Decimal:
    return Decimal(micros) / MICROS


@strawberry.enum
class TransactionKind(StrEnum):
    EARNED = "EARNED"
    REJECTED = "REJECTED"
    APPROVED = "APPROVED"
    APPEAL_WON = "APPEAL_WON"
    WITHDRAWAL_REQUESTED = "WITHDRAWAL_REQUESTED"
    WITHDRAWAL_RETURNED = "WITHDRAWAL_RETURNED"
    WITHDRAWN = "WITHDRAWN"
    ADJUSTED = "ADJUSTED"


@strawberry.type(description="One movement in the history of a wallet: what it did to each balance. The sums of all are the balances.")
class Transaction(Node):
    row: strawberry.Private[models.Entry]

    @strawberry.field
    def kind(self) -> TransactionKind:
        return TransactionKind(self.row.kind.value)

    @strawberry.field
    def pending_delta(self) -> Decimal:
        return dollars(self.row.pending)

    @strawberry.field
    def available_delta(self) -> Decimal:
        return dollars(self.row.available)

    @strawberry.field
    def withdrawing_delta(self) -> Decimal:
        return dollars(self.row.withdrawing)

    @strawberry.field
    def withdrawn_delta(self) -> Decimal:
        return dollars(self.row.withdrawn)

    @strawberry.field
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field
    async def annotation(self, info: Info) -> Annotated[Annotation, strawberry.lazy("schema.judgement")] | None:
        from schema.judgement import Annotation

        if self.row.annotation_id is None:
            return None
        return Annotation(row=await info.context.loaders.row(models.Annotation, self.row.annotation_id))

    @strawberry.field
    async def withdrawal(self, info: Info) -> Annotated[Withdrawal, strawberry.lazy("schema.payouts")] | None:
        from schema.payouts import Withdrawal

        if self.row.withdrawal_id is None:
            return None
        return Withdrawal(row=await info.context.loaders.row(models.Withdrawal, self.row.withdrawal_id))


@strawberry.type
class DailyEarnings:
    date: str = strawberry.field(description="ISO 8601 date.")
    amount: Money
    annotations: int


@strawberry.type
class Wallet:
    row: strawberry.Private[models.Wallet]

    @strawberry.field(description="Earned and waiting for a verdict.")
    def pending(self) -> Money:
        return money(self.row.pending)

    @strawberry.field(description="The main balance: approved, and free to withdraw.")
    def available(self) -> Money:
        return money(self.row.available)

    @strawberry.field(description="On its way out.")
    def withdrawing(self) -> Money:
        return money(self.row.withdrawing)

    @strawberry.field
    def withdrawn(self) -> Money:
        return money(self.row.withdrawn)

    @strawberry.field
    async def transactions(
        self, first: int | None = 20, after: str | None = None, kinds: list[TransactionKind] | None = strawberry.UNSET
    ) -> Connection[Transaction]:
        wanted = [kind.value for kind in kinds or ()]

        async def read(asked: Slice) -> Sequence[models.Entry]:
            [before] = cast("tuple[int]", asked.after or (END,))
            return await self.row.transactions(asked.limit, before, wanted)

        return await from_sql("latest Entry", read, first, after, (int,), lambda row: (row.id,), lambda row: Transaction(row=row))

    @strawberry.field(description="Approved earnings a day, oldest first, for the last `days` days in an IANA time zone.")
    async def earnings(self, days: int | None = 30, time_zone: str | None = "UTC") -> list[DailyEarnings]:
        rows = await self.row.earnings(30 if days is None else days, time_zone or "UTC")
        return [DailyEarnings(date=row.day.isoformat(), amount=money(row.amount_micros), annotations=row.annotations) for row in rows]
