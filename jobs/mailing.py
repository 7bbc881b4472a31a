"""Sends the mail that is due."""

from __future__ import annotations

import structlog

from models import Mail
from ops.mail import send_mail

log = structlog.get_logger(__name__)

# With growing pauses that is about a day; a link in it would have died long before.
MOST_TRIES = 30


async def send_mail_due() -> int:
    """How many letters were tried. One that cannot be sent is due again later; the others go on."""
    letters = await Mail.due()
    for letter in letters:
        try:
            await send_mail(letter.recipient, letter.subject, letter.body)
        except Exception as error:
            log.warning("mail not sent", mail=letter.id, tries=letter.tries, error=repr(error))
            if letter.tries < MOST_TRIES:
                continue
        await letter.sent()
    return len(letters)
