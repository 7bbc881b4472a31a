"""Joining, signing in and out, the profile, roles: as those do who own an account, and those who would like to."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from math import inf
from typing import Any

import pytest
from redis.asyncio import Redis

from models import ApiToken, AuditEntry, Mail, MailToken, Purpose, Role, Scope, Session, User
from models.secret import fingerprint
from models.session import SEEN_NOTED
from models.user import TERMS_VERSION
from ops.database import sql
from resolvers import limits
from resolvers.people import EVEN_SECONDS
from schema.ids import public_id
from tests.api.client import Client, Tidemark
from tests.api.scene import the_id, unchanged
from tests.api.test_whole_way import token_mailed_to
from tests.support.world import PASSWORD, a_user, an_admin, an_annotator, an_organization

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { accepted errors { code message path } } }"
CONFIRM = "mutation ($token: String!) { confirmEmail(token: $token) { viewer { email emailConfirmed } errors { code message path } } }"
SEND_AGAIN = "mutation ($email: String!) { requestEmailConfirmation(email: $email) { accepted errors { code message path } } }"
SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { viewer { email } errors { code message path } } }"
SIGN_OUT = "mutation { signOut { accepted errors { code } } }"
SESSIONS = "{ sessions { id userAgent createdAt seenAt isCurrent } }"
END_SESSION = "mutation ($id: ID!) { endSession(sessionId: $id) { accepted errors { code path } } }"
END_OTHERS = "mutation { endOtherSessions { accepted errors { code } } }"
ASK_RESET = "mutation ($email: String!) { requestPasswordReset(email: $email) { accepted errors { code message path } } }"
RESET = """mutation ($token: String!, $password: String!) {
  resetPassword(token: $token, password: $password) { viewer { email } errors { code message path } } }"""
PROFILE = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { errors { code path }
  viewer { profile { displayName country languages devices timeZone missing } } } }"""
SET_ROLE = """mutation ($id: ID!, $role: Role!, $granted: Boolean!) {
  setRole(annotatorId: $id, role: $role, granted: $granted, reason: "Asked for.") { errors { code path } } }"""
VIEWER = "{ viewer { email roles standing { status reason } wallet { available { amount } } appeals { edges { node { id } } } } }"
NEW_PASSWORD = "a battery of horses"
TOKEN = re.compile(r"token=([\w-]+)")


async def test_consent_is_needed_and_kept_with_its_version(tidemark: Tidemark) -> None:
    async with unchanged():
        refused = await tidemark.anonymous.refused(REGISTER, input=joining(acceptTerms=False))
    await tidemark.anonymous.do(REGISTER, input=joining())

    assert refused == [("INVALID_INPUT", ["input", "acceptTerms"])]
    user = await User.get(email="ada@example.test")
    assert (user.terms_version, user.roles, user.is_confirmed) == (TERMS_VERSION, ["ANNOTATOR"], False)
    assert user.terms_accepted_at is not None
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_all_that_is_wrong_with_a_registration_is_told_at_once(tidemark: Tidemark) -> None:
    given = {"email": "nobody", "password": "short", "displayName": " \t ", "acceptTerms": False}

    async with unchanged():
        refused = await tidemark.anonymous.refused(REGISTER, input=given)

    assert refused == [("INVALID_INPUT", ["input", name]) for name in ("email", "password", "displayName", "acceptTerms")]


async def test_an_address_is_one_account_however_it_is_written(tidemark: Tidemark) -> None:
    await tidemark.anonymous.do(REGISTER, input=joining(email="  Ada@Example.TEST "))
    await tidemark.anonymous.do(REGISTER, input=joining(email="ADA@EXAMPLE.test"))
    await (await User.get(email="ada@example.test")).confirm()

    assert await User.all().count() == 1
    for written in ("ada@example.test", " ADA@example.Test "):
        assert (await tidemark.anonymous.do(SIGN_IN, input={"email": written, "password": PASSWORD}))["viewer"][
            "email"
        ] == "ada@example.test"


