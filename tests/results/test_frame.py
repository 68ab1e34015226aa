"""`from_frame`: what it accepts, what it refuses, and what does not matter to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sweeps.errors import ResultsError, SpaceError
from sweeps.results import from_frame
from sweeps.space import Space, config_id


@pytest.fixture
def frame():
    """Three configurations under four seeds; gamma is inactive for one kernel."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "C": np.repeat([1, 10, 1], 4),
            "kernel": np.repeat(["rbf", "rbf", "linear"], 4),
            "gamma": np.repeat([0.1, 0.2, np.nan], 4),
            "seed": np.tile(np.arange(4), 3),
            "accuracy": rng.normal(0.9, 0.02, 12),
            "loss": rng.normal(0.3, 0.05, 12),
            "comment": "none",
        }
    )


def read(frame, **changes):
    """Read a frame with the columns of the fixture, some of them changed."""
    options: dict[str, Any] = {
        "metric": "accuracy",
        "mode": "max",
        "hyperparameters": ["C", "kernel", "gamma"],
    }
    return from_frame(frame, **(options | changes))


def test_frame_becomes_runs_with_documented_columns_and_dtypes(frame):
    """Names, order and dtypes of the columns are those of the documentation."""
    runs = read(frame).runs
    assert {name: str(dtype) for name, dtype in runs.dtypes.items()} == {
        "config_id": "str",
        "role": "category",
        "seed": "int64",
        "status": "category",
        "score": "float64",
        "steps": "Int64",
        "duration_s": "float64",
        "attempts": "Int64",
        "node": "str",
        "error": "str",
        "C": "Int64",
        "kernel": "str",
        "gamma": "float64",
        "accuracy": "float64",
        "loss": "float64",
    }
    assert list(runs) == list(runs.dtypes.index)
    np.testing.assert_array_equal(runs["score"], frame["accuracy"])
    assert (runs["status"] == "finished").all()
    assert (runs["role"] == "race").all()


def test_inactive_hyperparameters_do_not_enter_the_identifier(frame):
    """The identifier is that of the active values, as plain Python values."""
    ids = read(frame).runs["config_id"].unique().tolist()
    assert ids == [
        config_id({"C": 1, "kernel": "rbf", "gamma": 0.1}),
        config_id({"C": 10, "kernel": "rbf", "gamma": 0.2}),
        config_id({"C": 1, "kernel": "linear"}),
    ]


def test_order_of_rows_and_their_index_do_not_matter(frame):
    """A shuffled frame gives the same leaderboard and, up to their order, the same runs."""
    shuffled = frame.sample(frac=1, random_state=1)
    before, after = read(frame), read(shuffled)
    pd.testing.assert_frame_equal(before.configs, after.configs)
    keys = ["config_id", "seed"]
    pd.testing.assert_frame_equal(
        before.runs.sort_values(keys, ignore_index=True),
        after.runs.sort_values(keys, ignore_index=True),
    )


def test_frame_is_left_alone(frame):
    """Reading changes nothing in the frame that was given."""
    before = frame.copy(deep=True)
    configs, runs = (results := read(frame)).configs, results.runs
    configs["mean"] = runs["accuracy"] = runs["C"] = 0.0
    pd.testing.assert_frame_equal(frame, before)


def test_scale_of_the_metric_scales_every_figure(frame):
    """Scores in per cent give the same leaderboard times a hundred."""
    plain = read(frame).configs
    percent = read(frame.assign(accuracy=frame["accuracy"] * 100)).configs
    for name in ("mean", "sd", "low", "high", "median", "iqm", "worst"):
        np.testing.assert_allclose(percent[name], plain[name] * 100)
    pd.testing.assert_series_equal(percent["tied_with_best"], plain["tied_with_best"])


def test_scores_that_are_not_finite_count_as_diverged(frame):
    """NaN and infinity are losses with a reason, never part of a mean."""
    frame.loc[[0, 5], "accuracy"] = [np.nan, np.inf]
    results = read(frame)
    failures = results.failures()
    assert failures["status"].tolist() == ["diverged", "diverged"]
    assert failures["error"].tolist() == ["the score is not finite"] * 2
    assert results.configs["n_failed"].tolist() == [0, 1, 1]
    assert np.isfinite(results.configs["mean"]).all()


