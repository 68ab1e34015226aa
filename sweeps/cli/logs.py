"""`sweeps logs`: what a sweep says, from its job or from its store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sweeps.cli.option import Address, Json, Running, Store

if TYPE_CHECKING:
    from collections.abc import Iterable


def logs(
    name: Running,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")
    ] = False,
    address: Address = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Show what the driver of a sweep prints on its cluster.

    Where no cluster is named, what is stored is told: decisions and failures.

    Example: sweeps logs digits-svm --follow --address http://head:8265
    """
    from sweeps.cli.output import print_json
    from sweeps.cluster import Jobs, cluster_address
    from sweeps.engine.submission import found_job
    from sweeps.errors import ClusterError

    if follow and as_json:
        message = "Only one of --follow and --json can be had. Leave one out."
        raise typer.BadParameter(message)
    if cluster_address(address) is None:
        if follow:
            message = (
                "only the job of a cluster can be followed. Name it: --address http://HOST:8265"
            )
            raise ClusterError(message)
        _tell(name, store, as_json=as_json)
        return
    jobs = Jobs(address)
    job = found_job(jobs, name, store)
    if as_json:
        print_json({"job": job.id, "status": job.status, "log": jobs.logs(job.id)})
    else:
        _print(jobs.follow(job.id, _note) if follow else [jobs.logs(job.id)])


def _print(pieces: Iterable[str]) -> None:
    """Print what comes; that nobody reads it any more is no error."""
    from sweeps.report.console import abandon

    try:
        for piece in pieces:
            typer.echo(piece, nl=False)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        abandon(sys.stdout)


def _tell(name: str, store: str | None, *, as_json: bool) -> None:
    """Tell what is stored: the story, and the failures with what they printed last."""
    from contextlib import closing

    from sweeps import engine
    from sweeps.cli.output import print_json, print_rich, records
    from sweeps.report.story import story
    from sweeps.report.table import failure_list
    from sweeps.store import open_store

    with closing(open_store(store, create=False)) as opened:
        results = engine.load(name, store=opened)
        if as_json:
            failures = records(results.failures(), None)
            print_json({"decisions": records(results.decisions, None), "failures": failures})
        else:
            print_rich([*story(results), *failure_list(results)])


def _note(sentence: str) -> None:
    typer.echo(sentence, err=True)
