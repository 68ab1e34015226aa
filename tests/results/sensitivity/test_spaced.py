"""Regimes of spaces with conditions: they agree with what `Space.from_unit` draws."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from sweeps.errors import ResultsError
from sweeps.results.sensitivity.landscape import cells_of
from sweeps.results.sensitivity.spaced import map_of
from sweeps.space import Space

SVM = {
    "C": {"float": [1e-3, 1e3], "log": True},
    "kernel": {"choice": ["rbf", "poly", "linear", "sigmoid"]},
    "gamma": {"float": [1e-4, 10], "log": True, "when": {"kernel": ["rbf", "poly", "sigmoid"]}},
    "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
    "tol": 1e-3,
}


def the_map(definition, forbid=(), *, is_grid=False):
    """Cut a definition into cells and regimes."""
    return map_of(Space.from_mapping(definition, forbid), "lab", is_grid=is_grid)


def drawn_cells(space, found, n, seed=0):
    """Draw configurations, and give their cells."""
    points = np.random.default_rng(seed).random((n, space.n_dimensions)).tolist()
    drawn = [values for point in points if (values := space.from_unit(point)) is not None]
    return drawn, cells_of(drawn, found.axes)


def test_a_space_without_conditions_is_one_regime():
    """And its constants are no hyperparameters, nor is a choice of one value."""
    found = the_map({"a": {"float": [0, 1]}, "b": {"int": [1, 3]}, "c": {"choice": [1]}, "d": 2})
    assert [axis.name for axis in found.axes] == ["a", "b"]
    assert len(found.measure.regimes) == 1
    assert [dimension.n_cells for dimension in found.measure.dimensions] == [128, 3]
    assert found.measure.is_conditional == (False, False)


def test_values_with_the_same_children_are_one_class():
    """Of four kernels two have the same children, so there are three regimes."""
    found = the_map(SVM)
    kernel = [axis.name for axis in found.axes].index("kernel")
    regimes = found.measure.regimes
    assert [regime.mass for regime in regimes] == pytest.approx([0.5, 0.25, 0.25])
    assert [regime.classes[kernel] for regime in regimes] == [0, 1, 2]
    assert regimes[0].dimensions[kernel].masses.tolist() == [0.5, 0, 0, 0.5]
    gamma = [regime.is_active(2) for regime in regimes]
    degree = [regime.is_active(3) for regime in regimes]
    assert (gamma, degree) == ([True, True, False], [False, True, False])


def test_a_conditional_hyperparameter_has_one_more_cell_with_the_probability_of_being_inactive():
    """Over the whole space; within a regime it has all of the mass or none."""
    found = the_map(SVM)
    degree = found.measure.dimensions[3]
    np.testing.assert_allclose(degree.masses, [1 / 16] * 4 + [3 / 4])
    for regime in found.measure.regimes:
        assert regime.dimensions[3].masses[-1] == float(not regime.is_active(3))


def test_conditions_on_conditions_hold_only_where_the_parent_is_active():
    """A child of a child, by a threshold on a float."""
    found = the_map(
        {
            "momentum": {"float": [0, 1], "when": {"optimizer": "sgd"}},
            "nesterov": {"choice": [True, False], "when": {"momentum": {"above": 0.8}}},
            "optimizer": {"choice": ["adam", "sgd"]},
        }
    )
    masses = sorted(regime.mass for regime in found.measure.regimes)
    assert masses == pytest.approx([0.1, 0.4, 0.5])
    nesterov = found.measure.dimensions[1]
    np.testing.assert_allclose(nesterov.masses, [0.05, 0.05, 0.9])


def test_a_constant_can_stand_between_a_parent_and_its_grandchild():
    """A constant is no hyperparameter, yet it passes its condition on."""
    found = the_map(
        {
            "optimizer": {"choice": ["adam", "sgd"]},
            "momentum": {"constant": 0.9, "when": {"optimizer": "sgd"}},
            "damping": {"float": [0, 1], "when": {"momentum": {"above": 0}}},
        }
    )
    assert [axis.name for axis in found.axes] == ["optimizer", "damping"]
    assert found.measure.dimensions[1].masses[-1] == pytest.approx(0.5)


def test_true_and_1_are_two_values():
    """In conditions too, although Python calls them equal."""
    found = the_map(
        {
            "flag": {"choice": [1, True, "x"]},
            "a": {"int": [1, 2], "when": {"flag": 1}},
            "b": {"int": [1, 2], "when": {"flag": True}},
        }
    )
    assert [regime.classes for regime in found.measure.regimes] == [
        (0, 0, -1),
        (1, -1, 0),
        (2, -1, -1),
    ]


def test_a_float_is_never_exactly_a_value_but_in_a_grid():
    """So what depends on that is active nowhere, and in a grid at one of its points."""
    definition = {
        "lr": {"float": [0, 1], "grid": 5},
        "child": {"int": [1, 2], "when": {"lr": [0.5]}},
    }
    assert [axis.name for axis in the_map(definition).axes] == ["lr"]
    found = the_map(definition, is_grid=True)
    assert found.measure.dimensions[1].masses.tolist() == pytest.approx([0.1, 0.1, 0.8])


def test_too_many_regimes_are_refused():
    """Seven switches make 128."""
    switches = {f"use_{i}": {"choice": [True, False]} for i in range(7)}
    children = {f"x_{i}": {"float": [0, 1], "when": {f"use_{i}": True}} for i in range(7)}
    with pytest.raises(ResultsError, match="at most 64 combinations, those of `lab` do so in more"):
        the_map(switches | children)
    del children["x_6"]
    assert len(the_map(switches | children).measure.regimes) == 64


def test_the_order_of_hyperparameters_changes_nothing():
    """Neither masses nor regimes, but for their numbers."""
    found, turned = the_map(SVM), the_map(dict(reversed(SVM.items())))
    names = [axis.name for axis in turned.axes]
    for j, axis in enumerate(found.axes):
        theirs = turned.measure.dimensions[names.index(axis.name)]
        np.testing.assert_array_equal(found.measure.dimensions[j].masses, theirs.masses)
    masses = [[r.mass for r in each.measure.regimes] for each in (found, turned)]
    assert masses[0] == masses[1]


def random_entry(rng):
    """Draw an entry without a condition."""
    kind = str(rng.choice(["float", "int", "many", "choice", "ordinal", "constant"]))
    log = bool(rng.random() < 0.5)
    if kind == "float":
        return {"float": [0.1, 10.0], "log": log}
    if kind in {"int", "many"}:
        return {"int": [1, int(rng.integers(2, 7)) if kind == "int" else 5000], "log": log}
    if kind == "constant":
        return {"constant": 2}
    values: list[Any] = [1, True, "x", "y"] if kind == "choice" else ["s", "m", "l", "xl"]
    return {kind: values[: int(rng.integers(2, 5))]}


def random_wish(rng, entry):
    """Draw what a condition may want of a hyperparameter with this entry; some value meets it."""
    kind = next(kind for kind in ("float", "int", "choice", "ordinal", "constant") if kind in entry)
    if kind == "constant":
        return [2] if rng.random() < 0.5 else {"above": 1}
    if kind in {"choice", "ordinal"}:
        values = entry[kind]
        return [values[i] for i in rng.permutation(len(values))[: rng.integers(1, len(values) + 1)]]
    low, high = entry[kind]
    if kind == "int" and rng.random() < 0.3:
        return [int(value) for value in rng.integers(low, min(high, 4) + 1, 2)]
    cut = float(low + (0.05 + 0.9 * rng.random()) * (high - low))
    return {str(rng.choice(["above", "below"])): cut}


def random_space(rng):
    """Draw a space of up to six hyperparameters, about half of them under conditions."""
    definition: dict[str, Any] = {}
    for i in range(int(rng.integers(2, 7))):
        entry = random_entry(rng)
        parents = rng.permutation(list(definition))[: rng.integers(0, 3)] if definition else []
        wishes = {str(name): random_wish(rng, definition[name]) for name in parents}
        definition[f"h{i}"] = entry | ({"when": wishes} if wishes else {})
    return Space.from_mapping(dict(sorted(definition.items(), key=lambda _: rng.random())))


@pytest.mark.parametrize("seed", range(40))
def test_regimes_agree_with_draws_of_random_spaces(seed):
    """Every draw lies in one regime, active where that is; frequencies are the masses."""
    rng = np.random.default_rng(seed)
    space = random_space(rng)
    found = map_of(space, "lab", is_grid=False)
    if not found.axes:
        return
    measure, n = found.measure, 400
    drawn, cells = drawn_cells(space, found, n)
    in_each = np.stack(
        [
            np.all([d.masses[cells[:, j]] > 0 for j, d in enumerate(regime.dimensions)], axis=0)
            for regime in measure.regimes
        ]
    )
    assert (in_each.sum(axis=0) == 1).all()
    number = measure.regime_of(cells)
    for j, axis in enumerate(found.axes):
        is_active = [axis.name in values for values in drawn]
        assert is_active == [measure.regimes[i].is_active(j) for i in number.tolist()]
    masses = np.array([regime.mass for regime in measure.regimes])
    off = np.bincount(number, minlength=len(masses)) / n - masses
    assert (np.abs(off) < 5 * np.sqrt(masses * (1 - masses) / n) + 1e-9).all()


@pytest.mark.slow
def test_within_a_regime_hyperparameters_vary_independently_with_the_masses_of_their_cells():
    """Two parents, a shared child and one of its own: joint frequencies are products."""
    space = Space.from_mapping(
        {
            "a": {"int": [1, 6], "log": True},
            "b": {"ordinal": ["s", "m", "l"]},
            "both": {"choice": [0, 1, 2], "when": {"a": {"above": 2}, "b": ["m", "l"]}},
            "one": {"choice": [0, 1], "when": {"a": [1, 5]}},
        }
    )
    found = map_of(space, "lab", is_grid=False)
    n = 20_000
    _, cells = drawn_cells(space, found, n)
    shape = [dimension.n_cells for dimension in found.measure.dimensions]
    expected = np.zeros(shape)
    for regime in found.measure.regimes:
        a, b, c, d = (dimension.masses for dimension in regime.dimensions)
        expected += regime.mass * np.einsum("i,j,k,l->ijkl", a, b, c, d)
    for place in product(*map(range, shape)):
        seen = (cells == place).all(axis=1).mean()
        assert abs(seen - expected[place]) < 5 * np.sqrt(expected[place] / n) + 1e-12


def test_forbidden_combinations_are_part_of_the_measure():
    """Clauses change what is drawn, not what effects are averaged over."""
    clauses = [{"kernel": "poly", "degree": 5}]
    plain, forbidden = the_map(SVM), the_map(SVM, clauses)
    for mine, theirs in zip(plain.measure.dimensions, forbidden.measure.dimensions, strict=True):
        np.testing.assert_array_equal(mine.masses, theirs.masses)