def test_status_that_is_given_is_honoured(frame):
    """A run that was marked failed does not count, whatever its score; a gap asks the score."""
    frame["outcome"] = ["failed", "stopped", None, *["finished"] * 9]
    results = read(frame, status="outcome")
    assert results.runs["status"].tolist()[:4] == ["failed", "stopped", "finished", "finished"]
    row = results.configs.set_index("config_id").loc[results.runs["config_id"][0]]
    assert (row["n_seeds"], row["n_failed"]) == (2, 1)
    assert row["mean"] == pytest.approx(frame["accuracy"][2:4].mean())


def test_validation_runs_stay_out_of_the_leaderboard(frame):
    """Only the role `race` makes the order; the same seed may occur in both roles."""
    again = frame.assign(part="validation", accuracy=0.0)
    both = pd.concat([frame.assign(part="race"), again])
    results = read(both, role="part")
    assert len(results.runs) == 24
    assert results.configs["n_validated"].tolist() == [4, 4, 4]
    chosen = ["config_id", "n_seeds", "mean", "low", "high", "worst", "rank"]
    pd.testing.assert_frame_equal(results.configs[chosen], read(frame).configs[chosen])


def test_identifier_of_the_frame_is_kept(frame):
    """A column that identifies the configurations names them."""
    frame["trial"] = np.repeat([7, 8, 9], 4)
    assert set(read(frame, config_id="trial").configs["config_id"]) == {"7", "8", "9"}


def test_space_gives_values_their_types(frame):
    """A whole number that a gap made a fraction is a whole number again."""
    frame["degree"] = np.repeat([2.0, np.nan, 3.0], 4)
    space = Space.from_mapping(
        {
            "kernel": {"choice": ["poly", "rbf"]},
            "degree": {"int": [1, 5], "when": {"kernel": "poly"}},
        }
    )
    frame["kernel"] = np.repeat(["poly", "rbf", "poly"], 4)
    results = read(frame, hyperparameters=["kernel", "degree"], space=space)
    assert str(results.runs["degree"].dtype) == "Int64"
    assert results.runs["degree"].isna().sum() == 4
    assert results.space == space


def test_configuration_outside_the_space_is_refused(frame):
    """The place names the row."""
    space = Space.from_mapping({"C": {"int": [1, 5]}})
    with pytest.raises(SpaceError, match=r"row 4\.C"):
        read(frame[["C", "seed", "accuracy"]], hyperparameters=["C"], space=space)


def test_extra_columns_are_kept_where_they_can_be(frame):
    """Documented columns keep their names, numbers become metrics, the rest is left out."""
    frame = frame.assign(steps=100.0, duration_s=1.5, node="here", mean=2, is_new=True)
    runs = read(frame).runs
    assert runs["steps"].tolist() == [100] * 12
    assert runs["duration_s"].tolist() == [1.5] * 12
    assert runs["node"].tolist() == ["here"] * 12
    assert runs["mean"].tolist() == [2.0] * 12
    assert "comment" not in runs
    assert "is_new" not in runs


def test_target_named_score_keeps_its_values(frame):
    """A metric whose name is that of a documented column gets another one."""
    runs = read(frame.rename(columns={"accuracy": "score"}), metric="score").runs
    np.testing.assert_array_equal(runs["metric_score"], runs["score"])


def test_values_of_any_kind_are_told_apart():
    """None among words, lists, True beside 1, and 1 beside 1.0 are read for what they are."""
    frame = pd.DataFrame(
        {
            "x": pd.Series([True, 1, 1.0, "1", [1, 2], (1, 2)], dtype=object),
            "seed": [0, 0, 1, 0, 0, 1],
            "loss": range(6),
        }
    )
    runs = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"]).runs
    assert runs.groupby("config_id", sort=False)["score"].apply(list).tolist() == [
        [0],
        [1, 2],
        [3],
        [4, 5],
    ]


