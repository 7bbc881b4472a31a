import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from ops.mail import send_mail
from ops.settings import settings


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    monkeypatch.setenv("MAIL_URL", f"file:{tmp_path}/mail")
    settings.cache_clear()
    yield tmp_path / "mail"
    settings.cache_clear()


@pytest.fixture
async def smtp_server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    received: list[str] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode():
            received.append(line.strip())
            match line[:4].strip().upper():
                case "DATA":
                    writer.write(b"354 go on\r\n")
                    while (line := (await reader.readline()).decode()) != ".\r\n":
                        received.append(line.strip())
                    writer.write(b"250 taken\r\n")
                case "QUIT":
                    writer.write(b"221 bye\r\n")
                    writer.close()
                    return
                case _:
                    writer.write(b"250 yes\r\n")

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    monkeypatch.setenv("MAIL_URL", f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    settings.cache_clear()
    yield received
    server.close()
    settings.cache_clear()


async def test_mail_to_a_folder_is_a_file_with_the_text_as_it_was(mailbox: Path) -> None:
    await send_mail("ada@example.test", "Bestätige", "Hallo Ada,\n\nhttp://127.0.0.1:8000/confirm?token=" + "a" * 100 + "\n")

    (path,) = mailbox.glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    assert message["To"] == "ada@example.test"
    assert message["Subject"] == "Bestätige"
    assert message["From"] == "Tidemark <no-reply@tidemark.localhost>"
    assert message.get_content() == "Hallo Ada,\n\nhttp://127.0.0.1:8000/confirm?token=" + "a" * 100 + "\n"
    assert list(mailbox.iterdir()) == [path]


async def test_an_address_or_subject_with_a_line_break_is_refused_and_nothing_is_sent(mailbox: Path) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        await send_mail("ada@example.test\nBcc: all@example.test", "Hello", "Hello")
    with pytest.raises(ValueError, match="linefeed"):
        await send_mail("ada@example.test", "Hello\r\nBcc: all@example.test", "Hello")

    assert not mailbox.exists()


async def test_mail_by_smtp_arrives(smtp_server: list[str]) -> None:
    await send_mail("ada@example.test", "Hello", "A line.\n.\nAnother.\n")

    assert "RCPT TO:<ada@example.test>" in smtp_server
    assert "Subject: Hello" in smtp_server
    assert ".." in smtp_server  # the dot alone is stuffed
    assert "Another." in smtp_server


async def test_mail_that_cannot_be_sent_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()

    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await send_mail("ada@example.test", "Hello", "Hello")

    settings.cache_clear()
