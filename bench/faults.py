"""Realtime under faults: a whole installation under load, broken in every way that it can be, and followers who miss nothing.

A seed draws a schedule: which faults begin when, on whom, for how long. While it is played, transactions record events, moderators claim
and release by the API, and followers of the board and of persons follow by either web process. Then all is healed, and within a time every
follower has to stand where the table ends, having been told each committed event once, in order, and as it is there; or stand behind a
state that it read anew, which it may be told to do only where the past was truly taken away.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, TypeVar

import httpx
from redis.asyncio import Redis

from bench.faults_load import BOARD_TOPIC, COLUMNS, FAT_BOARD_TOPIC, Load, activity_topic
from bench.faults_stage import Installation, Process
from bench.follower import Follower, Seen
from bench.fuzz import held
from bench.links import Link, to_port
from bench.proofs import Broken
from bench.stage import cookie_of, ended
from models.event import user_topic
from ops.database import sql
from ops.redis import redis_client
from ops.settings import settings
from realtime.cursor import Cursor
from realtime.past import persistently

FAULTS_A_SCHEDULE = (1, 1, 1, 2, 2, 3)
# In which they begin, and for how long the load goes on.
SECONDS = 0.8
# Until everybody stands where the table ends, from when all is healed: a connection that is dead without a word is noticed after fifteen.
SETTLE_SECONDS = 90.0
# By then what is half-open has been noticed, and whoever is away is gone.
LEFT_SECONDS = 60.0
POLL_SECONDS = 0.02
BOARDS, PERSONS = 4, 3
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Step:
    at: float
    fault: str
    # Of whatever the fault chooses among.
    target: int
    seconds: float

    def __str__(self) -> str:
        return f"after {self.at:.2f} s {self.fault}, target {self.target}, for {self.seconds:.2f} s"


@dataclass(frozen=True, slots=True)
class Schedule:
    seed: int
    steps: list[Step]

    @classmethod
    def drawn(cls, seed: int) -> Schedule:
        chance = Random(seed)
        names, weights = list(FAULTS), [fault.weight for fault in FAULTS.values()]
        drawn = chance.choices(names, weights, k=chance.choice(FAULTS_A_SCHEDULE))
        # Seeds that follow each other begin with faults that follow each other.
        drawn[0] = names[seed % len(names)]
        return cls(
            seed,
            sorted(
                (Step(chance.uniform(0, SECONDS), name, chance.randrange(10**6), chance.uniform(*FAULTS[name].seconds)) for name in drawn),
                key=lambda step: step.at,
            ),
        )


@dataclass
class Tally:
    """Over all schedules."""

    schedules: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    committed: int = 0
    told: int = 0
    fresh: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    healed: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        healed = f"; healed within {median(self.healed):.2f} s, at most {max(self.healed):.2f} s" if self.healed else ""
        faults = f"{self.schedules} schedules, {sum(self.faults.values())} faults"
        lines = [f"{faults}, {self.committed} events committed and told {self.told} times, {self.fresh} states read anew{healed}"]
        lines += [f"{number:>6} × {fault}" for fault, number in sorted(self.faults.items())]
        lines += [f"{number:>6} × a follower's connection ended: {end}" for end, number in sorted(self.ends.items())]
        return "\n".join(lines)


class Theatre:
    """One installation, in which schedule after schedule is played."""

    def __init__(self, installation: Installation, load: Load, followers: list[Follower], redis: Redis) -> None:
        self.installation = installation
        self.load = load
        self.followers = followers
        self.redis = redis
        self.tally = Tally()
        # What stood in the table in this schedule, and whatever was taken out of it; and how often each of the load's own numbers did.
        self.there: dict[tuple[str, Cursor], Seen] = {}
        self.numbers: Counter[tuple[int, str]] = Counter()
        self.is_past_gone = False
        self._first_event = 0

    async def play(self, seed: int) -> str:
        """One schedule. Raises Broken, and keeps the logs."""
        schedule = Schedule.drawn(seed)
        self._begin(schedule)
        self._first_event = await persistently(lambda: sql.value("SELECT coalesce(max(id), 0) FROM events"))
        loop = asyncio.get_running_loop()
        try:
            async with self.load.at_work():
                await asyncio.gather(*(self._play(step) for step in schedule.steps), asyncio.sleep(SECONDS))
            healing = loop.time()
            await self._heal()
            await self.settle()
            healed = loop.time() - healing
            committed, deliveries = await self._prove()
        except (Broken, TimeoutError) as error:
            raise Broken(
                "\n".join([str(error) or repr(error), *map(str, schedule.steps), *self._places(), self._kept_logs(seed)])
            ) from error
        self._count(schedule, committed, deliveries, healed)
        faults = ", ".join(step.fault for step in schedule.steps)
        return f"seed {seed}: {faults}; {committed} events, told {deliveries} times; healed in {healed:.2f} s"

    async def settle(self) -> None:
        """Until every follower stands where its topic ends, and nothing waits to be numbered. Raises Broken where that takes too long."""
        until = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while True:
            for follower in self.followers:
                if follower.broken is not None:
                    raise follower.broken
            if await self._is_settled():
                return
            if asyncio.get_running_loop().time() > until:
                raise Broken(f"not settled {SETTLE_SECONDS:g} s after all was healed")
            await asyncio.sleep(POLL_SECONDS)

    async def leave(self) -> None:
        """Nobody follows any more: no process may hold anything of theirs. Raises Broken."""
        async with httpx.AsyncClient(timeout=LEFT_SECONDS) as client:
            for process in self.installation.webs:
                await self._require_idle(client, process)

    def take(self, rows: Iterable[Any]) -> None:
        """Of the table, each row once."""
        for row in rows:
            cursor = Cursor(row["epoch"], row["sequence"])
            self.there[row["topic"], cursor] = Seen(cursor, row["kind"], row["created_at"])
            if row["number"] is not None:
                self.numbers[row["number"], row["topic"]] += 1

    def _begin(self, schedule: Schedule) -> None:
        self.there.clear()
        self.numbers.clear()
        self.is_past_gone = False
        self.load.begin(schedule.seed)
        for follower in self.followers:
            follower.begin(schedule.seed)

    async def _play(self, step: Step) -> None:
        await asyncio.sleep(step.at)
        await FAULTS[step.fault].happen(self, step.target, step.seconds)

    async def _heal(self) -> None:
        for process in self.installation.processes:
            process.redis.heal()
            process.postgres.heal()
        for follower in self.followers:
            follower.come_back()
            for link in follower.links:
                link.heal()
        await self.installation.ready(SETTLE_SECONDS)
        # Whoever missed something on a topic learns of it by what comes next there.
        await self.load.record_last()

    async def _is_settled(self) -> bool:
        if await persistently(lambda: sql.value("SELECT EXISTS (SELECT FROM events WHERE sequence IS NULL)")):
            return False
        epoch = await persistently(lambda: sql.value("SELECT epoch FROM installation"))
        rows = await persistently(lambda: sql.rows("SELECT topic, sequence FROM topics"))
        ends = {row["topic"]: Cursor(epoch, row["sequence"]) for row in rows}
        return all(follower.place == ends.get(follower.topic.name) for follower in self.followers)

    async def _prove(self) -> tuple[int, int]:
        """How many events were committed, and how often one was told."""
        rows = await persistently(lambda: sql.rows(f"SELECT {COLUMNS} FROM events, installation WHERE events.id > $1", self._first_event))
        self.take(rows)
        for written in self.load.committed:
            if self.numbers[written] != 1:
                raise Broken(f"event {written} was committed, and is there {self.numbers[written]} times")
        told = 0
        for follower in self.followers:
            for seen in follower.seen:
                there = self.there.get((follower.topic.name, seen.cursor))
                if there != seen:
                    raise Broken(f"{follower.name} was told {seen}, and the table has {there}")
            if follower.expired and not self.is_past_gone:
                raise Broken(f"{follower.name} was told that the past is gone, and it is there")
            told += len(follower.seen)
        return len(self.there), told

    async def _require_idle(self, client: httpx.AsyncClient, process: Process) -> None:
        until = asyncio.get_running_loop().time() + LEFT_SECONDS
        while True:
            sockets, subscriptions = held((await client.get(f"http://127.0.0.1:{process.port}/metrics")).text)
            if not sockets and not subscriptions:
                return
            if asyncio.get_running_loop().time() > until:
                raise Broken(f"{process.name} holds {sockets} sockets and {subscriptions} subscriptions that nobody has any more")
            await asyncio.sleep(POLL_SECONDS)

    def _count(self, schedule: Schedule, committed: int, told: int, healed: float) -> None:
        self.tally.schedules += 1
        self.tally.faults.update(step.fault for step in schedule.steps)
        self.tally.committed += committed
        self.tally.told += told
        self.tally.healed.append(healed)
        for follower in self.followers:
            self.tally.fresh += follower.fresh
            self.tally.ends.update(follower.ends)

    def _places(self) -> list[str]:
        return [f"{each.name} stands at {each.place}; its connections: {dict(each.ends)}" for each in self.followers]

    def _kept_logs(self, seed: int) -> str:
        folder = Path(tempfile.mkdtemp(prefix=f"tidemark-faults-{seed}-"))
        for log in [*settings().data_dir.glob("*.log"), self.installation.postgres.log]:
            shutil.copy(log, folder / f"{log.parent.name if log.name == 'server.log' else ''}{log.name}")
        return f"The processes' logs are in {folder}"


@asynccontextmanager
async def faults_theatre() -> AsyncIterator[Theatre]:
    """On an empty stage. The figures are printed at the end, held or broken."""
    # What it has to say of outages is what we know.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
    async with AsyncExitStack() as stack:
        installation = await stack.enter_async_context(Installation.standing())
        redis = await stack.enter_async_context(redis_client(settings().redis_url))
        load = await Load.prepared(installation, stack)
        followers = await _followers(installation, load, stack)
        theatre = Theatre(installation, load, followers, redis)
        following = [asyncio.create_task(follower.follow()) for follower in followers]
        try:
            await load.record_last()
            await theatre.settle()
            yield theatre
        finally:
            print(theatre.tally)
            await ended(following)
        await theatre.leave()


async def _followers(installation: Installation, load: Load, stack: AsyncExitStack) -> list[Follower]:
    followers = []
    for n in range(BOARDS):
        topic = FAT_BOARD_TOPIC if n == 0 else BOARD_TOPIC
        cookie = await cookie_of(load.moderators[n % len(load.moderators)])
        followers.append(Follower(f"board{n}", topic, cookie, await client_links(installation, stack)))
    for n in range(PERSONS):
        person = load.annotators[n % len(load.annotators)]
        topic = activity_topic(user_topic(person.id))
        followers.append(Follower(f"person{n}", topic, await cookie_of(person), await client_links(installation, stack)))
    return followers


async def client_links(installation: Installation, stack: AsyncExitStack) -> list[Link]:
    """One to each web process."""
    return [await stack.enter_async_context(Link(to_port(process.port))) for process in installation.webs]


# The faults


@dataclass(frozen=True, slots=True)
class Fault:
    happen: Callable[[Theatre, int, float], Awaitable[None]]
    seconds: tuple[float, float]
    # How often it is drawn.
    weight: int = 1


async def _web_killed(theatre: Theatre, target: int, seconds: float) -> None:
    _one(theatre.installation.webs, target).kill(seconds)


async def _worker_killed(theatre: Theatre, target: int, seconds: float) -> None:
    _one(theatre.installation.workers, target).kill(seconds)


async def _all_workers_killed(theatre: Theatre, _: int, seconds: float) -> None:
    for worker in theatre.installation.workers:
        worker.kill(seconds)


async def _web_restarted(theatre: Theatre, target: int, _: float) -> None:
    _one(theatre.installation.webs, target).signal(signal.SIGTERM)


async def _web_stopped(theatre: Theatre, target: int, seconds: float) -> None:
    await _stopped(_one(theatre.installation.webs, target), seconds)


async def _worker_stopped(theatre: Theatre, target: int, seconds: float) -> None:
    await _stopped(_one(theatre.installation.workers, target), seconds)


async def _stopped(process: Process, seconds: float) -> None:
    process.signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        process.signal(signal.SIGCONT)


async def _redis_killed(theatre: Theatre, _: int, seconds: float) -> None:
    await theatre.installation.kill_redis(seconds)


async def _redis_stopped(theatre: Theatre, _: int, seconds: float) -> None:
    await theatre.installation.stop_redis(seconds)


async def _redis_flushed(theatre: Theatre, _: int, __: float) -> None:
    async with theatre.installation.redis_turn:
        await theatre.redis.flushall()
        await theatre.redis.script_flush()


async def _listeners_thrown_out(theatre: Theatre, _: int, __: float) -> None:
    async with theatre.installation.redis_turn:
        await theatre.redis.client_kill_filter(_type="pubsub")


async def _postgres_killed(theatre: Theatre, _: int, seconds: float) -> None:
    await theatre.installation.kill_postgres(seconds)


async def _postgres_stopped(theatre: Theatre, _: int, seconds: float) -> None:
    await theatre.installation.stop_postgres(seconds)


async def _backend_killed(theatre: Theatre, target: int, _: float) -> None:
    rows = await persistently(lambda: sql.rows("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY pid"))
    await theatre.installation.kill_backend(_one([row["pid"] for row in rows], target))


async def _sessions_ended(theatre: Theatre, _: int, __: float) -> None:
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    await persistently(lambda: sql.rows(end))


def _one_link(theatre: Theatre, target: int) -> Link:
    """Of a process, to Redis or to PostgreSQL."""
    return _one([link for process in theatre.installation.processes for link in (process.redis, process.postgres)], target)


async def _link_cut(theatre: Theatre, target: int, _: float) -> None:
    _one_link(theatre, target).cut()


async def _link_refused(theatre: Theatre, target: int, seconds: float) -> None:
    link = _one_link(theatre, target)
    link.refuses = True
    link.cut()
    await asyncio.sleep(seconds)
    link.heal()


async def _link_held(theatre: Theatre, target: int, seconds: float) -> None:
    link = _one_link(theatre, target)
    link.hold(there=target % 3 != 1, back=target % 3 != 2)
    await asyncio.sleep(seconds)
    link.heal()


async def _link_held_and_cut(theatre: Theatre, target: int, seconds: float) -> None:
    link = _one_link(theatre, target)
    link.hold(there=target % 3 != 1, back=target % 3 != 2)
    await asyncio.sleep(seconds)
    link.cut()
    link.heal()


async def _link_slow(theatre: Theatre, target: int, seconds: float) -> None:
    link = _one_link(theatre, target)
    link.delay_seconds = 0.02
    await asyncio.sleep(seconds)
    link.heal()


async def _link_half_closed(theatre: Theatre, target: int, _: float) -> None:
    _one_link(theatre, target).half_close(there=target % 2 == 0)


async def _link_dead(theatre: Theatre, target: int, _: float) -> None:
    """To Redis. (Of PostgreSQL's connections the kernel notices it, where the other machine is gone; here it is there.)"""
    _one(theatre.installation.processes, target).redis.kill()


async def _client_cut(theatre: Theatre, target: int, _: float) -> None:
    for link in _one(theatre.followers, target).links:
        link.cut()


async def _client_slow(theatre: Theatre, target: int, seconds: float) -> None:
    """Takes nothing for a while; every second time it is who is told most."""
    follower = theatre.followers[0] if target % 2 else _one(theatre.followers, target // 2)
    for link in follower.links:
        link.hold(there=False)
    await asyncio.sleep(seconds)
    for link in follower.links:
        link.heal()


async def _client_half_open(theatre: Theatre, target: int, _: float) -> None:
    """It comes again, and the server is not told that the old connection is over."""
    follower = _one(theatre.followers, target)
    for link in follower.links:
        link.kill()
    follower.drop()


async def _client_half_closed(theatre: Theatre, target: int, _: float) -> None:
    for link in _one(theatre.followers, target // 2).links:
        link.half_close(there=target % 2 == 0)


async def _client_away(theatre: Theatre, target: int, seconds: float) -> None:
    follower = _one(theatre.followers, target)
    follower.go_away()
    await asyncio.sleep(seconds)
    follower.come_back()


async def _all_clients_cut(theatre: Theatre, _: int, __: float) -> None:
    for follower in theatre.followers:
        for link in follower.links:
            link.cut()


async def _past_gone(theatre: Theatre, target: int, seconds: float) -> None:
    """While somebody is away all that was numbered is dropped, as days are that are too old; and Redis has forgotten."""
    follower = _one(theatre.followers, target)
    follower.go_away()
    await asyncio.sleep(seconds)
    theatre.is_past_gone = True
    gone = await persistently(lambda: sql.rows(f"DELETE FROM events USING installation WHERE sequence IS NOT NULL RETURNING {COLUMNS}"))
    theatre.take(gone)
    async with theatre.installation.redis_turn:
        await theatre.redis.flushall()
    follower.come_back()


async def _numbered_anew(theatre: Theatre, _: int, __: float) -> None:
    """As after a backup was restored: another epoch, and nothing of what was."""
    async with theatre.load.turn:
        theatre.is_past_gone = True
        theatre.take(await theatre.load.begin_anew())


def _one(some: list[Each], target: int) -> Each:
    return some[target % len(some)]


FAULTS = {
    "web killed": Fault(_web_killed, (0.0, 0.5), 3),
    "web restarted": Fault(_web_restarted, (0.0, 0.0), 2),
    "web stopped": Fault(_web_stopped, (0.2, 1.5)),
    "worker killed": Fault(_worker_killed, (0.0, 0.8), 3),
    "all workers killed": Fault(_all_workers_killed, (0.0, 0.5), 2),
    "worker stopped": Fault(_worker_stopped, (0.2, 2.5), 2),
    "Redis killed": Fault(_redis_killed, (0.0, 0.8), 3),
    "Redis stopped": Fault(_redis_stopped, (0.1, 1.2)),
    "Redis flushed": Fault(_redis_flushed, (0.0, 0.0), 2),
    "Redis ends pub/sub": Fault(_listeners_thrown_out, (0.0, 0.0)),
    "PostgreSQL killed": Fault(_postgres_killed, (0.0, 0.5), 3),
    "PostgreSQL stopped": Fault(_postgres_stopped, (0.1, 1.2)),
    "a backend of PostgreSQL killed": Fault(_backend_killed, (0.0, 0.0), 2),
    "PostgreSQL ends all sessions": Fault(_sessions_ended, (0.0, 0.0)),
    "link cut": Fault(_link_cut, (0.0, 0.0), 4),
    "link refused": Fault(_link_refused, (0.1, 1.0), 2),
    "link held": Fault(_link_held, (0.1, 1.5), 3),
    "link held, then cut": Fault(_link_held_and_cut, (0.1, 1.5), 3),
    "link slow": Fault(_link_slow, (0.3, 1.0)),
    "link half-closed": Fault(_link_half_closed, (0.0, 0.0), 2),
    "link dead without a word": Fault(_link_dead, (0.0, 0.0)),
    "client cut": Fault(_client_cut, (0.0, 0.0), 2),
    "all clients cut": Fault(_all_clients_cut, (0.0, 0.0)),
    "client reads nothing": Fault(_client_slow, (0.3, 1.5), 3),
    "client half-open": Fault(_client_half_open, (0.0, 0.0), 2),
    "client half-closed": Fault(_client_half_closed, (0.0, 0.0)),
    "client away": Fault(_client_away, (0.1, 1.0)),
    "the past is dropped": Fault(_past_gone, (0.1, 0.8), 2),
    "numbered anew": Fault(_numbered_anew, (0.0, 0.0)),
}
