"""The ledger: double entry in integer micro-dollars.

An entry is posted once, under its key, sums to zero per currency, and is never changed. A person's four balances are cached in their row of
`wallets`, in the statement that posts; the database keeps them from going below zero. The accounts of organizations, projects and the
system are summed from a checkpoint, and locked (by their organization's or project's row) only where money is set aside.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.fields.db_defaults import Now

from models.row import Row
from models.user import User
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.annotation import Annotation
    from models.withdrawal import Withdrawal

MICROS = 1_000_000
USD = "USD"


class AccountKind(StrEnum):
    # A person's.
    PENDING = "PENDING"
    AVAILABLE = "AVAILABLE"
    WITHDRAWING = "WITHDRAWING"
    WITHDRAWN = "WITHDRAWN"
    # An organization's.
    BALANCE = "BALANCE"
    # A project's.
    BUDGET = "BUDGET"
    RESERVED = "RESERVED"
    CONTESTED = "CONTESTED"
    # The system's; their owner is 0. Of the first there is one a currency.
    DEPOSITS = "DEPOSITS"
    CLEARING = "CLEARING"
    # What was paid out of all wallets, from the other side.
    PAID_OUT = "PAID_OUT"
    FEES = "FEES"
    ROUNDING = "ROUNDING"
    # What the platform pays of its own: for appeals that it did not decide in time. Below zero by as much as it has paid.
    PLATFORM = "PLATFORM"
    # A coin's.
    HOT_WALLET = "HOT_WALLET"
    NETWORK_FEE = "NETWORK_FEE"


PERSONAL = (AccountKind.PENDING, AccountKind.AVAILABLE, AccountKind.WITHDRAWING, AccountKind.WITHDRAWN)
SYSTEM = (
    AccountKind.DEPOSITS,
    AccountKind.CLEARING,
    AccountKind.PAID_OUT,
    AccountKind.FEES,
    AccountKind.ROUNDING,
    AccountKind.PLATFORM,
    AccountKind.HOT_WALLET,
    AccountKind.NETWORK_FEE,
)


class EntryKind(StrEnum):
    """What an entry is about. Those that move a wallet are the API's TransactionKind."""

    CREDITED = "CREDITED"
    FUNDED = "FUNDED"
    RESERVED = "RESERVED"
    UNRESERVED = "UNRESERVED"
    EARNED = "EARNED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    APPEAL_WON = "APPEAL_WON"
    RELEASED = "RELEASED"
    CLOSED = "CLOSED"
    WITHDRAWAL_REQUESTED = "WITHDRAWAL_REQUESTED"
    WITHDRAWAL_RETURNED = "WITHDRAWAL_RETURNED"
    WITHDRAWN = "WITHDRAWN"
    PAID_OUT = "PAID_OUT"
    TOPPED_UP = "TOPPED_UP"


@dataclass(frozen=True, slots=True)
class Account:
    kind: AccountKind
    owner_id: int = 0
    # USD in micro-dollars, or a coin in satoshis.
    currency: str = USD

    @property
    def is_personal(self) -> bool:
        return self.kind in PERSONAL

    async def balance(self) -> int:
        """Now. Exact for those who hold the owner's lock; for others a moment of the past."""
        if self.is_personal:
            return int(await sql.value(f"SELECT {self.kind.value.lower()} FROM wallets WHERE user_id = $1", self.owner_id) or 0)  # noqa: S608
        return int(await sql.value(_BALANCE, self.kind.value, self.owner_id, self.currency))

    async def checkpoint(self) -> None:
        """Sums what is certain to be complete, so that the next balance adds up only what came since."""
        await sql.run(_CHECKPOINT, self.kind.value, self.owner_id, self.currency)


# Postings bear their transaction's number.
# Below the oldest transaction that still runs nothing can appear any more: that far a checkpoint may reach.
# One from beyond the youngest is of another server, whose dump this database was made of: new postings would hide behind it.
_BALANCE = """
SELECT (coalesce(c.balance, 0) + coalesce((
    SELECT sum(p.amount) FROM postings p WHERE p.account = $1 AND p.owner_id = $2 AND p.currency = $3 AND p.xid >= coalesce(c.xid, 0)
        AND p.account NOT IN ('PENDING', 'AVAILABLE', 'WITHDRAWING', 'WITHDRAWN')
), 0))::bigint
FROM (SELECT) AS one LEFT JOIN checkpoints c ON c.account = $1 AND c.owner_id = $2 AND c.currency = $3
    AND c.xid <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""
_CHECKPOINT = """
WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid)
INSERT INTO checkpoints (account, owner_id, currency, balance, xid)
SELECT $1, $2, $3, coalesce(sum(p.amount), 0), horizon.xid
FROM horizon LEFT JOIN postings p ON p.account = $1 AND p.owner_id = $2 AND p.currency = $3 AND p.xid < horizon.xid
GROUP BY horizon.xid
ON CONFLICT (account, owner_id, currency) DO UPDATE SET balance = excluded.balance, xid = excluded.xid
    WHERE checkpoints.xid < excluded.xid OR checkpoints.xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""

