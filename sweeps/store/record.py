"""What the store says of a sweep, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SweepStatus = Literal["running", "interrupted", "finished", "failed"]


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One sweep, without its runs.

    Attributes:
        sweep_id: Number in this store, never given twice.
        name: Unique in this store.
        definition: The sweep's canonical definition, as it was given.
        identity: What makes it the same sweep.
        identity_hash: Hash of `identity`.
        provenance: `{"sessions": [...]}`, one record for each time a driver described itself.
        status: As last written; a driver that was killed leaves `running` behind.
        created_at: Seconds since the epoch.
        updated_at: Seconds since the epoch of the last write.
        metric_names: Every metric reported so far, in the order in which they first came.
        message: One sentence on how it ended, None where there is nothing to say.
    """

    sweep_id: int
    name: str
    definition: dict[str, Any]
    identity: dict[str, Any]
    identity_hash: str
    provenance: dict[str, Any]
    status: SweepStatus
    created_at: float
    updated_at: float
    metric_names: tuple[str, ...]
    message: str | None


@dataclass(frozen=True, slots=True)
class SweepSummary:
    """One line of the list of sweeps.

    Attributes:
        name: Name of the sweep.
        status: As stored, but `interrupted` where it was left `running` and nobody drives it.
        metric: Target metric, empty where the definition names none.
        n_configs: Configurations proposed so far.
        n_runs: Runs over so far.
        n_failed: Those that neither finished nor were stopped early.
        created_at: Seconds since the epoch.
        updated_at: Seconds since the epoch of the last write.
        driver: `host:pid` of the live driver that holds it, None where there is none.
    """

    name: str
    status: SweepStatus
    metric: str
    n_configs: int
    n_runs: int
    n_failed: int
    created_at: float
    updated_at: float
    driver: str | None
