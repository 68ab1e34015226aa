"""Define: the whole request as one frozen, checked record; YAML in, plain data in and out.

A definition is read (`yaml_text`), overridden (`override`), checked as a whole (`check`, with the
sections' own rules in `search`, `seed_plan` and `execution`) and becomes a `Sweep` (`record`).
Nothing here trains, stores or starts anything.
"""

from sweeps.spec.execution import Failures, Resources
from sweeps.spec.identity import identity_difference, identity_of
from sweeps.spec.reading import parse_sweep, read_sweep
from sweeps.spec.record import Sweep
from sweeps.spec.schema import json_schema, schema_text
from sweeps.spec.search import Search
from sweeps.spec.seed_plan import SeedPlan

__all__ = [
    "Failures",
    "Resources",
    "Search",
    "SeedPlan",
    "Sweep",
    "identity_difference",
    "identity_of",
    "json_schema",
    "parse_sweep",
    "read_sweep",
    "schema_text",
]
