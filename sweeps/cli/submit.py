"""`sweeps submit`: run a sweep on a cluster, or go on with it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sweeps.cli.option import AcceptCodeChange, Address, Env, File, Fresh, Json, Set

if TYPE_CHECKING:
    from sweeps.cluster import Jobs
    from sweeps.cluster.attaching import Attach, Submit
    from sweeps.engine.checkup import Check
    from sweeps.engine.submission import Prepared


_AGAIN = "To go on, submit it again."


def submit(
    file: File,
    address: Address = None,
    overrides: Set = None,
    store: Annotated[
        str | None,
        typer.Option(help="Address of a PostgreSQL store; else the file's, else $SWEEPS_STORE."),
    ] = None,
    working_dir: Annotated[
        Path | None,
        typer.Option(
            help="Folder that travels to the cluster, but for what .gitignore or .rayignore "
            "name; by default the current one, or the file's where it lies elsewhere."
        ),
    ] = None,
    fresh: Fresh = False,
    accept_code_change: AcceptCodeChange = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Return once the cluster has taken the job.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be submitted; send nothing.")
    ] = False,
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Do not look first whether the cluster is fit.")
    ] = False,
    env: Env = None,
    as_json: Json = False,
) -> None:
    """Run a sweep on a Ray cluster, or go on with it; safe to repeat.

    The current folder travels, and the job's log is shown. While a job runs the sweep, submitting
    attaches to it. Ctrl-C detaches, and the sweep goes on. Exit code 0 when it succeeded, 1 when
    it failed, 2 when it was not submitted, 130 when it was stopped or you detached.

    Example: sweeps submit studies/digits-svm.yaml --address http://head:8265
    """
    from sweeps.cli.output import json_alone
    from sweeps.cluster import Jobs
    from sweeps.cluster.attaching import Attach
    from sweeps.engine.submission import prepare, send

    with json_alone(as_json):
        prepared = prepare(
            file,
            overrides=overrides or (),
            store=store,
            working_dir=working_dir,
            variables=env or (),
            fresh=fresh,
            accept_code_change=accept_code_change,
        )
    for warning in prepared.warnings:
        typer.echo(f"note: {warning}", err=True)
    if dry_run:
        _show(prepared, address, as_json=as_json)
        return
    jobs = Jobs(address)
    if not no_check:
        _check(prepared, jobs)
    decision = send(prepared, jobs)
    _tell(decision, prepared, jobs)
    job_id = decision.job.id if isinstance(decision, Attach) else str(decision.name)
    if no_wait:
        _say_how(prepared.sweep.name, address, job_id, as_json=as_json)
        return
    _follow(prepared, jobs, job_id, address, as_json=as_json)


def _check(prepared: Prepared, jobs: Jobs) -> None:
    """See whether the cluster is fit, unless a job runs there already.

    Raises:
        ClusterError: It is not; all that is wrong is listed.
    """
    from sweeps.cluster.attaching import Attach
    from sweeps.engine.checkup.submitted import checkup_by_job
    from sweeps.engine.submission import plan
    from sweeps.errors import ClusterError

    decision = plan(prepared, jobs)
    if isinstance(decision, Attach):
        return
    typer.echo(f"Looking whether {jobs.address} is fit for `{prepared.sweep.name}` …", err=True)
    checks = checkup_by_job(jobs.url, prepared.request(decision.name), prepared.store)
    if wrong := [check for check in checks if not check.is_ok]:
        lines = "\n".join(f"  - {check.name}: {_sentences(check)}" for check in wrong)
        message = f"this sweep would not run there:\n{lines}{_left_out(lines)}"
        raise ClusterError(f"{message}\nTo submit all the same: --no-check")


def _left_out(said: str) -> str:
    """Give a hint where a file is missing on the cluster, nothing otherwise."""
    if "No such file" not in said:
        return ""
    return (
        "\nA file that is missing there stayed here if a `.gitignore` or `.rayignore` names it; "
        "`!NAME` in the same file lets it travel."
    )


def _sentences(check: Check) -> str:
    """Give what was found, ended as a sentence is, and what to do about it."""
    end = "" if check.found.endswith((".", "?")) else "."
    return f"{check.found}{end} {check.remedy}".rstrip()


def _show(prepared: Prepared, address: str | None, *, as_json: bool) -> None:
    """Print what would be sent, and what would become of it where a cluster can be asked."""
    from sweeps.cli.output import print_json, print_rich
    from sweeps.cluster import Jobs, cluster_address
    from sweeps.cluster.attaching import Submit
    from sweeps.engine.submission import plan
    from sweeps.report.job import facts_table, intent, intent_facts, masked, submission_facts

    is_asked = cluster_address(address) is not None
    decision = plan(prepared, Jobs(address)) if is_asked else None
    name = decision.name if isinstance(decision, Submit) else prepared.first
    request = prepared.request(name)
    reserved = prepared.sweep.resources.reserved()
    if not as_json:
        shown = submission_facts(request, prepared.cargo, reserved)
        print_rich([facts_table({**shown, "this would": intent(decision)})])
        return
    facts: dict[str, Any] = {
        "submission_id": request.submission_id,
        "entrypoint": request.entrypoint,
        "working_dir": str(prepared.cargo.folder),
        "n_files": len(prepared.cargo.files),
        "n_bytes": prepared.cargo.n_bytes,
        "excludes": list(request.excludes),
        "environment": masked(request.env),
        "metadata": dict(request.metadata),
        "resources": dict(reserved),
    }
    print_json({**facts, **intent_facts(decision)})


def _tell(decision: Attach | Submit, prepared: Prepared, jobs: Jobs) -> None:
    from sweeps.cluster.attaching import Attach
    from sweeps.cluster.folder import mib
    from sweeps.report.wording import count

    name, cargo = prepared.sweep.name, prepared.cargo
    if not isinstance(decision, Attach):
        files = f"{count(len(cargo.files), 'file')}, {mib(cargo.n_bytes)}"
        typer.echo(f"Submitted {decision.name} to {jobs.address} ({files}).", err=True)
        return
    typer.echo(f"{decision.job.id} runs `{name}` already; nothing was submitted.", err=True)
    for clause in decision.differences:
        typer.echo(f"note: {clause}.", err=True)
    if decision.differences:
        typer.echo("To run what is here, stop that job and submit again.", err=True)


def _follow(
    prepared: Prepared, jobs: Jobs, job_id: str, address: str | None, *, as_json: bool
) -> None:
    """Show the job's log until it has ended, then what came of it."""
    from sweeps.cli.output import print_json

    name = prepared.sweep.name
    try:
        for piece in jobs.follow(job_id, lambda sentence: typer.echo(sentence, err=True)):
            typer.echo(piece, err=True, nl=False)
        job = jobs.get(job_id)
    except KeyboardInterrupt:
        typer.echo(f"\nDetached; the sweep goes on.\n{_ways(name, address)}", err=True)
        raise typer.Exit(130) from None
    if job is not None and job.status == "SUCCEEDED":
        _results(prepared, job_id, as_json=as_json)
        return
    status = job.status if job else "unknown to the cluster"
    if as_json:
        print_json({"name": name, "job": job_id, "status": status})
    if status == "STOPPED":
        typer.echo(f"{job_id} was stopped; what was reported is stored. {_AGAIN}", err=True)
        raise typer.Exit(130)
    typer.echo(_failure(job_id, job.message if job else ""), err=True)
    raise typer.Exit(1)


