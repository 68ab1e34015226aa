"""`sweeps init`: a commented definition to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sweeps.cli.option import Json


def init(
    objective: Annotated[
        str, typer.Argument(help="Objective, such as objectives.svm or train.py:fit.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; by default NAME.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    as_json: Json = False,
) -> None:
    """Write a commented YAML file for an objective.

    Example: sweeps init objectives.svm
    """
    from sweeps.cli.output import print_json
    from sweeps.errors import SpecError
    from sweeps.objective import load_objective
    from sweeps.template import template

    loaded = load_objective(objective)
    path = out or Path(_stem(objective) + ".yaml")
    if path.exists() and not force:
        message = f"`{path}` exists already. Choose another file with --out, or add --force."
        raise SpecError((), message)
    path.write_text(template(loaded), encoding="utf-8")
    if as_json:
        print_json({"file": str(path), "objective": loaded.reference})
    else:
        typer.echo(f"Wrote {path}. Look through it, then:  sweeps run {path}")


def _stem(objective: str) -> str:
    target = objective.partition(":")[0]
    return Path(target).stem if target.endswith(".py") else target.rpartition(".")[2]
