"""The work's side of the proof of the ledger: what was paid for which annotation, and whether tasks, verdicts and figures say the same."""

# ruff: noqa: S608 (the statements are put together from constants of this file)

from __future__ import annotations

# For each annotation the entries that its verdicts demand: first verdict, verdict of an appeal, the release of a rejection that stands.
_DEMANDED = """(
    SELECT 'earn:' || id AS key, 'EARNED' AS kind, id AS annotation_id, annotator_id, reward_micros AS pending,
        0 AS available FROM annotations
    UNION ALL
    SELECT CASE WHEN v.on_platform THEN 'lapse:' WHEN v.source = 'APPEAL' THEN 'appeal:' WHEN v.decision = 'APPROVED' THEN 'approve:'
            ELSE 'reject:' END || a.id,
        CASE WHEN v.source = 'APPEAL' THEN 'APPEAL_WON' ELSE v.decision END, a.id, a.annotator_id,
        CASE WHEN v.source = 'APPEAL' THEN 0 ELSE -a.reward_micros END, CASE WHEN v.decision = 'APPROVED' THEN a.reward_micros ELSE 0 END
    FROM verdicts v JOIN annotations a ON a.id = v.annotation_id
)"""

# ------------------------------------------------------------------ what was paid for what
PAY = (
    f"""
    SELECT format('annotation %s lacks its entry %s', d.annotation_id, d.key) AS breach
    FROM {_DEMANDED} AS d LEFT JOIN entries e ON e.key = d.key WHERE e.id IS NULL
    """,
    f"""
    SELECT format('entry %s is not what annotation %s demands', e.key, d.annotation_id) AS breach
    FROM {_DEMANDED} AS d JOIN entries e ON e.key = d.key
    WHERE (e.kind, e.annotation_id, e.user_id, e.pending, e.available)
        IS DISTINCT FROM (d.kind, d.annotation_id, d.annotator_id, d.pending, d.available)
    """,
    f"""
    SELECT format('entry %s (%s) belongs to no verdict', e.key, e.kind) AS breach
    FROM entries e LEFT JOIN {_DEMANDED} AS d ON d.key = e.key
    WHERE e.kind IN ('EARNED', 'APPROVED', 'REJECTED', 'APPEAL_WON') AND d.key IS NULL
    """,
    """
    SELECT format('annotation %s was paid %s, and its reward is %s', a.id, sum(e.available), a.reward_micros) AS breach
    FROM annotations a JOIN entries e ON e.annotation_id = a.id GROUP BY a.id, a.reward_micros HAVING sum(e.available) > a.reward_micros
    """,
    """
    SELECT format('the money of entry %s moved from or to another project than annotation %s is of', e.key, a.id) AS breach
    FROM annotations a JOIN entries e ON e.annotation_id = a.id JOIN postings p ON p.entry_id = e.id
    WHERE p.account IN ('BUDGET', 'RESERVED', 'CONTESTED') AND p.owner_id <> a.project_id
    """,
    # The platform pays for what its people did not decide in time, that alone, and all of it.
    """
    SELECT format('annotation %s cost the platform %s, and %s of its reward of %s is the platform''s', a.id, coalesce(-paid.amount, 0),
        CASE WHEN v.id IS NULL THEN 'nothing' ELSE 'all' END, a.reward_micros) AS breach
    FROM annotations a LEFT JOIN verdicts v ON v.annotation_id = a.id AND v.on_platform LEFT JOIN (
        SELECT e.annotation_id, sum(p.amount) AS amount FROM postings p JOIN entries e ON e.id = p.entry_id
        WHERE p.account = 'PLATFORM' GROUP BY e.annotation_id
    ) AS paid ON paid.annotation_id = a.id
    WHERE coalesce(-paid.amount, 0) <> CASE WHEN v.id IS NULL THEN 0 ELSE a.reward_micros END
    """,
    # A rejection that stands and is settled was released, once; no other was.
    """
    SELECT format('rejection of annotation %s is %s, and its money was %s', v.annotation_id,
        CASE WHEN v.settled_at IS NULL THEN 'contested' WHEN w.id IS NULL THEN 'settled' ELSE 'overturned' END,
        CASE WHEN e.id IS NULL THEN 'not released' ELSE 'released' END) AS breach
    FROM verdicts v LEFT JOIN verdicts w ON w.annotation_id = v.annotation_id AND w.source = 'APPEAL'
    LEFT JOIN entries e ON e.key = 'release:' || v.annotation_id
    WHERE v.decision = 'REJECTED' AND (e.id IS NOT NULL) <> (v.settled_at IS NOT NULL AND w.id IS NULL)
    """,
    """
    SELECT format('entry %s releases what no rejection holds', e.key) AS breach
    FROM entries e LEFT JOIN verdicts v ON v.decision = 'REJECTED' AND e.key = 'release:' || v.annotation_id
    WHERE e.kind = 'RELEASED' AND v.id IS NULL
    """,
    """
    SELECT format('item %s has %s approved annotations, and %s asked for, besides %s overturned appeals', i.id, a.approved,
        greatest(p.overlap, i.asked), a.besides)
        AS breach
    FROM items i JOIN projects p ON p.id = i.project_id JOIN (
        SELECT a.item_id, count(*) AS approved, count(v.id) AS besides
        FROM annotations a LEFT JOIN verdicts v
            ON v.annotation_id = a.id AND v.source = 'APPEAL' WHERE a.state = 'APPROVED' GROUP BY a.item_id
    ) AS a ON a.item_id = i.id WHERE i.gold IS NULL AND a.approved > greatest(p.overlap, i.asked) + a.besides
    """,
)

