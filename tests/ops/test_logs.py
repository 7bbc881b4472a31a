"""What a process writes to stderr, ours and the libraries' alike."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

from ops.settings import ROOT

LOGGED = r"""
import logging
from ops.logs import configure_logs, logger
configure_logs()
log = logger("web.edge")
log.debug("unheard")
log.info("request", status=200, password="1234", who="\u00e4\ud800", size=10**30)
try:
    1 / 0
except ZeroDivisionError:
    log.exception("broken")
logging.getLogger("library").warning("%s left", 3)
"""


def test_a_line_is_an_object_with_the_event_its_facts_and_no_secret() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGED], cwd=ROOT, capture_output=True, check=True)

    ours, broken, theirs = (json.loads(line) for line in done.stderr.splitlines())
    assert ours.items() >= {"event": "request", "level": "info", "logger": "web.edge", "status": 200, "password": "hidden"}.items()
    assert "ZeroDivisionError" in broken["exception"]
    assert theirs.items() >= {"event": "3 left", "level": "warning", "logger": "library"}.items()


def test_on_a_terminal_lines_are_for_people() -> None:
    ours, terminal = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as reader:
        subprocess.run([sys.executable, "-c", LOGGED], cwd=ROOT, stderr=terminal, check=True)
        os.close(terminal)

        told = reader.read(65_536).decode()

    assert "request" in told
    assert "web.edge" in told
    assert "ZeroDivisionError" in told
    assert "3 left" in told
    assert "1234" not in told
    assert "unheard" not in told


def test_what_cannot_be_told_breaks_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-c", LOGGED + "print('went on')"], cwd=ROOT, stderr=writing, stdout=subprocess.PIPE, check=False
    )
    os.close(writing)

    assert done.stdout == b"went on\n"
