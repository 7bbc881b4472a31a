"""The demo's content holds to the rules that a partner's projects are held to."""

import time
import wave
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from jobs.demo.content import PROJECTS, DemoAudio, DemoExample, DemoImage, DemoItem, DemoProject, DemoText
from jobs.demo.content.project import DemoContent
from models.fields import check_content, floor_micros_per_thousand, kinds, parse_answers, parse_form
from models.project_spec import TaskKind
from models.user import Device
from quality.grade import grade
from tests.support.inputs import answers_input, form_input

# Of processor time; half a second on a quick core.
MOST_SECONDS = 5.0
LEAST_SIDE = 60

every_project = pytest.mark.parametrize("project", PROJECTS, ids=[project.key for project in PROJECTS])


def test_there_are_projects_of_every_kind_with_fields_of_every_kind() -> None:
    assert {project.kind for project in PROJECTS} == {kind.value for kind in TaskKind}
    assert {field["kind"] for project in PROJECTS for field in project.form} == set(kinds())
    assert len({project.key for project in PROJECTS}) == len(PROJECTS)


@every_project
def test_a_project_is_priced_at_its_floor_or_above_and_asks_nothing_strange(project: DemoProject) -> None:
    form = parse_form(form_input(project.form))

    assert form == project.form
    assert Decimal(project.price_per_thousand) * 1_000_000 >= floor_micros_per_thousand(form)
    assert 1 <= project.overlap <= 3
    assert 60 <= project.lease_seconds <= 3600
    assert set(project.requirements) <= {"countries", "languages", "devices"}
    assert set(project.requirements.get("devices", [])) <= {device.value for device in Device}
    assert "**Good**" in project.instructions
    assert "**Not good**" in project.instructions


@every_project
def test_every_item_can_be_answered_and_its_truth_is_an_answer(project: DemoProject) -> None:
    items = list(project.items())

    assert 15 <= len(items) <= 60
    assert len({item.external_id for item in items}) == len(items)
    for item in items:
        content = stored(item.content)
        check_content(project.form, content)
        if item.truth is not None:
            known = parse_answers(project.form, content, answers_input(item.truth))
            assert grade(item.truth, known).correct, item.external_id


@every_project
def test_gold_is_two_or_three_items_whose_truth_is_known(project: DemoProject) -> None:
    gold = [item for item in project.items() if item.gold]

    known = any(item.truth for item in project.items())
    assert len(gold) in ((2, 3) if known else (0,))
    assert all(item.truth for item in gold)


@every_project
def test_examples_are_answers_to_the_form_and_the_good_ones_whole(project: DemoProject) -> None:
    assert 1 <= len(project.examples) <= 3
    for example in project.examples:
        content, (answers, uploads) = stored(example.content), with_uploads(example)
        check_content(project.form, content)

        parse_answers(project.form, content, answers_input(answers), uploads=uploads, complete=example.good)

        assert example.comment


def test_all_pictures_and_sounds_are_made_in_seconds_and_can_be_opened() -> None:
    began = time.process_time()
    blocks = [block for project in PROJECTS for item in project.items() for block in item.content]
    files = [(block, block.bytes) for block in blocks if not isinstance(block, DemoText)]
    took = time.process_time() - began

    assert took < MOST_SECONDS
    for block, file in files:
        if isinstance(block, DemoImage):
            assert min(Image.open(BytesIO(file)).size) >= LEAST_SIDE
            assert block.alt
        else:
            with wave.open(BytesIO(file)) as sound:
                assert sound.getnframes() / sound.getframerate() == pytest.approx(block.seconds, abs=0.01)


def test_spans_of_the_reviews_are_the_words_that_were_marked() -> None:
    [project] = [project for project in PROJECTS if project.kind == "TEXT_REVIEW"]

    item = list(project.items())[3]

    assert marked_words(item) == {"praise": "Lovely colour", "complaint": "the shirt shrank"}


def marked_words(item: DemoItem) -> dict[str, str]:
    [text], truth = item.content, item.truth
    assert isinstance(text, DemoText)
    assert truth
    return {span["label"]: text.text[span["start"] : span["end"]] for span in truth[0]["value"]}


def stored(content: list[DemoContent]) -> list[dict[str, Any]]:
    """The content as the database would have it."""
    return [block_of(block) for block in content]


def block_of(block: DemoContent) -> dict[str, Any]:
    if isinstance(block, DemoText):
        return {"kind": "text", "text": block.text, "role": block.role}
    if isinstance(block, DemoAudio):
        return {"kind": "audio", "sha256": "a" * 64, "seconds": block.seconds}
    width, height = Image.open(BytesIO(block.bytes)).size
    return {"kind": "image", "sha256": "a" * 64, "width": width, "height": height, "alt": block.alt}


def with_uploads(example: DemoExample) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """The answers with ids in place of what an annotator brings, and what these ids stand for."""
    uploads: dict[str, dict[str, Any]] = {}
    answers = []
    for answer in example.answers:
        if answer["kind"] == "media":
            ids = {f"Upload:{number}": block_of(block) for number, block in enumerate(answer["value"])}
            uploads |= ids
            answers.append({**answer, "value": list(ids)})
        else:
            answers.append(answer)
    return answers, uploads
