"""Live: from a verb's commit to the clients it concerns, with 500 sockets open; and whether the next task is there when one is sent.

A web and a worker process as an operator starts them; the verbs are the product's own, committed by this process; the sockets are in
another. The moment of the commit is when the database acknowledged it; then the relay is woken, as the web process does it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TYPE_CHECKING, Any

import orjson

from bench.client import Client
from bench.holding import FOLLOW_ACTIVITY, FOLLOW_BOARD
from bench.stage import an_annotator, cookie_of, empty_stage, web_and_worker
from models import Annotation, Assignment, Decision, Item, Organization, Project, ProjectSpec, ProjectState, Review, Role, TaskKind, User
from ops.redis import redis_client
from ops.settings import ROOT, settings
from realtime.topics import WAKE_CHANNEL
from schema.ids import public_id

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bench.targets import Result

SOCKETS = 500
BOARDS = 10
SECONDS = 30
# Verdicts, and as many submissions, a second: what fifty annotators do whose tasks take ten seconds.
RATE = 5
WORKERS, SUBMISSIONS, THINK_SECONDS = 5, 40, 0.3
PREFETCH = 2
SETTLE_SECONDS = 5.0
SLEEP_SECONDS = 0.01
CLAIMED_AT_ONCE = 20
ITEMS = 2_000
OPTIONS = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]
FORM = [{"key": "seen", "label": "Seen?", "kind": {"choice": {"options": OPTIONS, "multiple": False}}}]
ANSWER = [{"key": "seen", "value": {"choices": ["yes"]}}]

WORK = "subscription { taskStream(prefetch: 2) { id task { item { content { __typename ... on TextContent { text } } } } } }"
SUBMIT = """
mutation ($id: ID!, $answers: [AnswerInput!]!) {
  submitAnnotation(assignmentId: $id, answers: $answers) { annotation { id } errors { code } }
}
"""


@dataclass
class Committed:
    """When each verb was acknowledged, by the public id that its events bear."""

    redis: Redis
    at: dict[str, int] = field(default_factory=dict)
    expected: int = 0

    async def now(self) -> int:
        """The clock right after a commit."""
        now = time.monotonic_ns()
        await self.redis.publish(WAKE_CHANNEL, b"")
        return now


async def run(result: Result) -> None:
    async with empty_stage(), redis_client(settings().redis_url) as redis:
        people = [await an_annotator(f"person{n}") for n in range(SOCKETS - BOARDS)]
        moderators = [await _moderator(n) for n in range(BOARDS)]
        await _project(moderators[0])
        async with web_and_worker() as url:
            sockets = [{"cookie": await cookie_of(user), "document": FOLLOW_ACTIVITY} for user in people]
            sockets += [{"cookie": await cookie_of(user), "document": FOLLOW_BOARD} for user in moderators]
            claimed = await _claimed(people[: SECONDS * RATE], moderators)
            committed = Committed(redis)
            async with _receivers(url, sockets) as messages:
                # Opening so many sockets at once is another matter.
                await asyncio.sleep(SETTLE_SECONDS)
                async with _overslept() as machine:
                    await _play(claimed, people, committed)
                trips = await _round_trips(url)
            result.add("this machine oversleeps p99", quantiles(machine, n=100)[98], "ms: that much of each latency is not ours")
            _tell(result, committed, await messages, trips)


@asynccontextmanager
async def _overslept() -> AsyncIterator[list[float]]:
    """Milliseconds by which short sleeps of this process are late, meanwhile: what a busy machine adds to anything."""
    late: list[float] = []

    async def sleep() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(SLEEP_SECONDS)
            late.append((time.monotonic() - began - SLEEP_SECONDS) * 1e3)

    sleeping = asyncio.create_task(sleep())
    try:
        yield late
    finally:
        sleeping.cancel()


async def _claimed(people: list[User], moderators: list[User]) -> list[tuple[Review, User]]:
    """Reviews that wait for nothing but their verdict, with who holds each."""
    for user in people:
        await _submitted(user)
    claimed: list[tuple[Review, User]] = []
    for n in range(0, len(people), CLAIMED_AT_ONCE):
        moderator = moderators[n // CLAIMED_AT_ONCE % len(moderators)]
        claimed += [(review, moderator) for review in await Review.claim(moderator, count=CLAIMED_AT_ONCE)]
    return claimed


async def _play(claimed: list[tuple[Review, User]], people: list[User], committed: Committed) -> None:
    """Submissions and verdicts at RATE each, whatever the server does meanwhile."""
    began, verbs = time.monotonic(), []
    for n, (review, moderator) in enumerate(claimed):
        await asyncio.sleep(max(0.0, began + n / RATE - time.monotonic()))
        verbs.append(asyncio.create_task(_decide(review, moderator, committed)))
        await asyncio.sleep(0.5 / RATE)
        verbs.append(asyncio.create_task(_submit(people[-1 - n % len(people)], committed)))
    await asyncio.gather(*verbs)
    await asyncio.sleep(SETTLE_SECONDS)


async def _decide(review: Review, moderator: User, committed: Committed) -> None:
    verdict = await review.decide(moderator, Decision.APPROVED)
    now = await committed.now()
    committed.at[public_id("Verdict", verdict.id)] = committed.at[public_id("Review", review.id) + " decided"] = now
    committed.expected += 1 + BOARDS


async def _submit(user: User, committed: Committed) -> None:
    annotation = await _submitted(user)
    now = await committed.now()
    review = await Review.get(annotation_id=annotation.id)
    committed.at[public_id("Review", review.id) + " queued"] = now
    committed.expected += BOARDS


async def _submitted(user: User) -> Annotation:
    [assignment] = await Assignment.lease(user.id, up_to=1)
    return await assignment.submit(ANSWER)


async def _round_trips(url: str) -> list[int]:
    """Of each submission, how often the client had to wait for the server once more before it had a next task: 0 where it was there."""
    return [trips for each in await asyncio.gather(*(_work(url, n) for n in range(WORKERS))) for trips in each]


async def _work(url: str, n: int) -> list[int]:
    trips = []
    async with Client(url, cookie=await cookie_of(await an_annotator(f"worker{n}"))) as client, client.socket() as socket:
        tasks = await socket.subscribe(WORK)
        for _ in range(SUBMISSIONS):
            task = await tasks.next()
            await asyncio.sleep(THINK_SECONDS)
            payload = await client.act(SUBMIT, id=task["id"], answers=ANSWER)
            assert payload["annotation"], payload
            trips.append(int(tasks.queue.empty()))
    return trips


def _tell(result: Result, committed: Committed, messages: list[tuple[int, Any]], trips: list[int]) -> None:
    waits: dict[str, list[float]] = defaultdict(list)
    for at, event in messages:
        key = _key(event)
        if key in committed.at:
            waits[event["__typename"]].append((at - committed.at[key]) / 1e6)
    every = [wait for each in waits.values() for wait in each]
    result.add("sockets", SOCKETS, f"of which {BOARDS} boards")
    result.add("verbs a second", 2 * RATE, "1/s")
    result.add("deliveries", len(every), f"of {committed.expected}")
    for name, each in [*sorted(waits.items()), ("all", every)]:
        cuts = quantiles(each, n=100)
        result.add(f"commit to client p50, {name}", cuts[49], "ms")
        result.add(f"commit to client p99, {name}", cuts[98], "ms")
    result.add("lost", committed.expected - len(every), "deliveries")
    result.add("submissions with the next task in hand", trips.count(0) / len(trips), f"of {len(trips)}")
    result.hold("commit to client p99 at 500 sockets, ms", quantiles(every, n=100)[98])
    result.hold("submit to next task in hand, round trips", sum(trips) / len(trips))


def _key(event: Any) -> str:
    match event["__typename"]:
        case "VerdictIssued":
            return str(event["verdict"]["id"])
        case "ReviewDecided":
            return f"{event['reviewId']} decided"
        case "ReviewQueued":
            return f"{event['review']['id']} queued"
    return ""


@asynccontextmanager
async def _receivers(url: str, sockets: list[dict[str, str]]) -> AsyncIterator[asyncio.Future[list[tuple[int, Any]]]]:
    """A process that listens; the future tells, once the block is left, what came and when."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.receivers", cwd=ROOT, stdin=pipe, stdout=pipe, limit=2**24)
    assert process.stdin
    assert process.stdout
    told: asyncio.Future[list[tuple[int, Any]]] = asyncio.get_running_loop().create_future()
    address = "ws" + url.removeprefix("http") + "/graphql"
    process.stdin.write(orjson.dumps({"url": address, "sockets": sockets}) + b"\n")
    assert await process.stdout.readline() == b"ready\n"
    try:
        yield told
    finally:
        process.stdin.close()
        output = await process.stdout.read()
        await process.wait()
        told.set_result([each for line in output.splitlines() for each in _read(line)])


def _read(line: bytes) -> list[tuple[int, Any]]:
    at, _, frame = line.partition(b" ")
    message = orjson.loads(frame)
    if message["type"] != "next":
        return []
    return [(int(at), event) for event in message["payload"]["data"].values()]


async def _moderator(n: int) -> User:
    user = await an_annotator(f"moderator{n}")
    await user.gain(Role.MODERATOR)
    return await user.reread()


async def _project(partner: User) -> None:
    organization = await Organization.found_by(partner, "Load")
    await organization.credit(100_000_000, reference="load", key="load", by=partner)
    project = await Project.draft(organization, ProjectSpec("Load", TaskKind.CLASSIFICATION, "Look.", FORM, 2_000_000))
    for start in range(0, ITEMS, 1000):
        items = [{"external_id": str(n), "content": [{"text": {"text": f"Item {n}"}}]} for n in range(start, start + 1000)]
        await Item.bring(project, items, {})
    await project.fund(50_000_000, key="load")
    await project.set_state(ProjectState.OPEN)
