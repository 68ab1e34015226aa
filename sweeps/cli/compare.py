"""`sweeps compare`: two configurations, or all of them against the best."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store

BEST = "best"
_RANK_DIGITS = 3
"""A word of so few digits is a rank; configurations are named by four characters or more."""


def compare(
    name: Name,
    a: Annotated[
        str | None,
        typer.Argument(
            help="First characters of a config_id, a rank, or best; by default all configurations."
        ),
    ] = None,
    b: Annotated[
        str | None, typer.Argument(help="The same of another one; by default the best.")
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(help="Runs to compare: race or validation; by default those on fresh seeds."),
    ] = None,
    pooled: Annotated[
        bool, typer.Option("--pooled", help="Take all to vary equally over seeds: fewer seeds do.")
    ] = False,
    top: Annotated[
        int | None, typer.Option(min=1, help="Rows to show; by default 40, or all as JSON.")
    ] = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Compare two configurations, or all with the best.

    Example: sweeps compare digits-svm 1 2
    """
    from sweeps import engine
    from sweeps.cli.output import answer, print_json, print_rich
    from sweeps.report.against_best import against_best
    from sweeps.report.comparing import comparison_report
    from sweeps.report.progress import unfinished
    from sweeps.report.table import MOST_SHOWN

    _check(a, role, pooled=pooled, top=top)
    results = engine.load(name, store=store)
    if a is None:
        if as_json:
            print_json(answer(results.compare_to_best(pooled=pooled), top))
        else:
            print_rich(against_best(results, is_pooled=pooled, top=top or MOST_SHOWN))
        return
    compared = results.compare(_which(a), BEST if b is None else _which(b), role=role)
    if as_json:
        print_json(compared)
    else:
        print_rich([*unfinished(results), *comparison_report(results, compared)])


def _which(word: str) -> str | int:
    """Read a rank as a number, anything else as it is."""
    is_rank = word.isdecimal() and len(word) <= _RANK_DIGITS
    return int(word) if is_rank else word


def _check(a: str | None, role: str | None, *, pooled: bool, top: int | None) -> None:
    """Refuse options that belong to the other form of the command."""
    if a is None and role is not None:
        message = "--role goes with two configurations. Name them, or leave it out."
        raise typer.BadParameter(message)
    if a is not None and (pooled or top is not None):
        message = "--pooled and --top go with all configurations. Leave out the names, or these."
        raise typer.BadParameter(message)
