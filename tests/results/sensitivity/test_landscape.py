"""From a sweep to cells: by rank, with values that stand for them and reasons to beware."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweeps.errors import ResultsError
from sweeps.planner.samplers import ListedSampler, RandomSampler
from sweeps.results import from_frame
from sweeps.results.sensitivity.density import density_of
from sweeps.results.sensitivity.landscape import landscape_of
from sweeps.space import Space
from tests.results.sensitivity.playing import MASTER_SEED, SPACE, played

NAMES = ["C", "kernel", "gamma", "degree", "tol"]


def table_of(space, n=60, seed=0):
    """Give runs of random configurations, the score that of `C`."""
    rows = [space.propose(seed, k) for k in range(n)]
    frame = pd.DataFrame(rows)
    return frame.assign(seed=0, score=frame["C"])


def landscape_of_table(table, space, **options):
    """Read a table, and give its landscape."""
    keys = {"metric": "score", "mode": "max", "hyperparameters": NAMES, "space": space} | options
    return landscape_of(from_frame(table, **keys)._evidence)


def test_configurations_stand_by_rank_and_each_cell_has_a_value():
    """Here the score is `C`, so its cells descend; constants are left out."""
    found = landscape_of_table(table_of(SPACE), SPACE)
    assert found.names == ("C", "kernel", "gamma", "degree")
    assert found.cells.shape == (60, 4)
    assert (np.diff(found.cells[:, 0]) <= 0).all()
    c, kernel, gamma, degree = found.values  # noqa: PD011 - this is no frame
    assert (len(c), len(gamma), gamma[-1]) == (128, 129, None)
    assert (kernel, degree) == (("rbf", "poly", "linear"), (2, 3, 4, 5, None))
    is_linear = np.array([kernel[cell] == "linear" for cell in found.cells[:, 1]])
    assert (found.cells[is_linear, 2] == 128).all()
    assert (found.measure.regime_of(found.cells) >= 0).all()
    assert found.is_drawn.all()


def test_the_order_of_rows_and_columns_changes_nothing():
    """Cells are by rank, whatever the table looks like."""
    table = table_of(SPACE)
    found = landscape_of_table(table, SPACE)
    turned = table.iloc[::-1, ::-1]
    other = landscape_of_table(turned, SPACE, hyperparameters=NAMES[::-1])
    np.testing.assert_array_equal(found.cells, other.cells)
    assert found.reasons == other.reasons


def test_a_table_that_fills_its_space_unevenly_is_told():
    """What was assumed is tested, and named where it fails."""
    table = table_of(SPACE, 300)
    even = landscape_of_table(table, SPACE)
    assert even.reasons == (
        "It is assumed that the configurations were drawn evenly from the space.",
    )
    uneven = landscape_of_table(table[table["C"] < 1], SPACE)
    assert any("The values of `C` do not lie as even draws" in each for each in uneven.reasons)
    assert any("few configurations in 50 % of the range of `C`" in each for each in uneven.reasons)


def test_a_table_without_a_space_says_over_what_effects_are_averaged():
    """Its rows are the space."""
    found = landscape_of_table(table_of(SPACE, 300), None)
    assert found.names == ("C", "kernel", "gamma", "degree")
    assert len(found.reasons) == 1
    assert "averaged over the values that were observed" in found.reasons[0]
    for j, dimension in enumerate(found.measure.dimensions):
        seen = np.bincount(found.cells[:, j], minlength=dimension.n_cells) / 300
        np.testing.assert_allclose(seen, dimension.masses)


@pytest.mark.slow
def test_what_is_forbidden_is_told_with_its_share():
    """About a twelfth here; the draws that are left are no less even for it."""
    space = Space.from_mapping(SPACE.document()["space"], [{"kernel": "poly", "degree": [5]}])
    found = landscape_of_table(table_of(space, 300), space)
    assert found.reasons == (
        "It is assumed that the configurations were drawn evenly from the space.",
        "About 8 % of the space is forbidden (`forbid`); effects are averaged over that part too.",
        "There are few configurations in 25 % of the range of `degree`, where effects are little "
        "more than a guess.",
    )


def test_without_a_hyperparameter_that_varies_there_is_no_landscape():
    """Be it a space of constants or a table of one configuration."""
    table = pd.DataFrame({"a": [1, 1], "seed": [0, 1], "score": [1.0, 2.0]})
    for space in (None, Space.from_mapping({"a": 1})):
        with pytest.raises(ResultsError, match="two values or more to matter, and none of `frame`"):
            landscape_of_table(table, space, hyperparameters=["a"])


def test_a_grid_has_no_cells_but_its_points():
    """And its regimes weigh what the choices of their parents do, not how many points they have."""
    points = tuple(SPACE.grid())
    found = landscape_of(played(ListedSampler("grid", points), n_configs=None)._evidence)
    assert [dimension.n_cells for dimension in found.measure.dimensions] == [4, 3, 4, 5]
    assert [regime.mass for regime in found.measure.regimes] == pytest.approx([1 / 3] * 3)
    weights = density_of(found)
    assert weights.mean() == pytest.approx(1)
    regimes = found.measure.regime_of(found.cells)
    assert [weights[regimes == i].sum() / 64 for i in range(3)] == pytest.approx([1 / 3] * 3)
    assert found.reasons == ()


def test_a_configuration_on_two_thresholds_at_once_is_no_draw():
    """It lies in no regime: nothing is active that both sides of it share."""
    space = Space.from_mapping(
        {
            "C": {"float": [0, 1]},
            "down": {"int": [1, 3], "when": {"C": {"below": 0.5}}},
            "up": {"int": [1, 3], "when": {"C": {"above": 0.5}}},
        }
    )
    table = table_of(space, 30)
    table.loc[30] = {"C": 0.5, "seed": 0, "score": 2.0}
    found = landscape_of_table(table, space, hyperparameters=["C", "down", "up"])
    assert found.is_drawn.tolist() == [False] + [True] * 30


def test_the_defaults_are_there_but_are_no_draw():
    """They count for the model of the scores, not for how it is judged."""
    first = SPACE.check({"C": 1000.0, "kernel": "linear"})
    results = played(
        RandomSampler(SPACE, MASTER_SEED), first=first, score=lambda values: values["C"]
    )
    found = landscape_of(results._evidence)
    assert found.is_drawn.tolist() == [False] + [True] * 39
    assert density_of(found)[0] == 1
