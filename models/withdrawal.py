"""A withdrawal: asked for once by its key, held until it is sent, cancelled or refused. Sending is the batch's (payout_batch.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import atomic

from models.audit import AuditEntry
from models.coin import Coin
from models.errors import BelowMinimum, Conflict, IdempotencyMismatch, InsufficientFunds, InvalidInput, TooLate
from models.event import PAYOUTS, tell, user_topic
from models.ledger import MICROS, EntryKind, Ledger, Movement, available, withdrawing
from models.organization import checked_key
from models.row import Row
from models.text import prose
from models.user import User
from ops.database import sql
from ops.settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tortoise.queryset import QuerySet

    from models.payout_batch import PayoutBatch

MINIMUM_MICROS = MICROS // 2
REASON_LENGTH = 1_000
# No hold lasts longer than this without somebody deciding on it again.
LONGEST_HOLD = timedelta(days=30)


class WithdrawalState(StrEnum):
    REQUESTED = "REQUESTED"
    PROCESSING = "PROCESSING"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class Withdrawal(Row):
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="withdrawals", on_delete=fields.RESTRICT)
    key = fields.CharField(64)
    coin = fields.CharEnumField(Coin, max_length=3)
    # In canonical form.
    address = fields.CharField(128)
    # Micro-dollars. What leaves the wallet; the payee gets it less the fee.
    amount = fields.BigIntField()
    fee = fields.BigIntField()
    state = fields.CharEnumField(WithdrawalState, max_length=10, db_default=WithdrawalState.REQUESTED.value)
    batch: fields.ForeignKeyNullableRelation[PayoutBatch] = fields.ForeignKeyField(
        "models.PayoutBatch", related_name="withdrawals", on_delete=fields.RESTRICT, null=True
    )
    # What is sent, fixed with the batch.
    satoshis = fields.BigIntField(null=True)
    held_until = fields.DatetimeField(null=True)
    hold_reason = fields.TextField(null=True)
    # Why it failed or was cancelled.
    reason = fields.TextField(null=True)
    requested_at = fields.DatetimeField(db_default=Now())
    # Every state it has been in, oldest first, as {"state", "at"}: the database keeps it.
    timeline: list[dict[str, Any]] = fields.JSONField(db_default=SqlDefault("'[]'"))
    user_id: int
    batch_id: int | None

    class Meta:
        table = "withdrawals"
        unique_together = (("user_id", "key"),)

    @classmethod
    def of(cls, user_id: int) -> QuerySet[Withdrawal]:
        return cls.filter(user_id=user_id)

    @classmethod
    async def due(cls, coin: Coin, before: datetime, most: int) -> list[Withdrawal]:
        """What was requested before then and nothing holds, oldest first: the caller's, in a transaction. What others lock is left out."""
        return await cls.rows(_DUE, coin.value, before, most)

    @classmethod
    @atomic()
    async def request(cls, user_id: int, *, coin: Coin, address: str, amount_micros: int, key: str) -> Withdrawal:
        """Holds money for a payout to a canonical address of the coin. The key makes it repeatable.

        Raises IdempotencyMismatch, BelowMinimum, InsufficientFunds.
        """
        key = checked_key(key)
        # A ban for fraud holds what was requested before it, and we hold what comes after: so the one waits for the other.
        for_fraud = await sql.value("SELECT for_fraud FROM standings WHERE user_id = $1 FOR SHARE", user_id)
        # All that takes money out of a wallet waits here in turn.
        held = await sql.value("SELECT available FROM wallets WHERE user_id = $1 FOR NO KEY UPDATE", user_id)
        before = await cls.get_or_none(user_id=user_id, key=key)
        if before is not None:
            if (before.coin, before.address, before.amount) != (coin, address, amount_micros):
                raise IdempotencyMismatch("input", "idempotencyKey")
            return before
        if amount_micros < MINIMUM_MICROS:
            raise BelowMinimum(f"A withdrawal begins at ${MINIMUM_MICROS / MICROS:.2f}.", "input", "amount")
        if held < amount_micros:
            raise InsufficientFunds("Your main balance is smaller than that.", "input", "amount")
        reason, days = (FRAUD_HOLD, LONGEST_HOLD) if for_fraud else await _why_held(user_id, coin, address)
        withdrawal = await cls.one(
            """
            INSERT INTO withdrawals (user_id, key, coin, address, amount, fee, hold_reason, held_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval) RETURNING *
            """,
            user_id,
            key,
            coin.value,
            address,
            amount_micros,
            settings().payout_fee_micros,
            reason,
            days,
        )
        assert withdrawal is not None
        await Ledger.post(
            Movement(
                key=f"hold:{withdrawal.id}",
                kind=EntryKind.WITHDRAWAL_REQUESTED,
                moves=[(available(user_id), -amount_micros), (withdrawing(user_id), amount_micros)],
                withdrawal_id=withdrawal.id,
            )
        )
        await tell_changed([withdrawal])
        return withdrawal

    @atomic()
    async def cancel(self) -> Withdrawal:
        """By its owner, while it is REQUESTED. Once more changes nothing; later is TooLate."""
        current = await self._locked()
        if current.state == WithdrawalState.CANCELLED:
            return current
        if current.state != WithdrawalState.REQUESTED:
            raise TooLate(f"It is {current.state.value} already.", "withdrawalId")
        return await current._end(WithdrawalState.CANCELLED, "Cancelled by you.")

    @atomic()
    async def hold(self, *, by: User, until: datetime, reason: str) -> Withdrawal:
        """Keeps it out of the batches until then, at most LONGEST_HOLD from now."""
        reason = prose(reason, REASON_LENGTH, "The reason", "reason")
        if not timedelta() < until - await sql.now() <= LONGEST_HOLD:
            raise InvalidInput(f"A hold ends in the future, within {LONGEST_HOLD.days} days.", "until")
        current = await self._waiting()
        await AuditEntry.record("holdWithdrawal", by=by, subject=self, reason=f"until {until.isoformat(timespec='minutes')}: {reason}")
        return await current._set_hold(until, reason)

    @atomic()
    async def release(self, *, by: User, reason: str) -> Withdrawal:
        """Lets the next batch take it."""
        reason = prose(reason, REASON_LENGTH, "The reason", "reason")
        current = await self._waiting()
        if current.held_until is None:
            return current
        await AuditEntry.record("releaseWithdrawal", by=by, subject=self, reason=reason)
        return await current._set_hold(None, None)

    @atomic()
    async def refuse(self, *, by: User, reason: str) -> Withdrawal:
        """Fails it and returns the money; its owner reads the reason."""
        reason = prose(reason, REASON_LENGTH, "The reason", "reason")
        current = await self._waiting()
        await AuditEntry.record("refuseWithdrawal", by=by, subject=self, reason=reason)
        return await current._end(WithdrawalState.FAILED, reason)

    @classmethod
    @atomic()
    async def refuse_each(cls, reasons: dict[int, str]) -> int:
        """Fails those of these, by id, that still wait, and returns their money: what no coin can be sent for. How many."""
        # All of them before any wallet: whoever cancels one holds it, and then waits for the wallet.
        waiting = await cls.rows(
            "SELECT * FROM withdrawals WHERE id = ANY($1::bigint[]) AND state = 'REQUESTED' ORDER BY id FOR NO KEY UPDATE", list(reasons)
        )
        await sql.run(_LOCK_WALLETS, [withdrawal.user_id for withdrawal in waiting])
        for withdrawal in waiting:
            await withdrawal._end(WithdrawalState.FAILED, reasons[withdrawal.id])
        return len(waiting)

    @classmethod
    async def hold_all_of(cls, user_id: int, reason: str) -> None:
        """What a person still waits for is looked at first. In the caller's transaction."""
        held = await cls.rows(
            """
            UPDATE withdrawals SET held_until = now() + $2::interval, hold_reason = $3 WHERE id IN (
                SELECT id FROM withdrawals WHERE user_id = $1 AND state = 'REQUESTED' ORDER BY id FOR NO KEY UPDATE
            ) RETURNING *
            """,
            user_id,
            LONGEST_HOLD,
            reason,
        )
        await tell_changed(held)

    @classmethod
    async def release_all_of(cls, user_id: int, reason: str) -> None:
        """Ends the holds of a person that were for this reason. In the caller's transaction."""
        released = await cls.rows(
            """
            UPDATE withdrawals SET held_until = NULL, hold_reason = NULL WHERE id IN (
                SELECT id FROM withdrawals WHERE user_id = $1 AND state = 'REQUESTED' AND hold_reason = $2 ORDER BY id FOR NO KEY UPDATE
            ) RETURNING *
            """,
            user_id,
            reason,
        )
        await tell_changed(released)

    async def _locked(self) -> Withdrawal:
        current = await Withdrawal.one("SELECT * FROM withdrawals WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert current is not None
        return current

    async def _waiting(self) -> Withdrawal:
        current = await self._locked()
        if current.state != WithdrawalState.REQUESTED:
            raise Conflict(f"It is {current.state.value} already.", "withdrawalId")
        return current

    async def _set_hold(self, until: datetime | None, reason: str | None) -> Withdrawal:
        changed = await Withdrawal.one(
            "UPDATE withdrawals SET held_until = $2, hold_reason = $3 WHERE id = $1 RETURNING *", self.id, until, reason
        )
        assert changed is not None
        await tell_changed([changed])
        return changed

    async def _end(self, state: WithdrawalState, reason: str) -> Withdrawal:
        ended = await Withdrawal.one(
            "UPDATE withdrawals SET state = $2, reason = $3, held_until = NULL, hold_reason = NULL WHERE id = $1 RETURNING *",
            self.id,
            state.value,
            reason,
        )
        assert ended is not None
        await Ledger.post(giving_back(ended))
        await tell_changed([ended])
        return ended


_LOCK_WALLETS = "SELECT 1 FROM wallets WHERE user_id = ANY($1::bigint[]) ORDER BY user_id FOR NO KEY UPDATE"
_DUE = """
SELECT * FROM withdrawals WHERE coin = $1 AND state = 'REQUESTED' AND requested_at < $2 AND coalesce(held_until <= now(), true)
ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
"""


def giving_back(withdrawal: Withdrawal) -> Movement:
    """The entry that returns its money."""
    moves = [(withdrawing(withdrawal.user_id), -withdrawal.amount), (available(withdrawal.user_id), withdrawal.amount)]
    return Movement(key=f"return:{withdrawal.id}", kind=EntryKind.WITHDRAWAL_RETURNED, moves=moves, withdrawal_id=withdrawal.id)


async def tell_changed(withdrawals: Sequence[Withdrawal]) -> None:
    """Their owners, and the admins."""
    if withdrawals:
        await tell([(user_topic(each.user_id), "WithdrawalChanged", {"withdrawal": each.id}) for each in withdrawals], [PAYOUTS])


async def _why_held(user_id: int, coin: Coin, address: str) -> tuple[str | None, timedelta | None]:
    """For what reason a new withdrawal waits for a check, and how long."""
    hours = settings().payout_hold_hours
    if not hours:
        return None, None
    known = await sql.rows(
        "SELECT coin, address FROM withdrawals WHERE user_id = $1 AND state NOT IN ('CANCELLED', 'FAILED') GROUP BY coin, address", user_id
    )
    if not known:
        return "The first withdrawal waits for a while, so that a stolen account can be told of in time.", timedelta(hours=hours)
    if (coin.value, address) not in {(row["coin"], row["address"]) for row in known}:
        return "A new address waits for a while, so that a stolen account can be told of in time.", timedelta(hours=hours)
    return None, None


FRAUD_HOLD = "The account was banned for fraud: somebody looks at this withdrawal before it is sent."
