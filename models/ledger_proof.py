"""The proof of the ledger: every invariant of the money, over the whole database, as of one moment. What breaks one is named.

Each check is one statement over whole tables, so the proof costs a few scans however much there is. It knows the truth from two sides, from
the postings and from what was done (annotations, verdicts, tasks: work_proof.py, payout_proof.py), and the two have to agree.
"""

# ruff: noqa: S608 (the statements are put together from constants of this file)

from __future__ import annotations

from tortoise.transactions import in_transaction

from models.ledger import PERSONAL, SYSTEM, AccountKind, EntryKind
from models.payout_proof import PAYOUTS
from models.work_proof import PAY, WORK
from ops.database import sql

# A database in which more breaks the same rule is not mended line by line.
MOST_NAMED = 100


async def verify() -> list[str]:
    """A line for each breach, none where all is well. Sees one moment of the database, and holds nobody up."""
    async with in_transaction():
        await sql.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return await breaches()


async def breaches() -> list[str]:
    """As `verify`, in the caller's transaction: with what it has not committed."""
    lines: list[str] = []
    for check in (*BOOKS, *BALANCES, *PAY, *WORK, *PAYOUTS):
        found = await sql.rows(f"SELECT breach, count(*) OVER () AS total FROM ({check}) AS found LIMIT {MOST_NAMED}")
        lines += [row["breach"] for row in found]
        if found and found[0]["total"] > len(found):
            lines.append(f"… and {found[0]['total'] - len(found)} more like the last")
    return lines


_KINDS = ", ".join(f"'{kind.value}'" for kind in AccountKind)
_SYSTEM = ", ".join(f"'{kind.value}'" for kind in SYSTEM)
_PERSONAL = ", ".join(f"'{kind.value}'" for kind in PERSONAL)
# The sums of a person's accounts, side by side.
_FOUR = ", ".join(f"coalesce(sum(amount) FILTER (WHERE account = '{kind.value}'), 0)::bigint AS {kind.value.lower()}" for kind in PERSONAL)
# Which accounts an entry of each kind moves: docs/architecture.md has the same as a table.
_MOVES = {
    EntryKind.CREDITED: (AccountKind.DEPOSITS, AccountKind.BALANCE),
    EntryKind.FUNDED: (AccountKind.BALANCE, AccountKind.BUDGET),
    EntryKind.RESERVED: (AccountKind.BUDGET, AccountKind.RESERVED),
    EntryKind.UNRESERVED: (AccountKind.RESERVED, AccountKind.BUDGET),
    EntryKind.EARNED: (AccountKind.RESERVED, AccountKind.PENDING),
    EntryKind.APPROVED: (AccountKind.PENDING, AccountKind.AVAILABLE),
    EntryKind.REJECTED: (AccountKind.PENDING, AccountKind.CONTESTED),
    EntryKind.APPEAL_WON: (
        AccountKind.CONTESTED,
        AccountKind.BUDGET,
        AccountKind.BALANCE,
        AccountKind.PLATFORM,
        AccountKind.AVAILABLE,
    ),
    EntryKind.RELEASED: (AccountKind.CONTESTED, AccountKind.BUDGET, AccountKind.BALANCE),
    EntryKind.CLOSED: (AccountKind.BUDGET, AccountKind.RESERVED, AccountKind.BALANCE),
    EntryKind.WITHDRAWAL_REQUESTED: (AccountKind.AVAILABLE, AccountKind.WITHDRAWING),
    EntryKind.WITHDRAWAL_RETURNED: (AccountKind.WITHDRAWING, AccountKind.AVAILABLE),
    EntryKind.WITHDRAWN: (AccountKind.WITHDRAWING, AccountKind.WITHDRAWN),
    EntryKind.PAID_OUT: (
        AccountKind.PAID_OUT,
        AccountKind.FEES,
        AccountKind.CLEARING,
        AccountKind.ROUNDING,
        AccountKind.HOT_WALLET,
        AccountKind.NETWORK_FEE,
    ),
    EntryKind.TOPPED_UP: (AccountKind.DEPOSITS, AccountKind.HOT_WALLET),
}
# By hand, in a coin alone, as docs/runbook.md says: there the node knows the truth.
ADJUSTED = "ADJUSTED"
_ALLOWED = ", ".join(f"('{kind.value}', '{account.value}')" for kind, accounts in _MOVES.items() for account in accounts)
_SUMS = "(SELECT account, owner_id, sum(amount)::bigint AS balance FROM postings WHERE currency = 'USD' GROUP BY account, owner_id)"