async def test_the_mailed_link_confirms_once_and_for_three_days(tidemark: Tidemark) -> None:
    await tidemark.anonymous.do(REGISTER, input=joining())
    token = await mailed_token("ada@example.test", "Confirm your email address")
    late = await MailToken.issue(await User.get(email="ada@example.test"), Purpose.CONFIRM)
    await sql.run("UPDATE mail_tokens SET expires_at = now() WHERE id = (SELECT max(id) FROM mail_tokens)")

    expired = await tidemark.anonymous.refused(CONFIRM, token=late)
    confirmed = await tidemark.anonymous.do(CONFIRM, token=token)
    again = await tidemark.anonymous.refused(CONFIRM, token=token)
    unknown = await tidemark.anonymous.refused(CONFIRM, token="no-such-token")

    assert confirmed["viewer"] == {"email": "ada@example.test", "emailConfirmed": True}
    assert expired == again == unknown == [("TOKEN_EXPIRED", ["token"])]


async def test_a_link_serves_its_own_purpose_only(tidemark: Tidemark) -> None:
    user = await a_user(confirmed=False)
    confirm, reset = await MailToken.issue(user, Purpose.CONFIRM), await MailToken.issue(user, Purpose.RESET)

    async with unchanged():
        assert await tidemark.anonymous.refused(CONFIRM, token=reset) == [("TOKEN_EXPIRED", ["token"])]
        assert await tidemark.anonymous.refused(RESET, token=confirm, password=NEW_PASSWORD) == [("TOKEN_EXPIRED", ["token"])]


async def test_nobody_learns_whether_an_address_is_known(tidemark: Tidemark) -> None:
    known, confirmed = await a_user(confirmed=False), await a_user()
    ways: dict[str, tuple[str, Any, Any]] = {
        "register": (REGISTER, {"input": joining(email=confirmed.email)}, lambda n: {"input": joining(email=f"new{n}@example.test")}),
        "confirm": (SEND_AGAIN, {"email": known.email}, lambda n: {"email": f"nobody{n}@example.test"}),
        "reset": (ASK_RESET, {"email": confirmed.email}, lambda n: {"email": f"nobody{n}@example.test"}),
        "sign in": (
            SIGN_IN,
            {"input": signing_in(confirmed.email, "wrong horse")},
            lambda n: {"input": signing_in(f"nobody{n}@example.test")},
        ),
    }

    for name, (document, of_known, of_unknown) in ways.items():
        answers: list[Any] = []
        seconds: dict[bool, float] = {True: inf, False: inf}
        for n in range(3):
            for is_known, variables in ((True, of_known), (False, of_unknown(n))):
                begun = time.monotonic()
                answers.append(await tidemark.anonymous.send(document, **variables))
                # The least: what the machine does besides only ever adds.
                seconds[is_known] = min(seconds[is_known], time.monotonic() - begun)
        assert all(answer == answers[0] for answer in answers), name
        if name == "sign in":
            # A password is looked at for each, which takes long; without, it would be a tenth.
            assert max(seconds.values()) < 4 * min(seconds.values()), seconds
        else:
            assert min(seconds.values()) >= EVEN_SECONDS, (name, seconds)


async def test_each_gets_the_mail_that_fits_and_strangers_get_none(tidemark: Tidemark) -> None:
    known, confirmed = await a_user(confirmed=False), await a_user()

    await tidemark.anonymous.do(REGISTER, input=joining(email=confirmed.email))
    await tidemark.anonymous.do(SEND_AGAIN, email=known.email)
    await tidemark.anonymous.do(SEND_AGAIN, email=confirmed.email)
    await tidemark.anonymous.do(ASK_RESET, email=confirmed.email.upper())
    await tidemark.anonymous.do(ASK_RESET, email="nobody@example.test")
    await tidemark.anonymous.do(SEND_AGAIN, email="nobody@example.test")

    assert [(mail.recipient, mail.subject) for mail in await Mail.all().order_by("id")] == [
        (confirmed.email, "You have an account already"),
        (known.email, "Confirm your email address"),
        (confirmed.email, "Choose a new password"),
    ]


