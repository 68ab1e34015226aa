"""A random forest that tells benign from malignant breast tumours (scikit-learn's data).

Two kinds of luck that can be varied apart: `split`, which patients are trained on, and
`bootstrap`, which rows and columns each tree gets to see. A run takes 20 to 250 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.model_selection import train_test_split

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from sweeps.seeds import Seed

SPACE: dict[str, object] = {
    "n_estimators": {"int": [5, 100], "log": True},
    "criterion": {"choice": ["gini", "entropy"]},
    "max_features": {"float": [0.05, 1.0]},
    "min_samples_leaf": {"int": [1, 20], "log": True},
}
# scikit-learn's, with `max_features="sqrt"` as the share that it comes to with 30 columns.
DEFAULTS: dict[str, object] = {
    "n_estimators": 100,
    "criterion": "gini",
    "max_features": 0.18,
    "min_samples_leaf": 1,
}
METRIC = "balanced_accuracy"
MODE = "max"
METRICS = ("balanced_accuracy", "loss")
SOURCES = ("split", "bootstrap")

TEST_SHARE = 0.25


def load_data() -> dict[str, np.ndarray]:
    """Give 30 measurements for each of 569 patients, and 1 for each benign tumour."""
    x, y = load_breast_cancer(return_X_y=True)
    return {"x": x, "y": y}


def train(
    config: Mapping[str, Any], seed: Seed, data: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Grow one forest and test it on the patients that it has not seen.

    Args:
        config: Arguments of `RandomForestClassifier`.
        seed: Stream `split` draws the test patients, `bootstrap` grows the trees.
        data: What `load_data` gave.

    Returns:
        `balanced_accuracy`, the mean of both classes' shares recognised, and `loss`, the
        cross-entropy on the test patients in nats.
    """
    x_train, x_test, y_train, y_test = train_test_split(
        data["x"],
        data["y"],
        test_size=TEST_SHARE,
        stratify=data["y"],
        random_state=seed.int("split"),
    )
    # One thread: the sweep already runs as many forests at a time as there are cores.
    model = RandomForestClassifier(**config, random_state=seed.int("bootstrap"), n_jobs=1)
    model.fit(x_train, y_train)
    probability = model.predict_proba(x_test)
    predicted = model.classes_[probability.argmax(axis=1)]
    return {
        "balanced_accuracy": float(balanced_accuracy_score(y_test, predicted)),
        "loss": float(log_loss(y_test, probability, labels=model.classes_)),
    }
