"""Money out, under crashes: a real litecoind, workers that die at any boundary, and a chain that is searched for every payment.

A seed draws a schedule: who wants how much, at which boundaries the workers kill themselves (bench/crash_worker.py), what becomes of
questions to the node, when the node dies, and what the chain does meanwhile. At last a worker is left alone until all is settled. Then each
withdrawal has to be in the chain once, and all books agree. Seeds that follow each other die first at boundaries that follow each other, so
that as many seeds as there are boundaries are every boundary.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bench.crash_worker import Life
from bench.ending import end_with_parent
from bench.proofs import Broken
from models import Coin, HotWallet, PayoutBatch, PayoutBatchState, Quote, User, Wallet, Withdrawal, WithdrawalState
from models.coin import SATOSHIS, Network
from models.ledger import MICROS
from models.ledger_proof import verify
from ops.database import sql
from ops.settings import ROOT, settings
from payments.batch import Payouts
from payments.encodings import base58check
from payments.node import Node
from payments.regtest import Regtest, RegtestFailed
from tests.support.payouts import an_annotator_with, earn
from tests.support.rpc_proxy import RpcProxy

PAYEES = 4
# The most that one annotation pays.
EARNED_MICROS = 10 * MICROS
MOST_ASKED_MICROS = 5 * MICROS
# Beyond the block at which Litecoin's MWEB begins, where a reorganisation would meet rules that change.
FIRST_HEIGHT = 440
# A schedule that has not settled after so many steps, or for so long, never does.
MOST_STEPS = 400
MOST_SECONDS = 180.0
PAUSE_SECONDS = 0.05
LATE_SECONDS = 0.3
# The schedule that finds the boundaries; nothing happens in it.
QUIET = -1


class Mishap(StrEnum):
    """What becomes of one question to the node."""

    LOST_QUESTION = "question lost"
    LOST_ANSWER = "answer lost"
    LATE_ANSWER = "answer late"
    # The node gets it after whoever asked has given up.
    LATE_QUESTION = "question late, its answer lost"
    NODE_DIES_BEFORE = "node killed before the question"
    NODE_DIES_AFTER = "node killed after the answer"


@dataclass(frozen=True, slots=True)
class Schedule:
    # The rate in micro-dollars, and of each withdrawal its person, its address and its micro-dollars.
    rate: int
    asked: list[tuple[int, str, int]]
    # Of each worker the boundaries that its lives end at; it is then left alone.
    deaths: list[list[int]]
    unlocked: bool
    # By the number of the question.
    mishaps: dict[int, Mishap]
    reorganises: bool
    # The share of steps between which a block is found, besides the blocks that are waited for.
    found: float

    @classmethod
    def drawn(cls, seed: int, boundaries: int, questions: int) -> Schedule:
        chance = Random(seed)
        addresses = [base58check(b"\x6f" + chance.randbytes(20)) for _ in range(chance.randint(1, 4))]
        asked = [
            (chance.randrange(PAYEES), chance.choice(addresses), chance.randint(MICROS // 2, MOST_ASKED_MICROS))
            for _ in range(chance.randint(2, 7))
        ]
        rate = chance.randint(50 * MICROS, 150 * MICROS)
        if seed == QUIET:
            return cls(rate, asked, [[]], False, {}, False, 0.0)
        deaths = [[1 + seed % boundaries, *(chance.randint(1, boundaries // 2) for _ in range(chance.choice((0, 0, 1, 1, 2))))]]
        if chance.random() < 0.3:
            deaths.append([chance.randint(1, boundaries) for _ in range(chance.choice((0, 1)))])
        lost = [Mishap.LOST_QUESTION, Mishap.LOST_ANSWER, Mishap.LATE_ANSWER, Mishap.LATE_QUESTION]
        mishaps = {chance.randint(1, questions): chance.choice(lost) for _ in range(chance.choice((0, 0, 1, 2, 3)))}
        if chance.random() < 0.3:
            mishaps[chance.randint(1, questions)] = chance.choice([Mishap.NODE_DIES_BEFORE, Mishap.NODE_DIES_AFTER])
        # Two that have the lock would only take turns.
        return cls(rate, asked, deaths, len(deaths) > 1, mishaps, chance.random() < 0.3, chance.choice((0.0, 0.0, 0.2)))


@dataclass
class Tally:
    """What happened, over all schedules."""

    schedules: int = 0
    withdrawals: int = 0
    two_at_once: int = 0
    lives: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    died_at: set[int] = field(default_factory=set)
    # Deaths of a life that came after a death.
    in_recovery: int = 0
    mishaps: Counter[str] = field(default_factory=Counter)
    node_restarts: int = 0
    reorganisations: int = 0
    # Steps that raised, by what they raised.
    raised: Counter[str] = field(default_factory=Counter)
    abandoned: int = 0

    def told(self, boundaries: int) -> str:
        dead = sum(self.deaths.values())
        lines = [
            f"{self.schedules} schedules with {self.withdrawals} withdrawals, {self.two_at_once} of them with two workers at once",
            f"{dead} workers killed, {self.in_recovery} of them in recovery, {self.lives} lives in all",
            f"{len(self.died_at & set(range(1, boundaries + 1)))} of the {boundaries} boundaries of a quiet run were died at first",
            f"{self.node_restarts} node restarts after kill -9, {self.reorganisations} reorganisations, {self.abandoned} batches let go of",
        ]
        lines += [f"{number:>5} × {what}" for what, number in sorted(self.mishaps.items())]
        lines += [f"{number:>5} × a step raised {what}" for what, number in sorted(self.raised.items())]
        lines += [f"{number:>5} × killed {what}" for what, number in sorted(self.deaths.items())]
        return "\n".join(lines)


class Wire(RpcProxy):
    """Between the workers and the node: what is to become of a question becomes of it."""

    def __init__(self, regtest: Regtest, tally: Tally) -> None:
        super().__init__(regtest.url())
        self._regtest = regtest
        self._tally = tally
        self._mishaps: dict[int, Mishap] = {}
        self._number = 0
        self._late: set[asyncio.Task[Any]] = set()

    def expect(self, mishaps: dict[int, Mishap]) -> None:
        self._mishaps, self._number = mishaps, 0

    @property
    def questions(self) -> int:
        """So far, in this schedule."""
        return self._number

    async def calm(self) -> None:
        """Nothing more happens, and what was on its way has arrived."""
        self._mishaps = {}
        while self._late:
            await asyncio.gather(*self._late, return_exceptions=True)

    async def _asked(self, method: str, head: bytes, body: bytes) -> bytes:
        self._number += 1
        mishap = self._mishaps.pop(self._number, None)
        if mishap is None:
            return await super()._asked(method, head, body)
        self._tally.mishaps[f"{mishap} ({method})" if mishap in {Mishap.NODE_DIES_AFTER, Mishap.NODE_DIES_BEFORE} else mishap] += 1
        if mishap is Mishap.LOST_QUESTION:
            raise ConnectionResetError
        if mishap is Mishap.NODE_DIES_BEFORE:
            await self._node_dies()
            raise ConnectionResetError
        if mishap is Mishap.LATE_QUESTION:
            self._later(self._asked_late(method, head, body))
            raise ConnectionResetError
        answer = await super()._asked(method, head, body)
        match mishap:
            case Mishap.LOST_ANSWER:
                raise ConnectionResetError
            case Mishap.LATE_ANSWER:
                await asyncio.sleep(LATE_SECONDS)
            case Mishap.NODE_DIES_AFTER:
                await self._node_dies()
        return answer

    async def _asked_late(self, method: str, head: bytes, body: bytes) -> None:
        await asyncio.sleep(LATE_SECONDS)
        with suppress(OSError, asyncio.IncompleteReadError):  # the node is away by then
            await super()._asked(method, head, body)

    async def _node_dies(self) -> None:
        await self._regtest.kill()
        self._later(self._node_restarts())

    async def _node_restarts(self) -> None:
        await asyncio.sleep(0.2)
        await self._regtest.start()
        self._tally.node_restarts += 1

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)


class Theatre:
    """One node and one database, in which schedule after schedule is played."""

    def __init__(self, regtest: Regtest, wire: Wire, mother: asyncio.subprocess.Process, folder: Path, tally: Tally) -> None:
        self.regtest = regtest
        self.wire = wire
        self._mother = mother
        self._folder = folder
        self.tally = tally
        self.people: list[User] = []
        self.boundaries = self._questions = 0

    @classmethod
    @asynccontextmanager
    async def opened(cls, regtest: Regtest) -> AsyncIterator[Theatre]:
        """With a node that is up and has paid nothing yet; this process is connected to the database."""
        tally = Tally()
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="tidemark-crash-")))
            wire = await stack.enter_async_context(Wire(regtest, tally))
            mother = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bench.crash_worker", cwd=ROOT, stdin=asyncio.subprocess.PIPE, preexec_fn=end_with_parent
            )
            stack.push_async_callback(_ended, mother)
            theatre = cls(regtest, wire, mother, folder, tally)
            await theatre._begin()
            yield theatre

    async def _begin(self) -> None:
        self.people = [await an_annotator_with(EARNED_MICROS) for _ in range(PAYEES)]
        height = await self.regtest.ask("getblockcount")
        await self.regtest.mine(max(FIRST_HEIGHT - height, Coin.LTC.confirmations + 1))
        async with Node(Coin.LTC, self.regtest.url()) as node:
            receipts, last_block = await node.received(None)
            balance = await node.balance()
        # Each by its own name: a node whose chain was torn tells of all of them again.
        came_in = [(receipt.txid, receipt.vout, receipt.satoshis) for receipt in receipts]
        await (await HotWallet.of(Coin.LTC)).saw(balance, came_in, last_block)
        play = Play(self, Schedule.drawn(QUIET, 0, 0))
        await play.run()
        self.boundaries, self._questions = play.passed, self.wire.questions

    async def play(self, seed: int) -> str:
        """One schedule. Raises Broken."""
        schedule = Schedule.drawn(seed, self.boundaries, self._questions)
        play = Play(self, schedule)
        self.tally.died_at.add(schedule.deaths[0][0])
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await play.run()
        except TimeoutError:
            raise Broken(f"nothing is settled after {MOST_SECONDS:g} seconds") from None
        self.tally.schedules += 1
        self.tally.withdrawals += len(schedule.asked)
        self.tally.two_at_once += schedule.unlocked
        return f"seed {seed}: {len(schedule.asked)} withdrawals, {play.died} workers killed, {len(schedule.mishaps)} mishaps drawn"

    @asynccontextmanager
    async def born(self, dies_at: int | None, *, unlocked: bool) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A worker, a process of its own, and the line to it; it ends when the line does."""
        there: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.get_running_loop().create_future()
        path = self._folder / f"{self.tally.lives}"
        self.tally.lives += 1
        server = await asyncio.start_unix_server(lambda *line: there.set_result(line), path)
        life = Life(str(path), settings().database_url, self.wire.url, dies_at, unlocked)
        assert self._mother.stdin
        self._mother.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
        reader, writer = await there
        try:
            yield reader, writer
        finally:
            writer.close()
            server.close()


