import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from ops.embedded import EmbeddedFailed, EmbeddedPostgres, EmbeddedRedis, EmbeddedServer
from ops.redis import redis_client
from ops.settings import ROOT


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path, durable=False)
    yield server
    server.stop()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path)
    yield server
    server.stop()


def test_a_data_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedFailed, match=f"^DATA_DIR: {tmp_path}/file/data cannot be made: Not a directory$"):
        EmbeddedPostgres(tmp_path / "file" / "data").start()


async def test_postgres_keeps_its_data_and_starts_again_much_faster_than_at_first(postgres: EmbeddedPostgres) -> None:
    first = _seconds_to_start(postgres)
    await _ask(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
    again = []
    for _ in range(3):
        postgres.stop()
        again.append(_seconds_to_start(postgres))

    assert await _ask(postgres, "SELECT number FROM kept") == 7
    assert min(again) < first / 2


async def test_postgres_is_18_in_utf_8_and_utc(postgres: EmbeddedPostgres) -> None:
    postgres.start()

    assert str(await _ask(postgres, "SHOW server_version")).startswith("18.")
    assert await _ask(postgres, "SHOW server_encoding") == "UTF8"
    assert await _ask(postgres, "SHOW timezone") == "UTC"


async def test_a_cluster_that_was_only_half_made_is_made_anew(postgres: EmbeddedPostgres) -> None:
    postgres.cluster.mkdir(parents=True)
    (postgres.cluster / "half").touch()

    postgres.start()

    assert await _ask(postgres, "SELECT 1") == 1


async def test_a_data_folder_with_a_long_path_and_blanks_works(tmp_path: Path) -> None:
    folder = tmp_path / ("long " * 20) / ("and longer " * 10)
    postgres, redis_server = EmbeddedPostgres(folder, durable=False), EmbeddedRedis(folder)

    try:
        postgres.start()
        redis_server.start()

        assert await _ask(postgres, "SELECT 1") == 1
        assert await _answers(redis_server)
    finally:
        redis_server.stop()
        postgres.stop()
        redis_server.run_dir.rmdir()


@pytest.mark.parametrize("kind", [EmbeddedPostgres, EmbeddedRedis])
def test_whoever_leaves_last_stops_the_server(tmp_path: Path, kind: type[EmbeddedServer]) -> None:
    first, second = kind(tmp_path), kind(tmp_path)
    first.start()
    second.start()

    first.stop()
    still_there = second._answers()
    second.stop()

    assert still_there
    assert not second._answers()


def test_a_server_that_somebody_uses_is_not_taken_for_left_behind(redis_server: EmbeddedRedis, tmp_path: Path) -> None:
    assert not EmbeddedRedis(tmp_path).stop_if_unused()
    redis_server.start()

    assert not EmbeddedRedis(tmp_path).stop_if_unused()
    assert redis_server._answers()


def test_a_server_that_a_killed_process_left_behind_is_stopped(tmp_path: Path) -> None:
    left = "import os, sys, pathlib; from ops.embedded import EmbeddedRedis; EmbeddedRedis(pathlib.Path(sys.argv[1])).start(); os._exit(1)"
    subprocess.run([sys.executable, "-c", left, tmp_path], cwd=ROOT, check=False)
    server = EmbeddedRedis(tmp_path)
    assert server._answers()

    assert server.stop_if_unused()
    assert not server._answers()


async def test_redis_starts_at_once_and_is_empty_after_a_restart(redis_server: EmbeddedRedis) -> None:
    redis_server.start()
    client = redis_client(redis_server.url)
    await client.set("kept", "no")
    redis_server.stop()

    redis_server.start()

    assert await client.get("kept") is None
    assert int((await client.info("server"))["redis_version"].split(".")[0]) >= 7
    await client.aclose()


async def test_redis_can_be_started_again_after_a_crash(redis_server: EmbeddedRedis) -> None:
    redis_server.start()
    redis_server.kill()
    assert not await _answers(redis_server)

    redis_server.stop()
    redis_server.start()

    assert await _answers(redis_server)


def _seconds_to_start(server: EmbeddedServer) -> float:
    began = time.monotonic()
    server.start()
    return time.monotonic() - began


async def _ask(server: EmbeddedPostgres, query: str) -> object:
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def _answers(server: EmbeddedRedis) -> bool:
    return server._answers()
