"""A cancellation that redis-py swallows is raised all the same.

It sends under `asyncio.wait_for`, and that of Python 3.11 gives the result where the send ends and the cancellation comes in one turn of
the loop; so one in some hundred cancelled subscriptions went on for ever. (Python 3.12 has another `wait_for`.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def obeying(work: Awaitable[T]) -> T:
    """What `work` gives; CancelledError where this task was cancelled meanwhile, whatever became of it in there."""
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    result = await work
    if task.cancelling() > before:
        raise asyncio.CancelledError
    return result


async def within_a_task() -> None:
    """From here on. Of fields that are begun together (web/together.py) each is a task only once it waits for more than a loader; and only
    a task's time can be bounded."""
    if asyncio.current_task() is None:
        await asyncio.sleep(0)
