"""Checkpoints of class objectives: a run that goes on is the run that was never interrupted."""

from __future__ import annotations

import dataclasses
import math
import pickle
import random
from types import SimpleNamespace

import numpy as np
import pytest
from pyarrow import fs

from sweeps.errors import SpecError
from sweeps.planner.event import Run
from sweeps.planner.stopping import Milestones
from sweeps.tune.checkpoint import MARKER, Checkpoints, Mark, path_for, place_of
from sweeps.tune.conditions import Conditions
from sweeps.tune.execution import Execution, Executor
from sweeps.tune.keeper import Keeper, Pruner
from sweeps.tune.stepping import Saved
from sweeps.tune.wire import PAUSED

FAR = math.inf
RUN = Run("c0ffee", "race", 3)
OTHER = Run("c0ffee", "validation", 3)


class Walk:
    """A random walk of ten steps, drawn from the global generators and from one of its own."""

    n_made = 0

    def setup(self, config, seed):
        type(self).n_made += 1
        self.x, self.rng = 0.0, seed.rng("walk")

    def step(self):
        self.x += random.random() + np.random.rand() + self.rng.random()
        print("step")
        return {"height": self.x, "early": 1.0} if self.x < 4 else {"height": self.x}

    def save(self, directory):
        (directory / "deep").mkdir()
        np.save(directory / "deep" / "x.npy", self.x)
        (directory / "rng.txt").write_text(repr(self.rng.bit_generator.state))

    def load(self, directory):
        self.x = float(np.load(directory / "deep" / "x.npy"))
        self.rng.bit_generator.state = eval((directory / "rng.txt").read_text())  # noqa: S307


@pytest.fixture(params=["folder", "bucket"])
def checkpoints(request, tmp_path):
    """A place for checkpoints: a folder, or one that is treated like an object store."""
    path = tmp_path / "sweep-checkpoints" / "token"
    if request.param == "folder":
        return Checkpoints(str(path))
    path.mkdir(parents=True)
    return Checkpoints(path.as_uri())


@pytest.fixture
def begin(checkpoints):
    """Begin a run, saved before each step but the first; keywords change the conditions."""

    def start(function=Walk, *, every_s=0.0, milestones=None, announce=None, **changes):
        conditions = Conditions("height", master_seed=1, **{"max_steps": 10, **changes})
        keeper = Keeper(checkpoints, RUN, every_s)
        seed = conditions.seed(RUN.role, RUN.seed, RUN.config_id)
        executor = Executor(function, conditions)
        return Execution(executor, 0, {}, seed, announce, milestones=milestones, keeper=keeper)

    return start


def saved_steps(checkpoints, run):
    """List the steps that complete checkpoints were saved after, newest first."""
    return [mark.step for mark in checkpoints.marks(run)]


def steps_of(execution, n_steps):
    """Take so many steps, as long as the run is not over."""
    for _ in range(n_steps):
        if (report := execution.advance(0.0)) is not None:
            return report
    return None


@pytest.mark.parametrize("n_steps", [2, 5, 9])
def test_a_run_that_was_killed_goes_on(begin, checkpoints, n_steps):
    """Its curve and metrics are those of a run that nobody interrupted, to the last bit."""
    whole = begin(every_s=FAR).advance(FAR)
    steps_of(begin(), n_steps)
    assert saved_steps(checkpoints, RUN) == [n_steps - 1]  # saved before each step
    Walk.n_made = 0
    report = begin().advance(FAR)
    assert report.curve == whole.curve
    assert (report.metrics, report.steps, report.status) == (whole.metrics, 10, "finished")
    assert report.output is None
    assert report.has_checkpoint
    assert Walk.n_made == 1


