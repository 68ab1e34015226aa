"""How far the leader's value lies from the truth: what is promised, by simulation."""

from __future__ import annotations

import pytest

from benchmarks.winner_bias import ESTIMATES, Setting, errors_of

pytestmark = pytest.mark.slow
NAIVE, SHRUNKEN, LEFT_OUT, VALIDATED = range(len(ESTIMATES))


@pytest.mark.parametrize(
    "setting",
    [
        Setting(64, 4, 0.5),
        Setting(64, 5, 1.0),
        Setting(20, 5, 0.0),
        Setting(64, 4, 1.0, skills="long tail of bad ones"),
        Setting(64, 4, 1.0, noise="t, 3 degrees of freedom"),
    ],
)
def test_the_bias_is_below_a_tenth_validated_and_a_fifth_left_out(setting):
    """Of that of the plain mean; and the two intervals hold the truth as often as they say."""
    errors, covers = errors_of(setting, n_sweeps=1_500)
    assert errors[NAIVE] > 0.3
    assert abs(errors[LEFT_OUT]) < 0.2 * errors[NAIVE]
    assert abs(errors[VALIDATED]) < 0.1 * errors[NAIVE]
    assert covers[LEFT_OUT] > 0.92
    assert covers[VALIDATED] > 0.935


@pytest.mark.parametrize("setting", [Setting(40, 3, 0.5), Setting(40, 8, 1.0)])
def test_the_shrunken_leader_is_unbiased_where_its_model_holds(setting):
    """Bias below a fifth of the plain mean's, and coverage near its level."""
    errors, covers = errors_of(setting, n_sweeps=1_000)
    assert abs(errors[SHRUNKEN]) < 0.2 * errors[NAIVE]
    assert 0.9 < covers[SHRUNKEN] < 0.99


def test_shrinking_helps_less_where_bad_configurations_have_a_long_tail():
    """The model is wrong there, which is why it is not the first choice."""
    errors, _ = errors_of(Setting(64, 4, 1.0, skills="long tail of bad ones"), n_sweeps=500)
    assert 0.3 * errors[NAIVE] < errors[SHRUNKEN] < 0.9 * errors[NAIVE]