# ------------------------------------------------------------------ what was done
WORK = (
    """
    SELECT format('task %s is %s and leased %s times', t.id, t.state, coalesce(a.n, 0)) AS breach
    FROM tasks t LEFT JOIN (SELECT task_id, count(*) AS n FROM assignments WHERE state = 'LEASED' GROUP BY task_id) AS a ON a.task_id = t.id
    WHERE coalesce(a.n, 0) <> CASE WHEN t.state = 'LEASED' THEN 1 ELSE 0 END
    """,
    """
    SELECT format('task %s is %s, with %s annotations in review and %s approved', t.id, t.state, coalesce(a.in_review, 0),
        coalesce(a.approved, 0))
        AS breach
    FROM tasks t LEFT JOIN (
        SELECT task_id, count(*) FILTER (WHERE state = 'IN_REVIEW') AS in_review, count(*) FILTER (WHERE state = 'APPROVED') AS approved
        FROM annotations GROUP BY task_id
    ) AS a ON a.task_id = t.id
    WHERE coalesce(a.in_review, 0) > CASE WHEN t.state = 'SUBMITTED' THEN 1 ELSE 0 END
        OR (t.state = 'SUBMITTED' AND coalesce(a.in_review, 0) + coalesce(a.approved, 0) = 0)
    """,
    """
    SELECT format('task %s is %s in project %s, which is %s', t.id, t.state, p.id,
        CASE WHEN i.removed_at IS NULL THEN p.state ELSE 'without its item' END)
        AS breach
    FROM tasks t JOIN projects p ON p.id = t.project_id JOIN items i ON i.id = t.item_id
    WHERE (t.state = 'CLOSED' AND p.state <> 'CLOSED' AND i.removed_at IS NULL AND i.gold_retired_at IS NULL AND i.asked IS NULL
            AND i.completed_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM items g WHERE g.made_of_id = i.id))
        OR (t.state IN ('WAITING', 'OPEN', 'LEASED',
        'HELD') AND p.state = 'CLOSED')
        OR (t.state <> 'WAITING' AND p.state = 'DRAFT' AND i.removed_at IS NULL) OR (t.state IN ('OPEN', 'LEASED',
            'HELD') AND i.removed_at IS NOT NULL)
    """,
    """
    SELECT format('task %s is %s, and its item needs no more answers', t.id, t.state) AS breach
    FROM items i JOIN tasks t ON t.item_id = i.id WHERE i.completed_at IS NOT NULL AND t.state IN ('WAITING', 'OPEN', 'HELD')
        AND NOT EXISTS (SELECT 1 FROM annotations n WHERE n.item_id = i.id AND n.state = 'IN_REVIEW')
    """,
    """
    SELECT format('task %s is %s, and gold was made of its item', t.id, t.state) AS breach
    FROM tasks t JOIN items g ON g.made_of_id = t.item_id WHERE t.state IN ('WAITING', 'OPEN', 'LEASED', 'HELD')
    """,
    """
    SELECT format('assignment %s is %s, and has %s', a.id, a.state, CASE WHEN n.id IS NULL THEN 'no annotation'
        ELSE 'annotation ' || n.id END)
        AS breach
    FROM assignments a LEFT JOIN annotations n ON n.assignment_id = a.id WHERE (a.state = 'SUBMITTED') <> (n.id IS NOT NULL)
    """,
    """
    SELECT format('annotation %s and its assignment %s tell of different work', n.id, a.id) AS breach
    FROM annotations n JOIN assignments a ON a.id = n.assignment_id JOIN tasks t ON t.id = a.task_id
    WHERE (n.task_id, n.item_id, n.project_id, n.annotator_id, n.reward_micros)
        IS DISTINCT FROM (a.task_id, t.item_id, t.project_id, a.annotator_id, a.reward_micros)
    """,
    """
    SELECT format('user %s answered item %s %s times', annotator_id, item_id, count(*)) AS breach
    FROM annotations GROUP BY annotator_id, item_id HAVING count(*) > 1
    """,
    """
    SELECT format('annotation %s is %s, and its latest verdict is %s', a.id, a.state, coalesce(v.decision, 'none')) AS breach
    FROM annotations a LEFT JOIN (SELECT DISTINCT ON (annotation_id) annotation_id, decision
        FROM verdicts ORDER BY annotation_id, id DESC) AS v
        ON v.annotation_id = a.id
    WHERE a.state <> coalesce(v.decision, 'IN_REVIEW')
    """,
    """
    SELECT format('review of annotation %s is %s, and there is %s verdict', a.id,
        CASE WHEN r.id IS NULL THEN 'missing' WHEN r.decided_at IS NULL THEN 'open' ELSE 'decided' END,
        CASE WHEN v.id IS NULL THEN 'no' ELSE 'a' END) AS breach
    FROM annotations a LEFT JOIN reviews r ON r.annotation_id = a.id LEFT JOIN verdicts v ON v.annotation_id = a.id AND v.source <> 'APPEAL'
    WHERE r.id IS NULL OR (r.decided_at IS NULL) <> (v.id IS NULL)
    """,
    """
    SELECT format('appeal %s is %s, and its rejection is %s, %s', p.id, p.state,
        CASE WHEN v.settled_at IS NULL THEN 'contested' ELSE 'settled' END, CASE WHEN w.id IS NULL THEN 'standing'
            ELSE 'overturned' END) AS breach
    FROM appeals p JOIN verdicts v ON v.annotation_id = p.annotation_id AND v.source <> 'APPEAL'
    LEFT JOIN verdicts w ON w.annotation_id = p.annotation_id AND w.source = 'APPEAL'
    WHERE v.decision <> 'REJECTED' OR (p.state = 'OPEN') <> (v.settled_at IS NULL) OR (p.state = 'OVERTURNED') <> (w.id IS NOT NULL)
    """,
    """
    SELECT format('standing of user %s says %s approved and %s rejected, the verdicts say %s and %s', s.user_id, s.approved, s.rejected,
        coalesce(a.approved, 0), coalesce(a.rejected, 0)) AS breach
    FROM standings s LEFT JOIN (
        SELECT annotator_id, count(*) FILTER (WHERE state = 'APPROVED') AS approved, count(*) FILTER (WHERE state = 'REJECTED') AS rejected
        FROM annotations GROUP BY annotator_id
    ) AS a ON a.annotator_id = s.user_id
    WHERE (s.approved, s.rejected) IS DISTINCT FROM (coalesce(a.approved, 0), coalesce(a.rejected, 0))
    """,
    """
    SELECT format('item %s says %s approved, its annotations say %s', i.id, i.approved, coalesce(a.approved, 0)) AS breach
    FROM items i LEFT JOIN (SELECT item_id, count(*) AS approved
        FROM annotations WHERE state = 'APPROVED' GROUP BY item_id) AS a ON a.item_id = i.id
    WHERE i.approved <> coalesce(a.approved, 0)
    """,
    """
    SELECT format('item %s is %s, with %s approved of %s', i.id, CASE WHEN i.completed_at IS NULL THEN 'not done'
        ELSE 'done' END, i.approved, p.overlap)
        AS breach
    FROM items i JOIN projects p ON p.id = i.project_id
    WHERE (i.approved >= p.overlap AND i.gold IS NULL) <> (i.completed_at IS NOT NULL)
        OR (i.completed_at IS NULL) <> (i.completed_xid IS NULL)
    """,
)
