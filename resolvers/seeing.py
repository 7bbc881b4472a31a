"""What a caller may see: the rows among which everything is looked up. Who is not named here sees nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise.expressions import Q

from models import Annotation, Appeal, Assignment, Item, Project, ProjectState, Verdict

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

    from schema.context import Context

NOBODY = -1


def _viewer_id(context: Context) -> int:
    return context.viewer.id if context.viewer else NOBODY


async def projects_seen_by(context: Context) -> QuerySet[Project]:
    """Open ones, those that one works or worked on, one's organization's; all for staff."""
    if context.is_staff:
        return Project.all()
    worked_on = Assignment.of(_viewer_id(context)).distinct().values_list("project_id", flat=True)
    return Project.filter(
        Q(state=ProjectState.OPEN) | Q(organization_id__in=list(await context.organization_ids())) | Q(id__in=list(await worked_on))
    )


async def projects_run_by(context: Context) -> QuerySet[Project]:
    return Project.filter(organization_id__in=list(await context.organization_ids()))


async def items_seen_by(context: Context) -> QuerySet[Item]:
    if context.is_staff:
        return Item.all()
    return Item.filter(
        Q(project__organization_id__in=list(await context.organization_ids())) | Q(assignments__annotator_id=_viewer_id(context))
    ).distinct()


def assignments_seen_by(context: Context) -> QuerySet[Assignment]:
    return Assignment.all() if context.is_staff else Assignment.of(_viewer_id(context))


async def annotations_seen_by(context: Context) -> QuerySet[Annotation]:
    """One's own, those of one's organization's projects; all for staff."""
    if context.is_staff:
        return Annotation.all()
    return Annotation.filter(Q(annotator_id=_viewer_id(context)) | Q(project__organization_id__in=list(await context.organization_ids())))


async def verdicts_seen_by(context: Context) -> QuerySet[Verdict]:
    if context.is_staff:
        return Verdict.all()
    return Verdict.filter(
        Q(annotation__annotator_id=_viewer_id(context)) | Q(annotation__project__organization_id__in=list(await context.organization_ids()))
    )


def appeals_seen_by(context: Context) -> QuerySet[Appeal]:
    return Appeal.all() if context.is_staff else Appeal.of(_viewer_id(context))
