"""One answer wanted for an item. Open only while its reward is set aside; leased to one annotator at a time."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields

from models.item import Item
from models.project import Project
from models.row import Row

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet


class TaskState(StrEnum):
    # Not paid for yet.
    WAITING = "WAITING"
    OPEN = "OPEN"
    LEASED = "LEASED"
    # Answered: in review, or approved. A rejection makes it wait again.
    SUBMITTED = "SUBMITTED"
    # Paid for, but its item was reported; its partner has to look.
    HELD = "HELD"
    CLOSED = "CLOSED"


class Task(Row):
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField("models.Project", related_name="tasks", on_delete=fields.RESTRICT)
    item: fields.ForeignKeyRelation[Item] = fields.ForeignKeyField("models.Item", related_name="tasks", on_delete=fields.RESTRICT)
    # Of an item with overlap 3 the tasks bear 0, 1, 2: all items get their first answer before any gets its second.
    round = fields.IntField(db_default=0)
    # Mixed in to check annotators, and not told apart by them.
    is_gold = fields.BooleanField(db_default=False)
    state = fields.CharEnumField(TaskState, max_length=10, db_default=TaskState.WAITING.value)
    project_id: int
    item_id: int

    class Meta:
        table = "tasks"
        indexes = (("item_id",),)

    @classmethod
    def open(cls) -> QuerySet[Task]:
        return cls.filter(state=TaskState.OPEN)
