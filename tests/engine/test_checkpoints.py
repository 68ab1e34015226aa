"""Checkpoints of a stored sweep: named for good, refused early, and gone with their sweep."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from sweeps.engine import delete_sweep
from sweeps.engine.checkpoints import check_path, token_of
from sweeps.engine.session import Session
from sweeps.errors import LeaseError, SpecError
from sweeps.planner.event import Role, Run
from sweeps.report.live import Quiet
from sweeps.store import open_store
from sweeps.tune.checkpoint import Checkpoints, path_for
from sweeps.tune.stepping import Saved

STEPPING = """\
SPACE = {"x": {"float": [-1, 1]}}
METRIC = "loss"
MODE = "min"
STEPS = 3


class Train:
    def setup(self, config, seed):
        self.x = config["x"]

    def step(self):
        return {"loss": self.x}

    def save(self, directory): ...

    def load(self, directory): ...
"""


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/sweeps.db") as opened:
        yield opened


@pytest.fixture
def save(store):
    """Save a run of a stored sweep; gives the folder of its checkpoints."""

    def save_run(sweep):
        checkpoints = Checkpoints(path_for(sweep, token_of(store.get(sweep.name))))
        saved = Saved(({"loss": 1.0},), 1.0, {}, "code")
        checkpoints.save(Run("c0", Role.RACE, 0), saved, lambda folder: None)

    return save_run


@pytest.mark.parametrize("path", [None, "mine"])
def test_checkpoints_go_with_their_sweep(make_sweep, put, store, save, tmp_path, monkeypatch, path):
    """Those of another sweep at the same place stay."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "other"):
        sweep = make_sweep(STEPPING, name=name, checkpoint={"path": path})
        put(sweep)
        save(sweep)
    folder = tmp_path / (path or "sweeps-checkpoints")
    assert len(list(folder.iterdir())) == 2
    assert delete_sweep(store, "one") == (1, None)
    assert [each.name for each in folder.iterdir()] == [token_of(store.get("other"))]
    delete_sweep(store, "other")
    assert not folder.exists()


def test_a_sweep_that_was_moved_aside_keeps_its_checkpoints(make_sweep, put, store, save, tmp_path):
    """Until it is deleted under its new name."""
    put(make_sweep())
    save(make_sweep())
    store.rename("parabola", "parabola.1")
    put(make_sweep())
    delete_sweep(store, "parabola")
    assert list(tmp_path.glob("sweeps-checkpoints/*/*/step-*"))
    delete_sweep(store, "parabola.1")
    assert not list(tmp_path.glob("sweeps-checkpoints"))


def test_a_fresh_start_removes_what_a_sweep_without_runs_has_saved(
    make_sweep, put, store, save, tmp_path
):
    """It is removed itself, so nobody would find them again."""
    put(make_sweep(), n_runs=0)
    save(make_sweep())
    session = Session(store, make_sweep())
    with ExitStack() as stack:
        session.admit(stack, Quiet(), fresh=True)
    session._make_room()
    assert store.find("parabola") is None
    assert not list(tmp_path.glob("sweeps-checkpoints"))


def test_checkpoints_that_cannot_be_removed_are_named(
    make_sweep, put, store, save, tmp_path, monkeypatch
):
    """The sweep is deleted all the same."""

    def fail(self):
        raise OSError("read-only")

    put(make_sweep())
    save(make_sweep())
    monkeypatch.setattr(Checkpoints, "remove_all", fail)
    n_runs, left_behind = delete_sweep(store, "parabola")
    assert (n_runs, store.find("parabola")) == (1, None)
    place = tmp_path / "sweeps-checkpoints"
    assert left_behind is not None
    assert f"could not be removed from {place}" in left_behind
    assert "read-only" in left_behind


def test_a_sweep_that_is_driven_keeps_everything(make_sweep, put, store, save, tmp_path):
    """Nothing is removed that a live driver needs."""
    put(make_sweep())
    save(make_sweep())
    with store.acquire(store.get("parabola").sweep_id), pytest.raises(LeaseError):
        delete_sweep(store, "parabola")
    assert list(tmp_path.glob("sweeps-checkpoints/*/*/step-*"))


def test_an_address_that_nothing_can_be_saved_to_is_refused(make_sweep):
    """Before anything starts."""
    with pytest.raises(SpecError, match=r"checkpoint\.path"):
        check_path(make_sweep(STEPPING, checkpoint={"path": "nfs9://x"}))
    check_path(make_sweep(STEPPING, checkpoint={"path": "folder"}))
