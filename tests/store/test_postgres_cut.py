"""A network that is cut between a driver and the server of its store, and mended again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sweeps.store import open_store
from tests.cluster.machines import Network, why_not
from tests.contracts.store_process import hear, say
from tests.postgres import reason_to_skip, start_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Server

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
# A user in a hurry; by default a cut is noticed in 15 s.
HURRY = "connect_timeout=2&tcp_user_timeout=1000&keepalives_idle=1&keepalives_interval=1"

# Takes an address; for each line it stores one more run, and says what became of it.
DRIVER = """
import sys, time
from sweeps.errors import StoreUnreachableError
from sweeps.planner.event import Config, Run, RunEnded, Status
from sweeps.store import open_store

store = open_store(sys.argv[1])
row = store.create(name="digits", definition={}, identity={}, identity_hash="", provenance={})
writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
writer.add_config(Config("c", {}, 0, "random"))
print("ready", flush=True)
for seed, _ in enumerate(sys.stdin):
    writer.add_run(RunEnded(Run("c", "race", seed), Status.FINISHED), None)
    start = time.monotonic()
    try:
        writer.flush()
        print("stored", flush=True)
    except StoreUnreachableError:
        print("soon" if time.monotonic() - start < 10 else "late", flush=True)
"""


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    if (reason := why_not() or reason_to_skip()) is not None:
        pytest.skip(reason)
    with Network(1) as made:
        yield made


@pytest.fixture
def server(network: Network) -> Iterator[Server]:
    office = network.office
    with start_server(host=office.ip, prefix=office.command([])) as started:
        yield started


def test_a_cut_network_is_noticed_in_time_and_costs_nothing(network: Network, server: Server):
    """As soon as the address asks for; what waited is stored when the network is back."""
    url = server.create_database()
    (node,) = network.machines
    command = node.command([sys.executable, "-c", DRIVER, f"{url}?{HURRY}"], cwd=ROOT)
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as driver:
        try:
            hear(driver, "ready")
            say(driver)
            hear(driver, "stored")
            network.cut(node)
            for _ in range(2):  # on a connection that was there, and on a new one
                say(driver)
                hear(driver, "soon")
            network.mend(node)
            say(driver)
            hear(driver, "stored")
        finally:
            driver.kill()
    at_office = f"{url.partition('@')[0]}@/{url.rpartition('/')[2]}"
    with open_store(f"{at_office}?host={server.folder}&port={server.port}") as store:
        runs = store.runs(store.get("digits").sweep_id)
        assert [run.run.seed for run in runs] == [0, 1, 2, 3]
