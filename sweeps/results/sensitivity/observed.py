"""The cells and regimes of results whose space is unknown: the values that were observed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sweeps.analysis.importance.dimension import N_CELLS
from sweeps.errors import ResultsError
from sweeps.results.sensitivity.axis import Axis
from sweeps.results.sensitivity.map import Map
from sweeps.results.sensitivity.regimes import INACTIVE, Condition, classes_of, measure_of, parts_of
from sweeps.space.value import canonical_text, is_number, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sweeps.analysis.array import Booleans, Integers

MOST_DECIDING = 20
"""Values of a hyperparameter that may decide what is active; more would decide it by chance."""


class _Column(NamedTuple):
    """A hyperparameter as it was observed.

    Attributes:
        axis: Its cells.
        is_active: Which configurations have a value.
        cells: Their cells; `INACTIVE` for the others.
    """

    axis: Axis
    is_active: Booleans
    cells: Integers


def observed_map_of(
    active: Sequence[Mapping[str, object]], names: Iterable[str], sweep: str
) -> Map:
    """Take the configurations themselves for the space.

    Args:
        active: Active values of each configuration.
        names: All hyperparameters.
        sweep: Name of the sweep, for the message.

    Returns:
        The hyperparameters with two or more values. Each varies as it was observed; where some
        have no value, another hyperparameter that says where is taken for their parent.

    Raises:
        ResultsError: No hyperparameter says where another one is missing, or the regimes are too
            many.
    """
    columns = {name: _column(active, name) for name in names}
    columns = {name: column for name, column in columns.items() if column.axis.n_cells}
    varied = [name for name, column in columns.items() if column.axis.n_cells > 1]
    parents = _parents_of(columns, varied, sweep)
    order = sorted(columns, key=lambda name: (-int(columns[name].is_active.sum()), name))
    conditions = {name: _conditions(columns, name, parents.get(name)) for name in columns}
    wanted = {
        name: [part.is_met for child in varied for part in conditions[child] if part.parent == name]
        for name in columns
    }
    classes = {name: classes_of(columns[name].axis, wanted[name]) for name in columns}
    axes = [columns[name].axis for name in order]
    parts = parts_of(axes, conditions, classes, sweep)
    kept = tuple(columns[name].axis for name in varied)
    return Map(kept, measure_of(parts, kept, classes))


def _column(active: Sequence[Mapping[str, object]], name: str) -> _Column:
    is_active = np.array([name in values for values in active], dtype=bool)
    found = [plain(values[name]) for values in active if name in values]
    if all(is_number(value) for value in found):
        axis, placed = _numeric(name, np.array(found, dtype=np.float64), found)
    else:
        axis, placed = _listed(name, found)
    cells = np.full(len(active), INACTIVE)
    cells[is_active] = placed
    return _Column(axis, is_active, cells)


def _numeric(name: str, numbers: np.ndarray, found: Sequence[object]) -> tuple[Axis, Integers]:
    """Cut numbers into their values, or into runs of values of about equal frequency."""
    values, first, inverse, counts = np.unique(
        numbers, return_index=True, return_inverse=True, return_counts=True
    )
    cell_of = np.arange(len(values))
    if len(values) > N_CELLS:
        middles = (np.cumsum(counts) - counts / 2) / len(numbers)
        cell_of = np.unique((middles * N_CELLS).astype(np.int64), return_inverse=True)[1]
    masses = np.bincount(cell_of, counts)
    starts = np.searchsorted(cell_of, np.arange(len(masses)))
    ends = np.searchsorted(cell_of, np.arange(len(masses)), side="right")
    middle = first[(starts + ends - 1) // 2] if len(masses) else first
    shown = tuple(found[i] for i in middle.tolist())
    place = partial(_among, values[starts])
    is_ordered = True
    return Axis(name, masses / max(len(numbers), 1), is_ordered, shown, place), cell_of[inverse]


def _among(starts: np.ndarray, values: Sequence[object]) -> Integers:
    numbers = np.array(values, dtype=np.float64)
    return np.maximum(np.searchsorted(starts, numbers, side="right") - 1, 0)


def _listed(name: str, found: Sequence[object]) -> tuple[Axis, Integers]:
    """Give each different value a cell."""
    texts = [canonical_text(value) for value in found]
    known = {text: i for i, text in enumerate(sorted(set(texts)))}
    cells = np.array([known[text] for text in texts], dtype=np.int64)
    shown = dict(zip(texts, found, strict=True))
    masses = np.bincount(cells) / len(cells)
    place = partial(_looked_up, known)
    is_ordered = False
    return Axis(name, masses, is_ordered, tuple(shown[text] for text in known), place), cells


def _looked_up(known: Mapping[str, int], values: Sequence[object]) -> Integers:
    return np.array([known[canonical_text(plain(value))] for value in values], dtype=np.int64)


def _parents_of(
    columns: Mapping[str, _Column], varied: Sequence[str], sweep: str
) -> dict[str, str]:
    """Find for each hyperparameter that is missing somewhere another one that says where.

    One that is never missing goes before others, one with fewer values before one with more.
    """
    parents = {}
    for name in varied:
        own = columns[name]
        if own.is_active.all():
            continue
        able = [
            other
            for other, column in columns.items()
            if column.is_active.sum() > own.is_active.sum() and _decides(column, own.is_active)
        ]
        if not able:
            message = (
                f"Where `{name}` has no value, another hyperparameter must say so, and none of "
                f"`{sweep}` does. Pass `space=` to `from_frame`, with the condition of `{name}`."
            )
            raise ResultsError(message)
        parents[name] = min(able, key=lambda other: _preference(columns[other], other))
    return parents


def _decides(parent: _Column, is_active: Booleans) -> bool:
    """Say whether each of the parent's values goes with activity always, or never."""
    n, n_configs = parent.axis.n_cells, int(parent.is_active.sum())
    # A number that hardly ever occurs twice would decide anything.
    most = n_configs // 2 if parent.axis.is_ordered else n_configs - 1
    if not 1 < n <= min(MOST_DECIDING, most) or (is_active & ~parent.is_active).any():
        return False
    with_child = np.bincount(parent.cells[is_active], minlength=n)
    without = np.bincount(parent.cells[parent.is_active & ~is_active], minlength=n)
    return not ((with_child > 0) & (without > 0)).any()


def _preference(column: _Column, name: str) -> tuple[int, int, str]:
    return -int(column.is_active.sum()), column.axis.n_cells, name


def _conditions(columns: Mapping[str, _Column], name: str, parent: str | None) -> list[Condition]:
    if parent is None:
        return []
    own, other = columns[name], columns[parent]
    n_with = np.bincount(other.cells[own.is_active], minlength=other.axis.n_cells)
    return [Condition(parent, n_with > 0)]
