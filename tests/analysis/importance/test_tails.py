import numpy as np

from sweeps.analysis.importance.tails import tail_warning


def test_normal_scores_need_no_warning():
    rng = np.random.default_rng(0)
    assert not any(tail_warning(rng.normal(size=n)) for n in (30, 100, 1000))


def test_scores_whose_logarithm_is_wide_are_warned_of():
    scores = np.exp(3 * np.random.default_rng(0).normal(size=500))
    assert "5 of 500 configurations" in tail_warning(scores)
    assert not tail_warning(np.log(scores))
