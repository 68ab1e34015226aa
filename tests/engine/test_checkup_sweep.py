"""What a sweep would meet: its checkpoints, its data, what is stored; and the answer of a job."""

from __future__ import annotations

import json
import threading

import pytest

import sweeps
from sweeps.cluster import Job, JobRequest
from sweeps.cluster.probe import Said
from sweeps.cluster.probe_scout import Scout
from sweeps.engine import checkup
from sweeps.engine.checkup import submitted
from sweeps.engine.checkup.check import Check, Deadline, within
from sweeps.engine.checkup.meeting import checkpoints
from sweeps.engine.checkup.request import Asked, checks_of
from sweeps.engine.checkup.stored import Data, data_of, stored_sweep
from sweeps.engine.provenance import data_hash, provenance_of
from sweeps.errors import ClusterError
from sweeps.store import open_store

WITH_DATA = """\
import time
import numpy as np

SPACE, METRIC, MODE = {"x": {"float": [-1, 1]}}, "loss", "min"


def load_data():
    LOADING
    return np.zeros(1000)


def train(config, seed, data):
    return {"loss": config["x"]}
"""


def asking(*scouts):
    """Let these look for the driver's file, each as a node of its own."""
    return lambda place, name: {
        f"n{i}": Said(each.meet(place, name)) for i, each in enumerate(scouts)
    }


class Apart(Scout):
    """Sees another disk of the same name."""

    def meet(self, place, theirs):
        return super().meet(f"{place}-of-another-machine", theirs)


class Forbidden(Scout):
    """May read and not write."""

    def meet(self, place, theirs):
        return {"is_seen": True, "left": "", "error": "PermissionError: no"}


class Unsynced(Scout):
    """Writes what nobody else sees."""

    def meet(self, place, theirs):
        return {**super().meet(place, theirs), "left": "elsewhere"}


def test_a_place_that_all_share_is_good_and_left_as_it_was(tmp_path):
    """Also the folders on the way to it, as far as they were made for the check."""
    place = f"{tmp_path}/a/b/of-the-check"
    check = checkpoints(place, asking(Scout(), Scout()), limit_s=5, may_grow=False)
    assert check.is_ok
    assert check.found == f"{tmp_path}/a/b is written and seen by all 2 nodes"
    assert not check.remedy
    assert not list(tmp_path.iterdir())
    check = checkpoints(place, asking(Scout()), limit_s=5, may_grow=True)
    assert check.is_ok
    assert "join later" in check.remedy


@pytest.mark.slow
@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Apart(), "n1: cannot see what the driver writes there"),
        (Forbidden(), "n1: cannot write there (PermissionError: no)"),
        (Unsynced(), "n1: the driver cannot see what is written there"),
    ],
)
def test_a_node_that_does_not_share_the_place_is_named(tmp_path, other, said):
    """With the ways out."""
    place = f"{tmp_path}/of-the-check"
    check = checkpoints(place, asking(Scout(), other), limit_s=5, may_grow=False)
    assert (check.is_ok, check.found) == (False, f"{tmp_path}: {said}")
    assert "checkpoint: {save: false}" in check.remedy
    assert not list(tmp_path.iterdir())


