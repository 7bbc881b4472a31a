"""Logs: one line of JSON an event, or readable lines on a terminal. Ours and the libraries' alike."""

import json
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

# Never written, whoever logs them.
HIDDEN_KEYS = frozenset({"password", "token", "secret", "authorization", "cookie"})


def configure_logs(*, level: int = logging.INFO) -> None:
    """Sends everything that is logged in this process to stderr; may be called again.

    Ours is written as bytes at once, without the detour by the standard library, which costs more than the rest of a line.
    """
    pretty = sys.stderr.isatty()
    shared: list[Processor] = [_with_facts, _without_secrets]
    if not pretty:
        shared.append(structlog.processors.format_exc_info)
    text: Processor = structlog.dev.ConsoleRenderer() if pretty else _json_text
    structlog.configure(
        processors=[*shared, *([text, _encoded] if pretty else [_json])],
        logger_factory=lambda name="": _Lines(name),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, text],
        )
    )
    root = logging.getLogger()
    root.handlers = [output]
    root.setLevel(level)
    # They say what we count ourselves, or what only they need.
    for name in ("uvicorn", "tortoise", "asyncio", "httpx"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def logger(name: str) -> FilteringBoundLogger:
    """`logger(__name__).info("lease_given", assignment=5)`: an event's name, and its facts as keywords."""
    bound: FilteringBoundLogger = structlog.get_logger(name)
    return bound


# Of the request that is answered: who asks, and its id.
_facts: ContextVar[Mapping[str, str | None]] = ContextVar("facts", default=MappingProxyType({}))


def in_every_line(*, anew: bool = False, **facts: str | None) -> None:
    """Of all that is logged from here on in this task, and in those that it starts; beside what was said before, or `anew`."""
    _facts.set(facts if anew else {**_facts.get(), **facts})


def _with_facts(logged: WrappedLogger, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord | None = event.get("_record")
    return {
        **_facts.get(),
        **event,
        "level": "error" if method == "exception" else method,
        "logger": logged.name if record is None else record.name,
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }


def _without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for key in HIDDEN_KEYS & event.keys():
        event[key] = "hidden"
    return event


class _Lines:
    """Writes what is ready. As the standard library's it fails in silence: nothing may break because it cannot be told."""

    __slots__ = ("_out", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._out = sys.stderr.buffer

    def msg(self, line: bytes) -> None:
        with suppress(OSError, ValueError):
            self._out.write(line + b"\n")
            self._out.flush()

    debug = info = warning = error = critical = exception = msg


def _json(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    try:
        return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # It takes no half of a surrogate pair, and no number of more than 64 bits.
        return json.dumps({str(key): value for key, value in event.items()}, default=repr).encode()


def _encoded(_: WrappedLogger, __: str, line: Any) -> bytes:
    return str(line).encode("utf-8", "backslashreplace")


def _json_text(logged: WrappedLogger, name: str, event: EventDict) -> str:
    return _json(logged, name, event).decode()