def test_time_of_earlier_attempts_counts(begin, checkpoints, tmp_path):
    """As duration, against the time limit, and in what is announced of the start."""

    class Stuck(Walk):
        def step(self):
            while True:
                pass

    steps_of(begin(), 5)
    (marker,) = tmp_path.rglob(MARKER)
    saved = dataclasses.replace(checkpoints.load(RUN, *checkpoints.marks(RUN)), active_s=1000.0)
    marker.write_bytes(pickle.dumps(saved))
    timed_out = begin(Stuck, every_s=FAR, timeout_s=1000.0).advance(FAR)
    assert (timed_out.status, timed_out.steps) == ("timed_out", 4)
    started = []
    announce = lambda _, started_at, __: started.append(started_at)  # noqa: E731
    report = begin(announce=announce).advance(FAR)
    assert report.duration_s > 1000.0
    assert started[-1] == report.started_at - 1000.0


def test_a_run_that_is_not_due_saves_nothing(begin, checkpoints):
    """And says that there is nothing to be removed."""
    report = begin(every_s=60.0).advance(FAR)
    assert saved_steps(checkpoints, RUN) == []
    assert not report.has_checkpoint


def test_a_paused_run_is_saved_and_goes_on(begin, checkpoints):
    """Though no checkpoint was due; it does not wait at the same milestone again."""
    milestones = Milestones((4,))
    execution = begin(every_s=60.0, milestones=milestones)
    assert execution.advance(FAR).step == 4
    execution.pause()
    assert execution.advance(FAR).status == PAUSED
    assert saved_steps(checkpoints, RUN) == [4]
    report = begin(every_s=60.0, milestones=milestones).advance(FAR)
    assert (report.status, report.curve) == ("finished", begin_whole().curve)


def begin_whole():
    """Execute the run without any checkpoint."""
    conditions = Conditions("height", master_seed=1, max_steps=10)
    seed = conditions.seed(RUN.role, RUN.seed, RUN.config_id)
    return Execution(Executor(Walk, conditions), 0, {}, seed).advance(FAR)


def test_a_milestone_without_a_verdict_comes_again(begin):
    """A process that died while it waited had not saved that step yet."""
    milestones = Milestones((4,))
    assert begin(milestones=milestones).advance(FAR).step == 4
    assert begin(milestones=milestones).advance(FAR).step == 4


@pytest.mark.parametrize("damage", ["marker", "files", "load"])
def test_a_checkpoint_that_cannot_be_read_is_skipped(begin, checkpoints, damage, tmp_path):
    """With a note in the run's output; the run begins anew and gives what it would have given."""
    steps_of(begin(), 5)
    (marker,) = tmp_path.rglob(MARKER)
    if damage == "marker":
        marker.write_bytes(marker.read_bytes()[:-20])
    else:
        (path,) = tmp_path.rglob("x.npy")
        path.unlink() if damage == "files" else path.write_bytes(b"no array")
    report = begin(every_s=FAR).advance(FAR)
    assert report.curve == begin_whole().curve
    assert report.output.startswith("sweeps: the checkpoint of step 4 is not used: ")


