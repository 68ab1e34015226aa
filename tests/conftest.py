"""What every test shares: a clean environment, Hypothesis' profiles and the leak check for Ray."""

from __future__ import annotations

import contextlib
import os
import uuid
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import settings

from tests.postgres import postgres, postgres_url

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["postgres", "postgres_url"]  # fixtures of every test

# Every process that this test run starts inherits the mark, orphans included.
RUN_MARK = "SWEEPS_TEST_RUN"
RUN_ID = uuid.uuid4().hex
SHUTDOWN_S = 15

# Ray reads its environment when it is imported, so this cannot wait for a fixture.
os.environ.update({RUN_MARK: RUN_ID, "RAY_USAGE_STATS_ENABLED": "0"})
for variable in ("RAY_ADDRESS", "SWEEPS_STORE"):
    os.environ.pop(variable, None)

# The same examples every time; `HYPOTHESIS_PROFILE=explore make test` looks for new ones.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def ray_processes_of_this_run() -> list[psutil.Process]:
    """Give Ray's processes that descend from this test run, whoever their parent is now."""
    return [process for process in psutil.process_iter() if _is_ours(process)]


def _is_ours(process: psutil.Process) -> bool:
    try:
        command = " ".join(process.cmdline())
        is_ray = "ray::" in command or "/ray/" in command
        return is_ray and process.environ().get(RUN_MARK) == RUN_ID
    except psutil.Error:  # gone in the meantime, a zombie, or another user's
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_ray_left_behind() -> Iterator[None]:
    """End the session with an error if Ray's processes outlive the tests that started them."""
    yield
    _, left = psutil.wait_procs(ray_processes_of_this_run(), timeout=SHUTDOWN_S)
    commands = [_describe(process) for process in left]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    if commands:
        pytest.fail("These processes of Ray outlived the tests:\n" + "\n".join(commands))


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline()).strip()[:200]}"
    except psutil.Error:
        return str(process.pid)
