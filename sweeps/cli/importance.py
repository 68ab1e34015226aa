"""`sweeps importance`: what to tune, what to leave, and how much is luck."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def importance(
    name: Name,
    interactions: Annotated[
        bool, typer.Option("--interactions", help="Show what pairs do only together, too.")
    ] = False,
    instability: Annotated[
        bool, typer.Option("--instability", help="Show what makes the seed matter more, too.")
    ] = False,
    near_best: Annotated[
        bool,
        typer.Option(
            "--near-best",
            help="Show what moves the score around the best configuration, and what led there "
            "from the defaults, too.",
        ),
    ] = False,
    tunability: Annotated[
        bool, typer.Option("--tunability", help="Show what tuning gains over the defaults, too.")
    ] = False,
    default: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Measure from this default; may be repeated. By default those that the sweep ran.",
        ),
    ] = None,
    top: Annotated[
        float | None,
        typer.Option(
            help="Share of the configurations that count as good ones; by default 0.1, or the "
            "best 5 where these are more."
        ),
    ] = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Say what to tune, what to leave, and how much is luck.

    Example: sweeps importance digits-svm --interactions
    """
    from sweeps import engine
    from sweeps.cli.output import answer, print_json, print_rich
    from sweeps.report.importance import Asked, importance_answers, importance_report

    if default and not (near_best or tunability):
        message = "--default goes with --near-best or --tunability. Add one, or leave it out."
        raise typer.BadParameter(message)
    results = engine.load(name, store=store)
    asked = Asked(
        interactions=interactions,
        instability=instability,
        near_best=near_best,
        tunability=tunability,
        top=top,
        defaults=_defaults(default or ()),
    )
    answers = importance_answers(results, asked)
    if as_json:
        print_json({question: answer(frame) for question, frame in answers.given.items()})
    else:
        print_rich(importance_report(results, answers))


def _defaults(settings: Iterable[str]) -> dict[str, object] | None:
    """Read defaults, each with a value as in YAML; None where there are none."""
    from sweeps.errors import SpecError
    from sweeps.spec.yaml_text import read_yaml

    found: dict[str, object] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not (name.strip() and equals):
            message = f"--default takes NAME=VALUE, got {setting!r}. Write for example lr=0.01."
            raise typer.BadParameter(message)
        source = f"--default {name.strip()}"
        read = read_yaml(text, source)
        if read.problems:
            raise SpecError(read.problems, source)
        found[name.strip()] = read.content
    return found or None
