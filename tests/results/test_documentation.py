"""`docs/results.md` names every column, with the dtype that it has."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from sweeps.results import from_frame

PAGE = Path(__file__).parents[2] / "docs" / "results.md"


def documented(heading):
    """Give the dtype that the page states for each column of a table."""
    section = PAGE.read_text(encoding="utf-8").split(f"## `{heading}`\n")[1].split("\n## ")[0]
    table = section.split("| column |")[1].split("\n\n")[0]
    dtypes: dict[str, str] = {}
    for line in table.splitlines()[2:]:
        names, dtype = line.split("|")[1:3]
        dtypes |= dict.fromkeys(re.findall(r"`([^`]+)`", names), dtype)
    return dtypes


@pytest.mark.parametrize("heading", ["r.runs", "r.configs", "r.curves", "r.decisions"])
def test_every_column_is_documented_with_its_dtype(heading):
    """No column is missing from the page, none is there that does not exist."""
    frame = pd.DataFrame({"x": [1], "seed": [0], "loss": [0.5]})
    results = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"])
    table = getattr(results, heading.removeprefix("r."))
    own = {name: str(dtype) for name, dtype in table.dtypes.items() if name not in ("x", "loss")}
    page = documented(heading)
    page.pop("seed_<source>", None)
    assert list(page) == list(own)
    for name, dtype in own.items():
        assert f"`{dtype}`" in page[name] or "as in `r.runs`" in page[name]


def test_columns_of_failures_are_documented():
    """The frame of failures has the columns of the page, in some order."""
    frame = pd.DataFrame({"x": [1], "seed": [0], "loss": [float("nan")]})
    results = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"])
    assert set(documented("r.failures()")) == set(results.failures())
