"""`sweeps try`: one run in this process."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import File, Json, Set
from sweeps.errors import ObjectiveError


def try_out(
    file: File,
    config: Annotated[
        str | None, typer.Option(help="First digits of a config_id; by default the first one.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; by default the first one.")] = None,
    overrides: Set = None,
    as_json: Json = False,
) -> None:
    """Execute one run in this process, for a debugger; nothing is stored.

    Example: python -m pdb -m sweeps try studies/digits-svm.yaml --seed 3
    """
    from sweeps import engine
    from sweeps.cli.output import json_alone, print_json, say
    from sweeps.tune.metric import MalformedReportError

    with json_alone(as_json):
        sweep = engine.read(file, overrides=overrides or ())
        try:
            tried = engine.try_run(sweep, config=config, seed=seed)
        except MalformedReportError as error:
            message = f"{error}. Mend `{sweep.objective.reference}`."
            raise ObjectiveError(message) from error
    if as_json:
        print_json(
            {
                "config_id": tried.config.config_id,
                "config": dict(tried.config.values),
                "seed": tried.seed,
                "reports": list(tried.reports),
                "duration_s": tried.duration_s,
            }
        )
        return
    values = ", ".join(f"{name}={value!r}" for name, value in tried.config.values.items())
    say(f"configuration {tried.config.config_id}: {values}")
    last = tried.reports[-1]
    metrics = ", ".join(f"{name}={value:.6g}" for name, value in last.items())
    steps = f" after {len(tried.reports)} steps" if len(tried.reports) > 1 else ""
    say(f"seed {tried.seed}: {metrics}{steps}, in {tried.duration_s:.3g} s")
