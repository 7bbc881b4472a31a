"""Subscriptions: who is admitted, what they begin with, what follows, and how they end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models import Assignment, Decision, ProjectState, User, Verdict
from models.standing import Status
from ops.database import sql
from realtime.cursor import Cursor
from schema.ids import public_id
from tests.api.attacks import IDS
from tests.api.client import Client, Stream, Tidemark
from tests.api.documents import root
from tests.api.scene import a_scene, the_id, unchanged
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    an_assignment,
    an_organization,
    bring_items,
    decided,
    let_lease_run_out,
)

TASKS = "subscription ($project: ID, $prefetch: Int) { taskStream(projectId: $project, prefetch: $prefetch) { id state } }"
SUBMIT = """mutation ($id: ID!, $answers: [AnswerInput!]!) {
  submitAnnotation(assignmentId: $id, answers: $answers) { annotation { id } errors { code path } } }"""
SKIP = "mutation ($id: ID!) { skipTask(assignmentId: $id) { errors { code path } } }"
DRAFT = """mutation ($id: ID!, $answers: [AnswerInput!]!) {
  saveDraft(assignmentId: $id, answers: $answers) { assignment { draftVersion } errors { code path } } }"""
SUSPEND = """mutation ($id: ID!) { suspendAnnotator(annotatorId: $id, reason: "Rude.") { errors { code path } } }"""
STATE = "mutation ($id: ID!, $state: ProjectState!) { setProjectState(projectId: $id, state: $state) { errors { code path } } }"
AVAILABLE = "subscription { taskAvailable { project { id } openTasks } }"
PROGRESS = """subscription ($id: ID!) { projectProgress(projectId: $id) {
  items done tasksOpen tasksLeased inReview approved rejected spent { amount } } }"""
ACTIVITY = """subscription ($after: Cursor) { activity(after: $after) { __typename cursor
  ... on VerdictIssued { verdict { annotation { id } } wallet { available { amount } } }
  ... on AssignmentEnded { assignment { id state } } ... on StandingChanged { standing { status reason } } } }"""
BOARD = """subscription ($after: Cursor) { reviewBoard(after: $after) { __typename cursor counts { waiting }
  ... on PresenceChanged { moderators { id displayName } } } }"""
WAITING = "subscription { ticketsWaiting }"
PURSES = "subscription { hotWallets { coin } }"
# The contract's: who does not get in, by subscription.
DENIED = {
    "taskStream": {
        "anonymous": "UNAUTHENTICATED",
        "token": "FORBIDDEN",
        "newcomer": "TUTORIAL_REQUIRED",
        "unconfirmed": "EMAIL_UNCONFIRMED",
    },
    "taskAvailable": {"anonymous": "UNAUTHENTICATED"},
    "activity": {"anonymous": "UNAUTHENTICATED", "token": "FORBIDDEN"},
    "reviewBoard": {
        "anonymous": "UNAUTHENTICATED",
        **dict.fromkeys(("token", "annotator", "partner", "admin"), "FORBIDDEN"),
    },
    "ticketsWaiting": {
        "anonymous": "UNAUTHENTICATED",
        **dict.fromkeys(("token", "annotator", "partner"), "FORBIDDEN"),
    },
    "hotWallets": {
        "anonymous": "UNAUTHENTICATED",
        **dict.fromkeys(("token", "annotator", "partner", "moderator"), "FORBIDDEN"),
    },
    "projectProgress": {
        "anonymous": "UNAUTHENTICATED",
        **dict.fromkeys(("blind token", "writing token"), "FORBIDDEN"),
        **dict.fromkeys(("annotator", "rival", "rival token"), "NOT_FOUND"),
    },
}


@pytest.fixture(autouse=True)
def _only_hints_wake(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stream finds out by itself, where a hint was lost, comes later than any test waits."""
    monkeypatch.setattr("resolvers.streams.LOOK_SECONDS", 10 * CEILING_SECONDS)


def test_every_subscription_is_attacked() -> None:
    assert root("subscription").fields.keys() == DENIED.keys()


