"""The space that most tests here look at."""

from __future__ import annotations

import pytest

from sweeps.space import Space


@pytest.fixture(scope="session")
def svm():
    """A conditional mixed space with a clause."""
    return Space.from_mapping(
        {
            "C": {"float": [1e-3, 1e3], "log": True},
            "kernel": {"choice": ["rbf", "poly", "linear"]},
            "gamma": {"float": [1e-4, 10], "log": True, "when": {"kernel": ["rbf", "poly"]}},
            "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
            "tol": 1e-3,
        },
        [{"kernel": "poly", "degree": 5}],
    )
