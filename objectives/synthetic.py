"""A made-up objective whose true answers are known: the yardstick for everything else.

Over `SPACE`, each hyperparameter drawn uniformly (`lr` on its log scale), a run's quality is

    MEAN + sum of sqrt(VARIANCES[term]) * shape(term) + luck_sd * luck + noise_sd * noise

With `u` the position of `lr` from 0 to 1, `z` the width standardised and `e` the optimizer's
effect, the shapes are `-sqrt(5) (6 u^2 - 6 u + 1)` for `lr`, `z` for `width`, `e` for `optimizer`
and `sqrt(3) (2 u - 1) z` for `lr:width`. They are orthonormal (shifted Legendre polynomials times
discrete ones): mean 0, variance 1, uncorrelated. So `VARIANCES` holds the exact variance of each
term. `luck` is normal and shared by all configurations under one seed (stream `split`); `noise`
is normal and anew for every run (stream `init`).

A hyperparameter that the space leaves out takes its value from `DEFAULTS`. Constants in a space
turn the rest: `luck_sd`, `noise_sd`, `n_steps` of the learning curve (`train_steps` alone),
`work_s` of CPU and `sleep_s` of waiting for each run, `fault` (see `objectives.fault`),
`fault_seeds` (`all`, or indices such as `0,3`), `fault_share` of the runs and `fault_step`.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from objectives.fault import provoke

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sweeps.seeds import Seed

SPACE: dict[str, object] = {
    "lr": {"float": [1e-4, 1.0], "log": True},
    "width": {"int": [1, 8]},
    "optimizer": {"choice": ["sgd", "momentum", "adam"]},
    "irrelevant": {"float": [0.0, 1.0]},
    "luck_sd": 0.05,
    "noise_sd": 0.05,
}
DEFAULTS: dict[str, object] = {
    "lr": 1e-3,
    "width": 2,
    "optimizer": "momentum",
    "irrelevant": 0.5,
}
METRIC = "quality"
MODE = "max"
METRICS = ("quality", "loss")
SOURCES = ("split", "init")

MEAN = 0.7
VARIANCES = {
    "lr": 0.005,
    "width": 0.002,
    "optimizer": 0.002,
    "irrelevant": 0.0,
    "lr:width": 0.001,
}

_SD = {term: math.sqrt(variance) for term, variance in VARIANCES.items()}
_LOG10_LR = (-4.0, 0.0)
_WIDTHS = range(1, 9)
_WIDTH_MEAN = 4.5
_WIDTH_SD = math.sqrt((len(_WIDTHS) ** 2 - 1) / 12)
_OPTIMIZER_EFFECT = {"sgd": -math.sqrt(1.5), "momentum": 0.0, "adam": math.sqrt(1.5)}
_CURVE_RATE = 4.0
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best configuration of `SPACE` once luck is taken out.

    Attributes:
        config: Its values; `irrelevant` could be anything.
        score: Its expected quality, the highest there is.
    """

    config: dict[str, Any]
    score: float


def train(config: Mapping[str, Any], seed: Seed) -> dict[str, float]:
    """Give the quality at the end.

    Args:
        config: Values of `SPACE` and of the constants that the module's docstring lists.
        seed: Stream `split` gives the luck, `init` the noise.

    Returns:
        `quality`, and `loss`, by how much it falls short of the best expected one.
    """
    reported = provoke(config["fault"]) if _fault_is_due(config, seed) else None
    _spend(config, share=1.0)
    return _metrics(_score(config, seed) if reported is None else reported)


def train_steps(config: Mapping[str, Any], seed: Seed) -> Iterator[dict[str, float]]:
    """Give the quality after each of `n_steps` steps, rising to what `train` gives at the end.

    The fault, if any, happens at `fault_step`, counted from 1; NaN and infinity stay from there.

    Args:
        config: As for `train`.
        seed: As for `train`.

    Yields:
        What `train` returns, once a step.
    """
    n_steps = config.get("n_steps", 10)
    final = _score(config, seed)
    fault_step = config.get("fault_step", 1) if _fault_is_due(config, seed) else None
    reported = None
    for step in range(1, n_steps + 1):
        if step == fault_step:
            reported = provoke(config["fault"])
        _spend(config, share=1 / n_steps)
        yield _metrics(final * _progress(step / n_steps) if reported is None else reported)


