"""A sweep from definition to table, on a real Ray."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sweeps
from objectives.synthetic import expected_score
from sweeps.errors import IdentityError
from tests.ray.conftest import table_of

pytestmark = pytest.mark.usefixtures("shared_ray")


def test_every_run_of_the_design_is_in_the_table(make_sweep):
    """Configurations x seeds, each finished, with the score that the objective gives."""
    results = sweeps.run(make_sweep(n_configs=6, n_seeds=5), progress=False)
    runs = results.runs
    assert len(runs) == 30
    assert set(runs.status) == {"finished"}
    assert runs.groupby("config_id").seed.nunique().eq(5).all()
    assert (runs.quality == runs.score).all()


def test_scores_are_those_of_the_objective(make_sweep):
    """Without noise the table holds exactly what the objective computes, values included."""
    space = {"noise_sd": 0.0}
    runs = sweeps.run(make_sweep(space, n_configs=5, n_seeds=2), progress=False).runs
    expected = [
        expected_score({"lr": row.lr, "optimizer": row.optimizer}) for row in runs.itertuples()
    ]
    assert runs.score.tolist() == expected


def test_a_finished_sweep_is_read_not_run(make_sweep):
    """The same call again changes nothing and gives the same frames."""
    first = sweeps.run(make_sweep(), progress=False)
    again = sweeps.run(make_sweep(), progress=False)
    pd.testing.assert_frame_equal(first.runs, again.runs)


def test_a_sweep_grows(make_sweep):
    """More seeds and more configurations keep what is stored and add what is new."""
    small = sweeps.run(make_sweep(n_configs=3, n_seeds=2), progress=False).runs
    large = sweeps.run(make_sweep(n_configs=5, n_seeds=4), progress=False).runs
    assert len(large) == 20
    kept = large.merge(small, on=["config_id", "seed", "score", "node", "duration_s"])
    assert len(kept) == 6


@pytest.mark.parametrize("sampler", ["random", "sobol", "grid", "listed"])
def test_every_sampler_runs(make_sweep, sampler):
    """Each sampler's configurations are run, in its own order."""
    searches = {
        "grid": {"sampler": "grid"},
        "listed": {"sampler": "listed", "from": [{"lr": 0.1, "optimizer": "sgd"}]},
    }
    search = searches.get(sampler, {"sampler": sampler, "configs": 4})
    space = {"lr": {"float": [0.1, 1.0], "log": True, "grid": 3}}
    results = sweeps.run(make_sweep(space, search=search), progress=False)
    assert len(results.configs) == {"grid": 6, "listed": 1}.get(sampler, 4)
    assert results.configs.n_seeds.eq(3).all()


def test_a_generator_leaves_its_curve(make_sweep):
    """Each step of each run is in `curves`."""
    sweep = make_sweep({"n_steps": 7}, objective="objectives.synthetic:train_steps")
    results = sweeps.run(sweep, progress=False)
    assert len(results.curves) == 4 * 3 * 7
    last = results.curves[results.curves.step == 7].merge(results.runs, on=["config_id", "seed"])
    assert (last.quality_x == last.score).all()
    assert results.runs.steps.eq(7).all()


def test_a_callable_from_a_notebook_runs(make_sweep):
    """A closure travels by value."""
    offset = 3.0

    def train(config, seed):
        return {"quality": offset + config["lr"]}

    sweep = make_sweep(objective=train, metric="quality", mode="max")
    runs = sweeps.run(sweep, progress=False).runs
    assert np.allclose(runs.score, 3.0 + runs.lr)


def test_an_objective_in_a_file_runs(make_sweep, tmp_path):
    """A loose file is enough; no package, no installation."""
    (tmp_path / "mine.py").write_text(
        "METRIC, MODE = 'quality', 'min'\n"
        "def fit(config, seed):\n    return {'quality': seed.index}\n"
    )
    sweep = make_sweep(
        objective=f"{tmp_path}/mine.py:fit", search={"sampler": "random", "configs": 1}
    )
    assert sweeps.run(sweep, progress=False).runs.score.tolist() == [0.0, 1.0, 2.0]