class Play:
    """One schedule, from the requests to the proof."""

    def __init__(self, theatre: Theatre, schedule: Schedule) -> None:
        self._theatre = theatre
        self._regtest = theatre.regtest
        self._wire = theatre.wire
        self._tally = theatre.tally
        self._people = theatre.people
        self._schedule = schedule
        self._chance = Random(repr(schedule))
        self._asked: list[Withdrawal] = []
        self._height = 0
        self._first_batch = 0
        self._steps = 0
        self._torn = not schedule.reorganises
        self._invalid: str | None = None
        self._done = False
        self.lives = self.died = self.passed = 0

    async def run(self) -> None:
        await self._ask_for_money()
        self._wire.expect(dict(self._schedule.mishaps))
        async with asyncio.TaskGroup() as workers:
            for deaths in self._schedule.deaths:
                workers.create_task(self._worker(deaths))
        await self._wire.calm()
        await self._prove()

    async def _ask_for_money(self) -> None:
        await Quote.keep([(Coin.LTC, "fixed", self._schedule.rate)])
        # The chain is written out: a node that is killed forgets what came after this.
        await self._regtest.ask("gettxoutsetinfo")
        self._height = await self._regtest.ask("getblockcount")
        self._first_batch = await sql.value("SELECT coalesce(max(id), 0) FROM payout_batches")
        for person, address, micros in self._schedule.asked:
            key = f"crash-{await sql.value('SELECT count(*) FROM withdrawals')}"
            user_id = self._people[person].id
            if (await Wallet.of(user_id)).available < micros:
                await earn(self._people[person], EARNED_MICROS)
            self._asked.append(await Withdrawal.request(user_id, coin=Coin.LTC, address=address, amount_micros=micros, key=key))

    async def _worker(self, deaths: Sequence[int]) -> None:
        """Life after life, until all is settled."""
        for number, dies_at in enumerate([*deaths, None]):
            self.lives += 1
            died = await self._live(dies_at)
            self._tally.in_recovery += died and number > 0
            self.died += died
            if self._done:
                return

    async def _live(self, dies_at: int | None) -> bool:
        """Whether it died."""
        async with self._theatre.born(dies_at, unlocked=self._schedule.unlocked) as (reader, writer):
            while line := await reader.readline():
                told = json.loads(line)
                if "died" in told:
                    self._tally.deaths[told["died"]] += 1
                    return True
                self.passed += len(told["passed"])
                if told["failure"]:
                    self._tally.raised[told["failure"].splitlines()[0][:100]] += 1
                await self._meanwhile(more=told["more"])
                if self._done:
                    return False
                writer.write(b"on\n")
        raise Broken("a worker ended that was not to die")

    async def _meanwhile(self, *, more: bool) -> None:
        """Between two steps of a worker."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Broken(f"nothing is settled after {MOST_STEPS} steps: {(await HotWallet.of(Coin.LTC)).problem}")
        ids = [withdrawal.id for withdrawal in self._asked]
        if not await sql.value("SELECT count(*) FROM withdrawals WHERE id = ANY($1) AND state IN ('REQUESTED', 'PROCESSING', 'SENT')", ids):
            self._done = True
            return
        with suppress(RegtestFailed):  # it is being restarted
            if not await self._tear() and (not more or self._chance.random() < self._schedule.found):
                await self._regtest.mine(self._chance.randint(1, Coin.LTC.confirmations))
            return
        await asyncio.sleep(PAUSE_SECONDS)

    async def _tear(self) -> bool:
        """Takes blocks out of the chain once, some of those that bury the payment, and perhaps puts them back after a step."""
        if self._invalid is not None:
            torn, self._invalid = self._invalid, None
            await self._regtest.ask("reconsiderblock", torn)
            return True
        batch = await PayoutBatch.under_way(Coin.LTC)
        if self._torn or batch is None or not batch.confirmations:
            return False
        height = await self._regtest.ask("getblockcount")
        torn = await self._regtest.ask("getblockhash", height - self._chance.randint(0, batch.confirmations - 1))
        await self._regtest.ask("invalidateblock", torn)
        self._torn = True
        self._tally.reorganisations += 1
        # Else another chain grows where it was.
        self._invalid = torn if self._chance.random() < 0.5 else None
        return True

    async def _prove(self) -> None:
        # What the node had not yet put into a block would be in this one.
        await self._regtest.mine(Coin.LTC.confirmations)
        async with Node(Coin.LTC, self._regtest.url()) as node:
            payouts = Payouts(node, Network.REGTEST)
            await payouts.step(await sql.now() + timedelta(seconds=1))
            wallet = await HotWallet.of(Coin.LTC)
            _require(wallet.problem is None, f"all is settled, and admins read: {wallet.problem}")
            disagreement = await payouts.disagreement()
            _require(disagreement is None, str(disagreement))
        asked = [await withdrawal.reread() for withdrawal in self._asked]
        for withdrawal in asked:
            _require(
                withdrawal.state == WithdrawalState.CONFIRMED, f"withdrawal {withdrawal.id} is {withdrawal.state}: {withdrawal.reason}"
            )
        await self._require_paid_once(asked)
        breaches = await verify()
        _require(not breaches, f"the ledger breaks: {breaches}")
        batches = await PayoutBatch.filter(id__gt=self._first_batch)
        self._tally.abandoned += sum(batch.state == PayoutBatchState.ABANDONED for batch in batches)

    async def _require_paid_once(self, asked: Sequence[Withdrawal]) -> None:
        """The chain pays each address once, what its withdrawals come to at the rate, and in the transaction that we know of."""
        worth: dict[str, int] = defaultdict(int)
        txids: dict[str, set[str]] = defaultdict(set)
        batches = {batch.id: batch for batch in await PayoutBatch.filter(id__gt=self._first_batch)}
        for withdrawal in asked:
            assert withdrawal.batch_id is not None
            batch = batches[withdrawal.batch_id]
            worth[withdrawal.address] += (withdrawal.amount - withdrawal.fee) * SATOSHIS // batch.rate_micros
            txids[withdrawal.address].add(str(batch.txid))
        paid = await self._payments(set(worth))
        for address, satoshis in worth.items():
            _require(
                [paid_by for paid_by, _ in paid[address]] == list(txids[address]) and sum(each for _, each in paid[address]) == satoshis,
                f"{address} was to get {satoshis} in {txids[address]}, and the chain pays {paid[address]}",
            )

    async def _payments(self, addresses: set[str]) -> dict[str, list[tuple[str, int]]]:
        """Every output of the chain to them since the schedule began, as (txid, satoshis)."""
        paid: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for height in range(self._height, await self._regtest.ask("getblockcount") + 1):
            block = await self._regtest.ask("getblock", await self._regtest.ask("getblockhash", height), 2)
            for transaction in block["tx"]:
                for output in transaction["vout"]:
                    for address in addresses.intersection(output["scriptPubKey"].get("addresses", ())):
                        paid[address].append((transaction["txid"], int(output["value"] * SATOSHIS)))
        return paid


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


async def _ended(mother: asyncio.subprocess.Process) -> None:
    assert mother.stdin
    mother.stdin.close()
    await mother.wait()


@asynccontextmanager
async def crash_theatre() -> AsyncIterator[Theatre]:
    """With a node of its own, in the stage's folder; this process is connected. The figures are printed at the end, held or broken."""
    # Nobody pulls the plug of the database here: waiting for the disk would only take time.
    await sql.run("ALTER SYSTEM SET synchronous_commit = off")
    await sql.run("SELECT pg_reload_conf()")
    regtest = Regtest(settings().data_dir)
    try:
        await regtest.up()
        async with Theatre.opened(regtest) as theatre:
            try:
                yield theatre
            finally:
                print(theatre.tally.told(theatre.boundaries))
    finally:
        await regtest.kill()