def expected_score(config: Mapping[str, Any]) -> float:
    """Give a configuration's quality averaged over all seeds."""
    values = {**DEFAULTS, **config}
    low, high = _LOG10_LR
    u: float = (math.log10(values["lr"]) - low) / (high - low)
    z: float = (values["width"] - _WIDTH_MEAN) / _WIDTH_SD
    return (
        MEAN
        - _SD["lr"] * math.sqrt(5) * (6 * u * u - 6 * u + 1)
        + _SD["width"] * z
        + _SD["optimizer"] * _OPTIMIZER_EFFECT[values["optimizer"]]
        + _SD["lr:width"] * math.sqrt(3) * (2 * u - 1) * z
    )


def optimum() -> Optimum:
    """Give the best configuration, in closed form.

    In `t = 2 u - 1` the terms with `lr` are `-a sqrt(5) (3 t^2 - 1) / 2 + c sqrt(3) t z`, highest
    at `t = c z / (a sqrt(15))`, where they are convex in `z`: so the widest is best.
    """
    z = (_WIDTHS[-1] - _WIDTH_MEAN) / _WIDTH_SD
    t = _SD["lr:width"] * z / (_SD["lr"] * math.sqrt(15))
    low, high = _LOG10_LR
    config = {
        **DEFAULTS,
        "lr": 10 ** (low + (high - low) * (t + 1) / 2),
        "width": _WIDTHS[-1],
        "optimizer": "adam",
    }
    return Optimum(config=config, score=expected_score(config))


def variance_shares(*, luck_sd: float = 0.0, noise_sd: float = 0.0) -> dict[str, float]:
    """Give each term's share of the variance of one run's quality over `SPACE` and seeds.

    Args:
        luck_sd: Standard deviation that all configurations share under one seed.
        noise_sd: Standard deviation from run to run.

    Returns:
        One share a term of `VARIANCES`, then `seed` (luck) and `config:seed` (noise); sum 1.

    Example:
        >>> variance_shares(luck_sd=0.1)["seed"]
        0.5
    """
    variances = {**VARIANCES, "seed": luck_sd**2, "config:seed": noise_sd**2}
    total = math.fsum(variances.values())
    return {term: variance / total for term, variance in variances.items()}


def _score(config: Mapping[str, Any], seed: Seed) -> float:
    """Give one run's quality: the expected one, plus luck and noise where there is any."""
    score = expected_score(config)
    luck_sd, noise_sd = config.get("luck_sd", 0.0), config.get("noise_sd", 0.0)
    if luck_sd:
        score += luck_sd * _NORMAL.inv_cdf(_uniform("luck", seed.int("split")))
    if noise_sd:
        score += noise_sd * _NORMAL.inv_cdf(_uniform("noise", seed.int("init"), *_point(config)))
    return score


def _metrics(score: float) -> dict[str, float]:
    return {"quality": score, "loss": _BEST_SCORE - score}


def _progress(share: float) -> float:
    """Give the share of the final quality reached after a share of the steps; exactly 1 at 1."""
    return (1 - math.exp(-_CURVE_RATE * share)) / (1 - math.exp(-_CURVE_RATE))


def _spend(config: Mapping[str, Any], *, share: float) -> None:
    """Burn CPU, then sleep.

    The CPU is this thread's: what a worker's other threads burn meanwhile does not count.
    """
    work_s, sleep_s = config.get("work_s", 0.0) * share, config.get("sleep_s", 0.0) * share
    if work_s:
        end = time.thread_time() + work_s
        while time.thread_time() < end:
            pass
    if sleep_s:
        time.sleep(sleep_s)


def _fault_is_due(config: Mapping[str, Any], seed: Seed) -> bool:
    """Say whether this run is to go wrong: always the same answer for the same run."""
    if config.get("fault", "none") == "none":
        return False
    seeds = str(config.get("fault_seeds", "all"))
    if seeds != "all" and seed.index not in {int(index) for index in seeds.split(",")}:
        return False
    share: float = config.get("fault_share", 1.0)
    return _uniform("fault", int(seed), *_point(config)) < share


def _point(config: Mapping[str, Any]) -> tuple[float, int, str, float]:
    """Give the values that tell one configuration from another; constants do not."""
    values = {**DEFAULTS, **config}
    return (
        float(values["lr"]),
        int(values["width"]),
        str(values["optimizer"]),
        float(values["irrelevant"]),
    )


def _uniform(*parts: object) -> float:
    """Hash the parts to a number strictly between 0 and 1, far faster than numpy's generators."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "big") >> 12) + 0.5) / 2**52


_BEST_SCORE = optimum().score
