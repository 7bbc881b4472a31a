"""The checks of what goes out: withdrawals, batches and coins, held against the postings. Part of ledger_proof.py."""

# ruff: noqa: S608 (the statements are put together from constants of this file)

from __future__ import annotations

_HELD = "'REQUESTED', 'PROCESSING', 'SENT'"

PAYOUTS = (
    f"""
    SELECT format('user %s has %s withdrawing, and withdrawals under way worth %s', w.user_id, w.withdrawing, coalesce(h.total, 0))
        AS breach
    FROM wallets w LEFT JOIN (
        SELECT user_id, sum(amount) AS total FROM withdrawals WHERE state IN ({_HELD}) GROUP BY user_id
    ) AS h USING (user_id) WHERE w.withdrawing <> coalesce(h.total, 0)
    """,
    """
    SELECT format('user %s has %s withdrawn, and confirmed withdrawals worth %s', w.user_id, w.withdrawn, coalesce(c.total, 0)) AS breach
    FROM wallets w LEFT JOIN (
        SELECT user_id, sum(amount) AS total FROM withdrawals WHERE state = 'CONFIRMED' GROUP BY user_id
    ) AS c USING (user_id) WHERE w.withdrawn <> coalesce(c.total, 0)
    """,
    # Each has the entries of its state, no more and no fewer.
    f"""
    SELECT format('withdrawal %s is %s and has the entries %s', w.id, w.state, coalesce(e.kinds, '{{}}')) AS breach
    FROM withdrawals w LEFT JOIN (
        SELECT withdrawal_id, array_agg(kind::text ORDER BY id) AS kinds FROM entries WHERE withdrawal_id IS NOT NULL GROUP BY withdrawal_id
    ) AS e ON e.withdrawal_id = w.id
    WHERE e.kinds IS DISTINCT FROM CASE
        WHEN w.state IN ({_HELD}) THEN array['WITHDRAWAL_REQUESTED']
        WHEN w.state = 'CONFIRMED' THEN array['WITHDRAWAL_REQUESTED', 'WITHDRAWN']
        ELSE array['WITHDRAWAL_REQUESTED', 'WITHDRAWAL_RETURNED'] END
    """,
    """
    SELECT format('entry %s moves %s, and its withdrawal is of user %s and worth %s', e.key, greatest(abs(e.available), abs(e.withdrawn)),
        w.user_id, w.amount) AS breach
    FROM entries e JOIN withdrawals w ON w.id = e.withdrawal_id
    WHERE e.user_id IS DISTINCT FROM w.user_id OR greatest(abs(e.available), abs(e.withdrawn)) <> w.amount OR abs(e.withdrawing) <> w.amount
    """,
    # A withdrawal is as far as its batch, and worth what the batch's rate says.
    """
    SELECT format('withdrawal %s is %s, its batch %s is %s', w.id, w.state, coalesce(b.id::text, 'none'), coalesce(b.state, 'none'))
        AS breach
    FROM withdrawals w LEFT JOIN payout_batches b ON b.id = w.batch_id
    WHERE NOT coalesce(CASE w.state
        WHEN 'PROCESSING' THEN b.state IN ('CLAIMED', 'SIGNED', 'CONFLICTED')
        WHEN 'SENT' THEN b.state IN ('BROADCAST', 'CONFIRMED', 'CONFLICTED')
        WHEN 'CONFIRMED' THEN b.state = 'SETTLED'
        WHEN 'FAILED' THEN b.id IS NULL OR b.resolved_at IS NOT NULL
        ELSE b.id IS NULL END, false)
    """,
    """
    SELECT format('withdrawal %s is sent %s satoshis, and its rate says %s', w.id, w.satoshis, worth) AS breach
    FROM withdrawals w JOIN payout_batches b ON b.id = w.batch_id
    CROSS JOIN LATERAL div((w.amount - w.fee)::numeric * 100000000, b.rate_micros) AS worth
    WHERE w.satoshis IS DISTINCT FROM worth
    """,
    """
    SELECT format('batch %s says %s withdrawals of %s micro-dollars and %s satoshis; it holds %s, %s, %s', b.id, b.size, b.amount,
        b.satoshis, coalesce(w.n, 0), coalesce(w.amount, 0), coalesce(w.satoshis, 0)) AS breach
    FROM payout_batches b LEFT JOIN (
        SELECT batch_id, count(*) AS n, sum(amount) AS amount, sum(satoshis) AS satoshis FROM withdrawals GROUP BY batch_id
    ) AS w ON w.batch_id = b.id
    WHERE b.state <> 'ABANDONED' AND (b.size, b.amount, b.satoshis) IS DISTINCT FROM (w.n, w.amount, w.satoshis)
        OR b.state = 'ABANDONED' AND w.n IS NOT NULL
    """,
    """
    SELECT format('batch %s is %s, and its signed bytes are %s', id, state, CASE WHEN signed IS NULL THEN 'missing' ELSE 'there' END)
        AS breach
    FROM payout_batches
    WHERE (signed IS NULL OR txid IS NULL OR inputs IS NULL OR network_fee IS NULL) <> (state IN ('CLAIMED', 'ABANDONED'))
    """,
    """
    SELECT format('output %s is spent by the batches %s', i.spent, array_agg(b.id)) AS breach
    FROM payout_batches b CROSS JOIN LATERAL jsonb_array_elements(b.inputs) AS i(spent)
    WHERE b.resolved_at IS NULL GROUP BY i.spent HAVING count(*) > 1
    """,
    # What all wallets together paid out is what the settled batches paid.
    """
    SELECT format('%s was withdrawn, and the batches paid %s', coalesce(sum(amount) FILTER (WHERE account = 'WITHDRAWN'), 0),
        -coalesce(sum(amount) FILTER (WHERE account = 'PAID_OUT'), 0)) AS breach
    FROM postings WHERE account IN ('WITHDRAWN', 'PAID_OUT') HAVING coalesce(sum(amount), 0) <> 0
    """,
    """
    SELECT format('batch %s is %s, and its entry moves %s', b.id, b.state, coalesce(p.moved::text, 'nothing')) AS breach
    FROM payout_batches b LEFT JOIN (
        SELECT batch_id, sum(fee)::bigint AS fees FROM withdrawals GROUP BY batch_id
    ) AS w ON w.batch_id = b.id LEFT JOIN (
        SELECT e.key, jsonb_object_agg(p.account || ' ' || p.currency, p.amount) AS moved
        FROM entries e JOIN postings p ON p.entry_id = e.id WHERE e.kind = 'PAID_OUT' GROUP BY e.key
    ) AS p ON p.key = 'payout:' || b.id
    WHERE (b.state = 'SETTLED') <> (p.key IS NOT NULL) OR b.state = 'SETTLED' AND (
        (p.moved ->> 'PAID_OUT USD')::bigint IS DISTINCT FROM -b.amount
        OR (p.moved ->> ('HOT_WALLET ' || b.coin))::bigint IS DISTINCT FROM -(b.satoshis + b.network_fee)
        OR (p.moved ->> ('CLEARING ' || b.coin))::bigint IS DISTINCT FROM b.satoshis
        OR coalesce((p.moved ->> ('NETWORK_FEE ' || b.coin))::bigint, 0) <> b.network_fee
        OR coalesce((p.moved ->> 'FEES USD')::bigint, 0) IS DISTINCT FROM w.fees
        OR coalesce((p.moved ->> 'ROUNDING USD')::bigint, 0) NOT BETWEEN 0 AND b.size * (b.rate_micros / 100000000 + 1)
    )
    """,
    """
    SELECT format('entry %s pays no batch', e.key) AS breach
    FROM entries e LEFT JOIN payout_batches b ON e.key = 'payout:' || b.id WHERE e.kind = 'PAID_OUT' AND b.id IS NULL
    """,
    """
    SELECT format('the hot wallet of %s is below zero: %s', currency, sum(amount)) AS breach
    FROM postings WHERE account = 'HOT_WALLET' GROUP BY currency HAVING sum(amount) < 0
    """,
)
