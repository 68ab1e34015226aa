"""The result in plain words: who leads, what cannot be told apart, and what casts doubt on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.report.wording import count, measured, short_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.results import Results, Winner


def headline(results: Results) -> str:
    """Say in a few sentences what a sweep found.

    Args:
        results: A finished sweep, or one that is still running.

    Returns:
        Sentences with single spaces between them, the leader first.

    Example:
        >>> import pandas as pd
        >>> from sweeps.results import from_frame
        >>> table = pd.DataFrame({"C": [1, 1, 2, 2], "seed": [0, 1] * 2, "acc": [1, 2, 8, 9]})
        >>> print(headline(from_frame(table, metric="acc", mode="max", hyperparameters=["C"])))
        Configuration cf199055 leads with a mean acc of 8.5 ± 6.4 over 2 seeds (95 % t interval)...
    """
    return " ".join(_sentences(results))


def _sentences(results: Results) -> Iterator[str]:
    table = results.configs
    if table.empty or not table["n_seeds"].iloc[0]:
        yield f"No run of `{results.name}` has finished."
    else:
        yield from _leader(results, results.best(), len(table) - 1)
    n_over = len(results.runs)
    if results.n_planned is not None and n_over < results.n_planned:
        yield f"The sweep is not done: {n_over:,} of {count(results.n_planned, 'run')} are over."
    if results.ignores_seed:
        yield (
            "Every configuration has exactly the same score under all of its seeds: the "
            "objective ignores its seed. Pass `seed` to whatever is random in it, or use one seed."
        )
    n_failed = int(table["n_failed"].sum())
    if n_failed:
        n_configs = int((table["n_failed"] > 0).sum())
        yield (
            f"{count(n_failed, 'run')} of {count(n_configs, 'configuration')} failed; "
            f"configurations with failures rank below those without."
        )


def _leader(results: Results, best: Winner, n_others: int) -> Iterator[str]:
    figures = measured(best.mean, best.low, best.high)
    name = f"Configuration {short_id(best.config_id)} leads with"
    if best.n_seeds == 1:
        yield (
            f"{name} {results.metric} {figures} under one seed: the order may be luck, "
            "since one seed says nothing of the spread."
        )
        return
    yield (
        f"{name} a mean {results.metric} of {figures} over {count(best.n_seeds, 'seed')} "
        "(95 % t interval)."
    )
    if not n_others:
        return
    n_tied = len(best.tied)
    if n_others == 1:
        yield f"The other configuration {'cannot' if n_tied else 'can'} be told apart from it."
    elif not n_tied:
        yield f"Each of the other {n_others:,} configurations can be told apart from it."
    elif n_tied == n_others:
        yield f"None of the other {n_others:,} configurations can be told apart from it."
    else:
        yield f"{n_tied:,} of the other {n_others:,} configurations cannot be told apart from it."
