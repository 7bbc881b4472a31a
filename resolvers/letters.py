"""The mails about one's account: plain text, one link, why it came."""

from __future__ import annotations

from models import Mail, MailToken, Purpose, User
from ops.settings import settings


async def send_confirmation(user: User) -> None:
    link = f"{settings().public_url}/confirm-email?token={await MailToken.issue(user, Purpose.CONFIRM)}"
    await Mail.write(
        user.email,
        "Confirm your email address",
        f"Hello {user.display_name},\n\nwelcome to Tidemark. Please confirm that this address is yours:\n\n{link}\n\n"
        "The link works for three days. If you did not register, ignore this mail: nothing will happen.\n",
    )


async def send_known_already(user: User) -> None:
    await Mail.write(
        user.email,
        "You have an account already",
        f"Hello {user.display_name},\n\nsomebody, perhaps you, wanted to register with this address, which has an account already.\n\n"
        f"Sign in: {settings().public_url}/sign-in\nForgot the password: {settings().public_url}/reset-password\n\n"
        "If it was not you, ignore this mail: nothing has changed.\n",
    )


async def send_reset(user: User) -> None:
    link = f"{settings().public_url}/reset-password?token={await MailToken.issue(user, Purpose.RESET)}"
    await Mail.write(
        user.email,
        "Choose a new password",
        f"Hello {user.display_name},\n\nwith this link you can choose a new password; it ends every session of yours:\n\n{link}\n\n"
        "The link works for one hour. If you did not ask for it, ignore this mail: your password stays as it is.\n",
    )
