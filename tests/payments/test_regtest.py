"""The node that `bin/tidemark regtest` runs."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from models.coin import Coin, Network
from payments.node import Node, Output, SendOutcome
from payments.regtest import BEFORE_MWEB, Regtest, RegtestFailed

COIN = 100_000_000


@pytest.fixture
async def regtest(tmp_path: Path) -> AsyncIterator[Regtest]:
    regtest = Regtest(tmp_path)
    yield regtest
    await regtest.kill()


@pytest.mark.needs("litecoind")
async def test_its_coins_outlive_a_kill_and_pay_somebody_also_beyond_the_block_that_wants_an_mweb_payment(regtest: Regtest) -> None:
    came_up = [await regtest.up(), await regtest.up()]
    await regtest.kill()
    came_up.append(await regtest.up())
    async with Node(Coin.LTC, regtest.url()) as node:
        funded = await node.check(Network.REGTEST)
        heights = [await regtest.mine(BEFORE_MWEB - funded.blocks), await regtest.mine(), await regtest.mine(20)]
        signed = await node.sign([Output(await regtest.address(), 3 * COIN)], fee_ceiling_satoshis=COIN)
        outcome = await node.send(signed.raw, signed.txid)
        before = await regtest.payee_has()
        await regtest.mine(6)
        left = await node.check(Network.REGTEST)

    assert came_up == [True, False, True]
    assert funded.synced
    assert funded.balance_satoshis == funded.spendable_satoshis == 400 * COIN
    assert heights == [BEFORE_MWEB, BEFORE_MWEB + 1, BEFORE_MWEB + 21]
    assert outcome is SendOutcome.SENT
    assert (before, await regtest.payee_has()) == ("0.00000000", "3.00000000")
    assert left.balance_satoshis == 397 * COIN - signed.fee_satoshis


@pytest.mark.needs("litecoind")
async def test_port_and_password_stay_unless_somebody_else_has_the_port_and_nobody_else_may_read_them(
    regtest: Regtest, tmp_path: Path
) -> None:
    await regtest.start()
    first = urlsplit(regtest.url())
    stopped = [await regtest.down(), await regtest.down()]
    await regtest.start()
    second = urlsplit(regtest.url())
    await regtest.down()
    with socket.create_server(("127.0.0.1", second.port or 0)):
        await regtest.start()
        third = urlsplit(regtest.url())

    assert first == second
    assert stopped == [True, False]
    assert third.port != second.port
    assert third.password == second.password
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "regtest").iterdir() if path.is_file()}
    assert modes == {"ltc.url": 0o600, "litecoin.conf": 0o600}


async def test_a_folder_without_a_node_is_told_in_a_line_and_left_as_it_was(regtest: Regtest, tmp_path: Path) -> None:
    with pytest.raises(RegtestFailed, match="regtest up"):
        await regtest.mine()

    assert not await regtest.down()
    assert list(tmp_path.iterdir()) == []


async def test_a_machine_without_litecoind_is_told_what_to_do(regtest: Regtest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RegtestFailed, match="install the package litecoind, or set LTC_RPC_URL"):
        await regtest.up()

    assert list(tmp_path.iterdir()) == []
