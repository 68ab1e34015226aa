"""Where there are few configurations, and whether drawn ones lie evenly."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.results.sensitivity.evenness import thin_of, thin_reasons, uneven
from sweeps.results.sensitivity.landscape import Landscape, cells_of
from sweeps.results.sensitivity.spaced import map_of
from tests.results.sensitivity.playing import SPACE


def landscape_of(cells, *dimensions, is_drawn=None):
    """Make a landscape of a space without conditions."""
    cells = np.array(cells).T
    return Landscape(
        names=tuple("abc"[: len(dimensions)]),
        measure=Measure.product(dimensions),
        cells=cells,
        is_drawn=np.ones(len(cells), dtype=bool) if is_drawn is None else is_drawn,
        values=(),
        reasons=(),
    )


FLOAT, CHOICE = Dimension.continuous(), Dimension.unordered([1, 1, 1, 1])


def test_a_range_without_configurations_is_thin():
    """Three tenths of a float that nobody visited, a value of a choice that nobody took."""
    rng = np.random.default_rng(0)
    landscape = landscape_of(
        [rng.integers(0, int(128 * 0.7), 500), rng.integers(0, 3, 500)], FLOAT, CHOICE
    )
    thin = thin_of(landscape)
    assert thin == {"a": pytest.approx(0.3, abs=0.01), "b": 0.25}
    assert thin_reasons(landscape) == (
        "There are few configurations in much of the range of `a` and `b` (up to 30 %), where "
        "effects are little more than a guess.",
    )


@pytest.mark.parametrize("n", [3, 8, 30, 1000])
def test_even_draws_are_hardly_ever_thin_however_few(n):
    """Parts of a range are wide enough that chance does not empty them."""
    thin = [
        thin_of(landscape_of([np.random.default_rng(i).integers(0, 128, n)], FLOAT))["a"]
        for i in range(200)
    ]
    assert np.mean(thin) < 0.01


def test_configurations_without_a_score_do_not_count():
    """They say nothing about their part of the range."""
    cells = np.arange(128).repeat(5)
    landscape = landscape_of([cells], FLOAT)
    assert thin_of(landscape) == {"a": 0.0}
    assert thin_of(landscape, cells < 64) == {"a": pytest.approx(0.5)}
    assert "in 50 % of the range of `a`" in thin_reasons(landscape, cells < 64)[0]


def test_a_conditional_hyperparameter_counts_where_it_is_active():
    """Its thin share is one of its own range, and all of it where it was never active."""
    found = map_of(SPACE, "lab", is_grid=False)
    rows = [{"C": 1.0, "kernel": "poly", "gamma": 1.0, "degree": 2 + i % 4} for i in range(80)]
    rows += [{"C": 1.0, "kernel": "linear"}] * 80
    cells = cells_of(rows, found.axes)
    names = tuple(axis.name for axis in found.axes)

    def thin(chosen):
        return thin_of(
            Landscape(names, found.measure, chosen, np.zeros(len(chosen), dtype=bool), (), ())
        )

    assert thin(cells)["degree"] == 0.0
    assert thin(cells)["gamma"] == pytest.approx(0.9, abs=0.01)
    assert thin(cells[80:])["degree"] == 1.0


def test_even_draws_are_hardly_ever_called_uneven():
    """In at most 1 of 200 tables of three hyperparameters at level 0.001."""
    wrong = 0
    for i in range(200):
        rng = np.random.default_rng(i)
        cells = [rng.integers(0, 128, 200), rng.integers(0, 128, 200), rng.integers(0, 4, 200)]
        wrong += bool(uneven(landscape_of(cells, FLOAT, FLOAT, CHOICE)))
    assert wrong <= 1


def test_draws_on_another_scale_are_called_uneven():
    """Here one hyperparameter of two; those that were not drawn do not count."""
    rng = np.random.default_rng(0)
    cells = [rng.integers(0, 128, 200), (128 * rng.random(200) ** 3).astype(int)]
    assert uneven(landscape_of(cells, FLOAT, FLOAT)) == ("b",)
    none = np.zeros(200, dtype=bool)
    assert uneven(landscape_of(cells, FLOAT, FLOAT, is_drawn=none)) == ()


def test_draws_from_what_is_not_forbidden_are_even():
    """They are compared with other legal draws and not with the prior."""
    rng = np.random.default_rng(0)
    landscape = landscape_of([rng.integers(0, 64, 300)], FLOAT)
    assert uneven(landscape) == ("a",)
    assert uneven(landscape, rng.integers(0, 64, (10_000, 1))) == ()
