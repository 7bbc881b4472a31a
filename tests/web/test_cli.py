import asyncio
import os
import socket
from pathlib import Path

from models import User
from models.ledger_proof import verify
from ops.database import sql
from ops.settings import ROOT, embedded_database_url, settings
from tests.support.payouts import a_batch_in_conflict, an_annotator_with, purse


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


async def test_an_empty_database_is_told_in_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    await sql.run("DROP DATABASE IF EXISTS bare")
    await sql.run("CREATE DATABASE bare")
    bare = {**_servers(tmp_path), "DATABASE_URL": embedded_database_url(settings().data_dir, "bare"), "PORT": _free_port()}

    for command in (("serve",), ("worker",), ("ledger", "verify"), ("admin", "create", "ada@example.test")):
        assert await _tidemark(*command, **bare) == (1, "tidemark: DATABASE_URL: the database is empty: run `bin/tidemark migrate` first\n")

    await sql.run("DROP DATABASE bare")


async def test_a_store_that_cannot_be_made_stops_the_start_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, said = await _tidemark("serve", STORAGE_URL=f"file:{tmp_path}/file/uploads", PORT=_free_port(), **_servers(tmp_path))

    assert code == 1
    assert said.startswith("tidemark: STORAGE_URL: Not a directory")
    assert said.count("\n") == 1


async def test_somebody_is_made_and_given_a_role_and_what_cannot_be_is_refused_in_one_line(tmp_path: Path) -> None:
    async def admin(*arguments: str) -> tuple[int | None, str]:
        return await _tidemark("admin", *arguments, **_servers(tmp_path))

    refused, told = await admin("create", "ada")
    nameless = await admin("create", "ada@example.test", "--name", " ")
    nobody = await User.all().count()
    made, password = await admin("create", "Ada@example.test")

    assert (refused, told.startswith("tidemark: This is not an email address"), told.count("\n")) == (2, True, 1)
    assert nameless == (2, "tidemark: The name must not be empty.\n")
    assert nobody == 0
    assert (made, len(password.strip())) == (0, 16)
    assert await admin("grant", "Ada@example.test", "admin") == (0, "ada@example.test is ADMIN now.\n")
    assert await admin("grant", "ada@example.test", "king") == (
        1,
        "tidemark: KING is no role: one of ANNOTATOR, MODERATOR, PARTNER, ADMIN\n",
    )
    ada = await User.by_email("ada@example.test")
    assert ada is not None
    assert ada.roles == ["ANNOTATOR", "ADMIN"]


async def test_a_payout_of_a_coin_without_a_node_and_a_batch_beyond_all_numbers_are_refused_in_words(tmp_path: Path) -> None:
    unpaid = await _tidemark("payouts", "run", "--coin", "ltc", **_servers(tmp_path))
    beyond, told = await _tidemark("payouts", "give-back", "9" * 30, "--reason", "x", **_servers(tmp_path))

    assert unpaid == (1, "tidemark: No node is configured for it: set LTC_RPC_URL\n")
    assert beyond == 2
    assert "Traceback" not in told


async def test_addresses_are_answered_line_by_line_as_they_come_without_a_database(tmp_path: Path) -> None:
    process = await _started("address", "LTC", "main", DATA_DIR=str(tmp_path), DATABASE_URL="postgres://x@127.0.0.1:1/x")
    assert process.stdin is not None
    assert process.stdout is not None
    answers = []

    for line in (b" LTC1QXJKWR09APZ3W5HSR33UYQ9SDFX8TN26G39G00G\r\n", b"\n", b"\xff\xfe\n", b"MHrYRxAiMNBTku3eoDHwhA1LQGDjUStZW2\n"):
        process.stdin.write(line)
        answers.append((await process.stdout.readline()).decode())
    process.stdin.close()

    assert answers == [
        "ltc1qxjkwr09apz3w5hsr33uyq9sdfx8tn26g39g00g\n",
        "invalid: There is no address. Use a Litecoin address that starts with ltc1q, ltc1p, L or M.\n",
        "invalid: This holds a character that no address has, perhaps one that cannot be seen. Copy the address again.\n",
        "MHrYRxAiMNBTku3eoDHwhA1LQGDjUStZW2\n",
    ]
    assert await process.stdout.read() == b""
    assert await process.wait() == 0


async def test_addresses_of_an_unknown_coin_or_network_are_refused_in_one_line(tmp_path: Path) -> None:
    for arguments in (("DOGE", "main"), ("LTC", "moon")):
        code, said = await _tidemark("address", *arguments, DATA_DIR=str(tmp_path))

        assert code == 2
        assert said == "tidemark: COIN is one of LTC, BCH, and NETWORK one of main, test, regtest\n"


async def test_a_batch_in_conflict_is_ordered_back_and_given_back_at_once_only_where_nobody_is_to_be_asked(tmp_path: Path) -> None:
    annotator = await an_annotator_with(500_000)
    batch = await a_batch_in_conflict(annotator)
    servers = _servers(tmp_path)
    give_back = ("payouts", "give-back", str(batch.id), "--reason", "Its coins were spent otherwise.")

    assert await _tidemark(*give_back, **servers) == (0, f"The worker gives batch {batch.id} back once it can never be paid.\n")
    assert await purse(annotator) == (0, 500_000, 0)
    assert await _tidemark(*give_back, "--unchecked", **servers) == (0, f"Batch {batch.id} is given back.\n")
    assert await purse(annotator) == (500_000, 0, 0)
    again, said = await _tidemark(*give_back, **servers)

    assert (again, said) == (1, "tidemark: Only a batch in conflict is given back, and once.\n")
    assert await verify() == []


def _servers(folder: Path) -> dict[str, str]:
    return {"DATA_DIR": str(folder), "DATABASE_URL": settings().database_url, "REDIS_URL": settings().redis_url}


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


async def _tidemark(*arguments: str, **environment: str) -> tuple[int | None, str]:
    process = await _started(*arguments, **environment)
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def _started(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        ROOT / "bin" / "tidemark",
        *arguments,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
