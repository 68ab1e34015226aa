"""What Ray says of the cluster, of a process that dies, and of one that does not."""

from __future__ import annotations

import os
import time

import psutil
import pytest
import ray

from sweeps.tune.capacity import Capacity
from sweeps.tune.recorder import Announcement, Recorder, forget, recall
from sweeps.tune.survey import Question, Survey

pytestmark = pytest.mark.usefixtures("shared_ray")


@pytest.fixture
def survey():
    with Survey({"CPU": 0.5}, None) as survey:
        yield survey


@ray.remote(num_cpus=0)
class Process:
    """A process that says which it is, and ends when it is told to."""

    def pid(self):
        return os.getpid()

    def end(self):
        os._exit(3)


def answer(survey, batch_id, is_enough=lambda finding: finding is not None):
    """Wait for an answer."""
    until = time.monotonic() + 60.0
    while not is_enough(finding := survey.newest(batch_id)):
        assert time.monotonic() < until
        time.sleep(0.01)
    return finding


def test_the_capacity_is_known_soon(survey):
    """Four halves fit into two cores, and this Ray starts no nodes."""
    until = time.monotonic() + 60.0
    while survey.capacity is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert survey.capacity == Capacity(4, None, can_grow=False)


def test_a_process_that_dies_is_told_from_one_that_lives(survey):
    """With where it was, and what it announced; until it is asked no more."""
    Recorder(b"test:7").announce(3, 5.0, "words")
    process = Process.remote()  # type: ignore[attr-defined]
    pid = ray.get(process.pid.remote())
    survey.ask(Question(7, process._actor_id.hex(), b"test:7"))
    finding = answer(survey, 7)
    assert (finding.cause, finding.is_node_dead, finding.is_node_leaving) == ("", False, False)
    assert finding.last_word == Announcement(3, 5.0, "words")
    assert finding.node.endswith(f":{pid}")
    assert finding.is_alone
    with pytest.raises(ray.exceptions.RayActorError):
        ray.get(process.end.remote())
    finding = answer(survey, 7, lambda finding: finding.cause)
    assert finding.cause == "WORKER_DIED"
    survey.drop(7)
    assert survey.newest(7) is None
    forget(b"test:7")
    assert recall(b"test:7") is None


def test_a_process_that_ray_does_not_know_is_answered_too(survey):
    """Its start failed before it had a name."""
    survey.ask(Question(8, "", None))
    finding = answer(survey, 8)
    assert (finding.cause, finding.last_word) == ("", None)


def test_a_local_ray_starts_only_what_executes_runs():
    """No dashboard, autoscaler or log monitor: together they cost three seconds and 110 MB."""
    children = psutil.Process().children(recursive=True)
    commands = [" ".join(process.cmdline()) for process in children]
    (raylet,) = [command for command in commands if "/raylet " in command]
    assert "--minimal" in raylet
    assert sum("/gcs_server " in command for command in commands) == 1
    assert not [command for command in commands if "monitor.py" in command]
    assert not [command for command in commands if "dashboard.py" in command]
