"""Everything with an id."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.ids import public_id


@strawberry.interface
class Node:
    row: strawberry.Private[Any]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(public_id(type(self).__name__, self.row.id))
