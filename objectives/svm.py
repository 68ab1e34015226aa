"""A support vector machine that reads handwritten digits (scikit-learn's `SVC`).

The space is conditional: `gamma` exists for the kernels `rbf` and `poly` alone, `degree` for
`poly` alone. The only luck is which images are trained on: each seed draws the split anew, and
`SVC` itself has no randomness. A run takes 20 to 140 ms on all 1,797 images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from sweeps.seeds import Seed

SPACE: dict[str, object] = {
    "C": {"float": [1e-3, 1e3], "log": True},
    "kernel": {"choice": ["rbf", "poly", "linear"]},
    "gamma": {"float": [1e-4, 10], "log": True, "when": {"kernel": ["rbf", "poly"]}},
    "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
}
# scikit-learn's, with `gamma="scale"` as the number that it comes to on scaled digits.
DEFAULTS: dict[str, object] = {"C": 1.0, "kernel": "rbf", "gamma": 0.11}
METRIC = "accuracy"
MODE = "max"
METRICS = ("accuracy", "support_share")
SOURCES = ("split",)

TEST_SHARE = 0.25


def load_data() -> dict[str, np.ndarray]:
    """Give the 8 x 8 images as rows of 64 brightnesses from 0 to 16, and the digit on each."""
    x, y = load_digits(return_X_y=True)
    return {"x": x, "y": y}


def train(
    config: Mapping[str, Any], seed: Seed, data: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Fit one machine and test it on the images that it has not seen.

    Args:
        config: Arguments of `SVC`.
        seed: Stream `split` draws the test images, a quarter of each digit.
        data: What `load_data` gave.

    Returns:
        `accuracy`, the share of test images read correctly, and `support_share`, the share of
        training images that the machine had to keep: near 1 where it learnt them by heart.
    """
    x_train, x_test, y_train, y_test = train_test_split(
        data["x"],
        data["y"],
        test_size=TEST_SHARE,
        stratify=data["y"],
        random_state=seed.int("split"),
    )
    # The scaler is fitted with the machine, on training images only: none leaks into the test.
    model = make_pipeline(MinMaxScaler(), SVC(**config))
    model.fit(x_train, y_train)
    return {
        "accuracy": float(model.score(x_test, y_test)),
        "support_share": float(model[-1].n_support_.sum() / len(y_train)),
    }
