"""What every table shares: a bigint id, the database's clock, and rows straight from SQL where a statement does more than the ORM says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Self

from tortoise import fields
from tortoise.models import Model

from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asyncpg import Record


class Row(Model):
    id = fields.BigIntField(primary_key=True)

    class Meta:
        abstract = True

    @classmethod
    def read(cls, record: Mapping[str, Any] | Record) -> Self:
        """A row from a record that holds at least this table's columns.

        As Tortoise makes one, at a quarter of the cost: without keywords, without a call for each column, and with dates as they come.
        """
        row = cls.__new__(cls)
        told = row.__dict__
        told["_partial"], told["_saved_in_db"], told["_await_when_save"] = False, True, {}
        told["_custom_generated_pk"], plain, made = _columns(cls)
        try:
            for column, name in plain:
                told[name] = record[column]
            for column, name, make in made:
                value = record[column]
                told[name] = None if value is None else make(value)
        except KeyError:
            return cls._init_from_db(**dict(record))
        return row

    @classmethod
    async def rows(cls, query: str, *args: Any) -> list[Self]:
        return [cls.read(record) for record in await sql.rows(query, *args)]

    @classmethod
    async def one(cls, query: str, *args: Any) -> Self | None:
        record = await sql.row(query, *args)
        return None if record is None else cls.read(record)

    @classmethod
    async def add(cls, **values: Any) -> Self:
        """Inserts and returns the row as the database made it: its clock and its defaults included."""
        record = await sql.row(cls._insert(values), *cls._arguments(values))
        assert record is not None
        return cls.read(record)

    @classmethod
    async def add_unless_there(cls, **values: Any) -> Self | None:
        """Inserts, or answers None where a unique constraint says that it is there already."""
        return await cls.one(cls._insert(values, "ON CONFLICT DO NOTHING"), *cls._arguments(values))

    @classmethod
    def _insert(cls, values: Mapping[str, Any], on_conflict: str = "") -> str:
        columns = ", ".join(values)
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        return f"INSERT INTO {cls._meta.db_table} ({columns}) VALUES ({places}) {on_conflict} RETURNING *"  # noqa: S608

    @classmethod
    def _arguments(cls, values: Mapping[str, Any]) -> list[Any]:
        columns = cls._meta.fields_map
        return [columns[name].to_db_value(value, cls) for name, value in values.items()]

    async def reread(self) -> Self:
        return await type(self).get(id=self.id)


@cache
def _columns(row: type[Row]) -> tuple[bool, list[tuple[str, str]], list[tuple[str, str, Callable[[Any], Any]]]]:
    """Whether keys are made by us, as Tortoise wants to know; columns and names of what is kept as it comes; and of what is made of it.
    asyncpg's dates are in UTC already."""
    meta = row._meta
    plain = [(column, name) for column, name, _ in meta.db_native_fields]
    plain += [(column, name) for column, name, field in meta.db_complex_fields if isinstance(field, fields.DatetimeField)]
    made: list[tuple[str, str, Callable[[Any], Any]]] = [(column, name, field.field_type) for column, name, field in meta.db_default_fields]
    made += [(column, name, field.to_python_value) for column, name, field in meta.db_complex_fields if (column, name) not in plain]
    return meta.db_pk_column not in meta.generated_db_fields, plain, made
