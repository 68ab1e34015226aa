"""Cells of one hyperparameter: their masses are the prior, their edges respect conditions."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sweeps.results.sensitivity.axis import axis_of, grid_axis_of
from sweeps.space import Space
from sweeps.space.choice import Choice
from sweeps.space.number import Float, Integer
from sweeps.space.requirement import Requirement

MANY = Integer("units", (), 1, 100_000, log=True)


@pytest.mark.parametrize(
    "each",
    [
        Float("x", (), -2.0, 3.0),
        Float("lr", (), 1e-5, 10.0, log=True),
        Integer("n", (), 0, 6),
        Integer("n", (), 1, 9, log=True),
        Integer("n", (), 0, 199),
        MANY,
        Choice("c", (), ("a", 1, True, (1, 2), None)),
        Choice("o", (), ("s", "m", "l"), is_ordered=True),
    ],
    ids=repr,
)
def test_masses_are_the_frequencies_of_decoded_positions(each):
    """On a fine, even grid of unit positions; every cell's own value lies in it."""
    axis = axis_of(each, ())
    n = 40_000
    drawn = axis.place([each.decode((i + 0.5) / n) for i in range(n)])
    seen = np.bincount(drawn, minlength=axis.n_cells) / n
    np.testing.assert_allclose(seen, axis.masses, atol=2 / n)
    assert axis.place(list(axis.values)).tolist() == list(range(axis.n_cells))
    assert axis.is_ordered == (not isinstance(each, Choice) or each.is_ordered)


def test_few_whole_numbers_have_a_cell_each_and_many_share_them():
    """At most 128 cells; the low numbers of a log scale keep their own."""
    assert axis_of(Integer("n", (), 1, 128), ()).values == tuple(range(1, 129))
    many = axis_of(MANY, ())
    assert 90 < many.n_cells <= 128
    assert many.values[:4] == (1, 2, 3, 4)
    assert many.masses[0] == pytest.approx(np.log(3) / np.log(200_001))
    assert axis_of(Integer("n", (), 0, 2**80), ()).n_cells == 128


@pytest.mark.parametrize("log", [False, True])
def test_a_threshold_itself_lies_outside_what_it_bounds(log):
    """`above` and `below` exclude their bound, so the cells on both sides of it tell."""
    each = Float("x", (), 0.1, 10.0, log)
    for part, inside, outside in (
        (Requirement("x", above=0.7), 0.700001, 0.7),
        (Requirement("x", below=0.7), 0.699999, 0.7),
    ):
        axis = axis_of(each, [part])
        assert axis.n_cells == 129
        near, bound = axis.place([inside, outside]).tolist()
        assert near != bound


def test_a_threshold_on_an_edge_adds_no_cell():
    """Cells that nobody can hit would be in the way."""
    axis = axis_of(Float("x", (), 0.0, 1.0), [Requirement("x", above=0.5)])
    assert axis.n_cells == 128
    assert axis.masses.min() > 1 / 129
    assert np.diff(axis.place([0.5, 0.5 + 1e-12])).tolist() == [1]


def test_whole_numbers_are_cut_where_a_condition_changes():
    """Between two numbers, wherever the bound lies between them; a listed number stands alone."""
    each = Integer("n", (), 0, 9_999)
    parts = [
        Requirement("n", above=1234.5),
        Requirement("n", below=5000),
        Requirement("n", values=(7777,)),
    ]
    axis = axis_of(each, parts)
    cells = axis.place([1234, 1235, 4999, 5000, 7776, 7777, 7778]).tolist()
    assert cells[0] < cells[1] < cells[2] < cells[3]
    assert cells[4] < cells[5] < cells[6]
    assert axis.masses[cells[5]] == pytest.approx(1e-4)


def test_the_points_of_a_grid_are_the_cells_and_others_go_to_the_nearest():
    """Near on the hyperparameter's own scale."""
    axis = grid_axis_of(Float("lr", (), 1e-4, 1.0, log=True, grid=3))
    assert axis.values == (1e-4, 0.01, 1.0)
    assert axis.masses.tolist() == [1 / 3] * 3
    assert axis.place([1e-4, 0.002, 0.09, 0.11, 1.0]).tolist() == [0, 1, 1, 2, 2]
    assert grid_axis_of(Choice("c", (), ("a", "b"))).place(["b", "a"]).tolist() == [1, 0]


def test_lists_as_a_store_gives_them_are_found():
    """A store knows lists, a space tuples; `True` is not 1."""
    axis = axis_of(Choice("c", (), ((64, 32), True, 1)), ())
    assert axis.place([[64, 32], (64, 32), 1, True, 1.0]).tolist() == [0, 0, 2, 1, 2]


def test_cells_of_a_space_of_random_draws_are_even():
    """As `Space.propose` draws them."""
    space = Space.from_mapping({"n": {"int": [1, 4], "log": True}})
    axis = axis_of(space.varied[0], ())
    drawn = Counter(axis.place([space.propose(0, k)["n"] for k in range(2000)]).tolist())
    seen = np.array([drawn[cell] for cell in range(4)]) / 2000
    np.testing.assert_allclose(seen, axis.masses, atol=0.04)
