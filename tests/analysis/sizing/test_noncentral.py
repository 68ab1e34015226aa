"""The noncentral t at its edges; `test_power.py` holds it against scipy."""

from __future__ import annotations

import numpy as np
from scipy import special

from sweeps.analysis.sizing.noncentral import noncentral_tail


def test_without_a_shift_it_is_students_t():
    """From one degree of freedom to very many, on both sides."""
    freedom = np.array([1.0, 2.0, 7.5, 1e3, 1e7])
    for bound in (-3.0, 0.0, 2.5):
        found = noncentral_tail(bound, 0.0, freedom)
        np.testing.assert_allclose(found, special.stdtr(freedom, -bound), rtol=1e-9)


def test_far_shifts_are_certain_and_unknown_ones_unknown():
    """Neither overflow nor NaN where the answer is 0 or 1."""
    found = noncentral_tail([2.0, 2.0, 2.0], [1e300, -1e300, 0.0], [5.0, 5.0, np.nan])
    np.testing.assert_allclose(found, [1.0, 0.0, np.nan])
