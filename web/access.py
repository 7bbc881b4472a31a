"""What the caller of a lasting connection may do, watched while it lasts: by hints, which come at once, and every so often without one.

Where it ends or changes the connection is closed, and its client comes again to be told what is left.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from ops.logs import logger
from realtime.past import DATABASE_AWAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from realtime.hub import Hub, Watch
    from web.caller import Caller

UNAUTHORIZED = 4401
COME_AGAIN = 4403
RECHECK_SECONDS = 60.0
"""What a hint tells is seen at once; this is for a hint that was lost and for time itself running out."""
RETRY_SECONDS = 2.0
"""While the database is away, through which alone anything new could be told."""
FAREWELL_SECONDS = 0.5
"""Streams that end with what is taken away tell why, before the connection is closed."""

log = logger(__name__)


class Closing(Exception):
    """Why the connection ends."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Access:
    """Of one connection. `when_over` is called in the loop, with a Closing, or with what broke."""

    __slots__ = ("_caller", "_hub", "_is_left", "_look_again", "_looking", "_rights", "_timer", "_watch", "_when_over")

    def __init__(self, hub: Hub, caller: Caller, when_over: Callable[[Exception], None]) -> None:
        self._hub = hub
        self._caller = caller
        self._rights = caller.rights
        self._when_over = when_over
        self._watch: Watch | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._look_again = False
        self._is_left = False

    async def begin(self) -> None:
        topic = self._caller.topic
        if topic is None or self._is_left:
            return
        self._watch = self._hub.watch(topic, self.look)
        # While Redis is away hints are waited for in vain.
        self._look_later(RECHECK_SECONDS)
        await self._watch.begun()
        # What changed since the caller was read was hinted to nobody.
        self.look()

    def look(self) -> None:
        """At the caller's rights; each look that is asked for begins after it was."""
        self._look_again = True
        if self._looking is None and not self._is_left:
            self._looking = asyncio.create_task(self._look())

    async def present(self) -> Caller:
        """The caller as they stand now. Raises Closing where session or token ended."""
        caller = await self._caller.again()
        if caller is not None:
            return caller
        if await self._caller.was_revoked():
            raise Closing(UNAUTHORIZED, "Session revoked")
        raise Closing(COME_AGAIN, "Session expired")

    def leave(self) -> None:
        """At once. May be called twice."""
        self._is_left = True
        if self._watch is not None:
            self._watch.leave()
            # It knows us, and Python's collector, which frees what goes in circles, comes seldom.
            self._watch = None
        if self._timer is not None:
            self._timer.cancel()
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self) -> None:
        seconds = RECHECK_SECONDS
        try:
            while self._look_again:
                self._look_again = False
                if (await self.present()).rights != self._rights:
                    await asyncio.sleep(FAREWELL_SECONDS)
                    raise Closing(COME_AGAIN, "Rights changed")
        except DATABASE_AWAY as error:
            log.warning("access_not_checked", error=repr(error))
            seconds = RETRY_SECONDS
        except Exception as error:
            self._is_left = True
            self._when_over(error)
        finally:
            self._looking = None
        if not self._is_left:
            self._look_later(seconds)

    def _look_later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds * random.uniform(0.5, 1), self.look)
