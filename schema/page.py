"""Pages by keyset: the next page begins behind the last row that was seen, however much was added before it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import orjson
import strawberry
from tortoise.expressions import Q

from schema.errors import BadUserInput

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

MOST = 100
_LONGEST_CURSOR = 300

T = TypeVar("T")


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo


Key = tuple[int | str | datetime, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """What a caller asked for: so many rows behind that key."""

    first: int
    after: Key | None

    @property
    def limit(self) -> int:
        """One more than asked: it tells whether there is a next page."""
        return self.first + 1


def sliced(first: int | None, after: str | None, *kinds: type) -> Slice:
    """Checks `first` and reads `after`, whose key has values of these kinds. Raises BadUserInput."""
    first = 20 if first is None else first
    if not 1 <= first <= MOST:
        raise BadUserInput(f"Between 1 and {MOST} a page.", path=["first"])
    return Slice(first, None if after is None else _read(after, kinds))


def connection(rows: Sequence[Any], asked: Slice, key: Callable[[Any], Key], node: Callable[[Any], Any]) -> Connection[Any]:
    """A page of rows, which are at most `asked.limit`."""
    edges = [Edge(cursor=_written(key(row)), node=node(row)) for row in rows[: asked.first]]
    info = PageInfo(
        has_next_page=len(rows) > asked.first,
        has_previous_page=asked.after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, page_info=info)


async def newest_first(rows: QuerySet[Any], first: int | None, after: str | None, node: Callable[[Any], Any]) -> Connection[Any]:
    """A page of a table by its id, latest first."""
    asked = sliced(first, after, int)
    if asked.after is not None:
        rows = rows.filter(id__lt=asked.after[0])
    return connection(await rows.order_by("-id").limit(asked.limit), asked, lambda row: (row.id,), node)


async def oldest_first(rows: QuerySet[Any], first: int | None, after: str | None, node: Callable[[Any], Any]) -> Connection[Any]:
    asked = sliced(first, after, int)
    if asked.after is not None:
        rows = rows.filter(id__gt=asked.after[0])
    return connection(await rows.order_by("id").limit(asked.limit), asked, lambda row: (row.id,), node)


async def by_time(rows: QuerySet[Any], column: str, first: int | None, after: str | None, node: Callable[[Any], Any]) -> Connection[Any]:
    """A page by a time and then by id, earliest first."""
    asked = sliced(first, after, datetime, int)
    if asked.after is not None:
        moment, number = asked.after
        later: dict[str, Any] = {f"{column}__gt": moment}
        same: dict[str, Any] = {column: moment, "id__gt": number}
        rows = rows.filter(Q(**later) | Q(**same))
    return connection(await rows.order_by(column, "id").limit(asked.limit), asked, lambda row: (getattr(row, column), row.id), node)


async def from_sql(
    read: Callable[[Slice], Awaitable[Sequence[Any]]],
    first: int | None,
    after: str | None,
    kinds: tuple[type, ...],
    key: Callable[[Any], Key],
    node: Callable[[Any], Any],
) -> Connection[Any]:
    asked = sliced(first, after, *kinds)
    return connection(await read(asked), asked, key, node)


def _written(key: Key) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _read(text: str, kinds: tuple[type, ...]) -> Key:
    wrong = BadUserInput("This is no cursor of this list. Pass one as it was handed out.", path=["after"])
    if len(text) > _LONGEST_CURSOR:
        raise wrong
    try:
        values = orjson.loads(base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise wrong
        return tuple(_value(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (binascii.Error, UnicodeError, ValueError, TypeError):
        raise wrong from None


def _value(value: Any, kind: type) -> int | str | datetime:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if type(value) is not kind or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        raise ValueError(value)
    return cast("int | str", value)
