"""People: profiles held against real lists, roles, sessions, links in mails, passwords."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tortoise.exceptions import OperationalError

from models import MailToken, Purpose, Role, Session, User, password
from models.errors import InvalidInput, Refused, TokenExpired
from models.mail_token import LIFETIMES
from models.session import LIFETIME
from models.standing import Standing
from models.user import checked_email, checked_name, checked_password, time_zones
from ops.database import sql
from tests.support.world import PASSWORD, PASSWORD_HASH, a_user, an_annotator, balances, counts_of


# ------------------------------------------------------------------ joining
async def test_who_joins_has_a_wallet_and_a_standing() -> None:
    user = await User.register(email="ann@example.test", password_hash=PASSWORD_HASH, display_name="Ann")

    assert user is not None
    assert (user.roles, user.is_confirmed, user.is_staff, user.terms_version) == (["ANNOTATOR"], False, False, "2026-11-01")
    assert user.missing == ["country", "languages", "devices", "timeZone"]
    assert await balances(user) == (0, 0)
    assert (await Standing.of(user.id)).accuracy is None


async def test_of_those_who_join_with_one_address_at_once_one_does() -> None:
    joined = await asyncio.gather(
        *(User.register(email="ann@example.test", password_hash=PASSWORD_HASH, display_name=f"Ann {n}") for n in range(8))
    )

    assert sum(user is not None for user in joined) == 1
    assert await counts_of("users", "wallets", "standings") == {"users": 1, "wallets": 1, "standings": 1}


async def test_an_address_is_found_however_it_is_written() -> None:
    user = await a_user(email=checked_email(" Ann.Lee+x@Example.TEST "))

    found = await User.by_email("  ann.lee+X@example.test ")

    assert found is not None
    assert found.id == user.id


@pytest.mark.parametrize("address", ["nobody@example.test", "", "x" * 10_000, "a\x00@b.test", "\ud800", "' OR 1=1 --"])
async def test_an_address_that_nobody_has_finds_nobody(address: str) -> None:
    await a_user()

    assert await User.by_email(address) is None


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@", "@x.test", "a b@x.test", "a\x00@x.test", "\ud800@x.test", "a@localhost", "a@x.test" * 60, "a@x.test, b@x.test"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_email(address, "input", "email")

    assert refusal.value.path == ("input", "email")


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00b", "a\u202eb", "\ud800"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        checked_name(name, "input", "displayName")


def test_a_name_is_one_line() -> None:
    assert checked_name("  Ann \n Lee ") == "Ann Lee"


@pytest.mark.parametrize("value", ["", "short", "x" * 201, "ann@example.test", " ANN@example.test ", "half a character: \ud83d"])
def test_what_is_no_password_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput):
        checked_password(value, "ann@example.test", "input", "password")


@pytest.mark.parametrize("value", ["eightchr", "x" * 200, "пароль с пробелами", "🐈" * 8, " spaces count "])
def test_a_password_is_anything_of_eight_characters(value: str) -> None:
    assert checked_password(value, "ann@example.test") == value


async def test_a_password_is_matched_by_itself_alone() -> None:
    kept = await password.hashed(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await password.matches(kept, PASSWORD)
    for wrong in ("", PASSWORD + " ", PASSWORD.upper(), "x" * 100_000, "\x00", "\ud800"):
        assert not await password.matches(kept, wrong)
    assert not await password.matches(None, PASSWORD)
    assert not await password.matches("no hash", PASSWORD)
    assert not await password.matches(None, "nobody's password")


# ------------------------------------------------------------------ profile
async def test_a_profile_is_kept_in_the_form_of_the_lists() -> None:
    user = await a_user()

    await user.update_profile(
        {
            "display_name": " Ann  Lee ",
            "country": "br",
            "languages": ["PT-br", "en_us", "pt-BR"],
            "devices": ["TABLET", "CAMERA", "TABLET"],
            "time_zone": "America/Sao_Paulo",
        }
    )

    for person in (user, await user.reread()):
        assert (person.display_name, person.country, person.languages, person.devices, person.time_zone) == (
            "Ann Lee",
            "BR",
            ["pt-BR", "en-US"],
            ["CAMERA", "TABLET"],
            "America/Sao_Paulo",
        )


async def test_what_is_not_named_stays_and_what_is_null_goes() -> None:
    user = await a_user()

    await user.update_profile({"country": None, "languages": None})
    await user.update_profile({})

    assert (user.country, user.languages, user.devices, user.time_zone) == (None, [], ["DESKTOP"], "Europe/Lisbon")
    assert user.missing == ["country", "languages"]


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"display_name": None}, ["input.displayName"]),
        ({"display_name": "\u2066x"}, ["input.displayName"]),
        ({"country": "XX"}, ["input.country"]),
        ({"country": ""}, ["input.country"]),
        ({"country": "ß"}, ["input.country"]),
        ({"country": "DEU"}, ["input.country"]),
        ({"country": "D\x00"}, ["input.country"]),
        ({"languages": ["en", "xx-yy-zz-no", ""]}, ["input.languages.1"]),
        ({"languages": ["en"] * 21}, ["input.languages"]),
        ({"time_zone": "Mars/Olympus"}, ["input.timeZone"]),
        # The machine's own setting, which its copy of the list holds as well.
        ({"time_zone": "localtime"}, ["input.timeZone"]),
        ({"time_zone": "../../etc/passwd"}, ["input.timeZone"]),
        ({"time_zone": ""}, ["input.timeZone"]),
        ({"country": "XX", "time_zone": "x", "display_name": ""}, ["input.country", "input.timeZone", "input.displayName"]),
    ],
)
async def test_what_is_on_no_list_changes_nothing(changes: dict[str, Any], paths: list[str]) -> None:
    user = await an_annotator()
    before = await sql.rows("SELECT * FROM users")

    with pytest.raises(Refused) as refused:
        await user.update_profile({"devices": ["CAMERA"], **changes})

    assert [".".join(error.path) for error in refused.value.errors] == paths
    assert await sql.rows("SELECT * FROM users") == before


# ------------------------------------------------------------------ roles
async def test_roles_are_gained_once_and_lost() -> None:
    user = await a_user()

    await asyncio.gather(*(gain(user.id, role) for role in (Role.MODERATOR, Role.PARTNER) * 4))
    user = await user.reread()
    assert sorted(user.roles) == ["ANNOTATOR", "MODERATOR", "PARTNER"]
    assert user.is_staff
    await user.lose(Role.MODERATOR)
    await user.lose(Role.MODERATOR)

    assert not (await user.reread()).has_role(Role.MODERATOR, Role.ADMIN)
    assert (await user.reread()).has_role(Role.ADMIN, Role.PARTNER)


async def gain(user_id: int, role: Role) -> None:
    await (await User.get(id=user_id)).gain(role)


async def test_an_address_is_confirmed_once() -> None:
    user = await a_user(confirmed=False)

    await user.confirm()
    first = user.email_confirmed_at
    await user.confirm()

    assert user.email_confirmed_at == first == (await user.reread()).email_confirmed_at


# ------------------------------------------------------------------ sessions
async def test_a_session_is_found_by_its_token_until_it_is_revoked() -> None:
    user = await a_user(Role.MODERATOR)
    session, token = await Session.open(user, "Browser " * 50)

    found = await Session.by_token(token)

    assert found is not None
    assert (found.id, found.user_id, found.user.id, found.user.email) == (session.id, user.id, user.id, user.email)
    assert len(session.user_agent) == 200
    assert found.expires_at - found.created_at == LIFETIME
    assert await sql.value("SELECT count(*) FROM sessions WHERE token_hash LIKE '%' || $1 || '%'", token) == 0
    await session.revoke()
    await session.revoke()
    assert await Session.by_token(token) is None
    assert (await Session.state_of(session.id))[0] is not None


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "\x00", "\ud800", "' OR true --"])
async def test_what_is_no_token_opens_nothing(token: str) -> None:
    await Session.open(await a_user())

    assert await Session.by_token(token) is None


async def test_a_session_ends_by_time_and_all_of_a_person_at_once() -> None:
    user, other = await a_user(), await a_user()
    (old, old_token), (_, token), (_, others) = await Session.open(user), await Session.open(user), await Session.open(other)
    await sql.run("UPDATE sessions SET expires_at = now() WHERE id = $1", old.id)

    assert await Session.by_token(old_token) is None
    await Session.revoke_all(user.id)

    assert await Session.by_token(token) is None
    assert await Session.by_token(others) is not None


# ------------------------------------------------------------------ links in mails
async def test_a_link_works_once_even_when_followed_by_many_at_once() -> None:
    user = await a_user()
    token = await MailToken.issue(user, Purpose.RESET)

    outcomes = await asyncio.gather(*(MailToken.use(token, Purpose.RESET) for _ in range(8)), return_exceptions=True)

    assert [outcome.id for outcome in outcomes if isinstance(outcome, User)] == [user.id]
    assert sum(isinstance(outcome, TokenExpired) for outcome in outcomes) == 7


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_link_ends_by_its_time(purpose: Purpose) -> None:
    token = await MailToken.issue(await a_user(), purpose)
    await sql.run("UPDATE mail_tokens SET expires_at = expires_at - $1::interval", LIFETIMES[purpose])

    with pytest.raises(TokenExpired):
        await MailToken.use(token, purpose)

    assert await sql.value("SELECT used_at FROM mail_tokens") is None


async def test_a_link_is_for_one_purpose_and_ends_the_others_of_it() -> None:
    user, other = await a_user(), await a_user()
    older, newer = await MailToken.issue(user, Purpose.RESET), await MailToken.issue(user, Purpose.RESET)
    confirm, others = await MailToken.issue(user, Purpose.CONFIRM), await MailToken.issue(other, Purpose.RESET)

    with pytest.raises(TokenExpired):
        await MailToken.use(newer, Purpose.CONFIRM)
    await MailToken.use(newer, Purpose.RESET)

    with pytest.raises(TokenExpired):
        await MailToken.use(older, Purpose.RESET)
    assert (await MailToken.use(confirm, Purpose.CONFIRM)).id == user.id
    assert (await MailToken.use(others, Purpose.RESET)).id == other.id


@pytest.mark.parametrize("token", ["", "\x00", "\ud800", "x" * 100_000])
async def test_what_is_no_link_is_refused(token: str) -> None:
    await MailToken.issue(await a_user(), Purpose.RESET)

    with pytest.raises(TokenExpired):
        await MailToken.use(token, Purpose.RESET)


async def test_every_time_zone_that_is_taken_is_one_that_postgresql_counts_days_in() -> None:
    refused = []

    for zone in sorted(time_zones()):
        try:
            await sql.value("SELECT now() AT TIME ZONE $1", zone)
        except OperationalError:
            refused.append(zone)

    assert "Europe/Lisbon" in time_zones()
    assert refused == []
