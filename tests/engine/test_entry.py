"""What a run would do, and loading what one did; running itself needs Ray and is tested there."""

from __future__ import annotations

import pytest

from sweeps.engine import load, outlook, run
from sweeps.errors import IdentityError, ObjectiveError, StoreMissingError, UnknownSweepError
from tests.engine.conftest import SOURCE


def test_the_outlook_of_a_new_sweep_is_its_design(make_sweep, tmp_path):
    """Nothing is done yet, no duration is known, and no store is made."""
    seen = outlook(make_sweep())
    assert (seen.n_configs, seen.n_seeds, seen.n_runs, seen.n_done) == (3, 2, 6, 0)
    assert seen.run_s is None
    assert not (tmp_path / "sweeps.db").exists()


def test_the_outlook_names_the_levels_of_a_design(make_sweep):
    """One seed for each combination of levels."""
    design = {"design": "crossed", "sources": {"split": 5, "init": 6}}
    seen = outlook(make_sweep(seeds=design))
    assert (seen.n_seeds, seen.n_runs, seen.levels) == (30, 90, {"split": 5, "init": 6})
    assert outlook(make_sweep(seeds=30)).levels == {}


def test_the_outlook_counts_what_is_stored(make_sweep, put):
    """Stored runs are not run again, and say how long one takes."""
    put(make_sweep())
    seen = outlook(make_sweep(seeds=5))
    assert (seen.n_runs, seen.n_done, seen.run_s) == (15, 1, 4.0)


def test_the_outlook_refuses_what_a_run_would_refuse(make_sweep, put):
    """A name that is taken is found before anything is started."""
    put(make_sweep())
    with pytest.raises(IdentityError, match="`master_seed` was 0, is now 7"):
        outlook(make_sweep(master_seed=7))


def test_a_fresh_start_ignores_what_is_stored(make_sweep, put):
    """Neither stored runs nor another identity count for `--fresh`."""
    put(make_sweep())
    assert outlook(make_sweep(master_seed=7), fresh=True).n_done == 0


def test_data_that_cannot_be_loaded_leave_no_store(make_sweep, tmp_path):
    """`load_data` comes before the store is made, and long before Ray."""
    text = SOURCE.replace("config, seed", "config, seed, data")
    sweep = make_sweep(text + "\n\ndef load_data():\n    raise RuntimeError('no disk')\n")
    with pytest.raises(ObjectiveError, match="no disk"):
        run(sweep, progress=False)
    assert not (tmp_path / "sweeps.db").exists()


def test_stored_results_are_loaded_by_name(make_sweep, put):
    """From the address of a store."""
    sweep = make_sweep()
    put(sweep)
    results = load("parabola", store=sweep.store)
    assert len(results.runs) == 1


def test_loading_needs_a_store_and_a_sweep(make_sweep, put, tmp_path):
    """Neither is made by asking for it."""
    url = f"sqlite:///{tmp_path}/sweeps.db"
    with pytest.raises(StoreMissingError, match=r"sweeps\.db"):
        load("parabola", store=url)
    put(make_sweep())
    with pytest.raises(UnknownSweepError, match="Did you mean `parabola`"):
        load("parabole", store=url)
