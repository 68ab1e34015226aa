"""What to beware of in answers that compare halves: values without a score, and shared levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.near.scored import scored_cells
from sweeps.results.sensitivity.wording import MOST_NAMES
from sweeps.space.value import canonical_text

if TYPE_CHECKING:
    from sweeps.analysis.array import Integers
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.landscape import Landscape


def level_reasons(evidence: Evidence) -> tuple[str, ...]:
    """Say what halves cannot tell where seeds of different halves share levels of a source."""
    if not evidence.levels:
        return ()
    return (
        f"Halves share levels of {' and '.join(evidence.levels)}, so a gain that only these levels "
        "give counts as real.",
    )


def unscored_reasons(landscape: Landscape, cells: Integers) -> tuple[str, ...]:
    """Say which values nothing is known of.

    Args:
        landscape: Where the configurations lie.
        cells: Cells of those with a score that are used, shape `(n_configs, n_dimensions)`.
    """
    if not len(cells):
        return ()
    reasons = []
    measure = landscape.measure
    for j, is_scored in enumerate(scored_cells(cells, measure)):
        dimension, name = measure.dimensions[j], landscape.names[j]
        places = np.flatnonzero(~is_scored & (dimension.masses > 0))
        n_active = dimension.n_cells - measure.is_conditional[j]
        places = places[places < n_active]
        if not len(places):
            continue
        if dimension.is_ordered:
            what = f"in which `{name}` is active"
        else:
            what = f"with `{name}` = {_any_of([landscape.values[j][k] for k in places.tolist()])}"
        reasons.append(
            f"No configuration {what} has a score that counts here, so nothing is said about that "
            "and averages leave it out: run more of them."
        )
    return tuple(reasons)


def _any_of(values: list[object]) -> str:
    texts = [value if isinstance(value, str) else canonical_text(value) for value in values]
    if len(texts) > MOST_NAMES:
        texts = [*texts[: MOST_NAMES - 1], f"one of {len(texts) - MOST_NAMES + 1} other values"]
    return " or ".join([part for part in (", ".join(texts[:-1]), texts[-1]) if part])
