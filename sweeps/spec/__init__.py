"""Define: the whole request as one frozen, checked record; YAML in, plain data in and out.

A definition is read (`yaml_text`), overridden (`override`), checked as a whole (`check`, with the
sections' own rules in their files, those between them in `between`) and becomes a `Sweep`
(`record`).
Nothing here trains, stores or starts anything.
"""

from sweeps.spec.budget import Budget
from sweeps.spec.checkpoint import CheckpointPlan
from sweeps.spec.execution import Failures, Resources
from sweeps.spec.identity import identity_difference, identity_of
from sweeps.spec.import_path import is_import_path
from sweeps.spec.options import Options
from sweeps.spec.reading import parse_sweep, read_sweep
from sweeps.spec.record import Sweep
from sweeps.spec.schema import json_schema, schema_text
from sweeps.spec.search import Search
from sweeps.spec.seed_plan import SeedPlan
from sweeps.spec.stopping import StoppingPlan

__all__ = [
    "Budget",
    "CheckpointPlan",
    "Failures",
    "Options",
    "Resources",
    "Search",
    "SeedPlan",
    "StoppingPlan",
    "Sweep",
    "identity_difference",
    "identity_of",
    "is_import_path",
    "json_schema",
    "parse_sweep",
    "read_sweep",
    "schema_text",
]
