"""Scalars of our own: Strawberry's `Decimal` takes NaN and floats, its `DateTime` takes naive dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from realtime.cursor import Cursor, MalformedCursor

# Digits before and after the point: more than any amount of money or coins needs, few enough to be cheap.
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?", re.ASCII)
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII)


def write_decimal(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_decimal(value: object) -> Decimal:
    if not isinstance(value, str) or _DECIMAL.fullmatch(value) is None:
        raise GraphQLError('A decimal number as a string of digits, such as "0.002".')
    return Decimal(value)


def write_date_time(value: datetime) -> str:
    # The database's are in UTC already. orjson writes what isoformat() does, in a third of the time.
    return orjson.dumps(value if value.tzinfo is UTC else value.astimezone(UTC), option=orjson.OPT_UTC_Z)[1:-1].decode()


def as_json(response: object) -> bytes:
    """A response as it is sent. Dates in UTC may stand in it as they are: they are written as the scalar writes them."""
    return orjson.dumps(response, option=orjson.OPT_UTC_Z)


def _read_date_time(value: object) -> datetime:
    if not isinstance(value, str) or _DATE_TIME.fullmatch(value) is None:
        raise GraphQLError("A date and time of RFC 3339 with an offset, such as 2026-11-21T18:40:00Z.")
    try:
        # Finer than microseconds is cut off: PostgreSQL keeps no more.
        return datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("There is no such date and time.") from None


def _read_cursor(value: object) -> Cursor:
    if not isinstance(value, str):
        raise GraphQLError("A cursor as it was handed out.")
    try:
        return Cursor.parse(value)
    except MalformedCursor as error:
        raise GraphQLError(str(error)) from None


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as a string of digits, such as "0.002"; no exponent, no NaN, no float.',
        serialize=write_decimal,
        parse_value=_read_decimal,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 date and time with an offset; answered in UTC.",
        serialize=write_date_time,
        parse_value=_read_date_time,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="An opaque position in a durable stream of events; hand it back as `after` to go on from there without a gap.",
        serialize=str,
        parse_value=_read_cursor,
    ),
}
