"""Puts store, planner and Ray Tune together: `run` a sweep, `load` its results."""

from sweeps.engine.checkpoints import delete_sweep
from sweeps.engine.entry import Outlook, load, outlook, read, run
from sweeps.engine.trial import try_run

__all__ = ["Outlook", "delete_sweep", "load", "outlook", "read", "run", "try_run"]
