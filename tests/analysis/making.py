"""Makes what the analysis takes, from what is easy to read."""

from __future__ import annotations

import numpy as np

from sweeps.analysis.scores import Scores


def scores_of(table):
    """Turn a table (configuration, seed) with NaN for missing runs into scores."""
    table = np.asarray(table, dtype=float)
    groups, seeds = np.nonzero(~np.isnan(table))
    return Scores(table[groups, seeds], groups, seeds, len(table))
