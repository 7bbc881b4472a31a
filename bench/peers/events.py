"""What every peer in Python serves: the same schema and events as events.mjs, published by a line on standard input."""

from __future__ import annotations

import asyncio
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import strawberry

_number = count(1)


@strawberry.type
class Project:
    id: strawberry.ID
    title: str


@strawberry.type
class Review:
    id: strawberry.ID
    state: str
    kind: str
    submitted_at: str
    project: Project


@strawberry.type
class Counts:
    waiting: int
    claimed: int
    decided_today: int
    appeals: int


@strawberry.type
class BoardEvent:
    cursor: str
    at: str
    review: Review
    counts: Counts


@strawberry.type
class Query:
    hello: str = "world"


def event(number: int | None = None, cursor: str | None = None) -> BoardEvent:
    number = next(_number) if number is None else number
    at = datetime.now(UTC).isoformat()
    return BoardEvent(
        cursor=cursor or urlsafe_b64encode(f"benchmark:{number}".encode()).decode().rstrip("="),
        at=at,
        review=Review(
            id=strawberry.ID(f"Review_{number:013}"),
            state="WAITING",
            kind="DETECTION",
            submitted_at=at,
            project=Project(id=strawberry.ID("Project_0000000000001"), title="Cars at crossings"),
        ),
        counts=Counts(waiting=number % 100, claimed=number % 7, decided_today=number % 1000, appeals=3),
    )


async def publishing(port: int, publish: Callable[[str], None]) -> None:
    """Says the port and publishes, one topic an event, until standard input ends."""
    sys.stdout.write(f"port {port}\n")
    sys.stdout.flush()
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        what, first, *rest = line.decode().split()
        if what == "board":
            for _ in range(int(first)):
                publish("board")
        else:
            for user in range(int(first), int(rest[0])):
                publish(f"user:{user}")
