"""Hyperparameter sweeps in which the random seed is a first-class dimension.

Example:
    >>> import sweeps
    >>> results = sweeps.run("studies/digits-svm.yaml")  # doctest: +SKIP
    >>> results.configs.head()  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sweeps.engine import load, run
    from sweeps.objective import Objective, load_objective, sklearn_objective
    from sweeps.results import Results, from_frame, tunability
    from sweeps.seeds import Seed
    from sweeps.space import Space
    from sweeps.spec import Sweep, read_sweep

__version__ = "0.1.0"

# Names are fetched on first use: `sweeps --help` and workers must not pay for pandas or Ray.
_ROOMS = {
    "Objective": "objective",
    "Results": "results",
    "Seed": "seeds",
    "Space": "space",
    "Sweep": "spec",
    "from_frame": "results",
    "load": "engine",
    "load_objective": "objective",
    "read_sweep": "spec",
    "run": "engine",
    "sklearn_objective": "objective",
    "tunability": "results",
}

__all__ = [
    "Objective",
    "Results",
    "Seed",
    "Space",
    "Sweep",
    "from_frame",
    "load",
    "load_objective",
    "read_sweep",
    "run",
    "sklearn_objective",
    "tunability",
]


def __getattr__(name: str) -> Any:
    """Import a public name from the room it lives in."""
    if name not in _ROOMS:
        message = f"module 'sweeps' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(f"sweeps.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