def test_an_older_checkpoint_does_as_well(begin, checkpoints, tmp_path):
    """It may be there when a process died before it removed it."""
    steps_of(begin(), 3)
    with checkpoints.files(RUN, *checkpoints.marks(RUN)) as folder:
        x, rng = np.load(folder / "deep" / "x.npy"), (folder / "rng.txt").read_text()
    old = checkpoints.load(RUN, *checkpoints.marks(RUN))
    steps_of(begin(), 3)

    def write(folder):
        (folder / "deep").mkdir()
        np.save(folder / "deep" / "x.npy", x)
        (folder / "rng.txt").write_text(rng)

    checkpoints.save(RUN, old, write)
    assert saved_steps(checkpoints, RUN) == [4, 2]
    (newest,) = tmp_path.rglob("step-00000004-*")
    (newest / "files" / "rng.txt").unlink()
    report = begin(every_s=FAR).advance(FAR)
    assert report.curve == begin_whole().curve
    assert "the checkpoint of step 4 is not used" in report.output
    assert "step 2" not in report.output


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "new"}, "the objective's code has changed since"),
        ({"max_steps": 3}, "a run has only 3 steps now"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(begin, changes, reason):
    """Half a curve of old code is no curve."""
    steps_of(begin(), 5)
    report = begin(every_s=FAR, **changes).advance(FAR)
    assert report.status == "finished"
    assert f"step 4 is not used: CheckpointRefusedError: {reason}" in report.output


def test_an_error_while_saving_is_a_note(begin, checkpoints):
    """A checkpoint is a help: the run goes on without, and the former one stays."""

    class Full(Walk):
        def save(self, directory):
            super().save(directory)
            if self.x > 6:
                raise OSError(28, "No space left on device")

    report = begin(Full).advance(FAR)
    assert report.status == "finished"
    assert report.curve == begin_whole().curve
    assert "was not saved: OSError: [Errno 28] No space left" in report.output
    (step,) = saved_steps(checkpoints, RUN)
    assert 1 <= step < 9


def test_a_place_that_cannot_be_used_is_a_note(begin, checkpoints, monkeypatch):
    """Not even looking for checkpoints stops a run."""

    def refuse(_run):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(checkpoints, "marks", refuse)
    report = begin(every_s=FAR).advance(FAR)
    assert report.status == "finished"
    assert "sweeps: checkpoints cannot be looked for: PermissionError" in report.output


SAVED = Saved(({"score": 1.0}, {"score": math.nan}), 2.5, {}, "code")


def test_half_a_checkpoint_is_none(checkpoints, tmp_path):
    """A process that dies while it saves leaves the former checkpoint, and the next save heals."""
    checkpoints.save(RUN, SAVED, lambda folder: (folder / "x").write_text("good"))

    def die(folder):
        (folder / "x").write_text("half")
        raise KeyboardInterrupt

    stale = tmp_path / "sweep-checkpoints/token/c0ffee-race-3/step-00000003/files/x"

    later = Saved((*SAVED.points, {"score": 3.0}), 3.0, {}, "code")
    with pytest.raises(KeyboardInterrupt):
        checkpoints.save(RUN, later, die)
    assert saved_steps(checkpoints, RUN) == [2]
    stale.parent.mkdir(parents=True, exist_ok=True)
    stale.write_text("half")  # as if a bucket had got a part of it
    checkpoints.save(RUN, later, lambda folder: (folder / "y").write_text("whole"))
    assert saved_steps(checkpoints, RUN) == [3]
    with checkpoints.files(RUN, Mark(3)) as folder:
        assert [path.name for path in folder.iterdir()] == ["y"]


def test_what_is_saved_comes_back(checkpoints):
    """Points with NaN, times and states; also where the objective saves no file at all."""
    checkpoints.save(RUN, SAVED, lambda folder: None)
    saved = checkpoints.load(RUN, Mark(2))
    assert (saved.step, saved.active_s, saved.code) == (2, 2.5, "code")
    assert saved.points[0] == {"score": 1.0}
    assert math.isnan(saved.points[1]["score"])
    with checkpoints.files(RUN, Mark(2)) as folder:
        assert list(folder.iterdir()) == []


def test_runs_are_kept_apart(checkpoints):
    """The same seed number in another role is another run."""
    checkpoints.save(RUN, SAVED, lambda folder: None)
    assert saved_steps(checkpoints, OTHER) == []
    checkpoints.save(OTHER, SAVED, lambda folder: None)
    checkpoints.remove(RUN)
    checkpoints.remove(RUN)
    assert (saved_steps(checkpoints, RUN), saved_steps(checkpoints, OTHER)) == ([], [2])


def test_nothing_is_left_of_a_sweep_that_is_done(checkpoints, tmp_path):
    """Not even the folder that was made for it."""
    with Pruner(checkpoints) as pruner:
        for run in (RUN, OTHER):
            checkpoints.save(run, SAVED, lambda folder: None)
        pruner.prune(RUN)
        pruner.remove_all()
    assert not list(tmp_path.rglob("c0ffee*"))
    if checkpoints._is_local:
        assert list(tmp_path.iterdir()) == []


def test_another_sweep_of_the_folder_is_left_alone(tmp_path):
    """Two sweeps may save to one place."""
    one, two = (Checkpoints(str(tmp_path / "here" / token)) for token in ("1", "2"))
    for each in (one, two):
        each.save(RUN, SAVED, lambda folder: None)
    one.remove_all()
    assert saved_steps(two, RUN) == [2]


def test_an_unknown_kind_of_address_is_refused():
    """Before anything starts, with what was meant."""
    with pytest.raises(SpecError, match=r"checkpoint\.path: it must be .*, got 'nfs9://x'"):
        Checkpoints("nfs9://x")


def test_checkpoints_stand_beside_the_store_by_default(tmp_path, monkeypatch):
    """Under the name of the store and a name of the sweep; a path of one's own comes first."""
    monkeypatch.chdir(tmp_path)

    def path(given):
        sweep = SimpleNamespace(checkpoint=SimpleNamespace(path=given), store="a/runs.db")
        return path_for(sweep, "7-x")  # type: ignore[arg-type]

    assert path(None) == str(tmp_path / "a" / "runs-checkpoints" / "7-x")
    assert path("mine") == str(tmp_path / "mine" / "7-x")
    assert path("s3://bucket/mine/") == "s3://bucket/mine/7-x"


def test_a_stored_path_begins_where_it_was_written(tmp_path):
    """In the folder of the session that saved, wherever somebody looks for it now."""
    folder = tmp_path / "then"
    assert place_of("mine", None, "7-x", folder=folder) == str(folder / "mine" / "7-x")
    assert place_of("/data", None, "7-x", folder=folder) == "/data/7-x"


def test_two_attempts_never_mix(checkpoints, begin):
    """A node that is cut off goes on beside its successor: each saves under a name of its own."""

    class Own(Walk):  # two runs in one process would share the global generators
        def step(self):
            self.x += self.rng.random()
            return {"height": self.x}

    whole = begin(Own, every_s=FAR).advance(FAR)
    zombie = begin(Own)
    steps_of(zombie, 4)
    successor = begin(Own)
    steps_of(successor, 2)  # goes on from step 3
    folders = checkpoints._fs.get_file_info(fs.FileSelector(checkpoints._place(RUN)))
    assert len({info.base_name.rpartition("-")[2] for info in folders}) == 1
    assert zombie.advance(FAR).curve == whole.curve
    third = begin(Own, every_s=FAR).advance(FAR)
    assert (third.curve, third.output) == (whole.curve, None)


def test_what_another_attempt_is_writing_is_left_alone(checkpoints):
    """Only what is complete and older is removed, whoever wrote it."""

    def write(text):
        return lambda folder: (folder / "x").write_text(text)

    def die(_folder):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        checkpoints.save(RUN, SAVED, die, "slow")
    halves = checkpoints._begun(RUN)
    longer = Saved((*SAVED.points, {"score": 3.0}), 3.0, {}, "code")
    checkpoints.save(RUN, SAVED, write("old"), "first")
    checkpoints.save(RUN, longer, write("new"), "second")
    assert checkpoints.marks(RUN) == [Mark(3, "second")]
    assert set(checkpoints._begun(RUN)) == {*halves, Mark(3, "second")}
    checkpoints.save(RUN, SAVED, write("late"), "first")
    assert checkpoints.marks(RUN) == [Mark(3, "second"), Mark(2, "first")]
    with checkpoints.files(RUN, Mark(3, "second")) as folder:
        assert (folder / "x").read_text() == "new"


def test_a_checkpoint_of_an_earlier_version_is_gone_on_from(begin, checkpoints, tmp_path):
    """It has no name of an attempt."""
    steps_of(begin(), 5)
    (newest,) = tmp_path.rglob("step-00000004-*")
    newest.rename(newest.with_name("step-00000004"))
    assert checkpoints.marks(RUN) == [Mark(4)]
    Walk.n_made = 0
    report = begin(every_s=FAR).advance(FAR)
    assert (report.curve, report.output) == (begin_whole().curve, None)
