"""The channels of a cluster: sharded, so that a message goes to the one node that has its slot, and a connection to each such node.

redis-py's own sharded pub/sub loses what is published while slots move, and fails where only shards are subscribed to. Here whatever goes
wrong on a connection makes us look anew where the slots are, hold each channel there, and tell of a gap.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from redis.asyncio import Redis

from ops.redis import REDIS_AWAY
from realtime.line import Connection, Line, Owner, unmended

if TYPE_CHECKING:
    from redis.asyncio.cluster import ClusterNode, RedisCluster

RETRY_SECONDS = 0.25
"""Between looks at where the slots are, while they move or nobody answers."""

log = structlog.get_logger(__name__)


class _Node:
    """A node's connection, and the channels that are to be held there."""

    def __init__(self, shards: Shards, node: ClusterNode) -> None:
        self.names: dict[str, None] = {}
        self._node = node
        self.line = Line(shards, self._connect, self.names, is_sharded=True)
        self.running = asyncio.create_task(self.line.run())

    def _connect(self) -> Connection:
        connection: Any = self._node.connection_class(**self._node.connection_kwargs)
        return unmended(connection)


class Shards:
    """`owner` is told what the channels tell."""

    def __init__(self, owner: Owner, redis: Redis) -> None:
        self._owner = owner
        self._cluster: Any = redis
        self._names: dict[str, _Node | None] = {}
        self._nodes: dict[str, _Node] = {}
        self._is_misplaced = asyncio.Event()
        self._is_misplaced.set()

    async def run(self) -> None:
        try:
            while True:
                await self._is_misplaced.wait()
                self._is_misplaced.clear()
                try:
                    await self._look_where_slots_are()
                except REDIS_AWAY as error:
                    log.warning("cluster not seen", error=repr(error))
                    self._is_misplaced.set()
                else:
                    self._place()
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            running = [node.running for node in self._nodes.values()]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def take(self, name: str) -> bool:
        """Holds it as well. Whether it is held already."""
        node = self._names[name] = self._nodes.get(self._node_name(name))
        if node is None:
            self._is_misplaced.set()
            return False
        node.names[name] = None
        node.line.change()
        return name in node.line.held

    def leave(self, name: str) -> None:
        node = self._names.pop(name, None)
        if node is not None:
            node.names.pop(name, None)
            node.line.change()

    # Called by the lines

    def received(self, name: str, data: bytes) -> None:
        self._owner.received(name, data)

    def confirmed(self, name: str) -> None:
        self._owner.confirmed(name)

    def settled(self) -> None:
        self._owner.settled()

    def broken(self) -> None:
        self._is_misplaced.set()

    # Places

    async def _look_where_slots_are(self) -> None:
        cluster: RedisCluster = self._cluster
        await cluster.initialize()
        # What it knew may be old: slots move without a word to who only listens.
        await cluster.nodes_manager.initialize()

    def _place(self) -> None:
        primaries = {node.name: node for node in self._cluster.get_primaries()}
        for name in self._nodes.keys() - primaries.keys():
            self._nodes.pop(name).running.cancel()
        for name in primaries.keys() - self._nodes.keys():
            self._nodes[name] = _Node(self, primaries[name])
        for channel, was in list(self._names.items()):
            node = self._nodes.get(self._node_name(channel))
            if node is None:
                self._is_misplaced.set()
            elif node is not was:
                self._move(channel, was, node)

    def _move(self, channel: str, was: _Node | None, node: _Node) -> None:
        if was is not None:
            was.names.pop(channel, None)
            was.line.change()
        self._names[channel] = node
        node.names[channel] = None
        node.line.expect_gap()

    def _node_name(self, channel: str) -> str:
        """Empty where nobody knows yet."""
        try:
            return str(self._cluster.nodes_manager.get_node_from_slot(self._cluster.keyslot(channel)).name)
        except (*REDIS_AWAY, KeyError):
            return ""
