"""Pages by keyset: the next page begins behind the last row that was seen, however much was added before it.

A cursor is the key of its row, sealed for its kind of list: it tells no row's number, and one of another kind of list is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson
import strawberry
from tortoise.expressions import Q

from schema.errors import BadUserInput
from schema.seal import sealed, unsealed

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

MOST = 100

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


Key = tuple[int | float | str | datetime, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """What a caller asked for: so many rows of a list behind that key."""

    of: str
    first: int
    after: Key | None

    @property
    def limit(self) -> int:
        """One more than asked: it tells whether there is a next page."""
        return self.first + 1


def sliced(of: str, first: int | None, after: str | None, *kinds: type) -> Slice:
    """Checks `first` and reads `after`, whose key has values of these kinds. `of` names the kind of list. Raises BadUserInput."""
    first = 20 if first is None else first
    if not 1 <= first <= MOST:
        raise BadUserInput(f"Between 1 and {MOST} a page.", path=["first"])
    return Slice(of, first, None if after is None else _read(of, after, kinds))


def connection(rows: Sequence[Any], asked: Slice, key: Callable[[Any], Key], node: Callable[[Any], Any]) -> Connection[Any]:
    """A page of rows, which are at most `asked.limit`."""
    edges = [Edge(cursor=sealed(_purpose(asked.of), orjson.dumps(key(row))), node=node(row)) for row in rows[: asked.first]]
    info = PageInfo(
        has_next_page=len(rows) > asked.first,
        has_previous_page=asked.after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, page_info=info)


async def newest_first(rows: QuerySet[Any], first: int | None, after: str | None, node: Callable[[Any], Any]) -> Connection[Any]:
    """A page of a table by its id, latest first."""
    asked = sliced(f"latest {rows.model.__name__}", first, after, int)
    if asked.after is not None:
        rows = rows.filter(id__lt=asked.after[0])
    return connection(await rows.order_by("-id").limit(asked.limit), asked, lambda row: (row.id,), node)


async def oldest_first(rows: QuerySet[Any], first: int | None, after: str | None, node: Callable[[Any], Any]) -> Connection[Any]:
    asked = sliced(f"oldest {rows.model.__name__}", first, after, int)
    if asked.after is not None:
        rows = rows.filter(id__gt=asked.after[0])
    return connection(await rows.order_by("id").limit(asked.limit), asked, lambda row: (row.id,), node)


async def by_time(rows: QuerySet[Any], column: str, first: int | None, after: str | None, node: Callable[[Any], Any]) -> Connection[Any]:
    """A page by a time and then by id, earliest first."""
    asked = sliced(f"{rows.model.__name__} by {column}", first, after, datetime, int)
    if asked.after is not None:
        moment, number = asked.after
        later: dict[str, Any] = {f"{column}__gt": moment}
        same: dict[str, Any] = {column: moment, "id__gt": number}
        rows = rows.filter(Q(**later) | Q(**same))
    return connection(await rows.order_by(column, "id").limit(asked.limit), asked, lambda row: (getattr(row, column), row.id), node)


async def from_sql(  # noqa: PLR0917 - said in the order in which it happens
    of: str,
    read: Callable[[Slice], Awaitable[Sequence[Any]]],
    first: int | None,
    after: str | None,
    kinds: tuple[type, ...],
    key: Callable[[Any], Key],
    node: Callable[[Any], Any],
) -> Connection[Any]:
    asked = sliced(of, first, after, *kinds)
    return connection(await read(asked), asked, key, node)


def _read(of: str, text: str, kinds: tuple[type, ...]) -> Key:
    plain = unsealed(_purpose(of), text)
    if plain is None:
        raise BadUserInput("This is no cursor of this list. Pass one as it was handed out.", path=["after"])
    # We wrote it, so its values are of the kinds of this list.
    return tuple(
        datetime.fromisoformat(value).astimezone(UTC) if kind is datetime else value
        for value, kind in zip(orjson.loads(plain), kinds, strict=True)
    )


def _purpose(of: str) -> str:
    return f"cursor of {of}"
