"""Proofs by chance: what holds for any order of verbs is held against many orders."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import count

from bench.client import Client, Failed
from bench.holding import FOLLOW_ACTIVITY, FOLLOW_BOARD, HeldActivity, HeldBoard
from bench.stage import an_annotator, cookie_of
from models import (
    Annotation,
    AnnotationState,
    Appeal,
    AppealOutcome,
    AppealState,
    Assignment,
    Decision,
    Item,
    Organization,
    Project,
    ProjectSpec,
    ProjectState,
    RejectionReason,
    Review,
    Role,
    TaskKind,
    User,
    Verdict,
    sanction,
)
from models.errors import Refusal, Refused
from ops.database import sql

VERBS = 60
ITEMS = 40
# So many verbs run at once now and then, and race.
AT_ONCE = 3
# The share of looks at which a watcher's cable is pulled.
DROPPED = 0.08
SETTLE_SECONDS = 60.0
OPTIONS = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]
FORM = [{"key": "seen", "label": "Seen?", "kind": {"choice": {"options": OPTIONS, "multiple": False}}}]

_numbers = count(1)


class Broken(Exception):
    """What was to hold does not; str() says what, and under which seed."""


async def prove_events(url: str, seed: int) -> str:
    """State + events = fresh state, over a running server at `url`, whose database this process is connected to. Raises Broken."""
    chance = random.Random(seed)
    cast = await Cast.gathered(chance)
    async with (
        Client(url, cookie=await cookie_of(cast.annotators[0])) as annotator,
        Client(url, cookie=await cookie_of(cast.moderators[0])) as moderator,
    ):
        watchers = [
            Watcher(annotator, FOLLOW_ACTIVITY, await HeldActivity.read(annotator), random.Random(seed + 1)),
            Watcher(moderator, FOLLOW_BOARD, await HeldBoard.read(moderator), random.Random(seed + 2)),
        ]
        following = [asyncio.create_task(watcher.follow()) for watcher in watchers]
        try:
            await cast.play(VERBS)
            await cast.leave_nothing_of(cast.annotators[0])
            for watcher in watchers:
                await watcher.require_fresh(seed)
        finally:
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
    told = sum(watcher.applied for watcher in watchers)
    return f"seed {seed}: {cast.done} verbs, {cast.refused} refused, {told} events, {sum(watcher.drops for watcher in watchers)} drops"


class Watcher:
    """Holds a state and applies events to it, over cables that are pulled now and then."""

    def __init__(self, client: Client, document: str, held: HeldActivity | HeldBoard, chance: random.Random) -> None:
        self._client = client
        self._document = document
        self._chance = chance
        self.held = held
        self.applied = self.drops = 0

    async def follow(self) -> None:
        while True:
            try:
                async with self._client.socket() as socket:
                    events = await socket.subscribe(self._document, after=self.held.cursor)
                    while True:
                        self.held.apply(await events.next(seconds=3600))
                        self.applied += 1
                        if self._chance.random() < DROPPED:
                            self.drops += 1
                            socket.drop()
            except Failed as failed:
                if failed.codes != ("CLOSED",):
                    raise

    async def require_fresh(self, seed: int) -> None:
        """Raises Broken where what is held is not what is read anew, once no event is on its way any more."""
        held = fresh = self.held
        try:
            async with asyncio.timeout(SETTLE_SECONDS):
                while True:
                    fresh = await type(self.held).read(self._client)
                    held = self.held
                    # Who is present is told beside the events, and is no part of them.
                    if isinstance(fresh, HeldBoard) and isinstance(held, HeldBoard):
                        fresh, held = replace(fresh, moderators=set()), replace(held, moderators=set())
                    if fresh == held:
                        return
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise Broken(f"seed {seed}: held {held}, and fresh is {fresh}") from None


class Cast:
    """People and a project, and the verbs that they may come upon."""

    def __init__(self, chance: random.Random, annotators: list[User], moderators: list[User], admin: User) -> None:
        self._chance = chance
        self.annotators = annotators
        self.moderators = moderators
        self.admin = admin
        self.done = self.refused = 0

    @classmethod
    async def gathered(cls, chance: random.Random) -> Cast:
        number = next(_numbers)
        people = [await an_annotator(f"person{number}-{chance.randrange(10**9)}-{n}") for n in range(6)]
        for moderator in people[3:5]:
            await moderator.gain(Role.MODERATOR)
        await people[5].gain(Role.ADMIN)
        organization = await Organization.found_by(await people[5].reread(), "Load")
        await organization.credit(100_000_000, reference="load", key="load", by=people[5])
        spec = ProjectSpec("Load", TaskKind.CLASSIFICATION, "Look.", FORM, 2_000_000, overlap=2)
        project = await Project.draft(organization, spec)
        await Item.bring(project, [{"external_id": str(n), "content": [{"text": {"text": f"Item {n}"}}]} for n in range(ITEMS)], {})
        await project.fund(50_000_000, key="load")
        await project.set_state(ProjectState.OPEN)
        return cls(chance, people[:3], [await user.reread() for user in people[3:5]], await people[5].reread())

    async def play(self, verbs: int) -> None:
        while self.done < verbs:
            at_once = self._chance.choice((1, 1, 1, AT_ONCE))
            await asyncio.gather(*(self._one(self._chance.choice(self.verbs)) for _ in range(at_once)))

    @property
    def verbs(self) -> Sequence[Callable[[], Awaitable[object]]]:
        """As often as each stands here."""
        return (
            [self.submit] * 5
            + [self.claim] * 3
            + [self.decide] * 4
            + [self.release, self.appeal, self.close_appeal, self.run_out, self.sanction]
        )

    async def _one(self, verb: Callable[[], Awaitable[object]]) -> None:
        self.done += 1
        try:
            await verb()
        except (Refusal, Refused):
            self.refused += 1

    async def submit(self) -> None:
        annotator = self._chance.choice(self.annotators)
        for assignment in await Assignment.lease(annotator.id, up_to=1) or await Assignment.held_by(annotator.id):
            await assignment.submit([{"key": "seen", "value": {"choices": [self._chance.choice(("yes", "no"))]}}])

    async def claim(self) -> None:
        await Review.claim(self._chance.choice(self.moderators), count=self._chance.randint(1, 3))

    async def release(self) -> None:
        for review in await Review.claimed().limit(1):
            await review.release(await User.get(id=review.claimed_by_id))

    async def decide(self) -> None:
        for review in await Review.claimed().order_by("id").limit(2):
            await self._decide(review)

    async def _decide(self, review: Review) -> None:
        decision = self._chance.choice((Decision.APPROVED, Decision.APPROVED, Decision.REJECTED))
        reasons = [RejectionReason.WRONG_LABEL] if decision == Decision.REJECTED else []
        await review.decide(await User.get(id=review.claimed_by_id), decision, reasons=reasons)

    async def appeal(self) -> None:
        for annotation in await Annotation.filter(state=AnnotationState.REJECTED).order_by("-id").limit(1):
            await Appeal.against_rejection(annotation, "It is there.")

    async def close_appeal(self) -> None:
        for appeal in await Appeal.filter(state=AppealState.OPEN).limit(1):
            await appeal.decide(self._chance.choice(self.moderators), self._chance.choice(list(AppealOutcome)), "Looked again.")

    async def run_out(self) -> None:
        annotator = self._chance.choice(self.annotators)
        await Assignment.lease(annotator.id, up_to=2)
        await self._let_run_out(annotator)

    async def sanction(self) -> None:
        annotator = self.annotators[0]
        await sanction.suspend(annotator, by=self.admin, reason="Looked at.")
        await sanction.reinstate(annotator, by=self.admin, reason="Looked at.")

    async def leave_nothing_of(self, annotator: User) -> None:
        """What an annotator does themself is no event: so at last nothing of theirs is leased, waits or is appealed."""
        await self._let_run_out(annotator)
        for review in await Review.filter(annotator_id=annotator.id, decided_at=None):
            if review.claimed_by_id is None:
                await Review.claim_these(self.moderators[0], [review.id])
            await self._decide(await review.reread())
        for appeal in await Appeal.filter(user_id=annotator.id, state=AppealState.OPEN):
            first = await Verdict.first_of(appeal.annotation_id or 0)
            [other] = [moderator for moderator in self.moderators if moderator.id != first.decided_by_id]
            await appeal.decide(other, AppealOutcome.UPHELD, "Looked again.")

    async def _let_run_out(self, annotator: User) -> None:
        await sql.run("UPDATE assignments SET lease_expires_at = now() WHERE annotator_id = $1 AND state = 'LEASED'", annotator.id)
        while await Assignment.end_due():
            pass
