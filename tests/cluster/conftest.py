"""One cluster of real raylets for all scenarios; each test finds a head and two workers alive."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cluster.machines import TMP, Network, why_not
from tests.cluster.program import Program, sweeps_on
from tests.cluster.raylets import Cluster
from tests.cluster.study import Study, table_of
from tests.postgres import USER, reason_to_skip, start_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from tests.cluster.machines import Machine
    from tests.postgres import Server

N_WORKERS = 2


def pytest_collection_modifyitems(items):
    """Mark every test of this folder: they start raylets, and they are slow."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(400))


@pytest.fixture(scope="package")
def shared(tmp_path_factory) -> Path:
    """A folder that all machines see, for the few tests that need one."""
    return Path(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="package")
def network(shared) -> Iterator[Network]:
    """Machines for a head and two workers, and a spare one; skipped where none can be made."""
    if reason := why_not():
        pytest.skip(reason)
    with Network(2 + N_WORKERS, shared=shared) as made:
        yield made


@pytest.fixture(scope="package")
def one_cluster(network) -> Iterator[Cluster]:
    """The cluster that the tests share, in the state that the last one left it in."""
    head, *workers = network.machines[: 1 + N_WORKERS]
    with Cluster(network.office, head, workers) as started:
        yield started


@pytest.fixture
def cluster(one_cluster: Cluster, network: Network) -> Cluster:
    """A head and two workers; those that an earlier test lost are started anew."""
    wanted = network.machines[1 : 1 + N_WORKERS]
    alive = one_cluster.alive()
    for worker in list(one_cluster.workers):
        network.mend(worker.machine)  # a test that failed may have left it cut off
        is_fit = worker.is_running and worker.machine.host in alive
        if not is_fit or worker.machine not in wanted:
            one_cluster.remove(worker)
    there = [worker.machine for worker in one_cluster.workers]
    for machine in wanted:
        if machine not in there:
            one_cluster.add(machine)
    one_cluster.wait_alive(1 + N_WORKERS)
    return one_cluster


@pytest.fixture(scope="package")
def server(network) -> Iterator[Server]:
    """A PostgreSQL server that is no part of the cluster."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    office = network.office
    with start_server(host=office.ip, prefix=office.command([])) as started:
        yield started


@pytest.fixture
def database(server) -> Iterator[str]:
    """The address of an empty store, for the machines; we read through the server's socket."""
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def make_study(network, cluster, server, database, request) -> Iterator[Callable[[Machine], Study]]:
    """Make a study on a machine."""
    made: list[Study] = []
    name = database.rpartition("/")[2]
    socket = f"postgresql://{USER}@/{name}?host={server.folder}&port={server.port}"

    def make(machine: Machine) -> Study:
        settings = {"SWEEPS_STORE": database, "RAY_API_SERVER_ADDRESS": cluster.head.url}
        folder = f"{request.node.name[:40]}-{len(made)}"
        if machine.tmp == TMP:  # where it is nobody's own
            folder = f"{network.folder.name}/{folder}"
        program = Program(machine, folder, settings)
        made.append(Study(program, socket))
        return made[-1]

    yield make
    for study in made:
        study.close()
    for driver in sweeps_on(cluster.head.machine):  # of jobs, where the test did not wait for them
        driver.kill()


@pytest.fixture
def study(make_study, cluster) -> Study:
    """A study on the machine of the head, whose `sweeps run` uses the cluster."""
    made: Study = make_study(cluster.head.machine)
    made.program.settings["RAY_ADDRESS"] = cluster.head.address
    return made


@pytest.fixture
def outside(make_study, network) -> Study:
    """A study on a machine that is no part of the cluster, from where sweeps are submitted."""
    made: Study = make_study(network.office)
    return made


@pytest.fixture(scope="package")
def local_table(network) -> pd.DataFrame:
    """The runs of the usual study, as the machine at hand executes it alone and undisturbed."""
    program = Program(network.office, f"{network.folder.name}/local", {"NAP_S": "0"})
    with closing(Study(program, f"sqlite:///{program.path}/sweeps.db")) as study:
        program.start("run", study.define("local"), "--quiet").wait()
        return table_of(study.runs("local"))
