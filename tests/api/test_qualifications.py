"""Tests as annotators and partners meet them at the API: who is offered which, what is told of it, and what never is."""

from __future__ import annotations

import json
from typing import Any

from models import Project, ProjectState, Qualification, QualificationAttempt, QualificationSpec
from ops.database import sql
from schema.ids import public_id
from tests.api.attacks import project_input
from tests.api.client import Client, Tidemark
from tests.api.scene import the_id, unchanged
from tests.support.sql import counted_sql
from tests.support.world import a_choice, a_project, a_user, an_annotator, an_organization, bring_items

MINE = """{ viewer { qualifications { state score retryAt qualification { id title guide passScore retryHours
  questions { id prompt passed form { key } content { __typename } } } } } }"""
ANSWER = """mutation ($id: ID!, $answers: [QualificationAnswerInput!]!) { answerQualification(qualificationId: $id, answers: $answers) {
  status { state score retryAt qualification { id questions { id } } } errors { code path } } }"""
CREATE = """mutation ($input: QualificationInput!) { createQualification(input: $input) {
  qualification { id title questionCount project { id } } errors { code path } } }"""
UPDATE = """mutation ($id: ID!, $input: ProjectInput!) { updateProject(projectId: $id, input: $input) {
  project { requirements { qualifications { id title } } } errors { code path } } }"""
CLAIM = "mutation ($id: ID) { claimTask(projectId: $id) { assignment { id } errors { code path } } }"
FIGURES = "query ($id: ID!) { node(id: $id) { ... on Qualification { project { id } figures { attempts passed passRate } } } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"
ACTIVITY = (
    "subscription ($after: Cursor) { activity(after: $after) { __typename ... on QualificationOffered { qualification { id title } } } }"
)


async def a_tested_project(partner: Any = None, *, gold: int = 4, title: str = "Cats", **spec: Any) -> tuple[Project, Qualification]:
    """An open project that asks for a test of its own gold, whose right answer is the cat."""
    project = await a_project(await an_organization(partner), **spec)
    await bring_items(project, gold, prefix="gold", gold=a_choice("cat"))
    made = await Qualification.make(project, QualificationSpec(title, "Look at the ears.", 0.5, 24, 2))
    await sql.run("UPDATE projects SET qualification_ids = qualification_ids || $2::bigint WHERE id = $1", project.id, made.id)
    return await project.reread(), made


async def offered(client: Client) -> list[dict[str, Any]]:
    return list((await client.ask(MINE))["viewer"]["qualifications"])


def said(status: dict[str, Any], *options: str) -> list[dict[str, Any]]:
    questions = status["qualification"]["questions"]
    return [{"questionId": question["id"], "answers": a_choice(option)} for question, option in zip(questions, options, strict=True)]


async def test_a_test_is_found_taken_and_passed_and_opens_the_project(tidemark: Tidemark) -> None:
    project, qualification = await a_tested_project()
    client = await tidemark.signed_in(await an_annotator())
    blocked = await client.ask(
        "query ($id: ID!) { project(id: $id) { blockedBy requirements { qualifications { id } } } }", id=the_id(project)
    )
    assert blocked["project"] == {
        "blockedBy": ["QUALIFICATION_REQUIRED"],
        "requirements": {"qualifications": [{"id": the_id(qualification)}]},
    }
    assert await client.refused(CLAIM, id=the_id(project)) == [("QUALIFICATION_REQUIRED", ["projectId"])]

    [status] = await offered(client)
    assert (status["state"], status["score"], status["retryAt"]) == ("PENDING", None, None)
    asked = status["qualification"]["questions"]
    assert [(each["prompt"], each["passed"]) for each in asked] == [("What is it?", False)] * 2
    told = await client.do(ANSWER, id=the_id(qualification), answers=said(status, "cat", "dog"))

    assert told["status"] == {
        "state": "PASSED",
        "score": 0.5,
        "retryAt": None,
        "qualification": {"id": the_id(qualification), "questions": []},
    }
    assert (await client.do(CLAIM, id=the_id(project)))["assignment"] is not None


async def test_a_failure_says_when_to_come_again_and_shows_no_questions_until_then(tidemark: Tidemark) -> None:
    _, qualification = await a_tested_project()
    client = await tidemark.signed_in(await an_annotator())
    [status] = await offered(client)

    told = await client.do(ANSWER, id=the_id(qualification), answers=said(status, "dog", "dog"))

    assert (told["status"]["state"], told["status"]["score"]) == ("FAILED", 0)
    assert told["status"]["retryAt"] is not None
    [again] = await offered(client)
    assert (again["state"], again["retryAt"]) == ("FAILED", told["status"]["retryAt"])
    assert again["qualification"]["questions"] == []


async def test_a_stream_of_a_project_says_that_a_test_is_missing(tidemark: Tidemark) -> None:
    project, _ = await a_tested_project()
    client = await tidemark.signed_in(await an_annotator())

    async with client.socket() as socket:
        await socket.subscribe("subscription ($id: ID) { taskStream(projectId: $id) { id } }", variables={"id": the_id(project)})
        ended = await socket.receive()

    assert ended["type"] == "error"
    assert ended["payload"][0]["extensions"]["code"] == "QUALIFICATION_REQUIRED"


