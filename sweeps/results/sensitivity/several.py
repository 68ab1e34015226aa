"""Several sweeps of one space, on cells that mean the same in all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sweeps.errors import ResultsError
from sweeps.results.sensitivity.landscape import (
    Landscape,
    cells_by_rank,
    landscape_of,
    values_of,
)
from sweeps.results.sensitivity.over import SUMMARIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.map import Map


def check_results(results: object) -> None:
    """Refuse what is no list of results, or has one of them twice.

    Raises:
        ResultsError: It is something else.
    """
    # By name, since results are made of this and cannot be imported here.
    is_list = isinstance(results, list | tuple)
    each = results if isinstance(results, list | tuple) else ()
    if not is_list or any(type(one).__name__ != "Results" for one in each):
        message = "Pass a list of results, one of each data set, such as `[first, second]`."
        raise ResultsError(message)
    if len({id(one) for one in each}) < len(each):
        message = "Each data set must be there once, got the same results twice."
        raise ResultsError(message)


def check_alike(sweeps: Sequence[Evidence]) -> None:
    """Refuse sweeps that cannot be averaged.

    Raises:
        ResultsError: There is none, or they differ in metric, mode, hyperparameters or space.
    """
    if not sweeps:
        message = "Tunability over data sets needs results, got none. Pass those of each data set."
        raise ResultsError(message)
    first = sweeps[0]
    for other in sweeps[1:]:
        same = {
            "metric": (first.metric, other.metric),
            "mode": (first.mode, other.mode),
            "hyperparameters": (sorted(first.hyperparameters), sorted(other.hyperparameters)),
        }
        for what, (one, another) in same.items():
            if one != another:
                message = (
                    f"Sweeps must have the same {what} to be averaged, got {one} in "
                    f"`{first.name}` and {another} in `{other.name}`."
                )
                raise ResultsError(message)
        if first.space != other.space:
            message = (
                f"Sweeps must have the same space to be averaged, and those of `{first.name}` and "
                f"`{other.name}` differ. Pass sweeps of one space, or read frames of all of them "
                "with the same `space=`."
            )
            raise ResultsError(message)


def labels_of(sweeps: Sequence[Evidence]) -> list[str]:
    """Name the sweeps, by a number too where several are called the same.

    Example:
        >>> from types import SimpleNamespace
        >>> labels_of([SimpleNamespace(name=name) for name in ("iris", "frame", "frame")])
        ['iris', 'frame', 'frame (2)']
        >>> labels_of([SimpleNamespace(name="mean")])
        ['mean (2)']
    """
    seen = Counter(SUMMARIES.keys())  # the names of the last rows
    labels = []
    for evidence in sweeps:
        seen[evidence.name] += 1
        n = seen[evidence.name]
        labels.append(evidence.name if n == 1 else f"{evidence.name} ({n})")
    return labels


def landscapes_of(sweeps: Sequence[Evidence], found: Map) -> list[Landscape]:
    """Say where the configurations of each sweep lie.

    Raises:
        ResultsError: No hyperparameter varies.
    """
    if not found.axes:
        message = f"No hyperparameter of `{sweeps[0].name}` has more than one value."
        raise ResultsError(message)
    return [
        Landscape(
            names=tuple(axis.name for axis in found.axes),
            measure=found.measure,
            cells=cells_by_rank(evidence, found.axes),
            is_drawn=np.ones(evidence.n, dtype=bool),
            values=values_of(found),
            reasons=_reasons_of(evidence),
        )
        for evidence in sweeps
    ]


def _reasons_of(evidence: Evidence) -> tuple[str, ...]:
    """Say what to beware of in one sweep; nothing where none of its hyperparameters varies."""
    try:
        return landscape_of(evidence).reasons
    except ResultsError:
        return ()
