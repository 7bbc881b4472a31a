"""Limits on what is guessed or sent: sign-ins, and mail in somebody's name."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ops.throttle import throttle
from schema.context import Context
from schema.errors import RateLimited


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within so many seconds, counted under `name`."""

    name: str
    most: int
    seconds: int

    async def count(self, context: Context, key: str) -> None:
        """Raises RateLimited, with the seconds to wait."""
        wait = await throttle(context.redis, self.name, key, self.most, self.seconds)
        if wait is not None:
            raise RateLimited("Too many attempts. Wait a little.", retry_after=ceil(wait), limit=self.most)


# An account is guessed at ten times in a quarter of an hour. An address may be that of a school or a company, so it is allowed what a room
# needs.
SIGN_IN_OF_ACCOUNT = Limit("signin:account", 10, 15 * 60)
SIGN_IN_FROM_ADDRESS = Limit("signin:address", 600, 15 * 60)
REGISTRATION_FROM_ADDRESS = Limit("register:address", 300, 3600)
MAIL_TO_ACCOUNT = Limit("mail:account", 5, 3600)
MAIL_FROM_ADDRESS = Limit("mail:address", 300, 3600)
LINK_FROM_ADDRESS = Limit("link:address", 300, 3600)
# A conversation with support goes to and fro; what is more is no conversation.
MESSAGE_OF_ACCOUNT = Limit("message:account", 60, 3600)
# Asked as one types an address, for each pause in it.
ADDRESS_OF_ACCOUNT = Limit("payee:account", 300, 15 * 60)
# As often as the balance allows, from half a dollar: nobody earns a hundred dollars an hour. Who asked may take all of it back, and again.
WITHDRAWAL_OF_ACCOUNT = Limit("withdrawal:account", 200, 3600)
CANCELLATION_OF_ACCOUNT = Limit("cancellation:account", 400, 3600)
CONTACT_FROM_ADDRESS = Limit("contact:address", 60, 3600)
CONTACT_OF_ACCOUNT = Limit("contact:account", 5, 3600)
# A slider that is moved to and fro; each trial takes seconds of a core.
PREVIEW_OF_PROJECT = Limit("preview:project", 120, 3600)
