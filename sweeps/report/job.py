"""A sweep on a cluster in words: what is submitted, how its job stands, what its store says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sweeps.cluster.attaching import Submit
from sweeps.cluster.folder import mib
from sweeps.cluster.request import SETTINGS
from sweeps.report.sweep import moment
from sweeps.report.wording import count
from sweeps.spec.amounts import in_words
from sweeps.store import redacted
from sweeps.store.url import STORE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.cluster import Job, JobRequest
    from sweeps.cluster.attaching import Attach
    from sweeps.cluster.folder import Cargo
    from sweeps.store import SweepSummary

MASK = "***"
SHOWN_BYTES = 100_000
"""What is smaller is not among the largest that are shown."""


def masked(environment: Mapping[str, str]) -> dict[str, str]:
    """Give environment variables fit to be shown: values of the user's own are secrets.

    Example:
        >>> masked({"SWEEPS_STORE": "postgresql://ann:pw@host/db", "TOKEN": "abc"})
        {'SWEEPS_STORE': 'postgresql://ann@host/db', 'TOKEN': '***'}
    """
    shown = {}
    for name in sorted(environment):
        value = environment[name]
        secret = redacted(value) if name == STORE_VARIABLE else MASK
        shown[name] = value if name in SETTINGS else secret
    return shown


def submission_facts(
    request: JobRequest, cargo: Cargo, reserved: Mapping[str, float]
) -> dict[str, str]:
    """Give what is asked of a cluster.

    Args:
        request: The request.
        cargo: The files that travel with it.
        reserved: What each run reserves, in Ray's words.
    """
    environment = (f"{name}={value}" for name, value in masked(request.env).items())
    files = f"{count(len(cargo.files), 'file')}, {mib(cargo.n_bytes)}"
    largest = (f"{name} ({mib(size)})" for name, size in cargo.largest() if size >= SHOWN_BYTES)
    return {
        "submission id": request.submission_id,
        "entry point": request.entrypoint,
        "working directory": f"{cargo.folder} ({files})",
        "largest in it": ", ".join(largest),
        "environment": ", ".join(environment),
        "resources": f"no CPU for the driver; for each run {in_words(reserved)}",
    }


def intent(decision: Attach | Submit | None) -> str:
    """Say what submitting means.

    Args:
        decision: What was decided, None where no cluster could be asked.
    """
    if decision is None:
        return "need a cluster: --address http://HOST:8265"
    if isinstance(decision, Submit):
        former = decision.former
        return f"submit it, after {former.id} ({former.status})" if former else "submit it"
    other = "".join(f"; {clause}" for clause in decision.differences)
    return f"attach to {decision.job.id}, which is {decision.job.status}{other}"


def intent_facts(decision: Attach | Submit | None) -> dict[str, Any]:
    """Give what submitting means as plain data.

    Args:
        decision: As for `intent`.
    """
    if decision is None:
        return {"would": None, "job": None, "differences": []}
    if isinstance(decision, Submit):
        return {"would": "submit", "job": str(decision.name), "differences": []}
    differences = list(decision.differences)
    return {"would": "attach", "job": decision.job.id, "differences": differences}


def job_facts(job: Job) -> dict[str, str]:
    """Give how a job stands."""
    since = f" since {moment(job.started_at)}" if job.started_at and job.is_live else ""
    ended = f", ended {moment(job.ended_at)}" if job.ended_at else ""
    # Ray repeats the end of the log where a job failed: `sweeps logs` has all of it
    lines = job.message.strip().splitlines() if job.status == "FAILED" else []
    # of a driver that ended, its last word says most; of one that Ray ended, Ray's first
    last = -1 if lines and "failed with exit code" in lines[0] else 0
    message = lines[last] if lines else ""
    return {
        "job": job.id,
        "state": f"{job.status}{since}{ended}",
        "node": job.node,
        "message": message,
    }


def stored_facts(row: SweepSummary, store: str) -> dict[str, str]:
    """Give what a store says of a sweep.

    Args:
        row: Its line in the list of sweeps.
        store: Address of the store, without a password.
    """
    failed = f", {row.n_failed:,} of them failed" if row.n_failed else ""
    driver = f", driven by {row.driver}" if row.driver else ""
    return {
        "store": store,
        "status": f"{row.status}{driver}",
        "runs": f"{count(row.n_runs, 'run')}{failed}; {count(row.n_configs, 'configuration')}",
        "last write": moment(row.updated_at),
    }


def facts_table(facts: Mapping[str, str]) -> Table:
    """Give facts as a table of two columns, those that say something."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts.items():
        if text:
            table.add_row(Text(name), Text(text))
    return table
