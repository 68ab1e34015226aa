"""`sweeps delete`: remove a sweep from its store."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Delete a stored sweep with all its runs, for good.

    Example: sweeps delete digits-svm --yes
    """
    from contextlib import closing

    from sweeps.cli.output import print_json
    from sweeps.store import open_store

    with closing(open_store(store, create=False)) as opened:
        opened.get(name)
        if not yes:
            typer.confirm(f"Delete `{name}` and all its runs from {opened.url}?", abort=True)
        n_runs = opened.delete(name)
    if as_json:
        print_json({"deleted": name, "runs": n_runs})
    else:
        typer.echo(f"Deleted `{name}` with {n_runs} runs.")
