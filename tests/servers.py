"""Real database servers of a test run's own: Debian's PostgreSQL and PgBouncer, on loopback, gone with the tests."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from bot.sandbox.ports import free_port

USER = "postgres"
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # what is tested dies with its processes, never with the machine
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",  # in its folder, also if it is killed
}
PATIENCE = 20.0
PR_SET_PDEATHSIG = 1
SHARED_MEMORY = Path("/dev/shm")


def in_memory() -> Path | None:
    """A folder that needs no disk, where there is a large one: no test here cuts the power."""
    roomy = SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free > 2**30
    return SHARED_MEMORY if roomy else None


def postgresql_programs() -> Path | None:
    """The folder of `initdb` and `postgres`; Debian keeps it off the PATH and brings the user they run as."""
    if os.geteuid() == 0 and USER not in {known.pw_name for known in pwd.getpwall()}:
        return None
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return Path(on_path).resolve().parent if on_path else folders[-1] if folders else None


def pgbouncer_program() -> str | None:
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _dies_with_us() -> None:
    """In the child: a run that is killed leaves no server behind. Start servers from the main thread: it counts."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """A child process with a folder of its own. Both programs refuse to be root, so root lends them a user."""

    farewell = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nhacviec-", dir=in_memory()))
        self.port = free_port()
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER)
            self._as = {"user": USER, "group": USER, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True, prepare_threshold=None
        )

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.farewell)
            self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _serve(self, *command: str | Path) -> None:
        """Start it, and again where the last one's children still hold the folder; returns when it answers."""
        give_up = time.monotonic() + PATIENCE
        with (self.folder / "log").open("ab") as log:
            while time.monotonic() < give_up:
                if self._process is None or self._process.poll() is not None:
                    self._process = subprocess.Popen(
                        command, stdout=log, stderr=log, cwd=self.folder, preexec_fn=_dies_with_us, **self._as
                    )
                try:
                    return self.connect().close()
                except psycopg.OperationalError:
                    time.sleep(0.02)
        raise TimeoutError((self.folder / "log").read_text(errors="replace")[-2000:])


class PostgreSQL(Server):
    """`create` makes a database, as a copy of another where one is named."""

    farewell = signal.SIGINT  # SIGTERM would wait for those connected

    def __init__(self, programs: Path) -> None:
        super().__init__()
        self._programs, self._data, self._made = programs, self.folder / "data", 0
        init = (programs / "initdb", "-D", self._data, "-A", "trust", "-U", USER, "-E", "UTF8")
        options = ("--no-sync", "--locale=C.UTF-8")
        subprocess.run((*init, *options), check=True, capture_output=True, cwd=self.folder, **self._as)
        self.start()

    def start(self) -> None:
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        self._serve(self._programs / "postgres", "-D", self._data, "-p", str(self.port), "-k", self.folder, *options)

    def create(self, template: str = "template1") -> str:
        self._made += 1
        name = f"t{self._made}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class PgBouncer(Server):
    """Lends few connections to many, each for one transaction."""

    def __init__(self, program: str, server: PostgreSQL) -> None:
        super().__init__()
        lines = (
            "[databases]",
            f"* = host=127.0.0.1 port={server.port} user={USER}",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            f"listen_port = {self.port}",
            "unix_socket_dir =",
            "auth_type = any",
            "pool_mode = transaction",
            "default_pool_size = 3",
        )
        settings = self.folder / "pgbouncer.ini"
        settings.write_text("\n".join(lines) + "\n")
        self._serve(program, settings)
