"""What looks like fraud, with the evidence, for people to look at: nobody is stopped by it.

A duty goes through what is new, once, in order; how far it came is kept in `watched`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import atomic

from models.audit import AuditEntry
from models.errors import Conflict
from models.row import Row
from models.text import prose
from models.user import User
from models.watched import SETTLED, move, position
from ops.database import sql
from quality.judge import is_elaborate
from quality.likeness import DRAWN
from quality.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tortoise.queryset import QuerySet

REASON_LENGTH = 1_000
# On so many items two people have drawn exactly the same; looked for among so many of the one's latest.
ALIKE, ALIKE_AMONG = 3, 2_000
# So many of the last so many answers came in less than this part of the least time, or in less than that at all.
RUSHED, RUSHED_OF, RUSHED_PART, RUSHED_SECONDS = 10, 20, 0.3, 0.25
# Of the last so many answers in a project this share are the same, where so many of others are not.
PRESSED_OF, PRESSED_SHARE, OTHERS, LEAST_OTHERS = 60, 0.95, 200, 30
# As much evidence as anybody looks at.
MOST_SHOWN = 20


class FraudKind(StrEnum):
    SAME_ADDRESS = "SAME_ADDRESS"
    SAME_DEVICE = "SAME_DEVICE"
    SAME_ANSWERS = "SAME_ANSWERS"
    IMPOSSIBLE_SPEED = "IMPOSSIBLE_SPEED"
    ONE_BUTTON = "ONE_BUTTON"


class FraudSignal(Row):
    kind = fields.CharEnumField(FraudKind, max_length=20)
    # What it is about, so that it is told once.
    key = fields.CharField(200, unique=True)
    # People, by id.
    users: list[int] = cast("list[int]", ArrayField("bigint"))
    # {"found", "counted"}, and {"annotations"}, {"coin", "address"}, {"seconds"} or {"project", "others"}.
    evidence: dict[str, Any] = fields.JSONField(db_default=SqlDefault("'{}'"))
    at: datetime = fields.DatetimeField(db_default=Now())
    dismissed_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="dismissed_signals", on_delete=fields.RESTRICT, null=True
    )
    dismissed_at: datetime | None = fields.DatetimeField(null=True)
    reason: str | None = fields.TextField(null=True)
    dismissed_by_id: int | None

    class Meta:
        table = "fraud_signals"

    @classmethod
    def open(cls) -> QuerySet[FraudSignal]:
        return cls.filter(dismissed_at=None)

    @atomic()
    async def dismiss(self, *, by: User, reason: str) -> FraudSignal:
        """It is none, or has been dealt with. Once more changes nothing; Conflict about oneself."""
        reason = prose(reason, REASON_LENGTH, "The reason", "reason")
        current = await FraudSignal.one("SELECT * FROM fraud_signals WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert current is not None
        if by.id in current.users:
            raise Conflict("Nobody decides about their own standing.", "id")
        if current.dismissed_at is not None:
            return current
        dismissed = await FraudSignal.one(
            "UPDATE fraud_signals SET dismissed_by_id = $2, dismissed_at = now(), reason = $3 WHERE id = $1 RETURNING *",
            self.id,
            by.id,
            reason,
        )
        assert dismissed is not None
        await AuditEntry.record("dismissFraudSignal", by=by, subject=dismissed, reason=reason)
        return dismissed

    @classmethod
    async def raise_for(cls, kind: FraudKind, about: str, users: Iterable[int], evidence: Mapping[str, Any]) -> None:
        """Again only where more people are in it than before."""
        await sql.run(_RAISE, kind.value, f"{kind.value}:{about}", sorted(users), json.dumps(evidence))


@atomic()
async def watch_annotations(most: int = 500, *, settled: timedelta = SETTLED) -> int:
    """Looks through annotations that are new; how many."""
    reached = await position("annotations")
    if reached is None:
        return 0
    new = await sql.rows(_NEW_ANNOTATIONS, reached, most, settled)
    if new:
        await _watch_answers([row["id"] for row in new])
        await _watch_devices(sorted({row["annotator_id"] for row in new}))
        for user_id in sorted({row["annotator_id"] for row in new if row["is_rushed"]}):
            await _watch_speed(user_id)
        for user_id, project_id in sorted({(row["annotator_id"], row["project_id"]) for row in new}):
            await _watch_buttons(user_id, project_id)
        await move("annotations", new[-1]["id"])
    return len(new)


@atomic()
async def watch_withdrawals(most: int = 500, *, settled: timedelta = SETTLED) -> int:
    """Looks through withdrawals that are new; how many."""
    reached = await position("withdrawals")
    if reached is None:
        return 0
    new = await sql.rows(_NEW_WITHDRAWALS, reached, most, settled)
    for coin, address in sorted({(row["coin"], row["address"]) for row in new}):
        users = await sql.rows("SELECT DISTINCT user_id FROM withdrawals WHERE coin = $1 AND address = $2", coin, address)
        if len(users) > 1:
            evidence = {"coin": coin, "address": address, "found": len(users), "counted": len(users)}
            await FraudSignal.raise_for(FraudKind.SAME_ADDRESS, f"{coin}:{address}", (row["user_id"] for row in users), evidence)
    if new:
        await move("withdrawals", new[-1]["id"])
    return len(new)


async def _watch_answers(annotation_ids: Sequence[int]) -> None:
    """Drawn answers that are the same to the last digit."""
    pairs = {(row["one"], row["other"]) for row in await sql.rows(_PAIRS, list(annotation_ids), sorted(DRAWN))}
    for one, other in sorted(pairs):
        alike = [row for row in await sql.rows(_ALIKE, one, other, ALIKE_AMONG, sorted(DRAWN)) if _is_drawn_with_care(row["answers"])]
        if len(alike) >= ALIKE:
            shown = [number for row in alike[: MOST_SHOWN // 2] for number in (row["one"], row["other"])]
            evidence = {"annotations": shown, "found": len(alike), "counted": len(alike)}
            await FraudSignal.raise_for(FraudKind.SAME_ANSWERS, f"{one}:{other}", (one, other), evidence)


async def _watch_devices(user_ids: Sequence[int]) -> None:
    """People who work and sign in from one browser. A family's is shared, too: so people look at it."""
    for row in await sql.rows(_SHARED_DEVICES, list(user_ids), MOST_SHOWN):
        evidence = {"found": len(row["users"]), "counted": row["sessions"], "annotations": row["annotations"]}
        await FraudSignal.raise_for(FraudKind.SAME_DEVICE, row["device"], row["users"], evidence)


