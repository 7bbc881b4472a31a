"""The outbox: what clients may be watching is recorded in the transaction that changes it, and told by the relay afterwards.

Durable events bear a sequence within their topic, which the relay gives them; the verbs take no lock and no number.
Hints say "look" and no more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ops.database import sql

BOARD = "board"
TASKS = "tasks"
# Wakes the lists of staff: a ticket was written, answered or closed.
TICKETS = "tickets"
# Wakes the pages of admins: something on its way out, or what keeps it, is another than before.
PAYOUTS = "payouts"


def user_topic(user_id: int) -> str:
    return f"user:{user_id}"


def tasks_topic(project_id: int) -> str:
    return f"{TASKS}:{project_id}"


def project_topic(project_id: int) -> str:
    return f"project:{project_id}"


def work_topic(user_id: int) -> str:
    """Wakes a person's task streams: room was made, or their access to work changed."""
    return f"work:{user_id}"


def access_topic(user_id: int) -> str:
    """Wakes a person's open sockets: a session or a role may be gone."""
    return f"access:{user_id}"


class Event:
    @staticmethod
    async def record(kind: str, topics: list[str], **ids: int) -> None:
        """An outbox row per topic. `kind` is the event's name in the schema; `ids` are rows, read when the event is delivered."""
        await sql.run(
            "INSERT INTO events (topic, kind, ids) SELECT topic, $2, $3::jsonb FROM unnest($1::text[]) AS topic",
            topics,
            kind,
            json.dumps(ids),
        )

    @staticmethod
    async def record_each(kind: str, rows: list[tuple[str, dict[str, int]]]) -> None:
        """Many of one kind in one statement: (topic, ids) each."""
        if rows:
            await sql.run(
                "INSERT INTO events (topic, kind, ids) SELECT t, $3, i::jsonb FROM unnest($1::text[], $2::text[]) AS u(t, i)",
                [topic for topic, _ in rows],
                [json.dumps(ids) for _, ids in rows],
                kind,
            )


class Hint:
    @staticmethod
    async def record(*topics: str) -> None:
        await sql.run("INSERT INTO hints (topic) SELECT unnest($1::text[])", list(dict.fromkeys(topics)))


async def tell(events: Sequence[tuple[str, str, Mapping[str, int]]], hints: Sequence[str]) -> None:
    """Events, as (topic, kind, ids), and hints in one statement: what the hot paths use."""
    await sql.run(
        """
        WITH told AS (
            INSERT INTO events (topic, kind, ids) SELECT t, k, i::jsonb FROM unnest($1::text[], $2::text[], $3::text[]) AS u(t, k, i)
        )
        INSERT INTO hints (topic) SELECT unnest($4::text[])
        """,
        [topic for topic, _, _ in events],
        [kind for _, kind, _ in events],
        [json.dumps(ids) for _, _, ids in events],
        list(dict.fromkeys(hints)),
    )
