"""`sweeps show`: one sweep, its leaderboard or its failures."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def show(
    name: Name,
    failures: Annotated[
        bool, typer.Option("--failures", help="Show why runs failed and what they printed last.")
    ] = False,
    top: Annotated[
        int | None,
        typer.Option(min=1, help="Rows to show; by default all, or 20 failures one by one."),
    ] = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Show a stored sweep; it may still be running.

    Example: sweeps show digits-svm --failures
    """
    from sweeps import engine
    from sweeps.cli.output import facts, print_json, print_rich, records
    from sweeps.report.table import failure_list, leaderboard, sweep_summary

    results = engine.load(name, store=store)
    if failures and as_json:
        print_json(records(results.failures(), top))
    elif failures:
        print_rich(failure_list(results, top=top))
    elif as_json:
        print_json({**facts(results, top=top), "provenance": results.provenance})
    else:
        print_rich([*sweep_summary(results), *leaderboard(results, top=top)])
