"""`sweeps best`: the configuration that leads, and the number to quote."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def best(
    name: Name,
    criterion: Annotated[
        str, typer.Option(help="What it is to be best in: mean, lower_bound, cvar or worst.")
    ] = "mean",
    tail: Annotated[
        float, typer.Option(help="Share of the seeds, the worst, that cvar is the mean of.")
    ] = 0.2,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="Print the configuration as YAML, to train with.")
    ] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Show the configuration that leads and what to expect of it.

    Example: sweeps best digits-svm --criterion cvar
    """
    from sweeps import engine
    from sweeps.cli.output import print_json, print_rich, say
    from sweeps.report.table import yaml_of
    from sweeps.report.winner import winner_report

    results = engine.load(name, store=store)
    winner = results.best(criterion, tail=tail)
    if as_json:
        print_json(winner)
    elif as_yaml:
        say(yaml_of(winner.config).rstrip("\n"))
    else:
        print_rich(winner_report(results, winner, tail=tail))
