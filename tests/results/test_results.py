"""`Results`: the leaderboard, the winner and what the seeds say, on hand-made frames."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweeps.errors import ResultsError
from sweeps.results import from_frame


def results_of(table, mode="max", **options):
    """Read a table (configuration, seed); NaN is a diverged run, None a missing one."""
    rows = [
        {"x": config, "seed": seed, "score": score}
        for config, scores in enumerate(table)
        for seed, score in enumerate(scores)
        if score is not None
    ]
    frame = pd.DataFrame(rows).astype({"score": float})
    return from_frame(frame, metric="score", mode=mode, hyperparameters=["x"], **options)


@pytest.fixture
def scores():
    """Eight configurations under ten seeds that shift all of them."""
    rng = np.random.default_rng(7)
    return np.linspace(0, 1, 8)[:, None] + rng.normal(0, 2, 10) + rng.normal(0, 0.5, (8, 10))


def test_configs_have_documented_columns_and_dtypes(scores):
    """Names, order and dtypes of the columns are those of the documentation."""
    configs = results_of(scores).configs
    assert {name: str(dtype) for name, dtype in configs.dtypes.items()} == {
        "config_id": "str",
        "n_seeds": "int64",
        "n_failed": "int64",
        "mean": "float64",
        "sd": "float64",
        "low": "float64",
        "high": "float64",
        "median": "float64",
        "iqm": "float64",
        "worst": "float64",
        "rank": "int64",
        "tied_with_best": "bool",
        "rung": "Int64",
        "stopped_at": "Int64",
        "n_validated": "int64",
        "validated_mean": "float64",
        "validated_low": "float64",
        "validated_high": "float64",
        "x": "Int64",
    }
    assert configs.index.tolist() == list(range(8))
    assert configs["rank"].tolist() == list(range(1, 9))


def test_figures_equal_those_of_numpy_and_scipy(scores):
    """Each row of the leaderboard describes its configuration's scores."""
    for _, row in results_of(scores).configs.iterrows():
        own = scores[row["x"]]
        low, high = stats.t.interval(0.95, 9, own.mean(), stats.sem(own))
        expected = [own.mean(), own.std(ddof=1), low, high, np.median(own)]
        expected += [stats.trim_mean(own, 0.25), own.min()]
        names = ["mean", "sd", "low", "high", "median", "iqm", "worst"]
        np.testing.assert_allclose(row[names].astype(float), expected)


def test_lower_is_better_turns_the_order_around(scores):
    """The same scores negated under the other mode give the same leaderboard."""
    up, down = results_of(scores).configs, results_of(-scores, mode="min").configs
    assert up["x"].tolist() == down["x"].tolist()
    np.testing.assert_allclose(up["worst"], -down["worst"])
    np.testing.assert_allclose(up["low"], -down["high"])
    assert up["tied_with_best"].tolist() == down["tied_with_best"].tolist()


def test_ties_are_those_of_the_paired_t_test(scores):
    """A configuration is tied unless the paired t test rejects at 5 % / 7, for 7 of them."""
    configs = results_of(scores).configs
    best = scores[configs["x"][0]]
    p_values = [stats.ttest_rel(scores[x], best).pvalue for x in configs["x"][1:]]
    expected = [True] + [p_value > 0.05 / 7 for p_value in p_values]
    assert configs["tied_with_best"].tolist() == expected
    assert len(set(expected)) == 2


def test_ties_of_unpaired_seeds_are_those_of_the_welch_test(scores):
    """Without pairs the shared shift counts as noise, and more configurations are tied."""
    configs = results_of(scores, paired=False).configs
    best = scores[configs["x"][0]]
    expected = [True] + [
        stats.ttest_ind(scores[x], best, equal_var=False).pvalue > 0.05 / 7
        for x in configs["x"][1:]
    ]
    assert configs["tied_with_best"].tolist() == expected
    assert sum(expected) > results_of(scores).configs["tied_with_best"].sum()


