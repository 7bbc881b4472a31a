"""The tutorial as a newcomer meets it: it stands before every task, tells what to mend, and may be repeated."""

from __future__ import annotations

from typing import Any

import pytest
from pycocotools import mask as coco

from models import Assignment, StepPass
from models.tutorial.lessons import LESSONS, Step
from ops.database import sql
from schema.ids import public_id
from tests.api.client import Client, Tidemark
from tests.api.scene import the_id, unchanged
from tests.support.inputs import answers_input
from tests.support.world import a_project, a_user, an_annotator, an_assignment

ANSWER = """mutation ($step: ID!, $answers: [AnswerInput!]!) { answerTutorialStep(stepId: $step, answers: $answers) {
  correct feedback progress { passedSteps totalSteps completedAt } errors { code path } } }"""
REMARKS = """mutation ($step: ID!, $answers: [AnswerInput!]!) { answerTutorialStep(stepId: $step, answers: $answers) {
  why moreRemarks remarks { key fault message given { ...Said } expected { ...Said } } } }
fragment Said on AnswerValue { ... on BoxAnswer { boxes { label x y width height } } ... on PolygonAnswer { polygons { label points } }
  ... on MaskAnswer { masks { label size counts } } ... on ChoiceAnswer { choices } }"""
TUTORIAL = "{ tutorial { lessons { id kind steps { id passed } } } viewer { tutorialProgress { passedSteps totalSteps completedAt } } }"
CLAIM = "mutation ($project: ID) { claimTask(projectId: $project) { assignment { id } errors { code path } } }"
SUBMIT = """mutation ($id: ID!) { submitAnnotation(assignmentId: $id, answers: [{key: "label", value: {choices: ["cat"]}}]) {
  errors { code path } } }"""
STREAM = "subscription ($project: ID) { taskStream(projectId: $project) { id } }"
BLOCKED = "query ($id: ID!) { project(id: $id) { blockedBy } projects { edges { node { blockedBy } } } }"
STEPS = [step for lesson in LESSONS for step in lesson.steps]


async def test_every_way_to_a_task_asks_for_the_tutorial_first(tidemark: Tidemark) -> None:
    project = await a_project()
    client = await tidemark.signed_in(await a_user(tutorial=False))

    async with unchanged():
        for chosen in (None, the_id(project)):
            assert await client.refused(CLAIM, project=chosen) == [("TUTORIAL_REQUIRED", [])]
            async with client.following(STREAM, project=chosen) as stream:
                assert await stream.error() == "TUTORIAL_REQUIRED"
        told = await client.ask(BLOCKED, id=the_id(project))
    assert told["project"]["blockedBy"] == told["projects"]["edges"][0]["node"]["blockedBy"] == ["TUTORIAL_REQUIRED"]


async def test_an_unconfirmed_address_is_told_before_the_tutorial(tidemark: Tidemark) -> None:
    project = await a_project()
    client = await tidemark.signed_in(await a_user(confirmed=False, tutorial=False))

    assert await client.refused(CLAIM) == [("EMAIL_UNCONFIRMED", [])]
    assert (await client.ask(BLOCKED, id=the_id(project)))["project"]["blockedBy"] == ["EMAIL_UNCONFIRMED", "TUTORIAL_REQUIRED"]


async def test_work_that_is_held_is_not_taken_without_the_tutorial(tidemark: Tidemark) -> None:
    annotator = await an_annotator()
    held = await an_assignment(annotator)
    await sql.run("UPDATE users SET tutorial_passed_at = NULL WHERE id = $1", annotator.id)

    client = await tidemark.signed_in(annotator)

    async with unchanged():
        assert await client.refused(SUBMIT, id=the_id(held)) == [("TUTORIAL_REQUIRED", [])]


async def test_the_right_answers_pass_step_by_step_and_open_the_way_to_work(tidemark: Tidemark) -> None:
    newcomer, _ = await a_user(tutorial=False), await a_project()
    client = await tidemark.signed_in(newcomer)

    for number, step in enumerate(STEPS, start=1):
        assert await client.refused(CLAIM) == [("TUTORIAL_REQUIRED", [])]
        told = await answered(client, step)
        assert told["correct"]
        assert told["progress"]["passedSteps"] == number
        assert (told["progress"]["completedAt"] is not None) == (number == len(STEPS))

    assert (await client.do(CLAIM))["assignment"]
    shown = await client.ask(TUTORIAL)
    assert all(step["passed"] for lesson in shown["tutorial"]["lessons"] for step in lesson["steps"])
    assert [lesson["kind"] for lesson in shown["tutorial"]["lessons"]] == ["CLASSIFICATION", "DETECTION", "SEGMENTATION"]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
async def test_a_wrong_answer_is_told_what_to_mend_and_passes_nothing(step: Step, tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user(tutorial=False))
    wrong = next(other.answers for other in STEPS if other.form == step.form and other.answers != step.answers) if shared(step) else []

    async with unchanged():
        told = await client.send(ANSWER, step=id_of(step), answers=answers_input(wrong))

    payload = told["data"]["answerTutorialStep"]
    if wrong:
        assert payload["correct"] is False
        assert step.why in payload["feedback"]
        assert payload["feedback"] != step.why
        assert payload["progress"]["passedSteps"] == 0
    else:
        assert [error["code"] for error in payload["errors"]] == ["INVALID_INPUT"]


