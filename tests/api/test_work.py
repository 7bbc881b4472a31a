"""Partners' data, annotators' answers, moderators' verdicts and the money between them, where one client's acts meet another's."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

from models import ApiToken, Assignment, Decision, Item, Organization, ProjectState, Scope
from models.ledger_proof import verify
from ops.database import sql
from schema.ids import public_id
from tests.api.client import Client, Tidemark
from tests.api.scene import a_scene, the_id, unchanged
from tests.support.photos import a_photo
from tests.support.world import (
    BOX_FORM,
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    an_assignment,
    an_organization,
    balances,
    decided,
)

IMPORT = """mutation ($project: ID!, $items: [ItemInput!]!) {
  importItems(projectId: $project, items: $items) { imported existing errors { code path } } }"""
CREDIT = """mutation ($id: ID!, $amount: Decimal!, $reference: String!) {
  creditOrganization(organizationId: $id, amount: $amount, reference: $reference, idempotencyKey: "k") {
    organization { id } errors { code path } } }"""
FUND = """mutation ($id: ID!, $amount: Decimal!, $key: String!) {
  fundProject(projectId: $id, amount: $amount, idempotencyKey: $key) { project { budget { amount } } errors { code path } } }"""
STATE = """mutation ($id: ID!, $state: ProjectState!) {
  setProjectState(projectId: $id, state: $state) { project { state } errors { code path } } }"""
SUBMIT = """mutation ($id: ID!, $answers: [AnswerInput!]!) {
  submitAnnotation(assignmentId: $id, answers: $answers) { annotation { id } errors { code path } } }"""
DRAFT = """mutation ($id: ID!, $answers: [AnswerInput!]!, $version: Int) {
  saveDraft(assignmentId: $id, answers: $answers, version: $version) { assignment { draftVersion draft { key } } errors { code path } } }"""
CLAIM = "mutation { claimTask { assignment { id draftVersion draft { key } } errors { code path } } }"
CLAIM_REVIEWS = "mutation ($ids: [ID!]) { claimReviews(reviewIds: $ids, count: 20) { reviews { id } errors { code message path } } }"
DECIDE = """mutation ($id: ID!, $decision: Decision!, $reasons: [RejectionReason!]) {
  decideReview(reviewId: $id, decision: $decision, reasons: $reasons) { verdict { id } errors { code path } } }"""
ACTIVITY = """subscription ($after: Cursor) { activity(after: $after) { __typename
  ... on OrganizationCredited { organization { id name balance { amount } } } } }"""
ALL_ORGANIZATIONS = "query ($search: String) { allOrganizations(search: $search) { edges { node { id } } } }"
BALANCE = "{ organizations { balance { amount } projects { edges { node { budget { amount } } } } } }"


async def test_an_import_is_all_or_nothing_and_names_every_fault(tidemark: Tidemark) -> None:
    partner, project = await a_partner_with_a_project(tidemark)
    items = [text_item(f"key-{n}") for n in range(10)]
    items[3]["content"], items[7]["externalId"], items[8]["externalId"] = [], "", "key-1"

    async with unchanged():
        refused = await partner.refused(IMPORT, project=project, items=items)

    assert refused == [
        ("INVALID_INPUT", ["items", "3", "content"]),
        ("INVALID_INPUT", ["items", "7", "externalId"]),
        ("INVALID_INPUT", ["items", "8", "externalId"]),
    ]


async def test_a_thousand_items_come_in_one_call_and_come_once(tidemark: Tidemark) -> None:
    partner, project = await a_partner_with_a_project(tidemark)
    items = [text_item(f"key-{n}") for n in range(1_000)]

    first = await partner.do(IMPORT, project=project, items=items)
    second = await partner.do(IMPORT, project=project, items=[*items[1:], text_item("one more")])

    assert [(each["imported"], each["existing"]) for each in (first, second)] == [(1_000, 0), (1, 999)]
    assert await Item.all().count() == 1_001


async def test_two_imports_at_once_bring_each_item_once(tidemark: Tidemark) -> None:
    partner, project = await a_partner_with_a_project(tidemark)
    items = [text_item(f"key-{n}") for n in range(100)]

    done = await asyncio.gather(*(partner.do(IMPORT, project=project, items=items) for _ in range(4)))

    assert sum(each["imported"] for each in done) == 100
    assert await sql.value("SELECT count(*) FROM tasks") == 100


async def test_uploads_are_named_by_who_sent_them_alone(tidemark: Tidemark) -> None:
    partner, rival = await a_user(), await a_user()
    organization, other = await an_organization(partner), await an_organization(rival)
    _, secret = await ApiToken.issue(organization, name="all", scopes=list(Scope), by=partner)
    person, stranger, machine = await tidemark.signed_in(partner), await tidemark.signed_in(rival), tidemark.with_token(secret)
    project = the_id(await a_project(organization, items=0, form=BOX_FORM))
    foreign = the_id(await a_project(other, items=0, form=BOX_FORM))
    own, by_token = await person.upload(a_photo()), await machine.upload(a_photo())

    async with unchanged():
        for upload in (own, by_token):
            refused = await stranger.refused(IMPORT, project=foreign, items=[image_item("a", upload)])
            assert refused == [("NOT_FOUND", ["items", "0", "content", "0", "image", "uploadId"])]
        assert (await machine.refused(IMPORT, project=project, items=[image_item("a", own)]))[0][0] == "NOT_FOUND"

    assert (await person.do(IMPORT, project=project, items=[image_item("a", own), image_item("b", by_token)]))["imported"] == 2
    assert (await machine.do(IMPORT, project=project, items=[image_item("c", by_token)]))["imported"] == 1


async def test_more_uploads_than_an_item_has_room_for_are_refused_by_path(tidemark: Tidemark) -> None:
    partner = await a_user()
    organization = await an_organization(partner)
    _, secret = await ApiToken.issue(organization, name="all", scopes=list(Scope), by=partner)
    project = the_id(await a_project(organization, items=0))
    machine = tidemark.with_token(secret)
    blocks = [[{"image": {"uploadId": public_id("Upload", 1_000 + 50 * n + m)}} for m in range(50)] for n in range(800)]

    async with unchanged():
        # All in one: what an import may hold is less than that.
        items = [{"externalId": str(n), "content": content} for n, content in enumerate(blocks)]
        assert await machine.error(IMPORT, project=project, items=items) == "QUERY_TOO_COMPLEX"
        refused = await machine.refused(IMPORT, project=project, items=items[:100])

    assert refused[0] == ("INVALID_INPUT", ["items", "0", "content"])


async def test_more_objects_than_are_worth_converting_are_refused_before(tidemark: Tidemark) -> None:
    submit = 'mutation ($answers: [AnswerInput!]!) { submitAnnotation(assignmentId: "", answers: $answers) { errors { code } } }'
    answers = [{"key": "a", "value": {"text": ""}}] * 5_000

    async with tidemark.anonymous.socket() as socket, unchanged():
        assert await tidemark.anonymous.error(submit, answers=answers) == "QUERY_TOO_COMPLEX"
        told = await socket.ask(submit, variables={"answers": answers})
        assert told["errors"][0]["extensions"] == {"code": "QUERY_TOO_COMPLEX", "measure": "objects", "limit": 10_000, "actual": 10_001}
        assert await tidemark.anonymous.error(submit, answers=answers[:4_999]) == "UNAUTHENTICATED"


async def test_a_key_that_was_used_moves_money_once_and_never_other_money(tidemark: Tidemark) -> None:
    partner, admin = await a_user(), await tidemark.signed_in(await an_admin())
    organization = await an_organization(partner, dollars=0)
    project = await a_project(organization, items=0, budget_micros=0)
    client = await tidemark.signed_in(partner)

    for _ in range(3):
        await admin.do(CREDIT, id=the_id(organization), amount="10", reference="invoice 1")
        await client.do(FUND, id=the_id(project), amount="4", key="one")
    async with unchanged():
        for amount, reference in (("11", "invoice 1"), ("10", "invoice 2")):
            refused = await admin.refused(CREDIT, id=the_id(organization), amount=amount, reference=reference)
            assert refused == [("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])]
        assert await client.refused(FUND, id=the_id(project), amount="5", key="one") == [("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])]

    told = (await client.ask(BALANCE))["organizations"][0]
    assert told == {"balance": {"amount": "6"}, "projects": {"edges": [{"node": {"budget": {"amount": "4"}}}]}}


async def test_a_payment_that_arrives_is_told_to_the_members_once_and_to_nobody_else(tidemark: Tidemark, worker: None) -> None:
    partner, rival, admin = await a_user(), await a_user(), await tidemark.signed_in(await an_admin())
    organization, _ = await an_organization(partner, dollars=0), await an_organization(rival, dollars=0)
    client = await tidemark.signed_in(partner)
    cursor = (await client.ask("{ viewer { activityCursor } }"))["viewer"]["activityCursor"]

    async with client.following(ACTIVITY, after=cursor) as activity:
        for _ in range(2):
            await admin.do(CREDIT, id=the_id(organization), amount="10", reference="invoice 1")
        told = await activity.until("OrganizationCredited")

    assert told["organization"] == {"id": the_id(organization), "name": "Field Mice Ltd", "balance": {"amount": "10"}}
    topics = await sql.rows("SELECT topic FROM events WHERE kind = 'OrganizationCredited'")
    assert [row["topic"] for row in topics] == [f"user:{partner.id}"]


async def test_an_admin_finds_organizations_by_their_names_and_by_the_addresses_of_their_members(tidemark: Tidemark) -> None:
    ada, ben, admin = await a_user(), await a_user(), await tidemark.signed_in(await an_admin())
    mice, owls = await Organization.found_by(ada, "Field Mice"), await Organization.found_by(ben, "Barn_Owls 100%")

    async def found(search: str | None) -> list[str]:
        return [edge["node"]["id"] for edge in (await admin.ask(ALL_ORGANIZATIONS, search=search))["allOrganizations"]["edges"]]

    assert await found(None) == await found("") == [the_id(owls), the_id(mice)]
    assert await found("field MICE") == await found(ada.email.upper()) == [the_id(mice)]
    assert await found("n_o") == await found("0%") == await found(ben.email[:-3]) == [the_id(owls)]
    for hostile in ("e_d", "%d%", "\\", "' OR 1=1 --", "\u202e", "x" * 900_000):
        assert await found(hostile) == []


async def test_only_admins_read_who_belongs_to_an_organization(tidemark: Tidemark) -> None:
    partner, admin = await a_user(), await tidemark.signed_in(await an_admin())
    organization = await Organization.found_by(partner, "Field Mice")
    asked = "query ($id: ID!) { node(id: $id) { ... on Organization { members { displayName email } } } }"

    told = (await admin.ask(asked, id=the_id(organization)))["node"]["members"]

    assert told == [{"displayName": partner.display_name, "email": partner.email}]
    for somebody in (partner, await a_moderator(), await an_annotator()):
        client = await tidemark.signed_in(somebody)
        assert (await client.ask(asked, id=the_id(organization)))["node"]["members"] is None


async def test_budgets_funded_at_once_never_take_more_than_there_is(tidemark: Tidemark) -> None:
    partner = await a_user()
    organization = await an_organization(partner, dollars=10)
    projects = [await a_project(organization, items=0, budget_micros=0) for _ in range(6)]
    client = await tidemark.signed_in(partner)

    told = await asyncio.gather(*(client.send(FUND, id=the_id(project), amount="3", key="k") for project in projects))

    codes = [error["code"] for each in told for error in each["data"]["fundProject"]["errors"]]
    assert codes == ["INSUFFICIENT_FUNDS"] * 3
    assert await verify() == []


async def test_a_project_goes_its_way_and_no_other(tidemark: Tidemark) -> None:
    partner, project = await a_partner_with_a_project(tidemark)
    ways = ["DRAFT", "OPEN", "PAUSED", "OPEN", "CLOSED"]

    for now, following in pairwise(ways):
        allowed = {"DRAFT": {"OPEN", "CLOSED"}, "OPEN": {"PAUSED", "CLOSED"}, "PAUSED": {"OPEN", "CLOSED"}}[now] | {now}
        async with unchanged():
            for state in {"DRAFT", "OPEN", "PAUSED", "CLOSED"} - allowed:
                assert await partner.refused(STATE, id=project, state=state) == [("CONFLICT", ["state"])]
            assert (await partner.do(STATE, id=project, state=now))["project"]["state"] == now
        await partner.do(STATE, id=project, state=following)
    async with unchanged():
        for state in ("DRAFT", "OPEN", "PAUSED"):
            assert await partner.refused(STATE, id=project, state=state) == [("CONFLICT", ["state"])]
        assert await partner.refused(IMPORT, project=project, items=[text_item("a")]) == [("CONFLICT", ["projectId"])]
        assert await partner.refused(FUND, id=project, amount="1", key="late") == [("CONFLICT", ["projectId"])]


async def test_closing_returns_what_no_annotation_may_still_earn(tidemark: Tidemark) -> None:
    partner, annotator = await a_user(), await an_annotator()
    organization = await an_organization(partner, dollars=10)
    project = await a_project(organization, items=5, budget_micros=1_000_000)
    waiting, rejected = await an_annotation(annotator, project), await an_annotation(annotator, project)
    await decided(rejected, Decision.REJECTED)
    await an_assignment(annotator, project)
    client = await tidemark.signed_in(partner)

    await client.do(STATE, id=the_id(project), state="CLOSED")

    told = (await client.ask(BALANCE))["organizations"][0]
    assert told["balance"] == {"amount": "9.976"}
    await decided(waiting, Decision.APPROVED)
    assert await balances(annotator) == (0, 12_000)
    assert await verify() == []


async def test_a_submission_is_repeated_safely_and_races_itself_once(tidemark: Tidemark) -> None:
    annotator = await an_annotator()
    assignment, client = await an_assignment(annotator), await tidemark.signed_in(annotator)

    told = await asyncio.gather(*(client.do(SUBMIT, id=the_id(assignment), answers=a_choice()) for _ in range(5)))

    assert len({each["annotation"]["id"] for each in told}) == 1
    async with unchanged():
        assert await client.refused(SUBMIT, id=the_id(assignment), answers=a_choice("dog")) == [("ALREADY_SUBMITTED", ["assignmentId"])]
    assert await balances(annotator) == (12_000, 0)


async def test_a_draft_of_another_tab_is_not_overwritten_and_comes_back_with_the_task(tidemark: Tidemark) -> None:
    annotator, project = await an_annotator(), await a_project(items=1)
    assignment, client = await an_assignment(annotator, project), await tidemark.signed_in(annotator)

    saved = await client.do(DRAFT, id=the_id(assignment), answers=a_choice(), version=0)
    async with unchanged():
        assert await client.refused(DRAFT, id=the_id(assignment), answers=[], version=0) == [("CONFLICT", ["version"])]
    await sql.run("UPDATE assignments SET lease_expires_at = now()")
    await Assignment.end_due()
    again = await client.do(CLAIM)

    assert saved["assignment"]["draftVersion"] == 1
    assert again["assignment"]["id"] != the_id(assignment)
    assert (again["assignment"]["draftVersion"], again["assignment"]["draft"]) == (1, [{"key": "label"}])


async def test_two_moderators_never_hold_the_same_review_and_the_loser_learns_who_won(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    winner, loser = scene.client("moderator"), scene.client("second")
    ids = [the_id(scene.waiting)]

    told = await asyncio.gather(*(client.send(CLAIM_REVIEWS, ids=ids) for client in (winner, loser)))

    payloads = [each["data"]["claimReviews"] for each in told]
    held = [[review["id"] for review in payload["reviews"]] for payload in payloads]
    assert sorted(held) == [[], ids]
    [error] = [error for payload in payloads for error in payload["errors"]]
    name = scene.people["moderator" if held[0] else "second"].display_name
    assert (error["code"], error["path"], error["message"]) == ("CONFLICT", ["reviewIds", "0"], f"It is held by {name}.")
    async with unchanged():
        assert (await loser.do(CLAIM_REVIEWS, ids=[]))["reviews"] == []
        refused = await loser.refused(CLAIM_REVIEWS, ids=[ids[0], ids[0], the_id(scene.claimed), "nonsense"])
        assert refused == [("NOT_FOUND", ["reviewIds", "3"])]


async def test_nobody_judges_their_own_work(tidemark: Tidemark) -> None:
    moderator = await a_moderator()
    annotation = await an_annotation(moderator)
    client = await tidemark.signed_in(moderator)
    [review] = (await client.ask("{ reviewBoard { waiting { edges { node { id annotation { id } } } } } }"))["reviewBoard"]["waiting"][
        "edges"
    ]

    async with unchanged():
        assert (await client.do(CLAIM_REVIEWS))["reviews"] == []
        refused = await client.refused(CLAIM_REVIEWS, ids=[review["node"]["id"]])
        assert refused == [("CONFLICT", ["reviewIds", "0"])]
        assert await client.refused(DECIDE, id=review["node"]["id"], decision="APPROVED") == [("CONFLICT", ["reviewId"])]
    assert review["node"]["annotation"]["id"] == the_id(annotation)


async def test_a_verdict_falls_once_however_often_it_is_sent(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    client, review = scene.client("moderator"), the_id(scene.claimed)
    before = await balances(scene.people["annotator"])

    told = await asyncio.gather(*(client.do(DECIDE, id=review, decision="APPROVED") for _ in range(4)))

    assert len({each["verdict"]["id"] for each in told}) == 1
    async with unchanged():
        assert await client.refused(DECIDE, id=review, decision="REJECTED", reasons=["SPAM"]) == [("ALREADY_DECIDED", ["reviewId"])]
    after = await balances(scene.people["annotator"])
    assert (after[0] - before[0], after[1] - before[1]) == (-12_000, 12_000)
    assert await verify() == []


def text_item(key: str) -> dict[str, Any]:
    return {"externalId": key, "content": [{"text": {"text": "A cat."}}]}


def image_item(key: str, upload: str) -> dict[str, Any]:
    return {"externalId": key, "content": [{"image": {"uploadId": upload}}]}


async def a_partner_with_a_project(tidemark: Tidemark) -> tuple[Client, str]:
    """Signed in with a token, whose bodies may be larger; the project is a draft without items."""
    partner = await a_user()
    organization = await an_organization(partner)
    _, secret = await ApiToken.issue(organization, name="all", scopes=list(Scope), by=partner)
    return tidemark.with_token(secret), the_id(await a_project(organization, items=0, state=ProjectState.DRAFT))
