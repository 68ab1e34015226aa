"""`sweeps doctor`: is this machine, or a cluster, fit to run sweeps?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sweeps.cli.option import AcceptCodeChange, Env, Fresh, Json, Set, Store


def doctor(
    file: Annotated[
        Path | None,
        typer.Argument(help="YAML file of a sweep that is going to run.", show_default=False),
    ] = None,
    overrides: Set = None,
    store: Store = None,
    address: Annotated[
        str | None,
        typer.Option(
            help="Look at this Ray cluster instead of this machine: http://HOST:8265 from "
            "anywhere, auto or HOST:6379 from a node of it.",
            envvar="RAY_ADDRESS",
        ),
    ] = None,
    working_dir: Annotated[
        Path | None,
        typer.Option(help="Folder that travels to the cluster, as for `sweeps submit`."),
    ] = None,
    fresh: Fresh = False,
    accept_code_change: AcceptCodeChange = False,
    env: Env = None,
    as_json: Json = False,
) -> None:
    """Find out whether this machine, or a cluster, is fit to run sweeps.

    Versions, disk, store and Ray are really tried; with a file also its objective, resources, data
    and checkpoints, on every node. Exit code 2 if something is wrong.

    Example: sweeps doctor sweep.yaml --address http://head:8265
    """
    import os
    from dataclasses import asdict

    from sweeps.cli.output import json_alone, print_json, say
    from sweeps.engine.checkup.request import Asked, checks_of
    from sweeps.engine.checkup.submitted import MARK_VARIABLE, told

    asked = Asked(
        file=file,
        overrides=tuple(overrides or ()),
        store=store,
        address=address,
        working_dir=working_dir,
        is_fresh=fresh,
        may_change_code=accept_code_change,
        variables=tuple(env or ()),
    )
    checks = []
    with json_alone(as_json):
        for check in checks_of(asked):
            checks.append(check)
            if not as_json:
                say(f"{'ok  ' if check.is_ok else 'BAD '} {check.name}: {check.found}")
                if check.remedy:
                    say(f"     {check.remedy}")
    if as_json and (mark := os.environ.get(MARK_VARIABLE)):
        say(told(mark, checks))
    elif as_json:
        print_json([asdict(check) for check in checks])
    if not all(check.is_ok for check in checks):
        raise typer.Exit(2)
