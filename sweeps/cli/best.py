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
    """Say which configuration leads, how surely, and which ones cannot be told apart from it.

    Example: sweeps best digits-svm --yaml
    """
    from dataclasses import asdict

    from sweeps import engine
    from sweeps.cli.output import print_json, print_rich
    from sweeps.report.table import winner_report, yaml_of

    results = engine.load(name, store=store)
    winner = results.best()
    if as_json:
        print_json(asdict(winner))
    elif as_yaml:
        typer.echo(yaml_of(winner.config), nl=False)
    else:
        print_rich(winner_report(results))
