"""What a caller may see. Who is not named here sees nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise.expressions import Q

from models import (
    Annotation,
    Appeal,
    Assignment,
    FraudSignal,
    Item,
    PayoutBatch,
    Project,
    ProjectState,
    Qualification,
    Role,
    Scope,
    Ticket,
    Verdict,
    Withdrawal,
)

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

    from schema.context import Context

NOBODY = -1


def viewer_id(context: Context) -> int:
    return context.viewer.id if context.viewer else NOBODY


async def project_seen(context: Context, number: int) -> Project | None:
    """Open ones, one's organization's, those that one works or worked on; all for staff; none for strangers."""
    project = await Project.get_or_none(id=number) if context.is_known else None
    if project is None or project.state == ProjectState.OPEN or await context.may_read_organization(project.organization_id):
        return project
    return project if await Assignment.of(viewer_id(context)).filter(project_id=project.id).exists() else None


async def projects_run_by(context: Context, *scopes: Scope) -> QuerySet[Project]:
    return Project.filter(organization_id__in=list(await context.organization_ids(*scopes)))


async def qualification_seen(context: Context, number: int) -> Qualification | None:
    """Those that an open project asks for, that one has attempted, one's organization's; all for staff; none for strangers."""
    row = await Qualification.get_or_none(id=number) if context.is_known else None
    if row is None or await context.may_read_organization(row.organization_id, Scope.PROJECTS_READ):
        return row
    return row if await row.is_open_to(viewer_id(context)) else None


async def item_seen(context: Context, number: int) -> Item | None:
    """One's organization's, those that one was given; all for staff."""
    item = await Item.get_or_none(id=number)
    if item is None or await context.may_read_project(item.project_id, Scope.PROJECTS_READ, Scope.RESULTS_READ):
        return item
    # By way of the item's few tasks, which are indexed.
    return item if await Assignment.of(viewer_id(context)).filter(task__item_id=item.id).exists() else None


def assignments_seen_by(context: Context) -> QuerySet[Assignment]:
    return Assignment.all() if context.is_staff else Assignment.of(viewer_id(context))


async def annotations_seen_by(context: Context) -> QuerySet[Annotation]:
    """One's own, those of one's organization's projects; all for staff."""
    if context.is_staff:
        return Annotation.all()
    organization_ids = await context.organization_ids(Scope.RESULTS_READ)
    return Annotation.filter(Q(annotator_id=viewer_id(context)) | Q(project__organization_id__in=list(organization_ids)))


async def verdicts_seen_by(context: Context) -> QuerySet[Verdict]:
    """Those of the annotations that one sees."""
    if context.is_staff:
        return Verdict.all()
    organization_ids = await context.organization_ids(Scope.RESULTS_READ)
    return Verdict.filter(
        Q(annotation__annotator_id=viewer_id(context)) | Q(annotation__project__organization_id__in=list(organization_ids))
    )


def tickets_seen_by(context: Context) -> QuerySet[Ticket]:
    """One's own; all for staff."""
    return Ticket.all() if context.is_staff else Ticket.of(viewer_id(context))


def withdrawals_seen_by(context: Context) -> QuerySet[Withdrawal]:
    """One's own; all for admins."""
    return Withdrawal.all() if _is_admin(context) else Withdrawal.of(viewer_id(context))


def payout_batches_seen_by(context: Context) -> QuerySet[PayoutBatch]:
    """All, for admins alone."""
    return PayoutBatch.shown() if _is_admin(context) else PayoutBatch.filter(id=0)


def appeals_seen_by(context: Context) -> QuerySet[Appeal]:
    return Appeal.all() if context.is_staff else Appeal.of(viewer_id(context))


def fraud_signals_seen_by(context: Context) -> QuerySet[FraudSignal]:
    """All, for staff alone."""
    return FraudSignal.all() if context.is_staff else FraudSignal.filter(id=0)


def _is_admin(context: Context) -> bool:
    return context.viewer is not None and context.viewer.has_role(Role.ADMIN)
