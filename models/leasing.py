"""The statements of leasing: who may have which task, until when, and how it comes back. The verbs are assignment.py's."""

from __future__ import annotations

from typing import NamedTuple

from models.item import NEEDS_NO_MORE
from models.project import BLOCKED_BY
from models.standing import IS_RESTRICTED, MOST_HELD_RESTRICTED

# A lease may be extended up to three times its length in all.
LONGEST_LEASE = 3
# What one person may hold at once, by whatever way: nobody hoards work.
MOST_HELD = 20
# In SQL, of a row `s` of standings: the same, for that person.
MOST_HELD_BY = f"CASE WHEN {IS_RESTRICTED} THEN {MOST_HELD_RESTRICTED} ELSE {MOST_HELD} END"

# An item is had by who holds, answered, skipped or reported it; a lease that merely ended may come back.
# The unique index of the same condition enforces it.
HAD = "(a.state IN ('LEASED', 'SUBMITTED', 'SKIPPED') OR a.problem IS NOT NULL)"

# Gold is drawn from so many open ones that the person has not had, nor was asked in a test, nor had before them before it was made of
# what was answered: they would know it for what it is. An item of which gold was made is asked of nobody any more (Item.make_gold).
GOLD_LOOKED_AT = 200

# How many of a project's open tasks are handed out in one statement at the most, one to a person.
AT_ONCE = 50


class Waiter(NamedTuple):
    """Who wants to hold `up_to` tasks: in all, or, where they work on one project alone, of that one."""

    user_id: int
    up_to: int
    is_of_project: bool


def _has_had(annotator: str, item: str) -> str:
    return f"EXISTS (SELECT 1 FROM assignments a WHERE a.annotator_id = {annotator} AND a.item_id = {item} AND {HAD})"  # noqa: S608


def _fresh_gold(annotator: str, project: str) -> str:
    """(id, item_id) of tasks of gold that tell the person nothing, in a random order; a FROM and ORDER BY that a LIMIT may follow."""
    return f"""SELECT fresh.id, fresh.item_id FROM (
            SELECT DISTINCT ON (t.item_id) t.id, t.item_id FROM tasks t
            WHERE t.project_id = {project} AND t.state = 'OPEN' AND t.is_gold AND NOT {_has_had(annotator, "t.item_id")}
                AND NOT EXISTS (SELECT 1 FROM qualification_questions q WHERE q.user_id = {annotator} AND q.item_id = t.item_id)
                AND NOT EXISTS (
                    SELECT 1 FROM items i JOIN tasks made_of ON made_of.item_id = i.made_of_id JOIN assignments a ON a.task_id = made_of.id
                    WHERE i.id = t.item_id AND a.annotator_id = {annotator} OFFSET 0
                )
            ORDER BY t.item_id, t.id LIMIT {GOLD_LOOKED_AT}
        ) AS fresh ORDER BY random()"""  # noqa: S608


def _leased(picked: str, annotator: str, order: str) -> str:
    """The new assignments of what was picked as (id, item_id, project_id, reward_micros, lease_seconds), each with the draft that the
    person left on its item."""
    return f"""
    INSERT INTO assignments (task_id, item_id, project_id, annotator_id, reward_micros, lease_expires_at, draft, draft_version)
    SELECT {picked}.id, {picked}.item_id, {picked}.project_id, {annotator}, {picked}.reward_micros,
        now() + make_interval(secs => {picked}.lease_seconds), coalesce(kept.draft, '[]'), coalesce(kept.draft_version, 0)
    FROM {picked} LEFT JOIN LATERAL (
        SELECT a.draft, a.draft_version FROM assignments a
        WHERE a.annotator_id = {annotator} AND a.item_id = {picked}.item_id AND a.state IN ('EXPIRED', 'RELEASED') AND a.draft_version > 0
        ORDER BY a.id DESC LIMIT 1
    ) AS kept ON true
    ORDER BY {picked}.{order} ON CONFLICT DO NOTHING RETURNING *
"""  # noqa: S608


