"""A sweep that is not done says so before anything that looks final."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sweeps.report.progress import unfinished


def results(status, n_planned, n_runs=4):
    """Results as far as progress goes."""
    made: Any = SimpleNamespace(
        status=status, n_planned=n_planned, runs=pd.DataFrame({"role": ["race"] * n_runs})
    )
    return made


@pytest.mark.parametrize(
    ("status", "n_planned", "said"),
    [
        ("running", 9, "The sweep is not done: 4 of 9 runs are over."),
        ("interrupted", None, "The sweep is not done: 4 runs are over."),
    ],
)
def test_an_unfinished_sweep_is_called_so(status, n_planned, said):
    """With how far it is; a race knows no number of runs in advance."""
    text, gap = unfinished(results(status, n_planned))
    assert (str(text), str(gap)) == (said, "")


@pytest.mark.parametrize("status", ["finished", None])
def test_a_finished_one_needs_no_words(status):
    """Nor does a table from elsewhere."""
    assert unfinished(results(status, None)) == []
