import asyncio
import os
import socket
from pathlib import Path

from ops.settings import ROOT


async def test_a_bad_setting_stops_the_start_with_one_line_and_code_2(tmp_path: Path) -> None:
    code, said = await _tidemark("serve", DATA_DIR=str(tmp_path), PORT="eight")

    assert code == 2
    assert said == "tidemark: PORT: input should be a valid integer, unable to parse string as an integer (it is 'eight')\n"


async def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        code, said = await _tidemark("serve", DATA_DIR=str(tmp_path), PORT=str(port))

    assert code == 1
    assert said == f"tidemark: HOST, PORT: cannot listen at 127.0.0.1:{port}: Address already in use\n"


async def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    code, said = await _tidemark("migrate", DATA_DIR=str(tmp_path), DATABASE_URL="postgres://x@127.0.0.1:1/x")

    assert code == 1
    assert said.startswith("tidemark: DATABASE_URL: ")
    assert said.count("\n") == 1


async def _tidemark(*arguments: str, **environment: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        ROOT / "bin" / "tidemark",
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
