"""Joining, signing in and out, the profile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import strawberry
from tortoise.transactions import in_transaction

import models
from models import MailToken, Purpose, Session
from models import password as passwords
from models.errors import EmailUnconfirmed, InvalidCredentials, InvalidInput, Refusal, Refused
from models.secret import new_secret
from models.user import EMAIL_LENGTH, checked_email, checked_name, checked_password
from resolvers import letters
from resolvers.found import found
from resolvers.limits import (
    LINK_FROM_ADDRESS,
    MAIL_FROM_ADDRESS,
    MAIL_TO_ACCOUNT,
    REGISTRATION_FROM_ADDRESS,
    SIGN_IN_FROM_ADDRESS,
    SIGN_IN_OF_ACCOUNT,
)
from schema.context import Info
from schema.errors import RateLimited
from schema.payload import AcceptedPayload, UserError, mutation
from schema.people import Session as SignedIn
from schema.people import User

# Longer than either way through takes: whether an address is known must not be told by the time it took.
EVEN_SECONDS = 0.3
# Nobody looks through more; "everywhere else" ends the others too.
MOST_SESSIONS = 100


@strawberry.input
class RegisterInput:
    email: str
    password: str
    display_name: str
    accept_terms: bool = strawberry.field(description="The terms and the privacy notice, in the version shown.")


@strawberry.input
class SignInInput:
    email: str
    password: str


@strawberry.input(description="Fields left out stay as they are.")
class UpdateProfileInput:
    display_name: str | None = strawberry.UNSET
    country: str | None = strawberry.UNSET
    languages: list[str] | None = strawberry.UNSET
    devices: list[models.Device] | None = strawberry.UNSET
    time_zone: str | None = strawberry.UNSET


@strawberry.type(description="Says the same whether or not the address was known already.")
class RegisterPayload:
    accepted: bool = False
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ViewerPayload:
    viewer: User | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class PeopleQuery:
    @strawberry.field(description="Who is signed in, or null; null for an API token.")
    async def viewer(self, info: Info) -> User | None:
        viewer = info.context.viewer
        return None if viewer is None else await User.of(info, viewer)

    @strawberry.field(description="Where the viewer is signed in, the latest used first.")
    async def sessions(self, info: Info) -> list[SignedIn]:
        live = await Session.live(info.context.user.id)
        return [SignedIn(row=row) for row in await live.order_by("-seen_at", "-id").limit(MOST_SESSIONS)]


@strawberry.type
class PeopleMutation:
    @mutation
    async def register(self, info: Info, input: RegisterInput) -> RegisterPayload:
        await REGISTRATION_FROM_ADDRESS.count(info.context, info.context.request_meta.ip)
        email, name = _checked_registration(input)
        async with _evenly():
            password_hash = await passwords.hashed(input.password)
            async with in_transaction():
                user = await models.User.register(email=email, password_hash=password_hash, display_name=name)
                known = None if user else await models.User.by_email(email)
                if user is not None:
                    await letters.send_confirmation(user)
                elif known is not None and await _may_write_to(info, email):
                    await letters.send_known_already(known)
        return RegisterPayload(accepted=True)

    @mutation
    async def confirm_email(self, info: Info, token: str) -> ViewerPayload:
        await LINK_FROM_ADDRESS.count(info.context, info.context.request_meta.ip)
        async with in_transaction():
            user = await MailToken.use(token, Purpose.CONFIRM)
            await user.confirm()
        return ViewerPayload(viewer=await User.of(info, user))

    @mutation
    async def request_email_confirmation(self, info: Info, email: str) -> AcceptedPayload:
        await MAIL_FROM_ADDRESS.count(info.context, info.context.request_meta.ip)
        address = checked_email(email, "email")
        async with _evenly():
            user = await models.User.by_email(address)
            if user is not None and not user.is_confirmed and await _may_write_to(info, address):
                await letters.send_confirmation(user)
        return AcceptedPayload(accepted=True)

    @mutation
    async def sign_in(self, info: Info, input: SignInInput) -> ViewerPayload:
        """Signs in and sets the session cookie."""
        info.context.require_cookies()
        email = _as_kept(input.email)
        await SIGN_IN_FROM_ADDRESS.count(info.context, info.context.request_meta.ip)
        await SIGN_IN_OF_ACCOUNT.count(info.context, email)
        user = await models.User.by_email(email)
        if not await passwords.matches(user.password_hash if user else None, input.password) or user is None:
            raise InvalidCredentials("input")
        if not user.is_confirmed:
            raise EmailUnconfirmed("input", "email")
        await _open_session(info, user)
        return ViewerPayload(viewer=await User.of(info, user))

    @mutation
    async def sign_out(self, info: Info) -> AcceptedPayload:
        """Ends the session, and with it its sockets; nobody signed in is signed out already."""
        info.context.require_cookies()
        if info.context.session is not None:
            info.context.set_session(None)
            await info.context.session.revoke()
        return AcceptedPayload(accepted=True)

    @mutation
    async def end_session(self, info: Info, session_id: strawberry.ID) -> AcceptedPayload:
        """Signs out one of the viewer's browsers, and closes its sockets."""
        session = await found(await Session.live(info.context.user.id), session_id, "sessionId")
        if info.context.session is not None and session.id == info.context.session.id:
            info.context.set_session(None)
        await session.revoke()
        return AcceptedPayload(accepted=True)

    @mutation
    async def end_other_sessions(self, info: Info) -> AcceptedPayload:
        """Signs out all of the viewer's browsers but this one."""
        await Session.revoke_all(info.context.user.id, but=info.context.session)
        return AcceptedPayload(accepted=True)

    @mutation
    async def request_password_reset(self, info: Info, email: str) -> AcceptedPayload:
        await MAIL_FROM_ADDRESS.count(info.context, info.context.request_meta.ip)
        address = checked_email(email, "email")
        async with _evenly():
            user = await models.User.by_email(address)
            if user is not None and await _may_write_to(info, address):
                await letters.send_reset(user)
        return AcceptedPayload(accepted=True)

    @mutation
    async def reset_password(self, info: Info, token: str, password: str) -> ViewerPayload:
        """Ends every session of the account, and signs in anew."""
        info.context.require_cookies()
        await LINK_FROM_ADDRESS.count(info.context, info.context.request_meta.ip)
        checked_password(password, "", "password")
        password_hash = await passwords.hashed(password)
        async with in_transaction():
            user = await MailToken.use(token, Purpose.RESET)
            # What is raised here leaves the link as good as it was.
            checked_password(password, user.email, "password")
            await user.change_password(password_hash)
            # Who reads the mail owns the address.
            await user.confirm()
            await Session.revoke_all(user.id)
        await _open_session(info, user)
        return ViewerPayload(viewer=await User.of(info, user))

    @mutation
    async def update_profile(self, info: Info, input: UpdateProfileInput) -> ViewerPayload:
        user = info.context.user
        given = {name: value for name, value in vars(input).items() if value is not strawberry.UNSET}
        if "devices" in given:
            given["devices"] = [device.value for device in given["devices"] or []]
        await user.update_profile(given)
        return ViewerPayload(viewer=await User.of(info, user))


