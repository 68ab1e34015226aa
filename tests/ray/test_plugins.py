"""Searchers and schedulers of Ray Tune in whole sweeps, by import path."""

from __future__ import annotations

from pathlib import Path

import pytest

import sweeps
from sweeps.errors import PluginError, SpecError

pytestmark = [
    pytest.mark.usefixtures("shared_ray"),
    # Those libraries warn of what they use themselves.
    pytest.mark.filterwarnings("ignore"),
]

HYPEROPT = "ray.tune.search.hyperopt:HyperOptSearch"
NEVERGRAD = "ray.tune.search.nevergrad:NevergradSearch"
OPTUNA = "ray.tune.search.optuna:OptunaSearch"
ONE_PLUS_ONE = {"optimizer": {"import": "nevergrad:optimizers.OnePlusOne"}}

CURVES = '''\
"""Curves that rise to the height of `x`, as a class that can be paused."""

SPACE = {"x": {"float": [0, 1]}}
METRIC = "height"
MODE = "max"
STEPS = 9


class Train:
    def setup(self, config, seed):
        self.x, self.n = config["x"], 0

    def step(self):
        self.n += 1
        return {"height": self.x * self.n / 9}

    def save(self, directory):
        (directory / "n.txt").write_text(str(self.n))

    def load(self, directory):
        self.n = int((directory / "n.txt").read_text())
'''

THEIRS = '''\
"""A searcher and a scheduler that break."""

from ray.tune.schedulers import FIFOScheduler
from ray.tune.search import Searcher


class Breaks(Searcher):
    n = 0

    def set_search_properties(self, metric, mode, config, **spec):
        return True

    def suggest(self, trial_id):
        self.n += 1
        if self.n == 3:
            raise RuntimeError("out of ideas")
        return {"x": self.n / 10}

    def on_trial_complete(self, trial_id, result=None, error=False):
        pass


class Trips(FIFOScheduler):
    def on_trial_result(self, tune_controller, trial, result):
        if trial.trial_id == "c000002":
            raise RuntimeError("tripped")
        return "CONTINUE"
'''


@pytest.fixture
def curves(tmp_path, monkeypatch):
    """An objective in a file, and a module of broken plugins beside it."""
    (tmp_path / "their_plugins.py").write_text(THEIRS)
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "curves.py"
    path.write_text(CURVES)
    return str(path)


@pytest.fixture
def run_curves(curves, store, tmp_path):
    """Run a sweep of the curves."""

    def run(name="curves", n_configs=9, sampler="random", **changes):
        sweep = sweeps.Sweep(
            name=name,
            objective=curves,
            search={"sampler": sampler, "configs": n_configs},
            seeds=1,
            store=store,
            **{"checkpoint": {"path": str(tmp_path / "checkpoints")}, **changes},
        )
        return sweeps.run(sweep)

    return run


@pytest.mark.parametrize(
    ("path", "options"), [(HYPEROPT, None), (NEVERGRAD, ONE_PLUS_ONE), (OPTUNA, None)]
)
def test_a_searcher_proposes_every_configuration(make_sweep, path, options):
    """As many as were asked for, all different, all finished."""
    search = {"sampler": path, "configs": 8} | ({"options": options} if options else {})
    results = sweeps.run(make_sweep(search=search, seeds=2))
    assert results.runs["config_id"].nunique() == 8
    assert (results.runs["status"] == "finished").all()
    by = [detail["by"] for detail in results.decisions["detail"]]
    assert path in by


def test_asha_stops_and_the_best_finishes(run_curves):
    """Stopped runs say which scheduler stopped them."""
    rule = "ray.tune.schedulers:ASHAScheduler"
    runs = run_curves(stopping={"rule": rule, "options": {"reduction_factor": 3}}).runs
    stopped = runs[runs["status"] == "stopped"]
    assert len(stopped) >= 1
    assert stopped["error"].str.contains(f"`{rule}` said stop").all()
    assert runs.loc[runs["x"].idxmax(), "status"] == "finished"


def test_median_stops(run_curves):
    """It counts steps."""
    options = {"grace_period": 2, "min_samples_required": 2}
    rule = "ray.tune.schedulers:MedianStoppingRule"
    runs = run_curves(n_configs=12, stopping={"rule": rule, "options": options}).runs
    assert set(runs["status"]) == {"finished", "stopped"}


def test_hyperband_pauses_and_the_best_finishes(run_curves):
    """Paused runs go on from their checkpoint, so no step is missing."""
    rule = "ray.tune.schedulers:HyperBandScheduler"
    results = run_curves(n_configs=10, stopping={"rule": rule})
    runs = results.runs
    assert set(runs["status"]) == {"finished", "stopped"}
    assert runs.loc[runs["x"].idxmax(), "status"] == "finished"
    for _, curve in results.curves.groupby("config_id"):
        assert curve["step"].tolist() == list(range(1, len(curve) + 1))


def test_a_searcher_that_raises_ends_the_sweep_with_everything_stored(run_curves, store):
    """The error names it, and what was run before is there."""
    with pytest.raises(PluginError, match=r"their_plugins:Breaks.*out of ideas"):
        run_curves(sampler="their_plugins:Breaks")
    assert len(sweeps.load("curves", store=store).runs) in (1, 2)  # or one is in its middle


def test_a_scheduler_that_raises_ends_the_sweep_with_everything_stored(run_curves, store):
    """The same for one that is asked in mid-run."""
    with pytest.raises(PluginError, match=r"their_plugins:Trips.*tripped"):
        run_curves(stopping={"rule": "their_plugins:Trips"})
    assert len(sweeps.load("curves", store=store).runs) >= 1


def test_a_searcher_goes_on_after_a_resume(run_curves):
    """More configurations than before, none of them twice."""
    run_curves(sampler=HYPEROPT, n_configs=6)
    runs = run_curves(sampler=HYPEROPT, n_configs=9).runs
    assert runs["config_id"].nunique() == 9


def test_a_searcher_that_cannot_save_cannot_be_resumed(run_curves):
    """And says so."""
    with pytest.raises(PluginError, match="out of ideas"):
        run_curves(sampler="their_plugins:Breaks")
    with pytest.raises(PluginError, match="cannot save its state"):
        run_curves(sampler="their_plugins:Breaks")
    assert len(run_curves(sampler="their_plugins:Breaks", n_configs=2).runs) == 2


def test_the_program_says_what_a_plugin_raised(cli, curves, store, tmp_path):
    """In one message, with the exit code for what is the user's to mend."""
    file = tmp_path / "broken.yaml"
    file.write_text(
        "name: broken\nobjective: curves.py\nseeds: 1\n"
        "search: {sampler: 'their_plugins:Breaks', configs: 5}\n",
        encoding="utf-8",
    )
    answer = cli("run", file, "--quiet", cwd=tmp_path)
    assert answer.returncode == 2, answer.stderr
    assert answer.stderr.startswith("error: `their_plugins:Breaks` (search.sampler) raised Runtime")
    assert "Traceback" not in answer.stderr
    # the other run was in its middle
    assert len(sweeps.load("broken", store=store).runs) in (1, 2)


def test_a_scheduler_that_pauses_needs_an_objective_that_can_be_saved(run_curves, curves):
    """And says so before anything starts."""
    path = Path(curves)
    path.write_text(CURVES[: CURVES.index("    def save")], encoding="utf-8")
    with pytest.raises(SpecError, match="needs a class objective with `save` and `load`"):
        run_curves(stopping={"rule": "ray.tune.schedulers:HyperBandScheduler"}, checkpoint=None)