def test_survivors_rank_below_those_without_failures():
    """Fewest failures first, then most seeds, then the mean; no finished run is last."""
    configs = results_of(
        [
            [9.0, 9.0, np.nan],
            [1.0, 1.0, 1.0],
            [np.nan, np.nan, np.nan],
            [5.0, 5.0, None],
            [2.0, 2.0, 2.0],
        ]
    ).configs
    assert configs["x"].tolist() == [4, 1, 3, 0, 2]
    assert configs["n_seeds"].tolist() == [3, 3, 2, 2, 0]
    assert configs["n_failed"].tolist() == [0, 0, 0, 1, 3]
    assert configs["mean"].tolist()[:4] == [2.0, 1.0, 5.0, 9.0]
    assert np.isnan(configs["mean"][4])
    assert not configs["tied_with_best"][4]


def test_best_is_the_first_row_as_a_record(scores):
    """The winner carries its configuration, its interval and those tied with it."""
    results = results_of(scores)
    winner, first = results.best(), results.configs.iloc[0]
    assert winner.config == {"x": first["x"]}
    assert type(winner.config["x"]) is int
    assert (winner.config_id, winner.naive.n, winner.n_failed) == (first["config_id"], 10, 0)
    naive = winner.naive
    assert (naive.value, naive.low, naive.high) == (first["mean"], first["low"], first["high"])
    tied = results.configs["config_id"][1:][results.configs["tied_with_best"][1:]]
    assert winner.tied == tuple(tied)


def test_best_of_nothing_is_refused():
    """Without a finished run nobody leads."""
    with pytest.raises(ResultsError, match=r"No run of `lab` has finished.*`failures\(\)`"):
        results_of([[np.nan], [np.nan]], name="lab").best()


def test_changing_a_frame_changes_nothing_else(scores):
    """The frames belong to whoever asks; the winner does not depend on them."""
    results = results_of(scores)
    before = results.best()
    configs, runs = results.configs, results.runs
    configs["config_id"], runs["score"] = "changed", 0.0
    assert repr(results.best()) == repr(before)


@pytest.mark.parametrize(
    ("table", "answer"),
    [
        ([[0.1, 0.1], [0.2, 0.2]], True),
        ([[0.1, 0.1], [0.2, 0.2000001]], False),
        ([[0.1], [0.2]], None),
        ([[0.1], [0.2, 0.2, np.nan]], True),
        ([[np.nan, np.nan]], None),
    ],
)
def test_seeds_that_never_change_a_score_are_found(table, answer):
    """True only where every configuration with two finished seeds has one score; else unknown."""
    assert results_of(table).ignores_seed is answer


def test_runs_are_ordered_by_configuration_role_and_seed():
    """The order of the table is that of the configurations, not of arrival."""
    frame = pd.DataFrame(
        {
            "x": [5, 1, 5, 1, 5],
            "seed": [2, 1, 1, 0, 0],
            "part": ["race", "race", "validation", "validation", "validation"],
            "loss": [0.0, 1.0, 2.0, 3.0, 4.0],
        }
    )
    runs = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"], role="part").runs
    assert runs["x"].tolist() == [5, 5, 5, 1, 1]
    assert runs["seed"].tolist() == [2, 0, 1, 1, 0]


def test_empty_frames_have_their_columns(scores):
    """A foreign frame has no curves, decisions or failures, but the columns are there."""
    results = results_of(scores)
    assert list(results.curves) == ["config_id", "role", "seed", "step", "metric_score"]
    assert list(results.decisions) == ["at", "kind", "config_id", "detail"]
    assert str(results.decisions["at"].dtype) == "datetime64[us, UTC]"
    assert list(results.failures()) == [
        "config_id",
        "role",
        "seed",
        "status",
        "error",
        "traceback",
        "output",
        "attempts",
        "node",
    ]


def test_results_say_what_they_are(scores):
    """The representation names the sweep and counts what is there."""
    assert repr(results_of(scores)) == "<Results of 'frame': 80 runs of 8 configurations>"


@pytest.mark.slow
def test_leaderboard_of_a_hundred_thousand_runs_takes_half_a_second_at_most():
    """10,000 configurations under 10 seeds are summarised without a loop over them."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": np.repeat(rng.normal(size=10_000), 10),
            "seed": np.tile(np.arange(10), 10_000),
            "score": rng.normal(size=100_000),
        }
    )
    taken = []
    for _ in range(3):
        results = from_frame(frame, metric="score", mode="max", hyperparameters=["x"])
        start = time.perf_counter()
        assert len(results.configs) == 10_000
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.5
