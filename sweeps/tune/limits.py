"""Holds a run to its share of the machine: time, threads, and random generators of its own."""

from __future__ import annotations

import faulthandler
import importlib
import os
import random
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from sweeps.seeds import Seed

GRACE_S = 2.0
"""A run that does not end at its limit (it is stuck in C) loses its process this much later."""

REARM_S = 1.0
"""Setting up the process killer starts a thread, so it is moved at most this often."""

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)

GPU_VARIABLES = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")


class RunTimeoutError(BaseException):
    """The run is over its time limit; no `except Exception` of the user's swallows it."""


class TimeLimit:
    """Ends a run at its limit: first by an exception, then with the whole process.

    Python signal handlers run between two bytecodes of the main thread, so a run that is stuck in
    C never sees the exception. For that case `faulthandler` has a thread that needs no
    interpreter lock; it ends the process, and the driver finds out.

    Args:
        timeout_s: Seconds that a run may take, None for no limit.
        may_end_process: Whether this is a process of Ray's that can be replaced.
    """

    def __init__(self, timeout_s: float | None, *, may_end_process: bool) -> None:
        self.timeout_s = timeout_s
        in_main_thread = threading.current_thread() is threading.main_thread()
        self._has_alarm = timeout_s is not None and in_main_thread
        self._may_end_process = timeout_s is not None and may_end_process
        self._process_ends_at = 0.0

    def arm(self, left_s: float) -> None:
        """Begin to count; `left_s` seconds from now the run is over its limit."""
        if self._may_end_process:
            ends_at = time.monotonic() + left_s + GRACE_S
            if not ends_at <= self._process_ends_at <= ends_at + REARM_S:
                self._process_ends_at = ends_at + REARM_S
                seconds = max(left_s + GRACE_S + REARM_S, 1e-3)
                faulthandler.dump_traceback_later(seconds, exit=True, file=2)
        if self._has_alarm:
            signal.signal(signal.SIGALRM, _raise_timeout)
            # again each second: the first one may be swallowed by a bare `except:`
            signal.setitimer(signal.ITIMER_REAL, max(left_s, 1e-3), 1.0)

    def disarm(self) -> None:
        """Stop counting."""
        if self._has_alarm:
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    def rest(self) -> None:
        """Stop the process killer too: no run is being executed for a while."""
        if self._process_ends_at:
            faulthandler.cancel_dump_traceback_later()
            self._process_ends_at = 0.0


def _raise_timeout(_signal: int, _frame: FrameType | None) -> None:
    raise RunTimeoutError


def limit_threads(n_threads: int) -> None:
    """Pin the thread pools of BLAS, OpenMP and torch to `n_threads`, loaded or still to come."""
    for name in THREAD_VARIABLES:
        os.environ[name] = str(n_threads)
    import threadpoolctl  # noqa: PLC0415 - scans the loaded libraries

    threadpoolctl.threadpool_limits(n_threads)
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(n_threads)


def hide_gpus() -> None:
    """Let libraries that are loaded from now on see no GPU: Ray hides none where none is asked."""
    for name in GPU_VARIABLES:
        os.environ[name] = ""


def reseed_globals(seed: Seed) -> None:
    """Give Python's, numpy's and torch's global generators this run's own state."""
    random.seed(seed.int("python"))
    np.random.seed(seed.int("numpy"))  # noqa: NPY002 - users' code draws from it
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(seed.int("torch"))


def random_states() -> dict[str, Any]:
    """Give the state of Python's, numpy's and torch's global generators, fit to be pickled."""
    states: dict[str, Any] = {"python": random.getstate(), "numpy": np.random.get_state()}  # noqa: NPY002 - as above
    if (torch := sys.modules.get("torch")) is not None:
        states["torch"] = torch.get_rng_state()
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            states["cuda"] = torch.cuda.get_rng_state_all()
    return states


def restore_random_states(states: Mapping[str, Any]) -> None:
    """Put the global generators where `random_states` found them."""
    random.setstate(states["python"])
    np.random.set_state(states["numpy"])  # noqa: NPY002 - as above
    if "torch" in states:
        torch = importlib.import_module("torch")
        torch.set_rng_state(states["torch"])
        # another machine may have another number of GPUs
        if len(states.get("cuda", ())) == torch.cuda.device_count() > 0:
            torch.cuda.set_rng_state_all(states["cuda"])
