"""Partial dependence from the table of runs to the frame."""

import numpy as np
import pandas as pd
import pytest

from sweeps.errors import ResultsError
from sweeps.results import from_frame
from sweeps.results.sensitivity.dependence import dependence_answer
from tests.results.sensitivity.nearby import ask, results_of, table_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results():
    return results_of(table_of())


def test_a_float_has_its_own_values_and_scale(results):
    answer = ask(dependence_answer, results, "C")
    assert list(answer.columns) == ["value", "mean", "low", "high", "n"]
    assert (len(answer), answer.scale, answer.hyperparameter) == (32, "log", "C")
    slope = np.polyfit(np.log10(answer["value"]), answer["mean"], 1)[0]
    assert slope == pytest.approx(1, abs=0.05)
    assert answer["n"].sum() == 150
    assert (answer["low"] < answer["mean"]).all()
    assert (answer["mean"] < answer["high"]).all()


def test_a_child_is_shown_given_that_it_is_active(results):
    answer = ask(dependence_answer, results, "degree")
    assert answer["value"].tolist() == [2, 3, 4, 5]
    assert np.diff(answer["mean"]) == pytest.approx([1, 1, 1], abs=0.2)
    assert answer["n"].sum() == (results.configs["kernel"] == "poly").sum()
    assert (answer.scale, answer.is_conditional) == ("linear", True)


def test_a_choice_has_a_row_a_value(results):
    answer = ask(dependence_answer, results, "kernel").set_index("value")
    assert answer["mean"]["poly"] - answer["mean"]["rbf"] == pytest.approx(3.5, abs=0.3)
    assert ask(dependence_answer, results, "kernel").scale == "choice"


def test_a_loss_has_the_same_curve_upside_down(results):
    table = table_of()
    loss = results_of(table.assign(score=-table["score"]), mode="min")
    first, second = (ask(dependence_answer, each, "C") for each in (results, loss))
    assert second["mean"].to_numpy() == pytest.approx(-first["mean"].to_numpy())
    assert second["low"].to_numpy() == pytest.approx(-first["high"].to_numpy())


def test_the_part_of_the_band_that_shifts_the_whole_curve_is_told(results):
    assert ask(dependence_answer, results, "C").level_error > 0
    unpaired = results_of(table_of(), paired=False)
    assert ask(dependence_answer, unpaired, "C").level_error == 0


@pytest.mark.parametrize(("high", "scale"), [(1e3, "log"), (10.0, "linear")])
def test_without_a_space_the_range_says_the_scale(high, scale):
    rng = np.random.default_rng(0)
    x = np.geomspace(1, high, 40)
    table = pd.DataFrame({"x": x, "z": rng.random(40), "seed": 0, "score": np.log(x)})
    found = from_frame(table, metric="score", mode="max", hyperparameters=["x", "z"])
    assert ask(dependence_answer, found, "x").scale == scale


def test_an_unknown_hyperparameter_is_refused(results):
    with pytest.raises(ResultsError, match="must be a hyperparameter that varies"):
        ask(dependence_answer, results, "gamma")


def test_few_configurations_have_a_reason_and_no_rows():
    answer = ask(dependence_answer, results_of(table_of(10)), "C")
    assert len(answer) == 0
    assert any("at least 20 configurations" in reason for reason in answer.reasons)
