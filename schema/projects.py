"""Organizations, their projects, items and results."""

from __future__ import annotations

from asyncio import gather
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import models
from models.judged import NOT_JUDGED, JudgedField
from models.judging import gold_of
from models.outlook import outlook_of
from models.preview import Counts, Preview
from models.progress import Progress
from schema.content import Content, content_type
from schema.context import Info
from schema.forms import Answer, FormField, answers_type, form_type
from schema.money import Money, money
from schema.node import Node
from schema.page import Connection, Slice, from_sql, newest_first, oldest_first
from schema.payload import ErrorCode
from schema.qualifications import Qualification

if TYPE_CHECKING:
    from schema.judgement import Annotation


@strawberry.type
class ApiToken(Node):
    row: strawberry.Private[models.ApiToken]

    @strawberry.field
    def name(self) -> str:
        return self.row.name

    @strawberry.field
    def scopes(self) -> list[models.Scope]:
        return [models.Scope(scope) for scope in self.row.scopes]

    @strawberry.field(description="The first characters, enough to recognise it; the token itself is shown once, when it is made.")
    def hint(self) -> str:
        return self.row.hint

    @strawberry.field
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field
    def last_used_at(self) -> datetime | None:
        return self.row.last_used_at

    @strawberry.field
    def expires_at(self) -> datetime | None:
        return self.row.expires_at


@strawberry.type(description="Somebody who belongs to an organization.")
class Member:
    row: strawberry.Private[models.User]

    @strawberry.field
    def display_name(self) -> str:
        return self.row.display_name

    @strawberry.field
    def email(self) -> str:
        return self.row.email


@strawberry.type(
    description="Made by anyone with a confirmed address, who thereby becomes a partner. What only its members may see is null for others."
)
class Organization(Node):
    row: strawberry.Private[models.Organization]

    @strawberry.field
    def name(self) -> str:
        return self.row.name

    @strawberry.field
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field(description="For admins, who have to know whose payment it is.")
    async def members(self, info: Info) -> list[Member] | None:
        if models.Role.ADMIN not in info.context.audience.roles:
            return None
        return [Member(row=row) for row in await info.context.loaders.members.load(self.row.id)]

    @strawberry.field(description="Money that is not yet set aside for a project.")
    async def balance(self, info: Info) -> Money | None:
        if not await info.context.may_read_organization(self.row.id, models.Scope.PROJECTS_READ):
            return None
        return money(await info.context.loaders.balance.load(self.row.id))

    @strawberry.field
    async def projects(
        self, info: Info, first: int | None = 20, after: str | None = None
    ) -> Connection[Annotated[Project, strawberry.lazy("schema.projects")]] | None:
        if not await info.context.may_read_organization(self.row.id, models.Scope.PROJECTS_READ):
            return None
        return await newest_first(models.Project.filter(organization_id=self.row.id), first, after, lambda row: Project(row=row))

    @strawberry.field(description="Tests that its projects may ask for.")
    async def qualifications(self, info: Info, first: int | None = 20, after: str | None = None) -> Connection[Qualification] | None:
        if not await info.context.may_read_organization(self.row.id, models.Scope.PROJECTS_READ):
            return None
        return await newest_first(models.Qualification.of(self.row.id), first, after, lambda row: Qualification(row=row))

    @strawberry.field
    async def api_tokens(self, info: Info) -> list[ApiToken] | None:
        if info.context.viewer is None or self.row.id not in await info.context.organization_ids():
            return None
        return [ApiToken(row=row) for row in await models.ApiToken.filter(organization_id=self.row.id, revoked_at=None).order_by("-id")]


@strawberry.type
class Example:
    content: list[Content]
    answers: list[Answer]
    good: bool
    comment: str


@strawberry.type
class Requirements:
    countries: list[str]
    languages: list[str]
    devices: list[models.Device]
    min_accuracy: float | None
    qualification_ids: strawberry.Private[list[int]]

    @strawberry.field(description="Tests that must have been passed, all of them.")
    async def qualifications(self, info: Info) -> list[Qualification]:
        rows = await gather(*(info.context.loaders.row(models.Qualification, each) for each in self.qualification_ids))
        return [Qualification(row=row) for row in rows]


