"""Projects whose pictures are really there, for browsers to show."""

from __future__ import annotations

from typing import Any

from tortoise.transactions import in_transaction

from models import Item, Project, ProjectSpec, ProjectState, TaskKind, Upload
from tests.api.client import Tidemark
from tests.support.photos import a_photo
from tests.support.world import a_user, an_organization

CUP = [{"key": "cup", "label": "Cup", "color": "#56B4E9"}, {"key": "spoon", "label": "Spoon", "color": "#E69F00"}]
# Of coffee.jpg.
WIDTH, HEIGHT = 600, 400
# Eight cents a task.
PRICE_MICROS_PER_THOUSAND = 80_000_000
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
    content = [{"image": {"upload_id": "picture", "alt": "A red cup of coffee"}}, *texts]
    async with in_transaction():
        project = await Project.draft(organization, spec)
        await project.fund(10_000_000, key="fund")
        await Item.bring(project, [{"external_id": f"photo-{n}", "content": content} for n in range(items)], {"picture": picture})
        await project.set_state(ProjectState.OPEN)
    return await project.reread()
