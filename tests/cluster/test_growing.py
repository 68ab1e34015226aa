"""A cluster that starts nodes by itself: Ray's own autoscaler, whose nodes are processes."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cluster.machines import Network, environment, why_not
from tests.cluster.program import Program
from tests.cluster.raylets import GCS_PORT, Head
from tests.cluster.study import Study
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

# Ray's provider for machines that are only pretended; as `ray up` would fill it in.
CLUSTER = """\
cluster_name: growing
max_workers: 2
upscaling_speed: 100
idle_timeout_minutes: 0.1
provider:
  {type: fake_multinode, use_node_id_as_ip: true, disable_node_updaters: true,
   disable_launch_config_check: true, gcs_address: "GCS"}
available_node_types:
  ray.head.default: {resources: {CPU: 0}, node_config: {}, max_workers: 0}
  worker:
    {resources: {CPU: 1, object_store_memory: 100000000}, node_config: {}, max_workers: 2}
head_node_type: ray.head.default
auth: {}
setup_commands: []
head_setup_commands: []
worker_setup_commands: []
head_start_ray_commands: []
worker_start_ray_commands: []
initialization_commands: []
file_mounts: {}
cluster_synced_files: []
file_mounts_sync_continuously: false
rsync_exclude: []
rsync_filter: []
"""
SETTINGS = {"RAY_FAKE_CLUSTER": "1", "AUTOSCALER_UPDATE_INTERVAL_S": "1"}
N_ALIVE = """
import ray
ray.init("auto", log_to_driver=False)
print(sum(node["Alive"] for node in ray.nodes()))
"""


@pytest.fixture
def head() -> Iterator[Head]:
    """The only node of a cluster, which takes no runs itself."""
    if reason := why_not():
        pytest.skip(reason)
    with Network(1) as network:
        (machine,) = network.machines
        file = machine.tmp / "cluster.yaml"
        address = f"{machine.ip}:{GCS_PORT}"
        file.write_text(CLUSTER.replace("GCS", address), encoding="utf-8")
        option = "--autoscaling-config=/tmp/cluster.yaml"
        node = Head(machine, option, cpus=0, settings=SETTINGS)
        try:
            until(lambda: "Ray runtime started" in node.log.read_text("utf-8"), "the head")
            yield node
        finally:
            node.kill()


def test_a_sweep_makes_a_cluster_grow_and_leaves_no_request_behind(head):
    """It starts without any worker, gets both that there may be, and they go when it is done."""
    program = Program(head.machine, "study", {"RAY_ADDRESS": head.address})
    study = Study(program, f"sqlite:///{program.path}/sweeps.db")
    call = program.start("run", study.define("growing", n_configs=20))
    try:
        until(lambda: n_alive(head) == 3, "both workers to be started")
        call.wait()
        runs = study.runs("growing")
        assert len(runs) == 80
        assert set(runs["status"]) == {"finished"}
        assert set(runs["attempts"]) == {1}
        assert runs["node"].nunique() >= 2
        until(lambda: n_alive(head) == 1, "the workers to go")
    finally:
        study.close()


def n_alive(head: Head) -> int:
    """Count the nodes that are alive."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        head.machine.command([sys.executable, "-c", N_ALIVE]),
        capture_output=True,
        text=True,
        check=True,
        env=environment(RAY_ADDRESS=head.address),
    )
    return int(done.stdout.split()[-1])