def test_data_may_be_of_a_class_of_the_objectives_file(make_sweep, tmp_path):
    """What `load_data` gives may be an object that only the loose file knows."""
    (tmp_path / "own.py").write_text(
        "METRIC, MODE = 'quality', 'max'\n"
        "class Data:\n    def __init__(self): self.answer = 42\n"
        "def load_data(): return Data()\n"
        "def train(config, seed, data): return {'quality': data.answer}\n"
    )
    runs = sweeps.run(make_sweep(objective=f"{tmp_path}/own.py"), progress=False).runs
    assert runs.score.eq(42).all()


def test_any_estimator_runs(make_sweep):
    """`sklearn_objective` turns an estimator and its data into a sweep."""
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    objective = sweeps.sklearn_objective(LogisticRegression(), *load_iris(return_X_y=True))
    sweep = sweeps.Sweep(
        name="iris",
        objective=objective,
        space={"C": {"float": [0.1, 10], "log": True}},
        search={"sampler": "random", "configs": 2},
        seeds=4,
        store=make_sweep().store,
    )
    runs = sweeps.run(sweep, progress=False).runs
    assert runs.score.between(0.7, 1.0).all()
    assert runs.groupby("seed").score.nunique().size == 4


def test_data_arrive_once_read_only_and_without_a_copy(make_sweep, tmp_path):
    """What `load_data` gives is loaded once, and lies in shared memory on every worker."""
    (tmp_path / "heavy.py").write_text(
        "import numpy as np\n"
        "from pathlib import Path\n"
        "def load_data():\n"
        f"    with Path({str(tmp_path)!r}, 'loads').open('a') as log: log.write('x')\n"
        "    return np.ones(4_000_000)\n"
        "def train(config, seed, data):\n"
        "    return {'quality': data.sum(), 'writeable': data.flags.writeable,\n"
        "            'owns': data.flags.owndata}\n"
    )
    sweep = make_sweep(objective=f"{tmp_path}/heavy.py", metric="quality", mode="max")
    runs = sweeps.run(sweep, progress=False).runs
    assert runs.quality.eq(4e6).all()
    assert runs.writeable.eq(0).all()
    assert runs.owns.eq(0).all()
    assert (tmp_path / "loads").read_text() == "x"


def test_thread_pools_follow_the_cores_of_a_run(make_sweep, tmp_path):
    """BLAS and OpenMP get one thread for one core, whenever they are loaded."""
    (tmp_path / "threads.py").write_text(
        "def train(config, seed):\n"
        "    import numpy, os\n"
        "    from sklearn.neighbors import KDTree\n"
        "    import threadpoolctl\n"
        "    pools = [p['num_threads'] for p in threadpoolctl.threadpool_info()]\n"
        "    return {'quality': max(pools), 'pools': len(pools),\n"
        "            'variable': int(os.environ['OMP_NUM_THREADS'])}\n"
    )
    for cpu in (1, 2):
        sweep = make_sweep(
            objective=f"{tmp_path}/threads.py",
            name=f"threads{cpu}",
            metric="quality",
            mode="max",
            resources={"cpu": cpu},
        )
        runs = sweeps.run(sweep, progress=False).runs
        assert runs.pools.ge(2).all()
        assert runs.quality.eq(cpu).all()
        assert runs.variable.eq(cpu).all()


def test_global_generators_are_the_runs_own(make_sweep):
    """Code that draws from numpy's global generator gives the same whatever ran before it."""

    def train(config, seed):
        import numpy as np

        return {"quality": float(np.random.rand())}

    one = sweeps.run(make_sweep(objective=train, metric="quality", mode="max"), progress=False)
    other = make_sweep(
        objective=train, metric="quality", mode="max", name="other", isolate=True, n_configs=2
    )
    two = sweeps.run(other, progress=False)
    both = one.runs.merge(two.runs, on=["config_id", "seed"])
    assert len(both) == 6
    assert (both.score_x == both.score_y).all()
    assert one.runs.score.nunique() == 3  # paired: the same three draws in every configuration


def test_isolated_batches_have_processes_of_their_own(make_sweep):
    """With `isolate: true` no process executes two batches."""
    sweep = make_sweep(isolate=True, n_configs=3, n_seeds=4)
    runs = sweeps.run(sweep, progress=False).runs
    shared = sweeps.run(make_sweep(name="shared", n_configs=3, n_seeds=4), progress=False).runs
    assert runs.node.nunique() > shared.node.nunique() >= 1