def _as_kept(email: str) -> str:
    """An address as registration keeps it; what is none is merely shortened, and is nobody's."""
    try:
        return checked_email(email)
    except InvalidInput:
        return email.strip().lower()[:EMAIL_LENGTH]


def _checked_registration(given: RegisterInput) -> tuple[str, str]:
    """(email, name). Raises all that is wrong at once."""
    errors: list[Refusal] = []
    email = name = ""
    try:
        email = checked_email(given.email, "input", "email")
    except Refusal as refusal:
        errors.append(refusal)
    try:
        checked_password(given.password, email, "input", "password")
    except Refusal as refusal:
        errors.append(refusal)
    try:
        name = checked_name(given.display_name, "input", "displayName")
    except Refusal as refusal:
        errors.append(refusal)
    if not given.accept_terms:
        errors.append(InvalidInput("The terms and the privacy notice have to be accepted.", "input", "acceptTerms"))
    if errors:
        raise Refused(errors)
    return email, name


async def _open_session(info: Info, user: models.User) -> None:
    device = info.context.request_meta.device or new_secret()
    _, token = await Session.open(user, info.context.request_meta.user_agent, device)
    info.context.set_session(token, device)


async def _may_write_to(info: Info, address: str) -> bool:
    """Nobody's mailbox is filled by strangers. Silent, since an error would tell that the address is known."""
    try:
        await MAIL_TO_ACCOUNT.count(info.context, address)
    except RateLimited:
        return False
    return True


@asynccontextmanager
async def _evenly() -> AsyncIterator[None]:
    begun = time.monotonic()
    yield
    await asyncio.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - begun)))
