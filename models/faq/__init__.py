"""The FAQ: a Markdown file a topic, read once at the start.

`# Title {#key}` begins a topic, `## Question {#key}` an entry; keys are for links and stay when the words change. Figures stand as
`{{name}}` and are filled in from the rules themselves, so that no answer tells another number than the code obeys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.faq.figures import FIGURES

FOLDER = Path(__file__).parent
# In the order in which one meets them.
FILES = (
    "joining",
    "tutorial",
    "work",
    "judging",
    "appeals",
    "standing",
    "pay",
    "withdrawals",
    "privacy",
    "partners",
    "moderators",
    "help",
)
_TITLE = re.compile(r"# (?P<title>.+) \{#(?P<key>[a-z-]+)\}\n")
_QUESTION = re.compile(r"^## (?P<question>.+) \{#(?P<key>[a-z-]+)\}\n", re.MULTILINE)
_FIGURE = re.compile(r"\{\{([a-z_]+)\}\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """`answer` is Markdown."""

    key: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Topic:
    key: str
    title: str
    entries: tuple[Entry, ...]


def read_topic(text: str) -> Topic:
    """Raises ValueError where it is not written as said above, KeyError for a figure that there is not."""
    title = _TITLE.match(text)
    if title is None:
        raise ValueError("a topic begins with its title and key")
    text = _FIGURE.sub(lambda figure: FIGURES[figure[1]], text)
    questions = list(_QUESTION.finditer(text))
    ends = [question.start() for question in questions[1:]] + [len(text)]
    entries = [
        Entry(question["key"], question["question"], text[question.end() : end].strip())
        for question, end in zip(questions, ends, strict=True)
    ]
    return Topic(title["key"], title["title"], tuple(entries))


TOPICS = tuple(read_topic((FOLDER / f"{name}.md").read_text("utf-8")) for name in FILES)