@strawberry.type(description="Measured over recent work, before one accepts any.")
class Outlook:
    seconds: float = strawberry.field(description="Median active seconds a task.")
    hourly: Money = strawberry.field(description="What approved work paid an hour, at that pace.")
    rejection_rate: float = strawberry.field(description="Of the verdicts those that rejected, in [0, 1].")
    overturn_rate: float = strawberry.field(description="Of the rejections those that were overturned, in [0, 1].")
    verdict_seconds: float = strawberry.field(description="Median seconds from submission to verdict.")


@strawberry.type
class ProjectProgress:
    figures: strawberry.Private[Progress]

    @strawberry.field
    def items(self) -> int:
        return self.figures.items

    @strawberry.field(description="Items with all the approved annotations that they need.")
    def done(self) -> int:
        return self.figures.done

    @strawberry.field
    def tasks_open(self) -> int:
        return self.figures.tasks_open

    @strawberry.field
    def tasks_leased(self) -> int:
        return self.figures.tasks_leased

    @strawberry.field
    def in_review(self) -> int:
        return self.figures.in_review

    @strawberry.field
    def approved(self) -> int:
        return self.figures.approved

    @strawberry.field
    def rejected(self) -> int:
        return self.figures.rejected

    @strawberry.field
    def spent(self) -> Money:
        return money(self.figures.spent_micros)


@strawberry.type(description="A report that a task cannot be done as it is.")
class Problem:
    row: strawberry.Private[models.Assignment]

    @strawberry.field
    def kind(self) -> models.ProblemKind:
        assert self.row.problem is not None
        return self.row.problem

    @strawberry.field
    def message(self) -> str | None:
        return self.row.problem_message

    @strawberry.field
    def reported_at(self) -> datetime:
        assert self.row.ended_at is not None
        return self.row.ended_at


@strawberry.type
class Item(Node):
    row: strawberry.Private[models.Item]

    @strawberry.field(description="The partner's own key, unique in the project; null for annotators.")
    async def external_id(self, info: Info) -> str | None:
        # Results are told apart by it.
        may_read = await info.context.may_read_project(self.row.project_id, models.Scope.PROJECTS_READ, models.Scope.RESULTS_READ)
        return self.row.external_id if may_read else None

    @strawberry.field
    def content(self) -> list[Content]:
        return content_type(self.row.content)

    @strawberry.field(
        description="Since when it is out of work, because several people reported it; null for annotators, and while it is in."
    )
    async def held_at(self, info: Info) -> datetime | None:
        return self.row.held_at if await self._is_run_by_caller(info) else None

    @strawberry.field(description="What was reported of it, latest first; null for annotators.")
    async def problems(self, info: Info) -> list[Problem] | None:
        if not await self._is_run_by_caller(info):
            return None
        return [Problem(row=row) for row in await info.context.loaders.problems_of_item.load(self.row.id)]

    async def _is_run_by_caller(self, info: Info) -> bool:
        return await info.context.may_read_project(self.row.project_id, models.Scope.PROJECTS_READ)


@strawberry.type(description="What answers are held against: all but `points` are shares. ProjectInput.judging says what each is about.")
class Thresholds:
    match: float
    overlap: float
    text: float
    points: int
    right: float
    outlier: float
    confidence: float


@strawberry.type(description="An item with a known answer: annotators are checked by it.")
class Gold:
    row: strawberry.Private[models.Item]

    @strawberry.field
    def item(self) -> Item:
        return Item(row=self.row)

    @strawberry.field(description="The known answer.")
    def answers(self) -> list[Answer]:
        return answers_type(self.row.gold or [])

    @strawberry.field(description="How many good annotators were checked by it.")
    def judged(self) -> int:
        return self.row.gold_judged

    @strawberry.field(description="How many of them were right.")
    def right(self) -> int:
        return self.row.gold_right

    @strawberry.field(description="When it was taken out, because too many of them were not: its answer may be wrong.")
    def retired_at(self) -> datetime | None:
        return self.row.gold_retired_at


@strawberry.type(description="An option, a class or a point of a scale.")
class FieldClass:
    key: str
    label: str


@strawberry.type(description="How often one class was given where another was wanted.")
class Confusion:
    wanted: str | None = strawberry.field(description="By key; null where nothing was there.")
    given: str | None = strawberry.field(description="By key; null where it was missed.")
    times: int