async def test_nothing_that_an_annotator_reads_of_a_test_holds_its_answers_or_names_its_items(tidemark: Tidemark) -> None:
    project, qualification = await a_tested_project()
    client = await tidemark.signed_in(await an_annotator())
    [status] = await offered(client)
    question = status["qualification"]["questions"][0]["id"]
    gold = [public_id("Item", row["id"]) for row in await sql.rows("SELECT id FROM items WHERE project_id = $1", project.id)]

    told = await client.ask("query ($id: ID!) { node(id: $id) { ... on LessonStep { id prompt content { __typename } } } }", id=question)
    figures = await client.ask(FIGURES, id=the_id(qualification))

    assert told["node"]["id"] == question
    assert figures["node"] == {"project": None, "figures": None}
    assert not any(each in json.dumps([status, told]) for each in gold)
    stranger = await tidemark.signed_in(await an_annotator())
    assert (await stranger.ask(NODE, id=question))["node"] is None
    assert (await tidemark.anonymous.ask(NODE, id=question))["node"] is None


async def test_another_persons_questions_are_not_found_and_decide_nothing(tidemark: Tidemark) -> None:
    _, qualification = await a_tested_project()
    client, other = await tidemark.signed_in(await an_annotator()), await tidemark.signed_in(await an_annotator())
    [mine], [theirs] = await offered(client), await offered(other)

    async with unchanged():
        refused = await client.refused(ANSWER, id=the_id(qualification), answers=said(theirs, "cat", "cat"))

    assert refused == [
        ("NOT_FOUND", ["answers", "0", "questionId"]),
        ("NOT_FOUND", ["answers", "1", "questionId"]),
        ("INVALID_INPUT", ["answers"]),
    ]
    assert mine["state"] == "PENDING"


async def test_a_test_that_no_open_project_asks_for_exists_for_its_partner_alone(tidemark: Tidemark) -> None:
    partner, rival = await a_user(), await a_user()
    project, qualification = await a_tested_project(partner)
    await an_organization(rival)
    await project.set_state(ProjectState.PAUSED)
    clients = [await tidemark.signed_in(user) for user in (partner, rival, await an_annotator())]

    seen = [(await client.ask(NODE, id=the_id(qualification)))["node"] is not None for client in clients]

    assert seen == [True, False, False]
    assert await clients[2].refused(ANSWER, id=the_id(qualification), answers=[]) == [("NOT_FOUND", ["qualificationId"])]
    assert await QualificationAttempt.all().count() == 0


async def test_a_partner_makes_a_test_and_asks_for_it_and_reads_how_people_fare(tidemark: Tidemark) -> None:
    partner = await a_user()
    organization = await an_organization(partner)
    project = await a_project(organization)
    await bring_items(project, 3, prefix="gold", gold=a_choice("cat"))
    client = await tidemark.signed_in(partner)
    wanted = {"projectId": the_id(project), "title": "Cats", "guide": "Ears.", "passScore": 0.5, "questionCount": 2}
    made = (await client.do(CREATE, input=wanted))["qualification"]
    assert (made["title"], made["questionCount"], made["project"]) == ("Cats", 2, {"id": the_id(project)})

    written = project_input(the_id(organization), requirements={"qualificationIds": [made["id"]]})
    updated = await client.do(UPDATE, id=the_id(project), input=written)
    annotator = await tidemark.signed_in(await an_annotator())
    [status] = await offered(annotator)
    await annotator.do(ANSWER, id=made["id"], answers=said(status, "cat", "cat"))

    assert updated["project"]["requirements"]["qualifications"] == [{"id": made["id"], "title": "Cats"}]
    listed = await client.ask("{ organizations { qualifications { edges { node { id figures { attempts passed passRate } } } } } }")
    [edge] = listed["organizations"][0]["qualifications"]["edges"]
    assert edge["node"] == {"id": made["id"], "figures": {"attempts": 1, "passed": 1, "passRate": 1}}


async def test_a_project_asks_for_no_test_of_another_organization(tidemark: Tidemark) -> None:
    partner = await a_user()
    organization = await an_organization(partner)
    project = await a_project(organization)
    _, foreign = await a_tested_project()
    client = await tidemark.signed_in(partner)
    written = project_input(the_id(organization), requirements={"qualificationIds": [the_id(foreign)]})

    async with unchanged():
        refused = await client.refused(UPDATE, id=the_id(project), input=written)

    assert refused == [("NOT_FOUND", ["input", "requirements", "qualificationIds", "0"])]


async def test_whom_a_project_would_fit_hears_of_its_test(tidemark: Tidemark, worker: None) -> None:
    client = await tidemark.signed_in(await an_annotator())
    start = (await client.ask("{ viewer { activityCursor } }"))["viewer"]["activityCursor"]
    project, qualification = await a_tested_project(state=ProjectState.DRAFT)
    await project.set_state(ProjectState.OPEN)

    async with client.following(ACTIVITY, after=start) as activity:
        event = await activity.until("QualificationOffered")

    assert event["qualification"] == {"id": the_id(qualification), "title": "Cats"}


async def test_a_list_of_tests_costs_the_same_however_many_they_are(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await an_annotator())
    costs: dict[int, int] = {}
    for number in (2, 6):
        while len(await offered(client)) < number:
            await a_tested_project()
        # Questions are there already, as whoever opens a test twice finds them.
        with counted_sql() as statements:
            shown = await offered(client)
        costs[len(shown)] = len(statements)

    assert set(costs) == {2, 6}
    assert costs[2] == costs[6] <= 4, costs


async def test_drawing_many_tests_at_once_costs_the_same_as_one(tidemark: Tidemark) -> None:
    costs: dict[int, int] = {}
    for number in (1, 5):
        for _ in range(number - len(costs)):
            await a_tested_project()
        client = await tidemark.signed_in(await an_annotator())
        with counted_sql() as statements:
            shown = await offered(client)
        assert all(len(each["qualification"]["questions"]) == 2 for each in shown)
        costs[len(shown)] = len(statements)

    assert costs[1] == costs[5], costs