_TAKEN = "UPDATE tasks SET state = 'LEASED' WHERE id IN (SELECT task_id FROM leased)"
# Of a row of `leased`: whether no ordinary task of its project is left. The first by their index; as NOT EXISTS, planners collect them all.
_WAS_LAST = """(
    SELECT t.id FROM tasks t
    WHERE t.project_id = leased.project_id AND t.state = 'OPEN' AND NOT t.is_gold AND t.id NOT IN (SELECT task_id FROM leased)
    ORDER BY t.round, t.id LIMIT 1
) IS NULL AS was_last"""
# Each place among the tasks of a project is given to gold with the chance that the person's record asks for, and none stands out.
# People stay with the project they were in while it has work: changing the subject costs them more than it costs us.
# A limit that is no number the planner takes for a tenth of all there is, and reads whole tables for so many: therefore the second.
LEASE = f"""
WITH room AS (
    SELECT greatest(least($3::int - held_of_project, {MOST_HELD_BY} - held), 0) AS n
    FROM held_now($1, $2), standings s WHERE s.user_id = $1
), admitting AS (
    SELECT p.id, p.reward_micros, p.lease_seconds, s.gold_share
    FROM projects p JOIN users u ON u.id = $1 JOIN standings s ON s.user_id = u.id
    WHERE p.state = 'OPEN' AND ($2::bigint IS NULL OR p.id = $2) AND {BLOCKED_BY} = '{{}}'
    ORDER BY p.id = (SELECT project_id FROM assignments WHERE annotator_id = $1 ORDER BY id DESC LIMIT 1) DESC NULLS LAST, random()
    FOR NO KEY UPDATE OF s
), picked AS (
    SELECT t.id, t.item_id, admitting.id AS project_id, admitting.reward_micros, admitting.lease_seconds, admitting.gold_share
    FROM admitting, LATERAL (
        SELECT * FROM (
            SELECT t.id, t.item_id FROM tasks t
            WHERE t.project_id = admitting.id AND t.state = 'OPEN' AND NOT t.is_gold
                AND NOT {_has_had("$1", "t.item_id")}
            ORDER BY t.round, t.id LIMIT (SELECT n FROM room) FOR UPDATE SKIP LOCKED
        ) AS first LIMIT {MOST_HELD}
    ) AS t LIMIT (SELECT n FROM room)
), wanted AS (
    SELECT project_id, count(*) FILTER (WHERE random() < gold_share) AS n FROM picked GROUP BY project_id
), gold AS (
    SELECT g.id, g.item_id, wanted.project_id FROM wanted, LATERAL (
        {_fresh_gold("$1", "wanted.project_id")} LIMIT wanted.n
    ) AS g JOIN tasks t ON t.id = g.id AND t.state = 'OPEN' FOR UPDATE OF t SKIP LOCKED
), mixed AS (
    SELECT id, item_id, project_id, reward_micros, lease_seconds, place FROM (
        SELECT picked.*, row_number() OVER mine AS place, count(*) OVER mine_all - (
            SELECT count(*) FROM gold WHERE gold.project_id = picked.project_id
        ) AS room FROM picked WINDOW mine AS (PARTITION BY project_id ORDER BY id), mine_all AS (PARTITION BY project_id)
    ) AS ordinary WHERE place <= room
    UNION ALL
    SELECT gold.id, gold.item_id, gold.project_id, p.reward_micros, p.lease_seconds, random() * (
        1 + (SELECT count(*) FROM picked o WHERE o.project_id = gold.project_id)
        - (SELECT count(*) FROM gold o WHERE o.project_id = gold.project_id)
    )
    FROM gold JOIN (SELECT DISTINCT project_id, reward_micros, lease_seconds FROM picked) AS p USING (project_id)
), leased AS ({_leased("mixed", "$1", "place")}), taken AS ({_TAKEN})
SELECT leased.*, {_WAS_LAST}
FROM leased ORDER BY leased.id
"""  # noqa: S608
# Of (project, users, how many each wants to hold, whether of this project alone): one task for each of as many as there are tasks, the
# first of them first; nobody is in it twice. Whom the project does not admit and who has had all its items is passed over and stops nobody.
# People are locked by id, so that two such statements never wait in a circle, and before any task is, as by who submits. Then what may have
# changed meanwhile is asked again. Tasks that another holds are skipped, not waited for.
# Rows are the new assignments, and one for each who holds as much as they wanted already, in which all but `waiter` is null.
LEASE_FOR = f"""
WITH RECURSIVE waiters AS MATERIALIZED (
    SELECT w.*, held.n AS held, w.up_to - CASE WHEN w.is_of_project THEN held.of_project ELSE held.n END AS lacking
    FROM unnest($2::bigint[], $3::int[], $4::boolean[]) WITH ORDINALITY AS w(user_id, up_to, is_of_project, place), LATERAL (
        SELECT count(*) AS n, count(*) FILTER (WHERE project_id = $1) AS of_project
        FROM assignments WHERE annotator_id = w.user_id AND state = 'LEASED'
    ) AS held
), chosen AS MATERIALIZED (
    SELECT w.user_id, w.up_to, w.is_of_project, w.place
    FROM waiters w JOIN users u ON u.id = w.user_id JOIN standings s ON s.user_id = w.user_id JOIN projects p ON p.id = $1
    WHERE w.lacking > 0 AND w.held < {MOST_HELD_BY} AND p.state = 'OPEN' AND {BLOCKED_BY} = '{{}}' AND EXISTS (
        SELECT 1 FROM tasks t
        WHERE t.project_id = $1 AND t.state = 'OPEN' AND NOT t.is_gold AND NOT {_has_had("w.user_id", "t.item_id")} OFFSET 0
    )
    ORDER BY w.place LIMIT (
        SELECT count(*) FROM (SELECT 1 FROM tasks t WHERE t.project_id = $1 AND t.state = 'OPEN' AND NOT t.is_gold LIMIT {AT_ONCE}) AS t
    )
), admitting AS MATERIALIZED (
    SELECT chosen.*, p.reward_micros, p.lease_seconds, s.gold_share, {MOST_HELD_BY} AS most
    FROM chosen JOIN users u ON u.id = chosen.user_id JOIN standings s ON s.user_id = chosen.user_id JOIN projects p ON p.id = $1
    WHERE {BLOCKED_BY} = '{{}}' ORDER BY s.user_id FOR NO KEY UPDATE OF s
), room AS MATERIALIZED (
    SELECT admitting.*, up_to - held_of_project AS lacking, most - held AS allowed
    FROM admitting, LATERAL held_now(admitting.user_id, CASE WHEN is_of_project THEN $1 END)
), seats AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY place) AS seat, * FROM room WHERE lacking > 0 AND allowed > 0
), pool AS MATERIALIZED (
    SELECT * FROM (
        SELECT t.id, t.item_id, t.round FROM tasks t
        WHERE t.project_id = $1 AND t.state = 'OPEN' AND NOT t.is_gold
            AND EXISTS (SELECT 1 FROM seats WHERE NOT {_has_had("seats.user_id", "t.item_id")} OFFSET 0)
        ORDER BY t.round, t.id LIMIT (SELECT count(*) FROM seats) FOR UPDATE SKIP LOCKED
    ) AS first LIMIT {AT_ONCE}
), seated AS (
    SELECT 0::bigint AS seat, NULL::bigint AS id, NULL::bigint AS item_id, '{{}}'::bigint[] AS given
    UNION ALL
    SELECT seats.seat, t.id, t.item_id, CASE WHEN t.id IS NULL THEN seated.given ELSE seated.given || t.id END
    FROM seated JOIN seats ON seats.seat = seated.seat + 1 LEFT JOIN LATERAL (
        SELECT pool.id, pool.item_id FROM pool
        WHERE pool.id <> ALL(seated.given) AND NOT {_has_had("seats.user_id", "pool.item_id")} ORDER BY pool.round, pool.id LIMIT 1
    ) AS t ON true
), gold AS (
    SELECT g.id, g.item_id, lucky.seat FROM (
        SELECT seat, user_id FROM seated JOIN seats USING (seat) WHERE seated.id IS NOT NULL AND random() < gold_share
    ) AS lucky, LATERAL (
        {_fresh_gold("lucky.user_id", "$1")} LIMIT 1
    ) AS g JOIN tasks t ON t.id = g.id AND t.state = 'OPEN' FOR UPDATE OF t SKIP LOCKED
), mixed AS (
    SELECT coalesce(drawn.id, seated.id) AS id, coalesce(drawn.item_id, seated.item_id) AS item_id, $1 AS project_id,
        user_id, reward_micros, lease_seconds, seat
    FROM seated JOIN seats USING (seat) LEFT JOIN (SELECT DISTINCT ON (id) * FROM gold ORDER BY id, seat) AS drawn USING (seat)
    WHERE seated.id IS NOT NULL
), leased AS ({_leased("mixed", "mixed.user_id", "seat")}), taken AS ({_TAKEN})
SELECT waiters.user_id AS waiter, leased.*, {_WAS_LAST}
FROM waiters LEFT JOIN leased ON leased.annotator_id = waiters.user_id
WHERE leased.id IS NOT NULL OR waiters.lacking <= 0 OR waiters.user_id IN (SELECT user_id FROM room WHERE lacking <= 0)
ORDER BY leased.id
"""  # noqa: S608
EXTENDED = f"""greatest(lease_expires_at, least(
    now() + make_interval(secs => p.lease_seconds), leased_at + make_interval(secs => p.lease_seconds * {LONGEST_LEASE})
))"""
# Of (assignment, draft, the version that it is based on or null).
SAVE_DRAFT = f"""
UPDATE assignments a SET draft = $2::jsonb, draft_version = draft_version + 1, release_at = NULL, lease_expires_at = {EXTENDED}
FROM projects p WHERE a.id = $1 AND a.state = 'LEASED' AND p.id = a.project_id AND ($3::int IS NULL OR draft_version = $3) RETURNING a.*
"""  # noqa: S608
# Of an assignment.
EXTEND = f"""
UPDATE assignments a SET lease_expires_at = {EXTENDED}
FROM projects p WHERE a.id = $1 AND a.state = 'LEASED' AND p.id = a.project_id RETURNING a.*
"""  # noqa: S608
# Of (assignment, its task, the state in which that may be taken): both are answered, or nothing happens.
TAKE = """
WITH taken AS (UPDATE tasks SET state = 'SUBMITTED' WHERE id = $2 AND state = $3 RETURNING id)
UPDATE assignments SET state = 'SUBMITTED', ended_at = now(), release_at = NULL FROM taken WHERE assignments.id = $1
"""
REPORT = """
UPDATE assignments SET state = 'RELEASED', problem = $2, problem_message = $3, ended_at = now() WHERE id = $1 RETURNING *
"""
HOLD_ITEM = """
WITH held AS (
    UPDATE items SET held_at = now() WHERE id = $1 AND held_at IS NULL
        AND (SELECT count(DISTINCT annotator_id) FROM assignments
            WHERE item_id = $1 AND problem IS NOT NULL AND ended_at > coalesce(items.looked_at, '-infinity')) >= $2
    RETURNING id
)
UPDATE tasks SET state = 'HELD' WHERE id IN (
    SELECT t.id FROM held JOIN tasks t ON t.item_id = held.id WHERE t.state = 'OPEN' FOR NO KEY UPDATE OF t SKIP LOCKED
)
"""
# Of tasks: back to who comes next, or to nobody, where an appeal has given the task its answer meanwhile or the item needs no more.
FREE_TASKS = f"""
UPDATE tasks t SET state = CASE
    WHEN EXISTS (SELECT 1 FROM annotations a WHERE a.item_id = t.item_id AND a.task_id = t.id AND a.state = 'APPROVED') THEN 'SUBMITTED'
    WHEN {NEEDS_NO_MORE} THEN 'CLOSED'
    WHEN i.held_at IS NULL THEN 'OPEN' ELSE 'HELD' END
FROM items i WHERE i.id = t.item_id AND t.id = ANY($1::bigint[]) AND t.state = 'LEASED' RETURNING t.id, t.project_id, t.state
"""  # noqa: S608
LET_GO = """
UPDATE assignments SET release_at = now() + make_interval(secs => $3::int) WHERE id IN (
    SELECT id FROM assignments
    WHERE annotator_id = $1 AND state = 'LEASED' AND draft_version = 0 AND release_at IS NULL AND ($2::bigint IS NULL OR project_id = $2)
    ORDER BY id FOR NO KEY UPDATE
)
"""
KEEP = """
UPDATE assignments SET release_at = NULL WHERE id IN (
    SELECT id FROM assignments
    WHERE annotator_id = $1 AND state = 'LEASED' AND release_at IS NOT NULL AND ($2::bigint IS NULL OR project_id = $2)
    ORDER BY id FOR NO KEY UPDATE
)
"""
IS_DUE = "(lease_expires_at <= now() OR release_at <= now())"
DUE = f"""
SELECT t.id FROM tasks t WHERE t.id IN (SELECT a.task_id FROM assignments a WHERE a.state = 'LEASED' AND {IS_DUE} LIMIT $1)
ORDER BY t.id FOR NO KEY UPDATE SKIP LOCKED
"""  # noqa: S608
ALL_OF = """
SELECT t.id FROM tasks t WHERE t.id IN (SELECT a.task_id FROM assignments a WHERE a.state = 'LEASED' AND a.annotator_id = $1)
ORDER BY t.id FOR NO KEY UPDATE
"""
END = """
UPDATE assignments SET state = CASE WHEN lease_expires_at <= now() THEN 'EXPIRED' ELSE 'RELEASED' END, ended_at = now()
WHERE id IN (
    SELECT id FROM assignments WHERE state = 'LEASED' AND task_id = ANY($1::bigint[]) {still} ORDER BY id FOR NO KEY UPDATE
) RETURNING id, task_id, project_id, annotator_id
"""
