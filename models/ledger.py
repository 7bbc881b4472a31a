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
    # The system's; its owner is 0.
    DEPOSITS = "DEPOSITS"


PERSONAL = (AccountKind.PENDING, AccountKind.AVAILABLE, AccountKind.WITHDRAWING, AccountKind.WITHDRAWN)


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


@dataclass(frozen=True, slots=True)
class Account:
    kind: AccountKind
    owner_id: int

    @property
    def is_personal(self) -> bool:
        return self.kind in PERSONAL

    async def balance(self) -> int:
        """Micro-dollars, now. Exact for those who hold the owner's lock; for others a moment of the past."""
        if self.is_personal:
            return int(await sql.value(f"SELECT {self.kind.value.lower()} FROM wallets WHERE user_id = $1", self.owner_id) or 0)  # noqa: S608
        return int(await sql.value(_BALANCE, self.kind.value, self.owner_id, USD))

    async def checkpoint(self) -> None:
        """Sums what is certain to be complete, so that the next balance adds up only what came since."""
        await sql.run(_CHECKPOINT, self.kind.value, self.owner_id, USD)


# Postings bear their transaction's number.
# Below the oldest transaction that still runs nothing can appear any more: that far a checkpoint may reach.
_BALANCE = """
SELECT (coalesce(c.balance, 0) + coalesce((
    SELECT sum(p.amount) FROM postings p WHERE p.account = $1 AND p.owner_id = $2 AND p.currency = $3 AND p.xid >= coalesce(c.xid, 0)
        AND p.account NOT IN ('PENDING', 'AVAILABLE', 'WITHDRAWING', 'WITHDRAWN')
), 0))::bigint
FROM (SELECT) AS one LEFT JOIN checkpoints c ON c.account = $1 AND c.owner_id = $2 AND c.currency = $3
"""
_CHECKPOINT = """
WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid)
INSERT INTO checkpoints (account, owner_id, currency, balance, xid)
SELECT $1, $2, $3, coalesce(sum(p.amount), 0), horizon.xid
FROM horizon LEFT JOIN postings p ON p.account = $1 AND p.owner_id = $2 AND p.currency = $3 AND p.xid < horizon.xid
GROUP BY horizon.xid
ON CONFLICT (account, owner_id, currency) DO UPDATE SET balance = excluded.balance, xid = excluded.xid WHERE checkpoints.xid < excluded.xid
"""

DEPOSITS = Account(AccountKind.DEPOSITS, 0)


def pending(user_id: int) -> Account:
    return Account(AccountKind.PENDING, user_id)


def available(user_id: int) -> Account:
    return Account(AccountKind.AVAILABLE, user_id)


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
    """An entry before it is posted. At most one person's wallet moves in it; `moves` are (account, micro-dollars) and sum to zero."""

    key: str
    kind: EntryKind
    moves: Sequence[tuple[Account, int]]
    annotation_id: int | None = None
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
    memo = fields.CharField(200, null=True)
    # What it did to each balance of its person: the sums of all are the balances.
    pending = fields.BigIntField(db_default=0)
    available = fields.BigIntField(db_default=0)
    withdrawing = fields.BigIntField(db_default=0)
    withdrawn = fields.BigIntField(db_default=0)
    created_at = fields.DatetimeField(db_default=Now())
    user_id: int | None
    annotation_id: int | None

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
            movement.memo,
            *parts,
            [account.kind.value for account, _ in movement.moves],
            [account.owner_id for account, _ in movement.moves],
            [amount for _, amount in movement.moves],
        )
        return posted is not None


_POST = """
WITH entry AS (
    INSERT INTO entries (key, kind, user_id, annotation_id, memo, pending, available, withdrawing, withdrawn)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (key) DO NOTHING RETURNING id
), posted AS (
    INSERT INTO postings (entry_id, account, owner_id, amount)
    SELECT entry.id, m.account, m.owner_id, m.amount
    FROM entry, unnest($10::text[], $11::bigint[], $12::bigint[]) AS m(account, owner_id, amount)
)
SELECT id FROM entry
"""
_POST_PERSONAL = re.sub(
    r"\)\nSELECT id FROM entry",
    """), wallet AS (
    UPDATE wallets SET pending = pending + $6, available = available + $7, withdrawing = withdrawing + $8, withdrawn = withdrawn + $9,
        version = version + 1
    FROM entry WHERE wallets.user_id = $3
)
SELECT id FROM entry""",
    _POST,
)


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
GROUP BY o.owner_id
"""
