"""The machines that the scenarios rest on keep what they promise."""

from __future__ import annotations

import subprocess

import pytest

from tests.cluster.machines import Network
from tests.cluster.waiting import until


def can(machine, *arguments) -> bool:
    """Tell whether a command succeeds on a machine."""
    command = machine.command(arguments)
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def test_a_machine_has_folders_and_a_name_of_its_own(network):
    """What one writes, no other sees, but where a folder is shared."""
    first, second, *_ = network.machines
    assert can(first, "touch", "/tmp/mine", "/dev/shm/mine")  # noqa: S108
    assert can(first, "test", "-e", "/tmp/mine", "-a", "-e", "/dev/shm/mine")  # noqa: S108
    assert not can(second, "test", "-e", "/tmp/mine", "-o", "-e", "/dev/shm/mine")  # noqa: S108
    assert can(second, "bash", "-c", f"test $(hostname) = {second.host}")


def test_a_folder_can_be_shared(network, shared):
    """All see it under the same path."""
    first, second, *_ = network.machines
    assert can(first, "touch", f"{shared}/ours")
    assert can(second, "test", "-e", f"{shared}/ours")


def test_a_cut_cable_and_a_mended_one(network, server):
    """Only the machine at its end is cut off."""
    first, second, *_ = network.machines
    call = ("timeout", "1", "bash", "-c", f"true </dev/tcp/{server.host}/{server.port}")
    until(lambda: can(first, *call), "the server to be reached")
    network.cut(first)
    assert not can(first, *call)
    assert can(second, *call)
    network.mend(first)
    until(lambda: can(first, *call), "the server to be reached again")


@pytest.mark.usefixtures("network")  # which skips where no machine can be made
def test_what_runs_on_a_machine_ends_with_it():
    """Also what left its session, and nothing else does."""
    with Network(2) as network:
        first, second = network.machines
        command = ["setsid", "sleep", "100"]
        ours = subprocess.Popen(first.command(command))  # noqa: S603
        other = subprocess.Popen(second.command(command))  # noqa: S603
        until(lambda: first.processes() and second.processes(), "both to run")
        first.close()
        assert ours.wait(10) != 0
        assert other.poll() is None
    assert other.wait(10) != 0
    assert not network.folder.exists()
