"""A small neural network that reads handwritten digits, reporting after every epoch.

A generator: each `yield` is one step, so that a sweep sees the learning curve while it grows.
Three kinds of luck that can be varied apart: `split`, which images are trained on, `init`, the
first weights, and `order`, the order in which the images come. A run takes 0.1 to 0.6 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np

    from sweeps.seeds import Seed

SPACE: dict[str, object] = {
    "learning_rate": {"float": [1e-4, 1e-1], "log": True},
    "width": {"int": [8, 128], "log": True},
    "activation": {"choice": ["relu", "tanh"]},
    "weight_decay": {"float": [1e-6, 1e-1], "log": True},
    "batch_size": {"ordinal": [32, 64, 128, 256]},
}
DEFAULTS: dict[str, object] = {
    "learning_rate": 1e-3,
    "width": 100,
    "activation": "relu",
    "weight_decay": 1e-4,
    "batch_size": 128,
}
METRIC = "accuracy"
MODE = "max"
METRICS = ("accuracy", "loss")
SOURCES = ("split", "init", "order")
STEPS = 20

TEST_SHARE = 0.25
MAX_BRIGHTNESS = 16.0


def load_data() -> dict[str, np.ndarray]:
    """Give the 8 x 8 images as rows of 64 brightnesses from 0 to 1, and the digit on each."""
    x, y = load_digits(return_X_y=True)
    return {"x": x / MAX_BRIGHTNESS, "y": y}


def train(
    config: Mapping[str, Any], seed: Seed, data: Mapping[str, np.ndarray]
) -> Iterator[dict[str, float]]:
    """Train one network for `STEPS` epochs.

    Args:
        config: The hyperparameters of `SPACE`.
        seed: Stream `split` draws the test images, `init` the first weights, `order` shuffles
            the training images before each epoch.
        data: What `load_data` gave.

    Yields:
        After each epoch `accuracy`, the share of test images read correctly, and `loss`, the
        cross-entropy in nats over the epoch's batches plus the penalty on the weights.
    """
    x_train, x_test, y_train, y_test = train_test_split(
        data["x"],
        data["y"],
        test_size=TEST_SHARE,
        stratify=data["y"],
        random_state=seed.int("split"),
    )
    model = MLPClassifier(
        hidden_layer_sizes=(config["width"],),
        activation=config["activation"],
        alpha=config["weight_decay"],
        batch_size=config["batch_size"],
        learning_rate_init=config["learning_rate"],
        shuffle=False,  # done below: inside, `init` would also decide the order
        random_state=seed.int("init"),
    )
    order = seed.rng("order")
    for _ in range(STEPS):
        rows = order.permutation(len(y_train))
        model.partial_fit(x_train[rows], y_train[rows], classes=range(10))
        yield {"accuracy": float(model.score(x_test, y_test)), "loss": float(model.loss_)}
