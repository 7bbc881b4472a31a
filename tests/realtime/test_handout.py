"""New tasks among the streams that wait for them: who gets them, who is woken, and what it costs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from tortoise.transactions import in_transaction

from models import Assignment, Project, ProjectState, Task, TaskState, User
from models.event import TASKS, tasks_topic, work_topic
from models.ledger_proof import verify
from ops.database import sql
from realtime.handout import Handout, Waiting
from realtime.hub import Hub
from realtime.topics import CATCH_UP_CHANNEL, hint_channel
from tests.realtime.support import a_hub, eventually
from tests.support.ceiling import CEILING_SECONDS
from tests.support.sql import counted_sql
from tests.support.world import a_project, an_annotator, bring_items

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Process:
    """What a web process has of it, and the streams that are open there."""

    def __init__(self, hub: Hub, stack: AsyncExitStack) -> None:
        self.hub = hub
        self.handout = Handout(hub.broker)
        self._stack = stack

    async def stream(self, person: User, up_to: int = 1, project: Project | None = None) -> Waiting:
        """One that holds nothing yet, and waits until the process is gone."""
        waiting = await self._stack.enter_async_context(self.joined(person, up_to, project))
        waiting.wants(up_to)
        return waiting

    @asynccontextmanager
    async def joined(self, person: User, up_to: int = 1, project: Project | None = None) -> AsyncIterator[Waiting]:
        number = project.id if project else None
        async with self.hub.hinted(work_topic(person.id)) as hints, self.handout.joined(hints, person.id, up_to, number) as waiting:
            yield waiting


@asynccontextmanager
async def a_process(redis: Redis) -> AsyncIterator[Process]:
    async with a_hub(redis) as hub:
        async with AsyncExitStack() as stack:
            process = Process(hub, stack)
            yield process
            await process.handout.close()
        assert hub.broker.channels == {CATCH_UP_CHANNEL}


async def several(number: int) -> list[User]:
    people = [await an_annotator() for _ in range(number)]
    await sql.run("UPDATE standings SET gold_share = 0")
    return people


async def hint(redis: Redis, project: Project) -> None:
    await redis.publish(hint_channel(TASKS), tasks_topic(project.id))


async def leased(number: int) -> None:
    async def are() -> bool:
        return await Assignment.filter(state="LEASED").count() == number

    await eventually(are)


async def is_woken(stream: Waiting, *, seconds: float = 0.05) -> bool:
    """By the handout: a connection to Redis that is new wakes for the stream's other reasons."""
    try:
        async with asyncio.timeout(seconds):
            while not any(topic.startswith(TASKS) for topic in await stream.hints.next()):
                pass
    except TimeoutError:
        return False
    return True


async def test_a_hint_wakes_who_waited_longest_and_nobody_else(redis: Redis) -> None:
    people, project = await several(8), await a_project(items=3)

    async with a_process(redis) as process:
        streams = [await process.stream(person) for person in people]
        await hint(redis, project)
        await leased(3)
        await process.handout.close()

        assert [[assignment.annotator_id for assignment in stream.taken()] for stream in streams] == [[p.id] for p in people[:3]] + [[]] * 5
        assert [await is_woken(stream) for stream in streams] == [True] * 3 + [False] * 5


async def test_one_hint_for_five_hundred_streams_and_three_tasks_takes_few_statements(redis: Redis) -> None:
    person, project = await an_annotator(), await a_project(items=3)
    await sql.run(
        """WITH added AS (
            INSERT INTO users SELECT (jsonb_populate_record(u, jsonb_build_object(
                'id', 100000 + n, 'email', n || '@crowd.test', 'display_name', 'Crowd ' || n))).*
            FROM users u, generate_series(1, 500) AS n WHERE u.id = $1 RETURNING id
        ) INSERT INTO standings (user_id) SELECT id FROM added""",
        person.id,
    )
    crowd = await User.filter(id__gt=100_000).order_by("id")

    async with a_process(redis) as process:
        streams = [await process.stream(each, up_to=2) for each in crowd]
        with counted_sql() as statements:
            await hint(redis, project)
            await eventually(lambda: _truth(bool(streams[2].handed)))
            await process.handout.close()

        assert len(statements) <= 4
        assert [len(stream.handed) for stream in streams] == [1] * 3 + [0] * 497
        with counted_sql() as statements:
            await hint(redis, project)
            await eventually(lambda: _truth(bool(statements)))
            await process.handout.close()
        # Nothing is left: that is all that is asked.
        assert len(statements) == 1


async def _truth(value: bool) -> bool:
    return value


async def test_two_processes_share_ten_tasks_among_sixty_four_streams(redis: Redis) -> None:
    people, project = await several(64), await a_project(items=10)

    async with a_process(redis) as one, a_process(redis) as other:
        mine = [await one.stream(person, up_to=2) for person in people[:32]]
        theirs = [await other.stream(person, up_to=2) for person in people[32:]]
        await hint(redis, project)
        await leased(10)
        await asyncio.gather(one.handout.close(), other.handout.close())

        for streams in (mine, theirs):
            served = [bool(stream.handed) for stream in streams]
            assert served == sorted(served, reverse=True)
        handed = [assignment for stream in mine + theirs for assignment in stream.handed]

    assert len(handed) == len({assignment.task_id for assignment in handed}) == 10
    assert await Task.filter(state=TaskState.LEASED).count() == await Assignment.all().count() == 10
    assert await verify() == []


