"""A batch: the withdrawals of one coin that one transaction pays.

CLAIMED → SIGNED → BROADCAST → CONFIRMED → SETTLED; ABANDONED from CLAIMED only. From SIGNED on the signed bytes are kept, and only they
are ever sent. Of each coin one batch is under way at a time: the database holds that, and that nothing goes from SIGNED back.

Lock order: batch, standings by person, withdrawals by id, wallets by person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.transactions import atomic

from models.audit import AuditEntry
from models.coin import SATOSHIS, Coin
from models.errors import Conflict
from models.event import PAYOUTS, Hint
from models.hot_wallet import coin_clearing, hot_wallet, network_fee
from models.ledger import CLEARING, FEES, PAID_OUT, ROUNDING, Account, EntryKind, Ledger, Movement, withdrawing, withdrawn
from models.row import Row
from models.text import prose
from models.withdrawal import FRAUD_HOLD, LONGEST_HOLD, REASON_LENGTH, Withdrawal, giving_back, tell_changed
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tortoise.queryset import QuerySet

    from models.rate import Rate
    from models.user import User

# A transaction of so many payees stays well below the 100,000 bytes that nodes pass on.
MOST_PAYEES = 2_000


class PayoutBatchState(StrEnum):
    CLAIMED = "CLAIMED"
    SIGNED = "SIGNED"
    BROADCAST = "BROADCAST"
    CONFIRMED = "CONFIRMED"
    SETTLED = "SETTLED"
    ABANDONED = "ABANDONED"
    CONFLICTED = "CONFLICTED"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim came to: the batch, if any, and what was left to wait for more coins, in satoshis."""

    batch: PayoutBatch | None
    lacking: int


