"""The synthetic objective's answers are what its docstring says: the oracle needs an oracle."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest

from objectives import synthetic
from sweeps.seeds import make_seed
from sweeps.space import Space

OPTIMIZERS = ("sgd", "momentum", "adam")
QUIET = {"lr": 0.01, "width": 3, "optimizer": "adam", "irrelevant": 0.3}


def seed_of(index: int):
    return make_seed(0, "race", index)


def random_scores(n: int) -> np.ndarray:
    """Expected quality of `n` configurations drawn uniformly, without the space's help."""
    rng = np.random.default_rng(1)
    columns = zip(
        10 ** rng.uniform(-4, 0, n),
        rng.integers(1, 9, n),
        rng.integers(0, 3, n),
        rng.uniform(0, 1, n),
        strict=True,
    )
    return np.array(
        [
            synthetic.expected_score(
                {"lr": lr, "width": width, "optimizer": OPTIMIZERS[i], "irrelevant": irrelevant}
            )
            for lr, width, i, irrelevant in columns
        ]
    )


def exact_table() -> tuple[np.ndarray, np.ndarray]:
    """Expected quality by (node of `lr`, width, optimizer), and the nodes' weights."""
    nodes, weights = np.polynomial.legendre.leggauss(8)
    table = [
        [
            [
                synthetic.expected_score({"lr": 10 ** (2 * t - 2), "width": w, "optimizer": o})
                for o in OPTIMIZERS
            ]
            for w in range(1, 9)
        ]
        for t in nodes
    ]
    return np.array(table), weights / 2


def test_variances_by_quadrature():
    """Each term has exactly the variance that `VARIANCES` says."""
    table, weights = exact_table()
    over_lr = np.tensordot(weights, table, axes=1)
    mean = over_lr.mean()
    lr = table.mean(axis=(1, 2)) - mean
    width = over_lr.mean(axis=1) - mean
    optimizer = over_lr.mean(axis=0) - mean
    both = table.mean(axis=2) - mean - lr[:, None] - width[None, :]
    found = {
        "lr": weights @ lr**2,
        "width": (width**2).mean(),
        "optimizer": (optimizer**2).mean(),
        "irrelevant": 0.0,
        "lr:width": weights @ (both**2).mean(axis=1),
    }
    assert mean == pytest.approx(synthetic.MEAN)
    assert found == pytest.approx(synthetic.VARIANCES)


def test_terms_add_up_by_quadrature():
    """No term is missing: the terms' variances add up to the whole."""
    table, weights = exact_table()
    whole = weights @ ((table - synthetic.MEAN) ** 2).mean(axis=(1, 2))
    assert whole == pytest.approx(math.fsum(synthetic.VARIANCES.values()))


def test_variance_by_monte_carlo():
    """Uniformly drawn configurations have the mean and the variance that are promised."""
    scores = random_scores(20_000)
    assert scores.mean() == pytest.approx(synthetic.MEAN, abs=4 * scores.std() / 20_000**0.5)
    assert scores.var() == pytest.approx(math.fsum(synthetic.VARIANCES.values()), rel=0.03)


def test_optimum_beats_random_configurations():
    """None of 2,000 random configurations is better than the closed form."""
    assert random_scores(2_000).max() < synthetic.optimum().score


def test_optimum_is_stationary_and_best_of_its_corner():
    """Neither another choice nor a small step in `lr` improves on the optimum."""
    best = synthetic.optimum()
    for optimizer, width in itertools.product(OPTIMIZERS, range(1, 9)):
        for factor in (0.1, 0.5, 0.999, 1.001, 2.0, 10.0):
            other = {"optimizer": optimizer, "width": width, "lr": best.config["lr"] * factor}
            assert synthetic.expected_score(other) < best.score
    assert synthetic.expected_score(best.config) == best.score


def test_optimum_lies_in_the_space():
    """The optimum is a configuration that a sweep over `SPACE` could propose."""
    values = Space.from_mapping(synthetic.SPACE).check(synthetic.optimum().config)
    assert values["lr"] == synthetic.optimum().config["lr"]