def _failure(job_id: str, message: str) -> str:
    """Say that a job failed; its log, which was just shown, ends with the reason if there is one.

    Where Ray itself ended the job, it may say pages about it: the first line says what happened.

    Example:
        >>> _failure("a", "Job entrypoint command failed with exit code -9, last logs: …")
        'a failed: its driver ended with exit code -9. What was reported is stored. ...'
    """
    import re

    match = re.search(r"failed with exit code (-?\d+)", message)
    if match is None:
        said = next(iter(message.strip().splitlines()), "").rstrip(".")
        why = f": {said}" if said else ""
    else:
        why = "" if match[1] in {"1", "2"} else f": its driver ended with exit code {match[1]}"
    return f"{job_id} failed{why}. What was reported is stored. {_AGAIN}"


def _results(prepared: Prepared, job_id: str, *, as_json: bool) -> None:
    """Print the leaderboard, unless it was just shown on the same terminal, in the job's log."""
    import sys
    from contextlib import closing

    from sweeps import engine
    from sweeps.cli.output import facts, print_json, print_rich
    from sweeps.errors import StoreError
    from sweeps.report.table import MOST_SHOWN, leaderboard
    from sweeps.store import open_store

    name = prepared.sweep.name
    try:
        with closing(open_store(prepared.store, create=False)) as opened:
            results = engine.load(name, store=opened)
            if as_json:
                print_json({**facts(results, top=None), "job": job_id})
            elif not (sys.stdout.isatty() and sys.stderr.isatty()):
                print_rich(leaderboard(results, top=MOST_SHOWN))
    except StoreError as error:
        typer.echo(f"note: the store cannot be read from here: {error}", err=True)
        typer.echo(f"From a machine that reaches it:  sweeps show {name}", err=True)
        if as_json:
            print_json({"name": name, "job": job_id, "status": "SUCCEEDED"})


def _say_how(name: str, address: str | None, job_id: str, *, as_json: bool) -> None:
    from sweeps.cli.output import print_json, say

    if as_json:
        print_json({"name": name, "job": job_id})
    else:
        say(_ways(name, address))


def _ways(name: str, address: str | None) -> str:
    """Say how to watch the sweep, and how to stop it."""
    where = f" --address {shlex.quote(address)}" if address else ""
    return f"Watch it:  sweeps logs {name} --follow{where}\nStop it:   sweeps stop {name}{where}"
