"""Logs: one line of JSON an event, or readable lines on a terminal. Ours and the libraries' alike."""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.contextvars import merge_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

# The ids that a request binds, by `structlog.contextvars.bound_contextvars(request_id=…, viewer_id=…)`.
REQUEST_IDS = ("request_id", "viewer_id")
# Never written, whoever logs them.
HIDDEN_KEYS = frozenset({"password", "token", "secret", "authorization", "cookie"})


def configure_logs(*, level: int = logging.INFO) -> None:
    """Sends everything that is logged in this process to stderr; may be called again."""
    pretty = sys.stderr.isatty()
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        _without_secrets,
    ]
    if not pretty:
        shared.append(structlog.processors.format_exc_info)
    renderer: Processor = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(serializer=_json)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [output]
    root.setLevel(level)
    # They say what we count ourselves, or what only they need.
    for name in ("uvicorn", "tortoise", "asyncio", "httpx"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """`logger(__name__).info("lease_given", assignment=5)`: an event's name, and its facts as keywords."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound


def _without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for key in HIDDEN_KEYS & event.keys():
        event[key] = "hidden"
    return event


def _json(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