DEPOSITS = Account(AccountKind.DEPOSITS)
CLEARING = Account(AccountKind.CLEARING)
PAID_OUT = Account(AccountKind.PAID_OUT)
FEES = Account(AccountKind.FEES)
ROUNDING = Account(AccountKind.ROUNDING)
PLATFORM = Account(AccountKind.PLATFORM)


def pending(user_id: int) -> Account:
    return Account(AccountKind.PENDING, user_id)


def available(user_id: int) -> Account:
    return Account(AccountKind.AVAILABLE, user_id)


def withdrawing(user_id: int) -> Account:
    return Account(AccountKind.WITHDRAWING, user_id)


def withdrawn(user_id: int) -> Account:
    return Account(AccountKind.WITHDRAWN, user_id)


def balance(organization_id: int) -> Account:
    return Account(AccountKind.BALANCE, organization_id)


def budget(project_id: int) -> Account:
    return Account(AccountKind.BUDGET, project_id)


def reserved(project_id: int) -> Account:
    return Account(AccountKind.RESERVED, project_id)


def contested(project_id: int) -> Account:
    return Account(AccountKind.CONTESTED, project_id)


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry before it is posted. At most one person's wallet moves in it; `moves` are (account, amount) and sum to zero a currency."""

    key: str
    kind: EntryKind
    moves: Sequence[tuple[Account, int]]
    annotation_id: int | None = None
    withdrawal_id: int | None = None
    memo: str | None = None

    @property
    def user_id(self) -> int | None:
        owners = {account.owner_id for account, _ in self.moves if account.is_personal}
        assert len(owners) <= 1, f"{self.key} moves the wallets of several people"
        return owners.pop() if owners else None

    @property
    def deltas(self) -> dict[AccountKind, int]:
        deltas: dict[AccountKind, int] = defaultdict(int)
        for account, amount in self.moves:
            if account.is_personal:
                deltas[account.kind] += amount
        return deltas


class Entry(Row):
    key = fields.CharField(120, unique=True)
    kind = fields.CharEnumField(EntryKind, max_length=30)
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="entries", on_delete=fields.RESTRICT, null=True
    )
    annotation: fields.ForeignKeyNullableRelation[Annotation] = fields.ForeignKeyField(
        "models.Annotation", related_name="entries", on_delete=fields.RESTRICT, null=True
    )
    withdrawal: fields.ForeignKeyNullableRelation[Withdrawal] = fields.ForeignKeyField(
        "models.Withdrawal", related_name="entries", on_delete=fields.RESTRICT, null=True
    )
    memo = fields.CharField(200, null=True)
    # What it did to each balance of its person: the sums of all are the balances.
    pending = fields.BigIntField(db_default=0)
    available = fields.BigIntField(db_default=0)
    withdrawing = fields.BigIntField(db_default=0)
    withdrawn = fields.BigIntField(db_default=0)
    created_at = fields.DatetimeField(db_default=Now())
    user_id: int | None
    annotation_id: int | None
    withdrawal_id: int | None

    class Meta:
        table = "entries"


