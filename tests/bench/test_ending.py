"""A long run that is told to stop leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from ops.settings import ROOT

SECONDS = 120


def processes_of(folder: Path) -> list[str]:
    """What still runs with anything of the folder among its arguments, by its arguments."""
    told = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in arguments:
            told.append(arguments.replace("\0", " "))
    return told


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("proof", ["events", "money"])
async def test_sigterm_ends_a_long_run_with_its_servers_and_its_folder(proof: str) -> None:
    # Short, so that the sockets fit.
    folder = Path(tempfile.mkdtemp(prefix="tm-"))
    folder.chmod(0o755)
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.prove", proof, cwd=ROOT, env=os.environ | {"TMPDIR": str(folder)}, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(SECONDS):
            while not list(folder.glob("*/redis.pid")):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.1)
            await asyncio.sleep(2)
            run.send_signal(signal.SIGTERM)
            code = await run.wait()

        assert code == 128 + signal.SIGTERM
        assert processes_of(folder) == []
        assert list(folder.iterdir()) == []
    finally:
        if run.returncode is None:
            run.kill()
        shutil.rmtree(folder, ignore_errors=True)
