"""`sweeps run`: run a sweep, or what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sweeps.cli.option import File, Json, Set

if TYPE_CHECKING:
    from sweeps.engine import Outlook
    from sweeps.results import Results


def run(
    file: File,
    overrides: Set = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be run; start nothing.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start from nothing; keep the stored sweep aside.")
    ] = False,
    accept_code_change: Annotated[
        bool, typer.Option("--accept-code-change", help="Go on though code or data changed.")
    ] = False,
    address: Annotated[
        str | None,
        typer.Option(help="Address of a Ray cluster, or auto.", envvar="RAY_ADDRESS"),
    ] = None,
    cpus: Annotated[
        int | None, typer.Option(min=1, help="Cores of this machine to use; by default all.")
    ] = None,
    top: Annotated[
        int | None, typer.Option(min=1, help="Rows of the leaderboard; by default all.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    as_json: Json = False,
) -> None:
    """Run the sweep of a YAML file on Ray Tune; on an unfinished one, go on.

    Example: sweeps run studies/digits-svm.yaml --set search.configs=5
    """
    from sweeps import engine

    sweep = engine.read(file, overrides=overrides or ())
    if dry_run:
        _print_outlook(engine.outlook(sweep), as_json=as_json)
        return
    try:
        results = engine.run(
            sweep,
            fresh=fresh,
            accept_code_change=accept_code_change,
            address=address,
            cpus=cpus,
            progress=not quiet,
        )
    except KeyboardInterrupt:
        again = f"sweeps run {file}"
        typer.echo(f"\nStopped; what was reported is stored. To go on:  {again}", err=True)
        raise typer.Exit(130) from None
    _print_results(results, top=top, as_json=as_json)


def _print_outlook(outlook: Outlook, *, as_json: bool) -> None:
    from dataclasses import asdict

    from sweeps.cli.output import print_json

    n_left = outlook.n_runs - outlook.n_done
    work_s = None if outlook.run_s is None else n_left * outlook.run_s
    if as_json:
        print_json({**asdict(outlook), "work_s": work_s})
        return
    typer.echo(
        f"{outlook.n_configs} configurations x {outlook.n_seeds} seeds = {outlook.n_runs} runs; "
        f"{outlook.n_done} are stored, {n_left} are left."
    )
    if work_s is None:
        typer.echo("Time unknown: no run is stored. One run takes as long as:  sweeps try FILE")
    else:
        typer.echo(f"About {work_s:.3g} s of work ({outlook.run_s:.3g} s a run), over all cores.")


def _print_results(results: Results, *, top: int | None, as_json: bool) -> None:
    from sweeps.cli.output import print_json, print_rich, records
    from sweeps.report.table import leaderboard

    if as_json:
        configs = results.configs if top is None else results.configs.head(top)
        facts: dict[str, Any] = {"name": results.name, "metric": results.metric}
        print_json({**facts, "mode": results.mode, "configs": records(configs)})
    else:
        print_rich(leaderboard(results, top=top))
