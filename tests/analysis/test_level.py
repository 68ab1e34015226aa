"""The confidence level."""

from __future__ import annotations

import pytest

from sweeps.analysis.level import check_level
from sweeps.errors import ResultsError


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.5, float("nan")])
def test_level_outside_its_range_is_refused(level):
    """A level in per cent is told from one between 0 and 1, and NaN is no level."""
    with pytest.raises(ResultsError, match=r"`level` must lie between 0 and 1, got .*0\.95"):
        check_level(level)


def test_level_between_the_ends_is_taken():
    """Any share will do."""
    for level in (1e-9, 0.5, 0.999999):
        check_level(level)
