"""Sums the busy accounts now and then, so that their balance adds up only what came since."""

from __future__ import annotations

from models.ledger import Account, AccountKind
from ops.database import sql

# Below that a sum is as quick as reading the checkpoint.
WORTH_POSTINGS = 1_000
MOST_ACCOUNTS = 50


async def keep_checkpoints() -> int:
    """Always 0: there is no hurry for the next round."""
    # Of the server that a dump was made on. No balance rests on them, until this server has counted as far as that one had.
    await sql.run("DELETE FROM checkpoints WHERE xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    for row in await sql.rows(_BUSY, WORTH_POSTINGS, MOST_ACCOUNTS):
        await Account(AccountKind(row["account"]), row["owner_id"], row["currency"]).checkpoint()
    return 0


_BUSY = """
SELECT p.account, p.owner_id, p.currency FROM postings p LEFT JOIN checkpoints c USING (account, owner_id, currency)
WHERE p.account NOT IN ('PENDING', 'AVAILABLE', 'WITHDRAWING', 'WITHDRAWN') AND p.xid >= coalesce(c.xid, 0)
GROUP BY p.account, p.owner_id, p.currency HAVING count(*) >= $1 LIMIT $2
"""
