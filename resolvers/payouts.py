"""Withdrawals: their terms, asked for, followed, cancelled; for admins held, released, refused, and the batches that pay them."""

from __future__ import annotations

from datetime import datetime

import strawberry
from tortoise.expressions import Q

import models
from models import HotWallet, Quote, Role, Withdrawal
from models.errors import InvalidAddress
from ops.database import sql
from payments.addresses import canonical
from payments.withdrawing import network, next_batch_at, request_withdrawal
from resolvers.found import found
from resolvers.limits import ADDRESS_OF_ACCOUNT, CANCELLATION_OF_ACCOUNT, WITHDRAWAL_OF_ACCOUNT
from resolvers.seeing import payout_batches_seen_by
from schema import payouts as types
from schema.context import Info
from schema.inputs import given, micros
from schema.page import Connection, newest_first
from schema.payload import UserError, mutation


@strawberry.type
class WithdrawalPayload:
    withdrawal: types.Withdrawal | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class PayoutBatchPayload:
    batch: types.PayoutBatch | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class PayoutQuery:
    @strawberry.field
    async def payout_methods(self, info: Info) -> list[types.PayoutMethod]:
        info.context.require_known()
        rates = await Quote.usable()
        purses = {purse.coin: purse for purse in await HotWallet.all()}
        next_at = next_batch_at(await sql.now())
        return [types.PayoutMethod(terms=types.Terms(coin, rates[coin], purses.get(coin), next_at)) for coin in models.Coin]

    @strawberry.field(description="Whether something is paid to an address of the coin; asked as one types.")
    async def check_address(self, info: Info, coin: models.Coin, address: str) -> types.AddressCheck:
        await ADDRESS_OF_ACCOUNT.count(info.context, str(info.context.user.id))
        try:
            return types.AddressCheck(canonical=canonical(coin, network(), address, "address"), problem=None)
        except InvalidAddress as invalid:
            return types.AddressCheck(canonical=None, problem=invalid.message)

    @strawberry.field(description="Of everybody, latest first. Admins only, as is the rest.")
    async def withdrawals(
        self,
        info: Info,
        first: int | None = 50,
        after: str | None = None,
        state: models.WithdrawalState | None = strawberry.UNSET,
        held: bool | None = strawberry.UNSET,
    ) -> Connection[types.Withdrawal]:
        info.context.require_role(Role.ADMIN)
        rows = Withdrawal.filter(state=state) if state else Withdrawal.all()
        if given(held) is not None:
            now = await sql.now()
            rows = rows.filter(held_until__gt=now) if held else rows.filter(Q(held_until=None) | Q(held_until__lte=now))
        return await newest_first(rows, 50 if first is None else first, after, lambda row: types.Withdrawal(row=row))

    @strawberry.field
    async def payout_batches(self, info: Info, first: int | None = 50, after: str | None = None) -> Connection[types.PayoutBatch]:
        info.context.require_role(Role.ADMIN)
        rows = payout_batches_seen_by(info.context)
        return await newest_first(rows, 50 if first is None else first, after, lambda row: types.PayoutBatch(row=row))

    @strawberry.field
    async def hot_wallets(self, info: Info) -> list[types.HotWallet]:
        info.context.require_role(Role.ADMIN)
        return await shown_purses()


@strawberry.type
class PayoutMutation:
    @mutation
    async def request_withdrawal(self, info: Info, input: types.RequestWithdrawalInput) -> WithdrawalPayload:
        """Moves the amount from the main balance to what is on its way out."""
        await WITHDRAWAL_OF_ACCOUNT.count(info.context, str(info.context.user.id))
        amount = micros(input.amount, "input", "amount")
        row = await request_withdrawal(
            info.context.user, coin=input.coin, address=input.address, amount_micros=amount, key=input.idempotency_key
        )
        return _shown(row)

    @mutation
    async def cancel_withdrawal(self, info: Info, withdrawal_id: strawberry.ID) -> WithdrawalPayload:
        """While it is still REQUESTED. Once more changes nothing."""
        await CANCELLATION_OF_ACCOUNT.count(info.context, str(info.context.user.id))
        return _shown(await (await found(Withdrawal.of(info.context.user.id), withdrawal_id, "withdrawalId")).cancel())

    @mutation
    async def hold_withdrawal(self, info: Info, withdrawal_id: strawberry.ID, until: datetime, reason: str) -> WithdrawalPayload:
        """Keeps it out of the batches until then, at most 30 days; its owner is told why. Admins only, as are the next two."""
        admin = info.context.require_role(Role.ADMIN)
        return _shown(await (await found(Withdrawal.all(), withdrawal_id, "withdrawalId")).hold(by=admin, until=until, reason=reason))

    @mutation
    async def release_withdrawal(self, info: Info, withdrawal_id: strawberry.ID, reason: str) -> WithdrawalPayload:
        """The next batch takes it."""
        admin = info.context.require_role(Role.ADMIN)
        return _shown(await (await found(Withdrawal.all(), withdrawal_id, "withdrawalId")).release(by=admin, reason=reason))

    @mutation
    async def refuse_withdrawal(self, info: Info, withdrawal_id: strawberry.ID, reason: str) -> WithdrawalPayload:
        """Fails it and gives the money back; its owner is told why."""
        admin = info.context.require_role(Role.ADMIN)
        return _shown(await (await found(Withdrawal.all(), withdrawal_id, "withdrawalId")).refuse(by=admin, reason=reason))

    @mutation
    async def give_payout_back(self, info: Info, batch_id: strawberry.ID, reason: str) -> PayoutBatchPayload:
        """Orders that a batch in conflict fails and its money returns: it does once its node shows that nothing can pay it any more. The
        payees are told why. Another order changes nothing. Admins only."""
        admin = info.context.require_role(Role.ADMIN)
        batch = await found(payout_batches_seen_by(info.context), batch_id, "batchId")
        return PayoutBatchPayload(batch=types.PayoutBatch(row=await batch.order_back(by=admin, reason=reason)))


async def shown_purses() -> list[types.HotWallet]:
    return [types.HotWallet(row=purse, satoshis=await purse.account()) for purse in await HotWallet.all().order_by("coin")]


def _shown(row: Withdrawal) -> WithdrawalPayload:
    return WithdrawalPayload(withdrawal=types.Withdrawal(row=row))