def test_zero_and_minus_zero_are_one_configuration():
    """Values that differ in the frame may be one configuration."""
    frame = pd.DataFrame({"x": [0.0, -0.0], "seed": [0, 1], "loss": [1.0, 2.0]})
    configs = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"]).configs
    assert configs["n_seeds"].tolist() == [2]


def test_integers_and_booleans_of_pandas_are_read():
    """Nullable dtypes and numpy's own give the same results."""
    plain = pd.DataFrame({"n": [1, 2], "is_on": [True, False], "seed": [0, 0], "loss": [1, 2]})
    nullable = plain.convert_dtypes()
    options: dict[str, Any] = {"metric": "loss", "mode": "min", "hyperparameters": ["n", "is_on"]}
    first, second = from_frame(plain, **options).runs, from_frame(nullable, **options).runs
    pd.testing.assert_frame_equal(first, second)
    assert str(first["is_on"].dtype) == "boolean"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"metric": "accurracy"}, r"No column `accurracy`\. Did you mean `accuracy`\?"),
        ({"hyperparameters": ["C", "kernl"]}, r"No column `kernl`\. Did you mean `kernel`\?"),
        ({"seed": "sed", "status": "state"}, r"`sed`.*Did you mean `seed`.*No column `state`"),
        ({"metric": "comment"}, r"column `comment` must hold numbers, got 'none' in row 0"),
        ({"mode": "maximum"}, r"`mode` must be `max` or `min`, got 'maximum'"),
        ({"hyperparameters": "C"}, r"must be a list of columns, got 'C'. Pass \['C'\]"),
        ({"hyperparameters": ["C", "seed"]}, r"one use and one name, got `seed` twice"),
        ({"seed": "loss"}, r"A seed must be a whole number, got 0\.\d+ \(column `loss`, row 0\)"),
        ({"status": "comment"}, r"No status `none` \(column `comment`, row 0\).*`finished`"),
        ({"hyperparameters": ["kernel"], "role": "comment"}, r"No role `none`.*`race`"),
        (
            {"hyperparameters": ["kernel"]},
            r"one row per seed, got kernel='rbf', seed=0 in rows 0 and 4, and 3 more like it",
        ),
        (
            {"config_id": "kernel", "hyperparameters": ["C"]},
            r"`kernel` must stand for one configuration, got 'rbf'.*rows 0 and 4",
        ),
    ],
)
def test_bad_frames_are_refused(frame, changes, message):
    """The message says the rule, what came, where, and what to do."""
    with pytest.raises(ResultsError, match=message):
        read(frame, **changes)


def test_frame_without_rows_is_refused(frame):
    """There is nothing to say about nothing."""
    with pytest.raises(ResultsError, match="must have one row per run, got no rows"):
        read(frame.head(0))


def test_hyperparameter_with_a_documented_name_is_refused(frame):
    """A hyperparameter cannot hide a figure."""
    with pytest.raises(ResultsError, match=r"name of a column of the results, got `mean`"):
        read(frame.rename(columns={"C": "mean"}), hyperparameters=["mean", "kernel", "gamma"])


def test_column_that_occurs_twice_is_refused(frame):
    """Two columns of one name cannot be told apart."""
    twice = pd.concat([frame, frame[["C"]]], axis=1)
    with pytest.raises(ResultsError, match="one use and one name, got `C` twice"):
        read(twice)


def test_which_of_two_equals_leads_depends_on_no_order_of_rows():
    """Their means are equal, so that only the identifier is left to decide."""
    table = pd.DataFrame({"h": ["a", "a", "b", "b"], "seed": [0, 1] * 2, "y": [1.0, 0.0, 0.0, 1.0]})
    leaders = {
        from_frame(rows, metric="y", mode="max", hyperparameters=["h"]).best().config["h"]
        for rows in (table, table.iloc[::-1], table.iloc[[2, 0, 3, 1]])
    }
    assert len(leaders) == 1
