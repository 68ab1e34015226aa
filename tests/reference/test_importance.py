"""Shares that are known exactly, by enumeration or by hand, found again through `Results`.

`python -m benchmarks.importance` measures the same at full length.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.sensitivity import report
from benchmarks.sensitivity.conditional import CONDITIONAL
from benchmarks.sensitivity.exact import between_and_within
from benchmarks.sensitivity.grid import load_grid
from benchmarks.sensitivity.measured import (
    LINEAR,
    Job,
    case_of,
    frame_of,
    measure,
    results_of,
)
from benchmarks.sensitivity.simulated import HALVES, ISHIGAMI, MULTIPLIED_NOISE, NOISE

pytestmark = pytest.mark.slow  # forests

NAMES = ("alpha", "batch_size", "depth", "learning_rate_init", "width")
FIGURES = ["share", "low", "high", "total"]


MIXED = "log float, choice of 6"


@pytest.fixture(scope="module")
def frame():
    """Give a small mixed sweep that starts to say something."""
    return frame_of(Job(MIXED, 60, 1, 0))


@pytest.fixture(scope="module")
def answer(frame):
    """Say what matters there."""
    return answer_of(frame)


def answer_of(frame, **options):
    """Ask for the importance of what a frame of the mixed sweep holds."""
    return results_of(frame, case_of(MIXED)).importance(**options)


@pytest.mark.parametrize(
    ("dataset", "variance", "shares", "totals"),
    [
        (
            "credit_g",
            0.0210593,
            (0.0849, 0.0145, 0.0001, 0.6011, 0.0169),
            (0.1838, 0.1883, 0.0753, 0.8396, 0.0923),
        ),
        (
            "car",
            0.0863577,
            (0.1039, 0.0103, 0.0003, 0.5513, 0.0144),
            (0.2056, 0.1988, 0.0850, 0.8194, 0.0996),
        ),
    ],
)
def test_the_enumeration_of_a_table_has_digits_worked_out_elsewhere(
    dataset, variance, shares, totals
):
    grid = load_grid("hpobench", dataset)
    assert grid.names == list(NAMES)
    assert grid.means.var() == pytest.approx(variance, abs=5e-8)
    assert [grid.truth[name] for name in NAMES] == pytest.approx(shares, abs=5e-5)
    assert [grid.total[name] for name in NAMES] == pytest.approx(totals, abs=5e-5)


def test_the_enumeration_tells_configurations_from_seeds():
    grid = load_grid("hpobench", "credit_g")
    assert between_and_within(grid.scores) == pytest.approx((0.0207209, 0.00169541), rel=3e-6)
    assert grid.means.mean() == pytest.approx(0.737414, abs=5e-7)
    assert grid.truth["batch_size:learning_rate_init"] == pytest.approx(0.0769, abs=5e-5)


@pytest.mark.parametrize(
    ("table", "n_seeds", "draws"),
    [
        ("hpobench-credit_g", None, 1),
        ("hpobench-credit_g", 1, 2),
        ("hpobench-australian", None, 1),
        ("nasbench201-cifar100", None, 1),
    ],
)
def test_500_configurations_of_a_table_say_what_all_of_them_do(table, n_seeds, draws):
    founds = [measure(Job(table, 500, n_seeds, draw)) for draw in range(draws)]
    assert report.mean_error(founds) <= 0.05
    assert report.draw_error(founds) <= 0.08


@pytest.mark.parametrize("case", HALVES, ids=lambda case: case.name)
def test_two_equal_effects_get_half_each_on_any_scale(case):
    """Within .05; a space of 96 configurations, some ten times as likely as others, within .08."""
    found = measure(Job(case.name, 400, 1, 0))
    is_small = case.name == "log integer, choice of 6"
    assert found.index == pytest.approx(case.truth, abs=0.08 if is_small else 0.05)


@pytest.mark.parametrize("case", NOISE[1:], ids=lambda case: case.name)
def test_pure_noise_leaves_nothing_to_hyperparameters_in_the_mean(case):
    """Negative shares count as such."""
    founds = [measure(Job(case.name, 40, 2, draw)) for draw in range(6)]
    assert abs(np.mean([sum(found.share.values()) for found in founds])) < 0.06


def test_a_linear_function_gets_its_squared_slopes():
    found = measure(Job(LINEAR.name, 500, 1, 0))
    assert found.index == pytest.approx(LINEAR.truth, abs=0.05)


def test_ishigami_under_as_much_noise():
    """Half of the variance is the seed's, and the third hyperparameter matters with the first."""
    found = measure(Job(ISHIGAMI.name, 800, 3, 0, order=2))
    exact = {"x1": 0.156953, "x2": 0.221205, "x3": 0.0, "x1:x3": 0.121842}
    assert {term: found.share[term] for term in exact} == pytest.approx(exact, abs=0.04)
    assert found.seed == pytest.approx(0.5, abs=0.03)
    assert max(found.share["x1:x2"], found.share["x2:x3"]) < 0.02


def test_what_scales_the_noise_alone_is_not_important_but_unstable():
    found = measure(Job(MULTIPLIED_NOISE.name, 500, 5, 0))
    assert found.share == pytest.approx({"x1": 0.2, "x2": 0.0}, abs=0.04)
    assert found.seed == pytest.approx(0.8, abs=0.04)
    unstable = measure(Job(MULTIPLIED_NOISE.name, 500, 5, 0, instability=True))
    assert unstable.index["x2"] > 0.8
    assert unstable.index["x1"] < 0.05


@pytest.mark.parametrize("case", CONDITIONAL, ids=lambda case: case.name)
def test_conditional_spaces_have_the_shares_worked_out_by_hand(case):
    found = measure(Job(case.name, 500, 1, 0))
    assert found.index == pytest.approx(case.truth, abs=0.05)


def test_the_order_of_rows_and_columns_and_their_labels_do_not_matter(frame, answer):
    rows = np.random.default_rng(0).permutation(len(frame))
    moved = answer_of(frame.iloc[rows, ::-1].set_index(np.arange(len(frame)) % 7))
    assert moved["term"].tolist() == answer["term"].tolist()
    np.testing.assert_allclose(moved[FIGURES], answer[FIGURES], rtol=1e-9)


def test_the_same_random_seed_gives_the_same_numbers(frame, answer):
    assert answer_of(frame, random_seed=0).equals(answer)
    assert not answer_of(frame, random_seed=1).equals(answer)


def test_another_unit_of_the_score_changes_no_share(frame, answer):
    scaled = answer_of(frame.assign(score=1024 * frame["score"] - 4096))
    np.testing.assert_allclose(scaled[FIGURES], answer[FIGURES], rtol=1e-6, atol=1e-12)
