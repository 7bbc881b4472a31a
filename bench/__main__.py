"""`python -m bench [NAME …]`: the benchmarks, each with a table and bench/results/NAME.json. A target that is missed is shown as such."""

from __future__ import annotations

import asyncio
import importlib
import os
import platform
import sys
from pathlib import Path

from bench.ending import ended_by_sigterm
from bench.targets import Result
from ops.logs import configure_logs

NAMES = ("leasing", "live", "judging", "fanout", "queries", "web", "money")
UNKNOWN = 2


def main(wanted: list[str]) -> int:
    for name in wanted:
        if name not in NAMES:
            print(f"bench: {name} is none; there are {', '.join(NAMES)}", file=sys.stderr)
            return UNKNOWN
    configure_logs()
    ended_by_sigterm()
    for name in wanted or NAMES:
        result = Result(name, machine())
        asyncio.run(importlib.import_module(f"bench.{name}").run(result))
        path = result.write()
        print(f"\n{result.table()}\n\n  written to {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}\n")
    return 0


def machine() -> str:
    """What it ran on, without a name that says whose it is."""
    model = next((line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} × {model}, load {os.getloadavg()[0]:.1f}, {platform.system()}, Python {platform.python_version()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