def test_unpaired_seeds_differ_between_configurations(make_sweep):
    """`paired: false` gives every configuration random numbers of its own."""

    def train(config, seed):
        return {"quality": float(int(seed))}

    changes = {"objective": train, "metric": "quality", "mode": "max"}
    paired = sweeps.run(make_sweep(**changes), progress=False).runs
    unpaired = sweeps.run(
        make_sweep(**changes, name="unpaired", seeds={"n": 3, "paired": False}), progress=False
    ).runs
    assert paired.score.nunique() == 3
    assert unpaired.score.nunique() == 12


def test_listed_seeds_are_handed_over_as_they_are(make_sweep):
    """`seeds: [5, 11]` is what the objective gets and what the table shows."""

    def train(config, seed):
        return {"quality": float(int(seed))}

    sweep = make_sweep(objective=train, metric="quality", mode="max", seeds=[5, 11])
    runs = sweeps.run(sweep, progress=False).runs
    assert set(runs.seed) == {5, 11}
    assert (runs.score == runs.seed).all()


def test_an_objective_that_ignores_its_seed_is_pointed_out(make_sweep):
    """Paired seeds that never change a score are said to be ignored."""
    ignoring = sweeps.run(make_sweep({"noise_sd": 0.0}), progress=False)
    heeding = sweeps.run(make_sweep(name="heeding"), progress=False)
    assert ignoring.ignores_seed is True
    assert heeding.ignores_seed is False


def test_one_core_and_two_give_the_same_table(make_sweep, store):
    """A fixed design does not depend on how many runs go on at the same time."""
    two = sweeps.run(make_sweep(n_configs=10, n_seeds=5), progress=False)
    one = sweeps.run(
        make_sweep(n_configs=10, n_seeds=5, name="one", resources={"cpu": 2}), progress=False
    )
    pd.testing.assert_frame_equal(table_of(one), table_of(two))


def test_the_seeds_of_a_design_reach_the_objective(make_sweep):
    """Equal levels are equal luck in every configuration, and the seeds' own numbers differ."""

    def train(config, seed):
        return {
            "loss": config["x"] + seed.rng("init").normal(),
            "split": seed.int("split"),
            "init": seed.int("init"),
            "order": seed.int("order"),
            "number": int(seed),
        }

    sweep = make_sweep(
        objective=train,
        metric="loss",
        mode="min",
        space={"x": {"float": [0.0, 1.0]}},
        n_configs=2,
        seeds={"design": "crossed", "sources": {"split": 2, "init": 3}, "validate": 2},
    )
    results = sweeps.run(sweep, progress=False)
    assert (results.design, results.levels) == ("crossed", {"split": 2, "init": 3})
    runs = results.runs
    assert (runs["split"] == runs["seed_split"]).all()
    assert (runs["init"] == runs["seed_init"]).all()
    assert (runs["order"] == runs["order"].iloc[0]).all()
    race, fresh = (runs[runs["role"] == role] for role in ("race", "validation"))
    assert len(race) == 12
    assert race["number"].nunique() == 6
    assert race.groupby(race["seed"] // 3)["split"].nunique().eq(1).all()
    assert race.groupby(race["seed"] % 3)["init"].nunique().eq(1).all()
    assert (race["split"].nunique(), race["init"].nunique()) == (2, 3)
    assert not set(fresh["init"]) & set(race["init"])
    luck = race["loss"] - race["x"]
    assert np.allclose(luck, luck.groupby(race["init"]).transform("first"))


def test_a_design_grows_by_levels_of_its_first_source(make_sweep):
    """Runs that exist stay; more levels of another source would renumber them, and are refused."""

    def design(**counts):
        sources = {"split": 2, "init": 2, **counts}
        return make_sweep(n_configs=2, seeds={"design": "nested", "sources": sources})

    small = sweeps.run(design(), progress=False).runs
    large = sweeps.run(design(split=3), progress=False).runs
    keys = ["config_id", "seed", "seed_split", "seed_init", "score", "duration_s"]
    assert (len(small), len(large)) == (8, 12)
    assert len(large.merge(small, on=keys)) == 8
    with pytest.raises(IdentityError, match=r"`seeds\.sources\.init` was 2, is now 3; only the fi"):
        sweeps.run(design(split=3, init=3), progress=False)