async def test_names_in_mails_bring_no_lines_and_no_links_of_their_own(tidemark: Tidemark) -> None:
    await tidemark.anonymous.do(REGISTER, input=joining(displayName="Ada\n\nhttps://evil.test/"))

    [mail] = await Mail.all()
    assert "Hello Ada https://evil.test/," in mail.body
    assert "\nhttps://evil" not in mail.body


async def test_only_the_right_password_of_a_confirmed_address_signs_in(tidemark: Tidemark) -> None:
    user, unconfirmed = await a_user(), await a_user(confirmed=False)

    async with unchanged():
        for email, password in (
            (user.email, PASSWORD + " "),
            (user.email, ""),
            (unconfirmed.email, "wrong"),
            ("", ""),
            ("\u202e", PASSWORD),
        ):
            refused = await tidemark.anonymous.refused(SIGN_IN, input={"email": email, "password": password})
            assert refused == [("INVALID_CREDENTIALS", ["input"])]
        assert await tidemark.anonymous.refused(SIGN_IN, input=signing_in(unconfirmed.email)) == [("EMAIL_UNCONFIRMED", ["input", "email"])]

    assert (await tidemark.anonymous.do(SIGN_IN, input=signing_in(user.email)))["viewer"] == {"email": user.email}


async def test_a_session_is_an_opaque_cookie_that_is_kept_as_a_hash(tidemark: Tidemark) -> None:
    user = await a_user()

    client = await signed_in(tidemark, user.email)

    session = await Session.get(user_id=user.id)
    cookie = client.headers["cookie"].partition("=")[2]
    assert len(cookie) >= 43
    assert cookie not in str(await sql.rows("SELECT * FROM sessions"))
    assert len(session.token_hash) == 64
    assert (await client.ask(VIEWER))["viewer"]["email"] == user.email


async def test_sign_out_ends_the_session_and_its_sockets(tidemark: Tidemark, worker: None) -> None:
    user = await a_user()
    client, other = await signed_in(tidemark, user.email), await signed_in(tidemark, user.email)

    async with client.socket() as socket, other.socket() as still_open:
        await client.do(SIGN_OUT)
        assert await socket.close_code() == 4401
        assert (await still_open.ask("{ viewer { email } }"))["data"]["viewer"]["email"] == user.email
    assert (await client.ask(VIEWER))["viewer"] is None
    assert (await client.do(SIGN_OUT))["accepted"]


async def test_people_see_where_they_are_signed_in_and_when_they_were_last_there(tidemark: Tidemark) -> None:
    user = await a_user()
    phone, desk = await tidemark.signed_in(user), await tidemark.signed_in(user)
    await tidemark.signed_in(await a_user())
    ended, _ = await Session.open(user, "ended")
    await ended.revoke()
    await sql.run("UPDATE sessions SET expires_at = now() WHERE id = $1", (await Session.open(user, "expired"))[0].id)
    await sql.run(
        "UPDATE sessions SET created_at = now() - interval '2 days', seen_at = now() - interval '1 day' WHERE user_id = $1", user.id
    )

    await desk.ask(VIEWER)
    shown = (await desk.ask(SESSIONS))["sessions"]
    seen_by_phone = (await phone.ask(SESSIONS))["sessions"]

    assert [(each["userAgent"], each["isCurrent"]) for each in shown] == [("tests", True), ("tests", False)]
    assert [each["isCurrent"] for each in sorted(seen_by_phone, key=lambda each: each["id"] == shown[0]["id"])] == [True, False]
    times = [(await sql.now()) - datetime.fromisoformat(each["seenAt"]) for each in shown]
    assert times[0] < timedelta(minutes=1)
    assert times[1] > timedelta(hours=23)


