"""`python -m bench.prove NAME`: the long proofs. Each prints its figures and exits 0 where they hold, else prints the seed."""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from bench.crowd_proof import prove_crowds
from bench.proofs import Broken, prove_events
from bench.stage import empty_stage, web_and_worker
from ops.logs import configure_logs

# By a running server and the seed, and by the seed alone.
PROOFS = {"events": prove_events}
PURE = {"crowds": prove_crowds}
LATER = {"crash", "faults", "fuzz", "sockets", "mutation"}
UNKNOWN = 2


def main(
    name: str,
    n: Annotated[int, typer.Option("--n", envvar="N", min=1, help="How many seeds.")] = 20,
    seed: Annotated[int | None, typer.Option("--seed", envvar="SEED", help="Replays one.")] = None,
) -> None:
    if name not in PROOFS | PURE:
        there = ", ".join(PROOFS | PURE)
        typer.echo(f"The proof {name} comes with a later issue." if name in LATER else f"There is no proof {name}; there is {there}.")
        raise typer.Exit(UNKNOWN)
    configure_logs()
    seeds = [seed] if seed is not None else random.sample(range(10**6), n)
    raise typer.Exit(asyncio.run(prove(name, seeds)))


async def prove(name: str, seeds: list[int]) -> int:
    async with AsyncExitStack() as stack:
        url = await _server(stack) if name in PROOFS else ""
        for seed in seeds:
            try:
                typer.echo(await PROOFS[name](url, seed) if name in PROOFS else PURE[name](seed))
            except Broken as broken:
                typer.echo(f"BROKEN, replay with SEED={seed}: {broken}", err=True)
                return 1
    typer.echo(f"{name}: held for {len(seeds)} seeds")
    return 0


async def _server(stack: AsyncExitStack) -> str:
    await stack.enter_async_context(empty_stage())
    return await stack.enter_async_context(web_and_worker())


if __name__ == "__main__":
    sys.argv[0] = "bench.prove"
    typer.run(main)