def _is_drawn_with_care(answers: str) -> bool:
    return any(answer["kind"] in DRAWN and is_elaborate(answer["kind"], answer["value"]) for answer in json.loads(answers))


async def _watch_speed(user_id: int) -> None:
    last = await sql.rows(_LAST, user_id, RUSHED_OF, RUSHED_PART, RUSHED_SECONDS)
    rushed = [row for row in last if row["is_rushed"]]
    if len(rushed) >= RUSHED:
        seconds = sorted(row["elapsed_seconds"] for row in rushed)[len(rushed) // 2]
        evidence = {
            "annotations": [row["id"] for row in rushed][:MOST_SHOWN],
            "found": len(rushed),
            "counted": len(last),
            "seconds": round(seconds, 2),
        }
        await FraudSignal.raise_for(FraudKind.IMPOSSIBLE_SPEED, str(user_id), [user_id], evidence)


async def _watch_buttons(user_id: int, project_id: int) -> None:
    own = await sql.rows(_OWN, user_id, project_id, PRESSED_OF)
    if len(own) < PRESSED_OF:
        return
    counts: dict[str, list[int]] = defaultdict(list)
    for row in own:
        counts[row["digest"]].append(row["id"])
    digest, same = max(counts.items(), key=lambda each: len(each[1]))
    if len(same) < PRESSED_SHARE * len(own):
        return
    others = await sql.row(_OTHERS, project_id, user_id, digest, OTHERS)
    assert others is not None
    # What others answer nearly always, too, is what there is to see.
    if others["counted"] >= LEAST_OTHERS and wilson(len(same), len(own))[0] > wilson(others["same"], others["counted"])[1]:
        evidence = {
            "annotations": same[:MOST_SHOWN],
            "found": len(same),
            "counted": len(own),
            "project": project_id,
            "others": round(others["same"] / others["counted"], 3),
        }
        await FraudSignal.raise_for(FraudKind.ONE_BUTTON, f"{user_id}:{project_id}", [user_id], evidence)


_RAISE = """
INSERT INTO fraud_signals (kind, key, users, evidence) VALUES ($1, $2, $3, $4::jsonb)
ON CONFLICT (key) DO UPDATE SET users = excluded.users, evidence = excluded.evidence, at = now(), dismissed_at = NULL,
    dismissed_by_id = NULL, reason = NULL
WHERE NOT excluded.users <@ fraud_signals.users
"""
_IS_RUSHED = "coalesce(a.elapsed_seconds < greatest(p.least_seconds * $3::float, $4::float), false)"
_NEW_ANNOTATIONS = f"""
SELECT a.id, a.annotator_id, a.project_id,
    coalesce(a.elapsed_seconds < greatest(p.least_seconds * {RUSHED_PART}, {RUSHED_SECONDS}), false) AS is_rushed
FROM annotations a JOIN projects p ON p.id = a.project_id
WHERE a.id > $1 AND a.submitted_at < now() - $3::interval ORDER BY a.id LIMIT $2
"""  # noqa: S608
_NEW_WITHDRAWALS = """
SELECT id, coin, address FROM withdrawals WHERE id > $1 AND requested_at < now() - $3::interval ORDER BY id LIMIT $2
"""
_IS_DRAWN = "EXISTS (SELECT 1 FROM jsonb_array_elements(a.answers) AS e WHERE e->>'kind' = ANY({drawn}::text[]))"
# Where a machine has drawn before, people who leave it as it is draw alike.
_DREW_THEMSELVES = "coalesce((p.judging->>'copies')::bool, true)"
_PAIRS = f"""
SELECT DISTINCT least(a.annotator_id, b.annotator_id) AS one, greatest(a.annotator_id, b.annotator_id) AS other
FROM annotations a JOIN projects p ON p.id = a.project_id
JOIN annotations b ON b.item_id = a.item_id AND b.annotator_id <> a.annotator_id AND b.digest = a.digest
WHERE a.id = ANY($1::bigint[]) AND {_DREW_THEMSELVES} AND {_IS_DRAWN.format(drawn="$2")}
"""  # noqa: S608
_ALIKE = f"""
SELECT a.id AS one, b.id AS other, a.answers FROM (SELECT * FROM annotations WHERE annotator_id = $1 ORDER BY id DESC LIMIT $3) AS a
JOIN projects p ON p.id = a.project_id
JOIN annotations b ON b.item_id = a.item_id AND b.annotator_id = $2 AND b.digest = a.digest
WHERE {_DREW_THEMSELVES} AND {_IS_DRAWN.format(drawn="$4")} ORDER BY a.id DESC LIMIT 50
"""  # noqa: S608
# Of people the browsers from which others sign in as well who have answered anything, and the latest answer of each.
_SHARED_DEVICES = """
SELECT s.device, array_agg(DISTINCT s.user_id) AS users, count(*)::int AS sessions, (array_agg(DISTINCT a.id))[:$2::int] AS annotations
FROM sessions s, LATERAL (SELECT id FROM annotations WHERE annotator_id = s.user_id ORDER BY id DESC LIMIT 1) AS a
WHERE s.device IN (SELECT device FROM sessions WHERE user_id = ANY($1::bigint[]) AND device IS NOT NULL)
GROUP BY s.device HAVING count(DISTINCT s.user_id) > 1
"""
_LAST = f"""
SELECT a.id, a.elapsed_seconds, {_IS_RUSHED} AS is_rushed FROM annotations a JOIN projects p ON p.id = a.project_id
WHERE a.annotator_id = $1 ORDER BY a.id DESC LIMIT $2
"""  # noqa: S608
_OWN = """
SELECT id, digest FROM (SELECT id, digest, project_id FROM annotations WHERE annotator_id = $1 ORDER BY id DESC LIMIT 10 * $3::int) AS a
WHERE project_id = $2 ORDER BY id DESC LIMIT $3
"""
_OTHERS = """
SELECT count(*)::int AS counted, (count(*) FILTER (WHERE digest = $3))::int AS same FROM (
    SELECT a.digest FROM reviews r JOIN annotations a ON a.id = r.annotation_id
    WHERE r.project_id = $1 AND r.decided_at IS NOT NULL AND r.annotator_id <> $2 ORDER BY r.id DESC LIMIT $4
) AS last
"""
