"""People, as they see themselves and as staff see them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from models.qualification_attempt import statuses_of
from models.standing import STOPPED
from models.tutorial_progress import progress_of
from quality.ladder import Figures as Counted
from quality.ladder import Nearing, Step, good_ones_to_recover, nearing
from realtime.cursor import Cursor
from realtime.topics import user_topic
from schema.context import Info, mentions
from schema.ids import public_id
from schema.money import Wallet
from schema.node import Node
from schema.page import Connection, newest_first
from schema.qualifications import QualificationStatus
from schema.tutorial import TutorialProgress, tutorial_progress

if TYPE_CHECKING:
    from schema.help import Ticket
    from schema.judgement import Annotation, Appeal
    from schema.payouts import Withdrawal
    from schema.projects import Organization
    from schema.work import Assignment


@strawberry.type
class Profile:
    row: strawberry.Private[models.User]

    @strawberry.field
    def display_name(self) -> str:
        return self.row.display_name

    @strawberry.field(description="ISO 3166-1 alpha-2, or null where not given yet.")
    def country(self) -> str | None:
        return self.row.country

    @strawberry.field(description="BCP 47 language tags.")
    def languages(self) -> list[str]:
        return self.row.languages

    @strawberry.field
    def devices(self) -> list[models.Device]:
        return [models.Device(device) for device in self.row.devices]

    @strawberry.field
    def time_zone(self) -> str | None:
        return self.row.time_zone

    @strawberry.field(description="Fields that task matching needs and that are still empty.")
    def missing(self) -> list[str]:
        return self.row.missing


@strawberry.type(description="What poor work or abuse led to: a rule of the ladder, or what staff decided.")
class StandingStep:
    row: strawberry.Private[models.StandingStep]

    @strawberry.field
    def step(self) -> Step:
        return self.row.step

    @strawberry.field(description="The rule's name, or null for what people decided.")
    def rule(self) -> str | None:
        return self.row.rule

    @strawberry.field(description="The kind of task that it is about, or null for all.")
    def kind(self) -> models.TaskKind | None:
        return self.row.kind

    @strawberry.field
    def reason(self) -> str:
        return self.row.reason

    @strawberry.field(description="What to do about it.")
    def advice(self) -> str | None:
        return self.row.advice

    @strawberry.field(description="So many were good of those that the rule counted.")
    def good(self) -> int | None:
        return self.row.figures.get("good")

    @strawberry.field
    def counted(self) -> int | None:
        return self.row.figures.get("counted")

    @strawberry.field(description="The share, in [0, 1], below which the rule leads to it where chance does not explain the figures.")
    def below(self) -> float | None:
        return self.row.figures.get("below")

    @strawberry.field
    def at(self) -> datetime:
        return self.row.at

    @strawberry.field(description="When it ends by itself, or null.")
    def until(self) -> datetime | None:
        return self.row.until

    @strawberry.field(description="When an appeal or a reinstatement took it back: it counts as if it had never been.")
    def overturned_at(self) -> datetime | None:
        return self.row.overturned_at

    @strawberry.field(description="When so much good work had followed that it leads no further.")
    def lapsed_at(self) -> datetime | None:
        return self.row.lapsed_at

    @strawberry.field(description="The appeal against it.")
    async def appeal(self, info: Info) -> Annotated[Appeal, strawberry.lazy("schema.judgement")] | None:
        from schema.judgement import Appeal

        row = await info.context.loaders.appeal_of_step.load(self.row.id)
        return None if row is None else Appeal(row=row)


@strawberry.type(description="A rule of the ladder that the figures come near, and how far it is.")
class NearingRule:
    near: strawberry.Private[Nearing]

    @strawberry.field
    def rule(self) -> str:
        return self.near.rule.name

    @strawberry.field(description="What it would lead to.")
    def step(self) -> Step:
        return self.near.rule.step

    @strawberry.field
    def kind(self) -> models.TaskKind | None:
        return None if self.near.kind is None else models.TaskKind(self.near.kind)

    @strawberry.field(description="So many were good of those counted since the last step.")
    def good(self) -> int:
        return self.near.figures.good

    @strawberry.field
    def counted(self) -> int:
        return self.near.figures.counted

    @strawberry.field(description="The share, in [0, 1], that is wanted.")
    def below(self) -> float:
        return self.near.rule.below

    @strawberry.field(description="It leads nowhere before so many are counted.")
    def least(self) -> int:
        return self.near.rule.least

    @strawberry.field(description="How much of a share is left before it applies, chance allowed for; below 0 it is due.")
    def margin(self) -> float:
        return self.near.margin

    @strawberry.field(description="So many good ones in a row bring the share to what is wanted.")
    def good_ones_to_recover(self) -> int:
        return good_ones_to_recover(self.near.figures, self.near.rule.below)

    @strawberry.field
    def advice(self) -> str:
        return self.near.rule.advice


@strawberry.type(description="So many were good of those counted, and what that says of the share behind it, chance allowed for.")
class Figures:
    figures: strawberry.Private[Counted]

    @strawberry.field
    def good(self) -> int:
        return self.figures.good

    @strawberry.field
    def counted(self) -> int:
        return self.figures.counted

    @strawberry.field(description="In [0, 1]; null of none.")
    def share(self) -> float | None:
        return self.figures.share

    @strawberry.field(description="The share is hardly below this.")
    def lower(self) -> float:
        return self.figures.lower

    @strawberry.field(description="The share is hardly above this: rules ask for this one.")
    def upper(self) -> float:
        return self.figures.upper


@strawberry.type(description="Figures of one kind of task, of the latest verdicts since the last step.")
class KindFigures:
    kind: models.TaskKind
    accuracy: float | None = strawberry.field(description="In [0, 1]; null before the first verdict.")
    approved: int
    decided: int
    lower: float = strawberry.field(description="The accuracy is hardly below this, chance allowed for.")
    upper: float = strawberry.field(description="It is hardly above this: rules ask for this one.")
    level: int = strawberry.field(description="Steps up the ladder of this kind, each of which leads to a harder one.")


@strawberry.type(description="How far an annotator may go, and why; every figure that decides it is shown.")
class Standing:
    row: strawberry.Private[models.Standing]

    @strawberry.field
    def status(self) -> models.Status:
        return self.row.status

    @strawberry.field(description="Share of decided annotations that were approved, in [0, 1]; null before the first decision.")
    def accuracy(self) -> float | None:
        return self.row.accuracy

    @strawberry.field
    def decided(self) -> int:
        return self.row.decided

    @strawberry.field
    def approved(self) -> int:
        return self.row.approved

    @strawberry.field
    def rejected(self) -> int:
        return self.row.rejected

    @strawberry.field(description="Share of the recent assignments that were skipped, in [0, 1].")
    def skip_rate(self) -> float:
        return self.row.skip_rate

    @strawberry.field(description="End of a suspension or restriction, or null.")
    def until(self) -> datetime | None:
        return self.row.until

    @strawberry.field
    def reason(self) -> str | None:
        return self.row.reason

    @strawberry.field(description="All that ever happened to it, latest first.")
    async def steps(self, info: Info) -> list[StandingStep]:
        weighed = await info.context.loaders.weighed.load(self.row.user_id)
        return [StandingStep(row=row) for row in reversed(weighed.steps)]

    @strawberry.field(description="The rule that is nearest; null while nothing is counted, and for those who are stopped.")
    async def nearing(self, info: Info) -> NearingRule | None:
        if self.row.status in STOPPED:
            return None
        weighed = await info.context.loaders.weighed.load(self.row.user_id)
        near = next((each for each in nearing(weighed.record) if each.figures.counted), None)
        return None if near is None else NearingRule(near=near)

    @strawberry.field(
        description="Every rule of the step that would be next and of which anything is counted, the nearest first; none for those who are "
        "stopped."
    )
    async def rules(self, info: Info) -> list[NearingRule]:
        if self.row.status in STOPPED:
            return []
        weighed = await info.context.loaders.weighed.load(self.row.user_id)
        return [NearingRule(near=each) for each in nearing(weighed.record) if each.figures.counted]

    @strawberry.field(description="What stands against the person now, the hardest first.")
    async def in_force(self, info: Info) -> list[StandingStep]:
        weighed = await info.context.loaders.weighed.load(self.row.user_id)
        now = await info.context.loaders.now()
        return [StandingStep(row=row) for row in weighed.in_force(now)]

    @strawberry.field(description="By kind of task; kinds without an answer since the last step are left out.")
    async def kinds(self, info: Info) -> list[KindFigures]:
        weighed = await info.context.loaders.weighed.load(self.row.user_id)
        return [
            KindFigures(
                kind=models.TaskKind(kind),
                accuracy=figures.share,
                approved=figures.good,
                decided=figures.counted,
                lower=figures.lower,
                upper=figures.upper,
                level=weighed.record.kind_levels.get(kind, 0),
            )
            for kind, figures in weighed.record.kinds.items()
        ]

    @strawberry.field(description="The latest verdicts since the last step: what rules about accuracy look at.")
    async def recent(self, info: Info) -> Figures:
        return Figures(figures=(await info.context.loaders.weighed.load(self.row.user_id)).record.accuracy)

    @strawberry.field(description="Of the latest answers those that took as long as the work takes at the least; the others came too fast.")
    async def pace(self, info: Info) -> Figures:
        return Figures(figures=(await info.context.loaders.weighed.load(self.row.user_id)).record.unhurried)

    @strawberry.field(description="Of the latest tasks since the last step those that were answered; the others were skipped.")
    async def finished(self, info: Info) -> Figures:
        return Figures(figures=(await info.context.loaders.weighed.load(self.row.user_id)).record.finished)


@strawberry.type(
    description="Oneself, and anyone for an admin. "
    "Suspended and banned people may still sign in to their wallet, withdrawals, appeals and tickets."
)
class User(Node):
    row: strawberry.Private[models.User]

    @strawberry.field
    def email(self) -> str:
        return self.row.email

    @strawberry.field
    def email_confirmed(self) -> bool:
        return self.row.is_confirmed

    @strawberry.field
    def roles(self) -> list[models.Role]:
        return [models.Role(role) for role in self.row.roles]

    @strawberry.field
    def profile(self) -> Profile:
        return Profile(row=self.row)

    @strawberry.field
    async def standing(self, info: Info) -> Standing:
        return Standing(row=await info.context.loaders.standing.load(self.row.id))

    @strawberry.field
    async def tutorial_progress(self) -> TutorialProgress:
        return tutorial_progress(await progress_of(self.row.id))

    @strawberry.field(description="Tests that alone keep the person from an open project, and those that they have attempted.")
    async def qualifications(self) -> list[QualificationStatus]:
        return [QualificationStatus(status=status) for status in await statuses_of(self.row.id)]

    @strawberry.field
    async def wallet(self, info: Info) -> Wallet:
        return Wallet(row=await info.context.loaders.wallet.load(self.row.id))

    @strawberry.field
    async def assignments(
        self, first: int | None = 20, after: str | None = None, state: models.AssignmentState | None = strawberry.UNSET
    ) -> Connection[Annotated[Assignment, strawberry.lazy("schema.work")]]:
        from schema.work import Assignment

        rows = models.Assignment.of(self.row.id)
        return await newest_first(rows.filter(state=state) if state else rows, first, after, lambda row: Assignment(row=row))

    @strawberry.field
    async def annotations(
        self, first: int | None = 20, after: str | None = None, state: models.AnnotationState | None = strawberry.UNSET
    ) -> Connection[Annotated[Annotation, strawberry.lazy("schema.judgement")]]:
        from schema.judgement import Annotation

        rows = models.Annotation.of(self.row.id)
        return await newest_first(rows.filter(state=state) if state else rows, first, after, lambda row: Annotation(row=row))

    @strawberry.field
    async def appeals(
        self, first: int | None = 20, after: str | None = None
    ) -> Connection[Annotated[Appeal, strawberry.lazy("schema.judgement")]]:
        from schema.judgement import Appeal

        return await newest_first(models.Appeal.of(self.row.id), first, after, lambda row: Appeal(row=row))

    @strawberry.field
    async def withdrawals(
        self,
        first: int | None = 20,
        after: str | None = None,
        states: list[models.WithdrawalState] | None = strawberry.UNSET,
        coin: models.Coin | None = strawberry.UNSET,
    ) -> Connection[Annotated[Withdrawal, strawberry.lazy("schema.payouts")]]:
        from schema.payouts import Withdrawal

        rows = models.Withdrawal.of(self.row.id)
        if states:
            rows = rows.filter(state__in=states)
        if coin:
            rows = rows.filter(coin=coin)
        return await newest_first(rows, first, after, lambda row: Withdrawal(row=row))

    @strawberry.field
    async def tickets(
        self, first: int | None = 20, after: str | None = None
    ) -> Connection[Annotated[Ticket, strawberry.lazy("schema.help")]]:
        from schema.help import Ticket

        return await newest_first(models.Ticket.of(self.row.id), first, after, lambda row: Ticket(row=row))

    @strawberry.field(description="Organizations whose projects a partner runs.")
    async def organizations(self) -> list[Annotated[Organization, strawberry.lazy("schema.projects")]]:
        from schema.projects import Organization

        return [Organization(row=row) for row in await models.Organization.of(self.row.id).order_by("id")]

    @strawberry.field(
        description="Where the viewer's stream of activity stood before anything else of this answer was read: "
        "hand it to Subscription.activity."
    )
    def activity_cursor(self) -> Cursor:
        assert self.position is not None
        return self.position

    # Read before anything else of the answer, by whoever makes this object.
    position: strawberry.Private[Cursor | None] = None

    @classmethod
    async def of(cls, info: Info, row: models.User) -> User:
        """With the position of its activity, which is read before the rest where it is asked for."""
        asked = mentions(info, "activityCursor")
        return cls(row=row, position=await info.context.hub.position(user_topic(row.id)) if asked else None)


@strawberry.type(description="A browser in which the viewer is signed in.")
class Session:
    row: strawberry.Private[models.Session]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(public_id("Session", self.row.id))

    @strawberry.field(description="What the browser called itself when it signed in, at most 200 characters; may be empty.")
    def user_agent(self) -> str:
        return self.row.user_agent

    @strawberry.field
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field(description="When it was last used, to some minutes.")
    def seen_at(self) -> datetime:
        return self.row.seen_at

    @strawberry.field(description="When it ends by itself.")
    def expires_at(self) -> datetime:
        return self.row.expires_at

    @strawberry.field(description="Whether it is the one that asks.")
    def is_current(self, info: Info) -> bool:
        return info.context.session is not None and info.context.session.id == self.row.id


@strawberry.type(description="Who made an annotation, as moderators and its own maker see it.")
class Annotator(Node):
    row: strawberry.Private[models.User]

    @strawberry.field
    def display_name(self) -> str:
        return self.row.display_name

    @strawberry.field
    async def standing(self, info: Info) -> Standing:
        return Standing(row=await info.context.loaders.standing.load(self.row.id))
