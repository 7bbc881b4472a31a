"""All verbs in any order, against a small model of the money: after every step both say the same, and the proof of the ledger is clean.

Hypothesis calls its steps from a thread of its own; the work itself is done on the session's loop, as everywhere.
`make prove ONLY=money` looks further.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar, TypeVar

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tortoise.transactions import in_transaction

from models import (
    Annotation,
    Appeal,
    AppealOutcome,
    Assignment,
    Coin,
    Decision,
    Item,
    Organization,
    ProblemKind,
    Project,
    ProjectState,
    RejectionReason,
    Review,
    User,
    Verdict,
    sanction,
)
from models.appeal import IN_VAIN, LOOKED_AT, MOST_OPEN_IN_VAIN
from models.errors import (
    AccountSuspended,
    AlreadyDecided,
    AlreadySubmitted,
    Conflict,
    IdempotencyMismatch,
    InsufficientFunds,
    LeaseExpired,
    Refusal,
    TooLate,
)
from models.ledger import budget
from models.ledger_proof import verify
from ops.database import sql
from tests.models.books import Answer, Books, Job, Lease, Piece, Thing
from tests.models.payout_steps import PayoutSteps, Purse
from tests.support.payouts import topped_up
from tests.support.world import a_choice, a_moderator, a_project, an_admin, an_annotator, an_organization, bring_items, let_lease_run_out

# A game now and then ends early.
GAMES, STEPS = 28, 100
LEAST_STEPS = 2_000
PEOPLE, JUDGES, MOST_PROJECTS = 4, 3, 5
# What each person has earned before it begins, in one task, so that there is something to withdraw.
FIRST_PAY, COINS = 2_000_000, 10**8
# Anything of a list: the number is taken modulo its length.
ANY = st.integers(0, 1_000)
PERSON = st.integers(0, PEOPLE - 1)
JUDGE = st.integers(0, JUDGES - 1)
OPTION = st.sampled_from(["cat", "dog"])

Row = TypeVar("Row")
Result = TypeVar("Result")


def any_of(rows: list[Row], number: int) -> Row:
    return rows[number % len(rows)]


def refused(*errors: type[Refusal] | None) -> AbstractContextManager[Any]:
    """The first of these that applies has to be raised; nothing, where none does."""
    applying = [error for error in errors if error is not None]
    return pytest.raises(applying[0]) if applying else nullcontext()


class MoneyMachine(PayoutSteps, RuleBasedStateMachine):
    loop: ClassVar[asyncio.AbstractEventLoop]
    # Whoever plays it has been told to stop.
    is_over: ClassVar[bool] = False
    # In all games since it was set.
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = False
        self.books, self.purse = Books(), Purse(hot=COINS)
        self.count = 0
        # Of each person how their appeals ended, in order.
        self.outcomes: dict[int, list[str]] = {}
        self.wait_for(self.begin())

    def wait_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self.is_over:
            work.close()
            # All else Hypothesis takes for a failure, and looks for a shorter way to it.
            raise KeyboardInterrupt
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    async def begin(self) -> None:
        await sql.run(
            "TRUNCATE users, organizations, checkpoints, events, hints, hot_wallets, payout_batches, entries RESTART IDENTITY CASCADE"
        )
        self.admin: User = await an_admin()
        self.organization: Organization = await an_organization(self.admin, dollars=0)
        self.people: list[User] = [await an_annotator() for _ in range(PEOPLE)]
        self.judges: list[User] = [await a_moderator() for _ in range(JUDGES)]
        for person in self.people:
            self.books.pending[person.id] = self.books.available[person.id] = 0
            self.purse.withdrawing[person.id] = self.purse.withdrawn[person.id] = 0
        await topped_up(Coin.LTC, COINS)
        first = 200_000 + PEOPLE * FIRST_PAY
        await self.organization.credit(first, reference="first", key="first", by=self.admin)
        self.books.balance = first
        await self.pay_everyone()
        # One in which money is short of the work, and one with room.
        for overlap, price, money in ((2, 2_000_000, 9_000), (1, 12_000_000, 60_000)):
            job = await self.draft(overlap, price)
            await self.bring(job, 3)
            await self.give(job, money, "first")
            await (await Project.get(id=job.id)).set_state(ProjectState.OPEN)
            self.books.turn(job, "OPEN")

    async def pay_everyone(self) -> None:
        job = await self.draft(1, FIRST_PAY * 1_000)
        await self.bring(job, PEOPLE)
        await self.give(job, FIRST_PAY * PEOPLE, "first")
        await (await Project.get(id=job.id)).set_state(ProjectState.OPEN)
        self.books.turn(job, "OPEN")
        for person in self.people:
            [lease] = await self.leased(person, 1, job)
            await self.submitted(lease, "cat")
            answer = [*self.books.answers.values()][-1]
            await self.claimed(self.judges[0], answer)
            await self.decided(self.judges[0], answer, "APPROVED")

    async def draft(self, overlap: int, price: int) -> Job:
        project = await a_project(
            self.organization, items=0, overlap=overlap, budget_micros=0, state=ProjectState.DRAFT, price_micros_per_thousand=price
        )
        self.books.jobs[project.id] = Job(project.id, project.reward_micros, overlap)
        return self.books.jobs[project.id]

    async def bring(self, job: Job, number: int) -> None:
        self.count += 1
        await bring_items(await Project.get(id=job.id), number, prefix=f"batch{self.count}")
        for row in await sql.rows("SELECT id, item_id, round FROM tasks WHERE project_id = $1 ORDER BY id", job.id):
            thing = self.books.things.setdefault(row["item_id"], Thing(row["item_id"], job))
            self.books.pieces.setdefault(row["id"], Piece(row["id"], row["round"], thing))
        self.books.open_pieces(job)

    async def give(self, job: Job, amount: int, key: str) -> None:
        await (await Project.get(id=job.id)).fund(amount, key=key)
        self.books.fund(job, amount)

    # -------------------------------------------------------------- partners
    @rule(amount=st.integers(1, 50_000), repeated=st.booleans())
    def credit(self, amount: int, repeated: bool) -> None:
        async def step() -> None:
            self.count += 1
            for _ in range(1 + repeated):
                await self.organization.credit(amount, reference="invoice", key=f"credit{self.count}", by=self.admin)
            self.books.balance += amount
            with refused(IdempotencyMismatch):
                await self.organization.credit(amount + 1, reference="invoice", key=f"credit{self.count}", by=self.admin)

        self.wait_for(step())

    @rule(number=ANY, amount=st.integers(1, 60_000), repeated=st.booleans())
    def fund(self, number: int, amount: int, repeated: bool) -> None:
        async def step() -> None:
            job = any_of([*self.books.jobs.values()], number)
            self.count += 1
            project, key = await Project.get(id=job.id), f"fund{self.count}"
            poor = InsufficientFunds if self.books.balance < amount else None
            with refused(Conflict if job.state == "CLOSED" else None, poor):
                await project.fund(amount, key=key)
                self.books.fund(job, amount)
                if repeated:
                    await project.fund(amount, key=key)
                with refused(IdempotencyMismatch):
                    await project.fund(amount + 1, key=key)

        self.wait_for(step())

    @precondition(lambda self: len(self.books.jobs) < MOST_PROJECTS)
    @rule(overlap=st.integers(1, 3), price=st.sampled_from([2_000_000, 7_001_000]))
    def another_project(self, overlap: int, price: int) -> None:
        self.wait_for(self.draft(overlap, price))

    @rule(number=ANY, items=st.integers(1, 2))
    def import_items(self, number: int, items: int) -> None:
        job = any_of([*self.books.jobs.values()], number)
        with refused(Conflict if job.state == "CLOSED" else None):
            self.wait_for(self.bring(job, items))

    @rule(number=ANY, state=st.sampled_from(["OPEN", "OPEN", "OPEN", "PAUSED", "PAUSED", "CLOSED"]))
    def turn(self, number: int, state: str) -> None:
        async def step() -> None:
            job = any_of([*self.books.jobs.values()], number)
            ways = {"DRAFT": {"OPEN", "CLOSED"}, "OPEN": {"PAUSED", "CLOSED"}, "PAUSED": {"OPEN", "CLOSED"}, "CLOSED": set[str]()}
            with refused(Conflict if state not in ways[job.state] | {job.state} else None):
                await (await Project.get(id=job.id)).set_state(ProjectState(state))
                self.books.turn(job, state)

        self.wait_for(step())

    @precondition(lambda self: any(thing.is_held for thing in self.books.things.values()))
    @rule(number=ANY, keeps=st.booleans())
    def look_at_held(self, number: int, keeps: bool) -> None:
        async def step() -> None:
            thing = any_of([thing for thing in self.books.things.values() if thing.is_held], number)
            item = await Item.get(id=thing.id)
            if not keeps:
                await item.remove()
                self.books.remove(thing)
                return
            with refused(Conflict if thing.is_removed else None):
                await item.put_back()
                self.books.put_back(thing)

        self.wait_for(step())

    @rule(number=ANY)
    def remove_item(self, number: int) -> None:
        async def step() -> None:
            if number % 5:
                return
            thing = any_of([*self.books.things.values()], number)
            await (await Item.get(id=thing.id)).remove()
            self.books.remove(thing)

        self.wait_for(step())

    @rule(number=ANY)
    def checkpoint(self, number: int) -> None:
        self.wait_for(budget(any_of([*self.books.jobs], number)).checkpoint())

    # -------------------------------------------------------------- annotators
    async def leased(self, person: User, up_to: int, job: Job | None = None) -> list[Lease]:
        held = [lease for lease in self.books.leases.values() if lease.user == person.id and lease.state == "LEASED"]
        if job is not None:
            held = [lease for lease in held if lease.piece.thing.job is job]
        offered = [] if person.id in self.books.suspended else self.books.offered_to(person.id)
        offered = [piece for piece in offered if job is None or piece.thing.job is job]
        room = max(up_to - len(held), 0)
        async with in_transaction():
            # Which project comes first is left to chance; the same steps have to meet the same chance.
            await sql.run("SELECT setseed(0.5)")
            assignments = await Assignment.lease(person.id, up_to=up_to, project_id=job.id if job else None)
        assert len(assignments) <= room
        assert assignments or not (room and offered), f"none of {offered}"
        for assignment in assignments:
            piece = self.books.pieces[assignment.task_id]
            assert piece in offered
            assert assignment.reward_micros == piece.thing.job.reward
            assert not self.books.had(person.id, piece.thing), "an item came twice"
            piece.state = "LEASED"
            self.books.leases[assignment.id] = Lease(assignment.id, piece, person.id)
        return [self.books.leases[assignment.id] for assignment in assignments]

    async def submitted(self, lease: Lease, option: str) -> None:
        assignment = await Assignment.get(id=lease.id)
        before = next((answer for answer in self.books.answers.values() if answer.lease is lease), None)
        if before is not None:
            with refused(AlreadySubmitted if before.option != option else None):
                assert (await assignment.submit(a_choice(option))).id == before.id
            return
        stopped = AccountSuspended if lease.user in self.books.suspended else None
        with refused(stopped, None if self.books.may_submit(lease) else LeaseExpired):
            annotation = await assignment.submit(a_choice(option))
            self.books.submit(lease, annotation.id, option)

    @rule(who=PERSON, up_to=st.integers(1, 4), number=st.none() | ANY)
    def lease(self, who: int, up_to: int, number: int | None) -> None:
        job = None if number is None else any_of([*self.books.jobs.values()], number)
        self.wait_for(self.leased(self.people[who], up_to, job))

    @rule(who=PERSON, option=OPTION)
    def answer(self, who: int, option: str) -> None:
        async def step() -> None:
            for lease in await self.leased(self.people[who], 20):
                await self.submitted(lease, option)
                return

        self.wait_for(step())

    @precondition(lambda self: self.books.leases)
    @rule(number=ANY, option=OPTION)
    def submit(self, number: int, option: str) -> None:
        """Held ones, ended ones, submitted ones with the same answers or others."""
        self.wait_for(self.submitted(any_of([*self.books.leases.values()], number), option))

    def on_lease(
        self, number: int, verb: Callable[[Assignment], Awaitable[object]], then: Callable[[Lease], None], repeatable: bool
    ) -> None:
        async def step() -> None:
            lease = any_of([*self.books.leases.values()], number)
            assignment = await Assignment.get(id=lease.id)
            error = {"LEASED": None, "SUBMITTED": AlreadySubmitted}.get(lease.state, LeaseExpired)
            with refused(None if repeatable and self.is_repeated(lease, verb) else error):
                await verb(assignment)
                if lease.state == "LEASED":
                    then(lease)

        self.wait_for(step())

    @staticmethod
    def is_repeated(lease: Lease, verb: object) -> bool:
        return lease.is_reported if verb is MoneyMachine.reporting else lease.state == "SKIPPED"

    @staticmethod
    async def reporting(assignment: Assignment) -> None:
        await assignment.report(ProblemKind.BROKEN, "It does not load.")

    @staticmethod
    async def skipping(assignment: Assignment) -> None:
        await assignment.skip("Too hard.")

    @precondition(lambda self: self.books.leases)
    @rule(number=ANY)
    def skip(self, number: int) -> None:
        self.on_lease(number, self.skipping, lambda lease: self.books.end(lease, "SKIPPED"), repeatable=True)

    @precondition(lambda self: self.books.leases)
    @rule(number=ANY)
    def report(self, number: int) -> None:
        self.on_lease(number, self.reporting, self.books.report, repeatable=True)

    @precondition(lambda self: self.books.leases)
    @rule(number=ANY)
    def save_draft(self, number: int) -> None:
        self.on_lease(number, lambda assignment: assignment.save_draft(a_choice("dog"), uploads={}), lambda _: None, repeatable=False)

    @precondition(lambda self: self.books.leases)
    @rule(number=ANY, late=OPTION | st.none())
    def expire(self, number: int, late: str | None) -> None:
        async def step() -> None:
            lease = any_of([*self.books.leases.values()], number)
            if lease.state == "LEASED":
                await let_lease_run_out(await Assignment.get(id=lease.id))
                assert await Assignment.end_due() == 1
                self.books.end(lease, "EXPIRED")
            if late is not None:
                await self.submitted(lease, late)

        self.wait_for(step())

    @rule(who=PERSON, for_fraud=st.booleans())
    def stop_or_reinstate(self, who: int, for_fraud: bool) -> None:
        async def step() -> None:
            person = self.people[who]
            if person.id in self.books.suspended:
                await sanction.reinstate(person, by=self.admin, reason="Enough.")
                self.books.suspended.discard(person.id)
                self.books.fraudulent.discard(person.id)
                self.cleared_of_fraud(person.id)
                return
            if for_fraud:
                await sanction.ban(person, by=self.admin, reason="Not one person.", fraud=True)
                self.books.fraudulent.add(person.id)
                self.held_for_fraud(person.id)
            else:
                await sanction.suspend(person, by=self.admin, reason="Careless.")
            self.books.suspended.add(person.id)
            for lease in self.books.leases.values():
                if lease.user == person.id and lease.state == "LEASED":
                    self.books.end(lease, "RELEASED")

        self.wait_for(step())

    @rule()
    def open_affordable(self) -> None:
        """What leases gave back of items that were done meanwhile opens other tasks."""
        self.wait_for(Project.open_affordable())
        for job in self.books.jobs.values():
            self.books.open_pieces(job)

    # -------------------------------------------------------------- moderators
    async def claimed(self, judge: User, answer: Answer) -> None:
        review = await Review.get(annotation_id=answer.id)
        taken = await Review.claim(judge, ids=[review.id])
        if answer.first is None and answer.holder is None:
            assert [one.id for one in taken] == [review.id]
            answer.holder = judge.id
        else:
            assert taken == []

    async def decided(self, judge: User, answer: Answer, decision: str) -> None:
        review = await Review.get(annotation_id=answer.id)
        reasons = [RejectionReason.WRONG_LABEL] if decision == "REJECTED" else []
        again = answer.first is not None
        stopped = AlreadyDecided if again and answer.first != decision else None
        with refused(stopped, Conflict if not again and answer.holder != judge.id else None):
            await review.decide(judge, Decision(decision), reasons=reasons)
            if not again:
                answer.first, answer.decided_by = decision, judge.id
                (self.books.approve if decision == "APPROVED" else self.books.reject)(answer)

    @precondition(lambda self: self.books.answers)
    @rule(number=ANY, who=JUDGE)
    def claim(self, number: int, who: int) -> None:
        self.wait_for(self.claimed(self.judges[who], any_of([*self.books.answers.values()], number)))

    @precondition(lambda self: self.books.answers)
    @rule(number=ANY, who=JUDGE)
    def release(self, number: int, who: int) -> None:
        async def step() -> None:
            answer, judge = any_of([*self.books.answers.values()], number), self.judges[who]
            with refused(Conflict if answer.holder not in {None, judge.id} else None):
                await (await Review.get(annotation_id=answer.id)).release(judge)
                if answer.first is None:
                    answer.holder = None

        self.wait_for(step())

    @precondition(lambda self: self.books.answers)
    @rule(number=ANY, who=JUDGE, decision=st.sampled_from(["APPROVED", "REJECTED", "REJECTED"]), claims=st.booleans())
    def decide(self, number: int, who: int, decision: str, claims: bool) -> None:
        async def step() -> None:
            answer, judge = any_of([*self.books.answers.values()], number), self.judges[who]
            if claims:
                await self.claimed(judge, answer)
            await self.decided(judge, answer, decision)

        self.wait_for(step())

    @precondition(lambda self: self.books.answers)
    @rule(number=ANY)
    def appeal(self, number: int) -> None:
        async def step() -> None:
            answer = any_of(sorted(self.books.answers.values(), key=lambda answer: (answer.state != "REJECTED", answer.id)), number % 3)
            wrong = Conflict if answer.appeal is not None or answer.state != "REJECTED" else None
            theirs = [one for one in self.books.answers.values() if one.lease.user == answer.lease.user]
            open_ones = sum(one.appeal is not None and not one.is_settled for one in theirs)
            in_vain = self.outcomes.get(answer.lease.user, [])[-LOOKED_AT:].count("UPHELD") >= IN_VAIN
            crowded = Conflict if in_vain and open_ones >= MOST_OPEN_IN_VAIN else None
            with refused(wrong, TooLate if answer.is_settled else None, crowded):
                appeal = await Appeal.against_rejection(await Annotation.get(id=answer.id), "Look again, please.")
                answer.appeal = appeal.id

        self.wait_for(step())

    @precondition(lambda self: any(answer.appeal for answer in self.books.answers.values()))
    @rule(number=ANY, who=JUDGE, outcome=st.sampled_from(AppealOutcome))
    def decide_appeal(self, number: int, who: int, outcome: AppealOutcome) -> None:
        async def step() -> None:
            answer, judge = any_of([one for one in self.books.answers.values() if one.appeal], number), self.judges[who]
            appeal = await Appeal.get(id=answer.appeal)
            if answer.is_settled:
                was = "OVERTURNED" if answer.state == "APPROVED" else "UPHELD"
                with refused(AlreadyDecided if was != outcome.value else None):
                    await appeal.decide(judge, outcome, "Looked.")
                return
            with refused(Conflict if answer.decided_by == judge.id else None):
                await appeal.decide(judge, outcome, "Looked.")
                (self.books.overturn if outcome == AppealOutcome.OVERTURNED else self.books.settle)(answer)
                self.outcomes.setdefault(answer.lease.user, []).append(outcome.value)

        self.wait_for(step())

    @precondition(lambda self: any(answer.appeal and not answer.is_settled for answer in self.books.answers.values()))
    @rule(number=ANY)
    def lapse(self, number: int) -> None:
        async def step() -> None:
            answer = any_of([one for one in self.books.answers.values() if one.appeal and not one.is_settled], number)
            await sql.run("UPDATE appeals SET due_at = now() WHERE id = $1", answer.appeal)
            assert await Appeal.lapse_due() == 1
            self.books.lapse(answer)
            self.outcomes.setdefault(answer.lease.user, []).append("OVERTURNED")

        self.wait_for(step())

    @precondition(lambda self: any(answer.state == "REJECTED" and not answer.is_settled for answer in self.books.answers.values()))
    @rule(number=ANY)
    def settle(self, number: int) -> None:
        async def step() -> None:
            contested = [answer for answer in self.books.answers.values() if answer.state == "REJECTED" and not answer.is_settled]
            answer = any_of(contested, number)
            await sql.run("UPDATE verdicts SET appealable_until = now() WHERE annotation_id = $1", answer.id)
            assert await Verdict.settle_due() == (0 if answer.appeal else 1)
            if not answer.appeal:
                self.books.settle(answer)

        self.wait_for(step())

    # -------------------------------------------------------------- what always holds
    @invariant()
    def both_say_the_same(self) -> None:
        self.wait_for(self.compare())
        MoneyMachine.steps += self.has_begun
        self.has_begun = True

    async def compare(self) -> None:
        books = self.books
        wallets = await sql.rows("SELECT * FROM wallets WHERE user_id = ANY($1::bigint[])", [person.id for person in self.people])
        assert {row["user_id"]: row["pending"] for row in wallets} == books.pending
        assert {row["user_id"]: row["available"] for row in wallets} == books.available
        assert {row["user_id"]: row["withdrawing"] for row in wallets} == self.purse.withdrawing
        assert {row["user_id"]: row["withdrawn"] for row in wallets} == self.purse.withdrawn
        sums = await sql.rows(
            "SELECT account, owner_id, sum(amount)::bigint AS n FROM postings GROUP BY account, owner_id HAVING sum(amount) <> 0"
        )
        there = {
            (row["account"], row["owner_id"]): row["n"]
            for row in sums
            if row["account"] in {"BALANCE", "BUDGET", "RESERVED", "CONTESTED", "PLATFORM"}
        }
        meant = {("BALANCE", self.organization.id): books.balance, ("PLATFORM", 0): books.platform}
        for job in books.jobs.values():
            meant |= {("BUDGET", job.id): job.budget, ("RESERVED", job.id): job.reserved, ("CONTESTED", job.id): job.contested}
        assert there == {account: amount for account, amount in meant.items() if amount}
        states = {row["id"]: row["state"] for row in await sql.rows("SELECT id, state FROM tasks")}
        assert states == {piece.id: piece.state for piece in books.pieces.values()}
        self.nobody_is_paid_twice()
        await self.compare_payouts()
        assert await verify() == []

    def nobody_is_paid_twice(self) -> None:
        """And a project pays what was approved, and not a micro-dollar more."""
        books = self.books
        assert all(paid == books.answers[answer].job.reward for answer, paid in books.paid.items())
        for job in books.jobs.values():
            approved = sum(
                answer.state == "APPROVED" and not answer.is_paid_by_platform for answer in books.answers.values() if answer.job is job
            )
            pending = sum(answer.state == "IN_REVIEW" for answer in books.answers.values() if answer.job is job)
            there = job.budget + job.reserved + job.contested
            assert job.funded - job.returned == there + (approved + pending) * job.reward


async def play(games: int, seed: int | None = None) -> int:
    """Over an empty database; how many steps there were. A seed plays the same. Raises what does not hold, with the steps there."""
    MoneyMachine.loop, MoneyMachine.steps = asyncio.get_running_loop(), 0
    machine = MoneyMachine if seed is None else hypothesis.seed(seed)(MoneyMachine)
    chosen = settings(
        max_examples=games,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=seed is None,
        database=None,
    )
    MoneyMachine.is_over = False
    try:
        await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)
    finally:
        MoneyMachine.is_over = True
    return MoneyMachine.steps


async def test_whatever_happens_in_whatever_order_the_money_is_right(emptied: None) -> None:
    assert await play(GAMES) >= LEAST_STEPS
