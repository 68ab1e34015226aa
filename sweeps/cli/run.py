"""`sweeps run`: run a sweep, or what is left of it."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from sweeps.cli.option import AcceptCodeChange, File, Fresh, Json, Set

if TYPE_CHECKING:
    from sweeps.engine import Outlook


def run(
    file: File,
    overrides: Set = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be run; start nothing.")
    ] = False,
    fresh: Fresh = False,
    accept_code_change: AcceptCodeChange = False,
    address: Annotated[
        str | None,
        typer.Option(
            help="Run on this Ray cluster, from a node of it: auto or HOST:6379. From elsewhere: "
            "`sweeps submit`.",
            envvar="RAY_ADDRESS",
        ),
    ] = None,
    cpus: Annotated[
        int | None, typer.Option(min=1, help="Cores of this machine to use; by default all.")
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(min=1, help="Rows of the leaderboard; by default 40, or all as JSON."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    as_json: Json = False,
) -> None:
    """Run a sweep on Ray Tune, or go on with it.

    Example: sweeps run studies/digits-svm.yaml --set search.configs=5
    """
    from sweeps import engine
    from sweeps.cli.output import facts, json_alone, print_json, print_rich
    from sweeps.report.table import MOST_SHOWN, leaderboard

    settings = [word for override in overrides or () for word in ("--set", override)]
    command = shlex.join([str(file), *settings])
    with json_alone(as_json):
        sweep = engine.read(file, overrides=overrides or ())
    if dry_run:
        _print_outlook(engine.outlook(sweep, fresh=fresh), command, as_json=as_json)
        return
    try:
        with json_alone(as_json):
            results = engine.run(
                sweep,
                fresh=fresh,
                accept_code_change=accept_code_change,
                address=address,
                cpus=cpus,
                progress=not quiet,
            )
    except KeyboardInterrupt:
        # a driver on a cluster was submitted, and so is the next one
        verb = "submit" if "RAY_JOB_STOP_SIGNAL" in os.environ else "run"
        again = f"To go on:\n  sweeps {verb} {command}"
        typer.echo(f"\nStopped; what was reported is stored. {again}", err=True)
        raise typer.Exit(130) from None
    if as_json:
        print_json(facts(results, top=top))
    else:
        print_rich(leaderboard(results, top=top or MOST_SHOWN))


def _print_outlook(outlook: Outlook, command: str, *, as_json: bool) -> None:
    from dataclasses import asdict

    from sweeps.cli.output import print_json, say
    from sweeps.report.prospect import prospect
    from sweeps.report.wording import duration, number

    facts = asdict(outlook)
    n_done, run_s = facts.pop("n_done"), facts.pop("run_s")
    n_left = None if outlook.n_runs is None else max(outlook.n_runs - n_done, 0)
    work_s = None if run_s is None or n_left is None else n_left * run_s
    if as_json:
        print_json({**asdict(outlook), "work_s": work_s})
        return
    left = "" if n_left is None else f", {n_left:,} left"
    say(f"{prospect(**facts)} {n_done:,} stored{left}.")
    if run_s is None:
        say(f"Nothing is stored to tell the time from. To time one run:  sweeps try {command}")
    elif work_s:
        one = number(run_s, 3)
        say(f"About {duration(work_s)} of work ({one} s a run), shared among all cores.")