async def test_what_is_to_be_mended_is_told_with_the_shapes_that_it_is_about(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user(tutorial=False))
    step = lesson_step("detection-several")
    left_eye, right_eye, nose = (dict(box) for box in step.answers[0]["value"])
    elsewhere = {"label": "eye", "x": 5, "y": 5, "width": 30, "height": 30}
    mistaken = {**left_eye, "label": "nose"}
    drawn = [{**step.answers[0], "value": [mistaken, {**right_eye, "width": right_eye["width"] * 2}, elsewhere]}]

    remarks = (await client.ask(REMARKS, step=id_of(step), answers=answers_input(drawn)))["answerTutorialStep"]["remarks"]

    assert [(each["fault"], each["given"], each["expected"]) for each in remarks] == [
        ("WRONG_LABEL", {"boxes": [mistaken]}, {"boxes": [left_eye]}),
        ("LOW_OVERLAP", {"boxes": [drawn[0]["value"][1]]}, {"boxes": [right_eye]}),
        ("MISSING", None, {"boxes": [nose]}),
        ("EXTRA", {"boxes": [elsewhere]}, None),
    ]
    assert {each["key"] for each in remarks} == {"boxes"}
    told = (await client.do(ANSWER, step=id_of(step), answers=answers_input(drawn)))["feedback"]
    assert all(each["message"] in told for each in remarks)


@pytest.mark.parametrize("key", ["classification-several", "segmentation-round", "segmentation-paint"])
async def test_a_remark_shows_outlines_masks_and_choices_too(key: str, tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user(tutorial=False))
    step = lesson_step(key)
    wrong = answers_input([{**step.answers[0], "value": worse(step.answers[0])}])

    [remark] = (await client.ask(REMARKS, step=id_of(step), answers=wrong))["answerTutorialStep"]["remarks"]

    assert remark["expected"] == answers_input(step.answers)[0]["value"]
    assert remark["given"] == wrong[0]["value"]


async def test_more_than_a_few_remarks_are_counted(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user(tutorial=False))
    step = lesson_step("detection-several")
    strays = [{"label": "eye", "x": 1 + 12 * n, "y": 1, "width": 8, "height": 8} for n in range(3)]

    told = await client.ask(REMARKS, step=id_of(step), answers=answers_input([{**step.answers[0], "value": strays}]))

    payload = told["answerTutorialStep"]
    assert (len(payload["remarks"]), payload["moreRemarks"], payload["why"]) == (4, 2, step.why)


async def test_who_is_right_is_told_of_nothing_to_mend(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user(tutorial=False))

    told = await client.ask(REMARKS, step=id_of(STEPS[0]), answers=answers_input(STEPS[0].answers))

    assert told["answerTutorialStep"] == {"remarks": [], "moreRemarks": 0, "why": STEPS[0].why}


async def test_a_step_may_be_repeated_and_is_never_lost_again(tidemark: Tidemark) -> None:
    newcomer = await a_user(tutorial=False)
    client = await tidemark.signed_in(newcomer)
    await answered(client, STEPS[0])

    async with unchanged():
        again = await answered(client, STEPS[0])

    assert again["correct"]
    assert again["progress"]["passedSteps"] == 1
    assert await StepPass.passed_by(newcomer.id) == {STEPS[0].key}


async def test_a_step_that_is_none_is_not_found(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user(tutorial=False))
    lesson = (await client.ask(TUTORIAL))["tutorial"]["lessons"][0]["id"]

    async with unchanged():
        for step in ("", "nonsense", lesson, public_id("LessonStep", len(STEPS)), public_id("LessonStep", 2**62)):
            assert await client.refused(ANSWER, step=step, answers=[]) == [("NOT_FOUND", ["stepId"])]
    assert await Assignment.all().count() == 0


async def test_anybody_reads_the_tutorial_and_only_people_answer_it(tidemark: Tidemark) -> None:
    shown = await tidemark.anonymous.ask(
        "{ tutorial { lessons { title guide steps { prompt passed content { __typename } form { key } } } } }"
    )

    assert not any(step["passed"] for lesson in shown["tutorial"]["lessons"] for step in lesson["steps"])
    assert await tidemark.anonymous.error(ANSWER, step=id_of(STEPS[0]), answers=[]) == "UNAUTHENTICATED"


def shared(step: Step) -> bool:
    """Whether another step asks the same with another answer."""
    return any(other.form == step.form and other.answers != step.answers for other in STEPS)


def lesson_step(key: str) -> Step:
    return next(step for step in STEPS if step.key == key)


def worse(answer: dict[str, Any]) -> Any:
    """One choice too few, an outline of a quarter of its size, or half a mask."""
    if answer["kind"] == "choice":
        return answer["value"][:-1]
    [shape] = answer["value"]
    if answer["kind"] == "mask":
        x, y, width, height = map(float, coco.toBbox({"size": shape["size"], "counts": shape["counts"]}))
        half = [x, y, x + width / 2, y, x + width / 2, y + height, x, y + height]
        [part] = coco.frPyObjects([list(map(int, half))], *shape["size"])
        assert isinstance(part["counts"], bytes)
        return [{**shape, "counts": part["counts"].decode()}]
    left, top = min(shape["points"][::2]), min(shape["points"][1::2])
    return [{**shape, "points": [(at + (left, top)[n % 2]) / 2 for n, at in enumerate(shape["points"])]}]


def id_of(step: Step) -> str:
    return public_id("LessonStep", STEPS.index(step))


async def answered(client: Client, step: Step) -> Any:
    return await client.do(ANSWER, step=id_of(step), answers=answers_input(step.answers))
