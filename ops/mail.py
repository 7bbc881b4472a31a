"""Mail: by SMTP, or as files in a folder."""

import asyncio
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from ops.settings import folder_of, settings

SEND_SECONDS = 30.0


async def send_mail(to: str, subject: str, text: str) -> None:
    """Sends plain text to one address, by MAIL_URL.

    Raises ValueError when the address or the subject holds a line break, aiosmtplib.SMTPException or OSError when it cannot be sent.
    """
    message = _message(to, subject, text)
    url = settings().mail_url
    if url.startswith("file:"):
        await asyncio.to_thread(_write, folder_of(url), message)
    else:
        await _send(url, message)


def _message(to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings().mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="tidemark")
    message["Auto-Submitted"] = "auto-generated"  # so that no auto-responder answers
    message.set_content(text)
    return message


def _write(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    half_written = folder / f".{name}"
    half_written.write_bytes(bytes(message))
    half_written.rename(folder / f"{name}.eml")


async def _send(url: str, message: EmailMessage) -> None:
    server = urlsplit(url)
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port,
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        timeout=SEND_SECONDS,
    )