class PayoutBatch(Row):
    coin = fields.CharEnumField(Coin, max_length=3)
    state = fields.CharEnumField(PayoutBatchState, max_length=10, db_default=PayoutBatchState.CLAIMED.value)
    # Micro-dollars for one coin, fixed for all that is in it; since when, and by whom.
    rate_micros = fields.BigIntField()
    rate_at = fields.DatetimeField()
    rate_sources = fields.CharField(200)
    # How many withdrawals, their sum in micro-dollars, and what their payees get in satoshis.
    size = fields.IntField()
    amount = fields.BigIntField()
    satoshis = fields.BigIntField()
    # Signed bytes, the transaction they are, what it spends as [txid, output], and what the network takes in satoshis.
    signed = fields.BinaryField(null=True)
    txid = fields.CharField(64, null=True, unique=True)
    inputs: list[tuple[str, int]] | None = fields.JSONField(null=True)
    network_fee = fields.BigIntField(null=True)
    confirmations = fields.IntField(null=True)
    # What spent its inputs instead, and when a human had made sure that it can never be paid.
    conflict = fields.TextField(null=True)
    resolved_at: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    signed_at: datetime | None = fields.DatetimeField(null=True)
    broadcast_at: datetime | None = fields.DatetimeField(null=True)
    confirmed_at: datetime | None = fields.DatetimeField(null=True)
    settled_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "payout_batches"

    @classmethod
    def shown(cls) -> QuerySet[PayoutBatch]:
        """Without the signed bytes and what they spend: many, and for nobody to see."""
        return cls.all().only(*(name for name in cls._meta.db_fields if name not in {"signed", "inputs"}))

    @classmethod
    async def under_way(cls, coin: Coin) -> PayoutBatch | None:
        return await cls.one(f"SELECT * FROM payout_batches WHERE coin = $1 AND {UNDER_WAY}", coin.value)  # noqa: S608

    @classmethod
    async def let_go_of_lately(cls, coin: Coin, within: timedelta) -> int:
        """How many of the last ones, one after another, were abandoned, and began within that time."""
        return int(await sql.value(_LET_GO, coin.value, within))

    @classmethod
    @atomic()
    async def claim(cls, rate: Rate, *, before: datetime, spendable: int, per_payee: int, among: Collection[int] | None = None) -> Claimed:
        """Takes what was requested before then and is not held, oldest first, as far as the coins reach.

        `spendable` satoshis are there, of which each payee takes `per_payee` besides, for the network. The rate is fixed for all.
        `among`: these ids alone, whose addresses and worth were looked at. What came free since then waits for the next batch.
        """
        waiting = [each for each in await Withdrawal.due(rate.coin, before, MOST_PAYEES) if among is None or each.id in among]
        taken: list[Withdrawal] = []
        left = spendable
        lacking = 0
        for withdrawal in waiting:
            withdrawal.satoshis = worth(withdrawal, rate.micros)
            left -= withdrawal.satoshis + per_payee
            # The oldest first: who waits longest is not overtaken by those that ask for less.
            if left < 0:
                lacking = -left
                break
            taken.append(withdrawal)
        if not taken:
            return Claimed(None, lacking)
        batch = await cls.add(
            coin=rate.coin,
            rate_micros=rate.micros,
            rate_at=rate.at,
            rate_sources=rate.sources,
            size=len(taken),
            amount=sum(withdrawal.amount for withdrawal in taken),
            satoshis=sum(withdrawal.satoshis or 0 for withdrawal in taken),
        )
        await sql.run(
            """
            UPDATE withdrawals w SET state = 'PROCESSING', batch_id = $1, satoshis = t.satoshis, held_until = NULL, hold_reason = NULL
            FROM unnest($2::bigint[], $3::bigint[]) AS t(id, satoshis) WHERE w.id = t.id
            """,
            batch.id,
            [withdrawal.id for withdrawal in taken],
            [withdrawal.satoshis for withdrawal in taken],
        )
        await tell_changed(taken)
        return Claimed(batch, lacking)

    def contents(self) -> QuerySet[Withdrawal]:
        return Withdrawal.filter(batch_id=self.id).order_by("id")

    async def payees(self) -> dict[str, int]:
        """Satoshis for each address; several withdrawals to one are one output."""
        rows = await sql.rows(
            "SELECT address, sum(satoshis)::bigint AS satoshis FROM withdrawals WHERE batch_id = $1 GROUP BY address", self.id
        )
        return {row["address"]: row["satoshis"] for row in rows}

    @atomic()
    async def abandon(self) -> bool:
        """Lets go of what was claimed and not signed; False where it was signed meanwhile."""
        abandoned = await sql.run("UPDATE payout_batches SET state = 'ABANDONED' WHERE id = $1 AND state = 'CLAIMED'", self.id)
        if abandoned:
            # A ban for fraud holds what waits, and this did not: so the one waits for the other.
            await sql.run(_STANDINGS, self.id)
            await tell_changed(await Withdrawal.rows(_WAITING_AGAIN, self.id, LONGEST_HOLD, FRAUD_HOLD))
        return abandoned == 1

    async def keep_signed(self, signed: bytes, txid: str, inputs: Sequence[tuple[str, int]], fee_satoshis: int) -> bool:
        """What will be sent, before it is sent.

        False where another worker signed or abandoned it meanwhile: then these bytes are never sent.
        """
        kept = await sql.run(
            """
            UPDATE payout_batches SET state = 'SIGNED', signed = $2, txid = $3, inputs = $4::jsonb, network_fee = $5, signed_at = now()
            WHERE id = $1 AND state = 'CLAIMED'
            """,
            self.id,
            signed,
            txid,
            _json(inputs),
            fee_satoshis,
        )
        return kept == 1

    @atomic()
    async def mark_broadcast(self) -> None:
        """The network has its bytes."""
        if await sql.run(
            "UPDATE payout_batches SET state = 'BROADCAST', broadcast_at = coalesce(broadcast_at, now()), confirmations = 0"
            " WHERE id = $1 AND state = 'SIGNED'",
            self.id,
        ):
            sent = await Withdrawal.rows("UPDATE withdrawals SET state = 'SENT' WHERE batch_id = $1 RETURNING *", self.id)
            await tell_changed(sent)

    @atomic()
    async def see(self, confirmations: int) -> None:
        """How deep it lies. Deep enough it is CONFIRMED; a reorganisation of the chain takes it back to BROADCAST, never further."""
        state = PayoutBatchState.CONFIRMED if confirmations >= self.coin.confirmations else PayoutBatchState.BROADCAST
        seen = await sql.run(
            """
            UPDATE payout_batches SET confirmations = $2, state = $3, conflict = NULL,
                confirmed_at = CASE WHEN $3 = 'CONFIRMED' THEN coalesce(confirmed_at, now()) END
            WHERE id = $1 AND state IN ('BROADCAST', 'CONFIRMED', 'CONFLICTED') AND resolved_at IS NULL
                AND (confirmations, state) IS DISTINCT FROM ($2, $3::text)
            """,
            self.id,
            max(confirmations, 0),
            state.value,
        )
        if seen:
            # One in conflict may have been sent without our knowing.
            await sql.run("UPDATE withdrawals SET state = 'SENT' WHERE batch_id = $1 AND state = 'PROCESSING'", self.id)
            await tell_changed(await self.contents())

    @atomic()
    async def conflicted(self, conflict: str) -> bool:
        """Something else spent what it spends. Nothing more is sent in this coin until a human has looked (docs/runbook.md)."""
        changed = await sql.run(
            "UPDATE payout_batches SET state = 'CONFLICTED', conflict = $2 WHERE id = $1 AND state IN ('SIGNED', 'BROADCAST', 'CONFIRMED')",
            self.id,
            conflict,
        )
        if changed:
            await Hint.record(PAYOUTS)
        return changed == 1

    @atomic()
    async def settle(self) -> bool:
        """Books what was paid, the coins and the fee of the network, once it lies deep enough; False where it was settled before."""
        batch = await PayoutBatch.one("SELECT * FROM payout_batches WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert batch is not None
        if batch.state != PayoutBatchState.CONFIRMED:
            return False
        assert batch.network_fee is not None
        paid = await Withdrawal.rows("UPDATE withdrawals SET state = 'CONFIRMED' WHERE batch_id = $1 RETURNING *", batch.id)
        await Ledger.post_each([_settling(withdrawal) for withdrawal in paid])
        fees = sum(withdrawal.fee for withdrawal in paid)
        value = sum((withdrawal.satoshis or 0) * batch.rate_micros // SATOSHIS for withdrawal in paid)
        moves: list[tuple[Account, int]] = [
            (PAID_OUT, -batch.amount),
            (FEES, fees),
            (CLEARING, value),
            (ROUNDING, batch.amount - fees - value),
            (hot_wallet(batch.coin), -batch.satoshis - batch.network_fee),
            (coin_clearing(batch.coin), batch.satoshis),
            (network_fee(batch.coin), batch.network_fee),
        ]
        await Ledger.post(
            Movement(key=f"payout:{batch.id}", kind=EntryKind.PAID_OUT, moves=[move for move in moves if move[1]], memo=batch.txid)
        )
        await sql.run("UPDATE payout_batches SET state = 'SETTLED', settled_at = now() WHERE id = $1", batch.id)
        await tell_changed(paid)
        return True

    @atomic()
    async def order_back(self, *, by: User | None, reason: str) -> PayoutBatch:
        """A human wants it given back. It is as soon as whoever asks the node has made sure that it can never be paid.

        The order is the entry in the audit log, whose reason the payees read; another order changes nothing. Raises Conflict unless the
        batch is CONFLICTED and was not given back.
        """
        reason = prose(reason, REASON_LENGTH, "The reason", "reason")
        stands = await sql.value(
            "SELECT 1 FROM payout_batches WHERE id = $1 AND state = 'CONFLICTED' AND resolved_at IS NULL FOR NO KEY UPDATE", self.id
        )
        if not stands:
            raise Conflict("Only a batch in conflict is given back, and once.", "batchId")
        if self.id not in await self.ordered_back([self.id]):
            await AuditEntry.record(_ORDER, by=by, subject=self, reason=reason)
            await Hint.record(PAYOUTS)
        return self

    @classmethod
    async def ordered_back(cls, batch_ids: Sequence[int]) -> dict[int, AuditEntry]:
        """Those of them that are to be given back, and by whose order."""
        orders = await AuditEntry.filter(action=_ORDER, subject_type=cls.__name__, subject_id__in=batch_ids).order_by("-id")
        return {order.subject_id: order for order in orders if order.subject_id is not None}

    @atomic()
    async def give_back(self) -> None:
        """Its withdrawals fail, and their money returns. The caller has made sure that it can never be paid.

        Raises Conflict unless it is CONFLICTED, was ordered back, and this was not done before.
        """
        order = (await self.ordered_back([self.id])).get(self.id)
        if order is None or not await sql.run(
            "UPDATE payout_batches SET resolved_at = now() WHERE id = $1 AND state = 'CONFLICTED' AND resolved_at IS NULL", self.id
        ):
            raise Conflict("Only a batch in conflict is given back, once, and by somebody's order.", "batchId")
        ended = await Withdrawal.rows(
            "UPDATE withdrawals SET state = 'FAILED', reason = $2 WHERE batch_id = $1 RETURNING *", self.id, order.reason
        )
        await Ledger.post_each([giving_back(withdrawal) for withdrawal in ended])
        await tell_changed(ended)


_ORDER = "givePayoutBack"
_LET_GO = """
SELECT count(*) FROM payout_batches WHERE coin = $1 AND state = 'ABANDONED' AND created_at > now() - $2::interval
    AND id > coalesce((SELECT max(id) FROM payout_batches WHERE coin = $1 AND state <> 'ABANDONED'), 0)
"""
_STANDINGS = """
SELECT 1 FROM standings WHERE user_id IN (SELECT user_id FROM withdrawals WHERE batch_id = $1) ORDER BY user_id FOR SHARE
"""
_WAITING_AGAIN = """
UPDATE withdrawals w SET state = 'REQUESTED', batch_id = NULL, satoshis = NULL,
    held_until = CASE WHEN s.for_fraud THEN now() + $2::interval END, hold_reason = CASE WHEN s.for_fraud THEN $3 END
FROM standings s WHERE s.user_id = w.user_id AND w.batch_id = $1 RETURNING w.*
"""

# Of each coin at most one: a unique index says the same.
UNDER_WAY = "state NOT IN ('SETTLED', 'ABANDONED') AND resolved_at IS NULL"


def worth(withdrawal: Withdrawal, rate_micros: int) -> int:
    """Satoshis at micro-dollars for a coin, rounded down: the remainder is booked."""
    sent: int = (withdrawal.amount - withdrawal.fee) * SATOSHIS // rate_micros
    return sent


def _settling(withdrawal: Withdrawal) -> Movement:
    return Movement(
        key=f"settle:{withdrawal.id}",
        kind=EntryKind.WITHDRAWN,
        moves=[(withdrawing(withdrawal.user_id), -withdrawal.amount), (withdrawn(withdrawal.user_id), withdrawal.amount)],
        withdrawal_id=withdrawal.id,
    )


def _json(inputs: Sequence[tuple[str, int]]) -> str:
    return json.dumps([list(spent) for spent in inputs])
