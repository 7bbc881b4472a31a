"""A list costs as many SQL statements with fifty rows as with five: how many stands here, and whoever adds one says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from graphql import FieldNode, GraphQLObjectType, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, visit

from models import (
    Appeal,
    AuditEntry,
    Coin,
    Decision,
    FraudKind,
    FraudSignal,
    Project,
    Qualification,
    QualificationSpec,
    StandingStep,
    User,
)
from ops.database import sql
from quality.ladder import Step
from tests.api.client import Client, Tidemark
from tests.api.documents import SCHEMA
from tests.api.scene import the_id
from tests.support.payouts import a_batch, earn, requested, signed_and_sent, topped_up
from tests.support.sql import counted_sql
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    an_audit,
    an_organization,
    appealed,
    bring_items,
    decided,
)

FEW, MANY = 5, 50
# In test_help.py.
ELSEWHERE = {"Query.tickets", "User.tickets"}
NESTED = """id state answers { key } item { id content { __typename } externalId problems { kind } heldAt }
  project { title openTasks blockedBy organization { name balance { amount } } budget { amount } progress { items } }
  assignment { id draft { key } annotation { id } task { item { id } project { id } } }
  verdict { decision annotation { id } } appeal { state annotation { id } } annotator { displayName standing { accuracy } }"""
WITHDRAWAL = """id amount { amount } coinAmount rate state heldUntil holdReason txid confirmations explorerUrl timeline { state at }
  requestedBy { displayName standing { status } }"""
# (who asks, what, the most statements). One of them finds the session. Where fields race for the same loader, rows that are asked for by
# two ways may come in one batch or in two: so one more than usual is allowed there, and never one more a row.
LISTS: dict[str, tuple[str, str, int]] = {
    "own assignments": (
        "annotator",
        f"{{ viewer {{ assignments(first: 50) {{ edges {{ node {{ id annotation {{ {NESTED} }} }} }} }} }} }}",
        17,
    ),
    "own annotations": ("annotator", f"{{ viewer {{ annotations(first: 50) {{ edges {{ node {{ {NESTED} }} }} }} }} }}", 17),
    "own appeals": (
        "annotator",
        f"{{ viewer {{ appeals(first: 50) {{ edges {{ node {{ state step {{ step }} annotation {{ {NESTED} }} }} }} }} }} }}",
        17,
    ),
    "transactions": (
        "annotator",
        f"{{ viewer {{ wallet {{ transactions(first: 50) {{ edges {{ node {{ kind annotation {{ {NESTED} }} }} }} }} }} }} }}",
        17,
    ),
    "own withdrawals": ("annotator", f"{{ viewer {{ withdrawals(first: 50) {{ edges {{ node {{ {WITHDRAWAL} }} }} }} }} }}", 6),
    "withdrawals in the history": (
        "annotator",
        f"""{{ viewer {{ wallet {{ transactions(first: 50, kinds: [WITHDRAWAL_REQUESTED]) {{ edges {{ node {{
            kind withdrawal {{ {WITHDRAWAL} }} }} }} }} }} }} }}""",
        8,
    ),
    "all withdrawals": ("admin", f"{{ withdrawals(first: 50) {{ edges {{ node {{ {WITHDRAWAL} }} }} }} }}", 6),
    "held withdrawals": ("admin", f"{{ withdrawals(first: 50, held: true) {{ edges {{ node {{ {WITHDRAWAL} }} }} }} }}", 6),
    "batches": (
        "admin",
        "{ payoutBatches(first: 50) { edges { node { coin state withdrawals amount { amount } coinAmount networkFee rate txid } } } }",
        2,
    ),
    "offered projects": (
        "annotator",
        "{ projects(first: 50) { edges { node { title openTasks blockedBy budget { amount } organization { name } } } } }",
        6,
    ),
    "waiting": (
        "moderator",
        f"""{{ reviewBoard {{ waiting(first: 50) {{ edges {{ node {{ id annotation {{ {NESTED} }} others {{ id verdict {{ id }} }}
            claimedBy {{ id }} }} }} }} }} }}""",
        22,
    ),
    "claimed": (
        "moderator",
        f"{{ reviewBoard {{ claimed(first: 50) {{ edges {{ node {{ id annotation {{ {NESTED} }} claimedBy {{ displayName }} }} }} }} }} }}",
        21,
    ),
    "decided": ("moderator", f"{{ reviewBoard {{ decided(first: 50) {{ edges {{ node {{ {NESTED} }} }} }} }} }}", 20),
    "appeals": (
        "moderator",
        f"""{{ reviewBoard {{ appeals(first: 50) {{ edges {{ node {{ id annotation {{ {NESTED} }} annotator {{ displayName }}
            step {{ step kind reason appeal {{ id }} }} }} }} }} }} }}""",
        22,
    ),
    "held": (
        "moderator",
        f"{{ reviewBoard {{ mine {{ id reason risk suggestion conflicts {{ key }} annotation {{ {NESTED} mended {{ key }} }} }} }} }}",
        21,
    ),
    "audits": (
        "moderator",
        f"""{{ reviewBoard {{ audits(first: 50) {{ edges {{ node {{ id verdict {{ basis conflicts {{ key }} }}
            annotation {{ {NESTED} }} }} }} }} }} }}""",
        21,
    ),
    "gold": (
        "partner",
        """query ($id: ID!) { project(id: $id) { judging { byGold agreement audited gold(first: 50) { edges { node {
            judged right retiredAt answers { key } item { externalId } } } }
            fields { agreement confusion { times } } days { byGold } } } }""",
        10,
    ),
    "judging of projects": (
        "partner",
        """{ organizations { projects(first: 50) { edges { node { outlook { seconds } judging { byGold agreement audited wrong
            thresholds { match } fields { agreement classes { key } confusion { times } } days { byGold agreement } } } } } } }""",
        10,
    ),
    "tests of an organization": (
        "partner",
        """{ organizations { qualifications(first: 50) { edges { node { title project { title judging { audited } } questions { id }
            figures { attempts passRate } } } } } }""",
        14,
    ),
    "outlooks": (
        "annotator",
        """{ projects(first: 50) { edges { node { outlook { seconds hourly { amount } rejectionRate } judging { audited } form { key }
            requirements { qualifications { title figures { passed } } } } } } }""",
        5,
    ),
    "overturned": (
        "admin",
        """{ overturned { moderator { displayName standing { status } } project { title organization { name } } source basis rejected
            share isTooOften } }""",
        7,
    ),
    "annotators": ("admin", "{ annotators(first: 50) { edges { node { displayName standing { status accuracy } } } } }", 3),
    "standings": (
        "admin",
        """{ annotators(first: 50) { edges { node { standing { steps { step reason appeal { id } } nearing { rule margin }
            kinds { kind accuracy } recent { upper } pace { share } finished { share } rules { margin } inForce { step } } } } } }""",
        8,
    ),
    "fraud signals": (
        "moderator",
        """{ fraudSignals(first: 50) { edges { node { kind words annotators { displayName } annotations { id verdict { id } }
            dismissedBy { displayName } } } } }""",
        5,
    ),
    "organizations": (
        "admin",
        "{ allOrganizations(first: 50) { edges { node { name createdAt balance { amount } members { displayName email } } } } }",
        4,
    ),
    "audit log": ("admin", "{ auditLog(first: 50) { edges { node { actor action subject reason } } } }", 3),
    "projects": (
        "partner",
        """{ organizations { projects(first: 50) { edges { node { title budget { amount } progress { items approved } openTasks blockedBy
            organization { name balance { amount } } } } } } }""",
        10,
    ),
    "items": (
        "partner",
        """query ($id: ID!) { project(id: $id) { items(first: 50) { edges { node { externalId content { __typename } heldAt
            problems { kind message } } } } } }""",
        6,
    ),
    "results": (
        "partner",
        f"""query ($id: ID!) {{ project(id: $id) {{ results(first: 50) {{ edges {{ node {{
            item {{ externalId }} annotations {{ {NESTED} }} }} }} }} }} }}""",
        19,
    ),
}


@dataclass
class Rows:
    """As many of everything as `grow` was asked for."""

    partner: User
    annotator: User
    moderator: User
    admin: User
    project: Project
    finished: Project
    # With known answers, and verdicts that were given automatically.
    checked: Project
    number: int = 0

    async def grow(self, to: int) -> None:
        organization = await self.project.organization
        for project in (self.project, self.finished, self.checked):
            await bring_items(project, 2 * (to - self.number), prefix=f"up to {to}")
        await bring_items(self.checked, to - self.number, prefix=f"gold up to {to}", gold=a_choice())
        for _ in range(self.number, to):
            somebody = await a_user()
            await an_organization(somebody, dollars=0)
            await AuditEntry.record("suspendAnnotator", by=somebody, subject=self.annotator, reason="Rude.")
            await StandingStep.impose(somebody.id, Step.WARNED, reason="Poor.")
            step = await StandingStep.impose(somebody.id, Step.RESTRICTED, reason="Poor.", until=await sql.now() + timedelta(days=1))
            await Appeal.add(step_id=step.id, user_id=somebody.id, message="Look again.", due_at=await sql.now() + timedelta(days=3))
            tested = await a_project(organization, items=1, budget_micros=12_000)
            await self._ask_for_a_test(tested)
            await decided(await an_annotation(self.annotator, self.finished), Decision.APPROVED, self.moderator)
            rejected = await an_annotation(self.annotator, self.project)
            await decided(rejected, Decision.REJECTED, await a_moderator())
            await appealed(rejected)
            evidence = {"found": 1, "counted": 1, "seconds": 0.2, "annotations": [rejected.id]}
            await FraudSignal.raise_for(FraudKind.IMPOSSIBLE_SPEED, str(somebody.id), [somebody.id], evidence)
        await self._withdraw(to - self.number)
        for _ in range(self.number, to):
            await an_audit(await an_annotation(self.annotator, self.checked))
        others = [await an_annotator() for _ in range(2)]
        for _ in range(self.number, to):
            await an_annotation(others[0], self.project)
            held = await an_annotation(others[1], self.project)
            await sql.run(
                """UPDATE reviews SET claimed_by_id = $2, claimed_at = now(), claim_expires_at = now() + interval '1 hour'
                   WHERE annotation_id = $1""",
                held.id,
                self.moderator.id,
            )
        self.number = to

    async def _ask_for_a_test(self, project: Project) -> None:
        qualification = await Qualification.make(self.checked, QualificationSpec("Cats", "Look.", 0.5, 24, 1))
        await sql.run("UPDATE projects SET qualification_ids = ARRAY[$2::bigint] WHERE id = $1", project.id, qualification.id)

    async def _withdraw(self, number: int) -> None:
        """So many batches of one withdrawal each, and so many that are held."""
        for _ in range(number):
            await earn(self.annotator, 1_000_000)
            await requested(self.annotator, 500_000)
            batch = await a_batch()
            await signed_and_sent(batch)
            await batch.see(Coin.LTC.confirmations)
            assert await batch.settle()
        for _ in range(number):
            await (await requested(self.annotator, 500_000)).hold(by=self.admin, until=await sql.now() + timedelta(days=1), reason="Odd.")


def test_every_page_of_the_schema_is_counted() -> None:
    pages = {
        f"{parent.name}.{name}"
        for parent in SCHEMA.type_map.values()
        if isinstance(parent, GraphQLObjectType)
        for name, field in parent.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    }

    asked = set().union(*(fields_of(document) for _, document, _ in LISTS.values()))

    assert pages - ELSEWHERE <= asked


def fields_of(document: str) -> set[str]:
    found: set[str] = set()
    types = TypeInfo(SCHEMA)

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = types.get_parent_type()
            assert parent is not None
            found.add(f"{parent.name}.{node.name.value}")

    visit(parse(document), TypeInfoVisitor(types, Fields()))
    return found


async def test_a_list_costs_the_same_with_fifty_rows_as_with_five(tidemark: Tidemark) -> None:
    partner, moderator, admin = await a_user(), await a_moderator(), await an_admin()
    organization = await an_organization(partner, dollars=10_000)
    project = await a_project(organization, items=0, overlap=4, budget_micros=1_000_000_000)
    finished = await a_project(organization, items=0, budget_micros=1_000_000_000)
    checked = await a_project(organization, items=0, budget_micros=1_000_000_000)
    of = {"results": finished, "gold": checked}
    rows = Rows(partner, await an_annotator(), moderator, admin, project, finished, checked)
    clients = {name: await tidemark.signed_in(getattr(rows, name)) for name in ("partner", "annotator", "moderator", "admin")}

    async def grown(number: int) -> None:
        await rows.grow(number)
        # Once in a while a session is noted as seen; on a slow machine it is time for that.
        for client in clients.values():
            await client.ask("{ viewer { id } }")

    await topped_up(Coin.LTC, 10**12)
    await grown(FEW)
    few = {name: await counted(clients[who], document, of.get(name, project)) for name, (who, document, _) in LISTS.items()}
    await grown(MANY)
    many = {name: await counted(clients[who], document, of.get(name, project)) for name, (who, document, _) in LISTS.items()}

    for name, (_, _, most) in LISTS.items():
        assert few[name][1] >= FEW, name
        assert many[name][1] >= MANY, name
        for statements, _ in (few[name], many[name]):
            assert len(statements) <= most, (name, *statements)


async def counted(client: Client, document: str, project: Project) -> tuple[list[str], int]:
    """Statements, and rows shown."""
    with counted_sql() as statements:
        told = await client.ask(document, id=the_id(project))
    return statements, len(edges_in(told) or longest_in(told))


def longest_in(told: Any) -> list[Any]:
    """Of what is no page: all that came of it."""
    lists = [told] if isinstance(told, list) else []
    inner = told if isinstance(told, list) else told.values() if isinstance(told, dict) else ()
    return max([*lists, *map(longest_in, inner)], key=len, default=[])


def edges_in(told: Any) -> list[Any] | None:
    """The first list of edges on the way down."""
    if isinstance(told, list):
        return edges_in(told[0]) if told else None
    if not isinstance(told, dict):
        return None
    if "edges" in told:
        return list(told["edges"])
    return next((found for each in told.values() if isinstance(each, dict | list) and (found := edges_in(each)) is not None), None)
