"""Gains of tuning as columns, with their terms and settings by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.near.legal import is_active
from sweeps.results.answer import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.tunability.gain import Gain
    from sweeps.results.sensitivity.landscape import Landscape

ALL = "all"
"""Name of the term that is about all hyperparameters."""
_FIGURES = {"gain": "value", "low": "low", "high": "high", "naive": "naive"}
_JOINT = {name: name for name in ("joint", "joint_low", "joint_high")}


def figure_names(*, pairs: bool) -> dict[str, str]:
    """Give the columns of figures, each with the attribute of `Gain` that it shows."""
    return _FIGURES | (_JOINT if pairs else {})


def gain_columns(
    gains: Sequence[Gain], landscape: Landscape, defaults: Mapping[str, object], *, pairs: bool
) -> dict[str, Any]:
    """Lay out gains, a row each.

    Args:
        gains: The gains.
        landscape: What their cells mean.
        defaults: Values of the defaults, which stand for what a term leaves at them.
        pairs: Whether there are pairs.
    """
    columns: dict[str, Any] = {"term": texts([term_name(gain, landscape) for gain in gains])}
    for column, name in figure_names(pairs=pairs).items():
        columns[column] = np.array([getattr(gain, name) for gain in gains], dtype=np.float64)
    configs = np.empty(len(gains), dtype=object)
    configs[:] = [_config(gain, landscape, defaults) for gain in gains]
    columns["config"] = configs
    return columns


def term_name(gain: Gain, landscape: Landscape) -> str:
    """Name a term: `all`, a hyperparameter, or two of them as `a:b`."""
    return ":".join(landscape.names[j] for j in gain.term) or ALL


def by_gain(gains: Sequence[Gain], landscape: Landscape) -> list[Gain]:
    """Put all of them first, then hyperparameters, then pairs, the largest gain of each first."""

    def place(gain: Gain) -> tuple[int, float, str]:
        value = gain.value if np.isfinite(gain.value) else -np.inf
        return len(gain.term), -value, term_name(gain, landscape)

    return sorted((_by_name(gain, landscape) for gain in gains), key=place)


def _by_name(gain: Gain, landscape: Landscape) -> Gain:
    """Name the two of a pair in alphabetical order, whatever that of the columns."""
    return replace(gain, term=tuple(sorted(gain.term, key=lambda j: landscape.names[j])))


def _config(gain: Gain, landscape: Landscape, defaults: Mapping[str, object]) -> dict[str, object]:
    found = values_at(gain.choice, landscape)
    kept = {landscape.names[j] for j in gain.unchanged}
    return {name: defaults.get(name, v) if name in kept else v for name, v in found.items()}


def values_at(cells: Sequence[int], landscape: Landscape) -> dict[str, object]:
    """Give the values that stand for cells, of what is active and set (-1 is not)."""
    found = {
        name: values[cell]
        for name, values, cell in zip(landscape.names, landscape.values, cells, strict=True)
        if cell >= 0
    }
    shown = is_active(landscape.measure, np.asarray(cells))
    active = dict(zip(landscape.names, shown.tolist(), strict=True))
    return {name: value for name, value in found.items() if active[name]}
