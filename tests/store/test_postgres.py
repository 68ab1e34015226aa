"""A store on a PostgreSQL server: who gets in, what is refused, and who waits for whom."""

from __future__ import annotations

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from sweeps.errors import (
    LeaseError,
    StoreError,
    StoreMissingError,
    StoreUnreachableError,
    StoreVersionError,
)
from sweeps.store import open_store
from sweeps.store.migrations import newest
from tests.contracts.store_setting import ELSEWHERE, after_the_lease, config, create, ended, write
from tests.postgres import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.postgres import Server

pytestmark = pytest.mark.slow

SECRETS = (PASSWORD, "s3cret", "w@rd", "w%40rd")


def name_in(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.fixture
def reader(postgres: Server, postgres_url: str) -> Iterator[str]:
    """The address of the database for somebody who may do nothing in it yet."""
    postgres.execute("CREATE USER reader PASSWORD 'r'")
    yield postgres.url_for(name_in(postgres_url), "reader", "r")
    postgres.execute("DROP OWNED BY reader", name_in(postgres_url))
    postgres.execute("DROP USER reader")


def test_an_empty_database_is_made_a_store_by_those_who_write(postgres_url: str):
    """Looking at it leaves it empty, and says so."""
    for _ in range(2):
        with pytest.raises(StoreMissingError, match=r"is empty\. Run a sweep first"):
            open_store(postgres_url, create=False)
    open_store(postgres_url).close()
    with open_store(postgres_url, create=False) as store:
        assert store.sweeps() == []


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_may_be_written_in_three_ways(postgres_url: str, scheme: str):
    """Whichever it is, the same one is shown, without a password."""
    url = postgres_url.replace("postgresql", scheme, 1)
    with open_store(url) as store:
        host = postgres_url.rpartition("@")[2]
        assert store.url == f"postgresql://tuner@{host}"
        assert not any(secret in repr(store) + repr(store._database) for secret in SECRETS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("@", "x@"), r"refuses user or password \(.*authentication failed.* `PGPASSWORD`"),
        (("tuner", "nobody"), r"refuses user or password \(.*authentication failed"),
        (("/sweeps_", "/missing_"), r"must be a database that exists \(.*`CREATE DATABASE sweeps`"),
        (("$", "?sslmode=require"), r"not let this machine in .*support SSL.* Set `\?sslmode="),
        (("$", "?sslmode=sometimes"), r"an option that PostgreSQL does not know \(.*sometimes"),
        (
            ("$", "?colour=red"),
            r"an option that PostgreSQL does not know \(.*colour.* after the `\?`",
        ),
        (("$", "?connect_timeout=soon"), r"an option that PostgreSQL does not know \(.*soon"),
        (("$", "?options=-csearch_path%3Dnone"), r"in a schema that exists .*`CREATE SCHEMA`"),
    ],
)
def test_what_the_server_refuses_says_the_way_out(
    postgres_url: str, change: tuple[str, str], message: str
):
    """And is nothing that waiting would mend; no password is in it, nor in what it came from."""
    old, new = change
    url = postgres_url + new if old == "$" else postgres_url.replace(old, new)
    with pytest.raises(StoreError, match=message) as refusal:
        open_store(url)
    assert not isinstance(refusal.value, StoreUnreachableError)
    told = "".join(traceback.format_exception(refusal.value))
    assert not any(secret in told for secret in SECRETS)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid"])
def test_a_server_that_is_not_there_is_unreachable(host: str):
    """Which may be mended by waiting."""
    url = f"postgresql://ann:s3cret@{host}/db"
    with pytest.raises(
        StoreUnreachableError, match=r"does not answer \(.*Check host, port"
    ) as lost:
        open_store(url)
    assert not any(secret in "".join(traceback.format_exception(lost.value)) for secret in SECRETS)


def test_a_server_without_room_is_unreachable_for_now(postgres: Server, postgres_url: str):
    """Each connection more than it allows is told so, and one that is closed makes room."""
    open_store(postgres_url).close()
    postgres.execute(f"ALTER DATABASE {name_in(postgres_url)} CONNECTION LIMIT 2")
    postgres.execute("CREATE USER guest PASSWORD 'g'")
    url = postgres.url_for(name_in(postgres_url), "guest", "g")
    postgres.execute("GRANT pg_read_all_data TO guest")
    with ExitStack() as stack:
        stores = [stack.enter_context(open_store(url, create=False)) for _ in range(2)]
        with pytest.raises(StoreUnreachableError, match=r"has no connection left \(.*too many"):
            open_store(url, create=False)
        stores[0].close()
    postgres.execute("DROP USER guest")


def test_a_user_who_may_only_read_can_read(postgres: Server, postgres_url: str, reader: str):
    """Each refusal says what to grant."""
    with open_store(postgres_url) as store:
        write(store, create(store), ended(metrics={"accuracy": 0.5}))
    with pytest.raises(StoreError, match=r"is not \(permission denied .*`GRANT SELECT ON ALL TA"):
        open_store(reader, create=False)
    postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name_in(postgres_url))
    with open_store(reader, create=False) as store:
        sweep_id = store.get("digits").sweep_id
        assert store.run_table(sweep_id)["score"].tolist() == [0.5]
        for change in (lambda: store.delete("digits"), lambda: store.acquire(sweep_id)):
            with pytest.raises(StoreError, match="permission denied"):
                change()
    with pytest.raises(StoreError, match="permission denied"):
        open_store(reader)


