"""How often tests find a difference where there is none: their promise, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.type_one import (
    COUNTED,
    EQUAL,
    KEPT,
    SYMMETRIC,
    paired_t_rate,
    peeking_rates,
    permutation_rate,
    sign_flip_rate,
    welch_rate,
)

pytestmark = pytest.mark.slow
N_SAMPLES = 20_000
N_EXACT = 2_000


def slack(n_samples):
    """Give what luck alone adds: three standard errors of a share of 5 %."""
    return 3 * np.sqrt(0.05 * 0.95 / n_samples)


@pytest.mark.parametrize("sizes", EQUAL)
def test_welch_exceeds_its_level_by_little_in_the_worst_cell(sizes):
    """At most 6.5 % in every cell of its table: one distribution, or symmetric ones."""
    rates = [welch_rate(*case, sizes, n_samples=N_SAMPLES) for case in KEPT]
    assert max(rates) <= 0.065


@pytest.mark.parametrize("sizes", EQUAL)
def test_paired_t_exceeds_its_level_by_little_in_the_worst_cell(sizes):
    """Differences of shared seeds are symmetric there, which is what t needs most."""
    rates = [paired_t_rate(*case, sizes, n_samples=N_SAMPLES) for case in KEPT]
    assert max(rates) <= 0.065


@pytest.mark.parametrize("sizes", COUNTED)
def test_sign_flips_keep_their_level(sizes):
    """Where differences are symmetric, the exact test errs at most 5 times in 100."""
    rates = [sign_flip_rate(*case, sizes, n_samples=N_EXACT) for case in KEPT]
    assert max(rates) <= 0.05 + slack(N_EXACT)
    if sizes[0] < 6:
        assert max(rates) == 0.0  # no p-value can be so small


@pytest.mark.parametrize("sizes", [sizes for sizes in COUNTED if sizes[0] < 8])
def test_permutations_keep_their_level(sizes):
    """Where both have one distribution, the exact test errs at most 5 times in 100."""
    cases = [case for case in KEPT if case[1] == 1]
    rates = [permutation_rate(*case, sizes, n_samples=N_EXACT) for case in cases]
    assert max(rates) <= 0.05 + slack(N_EXACT)


@pytest.mark.parametrize("name", SYMMETRIC)
def test_looking_at_every_seed_takes_a_p_value_made_for_it(name):
    """At 3 to 100 looks the t test errs often; the p-value for looking at most 5 times in 100."""
    naive, always = peeking_rates(name, 100, n_samples=4_000)
    assert naive > 0.2
    assert always <= 0.05
