"""Answers about tuning go to files and back, whatever their values are."""

from __future__ import annotations

from io import BytesIO, StringIO

import numpy as np
import pandas as pd
import pytest

from tests.results.sensitivity.nearby import results_of, table_of

pytestmark = pytest.mark.slow

DEFAULTS = {"C": 0.01, "kernel": "rbf", "extra": 0.5}


@pytest.fixture(scope="module")
def answers():
    results = results_of(table_of(60, 2))
    return {
        "local": results.local_importance(),
        "ablation": results.ablation(DEFAULTS),
        "dependence": results.dependence("kernel"),
        "tunability": results.tunability(DEFAULTS, pairs=True),
        "refused": results.tunability(),
    }


def figures(frame):
    return pd.DataFrame(frame).select_dtypes("number").astype(float).reset_index(drop=True)


@pytest.mark.parametrize("name", ["local", "ablation", "dependence", "tunability", "refused"])
def test_an_answer_goes_to_parquet_and_back(answers, name):
    answer, file = answers[name], BytesIO()
    answer.to_parquet(file)
    read = pd.read_parquet(file)
    assert list(read.columns) == list(answer.columns)
    pd.testing.assert_frame_equal(figures(read)[figures(answer).columns], figures(answer))
    assert read.attrs["random_seed"] == 0
    assert read.attrs["reasons"] == list(answer.reasons)


@pytest.mark.parametrize("name", ["local", "ablation", "dependence", "tunability"])
def test_an_answer_goes_to_json_and_back(answers, name):
    answer = answers[name]
    text = answer.to_json(orient="records", double_precision=15)
    read = pd.read_json(StringIO(text), orient="records")
    assert list(read.columns) == list(answer.columns)
    wanted = figures(answer)
    assert np.allclose(figures(read)[wanted.columns], wanted, equal_nan=True)


def test_values_that_mix_are_text_in_the_file_and_values_in_the_frame(answers):
    answer, file = answers["ablation"], BytesIO()
    answer.to_parquet(file)
    read = pd.read_parquet(file).set_index("term")
    assert read["before"]["kernel, degree"] == '["rbf",null]'
    assert float(read["before"]["C"]) == answer.set_index("term")["before"]["C"]
    assert isinstance(answer.set_index("term")["before"]["C"], float)
