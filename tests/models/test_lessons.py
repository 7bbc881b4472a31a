"""The lessons' data: photographs, forms, known answers and their tolerance."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from models.fields import check_content, parse_answers, parse_form
from models.tutorial.lessons import LESSONS, PHOTO_SIZES, PHOTOS, Step, lesson, step
from quality.grade import grade
from quality.runs import encode_runs
from tests.support.inputs import answers_input, form_input

STEPS = [step for lesson in LESSONS for step in lesson.steps]
DRAWN = [step for step in STEPS if step.form[0]["kind"] in {"box", "polygon"}]
MOST_BYTES = 80 * 1024

every_step = pytest.mark.parametrize("each", STEPS, ids=[step.key for step in STEPS])
every_drawn_step = pytest.mark.parametrize("each", DRAWN, ids=[step.key for step in DRAWN])


def test_the_lessons_teach_classification_detection_and_segmentation_in_that_order() -> None:
    assert [lesson.kind for lesson in LESSONS] == ["CLASSIFICATION", "DETECTION", "SEGMENTATION"]
    assert all(lesson.title and lesson.guide.strip() for lesson in LESSONS)


def test_a_lesson_and_a_step_are_found_by_keys_that_are_all_different() -> None:
    assert [lesson(each.key) for each in LESSONS] == list(LESSONS)
    assert [step(each.key) for each in STEPS] == STEPS
    assert len({each.key for each in STEPS}) == len(STEPS)
    with pytest.raises(KeyError):
        step("no such step")


def test_every_photograph_is_small_of_the_size_that_is_told_and_of_told_origin() -> None:
    files = {path.name: path for path in PHOTOS.glob("*.jpg")}
    sizes = {name: Image.open(BytesIO(path.read_bytes())).size for name, path in files.items()}

    assert sizes == PHOTO_SIZES
    assert all(path.stat().st_size <= MOST_BYTES for path in files.values())
    origins = (PHOTOS.parent / "PHOTOS.md").read_text()
    assert all(f"`{name}`" in origins for name in files)
    assert {each.photo for each in STEPS} == set(files)


@every_step
def test_a_step_can_be_shown_and_answered(each: Step) -> None:
    form = parse_form(form_input(each.form))

    check_content(form, each.content)
    known = parse_answers(form, each.content, answers_input(each.answers))

    assert form == each.form
    assert grade(each.answers, known, iou=each.iou).correct
    assert each.prompt
    assert each.alt
    assert each.why
    assert each.content[0]["url"] == f"/tutorial/{each.photo}"


@every_step
def test_the_known_answer_is_right(each: Step) -> None:
    assert grade(each.answers, each.answers, iou=each.iou).correct


@every_step
def test_an_empty_answer_is_wrong(each: Step) -> None:
    empty = [{**answer, "value": []} for answer in each.answers]

    assert not grade(each.answers, empty, iou=each.iou).correct


@every_drawn_step
def test_a_hand_that_is_two_pixels_off_is_forgiven(each: Step) -> None:
    assert grade(each.answers, moved(each.answers, 2), iou=each.iou).correct


@every_drawn_step
def test_a_shape_beside_the_thing_is_wrong(each: Step) -> None:
    assert not grade(each.answers, moved(each.answers, 40), iou=each.iou).correct


def test_each_choice_but_the_known_one_is_wrong() -> None:
    for each in lesson("classification").steps:
        [known], [field] = each.answers, each.form
        others = [option["key"] for option in field["options"] if [option["key"]] != known["value"]]

        assert not any(grade([known], [{**known, "value": [other]}], iou=each.iou).correct for other in others)


def test_a_square_around_the_round_badge_is_wrong_and_eight_corners_are_right() -> None:
    each = step("segmentation-round")
    [known] = each.answers[0]["value"]
    points = known["points"]
    left, right, top, bottom = min(points[::2]), max(points[::2]), min(points[1::2]), max(points[1::2])
    square = {**known, "points": [left, top, right, top, right, bottom, left, bottom]}
    corners = list(zip(points[::2], points[1::2], strict=True))[::2]
    octagon = {**known, "points": [number for corner in corners for number in corner]}

    assert not grade(each.answers, answered(each, square), iou=each.iou).correct
    assert grade(each.answers, answered(each, octagon), iou=each.iou).correct


def test_painting_the_whole_photograph_is_wrong() -> None:
    each = step("segmentation-paint")
    everything = {"label": "coffee", "size": [400, 600], "counts": encode_runs([0, 400 * 600], 400, 600)}

    assert not grade(each.answers, answered(each, everything), iou=each.iou).correct


def answered(each: Step, shape: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**each.answers[0], "value": [shape]}]


def moved(answers: list[dict[str, Any]], pixels: int) -> list[dict[str, Any]]:
    """The same shapes, so many pixels to the left and up."""
    return [{**answer, "value": [_moved(shape, pixels) for shape in answer["value"]]} for answer in answers]


def _moved(shape: dict[str, Any], pixels: int) -> dict[str, Any]:
    if "points" in shape:
        return {**shape, "points": [number - pixels for number in shape["points"]]}
    return {**shape, "x": shape["x"] - pixels, "y": shape["y"] - pixels}