@strawberry.type(description="How answers in one field of the form fare beside what is right: the known answer, or what several came to.")
class FieldFigures:
    field: strawberry.Private[dict[str, Any]]
    figures: strawberry.Private[JudgedField]

    @strawberry.field
    def key(self) -> str:
        return str(self.field["key"])

    @strawberry.field
    def label(self) -> str:
        return str(self.field["label"])

    @strawberry.field(description="As in FieldInput: choice, box and so on.")
    def kind(self) -> str:
        return str(self.field["kind"])

    @strawberry.field(description="Answers to gold and to finished items of several answers, rejected ones included.")
    def answers(self) -> int:
        return self.figures.answers

    @strawberry.field(description="How many of them are right in this field.")
    def right(self) -> int:
        return self.figures.right

    @strawberry.field(description="How alike two answers to one item are on the mean, in [0, 1]; null without any.")
    def agreement(self) -> float | None:
        return self.figures.agreement

    @strawberry.field(description="In the order of the form; none where nothing is told apart.")
    def classes(self) -> list[FieldClass]:
        if self.field["kind"] == "rating":
            points = range(self.field["min"], self.field["max"] + 1)
            return [FieldClass(key=str(point), label=str(point)) for point in points]
        named = self.field.get("options") or self.field.get("classes") or []
        return [FieldClass(key=each["key"], label=each["label"]) for each in named]

    @strawberry.field(description="Cells of the matrix that are not empty, the fullest first. Multiple options count one by one.")
    def confusion(self) -> list[Confusion]:
        cells = sorted(self.figures.cells.items(), key=lambda each: (-each[1], each[0][0] or "", each[0][1] or ""))
        return [Confusion(wanted=wanted, given=given, times=times) for (wanted, given), times in cells]


@strawberry.type(description="What was judged on one day, of UTC.")
class JudgedDay:
    day: datetime
    by_gold: int = strawberry.field(description="First verdicts by a known answer.")
    gold_right: int = strawberry.field(description="Those of them that approved.")
    by_consensus: int
    by_moderators: int
    rejected: int = strawberry.field(description="Of all first verdicts of the day.")
    overturned: int = strawberry.field(description="Of those, how many were overturned since.")
    results: int = strawberry.field(description="Items that were finished.")
    agreement: float | None = strawberry.field(description="Their mean agreement, in [0, 1]; null without any of several answers.")


@strawberry.type(description="What would become of the annotations under some thresholds.")
class PreviewedVerdicts:
    counts: strawberry.Private[Counts]

    @strawberry.field
    def approved(self) -> int:
        return self.counts.approved

    @strawberry.field
    def rejected(self) -> int:
        return self.counts.rejected

    @strawberry.field(description="Left to moderators.")
    def to_people(self) -> int:
        return self.counts.to_people

    @strawberry.field(description="Not wanted at all, for fewer were enough.")
    def not_asked(self) -> int:
        return self.counts.not_asked

    @strawberry.field(description="Items for which more answers would have been asked than there are: what they come to is not known.")
    def unanswered(self) -> int:
        return self.counts.unanswered

    @strawberry.field(description="Automatic verdicts about annotations on which people decided too.")
    def checked(self) -> int:
        return self.counts.checked

    @strawberry.field(description="How many of them say what people said.")
    def agreeing(self) -> int:
        return self.counts.agreeing


@strawberry.type(description="What other thresholds would have decided about the latest finished items and answers to gold.")
class JudgingPreview:
    row: strawberry.Private[Preview]

    @strawberry.field
    def items(self) -> int:
        return self.row.items

    @strawberry.field
    def annotations(self) -> int:
        return self.row.annotations

    @strawberry.field(description="Under the project's own thresholds.")
    def before(self) -> PreviewedVerdicts:
        return PreviewedVerdicts(counts=self.row.before)

    @strawberry.field
    def after(self) -> PreviewedVerdicts:
        return PreviewedVerdicts(counts=self.row.after)

    @strawberry.field(description="Annotations that would fare otherwise.")
    def changed(self) -> int:
        return self.row.changed