class Ledger:
    @staticmethod
    async def post(movement: Movement) -> bool:
        """Posts within the caller's transaction; False where the key was posted before, and then nothing changes.

        The database raises where a personal balance would fall below zero or the entry does not sum to zero.
        """
        deltas = movement.deltas
        parts = [deltas.get(kind, 0) for kind in PERSONAL]
        posted = await sql.value(
            _POST_PERSONAL if movement.user_id is not None else _POST,
            movement.key,
            movement.kind.value,
            movement.user_id,
            movement.annotation_id,
            movement.withdrawal_id,
            movement.memo,
            *parts,
            [account.kind.value for account, _ in movement.moves],
            [account.owner_id for account, _ in movement.moves],
            [account.currency for account, _ in movement.moves],
            [amount for _, amount in movement.moves],
        )
        return posted is not None

    @staticmethod
    async def post_each(movements: Sequence[Movement]) -> int:
        """As `post`, for many movements of wallets at once; how many were posted. The wallets are locked in the order of their people."""
        owners = sorted({movement.user_id for movement in movements if movement.user_id is not None})
        await sql.run("SELECT 1 FROM wallets WHERE user_id = ANY($1::bigint[]) ORDER BY user_id FOR NO KEY UPDATE", owners)
        moves = [(movement.key, account, amount) for movement in movements for account, amount in movement.moves]
        posted = await sql.value(
            _POST_EACH,
            [movement.key for movement in movements],
            [movement.kind.value for movement in movements],
            [movement.user_id for movement in movements],
            [movement.withdrawal_id for movement in movements],
            *([movement.deltas.get(kind, 0) for movement in movements] for kind in PERSONAL),
            [key for key, _, _ in moves],
            [account.kind.value for _, account, _ in moves],
            [account.owner_id for _, account, _ in moves],
            [account.currency for _, account, _ in moves],
            [amount for _, _, amount in moves],
        )
        return int(posted)


_POST = """
WITH entry AS (
    INSERT INTO entries (key, kind, user_id, annotation_id, withdrawal_id, memo, pending, available, withdrawing, withdrawn)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (key) DO NOTHING RETURNING id
), posted AS (
    INSERT INTO postings (entry_id, account, owner_id, currency, amount)
    SELECT entry.id, m.account, m.owner_id, m.currency, m.amount
    FROM entry, unnest($11::text[], $12::bigint[], $13::text[], $14::bigint[]) AS m(account, owner_id, currency, amount)
)
SELECT id FROM entry
"""
_POST_PERSONAL = re.sub(
    r"\)\nSELECT id FROM entry",
    """), wallet AS (
    UPDATE wallets SET pending = pending + $7, available = available + $8, withdrawing = withdrawing + $9, withdrawn = withdrawn + $10,
        version = version + 1
    FROM entry WHERE wallets.user_id = $3
)
SELECT id FROM entry""",
    _POST,
)
_POST_EACH = """
WITH entry AS (
    INSERT INTO entries (key, kind, user_id, withdrawal_id, pending, available, withdrawing, withdrawn)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    ON CONFLICT (key) DO NOTHING RETURNING id, key, user_id, pending, available, withdrawing, withdrawn
), posted AS (
    INSERT INTO postings (entry_id, account, owner_id, currency, amount)
    SELECT entry.id, m.account, m.owner_id, m.currency, m.amount
    FROM entry JOIN unnest($9::text[], $10::text[], $11::bigint[], $12::text[], $13::bigint[])
        AS m(key, account, owner_id, currency, amount) USING (key)
), wallet AS (
    UPDATE wallets w SET pending = w.pending + d.pending, available = w.available + d.available,
        withdrawing = w.withdrawing + d.withdrawing, withdrawn = w.withdrawn + d.withdrawn, version = w.version + d.n
    FROM (
        SELECT user_id, sum(pending)::bigint AS pending, sum(available)::bigint AS available, sum(withdrawing)::bigint AS withdrawing,
            sum(withdrawn)::bigint AS withdrawn, count(*) AS n FROM entry GROUP BY user_id
    ) AS d WHERE w.user_id = d.user_id
)
SELECT count(*) FROM entry
"""


async def balances_of(kinds: Sequence[AccountKind], owner_ids: Sequence[int]) -> dict[int, int]:
    """The sum of these accounts of each owner, none of them personal, in micro-dollars."""
    rows = await sql.rows(_BALANCES, [kind.value for kind in kinds], list(owner_ids), USD)
    return {row["owner_id"]: row["balance"] for row in rows}


_BALANCES = """
SELECT o.owner_id, sum(coalesce(c.balance, 0) + coalesce((
    SELECT sum(p.amount) FROM postings p
    WHERE p.account = k.account AND p.owner_id = o.owner_id AND p.currency = $3 AND p.xid >= coalesce(c.xid, 0)
        AND p.account NOT IN ('PENDING', 'AVAILABLE', 'WITHDRAWING', 'WITHDRAWN')
), 0))::bigint AS balance
FROM unnest($2::bigint[]) AS o(owner_id) CROSS JOIN unnest($1::text[]) AS k(account)
    LEFT JOIN checkpoints c ON c.account = k.account AND c.owner_id = o.owner_id AND c.currency = $3
        AND c.xid <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
GROUP BY o.owner_id
"""
