"""How a resolver looks things up: by public id, among the rows that the caller may see. What is not among them is not found."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from models.errors import NotFound
from models.row import Row
from schema.ids import read_id

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

R = TypeVar("R", bound=Row)


async def found(rows: QuerySet[R], public: str, *path: str, type_name: str | None = None) -> R:
    """The row of that id. Raises NotFound for what is no id, an id of another type, or another's."""
    row = await rows.get_or_none(id=read_id(type_name or rows.model.__name__, public, *path))
    if row is None:
        raise not_found(*path)
    return row


def not_found(*path: str) -> NotFound:
    return NotFound("There is no such thing here.", *path)
