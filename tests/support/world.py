"""People, projects and work for tests, made through the models' own verbs."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from tortoise.transactions import in_transaction

from models import (
    Annotation,
    Appeal,
    Assignment,
    AuditSample,
    Decision,
    Item,
    Organization,
    Project,
    ProjectSpec,
    ProjectState,
    RejectionReason,
    Review,
    Role,
    Task,
    TaskKind,
    Upload,
    User,
    Verdict,
    VerdictBasis,
    VerdictSource,
    Wallet,
)
from ops.database import sql

PASSWORD = "correct horse battery"
# Argon2id of PASSWORD with the product's own parameters, made once: hashing in every test would cost minutes.
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$4qZW3Fuyo4CDgvJmuRLyDQ$rsyemZFpcTXrwWypRUffE0Zc1vyiPXHBGcvu8kNswPs"
CHOICE_FORM: list[dict[str, Any]] = [
    {
        "key": "label",
        "label": "What is it?",
        "help": None,
        "required": True,
        "kind": {"choice": {"options": [{"key": "cat", "label": "Cat"}, {"key": "dog", "label": "Dog"}], "multiple": False}},
    }
]
BOX_FORM: list[dict[str, Any]] = [
    {
        "key": "boxes",
        "label": "Where is it?",
        "help": None,
        "required": True,
        "kind": {"box": {"classes": [{"key": "cat", "label": "Cat"}]}},
    }
]
A_PICTURE = "a" * 64
_numbers = count(1)


async def a_user(*roles: Role, confirmed: bool = True, tutorial: bool = True, email: str | None = None, **profile: Any) -> User:
    n = next(_numbers)
    user = await User.register(email=email or f"person{n}@example.test", password_hash=PASSWORD_HASH, display_name=f"Person {n}")
    assert user is not None
    if confirmed:
        await user.confirm()
    if tutorial:
        await sql.run("UPDATE users SET tutorial_passed_at = now() WHERE id = $1", user.id)
    await user.update_profile(
        {"country": "PT", "languages": ["en", "pt-BR"], "devices": ["DESKTOP"], "time_zone": "Europe/Lisbon"} | profile
    )
    for role in roles:
        await user.gain(role)
    return await user.reread()


async def an_annotator(**profile: Any) -> User:
    return await a_user(**profile)


async def a_moderator() -> User:
    return await a_user(Role.MODERATOR)


async def an_admin() -> User:
    return await a_user(Role.ADMIN)


async def an_organization(partner: User | None = None, *, dollars: int = 100) -> Organization:
    partner = partner or await a_user()
    async with in_transaction():
        organization = await Organization.found_by(partner, "Field Mice Ltd")
        if dollars:
            await organization.credit(dollars * 1_000_000, reference="invoice 1", key="credit", by=partner)
    return organization


async def a_project(
    organization: Organization | None = None,
    *,
    items: int = 3,
    overlap: int = 1,
    budget_micros: int = 10_000_000,
    state: ProjectState = ProjectState.OPEN,
    form: list[dict[str, Any]] | None = None,
    price_micros_per_thousand: int = 12_000_000,
    **spec: Any,
) -> Project:
    organization = organization or await an_organization()
    async with in_transaction():
        project = await Project.draft(
            organization,
            ProjectSpec(
                title="Cats and dogs",
                kind=TaskKind.CLASSIFICATION,
                instructions="Say what you see.",
                form=form or CHOICE_FORM,
                price_micros_per_thousand=price_micros_per_thousand,
                overlap=overlap,
                **spec,
            ),
        )
        if items:
            await bring_items(project, items)
        if budget_micros:
            await project.fund(budget_micros, key="fund")
        if state != ProjectState.DRAFT:
            await project.set_state(ProjectState.OPEN)
        if state not in {ProjectState.DRAFT, ProjectState.OPEN}:
            await project.set_state(state)
    return await project.reread()


async def bring_items(project: Project, number: int, *, prefix: str = "item", gold: list[dict[str, Any]] | None = None) -> None:
    picture = Upload(id=0, sha256=A_PICTURE, kind="IMAGE", width=640, height=480, content_type="image/jpeg", bytes=1)
    items = [
        {"external_id": f"{prefix}-{n}", "content": [{"image": {"upload_id": "picture", "alt": "A picture"}}], "gold": gold}
        for n in range(number)
    ]
    async with in_transaction():
        await Item.bring(project, items, {"picture": picture})


def a_choice(option: str = "cat") -> list[dict[str, Any]]:
    return [{"key": "label", "value": {"choices": [option]}}]


def a_box(x: float = 10, y: float = 10, width: float = 100, height: float = 80) -> list[dict[str, Any]]:
    return [{"key": "boxes", "value": {"boxes": [{"label": "cat", "x": x, "y": y, "width": width, "height": height}]}}]


async def an_assignment(annotator: User | None = None, project: Project | None = None, *, expired: bool = False) -> Assignment:
    annotator = annotator or await an_annotator()
    project = project or await a_project()
    held = await Assignment.held_by(annotator.id, project.id).count()
    [assignment] = await Assignment.lease(annotator.id, up_to=held + 1, project_id=project.id)
    if expired:
        await let_lease_run_out(assignment)
        await Assignment.end_due()
    return await assignment.reread()


async def let_lease_run_out(assignment: Assignment) -> None:
    """Times are the database's: rows move, clocks do not."""
    await sql.run("UPDATE assignments SET lease_expires_at = now() - interval '1 second' WHERE id = $1", assignment.id)


async def an_annotation(annotator: User | None = None, project: Project | None = None, *, option: str = "cat") -> Annotation:
    assignment = await an_assignment(annotator, project)
    return await assignment.submit(a_choice(option))


async def decided(annotation: Annotation, decision: Decision, moderator: User | None = None, comment: str | None = None) -> Verdict:
    moderator = moderator or await a_moderator()
    review = await Review.get(annotation_id=annotation.id)
    await Review.claim(moderator, ids=[review.id])
    reasons = [RejectionReason.WRONG_LABEL] if decision == Decision.REJECTED else []
    return await review.decide(moderator, decision, reasons=reasons, comment=comment)


async def an_audit(annotation: Annotation, decision: Decision = Decision.APPROVED) -> AuditSample:
    """Of a verdict that is given automatically now."""
    reasons = [RejectionReason.WRONG_LABEL] if decision == Decision.REJECTED else []
    async with in_transaction():
        verdict = await Verdict.issue(
            annotation, decision, source=VerdictSource.AUTOMATIC, by=None, reasons=reasons, basis=VerdictBasis.CONSENSUS
        )
        await sql.run("UPDATE reviews SET decided_at = now(), judge_at = NULL WHERE annotation_id = $1", annotation.id)
        await AuditSample.draw(verdict, await Project.get(id=annotation.project_id))
    return await AuditSample.get(verdict_id=verdict.id)


async def appealed(annotation: Annotation) -> Appeal:
    """Opened without its message being looked at."""
    due_at = await sql.now() + timedelta(days=3)
    return await Appeal.add(annotation_id=annotation.id, user_id=annotation.annotator_id, message="Look again.", due_at=due_at)


async def balances(user: User) -> tuple[int, int]:
    """(pending, available) in micro-dollars."""
    wallet = await Wallet.of(user.id)
    return wallet.pending, wallet.available


async def task_states(project: Project) -> list[str]:
    return [task.state.value for task in await Task.filter(project_id=project.id).order_by("id")]


async def counts_of(*tables: str) -> dict[str, int]:
    """Rows per table: what a denial must not change."""
    return {table: await sql.value(f"SELECT count(*) FROM {table}") for table in tables}
