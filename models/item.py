"""One piece of a partner's data, under the partner's own key, and the tasks that it asks for."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.transactions import atomic

from models.content import parse_content
from models.errors import Conflict, InvalidInput, Refusal, Refused
from models.event import Hint, project_topic, tasks_topic
from models.fields import check_content, parse_answers
from models.project import Project, ProjectState, release_leases
from models.row import Row
from models.text import one_line
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.upload import Upload

P = ParamSpec("P")
T = TypeVar("T")
MOST_ITEMS = 1_000
EXTERNAL_ID_LENGTH = 200
# What tells the key of gold that was made of a result from that result's own.
GOLD_SUFFIX = " (gold)"
# So many people can have the same gold before them at once.
GOLD_AT_ONCE = 2
# So many items of an import get their first answers, then their second ones, before the next begin: verdicts that rest on several answers
# come while the work goes on, however many items there are.
WAVE = 20
# In SQL, of an item `i`: whether nobody needs another answer to it. It is done, and none of its answers waits for a verdict, for which the
# judge may want one more.
NEEDS_NO_MORE = """(i.completed_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM annotations n WHERE n.item_id = i.id AND n.state = 'IN_REVIEW'
))"""
# Of an import so many go to the database in one statement: megabytes of them, taken at once, would keep others waiting.
AT_ONCE = 100
_BESIDE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imports")
# Enough to mend an import by; a thousand lines of the same complaint help nobody.
MOST_ERRORS = 50


@dataclass(frozen=True)
class Imported:
    imported: int
    existing: int


class Item(Row):
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField("models.Project", related_name="items", on_delete=fields.RESTRICT)
    external_id = fields.CharField(EXTERNAL_ID_LENGTH)
    content = fields.JSONField[list[dict[str, Any]]]()
    # The known answer, or null. An item with one is no work of its own: it is mixed in to check annotators.
    gold: list[dict[str, Any]] | None = fields.JSONField(null=True)
    # How often gold was answered, and how often right; and when too many good annotators had failed it.
    gold_judged = fields.IntField(db_default=0)
    gold_right = fields.IntField(db_default=0)
    gold_retired_at = fields.DatetimeField(null=True)
    # The item whose result its known answer is: who answered that one would know this one again.
    made_of: fields.ForeignKeyNullableRelation[Item] = fields.ForeignKeyField(
        "models.Item", related_name="golds", on_delete=fields.RESTRICT, null=True
    )
    approved = fields.IntField(db_default=0)
    # With dynamic overlap: how many answers were asked for, once it is more than the project's overlap.
    asked: int | None = fields.IntField(null=True)
    # What its annotations come to, and how much they agree: kept when it is done.
    consensus: list[dict[str, Any]] | None = fields.JSONField(null=True)
    agreement: float | None = fields.FloatField(null=True)
    completed_at = fields.DatetimeField(null=True)
    # The transaction that completed it: results are paged by it, and never shown while an older transaction may still add one before.
    completed_xid = fields.BigIntField(null=True)
    # When its answers were counted among the project's figures (judged.py), once.
    counted_at = fields.DatetimeField(null=True)
    # When several reports took it out, until its partner has looked.
    held_at = fields.DatetimeField(null=True)
    # When its partner looked at reports last: older ones do not count again.
    looked_at = fields.DatetimeField(null=True)
    removed_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    project_id: int
    made_of_id: int | None

    class Meta:
        table = "items"
        unique_together = (("project_id", "external_id"),)

    @classmethod
    async def bring(cls, project: Project, items: Sequence[Mapping[str, Any]], uploads: Mapping[str, Upload]) -> Imported:
        """All of them or none; those whose key the project has already are left as they are, and counted. Raises errors by path."""
        if not 1 <= len(items) <= MOST_ITEMS:
            raise InvalidInput(f"Between 1 and {MOST_ITEMS:,} items a call.", "items")
        if project.state == ProjectState.CLOSED:
            raise Conflict("A closed project takes no items.", "projectId")
        # Read before anything is held: it may take a second.
        read = await read_beside(_read, project.form, items, uploads)
        return await cls._bring_read(project, read, items, uploads)

    @classmethod
    @atomic()
    async def _bring_read(
        cls, project: Project, read: _Read, items: Sequence[Mapping[str, Any]], uploads: Mapping[str, Upload]
    ) -> Imported:
        # Form, price and overlap are what they will stay from here on.
        await project.lock()
        if project.state == ProjectState.CLOSED:
            raise Conflict("A closed project takes no items.", "projectId")
        if project.form != read.form:
            read = await read_beside(_read, project.form, items, uploads)
        if read.errors:
            raise Refused(read.errors)
        imported = 0
        for n in range(0, len(items), AT_ONCE):
            part = slice(n, n + AT_ONCE)
            imported += await sql.value(
                _IMPORT, project.id, read.external_ids[part], read.contents[part], read.golds[part], project.overlap, GOLD_AT_ONCE, imported
            )
        if imported:
            await project.open_tasks()
            await Hint.record(project_topic(project.id))
        return Imported(imported=imported, existing=len(items) - imported)

    @classmethod
    async def completed(cls, project_id: int, after_xid: int, after_id: int, limit: int) -> list[Item]:
        """Those that are done, in the order in which they became so.

        None is shown while an older transaction may still add one before it.
        """
        return await cls.rows(_COMPLETED, project_id, after_xid, after_id, limit)

    @atomic()
    async def put_back(self) -> Item:
        """Its partner has looked: what was held is open again, and reports so far do not take it out a second time. Safe to repeat."""
        project = await self._locked()
        item = await Item.one(
            "UPDATE items SET held_at = NULL, looked_at = now() WHERE id = $1 AND removed_at IS NULL RETURNING *", self.id
        )
        if item is None:
            raise Conflict("This item was removed.", "itemId")
        await sql.run("UPDATE tasks SET state = 'OPEN' WHERE item_id = $1 AND state = 'HELD'", self.id)
        await project.open_tasks()
        await Hint.record(tasks_topic(self.project_id), project_topic(self.project_id))
        return item

    @atomic()
    async def remove(self) -> Item:
        """Nothing of it is offered any more; the money of what was open goes back to the budget. What was answered is judged and paid."""
        project = await self._locked()
        freed = await sql.rows(_REMOVE_TASKS, self.id)
        await release_leases("item_id", self.id)
        await project.give_back(sum(row["was"] != "WAITING" for row in freed), f"item:{self.id}")
        await project.open_tasks()
        await Hint.record(tasks_topic(self.project_id), project_topic(self.project_id))
        item = await Item.one(
            "UPDATE items SET removed_at = coalesce(removed_at, now()), held_at = coalesce(held_at, now()) WHERE id = $1 RETURNING *",
            self.id,
        )
        assert item is not None
        return item

    @atomic()
    async def make_gold(self, answers: Sequence[Mapping[str, Any]]) -> Item:
        """Mixes the same content in once more under a key of its own, with these stored answers as known ones. Safe to repeat.

        What was made gold of is done: whoever is asked the one never meets the other. Raises Conflict for what has no result, is gold
        itself, was removed, or is being answered, and in a project that is closed.
        """
        project = await self._locked()
        item = await self.reread()
        if (made := await Item.get_or_none(made_of_id=item.id)) is not None and made.removed_at is None:
            return made
        if made is not None:
            raise Conflict("A known answer was made of it before, and removed.", "itemId")
        item._require_result()
        if project.state == ProjectState.CLOSED:
            raise Conflict("A closed project takes no items.", "itemId")
        unanswered = {field["key"] for field in project.form if field["required"]} - {answer["key"] for answer in answers}
        if unanswered:
            raise Conflict("Its answers agree on nothing for a field that needs one.", "itemId")
        await item._leave_as_it_is(project)
        key = item.external_id + GOLD_SUFFIX
        if len(key) > EXTERNAL_ID_LENGTH:
            raise Conflict(f"Its key is too long to add “{GOLD_SUFFIX}”.", "itemId")
        content, known = json.dumps(item.content), json.dumps(list(answers))
        if not await sql.value(_IMPORT, project.id, [key], [content], [known], project.overlap, GOLD_AT_ONCE, 0):
            raise Conflict(f"There is another item with the key “{key}”.", "itemId")
        await sql.run("UPDATE items SET made_of_id = $3 WHERE project_id = $1 AND external_id = $2", project.id, key, item.id)
        await project.open_tasks()
        await Hint.record(project_topic(project.id))
        return await Item.get(made_of_id=item.id)

    async def _leave_as_it_is(self, project: Project) -> None:
        """Asks nobody any more, and gives back what was set aside for more answers. The caller holds the item and its project."""
        freed = await sql.rows(_REMOVE_TASKS, self.id)
        if any(row["was"] == "LEASED" for row in freed):
            raise Conflict("Somebody is answering it once more: try again in a few minutes.", "itemId")
        await project.give_back(sum(row["was"] != "WAITING" for row in freed), f"done:{self.id}")

    def _require_result(self) -> None:
        if self.gold is not None:
            raise Conflict("This item has a known answer already.", "itemId")
        if self.completed_at is None:
            raise Conflict("This item has no result yet.", "itemId")
        if self.removed_at is not None:
            raise Conflict("This item was removed.", "itemId")

    async def retire_gold(self) -> None:
        """Too many who are right elsewhere fail it: it is asked no more, and its partner is shown why. The caller holds the item."""
        project = await Project.get(id=self.project_id)
        await project.lock()
        freed = await sql.rows(_REMOVE_TASKS, self.id)
        await release_leases("item_id", self.id)
        await project.give_back(sum(row["was"] != "WAITING" for row in freed), f"gold:{self.id}")
        # Whoever goes on with this row opens no other task of it.
        self.gold_retired_at = await sql.value(
            "UPDATE items SET gold_retired_at = coalesce(gold_retired_at, now()) WHERE id = $1 RETURNING gold_retired_at", self.id
        )
        await Hint.record(project_topic(self.project_id))

    async def _locked(self) -> Project:
        """The item, and its project after it: whoever decides an appeal takes them in that order."""
        await sql.run("SELECT 1 FROM items WHERE id = $1 FOR NO KEY UPDATE", self.id)
        project = await Project.get(id=self.project_id)
        await project.lock()
        return project

    async def approve_one(self, overlap: int) -> bool:
        """Counts an approved annotation; with the last that it needs the item is done. Whether it is."""
        return bool(await sql.value(_APPROVE_ONE, self.id, overlap))

    async def close_leftovers(self) -> None:
        """Where nobody needs another answer, tasks that nobody has begun are closed and their money goes back to the budget.

        Who holds one keeps it, and is judged and paid as ever. The caller holds the item, and no task yet.
        """
        if not await sql.value(_HAS_LEFTOVERS, self.id):
            return
        project = await Project.get(id=self.project_id)
        await project.lock()
        # Leased ones too: a lease that is just ending has either seen by then that the item is done, or is over here.
        await sql.run("SELECT 1 FROM tasks WHERE item_id = $1 ORDER BY id FOR NO KEY UPDATE", self.id)
        closed = await sql.rows(_CLOSE_LEFTOVERS, self.id)
        paid_for = [row["id"] for row in closed if row["was"] != "WAITING"]
        if paid_for:
            await project.give_back(len(paid_for), f"left:{max(paid_for)}")
            await project.open_tasks()
        await Hint.record(tasks_topic(project.id), project_topic(project.id))


# Of (project, keys, contents, known answers, overlap, tasks of an item of gold, how many items of the same import came before).
_IMPORT = f"""
WITH fresh AS (
    INSERT INTO items (project_id, external_id, content, gold)
    SELECT $1, i.external_id, i.content::jsonb, i.gold::jsonb
    FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS i(external_id, content, gold, n) ORDER BY i.n
    ON CONFLICT (project_id, external_id) DO NOTHING
    RETURNING id, gold
), wanted AS (
    INSERT INTO tasks (project_id, item_id, round, is_gold)
    SELECT $1, fresh.id, CASE WHEN fresh.gold IS NULL THEN nth + $5::int * wave ELSE 0 END, fresh.gold IS NOT NULL
    FROM (SELECT *, (row_number() OVER (ORDER BY id) - 1 + $7::int)::int / {WAVE} AS wave FROM fresh) AS fresh,
        generate_series(0, CASE WHEN fresh.gold IS NULL THEN $5::int ELSE $6::int END - 1) AS nth
    ORDER BY fresh.id, nth
)
SELECT count(*)::int FROM fresh
"""  # noqa: S608
_REMOVE_TASKS = """
WITH free AS (
    SELECT id, state FROM tasks WHERE item_id = $1 AND state IN ('WAITING', 'OPEN', 'LEASED', 'HELD') ORDER BY id FOR NO KEY UPDATE
)
UPDATE tasks SET state = 'CLOSED' FROM free WHERE tasks.id = free.id RETURNING free.state AS was
"""
_COMPLETED = """
SELECT * FROM items
WHERE project_id = $1 AND completed_xid IS NOT NULL AND (completed_xid, id) > ($2, $3)
    AND completed_xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY completed_xid, id LIMIT $4
