"""The books: what the database refuses, keys that post once, and sums that are right whatever runs at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import product

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from jobs.checkpoints import keep_checkpoints
from models import Decision, Entry, Organization, Wallet
from models.errors import InvalidInput
from models.ledger import (
    DEPOSITS,
    Account,
    AccountKind,
    EntryKind,
    Ledger,
    Movement,
    available,
    balance,
    balances_of,
    budget,
    contested,
    pending,
    reserved,
)
from models.ledger_proof import verify
from models.wallet import END
from ops.database import sql
from ops.settings import settings
from tests.support.world import a_project, an_annotation, an_annotator, an_organization, balances, counts_of, decided

BOOKS = ("entries", "postings")


async def breaches() -> list[str]:
    """All but of credits: here no admin gives them, and so the audit log has none."""
    return [line for line in await verify() if "the audit log says" not in line]


def a_credit(organization: Organization, amount: int = 5, key: str = "credit:x") -> Movement:
    return Movement(key=key, kind=EntryKind.CREDITED, moves=[(DEPOSITS, -amount), (balance(organization.id), amount)])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET memo = 'else'",
        "UPDATE entries SET kind = kind",
        "DELETE FROM entries",
        "UPDATE postings SET amount = amount * 2",
        "UPDATE postings SET owner_id = 9",
        "DELETE FROM postings",
        "UPDATE annotations SET reward_micros = 1",
        "UPDATE annotations SET answers = '[]'",
        "DELETE FROM annotations",
        "UPDATE verdicts SET decision = 'REJECTED'",
        "DELETE FROM verdicts",
        "UPDATE audit_entries SET reason = 'else'",
        "DELETE FROM audit_entries",
    ],
)
async def test_what_was_written_for_good_can_be_neither_changed_nor_deleted(change: str) -> None:
    annotator = await an_annotator()
    await decided(await an_annotation(annotator), Decision.APPROVED)
    before = await counts_of(*BOOKS, "annotations", "verdicts", "audit_entries")

    with pytest.raises(IntegrityError, match="is never changed"):
        await sql.run(change)

    assert await counts_of(*BOOKS, "annotations", "verdicts", "audit_entries") == before
    assert await verify() == []


async def test_an_entry_that_does_not_sum_to_zero_is_refused() -> None:
    organization = await an_organization(dollars=0)

    with pytest.raises(IntegrityError, match="does not sum to zero"):
        await Ledger.post(Movement(key="lopsided", kind=EntryKind.CREDITED, moves=[(DEPOSITS, -5), (balance(organization.id), 6)]))

    assert await counts_of(*BOOKS) == {"entries": 0, "postings": 0}


async def test_currencies_do_not_make_up_for_each_other() -> None:
    organization = await an_organization(dollars=0)
    await Ledger.post(a_credit(organization))

    with pytest.raises(IntegrityError, match="does not sum to zero"):
        await sql.run(
            "INSERT INTO postings (entry_id, account, owner_id, currency, amount) "
            "VALUES (1, 'BUDGET', 1, 'USD', -1), (1, 'BUDGET', 1, 'LTC', 1)"
        )

    assert await breaches() == []


async def test_a_posting_of_nothing_is_refused() -> None:
    organization = await an_organization(dollars=0)

    with pytest.raises(IntegrityError):
        await Ledger.post(a_credit(organization, 0))

    assert await counts_of(*BOOKS) == {"entries": 0, "postings": 0}


@pytest.mark.parametrize("kind", [AccountKind.PENDING, AccountKind.AVAILABLE, AccountKind.WITHDRAWING, AccountKind.WITHDRAWN])
async def test_nobodys_balance_falls_below_zero(kind: AccountKind) -> None:
    annotator, organization = await an_annotator(), await an_organization(dollars=0)
    movement = Movement(key="overdraw", kind=EntryKind.CREDITED, moves=[(Account(kind, annotator.id), -1), (balance(organization.id), 1)])

    with pytest.raises(IntegrityError, match="not_negative"):
        await Ledger.post(movement)

    assert await balances(annotator) == (0, 0)
    assert await counts_of(*BOOKS) == {"entries": 0, "postings": 0}


def test_an_entry_moves_one_persons_wallet_at_most() -> None:
    movement = Movement(key="two", kind=EntryKind.CREDITED, moves=[(pending(1), -1), (available(2), 1)])

    with pytest.raises(AssertionError, match="several people"):
        _ = movement.user_id


async def test_a_key_posts_once_and_the_second_time_changes_nothing() -> None:
    organization = await an_organization(dollars=0)

    assert await Ledger.post(a_credit(organization, 5)) is True
    assert await Ledger.post(a_credit(organization, 900)) is False

    assert await balance(organization.id).balance() == 5
    assert await counts_of(*BOOKS) == {"entries": 1, "postings": 2}


async def test_of_sixty_four_equal_posts_at_once_one_is_made() -> None:
    annotator, organization = await an_annotator(), await an_organization(dollars=0)
    movement = Movement(key="once", kind=EntryKind.CREDITED, moves=[(DEPOSITS, -3), (pending(annotator.id), 3)])

    posted = await asyncio.gather(*(Ledger.post(movement) for _ in range(64)))

    assert sorted(posted) == [False] * 63 + [True]
    assert await balances(annotator) == (3, 0)
    assert await counts_of(*BOOKS) == {"entries": 1, "postings": 2}
    assert await balance(organization.id).balance() == 0


async def test_a_key_whose_transaction_failed_is_free_for_who_waited_for_it() -> None:
    organization = await an_organization(dollars=0)
    holding, waiting = asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        async with in_transaction():
            await Ledger.post(a_credit(organization))
            holding.set()
            await waiting.wait()
            raise RuntimeError

    async def waits() -> bool:
        await holding.wait()
        asyncio.get_running_loop().call_later(0.1, waiting.set)
        return await Ledger.post(a_credit(organization))

    failed, posted = await asyncio.gather(fails(), waits(), return_exceptions=True)

    assert isinstance(failed, RuntimeError)
    assert posted is True
    assert await balance(organization.id).balance() == 5


async def test_an_entry_keeps_what_it_did_to_each_balance() -> None:
    annotator = await an_annotator()
    annotation = await an_annotation(annotator)
    await decided(annotation, Decision.APPROVED)

    history = await (await Wallet.of(annotator.id)).transactions(10)

    assert [(e.kind, e.pending, e.available, e.annotation_id) for e in reversed(history)] == [
        (EntryKind.EARNED, 12_000, 0, annotation.id),
        (EntryKind.APPROVED, -12_000, 12_000, annotation.id),
    ]
    assert (await Wallet.of(annotator.id)).version == 2


async def test_a_history_of_some_kinds_is_the_whole_one_without_the_others() -> None:
    annotator, project = await an_annotator(), await a_project(items=12)
    for n in range(6):
        await decided(await an_annotation(annotator, project), Decision.REJECTED if n % 3 else Decision.APPROVED)
    wallet = await Wallet.of(annotator.id)
    whole = await wallet.transactions(100)
    assert Counter(entry.kind.value for entry in whole) == {"EARNED": 6, "REJECTED": 4, "APPROVED": 2}
    assert [entry.id for entry in whole] == sorted((entry.id for entry in whole), reverse=True)

    for kinds in ([], ["APPROVED"], ["REJECTED", "APPROVED"], ["APPROVED", "EARNED", "APPROVED"], ["ADJUSTED"]):
        wanted = [entry.id for entry in whole if not kinds or entry.kind.value in kinds]
        for place, limit in product(range(len(whole) + 1), (1, 3, 100)):
            before = whole[place].id if place < len(whole) else END
            expected = [entry_id for entry_id in wanted if entry_id < before][:limit]
            assert [entry.id for entry in await wallet.transactions(limit, before, kinds)] == expected, (kinds, before, limit)


async def test_a_checkpoint_changes_no_balance() -> None:
    project = await a_project(items=2)
    await an_annotation(project=project)
    accounts = [budget(project.id), reserved(project.id), contested(project.id), balance(project.organization_id)]
    before = [await account.balance() for account in accounts]

    for account in accounts:
        await account.checkpoint()
    assert [await account.balance() for account in accounts] == before
    await project.fund(1_000, key="more")
    for account in accounts:
        await account.checkpoint()

    assert [await account.balance() for account in accounts] == [before[0] + 1_000, before[1], before[2], before[3] - 1_000]
    assert await verify() == []


async def test_a_checkpoint_leaves_out_what_an_older_transaction_may_still_post() -> None:
    """The older transaction has its number already, and posts after younger ones were summed."""
    organization = await an_organization(dollars=0)
    older = await asyncpg.connect(settings().database_url)
    try:
        await older.execute("BEGIN")
        await older.fetchval("SELECT pg_current_xact_id()")
        await Ledger.post(a_credit(organization, 7, "younger"))
        await balance(organization.id).checkpoint()
        await older.execute("INSERT INTO entries (key, kind) VALUES ('older', 'CREDITED')")
        await older.execute(
            "INSERT INTO postings (entry_id, account, owner_id, amount) "
            "SELECT id, account, owner, amount FROM entries, "
            "(VALUES ('DEPOSITS', 0, -100), ('BALANCE', $1::bigint, 100)) AS m(account, owner, amount) "
            "WHERE key = 'older'",
            organization.id,
        )
        assert await balance(organization.id).balance() == 7
        await older.execute("COMMIT")
    finally:
        await older.close()

    assert await balance(organization.id).balance() == 107
    assert await breaches() == []
    await balance(organization.id).checkpoint()
    assert await balance(organization.id).balance() == 107
    assert await sql.value("SELECT balance FROM checkpoints") == 107


async def test_where_the_database_came_from_another_server_its_checkpoints_hide_nothing() -> None:
    """A dump keeps the numbers of transactions, and the server that it is read into counts from its own."""
    organization = await an_organization(dollars=3)
    account = balance(organization.id)
    await account.checkpoint()
    await sql.run("UPDATE checkpoints SET xid = xid + 1000000000")

    await Ledger.post(a_credit(organization, 7, "since"))
    assert await account.balance() == 3_000_007
    assert await balances_of([AccountKind.BALANCE], [organization.id]) == {organization.id: 3_000_007}
    await account.checkpoint()
    await Ledger.post(a_credit(organization, 5, "later"))

    assert await account.balance() == 3_000_012
    assert await sql.value("SELECT xid < pg_current_xact_id()::text::bigint FROM checkpoints")
    await sql.run("UPDATE checkpoints SET xid = xid + 1000000000")
    await keep_checkpoints()
    assert await sql.value("SELECT count(*) FROM checkpoints") == 0


async def test_an_older_checkpoint_never_replaces_a_newer() -> None:
    organization = await an_organization(dollars=0)
    await balance(organization.id).checkpoint()
    older = await asyncpg.connect(settings().database_url)
    try:
        # Who sums now stops below this transaction, and another came further before it began.
        await older.execute("BEGIN")
        await older.fetchval("SELECT pg_current_xact_id()")
        await sql.run("UPDATE checkpoints SET balance = 3")
        await sql.run("UPDATE checkpoints SET xid = pg_snapshot_xmax(pg_current_snapshot())::text::bigint")

        await balance(organization.id).checkpoint()
    finally:
        await older.close()

    assert await sql.value("SELECT balance FROM checkpoints") == 3


async def test_balances_stay_right_while_checkpoints_are_made_and_money_comes() -> None:
    organization = await an_organization(dollars=0)
    seen: list[int] = []

    async def credit(n: int) -> None:
        async with in_transaction():
            await sql.value("SELECT pg_current_xact_id()")
            await asyncio.sleep(0.002 * (n % 5))
            await Ledger.post(a_credit(organization, 1, f"credit:{n}"))
            await asyncio.sleep(0.002 * (n % 3))

    async def look() -> None:
        for _ in range(30):
            await balance(organization.id).checkpoint()
            seen.append(await balance(organization.id).balance())

    await asyncio.gather(look(), *(credit(n) for n in range(100)))

    assert seen == sorted(seen)
    assert await balance(organization.id).balance() == 100
    await balance(organization.id).checkpoint()
    assert await sql.value("SELECT balance FROM checkpoints") == 100
    assert await breaches() == []


async def test_balances_of_several_are_their_sums() -> None:
    first, second = await a_project(items=2, budget_micros=50_000), await a_project(items=0, budget_micros=70_000)
    await budget(first.id).checkpoint()

    sums = await balances_of([AccountKind.BUDGET, AccountKind.RESERVED], [first.id, second.id, 999])

    assert sums == {first.id: 50_000, second.id: 70_000, 999: 0}


@pytest.mark.parametrize("amount", [0, -1, -1_000_000, 10**18, 2**63])
async def test_a_credit_is_above_zero_and_within_reason(amount: int) -> None:
    organization = await an_organization(dollars=0)
    admin = await an_annotator()

    with pytest.raises(InvalidInput):
        await organization.credit(amount, reference="invoice", key="k", by=admin)

    assert await counts_of(*BOOKS, "audit_entries") == {"entries": 0, "postings": 0, "audit_entries": 0}


async def test_earnings_of_a_day_are_approvals_and_won_appeals_in_the_persons_zone() -> None:
    annotator, project = await an_annotator(), await a_project()
    await decided(await an_annotation(annotator, project), Decision.APPROVED)
    await an_annotation(annotator, project)
    wallet = await Wallet.of(annotator.id)

    days = await wallet.earnings(3, "Pacific/Auckland")

    assert [(day.amount_micros, day.annotations) for day in days] == [(0, 0), (0, 0), (12_000, 1)]
    for wrong in (0, 367, -1):
        with pytest.raises(InvalidInput):
            await wallet.earnings(wrong, "UTC")
    with pytest.raises(InvalidInput):
        await wallet.earnings(1, "Mars/Olympus")


async def test_an_entry_is_found_by_its_key() -> None:
    organization = await an_organization()

    entry = await Entry.get(key=f"credit:{organization.id}:credit")

    assert (entry.kind, entry.user_id, entry.memo) == (EntryKind.CREDITED, None, "invoice 1")
