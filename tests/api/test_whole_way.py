"""From a partner's photograph to an annotator's paid balance, live: plain HTTP and WebSocket clients, nothing of ours but the server."""

from __future__ import annotations

import asyncio
import email
import re
from pathlib import Path
from typing import Any

from models.ledger_proof import verify
from ops.settings import settings
from tests.api.client import Client, Tidemark
from tests.support.ceiling import CEILING_SECONDS
from tests.support.photos import a_photo
from tests.support.world import PASSWORD, a_moderator, an_admin

REGISTER = """mutation ($input: RegisterInput!) { register(input: $input) { accepted errors { code path } } }"""
CONFIRM = """mutation ($token: String!) { confirmEmail(token: $token) { viewer { emailConfirmed } errors { code } } }"""
SIGN_IN = """mutation ($input: SignInInput!) { signIn(input: $input) { viewer { id } errors { code path } } }"""
PROFILE = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { viewer { profile { missing } }
  errors { code path } } }"""
TUTORIAL = """{ tutorial { lessons { steps { id prompt passed } } } }"""
ANSWER_STEP = """mutation ($step: ID!, $answers: [AnswerInput!]!) {
  answerTutorialStep(stepId: $step, answers: $answers) { correct feedback progress { passedSteps totalSteps
  completedAt } errors { code path } } }"""
ORGANIZATION = """mutation { createOrganization(name: "Field Mice Ltd") { organization { id balance { amount } } errors { code path } } }"""
CREDIT = """mutation ($id: ID!) {
  creditOrganization(organizationId: $id, amount: "50", reference: "invoice 7", idempotencyKey: "i7") {
    organization { id } errors { code path } } }"""
TOKEN = """mutation ($input: ApiTokenInput!) { createApiToken(input: $input) { secret apiToken { id hint } errors { code path } } }"""
PROJECT = """mutation ($input: ProjectInput!) { createProject(input: $input) { project { id state } errors { code message path } } }"""
IMPORT = """mutation ($project: ID!, $items: [ItemInput!]!) {
  importItems(projectId: $project, items: $items) { imported existing errors { code message path } } }"""
FUND = """mutation ($project: ID!) {
  fundProject(projectId: $project, amount: "10", idempotencyKey: "f1") { project { budget { amount } } errors { code path } } }"""
OPEN = """mutation ($project: ID!) { setProjectState(projectId: $project, state: OPEN) { project { state openTasks }
  errors { code path } } }"""
STREAM = """subscription { taskStream(prefetch: 1) {
  id reward { amount } task { item { content { ... on ImageContent { url width height } } } project { form { key } } } } }"""
SUBMIT = """mutation ($id: ID!, $answers: [AnswerInput!]!) {
  submitAnnotation(assignmentId: $id, answers: $answers, activeSeconds: 3.5) { annotation { id state reward { amount
  } } errors { code path } } }"""
ACTIVITY = """subscription ($after: Cursor) { activity(after: $after) { __typename cursor at
  ... on VerdictIssued { verdict { decision reasons comment annotation { id } } wallet { pending { amount } available { amount } } }
  ... on AppealDecided { appeal { state } wallet { available { amount } } } } }"""
BOARD = """subscription ($after: Cursor) { reviewBoard(after: $after) { __typename cursor counts { waiting claimed decidedToday appeals }
  ... on ReviewQueued { review { id annotation { id answers { key value { ... on BoxAnswer { boxes { label x y width height } } } } } } }
  ... on AppealOpened { appeal { id message } } } }"""
CLAIM = """mutation { claimReviews(count: 10) { reviews { id annotation { id annotator { displayName } } } errors { code path } } }"""
DECIDE = """mutation ($id: ID!, $decision: Decision!, $reasons: [RejectionReason!], $comment: String) {
  decideReview(reviewId: $id, decision: $decision, reasons: $reasons, comment: $comment) { verdict { id decision }
  errors { code path } } }"""
APPEAL = """mutation ($id: ID!) { openAppeal(annotationId: $id, message: "Look at the left edge again.") { appeal {
  id dueAt } errors { code path } } }"""
DECIDE_APPEAL = """mutation ($id: ID!) {
  decideAppeal(appealId: $id, outcome: OVERTURNED, comment: "You are right.") { appeal { state } errors { code path } } }"""
WALLET = """{ viewer { activityCursor wallet { pending { amount } available { amount }
  transactions { edges { node { kind pendingDelta availableDelta } } } } } }"""
RESULTS = """query ($id: ID!) { project(id: $id) { progress { items done approved rejected inReview }
  results { edges { node { item { externalId } annotations { answers { key } annotator { displayName } } completedAt } } } } }"""
FORM = [{"key": "objects", "label": "Draw a box around the cat", "kind": {"box": {"classes": [{"key": "cat", "label": "Cat"}]}}}]


async def test_from_a_partners_photograph_to_a_paid_balance_and_an_overturned_appeal(tidemark: Tidemark, worker: None) -> None:
    partner = await joined(tidemark, "partner@example.test")
    admin = await tidemark.signed_in(await an_admin())
    organization = (await partner.do(ORGANIZATION))["organization"]["id"]
    await admin.do(CREDIT, id=organization)
    secret = (await partner.do(TOKEN, input=token_input(organization)))["secret"]
    machine = tidemark.with_token(secret)
    upload = await machine.upload(a_photo())
    project = (await machine.do(PROJECT, input=project_input(organization)))["project"]["id"]
    items = [{"externalId": f"photo-{n}", "content": [{"image": {"uploadId": upload, "alt": "A cat"}}]} for n in range(3)]
    assert (await machine.do(IMPORT, project=project, items=items))["imported"] == 3
    assert (await machine.do(IMPORT, project=project, items=items))["existing"] == 3
    await machine.do(FUND, project=project)
    assert (await machine.do(OPEN, project=project))["project"]["openTasks"] == 3

    moderators = [await tidemark.signed_in(await a_moderator()) for _ in range(2)]
    annotators = [await joined(tidemark, f"annotator{n}@example.test") for n in range(3)]
    for annotator in annotators:
        await passed_tutorial(annotator)

    async with moderators[0].following(BOARD) as board:
        await board.until("PresenceChanged")
        made = [await annotated(annotator) for annotator in annotators]
        queued = [await board.until("ReviewQueued") for _ in annotators]
    assert {event["review"]["annotation"]["id"] for event in queued} == set(made)
    assert queued[-1]["counts"]["waiting"] == 3

    # One is killed and comes back by its cursor: what happened meanwhile comes once, in order.
    cursor = (await annotators[0].ask(WALLET))["viewer"]["activityCursor"]
    async with annotators[0].following(ACTIVITY, after=cursor) as activity:
        activity.socket.connection.transport.abort()
    reviews = {review["annotation"]["id"]: review["id"] for review in (await moderators[0].do(CLAIM))["reviews"]}
    await moderators[0].do(DECIDE, id=reviews[made[0]], decision="REJECTED", reasons=["IMPRECISE_SHAPE"], comment="Too loose at the left.")
    for other in made[1:]:
        await moderators[0].do(DECIDE, id=reviews[other], decision="APPROVED")
    async with annotators[0].following(ACTIVITY, after=cursor) as activity, moderators[1].following(BOARD) as board:
        rejection = await activity.until("VerdictIssued")
        await annotators[0].do(APPEAL, id=made[0])
        appeal = (await board.until("AppealOpened"))["appeal"]
        await moderators[1].do(DECIDE_APPEAL, id=appeal["id"])
        decided = await activity.until("AppealDecided")
    assert rejection["verdict"]["reasons"] == ["IMPRECISE_SHAPE"]
    assert (rejection["wallet"]["pending"]["amount"], rejection["wallet"]["available"]["amount"]) == ("0", "0")
    assert (decided["appeal"]["state"], decided["wallet"]["available"]["amount"]) == ("OVERTURNED", "0.008")

    for annotator in annotators:
        wallet = (await annotator.ask(WALLET))["viewer"]["wallet"]
        assert (wallet["pending"]["amount"], wallet["available"]["amount"]) == ("0", "0.008")
    shown = (await machine.ask(RESULTS, id=project))["project"]
    assert shown["progress"] == {"items": 3, "done": 3, "approved": 3, "rejected": 0, "inReview": 0}
    assert {edge["node"]["item"]["externalId"] for edge in shown["results"]["edges"]} == {"photo-0", "photo-1", "photo-2"}
    assert await verify() == []


async def joined(tidemark: Tidemark, address: str) -> Client:
    """Registers, follows the link in the mail, signs in."""
    client = tidemark.anonymous
    given = {"email": address, "password": PASSWORD, "displayName": "Somebody", "acceptTerms": True}
    await client.do(REGISTER, input=given)
    assert await client.refused(SIGN_IN, input={"email": address, "password": PASSWORD}) == [("EMAIL_UNCONFIRMED", ["input", "email"])]
    assert (await client.do(CONFIRM, token=await token_mailed_to(address)))["viewer"]["emailConfirmed"]
    body = {"query": SIGN_IN, "variables": {"input": {"email": address, "password": PASSWORD}}}
    async with client.http.stream("POST", f"{client.origin}/graphql", json=body) as response:
        cookie = response.headers["set-cookie"].partition(";")[0]
    client.http.cookies.clear()
    client.headers = {"cookie": cookie}
    await client.do(PROFILE, input={"country": "PT", "languages": ["en"], "devices": ["DESKTOP"], "timeZone": "Europe/Lisbon"})
    return client


async def token_mailed_to(address: str) -> str:
    folder = Path(settings().mail_url.removeprefix("file:"))
    async with asyncio.timeout(CEILING_SECONDS):
        while True:
            for path in folder.glob("*.eml"):
                letter = email.message_from_string(path.read_text())
                found = re.search(r"token=([\w-]+)", letter.get_payload(decode=True).decode())  # type: ignore[union-attr]
                if letter["To"] == address and found:
                    return found[1]
            await asyncio.sleep(0.05)


async def passed_tutorial(client: Client) -> None:
    from models.tutorial.lessons import LESSONS
    from tests.support.inputs import answers_input

    assert await client.error("subscription { taskStream { id } }") is not None
    steps = [step for lesson in (await client.ask(TUTORIAL))["tutorial"]["lessons"] for step in lesson["steps"]]
    known = [step for lesson in LESSONS for step in lesson.steps]
    for step, answer in zip(steps, known, strict=True):
        done = await client.do(ANSWER_STEP, step=step["id"], answers=answers_input(answer.answers))
        assert done["correct"], done
    assert done["progress"]["completedAt"]


async def annotated(client: Client) -> str:
    """Takes the task that the stream brings, and answers it."""
    async with client.following(STREAM) as stream:
        assignment = await stream.next()
    # The stream is left before: it would lease the next task in place of this one, and there is one for each.
    answers = [{"key": "objects", "value": {"boxes": [{"label": "cat", "x": 10, "y": 10, "width": 60, "height": 50}]}}]
    return str((await client.do(SUBMIT, id=assignment["id"], answers=answers))["annotation"]["id"])


def token_input(organization: str) -> dict[str, Any]:
    return {"organizationId": organization, "name": "importer", "scopes": ["PROJECTS_READ", "PROJECTS_WRITE", "RESULTS_READ"]}


def project_input(organization: str) -> dict[str, Any]:
    return {
        "organizationId": organization,
        "title": "Cats",
        "kind": "DETECTION",
        "instructions": "Draw a tight box around every cat.",
        "form": FORM,
        "pricePerThousand": "8",
    }
