"""What designed experiments say: indices with their luck taken out, in words and as tables."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from rich.console import Console

from sweeps.analysis.estimate import Estimate
from sweeps.report.column import Grid
from sweeps.report.indices import indices_columns, indices_notes, indices_said
from sweeps.results.answer import Answer

NAN = math.nan
SOBOL_COLUMNS = ("term", "index", "low", "high", "total", "total_low", "total_high")
MORRIS_COLUMNS = ("term", "size", "size_low", "size_high", "by_seeds")


def sobol(*rows, **facts):
    """Indices of `saltelli`."""
    columns = {name: [row[i] for row in rows] for i, name in enumerate(SOBOL_COLUMNS)}
    return Answer.of(columns, {"reasons": (), "level": 0.95, **facts})


def morris(*rows, **facts):
    """Effects of `morris`; mean and spread do not matter to the words."""
    columns = {name: [row[i] for row in rows] for i, name in enumerate(MORRIS_COLUMNS)}
    for name in ("mu", "sigma", "mu_star"):
        columns |= {name: [0.1] * len(rows), f"{name}_low": [NAN] * len(rows)}
        columns[f"{name}_high"] = [NAN] * len(rows)
    return Answer.of(columns, {"reasons": (), **facts})


ISHIGAMI = sobol(
    ("x1", 0.31, 0.25, 0.37, 0.56, 0.5, 0.62),
    ("x2", 0.44, 0.4, 0.48, 0.44, 0.4, 0.48),
    ("x3", -0.01, -0.06, 0.04, 0.24, 0.2, 0.3),
    ("x4", 0.0, -0.02, 0.03, 0.0, -0.02, 0.03),
    ("x1:x3", 0.25, 0.2, 0.3, NAN, NAN, NAN),
    ceiling=Estimate(0.7, 0.6, 0.8, 64),
    reasons=("64 blocks.",),
)


def test_sobol_indices_say_what_to_tune_and_what_is_luck():
    """Interactions count, and luck is told beside the expected score."""
    assert indices_said(ISHIGAMI, "y") == (
        "Tune `x1` (56 % of the variance of the expected score, alone and with others, 50 to 62 "
        "%), `x2` (44 %, 40 to 48 %) and `x3` (24 %, 20 to 30 %); `x4` hardly matters (at most 3 "
        "%). `x1` and `x3` add 25 % together. Beside that, 30 % (20 to 40 %) of the variance of "
        "one run is luck of the seed."
    )


def test_one_of_many_that_is_off_0_by_chance_is_not_sold_as_an_effect():
    """Intervals of a design allow for how many hyperparameters were looked at."""
    barely = ("x0", 0.2, 0.02, 0.38, 0.2, 0.02, 0.38)
    others = [(f"x{i}", 0.0, -0.2, 0.2, 0.0, -0.2, 0.2) for i in range(1, 10)]
    assert indices_said(sobol(barely), "y").startswith("Tune `x0`")
    assert indices_said(sobol(barely, *others), "y").startswith("No hyperparameter can be told")


def test_noise_is_rarely_called_an_effect():
    """One sweep in twenty at most in which nothing matters, with honest intervals."""
    rng = np.random.default_rng(0)
    n_called = 0
    for _ in range(200):
        found = rng.normal(0, 0.1, size=8)
        bounds = [(index, index - 0.196, index + 0.196) for index in found]
        rows = [(f"x{i}", *bound, *bound) for i, bound in enumerate(bounds)]
        n_called += indices_said(sobol(*rows), "y").startswith("Tune")
    assert n_called <= 10


def test_sobol_indices_of_an_unknown_luck_leave_it_out():
    """No figure stands for one that is missing."""
    unknown = sobol(("x", 0.9, 0.8, 1.0, 0.9, 0.8, 1.0), ceiling=Estimate.unknown("One seed."))
    assert "luck" not in indices_said(unknown, "y")


def test_effects_that_seeds_may_have_made_are_told_apart():
    """By the interval of their size."""
    frame = morris(("lr", 0.3, 0.2, 0.4, 0.05), ("w", 0.01, 0.0, 0.1, 0.05))
    assert indices_said(frame, "loss") == (
        "Over its whole range, what moves loss most is `lr` (by 0.30 ± 0.10); `w` does nothing "
        "that can be told from luck."
    )
    luck = morris(("w", 0.01, 0.0, 0.1, 0.05))
    assert indices_said(luck, "loss").startswith("Luck is everything")


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("frame", [ISHIGAMI, morris(("lr", 0.3, 0.2, 0.4, NAN))])
def test_tables_fit_and_show_no_nan(frame, width):
    """Negative estimates stand for nothing, missing ones for themselves."""
    file = io.StringIO()
    Console(file=file, width=width, color_system=None).print(Grid(indices_columns(frame)))
    text = file.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    assert "nan" not in text
    assert "-1 %" not in text


def test_a_refusal_is_a_sentence():
    """No indices without their reason, and no notes about columns that are not there."""
    refusal = sobol(reasons=("Seeds were shared.",))
    assert indices_said(refusal, "y") == "Seeds were shared."
    assert list(indices_notes(refusal, "y")) == []
    assert "64 blocks." in list(indices_notes(ISHIGAMI, "y"))
