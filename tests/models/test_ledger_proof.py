"""Every check of the proof can fail: each is broken by hand, in a transaction that is rolled back, and names what was done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tortoise.transactions import in_transaction

from models import Appeal, AppealOutcome, Assignment, Coin, Decision, ProjectState
from models.hot_wallet import hot_wallet
from models.ledger import budget
from models.ledger_proof import BALANCES, BOOKS, MOST_NAMED, breaches, verify
from models.payout_proof import PAYOUTS
from models.work_proof import PAY, WORK
from ops.database import sql
from tests.support.payouts import SIGNED, a_batch, an_annotator_with, requested, signed_and_sent, topped_up
from tests.support.world import (
    a_moderator,
    a_project,
    an_annotation,
    an_annotator,
    decided,
)


class Undone(Exception):
    """Ends a transaction without keeping anything of it."""


@asynccontextmanager
async def tampering(statement: str, *allowing: str) -> AsyncIterator[None]:
    """As somebody with full rights would, past triggers and foreign keys; `allowing` drops constraints first."""
    with pytest.raises(Undone):
        async with in_transaction():
            await sql.run("SET LOCAL session_replication_role = replica")
            for drop in allowing:
                await sql.run(drop)
            assert await sql.run(statement) >= 1, "the statement changed nothing"
            yield
            raise Undone


async def a_busy_world() -> None:
    """An installation in which everything happened at least once; the ids are those of the first rows.

    Annotations: 1 approved, 2 rejected and contested, 3 in review, 4 rejected and overturned, 5 rejected and released,
    all of project 1 by user 2. Project 2 is closed. User 2 holds an assignment, user 3 is a moderator.
    """
    project = await a_project(items=8, budget_micros=200_000)
    annotator, moderator, other = await an_annotator(), await a_moderator(), await a_moderator()
    for decision in (Decision.APPROVED, Decision.REJECTED, None, Decision.REJECTED, Decision.REJECTED):
        annotation = await an_annotation(annotator, project)
        if decision:
            await decided(annotation, decision, moderator)
        if annotation.id == 4:
            appeal = await Appeal.against_rejection(annotation, "Look again.")
            await appeal.decide(other, AppealOutcome.OVERTURNED, "Right.")
        if annotation.id == 5:
            appeal = await Appeal.against_rejection(annotation, "Look again.")
            await appeal.decide(other, AppealOutcome.UPHELD, "No.")
    await Assignment.lease(annotator.id, up_to=1)
    closed = await a_project(items=2)
    await closed.set_state(ProjectState.CLOSED)
    await budget(project.id).checkpoint()
    await a_payday()


async def a_payday() -> None:
    """Withdrawals 1 and 2 are settled in batch 1, 3 is signed in batch 2, 4 waits, 5 is cancelled."""
    rich = await an_annotator_with(5_000_000)
    await topped_up(Coin.LTC, 10**8)
    for _ in range(2):
        await requested(rich, 777_777)
    batch = await a_batch(rate=81_370_000)
    await signed_and_sent(batch)
    await batch.see(6)
    await batch.settle()
    await requested(rich, 600_000)
    await (await a_batch()).keep_signed(**SIGNED)
    await requested(rich, 500_000)
    await (await requested(rich, 500_000)).cancel()


async def test_a_busy_world_is_clean() -> None:
    await a_busy_world()

    assert await verify() == []


PERSONAL_ENTRY = "(SELECT id FROM entries WHERE key = 'approve:1')"
NEVER_NEGATIVE = "ALTER TABLE wallets DROP CONSTRAINT wallet_pending_not_negative"
# Whole and balanced, as all that goes through the ledger's own door.
AN_ENTRY = (
    "WITH e AS (INSERT INTO entries (key, kind) VALUES ('{key}', '{kind}') RETURNING id) "
    "INSERT INTO postings (entry_id, account, owner_id, currency, amount) SELECT e.id, m.* FROM e, (VALUES {moves}) AS m"
)
# What is done, what the proof says of it, and which constraints stand in the way.
TAMPERED: dict[str, tuple[str, str, *tuple[str, ...]]] = {
    "an entry loses its postings": ("DELETE FROM postings WHERE entry_id = 1", "entry credit:1:credit has 0 postings, and needs two"),
    "an entry is left with one posting": (
        "DELETE FROM postings WHERE entry_id = 1 AND account = 'DEPOSITS'",
        "entry credit:1:credit has 1 postings, and needs two",
    ),
    "a posting is raised": (
        "UPDATE postings SET amount = amount + 1 WHERE entry_id = 1 AND account = 'BALANCE'",
        "entry credit:1:credit sums to 1 USD, not to zero",
    ),
    "money appears": (
        "INSERT INTO postings (entry_id, account, owner_id, amount) VALUES (1, 'BUDGET', 1, 7)",
        "all postings together sum to 7 USD, not to zero",
    ),
    "an account is made up": (
        "UPDATE postings SET account = 'POCKET' WHERE entry_id = 1 AND account = 'BALANCE'",
        "1 postings are to an account of an unknown kind, POCKET",
    ),
    "an entry tells another story": (
        "UPDATE entries SET available = available + 1 WHERE key = 'approve:1'",
        "entry approve:1 says that it moved {-12000,12001,0,0}, its postings say {-12000,12000,0,0}",
    ),
    "an entry is another's": (
        "UPDATE entries SET user_id = 3 WHERE key = 'approve:1'",
        "entry approve:1 is of user 3 and moves the wallet of user 2",
    ),
    "a checkpoint is wrong": (
        "UPDATE checkpoints SET balance = balance + 5",
        "checkpoint of budget 1 says 92005, its postings say 92000",
    ),
    "a wallet is filled": (
        "UPDATE wallets SET available = available + 1 WHERE user_id = 2",
        "wallet of user 2 says {12000,24001,0,0}, its postings say {12000,24000,0,0}",
    ),
    "the platform is to pay what the project paid": (
        "UPDATE verdicts SET on_platform = true WHERE annotation_id = 4 AND source = 'APPEAL'",
        "annotation 4 cost the platform 0, and all of its reward of 12000 is the platform's",
    ),
    "a wallet is gone": ("DELETE FROM wallets WHERE user_id = 3", "user 3 has no wallet"),
    "a wallet is overdrawn": (
        "UPDATE wallets SET pending = -1 WHERE user_id = 3",
        "wallet of user 3 is below zero: {-1,0,0,0}",
        NEVER_NEGATIVE,
    ),
    "a project spends what it has not": (
        "UPDATE postings SET amount = amount - 10000000 WHERE account = 'BUDGET' AND owner_id = 1 AND amount > 100000",
        "budget of 1 is below zero",
    ),
    "an organization spends what it has not": (
        "UPDATE postings SET amount = -1 WHERE account = 'BALANCE' AND entry_id = 1",
        "balance of 1 is below zero",
    ),
    "a project's money is nobody's": ("UPDATE postings SET owner_id = 99 WHERE account = 'CONTESTED'", "contested of 99 belongs to nobody"),
    "the system has a second pocket": ("UPDATE postings SET owner_id = 1 WHERE account = 'DEPOSITS'", "deposits of 1 belongs to nobody"),
    "a task opens without money": (
        "UPDATE tasks SET state = 'OPEN' WHERE id = (SELECT task_id FROM annotations WHERE id = 3)",
        "project 1 has 60000 reserved, and its open tasks need 72000",
    ),
    "a rejection is settled without money": (
        "UPDATE verdicts SET settled_at = now() WHERE annotation_id = 2",
        "project 1 has 12000 contested, and its unsettled rejections are worth 0",
    ),
    "an approval is forgotten": (
        "UPDATE annotations SET state = 'REJECTED' WHERE id = 1",
        "project 1 was given 200000, and 188000 is accounted for",
    ),
    "a review is forgotten": (
        "UPDATE annotations SET state = 'APPROVED' WHERE id = 3",
        "user 2 has 12000 pending, and annotations worth 0 in review",
    ),
    "more is available than was approved": (
        "UPDATE annotations SET state = 'REJECTED' WHERE id = 1",
        "user 2 has or had 24000 to withdraw, and approved annotations worth 12000",
    ),
    "an annotation earned nothing": ("UPDATE entries SET key = 'gone' WHERE key = 'earn:1'", "annotation 1 lacks its entry earn:1"),
    "an approval is unpaid": ("UPDATE entries SET key = 'gone' WHERE key = 'approve:1'", "annotation 1 lacks its entry approve:1"),
    "a rejection moved nothing": ("UPDATE entries SET key = 'gone' WHERE key = 'reject:2'", "annotation 2 lacks its entry reject:2"),
    "a won appeal is unpaid": ("UPDATE entries SET key = 'gone' WHERE key = 'appeal:4'", "annotation 4 lacks its entry appeal:4"),
    "a reward was changed afterwards": (
        "UPDATE annotations SET reward_micros = 1 WHERE id = 1",
        "entry approve:1 is not what annotation 1 demands",
    ),
    "an entry has no verdict": ("DELETE FROM verdicts WHERE annotation_id = 1", "entry approve:1 (APPROVED) belongs to no verdict"),
    "an annotation is paid twice": (
        "INSERT INTO entries (key, kind, user_id, annotation_id, available) VALUES ('approve:1:again', 'APPROVED', 2, 1, 12000)",
        "annotation 1 was paid 24000, and its reward is 12000",
    ),
    "another project pays": (
        "UPDATE postings SET owner_id = 2 WHERE account = 'RESERVED' AND entry_id = (SELECT id FROM entries WHERE key = 'earn:1')",
        "the money of entry earn:1 moved from or to another project than annotation 1 is of",
    ),
    "a released rejection is contested": (
        "UPDATE verdicts SET settled_at = NULL WHERE annotation_id = 5",
        "rejection of annotation 5 is contested, and its money was released",
    ),
    "a settled rejection is not released": (
        "UPDATE entries SET key = 'gone' WHERE key = 'release:5'",
        "rejection of annotation 5 is settled, and its money was not released",
    ),
    "an overturned rejection is released": (
        "UPDATE entries SET key = 'release:4' WHERE key = 'release:5'",
        "rejection of annotation 4 is overturned, and its money was released",
    ),
    "a release is of nothing": (
        "UPDATE entries SET key = 'release:3' WHERE key = 'release:5'",
        "entry release:3 releases what no rejection holds",
    ),
    "an item is answered too often": (
        "UPDATE annotations SET item_id = 1, state = 'APPROVED' WHERE id = 5",
        "item 1 has 2 approved annotations, and 1 asked for, besides 0 overturned appeals",
    ),
    "a leased task is open": ("UPDATE tasks SET state = 'OPEN' WHERE state = 'LEASED'", "is OPEN and leased 1 times"),
    "a leased task is nobody's": ("UPDATE assignments SET state = 'EXPIRED' WHERE state = 'LEASED'", "is LEASED and leased 0 times"),
    "a task is two people's": (
        (
            "INSERT INTO assignments (task_id, item_id, project_id, annotator_id, reward_micros, lease_expires_at) "
            "SELECT task_id, item_id, project_id, 3, reward_micros, now() FROM assignments WHERE state = 'LEASED'"
        ),
        "is LEASED and leased 2 times",
        "DROP INDEX one_lease_of_a_task",
    ),
    "an answered task waits": (
        "UPDATE tasks SET state = 'WAITING' WHERE id = (SELECT task_id FROM annotations WHERE id = 3)",
        "is WAITING, with 1 annotations in review and 0 approved",
    ),
    "a task is answered by nobody": (
        "UPDATE tasks SET state = 'SUBMITTED' WHERE state = 'OPEN'",
        "is SUBMITTED, with 0 annotations in review and 0 approved",
    ),
    "a closed project works on": ("UPDATE tasks SET state = 'WAITING' WHERE project_id = 2", "is WAITING in project 2, which is CLOSED"),
    "an open project's task is closed": ("UPDATE tasks SET state = 'CLOSED' WHERE state = 'OPEN'", "is CLOSED in project 1, which is OPEN"),
    "what became gold is still asked": (
        "UPDATE items SET gold = '[]', made_of_id = (SELECT item_id FROM tasks WHERE state = 'OPEN' ORDER BY id LIMIT 1) WHERE id = 1",
        "is OPEN, and gold was made of its item",
    ),
    "a done item is still asked": (
        "UPDATE items SET completed_at = now(), completed_xid = 1 WHERE id IN (SELECT item_id FROM tasks WHERE state = 'OPEN')",
        "is OPEN, and its item needs no more answers",
    ),
    "a draft's task is open": ("UPDATE projects SET state = 'DRAFT' WHERE id = 1", "in project 1, which is DRAFT"),
    "an assignment forgot its annotation": (
        "UPDATE assignments SET state = 'EXPIRED' WHERE id = 1",
        "assignment 1 is EXPIRED, and has annotation 1",
    ),
    "a submission has no annotation": (
        "UPDATE assignments SET state = 'SUBMITTED' WHERE state = 'LEASED'",
        "is SUBMITTED, and has no annotation",
    ),
    "an annotation is of another item": (
        "UPDATE annotations SET item_id = 8 WHERE id = 3",
        "annotation 3 and its assignment 3 tell of different work",
    ),
    "an item is answered twice by one": ("UPDATE annotations SET item_id = 1 WHERE id = 3", "user 2 answered item 1 2 times"),
    "a verdict is not followed": (
        "UPDATE annotations SET state = 'REJECTED' WHERE id = 1",
        "annotation 1 is REJECTED, and its latest verdict is APPROVED",
    ),
    "a state has no verdict": (
        "UPDATE annotations SET state = 'APPROVED' WHERE id = 3",
        "annotation 3 is APPROVED, and its latest verdict is none",
    ),
    "a review is lost": ("DELETE FROM reviews WHERE annotation_id = 3", "review of annotation 3 is missing, and there is no verdict"),
    "a decided review is open": (
        "UPDATE reviews SET decided_at = NULL WHERE annotation_id = 1",
        "review of annotation 1 is open, and there is a verdict",
    ),
    "an appeal was decided in secret": (
        "UPDATE appeals SET state = 'OPEN' WHERE annotation_id = 5",
        "is OPEN, and its rejection is settled, standing",
    ),
    "a won appeal was lost": (
        "UPDATE appeals SET state = 'UPHELD' WHERE annotation_id = 4",
        "is UPHELD, and its rejection is settled, overturned",
    ),
    "a standing is embellished": (
        "UPDATE standings SET approved = 9, rejected = 0 WHERE user_id = 2",
        "standing of user 2 says 9 approved and 0 rejected, the verdicts say 2 and 2",
    ),
    "an item counts wrongly": ("UPDATE items SET approved = 0 WHERE id = 1", "item 1 says 0 approved, its annotations say 1"),
    "an item is not done": ("UPDATE items SET completed_at = NULL WHERE id = 1", "item 1 is not done, with 1 approved of 1"),
    "a withdrawal grows": ("UPDATE withdrawals SET amount = 600001 WHERE id = 3", "withdrawals under way worth 1100001"),
    "a withdrawal was never confirmed": (
        "UPDATE withdrawals SET amount = 777776 WHERE id = 1",
        "has 1555554 withdrawn, and confirmed withdrawals worth 1555553",
    ),
    "a withdrawal is settled on paper": (
        "UPDATE withdrawals SET state = 'CONFIRMED' WHERE id = 4",
        "withdrawal 4 is CONFIRMED and has the entries {WITHDRAWAL_REQUESTED}",
        "ALTER TABLE withdrawals DROP CONSTRAINT withdrawal_in_its_batch",
    ),
    "an entry moves another amount": ("UPDATE withdrawals SET amount = 1, fee = 0 WHERE id = 4", "and its withdrawal is of user"),
    "a withdrawal is ahead of its batch": (
        "UPDATE withdrawals SET state = 'SENT' WHERE id = 3",
        "withdrawal 3 is SENT, its batch 2 is SIGNED",
    ),
    "a payee gets more": (
        "UPDATE withdrawals SET satoshis = satoshis + 1 WHERE id = 3",
        "withdrawal 3 is sent 600001 satoshis, and its rate says",
    ),
    "a batch says less": ("UPDATE payout_batches SET size = 3 WHERE id = 1", "batch 1 says 3 withdrawals of"),
    "signed bytes are lost": (
        "UPDATE payout_batches SET signed = NULL WHERE id = 2",
        "batch 2 is SIGNED, and its signed bytes are missing",
        "ALTER TABLE payout_batches DROP CONSTRAINT batch_signed_all_or_nothing",
    ),
    "two batches spend the same": (
        "UPDATE payout_batches SET inputs = (SELECT inputs FROM payout_batches WHERE id = 1) WHERE id = 2",
        "is spent by the batches {1,2}",
    ),
    "more was withdrawn than paid": (
        "UPDATE postings SET amount = amount + 1 WHERE account = 'PAID_OUT'",
        "1555554 was withdrawn, and the batches paid 1555553",
    ),
    "a settled batch is not booked": (
        "UPDATE entries SET key = 'gone' WHERE key = 'payout:1'",
        "batch 1 is SETTLED, and its entry moves nothing",
    ),
    "the hot wallet is overdrawn": (
        "UPDATE postings SET amount = 1 WHERE account = 'HOT_WALLET' AND amount > 0",
        "the hot wallet of LTC is below zero",
    ),
    "a credit comes from nowhere": (
        AN_ENTRY.format(key="credit:1:forged", kind="CREDITED", moves="('DEPOSITS', 0, 'USD', -9), ('BALANCE', 1, 'USD', 9)"),
        "organization 1 was credited 100000009, and the audit log says 100000000",
    ),
    "a credit grows": (
        "UPDATE postings SET amount = 2 * amount WHERE entry_id = 1",
        "organization 1 was credited 200000000, and the audit log says 100000000",
    ),
    "a credit is gone": (
        "WITH p AS (DELETE FROM postings WHERE entry_id = 1) DELETE FROM entries WHERE id = 1",
        "organization 1 was credited 0, and the audit log says 100000000",
    ),
    "another organization pays": (
        "UPDATE postings SET owner_id = 2 WHERE account = 'BALANCE' AND entry_id = (SELECT min(id) FROM entries WHERE kind = 'FUNDED')",
        "moves money of organization 2, and project 1 is of organization 1",
    ),
    "the system's money moves by itself": (
        AN_ENTRY.format(key="tidy", kind="FUNDED", moves="('CLEARING', 0, 'USD', -9), ('FEES', 0, 'USD', 9)"),
        "entry tidy is FUNDED, and moves CLEARING",
    ),
    "the platform gives": (
        AN_ENTRY.format(key="gift", kind="CREDITED", moves="('PLATFORM', 0, 'USD', -9), ('BALANCE', 1, 'USD', 9)"),
        "entry gift is CREDITED, and moves PLATFORM",
    ),
    "a payout is of no batch": (
        AN_ENTRY.format(key="payout:99", kind="PAID_OUT", moves="('HOT_WALLET', 0, 'LTC', -9), ('NETWORK_FEE', 0, 'LTC', 9)"),
        "entry payout:99 pays no batch",
    ),
    "a fee is made up": (
        "UPDATE postings SET account = 'FEES' WHERE account = 'ROUNDING'",
        "batch 1 is SETTLED, and its entry moves",
    ),
    "the network's fee is somebody's": (
        "UPDATE postings SET account = 'DEPOSITS' WHERE account = 'NETWORK_FEE'",
        "batch 1 is SETTLED, and its entry moves",
    ),
    "an item is done too early": ("UPDATE items SET completed_at = now() WHERE id = 2", "item 2 is done, with 0 approved of 1"),
}


async def test_whatever_is_tampered_with_is_named() -> None:
    """One world for all, as each breach is undone. What no tampering brings to light would be a check that cannot fail."""
    await a_busy_world()
    unnamed: list[str] = []
    failed: set[str] = set()

    for what, (statement, expected, *allowing) in TAMPERED.items():
        async with tampering(statement, *allowing):
            named = await breaches()
            if not any(expected in line for line in named):
                unnamed.append(f"{what}: {named}")
            for check in (*BOOKS, *BALANCES, *PAY, *WORK, *PAYOUTS):
                if check not in failed and await sql.value(f"SELECT breach FROM ({check}) AS found LIMIT 1"):
                    failed.add(check)

    assert unnamed == []
    assert {*BOOKS, *BALANCES, *PAY, *WORK, *PAYOUTS} - failed == set()
    assert await verify() == []


async def test_a_difference_that_is_booked_as_the_runbook_says_is_no_breach_but_dollars_are() -> None:
    await a_busy_world()
    before = await hot_wallet(Coin.LTC).balance()
    runbook = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text()
    [statement] = re.findall(r"```sql\n(.*?)```", runbook, re.DOTALL)

    await sql.run(statement)

    assert await hot_wallet(Coin.LTC).balance() == before - 150_000
    assert await verify() == []
    in_dollars = statement.replace("'LTC', ", "'USD', ").replace("adjust:LTC", "adjust:USD")
    async with tampering(in_dollars):
        assert "entry adjust:USD:1 is ADJUSTED, and moves NETWORK_FEE" in await breaches()


async def test_of_many_breaches_of_one_rule_a_hundred_are_named_and_the_rest_counted() -> None:
    project = await a_project(items=MOST_NAMED + 5, budget_micros=0)

    async with tampering(f"UPDATE items SET approved = 3 WHERE project_id = {project.id}"):
        named = await breaches()

    assert len([line for line in named if "says 3 approved" in line]) == MOST_NAMED
    assert "… and 5 more like the last" in named