@strawberry.type(description="How a project's answers come to be judged.")
class Judging:
    row: strawberry.Private[models.Project]

    @strawberry.field(description="With dynamic overlap: how many annotators answer an item at most; null where it is fixed.")
    def max_overlap(self) -> int | None:
        return self.row.most_overlap

    @strawberry.field
    def thresholds(self) -> Thresholds:
        policy = self.row.policy
        return Thresholds(
            match=policy.match,
            overlap=policy.overlap,
            text=policy.text,
            points=policy.points,
            right=policy.right,
            outlier=policy.outlier,
            confidence=policy.confidence,
        )

    @strawberry.field(description="Agreement of the latest 1,000 results on the mean, in [0, 1]; null without any of several answers.")
    async def agreement(self, info: Info) -> float | None:
        return (await info.context.loaders.judging.load(self.row.id)).agreement

    @strawberry.field(description="How many of the latest 1,000 verdicts were given by a known answer.")
    async def by_gold(self, info: Info) -> int:
        return (await info.context.loaders.judging.load(self.row.id)).by_gold

    @strawberry.field(description="How many of them by agreement.")
    async def by_consensus(self, info: Info) -> int:
        return (await info.context.loaders.judging.load(self.row.id)).by_consensus

    @strawberry.field(description="How many of them by moderators.")
    async def by_moderators(self, info: Info) -> int:
        return (await info.context.loaders.judging.load(self.row.id)).by_moderators

    @strawberry.field(description="How many verdicts that were given automatically a moderator looked at again.")
    async def audited(self, info: Info) -> int:
        return (await info.context.loaders.judging.load(self.row.id)).audited

    @strawberry.field(description="How many of those were wrong.")
    async def wrong(self, info: Info) -> int:
        return (await info.context.loaders.judging.load(self.row.id)).wrong

    @strawberry.field(description="Of each field of the form; counted some seconds after the verdicts.")
    async def fields(self, info: Info) -> list[FieldFigures]:
        judged = await info.context.loaders.judged_fields.load(self.row.id)
        return [FieldFigures(field=field, figures=judged.get(field["key"], NOT_JUDGED)) for field in self.row.form]

    @strawberry.field(description="The latest days on which anything was judged, oldest first; 90 at most.")
    async def days(self, info: Info, last: int = 30) -> list[JudgedDay]:
        days = await info.context.loaders.judged_days.load(self.row.id)
        return [
            JudgedDay(
                day=datetime.combine(each.day, time.min, UTC),
                by_gold=each.by_gold,
                gold_right=each.gold_right,
                by_consensus=each.by_consensus,
                by_moderators=each.by_moderators,
                rejected=each.rejected,
                overturned=each.overturned,
                results=each.results,
                agreement=each.agreement,
            )
            for each in days[max(0, len(days) - max(0, last)) :]
        ]

    @strawberry.field(description="Items with a known answer, in the order in which they came.")
    async def gold(self, first: int | None = 20, after: str | None = None) -> Connection[Gold]:
        return await oldest_first(gold_of(self.row.id), first, after, lambda row: Gold(row=row))


