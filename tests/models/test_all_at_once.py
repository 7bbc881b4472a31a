"""Everything at the same time on the same projects: no deadlock, nothing unforeseen, and the proof clean throughout."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from models import (
    Annotation,
    AnnotationState,
    Appeal,
    AppealOutcome,
    AppealState,
    Assignment,
    Decision,
    Item,
    ProblemKind,
    Project,
    ProjectState,
    RejectionReason,
    Review,
    User,
    Verdict,
    sanction,
)
from models.errors import Refusal
from models.ledger import budget, reserved
from models.ledger_proof import verify
from ops.database import sql
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import a_choice, a_moderator, a_project, an_admin, an_annotator, an_organization, bring_items

SECONDS = 3.0
OFTEN = ("lease", "submit", "decide", "fund", "suspend")
AT_ONCE = 12
Verb = Callable[[], Coroutine[Any, Any, None]]


class Crowd:
    """Everybody who does anything, and one method for each thing that they do."""

    def __init__(self, projects: list[Project], people: list[User], judges: list[User], admin: User) -> None:
        self.projects, self.people, self.judges, self.admin = projects, people, judges, admin
        self.chance = random.Random(7)
        self.keys = iter(range(1_000_000))
        self.done: Counter[str] = Counter()
        often: list[Verb] = [self.lease, self.submit, self.submit, self.claim, self.decide]
        seldom: list[Verb] = [self.skip, self.report, self.report, self.draft, self.streams, self.expire, self.appeal, self.decide_appeal]
        of_staff: list[Verb] = [self.settle, self.suspend, self.fund, self.pause, self.bring, self.look_at_items, self.checkpoint]
        self.verbs: list[Verb] = [*often, *often, *seldom, *of_staff]

    @property
    def least(self) -> int:
        """How often the rarest of OFTEN was done."""
        return min(self.done[name] for name in OFTEN)

    async def work(self, until: float) -> None:
        """Until then, and on until enough was done; a slow machine takes longer."""
        while asyncio.get_running_loop().time() < until or self.least <= 5:
            verb = self.chance.choice(self.verbs)
            try:
                await verb()
                self.done[verb.__name__] += 1
            except Refusal as refusal:
                self.done[refusal.code] += 1

    async def project(self) -> Project:
        return await Project.get(id=self.chance.choice(self.projects).id)

    async def an_assignment(self, *states: str) -> Assignment | None:
        return await Assignment.one("SELECT * FROM assignments WHERE state = ANY($1::text[]) ORDER BY random() LIMIT 1", list(states))

    async def lease(self) -> None:
        await Assignment.lease(self.chance.choice(self.people).id, up_to=self.chance.randint(1, 6))

    async def submit(self) -> None:
        if assignment := await self.an_assignment("LEASED", "LEASED", "EXPIRED", "RELEASED"):
            await assignment.submit(a_choice(self.chance.choice(["cat", "dog"])))

    async def skip(self) -> None:
        if assignment := await self.an_assignment("LEASED"):
            await assignment.skip()

    async def report(self) -> None:
        if assignment := await self.an_assignment("LEASED"):
            await assignment.report(ProblemKind.BROKEN)

    async def draft(self) -> None:
        if assignment := await self.an_assignment("LEASED"):
            await assignment.save_draft(a_choice(), uploads={})

    async def streams(self) -> None:
        person = self.chance.choice(self.people)
        await Assignment.let_go(person.id)
        await Assignment.keep(person.id)

    async def expire(self) -> None:
        await sql.run(
            "UPDATE assignments SET lease_expires_at = now() WHERE id IN (SELECT id FROM assignments WHERE state = 'LEASED' AND id % 5 = 0 "
            "ORDER BY id FOR NO KEY UPDATE)"
        )
        await Assignment.end_due()

    async def claim(self) -> None:
        await Review.claim(self.chance.choice(self.judges), count=self.chance.randint(1, 6))

    async def decide(self) -> None:
        review = await Review.one("SELECT * FROM reviews WHERE decided_at IS NULL AND claimed_by_id IS NOT NULL ORDER BY random() LIMIT 1")
        if review:
            judge = await User.get(id=review.claimed_by_id)
            if self.chance.random() < 0.5:
                await review.decide(judge, Decision.APPROVED)
            else:
                await review.decide(judge, Decision.REJECTED, reasons=[RejectionReason.SPAM])

    async def appeal(self) -> None:
        annotation = await Annotation.filter(state=AnnotationState.REJECTED).order_by("-id").first()
        if annotation:
            await Appeal.against_rejection(annotation, "Look again.")

    async def decide_appeal(self) -> None:
        appeal = await Appeal.filter(state=AppealState.OPEN).first()
        if appeal:
            await appeal.decide(self.chance.choice(self.judges), self.chance.choice(list(AppealOutcome)), "Looked.")

    async def settle(self) -> None:
        await sql.run("UPDATE verdicts SET appealable_until = now() WHERE id % 3 = 0 AND settled_at IS NULL AND decision = 'REJECTED'")
        await Verdict.settle_due()

    async def suspend(self) -> None:
        person = self.chance.choice(self.people)
        await sanction.suspend(person, by=self.admin, reason="Careless.")
        await sanction.reinstate(person, by=self.admin, reason="Enough.")

    async def fund(self) -> None:
        await (await self.project()).fund(self.chance.randint(1, 40_000), key=f"k{next(self.keys)}")

    async def pause(self) -> None:
        one = await self.project()
        await one.set_state(ProjectState.PAUSED)
        await one.set_state(ProjectState.OPEN)

    async def bring(self) -> None:
        await bring_items(await self.project(), 2, prefix=f"more{next(self.keys)}")

    async def look_at_items(self) -> None:
        item = await Item.filter(held_at__not_isnull=True, removed_at=None).first()
        if item:
            await (item.put_back() if self.chance.random() < 0.7 else item.remove())

    async def checkpoint(self) -> None:
        one = self.chance.choice(self.projects)
        await budget(one.id).checkpoint()
        await reserved(one.id).checkpoint()


async def audit(until: float) -> None:
    while asyncio.get_running_loop().time() < until:
        assert await verify() == []
        await asyncio.sleep(0.1)


async def test_all_verbs_at_once_deadlock_nowhere_and_keep_the_books() -> None:
    """A deadlock, or anything else that is no refusal, ends the test."""
    admin = await an_admin()
    organization = await an_organization(admin)
    projects = [await a_project(organization, items=20, overlap=3, budget_micros=300_000) for _ in range(2)]
    crowd = Crowd(projects, [await an_annotator() for _ in range(6)], [await a_moderator() for _ in range(4)], admin)
    until = asyncio.get_running_loop().time() + SECONDS

    async with asyncio.timeout(10 * CEILING_SECONDS):
        await asyncio.gather(audit(until), *(crowd.work(until) for _ in range(AT_ONCE)))
    for project in projects:
        await (await Project.get(id=project.id)).set_state(ProjectState.CLOSED)

    assert await verify() == []
    assert [await reserved(project.id).balance() for project in projects] == [0, 0]