@pytest.mark.parametrize(("luck_sd", "noise_sd"), [(0, 0), (0.05, 0), (0.1, 0.3)])
def test_shares_add_up_to_one(luck_sd, noise_sd):
    """The shares are a partition of the variance, whatever the noise."""
    shares = synthetic.variance_shares(luck_sd=luck_sd, noise_sd=noise_sd)
    assert math.fsum(shares.values()) == pytest.approx(1, abs=1e-15)
    assert shares["irrelevant"] == 0


def test_luck_is_shared_and_noise_is_not():
    """Under one seed, luck moves all configurations alike; noise moves each by itself."""
    seed, other = seed_of(0), {**QUIET, "irrelevant": 0.31}

    def moved(config, **sds):
        with_luck = synthetic.train({**config, **sds}, seed)["quality"]
        return with_luck - synthetic.expected_score(config)

    assert moved(QUIET, luck_sd=0.1) == pytest.approx(moved(other, luck_sd=0.1))
    assert moved(QUIET, noise_sd=0.1) != pytest.approx(moved(other, noise_sd=0.1))


@pytest.mark.parametrize("kind", ["luck_sd", "noise_sd"])
def test_noise_has_the_standard_deviation_asked_for(kind):
    """Over many seeds the quality scatters around its expectation by the constant's value."""
    n = 1_500
    scores = np.array(
        [synthetic.train({**QUIET, kind: 0.2}, seed_of(i))["quality"] for i in range(n)]
    )
    assert scores.mean() == pytest.approx(synthetic.expected_score(QUIET), abs=4 * 0.2 / n**0.5)
    assert scores.std() == pytest.approx(0.2, rel=4 / (2 * n) ** 0.5)


def test_same_run_gives_the_same_bits():
    """A configuration and a seed decide the result, down to the last bit."""
    config = {**QUIET, "luck_sd": 0.1, "noise_sd": 0.1}
    first, second = (synthetic.train(dict(config), seed_of(7)) for _ in range(2))
    assert first == second
    assert synthetic.train(config, seed_of(8)) != first


def test_quiet_objective_ignores_its_seed():
    """Without luck and noise the quality is the expected one for every seed."""
    found = {synthetic.train(QUIET, seed_of(i))["quality"] for i in range(5)}
    assert found == {synthetic.expected_score(QUIET)}


def test_loss_is_the_distance_to_the_optimum():
    """`loss` is 0 at the optimum and positive elsewhere."""
    assert synthetic.train(synthetic.optimum().config, seed_of(0))["loss"] == 0
    assert synthetic.train(QUIET, seed_of(0))["loss"] > 0


def test_curve_ends_where_train_does():
    """The learning curve rises and its last step is exactly what `train` gives."""
    config = {**QUIET, "luck_sd": 0.1, "n_steps": 7}
    curve = [step["quality"] for step in synthetic.train_steps(config, seed_of(3))]
    assert len(curve) == 7
    assert curve == sorted(curve)
    assert curve[-1] == synthetic.train(config, seed_of(3))["quality"]


def test_left_out_hyperparameter_takes_its_default():
    """A space may hold only some of the hyperparameters."""
    whole = {**synthetic.DEFAULTS, "width": 5}
    assert synthetic.expected_score({"width": 5}) == synthetic.expected_score(whole)


@pytest.mark.parametrize("function", [synthetic.train, synthetic.train_steps])
def test_work_is_cpu_time(function):
    """`work_s` burns that much CPU a run, whether it reports once or often."""
    start_s = time.thread_time()
    result = function({**QUIET, "work_s": 0.03}, seed_of(0))
    assert len(list(result)) > 0
    assert 0.03 <= time.thread_time() - start_s < 0.05


def test_sleep_is_wall_time():
    """`sleep_s` waits without burning CPU."""
    start_s, cpu_s = time.perf_counter(), time.thread_time()
    synthetic.train({**QUIET, "sleep_s": 0.05}, seed_of(0))
    assert time.perf_counter() - start_s >= 0.05
    assert time.thread_time() - cpu_s < 0.02
