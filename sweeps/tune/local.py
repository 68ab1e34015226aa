"""A Ray of the sweep's own on this machine: quiet, small, and listening on loopback only."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Any

import ray
from ray._private import node, ray_constants, utils

from sweeps.errors import ClusterError, ExecutionError
from sweeps.tune.capacity import check_fits, growth
from sweeps.tune.reach import check_reachable

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
    # else Ray runs the whole batch of a preempted node again, and says nothing
    "RAY_TRAIN_COUNT_PREEMPTION_AS_FAILURE": "1",
    "RAY_CHDIR_TO_TRIAL_DIR": "0",
    "RAY_AIR_NEW_OUTPUT": "1",
}

_STARTING = threading.Lock()
"""Ray is changed while it starts, and put back afterwards."""
_NOT_NEEDED = ("start_api_server", "start_monitor", "start_log_monitor")


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
        ClusterError: The cluster cannot be reached, or refuses.
        ExecutionError: Ray cannot be started on this machine.
    """
    address = address or os.environ.get("RAY_ADDRESS")
    if ray.is_initialized():
        yield
        return
    with environment({}):
        try:
            _start(address, cpus)
        except ClusterError:
            raise
        except Exception as error:
            if _is_here(address):
                message = f"Ray could not be started on this machine: {error}"
                raise ExecutionError(message) from error
            message = (
                f"the Ray cluster at {address} cannot be used: {error}. Check that it is up and "
                "that this machine is one of its network, or send the sweep with `sweeps submit`."
            )
            raise ClusterError(message) from error
        try:
            yield
        finally:
            ray.shutdown()


def _start(address: str | None, cpus: int | None) -> None:
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address is not None and not _is_here(address):
        check_reachable(address)
        ray.init(address=address, **quiet)
        return
    with _STARTING, _loopback(), _bare():
        ray.init(
            address="local",
            num_cpus=cpus,
            include_dashboard=False,
            _node_ip_address="127.0.0.1",
            **quiet,
        )


def _is_here(address: str | None) -> bool:
    return address in (None, "local")


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


@contextlib.contextmanager
def _bare() -> Iterator[None]:
    """Make Ray start what executes runs, and nothing else.

    Its dashboard, autoscaler and log monitor are of no use to a Ray that lives as long as one
    sweep, and `ray.init` waits for the first of them. The agent that is left would load what a
    dashboard needs wherever `ray[default]` is installed; it is told that it is not.
    """
    former = {name: getattr(node.Node, name) for name in _NOT_NEEDED}
    find_error = utils.get_dashboard_dependency_error
    for name in _NOT_NEEDED:
        setattr(node.Node, name, lambda *_args, **_kwargs: None)
    utils.get_dashboard_dependency_error = lambda: ImportError("not wanted")
    try:
        yield
    finally:
        utils.get_dashboard_dependency_error = find_error
        for name, method in former.items():
            setattr(node.Node, name, method)


def slots_for(sweep: Sweep) -> int:
    """Count how many runs fit into the cluster at the same time, as it is now; at least 1.

    None may fit yet where the cluster can start nodes into which they do.

    Raises:
        ResourceError: A run fits into no node that there is or can be.
    """
    there = check_fits(sweep.resources.reserved(), ray.nodes(), growth())
    return max(min(there.now, sweep.resources.at_once or there.now), 1)