def test_a_place_that_the_driver_cannot_write_is_found(tmp_path):
    """No node is asked then; neither for a place that goes with the job."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    def ask(place, name):
        pytest.fail(f"asked for {name} in {place}")

    check = checkpoints(f"{tmp_path}/file/of-the-check", ask, limit_s=5, may_grow=False)
    assert not check.is_ok
    assert "cannot be written here" in check.found
    copy = "/tmp/ray/session_1/runtime_resources/working_dir_files/_ray_pkg_1/checkpoints/x"  # noqa: S108
    check = checkpoints(copy, ask, limit_s=5, may_grow=False)
    assert not check.is_ok
    assert "removes after the job" in check.found


def test_data_are_measured_where_that_is_quick(make_sweep):
    """Their hash is compared with the stored one."""
    data = data_of(make_sweep(WITH_DATA.replace("LOADING", "")), [], 10)
    assert data.check is not None
    assert data.check.is_ok
    assert data.n_bytes is not None
    assert 8000 < data.n_bytes < 9000
    assert data.is_hashed
    late = data_of(make_sweep(WITH_DATA.replace("LOADING", "time.sleep(60)")), [], 0.1)
    assert late.check is not None
    assert late.check.found.startswith("not looked at")
    assert not late.is_hashed
    wrong = data_of(make_sweep(WITH_DATA.replace("LOADING", "1 / 0")), [], 10)
    assert wrong.check is not None
    assert "ZeroDivisionError" in wrong.check.found


def stored(sweep):
    """Store a sweep with its provenance, as a session that ended would have left it."""
    with open_store(sweep.store) as store:
        row = store.find(sweep.name)
        assert row is not None
        store.update(row.sweep_id, provenance=provenance_of(sweep.objective, None))


def told(sweep, **options):
    """What is told of what the store holds."""
    options = {"accept_code_change": False, **options}
    return stored_sweep(sweep, sweep.store, Data(None, 0, is_hashed=True), **options)


def test_what_is_stored_is_told_before_anything_starts(make_sweep, put):
    """None yet, one to go on with, another one of that name, and one of other code."""
    sweep = make_sweep()
    assert told(sweep).found == "none called `parabola` yet"
    put(sweep)
    stored(sweep)
    assert told(sweep).found == "`parabola` goes on where it stopped"
    other = told(make_sweep(master_seed=7))
    assert not other.is_ok
    assert "master_seed" in other.found
    text = sweep.objective.source.replace("** 2", "** 4")
    changed = make_sweep(text)
    check = told(changed)
    assert not check.is_ok
    assert '+    return {"loss": config["x"] ** 4' in check.found
    assert told(changed, accept_code_change=True).is_ok


def test_a_sweep_that_is_being_run_is_told(make_sweep, put):
    """With its driver."""
    sweep = make_sweep()
    put(sweep)
    with open_store(sweep.store) as store, store.acquire(store.get(sweep.name).sweep_id):
        check = told(sweep)
    assert not check.is_ok
    assert "is being run by " in check.found


def test_data_that_changed_are_told(make_sweep, put):
    """Where their hash is known; else the sweep compares them when it starts."""
    sweep = make_sweep(WITH_DATA.replace("LOADING", ""))
    put(sweep)
    stored(sweep)
    data = Data(None, 1, is_hashed=True, hashed=data_hash([1]))
    check = stored_sweep(sweep, sweep.store, data, accept_code_change=False)
    assert not check.is_ok
    assert check.found.startswith("the data of `parabola` changed")
    assert stored_sweep(sweep, sweep.store, Data(None), accept_code_change=False).is_ok


REQUEST = JobRequest("sweeps-a-1-1", "python -m sweeps run run.yaml --address auto --fresh")


class FakeJobs:
    """A cluster whose head answers as it is told."""

    address = "http://head:8265"

    def __init__(self, log, status="SUCCEEDED"):
        self._log = log
        self._status = status
        self.stopped = []
        self.request = REQUEST

    def version(self):
        return "2.60.0"

    def submit(self, request):
        self.request = request

    def get(self, job_id):
        return Job(job_id, self._status, message="it ended")

    def logs(self, _job_id):
        return self._log(self.request.env[submitted.MARK_VARIABLE])

    def stop(self, job_id):
        self.stopped.append(job_id)


@pytest.fixture
def asked(monkeypatch):
    """Look at a cluster whose job leaves such a log."""

    def ask(log, status="SUCCEEDED", store="postgresql://head/db"):
        jobs = FakeJobs(log, status)
        monkeypatch.setattr(submitted, "Jobs", lambda _address: jobs)
        monkeypatch.setattr(submitted, "TOTAL_S", 0.2)
        return jobs, list(submitted.checkup_by_job("http://head:8265", REQUEST, store))

    return ask


def test_a_job_tells_in_its_log(asked):
    """Between marks that nothing else prints; a file of the head's is no store."""
    there = [Check("store", is_ok=False, found="gone"), Check("Python", is_ok=True, found="3.11.7")]
    log = lambda mark: f"import noise\n{submitted.told(mark, there)}\nmore noise\n"  # noqa: E731
    jobs, checks = asked(log)
    assert [check.name for check in checks] == [
        "cluster",
        "this machine",
        "store",
        "Python of its head",
    ]
    assert jobs.request.entrypoint == (
        "python -m sweeps doctor run.yaml --address auto --fresh --json"
    )
    assert jobs.request.submission_id.startswith("doctor-")
    assert not jobs.stopped
    _, checks = asked(log, store="sqlite:///sweeps.db")
    assert "store" not in [check.name for check in checks]


