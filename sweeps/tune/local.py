"""A Ray of the sweep's own on this machine: quiet, small, and listening on loopback only."""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING, Any

import ray
from ray._private import ray_constants

from sweeps.errors import ExecutionError, ResourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sweeps.spec import Sweep

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_STRICT_METRIC_CHECKING": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    # when a sweep is aborted its processes are killed, so there is nothing to wait for
    "TUNE_FORCE_TRIAL_CLEANUP_S": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "1000000000",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
    "TUNE_WARN_THRESHOLD_S": "1000000",
    "RAY_CHDIR_TO_TRIAL_DIR": "0",
    "RAY_AIR_NEW_OUTPUT": "1",
}


@contextlib.contextmanager
def environment(extra: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, and put the former ones back."""
    wanted = {**QUIET, **extra}
    former = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def connected(address: str | None, cpus: int | None) -> Iterator[None]:
    """Connect to a cluster, or start a Ray on this machine and end it afterwards.

    A Ray that this process is already connected to is used and left alone.

    Args:
        address: Address of a cluster, or `local` for this machine; by default `RAY_ADDRESS`,
            else this machine.
        cpus: Cores of this machine to use, None for all.

    Raises:
        ExecutionError: Ray cannot be started or reached.
    """
    address = address or os.environ.get("RAY_ADDRESS")
    if ray.is_initialized():
        yield
        return
    with environment({}):
        try:
            _start(address, cpus)
        except Exception as error:
            where = f"at {address}" if address else "on this machine"
            message = f"Ray could not be started {where}: {error}"
            raise ExecutionError(message) from error
        try:
            yield
        finally:
            ray.shutdown()


def _start(address: str | None, cpus: int | None) -> None:
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address not in (None, "local"):
        ray.init(address=address, **quiet)
        return
    with _loopback():
        ray.init(
            address="local",
            num_cpus=cpus,
            include_dashboard=False,
            _node_ip_address="127.0.0.1",
            **quiet,
        )


@contextlib.contextmanager
def _loopback() -> Iterator[None]:
    """Make Ray keep `127.0.0.1`, which it otherwise swaps for the address of the network card.

    Where Ray forms no clusters (Windows, macOS) it keeps the address, and its processes then
    listen on loopback only. The variable is for the processes, the constant for this one.
    """
    former = ray_constants.ENABLE_RAY_CLUSTER
    ray_constants.ENABLE_RAY_CLUSTER = False
    try:
        with environment({ray_constants.ENABLE_RAY_CLUSTERS_ENV_VAR: "0"}):
            yield
    finally:
        ray_constants.ENABLE_RAY_CLUSTER = former


def slots_for(sweep: Sweep) -> int:
    """Count how many runs fit into the cluster at the same time.

    Raises:
        ResourceError: Not even one fits.
    """
    wanted = resources_of(sweep)
    there = ray.cluster_resources()
    missing = {name: need for name, need in wanted.items() if there.get(name, 0.0) < need}
    if missing:
        name, need = next(iter(missing.items()))
        message = (
            f"a run asks for {need:g} {name} (`resources`), but there is only "
            f"{there.get(name, 0.0):g}. Ask for less, or run on a larger machine."
        )
        raise ResourceError(message)
    return max(1, min(int(there[name] / need + 1e-9) for name, need in wanted.items() if need > 0))


def resources_of(sweep: Sweep) -> dict[str, float]:
    """Give what one run reserves, in Ray's words."""
    wanted = {"CPU": sweep.resources.cpu, "GPU": sweep.resources.gpu}
    if sweep.resources.memory_gib:
        wanted["memory"] = sweep.resources.memory_gib * 2**30
    return {name: amount for name, amount in wanted.items() if amount > 0}
