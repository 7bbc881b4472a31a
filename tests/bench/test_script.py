"""The scripted people's answers: right ones are right, wrong ones are well-formed and wrong."""

from __future__ import annotations

import random
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bench.script import Truth, right, sensible, shown, stored, wrong
from jobs.demo.content import PROJECTS, DemoAudio, DemoImage, DemoProject, DemoText
from models.fields import parse_answers
from models.fields.inputs import answers_input
from quality.likeness import DRAWN

PHOTO = {"kind": "image", "sha256": "a" * 64, "width": 640, "height": 480, "alt": ""}
SOUND = {"kind": "audio", "sha256": "b" * 64, "seconds": 2.0}
UPLOADS = {"photo": PHOTO, "sound": SOUND}
MEDIA = {"IMAGE": "photo", "AUDIO": "sound"}

every_project = pytest.mark.parametrize("project", PROJECTS, ids=[project.key for project in PROJECTS])


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth()


@every_project
def test_wrong_answers_are_taken_and_found_wrong_where_the_right_one_is_known(project: DemoProject, truth: Truth) -> None:
    for n, item in enumerate(project.items()):
        content = [block_of(block, n) for block in item.content]
        known = item.truth or sensible(project, content)
        answers = wrong(project, content, known, random.Random(n), MEDIA)

        given = parse_answers(project.form, content, answers_input(answers), uploads=UPLOADS)

        truth.learn(project.title, item.external_id + "~run.1", content)
        assert not truth.is_right(project.title, content, given), item.external_id


@every_project
def test_right_answers_are_taken_and_found_right_and_no_two_people_draw_alike(project: DemoProject, truth: Truth) -> None:
    for n, item in enumerate(project.items()):
        content = [block_of(block, n) for block in item.content]
        truth.learn(project.title, item.external_id + "~run.1", content)
        known = truth.of(project.title, content)

        given = [
            parse_answers(project.form, content, answers_input(right(known, content, random.Random(seed), MEDIA, project)), uploads=UPLOADS)
            for seed in range(2)
        ]

        for each in given:
            assert truth.is_right(project.title, content, each), item.external_id
        drawn = [[answer["value"] for answer in each if answer["kind"] in DRAWN] for each in given]
        assert drawn[0] != drawn[1] or drawn == [[], []], item.external_id


def test_what_is_shown_is_known_again_whatever_its_signature() -> None:
    assert shown([{"url": "/assets/ab?expires=1&signature=x"}]) == shown([{"url": "/assets/ab?expires=2&signature=y"}])
    assert shown([{"text": "one"}]) != shown([{"text": "two"}])


def test_answers_of_the_api_are_stored_ones_by_their_member() -> None:
    assert stored([{"key": "seen", "value": {"choices": ["cat"]}}]) == [{"key": "seen", "kind": "choice", "value": ["cat"]}]


def block_of(block: DemoImage | DemoAudio | DemoText, n: int) -> dict[str, Any]:
    """As the database has it, with the address at which the API shows it."""
    if isinstance(block, DemoText):
        return {"kind": "text", "text": block.text, "role": block.role}
    if isinstance(block, DemoAudio):
        return SOUND | {"url": f"/assets/{n}"}
    width, height = Image.open(BytesIO(block.bytes)).size
    return PHOTO | {"width": width, "height": height, "url": f"/assets/{n}"}
