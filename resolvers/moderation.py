"""The board, verdicts and appeals; what staff decide about people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

import models
from models import Annotation, Appeal, AuditEntry, AuditSample, Review, Role, User, sanction, staff
from models.overturned import overturned
from models.user import STAFF
from realtime.topics import BOARD
from resolvers.found import found
from resolvers.work import named_project
from schema import judgement
from schema.audit import AuditEntry as AuditEntryType
from schema.context import Info
from schema.forms import AnswerInput, plain_answers
from schema.fraud import FraudSignal, OverturnFigures
from schema.ids import read_id
from schema.inputs import given
from schema.page import Connection, newest_first
from schema.payload import AcceptedPayload, UserError, mutation
from schema.people import Annotator


@strawberry.type
class ReviewsPayload:
    reviews: list[judgement.Review] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class VerdictPayload:
    verdict: judgement.Verdict | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class VerdictsPayload:
    verdicts: list[judgement.Verdict] = strawberry.field(default_factory=list)
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class AuditPayload:
    audit: judgement.AuditSample | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class AppealPayload:
    appeal: judgement.Appeal | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class AnnotatorPayload:
    annotator: Annotator | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class FraudSignalPayload:
    signal: FraudSignal | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ModerationQuery:
    @strawberry.field(description="Moderators only.")
    async def review_board(self, info: Info) -> judgement.ReviewBoard:
        info.context.require_role(Role.MODERATOR)
        return judgement.ReviewBoard(position=await info.context.hub.position(BOARD))

    @strawberry.field(description="Staff only, as are the rest.")
    async def annotators(
        self,
        info: Info,
        first: int | None = 50,
        after: str | None = None,
        search: str | None = strawberry.UNSET,
        status: models.Status | None = strawberry.UNSET,
    ) -> Connection[Annotator]:
        info.context.require_role(*STAFF)
        rows = User.filter(roles__contains=[Role.ANNOTATOR.value])
        if text := given(search):
            rows = rows.filter(models.user.matching(text))
        if given(status) is not None:
            rows = rows.filter(standing__status=status)
        return await newest_first(rows, 50 if first is None else first, after, lambda row: Annotator(row=row))

    @strawberry.field(description="What looks like fraud and waits for somebody to look, or was dismissed; latest first.")
    async def fraud_signals(
        self, info: Info, first: int | None = 50, after: str | None = None, dismissed: bool | None = False
    ) -> Connection[FraudSignal]:
        info.context.require_role(*STAFF)
        rows = models.FraudSignal.filter(dismissed_at__not_isnull=True) if dismissed else models.FraudSignal.open()
        return await newest_first(rows, 50 if first is None else first, after, lambda row: FraudSignal(row=row))

    @strawberry.field(
        description="How many of the latest rejections were overturned: of each moderator, project, source and basis. Admins only."
    )
    async def overturned(self, info: Info) -> list[OverturnFigures]:
        info.context.require_role(Role.ADMIN)
        return [OverturnFigures(figures=figures) for figures in await overturned()]

    @strawberry.field(description="Every act of staff, latest first. Admins only.")
    async def audit_log(self, info: Info, first: int | None = 50, after: str | None = None) -> Connection[AuditEntryType]:
        info.context.require_role(Role.ADMIN)
        return await newest_first(AuditEntry.all(), 50 if first is None else first, after, lambda row: AuditEntryType(row=row))


@strawberry.type
class ModerationMutation:
    @mutation
    async def claim_reviews(
        self,
        info: Info,
        count: int | None = 1,
        project_id: strawberry.ID | None = strawberry.UNSET,
        review_ids: list[strawberry.ID] | None = strawberry.UNSET,
    ) -> ReviewsPayload:
        """Up to `count` waiting annotations, oldest first, held by the viewer for a while; or just those named, all or none of them."""
        moderator = info.context.require_role(Role.MODERATOR)
        project = await named_project(info.context, given(project_id))
        named = given(review_ids)
        if named is not None:
            numbers = [read_id("Review", public, "reviewIds", str(n)) for n, public in enumerate(named)]
            reviews = await Review.claim_these(moderator, numbers)
        else:
            reviews = await Review.claim(moderator, count=1 if count is None else count, project_id=project.id if project else None)
        return ReviewsPayload(reviews=[judgement.Review(row=row) for row in reviews])

    @mutation
    async def release_review(self, info: Info, review_id: strawberry.ID) -> AcceptedPayload:
        moderator = info.context.require_role(Role.MODERATOR)
        await (await found(Review.all(), review_id, "reviewId")).release(moderator)
        return AcceptedPayload(accepted=True)

    @mutation
    async def decide_review(
        self,
        info: Info,
        review_id: strawberry.ID,
        decision: models.Decision,
        reasons: list[models.RejectionReason] | None = strawberry.UNSET,
        comment: str | None = strawberry.UNSET,
    ) -> VerdictPayload:
        """A rejection needs a reason. The same decision again gives the first verdict; another, ALREADY_DECIDED."""
        moderator = info.context.require_role(Role.MODERATOR)
        review = await found(Review.all(), review_id, "reviewId")
        verdict = await review.decide(moderator, decision, reasons=given(reasons) or [], comment=given(comment))
        return VerdictPayload(verdict=judgement.Verdict(row=verdict))

    @mutation
    async def decide_reviews(
        self,
        info: Info,
        review_ids: list[strawberry.ID],
        decision: models.Decision,
        reasons: list[models.RejectionReason] | None = strawberry.UNSET,
        comment: str | None = strawberry.UNSET,
    ) -> VerdictsPayload:
        """The same verdict for several of one annotator that the viewer holds, all or none, each as `decideReview` would. Not for fraud."""
        moderator = info.context.require_role(Role.MODERATOR)
        numbers = [read_id("Review", public, "reviewIds", str(n)) for n, public in enumerate(review_ids)]
        verdicts = await Review.decide_together(moderator, numbers, decision, reasons=given(reasons) or [], comment=given(comment))
        return VerdictsPayload(verdicts=[judgement.Verdict(row=row) for row in verdicts])

    @mutation
    async def fix_review(self, info: Info, review_id: strawberry.ID, answers: list[AnswerInput]) -> VerdictPayload:
        """Approves it with small mends: the annotator is paid, and the mended answers count. CONFLICT where they differ by more than a
        tenth. Photographs and recordings are named by their hashes: nobody else's can be put in."""
        moderator = info.context.require_role(Role.MODERATOR)
        review = await found(Review.all(), review_id, "reviewId")
        return VerdictPayload(verdict=judgement.Verdict(row=await review.fix(moderator, plain_answers(answers))))

    @mutation
    async def decide_audit(self, info: Info, audit_id: strawberry.ID, agrees: bool, comment: str | None = strawberry.UNSET) -> AuditPayload:
        """Whether the automatic verdict was right. A rejection that was not is overturned and paid; an approval stays paid."""
        moderator = info.context.require_role(Role.MODERATOR)
        audit = await found(AuditSample.all(), audit_id, "auditId")
        return AuditPayload(audit=judgement.AuditSample(row=await audit.decide(moderator, agrees=agrees, comment=given(comment))))

    @mutation
    async def open_appeal(self, info: Info, annotation_id: strawberry.ID, message: str) -> AppealPayload:
        user = info.context.user
        annotation = await found(Annotation.of(user.id), annotation_id, "annotationId")
        return AppealPayload(appeal=judgement.Appeal(row=await Appeal.against_rejection(annotation, message)))

    @mutation
    async def open_standing_appeal(self, info: Info, message: str) -> AppealPayload:
        """Against one's own restriction, suspension or ban."""
        return AppealPayload(appeal=judgement.Appeal(row=await Appeal.against_standing(info.context.user, message)))

    @mutation
    async def decide_appeal(self, info: Info, appeal_id: strawberry.ID, outcome: models.AppealOutcome, comment: str) -> AppealPayload:
        """By a moderator who did not decide the annotation, or the restriction."""
        moderator = info.context.require_role(Role.MODERATOR)
        appeal = await found(Appeal.all(), appeal_id, "appealId")
        return AppealPayload(appeal=judgement.Appeal(row=await appeal.decide(moderator, outcome, comment)))

    @mutation
    async def suspend_annotator(
        self, info: Info, annotator_id: strawberry.ID, reason: str, until: datetime | None = strawberry.UNSET
    ) -> AnnotatorPayload:
        """Ends streams, leases and work at once. The way to wallet, appeals and tickets stays open."""
        by = info.context.require_role(*STAFF)
        user = await _person(annotator_id)
        await sanction.suspend(user, by=by, reason=reason, until=given(until))
        return AnnotatorPayload(annotator=Annotator(row=user))

    @mutation
    async def ban_annotator(self, info: Info, annotator_id: strawberry.ID, reason: str, fraud: bool | None = False) -> AnnotatorPayload:
        """For good. For fraud, what they still have to be paid out is held until an admin has looked at it."""
        by = info.context.require_role(*STAFF)
        user = await _person(annotator_id)
        await sanction.ban(user, by=by, reason=reason, fraud=bool(fraud))
        return AnnotatorPayload(annotator=Annotator(row=user))

    @mutation
    async def reinstate_annotator(self, info: Info, annotator_id: strawberry.ID, reason: str) -> AnnotatorPayload:
        by = info.context.require_role(*STAFF)
        user = await _person(annotator_id)
        await sanction.reinstate(user, by=by, reason=reason)
        return AnnotatorPayload(annotator=Annotator(row=user))

    @mutation
    async def dismiss_fraud_signal(self, info: Info, id: strawberry.ID, reason: str) -> FraudSignalPayload:
        """It is no fraud, or what was to be done is done."""
        by = info.context.require_role(*STAFF)
        signal = await found(models.FraudSignal.all(), id, "id")
        return FraudSignalPayload(signal=FraudSignal(row=await signal.dismiss(by=by, reason=reason)))

    @mutation
    async def set_role(self, info: Info, annotator_id: strawberry.ID, role: models.Role, granted: bool, reason: str) -> AnnotatorPayload:
        """Grants a role to a person or takes it back. Admins only; on record."""
        admin = info.context.require_role(Role.ADMIN)
        user = await _person(annotator_id)
        await staff.set_role(user, role, granted=granted, by=admin, reason=reason)
        return AnnotatorPayload(annotator=Annotator(row=user))


async def _person(public: str) -> User:
    people: Any = User.all()
    return await found(people, public, "annotatorId", type_name="Annotator")
