"""The folder into which a server on this machine writes its mail, read as its receivers would."""

from __future__ import annotations

import asyncio
import re
from email import message_from_bytes, policy
from pathlib import Path

WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.2
_LINK = re.compile(r"/confirm-email\?token=([\w-]+)")


class Mailbox:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[str] = set()
        self._tokens: dict[str, str] = {}

    @property
    def is_there(self) -> bool:
        return self._folder.is_dir()

    def has(self, email: str) -> bool:
        self._look()
        return email in self._tokens

    async def token_for(self, email: str) -> str:
        """Of the latest confirmation. Raises TimeoutError where none comes."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not self.has(email):  # noqa: ASYNC110 - a folder tells nobody
                await asyncio.sleep(LOOK_SECONDS)
        return self._tokens[email]

    def _look(self) -> None:
        if not self.is_there:
            return
        fresh = [path for path in self._folder.glob("*.eml") if path.name not in self._read]
        for path in sorted(fresh, key=lambda path: path.stat().st_mtime):
            self._read.add(path.name)
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            link = _LINK.search(message.get_content())
            if link:
                self._tokens[str(message["To"])] = link[1]
