"""The connection to Redis: a single server, the master that sentinels name, or a cluster.

`redis://host:port/db`, `rediss://…`, `unix:///path`; `redis+sentinel://host:port,host:port/NAME`, where NAME is the master's;
`redis+cluster://host:port,host:port`, each with a few of its hosts; `rediss+…` for TLS. `user:password@` before the hosts is Redis's own,
and `?sentinel_username=…&sentinel_password=…` the sentinels'.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from typing import Any, cast
from urllib.parse import parse_qs, unquote

from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, RedisClusterException, RedisError, TimeoutError

from ops.cancelling import obeying, within_a_task
from ops.settings import redis_places

# Together about a second and a half of waiting; but redis-py tries to connect as often within each of them.
RETRIES = 5
RETRY_BASE_SECONDS = 0.05
RETRY_CAP_SECONDS = 1.0
# A blocking read must wait for less than this.
SOCKET_TIMEOUT_SECONDS = 5.0
# With all that is tried for it: longer is an outage, which callers must see.
COMMAND_SECONDS = 5.0
# Sentinels and a cluster's hosts stand in for each other: one that does not answer is soon passed over.
PLACE_TIMEOUT_SECONDS = 1.0

REDIS_AWAY = (RedisError, RedisClusterException, OSError)
"""What is raised while Redis cannot be had, of one kind or another."""


def redis_client(url: str) -> Redis:
    """A client that answers bytes and tries again when the connection drops; the caller closes it with aclose().

    Raises ValueError for an address that is none.
    """
    retry = Retry(ExponentialWithJitterBackoff(cap=RETRY_CAP_SECONDS, base=RETRY_BASE_SECONDS), RETRIES)
    options: dict[str, Any] = {
        "decode_responses": False,
        "socket_timeout": SOCKET_TIMEOUT_SECONDS,
        "socket_connect_timeout": SOCKET_TIMEOUT_SECONDS,
        "health_check_interval": 30,
        "retry": retry,
        "retry_on_error": [BusyLoadingError, ConnectionError, TimeoutError],
    }
    if "+" not in url.partition("://")[0]:
        return _Single.from_url(url, **options)
    places = redis_places(url)
    own = {"username": unquote(places["user"] or "") or None, "password": unquote(places["password"] or "") or None}
    options |= own | {"ssl": bool(places["tls"])}
    hosts = [(host, int(port)) for host, _, port in (each.rpartition(":") for each in places["hosts"].split(","))]
    return _master(hosts, places, options) if places["kind"] == "sentinel" else _cluster(hosts, options)


def is_cluster(redis: Redis) -> bool:
    return isinstance(redis, RedisCluster)


def publish_verb(redis: Redis) -> str:
    """In a cluster what is published goes to the one node that has the channel, rather than to all."""
    return "SPUBLISH" if is_cluster(redis) else "PUBLISH"


async def publish(redis: Redis, channel: str, message: bytes) -> None:
    client: Any = redis
    await client.execute_command(publish_verb(redis), channel, message)


async def in_time(command: Awaitable[Any]) -> Any:
    """What it answers. Raises a TimeoutError where Redis takes too long."""
    await within_a_task()
    async with asyncio.timeout(COMMAND_SECONDS):
        return await obeying(command)


class _Single(Redis):
    """Whoever is cancelled while a command is under way hears of it, whatever redis-py made of it."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        return await in_time(super().execute_command(*args, **options))  # type: ignore[no-untyped-call]


class _Sentinels(Sentinel):
    """redis-py's forgets one where several look for the master at once: each exchanges two by where they stood before it asked."""

    def __init__(self, hosts: list[tuple[str, int]], options: dict[str, Any]) -> None:
        super().__init__(hosts, sentinel_kwargs=options)  # type: ignore[no-untyped-call]
        self.all = tuple(self.sentinels)

    async def discover_master(self, service_name: str) -> Any:
        try:
            return await super().discover_master(service_name)
        finally:
            first = self.sentinels[0]
            self.sentinels = [first, *(each for each in self.all if each is not first)]


class _Master(_Single):
    """Of sentinels, which it closes as well."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        pool: Any = self.connection_pool
        await pool.sentinel_manager.aclose()


def _master(hosts: list[tuple[str, int]], places: re.Match[str], options: dict[str, Any]) -> Redis:
    asked = {name: values[-1] for name, values in parse_qs(places["options"] or "").items()}
    to_sentinels = {
        "username": asked.get("sentinel_username"),
        "password": asked.get("sentinel_password"),
        "ssl": options["ssl"],
        "socket_timeout": PLACE_TIMEOUT_SECONDS,
        "socket_connect_timeout": PLACE_TIMEOUT_SECONDS,
    }
    sentinel: Any = _Sentinels(hosts, to_sentinels)
    return cast("Redis", sentinel.master_for(unquote(places["name"]), redis_class=_Master, db=int(places["db"] or 0), **options))


class _Cluster(RedisCluster):
    async def execute_command(self, *args: Any, **options: Any) -> Any:
        return await in_time(super().execute_command(*args, **options))


def _cluster(hosts: list[tuple[str, int]], options: dict[str, Any]) -> Redis:
    """It has the commands of a Redis, where each concerns one slot."""
    del options["retry_on_error"]
    nodes = [ClusterNode(host, port) for host, port in hosts]
    return cast("Redis", _Cluster(startup_nodes=nodes, **(options | {"socket_connect_timeout": PLACE_TIMEOUT_SECONDS})))