# ------------------------------------------------------------------ entries, postings, checkpoints
BOOKS = (
    """
    SELECT format('entry %s has %s postings, and needs two', e.key, coalesce(p.n, 0)) AS breach
    FROM entries e LEFT JOIN (SELECT entry_id, count(*) AS n FROM postings GROUP BY entry_id) AS p ON p.entry_id = e.id
    WHERE coalesce(p.n, 0) < 2
    """,
    """
    SELECT format('entry %s sums to %s %s, not to zero', e.key, p.total, p.currency) AS breach
    FROM (SELECT entry_id, currency, sum(amount) AS total FROM postings GROUP BY entry_id, currency HAVING sum(amount) <> 0) AS p
    JOIN entries e ON e.id = p.entry_id
    """,
    """
    SELECT format('all postings together sum to %s %s, not to zero', sum(amount), currency) AS breach
    FROM postings GROUP BY currency HAVING sum(amount) <> 0
    """,
    f"""
    SELECT format('entry %s is %s, and moves %s', e.key, e.kind, p.account) AS breach
    FROM postings p JOIN entries e ON e.id = p.entry_id
    WHERE p.account IN ({_KINDS}) AND (e.kind, p.account) NOT IN (VALUES {_ALLOWED})
        AND NOT (e.kind = '{ADJUSTED}' AND p.currency <> 'USD')
    """,
    f"""
    SELECT format('%s postings are to an account of an unknown kind, %s', count(*), account) AS breach
    FROM postings WHERE account NOT IN ({_KINDS}) GROUP BY account
    """,
    f"""
    SELECT format('entry %s says that it moved %s, its postings say %s', e.key,
        array[e.pending, e.available, e.withdrawing, e.withdrawn], array[p.pending, p.available, p.withdrawing, p.withdrawn]) AS breach
    FROM entries e JOIN (SELECT entry_id, {_FOUR} FROM postings GROUP BY entry_id) AS p ON p.entry_id = e.id
    WHERE (e.pending, e.available, e.withdrawing, e.withdrawn) IS DISTINCT FROM (p.pending, p.available, p.withdrawing, p.withdrawn)
    """,
    f"""
    SELECT format('entry %s is of user %s and moves the wallet of user %s', e.key, coalesce(e.user_id::text, 'none'), p.owner_id) AS breach
    FROM postings p JOIN entries e ON e.id = p.entry_id WHERE p.account IN ({_PERSONAL}) AND e.user_id IS DISTINCT FROM p.owner_id
    """,
    """
    SELECT format('checkpoint of %s %s says %s, its postings say %s', lower(c.account), c.owner_id, c.balance,
        coalesce(sum(p.amount), 0)) AS breach
    FROM checkpoints c
    LEFT JOIN postings p ON p.account = c.account AND p.owner_id = c.owner_id AND p.currency = c.currency AND p.xid < c.xid
    GROUP BY c.account, c.owner_id, c.currency, c.balance HAVING c.balance <> coalesce(sum(p.amount), 0)
    """,
)

