"""A real PostgreSQL server of the tests' own, and a fresh database in it for each test.

Debian's package `postgresql` has all that it takes; its own service is neither used nor needed.
Where the binaries are missing, the tests that ask for a server are skipped, and say so.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USER, PASSWORD = "tuner", "s3cret/w@rd"
_QUOTED = "s3cret%2Fw%40rd"
START_S = 30
ACCOUNT = "postgres"
# The server refuses to run as root; Debian's package makes this account.
_AS_ACCOUNT = ("setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups")
_SETTINGS = {
    "fsync": "off",  # no test cuts the power
    "synchronous_commit": "off",  # `sweeps` has to insist on it where it matters
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "40",
}


@cache
def binaries() -> Path | None:
    """Give the folder of the newest server that is installed, None where there is none."""
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else []
    found += Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(found, key=lambda path: [int(n) for n in path.parts if n.isdigit()])
    return newest[-1].resolve().parent if newest else None


def reason_to_skip() -> str | None:
    """Say why this machine cannot run a server, None where it can."""
    if binaries() is None:
        return "PostgreSQL is not installed (Debian: apt install postgresql)"
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            return "root cannot run PostgreSQL, and there is no `setpriv` (util-linux)"
        try:
            pwd.getpwnam(ACCOUNT)
        except KeyError:
            return f"root cannot run PostgreSQL, and there is no account `{ACCOUNT}`"
    return None


class Server:
    """A server in a folder; stopped and started at will, always at the same address.

    Args:
        folder: Where its files go; a short path, since its socket lies in it.
        host: Address to listen at.
        prefix: Command to start it with, such as `("ip", "netns", "exec", "name")`.
        settings: Settings of the server besides those of all tests.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        prefix: Sequence[str] = (),
        settings: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.host = host
        self.port = _free_port()
        self._prefix = tuple(prefix)
        self._settings = _SETTINGS | (settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._number = count()
        self._make()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {
            **self._settings,
            "listen_addresses": self.host,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
        }
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own server
                [*self._command("postgres", leash=True), "-D", str(self.folder / "data"), *flags],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.01)

    def stop(self, kind: signal.Signals = signal.SIGINT) -> None:
        """Stop it; by default it ends its connections and leaves all in order.

        Args:
            kind: SIGQUIT to have it end at once, as in a crash.
        """
        if self._process is not None:
            self._process.send_signal(kind)
            self._process.wait(START_S)
            self._process = None

    def url_for(self, database: str, user: str = USER, password: str = _QUOTED) -> str:
        """Give the address of a database, password included."""
        return f"postgresql://{user}:{password}@{self.host}:{self.port}/{database}"

    def create_database(self) -> str:
        """Make an empty database, and give its address."""
        name = f"sweeps_{next(self._number)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url_for(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, also where somebody still has it open."""
        self.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Execute a statement as the administrator, through the socket, which nobody can cut."""
        import psycopg

        with psycopg.connect(
            host=str(self.folder), port=self.port, user=USER, dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _make(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(self.folder, ACCOUNT, ACCOUNT)
            shutil.chown(password, ACCOUNT, ACCOUNT)
        data = self.folder / "data"
        flags = ["-U", USER, "-E", "UTF8", "--locale=C", "--no-sync", "--auth-local=trust"]
        flags += ["--auth-host=scram-sha-256", f"--pwfile={password}"]
        subprocess.run(  # noqa: S603 - our own server
            [*self._command("initdb"), "-D", str(data), *flags],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        with (data / "pg_hba.conf").open("a", encoding="utf-8") as file:
            file.write("host all all all scram-sha-256\n")

    def _command(self, name: str, *, leash: bool = False) -> list[str]:
        folder = binaries()
        assert folder is not None, reason_to_skip()
        command = list(self._prefix)
        # On a leash, it ends with the tests even where they are killed.
        ending = ["--pdeathsig", "KILL"] if leash and shutil.which("setpriv") else []
        if os.geteuid() == 0:
            command += [*_AS_ACCOUNT, *ending]
        elif ending:
            command += ["setpriv", *ending]
        return [*command, str(folder / name)]

    def _answers(self) -> bool:
        import psycopg

        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextlib.contextmanager
def start_server(
    folder: Path | None = None,
    *,
    host: str = "127.0.0.1",
    prefix: Sequence[str] = (),
    settings: dict[str, str] | None = None,
) -> Iterator[Server]:
    """Start a server, and stop it at the end; see `Server` for the arguments.

    Args:
        folder: An empty folder; by default one is made, and removed at the end.
    """
    own = Path(tempfile.mkdtemp(prefix="pg-")) if folder is None else folder
    server = Server(own, host=host, prefix=prefix, settings=settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        if folder is None:
            shutil.rmtree(own)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests; no test may stop it."""
    if (reason := reason_to_skip()) is not None:
        pytest.skip(reason)
    with start_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
