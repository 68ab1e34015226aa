"""`sweeps stop`: end a sweep at a clean point, wherever it runs."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from sweeps.cli.option import Address, Json, Running, Store

LONGEST_S = 120.0


def stop(
    name: Running,
    address: Address = None,
    store: Store = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until it has ended, up to two minutes.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Stop a sweep in good order; running or submitting it again goes on with it.

    Where a cluster is named, its job is stopped. Else the process that drives the sweep is asked
    through the store, wherever it runs: on a cluster or on a laptop.

    Example: sweeps stop digits-svm --address http://head:8265
    """
    from sweeps.cli.output import print_json, say
    from sweeps.cluster import cluster_address

    within_s = LONGEST_S if wait else 0.0
    if cluster_address(address) is None:
        was_running, told = _by_store(name, store, within_s=within_s)
    else:
        was_running, told = _by_job(name, address, store, within_s=within_s)
    if as_json:
        print_json({"name": name, "was_running": was_running, "told": told})
    else:
        say(told)


def _by_job(
    name: str, address: str | None, store: str | None, *, within_s: float
) -> tuple[bool, str]:
    """Stop the job; say whether it was running, and what became of it."""
    from sweeps.cluster import Jobs
    from sweeps.engine.submission import found_job, wait_until_over

    jobs = Jobs(address)
    job = found_job(jobs, name, store)
    if not job.is_live or not jobs.stop(job.id):
        return False, f"`{name}` is not running: the last job, {job.id}, is {job.status}."
    if not within_s:
        return True, f"Asked {job.id} to stop."
    since = time.monotonic()
    over = wait_until_over(jobs, job.id, within_s=within_s)
    if over.status != "STOPPED":
        return True, f"{job.id} ended by itself: {over.status}."
    after = f"{time.monotonic() - since:.0f} s"
    again = "To go on, submit it again:  sweeps submit FILE"
    return True, f"{job.id} stopped after {after}; what was reported is stored.\n{again}"


def _by_store(name: str, store: str | None, *, within_s: float) -> tuple[bool, str]:
    """Ask the driver; say whether there was one, and what became of it."""
    from sweeps.engine.submission import stop_by_store, sweep_name

    name = sweep_name(name)
    since = time.monotonic()
    is_asked = stop_by_store(
        name,
        store=store,
        within_s=within_s,
        asked=lambda driver: typer.echo(f"Asked {driver} to stop `{name}` …", err=True),
    )
    if not is_asked:
        return False, f"`{name}` is not running."
    if not within_s:
        return True, f"The driver of `{name}` stops within seconds."
    after = f"{time.monotonic() - since:.0f} s"
    again = "To go on:  sweeps run FILE, or on a cluster  sweeps submit FILE"
    return True, f"`{name}` stopped after {after}; what was reported is stored.\n{again}"