@strawberry.type
class Project(Node):
    row: strawberry.Private[models.Project]

    @strawberry.field
    def title(self) -> str:
        return self.row.title

    @strawberry.field
    def kind(self) -> models.TaskKind:
        return self.row.kind

    @strawberry.field
    def state(self) -> models.ProjectState:
        return self.row.state

    @strawberry.field
    async def organization(self, info: Info) -> Organization:
        return Organization(row=await info.context.loaders.row(models.Organization, self.row.organization_id))

    @strawberry.field(description="Markdown.")
    def instructions(self) -> str:
        return self.row.instructions

    @strawberry.field(description="Worked examples, good and bad.")
    def examples(self) -> list[Example]:
        return [
            Example(
                content=content_type(example["content"]),
                answers=answers_type(example["answers"]),
                good=example["good"],
                comment=example["comment"],
            )
            for example in self.row.examples
        ]

    @strawberry.field
    def form(self) -> list[FormField]:
        return form_type(self.row.form)

    @strawberry.field
    def price_per_thousand(self) -> Money:
        return money(self.row.price_micros_per_thousand)

    @strawberry.field(description="How many annotators answer each item.")
    def overlap(self) -> int:
        return self.row.overlap

    @strawberry.field(description="How long an annotator may hold a task, in seconds.")
    def lease_seconds(self) -> int:
        return self.row.lease_seconds

    @strawberry.field
    def requirements(self) -> Requirements:
        return Requirements(
            countries=self.row.countries,
            languages=self.row.languages,
            devices=[models.Device(device) for device in self.row.devices],
            min_accuracy=self.row.min_accuracy,
            qualification_ids=self.row.qualification_ids,
        )

    @strawberry.field(description="Its tasks that are open, whoever asks; counted up to 1,000.")
    async def open_tasks(self, info: Info) -> int:
        return await info.context.loaders.open_tasks.load(self.row.id)

    @strawberry.field(description="Why the viewer may not work on it; empty when they may.")
    async def blocked_by(self, info: Info) -> list[ErrorCode]:
        if info.context.viewer is None:
            return [ErrorCode.NOT_ELIGIBLE]
        return [ErrorCode(code) for code in await info.context.loaders.blocked_by.load(self.row.id)]

    @strawberry.field(description="What working on it has been like; null until enough is known.")
    def outlook(self) -> Outlook | None:
        measured = outlook_of(self.row)
        if measured is None:
            return None
        return Outlook(
            seconds=measured.seconds,
            hourly=money(measured.hourly_micros),
            rejection_rate=measured.rejection_rate,
            overturn_rate=measured.overturn_rate,
            verdict_seconds=measured.verdict_seconds,
        )

    @strawberry.field(
        description="Money set aside for it and not yet spent. "
        "This and what follows is null for all but its organization's members and staff."
    )
    async def budget(self, info: Info) -> Money | None:
        if not await info.context.may_read_organization(self.row.organization_id, models.Scope.PROJECTS_READ):
            return None
        return money(await info.context.loaders.budget.load(self.row.id))

    @strawberry.field
    async def judging(self, info: Info) -> Judging | None:
        if not await info.context.may_read_organization(self.row.organization_id, models.Scope.PROJECTS_READ):
            return None
        return Judging(row=self.row)

    @strawberry.field
    async def progress(self, info: Info) -> ProjectProgress | None:
        if not await info.context.may_read_organization(self.row.organization_id, models.Scope.PROJECTS_READ):
            return None
        return ProjectProgress(figures=await info.context.loaders.progress.load(self.row.id))

    @strawberry.field(description="In the order in which they came; with `held`, those that were reported and wait for a look.")
    async def items(self, info: Info, first: int | None = 20, after: str | None = None, held: bool = False) -> Connection[Item] | None:
        if not await info.context.may_read_organization(self.row.organization_id, models.Scope.PROJECTS_READ):
            return None
        rows = models.Item.filter(project_id=self.row.id, removed_at=None)
        return await oldest_first(rows.filter(held_at__not_isnull=True) if held else rows, first, after, lambda row: Item(row=row))

    @strawberry.field(description="Items that have all the approved annotations they need, in the order in which they got the last one.")
    async def results(
        self, info: Info, first: int | None = 100, after: str | None = None
    ) -> Connection[Annotated[Result, strawberry.lazy("schema.projects")]] | None:
        if not await info.context.may_read_organization(self.row.organization_id, models.Scope.RESULTS_READ):
            return None

        async def read(asked: Slice) -> list[models.Item]:
            completed_xid, item_id = asked.after or (-1, 0)
            return await models.Item.completed(self.row.id, int(completed_xid), int(item_id), asked.limit)  # type: ignore[arg-type]

        return await from_sql(
            "results",
            read,
            100 if first is None else first,
            after,
            (int, int),
            lambda row: (row.completed_xid, row.id),
            lambda row: Result(row=row),
        )


@strawberry.type(description="One item with the approved annotations and the answer that they agree on.")
class Result:
    row: strawberry.Private[models.Item]

    @strawberry.field
    def item(self) -> Item:
        return Item(row=self.row)

    @strawberry.field
    async def annotations(self, info: Info) -> list[Annotated[Annotation, strawberry.lazy("schema.judgement")]]:
        from schema.judgement import Annotation

        return [Annotation(row=row) for row in await info.context.loaders.approved_of_item.load(self.row.id)]

    @strawberry.field(description="The answer that they agree on.")
    async def consensus(self, info: Info) -> list[Answer]:
        return answers_type((await info.context.loaders.summed_up.load(self.row)).consensus or [])

    @strawberry.field(description="Agreement among the approved annotations, in [0, 1]; null with fewer than two.")
    async def agreement(self, info: Info) -> float | None:
        return (await info.context.loaders.summed_up.load(self.row)).agreement

    @strawberry.field
    def completed_at(self) -> datetime:
        assert self.row.completed_at is not None
        return self.row.completed_at
