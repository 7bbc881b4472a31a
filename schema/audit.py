"""The record of what staff did."""

from __future__ import annotations

from datetime import datetime

import strawberry

import models
from schema.context import Info
from schema.ids import public_id
from schema.node import Node


@strawberry.type
class AuditEntry(Node):
    row: strawberry.Private[models.AuditEntry]

    @strawberry.field
    def at(self) -> datetime:
        return self.row.created_at

    @strawberry.field
    async def actor(self, info: Info) -> str:
        if self.row.actor_id is None:
            return "command line"
        return (await info.context.loaders.row(models.User, self.row.actor_id)).email

    @strawberry.field
    def action(self) -> str:
        return self.row.action

    @strawberry.field
    def subject(self) -> strawberry.ID | None:
        if self.row.subject_type is None or self.row.subject_id is None:
            return None
        # Staff meet people as annotators.
        name = "Annotator" if self.row.subject_type == "User" else self.row.subject_type
        return strawberry.ID(public_id(name, self.row.subject_id))

    @strawberry.field
    def reason(self) -> str | None:
        return self.row.reason
