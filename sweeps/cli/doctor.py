"""`sweeps doctor`: is this machine fit to run sweeps?"""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Store


def doctor(
    store: Store = None,
    address: Annotated[
        str | None, typer.Option(help="Look at this Ray cluster instead of this machine.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find out whether this machine is fit to run sweeps.

    Python, disk, store and Ray are really tried; exit code 2 if something is wrong.

    Example: sweeps doctor
    """
    from dataclasses import asdict

    from sweeps.cli.output import print_json, say
    from sweeps.engine.checkup import checkup

    checks = []
    for check in checkup(store, address):
        checks.append(check)
        if not as_json:
            say(f"{'ok  ' if check.is_ok else 'BAD '} {check.name}: {check.found}")
            if check.remedy:
                say(f"     {check.remedy}")
    if as_json:
        print_json([asdict(check) for check in checks])
    if not all(check.is_ok for check in checks):
        raise typer.Exit(2)
