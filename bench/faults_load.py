"""What goes on while things break: transactions that record events, moderators who claim and release by the API."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count
from random import Random
from typing import Any

import asyncpg
import httpx
from tortoise.transactions import in_transaction

from bench.client import Client, Failed
from bench.faults_stage import Installation
from bench.follower import PATIENCE_SECONDS, Topic
from bench.links import Link, to_port
from bench.stage import an_annotator, cookie_of, ended
from models import Assignment, Item, Organization, Project, ProjectSpec, ProjectState, Review, Role, TaskKind, User
from models.event import BOARD, Event, user_topic
from models.project_spec import INSTRUCTIONS_LENGTH
from ops.database import sql
from realtime.past import DATABASE_AWAY, persistently

WRITERS, CLERKS = 3, 2
ANNOTATORS, MODERATORS, REVIEWS = 2, 3, 12
PAUSE_SECONDS = 0.03
# How long a transaction may take between its event and its commit: others commit meanwhile, with later ids.
OPEN_SECONDS = 0.03
GIVEN_UP = 0.1
# So many fill what kernels hold for a connection, and then what we do.
FAT_COPIES = 12
OPTIONS = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]
FORM = [{"key": "seen", "label": "Seen?", "kind": {"choice": {"options": OPTIONS, "multiple": False}}}]
ANSWER = [{"key": "seen", "value": {"choices": ["yes"]}}]

READ_BOARD = "{ reviewBoard { cursor counts { waiting claimed } } }"
FOLLOW_BOARD = """
subscription ($after: Cursor) { reviewBoard(after: $after) {
  __typename cursor at counts { waiting claimed decidedToday appeals }
  ... on ReviewClaimed { review { id claimedBy { id } } }
  ... on ReviewReleased { review { id ...Shown } }
} }
"""
SHOWN = "fragment Shown on Review { annotation { id project { id title } } }"
FAT = "fragment Shown on Review { annotation { project { " + " ".join(f"i{n}: instructions" for n in range(FAT_COPIES)) + " } } }"
BOARD_TOPIC = Topic(BOARD, READ_BOARD, ("reviewBoard", "cursor"), FOLLOW_BOARD + SHOWN, frozenset({"PresenceChanged"}))
FAT_BOARD_TOPIC = Topic(BOARD, READ_BOARD, ("reviewBoard", "cursor"), FOLLOW_BOARD + FAT, frozenset({"PresenceChanged"}))
READ_ACTIVITY = "{ viewer { activityCursor wallet { pending { amount } } } }"
FOLLOW_ACTIVITY = """
subscription ($after: Cursor) { activity(after: $after) { __typename cursor at ... on StandingChanged { standing { status accuracy } } } }
"""
CLAIM = "mutation { claimReviews(count: 2) { reviews { id } errors { code } } }"
RELEASE = "mutation ($id: ID!) { releaseReview(reviewId: $id) { errors { code } } }"

# `number` is our own, by which what was committed is known again; what the API records has none.
COLUMNS = "events.topic, epoch, sequence, kind, created_at, (ids->>'number')::int AS number"


def activity_topic(topic: str) -> Topic:
    return Topic(topic, READ_ACTIVITY, ("viewer", "activityCursor"), FOLLOW_ACTIVITY)


class Load:
    def __init__(self, annotators: list[User], moderators: list[User], reviews: list[int], clerks: list[Clerk]) -> None:
        self.annotators = annotators
        self.moderators = moderators
        # Held while nothing may be written.
        self.turn = asyncio.Lock()
        self._reviews = reviews
        self._clerks = clerks
        self._numbers = count(1)
        self._chance = Random(0)
        # What the database acknowledged, as (number, topic).
        self.committed: set[tuple[int, str]] = set()

    @classmethod
    async def prepared(cls, installation: Installation, stack: AsyncExitStack) -> Load:
        annotators = [await an_annotator(f"annotator{n}") for n in range(ANNOTATORS)]
        moderators = [await an_annotator(f"moderator{n}") for n in range(MODERATORS)]
        for moderator in moderators:
            await moderator.gain(Role.MODERATOR)
        moderators = [await moderator.reread() for moderator in moderators]
        await _project(await an_annotator("partner"))
        for assignment in await Assignment.lease(annotators[0].id, up_to=REVIEWS):
            await assignment.submit(ANSWER)
        reviews = [review.id for review in await Review.all()]
        links = [await stack.enter_async_context(Link(to_port(process.port))) for process in installation.webs]
        clerks = [Clerk(await cookie_of(moderators[n]), links) for n in range(CLERKS)]
        return cls(annotators, moderators, reviews, clerks)

    @property
    def topics(self) -> list[str]:
        return [BOARD, *(user_topic(user.id) for user in self.annotators)]

    def begin(self, seed: int) -> None:
        self._chance = Random(seed)
        self.committed.clear()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        work = [asyncio.create_task(self._write(Random(self._chance.random()))) for _ in range(WRITERS)]
        work += [asyncio.create_task(clerk.work(Random(self._chance.random()))) for clerk in self._clerks]
        try:
            yield
        finally:
            await ended(work)

    async def record_last(self) -> None:
        for topic in self.topics:
            await persistently(partial(self._record, [topic], 0.0, given_up=False))

    async def begin_anew(self) -> Sequence[Any]:
        """Another epoch, and nothing of what was, which is returned."""
        while True:
            try:
                async with in_transaction():
                    await sql.run("LOCK TABLE events, topics IN ACCESS EXCLUSIVE MODE")
                    gone = await sql.rows(f"SELECT {COLUMNS} FROM events, installation WHERE sequence IS NOT NULL")
                    await sql.run("TRUNCATE events, topics")
                    await sql.run("UPDATE installation SET epoch = $1", secrets.token_hex(6))
            except (asyncpg.DeadlockDetectedError, *DATABASE_AWAY):
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                self.committed.clear()
                return gone

    async def _write(self, chance: Random) -> None:
        while True:
            topics = chance.sample(self.topics, chance.choice((1, 1, 2)))
            seconds = chance.choice((0.0, chance.uniform(0, OPEN_SECONDS)))
            with contextlib.suppress(*DATABASE_AWAY):
                async with self.turn:
                    """Not begun while the numbering begins anew."""
                await self._record(topics, seconds, given_up=chance.random() < GIVEN_UP)
            await asyncio.sleep(chance.uniform(0, PAUSE_SECONDS))

    async def _record(self, topics: list[str], seconds: float, *, given_up: bool) -> None:
        written = {(next(self._numbers), topic) for topic in topics}
        with contextlib.suppress(GaveUp):
            async with in_transaction():
                for number, topic in written:
                    await self._event(number, topic)
                    await asyncio.sleep(seconds)
                if given_up:
                    raise GaveUp
            self.committed |= written

    async def _event(self, number: int, topic: str) -> None:
        if topic == BOARD:
            await Event.record("ReviewReleased", [topic], review=self._reviews[number % len(self._reviews)], number=number)
        else:
            await Event.record("StandingChanged", [topic], number=number)


class GaveUp(Exception):
    """What was recorded is never committed."""


class Clerk:
    """A moderator who claims and lets go again, by either web process, whatever becomes of it."""

    def __init__(self, cookie: str, links: list[Link]) -> None:
        self._cookie = cookie
        self._links = links

    async def work(self, chance: Random) -> None:
        while True:
            with contextlib.suppress(Failed, OSError, TimeoutError, httpx.HTTPError):
                await self._claim_and_release(chance.choice(self._links))
            await asyncio.sleep(chance.uniform(0, PAUSE_SECONDS))

    async def _claim_and_release(self, link: Link) -> None:
        async with Client(f"http://127.0.0.1:{link.port}", cookie=self._cookie, patience=PATIENCE_SECONDS) as client:
            for review in (await client.act(CLAIM))["reviews"]:
                await client.act(RELEASE, id=review["id"])


async def _project(owner: User) -> None:
    await owner.gain(Role.ADMIN)
    organization = await Organization.found_by(await owner.reread(), "Load")
    await organization.credit(10_000_000, reference="load", key="load", by=owner)
    spec = ProjectSpec("Load", TaskKind.CLASSIFICATION, "Look. " * (INSTRUCTIONS_LENGTH // 6), FORM, 2_000_000)
    project = await Project.draft(organization, spec)
    items = [{"external_id": str(n), "content": [{"text": {"text": f"Item {n}"}}]} for n in range(REVIEWS)]
    await Item.bring(project, items, {})
    await project.fund(5_000_000, key="load")
    await project.set_state(ProjectState.OPEN)
