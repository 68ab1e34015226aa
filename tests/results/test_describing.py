"""`intervals`, `profiles` and `bands`: figures of the analysis, failures counted as they must."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweeps.analysis.describing.profile import profile
from sweeps.analysis.describing.statistic import STATISTICS
from sweeps.errors import ResultsError, UnknownConfigError
from sweeps.results.source import Curves
from tests.results.making import frame_of, luck, results_of


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_figure_of_each_configuration_comes_best_first(statistic):
    """In the order of `configs`, with its hyperparameters."""
    results = results_of(frame_of(luck()))
    found = results.intervals(statistic)
    assert found["config_id"].tolist() == results.configs["config_id"].tolist()
    assert found["x"].tolist() == results.configs["x"].tolist()
    assert found.statistic == statistic
    if statistic in ("mean", "median", "iqm", "worst"):
        np.testing.assert_allclose(found["value"], results.configs[statistic])
    if statistic != "worst":
        assert (found["low"] < found["value"]).all()
        assert (found["value"] < found["high"]).all()


def test_a_hyperparameter_called_like_a_column_gives_way():
    """It gets a prefix, and nothing is overwritten."""
    frame = frame_of(luck()).rename(columns={"x": "value"})
    results = results_of(frame, hyperparameters=["value"])
    found = results.intervals("mean")
    np.testing.assert_allclose(found["value"], results.configs["mean"])
    assert found["config_value"].tolist() == results.configs["value"].tolist()
    assert "value" in results.compare_to_best()


def test_below_six_seeds_there_is_no_interval_but_for_the_mean():
    """And a sentence says why."""
    results = results_of(frame_of(luck(4, 5)))
    for statistic in ("median", "iqm", "trimmed_mean", "cvar", "worst"):
        found = results.intervals(statistic)
        assert found["value"].notna().all()
        assert found["low"].isna().all()
        assert found["reason"].notna().all()
    assert results.intervals("mean")["low"].notna().all()


def test_rates_count_failures_as_no_success():
    """Of four runs one failed and two are good enough."""
    results = results_of(frame_of([[0.9, 0.8, 0.1, np.nan]]))
    (row,) = results.intervals("success_rate", threshold=0.8).to_dict("records")
    interval = stats.binomtest(2, 4).proportion_ci(method="wilson")
    assert (row["value"], row["n_seeds"], row["n_failed"]) == (0.5, 3, 1)
    assert (row["low"], row["high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))
    (row,) = results.intervals("failure_rate").to_dict("records")
    assert row["value"] == 0.25
    low = results_of(frame_of([[0.9, 0.8, 0.1, np.nan]]), mode="min")
    assert low.intervals("success_rate", threshold=0.8)["value"][0] == 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("iqr",), "Did you mean `iqm`"),
        (("success_rate",), "Pass the score that a run must reach"),
    ],
)
def test_unclear_figures_are_refused(arguments, message):
    """With what to pass instead."""
    with pytest.raises(ResultsError, match=message):
        results_of(frame_of(luck())).intervals(*arguments)
    with pytest.raises(ResultsError, match="`threshold` goes with `success_rate`"):
        results_of(frame_of(luck())).intervals("mean", threshold=0.5)


@pytest.mark.parametrize("mode", ["max", "min"])
def test_profiles_are_those_of_the_analysis(mode):
    """The share of runs that are better, failures never being that."""
    table = luck(3, 8)
    table[1, :2] = np.nan
    results = results_of(frame_of(table), mode=mode)
    found = results.profiles(["best", 3], [0.0, 1.0])
    assert len(found) == 4
    for rank in (1, 3):
        x, config_id = results.configs.loc[rank - 1, ["x", "config_id"]]
        own = found[found["config_id"] == config_id]
        expected = profile(table[x], [0.0, 1.0], mode=mode)
        np.testing.assert_allclose(own["share"], expected.share)
        np.testing.assert_allclose(own["low"], expected.low)
        np.testing.assert_allclose(own["high"], expected.high)


def test_thresholds_are_scores_that_occurred():
    """At most 51 of them, the lowest and the highest included."""
    table = luck(12, 20)
    found = results_of(frame_of(table)).profiles()
    thresholds = found["threshold"].unique()
    assert len(thresholds) == 51
    assert np.isin(thresholds, table).all()
    assert found["config_id"].nunique() == 10
    few = results_of(frame_of([[1.0, 2.0, np.nan]])).profiles()
    assert few["share"].tolist() == [pytest.approx(1 / 3), 0.0]
    with pytest.raises(ResultsError, match="finite scores"):
        results_of(frame_of(table)).profiles(thresholds=[np.inf])
    with pytest.raises(UnknownConfigError):
        results_of(frame_of(table)).profiles([99])


class _Curves:
    """A source with curves: score times step, one seed of configuration 0 stopped early."""

    def __init__(self, source):
        self.snapshot, self.decisions = source.snapshot, source.decisions
        self.failures = source.failures

    def curves(self, configs):
        rows = [
            (i, seed, step)
            for i in range(len(configs.ids))
            for seed in range(8)
            for step in (1, 2, 3)
            if not (i == 0 and seed == 0 and step > 2)
        ]
        config, seeds, steps = np.array(rows).T
        values = (10.0 * config + seeds) * steps
        return Curves(config, np.zeros_like(config), seeds, steps, {"score": values})


def with_curves(table):
    """Give results whose runs reported three steps."""
    results = results_of(frame_of(table))
    results._source = _Curves(results._source)
    return results


def test_bands_are_t_intervals_at_each_step():
    """Over the seeds that are there at the step; where some are not, that is said."""
    results = with_curves(np.arange(16.0).reshape(2, 8))
    found = results.bands()
    assert found["step"].tolist() == [1, 2, 3] * 2
    assert found["n"].tolist() == [8] * 5 + [7]
    values = 2 * (10.0 + np.arange(8))
    low, high = stats.t.interval(0.95, 7, values.mean(), stats.sem(values))
    np.testing.assert_allclose(
        found.loc[1, ["mean", "low", "high"]].astype(float), [values.mean(), low, high]
    )
    assert len(found.reasons) == 1
    assert results.configs["config_id"][1] in found.reasons[0]


def test_simultaneous_bands_are_wider_and_repeatable():
    """The same random seed gives the same band."""
    results = with_curves(np.arange(16.0).reshape(2, 8))
    point, whole = results.bands([1]), results.bands([1], simultaneous=True)
    assert (whole["high"] - whole["low"] >= point["high"] - point["low"]).all()
    again = results.bands(["best"], simultaneous=True)
    pd.testing.assert_frame_equal(whole, again)
    assert whole.random_seed == 0


def test_without_curves_there_is_no_band_but_a_reason():
    """The columns are there."""
    found = results_of(frame_of(luck())).bands()
    assert list(found) == ["config_id", "step", "n", "mean", "low", "high"]
    assert found.empty
    assert "report more than once" in found.reasons[0]
    with pytest.raises(ResultsError, match=r"No metric 'scoer'.*`score`"):
        results_of(frame_of(luck())).bands(metric="scoer")