def test_a_user_who_may_make_no_tables_is_told_so(reader: str):
    """As newer servers treat all but the owner of a database."""
    with pytest.raises(StoreError, match=r"denied for schema public.*`ALTER DATABASE"):
        open_store(reader)


def test_a_database_that_is_read_only_is_found_out(postgres: Server, postgres_url: str):
    """Such as the copy of another server."""
    open_store(postgres_url).close()
    postgres.execute(f"ALTER DATABASE {name_in(postgres_url)} SET default_transaction_read_only=on")
    open_store(postgres_url, create=False).close()
    with pytest.raises(StoreError, match=r"must be allowed .*read-only transaction"):
        open_store(postgres_url)


def test_a_database_shared_with_something_else_needs_a_schema(postgres: Server, postgres_url: str):
    """The refusal names the way out, and that works."""
    postgres.execute("CREATE TABLE movies (title text)", name_in(postgres_url))
    way_out = (
        r"something else \(`movies`\).*`CREATE DATABASE sweeps`.*`(\?options=[^`]*)` at the end"
    )
    with pytest.raises(StoreError, match=way_out):
        open_store(postgres_url)
    postgres.execute("CREATE SCHEMA sweeps", name_in(postgres_url))
    with open_store(f"{postgres_url}?options=-csearch_path%3Dsweeps") as store:
        write(store, create(store), ended())
        assert store.sweeps()[0].n_runs == 1
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert postgres.execute(tables, name_in(postgres_url)) == [("movies",)]


def test_a_database_that_cannot_keep_every_character_is_refused(postgres: Server):
    """Before a run whose output it could not store."""
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StoreError, match=r"of encoding LATIN1.*`CREATE DATABASE sweeps ENCODING"):
        open_store(postgres.url_for("latin"))
    postgres.drop_database(postgres.url_for("latin"))


def test_a_newer_store_is_refused(postgres: Server, postgres_url: str):
    """The message says what to upgrade."""
    open_store(postgres_url).close()
    postgres.execute("UPDATE sweeps_schema SET version = 99", name_in(postgres_url))
    for may_create in (True, False):
        with pytest.raises(StoreVersionError, match=r"has version 99, .* Upgrade `seed-sweeps`"):
            open_store(postgres_url, create=may_create)


def test_many_may_open_a_new_store_at_the_same_moment(postgres: Server):
    """One makes the tables, the others wait for it."""
    n = 6
    start = threading.Barrier(n)

    def open_together(url: str) -> int:
        start.wait()
        with open_store(url) as store:
            return len(store.sweeps())

    with ThreadPoolExecutor(n) as pool:
        for _ in range(3):
            url = postgres.create_database()
            assert list(pool.map(open_together, [url] * n)) == [0] * n
            versions = postgres.execute("SELECT version FROM sweeps_schema", name_in(url))
            assert versions == [(newest(),)]
            postgres.drop_database(url)


def test_two_sweeps_do_not_wait_for_each_other(postgres_url: str):
    """While one driver is in the middle of a flush, the other flushes, and readers read."""
    with open_store(postgres_url) as one, open_store(postgres_url, driver=ELSEWHERE) as other:
        rows = create(one, "one"), create(one, "other")
        first = one.writer(rows[0].sweep_id, one.acquire(rows[0].sweep_id))
        second = other.writer(rows[1].sweep_id, other.acquire(rows[1].sweep_id))
        for writer in (first, second):
            writer.add_config(config())
            writer.add_run(ended(metrics={"accuracy": 0.5}), 0.5)
        seen: list[tuple[str, int]] = []

        def meanwhile(_: object) -> None:
            second.flush()
            seen.extend((summary.name, summary.n_runs) for summary in other.sweeps())

        with after_the_lease(first, meanwhile):
            first.flush()
        assert seen == [("one", 0), ("other", 1)]
        assert [summary.n_runs for summary in one.sweeps()] == [1, 1]


def test_a_pooler_that_mixes_sessions_is_named(postgres_url: str):
    """It forgets the prepared statements that make a flush fast."""
    with open_store(postgres_url) as store:
        row = create(store)
        writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))

        def forget(connection: Connection) -> None:
            connection.exec_driver_sql("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")

        for index in range(8):  # after a few, psycopg prepares a statement
            writer.add_config(config(index))
            writer.flush()
        writer.add_config(config(8))
        with (
            after_the_lease(writer, forget),
            pytest.raises(StoreError, match=r"a pooler in between.* Use its session mode"),
        ):
            writer.flush()


def test_drivers_whose_clocks_differ_agree_on_silence(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    """A machine that is an hour behind drives as long as it writes: the server's clock counts."""

    def behind() -> float:
        return time.time() - 3600

    with ExitStack() as stack:
        with monkeypatch.context() as patch:
            patch.setattr("sweeps.store.postgres.time", SimpleNamespace(time=behind))
            late = stack.enter_context(open_store(postgres_url, driver=ELSEWHERE, clock=behind))
        store = stack.enter_context(open_store(postgres_url))
        row = create(late)
        late.writer(row.sweep_id, late.acquire(row.sweep_id)).flush(behind())
        assert store.sweeps()[0].driver == "elsewhere:7"
        with pytest.raises(LeaseError, match=r"last heartbeat \d s ago"):
            store.acquire(row.sweep_id)
