"""A cluster of which one node is unfit: the check-up names that node, and nothing stays behind."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cluster.machines import TMP, Network, environment, why_not
from tests.cluster.program import Program
from tests.cluster.raylets import Cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(240)]

UNFIT = "10.77.0.3"
PASSWORD = "s3cr3t-of-ann"  # noqa: S105 - of nobody
STORE = f"postgresql://ann:{PASSWORD}@10.77.0.254:1/sweeps"
MODEL = """\
import helper
import numpy as np

SPACE, METRIC, MODE, STEPS = {"x": {"float": [-1, 1]}}, "loss", "min", 3


def load_data():
    return np.zeros(1 << 17)


class Train:
    def setup(self, config, seed, data):
        self.x = config["x"]

    def step(self):
        return {"loss": self.x}

    def save(self, folder):
        pass

    def load(self, folder):
        pass
"""
ASK = """\
import json, os, sys, time
import cloudpickle
from sweeps.cluster.probe import Probe, nodes
from sweeps.tune.local import connected


class Hangs:
    load = staticmethod(lambda: time.sleep(600))


class Dies:
    load = staticmethod(lambda: os._exit(3))


def ask(probe, question, *arguments):
    said = probe.ask(question, *arguments, within_s=8)
    print(json.dumps({name: answer.error for name, answer in said.items()}))


with connected("auto", None):
    with Probe(nodes()) as probe:
        ask(probe, "facts")
        ask(probe, "load", cloudpickle.dumps(Dies()))
        ask(probe, "clock")
    with Probe([node for node in nodes() if node.name != sys.argv[1]]) as probe:
        ask(probe, "load", cloudpickle.dumps(Hangs()))
"""
DEFINITION = "objective: model.py\nsearch: {sampler: random, configs: 2}\nseeds: 2\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A folder that all machines share, but the last one; a module that is needed lies there."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "helper.py").write_text("", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def network(shared):
    """Three machines, each with a folder `/tmp` of its own."""
    if reason := why_not():
        pytest.skip(reason)
    with Network(3, shared=shared) as made:
        yield made


@pytest.fixture(scope="module")
def cluster(network, shared):
    """A head and two workers, the second without the shared folder; a node that hangs stays."""
    head, *workers = network.machines
    subprocess.run(workers[-1].command(["umount", str(shared)]), check=True)  # noqa: S603
    settings = {"PYTHONPATH": str(shared)}
    with Cluster(network.office, head, workers, settings=settings) as started:
        yield started


@pytest.fixture(scope="module")
def on_head(network, shared, cluster):
    """Somebody who sits at the head."""
    return _program(network.machines[0], "study", shared)


@pytest.fixture(scope="module")
def at_office(network, shared, cluster, tmp_path_factory):
    """Somebody who sits elsewhere, with a machine that is no node."""
    folder = tmp_path_factory.mktemp("office").relative_to(TMP)
    return _program(network.office, str(folder), shared)


def _program(machine, folder, shared):
    program = Program(machine, folder, {"PYTHONPATH": str(shared)})
    program.write("model.py", MODEL)
    program.write("study.yaml", DEFINITION)
    return program


def found_by(done):
    """The checks by name, of a call that had to print JSON and nothing else."""
    assert done.returncode in {0, 2}, done.stderr
    return {check["name"]: check for check in json.loads(done.stdout)}


def wrong_in(checks):
    """What is not as it should be."""
    return {name for name, check in checks.items() if not check["is_ok"]}


def test_the_unfit_node_is_named(on_head, shared):
    """It lacks a module and does not see the checkpoints; the others are well; no file is left."""
    place = f"checkpoint.path={shared}/of/runs"
    done = on_head.run("doctor", "study.yaml", "--address", "auto", "--set", place, "--json")
    checks = found_by(done)
    assert done.returncode == 2
    assert wrong_in(checks) == {"objective", "checkpoints"}, checks
    objective, checkpoints = checks["objective"]["found"], checks["checkpoints"]["found"]
    missing = "ModuleNotFoundError: No module named 'helper'"
    assert objective == f"`model.py:Train` fails on {UNFIT}: {missing}"
    assert checkpoints == f"{shared}/of/runs: {UNFIT}: cannot see what the driver writes there"
    assert "s3://" in checks["checkpoints"]["remedy"]
    assert "checkpoint: {save: false}" in checks["checkpoints"]["remedy"]
    assert checks["resources"]["found"] == "3 runs at a time with 1 CPU each"
    assert checks["data"]["found"] == "1.0 MiB, once a node"
    assert checks["clocks"]["found"] == "all 3 nodes within 5 s of the driver's machine"
    assert [path.name for path in shared.iterdir()] == ["helper.py"]
    assert not list(on_head.path.glob("*.db*"))


def test_a_folder_of_the_head_alone_is_refused(on_head):
    """Checkpoints stand beside the store by default, where no other node sees them."""
    ask_for_much = ("--set", "resources.cpu=2")
    done = on_head.run("doctor", "study.yaml", "--address", "auto", *ask_for_much)
    assert done.returncode == 2
    place = "/tmp/study/sweeps-checkpoints"  # noqa: S108 - of the machine
    assert f"BAD  checkpoints: {place}: 10.77.0.2, {UNFIT}: cannot see" in done.stdout
    assert "BAD  resources: a run asks for 2 CPUs, and no node has that now" in done.stdout
    assert "(10.77.0.1 has 1 CPU; 10.77.0.2 has 1 CPU; 10.77.0.3 has 1 CPU)" in done.stdout
    assert not (on_head.path / "sweeps-checkpoints").exists()


def test_a_machine_outside_is_told_the_way_in(at_office):
    """Ray itself would look for a node here for a minute, or end the process."""
    done = at_office.run("doctor", "--address", "10.77.0.1:6379", "--json")
    checks = found_by(done)
    assert wrong_in(checks) == {"Ray"}
    assert "--address http://HOST:8265" in checks["Ray"]["remedy"]


def test_a_job_looks_around_for_a_machine_outside(at_office, cluster):
    """What it finds on the head comes back; the password of the store shows up nowhere."""
    settings = ("--store", STORE, "--set", "checkpoint.save=false")
    done = at_office.run("doctor", "study.yaml", "--address", cluster.head.url, *settings, "--json")
    checks = found_by(done)
    assert wrong_in(checks) == {"store", "objective"}, checks
    assert "postgresql://ann@10.77.0.254:1/sweeps does not answer" in checks["store"]["found"]
    assert f" fails on {UNFIT}: " in checks["objective"]["found"]
    assert checks["this machine"]["is_ok"]
    assert "all 3 nodes" in checks["versions"]["found"]
    assert PASSWORD not in done.stdout + done.stderr


def test_a_node_that_gives_no_answer_is_named_and_not_asked_again(network, cluster):
    """Whether the node hangs, which Ray notices after a minute, or what is loaded there."""
    cluster.workers[-1].suspend()
    done = subprocess.run(  # noqa: S603
        network.machines[0].command([sys.executable, "-c", ASK, UNFIT]),
        capture_output=True,
        text=True,
        env=environment(),
        timeout=120,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    facts, load, clock, loading = answers
    assert facts == {"10.77.0.1": "", "10.77.0.2": "", UNFIT: "no answer within 8 s"}
    died = "it died, or ended the process that was started there"
    assert load == {"10.77.0.1": died, "10.77.0.2": died}
    assert clock == {}
    assert loading == dict.fromkeys(load, "no answer within 8 s")
