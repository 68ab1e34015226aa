"""`sweeps best`: the configuration that leads, with its luck."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def best(
    name: Name,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="Print the configuration as YAML, to train with.")
    ] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Show the configuration that leads, and how sure that is.

    Example: sweeps best digits-svm --yaml
    """
    from dataclasses import asdict

    from sweeps import engine
    from sweeps.cli.output import print_json, print_rich, say
    from sweeps.report.table import winner_report, yaml_of

    results = engine.load(name, store=store)
    winner = results.best()
    if as_json:
        print_json(asdict(winner))
    elif as_yaml:
        say(yaml_of(winner.config).rstrip("\n"))
    else:
        print_rich(winner_report(results))
