"""Runs that go wrong in every way: data, never the end of the sweep."""

from __future__ import annotations

import pytest

import sweeps
from objectives.fault import announcement
from sweeps.errors import ExecutionError, MetricError, ResourceError
from sweeps.store import open_store

pytestmark = pytest.mark.usefixtures("shared_ray")

EXPECTED = {
    "none": "finished",
    "raise": "failed",
    "nan": "diverged",
    "inf": "diverged",
    "exit": "failed",
    "print": "finished",
    "hang": "timed_out",
    "hang_c": "timed_out",
    "kill": "lost",
    "segfault": "lost",
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory, shared_ray):
    """One sweep with every fault, in batches that share their process with sound runs."""
    folder = tmp_path_factory.mktemp("faulty")
    sweep = sweeps.Sweep(
        name="faulty",
        objective="objectives.synthetic",
        space={
            "fault": {"choice": list(EXPECTED)},
            "optimizer": {"choice": ["sgd", "adam"]},
            "fault_seeds": "0",
        },
        search={"sampler": "grid"},
        seeds=3,
        failures={"retries": 1, "timeout_s": 1.0},
        store=f"sqlite:///{folder}/sweeps.db",
    )
    return sweeps.run(sweep, progress=False)


def test_a_fault_costs_its_own_run_and_no_other(faulty):
    """Every run is in the table, and those that were to be sound are finished."""
    runs = faulty.runs
    assert len(runs) == len(EXPECTED) * 2 * 3
    assert runs[runs.seed != 0].status.eq("finished").all()


@pytest.mark.parametrize("fault", EXPECTED)
def test_a_fault_has_its_status_and_reason(faulty, fault):
    """Each fault is in `runs` with the status that fits it, and with a reason."""
    runs = faulty.runs
    ill = runs[(runs.fault == fault) & (runs.seed == 0)]
    assert set(ill.status) == {EXPECTED[fault]}
    assert (ill.error.isna() == (EXPECTED[fault] == "finished")).all()


@pytest.mark.parametrize(
    "fault", [name for name, status in EXPECTED.items() if status != "finished"]
)
def test_what_a_failed_run_printed_last_is_kept(faulty, fault):
    """Also of a run that took its process down without a word."""
    runs = faulty.runs
    ids = set(runs[runs.fault == fault].config_id)
    failures = faulty.failures()
    ours = failures[failures.config_id.isin(ids)]
    assert len(ours) == 2
    assert ours.output.str.contains(announcement(fault)).all()


def test_a_lost_run_was_tried_again(faulty):
    """`retries: 1` means two attempts of the culprit."""
    runs = faulty.runs
    assert runs[runs.status == "lost"].attempts.ge(2).all()


def test_failures_stand_beside_means(faulty):
    """A configuration's mean is over its finite runs, with the failed ones counted beside it."""
    configs = faulty.configs.set_index("fault")
    assert configs.loc["raise", "n_failed"].eq(1).all()
    assert configs.loc["raise", "n_seeds"].eq(2).all()
    assert configs.loc["none", "n_failed"].eq(0).all()


def test_a_metric_that_the_first_report_lacks_ends_the_sweep(make_sweep, store):
    """The error names the metrics that came, and no run is stored."""

    def train(config, seed):
        return {"acuracy": 1.0, "loss": 0.0}

    sweep = make_sweep(objective=train, metric="accuracy", mode="max")
    with pytest.raises(MetricError, match="`acuracy`, `loss`"):
        sweeps.run(sweep, progress=False)
    opened = open_store(store)
    assert opened.runs(opened.get("test").sweep_id) == []
    assert opened.get("test").status == "failed"


def test_after_a_wrong_metric_the_name_is_free(make_sweep):
    """A sweep without runs protects nothing: the corrected definition starts under its name."""

    def train(config, seed):
        return {"right": 1.0}

    with pytest.raises(MetricError):
        sweeps.run(make_sweep(objective=train, metric="wrong", mode="max"), progress=False)
    sweep = make_sweep(objective=train, metric="right", mode="max")
    assert len(sweeps.run(sweep, progress=False).runs) == 12


def test_more_than_the_machine_has_is_refused(make_sweep, store):
    """A run that can never be placed is an error before anything is written."""
    with pytest.raises(ResourceError, match=r"asks for 64 CPUs of one machine .* has 2 CPUs\."):
        sweeps.run(make_sweep(resources={"cpu": 64}), progress=False)
    assert open_store(store).sweeps() == []


def test_an_objective_that_workers_cannot_load_ends_the_sweep(make_sweep, tmp_path):
    """The worker's own traceback is shown."""
    (tmp_path / "once.py").write_text(
        "import sys\n"
        "if 'ray' in sys.modules and 'pytest' not in sys.modules:\n"
        "    raise RuntimeError('not on this machine')\n"
        "def train(config, seed): return {'quality': 1.0}\n"
    )
    sweep = make_sweep(objective=f"{tmp_path}/once.py", metric="quality", mode="max")
    with pytest.raises(ExecutionError, match="not on this machine"):
        sweeps.run(sweep, progress=False)


def test_data_that_workers_cannot_read_end_the_sweep(make_sweep, tmp_path):
    """With the reason: that is nobody's run."""
    (tmp_path / "bad.py").write_text(
        "METRIC, MODE = 'quality', 'max'\n"
        "class Data:\n"
        "    def __getstate__(self): return {'a': 1}\n"
        "    def __setstate__(self, state): raise RuntimeError('not for this process')\n"
        "def load_data(): return Data()\n"
        "def train(config, seed, data): return {'quality': 1.0}\n"
    )
    with pytest.raises(ExecutionError, match=r"or its data(.|\n)*not for this process"):
        sweeps.run(make_sweep(objective=f"{tmp_path}/bad.py"), progress=False)


def test_workers_that_never_come_up_end_the_sweep(make_sweep, tmp_path):
    """A process that dies before any run was started is nobody's run: three in a row are enough."""
    (tmp_path / "dying.py").write_text(
        "import os, sys\n"
        "if 'ray' in sys.modules and 'pytest' not in sys.modules:\n"
        "    os._exit(3)\n"
        "def train(config, seed): return {'quality': 1.0}\n"
    )
    sweep = make_sweep(objective=f"{tmp_path}/dying.py", metric="quality", mode="max")
    with pytest.raises(ExecutionError, match="do not come up"):
        sweeps.run(sweep, progress=False)
