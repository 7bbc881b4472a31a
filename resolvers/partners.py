"""Partners: organizations, money, projects, items, tokens."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import strawberry

import models
from models import ApiToken, Item, Organization, Project, ProjectSpec, Qualification, Role, Scope
from models.content import upload_ids
from models.fields import media_ids
from models.item import read_beside
from models.judge import make_gold
from models.preview import preview
from models.project_spec import checked_policy
from resolvers.found import found, not_found
from resolvers.limits import PREVIEW_OF_PROJECT
from resolvers.seeing import projects_run_by
from resolvers.work import uploads_of
from schema import projects as types
from schema.content import plain_content
from schema.context import Context, Info
from schema.forms import plain_answers, plain_form
from schema.ids import read_id, read_id_or_zero
from schema.inputs import ApiTokenInput, ItemInput, JudgingInput, ProjectInput, RequirementsInput, UnreadItem, given, micros
from schema.page import Connection, newest_first
from schema.payload import AcceptedPayload, UserError, mutation


@strawberry.type
class OrganizationPayload:
    organization: types.Organization | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ProjectPayload:
    project: types.Project | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ImportItemsPayload:
    imported: int = 0
    existing: int = 0
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ItemPayload:
    item: types.Item | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ApiTokenPayload:
    api_token: types.ApiToken | None = None
    secret: str | None = strawberry.field(default=None, description="The token itself, shown this once.")
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class PartnerQuery:
    @strawberry.field(description="Those that the caller belongs to or whose token it shows.")
    async def organizations(self, info: Info) -> list[types.Organization]:
        info.context.require_scope(Scope.PROJECTS_READ)
        rows = await Organization.filter(id__in=list(await info.context.organization_ids())).order_by("id")
        return [types.Organization(row=row) for row in rows]

    @strawberry.field(
        description="What other thresholds would have decided; null for those who do not run the project. Without `judging`, the project's "
        "own; so with both of the others."
    )
    async def judging_preview(
        self,
        info: Info,
        project_id: strawberry.ID,
        judging: JudgingInput | None = strawberry.UNSET,
        overlap: int | None = strawberry.UNSET,
        max_overlap: int | None = strawberry.UNSET,
    ) -> types.JudgingPreview | None:
        info.context.require_scope(Scope.PROJECTS_READ)
        runs = await projects_run_by(info.context, Scope.PROJECTS_READ)
        project = await runs.get_or_none(id=read_id_or_zero("Project", project_id))
        if project is None:
            return None
        asked = given(judging)
        thresholds = project.judging if asked is None else _thresholds(asked)
        least, most = given(overlap), given(max_overlap)
        if least is None and most is None:
            most = project.most_overlap
        wanted = checked_policy(thresholds, project.overlap if least is None else least, most)
        await PREVIEW_OF_PROJECT.count(info.context, str(project.id))
        return types.JudgingPreview(row=await preview(project, wanted))

    @strawberry.field(description="Of everybody, latest first, found by their name or by a member's address. Admins only.")
    async def all_organizations(
        self, info: Info, first: int | None = 50, after: str | None = None, search: str | None = strawberry.UNSET
    ) -> Connection[types.Organization]:
        info.context.require_role(Role.ADMIN)
        text = given(search)
        rows = Organization.found_for(text) if text else Organization.all()
        return await newest_first(rows, 50 if first is None else first, after, lambda row: types.Organization(row=row))


@strawberry.type
class PartnerMutation:
    @mutation
    async def create_organization(self, info: Info, name: str) -> OrganizationPayload:
        user = info.context.user
        organization = await Organization.found_by(user, name)
        return OrganizationPayload(organization=types.Organization(row=organization))

    @mutation
    async def credit_organization(
        self, info: Info, organization_id: strawberry.ID, amount: Decimal, reference: str, idempotency_key: str
    ) -> OrganizationPayload:
        """By an admin, when the partner's payment has arrived."""
        admin = info.context.require_role(Role.ADMIN)
        organization = await found(Organization.all(), organization_id, "organizationId")
        await organization.credit(micros(amount, "amount"), reference=reference, key=idempotency_key, by=admin)
        return OrganizationPayload(organization=types.Organization(row=organization))

    @mutation
    async def create_project(self, info: Info, input: ProjectInput) -> ProjectPayload:
        organization = await _organization(info.context, input.organization_id, Scope.PROJECTS_WRITE, "input", "organizationId")
        spec = await _spec(info.context, input, organization.id)
        project = await Project.draft(organization, spec)
        return ProjectPayload(project=types.Project(row=project))

    @mutation
    async def update_project(self, info: Info, project_id: strawberry.ID, input: ProjectInput) -> ProjectPayload:
        """Form, kind, price and overlap are fixed once it was opened or has items."""
        project = await _project(info.context, project_id)
        organization = await _organization(info.context, input.organization_id, Scope.PROJECTS_WRITE, "input", "organizationId")
        if organization.id != project.organization_id:
            raise models.errors.Conflict("A project stays with its organization.", "input", "organizationId")
        spec = await _spec(info.context, input, organization.id, project)
        project = await project.update(spec)
        return ProjectPayload(project=types.Project(row=project))

    @mutation
    async def fund_project(self, info: Info, project_id: strawberry.ID, amount: Decimal, idempotency_key: str) -> ProjectPayload:
        """Sets the organization's money aside for the project."""
        project = await _project(info.context, project_id)
        await project.fund(micros(amount, "amount"), key=idempotency_key)
        return ProjectPayload(project=types.Project(row=await project.reread()))

    @mutation
    async def set_project_state(self, info: Info, project_id: strawberry.ID, state: models.ProjectState) -> ProjectPayload:
        """DRAFT → OPEN ⇄ PAUSED → CLOSED. Closing ends leases and returns the money that no annotation may still earn."""
        project = await _project(info.context, project_id)
        await project.set_state(state)
        return ProjectPayload(project=types.Project(row=await project.reread()))

    @mutation
    async def import_items(self, info: Info, project_id: strawberry.ID, items: list[ItemInput]) -> ImportItemsPayload:
        """Up to 1,000, all or none. Items whose externalId the project has already are left as they are, and counted."""
        project = await _project(info.context, project_id)
        plain, named = await read_beside(_plain_items, cast("list[UnreadItem]", items))
        done = await Item.bring(project, plain, await uploads_of(info.context, named, project.organization_id))
        return ImportItemsPayload(imported=done.imported, existing=done.existing)

    @mutation
    async def return_item(self, info: Info, item_id: strawberry.ID) -> ItemPayload:
        """Puts an item that was reported back into work: its partner has looked."""
        item = await (await _item(info.context, item_id)).put_back()
        return ItemPayload(item=types.Item(row=item))

    @mutation
    async def remove_item(self, info: Info, item_id: strawberry.ID) -> ItemPayload:
        """Takes an item out for good: what is open of it is not done any more, and its money goes back to the budget."""
        item = await (await _item(info.context, item_id)).remove()
        return ItemPayload(item=types.Item(row=item))

    @mutation
    async def make_gold(self, info: Info, item_id: strawberry.ID) -> ItemPayload:
        """Mixes a finished item in once more, under the key "<externalId> (gold)", with what its answers agreed on as the known answer.
        Who answered it is not asked again. Safe to repeat."""
        item = await make_gold(await _item(info.context, item_id))
        return ItemPayload(item=types.Item(row=item))

    @mutation
    async def create_api_token(self, info: Info, input: ApiTokenInput) -> ApiTokenPayload:
        """The secret is in this answer and nowhere else."""
        user = info.context.user
        organization = await _organization(info.context, input.organization_id, Scope.PROJECTS_WRITE, "input", "organizationId")
        expires_at = given(input.expires_at)
        token, secret = await ApiToken.issue(organization, name=input.name, scopes=input.scopes, by=user, expires_at=expires_at)
        return ApiTokenPayload(api_token=types.ApiToken(row=token), secret=secret)

    @mutation
    async def revoke_api_token(self, info: Info, token_id: strawberry.ID) -> AcceptedPayload:
        user = info.context.user
        mine = ApiToken.filter(organization_id__in=list(await info.context.organization_ids()))
        token = await found(mine, token_id, "tokenId")
        await token.revoke(by=user)
        return AcceptedPayload(accepted=True)


