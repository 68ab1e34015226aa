"""`sweeps delete`: remove a sweep from its store."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Delete a stored sweep with all its runs and their checkpoints, for good.

    Example: sweeps delete digits-svm --yes
    """
    from contextlib import closing

    from sweeps import engine
    from sweeps.cli.output import print_json, say
    from sweeps.report.wording import count
    from sweeps.store import open_store

    with closing(open_store(store, create=False)) as opened:
        opened.get(name)
        if not (yes or _is_agreed(f"Delete `{name}` and all its runs from {opened.url}?")):
            typer.echo("Nothing was deleted. With --yes no question is asked.", err=True)
            raise typer.Exit(2)
        n_runs, left_behind = engine.delete_sweep(opened, name)
    if left_behind is not None:
        typer.echo(left_behind, err=True)
    if as_json:
        print_json({"deleted": name, "runs": n_runs})
    else:
        say(f"Deleted `{name}` with {count(n_runs, 'run')}.")


def _is_agreed(question: str) -> bool:
    """Ask on standard error; no answer is a no, but Ctrl-C none (as in `typer.confirm`)."""
    typer.echo(f"{question} [y/N]: ", err=True, nl=False)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        typer.echo(err=True)
    return answer.strip().lower() in {"y", "yes"}
