"""`python -m bench.prove NAME`: the long proofs. Each prints its figures and exits 0 where they hold, else prints the seed."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated

import typer

from bench.crash import crash_theatre
from bench.crowd_proof import prove_crowds
from bench.proofs import Broken, prove_events
from bench.stage import empty_stage, web_and_worker
from ops.logs import configure_logs

Prove = Callable[[int], Awaitable[str]]


@asynccontextmanager
async def _events() -> AsyncIterator[Prove]:
    async with empty_stage(), web_and_worker() as url:
        yield lambda seed: prove_events(url, seed)


@asynccontextmanager
async def _crowds() -> AsyncIterator[Prove]:
    async def prove_seed(seed: int) -> str:
        return prove_crowds(seed)

    yield prove_seed


@asynccontextmanager
async def _crash() -> AsyncIterator[Prove]:
    async with empty_stage(), crash_theatre() as theatre:
        yield theatre.play


# Each with what all its seeds share.
PROOFS: dict[str, Callable[[], AbstractAsyncContextManager[Prove]]] = {"events": _events, "crowds": _crowds, "crash": _crash}
# Of code, not of what it does: it forks, and has an order of its own.
MUTATION = "mutation"
LATER = {"faults", "fuzz", "sockets"}
UNKNOWN = 2
SEEDS = 20


def main(
    name: str,
    n: Annotated[int | None, typer.Option("--n", envvar="N", min=1, help=f"How many seeds: {SEEDS} at random, or from SEED on.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", envvar="SEED", help="Replays one; with N, begins with it.")] = None,
) -> None:
    if name == MUTATION:
        from bench import mutation

        raise typer.Exit(mutation.main(n or mutation.SAMPLE, random.randrange(10**6) if seed is None else seed))
    if name not in PROOFS:
        there = ", ".join([*PROOFS, MUTATION])
        typer.echo(f"The proof {name} comes with a later issue." if name in LATER else f"There is no proof {name}; there is {there}.")
        raise typer.Exit(UNKNOWN)
    configure_logs(level=logging.WARNING)
    seeds = random.sample(range(10**6), n or SEEDS) if seed is None else list(range(seed, seed + (n or 1)))
    raise typer.Exit(asyncio.run(prove(name, seeds)))


async def prove(name: str, seeds: list[int]) -> int:
    async with PROOFS[name]() as proven:
        for seed in seeds:
            try:
                typer.echo(await proven(seed))
            except Broken as broken:
                typer.echo(f"BROKEN, replay with SEED={seed}: {broken}", err=True)
                return 1
    typer.echo(f"{name}: held for {len(seeds)} seeds")
    return 0


if __name__ == "__main__":
    sys.argv[0] = "bench.prove"
    typer.run(main)