async def _organization(context: Context, public: str, scope: Scope, *path: str) -> Organization:
    context.require_scope(scope)
    return await found(Organization.filter(id__in=list(await context.organization_ids())), public, *path)


async def _project(context: Context, public: str) -> Project:
    context.require_scope(Scope.PROJECTS_WRITE)
    return await found(await projects_run_by(context), public, "projectId")


async def _item(context: Context, public: str) -> Item:
    context.require_scope(Scope.PROJECTS_WRITE)
    return await found(Item.filter(project__organization_id__in=list(await context.organization_ids())), public, "itemId")


async def _spec(context: Context, asked: ProjectInput, organization_id: int, project: Project | None = None) -> ProjectSpec:
    """Of a project that is there already: the files that it shows need no second upload, and how it is judged may be left out."""
    examples: list[dict[str, Any]] = [
        {
            "content": plain_content(example.content),
            "answers": plain_answers(example.answers),
            "good": example.good is not False,
            "comment": example.comment,
        }
        for example in given(asked.examples) or []
    ]
    named = [public for example in examples for public in (*upload_ids(example["content"]), *media_ids(example["answers"]))]
    requirements = given(asked.requirements) or RequirementsInput()
    return ProjectSpec(
        title=asked.title,
        kind=asked.kind,
        instructions=asked.instructions,
        form=plain_form(asked.form),
        price_micros_per_thousand=micros(asked.price_per_thousand, "input", "pricePerThousand"),
        overlap=1 if asked.overlap is None else asked.overlap,
        lease_seconds=300 if asked.lease_seconds is None else asked.lease_seconds,
        most_overlap=(project.most_overlap if project else None) if asked.max_overlap is strawberry.UNSET else asked.max_overlap,
        judging=(project.judging if project else {}) if asked.judging is strawberry.UNSET else _thresholds(asked.judging),
        countries=given(requirements.countries) or (),
        languages=given(requirements.languages) or (),
        devices=given(requirements.devices) or (),
        min_accuracy=given(requirements.min_accuracy),
        qualification_ids=await _qualifications(given(requirements.qualification_ids) or (), organization_id),
        examples=examples,
        uploads={**(project.files() if project else {}), **await uploads_of(context, named, organization_id)},
    )


def _thresholds(asked: JudgingInput | None) -> dict[str, Any]:
    return {name: value for name, value in vars(asked or JudgingInput()).items() if given(value) is not None}


async def _qualifications(public_ids: Sequence[str], organization_id: int) -> list[int]:
    path = ("input", "requirements", "qualificationIds")
    numbers = [read_id("Qualification", public, *path, str(n)) for n, public in enumerate(public_ids)]
    own = {row.id for row in await Qualification.filter(id__in=numbers, organization_id=organization_id)}
    for n, number in enumerate(numbers):
        if number not in own:
            raise not_found(*path, str(n))
    return numbers


def _plain_items(items: Sequence[UnreadItem]) -> tuple[list[dict[str, Any]], set[str]]:
    """And the public ids of the uploads that they name."""
    plain = [item.plain() for item in items]
    return plain, {public for item in plain for public in (*upload_ids(item["content"]), *media_ids(item["gold"] or []))}
