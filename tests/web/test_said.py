"""What the client says in another language for what the server says in English, word for word."""

from __future__ import annotations

import re

from ops.settings import ROOT
from web import pages

SAYING = ("models", "resolvers", "schema", "payments")
# Both sides write what changes in braces; the server's may hold other texts again.
CHANGES = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


def clauses(text: str) -> list[str]:
    """Without what changes and the signs before it; a text may be put together from several of them."""
    parts = re.split(r"[.:,]\s+(?:and )?", re.sub(r"(?:\$|U\+)(?=\{\})", "", CHANGES.sub("{}", text)))
    return [part.strip(" .:").removeprefix("{} ") for part in parts if re.search(r"[a-z]{3}", part)]


def test_every_sentence_that_the_client_translates_is_one_that_the_server_says() -> None:
    files = [file for folder in SAYING for file in (ROOT / folder).rglob("*.py")]
    said = {clause for file in files for text in TEXT.findall(file.read_text()) for clause in clauses(text)}

    translated = [
        clause
        for name in ("ui/said.ts", "areas/said.ts")
        for text in re.findall(r'message:\s*"([^"]*)"', (pages.CLIENT.parent / "src" / name).read_text())
        for clause in clauses(text)
    ]

    assert len(translated) > 80
    assert [each for each in translated if each not in said] == []
