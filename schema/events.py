"""What subscriptions push. An event holds ids; what it shows is read when it is delivered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import strawberry

import models
from realtime.cursor import Cursor
from realtime.delivered import Delivered
from schema.context import Info
from schema.help import Ticket
from schema.ids import public_id
from schema.judgement import Appeal, ModeratorPresence, Review, ReviewCounts, Verdict, review_counts
from schema.money import Wallet
from schema.payouts import Withdrawal
from schema.people import Standing
from schema.projects import Organization, Project
from schema.qualifications import Qualification
from schema.work import Assignment

# Counts are the same for everyone who is shown the same event, so they are counted once.
_KEPT_COUNTS = 64
_counts: OrderedDict[Cursor, asyncio.Task[ReviewCounts]] = OrderedDict()


@strawberry.interface
class ActivityEvent:
    event: strawberry.Private[Delivered]

    @strawberry.field
    def cursor(self) -> Cursor:
        return self.event.cursor

    @strawberry.field
    def at(self) -> datetime:
        return self.event.at


@strawberry.type
class VerdictIssued(ActivityEvent):
    @strawberry.field
    async def verdict(self, info: Info) -> Verdict:
        return Verdict(row=await info.context.loaders.row(models.Verdict, self.event.ids["verdict"]))

    @strawberry.field
    async def wallet(self, info: Info) -> Wallet:
        return Wallet(row=await info.context.loaders.wallet.load(info.context.user.id))


@strawberry.type
class AppealDecided(ActivityEvent):
    @strawberry.field
    async def appeal(self, info: Info) -> Appeal:
        return Appeal(row=await info.context.loaders.row(models.Appeal, self.event.ids["appeal"]))

    @strawberry.field
    async def wallet(self, info: Info) -> Wallet:
        return Wallet(row=await info.context.loaders.wallet.load(info.context.user.id))


@strawberry.type
class WithdrawalChanged(ActivityEvent):
    @strawberry.field
    async def withdrawal(self, info: Info) -> Withdrawal:
        return Withdrawal(row=await info.context.loaders.row(models.Withdrawal, self.event.ids["withdrawal"]))

    @strawberry.field
    async def wallet(self, info: Info) -> Wallet:
        return Wallet(row=await info.context.loaders.wallet.load(info.context.user.id))


@strawberry.type
class StandingChanged(ActivityEvent):
    @strawberry.field
    async def standing(self, info: Info) -> Standing:
        return Standing(row=await info.context.loaders.standing.load(info.context.user.id))


@strawberry.type(
    description="A lease ended without a submission from this client: it ran out, was submitted elsewhere, or its project was closed."
)
class AssignmentEnded(ActivityEvent):
    @strawberry.field
    async def assignment(self, info: Info) -> Assignment:
        return Assignment(row=await info.context.loaders.row(models.Assignment, self.event.ids["assignment"]))


@strawberry.type(description="An open project would admit the viewer, were this test passed.")
class QualificationOffered(ActivityEvent):
    @strawberry.field
    async def qualification(self, info: Info) -> Qualification:
        return Qualification(row=await info.context.loaders.row(models.Qualification, self.event.ids["qualification"]))


@strawberry.type(description="A payment to an organization of the viewer's has arrived.")
class OrganizationCredited(ActivityEvent):
    @strawberry.field
    async def organization(self, info: Info) -> Organization:
        return Organization(row=await info.context.loaders.row(models.Organization, self.event.ids["organization"]))


@strawberry.type(description="Staff have answered a ticket of the viewer's.")
class TicketAnswered(ActivityEvent):
    @strawberry.field
    async def ticket(self, info: Info) -> Ticket:
        return await _ticket(self.event, info)


@strawberry.type(description="Staff have closed a ticket of the viewer's; a reply opens it again.")
class TicketClosed(ActivityEvent):
    @strawberry.field
    async def ticket(self, info: Info) -> Ticket:
        return await _ticket(self.event, info)


async def _ticket(event: Delivered, info: Info) -> Ticket:
    return Ticket(row=await info.context.loaders.row(models.Ticket, event.ids["ticket"]))


@strawberry.interface
class ReviewBoardEvent:
    event: strawberry.Private[Delivered]

    @strawberry.field
    def cursor(self) -> Cursor:
        return self.event.cursor

    @strawberry.field
    def at(self) -> datetime:
        return self.event.at

    @strawberry.field
    async def counts(self) -> ReviewCounts:
        return await _counts_at(self.event.cursor)


async def _review(event: Delivered, info: Info) -> Review:
    return Review(row=await info.context.loaders.row(models.Review, event.ids["review"]))


async def _appeal(event: Delivered, info: Info) -> Appeal:
    return Appeal(row=await info.context.loaders.row(models.Appeal, event.ids["appeal"]))


@strawberry.type
class ReviewQueued(ReviewBoardEvent):
    @strawberry.field
    async def review(self, info: Info) -> Review:
        return await _review(self.event, info)


@strawberry.type
class ReviewClaimed(ReviewBoardEvent):
    @strawberry.field
    async def review(self, info: Info) -> Review:
        return await _review(self.event, info)


@strawberry.type
class ReviewReleased(ReviewBoardEvent):
    @strawberry.field
    async def review(self, info: Info) -> Review:
        return await _review(self.event, info)


@strawberry.type
class ReviewDecided(ReviewBoardEvent):
    @strawberry.field
    def review_id(self) -> strawberry.ID:
        return strawberry.ID(public_id("Review", self.event.ids["review"]))

    @strawberry.field
    async def verdict(self, info: Info) -> Verdict:
        return Verdict(row=await info.context.loaders.row(models.Verdict, self.event.ids["verdict"]))


@strawberry.type
class AppealOpened(ReviewBoardEvent):
    @strawberry.field
    async def appeal(self, info: Info) -> Appeal:
        return await _appeal(self.event, info)


@strawberry.type
class AppealClosed(ReviewBoardEvent):
    @strawberry.field
    async def appeal(self, info: Info) -> Appeal:
        return await _appeal(self.event, info)


@strawberry.type(description="A moderator came to the board or left it.")
class PresenceChanged(ReviewBoardEvent):
    present: strawberry.Private[list[ModeratorPresence]]

    @strawberry.field
    def moderators(self) -> list[ModeratorPresence]:
        return self.present


@strawberry.type
class TaskAvailability:
    project: Project
    open_tasks: int


ACTIVITY: Mapping[str, type[ActivityEvent]] = {
    each.__name__: each
    for each in (
        VerdictIssued,
        AppealDecided,
        WithdrawalChanged,
        StandingChanged,
        AssignmentEnded,
        QualificationOffered,
        OrganizationCredited,
        TicketAnswered,
        TicketClosed,
    )
}
BOARD_EVENTS: Mapping[str, type[ReviewBoardEvent]] = {
    each.__name__: each for each in (ReviewQueued, ReviewClaimed, ReviewReleased, ReviewDecided, AppealOpened, AppealClosed)
}
EVENT_TYPES: list[type] = [*ACTIVITY.values(), *BOARD_EVENTS.values(), PresenceChanged]


async def _counts_at(cursor: Cursor) -> ReviewCounts:
    """Counted after the event of that cursor was committed, once in this process."""
    counting = _counts.get(cursor)
    if counting is None:
        counting = _counts[cursor] = asyncio.create_task(review_counts())
        counting.add_done_callback(partial(_forget_failure, cursor))
        if len(_counts) > _KEPT_COUNTS:
            _counts.popitem(last=False)
    return await asyncio.shield(counting)


def _forget_failure(cursor: Cursor, counting: asyncio.Task[ReviewCounts]) -> None:
    if counting.cancelled() or counting.exception() is not None:
        _counts.pop(cursor, None)
