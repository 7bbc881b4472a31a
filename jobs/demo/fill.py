"""Makes the demo through the models' own verbs, so that it obeys the rules that everybody's work obeys."""

from __future__ import annotations

import asyncio
import hashlib
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from jobs.demo.content import PROJECTS, DemoAudio, DemoText
from models import AuditEntry, Item, Organization, Project, ProjectSpec, ProjectState, Role, StepPass, TaskKind, Upload, User
from models.fields.inputs import answers_input, form_input
from models.ledger import MICROS
from models.password import hashed
from models.staff import set_role
from models.tutorial_progress import STEP_KEYS
from ops.media import made_safe
from ops.storage import storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jobs.demo.content import DemoExample, DemoItem, DemoProject
    from jobs.demo.content.project import DemoContent

    # The partner's, by the names under which contents and answers say them.
    Uploads = dict[str, Upload]

# Enough for every task of the demo and for a crowd's besides: `bin/tidemark crowd` has the partner bring more items.
CREDIT_MICROS = 10_000 * MICROS
# A rejected answer's reward stays contested for days, while its task waits for money again.
FUNDED_TIMES = 2
# Where the first answers disagree, so many more are asked for at the most.
MORE_ANSWERS = 2
# Pictures are encoded by as many threads as there are cores on a small machine.
ENCODERS = 2

# Together they are offered every project; each alone sees other ones.
ANNOTATORS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "annotator@demo.test",
        "Ana Ribeiro",
        {"country": "PT", "languages": ["en", "pt-PT"], "devices": ["DESKTOP", "SMARTPHONE", "CAMERA"], "time_zone": "Europe/Lisbon"},
    ),
    (
        "annotator2@demo.test",
        "Baraka Otieno",
        {"country": "KE", "languages": ["en", "sw"], "devices": ["SMARTPHONE", "CAMERA", "MICROPHONE"], "time_zone": "Africa/Nairobi"},
    ),
    (
        "annotator3@demo.test",
        "Carmela Reyes",
        {"country": "PH", "languages": ["en", "fil"], "devices": ["TABLET", "MICROPHONE"], "time_zone": "Asia/Manila"},
    ),
)


async def fill(password: str) -> None:
    """All of it; the caller's transaction is what makes it whole."""
    # One hash for all: they have the same password, and everybody knows it.
    password_hash = await hashed(password)

    async def joined(email: str, name: str) -> User:
        user = await User.register(email=email, password_hash=password_hash, display_name=name)
        assert user is not None
        await user.confirm()
        return user

    admin = await joined("admin@demo.test", "Ada Admin")
    await admin.gain(Role.ADMIN)
    await AuditEntry.record("grantRole", by=None, subject=admin, reason="ADMIN: The demo's first admin.")
    for email, name in (("moderator@demo.test", "Mo Castellan"), ("moderator2@demo.test", "Mina Duarte")):
        await set_role(await joined(email, name), Role.MODERATOR, granted=True, by=admin, reason="A moderator of the demo.")
    for email, name, profile in ANNOTATORS:
        annotator = await joined(email, name)
        await annotator.update_profile(profile)
        for step in sorted(STEP_KEYS):
            await StepPass.note(annotator.id, step)
    await joined("newcomer@demo.test", "Noor Newcomer")
    await _fill_projects(await joined("partner@demo.test", "Pat Fieldhouse"), admin)


async def _fill_projects(partner: User, admin: User) -> None:
    organization = await Organization.found_by(partner, "Fieldhouse Data")
    await organization.credit(CREDIT_MICROS, reference="Demo credit", key="demo", by=admin)
    # Generators that draw what they know: walked once.
    items = {project.key: list(project.items()) for project in PROJECTS}
    uploads = await _uploaded(partner, _media(items))
    for project in PROJECTS:
        await _open(organization, project, items[project.key], uploads)


async def _open(organization: Organization, content: DemoProject, items: Sequence[DemoItem], uploads: Uploads) -> None:
    project = await Project.draft(organization, _spec(content, uploads))
    await Item.bring(project, [_item(item) for item in items], uploads)
    tasks = sum(not item.gold for item in items) * content.overlap
    dollars = -(-tasks * FUNDED_TIMES * project.reward_micros // MICROS)
    await project.fund(dollars * MICROS, key="demo")
    await project.set_state(ProjectState.OPEN)


def _media(items: Mapping[str, Sequence[DemoItem]]) -> list[bytes]:
    """Every picture and sound of items and examples, each once."""
    contents = [item.content for each in items.values() for item in each]
    for project in PROJECTS:
        for example in project.examples:
            contents.append(example.content)
            contents += [answer["value"] for answer in example.answers if answer["kind"] == "media"]
    return list(dict.fromkeys(block.bytes for content in contents for block in content if not isinstance(block, DemoText)))


async def _uploaded(partner: User, files: Iterable[bytes]) -> Uploads:
    """Made safe and stored as the API would have them."""
    encoding = asyncio.Semaphore(ENCODERS)

    async def stored(file: bytes) -> dict[str, Any]:
        async with encoding:
            facts, safe = await asyncio.to_thread(made_safe, BytesIO(file))
            await storage().put(facts["sha256"], safe, facts["content_type"])
        return facts

    files = list(files)
    uploads: Uploads = {}
    for file, facts in zip(files, await asyncio.gather(*(stored(file) for file in files)), strict=True):
        uploads[_name(file)] = await Upload.record(**facts, owner=partner)
    return uploads


def _name(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def _spec(project: DemoProject, uploads: Uploads) -> ProjectSpec:
    return ProjectSpec(
        title=project.title,
        kind=TaskKind(project.kind),
        instructions=project.instructions,
        form=form_input(project.form),
        price_micros_per_thousand=int(Decimal(project.price_per_thousand) * MICROS),
        overlap=project.overlap,
        most_overlap=_most_overlap(project),
        lease_seconds=project.lease_seconds,
        examples=[_example(example) for example in project.examples],
        uploads=uploads,
        **project.requirements,
    )


def _most_overlap(project: DemoProject) -> int | None:
    """Where answers can be held against each other at all, and are no opinions, more are asked for when the first ones disagree."""
    is_comparable = project.overlap > 1 and all(field["kind"] != "media" for field in project.form)
    return project.overlap + MORE_ANSWERS if is_comparable and TaskKind(project.kind) is not TaskKind.SURVEY else None


def _example(example: DemoExample) -> dict[str, Any]:
    answers = [
        answer | {"value": [_name(block.bytes) for block in answer["value"]]} if answer["kind"] == "media" else answer
        for answer in example.answers
    ]
    content = [_block(block) for block in example.content]
    return {"content": content, "answers": answers_input(answers), "good": example.good, "comment": example.comment}


def _item(item: DemoItem) -> dict[str, Any]:
    gold = answers_input(item.truth) if item.gold and item.truth else None
    return {"external_id": item.external_id, "content": [_block(block) for block in item.content], "gold": gold}


def _block(block: DemoContent) -> dict[str, Any]:
    if isinstance(block, DemoText):
        return {"text": {"text": block.text, "role": block.role}}
    if isinstance(block, DemoAudio):
        return {"audio": {"upload_id": _name(block.bytes)}}
    return {"image": {"upload_id": _name(block.bytes), "alt": block.alt}}
