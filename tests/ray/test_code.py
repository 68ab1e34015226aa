"""Workers run the code that was submitted, whatever becomes of the files while the sweep runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import sweeps

pytestmark = pytest.mark.usefixtures("shared_ray", "own_names")

MODEL = """
import os, signal
from pathlib import Path
from checkout.helper import VALUE, Box

METRIC, MODE = "loss", "min"
SPACE = {"kill": {"choice": [False, True]}}


def load_data():
    return [Box(1000)]


def train(config, seed, data):
    from checkout import late
    from beside import SIDE

    folder = Path(__file__).parent
    survivor = folder.parent / "killed"
    change(folder)
    if config["kill"] and not survivor.exists():
        survivor.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    total = 1 + VALUE + late.VALUE + data[0].side + SIDE
    return {"loss": total, "pid": os.getpid(), "old": type(data[0]) is Box}
"""
HELPER = """
VALUE = 10


class Box:
    def __init__(self, side):
        self.side = side
"""
LATE = "VALUE = 100\n"
BESIDE = "SIDE = 10_000\n"
BROKEN = "raise SystemExit('this is what the checkout became')\n"
REWRITTEN = f"""

def change(folder):
    for path in [*folder.glob("*.py"), folder.parent / "beside.py"]:
        path.write_text({BROKEN!r})
"""
REMOVED = """

def change(folder):
    import shutil
    shutil.rmtree(folder, ignore_errors=True)
    (folder.parent / "beside.py").unlink(missing_ok=True)
"""


@pytest.fixture
def own_names(monkeypatch):
    """Forget the modules and the import paths that a test brings."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in {"checkout", "beside"}:
            del sys.modules[name]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Write a package and a module beside it, which each run spoils in its own way."""

    def write(change):
        folder = tmp_path / "checkout"
        folder.mkdir()
        (tmp_path / "beside.py").write_text(BESIDE)
        texts = {"__init__": "", "model": MODEL + change, "helper": HELPER, "late": LATE}
        for name, text in texts.items():
            (folder / f"{name}.py").write_text(text)
        monkeypatch.chdir(tmp_path)
        return folder

    return write


@pytest.mark.parametrize("change", [REWRITTEN, REMOVED], ids=["rewritten", "removed"])
def test_new_processes_run_the_code_that_was_submitted(checkout, store, change):
    """Each batch has a process of its own, which starts after the files have changed."""
    folder = checkout(change)
    sweep = sweeps.Sweep(
        name="changed",
        objective="checkout.model",
        space={"kill": False, "x": {"float": [0, 1]}},
        search={"sampler": "random", "configs": 6},
        seeds=2,
        isolate=True,
        store=store,
    )
    runs = sweeps.run(sweep, progress=False).runs
    assert list(runs.status) == ["finished"] * 12
    assert set(runs.loss) == {11_111}
    assert runs.old.astype(bool).all()
    assert runs.pid.nunique() > 2, "there were two processes at a time, so some started later"
    assert not folder.exists() or (folder / "helper.py").read_text() == BROKEN


def test_a_process_that_replaces_a_lost_one_runs_the_code_that_was_submitted(checkout, store):
    """A run that takes its process down is tried again in another one."""
    checkout(REWRITTEN)
    sweep = sweeps.Sweep(
        name="lost",
        objective="checkout.model",
        search={"sampler": "grid"},
        seeds=3,
        store=store,
    )
    runs = sweeps.run(sweep, progress=False).runs
    assert list(runs.status) == ["finished"] * 6
    assert set(runs.loss) == {11_111}
    assert runs.attempts.max() > 1
    assert Path("killed").exists()


def test_another_sweep_runs_the_code_of_its_own_day(checkout, store):
    """In one session, with the module imported anew: nothing of the first sweep is left over."""
    folder = checkout("\ndef change(folder):\n    pass\n")
    losses = []
    for value in (10, 20):
        (folder / "helper.py").write_text(HELPER.replace("10", str(value)))
        for name in [name for name in sys.modules if name.partition(".")[0] == "checkout"]:
            del sys.modules[name]
        sweep = sweeps.Sweep(
            name=f"day-{value}",
            objective="checkout.model",
            space={"kill": False, "x": {"float": [0, 1]}},
            search={"sampler": "random", "configs": 1},
            seeds=2,
            store=store,
        )
        losses += sorted(set(sweeps.run(sweep, progress=False).runs.loss))
    assert losses == [11_111, 11_121]