async def test_the_last_use_is_noted_once_in_some_minutes(tidemark: Tidemark) -> None:
    user = await a_user()
    client = await tidemark.signed_in(user)
    await sql.run("UPDATE sessions SET seen_at = now() - $1::interval + interval '10 seconds'", SEEN_NOTED)

    async with unchanged():
        await client.ask(VIEWER)
    await sql.run("UPDATE sessions SET seen_at = now() - $1::interval - interval '1 second'", SEEN_NOTED)
    await client.ask(VIEWER)

    assert await sql.value("SELECT now() - seen_at < interval '1 minute' FROM sessions")


async def test_a_browser_keeps_its_mark_from_one_account_to_the_next_and_only_a_hash_of_it_is_kept(tidemark: Tidemark) -> None:
    users = [await a_user() for _ in range(3)]
    marks = []
    for user in users:
        await tidemark.http.post(f"{tidemark.origin}/graphql", json={"query": SIGN_IN, "variables": {"input": signing_in(user.email)}})
        marks.append(tidemark.http.cookies["tidemark_device"])
        if user is users[0]:
            await tidemark.http.post(f"{tidemark.origin}/graphql", json={"query": SIGN_OUT})
        if user is users[1]:
            tidemark.http.cookies.clear()
    tidemark.http.cookies.clear()

    first, second, third = [(await Session.get(user_id=user.id)).device for user in users]
    assert marks[0] == marks[1] != marks[2]
    assert first == second == fingerprint(marks[0])
    assert third == fingerprint(marks[2])


async def test_a_browser_elsewhere_is_signed_out_with_its_sockets_and_no_other(tidemark: Tidemark, worker: None) -> None:
    user = await a_user()
    here, lost, other = [await tidemark.signed_in(user) for _ in range(3)]
    lost_id = next(each["id"] for each in (await lost.ask(SESSIONS))["sessions"] if each["isCurrent"])

    async with lost.socket() as socket, other.socket() as still_open:
        await here.do(END_SESSION, id=lost_id)
        assert await socket.close_code() == 4401
        assert (await still_open.ask("{ viewer { email } }"))["data"]["viewer"]["email"] == user.email

    assert (await lost.ask(VIEWER))["viewer"] is None
    assert len((await here.ask(SESSIONS))["sessions"]) == 2
    async with unchanged():
        assert await here.refused(END_SESSION, id=lost_id) == [("NOT_FOUND", ["sessionId"])]


async def test_the_session_of_another_is_not_found_and_goes_on(tidemark: Tidemark) -> None:
    mine, theirs = await tidemark.signed_in(await a_user()), await tidemark.signed_in(await a_user())
    [their_session] = (await theirs.ask(SESSIONS))["sessions"]

    async with unchanged():
        assert await mine.refused(END_SESSION, id=their_session["id"]) == [("NOT_FOUND", ["sessionId"])]

    assert (await theirs.ask(VIEWER))["viewer"]


async def test_signing_out_everywhere_else_leaves_this_one_and_other_people(tidemark: Tidemark, worker: None) -> None:
    user = await a_user()
    here, lost = await tidemark.signed_in(user), await tidemark.signed_in(user)
    neighbour = await tidemark.signed_in(await a_user())

    async with lost.socket() as socket, here.socket() as still_open:
        await here.do(END_OTHERS)
        assert await socket.close_code() == 4401
        assert (await still_open.ask("{ viewer { email } }"))["data"]["viewer"]["email"] == user.email

    assert [each["isCurrent"] for each in (await here.ask(SESSIONS))["sessions"]] == [True]
    assert (await lost.ask(VIEWER))["viewer"] is None
    assert (await neighbour.ask(VIEWER))["viewer"]
    async with unchanged():
        await here.do(END_OTHERS)


