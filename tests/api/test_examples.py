"""Examples of a project, written again with the pictures and recordings that they show already."""

from __future__ import annotations

from typing import Any

from models import Project, Role, Upload
from models.organization import Membership
from schema.ids import public_id
from tests.api.attacks import project_input
from tests.api.client import Client, Tidemark
from tests.api.scene import the_id, unchanged
from tests.support.world import CHOICE_FORM, a_choice, a_user, an_organization

EXAMPLES = """examples { good comment content { ... on ImageContent { uploadId width height alt } ... on AudioContent { uploadId seconds } }
  answers { key value { ... on MediaAnswer { media { ... on ImageContent { uploadId width height } } } } } }"""
CREATE = f"""mutation ($input: ProjectInput!) {{ createProject(input: $input) {{
  project {{ id {EXAMPLES} }} errors {{ code path }} }} }}"""
UPDATE = f"""mutation ($id: ID!, $input: ProjectInput!) {{ updateProject(projectId: $id, input: $input) {{
  project {{ id {EXAMPLES} }} errors {{ code path }} }} }}"""
PHOTO_FORM = {"key": "photo", "label": "Your photo", "required": False, "kind": {"media": {"media": "IMAGE"}}}
FORM = [*CHOICE_FORM, PHOTO_FORM]
CAT, DOG, HUM = "c" * 64, "d" * 64, "e" * 64


async def test_who_writes_a_project_again_names_its_files_and_sends_none_whoever_sent_them(tidemark: Tidemark) -> None:
    sender, organization, colleague = await partners(tidemark)
    asked = spec(organization, picture=await an_upload(sender, CAT), sound=await an_upload(sender, HUM), made=await an_upload(sender, DOG))
    made = (await sender.do(CREATE, input=asked))["project"]
    stored = (await Project.all().get()).examples

    [example] = made["examples"]
    picture, sound = (block["uploadId"] for block in example["content"])
    [photo] = example["answers"][1]["value"]["media"]
    again = await colleague.do(UPDATE, id=made["id"], input=spec(organization, picture=picture, sound=sound, made=photo["uploadId"]))

    assert again["project"] == made
    assert (await Project.all().get()).examples == stored
    assert await Upload.all().count() == 3


async def test_a_file_of_another_project_has_no_name_here(tidemark: Tidemark) -> None:
    sender, organization, colleague = await partners(tidemark)
    asked = spec(organization, picture=await an_upload(sender, CAT), sound=await an_upload(sender, HUM))
    made = (await sender.do(CREATE, input=asked))["project"]
    [example] = made["examples"]
    picture, sound = (block["uploadId"] for block in example["content"])
    other = (await colleague.do(CREATE, input=project_input(organization)))["project"]["id"]
    at = ["input", "examples", "0", "content"]

    async with unchanged():
        assert await colleague.refused(CREATE, input=spec(organization, picture=picture, sound=sound)) == [
            ("NOT_FOUND", [*at, "0", "image", "uploadId"])
        ]
        assert await colleague.refused(UPDATE, id=other, input=spec(organization, picture=picture, sound=sound)) == [
            ("NOT_FOUND", [*at, "0", "image", "uploadId"])
        ]
        # What it is decides where it may stand.
        assert await colleague.refused(UPDATE, id=made["id"], input=spec(organization, picture=sound, sound=picture)) == [
            ("INVALID_INPUT", [*at, "0", "image", "uploadId"])
        ]


async def partners(tidemark: Tidemark) -> tuple[Client, str, Client]:
    """One who sends files, their organization, and a colleague there."""
    sender, colleague = await a_user(Role.PARTNER), await a_user(Role.PARTNER)
    organization = await an_organization(sender)
    await Membership.add(organization_id=organization.id, user_id=colleague.id)
    return await tidemark.signed_in(sender), the_id(organization), await tidemark.signed_in(colleague)


async def an_upload(owner: Client, sha256: str) -> str:
    picture = {"kind": "IMAGE", "content_type": "image/jpeg", "width": 640, "height": 480, "seconds": None}
    recording = {"kind": "AUDIO", "content_type": "audio/wav", "width": None, "height": None, "seconds": 2.5}
    upload = await Upload.record(sha256=sha256, bytes=1, owner=owner.user, **(recording if sha256 == HUM else picture))
    return public_id("Upload", upload.id)


def spec(organization: str, *, picture: str, sound: str, made: str | None = None) -> dict[str, Any]:
    content = [{"image": {"uploadId": picture, "alt": "A cat"}}, {"audio": {"uploadId": sound}}]
    answers = [*a_choice(), *([{"key": "photo", "value": {"media": [made]}}] if made else [])]
    example = {"content": content, "answers": answers, "good": True, "comment": "So."}
    return project_input(organization, form=FORM, examples=[example], pricePerThousand="30")
