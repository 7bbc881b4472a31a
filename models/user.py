"""A person: who they are, how they sign in, what their profile says. What they may do is in standing.py."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import available_timezones

import langcodes
import pycountry
from email_validator import EmailNotValidError, validate_email
from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.expressions import Q
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import atomic

from models import password
from models.errors import InvalidInput, Refusal, Refused
from models.row import Row
from models.text import one_line
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TERMS_VERSION = "2026-11-01"
EMAIL_LENGTH = 254
NAME_LENGTH = 60
MOST_LANGUAGES = 20
# RFC 5646 asks for room for 35 characters.
LANGUAGE_LENGTH = 35
_COUNTRY = re.compile("[A-Za-z]{2}")


class Role(StrEnum):
    ANNOTATOR = "ANNOTATOR"
    MODERATOR = "MODERATOR"
    PARTNER = "PARTNER"
    ADMIN = "ADMIN"


STAFF = frozenset({Role.MODERATOR, Role.ADMIN})


class Device(StrEnum):
    DESKTOP = "DESKTOP"
    SMARTPHONE = "SMARTPHONE"
    TABLET = "TABLET"
    MICROPHONE = "MICROPHONE"
    CAMERA = "CAMERA"


class User(Row):
    email = fields.CharField(254, unique=True)
    email_confirmed_at = fields.DatetimeField(null=True)
    password_hash = fields.CharField(200)
    display_name = fields.CharField(NAME_LENGTH)
    country = fields.CharField(2, null=True)
    languages: list[str] = cast("list[str]", ArrayField("text", db_default=SqlDefault("'{}'")))
    devices: list[str] = cast("list[str]", ArrayField("text", db_default=SqlDefault("'{}'")))
    time_zone = fields.CharField(64, null=True)
    roles: list[str] = cast("list[str]", ArrayField("text", db_default=SqlDefault("'{ANNOTATOR}'")))
    terms_version = fields.CharField(20)
    terms_accepted_at = fields.DatetimeField(db_default=Now())
    tutorial_passed_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "users"

    @classmethod
    @atomic()
    async def register(cls, *, email: str, password_hash: str, display_name: str) -> User | None:
        """A new person, or None where the address is known. The caller hashes the password, known or not: time must tell nothing."""
        user = await cls.add_unless_there(email=email, password_hash=password_hash, display_name=display_name, terms_version=TERMS_VERSION)
        if user is not None:
            await sql.run("INSERT INTO standings (user_id) VALUES ($1)", user.id)
            await sql.run("INSERT INTO wallets (user_id) VALUES ($1)", user.id)
        return user

    @classmethod
    async def by_email(cls, email: str) -> User | None:
        """However it is written; None for what is no address, too."""
        try:
            return await cls.get_or_none(email=checked_email(email))
        except InvalidInput:
            return None

    @property
    def is_confirmed(self) -> bool:
        return self.email_confirmed_at is not None

    def has_role(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def is_staff(self) -> bool:
        return self.has_role(*STAFF)

    async def confirm(self) -> None:
        self.email_confirmed_at = cast(
            "datetime",
            await sql.value(
                "UPDATE users SET email_confirmed_at = coalesce(email_confirmed_at, now()) WHERE id = $1 RETURNING email_confirmed_at",
                self.id,
            ),
        )

    async def change_password(self, password_hash: str) -> None:
        await sql.run("UPDATE users SET password_hash = $2 WHERE id = $1", self.id, password_hash)
        self.password_hash = password_hash

    async def gain(self, role: Role) -> None:
        """Adds a role; staff roles are granted through `AuditEntry`'s verbs only, which keep who did it."""
        self.roles = cast(
            "list[str]",
            await sql.value(
                "UPDATE users SET roles = CASE WHEN $2 = ANY(roles) THEN roles ELSE roles || $2::text END WHERE id = $1 RETURNING roles",
                self.id,
                role.value,
            ),
        )

    async def lose(self, role: Role) -> None:
        self.roles = cast(
            "list[str]",
            await sql.value("UPDATE users SET roles = array_remove(roles, $2::text) WHERE id = $1 RETURNING roles", self.id, role.value),
        )

    async def update_profile(self, changes: Mapping[str, Any]) -> None:
        """Takes display_name, country, languages, devices, time_zone; what is not named stays.

        Everything is checked before anything changes.
        """
        checked = checked_profile(changes)
        if checked:
            await User.filter(id=self.id).update(**checked)
            self.update_from_dict(checked)

    @property
    def missing(self) -> list[str]:
        """What task matching needs and the profile does not tell yet, as the API names it."""
        told = {"country": self.country, "languages": self.languages, "devices": self.devices, "timeZone": self.time_zone}
        return [name for name, value in told.items() if not value]


