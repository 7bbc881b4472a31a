"""A small world in which everything that the API names exists once for its owner and once for somebody else; and a proof that nothing
of it was changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models import (
    Annotation,
    ApiToken,
    Appeal,
    Assignment,
    AuditSample,
    Coin,
    Decision,
    FraudKind,
    FraudSignal,
    Item,
    MailToken,
    Organization,
    PayoutBatch,
    Project,
    ProjectState,
    Purpose,
    Qualification,
    QualificationAttempt,
    QualificationSpec,
    Quote,
    Review,
    Role,
    Scope,
    Session,
    User,
    Withdrawal,
    sanction,
)
from models.qualification_attempt import Question
from ops.database import sql
from schema.ids import public_id
from tests.api.client import Client, Tidemark
from tests.conftest import KEPT_TABLES
from tests.support.payouts import a_batch, a_batch_in_conflict, earn, requested, signed_and_sent, topped_up
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    an_assignment,
    an_audit,
    an_organization,
    bring_items,
    decided,
)


@dataclass(slots=True)
class Scene:
    tidemark: Tidemark
    # Clients by who they are.
    clients: dict[str, Client]
    people: dict[str, User]
    organization: Organization
    rival_organization: Organization
    project: Project
    draft: Project
    rival_draft: Project
    item: Item
    rival_item: Item
    # Asked for by a project that the annotator alone would fit, who has its questions before them.
    qualification: Qualification
    questions: list[Question]
    token: ApiToken
    rival_token: ApiToken
    leased: Assignment
    in_review: Annotation
    waiting: Review
    claimed: Review
    approved: Annotation
    rejected: Annotation
    appealed: Annotation
    appeal: Appeal
    # Of a verdict on the annotator's work that was given automatically; and an item with its result.
    audit: AuditSample
    finished: Item
    # The annotator's: on its way in the batch, held, and just asked for.
    sent: Withdrawal
    batch: PayoutBatch
    # Of the annotator, and never to be paid.
    conflicted: PayoutBatch
    held: Withdrawal
    requested: Withdrawal
    foreign_withdrawal: Withdrawal
    # Another browser of the annotator's, and one of the stranger's.
    spare_session: Session
    foreign_session: Session
    # Of the stranger.
    signal: FraudSignal
    confirmation: str
    reset: str

    def client(self, who: str) -> Client:
        return self.clients[who]

    def person(self, who: str) -> str:
        """As an Annotator."""
        return public_id("Annotator", self.people[who].id)


def the_id(row: Any) -> str:
    return public_id(type(row).__name__, row.id)


async def a_scene(tidemark: Tidemark) -> Scene:
    annotator, stranger = await an_annotator(languages=["en", "is"]), await an_annotator()
    moderator, second, admin = await a_moderator(), await a_moderator(), await an_admin()
    partner, rival = await a_user(Role.PARTNER), await a_user(Role.PARTNER)
    newcomer, unconfirmed = await a_user(tutorial=False), await a_user(confirmed=False, tutorial=False)
    organization, rival_organization = await an_organization(partner), await an_organization(rival)
    project = await a_project(organization, items=8)
    draft = await a_project(organization, items=0, state=ProjectState.DRAFT)
    rival_draft = await a_project(rival_organization, items=1, state=ProjectState.DRAFT)
    qualification = await _qualification(organization)
    token, secret = await ApiToken.issue(organization, name="all", scopes=list(Scope), by=partner)
    _, blind = await ApiToken.issue(organization, name="blind", scopes=[Scope.RESULTS_READ], by=partner)
    _, writing = await ApiToken.issue(organization, name="writing", scopes=[Scope.PROJECTS_WRITE], by=partner)
    rival_token, rival_secret = await ApiToken.issue(rival_organization, name="all", scopes=list(Scope), by=rival)
    approved, rejected, appealed, held, in_review = [await an_annotation(annotator, project) for _ in range(5)]
    await decided(approved, Decision.APPROVED, moderator)
    await decided(rejected, Decision.REJECTED, moderator)
    await decided(appealed, Decision.REJECTED, moderator)
    audit = await an_audit(await an_annotation(annotator, await a_project(organization, items=1)))
    [claimed] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=held.id)).id])
    withdrawals = await _withdrawals(annotator, stranger, admin)
    people = {
        "annotator": annotator,
        "stranger": stranger,
        "newcomer": newcomer,
        "unconfirmed": unconfirmed,
        "moderator": moderator,
        "second": second,
        "admin": admin,
        "partner": partner,
        "rival": rival,
        "suspended": await _suspended(moderator),
    }
    clients = {who: await tidemark.signed_in(user) for who, user in people.items()} | {
        "anonymous": tidemark.anonymous,
        "token": tidemark.with_token(secret),
        "blind token": tidemark.with_token(blind),
        "writing token": tidemark.with_token(writing),
        "rival token": tidemark.with_token(rival_secret),
    }
    return Scene(
        tidemark=tidemark,
        clients=clients,
        people=people,
        organization=organization,
        rival_organization=rival_organization,
        project=project,
        draft=draft,
        rival_draft=rival_draft,
        item=await Item.get(project_id=project.id, external_id="item-7"),
        rival_item=await Item.get(project_id=rival_draft.id),
        qualification=qualification,
        questions=(await QualificationAttempt.offer(annotator.id, [qualification.id]))[qualification.id],
        token=token,
        rival_token=rival_token,
        leased=await an_assignment(annotator, project),
        in_review=in_review,
        waiting=await Review.get(annotation_id=in_review.id),
        claimed=claimed,
        approved=approved,
        rejected=rejected,
        appealed=appealed,
        **withdrawals,
        appeal=await Appeal.against_rejection(appealed, "Look again."),
        audit=audit,
        finished=await Item.get(id=approved.item_id),
        spare_session=(await Session.open(annotator, "spare"))[0],
        foreign_session=(await Session.open(stranger, "foreign"))[0],
        signal=await _signal(stranger),
        confirmation=await MailToken.issue(unconfirmed, Purpose.CONFIRM),
        reset=await MailToken.issue(stranger, Purpose.RESET),
    )


async def _qualification(organization: Organization) -> Qualification:
    project = await a_project(organization, items=0, languages=["is"])
    await bring_items(project, 3, prefix="gold", gold=a_choice())
    spec = QualificationSpec(title="Cats", guide="Look at the ears.", pass_score=0.5, retry_hours=24, question_count=2)
    qualification = await Qualification.make(project, spec)
    await sql.run("UPDATE projects SET qualification_ids = ARRAY[$2::bigint] WHERE id = $1", project.id, qualification.id)
    return qualification


async def _suspended(moderator: User) -> User:
    suspended = await an_annotator()
    await sanction.suspend(suspended, by=moderator, reason="Several accounts.")
    return suspended


async def _signal(user: User) -> FraudSignal:
    evidence = {"found": 12, "counted": 20, "seconds": 0.2}
    await FraudSignal.raise_for(FraudKind.IMPOSSIBLE_SPEED, str(user.id), [user.id], evidence)
    return await FraudSignal.all().get()


async def _withdrawals(annotator: User, stranger: User, admin: User) -> dict[str, Any]:
    for person in (annotator, stranger):
        await earn(person, 3_000_000)
    await topped_up(Coin.LTC, 10_000_000)
    await Quote.keep([(coin, "fixed", 100_000_000) for coin in Coin])
    sent = await requested(annotator, 500_000)
    batch = await a_batch()
    await signed_and_sent(batch)
    held = await requested(annotator, 600_000)
    await held.hold(by=admin, until=await sql.now() + timedelta(days=2), reason="A new address.")
    return {
        "sent": sent,
        "batch": batch,
        "conflicted": await a_batch_in_conflict(annotator),
        "held": held,
        "requested": await requested(annotator, 700_000, key="asked"),
        "foreign_withdrawal": await requested(stranger, 700_000),
    }


@asynccontextmanager
async def unchanged() -> AsyncIterator[None]:
    """Nothing in any table is another afterwards, but when a token was used last."""
    before = await digests()
    yield
    after = await digests()
    assert after == before, {name for name in before if before[name] != after[name]}


async def digests() -> dict[str, str]:
    """By table, of all its rows."""
    tables = await sql.rows(
        """SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname <> ALL($1)
           AND relnamespace = 'public'::regnamespace ORDER BY relname""",
        list(KEPT_TABLES),
    )
    asked = " UNION ALL ".join(
        f"""SELECT '{row["relname"]}' AS name,
            md5(string_agg((to_jsonb(t) - 'last_used_at')::text, ' ' ORDER BY to_jsonb(t)::text)) AS digest FROM "{row["relname"]}" t"""
        for row in tables
    )
    return {row["name"]: row["digest"] for row in await sql.rows(asked)}
