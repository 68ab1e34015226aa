"""`docs/results.md` names every column, with the dtype that it has."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sweeps.planner.event import Decision
from sweeps.planner.samplers import MorrisSampler, SaltelliSampler
from sweeps.results import from_frame
from sweeps.results.sensitivity.indices import indices_answer
from sweeps.space import Space

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


def designed(sampler):
    """Ask a sweep of two configurations that stand in all rows of a small design."""
    frame = pd.DataFrame({"x": [1, 1, 2, 2], "seed": [0, 1, 2, 3], "loss": [1.0, 1.1, 5.0, 5.2]})
    results = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"], paired=False)
    ids = results.configs["config_id"].tolist()
    places = [sampler.place(k) for k in range(sampler.n_proposals)]
    rows = [
        Decision("design_row", ids[place["changed"] is not None], {"by": sampler.name, **place})
        for place in places
    ]
    return indices_answer(results._evidence, [(0.0, row) for row in rows])


SPACE = Space.from_mapping({"x": {"int": [1, 2]}})


def searched():
    """Forty configurations under four seeds, enough to ask what matters."""
    rng = np.random.default_rng(0)
    x, y = rng.random(40), rng.integers(0, 3, 40)
    score = (3 * x + y)[:, None] + 0.1 * rng.normal(size=(40, 4))
    frame = pd.DataFrame({"x": np.repeat(x, 4), "y": np.repeat(y, 4), "loss": score.ravel()})
    frame["seed"] = np.tile(np.arange(4), 40)
    return from_frame(frame, metric="loss", mode="min", hyperparameters=["x", "y"])


START = {"x": 0.5, "y": 1}

ANSWERS = {
    "r.indices()` of `saltelli": lambda _: designed(SaltelliSampler(SPACE, 1, 16)),
    "r.indices()` of `morris": lambda _: designed(MorrisSampler(SPACE, 1, 8)),
    "r.importance()": lambda _: searched().importance(),
    "r.tunability(defaults)": lambda _: searched().tunability(START, pairs=True),
    "r.local_importance(config)": lambda _: searched().local_importance(),
    "r.ablation(defaults)": lambda _: searched().ablation(START),
    "r.dependence(name)": lambda _: searched().dependence("x"),
    "r.frontier()": lambda r: r.frontier(),
    "r.compare_to_best()": lambda r: r.compare_to_best(),
    "r.variance()": lambda r: r.variance(),
    "r.seeds_needed()": lambda r: r.seeds_needed(),
    "r.stability()": lambda r: r.stability(),
    "r.intervals(statistic)": lambda r: r.intervals("mean"),
    "r.profiles()": lambda r: r.profiles(),
    "r.bands()": lambda r: r.bands(),
}


@pytest.fixture
def small():
    """Three configurations under four seeds, one run failed."""
    scores = [1.0, 2.0, 4.0, 3.0, 2.0, 2.5, 4.5, float("nan"), 0.0, 1.0, 1.5, 2.0]
    frame = pd.DataFrame({"x": sorted([1, 2, 3] * 4), "seed": [0, 1, 2, 3] * 3, "loss": scores})
    return from_frame(frame, metric="loss", mode="min", hyperparameters=["x"])


@pytest.mark.parametrize("heading", ANSWERS)
def test_every_column_of_an_answer_is_documented_with_its_dtype(heading, small):
    """As for the tables of runs and configurations."""
    table = ANSWERS[heading](small)
    own = {name: str(dtype) for name, dtype in table.dtypes.items() if name != "x"}
    page = documented(heading)
    assert list(page) == list(own)
    for name, dtype in own.items():
        assert f"`{dtype}`" in page[name], name


@pytest.mark.parametrize("heading", ANSWERS)
def test_every_fact_of_an_answer_is_documented(heading, small):
    """In the list of all answers, or in the answer's own section."""
    text = PAGE.read_text(encoding="utf-8")
    shared = text.split("## Answers\n")[1].split("\n## ")[0]
    own = text.split(f"## `{heading}`\n")[1].split("\n## ")[0]
    answer = ANSWERS[heading](small)
    assert {"design", "n_configs", "n_seeds", "n_failed", "is_balanced"} <= set(answer.attrs)
    assert {"estimator", "level", "reasons"} <= set(answer.attrs)
    missing = [fact for fact in answer.attrs if f"`{fact}`" not in shared + own]
    assert missing == []


@pytest.mark.parametrize(
    ("heading", "record"),
    [("r.best()", lambda r: r.best()), ("r.compare(a, b)", lambda r: r.compare(1, 2))],
)
def test_every_field_of_a_record_is_documented(heading, record, small):
    """And none that does not exist."""
    section = PAGE.read_text(encoding="utf-8").split(f"## `{heading}`\n")[1].split("\n## ")[0]
    rows = section.split("| field |")[1].split("\n\n")[0].splitlines()[2:]
    page = [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert sorted(page) == sorted(field.name for field in fields(record(small)))


def test_columns_of_failures_are_documented():
    """The frame of failures has the columns of the page, in some order."""
    frame = pd.DataFrame({"x": [1], "seed": [0], "loss": [float("nan")]})
    results = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"])
    assert set(documented("r.failures()")) == set(results.failures())
