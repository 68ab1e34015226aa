"""The network of `objectives.mlp` as a class, whose runs go on where they were after a crash.

A sweep makes an instance for each run, calls `setup` once and `step` until the run is over. From
time to time it calls `save`, and where a process or a machine was lost, a new instance goes on from
what `load` finds. Both or neither may be left out.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from objectives.mlp import (
    DEFAULTS,
    METRIC,
    METRICS,
    MODE,
    SOURCES,
    SPACE,
    STEPS,
    TEST_SHARE,
    load_data,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np

    from sweeps.seeds import Seed

__all__ = [
    "DEFAULTS",
    "METRIC",
    "METRICS",
    "MODE",
    "SOURCES",
    "SPACE",
    "STEPS",
    "Train",
    "load_data",
]


class Train:
    """One training of one network; a step is an epoch, and `STEPS` of them are a run."""

    def setup(self, config: Mapping[str, Any], seed: Seed, data: Mapping[str, np.ndarray]) -> None:
        """Prepare the run.

        Args:
            config: The hyperparameters of `SPACE`.
            seed: Stream `split` draws the test images, `init` the first weights, `order` shuffles
                the training images before each epoch.
            data: What `load_data` gave.
        """
        self.x_train, self.x_test, self.y_train, self.y_test = train_test_split(
            data["x"],
            data["y"],
            test_size=TEST_SHARE,
            stratify=data["y"],
            random_state=seed.int("split"),
        )
        self.model = MLPClassifier(
            hidden_layer_sizes=(config["width"],),
            activation=config["activation"],
            alpha=config["weight_decay"],
            batch_size=config["batch_size"],
            learning_rate_init=config["learning_rate"],
            shuffle=False,  # done below: inside, `init` would also decide the order
            random_state=seed.int("init"),
        )
        self.order = seed.rng("order")

    def step(self) -> dict[str, float]:
        """Train for one epoch.

        Returns:
            `accuracy`, the share of test images read correctly, and `loss`, the cross-entropy in
            nats over the epoch's batches plus the penalty on the weights.
        """
        rows = self.order.permutation(len(self.y_train))
        self.model.partial_fit(self.x_train[rows], self.y_train[rows], classes=range(10))
        accuracy = self.model.score(self.x_test, self.y_test)
        return {"accuracy": float(accuracy), "loss": float(self.model.loss_)}

    def save(self, directory: Path) -> None:
        """Write all that changes from step to step; what `setup` makes anew can be left out."""
        with (directory / "network.pickle").open("wb") as file:
            pickle.dump((self.model, self.order), file)

    def load(self, directory: Path) -> None:
        """Read what `save` wrote, after `setup`."""
        with (directory / "network.pickle").open("rb") as file:
            self.model, self.order = pickle.load(file)  # noqa: S301 - written by `save`
