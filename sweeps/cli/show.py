"""`sweeps show`: one sweep, its leaderboard, its failures or its story."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def show(
    name: Name,
    failures: Annotated[
        bool, typer.Option("--failures", help="Show why runs failed and what they printed last.")
    ] = False,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="Tell what was decided when, and why.")
    ] = False,
    top: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Rows to show; by default 40, or 20 failures one by one, or no single decision.",
        ),
    ] = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Show a stored sweep; it may still be running.

    Example: sweeps show digits-svm --decisions
    """
    from sweeps import engine
    from sweeps.cli.output import facts, print_json, print_rich, records
    from sweeps.report.story import story
    from sweeps.report.table import MOST_SHOWN, failure_list, leaderboard, sweep_summary

    if failures and decisions:
        message = "Only one of --failures and --decisions can be shown. Leave one out."
        raise typer.BadParameter(message)
    results = engine.load(name, store=store)
    if as_json and (failures or decisions):
        print_json(records(results.failures() if failures else results.decisions, top))
    elif failures:
        print_rich(failure_list(results, top=top))
    elif decisions:
        print_rich(story(results, top=top))
    elif as_json:
        print_json({**facts(results, top=top), "provenance": results.provenance})
    else:
        shown = leaderboard(results, top=top or MOST_SHOWN)
        print_rich([*sweep_summary(results), *shown])
