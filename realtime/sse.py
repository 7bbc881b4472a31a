"""Server-sent events as bytes, by graphql-sse's distinct connections mode. Knows no connection."""

from __future__ import annotations

from realtime.cursor import Cursor

COMPLETE = b"event: complete\ndata:\n\n"
PING = b":\n\n"
"""A comment: it says that the stream lives, and nothing else."""
EVENT_END = b"\n\n"


def event_head(cursor: Cursor | None) -> bytes:
    """What goes before a payload, which has no line breaks; EVENT_END follows it. The event's id is what a browser comes back with."""
    return b"event: next\ndata: " if cursor is None else b"id: %b\nevent: next\ndata: " % str(cursor).encode()


def retry(milliseconds: int) -> bytes:
    """How long a browser waits before it comes again, when the stream has ended."""
    return b"retry: %d\n\n" % milliseconds