def checked_email(value: str, *path: str) -> str:
    """The address in the form in which it is kept: normalised and lower case."""
    value = value.strip()
    # Before it is looked at: the validator takes seconds for a megabyte.
    if len(value) > EMAIL_LENGTH:
        raise InvalidInput(f"An email address has at most {EMAIL_LENGTH} characters.", *path)
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidInput(f"This is not an email address: {error}", *path) from None


def checked_name(value: str, *path: str) -> str:
    return one_line(value, NAME_LENGTH, "The name", *path)


def checked_password(value: str, email: str, *path: str) -> str:
    if len(value) < password.MIN_LENGTH or len(value) > password.MAX_LENGTH:
        raise InvalidInput(f"A password has {password.MIN_LENGTH} to {password.MAX_LENGTH} characters.", *path)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidInput("The password holds half a character.", *path)
    if value.strip().lower() == email:
        raise InvalidInput("The password must not be the email address.", *path)
    return value


def checked_profile(changes: Mapping[str, Any]) -> dict[str, Any]:
    checks = {"display_name": _display_name, "country": _country, "languages": _languages, "devices": _devices, "time_zone": _time_zone}
    checked: dict[str, Any] = {}
    errors: list[Refusal] = []
    for name, value in changes.items():
        try:
            checked[name] = checks[name](value)
        except Refused as refused:
            errors += refused.errors
        except Refusal as refusal:
            errors.append(refusal)
    if errors:
        raise Refused(errors)
    return checked


def _display_name(value: str | None) -> str:
    if value is None:
        raise InvalidInput("A name is needed.", "input", "displayName")
    return checked_name(value, "input", "displayName")


def _country(value: str | None) -> str | None:
    return None if value is None else checked_country(value, "input", "country")


def checked_country(value: str, *path: str) -> str:
    code = value.upper()
    if not _COUNTRY.fullmatch(value) or pycountry.countries.get(alpha_2=code) is None:
        raise InvalidInput("This is no country code of ISO 3166-1, such as DE.", *path)
    return code


def checked_language(value: str, *path: str) -> str:
    if len(value) > LANGUAGE_LENGTH or not langcodes.tag_is_valid(value):
        raise InvalidInput("This is no language tag of BCP 47, such as pt-BR.", *path)
    return langcodes.standardize_tag(value)


def _languages(value: Sequence[str] | None) -> list[str]:
    if value is not None and len(value) > MOST_LANGUAGES:
        raise InvalidInput(f"At most {MOST_LANGUAGES} languages.", "input", "languages")
    return checked_languages(value or (), "input", "languages")


def checked_languages(values: Sequence[str], *path: str) -> list[str]:
    return list(dict.fromkeys(checked_language(tag, *path, str(n)) for n, tag in enumerate(values)))


def _devices(value: Sequence[str] | None) -> list[str]:
    return sorted(set(value or ()))


def _time_zone(value: str | None) -> str | None:
    return None if value is None else checked_time_zone(value, "input", "timeZone")


def checked_time_zone(value: str, *path: str) -> str:
    if value not in time_zones():
        raise InvalidInput("This is no time zone of the IANA list, such as Europe/Lisbon.", *path)
    return value


@cache
def time_zones() -> frozenset[str]:
    """Of the IANA list; the machine's copy also holds its own setting and a stand-in, which name no place and PostgreSQL does not know."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def matching(search: str) -> Q:
    """People whose name or address holds the text."""
    return Q(display_name__icontains=search) | Q(email__icontains=search)