async def test_ending_this_session_from_the_list_signs_out_here(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user())
    [session] = (await client.ask(SESSIONS))["sessions"]

    await client.do(END_SESSION, id=session["id"])

    assert (await client.ask(VIEWER))["viewer"] is None


async def test_a_socket_neither_signs_in_nor_out_and_uses_up_no_link(tidemark: Tidemark) -> None:
    user = await a_user()
    client = await tidemark.signed_in(user)
    token = await MailToken.issue(user, Purpose.RESET)

    async with client.socket() as socket, unchanged():
        for document, variables in (
            (SIGN_IN, {"input": signing_in(user.email)}),
            (SIGN_OUT, {}),
            (RESET, {"token": token, "password": NEW_PASSWORD}),
        ):
            told = await socket.ask(document, variables=variables)
            assert told["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_reset_ends_every_session_and_signs_in_anew_with_the_new_password_alone(tidemark: Tidemark, worker: None) -> None:
    user = await a_user(confirmed=False)
    old = await tidemark.signed_in(user)
    await tidemark.anonymous.do(ASK_RESET, email=user.email)
    token = await mailed_token(user.email, "Choose a new password")
    spare = await MailToken.issue(user, Purpose.RESET)

    async with old.socket() as socket:
        renewed = await with_cookie(tidemark, RESET, token=token, password=NEW_PASSWORD)
        assert await socket.close_code() == 4401

    assert (await old.ask(VIEWER))["viewer"] is None
    assert (await renewed.ask(VIEWER))["viewer"]["email"] == user.email
    for used in (token, spare):
        assert await tidemark.anonymous.refused(RESET, token=used, password=NEW_PASSWORD) == [("TOKEN_EXPIRED", ["token"])]
    assert await tidemark.anonymous.refused(SIGN_IN, input=signing_in(user.email)) == [("INVALID_CREDENTIALS", ["input"])]
    assert (await tidemark.anonymous.do(SIGN_IN, input=signing_in(user.email, NEW_PASSWORD)))["viewer"]


async def test_a_refused_password_leaves_the_link_as_good_as_it_was(tidemark: Tidemark) -> None:
    user = await a_user(email="ada.lovelace@example.test")
    token = await MailToken.issue(user, Purpose.RESET)

    async with unchanged():
        for password in ("short", "x" * 201, "Ada.Lovelace@example.test"):
            assert await tidemark.anonymous.refused(RESET, token=token, password=password) == [("INVALID_INPUT", ["password"])]
    await tidemark.anonymous.do(RESET, token=token, password=NEW_PASSWORD)


async def test_guessing_a_password_is_stopped_for_that_account_alone(tidemark: Tidemark) -> None:
    user, other = await a_user(), await a_user()
    for _ in range(limits.SIGN_IN_OF_ACCOUNT.most):
        await tidemark.anonymous.refused(SIGN_IN, input=signing_in(user.email, "a wrong horse"))

    async with unchanged():
        body = await tidemark.anonymous.send(SIGN_IN, input=signing_in(f" {user.email.upper()}"))

    [error] = body["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert 0 < error["extensions"]["retryAfter"] <= limits.SIGN_IN_OF_ACCOUNT.seconds
    assert (await tidemark.anonymous.do(SIGN_IN, input=signing_in(other.email)))["viewer"]


@pytest.mark.parametrize(
    ("limit", "document", "variables"),
    [
        (limits.SIGN_IN_FROM_ADDRESS, SIGN_IN, {"input": {"email": "a@example.test", "password": PASSWORD}}),
        (limits.REGISTRATION_FROM_ADDRESS, REGISTER, {"input": {"email": "a", "password": "", "displayName": "", "acceptTerms": True}}),
        (limits.MAIL_FROM_ADDRESS, ASK_RESET, {"email": "a@example.test"}),
        (limits.MAIL_FROM_ADDRESS, SEND_AGAIN, {"email": "a@example.test"}),
        (limits.LINK_FROM_ADDRESS, CONFIRM, {"token": "guessed"}),
        (limits.LINK_FROM_ADDRESS, RESET, {"token": "guessed", "password": PASSWORD}),
    ],
)
async def test_what_comes_too_often_from_one_address_waits(
    limit: limits.Limit, document: str, variables: dict[str, Any], tidemark: Tidemark, redis: Redis
) -> None:
    await redis.set(f"throttle:{limit.name}:127.0.0.1", limit.most, ex=limit.seconds)

    async with unchanged():
        [error] = (await tidemark.anonymous.send(document, **variables))["errors"]

    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert limit.seconds - 5 <= error["extensions"]["retryAfter"] <= limit.seconds


async def test_no_mailbox_is_filled_by_strangers_and_nobody_is_told(tidemark: Tidemark, redis: Redis) -> None:
    user = await a_user(confirmed=False)
    await redis.set(f"throttle:{limits.MAIL_TO_ACCOUNT.name}:{user.email}", limits.MAIL_TO_ACCOUNT.most, ex=60)

    async with unchanged():
        assert (await tidemark.anonymous.do(SEND_AGAIN, email=user.email))["accepted"]
        assert (await tidemark.anonymous.do(ASK_RESET, email=user.email))["accepted"]
        assert (await tidemark.anonymous.do(REGISTER, input=joining(email=user.email)))["accepted"]


async def test_a_profile_is_kept_in_its_canonical_form_and_what_is_left_out_stays(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user())
    await client.do(PROFILE, input={"country": "de", "languages": ["PT-br", "en", "pt-BR"], "devices": ["TABLET", "DESKTOP", "TABLET"]})

    told = await client.do(PROFILE, input={"displayName": "  Grace \n Hopper ", "timeZone": None})

    assert told["viewer"]["profile"] == {
        "displayName": "Grace Hopper",
        "country": "DE",
        "languages": ["pt-BR", "en"],
        "devices": ["DESKTOP", "TABLET"],
        "timeZone": None,
        "missing": ["timeZone"],
    }
    emptied = await client.do(PROFILE, input={"country": None, "languages": None, "devices": None})
    assert emptied["viewer"]["profile"]["missing"] == ["country", "languages", "devices", "timeZone"]


async def test_all_that_is_wrong_with_a_profile_is_told_at_once_and_nothing_of_it_kept(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await a_user())
    given = {"displayName": "Ada", "country": "XX", "languages": ["en", "e", "toolong-" * 8], "timeZone": "Mars/Olympus"}

    async with unchanged():
        refused = await client.refused(PROFILE, input=given)

    assert refused == [
        ("INVALID_INPUT", ["input", "country"]),
        ("INVALID_INPUT", ["input", "languages", "1"]),
        ("INVALID_INPUT", ["input", "timeZone"]),
    ]


async def test_a_role_is_granted_and_taken_on_record_and_sockets_come_again(tidemark: Tidemark, worker: None) -> None:
    admin, user = await tidemark.signed_in(await an_admin()), await an_annotator()
    client = await tidemark.signed_in(user)
    annotator = public_id("Annotator", user.id)
    async with client.socket() as socket:
        await admin.do(SET_ROLE, id=annotator, role="MODERATOR", granted=True)
        assert await socket.close_code() == 4403
    assert (await client.ask(VIEWER))["viewer"]["roles"] == ["ANNOTATOR", "MODERATOR"]
    assert await client.ask("{ reviewBoard { counts { waiting } } }")

    await admin.do(SET_ROLE, id=annotator, role="MODERATOR", granted=False)

    assert await client.error("{ reviewBoard { counts { waiting } } }") == "FORBIDDEN"
    acts = [(entry.action, entry.reason) for entry in await AuditEntry.all().order_by("id")]
    assert acts == [("grantRole", "MODERATOR: Asked for."), ("revokeRole", "MODERATOR: Asked for.")]
    own = public_id("Annotator", admin.user.id if admin.user else 0)
    async with unchanged():
        assert await admin.refused(SET_ROLE, id=own, role="ADMIN", granted=False) == [("CONFLICT", ["role"])]


async def test_who_is_no_annotator_any_more_gets_no_task(tidemark: Tidemark) -> None:
    user = await an_annotator()
    await user.lose(Role.ANNOTATOR)
    client = await tidemark.signed_in(user)

    assert await client.error("mutation { claimTask { errors { code } } }") == "FORBIDDEN"
    async with client.following("subscription { taskStream { id } }") as stream:
        assert await stream.error() == "FORBIDDEN"


async def test_whoever_founds_an_organization_becomes_a_partner(tidemark: Tidemark) -> None:
    client = await tidemark.signed_in(await an_annotator())

    made = await client.do("""mutation { createOrganization(name: " Field  Mice ") { organization { name } errors { code path } } }""")

    assert made["organization"] == {"name": "Field Mice"}
    assert (await client.ask(VIEWER))["viewer"]["roles"] == ["ANNOTATOR", "PARTNER"]


async def test_the_suspended_and_the_banned_sign_in_and_see_what_is_theirs(tidemark: Tidemark) -> None:
    admin, user = await tidemark.signed_in(await an_admin()), await an_annotator()
    for verb, status in (("suspendAnnotator", "SUSPENDED"), ("banAnnotator", "BANNED")):
        document = f"""mutation ($id: ID!) {{ {verb}(annotatorId: $id, reason: "Rude.") {{ errors {{ code path }} }} }}"""
        await admin.do(document, id=public_id("Annotator", user.id))
        client = await signed_in(tidemark, user.email)
        told = (await client.ask(VIEWER))["viewer"]
        assert told["standing"] == {"status": status, "reason": "Rude."}
        assert told["wallet"]["available"]["amount"] == "0"
        assert await client.refused("mutation { claimTask { errors { code path } } }") == [("ACCOUNT_SUSPENDED", [])]


async def test_a_token_acts_for_its_organization_and_is_nobody(tidemark: Tidemark, worker: None) -> None:
    partner = await a_user()
    organization = await an_organization(partner)
    token, secret = await ApiToken.issue(organization, name="all", scopes=list(Scope), by=partner)
    machine, person = tidemark.with_token(secret), await tidemark.signed_in(partner)

    assert (await machine.ask("{ viewer { id } organizations { id } }")) == {
        "viewer": None,
        "organizations": [{"id": the_id(organization)}],
    }
    async with machine.socket() as socket:
        await person.do("mutation ($id: ID!) { revokeApiToken(tokenId: $id) { errors { code } } }", id=the_id(token))
        assert await socket.close_code() == 4401
    assert await machine.error("{ organizations { id } }") == "UNAUTHENTICATED"


def joining(**changes: Any) -> dict[str, Any]:
    return {"email": "ada@example.test", "password": PASSWORD, "displayName": "Ada", "acceptTerms": True} | changes


def signing_in(email: str, password: str = PASSWORD) -> dict[str, str]:
    return {"email": email, "password": password}


async def signed_in(tidemark: Tidemark, email: str) -> Client:
    return await with_cookie(tidemark, SIGN_IN, input=signing_in(email))


async def with_cookie(tidemark: Tidemark, document: str, **variables: Any) -> Client:
    """Whoever the answer to this makes one."""
    response = await tidemark.http.post(f"{tidemark.origin}/graphql", json={"query": document, "variables": variables})
    tidemark.http.cookies.clear()
    return Client(tidemark.origin, tidemark.http, {"cookie": response.headers["set-cookie"].partition(";")[0]})


async def mailed_token(address: str, subject: str) -> str:
    """Of the latest mail to them, which the worker may have sent already."""
    mail = await Mail.filter(recipient=address, subject=subject).order_by("-id").first()
    if mail is None:
        return await token_mailed_to(address)
    found = TOKEN.search(mail.body)
    assert found
    return found[1]
