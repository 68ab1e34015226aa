"""Define: what an objective is, and where it is loaded from.

An objective is a function `train(config, seed)` that returns a dict of metrics, a generator that
yields one dict a step, or a class whose `step()` returns one. This room finds it and describes it;
it never trains anything.
"""

from sweeps.objective.estimator import sklearn_objective
from sweeps.objective.loading import known_objectives, load_objective
from sweeps.objective.record import Objective, Shipment

__all__ = ["Objective", "Shipment", "known_objectives", "load_objective", "sklearn_objective"]
