"""The names of what can be watched, and where each is found in Redis.

Durable topics have a sequence and a past; hints say "look" and no more. The names are `models.event`'s, whose verbs record under them.
"""

from __future__ import annotations

from models.event import BOARD, PAYOUTS, TASKS, access_topic, project_topic, tasks_topic, user_topic, work_topic

__all__ = [
    "BOARD",
    "CATCH_UP_CHANNEL",
    "PRESENCE",
    "TASKS",
    "WAKE_CHANNEL",
    "access_topic",
    "hint_channel",
    "is_coalesced",
    "is_durable",
    "live_channel",
    "project_topic",
    "stream_key",
    "tasks_topic",
    "user_topic",
    "work_topic",
]

PRESENCE = "presence"
"""The hint that other moderators are at the board than a moment ago. It is published by presence itself and stands in no table."""

WAKE_CHANNEL = "tidemark:wake"
"""Tells the relay that something was committed."""

CATCH_UP_CHANNEL = "tidemark:catch-up"
"""Tells every hub to look at the table: what a relay had numbered when it fell may never have been published."""


def is_durable(topic: str) -> bool:
    return topic == BOARD or topic.startswith("user:")


def is_coalesced(topic: str) -> bool:
    """Hints of a project come with every submission, and those of payouts with every withdrawal: at most one a second is told.

    Those of a person wait for nothing.
    """
    return topic == PAYOUTS or topic.startswith((f"{TASKS}:", "project:"))


def stream_key(epoch: str, topic: str) -> str:
    """With the epoch, so that numbering which began anew never meets its predecessor. The braces keep a topic on one node of a cluster."""
    return f"tidemark:stream:{epoch}:{{{topic}}}"


def live_channel(topic: str) -> str:
    return f"tidemark:live:{{{topic}}}"


def hint_channel(topic: str) -> str:
    return f"tidemark:hint:{{{topic}}}"