def test_another_version_of_sweeps_on_the_head_is_found(asked):
    """With the command that installs this one."""
    answer = json.dumps({"sweeps": "0.0.9", "checks": []})
    _, checks = asked(lambda mark: f"{mark}{answer}{mark}")
    assert checks[-1].found == f"sweeps {sweeps.__version__}, but 0.0.9 on the cluster's head"
    assert f"pip install seed-sweeps=={sweeps.__version__}" in checks[-1].remedy


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("/usr/bin/python: No module named sweeps\n", "pip install seed-sweeps=="),
        ("Got unexpected extra argument (a.yaml)\n", "its head has another version"),
        ("Traceback\nOSError: no disk\n", "failed: Traceback / OSError: no disk"),
        ("", "failed: it ended"),
    ],
)
def test_a_head_that_cannot_look_around_says_why(asked, log, said):
    """In one check, with a way out."""
    jobs, checks = asked(lambda _mark: log, status="FAILED")
    assert [check.is_ok for check in checks] == [True, False]
    assert said in checks[-1].found
    assert not jobs.stopped


def test_a_job_that_does_not_end_is_given_up_and_stopped(asked):
    """Within the time that the whole look may take."""
    jobs, checks = asked(lambda _mark: "starting\n", status="RUNNING")
    assert jobs.stopped == [jobs.request.submission_id]
    assert "does not answer" in checks[-1].found
    assert "starting" in checks[-1].found


@pytest.mark.parametrize("address", [None, "auto", "head:6379"])
def test_variables_are_for_a_job(address):
    """Elsewhere they would be dropped in silence."""
    with pytest.raises(ClusterError, match=r"--env is for a job .* --address http://HOST:8265"):
        list(checks_of(Asked(address=address, variables=("EPOCHS=3",))))


def test_what_is_asked_for_shows_no_password():
    """Neither the store's nor one among the changes of the definition."""
    url = "postgresql://ann:swordfish@host/db"
    shown = repr(Asked(store=url, overrides=(f"store={url}",), address="http://head:8265"))
    assert "head" in shown
    assert "swordfish" not in shown


def test_what_hangs_is_left_behind():
    """And what raised raises here."""
    never = threading.Event()
    with pytest.raises(TimeoutError, match=r"no answer within 0\.05 s"):
        within(0.05, never.wait)
    never.set()
    with pytest.raises(ClusterError, match="gone"):
        within(5, lambda: (_ for _ in ()).throw(ClusterError("gone")))
    assert Deadline(0.0).left(10) == 0.0


@pytest.mark.slow
@pytest.mark.ray
def test_a_sweep_on_this_machine_is_looked_at_whole(make_sweep, tmp_path):
    """Its objective in a process of its own, resources, data and store; nothing is left behind."""
    before = {path.name for path in tmp_path.iterdir()}
    sweep = make_sweep(WITH_DATA.replace("LOADING", ""))
    checks = {check.name: check for check in checkup.checkup(sweep=sweep)}
    assert all(check.is_ok for check in checks.values()), checks
    wanted = {"Python", "store", "Ray", "Ray listens", "objective", "resources", "data"}
    assert wanted <= set(checks)
    assert checks["objective"].found == "`model.py:train` can be imported on this machine"
    assert checks["stored sweep"].found == "none called `parabola` yet"
    assert {path.name for path in tmp_path.iterdir()} - before == {"model.py"}
