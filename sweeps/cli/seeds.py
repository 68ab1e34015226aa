"""`sweeps seeds`: how much the seed matters, and how many it takes."""

from __future__ import annotations

from typing import Annotated

import typer

from sweeps.cli.option import Json, Name, Store


def seeds(
    name: Name,
    difference: Annotated[
        float | None, typer.Option(help="Seeds to see a difference of this size, as the metric.")
    ] = None,
    width: Annotated[
        float | None, typer.Option(help="Seeds for intervals of this width, as the metric.")
    ] = None,
    reliability: Annotated[
        float | None, typer.Option(help="Seeds to rank configurations as reliably, from 0 to 1.")
    ] = None,
    probability: Annotated[
        float | None, typer.Option(help="Seeds to pick the best one with this probability.")
    ] = None,
    power: Annotated[
        float, typer.Option(help="Probability with which a difference is to be seen.")
    ] = 0.8,
    top: Annotated[
        float | None,
        typer.Option(help="Rest all numbers on this share of the best configurations, say 0.1."),
    ] = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Say how much the seed matters and how many it takes.

    Example: sweeps seeds digits-svm --difference 0.01
    """
    from sweeps import engine
    from sweeps.cli.output import answer, print_json, print_rich
    from sweeps.report.seeds import seed_answers, seed_report

    results = engine.load(name, store=store)
    answers = seed_answers(
        results,
        difference=difference,
        width=width,
        reliability=reliability,
        probability=probability,
        power=power,
        top=top,
    )
    if as_json:
        print_json(
            {
                "variance": answer(answers.components),
                "near_the_top": answer(answers.near_the_top),
                "seeds_needed": answer(answers.needed),
                "stability": answer(answers.stability),
            }
        )
    else:
        print_rich(seed_report(results, answers))