async def test_who_may_not_follow_is_told_why_and_nothing_changes(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    documents = {
        "taskStream": TASKS,
        "taskAvailable": AVAILABLE,
        "activity": ACTIVITY,
        "reviewBoard": BOARD,
        "ticketsWaiting": WAITING,
        "hotWallets": PURSES,
        "projectProgress": PROGRESS,
    }

    async with unchanged():
        for name, denied in DENIED.items():
            for who, code in denied.items():
                async with scene.client(who).following(documents[name], id=the_id(scene.project)) as stream:
                    assert await stream.error() == code, (name, who)


async def test_arguments_that_are_wrong_are_named(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    malformed = [value.format("Project") for value in IDS.values()]

    async with unchanged():
        for project in (*malformed, the_id(scene.item), the_id(scene.rival_draft)):
            assert await ended(scene.client("annotator"), TASKS, project=project) == ("NOT_FOUND", ["projectId"])
            assert await ended(scene.client("partner"), PROGRESS, id=project) == ("NOT_FOUND", ["projectId"])
        for prefetch in (0, -1, 11, 2**31 - 1):
            assert await ended(scene.client("annotator"), TASKS, prefetch=prefetch) == ("BAD_USER_INPUT", ["prefetch"])
        for cursor in ("", "nonsense", "x" * 100_000, "\u202e"):
            for who, document in (("annotator", ACTIVITY), ("moderator", BOARD)):
                assert (await ended(scene.client(who), document, after=cursor))[0] == "BAD_USER_INPUT"
    # Where one's profile is not asked for, a stream of that project would stay empty for ever.
    abroad = await a_project(countries=["JP"])
    assert await ended(scene.client("annotator"), TASKS, project=the_id(abroad)) == ("NOT_ELIGIBLE", ["projectId"])


async def test_the_stream_begins_with_what_is_held_and_keeps_as_many_leased_as_asked(tidemark: Tidemark, worker: None) -> None:
    annotator, project = await an_annotator(), await a_project(items=20)
    held = await an_assignment(annotator, project)
    client = await tidemark.signed_in(annotator)

    async with client.following(TASKS, prefetch=10) as stream:
        sent = [(await stream.next())["id"] for _ in range(10)]
        await stream.nothing()

        assert sent[0] == the_id(held)
        assert len(set(sent)) == 10
        assert await Assignment.held_by(annotator.id).count() == 10


async def test_a_submission_a_skip_and_an_expiry_make_room_at_once(tidemark: Tidemark, worker: None) -> None:
    annotator, _ = await an_annotator(), await a_project(items=20)
    client = await tidemark.signed_in(annotator)

    async with client.following(TASKS, prefetch=2) as stream:
        first, second = await stream.next(), await stream.next()
        await client.do(SUBMIT, id=first["id"], answers=a_choice())
        third = await stream.next()
        await client.do(SKIP, id=second["id"])
        fourth = await stream.next()
        [running_out, _] = await Assignment.held_by(annotator.id)
        await let_lease_run_out(running_out)
        fifth = await stream.next()
        await stream.nothing()

    assert len({each["id"] for each in (first, second, third, fourth, fifth)}) == 5
    assert await Assignment.held_by(annotator.id).count() == 2


async def test_new_tasks_reach_the_stream_by_themselves(tidemark: Tidemark, worker: None) -> None:
    annotator, project = await an_annotator(), await a_project(items=0)
    client = await tidemark.signed_in(annotator)

    async with client.following(TASKS, prefetch=2) as stream:
        await stream.nothing()
        await bring_items(project, 1)
        assert (await stream.next())["state"] == "LEASED"


async def test_a_stream_of_one_project_gives_of_that_alone_and_ends_well_when_it_pauses_and_closes(
    tidemark: Tidemark, worker: None
) -> None:
    partner = await a_user()
    organization = await an_organization(partner)
    asked, _ = await a_project(organization, items=2), await a_project(organization, items=5)
    client, owner = await tidemark.signed_in(await an_annotator()), await tidemark.signed_in(partner)

    async with client.following(TASKS, project=the_id(asked), prefetch=1) as stream, client.following(ACTIVITY) as activity:
        first = await stream.next()
        assert (await Assignment.get(state="LEASED")).project_id == asked.id
        await owner.do(STATE, id=the_id(asked), state="PAUSED")
        # What was leased before the pause can be submitted; nothing is leased any more.
        await client.do(SUBMIT, id=first["id"], answers=a_choice())
        await stream.nothing(1)
        await owner.do(STATE, id=the_id(asked), state="OPEN")
        second = await stream.next()
        await owner.do(STATE, id=the_id(asked), state="CLOSED")
        over = [(await activity.until("AssignmentEnded"))["assignment"] for _ in range(2)]
        assert over == [{"id": first["id"], "state": "SUBMITTED"}, {"id": second["id"], "state": "RELEASED"}]
        assert await client.refused(SUBMIT, id=second["id"], answers=a_choice()) == [("LEASE_EXPIRED", ["assignmentId"])]
        await stream.nothing()


async def test_a_suspension_ends_streams_leases_and_work_at_once(tidemark: Tidemark, worker: None) -> None:
    annotator, project = await an_annotator(), await a_project(items=20)
    client, moderator = await tidemark.signed_in(annotator), await tidemark.signed_in(await a_moderator())

    async with client.following(TASKS, prefetch=3) as stream, client.following(TASKS, project=the_id(project)) as other:
        assignments = [await stream.next() for _ in range(3)]
        await other.next()
        await moderator.do(SUSPEND, id=public_id("Annotator", annotator.id))
        async with asyncio.timeout(CEILING_SECONDS):
            assert await stream.error() == await other.error() == "ACCOUNT_SUSPENDED"

    assert await Assignment.held_by(annotator.id).count() == 0
    for each in assignments:
        assert await client.refused(SUBMIT, id=each["id"], answers=a_choice()) == [("ACCOUNT_SUSPENDED", [])]
    assert (await ended(client, TASKS))[0] == "ACCOUNT_SUSPENDED"


async def test_leases_go_back_when_the_stream_is_gone_but_for_those_with_a_draft(tidemark: Tidemark, worker: None) -> None:
    annotator, _ = await an_annotator(), await a_project(items=20)
    client = await tidemark.signed_in(annotator)
    async with client.following(TASKS, prefetch=3) as stream:
        drafted, *_ = [(await stream.next())["id"] for _ in range(3)]
        await client.do(DRAFT, id=drafted, answers=a_choice())

    await until_let_go(annotator, 2)
    soon = await sql.value("SELECT max(extract(epoch FROM release_at - now())) FROM assignments")
    await sql.run("UPDATE assignments SET release_at = now() WHERE release_at IS NOT NULL")

    async with asyncio.timeout(CEILING_SECONDS):
        while await Assignment.held_by(annotator.id).count() > 1:  # noqa: ASYNC110 - the table has no event
            await asyncio.sleep(0.05)
    assert 20 < soon <= 30
    assert [the_id(held) for held in await Assignment.held_by(annotator.id)] == [drafted]


async def test_whoever_comes_back_in_time_keeps_what_they_held(tidemark: Tidemark, worker: None) -> None:
    annotator, _ = await an_annotator(), await a_project(items=20)
    client = await tidemark.signed_in(annotator)
    async with client.following(TASKS, prefetch=2) as stream:
        before = [(await stream.next())["id"] for _ in range(2)]
    await until_let_go(annotator, 2)

    async with client.following(TASKS, prefetch=2) as stream:
        again = [(await stream.next())["id"] for _ in range(2)]

        assert again == before
        assert await Assignment.filter(annotator_id=annotator.id, release_at__not_isnull=True).count() == 0


async def test_two_streams_of_one_person_show_the_same_work_and_lease_it_once(tidemark: Tidemark, worker: None) -> None:
    annotator, _ = await an_annotator(), await a_project(items=20)
    client = await tidemark.signed_in(annotator)

    async with client.following(TASKS, prefetch=2) as one, client.following(TASKS, prefetch=2) as other:
        shown = [{(await stream.next())["id"] for _ in range(2)} for stream in (one, other)]
        await client.do(SUBMIT, id=min(shown[0]), answers=a_choice())
        following = [(await stream.next())["id"] for stream in (one, other)]

    assert shown[0] == shown[1]
    assert following[0] == following[1]
    assert following[0] not in shown[0]


async def test_who_passes_the_tutorial_elsewhere_is_let_in_and_who_lacks_it_is_told(tidemark: Tidemark, worker: None) -> None:
    newcomer, _ = await an_annotator(), await a_project()
    await sql.run("UPDATE users SET tutorial_passed_at = NULL WHERE id = $1", newcomer.id)
    client = await tidemark.signed_in(newcomer)

    assert (await ended(client, TASKS))[0] == "TUTORIAL_REQUIRED"
    await sql.run("UPDATE users SET tutorial_passed_at = now() WHERE id = $1", newcomer.id)

    async with client.following(TASKS) as stream:
        assert await stream.next()


async def test_availability_tells_of_new_tasks_and_of_none_left_and_not_of_what_was_never_open(tidemark: Tidemark, worker: None) -> None:
    partner = await a_user()
    organization = await an_organization(partner)
    project, draft = await a_project(organization, items=0), await a_project(organization, state=ProjectState.DRAFT)
    owner, client = await tidemark.signed_in(partner), await tidemark.signed_in(await an_annotator())

    told: list[Any] = []
    async with client.following(AVAILABLE) as stream:
        await owner.do(STATE, id=the_id(draft), state="CLOSED")
        await bring_items(project, 1)
        while not told or told[-1]["openTasks"] != 1:
            told.append(await stream.next())
        await an_assignment(await an_annotator(), project)
        told.append(await stream.next())

    assert told[-1]["openTasks"] == 0
    assert {each["project"]["id"] for each in told} == {the_id(project)}


async def test_progress_begins_with_how_it_stands_and_follows(tidemark: Tidemark, worker: None) -> None:
    partner, annotator = await a_user(), await an_annotator()
    project = await a_project(await an_organization(partner), items=3)
    client = await tidemark.signed_in(partner)

    async with client.following(PROGRESS, id=the_id(project)) as stream:
        begun = await stream.next()
        annotation = await an_annotation(annotator, project)
        await decided(annotation, Decision.APPROVED)
        last = await until_progress(stream, approved=1)

    assert begun == figures(items=3, tasksOpen=3)
    assert last == figures(items=3, done=1, tasksOpen=2, approved=1, spent={"amount": "0.012"})


async def test_staff_follow_any_project(tidemark: Tidemark) -> None:
    project = await a_project(items=1)

    for staff in (await an_admin(), await a_moderator()):
        async with (await tidemark.signed_in(staff)).following(PROGRESS, id=the_id(project)) as stream:
            assert (await stream.next())["items"] == 1


async def test_activity_goes_on_from_a_cursor_without_a_gap_and_tells_when_the_past_is_gone(tidemark: Tidemark, worker: None) -> None:
    annotator, project = await an_annotator(), await a_project(items=5)
    client = await tidemark.signed_in(annotator)
    start = (await client.ask("{ viewer { activityCursor } }"))["viewer"]["activityCursor"]
    annotations = [await an_annotation(annotator, project) for _ in range(4)]
    for annotation in annotations:
        await decided(annotation, Decision.APPROVED)

    async with client.following(ACTIVITY, after=start) as stream:
        events = [await stream.next() for _ in range(8)]
        await stream.nothing()
    async with client.following(ACTIVITY, after=events[5]["cursor"]) as stream:
        resumed = [await stream.next() for _ in range(2)]
        await stream.nothing()

    assert [event["assignment"]["state"] for event in events[:4]] == ["SUBMITTED"] * 4
    assert [event["verdict"]["annotation"]["id"] for event in events[4:]] == [the_id(annotation) for annotation in annotations]
    assert resumed == events[6:]
    position = Cursor.parse(start)
    for gone in (Cursor("another", position.sequence), Cursor(position.epoch, 2**62)):
        assert (await ended(client, ACTIVITY, after=str(gone)))[0] == "CURSOR_EXPIRED"


async def test_somebody_elses_activity_is_not_followed_by_their_cursor(tidemark: Tidemark, worker: None) -> None:
    annotator, other, project = await an_annotator(), await an_annotator(), await a_project()
    client, stranger = await tidemark.signed_in(annotator), await tidemark.signed_in(other)
    start = (await client.ask("{ viewer { activityCursor } }"))["viewer"]["activityCursor"]

    async with stranger.following(ACTIVITY, after=start) as stream:
        await decided(await an_annotation(annotator, project), Decision.APPROVED)
        await stream.nothing(1)


async def test_the_suspended_still_follow_what_happens_to_them(tidemark: Tidemark, worker: None) -> None:
    annotator, project = await an_annotator(), await a_project()
    annotation = await an_annotation(annotator, project)
    moderator = await tidemark.signed_in(await a_moderator())
    client = await tidemark.signed_in(annotator)
    start = (await client.ask("{ viewer { activityCursor } }"))["viewer"]["activityCursor"]
    await moderator.do(SUSPEND, id=public_id("Annotator", annotator.id))

    async with client.following(ACTIVITY, after=start) as stream:
        assert (await stream.until("StandingChanged"))["standing"] == {"status": Status.SUSPENDED.value, "reason": "Rude."}
        await decided(annotation, Decision.APPROVED)
        assert (await stream.until("VerdictIssued"))["wallet"]["available"]["amount"] == "0.012"


async def test_moderators_see_who_came_to_the_board_and_who_left(tidemark: Tidemark, worker: None) -> None:
    one, other = await a_moderator(), await a_moderator()
    first, second = await tidemark.signed_in(one), await tidemark.signed_in(other)

    async with first.following(BOARD) as stream:
        alone = await stream.until("PresenceChanged")
        async with second.following(BOARD):
            both = await stream.until("PresenceChanged")
            board = await first.ask("{ reviewBoard { moderators { displayName } } }")
        left = await stream.until("PresenceChanged")

    names = [[each["displayName"] for each in event["moderators"]] for event in (alone, both, left)]
    assert names == [[one.display_name], [one.display_name, other.display_name], [one.display_name]]
    assert {each["displayName"] for each in board["reviewBoard"]["moderators"]} == {one.display_name, other.display_name}


@pytest.mark.parametrize("decision", list(Decision))
async def test_the_board_is_followed_from_its_cursor(decision: Decision, tidemark: Tidemark, worker: None) -> None:
    client = await tidemark.signed_in(await a_moderator())
    cursor = (await client.ask("{ reviewBoard { cursor } }"))["reviewBoard"]["cursor"]
    annotation = await an_annotation()
    await decided(annotation, decision)

    async with client.following(BOARD, after=cursor) as stream:
        kinds = [(await stream.until(kind))["__typename"] for kind in ("ReviewQueued", "ReviewClaimed", "ReviewDecided")]

    assert kinds == ["ReviewQueued", "ReviewClaimed", "ReviewDecided"]
    assert await Verdict.filter(annotation_id=annotation.id, decision=decision).count() == 1


def figures(**given: Any) -> dict[str, Any]:
    names = ("items", "done", "tasksOpen", "tasksLeased", "inReview", "approved", "rejected")
    return dict.fromkeys(names, 0) | {"spent": {"amount": "0"}} | given


async def until_progress(stream: Stream, **wanted: Any) -> Any:
    async with asyncio.timeout(CEILING_SECONDS):
        while True:
            told = await stream.next()
            if wanted.items() <= told.items():
                return told


async def until_let_go(annotator: User, number: int) -> None:
    async with asyncio.timeout(CEILING_SECONDS):
        while await Assignment.filter(annotator_id=annotator.id, release_at__not_isnull=True).count() < number:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def ended(client: Client, document: str, **variables: Any) -> tuple[str, list[str] | None]:
    """Code and path with which a subscription ends at once."""
    async with client.following(document, **variables) as stream:
        message = await stream.socket.receive()
    assert message["type"] == "error", message
    extensions = message["payload"][0]["extensions"]
    return extensions["code"], extensions.get("path")
