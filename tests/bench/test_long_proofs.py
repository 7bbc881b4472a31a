"""The long proofs of realtime, short, as `make prove` runs them: with servers and processes of their own."""

from __future__ import annotations

import asyncio
import sys

import pytest

from ops.settings import ROOT

# Alone it takes half a minute; beside other tests, on two cores, much longer.
SECONDS = 600


async def proven(*arguments: str) -> str:
    """What it prints, where it holds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.prove", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(SECONDS):
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    return told.decode()


async def test_ten_schedules_of_faults_lose_nothing_and_double_nothing() -> None:
    told = await proven("faults", "--n", "10", "--seed", "1")

    assert "faults: held for 10 seeds" in told
    assert "10 schedules" in told


async def test_twenty_thousand_malformed_inputs_are_answered_or_closed_in_good_manners() -> None:
    told = await proven("fuzz", "--n", "20000", "--seed", "1")

    assert " inputs on " in told


async def test_five_hundred_sockets_are_held_and_told_and_leave_nothing_when_they_are_cut() -> None:
    told = await proven("sockets", "--n", "500")

    assert "no task, socket or subscription is left of them" in told


async def test_a_proof_that_there_is_not_is_told_by_name() -> None:
    with pytest.raises(AssertionError, match="There is no proof nonsense"):
        await proven("nonsense")
