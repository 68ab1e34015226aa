"""What a run reserves is what it has: GPUs, parts of them, and resources of a cluster's own."""

from __future__ import annotations

import logging
import os

import pytest
import ray

import sweeps
from sweeps.errors import ResourceError
from sweeps.tune import local
from sweeps.tune.capacity import capacity_of

CODE = """
import os
import time

HIDDEN = [os.environ.get(name) for name in
          ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")]


def train(config, seed):
    began = time.time()
    time.sleep(0.05)
    seen = os.environ.get("CUDA_VISIBLE_DEVICES", "all")
    return {"quality": 1.0, "hidden": HIDDEN == ["", "", ""], "gpus": len(seen.split(",")) if seen
            else 0, "began": began, "ended": time.time()}
"""


@pytest.fixture(scope="module", autouse=True)
def ray_with_gpus():
    """A Ray that believes in two GPUs and one licence, on a machine that has neither."""
    former = os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    with local.environment({}), local._loopback(), local._bare():
        ray.init(
            address="local",
            num_cpus=2,
            num_gpus=2,
            resources={"licence": 1},
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.CRITICAL,
            _node_ip_address="127.0.0.1",
        )
    yield
    ray.shutdown()
    if former is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = former


@pytest.fixture
def runs_of(make_sweep, tmp_path):
    """Run a small sweep whose runs tell what they see; keywords are its resources."""
    (tmp_path / "seeing.py").write_text(CODE)

    def run(**resources):
        sweep = make_sweep(
            objective=f"{tmp_path}/seeing.py",
            name="-".join(resources),
            metric="quality",
            mode="max",
            resources=resources,
        )
        return sweeps.run(sweep, progress=False).runs

    return run


def test_a_run_without_a_gpu_sees_none(runs_of):
    """From before its objective is imported, so no library can have found one."""
    runs = runs_of(cpu=1)
    assert runs.hidden.eq(1).all()
    assert runs.gpus.eq(0).all()


@pytest.mark.parametrize("gpu", [0.5, 1, 2])
def test_a_run_sees_the_gpus_that_it_reserved(runs_of, gpu):
    """A part of one is that one, which others may share."""
    runs = runs_of(gpu=gpu, cpu=1)
    assert runs.hidden.eq(0).all()
    assert runs.gpus.eq(max(gpu, 1)).all()


def test_runs_share_what_there_is_of_a_resource_of_ones_own(runs_of):
    """One licence is one run at a time."""
    assert capacity_of({"CPU": 1.0, "licence": 1.0}).now == 1
    runs = runs_of(custom={"licence": 1}).sort_values("began")
    assert (runs.began.iloc[1:].to_numpy() >= runs.ended.iloc[:-1].to_numpy()).all()


def test_a_sweep_leaves_room_for_others(runs_of):
    """Two runs would fit at a time; one is asked for."""
    runs = runs_of(at_once=1).sort_values("began")
    assert (runs.began.iloc[1:].to_numpy() >= runs.ended.iloc[:-1].to_numpy()).all()


def test_a_resource_that_no_node_has_is_refused(runs_of):
    """With what there is."""
    with pytest.raises(ResourceError, match=r"1 CPU, 1 licens of one machine .* 0 licens"):
        runs_of(custom={"licens": 1})