async def test_who_was_served_waits_behind_the_others_for_a_second_task(redis: Redis) -> None:
    people, project = await several(3), await a_project(items=5)

    async with a_process(redis) as process:
        streams = [await process.stream(person, up_to=2) for person in people]
        await hint(redis, project)
        await leased(5)
        await process.handout.close()

        assert [len(stream.handed) for stream in streams] == [2, 2, 1]
        await bring_items(project, 2, prefix="more")
        await hint(redis, project)
        await leased(6)
        await process.handout.close()
        assert [len(stream.handed) for stream in streams] == [2, 2, 2]


async def test_streams_of_another_project_and_of_people_not_admitted_are_passed_over(redis: Redis) -> None:
    people, project = await several(3), await a_project(items=2, countries=["PT"])
    another = await a_project(items=0)
    await sql.run("UPDATE users SET country = 'JP' WHERE id = $1", people[0].id)

    async with a_process(redis) as process:
        abroad, elsewhere = await process.stream(people[0]), await process.stream(people[1], project=another)
        here = await process.stream(people[2], project=project)
        await hint(redis, project)
        await leased(1)
        await process.handout.close()

        assert (abroad.handed, elsewhere.handed, len(here.handed)) == ([], [], 1)
        assert not await is_woken(abroad)
        assert not await is_woken(elsewhere)


async def test_two_streams_of_one_person_are_given_one_task_which_both_show(redis: Redis) -> None:
    [person], project = await several(1), await a_project(items=3)

    async with a_process(redis) as process:
        streams = [await process.stream(person), await process.stream(person)]
        await hint(redis, project)
        await leased(1)
        await process.handout.close()

        first, second = (stream.taken() for stream in streams)
        assert [assignment.id for assignment in first] == [assignment.id for assignment in second]
        assert len(first) == 1


async def test_a_stream_in_another_process_is_told_that_its_person_holds_enough_already(redis: Redis) -> None:
    [person], project = await several(1), await a_project(items=3)

    async with a_process(redis) as process:
        stream = await process.stream(person)
        await Assignment.lease(person.id, up_to=1)
        await hint(redis, project)

        assert await is_woken(stream, seconds=CEILING_SECONDS)
        assert stream.handed == []
        assert await Assignment.held_by(person.id).count() == 1


async def test_what_was_leased_for_a_stream_that_went_away_meanwhile_goes_back(redis: Redis) -> None:
    people, project = await several(2), await a_project(items=2)
    is_locked, may_go = asyncio.Event(), asyncio.Event()

    async def keep_waiting() -> None:
        """The statement waits for who changes the person's standing."""
        async with in_transaction():
            await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", people[0].id)
            is_locked.set()
            async with asyncio.timeout(2 * CEILING_SECONDS):
                await may_go.wait()

    async def waits() -> bool:
        blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%RECURSIVE waiters%'"
        return bool(await sql.value(blocked))

    async with a_process(redis) as process:
        stays = await process.stream(people[1])
        keeping = asyncio.create_task(keep_waiting())
        await is_locked.wait()
        async with process.joined(people[0]) as leaving:
            leaving.wants(1)
            await hint(redis, project)
            await eventually(waits)
        may_go.set()
        await keeping
        await process.handout.close()

        assert len(stays.taken()) == 1
    [left] = await Assignment.held_by(people[0].id)
    [shown] = await Assignment.held_by(people[1].id)
    assert left.release_at is not None
    assert shown.release_at is None


@pytest.mark.parametrize("state", [ProjectState.PAUSED, ProjectState.CLOSED])
async def test_a_project_that_stopped_hands_out_nothing(redis: Redis, state: ProjectState) -> None:
    [person], project = await several(1), await a_project(items=2)
    await project.set_state(state)

    async with a_process(redis) as process:
        stream = await process.stream(person)
        process.handout._hinted(tasks_topic(project.id).encode())
        await process.handout.close()

        assert stream.handed == []
        assert not await is_woken(stream)
    assert await Assignment.all().count() == 0


async def test_an_error_is_outlived(redis: Redis) -> None:
    [person], project = await several(1), await a_project(items=1)

    async with a_process(redis) as process:
        stream = await process.stream(person)
        await sql.run("ALTER TABLE assignments RENAME TO assignments_away")
        try:
            process.handout._hinted(tasks_topic(project.id).encode())
            await process.handout.close()
        finally:
            await sql.run("ALTER TABLE assignments_away RENAME TO assignments")
        assert not await is_woken(stream)

        await hint(redis, project)
        await leased(1)
        await process.handout.close()
        assert len(stream.handed) == 1