"""
_APPROVE_ONE = """
UPDATE items SET approved = approved + 1,
    completed_at = CASE WHEN is_last THEN now() ELSE completed_at END,
    completed_xid = CASE WHEN is_last THEN pg_current_xact_id()::text::bigint ELSE completed_xid END
FROM (
    SELECT id AS of_id, completed_at IS NULL AND gold IS NULL AND approved + 1 >= $2 AS is_last FROM items WHERE id = $1 FOR NO KEY UPDATE
) AS one
WHERE id = of_id RETURNING completed_at IS NOT NULL
"""
_HAS_LEFTOVERS = f"""
SELECT 1 FROM items i WHERE i.id = $1 AND {NEEDS_NO_MORE}
    AND EXISTS (SELECT 1 FROM tasks t WHERE t.item_id = i.id AND t.state IN ('WAITING', 'OPEN', 'LEASED', 'HELD'))
"""  # noqa: S608
_CLOSE_LEFTOVERS = """
WITH free AS (SELECT id, state FROM tasks WHERE item_id = $1 AND state IN ('WAITING', 'OPEN', 'HELD') FOR NO KEY UPDATE)
UPDATE tasks SET state = 'CLOSED' FROM free WHERE tasks.id = free.id RETURNING tasks.id, free.state AS was
"""


async def read_beside(read: Callable[P, T], *arguments: P.args, **more: P.kwargs) -> T:
    """What a function without any input or output makes of an import, while the loop serves others. One import after the other."""
    return await asyncio.get_running_loop().run_in_executor(_BESIDE, partial(read, *arguments, **more))


@dataclass(frozen=True)
class _Read:
    """Items as they are stored, by a form; or what is wrong with them."""

    form: list[dict[str, Any]]
    external_ids: list[str]
    contents: list[str]
    golds: list[str | None]
    errors: list[Refusal]


def _read(form: list[dict[str, Any]], items: Sequence[Mapping[str, Any]], uploads: Mapping[str, Upload]) -> _Read:
    read = _Read(form, [], [], [], [])
    keys: dict[str, int] = {}
    for n, item in enumerate(items):
        try:
            row = _one(form, item, uploads, ("items", str(n)))
            if (first := keys.setdefault(row["external_id"], n)) != n:
                raise InvalidInput(f"Item {first} of this call has the same key.", "items", str(n), "externalId")
            read.external_ids.append(row["external_id"])
            read.contents.append(json.dumps(row["content"]))
            read.golds.append(None if row["gold"] is None else json.dumps(row["gold"]))
        except Refused as refused:
            read.errors.extend(refused.errors)
        except Refusal as refusal:
            read.errors.append(refusal)
        if len(read.errors) >= MOST_ERRORS:
            break
    return read


def _one(
    form: Sequence[Mapping[str, Any]], item: Mapping[str, Any], uploads: Mapping[str, Upload], path: tuple[str, ...]
) -> dict[str, Any]:
    external_id = one_line(item["external_id"], EXTERNAL_ID_LENGTH, "The key", *path, "externalId")
    if external_id != item["external_id"]:
        # Partners look results up by their own keys, so a key is kept as it was given or not at all.
        raise InvalidInput("A key has no blanks at its ends, and no two in a row.", *path, "externalId")
    content = parse_content(item["content"], uploads, *path, "content")
    check_content(form, content, (*path, "content"))
    gold = item.get("gold")
    if gold is not None:
        gold = parse_answers(form, content, gold, uploads={}, path=(*path, "gold"))
    return {"external_id": external_id, "content": content, "gold": gold}