# ------------------------------------------------------------------ what people, organizations and projects have
BALANCES = (
    f"""
    SELECT format('wallet of user %s says %s, its postings say %s', coalesce(w.user_id, p.owner_id),
        array[w.pending, w.available, w.withdrawing, w.withdrawn], array[p.pending, p.available, p.withdrawing, p.withdrawn]) AS breach
    FROM wallets w FULL JOIN (
        SELECT owner_id, {_FOUR} FROM postings WHERE account IN ({_PERSONAL}) AND currency = 'USD' GROUP BY owner_id
    ) AS p ON p.owner_id = w.user_id
    WHERE w.user_id IS NULL OR (w.pending, w.available, w.withdrawing, w.withdrawn)
        IS DISTINCT FROM (coalesce(p.pending, 0), coalesce(p.available, 0), coalesce(p.withdrawing, 0), coalesce(p.withdrawn, 0))
    """,
    """
    SELECT format('wallet of user %s is below zero: %s', user_id, array[pending, available, withdrawing, withdrawn]) AS breach
    FROM wallets WHERE least(pending, available, withdrawing, withdrawn) < 0
    """,
    "SELECT format('user %s has no wallet', u.id) AS breach FROM users u LEFT JOIN wallets w ON w.user_id = u.id WHERE w.user_id IS NULL",
    f"""
    SELECT format('%s of %s is below zero: %s', lower(account), owner_id, balance) AS breach
    FROM {_SUMS} AS s WHERE account IN ('BALANCE', 'BUDGET', 'RESERVED', 'CONTESTED') AND balance < 0
    """,
    f"""
    SELECT format('%s of %s belongs to nobody', lower(s.account), s.owner_id) AS breach FROM {_SUMS} AS s
    LEFT JOIN organizations o ON s.account = 'BALANCE' AND o.id = s.owner_id
    LEFT JOIN projects p ON s.account IN ('BUDGET', 'RESERVED', 'CONTESTED') AND p.id = s.owner_id
    WHERE s.account NOT IN ({_PERSONAL}) AND o.id IS NULL AND p.id IS NULL AND NOT (s.account IN ({_SYSTEM}) AND s.owner_id = 0)
    """,
    f"""
    SELECT format('project %s has %s reserved, and its open tasks need %s', p.id, coalesce(s.balance, 0), coalesce(t.n,
        0) * p.reward_micros)
        AS breach
    FROM projects p LEFT JOIN {_SUMS} AS s ON s.account = 'RESERVED' AND s.owner_id = p.id
    LEFT JOIN (
        SELECT project_id, count(*) AS n FROM tasks WHERE state IN ('OPEN', 'LEASED', 'HELD') GROUP BY project_id
    ) AS t ON t.project_id = p.id
    WHERE coalesce(s.balance, 0) <> coalesce(t.n, 0) * p.reward_micros
    """,
    f"""
    SELECT format('project %s has %s contested, and its unsettled rejections are worth %s', p.id, coalesce(s.balance, 0),
        coalesce(r.total, 0))
        AS breach
    FROM projects p LEFT JOIN {_SUMS} AS s ON s.account = 'CONTESTED' AND s.owner_id = p.id
    LEFT JOIN (
        SELECT a.project_id, sum(a.reward_micros) AS total FROM verdicts v JOIN annotations a ON a.id = v.annotation_id
        WHERE v.decision = 'REJECTED' AND v.settled_at IS NULL GROUP BY a.project_id
    ) AS r ON r.project_id = p.id
    WHERE coalesce(s.balance, 0) <> coalesce(r.total, 0)
    """,
    # Money comes in by an admin's word alone, which is in the audit log: "<reference>: $<amount>".
    r"""
    SELECT format('organization %s was credited %s, and the audit log says %s', o.id, coalesce(c.amount, 0), coalesce(a.amount, 0))
        AS breach
    FROM organizations o LEFT JOIN (
        SELECT p.owner_id, sum(p.amount) AS amount FROM postings p JOIN entries e ON e.id = p.entry_id
        WHERE e.kind = 'CREDITED' AND p.account = 'BALANCE' GROUP BY p.owner_id
    ) AS c ON c.owner_id = o.id LEFT JOIN (
        SELECT subject_id, (sum(replace(substring(reason FROM '.*: \$([0-9.,]+)$'), ',', '')::numeric) * 1000000)::bigint AS amount
        FROM audit_entries WHERE action = 'creditOrganization' GROUP BY subject_id
    ) AS a ON a.subject_id = o.id WHERE coalesce(c.amount, 0) <> coalesce(a.amount, 0)
    """,
    """
    SELECT format('entry %s moves money of organization %s, and project %s is of organization %s', e.key, b.owner_id, p.id,
        p.organization_id) AS breach
    FROM postings b JOIN postings o ON o.entry_id = b.entry_id AND o.account IN ('BUDGET', 'RESERVED', 'CONTESTED')
    JOIN projects p ON p.id = o.owner_id JOIN entries e ON e.id = b.entry_id
    WHERE b.account = 'BALANCE' AND b.owner_id <> p.organization_id
    """,
    # What organizations gave and did not get back is there, is pending, or was paid for an approval that is not the platform's.
    f"""
    SELECT format('project %s was given %s, and %s is accounted for', p.id, coalesce(m.given, 0), coalesce(s.there,
        0) + coalesce(a.earned, 0))
        AS breach
    FROM projects p
    LEFT JOIN (
        SELECT project_id, -sum(moved) AS given FROM (
            SELECT max(owner_id) FILTER (WHERE account IN ('BUDGET', 'RESERVED', 'CONTESTED')) AS project_id,
                sum(amount) FILTER (WHERE account = 'BALANCE') AS moved
            FROM postings WHERE account IN ('BALANCE', 'BUDGET', 'RESERVED', 'CONTESTED') GROUP BY entry_id
        ) AS entry GROUP BY project_id
    ) AS m ON m.project_id = p.id
    LEFT JOIN (
        SELECT owner_id, sum(balance) AS there FROM {_SUMS} AS s WHERE account IN ('BUDGET', 'RESERVED', 'CONTESTED') GROUP BY owner_id
    ) AS s ON s.owner_id = p.id
    LEFT JOIN (
        SELECT n.project_id, sum(n.reward_micros) AS earned FROM annotations n
        WHERE n.state IN ('IN_REVIEW', 'APPROVED')
            AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.annotation_id = n.id AND v.on_platform)
        GROUP BY n.project_id
    ) AS a ON a.project_id = p.id
    WHERE coalesce(m.given, 0) <> coalesce(s.there, 0) + coalesce(a.earned, 0)
    """,
    # The three together are what was earned; payout_proof.py holds the last two against the withdrawals.
    """
    SELECT format('user %s has %s pending, and annotations worth %s in review', w.user_id, w.pending, coalesce(a.in_review, 0)) AS breach
    FROM wallets w LEFT JOIN (
        SELECT annotator_id, sum(reward_micros) AS in_review FROM annotations WHERE state = 'IN_REVIEW' GROUP BY annotator_id
    ) AS a ON a.annotator_id = w.user_id WHERE w.pending <> coalesce(a.in_review, 0)
    """,
    """
    SELECT format('user %s has or had %s to withdraw, and approved annotations worth %s', w.user_id,
        w.available + w.withdrawing + w.withdrawn, coalesce(a.approved, 0)) AS breach
    FROM wallets w LEFT JOIN (
        SELECT annotator_id, sum(reward_micros) AS approved FROM annotations WHERE state = 'APPROVED' GROUP BY annotator_id
    ) AS a ON a.annotator_id = w.user_id WHERE w.available + w.withdrawing + w.withdrawn <> coalesce(a.approved, 0)
    """,
)
