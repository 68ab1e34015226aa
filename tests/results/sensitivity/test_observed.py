"""Tables without a space: the values that were observed are the space."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.errors import ResultsError
from sweeps.results.sensitivity.landscape import cells_of
from sweeps.results.sensitivity.observed import observed_map_of


def the_map(rows):
    """Take rows for the space, and give their cells too."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    found = observed_map_of(rows, names, "table")
    return found, cells_of(rows, found.axes)


def svm_rows(n=120, seed=0):
    """Give rows of a conditional space, drawn at random."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        kernel = str(rng.choice(["rbf", "poly", "linear"]))
        row = {"C": float(rng.random()), "kernel": kernel}
        if kernel != "linear":
            row["gamma"] = float(rng.random())
        if kernel == "poly":
            row["degree"] = int(rng.integers(2, 6))
        rows.append(row)
    return rows


def test_values_weigh_as_often_as_they_occur():
    """Numbers in their order; words and truth values in none; one value is no hyperparameter."""
    rows = [
        {"n": n, "c": c, "b": b, "k": 7}
        for n, c, b in [(3, "x", True), (1, "y", True), (3, "x", False), (2.5, "z", True)]
    ]
    found, cells = the_map(rows)
    assert [axis.name for axis in found.axes] == ["n", "c", "b"]
    n, c, b = found.measure.dimensions
    assert (n.is_ordered, c.is_ordered, b.is_ordered) == (True, False, False)
    assert n.masses.tolist() == [0.25, 0.25, 0.5]
    assert found.axes[0].values == (1, 2.5, 3)
    assert (c.masses.tolist(), found.axes[1].values) == ([0.5, 0.25, 0.25], ("x", "y", "z"))
    assert b.masses.tolist() == [0.25, 0.75]
    assert cells[:, 0].tolist() == [2, 0, 2, 1]
    assert len(found.measure.regimes) == 1


def test_many_numbers_share_cells_of_about_equal_frequency_and_ties_stay_together():
    """Cells never split one number."""
    rng = np.random.default_rng(1)
    numbers = np.concatenate([rng.random(900), np.full(300, 0.5)])
    found, cells = the_map([{"x": float(x)} for x in numbers])
    (axis,) = found.axes
    assert 80 < axis.n_cells <= 128
    np.testing.assert_allclose(np.bincount(cells[:, 0]) / 1200, axis.masses)
    assert axis.masses[axis.place([0.5])[0]] >= 0.25
    assert np.sort(axis.masses)[-2] < 3 / 128
    assert (np.diff(cells[np.argsort(numbers), 0]) >= 0).all()
    assert axis.place(list(axis.values)).tolist() == list(range(axis.n_cells))


def test_missing_values_make_regimes_by_the_hyperparameter_that_says_where():
    """`gamma` and `degree` are missing by `kernel`."""
    rows = svm_rows()
    found, cells = the_map(rows)
    measure = found.measure
    assert measure.is_conditional == (False, False, True, True)
    number = measure.regime_of(cells)
    assert (number >= 0).all()
    for j, axis in enumerate(found.axes):
        is_active = [axis.name in row for row in rows]
        assert is_active == [measure.regimes[i].is_active(j) for i in number.tolist()]
    masses = [regime.mass for regime in measure.regimes]
    np.testing.assert_allclose(np.bincount(number) / len(rows), masses)


def test_a_condition_on_a_conditional_hyperparameter_is_found():
    """`nesterov` where `momentum` is high, `momentum` where the optimizer is sgd."""
    rows = [
        {"lr": i / 80, "optimizer": ["adam", "sgd"][i % 2]}
        | ({"momentum": [0.0, 0.9][i // 2 % 2]} if i % 2 else {})
        | ({"nesterov": bool(i // 4 % 2)} if i % 4 == 3 else {})
        for i in range(80)
    ]
    found, cells = the_map(rows)
    assert len(found.measure.regimes) == 3
    assert (found.measure.regime_of(cells) >= 0).all()


def test_the_order_of_rows_and_columns_changes_nothing():
    """The same masses for the same values."""
    rows = svm_rows()
    turned = [dict(reversed(row.items())) for row in reversed(rows)]
    found, other = the_map(rows)[0], the_map(turned)[0]
    place = [axis.name for axis in other.axes]
    for j, axis in enumerate(found.axes):
        theirs = place.index(axis.name)
        assert other.axes[theirs].values == axis.values
        np.testing.assert_allclose(
            other.measure.dimensions[theirs].masses, found.measure.dimensions[j].masses
        )


def test_values_that_are_missing_at_random_are_refused():
    """Nothing says where `x` is active, and a number that never repeats does not count."""
    rng = np.random.default_rng(0)
    rows = [
        {"lr": float(rng.random()), "c": i % 3} | ({"x": i} if rng.random() < 0.5 else {})
        for i in range(60)
    ]
    with pytest.raises(ResultsError, match=r"Where `x` has no value.*Pass `space=`"):
        the_map(rows)


def test_a_hyperparameter_without_any_value_is_left_out():
    """As a column of a table that holds nothing."""
    found = observed_map_of([{"a": 1}, {"a": 2}], ["a", "b"], "table")
    assert [axis.name for axis in found.axes] == ["a"]
