"""Projects whose pictures are really there, for browsers to show."""

from __future__ import annotations

from typing import Any

from tortoise.transactions import in_transaction

from models import Item, Organization, Project, ProjectSpec, ProjectState, Qualification, QualificationSpec, TaskKind, Upload
from ops.database import sql
from tests.api.client import Tidemark
from tests.support.photos import a_photo
from tests.support.world import a_user, an_organization

CUP = [{"key": "cup", "label": "Cup", "color": "#56B4E9"}, {"key": "spoon", "label": "Spoon", "color": "#E69F00"}]
# Of coffee.jpg.
WIDTH, HEIGHT = 600, 400
# Eight cents a task.
PRICE_MICROS_PER_THOUSAND = 80_000_000
A_CUP = {"image": {"upload_id": "picture", "alt": "A red cup of coffee"}}
TEXT = "Ada wrote the first programme in London."

KINDS: dict[str, dict[str, Any]] = {
    "choice": {"options": [{"key": "cup", "label": "A cup"}, {"key": "plate", "label": "A plate"}], "multiple": False},
    "box": {"classes": CUP},
    "polygon": {"classes": CUP},
    "mask": {"classes": CUP},
    "text": {"max_length": 100},
    "rating": {"min": 1, "max": 5},
    "span": {"classes": [{"key": "person", "label": "Person"}, {"key": "place", "label": "Place"}]},
    "media": {"media": "IMAGE"},
}


def a_field(kind: str, label: str | None = None) -> dict[str, Any]:
    return {"key": kind, "label": label or f"The {kind}", "help": None, "required": True, "kind": {kind: KINDS[kind]}}


async def an_open_project(tidemark: Tidemark, *kinds: str, items: int = 1, **settings: Any) -> Project:
    """One that asks for an answer of each kind, on a photograph, and on a text where spans are asked for."""
    partner = await a_user()
    await (await tidemark.signed_in(partner)).upload(a_photo())
    picture = await Upload.get(user_id=partner.id)
    organization = await an_organization(partner)
    spec = ProjectSpec(
        title=settings.pop("title", "Cups: " + ", ".join(kinds)),
        kind=TaskKind.CUSTOM,
        instructions="Look at the **cup**, then answer.",
        form=[a_field(kind) for kind in kinds],
        price_micros_per_thousand=PRICE_MICROS_PER_THOUSAND,
        **settings,
    )
    texts = [{"text": {"text": TEXT, "role": "Sentence"}}] if "span" in kinds else []
    brought = [{"external_id": f"photo-{n}", "content": [A_CUP, *texts]} for n in range(items)]
    return await _opened(organization, spec, brought, {"picture": picture})


async def a_project_behind_a_test(tidemark: Tidemark, kind: str, right: dict[str, Any]) -> tuple[Project, Qualification]:
    """One with a task, for those who have answered both questions right: each is the photograph, and `right` its one right answer."""
    project = await an_open_project(tidemark, kind)
    gold = [{"external_id": f"gold-{n}", "content": [A_CUP], "gold": [{"key": kind, "value": right}]} for n in range(2)]
    async with in_transaction():
        await Item.bring(project, gold, {"picture": await Upload.get()})
        test = await Qualification.make(project, QualificationSpec("Cups, exactly", "The **whole** cup.", 1.0, 24, 2))
        await sql.run("UPDATE projects SET qualification_ids = ARRAY[$2::bigint] WHERE id = $1", project.id, test.id)
    return await project.reread(), test


async def a_recording_to_write_down(tidemark: Tidemark, recording: bytes) -> Project:
    """An open project with one task."""
    partner = await a_user()
    await (await tidemark.signed_in(partner)).upload(recording, "recording.wav")
    organization = await an_organization(partner)
    spec = ProjectSpec(
        title="Write it down",
        kind=TaskKind.TRANSCRIPTION,
        instructions="Write what you hear.",
        form=[a_field("text")],
        price_micros_per_thousand=PRICE_MICROS_PER_THOUSAND,
    )
    item = {"external_id": "recording", "content": [{"audio": {"upload_id": "recording"}}]}
    return await _opened(organization, spec, [item], {"recording": await Upload.get(user_id=partner.id)})


async def _opened(organization: Organization, spec: ProjectSpec, items: list[dict[str, Any]], uploads: dict[str, Upload]) -> Project:
    async with in_transaction():
        project = await Project.draft(organization, spec)
        await project.fund(10_000_000, key="fund")
        await Item.bring(project, items, uploads)
        await project.set_state(ProjectState.OPEN)
    return await project.reread()
